/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check.c: keys against the rows that name them, sealed columns against their keys and places.
 * May not touch what is opened: that it opens is all that is asked.
 * Always: which columns there are is generated from the statements; none can be forgotten.
 */
#include "domain/check.h"

#include <stddef.h>

#include "crypto/envelope.h"
#include "statements.gen.h"

enum { IDS_BYTES = 1 << 30, PLAIN_BYTES = ENVELOPE_MAX_PLAIN + 4096, WENT_EVERY = 1 << 10 };

/* ---- Keys --------------------------------------------------------------------------------------------------------------- */

/* Both ascend. */
struct key_walk {
    const struct checker *checker;
    const struct key_id *stored;
    size_t n, at;
    uint64_t named;
    struct key_id last;
};

static enum status take_key(void *context, const void *found)
{
    struct key_walk *walk = context;
    const struct sql_check_keys_named_row *row = found;

    if (row == NULL || row->kind == NULL) {
        check_found(walk->checker,
                    &(struct finding){.table = "trygg.db", .what = "has a row whose key cannot be read"});
        return STATUS_OK;
    }
    struct finding finding = {.table = row->kind, .column = "key_id", .id = &row->row};
    while (walk->at < walk->n && uuid_compare(&walk->stored[walk->at].uuid, &row->key.uuid) < 0)
        walk->at++;
    finding.what = "names a key that is not in keys.db";
    if (walk->at == walk->n || !uuid_equal(&walk->stored[walk->at].uuid, &row->key.uuid))
        check_found(walk->checker, &finding);
    finding.what = "names a key that another row names too";
    if (walk->named++ > 0 && uuid_equal(&walk->last.uuid, &row->key.uuid))
        check_found(walk->checker, &finding);
    walk->last = row->key;
    return STATUS_OK;
}

/* The ids of keys.db; a file that cannot be read so far has been told of by its structure. */
static enum status stored_ids(struct keystore *keystore, const struct checker *checker, struct arena *arena,
                              struct key_id **ret_ids, size_t *ret_n)
{
    enum status status = keystore_ids(keystore, arena, ret_ids, ret_n);

    if (status != STATUS_CORRUPT)
        return status;
    check_found(checker, &(struct finding){.table = "data_key", .what = "cannot be read to its end"});
    *ret_ids = NULL;
    *ret_n = 0;
    return STATUS_OK;
}

enum status keys_check(struct keystore *keystore, struct session *session, const struct checker *checker,
                       struct keys_checked *ret_checked)
{
    auto_arena arena = arena_new(IDS_BYTES);
    struct key_id *ids = NULL;
    struct key_walk walk = {.checker = checker};

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    check_went(checker, "keys", 0, 0);
    TRY(stored_ids(keystore, checker, arena, &ids, &walk.n));
    walk.stored = ids;
    enum status status = sql_check_keys_named(session, take_key, &walk);
    if (status == STATUS_CORRUPT)
        check_found(checker,
                    &(struct finding){.table = "trygg.db", .what = "has keys that cannot be read to their end"});
    else
        TRY(status);
    *ret_checked = (struct keys_checked){walk.n, walk.named};
    return STATUS_OK;
}

static enum status open_keys(struct keystore *keystore, struct vault *vault, const struct checker *checker,
                             uint64_t *ret_opened)
{
    auto_arena arena = arena_new(IDS_BYTES);
    struct key_id *ids = NULL;
    size_t n = 0;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(stored_ids(keystore, checker, arena, &ids, &n));
    for (size_t i = 0; i < n; i++) {
        auto_data_key key = NULL;
        if (i % WENT_EVERY == 0)
            check_went(checker, "keys opened", i, n);
        enum status status = vault_key(vault, &ids[i], &key);
        if (status == STATUS_CORRUPT)
            check_found(checker, &(struct finding){.table = "data_key",
                                                   .id = &ids[i].uuid,
                                                   .what = "does not open with the master key"});
        else
            TRY(status);
    }
    *ret_opened = n;
    return STATUS_OK;
}

/* ---- Sealed columns ----------------------------------------------------------------------------------------------------- */

_Static_assert(offsetof(struct sql_check_person_row, organisation) == offsetof(struct sealed_table_row, organisation) &&
                   offsetof(struct sql_check_person_row, row) == offsetof(struct sealed_table_row, row) &&
                   offsetof(struct sql_check_person_row, key) == offsetof(struct sealed_table_row, key) &&
                   offsetof(struct sql_check_person_row, version) == offsetof(struct sealed_table_row, version),
               "rows with sealed columns begin alike");

struct seal_walk {
    const struct checker *checker;
    struct vault *vault;
    struct arena *arena;
    const struct sealed_table *table;
    struct key_id
        key_id; /* of the key that is open: rows of one key follow each other where an organisation's key seals them */
    struct data_key *key;
    uint64_t rows, all_rows, values;
};

static void found(const struct seal_walk *walk, const struct uuid *row, const char *column, const char *what)
{
    check_found(walk->checker,
                &(struct finding){.table = walk->table->table, .column = column, .id = row, .what = what});
}

static enum status open_key(struct seal_walk *walk, const struct key_id *id)
{
    if (walk->key != NULL && uuid_equal(&walk->key_id.uuid, &id->uuid))
        return STATUS_OK;
    walk->key = data_key_free(walk->key);
    TRY(vault_key(walk->vault, id, &walk->key));
    walk->key_id = *id;
    return STATUS_OK;
}

static enum status open_value(struct seal_walk *walk, const struct sealed_table_row *row,
                              const struct sealed_column *column, const struct sealed *value)
{
    const struct seal_place place = {row->organisation, *column, row->row, row->key, row->version};
    const struct arena_mark before = arena_mark(walk->arena);
    void *plain = NULL;
    size_t len = 0;

    enum status status = envelope_open(walk->arena, walk->key, &place, *value, &plain, &len);
    arena_rewind(walk->arena, before);
    if (status != STATUS_OK && status != STATUS_CORRUPT)
        return status;
    if (status == STATUS_CORRUPT)
        found(walk, &row->row, column->column,
              "does not open: it was changed, or sealed for another place, version or key");
    walk->values++;
    return STATUS_OK;
}

static enum status open_row(struct seal_walk *walk, const struct sealed_table_row *row)
{
    const struct statement *statement = walk->table->statement;
    size_t sealed = 0;

    enum status status = open_key(walk, &row->key);
    if (status == STATUS_CORRUPT) {
        found(walk, &row->row, NULL, "cannot be opened: its key is missing or damaged");
        return STATUS_OK;
    }
    TRY(status);
    for (size_t i = 0; i < statement->n_columns; i++) {
        if (statement->columns[i].type != VALUE_SEALED)
            continue;
        const void *value = (const char *)row + statement->columns[i].offset;
        TRY(open_value(walk, row, walk->table->columns[sealed++], value));
    }
    return STATUS_OK;
}

static enum status take_row(void *context, const void *row)
{
    struct seal_walk *walk = context;

    if (walk->rows++ % WENT_EVERY == 0)
        check_went(walk->checker, "sealed rows", walk->rows, walk->all_rows);
    if (row != NULL)
        return open_row(walk, row);
    found(walk, NULL, NULL, "has a row that cannot be read");
    return STATUS_OK;
}

static enum status open_tables(struct seal_walk *walk, struct session *session)
{
    struct sql_check_sealed_rows_row all;

    enum status status = sql_check_sealed_rows(session, &all);
    if (status != STATUS_OK && status != STATUS_CORRUPT)
        return status;
    walk->all_rows = status == STATUS_OK ? (uint64_t)all.n : 0;
    for (size_t i = 0; i < N_SEALED_TABLES; i++) {
        walk->table = &SEALED_TABLES[i];
        status = statement_each(session, walk->table->statement, NULL, take_row, walk);
        if (status == STATUS_CORRUPT)
            found(walk, NULL, NULL, "cannot be read to its end");
        else
            TRY(status);
    }
    return STATUS_OK;
}

enum status seals_check(struct keystore *keystore, struct vault *vault, struct session *session,
                        const struct checker *checker, struct seals_checked *ret_checked)
{
    auto_arena arena = arena_new(PLAIN_BYTES);
    struct seal_walk walk = {.checker = checker, .vault = vault, .arena = arena};
    struct seals_checked checked = {0};

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(open_keys(keystore, vault, checker, &checked.keys));
    enum status status = open_tables(&walk, session);
    walk.key = data_key_free(walk.key);
    TRY(status);
    checked.rows = walk.rows;
    checked.values = walk.values;
    *ret_checked = checked;
    return STATUS_OK;
}
