/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * batch.h: jobs in one transaction, each kept or undone as a whole; then the finish hook, then COMMIT. No threads here.
 */
#ifndef TRYGG_STORAGE_SQLITE_BATCH_H
#define TRYGG_STORAGE_SQLITE_BATCH_H

#include <stddef.h>

#include "base/status.h"
#include "storage/sqlite/session.h"
#include "storage/storage.h"

enum { BATCH_JOBS = STORE_BATCH_JOBS, BATCH_BYTES = 4 * 1024 * 1024 };

/* Runs jobs[0..n) in order, and all of them once more when one failed that had written. On STATUS_OK the batch is committed and
 * statuses[i] is what jobs[i] returned; on any other status nothing is stored (COMMIT_UNKNOWN: perhaps) and that status belongs to
 * jobs[0..*ret_ran). Jobs from *ret_ran on were not begun: the transaction was lost before their turn. *ret_ran is always written. */
must_check enum status batch_run(struct tx *tx, const struct store_settings *settings, struct job *const *jobs,
                                 size_t n, enum status *statuses, size_t *ret_ran);

#endif
