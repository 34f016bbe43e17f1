/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      stores in temporary directories and simple rows in them, for tests of storage/.
 * May not:  use statements of schema/statements, so that these tests stand whatever the domain says.
 * Always:   each probe has a directory of its own and takes it away again.
 */
#include "storage_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/sqlite/query.h"
#include "waiting.h"

/* ---- Directories ---------------------------------------------------------------------------------------------------- */

void probe_make_empty(struct probe *probe)
{
    const char *root = getenv("TMPDIR");
    snprintf(probe->directory, sizeof probe->directory, "%s/trygg-storage-XXXXXX", root == NULL ? "/tmp" : root);
    assert_non_null(mkdtemp(probe->directory));
    snprintf(probe->data_path, sizeof probe->data_path, "%s/trygg.db", probe->directory);
    snprintf(probe->keys_path, sizeof probe->keys_path, "%s/keys.db", probe->directory);
}

void probe_make(struct probe *probe)
{
    probe_make_empty(probe);
    assert_int_equal(store_create(probe->directory), STATUS_OK);
}

void probe_remove(struct probe *probe)
{
    static const char *const names[] = {"trygg.db",    "trygg.db-wal", "trygg.db-shm", "keys.db",
                                        "keys.db-wal", "keys.db-shm",  "lock"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[192];
        snprintf(path, sizeof path, "%s/%s", probe->directory, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(probe->directory), 0);
}

struct store *probe_open_with(const struct probe *probe, const struct store_settings *hooks)
{
    struct store_settings settings = *hooks;
    settings.directory = probe->directory;
    struct store *store = NULL;
    enum store_fault fault;
    assert_int_equal(store_open(&settings, &store, &fault), STATUS_OK);
    assert_int_equal(fault, STORE_FINE);
    return store;
}

struct store *probe_open(const struct probe *probe)
{
    return probe_open_with(probe, &(struct store_settings){0});
}

struct connection *probe_connection(const struct probe *probe)
{
    struct connection *connection = NULL;
    assert_int_equal(connection_open_writer(probe->data_path, &connection), STATUS_OK);
    return connection;
}

/* ---- Statements ----------------------------------------------------------------------------------------------------- */

static const struct value_slot organisation_slots[] = {
    {VALUE_UUID, offsetof(struct probe_organisation, id)},
    {VALUE_TEXT, offsetof(struct probe_organisation, name)},
    {VALUE_UUID, offsetof(struct probe_organisation, key)},
    {VALUE_UUID, offsetof(struct probe_organisation, index_key)},
    {VALUE_INT, offsetof(struct probe_organisation, version)},
};
static const struct value_slot count_slots[] = {{VALUE_INT, offsetof(struct probe_count, n)}};
static const struct value_slot id_slots[] = {{VALUE_UUID, 0}};

const struct statement PROBE_INSERT = {
    .name = "probe_insert",
    .sql = "INSERT INTO organisation (organisation_id, name, time_zone, key_id, index_key_id, created_at, version)"
           " VALUES (?1, ?2, 'Europe/Oslo', ?3, ?4, 1, ?5)",
    .args = organisation_slots,
    .n_args = 5,
    .writes = true,
};
const struct statement PROBE_COUNT = {
    .name = "probe_count",
    .sql = "SELECT COUNT(*) FROM organisation",
    .columns = count_slots,
    .n_columns = 1,
    .row_size = sizeof(struct probe_count),
};
const struct statement PROBE_NAMES = {
    .name = "probe_names",
    .sql = "SELECT organisation_id, name, key_id, index_key_id, version FROM organisation ORDER BY organisation_id",
    .columns = organisation_slots,
    .n_columns = 5,
    .row_size = sizeof(struct probe_organisation),
};
const struct statement PROBE_BY_ID = {
    .name = "probe_by_id",
    .sql = "SELECT organisation_id, name, key_id, index_key_id, version FROM organisation WHERE organisation_id = ?1",
    .args = id_slots,
    .n_args = 1,
    .columns = organisation_slots,
    .n_columns = 5,
    .row_size = sizeof(struct probe_organisation),
};

struct probe_organisation probe_organisation(const char *name)
{
    return (struct probe_organisation){
        .id = uuid_new(), .name = name, .key = uuid_new(), .index_key = uuid_new(), .version = 1};
}

/* ---- Jobs ----------------------------------------------------------------------------------------------------------- */

struct probe_job probe_job(const char *name)
{
    return (struct probe_job){.job = {.run = probe_run}, .organisation = probe_organisation(name), .n = 1};
}

enum status probe_run(struct tx *tx, struct job *job)
{
    struct probe_job *probe = (struct probe_job *)job;
    probe->now = tx_now(tx);
    probe->runs++;
    for (unsigned i = 0; i < probe->n; i++) {
        if (i > 0)
            probe->organisation = probe_organisation(probe->organisation.name);
        TRY(statement_write(tx, &PROBE_INSERT, &probe->organisation, NULL));
    }
    return probe->wish;
}

int64_t probe_count(struct store *store)
{
    auto_session session = NULL;
    assert_int_equal(session_begin(store, NULL, &session), STATUS_OK);
    struct probe_count count;
    assert_int_equal(statement_one(session, &PROBE_COUNT, NULL, &count), STATUS_OK);
    return count.n;
}

struct verdict {
    const char *text;
};
static const struct value_slot verdict_slots[] = {{VALUE_TEXT, 0}};
static const struct statement INTEGRITY = {
    .name = "probe_integrity",
    .sql = "SELECT integrity_check FROM pragma_integrity_check",
    .columns = verdict_slots,
    .n_columns = 1,
    .row_size = sizeof(struct verdict),
};

int64_t probe_count_in_file(const struct probe *probe)
{
    struct connection *connection = probe_connection(probe);
    auto_arena arena = arena_new(4096);
    struct verdict verdict;
    assert_int_equal(query_one(connection, arena, &INTEGRITY, NULL, &verdict), STATUS_OK);
    assert_string_equal(verdict.text, "ok");
    struct probe_count count;
    assert_int_equal(query_one(connection, NULL, &PROBE_COUNT, NULL, &count), STATUS_OK);
    connection_close(connection);
    return count.n;
}

/* ---- Waiters and the gate ------------------------------------------------------------------------------------------- */

void *probe_wait_for_answer(void *context)
{
    struct probe_waiter *waiter = context;
    waiter->answer = writer_write(waiter->writer, &waiter->probe.job);
    return NULL;
}

void probe_start(struct probe_waiter *waiter, struct writer *writer)
{
    waiter->writer = writer;
    assert_int_equal(pthread_create(&waiter->thread, NULL, probe_wait_for_answer, waiter), 0);
}

void probe_wait_until_queued(struct writer *writer, size_t n)
{
    const struct timespec until = waiting_until();
    while (writer_queued(writer) != n)
        waiting_nap(&until, "jobs to be queued");
}

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0)
        continue;
}

static enum status stand_at_gate(struct tx *tx, struct job *job)
{
    (void)tx;
    struct probe_gate *gate = (struct probe_gate *)job;
    sem_post(&gate->entered);
    wait_for(&gate->opened);
    return STATUS_OK;
}

static void *hold_gate(void *context)
{
    struct probe_gate *gate = context;
    gate->answer = writer_write(gate->writer, &gate->probe.job);
    return NULL;
}

void probe_close_gate(struct probe_gate *gate, struct writer *writer)
{
    *gate = (struct probe_gate){.probe.job.run = stand_at_gate, .writer = writer};
    sem_init(&gate->entered, 0, 0);
    sem_init(&gate->opened, 0, 0);
    assert_int_equal(pthread_create(&gate->holder, NULL, hold_gate, gate), 0);
    wait_for(&gate->entered);
}

void probe_open_gate(struct probe_gate *gate)
{
    sem_post(&gate->opened);
    pthread_join(gate->holder, NULL);
    sem_destroy(&gate->entered);
    sem_destroy(&gate->opened);
    assert_int_equal(gate->answer, STATUS_OK);
}
