/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the keys that sign the log's checkpoints, and verifying such signatures.
 * May not: let a secret out of locked memory but into the keys' own file, or know what it signs.
 * Always:  a secret lies in locked memory; the keys of one file are different ones, in the file's order.
 */
#include "crypto/signing.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/new_file.h"
#include "crypto/key_file.h"
#include "crypto/locked.h"

enum {
    SEED_BYTES = 32,
    SECRET_BYTES = 64,
    LINE_DIGITS = 2 * SEED_BYTES,
    LINE_BYTES = LINE_DIGITS + 1,
    /* One byte more than the longest file that is taken, so that a longer one is noticed. */
    TEXT_BYTES = SIGNING_KEYS_MAX * LINE_BYTES + 1,
};

_Static_assert(PUBLIC_KEY_BYTES == crypto_sign_ed25519_PUBLICKEYBYTES, "key size differs");
_Static_assert(SIGNATURE_BYTES == crypto_sign_ed25519_BYTES, "signature size differs");
_Static_assert(SEED_BYTES == crypto_sign_ed25519_SEEDBYTES, "seed size differs");
_Static_assert(SECRET_BYTES == crypto_sign_ed25519_SECRETKEYBYTES, "secret size differs");

/* Lies in locked memory. Text and seed are wiped once the keys are made of them. */
struct room {
    uint8_t secrets[SIGNING_KEYS_MAX][SECRET_BYTES];
    uint8_t seed[SEED_BYTES];
    char line[LINE_BYTES + 1]; /* room for the NUL that is written behind the digits */
    char text[TEXT_BYTES];
};

struct signing_keys {
    size_t n;
    struct public_key public_keys[SIGNING_KEYS_MAX];
    struct room *room;
};

static const enum signing_fault faults[] = {
    [KEY_FILE_FINE] = SIGNING_FINE,
    [KEY_FILE_MISSING] = SIGNING_FILE_MISSING,
    [KEY_FILE_UNREADABLE] = SIGNING_FILE_UNREADABLE,
    [KEY_FILE_READABLE_BY_OTHERS] = SIGNING_FILE_READABLE_BY_OTHERS,
    [KEY_FILE_NOT_REGULAR] = SIGNING_FILE_NOT_KEYS,
};

/* What each fault is answered with. */
static const enum status fault_statuses[] = {
    [SIGNING_FINE] = STATUS_OK,
    [SIGNING_FILE_MISSING] = STATUS_NOT_FOUND,
    [SIGNING_FILE_UNREADABLE] = STATUS_IO,
    [SIGNING_FILE_READABLE_BY_OTHERS] = STATUS_FORBIDDEN,
    [SIGNING_FILE_NOT_KEYS] = STATUS_INVALID,
    [SIGNING_NO_LOCKED_MEMORY] = STATUS_NO_MEMORY,
};

bool signature_verify(const struct public_key *key, const void *message, size_t len, const struct signature *signature)
{
    return crypto_sign_ed25519_verify_detached(signature->bytes, message, len, key->bytes) == 0;
}

/* ---- Keys in memory ----------------------------------------------------------------------------------------------------- */

struct signing_keys *signing_keys_close(struct signing_keys *keys)
{
    if (keys == NULL)
        return NULL;
    locked_free(keys->room);
    free(keys);
    return NULL;
}

/* Without keys. */
static enum status keys_new(struct signing_keys **ret_keys, enum signing_fault *ret_fault)
{
    if (sodium_init() < 0)
        return STATUS_INTERNAL;
    struct signing_keys *keys = calloc(1, sizeof(*keys));
    if (keys == NULL)
        return STATUS_NO_MEMORY;
    keys->room = locked_new(sizeof(*keys->room));
    if (keys->room == NULL) {
        *ret_fault = SIGNING_NO_LOCKED_MEMORY;
        signing_keys_close(keys);
        return fault_statuses[*ret_fault];
    }
    *ret_keys = keys;
    return STATUS_OK;
}

/* Asserts that there is room. */
static void add_seed(struct signing_keys *keys)
{
    assert(keys->n < SIGNING_KEYS_MAX);
    int failed = crypto_sign_ed25519_seed_keypair(keys->public_keys[keys->n].bytes, keys->room->secrets[keys->n],
                                                  keys->room->seed);
    assert(failed == 0);
    (void)failed;
    keys->n++;
    sodium_memzero(keys->room->seed, SEED_BYTES);
}

static bool newest_is_new(const struct signing_keys *keys)
{
    const struct public_key *newest = &keys->public_keys[keys->n - 1];
    for (const struct public_key *key = keys->public_keys; key < newest; key++) {
        if (memcmp(key->bytes, newest->bytes, PUBLIC_KEY_BYTES) == 0)
            return false;
    }
    return true;
}

/* The line at `at` of a text of len bytes; the newline of the last one may be missing. */
static bool add_line(struct signing_keys *keys, size_t at, size_t len)
{
    const char *line = keys->room->text + at;
    size_t decoded;
    if (len - at < LINE_DIGITS || (len - at > LINE_DIGITS && line[LINE_DIGITS] != '\n'))
        return false;
    if (sodium_hex2bin(keys->room->seed, SEED_BYTES, line, LINE_DIGITS, NULL, &decoded, NULL) != 0)
        return false;
    add_seed(keys);
    return newest_is_new(keys);
}

/* The first len bytes of the text, all of them. */
static enum status add_text(struct signing_keys *keys, size_t len)
{
    if (len == 0 || len >= TEXT_BYTES)
        return STATUS_INVALID;
    for (size_t at = 0; at < len; at += LINE_BYTES) {
        if (!add_line(keys, at, len))
            return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status keys_fill(struct signing_keys *keys, const char *path, enum signing_fault *ret_fault)
{
    enum key_file_fault fault = KEY_FILE_FINE;
    size_t len = 0;

    const enum status status = key_file_read(path, keys->room->text, TEXT_BYTES, &len, &fault);
    *ret_fault = faults[fault];
    TRY(status);
    if (*ret_fault == SIGNING_FINE && add_text(keys, len) != STATUS_OK)
        *ret_fault = SIGNING_FILE_NOT_KEYS;
    sodium_memzero(keys->room->text, TEXT_BYTES);
    return fault_statuses[*ret_fault];
}

enum status signing_keys_open(const char *path, struct signing_keys **ret_keys, enum signing_fault *ret_fault)
{
    struct signing_keys *keys = NULL;

    *ret_fault = SIGNING_FINE;
    TRY(keys_new(&keys, ret_fault));
    const enum status status = keys_fill(keys, path, ret_fault);
    if (status != STATUS_OK)
        keys = signing_keys_close(keys);
    else
        *ret_keys = keys;
    return status;
}

size_t signing_keys_count(const struct signing_keys *keys)
{
    return keys->n;
}

const struct public_key *signing_public_key(const struct signing_keys *keys, size_t at)
{
    assert(at < keys->n);
    return &keys->public_keys[at];
}

void signing_sign(const struct signing_keys *keys, size_t at, const void *message, size_t len,
                  struct signature *ret_signature)
{
    assert(at < keys->n);
    int failed = crypto_sign_ed25519_detached(ret_signature->bytes, NULL, message, len, keys->room->secrets[at]);
    assert(failed == 0);
    (void)failed;
}

/* ---- Keys in their file ------------------------------------------------------------------------------------------------- */

/* A new key as a line. */
static void make_line(struct room *room)
{
    randombytes_buf(room->seed, SEED_BYTES);
    sodium_bin2hex(room->line, sizeof(room->line), room->seed, SEED_BYTES);
    room->line[LINE_DIGITS] = '\n';
    sodium_memzero(room->seed, SEED_BYTES);
}

enum status signing_keys_create_file(const char *path, enum signing_fault *ret_fault)
{
    struct signing_keys *keys = NULL;

    *ret_fault = SIGNING_FINE;
    if (new_file_is_there(path))
        return STATUS_EXISTS; /* whether or not there is memory to make another */
    TRY(keys_new(&keys, ret_fault));
    make_line(keys->room);
    const enum status status = key_file_create(path, keys->room->line, LINE_BYTES);
    signing_keys_close(keys);
    return status;
}

/* Lines are of one length; the last one gets its newline. */
static enum status add_newest(void *context, size_t *len)
{
    struct signing_keys *keys = context;
    TRY(add_text(keys, *len));
    if (keys->n == SIGNING_KEYS_MAX)
        return STATUS_TOO_MANY;
    char *text = keys->room->text;
    text[keys->n * LINE_BYTES - 1] = '\n';
    memmove(text + LINE_BYTES, text, keys->n * LINE_BYTES);
    make_line(keys->room);
    memcpy(text, keys->room->line, LINE_BYTES);
    *len = (keys->n + 1) * LINE_BYTES;
    return STATUS_OK;
}

static enum status drop_oldest(void *context, size_t *len)
{
    struct signing_keys *keys = context;
    TRY(add_text(keys, *len));
    if (keys->n == 1)
        return STATUS_CONFLICT;
    *len = (keys->n - 1) * LINE_BYTES;
    return STATUS_OK;
}

static enum status edit_file(const char *path, enum status (*edit)(void *context, size_t *len),
                             enum signing_fault *ret_fault)
{
    auto_signing_keys keys = NULL;
    enum key_file_fault fault = KEY_FILE_FINE;

    *ret_fault = SIGNING_FINE;
    TRY(keys_new(&keys, ret_fault));
    const struct key_file_editor editor = {keys->room->text, TEXT_BYTES, edit, keys};
    const enum status status = key_file_edit(path, &editor, &fault);
    *ret_fault = status == STATUS_INVALID ? SIGNING_FILE_NOT_KEYS : faults[fault];
    TRY(status);
    return fault_statuses[*ret_fault];
}

enum status signing_keys_add(const char *path, enum signing_fault *ret_fault)
{
    return edit_file(path, add_newest, ret_fault);
}

enum status signing_keys_drop_oldest(const char *path, enum signing_fault *ret_fault)
{
    return edit_file(path, drop_oldest, ret_fault);
}
