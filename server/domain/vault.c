/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * vault.c: keys by id, the pool, and the organisations' own keys.
 * May not touch key bytes: it holds ids and opaque handles.
 * Always: a key id is handed out once; what the data names is never in the pool.
 */
#include "domain/vault.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "statements.gen.h"

_Static_assert((int)KEYRING_CHECK_BYTES == (int)KEYSTORE_CHECK_BYTES, "one check value");

enum {
    VAULT_POOL = 256,                  /* keys ready for use */
    VAULT_MAX_ORGANISATIONS = 64,      /* one store; each keeps two keys open */
    VAULT_MAX_KEYS = 64 * 1024 * 1024, /* counted at start */
};
static const size_t vault_start_bytes = (size_t)2 << 30; /* ids of all keys, twice, at start */

/* A key that is nobody's yet; wrapped when it was made by this process, else it is looked up when it is taken. */
struct pooled_key {
    struct key_id id;
    bool at_hand;
    struct wrapped_key wrapped;
};

struct vault {
    struct store *store;
    struct keystore *keystore;
    struct keyring *keyring;

    pthread_mutex_t filling; /* taken before pool_lock */
    pthread_mutex_t pool_lock;
    struct pooled_key pool[VAULT_POOL];
    size_t pooled;

    pthread_mutex_t organisations_lock;
    struct organisation_keys *organisations[VAULT_MAX_ORGANISATIONS];
    size_t n_organisations;
};

/* Both lists ascend: what is in `all` and not in `used` is the pool. False when something in `used` is not in `all`. */
static bool pool_fill(struct vault *vault, const struct key_id *all, size_t n_all,
                      const struct sql_keys_in_use_row *used, size_t n_used)
{
    size_t u = 0;

    for (size_t i = 0; i < n_all; i++) {
        const size_t first = u;
        while (u < n_used && uuid_equal(&used[u].key.uuid, &all[i].uuid))
            u++;
        if (u == first && u < n_used && uuid_compare(&used[u].key.uuid, &all[i].uuid) < 0)
            return false;
        if (u == first && vault->pooled < VAULT_POOL)
            vault->pool[vault->pooled++] = (struct pooled_key){.id = all[i]};
    }
    return u == n_used;
}

static enum status pool_count(struct vault *vault, enum keyring_fault *ret_fault)
{
    auto_arena arena = arena_new(vault_start_bytes);
    struct key_id *all = NULL;
    struct sql_keys_in_use_row *used = NULL;
    size_t n_all = 0, n_used = 0;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(keystore_ids(vault->keystore, arena, &all, &n_all));

    auto_session session = NULL;
    TRY(session_begin(vault->store, arena, &session));
    TRY(sql_keys_in_use(session, VAULT_MAX_KEYS, &used, &n_used));
    if (pool_fill(vault, all, n_all, used, n_used))
        return STATUS_OK;
    *ret_fault = KEYRING_LACKS_KEYS;
    return STATUS_INVALID;
}

static enum status same_master_key(const uint8_t ours[static KEYRING_CHECK_BYTES],
                                   const uint8_t theirs[static KEYRING_CHECK_BYTES], enum keyring_fault *ret_fault)
{
    if (memcmp(ours, theirs, KEYRING_CHECK_BYTES) == 0)
        return STATUS_OK;
    *ret_fault = KEYRING_OF_ANOTHER_STORE;
    return STATUS_INVALID;
}

/* keys.db says which master key wraps its keys. */
static enum status check_master_key(const struct vault *vault, enum keyring_fault *ret_fault)
{
    uint8_t ours[KEYRING_CHECK_BYTES], theirs[KEYSTORE_CHECK_BYTES];

    keyring_check(vault->keyring, ours);
    enum status status = keystore_master_check(vault->keystore, theirs);
    if (status == STATUS_NOT_FOUND)
        return keystore_set_master_check(vault->keystore, ours);
    TRY(status);
    return same_master_key(ours, theirs, ret_fault);
}

static enum status open_parts(struct vault *vault, const char *master_key_file, enum keyring_fault *ret_fault)
{
    TRY(crypto_start());
    TRY(keyring_open(master_key_file, &vault->keyring, ret_fault));
    TRY(check_master_key(vault, ret_fault));
    TRY(pool_count(vault, ret_fault));
    return vault_refill(vault);
}

/* Nothing is written: neither a check value nor new keys. */
static enum status open_parts_to_check(struct vault *vault, const char *master_key_file, enum keyring_fault *ret_fault)
{
    uint8_t ours[KEYRING_CHECK_BYTES], theirs[KEYSTORE_CHECK_BYTES];

    TRY(crypto_start());
    TRY(keyring_open(master_key_file, &vault->keyring, ret_fault));
    keyring_check(vault->keyring, ours);
    enum status status = keystore_master_check(vault->keystore, theirs);
    return status == STATUS_OK ? same_master_key(ours, theirs, ret_fault) : status;
}

enum status vault_make_master_key(const char *path, enum keyring_fault *ret_fault)
{
    struct keyring *keyring = NULL;

    *ret_fault = KEYRING_FINE;
    TRY(crypto_start());
    enum status status = keyring_create_file(path);
    if (status == STATUS_NO_MEMORY)
        *ret_fault = KEYRING_NO_LOCKED_MEMORY;
    if (status != STATUS_OK && status != STATUS_EXISTS)
        return status;
    TRY(keyring_open(path, &keyring, ret_fault));
    keyring_close(keyring);
    return STATUS_OK;
}

static enum status open_with(enum status (*open)(struct vault *, const char *, enum keyring_fault *),
                             struct store *store, const char *master_key_file, struct vault **ret_vault,
                             enum keyring_fault *ret_fault)
{
    struct vault *vault = calloc(1, sizeof *vault);

    *ret_fault = KEYRING_FINE;
    if (vault == NULL)
        return STATUS_NO_MEMORY;
    vault->store = store;
    vault->keystore = store_keys(store);
    pthread_mutex_init(&vault->filling, NULL);
    pthread_mutex_init(&vault->pool_lock, NULL);
    pthread_mutex_init(&vault->organisations_lock, NULL);

    enum status status = open(vault, master_key_file, ret_fault);
    if (status != STATUS_OK) {
        vault_close(vault);
        return status;
    }
    *ret_vault = vault;
    return STATUS_OK;
}

enum status vault_open(struct store *store, const char *master_key_file, struct vault **ret_vault,
                       enum keyring_fault *ret_fault)
{
    return open_with(open_parts, store, master_key_file, ret_vault, ret_fault);
}

enum status vault_open_to_check(struct store *store, const char *master_key_file, struct vault **ret_vault,
                                enum keyring_fault *ret_fault)
{
    return open_with(open_parts_to_check, store, master_key_file, ret_vault, ret_fault);
}

/* The handles are const to everyone who borrows them; only here, where they were opened, are they given back. */
static void organisation_free(struct organisation_keys *keys)
{
    if (keys == NULL)
        return;
    data_key_free((struct data_key *)keys->own);
    data_key_free((struct data_key *)keys->index);
    free(keys);
}

struct vault *vault_close(struct vault *vault)
{
    if (vault == NULL)
        return NULL;
    for (size_t i = 0; i < vault->n_organisations; i++)
        organisation_free(vault->organisations[i]);
    keyring_close(vault->keyring);
    pthread_mutex_destroy(&vault->filling);
    pthread_mutex_destroy(&vault->pool_lock);
    pthread_mutex_destroy(&vault->organisations_lock);
    free(vault);
    return NULL;
}

enum status vault_key(struct vault *vault, const struct key_id *id, struct data_key **ret_key)
{
    struct wrapped_key wrapped;
    enum status status = keystore_get(vault->keystore, id, &wrapped);

    if (status == STATUS_NOT_FOUND)
        return STATUS_CORRUPT;
    TRY(status);
    return keyring_unwrap(vault->keyring, id, &wrapped, ret_key);
}

/* Makes n new keys and stores them in one transaction. */
static enum status keys_make(struct vault *vault, struct stored_key *keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        keys[i].id = (struct key_id){uuid_new()};
        TRY(keyring_make(vault->keyring, &keys[i].id, &keys[i].wrapped));
    }
    return keystore_add(vault->keystore, keys, n);
}

static bool pool_pop(struct vault *vault, struct pooled_key *ret_key)
{
    bool found = false;

    pthread_mutex_lock(&vault->pool_lock);
    if (vault->pooled > 0) {
        *ret_key = vault->pool[--vault->pooled];
        found = true;
    }
    pthread_mutex_unlock(&vault->pool_lock);
    return found;
}

/* A full pool forgets the key until the next start, when it is found unused again. */
static void pool_push(struct vault *vault, const struct pooled_key *key)
{
    pthread_mutex_lock(&vault->pool_lock);
    if (vault->pooled < VAULT_POOL)
        vault->pool[vault->pooled++] = *key;
    pthread_mutex_unlock(&vault->pool_lock);
}

static size_t pool_room(struct vault *vault)
{
    pthread_mutex_lock(&vault->pool_lock);
    size_t room = VAULT_POOL - vault->pooled;
    pthread_mutex_unlock(&vault->pool_lock);
    return room;
}

/* Fills the pool, with `filling` held; the first of the new keys goes to whoever asks for one. */
static enum status pool_refill(struct vault *vault, struct pooled_key *ret_own)
{
    struct stored_key made[VAULT_POOL];
    size_t n = pool_room(vault);

    n = n == 0 && ret_own != NULL ? 1 : n;
    if (n == 0)
        return STATUS_OK;
    TRY(keys_make(vault, made, n));
    for (size_t i = 0; i < n; i++) {
        const struct pooled_key key = {.id = made[i].id, .at_hand = true, .wrapped = made[i].wrapped};
        if (i == 0 && ret_own != NULL)
            *ret_own = key;
        else
            pool_push(vault, &key);
    }
    return STATUS_OK;
}

/* Whoever finds the pool empty fills it, while the others who do wait: one commit for all of them. */
static enum status pool_take(struct vault *vault, struct pooled_key *ret_key)
{
    enum status status = STATUS_OK;

    if (pool_pop(vault, ret_key))
        return STATUS_OK;
    pthread_mutex_lock(&vault->filling);
    if (!pool_pop(vault, ret_key))
        status = pool_refill(vault, ret_key);
    pthread_mutex_unlock(&vault->filling);
    return status;
}

/* A key that could not be opened for want of room goes back. */
static enum status take_one(struct vault *vault, struct key_id *ret_id, struct data_key **ret_key)
{
    struct pooled_key taken;

    TRY(pool_take(vault, &taken));
    enum status status = taken.at_hand ? keyring_unwrap(vault->keyring, &taken.id, &taken.wrapped, ret_key)
                                       : vault_key(vault, &taken.id, ret_key);
    if (status == STATUS_BUSY || status == STATUS_NO_MEMORY)
        pool_push(vault, &taken);
    *ret_id = taken.id;
    return status;
}

/* A damaged key is nobody's yet: it is left lying, and the next one is taken. */
enum status vault_take(struct vault *vault, struct key_id *ret_id, struct data_key **ret_key)
{
    enum status status = take_one(vault, ret_id, ret_key);

    for (size_t tries = 0; status == STATUS_CORRUPT && tries < VAULT_POOL; tries++)
        status = take_one(vault, ret_id, ret_key);
    return status;
}

void vault_give_back(struct vault *vault, const struct key_id *id)
{
    pool_push(vault, &(struct pooled_key){.id = *id});
}

enum status vault_refill(struct vault *vault)
{
    pthread_mutex_lock(&vault->filling);
    enum status status = pool_refill(vault, NULL);
    pthread_mutex_unlock(&vault->filling);
    return status;
}

void vault_pool(struct vault *vault, size_t *ret_ready, size_t *ret_full)
{
    *ret_ready = VAULT_POOL - pool_room(vault);
    *ret_full = VAULT_POOL;
}

static const struct organisation_keys *organisation_find(const struct vault *vault, const struct organisation_id *id)
{
    for (size_t i = 0; i < vault->n_organisations; i++)
        if (uuid_equal(&vault->organisations[i]->organisation.uuid, &id->uuid))
            return vault->organisations[i];
    return NULL;
}

static enum status organisation_key_ids(struct vault *vault, const struct organisation_id *id,
                                        struct sql_organisation_keys_row *ret_row)
{
    auto_arena arena = arena_new(4096);
    auto_session session = NULL;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(session_begin(vault->store, arena, &session));
    return sql_organisation_keys(session, &(struct sql_organisation_keys_args){*id}, ret_row);
}

static enum status organisation_open(struct vault *vault, const struct organisation_id *id,
                                     struct organisation_keys **ret_keys)
{
    auto_data_key own = NULL;
    auto_data_key index = NULL;
    struct sql_organisation_keys_row row;

    TRY(organisation_key_ids(vault, id, &row));
    TRY(vault_key(vault, &row.key, &own));
    TRY(vault_key(vault, &row.index_key, &index));

    struct organisation_keys *keys = malloc(sizeof *keys);
    if (keys == NULL)
        return STATUS_NO_MEMORY;
    *keys = (struct organisation_keys){*id, row.key, own, index};
    own = index = NULL;
    *ret_keys = keys;
    return STATUS_OK;
}

static enum status organisation_open_locked(struct vault *vault, const struct organisation_id *id,
                                            const struct organisation_keys **ret_keys)
{
    struct organisation_keys *opened = NULL;
    const struct organisation_keys *found = organisation_find(vault, id);

    if (found == NULL) {
        if (vault->n_organisations == VAULT_MAX_ORGANISATIONS)
            return STATUS_NO_MEMORY;
        TRY(organisation_open(vault, id, &opened));
        vault->organisations[vault->n_organisations++] = opened;
        found = opened;
    }
    *ret_keys = found;
    return STATUS_OK;
}

enum status vault_organisation(struct vault *vault, const struct organisation_id *organisation,
                               const struct organisation_keys **ret_keys)
{
    pthread_mutex_lock(&vault->organisations_lock);
    enum status status = organisation_open_locked(vault, organisation, ret_keys);
    pthread_mutex_unlock(&vault->organisations_lock);
    return status;
}
