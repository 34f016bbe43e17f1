/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      translating SQLite's result codes into the one status enum.
 * May not:  look at messages, which change between versions.
 * Always:   an extended code in the table wins over its primary code; a code in neither is STATUS_INTERNAL.
 */
#include "storage/sqlite/errors.h"

#include <sqlite3.h>
#include <stddef.h>

static const struct meaning {
    int code;
    enum status status;
} meanings[] = {
    {SQLITE_OK, STATUS_OK},
    {SQLITE_ROW, STATUS_OK},
    {SQLITE_DONE, STATUS_OK},
    {SQLITE_CONSTRAINT_UNIQUE, STATUS_CONFLICT},
    {SQLITE_CONSTRAINT_PRIMARYKEY, STATUS_CONFLICT},
    {SQLITE_CONSTRAINT_ROWID, STATUS_CONFLICT},
    {SQLITE_CONSTRAINT_FOREIGNKEY, STATUS_CONFLICT},
    {SQLITE_IOERR_NOMEM, STATUS_NO_MEMORY},
    {SQLITE_BUSY, STATUS_BUSY},
    {SQLITE_LOCKED, STATUS_BUSY},
    {SQLITE_FULL, STATUS_STORE_LOST},
    {SQLITE_IOERR, STATUS_IO},
    {SQLITE_CANTOPEN, STATUS_IO},
    {SQLITE_READONLY, STATUS_IO},
    {SQLITE_PERM, STATUS_IO},
    {SQLITE_PROTOCOL, STATUS_IO},
    {SQLITE_NOMEM, STATUS_NO_MEMORY},
    {SQLITE_TOOBIG, STATUS_TOO_LARGE},
    {SQLITE_CORRUPT, STATUS_CORRUPT},
    {SQLITE_NOTADB, STATUS_CORRUPT},
};

static const struct meaning *meaning_of(int code)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].code == code)
            return &meanings[i];
    return NULL;
}

enum status status_of_sqlite(int code)
{
    const struct meaning *meaning = meaning_of(code);
    if (meaning == NULL)
        meaning = meaning_of(code & 0xff);
    return meaning == NULL ? STATUS_INTERNAL : meaning->status;
}
