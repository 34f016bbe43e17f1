/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * storage.h: the seam. Nothing outside storage/ learns which engine runs. Two ways in, and a type for each:
 *   struct session  reads: one connection, one snapshot, results copied into the caller's arena;
 *   struct tx       writes: exists only inside a job on the writer thread, and reads through tx_session().
 * Statements are generated from schema/statements (statements.gen.h): a read takes a session, a write takes a tx.
 */
#ifndef TRYGG_STORAGE_STORAGE_H
#define TRYGG_STORAGE_STORAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/tally.h"

struct store;
struct session;
struct tx;
struct job;

/* ---- The house of the data ------------------------------------------------------------------------------------------ */

/* Why a store was not opened; for a clear message at start. */
enum store_fault {
    STORE_FINE,
    STORE_MISSING,        /* no such directory or database: run `tryggd init` */
    STORE_LOCKED,         /* another process holds the data directory (flock) */
    STORE_SCHEMA_NEWER,   /* made by a later version */
    STORE_SCHEMA_OLDER,   /* only looked at (check.h): no daemon of this version has opened it yet */
    STORE_NOT_READABLE,   /* permission, or a medium that fails or is read-only */
    STORE_DAMAGED,        /* not a database, not ours, cut off, or beside a log of another one */
    STORE_WITHOUT_KEYS,   /* trygg.db without its keys.db: nothing to begin anew */
    STORE_WITHOUT_DATA,   /* keys.db without its trygg.db */
    STORE_OPEN_TO_OTHERS, /* group or others may do something in the data directory */
    STORE_CLOCK_BEHIND,   /* the newest activity row is more than a day ahead of the clock */
};

struct store_settings {
    const char *directory; /* holds trygg.db, keys.db and the lock file; mode 0700 */
    unsigned readers;      /* read-only connections at most; 0: 2 × cores */

    /* Called on the writer thread once per batch, after its jobs and before COMMIT, with the jobs that succeeded: the place
     * where activity rows are appended. Not called when none did. session_arena(tx_session(tx)) lives until it returns. A
     * failure rolls the whole batch back: every job in it gets STATUS_STORE_LOST, STATUS_BUSY or STATUS_NO_MEMORY if it was
     * that, and STATUS_IO whatever else it was. */
    enum status (*finish)(struct tx *tx, struct job *const *jobs, size_t n, void *context);

    /* Called when a COMMIT ended unknown; it must end the process. For the data: once, on a thread of the writer, after every job of
     * the batch has been answered STATUS_COMMIT_UNKNOWN; the store takes no more jobs. For the keys (keystore.h): once, on the
     * thread that was adding them, which may be a request's; the keystore adds no more. */
    void (*commit_unknown)(void *context);
    void *context;
};

/* Makes the directory if need be and both databases with the newest schema; STATUS_EXISTS if a store is there, STATUS_FORBIDDEN if
 * the directory is and group or others may do something in it. */
must_check enum status store_create(const char *directory);

/* STORE_FINE when both databases are there, STORE_MISSING when there is nothing to lose, as after a creation that was cut short; or
 * STORE_WITHOUT_KEYS or STORE_WITHOUT_DATA. */
enum store_fault store_standing(const char *directory);

/* Opens, migrates forward, starts the writer thread. *ret_fault is always written: STATUS_NOT_FOUND with STORE_MISSING,
 * STORE_WITHOUT_KEYS or STORE_WITHOUT_DATA, STATUS_BUSY with STORE_LOCKED, STATUS_CONFLICT with STORE_SCHEMA_NEWER, STATUS_IO with
 * STORE_NOT_READABLE, STATUS_CORRUPT with STORE_DAMAGED,
 * STATUS_FORBIDDEN with STORE_OPEN_TO_OTHERS, STATUS_INVALID with STORE_CLOCK_BEHIND: time never runs backwards in the log, so
 * every new row would silently carry the wrong time. */
must_check enum status store_open(const struct store_settings *settings, struct store **ret_store,
                                  enum store_fault *ret_fault);

/* Lets queued jobs finish, checkpoints what was written since store_open, closes. Every session must have ended. Accepts NULL, returns NULL. */
struct store *store_close(struct store *store);

/* ---- Reading -------------------------------------------------------------------------------------------------------- */

/* Takes a reader from the pool. All its reads see one snapshot, with all that was committed when it began. Rows are copied into `arena`.
 * STATUS_BUSY when none came free in 5 s. */
must_check enum status session_begin(struct store *store, struct arena *arena, struct session **ret_session);

/* The same for what is not the log (activity, its trees and what is made of them): every read adds to the log, and a snapshot is
 * kept from session to session, with the pages that were read in it, for as long as nothing else is written. A statement that reads the
 * log is STATUS_INTERNAL in it. */
must_check enum status session_begin_without_log(struct store *store, struct arena *arena,
                                                 struct session **ret_session);

/* Returns the reader. Always before an answer is sent. Accepts NULL. */
struct session *session_end(struct session *session);

static inline void session_endp(struct session **session)
{
    *session = session_end(*session);
}
#define auto_session __attribute__((cleanup(session_endp))) struct session *

/* ---- Writing -------------------------------------------------------------------------------------------------------- */

/* A batch holds at most so many jobs. A job of more than STORE_JOB_BYTES is refused: what is longer is a series of jobs. */
enum { STORE_BATCH_JOBS = 256, STORE_JOB_BYTES = 1024 * 1024 };

/* One unit of work, embedded in the caller's own struct. `run` is called on the writer thread: STATUS_OK keeps its writes, anything else
 * undoes them and nobody else's. No crypto, JSON, network or sleeping inside. It may be called twice for one answer, when another job or
 * part of the batch has to be undone: the second call starts from the same data, and what the first one left in the job does not count.
 * `arena` takes the rows it reads; it belongs to the waiting caller. */
struct job {
    enum status (*run)(struct tx *tx, struct job *job);
    struct arena *arena;
    size_t bytes; /* rough size of what it writes: at most STORE_JOB_BYTES; a batch takes 4 MiB of them */
    /* A failed run leaves nothing behind and has nothing to undo: all that it writes, if anything, is within tx_part. A write outside of
     * it is an assertion. */
    bool keeps_itself;
};

/* Queues the job, first in first out, and waits for its batch: returns when it is durable (or has failed), never before.
 *   what run returned           the batch is committed; the job's writes are in it only if that is STATUS_OK
 *   STATUS_BUSY                 the database was locked by another for too long, or the queue is full; nothing stored
 *   STATUS_STORE_LOST           the transaction vanished (disk full); nothing of the batch is stored
 *   STATUS_COMMIT_UNKNOWN       an I/O error on COMMIT; the rows may be there after recovery; the process is ending
 *   STATUS_IO, STATUS_INTERNAL  the batch was rolled back; nothing stored
 *   STATUS_TOO_LARGE            job->bytes is over STORE_JOB_BYTES, which may come of input: it was not queued, nothing stored */
must_check enum status store_write(struct store *store, struct job *job);

/* A part of a job: STATUS_OK keeps its writes, anything else undoes them, and the job may go on. STATUS_STORE_LOST when the transaction is
 * gone, or is to be run again from its beginning: the job must end with it. */
must_check enum status tx_part(struct tx *tx, enum status (*run)(struct tx *tx, void *context), void *context);

/* The reading side of the transaction, valid inside the job. */
struct session *tx_session(struct tx *tx);

/* Whether it still reads what was committed before it: nothing but the log has been written in it, not even for a part that was undone. */
bool tx_reads_committed(const struct tx *tx);

/* The arena that a session copies rows into. */
struct arena *session_arena(struct session *session);

/* Milliseconds since 1970, the same for all jobs of one batch, never less than in an earlier batch of this process. */
int64_t tx_now(const struct tx *tx);

/* Whether a job waits for its turn now. What can be done later leaves the writer to it. */
bool store_is_busy(struct store *store);

/* Copies what the log holds and no session still reads past back into the database, beside the writer, and returns when that is done. */
must_check enum status store_checkpoint(struct store *store);

/* The finish hook says that it has appended n rows of the log: counted once the batch is durable. */
void tx_appended(struct tx *tx, size_t n);

/* ---- Figures -------------------------------------------------------------------------------------------------------- */

/* How a batch ended: its jobs are answered for (durable, though each job may have said no for itself), or none is stored because the
 * store was locked by another, the transaction was lost (disk full), it failed otherwise; or nobody knows. */
enum store_end {
    STORE_END_DURABLE,
    STORE_END_BUSY,
    STORE_END_LOST,
    STORE_END_FAILED,
    STORE_END_UNKNOWN,
    STORE_END_COUNT
};

/* A reading; counts are since the store was opened. */
struct store_figures {
    uint64_t batches[STORE_END_COUNT];
    uint64_t jobs;                  /* that had their turn in a batch */
    uint64_t jobs_refused;          /* that were not queued: the queue was full or closed */
    uint64_t appended;              /* rows, as tx_appended says */
    struct distribution commit;     /* ns from the start of a batch until it is durable, or has failed */
    struct distribution batch_jobs; /* jobs in a batch */
    uint64_t queued;                /* jobs that wait now */
    uint64_t readers_open;          /* of which so many are in use, while so many callers wait for one */
    uint64_t readers_busy;
    uint64_t readers_waiting;
    uint64_t readers_refused; /* callers who waited in vain */
    uint64_t data_bytes;      /* the files now, and their logs of what is not yet copied back */
    uint64_t data_log_bytes;
    uint64_t keys_bytes;
    uint64_t keys_log_bytes;
};

void store_figures(struct store *store, struct store_figures *ret_figures);

#endif
