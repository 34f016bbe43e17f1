/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * remembered.h: tokens that were verified, by the SHA-256 of their text; the text itself is not kept. Bounded. Thread-safe.
 */
#ifndef TRYGG_AUTH_REMEMBERED_H
#define TRYGG_AUTH_REMEMBERED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/claims.h"

enum { TOKEN_DIGEST_BYTES = 32, REMEMBERED_SHARDS = 16, REMEMBERED_SETS = 32, REMEMBERED_WAYS = 8 };

struct token_digest {
    uint8_t bytes[TOKEN_DIGEST_BYTES];
};

struct remembered_token {
    struct verified verified;
    size_t section;      /* which section's keys verified it */
    uint64_t generation; /* and which generation of them */
};

void remembered_token_wipe(struct remembered_token *token);
#define auto_remembered_token __attribute__((cleanup(remembered_token_wipe))) struct remembered_token

struct remembered;

struct remembered *remembered_new(void); /* NULL without memory */
struct remembered *remembered_free(struct remembered *table);

/* A copy; whether it still holds is the caller's question. */
bool remembered_find(struct remembered *table, const struct token_digest *digest, struct remembered_token *ret_token);

/* Takes the place of an unused entry, else of one that is expired at now (ms), else of the one that was asked for longest ago. */
void remembered_keep(struct remembered *table, const struct token_digest *digest, const struct remembered_token *token,
                     int64_t now);
void remembered_forget(struct remembered *table, const struct token_digest *digest);

/* How many there are now, of REMEMBERED_SHARDS × REMEMBERED_SETS × REMEMBERED_WAYS; expired ones among them. */
size_t remembered_count(struct remembered *table);

#endif
