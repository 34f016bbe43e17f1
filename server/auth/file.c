/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: reading the few small files of this room.
 * May not: touch what is in them.
 * Always:  nothing but regular files is read.
 */
#include "auth/file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdint.h>
#include <unistd.h>

static void close_fdp(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define auto_fd __attribute__((cleanup(close_fdp))) int

/* What each fault is answered with. */
static const enum status fault_statuses[] = {
    [FILE_FINE] = STATUS_OK,
    [FILE_MISSING] = STATUS_NOT_FOUND,
    [FILE_CLOSED] = STATUS_FORBIDDEN,
    [FILE_TOO_OPEN] = STATUS_FORBIDDEN,
    [FILE_NOT_REGULAR] = STATUS_INVALID,
    [FILE_UNREADABLE] = STATUS_IO,
};

static struct file_stamp stamp_from(const struct stat *st)
{
    return (struct file_stamp){
        .device = st->st_dev,
        .inode = st->st_ino,
        .size = st->st_size,
        .modified = st->st_mtim,
        .changed = st->st_ctim,
    };
}

static bool time_equal(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool file_stamp_of(const char *path, struct file_stamp *ret_stamp)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    *ret_stamp = stamp_from(&st);
    return true;
}

bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           time_equal(&a->modified, &b->modified) && time_equal(&a->changed, &b->changed);
}

static enum status read_rest(int fd, struct buffer *contents)
{
    uint8_t chunk[1024];
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        status = got < 0 ? STATUS_IO : buffer_append(contents, chunk, (size_t)got);
    }
    OPENSSL_cleanse(chunk, sizeof chunk);
    return status;
}

static enum file_fault fault_of_opening(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return FILE_MISSING;
    case EACCES:
    case EPERM:
    case ELOOP:
        return FILE_CLOSED;
    case ENXIO: /* a socket, or a device that is away */
    case ENODEV:
        return FILE_NOT_REGULAR;
    default:
        return FILE_UNREADABLE;
    }
}

static enum file_fault fault_of_file(int fd, mode_t never, struct file_stamp *ret_stamp)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return FILE_UNREADABLE;
    if (!S_ISREG(st.st_mode))
        return FILE_NOT_REGULAR;
    *ret_stamp = stamp_from(&st);
    return (st.st_mode & never) != 0 ? FILE_TOO_OPEN : FILE_FINE;
}

enum status file_read(const char *path, mode_t never, struct buffer *contents, struct file_stamp *ret_stamp,
                      enum file_fault *ret_fault)
{
    auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not hold us up */
    *ret_fault = fd < 0 ? fault_of_opening(errno) : fault_of_file(fd, never, ret_stamp);
    if (*ret_fault != FILE_FINE)
        return fault_statuses[*ret_fault];
    const enum status status = read_rest(fd, contents);
    if (status == STATUS_IO)
        *ret_fault = FILE_UNREADABLE;
    return status;
}
