/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check.h: the whole log against what it says of itself (V3): each row hashed anew, each kept root, each head, each look-up, each checkpoint. Reading
 * only. What is wrong is a finding, told to the checker, and does not stop the rest.
 */
#ifndef TRYGG_ACTIVITY_CHECK_H
#define TRYGG_ACTIVITY_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/status.h"
#include "crypto/signing.h"
#include "proof/note.h"
#include "storage/storage.h"

/* Who may have signed the checkpoints. */
struct log_signers {
    const char *name; /* the first part of each origin */
    const struct signing_keys *keys;
    const struct note_key *witnesses;
    size_t n_witnesses;
};

struct activity_checked {
    uint64_t trees;
    uint64_t rows;
    int64_t rows_us; /* of processor time, for all but the entries of look-ups */
    uint64_t kept_roots;
    uint64_t lookups; /* entries */
    uint64_t checkpoints;
    uint64_t cosigned;
    uint64_t not_signed_for; /* rows behind the newest checkpoint of their tree */
};

/* Anything but STATUS_OK: it could not be looked at, as the medium or memory failed. */
must_check enum status activity_check(struct session *session, const struct log_signers *signers,
                                      const struct checker *checker, struct activity_checked *ret_checked);

#endif
