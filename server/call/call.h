/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * call.h: the pipeline every confidential call goes through: decide, run, append the activity row, commit, and only then answer
 * (V2, V4). A handler cannot forget it, because it has no other way to a grant.
 */
#ifndef TRYGG_CALL_CALL_H
#define TRYGG_CALL_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "base/status.h"

struct house;
struct seed;

/* Why a house was not opened; for one clear sentence at start. */
enum house_fault {
    HOUSE_FINE,
    HOUSE_MISSING,
    HOUSE_LOCKED,
    HOUSE_SCHEMA_NEWER,
    HOUSE_SCHEMA_OLDER, /* to be looked at only (check.h), and not migrated yet */
    HOUSE_NOT_READABLE,
    HOUSE_DAMAGED,
    HOUSE_WITHOUT_KEYS, /* trygg.db without keys.db */
    HOUSE_WITHOUT_DATA, /* keys.db without trygg.db */
    HOUSE_KEYS_LACKING, /* keys.db lacks keys that trygg.db names: another store's, or older */
    HOUSE_DISK_FULL,
    HOUSE_OPEN_TO_OTHERS, /* the data directory's mode */
    HOUSE_CLOCK_BEHIND,   /* more than a day behind the newest row of the log */
    HOUSE_MASTER_KEY_MISSING,
    HOUSE_MASTER_KEY_UNREADABLE,
    HOUSE_MASTER_KEY_MODE,
    HOUSE_MASTER_KEY_SHAPE,
    HOUSE_MASTER_KEY_WRONG, /* not the key that this store was made with */
    HOUSE_MASTER_KEY_NOT_LOCKED,
    HOUSE_LOG_KEY_MISSING,
    HOUSE_LOG_KEY_UNREADABLE,
    HOUSE_LOG_KEY_MODE,
    HOUSE_LOG_KEY_SHAPE,
    HOUSE_LOG_KEY_NOT_LOCKED,
    HOUSE_TIME_ZONE, /* organisations of one store must share one time zone */
};

/* How the logs are signed (V3). */
struct note_key;
struct house_log_settings {
    const char *signing_key_file; /* NULL: this process signs nothing */
    const char *name;             /* the first part of every log's origin */
    const struct note_key *witnesses;
    size_t n_witnesses; /* whose cosignatures are taken */
};

struct house_settings {
    const char *directory; /* the data directory */
    const char *master_key_file;
    const char *time_zone;                    /* IANA; the process runs in it already (clock_set_zone) */
    struct house_log_settings log;            /* borrowed for the life of the house */
    int64_t document_bytes;                   /* of one document, at most; 0: none are taken */
    bool (*is_change)(const char *operation); /* of a record, as the contract tells (X4); for those who are woken */
    void (*commit_unknown)(void *context);    /* must end the process, see storage.h */
    void *context;
};

/* Makes a new store, with a new master key and a new key of the log unless these files are there already; STATUS_EXISTS if the store is. */
must_check enum status house_create(const struct house_settings *settings, enum house_fault *ret_fault);
must_check enum status house_open(const struct house_settings *settings, struct house **ret_house,
                                  enum house_fault *ret_fault);
struct house *house_close(struct house *house);

/* For /health/ready: a read through the pool and a durable write through the writer, not older than a second. */
must_check enum status house_ready(struct house *house);

/* Stores one organisation in jobs, each with its activity row (operation "init", actor "local"). Offline only. STATUS_TOO_MANY when the
 * store holds as many organisations as a house can open. */
must_check enum status house_seed(struct house *house, const struct seed *seed);

/* Whether the store knows this organisation (an issuer of the configuration must speak for a known one). */
must_check enum status house_knows(struct house *house, const struct organisation_id *organisation, bool *ret_known);

/* Periodic tasks, for chores/. Each is bounded and can be called again. */
must_check enum status call_expire_replays(struct house *house);
must_check enum status call_refill_keys(struct house *house);
must_check enum status call_checkpoint(struct house *house);
must_check enum status call_look_up(struct house *house);
must_check enum status call_expire_documents(struct house *house);

/* The same, whether it is time or not: what stores are filled with, and tests look at. */
must_check enum status call_look_all_up(struct house *house);
must_check enum status call_sign_logs(struct house *house);

/* Before anything is signed: tells of each log whose newest checkpoint is not by one of the keys. STATUS_CORRUPT when there is one. */
must_check enum status call_check_log_keys(struct house *house);

/* Each log with each of its keys, for an operator; what `take` answers ends it unless it is STATUS_OK. */
must_check enum status
house_each_log_key(struct house *house, enum status (*take)(void *context, bool is_school, const struct note_key *key),
                   void *context);

/* Who signs the logs, and who tells what a file is, for the inputs of use cases. */
struct log_office *house_log(struct house *house);
struct media;
struct media *house_media(struct house *house);

/* How large a document may be. */
int64_t house_document_bytes(const struct house *house);

#endif
