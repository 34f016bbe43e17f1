/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      one write for all pages of a commit, where SQLite makes two for each.
 * May not:  know what is written, or keep it beyond the next read, sync or change of the file's size.
 * Always:   whoever has synced has written. What fails to be written fails the sync, before anything of it was synced.
 */
#include "storage/sqlite/log_file.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* The file itself lies behind it. Only SQLite's code for the log calls it, one thread at a time. */
struct log_file {
    sqlite3_file base;
    sqlite3_file *below;
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
    return n == 0 ? SQLITE_OK : log->below->pMethods->xWrite(log->below, log->gathered, n, log->at);
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
        return log->below->pMethods->xWrite(log->below, bytes, len, at);
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
    return code == SQLITE_OK ? log->below->pMethods->xRead(log->below, bytes, len, at) : code;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct log_file *log = log_of(file);
    int code = flush(log);
    return code == SQLITE_OK ? log->below->pMethods->xTruncate(log->below, size) : code;
}

/* A log that starts over is never put off: until its new beginning is on the medium, the first commits of the old one pass for the newest
 * after a power cut, over a database that is beyond them (sqlite.org/src/info/ff5be73dee). */
static int log_sync(sqlite3_file *file, int flags)
{
    struct log_file *log = log_of(file);
    int code = flush(log);
    log->owes = log->puts_off && !log->begins;
    if (code == SQLITE_OK && !log->owes)
        code = log->below->pMethods->xSync(log->below, flags);
    log->begins = log->begins && code != SQLITE_OK;
    return code;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    struct log_file *log = log_of(file);
    int code = flush(log);
    return code == SQLITE_OK ? log->below->pMethods->xFileSize(log->below, ret_size) : code;
}

static int log_close(sqlite3_file *file)
{
    struct log_file *log = log_of(file);
    int code = flush(log);
    int closed = log->below->pMethods->xClose(log->below);
    free(log->gathered);
    return code == SQLITE_OK ? closed : code;
}

static int log_lock(sqlite3_file *file, int kind)
{
    return log_of(file)->below->pMethods->xLock(log_of(file)->below, kind);
}

static int log_unlock(sqlite3_file *file, int kind)
{
    return log_of(file)->below->pMethods->xUnlock(log_of(file)->below, kind);
}

static int log_check_lock(sqlite3_file *file, int *ret_locked)
{
    return log_of(file)->below->pMethods->xCheckReservedLock(log_of(file)->below, ret_locked);
}

static int log_control(sqlite3_file *file, int what, void *argument)
{
    return log_of(file)->below->pMethods->xFileControl(log_of(file)->below, what, argument);
}

static int log_sector(sqlite3_file *file)
{
    return log_of(file)->below->pMethods->xSectorSize(log_of(file)->below);
}

static int log_device(sqlite3_file *file)
{
    return log_of(file)->below->pMethods->xDeviceCharacteristics(log_of(file)->below);
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_check_lock,
    .xFileControl = log_control,
    .xSectorSize = log_sector,
    .xDeviceCharacteristics = log_device,
};

static int is_ours(const sqlite3_file *file)
{
    return file != NULL && file->pMethods == &methods;
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
    sqlite3_file *below = is_ours(file) ? log_of(file)->below : NULL;
    return below == NULL ? SQLITE_OK : below->pMethods->xSync(below, SQLITE_SYNC_NORMAL);
}

/* SQLite's own way to the files, and ours in front of it. */
struct way {
    sqlite3_vfs base;
    sqlite3_vfs *below;
};

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    sqlite3_vfs *below = ((struct way *)vfs)->below;
    if ((flags & SQLITE_OPEN_WAL) == 0)
        return below->xOpen(below, name, file, flags, ret_flags);
    struct log_file *log = log_of(file);
    *log = (struct log_file){.below = (sqlite3_file *)(log + 1)};
    int code = below->xOpen(below, name, log->below, flags, ret_flags);
    if (log->below->pMethods != NULL)
        log->base.pMethods = &methods;
    return code;
}

int log_file_register(void)
{
    static struct way way; /* SQLite keeps it in its list */
    way.below = sqlite3_vfs_find(NULL);
    if (way.below == NULL)
        return SQLITE_ERROR;
    way.base = *way.below;
    way.base.zName = LOG_FILE_VFS;
    way.base.szOsFile = (int)sizeof(struct log_file) + way.below->szOsFile;
    way.base.xOpen = open_file;
    return sqlite3_vfs_register(&way.base, 0);
}
