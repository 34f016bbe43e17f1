/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * set_sum.h: whether two sets are one, where each is seen in an order of its own: then the sums of their elements' keyed hashes (SipHash-2-4)
 * are equal. Of two that are not, the sums are equal once in 2^64 times, and nobody who does not know the key can make it more often.
 */
#ifndef TRYGG_CRYPTO_SET_SUM_H
#define TRYGG_CRYPTO_SET_SUM_H

#include <stddef.h>
#include <stdint.h>

enum { SET_KEY_BYTES = 16 };

struct set_key {
    uint8_t bytes[SET_KEY_BYTES];
};

/* For one comparison, and never kept. */
void set_key_new(struct set_key *ret_key);

/* What an element adds to the sum of its set, modulo 2^64. */
uint64_t set_summand(const struct set_key *key, const void *element, size_t len);

#endif
