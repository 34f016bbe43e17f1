/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keyset.h: a parsed key set (RFC 7517 section 5): immutable, shared by reference count.
 */
#ifndef TRYGG_AUTH_KEYSET_H
#define TRYGG_AUTH_KEYSET_H

#include <stddef.h>

#include "auth/key.h"
#include "base/status.h"

enum { KEYSET_MAX_KEYS = 64, KEYSET_MAX_BYTES = 256 * 1024 };

struct keyset;

/* STATUS_INVALID with constant words in ret_fault for a set that is not JSON, has no key that can verify, two usable keys of one
 * kid, or holds a secret; keys that merely cannot verify here are passed over. The caller holds one reference. */
must_check enum status keyset_parse(const char *text, size_t len, struct keyset **ret_set, const char **ret_fault);

struct keyset *keyset_ref(struct keyset *set);
struct keyset *keyset_unref(struct keyset *set); /* accepts NULL, returns NULL */

/* The key for a header's kid (NULL: none given) and algorithm, or NULL. Without a kid only a set of one key has an answer. */
size_t keyset_size(const struct keyset *set);

const struct key *keyset_pick(const struct keyset *set, const char *kid, const struct algorithm *algorithm);

static inline void keyset_unrefp(struct keyset **set)
{
    *set = keyset_unref(*set);
}
#define auto_keyset __attribute__((cleanup(keyset_unrefp))) struct keyset *

#endif
