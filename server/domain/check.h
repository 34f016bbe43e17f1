/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check.h: all keys and everything that is sealed, looked at (C1–C3). Reading only; what is opened is wiped at once and told to nobody. What
 * is wrong is a finding and does not stop the rest.
 */
#ifndef TRYGG_DOMAIN_CHECK_H
#define TRYGG_DOMAIN_CHECK_H

#include <stdint.h>

#include "base/check.h"
#include "base/status.h"
#include "domain/vault.h"
#include "storage/storage.h"

struct keys_checked {
    uint64_t stored; /* in keys.db */
    uint64_t named;  /* by the data */
};

/* Whether each key that the data names is there, and is one row's alone. Opens none. */
must_check enum status keys_check(struct keystore *keystore, struct session *session, const struct checker *checker,
                                  struct keys_checked *ret_checked);

struct seals_checked {
    uint64_t keys;   /* opened with the master key */
    uint64_t rows;   /* with sealed columns */
    uint64_t values; /* of these, opened */
};

/* Whether each key opens with the master key, and each sealed column of each table with its key, at its place. */
must_check enum status seals_check(struct keystore *keystore, struct vault *vault, struct session *session,
                                   const struct checker *checker, struct seals_checked *ret_checked);

#endif
