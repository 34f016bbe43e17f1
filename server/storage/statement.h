/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * statement.h: what the generated statements are made of. Generated code (statements.gen.[ch]) holds, for each file in
 * schema/statements, a bind struct, a row struct, and one table entry; the engines bind and read by that table.
 */
#ifndef TRYGG_STORAGE_STATEMENT_H
#define TRYGG_STORAGE_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "base/sealed.h"
#include "base/status.h"
#include "storage/storage.h"

enum value_type {
    VALUE_INT,         /* int64_t */
    VALUE_TEXT,        /* const char *, NULL is SQL NULL */
    VALUE_UUID,        /* struct uuid, or one of the id types: 16 bytes */
    VALUE_MAYBE_UUID,  /* struct maybe_uuid */
    VALUE_MAYBE_INT,   /* struct maybe_int */
    VALUE_SEALED,      /* struct sealed: only crypto/ makes one; data NULL is SQL NULL */
    VALUE_MARK,        /* struct mark: 32 bytes */
    VALUE_BYTES,       /* struct bytes; data NULL is SQL NULL */
    VALUE_WRAPPED_KEY, /* struct wrapped_key: 72 bytes */
};

struct maybe_uuid {
    bool known;
    struct uuid uuid;
};
struct maybe_int {
    bool known;
    int64_t value;
};
struct bytes {
    const uint8_t *data;
    size_t len;
};

/* No row struct is wider: the engine builds a row beside ret_row, which is written only on success. */
enum { STATEMENT_ROW_BYTES = 1024 };

struct value_slot {
    enum value_type type;
    size_t offset; /* into the bind or row struct */
};

struct statement {
    const char *name;
    const char *sql;
    const struct value_slot *args;
    size_t n_args;
    const struct value_slot *columns;
    size_t n_columns;
    size_t row_size;
    bool writes;
    bool reads_log;       /* some of a table of the log: not in a kept snapshot */
    bool writes_only_log; /* nothing but such tables: kept snapshots stay */
};

/* Exactly one row, or STATUS_NOT_FOUND. ret_row is written only on success. */
must_check enum status statement_one(struct session *session, const struct statement *statement, const void *args,
                                     void *ret_row);

/* All rows, at most `max`, as one array in the session's arena. STATUS_TOO_MANY if there are more. */
must_check enum status statement_all(struct session *session, const struct statement *statement, const void *args,
                                     size_t max, void **ret_rows, size_t *ret_n);

/* Rows one by one, however many there are. Texts and bytes of a row stand in the engine's own memory and are gone when `take` returns. A
 * row that cannot be read, as a value of it is not of its type and size, is handed over as NULL. What take answers, unless STATUS_OK, ends
 * it; STATUS_CORRUPT, too, when the engine finds no further rows. Meanwhile other statements may read in this session, but not this one. */
must_check enum status statement_each(struct session *session, const struct statement *statement, const void *args,
                                      enum status (*take)(void *context, const void *row), void *context);

/* A table that holds sealed columns, and the statement (kind each) that reads all of them. Its rows begin as sealed_table_row; `columns` are
 * those of its slots that are VALUE_SEALED, in their order. Generated: SEALED_TABLES, N_SEALED_TABLES. */
struct sealed_table {
    const char *table;
    const struct statement *statement;
    const struct sealed_column *const *columns;
};
struct sealed_table_row {
    struct organisation_id organisation;
    struct uuid row;
    struct key_id key;
    int64_t version;
};

/* A write; ret_changed (may be NULL) is the number of rows changed. STATUS_CONFLICT on a unique or foreign key violation. */
must_check enum status statement_write(struct tx *tx, const struct statement *statement, const void *args,
                                       int64_t *ret_changed);

/* A write with RETURNING one row; STATUS_NOT_FOUND if it returned none. */
must_check enum status statement_write_one(struct tx *tx, const struct statement *statement, const void *args,
                                           void *ret_row);

#endif
