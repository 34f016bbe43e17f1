/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seal.h: sealing and opening the text columns of one row, so that a use case names a column and nothing else.
 */
#ifndef TRYGG_DOMAIN_SEAL_H
#define TRYGG_DOMAIN_SEAL_H

#include "base/arena.h"
#include "base/id.h"
#include "base/sealed.h"
#include "base/status.h"
#include "crypto/envelope.h"
#include "crypto/keyring.h"

/* One version of one row and the key that its columns are sealed with. */
struct sealed_row {
    struct arena *arena;
    const struct data_key *key;
    struct organisation_id organisation;
    struct uuid row;
    struct key_id key_id;
    int64_t version;
};

/* NULL seals as SQL NULL. */
must_check enum status seal_text(const struct sealed_row *row, struct sealed_column column, const char *text,
                                 struct sealed *ret_sealed);

/* SQL NULL opens as NULL. */
must_check enum status open_text(const struct sealed_row *row, struct sealed_column column, struct sealed sealed,
                                 const char **ret_text);

#endif
