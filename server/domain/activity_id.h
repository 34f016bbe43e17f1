/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * activity_id.h: the name by which a row of the log is asked for again (V1). It is sealed with the organisation's own key, so that nobody
 * learns from it where the row stands in its tree, or makes one up; each time it is made it is another text.
 */
#ifndef TRYGG_DOMAIN_ACTIVITY_ID_H
#define TRYGG_DOMAIN_ACTIVITY_ID_H

#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/status.h"
#include "domain/vault.h"

struct activity_place {
    struct uuid tree;
    int64_t leaf_index;
};

/* base64url text in the arena. */
must_check enum status activity_id_seal(const struct organisation_keys *keys, const struct activity_place *place,
                                        struct arena *arena, const char **ret_text);

/* STATUS_MALFORMED for anything that activity_id_seal did not make for this organisation. */
must_check enum status activity_id_open(const struct organisation_keys *keys, const char *text, struct arena *arena,
                                        struct activity_place *ret_place);

#endif
