/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: keeping a key set parsed, and exchanging it when its file changes, without a restart.
 * May not: touch tokens, the log.
 * Always:  there is always a usable set; one thread at a time looks at the file, and none waits for it.
 */
#include "auth/keyfile.h"

#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "auth/file.h"
#include "base/clock.h"

static const char no_file[] = "jwks: cannot read the file";
static const char others_write[] = "jwks: others than its owner may write the file (chmod 644)";

struct keyfile {
    char *path;

    pthread_mutex_t mutex; /* guards these */
    struct keyset *keys;
    uint64_t generation;
    int64_t since;     /* of this generation; ms, wall clock */
    const char *fault; /* of the last look; NULL: none */
    int64_t looked;    /* ms */
    bool looking;

    /* These belong to whoever set `looking`. A stamp is trusted once two looks a second apart saw it: two writes within one tick of
     * the file system's clock can leave the same stamp. */
    struct file_stamp stamp;
    bool settled;
    uint8_t digest[SHA256_DIGEST_LENGTH];
};

/* ret_keys stays as it was when the file says what it said before. */
static enum status read_keys(struct keyfile *file, struct keyset **ret_keys, const char **ret_fault)
{
    auto_buffer contents = buffer_make(KEYSET_MAX_BYTES);
    struct file_stamp stamp;
    enum file_fault fault;
    enum status status = file_read(file->path, FILE_WRITABLE_BY_OTHERS, &contents, &stamp, &fault);
    if (status == STATUS_NO_MEMORY)
        return status; /* says nothing of the file */
    if (status != STATUS_OK) {
        *ret_fault = fault == FILE_TOO_OPEN ? others_write : no_file;
        return fault == FILE_TOO_OPEN ? STATUS_FORBIDDEN : STATUS_IO;
    }
    uint8_t digest[SHA256_DIGEST_LENGTH];
    if (SHA256(contents.data, contents.len, digest) == NULL)
        return STATUS_NO_MEMORY;
    bool same_text = memcmp(digest, file->digest, sizeof digest) == 0;
    if (!same_text)
        TRY(keyset_parse((const char *)contents.data, contents.len, ret_keys, ret_fault));
    file->settled = same_text && file_stamp_equal(&stamp, &file->stamp);
    file->stamp = stamp;
    memcpy(file->digest, digest, sizeof digest);
    return STATUS_OK;
}

/* The new keys, or NULL when the old ones stand; ret_fault is NULL when they stand for a good reason. */
static struct keyset *look(struct keyfile *file, const char **ret_fault)
{
    struct file_stamp stamp;
    *ret_fault = no_file;
    if (!file_stamp_of(file->path, &stamp))
        return NULL;
    struct keyset *keys = NULL;
    *ret_fault = "jwks: no memory to read it";
    if (!(file->settled && file_stamp_equal(&stamp, &file->stamp)) && read_keys(file, &keys, ret_fault) != STATUS_OK)
        return NULL;
    *ret_fault = NULL;
    return keys;
}

enum status keyfile_open(const char *path, struct keyfile **ret_file, const char **ret_fault)
{
    struct keyfile *file = calloc(1, sizeof *file);
    if (file == NULL)
        return STATUS_NO_MEMORY;
    if (pthread_mutex_init(&file->mutex, NULL) != 0) {
        free(file);
        return STATUS_NO_MEMORY;
    }
    file->looked = INT64_MIN;
    file->since = clock_now();
    file->path = strdup(path);
    enum status status = file->path != NULL ? read_keys(file, &file->keys, ret_fault) : STATUS_NO_MEMORY;
    if (status != STATUS_OK) {
        keyfile_close(file);
        return status;
    }
    *ret_file = file;
    return STATUS_OK;
}

struct keyfile *keyfile_close(struct keyfile *file)
{
    if (file == NULL)
        return NULL;
    keyset_unref(file->keys);
    pthread_mutex_destroy(&file->mutex);
    free(file->path);
    free(file);
    return NULL;
}

/* A clock set back counts as time gone by; threads that differ by some ms do not. */
static bool due(const struct keyfile *file, int64_t now)
{
    return file->looked == INT64_MIN || now - file->looked >= KEYFILE_LOOK_EVERY_MS ||
           file->looked - now >= KEYFILE_LOOK_EVERY_MS;
}

/* Under the mutex, which is let go of while the file is looked at. */
static void keep_up(struct keyfile *file, int64_t now)
{
    if (file->looking || !due(file, now))
        return;
    file->looking = true;
    file->looked = now;
    pthread_mutex_unlock(&file->mutex);
    const char *fault;
    struct keyset *fresh = look(file, &fault);
    pthread_mutex_lock(&file->mutex);
    file->looking = false;
    file->fault = fault;
    if (fresh == NULL)
        return;
    keyset_unref(file->keys);
    file->keys = fresh;
    file->generation++;
    file->since = clock_now();
}

struct keyset *keyfile_keys(struct keyfile *file, int64_t now, uint64_t *ret_generation)
{
    pthread_mutex_lock(&file->mutex);
    keep_up(file, now);
    struct keyset *keys = keyset_ref(file->keys);
    *ret_generation = file->generation;
    pthread_mutex_unlock(&file->mutex);
    return keys;
}

const char *keyfile_fault(struct keyfile *file, int64_t now)
{
    pthread_mutex_lock(&file->mutex);
    keep_up(file, now);
    const char *fault = file->fault;
    pthread_mutex_unlock(&file->mutex);
    return fault;
}

void keyfile_figures(struct keyfile *file, uint64_t *ret_keys, int64_t *ret_since)
{
    pthread_mutex_lock(&file->mutex);
    *ret_keys = keyset_size(file->keys);
    *ret_since = file->since;
    pthread_mutex_unlock(&file->mutex);
}
