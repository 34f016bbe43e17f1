/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      binding arguments and reading rows by table, one function per value type.
 * May not:  step, or hand out a pointer into SQLite's memory when it was given an arena.
 * Always:   a value from the file that is not of its type and size is STATUS_CORRUPT, never read past its end.
 */
#include "storage/sqlite/binding.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>

#include "storage/sqlite/errors.h"

/* ---- Arguments ------------------------------------------------------------------------------------------------------ */

/* An empty blob needs zeroblob: a NULL pointer would bind NULL. */
static int put_blob(sqlite3_stmt *prepared, int at, const uint8_t *data, size_t len)
{
    if (data == NULL)
        return sqlite3_bind_null(prepared, at);
    if (len == 0)
        return sqlite3_bind_zeroblob(prepared, at, 0);
    return sqlite3_bind_blob64(prepared, at, data, len, SQLITE_STATIC);
}

static int put_int(sqlite3_stmt *prepared, int at, const void *member)
{
    int64_t value;
    memcpy(&value, member, sizeof value);
    return sqlite3_bind_int64(prepared, at, value);
}

static int put_text(sqlite3_stmt *prepared, int at, const void *member)
{
    const char *text;
    memcpy(&text, member, sizeof text);
    if (text == NULL)
        return sqlite3_bind_null(prepared, at);
    return sqlite3_bind_text64(prepared, at, text, strlen(text), SQLITE_STATIC, SQLITE_UTF8);
}

static int put_uuid(sqlite3_stmt *prepared, int at, const void *member)
{
    return put_blob(prepared, at, member, UUID_BYTES);
}

static int put_maybe_uuid(sqlite3_stmt *prepared, int at, const void *member)
{
    const struct maybe_uuid *maybe = member;
    return put_blob(prepared, at, maybe->known ? maybe->uuid.bytes : NULL, UUID_BYTES);
}

static int put_maybe_int(sqlite3_stmt *prepared, int at, const void *member)
{
    const struct maybe_int *maybe = member;
    return maybe->known ? sqlite3_bind_int64(prepared, at, maybe->value) : sqlite3_bind_null(prepared, at);
}

static int put_sealed(sqlite3_stmt *prepared, int at, const void *member)
{
    const struct sealed *sealed = member;
    return put_blob(prepared, at, sealed->data, sealed->len);
}

static int put_mark(sqlite3_stmt *prepared, int at, const void *member)
{
    return put_blob(prepared, at, member, MARK_BYTES);
}

static int put_bytes(sqlite3_stmt *prepared, int at, const void *member)
{
    const struct bytes *bytes = member;
    return put_blob(prepared, at, bytes->data, bytes->len);
}

static int put_wrapped_key(sqlite3_stmt *prepared, int at, const void *member)
{
    return put_blob(prepared, at, member, WRAPPED_KEY_BYTES);
}

/* ---- Columns -------------------------------------------------------------------------------------------------------- */

/* Values are asked, not columns of the statement: each question of those takes and gives back a lock. A connection is one thread's at a
 * time (connection.h), so the value cannot change in between. */

static bool is_null(sqlite3_value *value)
{
    return sqlite3_value_type(value) == SQLITE_NULL;
}

static enum status get_fixed(sqlite3_value *value, void *member, size_t size)
{
    if (sqlite3_value_type(value) != SQLITE_BLOB)
        return STATUS_CORRUPT;
    const void *data = sqlite3_value_blob(value);
    if (data == NULL || (size_t)sqlite3_value_bytes(value) != size)
        return STATUS_CORRUPT;
    memcpy(member, data, size);
    return STATUS_OK;
}

/* Without an arena it is borrowed. */
static const void *keep(struct arena *arena, const void *bytes, size_t len)
{
    return arena == NULL ? bytes : arena_copy(arena, bytes, len);
}

/* data stays NULL for SQL NULL. */
static enum status get_blob(sqlite3_value *value, struct arena *arena, const uint8_t **ret_data, size_t *ret_len)
{
    *ret_data = NULL;
    *ret_len = 0;
    if (is_null(value))
        return STATUS_OK;
    if (sqlite3_value_type(value) != SQLITE_BLOB)
        return STATUS_CORRUPT;
    const void *data = sqlite3_value_blob(value);
    size_t len = (size_t)sqlite3_value_bytes(value);
    if (data == NULL && len > 0)
        return STATUS_NO_MEMORY;
    *ret_data = keep(arena, data == NULL ? "" : data, len);
    *ret_len = len;
    return *ret_data == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status get_int(sqlite3_value *value, struct arena *arena, void *member)
{
    (void)arena;
    if (sqlite3_value_type(value) != SQLITE_INTEGER)
        return STATUS_CORRUPT;
    memcpy(member, &(int64_t){sqlite3_value_int64(value)}, sizeof(int64_t));
    return STATUS_OK;
}

static enum status get_text(sqlite3_value *value, struct arena *arena, void *member)
{
    const char *copy = NULL;
    if (!is_null(value)) {
        if (sqlite3_value_type(value) != SQLITE_TEXT)
            return STATUS_CORRUPT;
        const unsigned char *text = sqlite3_value_text(value);
        size_t len = (size_t)sqlite3_value_bytes(value);
        if (text == NULL)
            return STATUS_NO_MEMORY;
        if (memchr(text, 0, len) != NULL)
            return STATUS_CORRUPT;
        copy = keep(arena, text, len);
        if (copy == NULL)
            return STATUS_NO_MEMORY;
    }
    memcpy(member, &copy, sizeof copy);
    return STATUS_OK;
}

static enum status get_uuid(sqlite3_value *value, struct arena *arena, void *member)
{
    (void)arena;
    return get_fixed(value, member, UUID_BYTES);
}

static enum status get_maybe_uuid(sqlite3_value *value, struct arena *arena, void *member)
{
    (void)arena;
    struct maybe_uuid *maybe = member;
    *maybe = (struct maybe_uuid){.known = !is_null(value)};
    return maybe->known ? get_fixed(value, maybe->uuid.bytes, UUID_BYTES) : STATUS_OK;
}

static enum status get_maybe_int(sqlite3_value *value, struct arena *arena, void *member)
{
    struct maybe_int *maybe = member;
    *maybe = (struct maybe_int){.known = !is_null(value)};
    return maybe->known ? get_int(value, arena, &maybe->value) : STATUS_OK;
}

static enum status get_sealed(sqlite3_value *value, struct arena *arena, void *member)
{
    struct sealed *sealed = member;
    return get_blob(value, arena, &sealed->data, &sealed->len);
}

static enum status get_mark(sqlite3_value *value, struct arena *arena, void *member)
{
    (void)arena;
    return get_fixed(value, member, MARK_BYTES);
}

static enum status get_bytes(sqlite3_value *value, struct arena *arena, void *member)
{
    struct bytes *bytes = member;
    return get_blob(value, arena, &bytes->data, &bytes->len);
}

static enum status get_wrapped_key(sqlite3_value *value, struct arena *arena, void *member)
{
    (void)arena;
    return get_fixed(value, member, WRAPPED_KEY_BYTES);
}

/* ---- The table ------------------------------------------------------------------------------------------------------ */

static const struct codec {
    int (*put)(sqlite3_stmt *prepared, int at, const void *member);
    enum status (*get)(sqlite3_value *value, struct arena *arena, void *member);
} codecs[] = {
    [VALUE_INT] = {put_int, get_int},
    [VALUE_TEXT] = {put_text, get_text},
    [VALUE_UUID] = {put_uuid, get_uuid},
    [VALUE_MAYBE_UUID] = {put_maybe_uuid, get_maybe_uuid},
    [VALUE_MAYBE_INT] = {put_maybe_int, get_maybe_int},
    [VALUE_SEALED] = {put_sealed, get_sealed},
    [VALUE_MARK] = {put_mark, get_mark},
    [VALUE_BYTES] = {put_bytes, get_bytes},
    [VALUE_WRAPPED_KEY] = {put_wrapped_key, get_wrapped_key},
};

enum status binding_put(struct sqlite3_stmt *prepared, const struct statement *statement, const void *args)
{
    assert((args != NULL || statement->n_args == 0) &&
           sqlite3_bind_parameter_count(prepared) == (int)statement->n_args);
    for (size_t i = 0; i < statement->n_args; i++) {
        const struct value_slot *slot = &statement->args[i];
        TRY(status_of_sqlite(codecs[slot->type].put(prepared, (int)i + 1, (const char *)args + slot->offset)));
    }
    return STATUS_OK;
}

enum status binding_get(struct sqlite3_stmt *prepared, const struct statement *statement, struct arena *arena,
                        void *row)
{
    assert(sqlite3_column_count(prepared) == (int)statement->n_columns);
    for (size_t i = 0; i < statement->n_columns; i++) {
        const struct value_slot *slot = &statement->columns[i];
        TRY(codecs[slot->type].get(sqlite3_column_value(prepared, (int)i), arena, (char *)row + slot->offset));
    }
    return STATUS_OK;
}
