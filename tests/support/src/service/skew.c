/* Loaded before the C library: the time of day runs ahead by SKEW_SECONDS. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    static long ahead;
    if (!real) {
        const char *text = getenv("SKEW_SECONDS");
        ahead = text ? atol(text) : 0;
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    }
    int outcome = real(clock, now);
    if (outcome == 0 && clock == CLOCK_REALTIME)
        now->tv_sec += ahead;
    return outcome;
}
