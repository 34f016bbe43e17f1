/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: making a small file that is whole and durable, or not there.
 * May not: overwrite anything, or know what is in the file.
 * Always:  no other permissions than those asked for, from the first moment; what is written beside the place is removed again.
 */
#include "base/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_file(const int *file)
{
    if (*file >= 0)
        close(*file);
}
#define auto_file __attribute__((cleanup(close_file))) int

enum status new_file_sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    const size_t len = slash == NULL ? 0 : (size_t)(slash - path);
    char folder[PATH_MAX];
    if (len >= sizeof folder)
        return STATUS_IO;
    (void)snprintf(folder, sizeof folder, "%.*s", (int)len, path);
    auto_file file = open(slash == NULL ? "." : len == 0 ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return file >= 0 && fsync(file) == 0 ? STATUS_OK : STATUS_IO;
}

enum status new_file_write(int file, const void *bytes, size_t len)
{
    const uint8_t *rest = bytes;
    while (len > 0) {
        ssize_t written = write(file, rest, len);
        if (written < 0 && errno != EINTR)
            return STATUS_IO;
        if (written > 0) {
            rest += written;
            len -= (size_t)written;
        }
    }
    return fsync(file) == 0 ? STATUS_OK : STATUS_IO;
}

/* Unlike a rename, a link never replaces what is there. A name left beside it would be a second way to the key: no file, rather than that. */
static enum status put_in_place(const char *beside, const char *path)
{
    if (link(beside, path) != 0)
        return errno == EEXIST ? STATUS_EXISTS : STATUS_IO;
    if (unlink(beside) == 0 && new_file_sync_folder(path) == STATUS_OK)
        return STATUS_OK;
    return unlink(path) == 0 ? STATUS_IO : STATUS_COMMIT_UNKNOWN;
}

bool new_file_is_there(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

enum status new_file_create(const char *path, mode_t mode, const void *bytes, size_t len)
{
    char beside[PATH_MAX];
    if (new_file_is_there(path))
        return STATUS_EXISTS; /* wherever nothing could be written, too */
    if (snprintf(beside, sizeof beside, "%s.XXXXXX", path) >= (int)sizeof beside)
        return STATUS_IO;
    auto_file file = mkostemp(beside, O_CLOEXEC); /* mode 0600 */
    if (file < 0)
        return STATUS_IO;
    enum status status = fchmod(file, mode) == 0 ? new_file_write(file, bytes, len) : STATUS_IO;
    if (status == STATUS_OK)
        status = put_in_place(beside, path);
    if (status != STATUS_OK)
        unlink(beside);
    return status;
}
