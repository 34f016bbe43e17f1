/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * migrate.h: the forward steps of a database's schema. Each runs in a transaction of its own together with its stamp, so that a
 * database is always exactly at one version. The tables of steps are generated from schema/ (engine.gen.h).
 */
#ifndef TRYGG_STORAGE_SQLITE_MIGRATE_H
#define TRYGG_STORAGE_SQLITE_MIGRATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "storage/storage.h"

struct connection;
struct statement;

struct migration {
    int version; /* from 1, without a gap */
    const char *name;
    const char *sql;
    const char *stamp; /* writes application id and version */
};

/* One of our two databases: what its file says it is, and its steps. */
struct lineage {
    int64_t application_id;
    const struct statement *setup; /* of who writes it, beyond what holds for every database; or NULL */
    const struct migration *steps;
    size_t n_steps;
    const char *const *objects; /* what its newest schema holds, in order */
    size_t n_objects;
};

/* The version of an open database; 0 for one that is empty. STATUS_CORRUPT with ret_fault STORE_DAMAGED when the file is
 * not ours, STATUS_CONFLICT with STORE_SCHEMA_NEWER when a later trygg made it. ret_fault is written only on those. */
must_check enum status migrate_version(struct connection *connection, const struct lineage *lineage,
                                       size_t *ret_version, enum store_fault *ret_fault);

/* Runs the steps after `version`, each in a transaction. */
must_check enum status migrate_forward(struct connection *connection, const struct lineage *lineage, size_t version);

/* Runs all steps in one transaction: what is made anew is there whole, or is empty. */
must_check enum status migrate_create(struct connection *connection, const struct lineage *lineage);

#endif
