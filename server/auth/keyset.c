/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: a whole key set from its JSON text, and picking the one key a token's header points at.
 * May not: touch files, tokens, the clock.
 * Always:  no two keys of a set share a kid, and nothing in a set can change once it is made.
 */
#include "auth/keyset.h"

#include <openssl/err.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

struct keyset {
    atomic_uint references;
    size_t n;
    struct key keys[];
};

static struct keyset *keyset_new(size_t capacity)
{
    struct keyset *set = calloc(1, sizeof *set + capacity * sizeof set->keys[0]);
    if (set != NULL)
        atomic_init(&set->references, 1);
    return set;
}

struct keyset *keyset_ref(struct keyset *set)
{
    atomic_fetch_add_explicit(&set->references, 1, memory_order_relaxed);
    return set;
}

struct keyset *keyset_unref(struct keyset *set)
{
    if (set == NULL || atomic_fetch_sub_explicit(&set->references, 1, memory_order_acq_rel) > 1)
        return NULL;
    for (size_t i = 0; i < set->n; i++)
        key_clear(&set->keys[i]);
    free(set);
    return NULL;
}

static const struct key *key_with_id(const struct keyset *set, const char *kid)
{
    for (size_t i = 0; i < set->n; i++)
        if (strcmp(set->keys[i].id, kid) == 0)
            return &set->keys[i];
    return NULL;
}

static enum status refuse(const char *fault, const char **ret_fault)
{
    *ret_fault = fault;
    return STATUS_INVALID;
}

/* Adds one key, or passes it over; fails only when the whole set must be refused. */
static enum status take_key(struct keyset *set, const json_t *jwk, const char **ret_fault)
{
    if (!json_is_object(jwk))
        return refuse("jwks: a key that is not an object", ret_fault);
    const char *scandal = key_scandal(jwk);
    if (scandal != NULL)
        return refuse(scandal, ret_fault);
    struct key key;
    if (key_read(jwk, &key) != STATUS_OK)
        return STATUS_OK;
    if (key.id[0] != '\0' && key_with_id(set, key.id) != NULL) {
        key_clear(&key);
        return refuse("jwks: two keys with the same kid", ret_fault);
    }
    set->keys[set->n++] = key;
    return STATUS_OK;
}

static enum status take_keys(struct keyset *set, const json_t *keys, const char **ret_fault)
{
    size_t i;
    const json_t *jwk;
    json_array_foreach(keys, i, jwk) TRY(take_key(set, jwk, ret_fault));
    return set->n > 0 ? STATUS_OK : refuse("jwks: no usable key", ret_fault);
}

enum status keyset_parse(const char *text, size_t len, struct keyset **ret_set, const char **ret_fault)
{
    auto_json json = NULL;
    if (len == 0 || len > KEYSET_MAX_BYTES || json_parse_strict(text, len, &json) != STATUS_OK)
        return refuse("jwks: not a JSON text", ret_fault);
    const json_t *keys = json_object_get(json, "keys");
    if (!json_is_array(keys))
        return refuse("jwks: no array named keys", ret_fault);
    if (json_array_size(keys) > KEYSET_MAX_KEYS)
        return refuse("jwks: too many keys", ret_fault);

    struct keyset *set = keyset_new(json_array_size(keys));
    if (set == NULL)
        return STATUS_NO_MEMORY;
    enum status status = take_keys(set, keys, ret_fault);
    ERR_clear_error();
    if (status != STATUS_OK) {
        keyset_unref(set);
        return status;
    }
    *ret_set = set;
    return STATUS_OK;
}

size_t keyset_size(const struct keyset *set)
{
    return set->n;
}

const struct key *keyset_pick(const struct keyset *set, const char *kid, const struct algorithm *algorithm)
{
    const struct key *key = NULL;
    if (kid == NULL)
        key = set->n == 1 ? &set->keys[0] : NULL;
    else if (kid[0] != '\0')
        key = key_with_id(set, kid);
    return key != NULL && key_fits(key, algorithm) ? key : NULL;
}
