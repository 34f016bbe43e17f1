/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      making the medium of a running tryggd fail, from outside: LD_PRELOADed by tests/api/test_medium.py.
 * May not:  touch any file but the write-ahead log of the data (trygg.db-wal).
 * Always:   what fails is named by the file in $TRYGG_FAULT: "sync" (EIO) or "write" (ENOSPC); without it nothing fails.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_log(int fd)
{
    static const char suffix[] = "/trygg.db-wal";
    char link[64], path[4096];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, sizeof path);
    return len >= (ssize_t)sizeof suffix - 1 &&
           memcmp(path + len - (ssize_t)sizeof suffix + 1, suffix, sizeof suffix - 1) == 0;
}

static bool is_wanted(const char *fault, int fd)
{
    const char *name = getenv("TRYGG_FAULT");
    char wanted[16] = "";
    int file = name != NULL ? open(name, O_RDONLY | O_CLOEXEC) : -1;

    if (file < 0)
        return false;
    ssize_t len = read(file, wanted, sizeof wanted - 1);
    close(file);
    return len > 0 && strcmp(wanted, fault) == 0 && is_log(fd);
}

/* POSIX has dlsym return an object pointer for a function. */
#define REAL(type, name) ((type)(intptr_t)dlsym(RTLD_NEXT, name))

int fdatasync(int fd)
{
    if (is_wanted("sync", fd)) {
        errno = EIO;
        return -1;
    }
    return REAL(int (*)(int), "fdatasync")(fd);
}

int fsync(int fd)
{
    if (is_wanted("sync", fd)) {
        errno = EIO;
        return -1;
    }
    return REAL(int (*)(int), "fsync")(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
    if (is_wanted("write", fd)) {
        errno = ENOSPC;
        return -1;
    }
    return REAL(ssize_t(*)(int, const void *, size_t, off64_t), "pwrite64")(fd, bytes, len, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
    return pwrite64(fd, bytes, len, offset);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    if (is_wanted("write", fd)) {
        errno = ENOSPC;
        return -1;
    }
    return REAL(ssize_t(*)(int, const void *, size_t), "write")(fd, bytes, len);
}
