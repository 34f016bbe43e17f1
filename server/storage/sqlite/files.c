/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      which file gets which layer.
 * May not:  do anything with a file once it is open.
 * Always:   what is no database and no log is opened as ever.
 */
#include "storage/sqlite/files.h"

#include "storage/sqlite/data_file.h"
#include "storage/sqlite/log_file.h"

struct way {
    sqlite3_vfs base;
    sqlite3_vfs *below;
    struct layer data, log;
};

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    const struct way *way = (const struct way *)vfs;
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0)
        return file_above_open(&way->data, file, way->below, name, flags, ret_flags);
    if ((flags & SQLITE_OPEN_WAL) != 0)
        return file_above_open(&way->log, file, way->below, name, flags, ret_flags);
    return way->below->xOpen(way->below, name, file, flags, ret_flags);
}

int files_register(void)
{
    static struct way way; /* SQLite keeps it in its list */
    way = (struct way){.below = sqlite3_vfs_find(NULL), .data = data_file_layer(), .log = log_file_layer()};
    if (way.below == NULL)
        return SQLITE_ERROR;
    const size_t room = way.log.size > way.data.size ? way.log.size : way.data.size;
    way.base = *way.below;
    way.base.zName = FILES_VFS;
    way.base.szOsFile = (int)room + way.below->szOsFile;
    way.base.xOpen = open_file;
    return sqlite3_vfs_register(&way.base, 0);
}
