/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * blind_index.h: keyed hashes (BLAKE2b-256) by which a value can be found or compared without being stored. The key is the
 * organisation's own index key (a data key). `purpose` separates uses ("civic", "identity", "replay-body" …): equal values under
 * different purposes have unrelated marks.
 */
#ifndef TRYGG_CRYPTO_BLIND_INDEX_H
#define TRYGG_CRYPTO_BLIND_INDEX_H

#include <stddef.h>

#include "base/sealed.h"
#include "crypto/keyring.h"

/* A part of what is hashed; parts are length-prefixed, so ("ab","c") and ("a","bc") differ. */
struct mark_part {
    const void *data;
    size_t len;
};

void blind_index_mark(const struct data_key *index_key, const char *purpose, const struct mark_part *parts, size_t n,
                      struct mark *ret_mark);

#endif
