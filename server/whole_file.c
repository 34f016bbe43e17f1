/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * whole_file.c: whole files in and out, for the commands.
 * It may not know what is in them.
 * A file that is written is whole or not there at all, and readable by its owner alone.
 */
#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/new_file.h"

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define auto_fd __attribute__((cleanup(close_fd))) int

static enum status read_all(int fd, char *chunk, size_t size, struct buffer *buffer)
{
    for (;;) {
        ssize_t n = read(fd, chunk, size);
        if (n == 0)
            return STATUS_OK;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return STATUS_IO;
        TRY(buffer_append(buffer, chunk, (size_t)n));
    }
}

enum status whole_file_read(const char *path, struct buffer *buffer)
{
    char chunk[16384];
    auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    enum status status = read_all(fd, chunk, sizeof chunk, buffer);
    explicit_bzero(chunk, sizeof chunk);
    return status;
}

/* O_NONBLOCK: a pipe must not hold us up. */
const char *whole_file_obstacle(const char *path)
{
    struct stat info;
    auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &info) != 0)
        return strerror(errno);
    if (S_ISREG(info.st_mode))
        return NULL;
    return S_ISDIR(info.st_mode) ? strerror(EISDIR) : "it is no regular file";
}

enum status whole_file_write(const char *path, const char *text, size_t len)
{
    char temporary[4096];

    if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= (int)sizeof temporary)
        return STATUS_INVALID;
    auto_fd fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return STATUS_IO;
    if (new_file_write(fd, text, len) == STATUS_OK && rename(temporary, path) == 0)
        return STATUS_OK;
    unlink(temporary);
    return STATUS_IO;
}
