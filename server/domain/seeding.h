/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seeding.h: how each kind of thing in a seed gets into the store, as a table: prepared (sealed) on the caller's thread, stored by the
 * writer. Offline only; keys that a failed seeding took are found again, unused, at the next start.
 */
#ifndef TRYGG_DOMAIN_SEEDING_H
#define TRYGG_DOMAIN_SEEDING_H

#include "base/arena.h"
#include "domain/seed.h"
#include "domain/vault.h"
#include "storage/storage.h"

/* What preparing needs. */
struct seed_desk {
    struct vault *vault;
    const struct organisation_keys *keys;
    struct session *session;
    struct arena *arena;
};

/* One kind of thing: where its array stands in struct seed, and how one item is prepared and stored. */
struct seed_part {
    size_t items; /* offset of the array's pointer in struct seed */
    size_t count; /* offset of its size_t */
    size_t size;  /* of one item */
    enum status (*prepare)(struct seed_desk *desk, const void *item, void **ret_prepared);
    enum status (*store)(struct tx *tx, const void *prepared);
};

extern const struct seed_part seed_parts[]; /* in an order that keeps references whole */
extern const size_t seed_n_parts;

/* The organisation comes first: before it is stored, its keys cannot be asked for. */
struct seed_founding;
must_check enum status seed_found(struct vault *vault, const struct seed_organisation *organisation,
                                  struct arena *arena, struct seed_founding **ret_founding);
must_check enum status seed_store_founding(struct tx *tx, const struct seed_founding *founding);

/* Schools hold nothing sealed. */
must_check enum status seed_store_school(struct tx *tx, const struct organisation_id *organisation,
                                         const struct seed_school *school);

#endif
