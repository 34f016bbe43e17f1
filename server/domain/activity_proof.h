/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * activity_proof.h: the proof that one row stands in its log, to be taken away and verified offline (V1, V3; proof/bundle.h). For whoever
 * may read the row in its log's listing, or in that of the personsak it is about. It holds the row as it was hashed: for someone with family
 * among the students (G2) there is none of a row that names the students of a list, whether one of them is family or not.
 */
#ifndef TRYGG_DOMAIN_ACTIVITY_PROOF_H
#define TRYGG_DOMAIN_ACTIVITY_PROOF_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/activity_id.h"
#include "domain/log_office.h"
#include "domain/log_witnessed.h"
#include "domain/scene.h"
#include "proof/bundle.h"

struct activity_proof {
    const char *id; /* as a listing told it; one that is none of ours names no row */

    struct log_office *office; /* signs a checkpoint when none covers the row yet, for whoever may read the row */

    const char *text; /* out */
    size_t len;

    struct activity_place place; /* between the steps */
    bool is_ours;
    bool is_covered;
    struct log_cosigned cosigned;
    struct log_signed witnessed; /* no note: no witness has signed a checkpoint that the row is in */
    struct bundle bundle;
};

extern const struct read_case activity_proof_case;

#endif
