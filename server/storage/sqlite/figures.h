/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * figures.h: what the writer counts, and the sizes of a database; for store_figures.
 */
#ifndef TRYGG_STORAGE_SQLITE_FIGURES_H
#define TRYGG_STORAGE_SQLITE_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/tally.h"
#include "storage/storage.h"

/* The writer's own counts; starts zeroed. */
struct writer_tallies {
    struct tally batches[STORE_END_COUNT];
    struct tally jobs;
    struct tally refused;
    struct tally appended;
    struct histogram commit;
    struct histogram sizes;
};

/* One batch has ended: how many of its jobs had their turn, what they say they appended, and since when (monotonic, ns) it ran. */
void tallies_batch(struct writer_tallies *tallies, enum status status, size_t n_jobs, size_t n_appended, int64_t began);

void tallies_read(const struct writer_tallies *tallies, struct store_figures *figures);

/* The bytes of a database and of its log; a file that is not there has none. */
void database_sizes(const char *path, uint64_t *ret_data, uint64_t *ret_log);

#endif
