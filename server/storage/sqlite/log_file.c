/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      one write for all pages of a commit, where SQLite makes two for each.
 * May not:  know what is written, or keep it beyond the next read, sync or change of the file's size.
 * Always:   whoever has synced has written. What fails to be written fails the sync, before anything of it was synced.
 */
#include "storage/sqlite/log_file.h"

#include <stdlib.h>
#include <string.h>

/* Only SQLite's code for the log calls it, one thread at a time. */
struct log_file {
    struct file_above above;
    unsigned char *gathered; /* LOG_FILE_GATHERS bytes, from the first write on */
    sqlite3_int64 at;        /* where in the file they belong */
    int n;
    bool puts_off; /* a sync only writes, and is owed */
    bool owes;
    bool begins; /* its beginning was written since it was last synced */
};

static struct log_file *log_of(sqlite3_file *file)
{
    return (struct log_file *)file;
}

/* What could not be written is dropped: SQLite takes its transaction back and writes over it. */
static int flush(struct log_file *log)
{
    int n = log->n;
    log->n = 0;
    return n == 0 ? SQLITE_OK : log->above.below->pMethods->xWrite(log->above.below, log->gathered, n, log->at);
}

/* Whether so many bytes can be gathered; without memory they go to the file at once. */
static int has_room(struct log_file *log, int len)
{
    if (log->gathered == NULL && len <= LOG_FILE_GATHERS)
        log->gathered = malloc(LOG_FILE_GATHERS);
    return log->gathered != NULL && len <= LOG_FILE_GATHERS - log->n;
}

static int log_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    struct log_file *log = log_of(file);
    int code = SQLITE_OK;
    log->begins = log->begins || at == 0;
    if (log->n > 0 && (at != log->at + log->n || !has_room(log, len)))
        code = flush(log);
    if (code != SQLITE_OK)
        return code;
    if (!has_room(log, len))
        return log->above.below->pMethods->xWrite(log->above.below, bytes, len, at);
    if (log->n == 0)
        log->at = at;
    memcpy(log->gathered + log->n, bytes, (size_t)len);
    log->n += len;
    return SQLITE_OK;
}

static int log_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 at)
{
    struct log_file *log = log_of(file);
    int code = flush(log);
    return code == SQLITE_OK ? log->above.below->pMethods->xRead(log->above.below, bytes, len, at) : code;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct log_file *log = log_of(file);
    int code = flush(log);
    return code == SQLITE_OK ? log->above.below->pMethods->xTruncate(log->above.below, size) : code;
}

/* A log that starts over is never put off: until its new beginning is on the medium, the first commits of the old one pass for the newest
 * after a power cut, over a database that is beyond them (sqlite.org/src/info/ff5be73dee). */
static int log_sync(sqlite3_file *file, int flags)
{
    struct log_file *log = log_of(file);
    int code = flush(log);
    log->owes = log->puts_off && !log->begins;
    if (code == SQLITE_OK && !log->owes)
        code = log->above.below->pMethods->xSync(log->above.below, flags);
    log->begins = log->begins && code != SQLITE_OK;
    return code;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    struct log_file *log = log_of(file);
    int code = flush(log);
    return code == SQLITE_OK ? log->above.below->pMethods->xFileSize(log->above.below, ret_size) : code;
}

static int log_close(sqlite3_file *file)
{
    struct log_file *log = log_of(file);
    int code = flush(log);
    int closed = log->above.below->pMethods->xClose(log->above.below);
    free(log->gathered);
    return code == SQLITE_OK ? closed : code;
}

struct layer log_file_layer(void)
{
    struct layer layer = {.size = sizeof(struct log_file), .methods = file_above_methods()};
    layer.methods.xClose = log_close;
    layer.methods.xRead = log_read;
    layer.methods.xWrite = log_write;
    layer.methods.xTruncate = log_truncate;
    layer.methods.xSync = log_sync;
    layer.methods.xFileSize = log_size;
    return layer;
}

static int is_ours(const sqlite3_file *file)
{
    return file != NULL && file->pMethods->xWrite == log_write;
}

void log_file_put_off(sqlite3_file *file)
{
    if (!is_ours(file))
        return;
    log_of(file)->puts_off = true;
    log_of(file)->owes = false;
}

bool log_file_owes(sqlite3_file *file)
{
    if (!is_ours(file))
        return false;
    log_of(file)->puts_off = false;
    return log_of(file)->owes;
}

int log_file_sync(sqlite3_file *file)
{
    sqlite3_file *below = is_ours(file) ? log_of(file)->above.below : NULL;
    return below == NULL ? SQLITE_OK : below->pMethods->xSync(below, SQLITE_SYNC_NORMAL);
}
