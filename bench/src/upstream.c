// A fast upstream for the bench: one thread, epoll, HTTP/1.1 with keep-alive.
// usage: upstream PORT CHUNKS CHUNK_MILLIS
// A body with "stream":true is answered with CHUNKS server-sent events, one every CHUNK_MILLIS, each carrying the
// CLOCK_MONOTONIC nanoseconds of its sending; any other with about 1.4 KB of JSON and its usage.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 65536, BUFFER = 65536, TIMERS = 1 << 17 };

struct connection {
    int fd, length, chunk, streaming;
    unsigned generation;
    char buffer[BUFFER + 1];
};

struct timer {
    int fd;
    unsigned generation;
    long long due;
};

static struct connection *connections[CONNECTIONS];
static struct timer timers[TIMERS];  // in order of due time, for the delay is the same for all
static unsigned first_timer, next_timer, generations;
static int chunks;
static long long delay_nanos;
static char answer[4096];
static int answer_length;

static long long now_nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void send_all(int fd, const char *bytes, int length) {
    while (length > 0) {
        int sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN) return;
            usleep(50);
            continue;
        }
        bytes += sent;
        length -= sent;
    }
}

static void close_connection(struct connection *c) {
    connections[c->fd] = NULL;
    close(c->fd);
    free(c);
}

static void schedule(struct connection *c) {
    timers[next_timer++ % TIMERS] = (struct timer){c->fd, c->generation, now_nanos() + delay_nanos};
}

static void send_chunk(struct connection *c) {
    char data[512], frame[700];
    int length;
    if (c->chunk < chunks) {
        length = snprintf(data, sizeof data,
            "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"bench-model\","
            "\"ts\":%lld,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}\n\n",
            now_nanos(), "some words of an answer that arrive one by one here");
    } else {
        length = snprintf(data, sizeof data,
            "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"bench-model\","
            "\"choices\":[],\"usage\":{\"prompt_tokens\":500,\"completion_tokens\":100,\"total_tokens\":600}}\n\ndata: [DONE]\n\n");
    }
    int framed = snprintf(frame, sizeof frame, "%x\r\n%s\r\n%s", length, data, c->chunk < chunks ? "" : "0\r\n\r\n");
    send_all(c->fd, frame, framed);
    c->streaming = c->chunk++ < chunks;
    if (c->streaming) schedule(c);
}

static int header_value(const char *head, const char *name) {
    const char *at = strcasestr(head, name);
    return at ? atoi(at + strlen(name)) : 0;
}

static void handle(struct connection *c) {
    for (;;) {
        c->buffer[c->length] = 0;
        char *end = strstr(c->buffer, "\r\n\r\n");
        if (!end) return;
        *end = 0;
        int body = header_value(c->buffer, "\r\ncontent-length:");
        *end = '\r';
        int total = (int)(end - c->buffer) + 4 + body;
        if (c->length < total) return;
        int stream = memmem(end, total - (end - c->buffer), "\"stream\":true", 13) != NULL;
        memmove(c->buffer, c->buffer + total, c->length - total);
        c->length -= total;
        if (stream) {
            static const char head[] =
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
            send_all(c->fd, head, sizeof head - 1);
            c->chunk = 0;
            send_chunk(c);
        } else {
            send_all(c->fd, answer, answer_length);
        }
    }
}

static void prepare_answer(void) {
    char text[1151], body[3000];
    memset(text, 'y', 1150);
    text[1150] = 0;
    int length = snprintf(body, sizeof body,
        "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"bench-model\",\"choices\":[{\"index\":0,"
        "\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
        "\"usage\":{\"prompt_tokens\":500,\"completion_tokens\":100,\"total_tokens\":600}}", text);
    answer_length = snprintf(answer, sizeof answer,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", length, body);
}

static void accept_all(int epoll, int listener) {
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct connection *c = calloc(1, sizeof *c);
        c->fd = fd;
        c->generation = ++generations;
        connections[fd] = c;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

static void read_some(struct connection *c) {
    int got = recv(c->fd, c->buffer + c->length, BUFFER - c->length, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
        close_connection(c);
    } else if (got > 0) {
        c->length += got;
        handle(c);
    }
}

static void fire_timers(void) {
    long long now = now_nanos();
    while (first_timer != next_timer && timers[first_timer % TIMERS].due <= now) {
        struct timer t = timers[first_timer++ % TIMERS];
        struct connection *c = connections[t.fd];
        if (c && c->generation == t.generation && c->streaming) send_chunk(c);
    }
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    chunks = atoi(arguments[2]);
    delay_nanos = atoll(arguments[3]) * 1000000LL;
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    prepare_answer();
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (void *)&at, sizeof at) || listen(listener, 4096)) {
        perror("upstream");
        return 1;
    }
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[512];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        struct timespec wait, *until = NULL;
        if (first_timer != next_timer) {
            long long left = timers[first_timer % TIMERS].due - now_nanos();
            left = left < 0 ? 0 : left;
            wait = (struct timespec){left / 1000000000LL, left % 1000000000LL};
            until = &wait;
        }
        int ready = epoll_pwait2(epoll, events, 512, until, NULL);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener) accept_all(epoll, listener);
            else if (connections[events[i].data.fd]) read_some(connections[events[i].data.fd]);
        }
        fire_timers();
    }
}
