/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes files.
 * May not know what stands in them.
 * Always: what is told as written has reached the disk, and of what failed nothing is left behind.
 */
#include "save.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "print.h"

static bool write_all(int file, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(file, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return fsync(file) == 0;
}

/* The name lasts when its folder has reached the disk. */
static bool sync_folder(const char *path)
{
    char *copy = strdup(path);
    int folder = copy == NULL ? -1 : open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = folder >= 0 && fsync(folder) == 0;
    if (folder >= 0)
        close(folder);
    free(copy);
    return synced;
}

static enum outcome write_file(const char *path, int flags, const char *bytes, size_t len)
{
    int file = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | flags, 0600);
    if (file < 0)
        return usage(errno == EEXIST ? "there is such a file already:" : "cannot write the file", path);
    bool written = write_all(file, bytes, len);
    if (close(file) == 0 && written)
        return OUTCOME_OK;
    unlink(path);
    complain("cannot write the file", path);
    return OUTCOME_LOCAL;
}

enum outcome save_new(const char *path, const char *bytes, size_t len)
{
    TRY(write_file(path, O_EXCL, bytes, len));
    if (sync_folder(path))
        return OUTCOME_OK;
    unlink(path);
    complain("cannot write the file", path);
    return OUTCOME_LOCAL;
}

static enum outcome replace(const char *path, const char *beside, const char *bytes, size_t len)
{
    TRY(write_file(beside, O_TRUNC, bytes, len));
    if (rename(beside, path) == 0 && sync_folder(path))
        return OUTCOME_OK;
    unlink(beside);
    complain("cannot write the file", path);
    return OUTCOME_LOCAL;
}

enum outcome save_over(const char *path, const char *bytes, size_t len)
{
    char *beside = NULL;
    if (asprintf(&beside, "%s.new", path) < 0)
        return memory_out();
    enum outcome outcome = replace(path, beside, bytes, len);
    free(beside);
    return outcome;
}
