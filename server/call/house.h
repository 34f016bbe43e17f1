/* SPDX-License-Identifier: EUPL-1.2 */
/* house.h: what stands behind every call. Private to call/. */
#ifndef TRYGG_CALL_HOUSE_H
#define TRYGG_CALL_HOUSE_H

#include <pthread.h>
#include <stddef.h>

#include "activity/append.h"
#include "call/call.h"
#include "domain/actor_memory.h"
#include "domain/log_office.h"
#include "domain/replay.h"
#include "domain/vault.h"
#include "media/media.h"
#include "storage/storage.h"

enum { HOUSE_MAX_ORGANISATIONS = 64 }; /* in one store; each keeps two keys open */

/* The signing of the logs. */
struct house_log {
    struct log_office office;
    bool looked_at_all;             /* whether the chore has looked at all that is signed; its own */
    _Atomic int64_t unsigned_since; /* of the oldest row that it left without a checkpoint; ms, 0: none */
};

struct house {
    struct store *store;
    struct vault *vault;
    struct actor_memory *actors;
    struct media *media;
    int64_t document_bytes;                   /* of the settings */
    bool (*is_change)(const char *operation); /* of the settings */
    struct house_log log;

    struct uuid looked_up;       /* the tree that was looked up last: of the chore alone */
    struct replay_place expired; /* how far old answers were looked for: likewise */

    pthread_mutex_t heartbeat_lock; /* /health/ready is open to all: it writes once a second at most */
    int64_t heartbeat_at;           /* when the newest one was tried; monotonic, ms; 0: never */
    enum status heartbeat;          /* how it ended */
};

/* The organisations of the store, at most HOUSE_MAX_ORGANISATIONS, in the arena. */
struct sql_organisations_row;
must_check enum status house_organisations(struct house *house, struct arena *arena,
                                           struct sql_organisations_row **ret_rows, size_t *ret_n);

/* The sentence that goes with each fault of a room below; house_fault_of_signing is in log_key.h. */
enum house_fault house_fault_of_store(enum store_fault fault);
enum house_fault house_fault_of_keyring(enum keyring_fault fault);

/* Every job that goes to the writer is one of these, so that the end of a batch finds its rows. */
struct logged_job {
    struct job job;
    const struct activity_row *rows; /* what run leaves to be appended */
    size_t n_rows;                   /* 0: a chore without a row */
};

/* The struct of this type whose member `job`, a logged_job, holds this job. */
#define JOB_OF(type, the_job) ((struct type *)((char *)(the_job)-offsetof(struct type, job.job)))

/* Runs a job that leaves no row; what it works on stands around it (JOB_OF). */
must_check enum status house_run(struct house *house, struct arena *arena, size_t bytes,
                                 enum status (*run)(struct tx *tx, struct job *job), struct logged_job *job);

/* The store's finish hook: appends the rows of all jobs of a batch that succeeded. */
must_check enum status house_append_rows(struct tx *tx, struct job *const *jobs, size_t n, void *context);

#endif
