/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      syncing a long copy in portions: all at once the medium would be busy with it for tens of ms, and so every commit would wait.
 * May not:  put off a sync, or know what is written.
 * Always:   what a sync lost is told by the write after which it came.
 */
#include "storage/sqlite/data_file.h"

struct data_file {
    struct file_above above;
    int portion; /* in writes; 0: none */
    int n;       /* of this one so far */
};

static struct data_file *data_of(sqlite3_file *file)
{
    return (struct data_file *)file;
}

static int data_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    struct data_file *data = data_of(file);
    int code = data->above.below->pMethods->xWrite(data->above.below, bytes, len, at);
    if (code != SQLITE_OK || data->portion == 0 || ++data->n < data->portion)
        return code;
    data->n = 0;
    code = data->above.below->pMethods->xSync(data->above.below, SQLITE_SYNC_NORMAL);
    return code == SQLITE_OK ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

struct layer data_file_layer(void)
{
    struct layer layer = {.size = sizeof(struct data_file), .methods = file_above_methods()};
    layer.methods.xWrite = data_write;
    return layer;
}

static void set_portion(sqlite3_file *file, int writes)
{
    if (file->pMethods->xWrite != data_write)
        return;
    data_of(file)->portion = writes;
    data_of(file)->n = 0;
}

void data_file_begin_portions(sqlite3_file *file, int writes)
{
    set_portion(file, writes);
}

void data_file_end_portions(sqlite3_file *file)
{
    set_portion(file, 0);
}
