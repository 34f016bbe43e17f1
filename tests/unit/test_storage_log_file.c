/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      the log as the writing connection has it: what is gathered, when it is in the file, and what fails.
 * May not:  depend on what SQLite writes into its log.
 * Always:   what is in the file is looked at from outside, by its path.
 */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/sqlite/files.h"
#include "storage/sqlite/log_file.h"
#include "storage/sqlite/query.h"
#include "storage_probe.h"

enum { PIECE = 4096, PIECES = 10, LARGE = LOG_FILE_GATHERS + 1 };

struct fixture {
    struct probe probe;
    char path[200];
    sqlite3_vfs *vfs;
    sqlite3_file *file;
};

/* SQLite gives a log the mode of its database, here "some". */
static void make_database(const struct fixture *fixture)
{
    char path[200];
    snprintf(path, sizeof path, "%s/some", fixture->probe.directory);
    close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    probe_make(&fixture->probe);
    connection_close(probe_connection(&fixture->probe)); /* registers it */
    fixture->vfs = sqlite3_vfs_find(FILES_VFS);
    assert_non_null(fixture->vfs);
    snprintf(fixture->path, sizeof fixture->path, "%s/some-wal", fixture->probe.directory);
    make_database(fixture);
    fixture->file = calloc(1, (size_t)fixture->vfs->szOsFile);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_WAL;
    assert_int_equal(fixture->vfs->xOpen(fixture->vfs, fixture->path, fixture->file, flags, &flags), SQLITE_OK);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    fixture->file->pMethods->xClose(fixture->file);
    free(fixture->file);
    unlink(fixture->path);
    fixture->path[strlen(fixture->path) - strlen("-wal")] = '\0';
    unlink(fixture->path);
    probe_remove(&fixture->probe);
    free(fixture);
    return 0;
}

static long size_in_file(const struct fixture *fixture)
{
    struct stat found;
    assert_int_equal(stat(fixture->path, &found), 0);
    return (long)found.st_size;
}

static int put(struct fixture *fixture, char byte, int len, sqlite3_int64 at)
{
    char *bytes = malloc((size_t)len);
    memset(bytes, byte, (size_t)len);
    int code = fixture->file->pMethods->xWrite(fixture->file, bytes, len, at);
    free(bytes);
    return code;
}

static int sync_file(struct fixture *fixture)
{
    return fixture->file->pMethods->xSync(fixture->file, SQLITE_SYNC_NORMAL);
}

static char byte_in_file(const struct fixture *fixture, long at)
{
    char byte = '\0';
    int fd = open(fixture->path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    close(fd);
    return byte;
}

static void what_follows_is_gathered_and_there_after_the_sync(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < PIECES; i++)
        assert_int_equal(put(fixture, (char)('a' + i), PIECE, (sqlite3_int64)i * PIECE), SQLITE_OK);
    assert_int_equal(size_in_file(fixture), 0);
    assert_int_equal(sync_file(fixture), SQLITE_OK);
    assert_int_equal(size_in_file(fixture), PIECES * PIECE);
    for (int i = 0; i < PIECES; i++)
        assert_int_equal(byte_in_file(fixture, (long)i * PIECE), 'a' + i);
}

static void a_piece_elsewhere_and_one_that_is_too_large_come_in_their_order(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(put(fixture, 'a', PIECE, 0), SQLITE_OK);
    assert_int_equal(put(fixture, 'b', PIECE, 0), SQLITE_OK); /* over the first */
    assert_int_equal(byte_in_file(fixture, 0), 'a');
    assert_int_equal(put(fixture, 'c', LARGE, PIECE), SQLITE_OK);
    assert_int_equal(byte_in_file(fixture, 0), 'b');
    assert_int_equal(byte_in_file(fixture, PIECE + LARGE - 1), 'c');
    for (long at = 0; at < 2L * LOG_FILE_GATHERS; at += PIECE)
        assert_int_equal(put(fixture, 'd', PIECE, at), SQLITE_OK);
    assert_int_equal(sync_file(fixture), SQLITE_OK);
    assert_int_equal(byte_in_file(fixture, 2L * LOG_FILE_GATHERS - 1), 'd');
}

static void whoever_reads_or_asks_for_the_size_sees_what_was_written(void **state)
{
    struct fixture *fixture = *state;
    const sqlite3_io_methods *methods = fixture->file->pMethods;
    char bytes[2 * PIECE];
    sqlite3_int64 size = 0;
    assert_int_equal(put(fixture, 'a', PIECE, 0), SQLITE_OK);
    assert_int_equal(methods->xRead(fixture->file, bytes, PIECE, 0), SQLITE_OK);
    assert_int_equal(bytes[PIECE - 1], 'a');
    assert_int_equal(put(fixture, 'b', PIECE, PIECE), SQLITE_OK);
    assert_int_equal(methods->xFileSize(fixture->file, &size), SQLITE_OK);
    assert_int_equal(size, 2 * PIECE);
    assert_int_equal(put(fixture, 'c', PIECE, 2 * PIECE), SQLITE_OK);
    assert_int_equal(methods->xTruncate(fixture->file, PIECE), SQLITE_OK);
    assert_int_equal(size_in_file(fixture), PIECE);
}

/* A limit on the size of files stands for a full medium. */
static void what_cannot_be_written_fails_the_sync_and_is_forgotten(void **state)
{
    struct fixture *fixture = *state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {.rlim_cur = 2 * PIECE, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (int i = 0; i < PIECES; i++)
        assert_int_equal(put(fixture, 'a', PIECE, (sqlite3_int64)i * PIECE), SQLITE_OK);
    int code = sync_file(fixture);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, handler);
    assert_int_not_equal(code, SQLITE_OK);
    assert_true(size_in_file(fixture) <= 2 * PIECE);

    assert_int_equal(sync_file(fixture), SQLITE_OK);
    assert_true(size_in_file(fixture) <= 2 * PIECE);
    assert_int_equal(put(fixture, 'b', PIECE, 0), SQLITE_OK);
    assert_int_equal(sync_file(fixture), SQLITE_OK);
    assert_int_equal(byte_in_file(fixture, 0), 'b');
}

static void a_log_that_starts_over_is_synced_at_once_and_the_rest_is_owed(void **state)
{
    struct fixture *fixture = *state;
    log_file_put_off(fixture->file);
    assert_int_equal(put(fixture, 'a', PIECE, PIECE), SQLITE_OK);
    assert_int_equal(sync_file(fixture), SQLITE_OK);
    assert_true(log_file_owes(fixture->file));

    log_file_put_off(fixture->file);
    assert_int_equal(put(fixture, 'b', PIECE, 0), SQLITE_OK);
    assert_int_equal(sync_file(fixture), SQLITE_OK);
    assert_int_equal(byte_in_file(fixture, 0), 'b');
    assert_false(log_file_owes(fixture->file));

    log_file_put_off(fixture->file);
    assert_int_equal(put(fixture, 'c', PIECE, PIECE), SQLITE_OK);
    assert_int_equal(sync_file(fixture), SQLITE_OK);
    assert_true(log_file_owes(fixture->file));
    assert_int_equal(log_file_sync(fixture->file), SQLITE_OK);
}

/* ---- Who has it ------------------------------------------------------------------------------------------------------- */

static const sqlite3_vfs *way_of(struct connection *connection)
{
    sqlite3_stmt *prepared = NULL;
    sqlite3_vfs *way = NULL;
    assert_int_equal(connection_prepared(connection, &PROBE_COUNT, &prepared), STATUS_OK);
    assert_int_equal(sqlite3_file_control(sqlite3_db_handle(prepared), "main", SQLITE_FCNTL_VFS_POINTER, &way),
                     SQLITE_OK);
    return way;
}

static void a_connection_that_writes_has_it_and_one_that_reads_has_not(void **state)
{
    struct fixture *fixture = *state;
    auto_connection writer = probe_connection(&fixture->probe);
    auto_connection reader = NULL;
    assert_int_equal(connection_open_reader(fixture->probe.data_path, &reader), STATUS_OK);
    assert_ptr_equal(way_of(writer), fixture->vfs);
    assert_ptr_equal(way_of(reader), sqlite3_vfs_find(NULL));
}

static void commit(struct connection *connection)
{
    struct probe_organisation organisation = probe_organisation("through it");
    assert_int_equal(query_write(connection, &PROBE_INSERT, &organisation, NULL), STATUS_OK);
}

static void a_commit_that_is_put_off_is_owed_by_its_connection(void **state)
{
    struct fixture *fixture = *state;
    auto_connection writer = probe_connection(&fixture->probe);
    commit(writer); /* the log has begun */
    connection_put_off(writer);
    assert_false(connection_owes(writer));
    connection_put_off(writer);
    commit(writer);
    assert_true(connection_owes(writer));
    assert_int_equal(connection_log_sync(writer), STATUS_OK);
    commit(writer);
    assert_false(connection_owes(writer));
    assert_int_equal(probe_count_in_file(&fixture->probe), 3);
}

static const sqlite3_io_methods *methods_of(sqlite3_vfs *vfs, const char *path, int kind)
{
    sqlite3_file *file = calloc(1, (size_t)vfs->szOsFile);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | kind;
    assert_int_equal(vfs->xOpen(vfs, path, file, flags, &flags), SQLITE_OK);
    const sqlite3_io_methods *methods = file->pMethods;
    assert_int_equal(methods->xClose(file), SQLITE_OK);
    free(file);
    return methods;
}

static void what_is_no_database_and_no_log_is_opened_as_ever(void **state)
{
    static const struct {
        int kind;
        bool is_ours;
    } files[] = {
        {SQLITE_OPEN_MAIN_DB, true},       {SQLITE_OPEN_WAL, true},         {SQLITE_OPEN_MAIN_JOURNAL, false},
        {SQLITE_OPEN_TEMP_JOURNAL, false}, {SQLITE_OPEN_SUBJOURNAL, false},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const sqlite3_io_methods *ours = methods_of(fixture->vfs, fixture->path, files[i].kind);
        const sqlite3_io_methods *usual = methods_of(sqlite3_vfs_find(NULL), fixture->path, files[i].kind);
        assert_int_equal(ours != usual, files[i].is_ours);
    }
}

/* A layer over a file that could not be opened. */
static void a_database_where_there_is_no_directory_is_refused(void **state)
{
    (void)state;
    struct connection *connection = NULL;
    assert_int_equal(connection_open_writer("/no/such/directory/trygg.db", &connection), STATUS_IO);
    assert_null(connection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_database_where_there_is_no_directory_is_refused),
        cmocka_unit_test_setup_teardown(what_follows_is_gathered_and_there_after_the_sync, setup, teardown),
        cmocka_unit_test_setup_teardown(a_piece_elsewhere_and_one_that_is_too_large_come_in_their_order, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(whoever_reads_or_asks_for_the_size_sees_what_was_written, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_written_fails_the_sync_and_is_forgotten, setup, teardown),
        cmocka_unit_test_setup_teardown(a_log_that_starts_over_is_synced_at_once_and_the_rest_is_owed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_connection_that_writes_has_it_and_one_that_reads_has_not, setup, teardown),
        cmocka_unit_test_setup_teardown(a_commit_that_is_put_off_is_owed_by_its_connection, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_database_and_no_log_is_opened_as_ever, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
