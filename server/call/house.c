/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * house.c: opening and closing what stands behind every call, and whether it stands.
 * May not touch requests.
 * Always: a house that opens has the right master key, a known schema and one time zone.
 */
#include "call/house.h"

#include <stdlib.h>
#include <string.h>

#include "activity/build.h"
#include "base/clock.h"
#include "base/log.h"
#include "call/call.h"
#include "call/log.h"
#include "statements.gen.h"

enum {
    HOUSE_START_BYTES = 64 * 1024,
    JOB_BYTES = 4096,
    HASHING_BYTES = 8 * 1024 * 1024,
    HEARTBEAT_BYTES = 8192,
    HEARTBEAT_MS = 1000
};

_Static_assert((int)ACTIVITY_MAX_BATCH >= (int)STORE_BATCH_JOBS, "a batch's rows fit one append");

static const enum house_fault keyring_faults[] = {
    [KEYRING_FINE] = HOUSE_FINE,
    [KEYRING_FILE_MISSING] = HOUSE_MASTER_KEY_MISSING,
    [KEYRING_FILE_UNREADABLE] = HOUSE_MASTER_KEY_UNREADABLE,
    [KEYRING_FILE_READABLE_BY_OTHERS] = HOUSE_MASTER_KEY_MODE,
    [KEYRING_FILE_NOT_A_KEY] = HOUSE_MASTER_KEY_SHAPE,
    [KEYRING_OF_ANOTHER_STORE] = HOUSE_MASTER_KEY_WRONG,
    [KEYRING_NO_LOCKED_MEMORY] = HOUSE_MASTER_KEY_NOT_LOCKED,
    [KEYRING_LACKS_KEYS] = HOUSE_KEYS_LACKING,
};

static const enum house_fault store_faults[] = {
    [STORE_FINE] = HOUSE_FINE,
    [STORE_MISSING] = HOUSE_MISSING,
    [STORE_LOCKED] = HOUSE_LOCKED,
    [STORE_SCHEMA_NEWER] = HOUSE_SCHEMA_NEWER,
    [STORE_SCHEMA_OLDER] = HOUSE_SCHEMA_OLDER,
    [STORE_NOT_READABLE] = HOUSE_NOT_READABLE,
    [STORE_DAMAGED] = HOUSE_DAMAGED,
    [STORE_WITHOUT_KEYS] = HOUSE_WITHOUT_KEYS,
    [STORE_WITHOUT_DATA] = HOUSE_WITHOUT_DATA,
    [STORE_OPEN_TO_OTHERS] = HOUSE_OPEN_TO_OTHERS,
    [STORE_CLOCK_BEHIND] = HOUSE_CLOCK_BEHIND,
};

static const enum house_fault signing_faults[] = {
    [SIGNING_FINE] = HOUSE_FINE,
    [SIGNING_FILE_MISSING] = HOUSE_LOG_KEY_MISSING,
    [SIGNING_FILE_UNREADABLE] = HOUSE_LOG_KEY_UNREADABLE,
    [SIGNING_FILE_READABLE_BY_OTHERS] = HOUSE_LOG_KEY_MODE,
    [SIGNING_FILE_NOT_KEYS] = HOUSE_LOG_KEY_SHAPE,
    [SIGNING_NO_LOCKED_MEMORY] = HOUSE_LOG_KEY_NOT_LOCKED,
};

enum house_fault house_fault_of_store(enum store_fault fault)
{
    return store_faults[fault];
}

enum house_fault house_fault_of_keyring(enum keyring_fault fault)
{
    return keyring_faults[fault];
}

enum house_fault house_fault_of_signing(enum signing_fault fault)
{
    return signing_faults[fault];
}

enum status house_run(struct house *house, struct arena *arena, size_t bytes,
                      enum status (*run)(struct tx *tx, struct job *job), struct logged_job *job)
{
    *job = (struct logged_job){.job = {.run = run, .arena = arena, .bytes = bytes}};
    return store_write(house->store, &job->job);
}

/* Rows on their way to their trees, appended whenever there are as many as go at once. */
struct rows {
    const struct activity_row *next[ACTIVITY_MAX_BATCH];
    size_t n;
};

static enum status rows_flush(struct tx *tx, struct rows *rows)
{
    const size_t n = rows->n;

    rows->n = 0;
    if (n == 0)
        return STATUS_OK;
    TRY(activity_append(tx, rows->next, n));
    tx_appended(tx, n);
    return STATUS_OK;
}

static enum status rows_add(struct tx *tx, struct rows *rows, const struct logged_job *job)
{
    for (size_t i = 0; i < job->n_rows; i++) {
        rows->next[rows->n++] = &job->rows[i];
        if (rows->n == ACTIVITY_MAX_BATCH)
            TRY(rows_flush(tx, rows));
    }
    return STATUS_OK;
}

enum status house_append_rows(struct tx *tx, struct job *const *jobs, size_t n, void *context)
{
    struct rows rows = {.n = 0};

    (void)context;
    for (size_t i = 0; i < n; i++)
        TRY(rows_add(tx, &rows, (const struct logged_job *)((char *)jobs[i] - offsetof(struct logged_job, job))));
    return rows_flush(tx, &rows);
}

static enum status open_store(const struct house_settings *settings, struct house *house, enum house_fault *ret_fault)
{
    const struct store_settings store = {
        .directory = settings->directory,
        .finish = house_append_rows,
        .commit_unknown = settings->commit_unknown,
        .context = settings->context,
    };
    enum store_fault fault = STORE_FINE;
    enum status status = store_open(&store, &house->store, &fault);

    if (status != STATUS_OK)
        *ret_fault = store_faults[fault];
    return status;
}

static enum status open_vault(const struct house_settings *settings, struct house *house, enum house_fault *ret_fault)
{
    enum keyring_fault fault = KEYRING_FINE;
    enum status status = vault_open(house->store, settings->master_key_file, &house->vault, &fault);

    if (status != STATUS_OK)
        *ret_fault = keyring_faults[fault];
    return status;
}

enum status house_organisations(struct house *house, struct arena *arena, struct sql_organisations_row **ret_rows,
                                size_t *ret_n)
{
    auto_session session = NULL;

    TRY(session_begin(house->store, arena, &session));
    return sql_organisations(session, HOUSE_MAX_ORGANISATIONS, ret_rows, ret_n);
}

/* One process serves one time zone: days of all organisations of the store are counted in it. */
static enum status check_time_zone(const struct house_settings *settings, struct house *house,
                                   enum house_fault *ret_fault)
{
    auto_arena arena = arena_new(HOUSE_START_BYTES);
    struct sql_organisations_row *rows = NULL;
    size_t n = 0;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(house_organisations(house, arena, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (strcmp(rows[i].time_zone, settings->time_zone) != 0) {
            *ret_fault = HOUSE_TIME_ZONE;
            return STATUS_INVALID;
        }
    }
    return STATUS_OK;
}

/* Made or found, the key must be one before a store is made that needs it. */
static enum status make_master_key(const struct house_settings *settings, enum house_fault *ret_fault)
{
    enum keyring_fault fault = KEYRING_FINE;
    enum status status = vault_make_master_key(settings->master_key_file, &fault);

    *ret_fault = keyring_faults[fault];
    return status;
}

/* A house that is to sign nothing has none. */
static enum status make_log_key(const struct house_settings *settings, enum house_fault *ret_fault)
{
    if (settings->log.signing_key_file == NULL)
        return STATUS_OK;
    enum status status = house_make_log_key(settings, ret_fault);
    return status == STATUS_EXISTS && *ret_fault == HOUSE_FINE ? STATUS_OK : status;
}

/* Where a store is, its key is not ours to make: another one would only hide that it is away. */
enum status house_create(const struct house_settings *settings, enum house_fault *ret_fault)
{
    *ret_fault = HOUSE_FINE;
    const enum store_fault standing = store_standing(settings->directory);
    if (standing == STORE_WITHOUT_KEYS || standing == STORE_WITHOUT_DATA) {
        *ret_fault = store_faults[standing];
        return STATUS_NOT_FOUND;
    }
    if (standing == STORE_MISSING) {
        TRY(make_master_key(settings, ret_fault));
        TRY(make_log_key(settings, ret_fault));
    }
    enum status status = store_create(settings->directory);
    if (status == STATUS_FORBIDDEN)
        *ret_fault = HOUSE_OPEN_TO_OTHERS;
    if (status == STATUS_BUSY)
        *ret_fault = HOUSE_LOCKED;
    return status;
}

/* What is met only when the databases are read and written, behind their doors. */
static enum house_fault fault_of(enum status status)
{
    if (status == STATUS_CORRUPT)
        return HOUSE_DAMAGED;
    return status == STATUS_STORE_LOST ? HOUSE_DISK_FULL : HOUSE_FINE;
}

/* Rows of before the log was made of trees (schema/migrations/0005) get theirs now: nothing is appended to a tree that is not hashed. */
struct hashing {
    struct logged_job job;
    int64_t hashed;
};

static enum status run_hashing(struct tx *tx, struct job *job)
{
    return activity_build_step(tx, &JOB_OF(hashing, job)->hashed);
}

static enum status hash_log(struct house *house)
{
    auto_arena arena = arena_new(HASHING_BYTES);
    struct hashing hashing;
    int64_t rows = 0;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    do {
        hashing = (struct hashing){.hashed = 0};
        TRY(house_run(house, arena, JOB_BYTES, run_hashing, &hashing.job));
        rows += hashing.hashed;
    } while (hashing.hashed > 0);
    if (rows > 0)
        LOG(LOG_LEVEL_INFO, "log-hashed", log_number("rows", rows));
    return STATUS_OK;
}

enum status house_open(const struct house_settings *settings, struct house **ret_house, enum house_fault *ret_fault)
{
    *ret_fault = HOUSE_FINE;
    struct house *house = calloc(1, sizeof *house);
    if (house == NULL)
        return STATUS_NO_MEMORY;
    pthread_mutex_init(&house->heartbeat_lock, NULL);
    house->actors = actor_memory_new();
    house->media = media_open();
    house->document_bytes = settings->document_bytes;
    house->is_change = settings->is_change;

    enum status status =
        house->actors != NULL && house->media != NULL ? open_store(settings, house, ret_fault) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = check_time_zone(settings, house, ret_fault);
    if (status == STATUS_OK)
        status = hash_log(house);
    if (status == STATUS_OK)
        status = open_vault(settings, house, ret_fault);
    if (status == STATUS_OK)
        status = house_open_log(settings, house, ret_fault);
    if (status != STATUS_OK) {
        house_close(house);
        *ret_fault = *ret_fault == HOUSE_FINE ? fault_of(status) : *ret_fault;
        return status;
    }
    *ret_house = house;
    return STATUS_OK;
}

struct house *house_close(struct house *house)
{
    if (house == NULL)
        return NULL;
    log_close_keys(&house->log.office);
    house->vault = vault_close(house->vault);
    house->store = store_close(house->store);
    house->actors = actor_memory_free(house->actors);
    house->media = media_close(house->media);
    pthread_mutex_destroy(&house->heartbeat_lock);
    free(house);
    return NULL;
}

struct media *house_media(struct house *house)
{
    return house->media;
}

int64_t house_document_bytes(const struct house *house)
{
    return house->document_bytes;
}

enum status house_knows(struct house *house, const struct organisation_id *organisation, bool *ret_known)
{
    const struct organisation_keys *keys = NULL;
    enum status status = vault_organisation(house->vault, organisation, &keys);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *ret_known = status == STATUS_OK;
    return STATUS_OK;
}

static enum status run_heartbeat(struct tx *tx, struct job *job)
{
    (void)job;
    return sql_heartbeat_update(tx, &(struct sql_heartbeat_update_args){tx_now(tx)}, NULL);
}

static enum status beat(struct house *house)
{
    auto_arena arena = arena_new(HEARTBEAT_BYTES);
    auto_session session = NULL;
    struct sql_rights_epoch_row epoch;
    struct logged_job job;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(session_begin(house->store, arena, &session));
    TRY(sql_rights_epoch(session, &epoch));
    session = session_end(session);
    return house_run(house, arena, JOB_BYTES, run_heartbeat, &job);
}

enum status house_ready(struct house *house)
{
    pthread_mutex_lock(&house->heartbeat_lock);
    const int64_t now = clock_monotonic();
    if (house->heartbeat_at == 0 || now - house->heartbeat_at >= HEARTBEAT_MS) {
        house->heartbeat = beat(house);
        house->heartbeat_at = clock_monotonic();
    }
    const enum status status = house->heartbeat;
    pthread_mutex_unlock(&house->heartbeat_lock);
    return status;
}
