/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      passing on to a file of SQLite's what a layer of ours leaves to it.
 * May not:  change what is asked or answered.
 * Always:   a layer has methods, and so SQLite closes it, when the file below has.
 */
#include "storage/sqlite/file_above.h"

#include <string.h>

static sqlite3_file *below(sqlite3_file *file)
{
    return ((struct file_above *)file)->below;
}

static int pass_close(sqlite3_file *file)
{
    return below(file)->pMethods->xClose(below(file));
}

static int pass_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 at)
{
    return below(file)->pMethods->xRead(below(file), bytes, len, at);
}

static int pass_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    return below(file)->pMethods->xWrite(below(file), bytes, len, at);
}

static int pass_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return below(file)->pMethods->xTruncate(below(file), size);
}

static int pass_sync(sqlite3_file *file, int flags)
{
    return below(file)->pMethods->xSync(below(file), flags);
}

static int pass_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    return below(file)->pMethods->xFileSize(below(file), ret_size);
}

static int pass_lock(sqlite3_file *file, int kind)
{
    return below(file)->pMethods->xLock(below(file), kind);
}

static int pass_unlock(sqlite3_file *file, int kind)
{
    return below(file)->pMethods->xUnlock(below(file), kind);
}

static int pass_check_lock(sqlite3_file *file, int *ret_locked)
{
    return below(file)->pMethods->xCheckReservedLock(below(file), ret_locked);
}

static int pass_control(sqlite3_file *file, int what, void *argument)
{
    return below(file)->pMethods->xFileControl(below(file), what, argument);
}

static int pass_sector(sqlite3_file *file)
{
    return below(file)->pMethods->xSectorSize(below(file));
}

static int pass_device(sqlite3_file *file)
{
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int pass_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret_memory)
{
    return below(file)->pMethods->xShmMap(below(file), page, size, extend, ret_memory);
}

static int pass_shm_lock(sqlite3_file *file, int from, int n, int flags)
{
    return below(file)->pMethods->xShmLock(below(file), from, n, flags);
}

static void pass_shm_barrier(sqlite3_file *file)
{
    below(file)->pMethods->xShmBarrier(below(file));
}

static int pass_shm_unmap(sqlite3_file *file, int removes)
{
    return below(file)->pMethods->xShmUnmap(below(file), removes);
}

sqlite3_io_methods file_above_methods(void)
{
    return (sqlite3_io_methods){
        .iVersion = 2,
        .xClose = pass_close,
        .xRead = pass_read,
        .xWrite = pass_write,
        .xTruncate = pass_truncate,
        .xSync = pass_sync,
        .xFileSize = pass_size,
        .xLock = pass_lock,
        .xUnlock = pass_unlock,
        .xCheckReservedLock = pass_check_lock,
        .xFileControl = pass_control,
        .xSectorSize = pass_sector,
        .xDeviceCharacteristics = pass_device,
        .xShmMap = pass_shm_map,
        .xShmLock = pass_shm_lock,
        .xShmBarrier = pass_shm_barrier,
        .xShmUnmap = pass_shm_unmap,
    };
}

int file_above_open(const struct layer *layer, sqlite3_file *file, sqlite3_vfs *way, const char *name, int flags,
                    int *ret_flags)
{
    struct file_above *above = (struct file_above *)file;
    memset(above, 0, layer->size);
    above->below = (sqlite3_file *)((char *)file + layer->size);
    int code = way->xOpen(way, name, above->below, flags, ret_flags);
    if (above->below->pMethods != NULL)
        above->base.pMethods = &layer->methods;
    return code;
}
