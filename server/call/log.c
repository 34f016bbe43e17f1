/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log.c: the log's office in the house: its keys, and the checkpoints that nobody asks for.
 * May not touch what is signed: domain/ decides that.
 * Always: a log that cannot be signed is told of, and holds up no other.
 */
#include "call/log.h"

#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "call/call.h"
#include "statements.gen.h"

enum { SIGNING_BYTES = 8 << 20, KEEPING_BYTES = 256 * 1024, TREES_STEP = 64, TREES_BYTES = 64 * 1024 };

static void tell_refused(const struct uuid *tree, const char *why)
{
    LOG(LOG_LEVEL_ERROR, "log-not-signed", log_id("log", tree), log_constant("why", why));
}

/* ---- Storing one -------------------------------------------------------------------------------------------------------- */

struct keeping {
    struct logged_job job;
    const struct log_draft *draft;
};

static enum status run_keeping(struct tx *tx, struct job *job)
{
    uint64_t size = 0;

    return log_draft_store(tx, JOB_OF(keeping, job)->draft, &size);
}

static enum status keep(void *context, const struct log_draft *draft)
{
    struct house *house = context;
    auto_arena arena = arena_new(KEEPING_BYTES);
    struct keeping keeping = {.draft = draft};

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    return house_run(house, arena, KEEPING_BYTES, run_keeping, &keeping.job);
}

/* ---- The office --------------------------------------------------------------------------------------------------------- */

enum status house_make_log_key(const struct house_settings *settings, enum house_fault *ret_fault)
{
    enum signing_fault fault = SIGNING_FINE;
    enum status status = log_make_keys(settings->log.signing_key_file, &fault);

    *ret_fault = house_fault_of_signing(fault);
    return status;
}

enum status house_open_log(const struct house_settings *settings, struct house *house, enum house_fault *ret_fault)
{
    const struct house_log_settings *log = &settings->log;
    enum signing_fault fault = SIGNING_FINE;

    house->log.office = (struct log_office){
        .name = log->name,
        .witnesses = log->witnesses,
        .n_witnesses = log->n_witnesses,
        .store = house->store,
        .keep = keep,
        .context = house,
        .refused = tell_refused,
    };
    if (log->signing_key_file == NULL)
        return STATUS_OK;
    enum status status = log_open_keys(&house->log.office, log->signing_key_file, &fault);
    if (status != STATUS_OK)
        *ret_fault = house_fault_of_signing(fault);
    return status;
}

struct log_office *house_log(struct house *house)
{
    return &house->log.office;
}

/* ---- The chore ---------------------------------------------------------------------------------------------------------- */

/* The next trees, at most TREES_STEP. */
static enum status next_trees(struct house *house, struct arena *arena, const struct uuid *after,
                              struct sql_log_trees_row **ret_trees, size_t *ret_n)
{
    const struct sql_log_trees_args args = {*after, !house->log.looked_at_all, TREES_STEP};
    auto_session session = NULL;

    TRY(session_begin(house->store, arena, &session));
    return sql_log_trees(session, &args, TREES_STEP, ret_trees, ret_n);
}

static enum status sign_one(struct house *house, const struct uuid *tree)
{
    auto_arena arena = arena_new(SIGNING_BYTES);

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(log_make(&house->log.office, tree, arena));
    return house->log.looked_at_all ? STATUS_OK : log_sign_cosigned(&house->log.office, tree, arena);
}

static enum status check_one(struct house *house, const struct uuid *tree)
{
    auto_arena arena = arena_new(KEEPING_BYTES);

    return arena != NULL ? log_check_keys(&house->log.office, tree, arena) : STATUS_NO_MEMORY;
}

/* What is done with each log. */
typedef enum status log_visit(struct house *house, const struct uuid *tree);

/* How it went with the first that failed. */
static enum status visit_some(struct house *house, log_visit *visit, struct uuid *after, size_t *ret_n)
{
    auto_arena arena = arena_new(TREES_BYTES);
    struct sql_log_trees_row *trees = NULL;
    enum status outcome = STATUS_OK;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(next_trees(house, arena, after, &trees, ret_n));
    for (size_t i = 0; i < *ret_n; i++) {
        enum status status = visit(house, &trees[i].tree);
        outcome = outcome == STATUS_OK ? status : outcome;
        *after = trees[i].tree;
    }
    return outcome;
}

static enum status note_unsigned(struct house *house)
{
    auto_arena arena = arena_new(KEEPING_BYTES);
    struct sql_log_unsigned_since_row row;
    auto_session session = NULL;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(session_begin(house->store, arena, &session));
    TRY(sql_log_unsigned_since(session, &row));
    house->log.unsigned_since = row.at;
    return STATUS_OK;
}

/* One that fails holds up no other. */
static enum status visit_all(struct house *house, log_visit *visit)
{
    struct uuid after = {{0}};
    enum status outcome = STATUS_OK;
    size_t n = TREES_STEP;

    while (n == TREES_STEP) {
        n = 0;
        enum status status = visit_some(house, visit, &after, &n);
        outcome = outcome == STATUS_OK ? status : outcome;
    }
    return outcome;
}

enum status call_check_log_keys(struct house *house)
{
    return visit_all(house, check_one);
}

/* The first time in the life of a process all that is signed is looked at, since the keys may be others than before. */
enum status call_sign_logs(struct house *house)
{
    enum status outcome = visit_all(house, sign_one);

    house->log.looked_at_all = house->log.looked_at_all || outcome == STATUS_OK;
    enum status status = note_unsigned(house);
    return outcome == STATUS_OK ? status : outcome;
}

void house_log_figures(struct house *house, struct house_log_figures *ret_figures)
{
    const int64_t since = house->log.unsigned_since;
    const int64_t now = clock_now();

    *ret_figures = (struct house_log_figures){
        .made = tally_read(&house->log.office.made),
        .refused = tally_read(&house->log.office.refusals),
        .unsigned_ms = since > 0 && now > since ? (uint64_t)(now - since) : 0,
    };
}

/* ---- For an operator ---------------------------------------------------------------------------------------------------- */

static enum status some_logs(struct house *house, struct arena *arena, const struct uuid *after,
                             struct sql_log_all_row **ret_logs, size_t *ret_n)
{
    auto_session session = NULL;

    TRY(session_begin(house->store, arena, &session));
    return sql_log_all(session, &(struct sql_log_all_args){*after, TREES_STEP}, TREES_STEP, ret_logs, ret_n);
}

enum status house_each_log_key(struct house *house,
                               enum status (*take)(void *context, bool is_school, const struct note_key *key),
                               void *context)
{
    const struct log_office *office = &house->log.office;
    auto_arena arena = arena_new(TREES_BYTES);
    struct sql_log_all_row *logs = NULL;
    struct uuid after = {{0}};
    struct note_key key;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    const struct arena_mark before = arena_mark(arena);
    for (size_t n = TREES_STEP; n == TREES_STEP; arena_rewind(arena, before)) {
        TRY(some_logs(house, arena, &after, &logs, &n));
        for (size_t i = 0; i < n * log_keys_count(office); i++) {
            log_key(office, &logs[i / log_keys_count(office)].tree, i % log_keys_count(office), &key);
            TRY(take(context, logs[i / log_keys_count(office)].school.known, &key));
        }
        after = n > 0 ? logs[n - 1].tree : after;
    }
    return STATUS_OK;
}
