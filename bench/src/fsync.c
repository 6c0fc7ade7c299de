// How long the disk takes to make 4 KB durable: fdatasync on a preallocated file. Prints p50 and p99 in microseconds.
// usage: fsync FILE COUNT
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    int n = atoi(arguments[2]), fd = open(arguments[1], O_RDWR | O_CREAT, 0600);
    double *took = malloc(n * sizeof *took);
    char page[4096];
    memset(page, 1, sizeof page);
    for (int i = 0; i < 256; i++)
        if (pwrite(fd, page, sizeof page, i * 4096L) < 0) return 1;
    fsync(fd);
    for (int i = 0; i < n; i++) {
        struct timespec a, b;
        clock_gettime(CLOCK_MONOTONIC, &a);
        if (pwrite(fd, page, sizeof page, (i % 256) * 4096L) < 0 || fdatasync(fd)) return 1;
        clock_gettime(CLOCK_MONOTONIC, &b);
        took[i] = (b.tv_sec - a.tv_sec) * 1e6 + (b.tv_nsec - a.tv_nsec) / 1e3;
        usleep(500);
    }
    qsort(took, n, sizeof *took, ascending);
    printf("{\"p50\":%.1f,\"p99\":%.1f}\n", took[n / 2], took[n * 99 / 100]);
    unlink(arguments[1]);
    return 0;
}
