/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      letting a chosen operation on the medium fail, or end the process, from outside: LD_PRELOADed by tests/api/sweeping.py.
 * May not:  touch anything but files under $TRYGG_SWEEP_FOLDER, and not the standard streams.
 * Always:   the test shares the words of struct order with it, as the file $TRYGG_SWEEP; without the file nothing fails.
 */
#undef _FORTIFY_SOURCE /* its open() is another one */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* tests/api/sweeping.py has the same words in the same order. */
struct order {
    _Atomic int64_t seen;     /* operations so far, by all processes that share the file */
    _Atomic int64_t from, to; /* the first and the last of them that are struck, counted from 1; from 0: none */
    _Atomic int64_t hits;     /* how many have been struck */
    _Atomic int64_t manner;   /* an errno, or one of those below */
};

enum manner { KILL_BEFORE = -1, KILL_AFTER = -2 };
enum verdict { PASSES, FAILS, ENDS_AFTER };

static struct order *order;
static const char *folder;

__attribute__((constructor)) static void take_orders(void)
{
    const char *name = getenv("TRYGG_SWEEP");
    int file = name != NULL ? open(name, O_RDWR | O_CLOEXEC) : -1;

    folder = getenv("TRYGG_SWEEP_FOLDER");
    if (file < 0 || folder == NULL)
        return;
    void *shared = mmap(NULL, sizeof *order, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared != MAP_FAILED)
        order = shared;
}

/* As a power cut would. */
static void end(void)
{
    (void)kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* The folder itself is: it is synced when a name in it is to last. */
static bool is_within(const char *path)
{
    size_t len = strlen(folder);

    return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

static bool path_of(int fd, char *path, size_t room)
{
    char link[64];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, room - 1);
    path[len < 0 ? 0 : len] = '\0';
    return len > 0;
}

static enum verdict count(void)
{
    int64_t turn = atomic_fetch_add(&order->seen, 1) + 1, from = atomic_load(&order->from);

    if (from == 0 || turn < from || turn > atomic_load(&order->to))
        return PASSES;
    atomic_fetch_add(&order->hits, 1);
    int64_t manner = atomic_load(&order->manner);
    if (manner == KILL_BEFORE)
        end();
    if (manner == KILL_AFTER)
        return ENDS_AFTER;
    errno = (int)manner;
    return FAILS;
}

static enum verdict judge_file(int fd)
{
    char path[4096];
    int saved = errno;

    if (order == NULL || fd <= STDERR_FILENO || !path_of(fd, path, sizeof path) || !is_within(path)) {
        errno = saved;
        return PASSES;
    }
    errno = saved;
    return count();
}

/* Names are absolute, or stand beside a directory that is open. */
static enum verdict judge_name(int directory, const char *name)
{
    char path[4096] = "";

    if (order == NULL)
        return PASSES;
    if (name[0] == '/')
        return is_within(name) ? count() : PASSES;
    if (directory == AT_FDCWD || !path_of(directory, path, sizeof path - 1))
        return PASSES;
    strcat(path, "/");
    return is_within(path) ? count() : PASSES;
}

/* Runs the real operation unless it fails; what it returns, -1 being failure in each. */
#define STRIKE(judged, type, call)                                                                                     \
    do {                                                                                                               \
        enum verdict struck = (judged);                                                                                \
        if (struck == FAILS)                                                                                           \
            return -1;                                                                                                 \
        type result = (call);                                                                                          \
        if (struck == ENDS_AFTER)                                                                                      \
            end();                                                                                                     \
        return result;                                                                                                 \
    } while (0)

/* POSIX has dlsym return an object pointer for a function. */
#define REAL(type, name) ((type)(intptr_t)dlsym(RTLD_NEXT, name))

/* ---- Bytes -------------------------------------------------------------------------------------------------------------- */

ssize_t write(int fd, const void *bytes, size_t len)
{
    STRIKE(judge_file(fd), ssize_t, REAL(ssize_t(*)(int, const void *, size_t), "write")(fd, bytes, len));
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
    STRIKE(judge_file(fd), ssize_t,
           REAL(ssize_t(*)(int, const void *, size_t, off64_t), "pwrite64")(fd, bytes, len, offset));
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
    return pwrite64(fd, bytes, len, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int n)
{
    STRIKE(judge_file(fd), ssize_t, REAL(ssize_t(*)(int, const struct iovec *, int), "writev")(fd, parts, n));
}

int ftruncate64(int fd, off64_t size)
{
    STRIKE(judge_file(fd), int, REAL(int (*)(int, off64_t), "ftruncate64")(fd, size));
}

int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

int fsync(int fd)
{
    STRIKE(judge_file(fd), int, REAL(int (*)(int), "fsync")(fd));
}

int fdatasync(int fd)
{
    STRIKE(judge_file(fd), int, REAL(int (*)(int), "fdatasync")(fd));
}

/* ---- Names -------------------------------------------------------------------------------------------------------------- */

int rename(const char *from, const char *to)
{
    STRIKE(judge_name(AT_FDCWD, to), int, REAL(int (*)(const char *, const char *), "rename")(from, to));
}

int renameat(int from_directory, const char *from, int to_directory, const char *to)
{
    STRIKE(judge_name(to_directory, to), int,
           REAL(int (*)(int, const char *, int, const char *), "renameat")(from_directory, from, to_directory, to));
}

int link(const char *from, const char *to)
{
    STRIKE(judge_name(AT_FDCWD, to), int, REAL(int (*)(const char *, const char *), "link")(from, to));
}

int unlink(const char *name)
{
    STRIKE(judge_name(AT_FDCWD, name), int, REAL(int (*)(const char *), "unlink")(name));
}

int unlinkat(int directory, const char *name, int flags)
{
    STRIKE(judge_name(directory, name), int, REAL(int (*)(int, const char *, int), "unlinkat")(directory, name, flags));
}

int mkdir(const char *name, mode_t mode)
{
    STRIKE(judge_name(AT_FDCWD, name), int, REAL(int (*)(const char *, mode_t), "mkdir")(name, mode));
}

int mkostemp(char *template, int flags)
{
    STRIKE(judge_name(AT_FDCWD, template), int, REAL(int (*)(char *, int), "mkostemp")(template, flags));
}

/* Only one that may make a file counts. */
static int open_at(int directory, const char *name, int flags, mode_t mode)
{
    enum verdict verdict = (flags & O_CREAT) != 0 ? judge_name(directory, name) : PASSES;
    STRIKE(verdict, int,
           REAL(int (*)(int, const char *, int, ...), "openat64")(directory, name, flags | O_LARGEFILE, mode));
}

#define MODE_AFTER(flags)                                                                                              \
    mode_t mode = 0;                                                                                                   \
    if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {                                                                      \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode = va_arg(rest, mode_t);                                                                                   \
        va_end(rest);                                                                                                  \
    }

int open(const char *name, int flags, ...)
{
    MODE_AFTER(flags)
    return open_at(AT_FDCWD, name, flags, mode);
}

int open64(const char *name, int flags, ...)
{
    MODE_AFTER(flags)
    return open_at(AT_FDCWD, name, flags, mode);
}

int openat(int directory, const char *name, int flags, ...)
{
    MODE_AFTER(flags)
    return open_at(directory, name, flags, mode);
}

int openat64(int directory, const char *name, int flags, ...)
{
    MODE_AFTER(flags)
    return open_at(directory, name, flags, mode);
}
