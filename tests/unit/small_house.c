/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * small_house.c: makes and removes the house of small_house.h.
 * May not touch anything outside its own folder under the temp dir.
 * Always: the store is read from outside through a connection of its own, as an inspector would.
 */
#include "unit/small_house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/clock.h"
#include "call/call.h"
#include "call/house.h"
#include "domain/seed.h"
#include "storage/sqlite/session.h"

const struct organisation_id SMALL_ORGANISATION = {{{0xa0, 1}}};
const struct school_id SMALL_SCHOOL = {{{0xb0, 1}}};
const struct school_id SMALL_OTHER_SCHOOL = {{{0xb0, 2}}};
const struct person_id SMALL_REKTOR = {{{0xc0, 1}}};
const struct person_id SMALL_KARI = {{{0xc0, 2}}};
const struct person_id SMALL_COLLEAGUE = {{{0xc0, 3}}};
const struct student_id SMALL_STUDENT = {{{0xd0, 1}}};

static const char small_issuer[] = "https://login.example";

static void ends_the_test(void *context)
{
    (void)context;
    fail_msg("a commit ended unknown");
}

static struct house_settings settings_of(const struct small_house *small)
{
    return (struct house_settings){
        .directory = small->data,
        .master_key_file = small->master_key,
        .time_zone = "Europe/Oslo",
        .log = {.signing_key_file = small->log_key, .name = "trygg"},
        .commit_unknown = ends_the_test,
    };
}

static void open_house(struct small_house *small)
{
    const struct house_settings settings = settings_of(small);
    enum house_fault fault = HOUSE_FINE;

    assert_int_equal(house_open(&settings, &small->house, &fault), STATUS_OK);
}

static void fill(struct small_house *small)
{
    const struct period always = {DAY_ALWAYS, DAY_FOREVER};
    const struct seed_school schools[] = {{SMALL_SCHOOL, "Bjørkely", {"sikker-sak"}},
                                          {SMALL_OTHER_SCHOOL, "Elvebakken", {NULL}}};
    const struct seed_person persons[] = {{SMALL_REKTOR, "Grete", "Moen", false},
                                          {SMALL_KARI, "Kari", "Lund", false},
                                          {SMALL_COLLEAGUE, "Ivar", "Dahl", false}};
    const struct seed_identity identities[] = {{SMALL_REKTOR, small_issuer, "rektor"},
                                               {SMALL_KARI, small_issuer, "kari"},
                                               {SMALL_COLLEAGUE, small_issuer, "colleague"}};
    const struct seed_membership memberships[] = {
        {SMALL_REKTOR, true, SMALL_SCHOOL, ROLE_REKTOR, always},
        {SMALL_KARI, true, SMALL_SCHOOL, ROLE_CONTACT_TEACHER, always},
        {SMALL_COLLEAGUE, true, SMALL_SCHOOL, ROLE_TEACHER, always},
    };
    const struct seed_student students[] = {{.id = SMALL_STUDENT, .given_name = "Ola", .family_name = "Vik"}};
    const struct seed_enrolment enrolments[] = {{SMALL_STUDENT, SMALL_SCHOOL, always}};
    const struct seed_tie ties[] = {{SMALL_STUDENT, SMALL_KARI, TIE_CONTACT_TEACHER, always}};
    const struct seed seed = {
        .organisation = {.id = SMALL_ORGANISATION, .name = "Fjellbygda", .time_zone = "Europe/Oslo"},
        .schools = schools,
        .n_schools = 2,
        .persons = persons,
        .n_persons = 3,
        .identities = identities,
        .n_identities = 3,
        .memberships = memberships,
        .n_memberships = 3,
        .students = students,
        .n_students = 1,
        .enrolments = enrolments,
        .n_enrolments = 1,
        .ties = ties,
        .n_ties = 1,
    };
    assert_int_equal(house_seed(small->house, &seed), STATUS_OK);
}

int small_house_setup(void **state)
{
    const char *wanted = getenv("TMPDIR");
    const char *tmp = wanted != NULL && strlen(wanted) < 32 ? wanted : "/tmp";
    struct small_house *small = calloc(1, sizeof *small);
    enum house_fault fault = HOUSE_FINE;

    assert_non_null(small);
    assert_int_equal(clock_set_zone("Europe/Oslo"), STATUS_OK);
    snprintf(small->folder, sizeof small->folder, "%s/trygg-house-XXXXXX", tmp);
    assert_non_null(mkdtemp(small->folder));
    snprintf(small->data, sizeof small->data, "%s/data", small->folder);
    snprintf(small->master_key, sizeof small->master_key, "%s/master.key", small->folder);
    snprintf(small->log_key, sizeof small->log_key, "%s/log.key", small->folder);
    const struct house_settings settings = settings_of(small);
    assert_int_equal(house_create(&settings, &fault), STATUS_OK);
    open_house(small);
    fill(small);
    small->arena = arena_new((size_t)16 << 20);
    assert_non_null(small->arena);
    *state = small;
    return 0;
}

static void remove_files(const struct small_house *small)
{
    static const char *const names[] = {"trygg.db",    "trygg.db-wal", "trygg.db-shm", "keys.db",
                                        "keys.db-wal", "keys.db-shm",  "lock"};
    char path[160];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", small->data, names[i]);
        unlink(path);
    }
    unlink(small->master_key);
    unlink(small->log_key);
    assert_int_equal(rmdir(small->data), 0);
    assert_int_equal(rmdir(small->folder), 0);
}

int small_house_teardown(void **state)
{
    struct small_house *small = *state;

    small->house = house_close(small->house);
    small->arena = arena_free(small->arena);
    remove_files(small);
    free(small);
    return 0;
}

void small_house_reopen(struct small_house *small)
{
    small->house = house_close(small->house);
    open_house(small);
}

struct caller small_caller(const char *subject)
{
    struct caller caller = {
        .organisation = SMALL_ORGANISATION, .client = "test", .strong = true, .scopes = SCOPE_READ | SCOPE_WRITE};

    snprintf(caller.issuer, sizeof caller.issuer, "%s", small_issuer);
    snprintf(caller.subject, sizeof caller.subject, "%s", subject);
    return caller;
}

struct call small_call(struct small_house *small, const struct caller *caller, const char *operation)
{
    return (struct call){
        .house = small->house,
        .arena = small->arena,
        .caller = caller,
        .operation = operation,
        .request_id = uuid_new(),
    };
}

size_t small_rows(struct small_house *small, const struct uuid *request, char ret_outcome[16], char ret_ground[64])
{
    static const char sql[] = "SELECT outcome, ground FROM activity WHERE request_id = ?1";
    char path[160];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    size_t n = 0;

    snprintf(path, sizeof path, "%s/trygg.db", small->data);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_bind_blob(statement, 1, request->bytes, UUID_BYTES, SQLITE_STATIC), SQLITE_OK);
    for (; sqlite3_step(statement) == SQLITE_ROW; n++) {
        snprintf(ret_outcome, 16, "%s", (const char *)sqlite3_column_text(statement, 0));
        snprintf(ret_ground, 64, "%s", (const char *)sqlite3_column_text(statement, 1));
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return n;
}

void small_sql(struct small_house *small, const char *sql)
{
    char path[160];
    sqlite3 *db = NULL;

    snprintf(path, sizeof path, "%s/trygg.db", small->data);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA wal_autocheckpoint = 0", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_true(sqlite3_changes(db) > 0);
    sqlite3_close(db);
    if (small->house != NULL)
        readers_outdate(store_readers(small->house->store));
}

static int64_t count(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return n;
}

int64_t small_count(struct small_house *small, const char *sql)
{
    char path[160];

    snprintf(path, sizeof path, "%s/trygg.db", small->data);
    return count(path, sql);
}

int64_t small_count_keys(struct small_house *small)
{
    char path[160];

    snprintf(path, sizeof path, "%s/keys.db", small->data);
    return count(path, "SELECT count(*) FROM data_key");
}
