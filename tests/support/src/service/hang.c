/* Loaded before the C library: a mount that hangs. Whoever opens a file called HANGS_ON waits as
   long as a file HANGS_WHILE is there, and is noted in a file HANGS_SEEN. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int (*real)(const char *, int, ...);

__attribute__((constructor)) static void find(void)
{
    real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
}

int open64(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    const char *on = getenv("HANGS_ON"), *when = getenv("HANGS_WHILE"), *seen = getenv("HANGS_SEEN");
    if (on && when && seen && strcmp(path, on) == 0 && access(when, F_OK) == 0) {
        close(real(seen, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
        while (access(when, F_OK) == 0)
            usleep(2000);
    }
    return real(path, flags, mode);
}
