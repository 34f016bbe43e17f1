/* SPDX-License-Identifier: EUPL-1.2 */
/* log_witnessed.h: checkpoints that witnesses have signed too, for who wants more than the log's own word for a row (V3). */
#ifndef TRYGG_DOMAIN_LOG_WITNESSED_H
#define TRYGG_DOMAIN_LOG_WITNESSED_H

#include <stddef.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/status.h"
#include "domain/log_office.h"
#include "storage/storage.h"

struct sql_log_cosigned_over_row;

/* As they are stored: the largest first. */
struct log_cosigned {
    struct sql_log_cosigned_over_row *rows;
    size_t n;
};

/* Those of more than `over` rows: the largest few. */
must_check enum status log_cosigned_over(struct session *session, const struct uuid *tree, int64_t over,
                                         struct log_cosigned *ret_cosigned);

/* The largest of them that all keys of the log have signed, as whoever knows one of these may ask for its proof; with the lines of all
 * witnesses that have signed just this one. In the arena. STATUS_NOT_FOUND when there is none. */
must_check enum status log_witnessed(const struct log_office *office, const struct uuid *tree,
                                     const struct log_cosigned *cosigned, struct arena *arena,
                                     struct log_signed *ret_signed);

#endif
