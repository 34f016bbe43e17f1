/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * storage_probe.h: what tests of storage/ share: a store in a directory of its own, and a few statements on the table of
 * organisations, which stands for any table.
 */
#ifndef TRYGG_TESTS_STORAGE_PROBE_H
#define TRYGG_TESTS_STORAGE_PROBE_H

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/id.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/session.h"
#include "storage/sqlite/writer.h"
#include "storage/statement.h"
#include "storage/storage.h"

/* A new directory with a store in it. */
struct probe {
    char directory[128];
    char data_path[160];
    char keys_path[160];
};

void probe_make(struct probe *probe);
void probe_make_empty(struct probe *probe); /* a directory and nothing in it */
void probe_remove(struct probe *probe);

struct store *probe_open(const struct probe *probe);
struct store *probe_open_with(const struct probe *probe, const struct store_settings *hooks);

/* A connection as the writer's, but for no authorizer: what a stranger with the file could do. */
struct connection *probe_connection(const struct probe *probe);

/* ---- Organisations as test rows ------------------------------------------------------------------------------------- */

struct probe_organisation {
    struct uuid id;
    const char *name;
    struct uuid key;
    struct uuid index_key;
    int64_t version;
};

struct probe_count {
    int64_t n;
};

extern const struct statement PROBE_INSERT; /* struct probe_organisation */
extern const struct statement PROBE_COUNT;  /* struct probe_count */
extern const struct statement PROBE_NAMES;  /* rows of struct probe_organisation, oldest first */
extern const struct statement PROBE_BY_ID;  /* struct uuid → struct probe_organisation */

/* With ids and keys of its own. */
struct probe_organisation probe_organisation(const char *name);

/* A job that inserts `n` organisations and then returns `wish`. */
struct probe_job {
    struct job job;
    struct probe_organisation organisation;
    unsigned n;
    enum status wish;
    int64_t now;   /* tx_now as the job saw it */
    unsigned runs; /* how often it ran */
};

struct probe_job probe_job(const char *name);
enum status probe_run(struct tx *tx, struct job *job);

/* How many organisations a new session sees. */
int64_t probe_count(struct store *store);

/* How many a fresh connection finds in the file, whose integrity is checked with it. */
int64_t probe_count_in_file(const struct probe *probe);

/* ---- Waiters on threads of their own, and a gate that holds the writer while they queue up --------------------------- */

struct probe_waiter {
    pthread_t thread;
    struct writer *writer;
    struct probe_job probe;
    enum status answer;
};

void probe_start(struct probe_waiter *waiter, struct writer *writer);
void *probe_wait_for_answer(void *waiter); /* what probe_start runs */
void probe_wait_until_queued(struct writer *writer, size_t n);

struct probe_gate {
    struct probe_job probe;
    struct writer *writer;
    pthread_t holder;
    sem_t entered;
    sem_t opened;
    enum status answer;
};

/* Returns when the writer stands at the gate with an empty queue behind it. */
void probe_close_gate(struct probe_gate *gate, struct writer *writer);

/* Lets the writer go on and waits for the answer of the job at the gate, which must be STATUS_OK. */
void probe_open_gate(struct probe_gate *gate);

#endif
