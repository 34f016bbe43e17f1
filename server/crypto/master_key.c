/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: reading and creating the file of the master key.
 * May not: follow a symbolic link, overwrite a file, or convert the key with code whose time depends on it.
 * Always:  mode and owner are those of the descriptor that is read; a new file is whole and durable when the call succeeds, and removed when it fails.
 */
#include "crypto/master_key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
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

static void free_room(struct master_key_room **room)
{
    sodium_free(*room);
}

/* A service manager keeps a credential as root's and lets the service read it by an access list, whose mask stands where the
 * group's bits do (systemd.exec(5), LoadCredential=). */
static mode_t forbidden_bits(const struct stat *info)
{
    const mode_t others = S_IRWXG | S_IRWXO;
    return info->st_uid == 0 && geteuid() != 0 ? others & ~(mode_t)S_IRGRP : others;
}

static enum keyring_fault fault_of_file(int file)
{
    struct stat info;
    if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode))
        return KEYRING_FILE_NOT_A_KEY;
    if ((info.st_mode & forbidden_bits(&info)) != 0 || (info.st_uid != geteuid() && info.st_uid != 0))
        return KEYRING_FILE_READABLE_BY_OTHERS;
    return KEYRING_FINE;
}

static enum keyring_fault fault_of_opening(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return KEYRING_FILE_MISSING;
    case ELOOP:
        return KEYRING_FILE_NOT_A_KEY;
    default:
        return KEYRING_FILE_UNREADABLE;
    }
}

/* Reads until the end or until `max` bytes are there. */
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

static bool decode(struct master_key_room *room, size_t len)
{
    size_t decoded;
    if (len == MASTER_KEY_DIGITS + 1 && room->text[MASTER_KEY_DIGITS] == '\n')
        len--;
    if (len != MASTER_KEY_DIGITS)
        return false;
    return sodium_hex2bin(room->key, KEY_BYTES, room->text, len, NULL, &decoded, NULL) == 0 && decoded == KEY_BYTES;
}

enum status master_key_read(const char *path, struct master_key_room *room, enum keyring_fault *ret_fault)
{
    /* O_NONBLOCK, so that a pipe in the file's place cannot hold the start. */
    auto_file file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        *ret_fault = fault_of_opening(errno);
        return STATUS_NOT_FOUND;
    }
    *ret_fault = fault_of_file(file);
    if (*ret_fault != KEYRING_FINE)
        return STATUS_INVALID;
    size_t len;
    TRY(read_whole(file, room->text, sizeof(room->text), &len));
    if (!decode(room, len))
        *ret_fault = KEYRING_FILE_NOT_A_KEY;
    return STATUS_OK;
}

static enum status write_whole(int file, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(file, bytes, len);
        if (written < 0 && errno != EINTR)
            return STATUS_IO;
        if (written > 0) {
            bytes += written;
            len -= (size_t)written;
        }
    }
    return STATUS_OK;
}

/* The name is durable only when its folder is. */
static enum status sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    if (folder == NULL)
        return STATUS_NO_MEMORY;
    auto_file file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    return file >= 0 && fsync(file) == 0 ? STATUS_OK : STATUS_IO;
}

static enum status write_key(int file, const char *path)
{
    __attribute__((cleanup(free_room))) struct master_key_room *room = sodium_malloc(sizeof(*room));
    if (room == NULL || sodium_mlock(room, sizeof(*room)) != 0) /* sodium_malloc goes on where it cannot lock */
        return STATUS_NO_MEMORY;
    randombytes_buf(room->key, KEY_BYTES);
    sodium_bin2hex(room->text, sizeof(room->text), room->key, KEY_BYTES);
    room->text[MASTER_KEY_DIGITS] = '\n';
    if (fchmod(file, S_IRUSR | S_IWUSR) != 0)
        return STATUS_IO;
    TRY(write_whole(file, room->text, MASTER_KEY_DIGITS + 1));
    if (fsync(file) != 0)
        return STATUS_IO;
    return sync_folder(path);
}

enum status keyring_create_file(const char *path)
{
    if (sodium_init() < 0)
        return STATUS_INTERNAL;
    auto_file file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0)
        return errno == EEXIST ? STATUS_EXISTS : STATUS_IO;
    enum status status = write_key(file, path);
    if (status != STATUS_OK)
        unlink(path);
    return status;
}
