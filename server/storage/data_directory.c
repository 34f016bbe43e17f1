/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      the data directory: nobody else's to read, one process's at a time.
 * May not:  open a database, or loosen a mode.
 * Always:   what it makes has its mode whatever the umask, and its name is on the medium before it returns.
 */
#include "storage/data_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIRECTORY_MODE = 0700, FILE_MODE = 0600 };

static const char DATA_NAME[] = "trygg.db";
static const char KEYS_NAME[] = "keys.db";
static const char LOCK_NAME[] = "lock";

static void close_file(int *file)
{
    if (*file >= 0)
        close(*file);
    *file = -1;
}
#define auto_file __attribute__((cleanup(close_file))) int

static enum status status_of_errno(void)
{
    switch (errno) {
    case ENOMEM:
        return STATUS_NO_MEMORY;
    case ENOENT:
    case ENOTDIR:
        return STATUS_NOT_FOUND;
    default:
        return STATUS_IO;
    }
}

/* Absolute, so that neither a change of directory nor a name like "file:" can turn it into another. */
static enum status resolve(const char *path, struct data_directory *ret_directory)
{
    char absolute[PATH_MAX];
    if (realpath(path, absolute) == NULL)
        return status_of_errno();
    int data = snprintf(ret_directory->data_path, PATH_MAX, "%s/%s", absolute, DATA_NAME);
    int keys = snprintf(ret_directory->keys_path, PATH_MAX, "%s/%s", absolute, KEYS_NAME);
    return data < 0 || data >= PATH_MAX || keys < 0 || keys >= PATH_MAX ? STATUS_IO : STATUS_OK;
}

static enum status sync_directory(const char *path)
{
    auto_file directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0 || fsync(directory) != 0)
        return status_of_errno();
    return STATUS_OK;
}

/* The new name is durable once its parent is. */
static enum status sync_parent(const char *path)
{
    char parent[PATH_MAX];
    int written = snprintf(parent, sizeof parent, "%s/..", path);
    return written < 0 || written >= PATH_MAX ? STATUS_IO : sync_directory(parent);
}

static enum status make_directory(const char *path)
{
    if (mkdir(path, DIRECTORY_MODE) != 0)
        return errno == EEXIST ? STATUS_OK : status_of_errno();
    if (chmod(path, DIRECTORY_MODE) != 0)
        return status_of_errno();
    return sync_parent(path);
}

/* Makes an empty file if there is none; one that is there keeps its bytes and its mode. */
static enum status make_file(int directory, const char *name)
{
    auto_file file = openat(directory, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (file < 0)
        return errno == EEXIST ? STATUS_OK : status_of_errno();
    return fchmod(file, FILE_MODE) == 0 && fsync(file) == 0 ? STATUS_OK : status_of_errno();
}

static enum status lock_directory(int directory, int *ret_lock)
{
    TRY(make_file(directory, LOCK_NAME));
    auto_file lock = openat(directory, LOCK_NAME, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (lock < 0)
        return STATUS_IO;
    if (flock(lock, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? STATUS_BUSY : STATUS_IO;
    *ret_lock = lock;
    lock = -1;
    return STATUS_OK;
}

/* Group and others have no bit at all: a name to look up is something to know, and a right to write is worse. */
static enum status check_mode(int directory)
{
    struct stat facts;
    if (fstat(directory, &facts) != 0)
        return STATUS_IO;
    return (facts.st_mode & (S_IRWXG | S_IRWXO)) == 0 ? STATUS_OK : STATUS_FORBIDDEN;
}

static enum status open_and_lock(const char *path, struct data_directory *ret_directory, int *ret_file)
{
    TRY(resolve(path, ret_directory));
    auto_file directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return status_of_errno();
    TRY(check_mode(directory));
    TRY(lock_directory(directory, &ret_directory->lock));
    *ret_file = directory;
    directory = -1;
    return STATUS_OK;
}

enum status data_directory_create(const char *path, struct data_directory *ret_directory)
{
    auto_data_directory made = {.lock = -1};
    auto_file directory = -1;
    TRY(make_directory(path));
    TRY(open_and_lock(path, &made, &directory));
    TRY(make_file(directory, DATA_NAME));
    TRY(make_file(directory, KEYS_NAME));
    if (fsync(directory) != 0)
        return STATUS_IO;
    *ret_directory = made;
    made.lock = -1;
    return STATUS_OK;
}

static bool holds_something(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && facts.st_size > 0;
}

/* A creation that was cut short has made both names before it writes to either. */
enum store_fault store_standing(const char *directory)
{
    struct data_directory place = {.lock = -1};
    if (resolve(directory, &place) != STATUS_OK)
        return STORE_MISSING;
    bool keys = holds_something(place.keys_path);
    if (holds_something(place.data_path))
        return keys ? STORE_FINE : STORE_WITHOUT_KEYS;
    return keys && access(place.data_path, F_OK) != 0 && errno == ENOENT ? STORE_WITHOUT_DATA : STORE_MISSING;
}

static enum status open_existing(const char *path, struct data_directory *ret_directory)
{
    /* Looked for before the lock, which would leave a lock file where no store is. */
    TRY(resolve(path, ret_directory));
    if (access(ret_directory->data_path, F_OK) != 0 || access(ret_directory->keys_path, F_OK) != 0)
        return status_of_errno();
    auto_file directory = -1;
    return open_and_lock(path, ret_directory, &directory);
}

enum status data_directory_open(const char *path, struct data_directory *ret_directory, enum store_fault *ret_fault)
{
    struct data_directory opened = {.lock = -1};
    enum store_fault standing = store_standing(path);
    if (standing == STORE_WITHOUT_KEYS || standing == STORE_WITHOUT_DATA) {
        *ret_fault = standing;
        return STATUS_NOT_FOUND;
    }
    enum status status = open_existing(path, &opened);
    if (status == STATUS_OK) {
        *ret_directory = opened;
        return STATUS_OK;
    }
    static const struct {
        enum status status;
        enum store_fault fault;
    } faults[] = {
        {STATUS_NOT_FOUND, STORE_MISSING},
        {STATUS_BUSY, STORE_LOCKED},
        {STATUS_FORBIDDEN, STORE_OPEN_TO_OTHERS},
        {STATUS_IO, STORE_NOT_READABLE},
    };
    *ret_fault = STORE_FINE;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (faults[i].status == status)
            *ret_fault = faults[i].fault;
    return status;
}

void data_directory_close(struct data_directory *directory)
{
    close_file(&directory->lock);
}
