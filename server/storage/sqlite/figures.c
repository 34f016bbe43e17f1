/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      counting batches and their ends, reading these counts, and looking how long the files are.
 * May not:  open a file, take a lock, or keep anything of a job but that it was.
 * Always:   a batch is counted once, also one that failed; what it appended is counted only when it is durable.
 */
#include "storage/sqlite/figures.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/clock.h"

static const struct scale sizes_scale = {9, {1, 2, 4, 8, 16, 32, 64, 128, STORE_BATCH_JOBS}};

static enum store_end end_of(enum status status)
{
    static const struct {
        enum status status;
        enum store_end end;
    } ends[] = {
        {STATUS_OK, STORE_END_DURABLE},
        {STATUS_BUSY, STORE_END_BUSY},
        {STATUS_STORE_LOST, STORE_END_LOST},
        {STATUS_COMMIT_UNKNOWN, STORE_END_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (ends[i].status == status)
            return ends[i].end;
    return STORE_END_FAILED;
}

void tallies_batch(struct writer_tallies *tallies, enum status status, size_t n_jobs, size_t n_appended, int64_t began)
{
    int64_t took = clock_monotonic_ns() - began;
    tally_add(&tallies->batches[end_of(status)], 1);
    tally_add(&tallies->jobs, n_jobs);
    histogram_add(&tallies->commit, &SCALE_DURATION, (uint64_t)took);
    histogram_add(&tallies->sizes, &sizes_scale, n_jobs);
    if (status == STATUS_OK)
        tally_add(&tallies->appended, n_appended);
}

void tallies_read(const struct writer_tallies *tallies, struct store_figures *figures)
{
    for (size_t end = 0; end < STORE_END_COUNT; end++)
        figures->batches[end] = tally_read(&tallies->batches[end]);
    figures->jobs = tally_read(&tallies->jobs);
    figures->jobs_refused = tally_read(&tallies->refused);
    figures->appended = tally_read(&tallies->appended);
    figures->commit = (struct distribution){.scale = &SCALE_DURATION};
    figures->batch_jobs = (struct distribution){.scale = &sizes_scale};
    distribution_add(&figures->commit, &tallies->commit);
    distribution_add(&figures->batch_jobs, &tallies->sizes);
}

static uint64_t size_of(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && found.st_size > 0 ? (uint64_t)found.st_size : 0;
}

void database_sizes(const char *path, uint64_t *ret_data, uint64_t *ret_log)
{
    char log[PATH_MAX];
    int len = snprintf(log, sizeof log, "%s-wal", path);
    *ret_data = size_of(path);
    *ret_log = len > 0 && len < (int)sizeof log ? size_of(log) : 0;
}
