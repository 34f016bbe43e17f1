/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      making writes and syncs of chosen files fail as a full disk or a broken one does.
 * May not:  change what passes through: an operation that does not fail is the system's own, at once or when it is let go.
 * Always:   the armed fault is read and counted under one lock.
 */
#include "fault_vfs.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "waiting.h"

static struct {
    pthread_mutex_t lock;
    bool armed;
    enum fault_operation operation;
    const char *name_end;
    unsigned spared;
    int code;
    unsigned hits;
    pthread_cond_t changed; /* what follows has; by CLOCK_MONOTONIC */
    const char *held_end;   /* NULL: nothing is held */
    enum fault_operation held;
    unsigned waiting;
} fault = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* The system's file follows in the same allocation. */
struct fault_file {
    sqlite3_file shim;
    const char *name;
    sqlite3_file *real;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct fault_file *)file)->real;
}

static bool ends_with(const char *name, const char *name_end)
{
    size_t length = name == NULL ? 0 : strlen(name), end = strlen(name_end);
    return length >= end && strcmp(name + length - end, name_end) == 0;
}

/* Under the lock. */
static void wait_while_held(const char *name, enum fault_operation operation)
{
    if (fault.held_end == NULL || fault.held != operation || !ends_with(name, fault.held_end))
        return;
    fault.waiting++;
    pthread_cond_broadcast(&fault.changed);
    while (fault.held_end != NULL)
        pthread_cond_wait(&fault.changed, &fault.lock);
    fault.waiting--;
    pthread_cond_broadcast(&fault.changed);
}

/* The code that the operation shall fail with, or SQLITE_OK. */
static int struck(sqlite3_file *file, enum fault_operation operation)
{
    int code = SQLITE_OK;
    const char *name = ((struct fault_file *)file)->name;
    pthread_mutex_lock(&fault.lock);
    wait_while_held(name, operation);
    if (fault.armed && fault.operation == operation && ends_with(name, fault.name_end)) {
        if (fault.spared > 0) {
            fault.spared--;
        } else {
            fault.hits++;
            code = fault.code;
        }
    }
    pthread_mutex_unlock(&fault.lock);
    return code;
}

/* ---- File methods --------------------------------------------------------------------------------------------------- */

static int shim_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int shim_read(sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
    return real_of(file)->pMethods->xRead(real_of(file), data, size, offset);
}

static int shim_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    int code = struck(file, FAULT_WRITE);
    return code != SQLITE_OK ? code : real_of(file)->pMethods->xWrite(real_of(file), data, size, offset);
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int shim_sync(sqlite3_file *file, int flags)
{
    int code = struck(file, FAULT_SYNC);
    return code != SQLITE_OK ? code : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int shim_file_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), ret_size);
}

static int shim_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int shim_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int shim_check_reserved(sqlite3_file *file, int *ret_reserved)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret_reserved);
}

static int shim_file_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int shim_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int shim_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shim_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **ret_memory)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, ret_memory);
}

static int shim_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void shim_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shim_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

/* ---- The file system ------------------------------------------------------------------------------------------------ */

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    /* Version 2: shared memory for the write-ahead log, no memory mapping of pages. */
    static const sqlite3_io_methods methods = {
        .iVersion = 2,
        .xClose = shim_close,
        .xRead = shim_read,
        .xWrite = shim_write,
        .xTruncate = shim_truncate,
        .xSync = shim_sync,
        .xFileSize = shim_file_size,
        .xLock = shim_lock,
        .xUnlock = shim_unlock,
        .xCheckReservedLock = shim_check_reserved,
        .xFileControl = shim_file_control,
        .xSectorSize = shim_sector_size,
        .xDeviceCharacteristics = shim_characteristics,
        .xShmMap = shim_shm_map,
        .xShmLock = shim_shm_lock,
        .xShmBarrier = shim_shm_barrier,
        .xShmUnmap = shim_shm_unmap,
    };
    sqlite3_vfs *system = vfs->pAppData;
    struct fault_file *opened = (struct fault_file *)file;
    *opened = (struct fault_file){.name = name, .real = (sqlite3_file *)(opened + 1)};
    int code = system->xOpen(system, name, opened->real, flags, ret_flags);
    if (opened->real->pMethods != NULL)
        opened->shim.pMethods = &methods;
    return code;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    sqlite3_vfs *system = vfs->pAppData;
    return system->xDelete(system, name, sync);
}

static int shim_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret_result)
{
    sqlite3_vfs *system = vfs->pAppData;
    return system->xAccess(system, name, flags, ret_result);
}

static int shim_full_pathname(sqlite3_vfs *vfs, const char *name, int size, char *ret_path)
{
    sqlite3_vfs *system = vfs->pAppData;
    return system->xFullPathname(system, name, size, ret_path);
}

static int shim_randomness(sqlite3_vfs *vfs, int size, char *ret_bytes)
{
    sqlite3_vfs *system = vfs->pAppData;
    return system->xRandomness(system, size, ret_bytes);
}

static int shim_sleep(sqlite3_vfs *vfs, int microseconds)
{
    sqlite3_vfs *system = vfs->pAppData;
    return system->xSleep(system, microseconds);
}

static int shim_time(sqlite3_vfs *vfs, sqlite3_int64 *ret_time)
{
    sqlite3_vfs *system = vfs->pAppData;
    return system->xCurrentTimeInt64(system, ret_time);
}

static int shim_last_error(sqlite3_vfs *vfs, int size, char *ret_text)
{
    sqlite3_vfs *system = vfs->pAppData;
    return system->xGetLastError(system, size, ret_text);
}

static void open_condition(void)
{
    pthread_condattr_t attributes;
    int code = pthread_condattr_init(&attributes);
    assert(code == 0);
    code = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    assert(code == 0);
    code = pthread_cond_init(&fault.changed, &attributes);
    assert(code == 0);
    (void)code;
    pthread_condattr_destroy(&attributes);
}

void fault_install(void)
{
    static sqlite3_vfs shim = {
        .iVersion = 2,
        .zName = "fault",
        .xOpen = shim_open,
        .xDelete = shim_delete,
        .xAccess = shim_access,
        .xFullPathname = shim_full_pathname,
        .xRandomness = shim_randomness,
        .xSleep = shim_sleep,
        .xGetLastError = shim_last_error,
        .xCurrentTimeInt64 = shim_time,
    };
    open_condition();
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);
    assert(system != NULL && system != &shim);
    shim.pAppData = system;
    shim.mxPathname = system->mxPathname;
    shim.szOsFile = (int)sizeof(struct fault_file) + system->szOsFile;
    int code = sqlite3_vfs_register(&shim, 1);
    assert(code == SQLITE_OK);
    (void)code;
}

void fault_arm(enum fault_operation operation, const char *name_end, unsigned spared, int code)
{
    pthread_mutex_lock(&fault.lock);
    fault.operation = operation;
    fault.name_end = name_end;
    fault.spared = spared;
    fault.code = code;
    fault.hits = 0;
    fault.armed = true;
    pthread_mutex_unlock(&fault.lock);
}

void fault_disarm(void)
{
    pthread_mutex_lock(&fault.lock);
    fault.armed = false;
    pthread_mutex_unlock(&fault.lock);
}

unsigned fault_hits(void)
{
    pthread_mutex_lock(&fault.lock);
    unsigned hits = fault.hits;
    pthread_mutex_unlock(&fault.lock);
    return hits;
}

void fault_hold(enum fault_operation operation, const char *name_end)
{
    pthread_mutex_lock(&fault.lock);
    fault.held = operation;
    fault.held_end = name_end;
    pthread_mutex_unlock(&fault.lock);
}

void fault_wait_until_held(void)
{
    const struct timespec until = waiting_until();
    int code = 0;
    pthread_mutex_lock(&fault.lock);
    while (fault.waiting == 0 && code == 0)
        code = pthread_cond_timedwait(&fault.changed, &fault.lock, &until);
    const bool held = fault.waiting > 0;
    pthread_mutex_unlock(&fault.lock);
    if (!held)
        waited_in_vain("an operation to be held");
}

void fault_let_go(void)
{
    pthread_mutex_lock(&fault.lock);
    fault.held_end = NULL;
    pthread_cond_broadcast(&fault.changed);
    while (fault.waiting > 0)
        pthread_cond_wait(&fault.changed, &fault.lock);
    pthread_mutex_unlock(&fault.lock);
}
