/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the wrapping key and the data keys in use, in one locked pool (C2).
 * May not: let an unwrapped key out of the pool, or read anything but the master key's file (master_key.c).
 * Always:  a key lies in locked memory; a slot is wiped before it is free.
 */
#include "crypto/keyring.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/key_bytes.h"
#include "crypto/locked.h"
#include "crypto/master_key.h"

enum { NONCE_BYTES = 24, TAG_BYTES = 16, LABEL_DATA_KEY_BYTES = sizeof(LABEL_DATA_KEY) - 1 };

_Static_assert(WRAPPED_KEY_BYTES == NONCE_BYTES + KEY_BYTES + TAG_BYTES, "wrapped size differs");
_Static_assert(NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce size differs");
_Static_assert(TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag size differs");

/* One region of locked memory, with guard pages, left out of core dumps. */
struct locked {
    uint8_t wrapping[KEY_BYTES];
    uint8_t keys[KEYRING_SLOTS][KEY_BYTES];
    struct master_key_room reading; /* the master key itself; wiped before keyring_open returns */
};

struct data_key {
    struct keyring *keyring;
    uint8_t *bytes;
    struct data_key *next_free;
    bool out;
};

struct keyring {
    pthread_mutex_t mutex; /* of the free list and of `out` */
    struct data_key *first_free;
    struct locked *locked;
    uint8_t check[KEYRING_CHECK_BYTES];
    struct data_key slots[KEYRING_SLOTS];
};

/* What each fault is answered with. */
static const enum status fault_statuses[] = {
    [KEYRING_FILE_MISSING] = STATUS_NOT_FOUND,
    [KEYRING_FILE_UNREADABLE] = STATUS_IO,
    [KEYRING_FILE_READABLE_BY_OTHERS] = STATUS_FORBIDDEN,
    [KEYRING_FILE_NOT_A_KEY] = STATUS_INVALID,
    [KEYRING_NO_LOCKED_MEMORY] = STATUS_NO_MEMORY,
};

/* BLAKE2b of a label under the master key. */
static void derive(const uint8_t master[static KEY_BYTES], const char *label, uint8_t *ret_bytes, size_t len)
{
    int failed = crypto_generichash(ret_bytes, len, (const uint8_t *)label, strlen(label), master, KEY_BYTES);
    assert(failed == 0);
    (void)failed;
}

static struct keyring *keyring_new(void)
{
    struct keyring *keyring = calloc(1, sizeof(*keyring));
    if (keyring == NULL)
        return NULL;
    if (pthread_mutex_init(&keyring->mutex, NULL) != 0) {
        free(keyring);
        return NULL;
    }
    return keyring;
}

static bool pool_make(struct keyring *keyring)
{
    keyring->locked = locked_new(sizeof(*keyring->locked));
    if (keyring->locked == NULL)
        return false;
    for (size_t i = 0; i < KEYRING_SLOTS; i++) {
        struct data_key *slot = &keyring->slots[i];
        *slot =
            (struct data_key){.keyring = keyring, .bytes = keyring->locked->keys[i], .next_free = keyring->first_free};
        keyring->first_free = slot;
    }
    return true;
}

enum status keyring_open(const char *path, struct keyring **ret_keyring, enum keyring_fault *ret_fault)
{
    *ret_fault = KEYRING_FINE;
    if (sodium_init() < 0)
        return STATUS_INTERNAL;
    struct keyring *keyring = keyring_new();
    if (keyring == NULL)
        return STATUS_NO_MEMORY;

    enum status status = STATUS_OK;
    if (!pool_make(keyring))
        *ret_fault = KEYRING_NO_LOCKED_MEMORY;
    else
        status = master_key_read(path, &keyring->locked->reading, ret_fault);
    if (*ret_fault != KEYRING_FINE)
        status = fault_statuses[*ret_fault];
    if (status != STATUS_OK) {
        keyring_close(keyring);
        return status;
    }

    struct locked *locked = keyring->locked;
    derive(locked->reading.key, LABEL_WRAPPING, locked->wrapping, sizeof(locked->wrapping));
    derive(locked->reading.key, LABEL_CHECK, keyring->check, sizeof(keyring->check));
    sodium_memzero(&locked->reading, sizeof(locked->reading));
    *ret_keyring = keyring;
    return STATUS_OK;
}

struct keyring *keyring_close(struct keyring *keyring)
{
    if (keyring == NULL)
        return NULL;
    for (size_t i = 0; i < KEYRING_SLOTS; i++)
        assert(!keyring->slots[i].out);
    locked_free(keyring->locked);
    pthread_mutex_destroy(&keyring->mutex);
    free(keyring);
    return NULL;
}

void keyring_check(const struct keyring *keyring, uint8_t ret_check[static KEYRING_CHECK_BYTES])
{
    memcpy(ret_check, keyring->check, KEYRING_CHECK_BYTES);
}

/* NULL when every slot is out. */
static struct data_key *slot_take(struct keyring *keyring)
{
    pthread_mutex_lock(&keyring->mutex);
    struct data_key *slot = keyring->first_free;
    if (slot != NULL) {
        keyring->first_free = slot->next_free;
        slot->next_free = NULL;
        slot->out = true;
    }
    pthread_mutex_unlock(&keyring->mutex);
    return slot;
}

/* What a wrapped key is bound to: the label, then 16 bytes of id. */
static void encode_id(const struct key_id *id, uint8_t ret_bound[static LABEL_DATA_KEY_BYTES + UUID_BYTES])
{
    memcpy(ret_bound, LABEL_DATA_KEY, LABEL_DATA_KEY_BYTES);
    memcpy(ret_bound + LABEL_DATA_KEY_BYTES, id->uuid.bytes, UUID_BYTES);
}

enum status keyring_make(struct keyring *keyring, const struct key_id *id, struct wrapped_key *ret_wrapped)
{
    auto_data_key slot = slot_take(keyring);
    if (slot == NULL)
        return STATUS_BUSY;
    uint8_t bound[LABEL_DATA_KEY_BYTES + UUID_BYTES];
    encode_id(id, bound);
    randombytes_buf(slot->bytes, KEY_BYTES);
    randombytes_buf(ret_wrapped->bytes, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(ret_wrapped->bytes + NONCE_BYTES, NULL, slot->bytes, KEY_BYTES, bound,
                                               sizeof(bound), NULL, ret_wrapped->bytes, keyring->locked->wrapping);
    return STATUS_OK;
}

enum status keyring_unwrap(struct keyring *keyring, const struct key_id *id, const struct wrapped_key *wrapped,
                           struct data_key **ret_key)
{
    struct data_key *slot = slot_take(keyring);
    if (slot == NULL)
        return STATUS_BUSY;
    uint8_t bound[LABEL_DATA_KEY_BYTES + UUID_BYTES];
    encode_id(id, bound);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(slot->bytes, NULL, NULL, wrapped->bytes + NONCE_BYTES,
                                                   KEY_BYTES + TAG_BYTES, bound, sizeof(bound), wrapped->bytes,
                                                   keyring->locked->wrapping) != 0) {
        data_key_free(slot);
        return STATUS_CORRUPT;
    }
    *ret_key = slot;
    return STATUS_OK;
}

struct data_key *data_key_free(struct data_key *key)
{
    if (key == NULL)
        return NULL;
    struct keyring *keyring = key->keyring;
    pthread_mutex_lock(&keyring->mutex);
    assert(key->out);
    sodium_memzero(key->bytes, KEY_BYTES);
    key->out = false;
    key->next_free = keyring->first_free;
    keyring->first_free = key;
    pthread_mutex_unlock(&keyring->mutex);
    return NULL;
}

const uint8_t *data_key_bytes(const struct data_key *key)
{
    return key->bytes;
}
