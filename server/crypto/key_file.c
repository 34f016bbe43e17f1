/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: reading, creating and replacing files that hold secret keys.
 * May not: follow a symbolic link, overwrite a file in place, or know what a key looks like.
 * Always:  mode and owner are those of the descriptor that is read; a new file is whole and durable when the call succeeds, and removed
 *          when it fails.
 */
#include "crypto/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/new_file.h"

static void close_file(const int *file)
{
    if (*file >= 0)
        close(*file);
}
#define auto_file __attribute__((cleanup(close_file))) int

static void free_text(char **text)
{
    free(*text);
}
#define auto_text __attribute__((cleanup(free_text))) char *

/* ---- Reading ------------------------------------------------------------------------------------------------------------ */

/* A service manager keeps a credential as root's and lets the service read it by an access list, whose mask stands where the
 * group's bits do (systemd.exec(5), LoadCredential=). */
static mode_t forbidden_bits(const struct stat *info)
{
    const mode_t others = S_IRWXG | S_IRWXO;
    return info->st_uid == 0 && geteuid() != 0 ? others & ~(mode_t)S_IRGRP : others;
}

static enum key_file_fault fault_of_file(const struct stat *info)
{
    if (!S_ISREG(info->st_mode))
        return KEY_FILE_NOT_REGULAR;
    if ((info->st_mode & forbidden_bits(info)) != 0 || (info->st_uid != geteuid() && info->st_uid != 0))
        return KEY_FILE_READABLE_BY_OTHERS;
    return KEY_FILE_FINE;
}

static enum key_file_fault fault_of_opening(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return KEY_FILE_MISSING;
    case ELOOP:
        return KEY_FILE_NOT_REGULAR;
    default:
        return KEY_FILE_UNREADABLE;
    }
}

/* Below zero when there is a fault. O_NONBLOCK, so that a pipe in the file's place cannot hold the start. */
static int open_checked(const char *path, struct stat *ret_info, enum key_file_fault *ret_fault)
{
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        *ret_fault = fault_of_opening(errno);
        return -1;
    }
    *ret_fault = fstat(file, ret_info) == 0 ? fault_of_file(ret_info) : KEY_FILE_NOT_REGULAR;
    if (*ret_fault == KEY_FILE_FINE)
        return file;
    close(file);
    return -1;
}

static enum status read_whole(int file, char *bytes, size_t max, size_t *ret_len)
{
    size_t len = 0;
    while (len < max) {
        ssize_t got = read(file, bytes + len, max - len);
        if (got < 0 && errno != EINTR)
            return STATUS_IO;
        if (got == 0)
            break;
        if (got > 0)
            len += (size_t)got;
    }
    *ret_len = len;
    return STATUS_OK;
}

enum status key_file_read(const char *path, char *ret_text, size_t max, size_t *ret_len, enum key_file_fault *ret_fault)
{
    struct stat info;
    auto_file file = open_checked(path, &info, ret_fault);
    return file < 0 ? STATUS_OK : read_whole(file, ret_text, max, ret_len);
}

/* ---- Writing ------------------------------------------------------------------------------------------------------------ */

static int open_new(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

static enum status write_new(int file, mode_t mode, const char *text, size_t len)
{
    return fchmod(file, mode) == 0 ? new_file_write(file, text, len) : STATUS_IO;
}

enum status key_file_create(const char *path, const char *text, size_t len)
{
    return new_file_create(path, S_IRUSR | S_IWUSR, text, len);
}

/* ---- Replacing ---------------------------------------------------------------------------------------------------------- */

/* The old text, edited, as the text of the new file, which is the old one's but for its name. */
static enum status rewrite(int old, const struct stat *info, int new, const struct key_file_editor *editor)
{
    size_t len;
    TRY(read_whole(old, editor->text, editor->max, &len));
    TRY(editor->edit(editor->context, &len));
    if (info->st_uid != geteuid() && fchown(new, info->st_uid, info->st_gid) != 0)
        return STATUS_IO;
    return write_new(new, info->st_mode & (S_IRWXU | S_IRWXG | S_IRWXO), editor->text, len);
}

static enum status replace(const char *path, const char *new_path, int new, const struct key_file_editor *editor,
                           enum key_file_fault *ret_fault)
{
    struct stat info;
    auto_file old = open_checked(path, &info, ret_fault);
    if (old < 0)
        return STATUS_OK;
    if (new < 0)
        return STATUS_IO;
    TRY(rewrite(old, &info, new, editor));
    return rename(new_path, path) == 0 ? STATUS_OK : STATUS_IO;
}

enum status key_file_edit(const char *path, const struct key_file_editor *editor, enum key_file_fault *ret_fault)
{
    auto_text new_path = NULL;
    *ret_fault = KEY_FILE_FINE;
    if (asprintf(&new_path, "%s.new", path) < 0) {
        new_path = NULL;
        return STATUS_NO_MEMORY;
    }
    auto_file new = open_new(new_path);
    if (new < 0 && errno == EEXIST)
        return STATUS_EXISTS;
    enum status status = replace(path, new_path, new, editor, ret_fault);
    if (status == STATUS_OK && *ret_fault == KEY_FILE_FINE)
        return new_file_sync_folder(path) == STATUS_OK ? STATUS_OK : STATUS_COMMIT_UNKNOWN;
    if (new >= 0)
        unlink(new_path);
    return status;
}
