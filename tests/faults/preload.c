/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      making the medium of a running tryggd fail, from outside: LD_PRELOADed by tests/api/test_medium.py.
 * May not:  touch any file but the write-ahead logs of the store (trygg.db-wal, keys.db-wal).
 * Always:   what fails is said by the file in $TRYGG_FAULT: "sync trygg" (EIO) or "write keys" (ENOSPC), the operation and the
 *           database; without it nothing fails.
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

static bool is_log_of(const char *database, int fd)
{
    char link[64], path[4096], suffix[32];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, sizeof path);
    int end = snprintf(suffix, sizeof suffix, "/%s.db-wal", database);
    return len >= end && memcmp(path + len - end, suffix, (size_t)end) == 0;
}

static bool is_wanted(const char *operation, int fd)
{
    const char *name = getenv("TRYGG_FAULT");
    char wanted[16] = "";
    int file = name != NULL ? open(name, O_RDONLY | O_CLOEXEC) : -1;

    if (file < 0)
        return false;
    ssize_t len = read(file, wanted, sizeof wanted - 1);
    close(file);
    size_t end = strlen(operation);
    return len > 0 && strncmp(wanted, operation, end) == 0 && wanted[end] == ' ' && is_log_of(wanted + end + 1, fd);
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
