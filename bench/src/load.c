// The load of the bench: one thread, epoll, HTTP/1.1 with keep-alive. Prints one line of JSON.
// usage: load PORT MODE CONNECTIONS RATE SECONDS WARM_SECONDS BODY_FILE KEY
//   MODE closed: each connection sends its next call when the last was answered; RATE is not used
//   MODE open:   RATE calls a second, each timed from the moment when it should have been sent
//   MODE stream: each connection sends one call within WARM_SECONDS and reads its stream to the end
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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

enum { HEAD = 8192, SAMPLES = 1 << 22, PENDING = 1 << 20 };
enum state { READING_HEAD, READING_LENGTH, READING_SIZE, READING_CHUNK, READING_CHUNK_END, READING_TRAILER };

struct connection {
    int fd, busy, head_length, line_length, stamp_matched, stamp_length;
    enum state state;
    long long intended, left;
    char head[HEAD + 1], line[32], stamp[32];
};

static struct connection *connections;
static int *idle, idle_count, epoll, count, streaming;
static char *request;
static int request_length;
static struct sockaddr_in address;
static double *latencies, *stamps;
static size_t latency_count, stamp_count;
static long done, measured, errors, refused;
static long long measure_from, stop_at;
static long long *pending;
static size_t pending_first, pending_next;

static long long now_nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void open_connection(struct connection *c) {
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(c->fd, (void *)&address, sizeof address)) {
        perror("load: connect");
        exit(1);
    }
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static void send_call(struct connection *c, long long intended) {
    c->busy = 1;
    c->intended = intended;
    c->state = READING_HEAD;
    c->head_length = c->line_length = c->stamp_matched = 0;
    const char *bytes = request;
    for (int left = request_length; left > 0;) {
        int sent = send(c->fd, bytes, left, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN) {
                errors++;
                return;
            }
            usleep(20);
            continue;
        }
        bytes += sent;
        left -= sent;
    }
}

static void finish(struct connection *c, int open_loop) {
    long long now = now_nanos();
    c->busy = 0;
    done++;
    if (c->intended >= measure_from && now >= measure_from) {
        measured++;
        if (latency_count < SAMPLES) latencies[latency_count++] = (now - c->intended) / 1e3;
    }
    if (streaming) return;
    if (!open_loop) {
        if (now < stop_at) send_call(c, now);
    } else if (pending_first != pending_next) {
        send_call(c, pending[pending_first++ % PENDING]);
    } else {
        idle[idle_count++] = (int)(c - connections);
    }
}

// Finds "ts":NANOS in the bytes and notes how long ago that was.
static void find_stamps(struct connection *c, const char *bytes, int length) {
    static const char mark[] = "\"ts\":";
    for (int i = 0; i < length; i++) {
        char b = bytes[i];
        if (c->stamp_matched == 5) {
            if (b >= '0' && b <= '9') {
                if (c->stamp_length < 30) c->stamp[c->stamp_length++] = b;
                continue;
            }
            c->stamp[c->stamp_length] = 0;
            if (stamp_count < SAMPLES) stamps[stamp_count++] = (now_nanos() - atoll(c->stamp)) / 1e3;
            c->stamp_matched = 0;
        }
        c->stamp_matched = b == mark[c->stamp_matched] ? c->stamp_matched + 1 : b == '"';
        if (c->stamp_matched == 5) c->stamp_length = 0;
    }
}

static int min(long long a, long long b) { return (int)(a < b ? a : b); }

static void feed(struct connection *c, char *bytes, int length, int open_loop) {
    while (length > 0 && c->busy) {
        int take = 1;
        switch (c->state) {
            case READING_HEAD: {
                int old = c->head_length;
                take = min(length, HEAD - old);
                memcpy(c->head + old, bytes, take);
                c->head[c->head_length = old + take] = 0;
                char *end = strstr(c->head, "\r\n\r\n");
                if (!end) break;
                take = (int)(end - c->head) + 4 - old;
                *end = 0;
                if (strncmp(c->head + 9, "200", 3)) {
                    if (refused++ == 0) fprintf(stderr, "load: %.200s\n", c->head);
                }
                char *size = strcasestr(c->head, "\r\ncontent-length:");
                c->left = size ? atoll(size + 17) : 0;
                c->state = strcasestr(c->head, "\r\ntransfer-encoding: chunked") ? READING_SIZE : READING_LENGTH;
                if (c->state == READING_LENGTH && c->left == 0) finish(c, open_loop);
                break;
            }
            case READING_LENGTH:
                take = min(length, c->left);
                if ((c->left -= take) == 0) finish(c, open_loop);
                break;
            case READING_SIZE:
                if (*bytes == '\n') {
                    c->line[c->line_length] = 0;
                    c->line_length = 0;
                    c->left = strtoll(c->line, NULL, 16);
                    c->state = c->left ? READING_CHUNK : READING_TRAILER;
                } else if (c->line_length < 30) {
                    c->line[c->line_length++] = *bytes;
                }
                break;
            case READING_CHUNK:
                take = min(length, c->left);
                if (streaming) find_stamps(c, bytes, take);
                if ((c->left -= take) == 0) c->state = READING_CHUNK_END;
                break;
            case READING_CHUNK_END:
                if (*bytes == '\n') c->state = READING_SIZE;
                break;
            case READING_TRAILER:
                if (*bytes == '\n') {
                    if (c->line_length == 0) finish(c, open_loop);
                    c->line_length = 0;
                } else if (*bytes != '\r') {
                    c->line_length++;
                }
                break;
        }
        bytes += take;
        length -= take;
    }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double quantile(double *values, size_t n, double q) { return n ? values[min(n - 1, (long long)(q * n))] : -1; }

static void prepare_request(const char *port, const char *file, const char *key) {
    static char body[1 << 20];
    FILE *in = fopen(file, "rb");
    int length = in ? (int)fread(body, 1, sizeof body - 1, in) : 0;
    request = malloc(length + 4096);
    request_length = sprintf(request,
        "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nContent-Type: application/json\r\nAccept: */*\r\n"
        "User-Agent: bench\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n", port, key, length);
    memcpy(request + request_length, body, length);
    request_length += length;
}

int main(int argument_count, char **arguments) {
    if (argument_count != 9) return 2;
    int open_loop = !strcmp(arguments[2], "open");
    streaming = !strcmp(arguments[2], "stream");
    count = atoi(arguments[3]);
    double rate = atof(arguments[4]), seconds = atof(arguments[5]), warm = atof(arguments[6]);
    prepare_request(arguments[1], arguments[7], arguments[8]);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    address = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    connections = calloc(count, sizeof *connections);
    idle = calloc(count + 1, sizeof *idle);
    pending = calloc(PENDING, sizeof *pending);
    latencies = malloc(SAMPLES * sizeof *latencies);
    stamps = malloc(SAMPLES * sizeof *stamps);
    epoll = epoll_create1(0);
    for (int i = 0; i < count; i++) open_connection(&connections[i]);
    long long start = now_nanos(), next = start;
    measure_from = streaming ? start : start + (long long)(warm * 1e9);
    stop_at = start + (long long)((warm + seconds) * 1e9);
    double interval = streaming ? warm * 1e9 / count : open_loop ? 1e9 / rate : 0;
    long issued = 0;
    if (open_loop) for (int i = 0; i < count; i++) idle[idle_count++] = i;
    else if (!streaming) for (int i = 0; i < count; i++) send_call(&connections[i], now_nanos());
    struct epoll_event events[512];
    static char bytes[1 << 17];
    for (;;) {
        long long now = now_nanos(), wait = 50000000;
        if (streaming) {
            while (issued < count && next <= now) {
                send_call(&connections[issued++], next);
                next += (long long)interval;
            }
            if (done + errors >= count || now >= stop_at) break;
        } else if (open_loop) {
            while (next <= now && next < stop_at) {
                issued++;
                if (idle_count) send_call(&connections[idle[--idle_count]], next);
                else pending[pending_next++ % PENDING] = next;
                next += (long long)interval;
            }
            if (next >= stop_at && (done >= issued || now > stop_at + 5000000000LL)) break;
        } else if (now >= stop_at) {
            break;
        }
        if (interval && next > now && next < stop_at && next - now < wait && (!streaming || issued < count)) wait = next - now;
        struct timespec limit = {0, wait};
        int ready = epoll_pwait2(epoll, events, 512, &limit, NULL);
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            int got = recv(c->fd, bytes, sizeof bytes, 0);
            if (got > 0) {
                feed(c, bytes, got, open_loop);
            } else if (got == 0 || errno != EAGAIN) {
                errors += c->busy;
                close(c->fd);
                c->busy = 0;
                if (!streaming) {
                    open_connection(c);
                    if (!open_loop) send_call(c, now_nanos());
                    else idle[idle_count++] = (int)(c - connections);
                }
            }
        }
    }
    qsort(latencies, latency_count, sizeof *latencies, ascending);
    qsort(stamps, stamp_count, sizeof *stamps, ascending);
    printf("{\"done\":%ld,\"measured\":%ld,\"rate\":%.1f,\"errors\":%ld,\"refused\":%ld,\"p50\":%.1f,\"p99\":%.1f,"
           "\"chunks\":%zu,\"chunk50\":%.1f,\"chunk99\":%.1f}\n",
        done, measured, measured / seconds, errors + (open_loop ? issued - done : 0), refused,
        quantile(latencies, latency_count, .5), quantile(latencies, latency_count, .99), stamp_count,
        quantile(stamps, stamp_count, .5), quantile(stamps, stamp_count, .99));
    return 0;
}
