/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_seed_read.c: the seed file: what it gives, and where it is wrong.
 * It may not touch a store.
 * No fault repeats a value of the file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/seed.h"
#include "base/arena.h"

enum { TODAY = 20000 };

#define ORGANISATION_ID "0192f0a0-0000-7000-8000-00000000f001"
#define SCHOOLS         "\"schools\":[{\"key\":\"aas\",\"name\":\"Aas\",\"modules\":[\"notes\",\"avvikelse\"]}]"
#define PERSONS                                                                                                        \
    "\"persons\":[{\"key\":\"kari\",\"givenName\":\"Kari\",\"familyName\":\"Nord\",\"protected\":true,"                \
    "\"identities\":[{\"issuer\":\"https://i\",\"subject\":\"kari\"}],"                                                \
    "\"memberships\":[{\"school\":\"aas\",\"role\":\"contactTeacher\",\"from\":\"today-1\",\"until\":\"2026-12-31\"}," \
    "{\"school\":null,\"role\":\"owner\"}]}]"
#define GROUPS "\"groups\":[{\"key\":\"5a\",\"school\":\"aas\",\"kind\":\"class\",\"name\":\"5A\"}]"
#define STUDENTS                                                                                                       \
    "\"students\":[{\"key\":\"alva\",\"givenName\":\"Alva\",\"familyName\":\"Nord\",\"person\":\"kari\","              \
    "\"civicNumber\":\"20991231-2387\",\"enrolments\":[{\"school\":\"aas\",\"from\":\"today+3\"}],\"groups\":[\"5a\"]" \
    "}]"
#define TIES "\"ties\":[{\"person\":\"kari\",\"student\":\"alva\",\"kind\":\"mentor\",\"until\":\"today\"}]"
#define WRAP(inner)                                                                                                    \
    "{\"organisations\":[{\"key\":\"fjord\",\"id\":\"" ORGANISATION_ID                                                 \
    "\",\"name\":\"Fjord\",\"timeZone\":\"Europe/Oslo\"," inner "}]}"

struct scratch {
    struct arena *arena;
    struct seed_file file;
    struct seed_fault fault;
};

static void scratch_open(struct scratch *scratch, size_t max)
{
    memset(scratch, 0, sizeof *scratch);
    scratch->arena = arena_new(max);
    scratch->file.ids = json_object();
    assert_non_null(scratch->arena);
    assert_non_null(scratch->file.ids);
}

static void scratch_close(struct scratch *scratch)
{
    json_decref(scratch->file.ids);
    arena_free(scratch->arena);
}

static enum status read_text(struct scratch *scratch, const char *text)
{
    return seed_read(text, strlen(text), TODAY, scratch->arena, &scratch->file, &scratch->fault);
}

static void assert_people(const struct seed *seed)
{
    assert_int_equal(seed->n_persons, 1);
    assert_true(seed->persons[0].protected_person);
    assert_int_equal(seed->n_identities, 1);
    assert_true(uuid_equal(&seed->identities[0].person.uuid, &seed->persons[0].id.uuid));
    assert_string_equal(seed->identities[0].subject, "kari");
    assert_int_equal(seed->n_memberships, 2);
    assert_true(seed->memberships[0].at_school);
    assert_int_equal(seed->memberships[0].role, ROLE_CONTACT_TEACHER);
    assert_int_equal(seed->memberships[0].period.from, TODAY - 1);
    assert_false(seed->memberships[1].at_school);
    assert_int_equal(seed->memberships[1].period.from, DAY_ALWAYS);
    assert_int_equal(seed->memberships[1].period.until, DAY_FOREVER);
}

static void a_whole_seed_is_read_and_resolved(void **state)
{
    struct scratch scratch;
    struct uuid organisation;
    (void)state;

    scratch_open(&scratch, 1 << 16);
    assert_int_equal(read_text(&scratch, WRAP(SCHOOLS "," PERSONS "," GROUPS "," STUDENTS "," TIES)), STATUS_OK);
    assert_int_equal(scratch.file.n, 1);
    const struct seed *seed = &scratch.file.organisations[0];
    assert_int_equal(uuid_parse(ORGANISATION_ID, &organisation), STATUS_OK);
    assert_true(uuid_equal(&seed->organisation.id.uuid, &organisation));
    assert_string_equal(seed->schools[0].modules[0], "avvikelse");
    assert_string_equal(seed->schools[0].modules[1], "notes");
    assert_null(seed->schools[0].modules[2]);
    assert_people(seed);
    assert_true(uuid_equal(&seed->groups[0].school.uuid, &seed->schools[0].id.uuid));
    assert_string_equal(seed->students[0].civic_number, "SE:209912312387");
    assert_true(seed->students[0].has_person);
    assert_int_equal(seed->enrolments[0].period.from, TODAY + 3);
    assert_int_equal(seed->n_group_members, 1);
    assert_true(uuid_equal(&seed->group_members[0].group.uuid, &seed->groups[0].id.uuid));
    assert_int_equal(seed->ties[0].kind, TIE_MENTOR);
    assert_int_equal(seed->ties[0].period.until, TODAY);
    const json_t *map = json_object_get(json_object_get(scratch.file.ids, "organisations"), "fjord");
    assert_string_equal(json_string_value(json_object_get(map, "id")), ORGANISATION_ID);
    assert_non_null(json_object_get(json_object_get(map, "students"), "alva"));
    scratch_close(&scratch);
}

#define PERSON(key, id, logins)                                                                                        \
    "{\"key\":\"" key "\",\"id\":\"" id "\",\"givenName\":\"G\",\"familyName\":\"F\",\"identities\":[" logins "]}"
#define STUDENT(key, more) "{\"key\":\"" key "\",\"givenName\":\"G\",\"familyName\":\"F\"," more "}"
#define LOGIN              "{\"issuer\":\"https://i\",\"subject\":\"kari\"}"
#define OTHER_ID           "0192f0a0-0000-7000-8000-00000000f002"
#define THIRD_ID           "0192f0a0-0000-7000-8000-00000000f003"
#define TWO(first, second)                                                                                             \
    "{\"organisations\":[{\"key\":\"a\",\"id\":\"" ORGANISATION_ID                                                     \
    "\",\"name\":\"A\",\"timeZone\":\"Europe/Oslo\"," first "},{\"key\":\"b\",\"id\":\"" OTHER_ID                      \
    "\",\"name\":\"B\",\"timeZone\":\"Europe/Oslo\"," second "}]}"

static const struct {
    const char *text;
    const char *path;
    const char *what;
} faults[] = {
    {"", "", "the file is not strict JSON"},
    {"{\"organisations\":[],\"organisations\":[]}", "", "the file is not strict JSON"},
    {"[]", "", "is not an object"},
    {"{\"organisations\":[]}", ".organisations", "is missing or empty"},
    {"{\"organisations\":[1]}", "organisations[0]", "is not an object"},
    {"{\"organisations\":[{\"key\":\"f\",\"name\":\"F\"}]}", "organisations[0].timeZone", "is missing"},
    {"{\"organisations\":[{\"key\":\"f\",\"id\":\"x\"}]}", "organisations[0].id", "is not a UUID"},
    {WRAP("\"colour\":1"), "organisations[0].colour", "does not belong there"},
    {WRAP("\"family_name-s\":1"), "organisations[0].family_name-s", "does not belong there"},
    {WRAP("\"20991231\":1"), "organisations[0]", "has a member that does not belong there"},
    {WRAP("\"Åse\":1"), "organisations[0]", "has a member that does not belong there"},
    {WRAP("\"a b\":1"), "organisations[0]", "has a member that does not belong there"},
    {WRAP("\"\":1"), "organisations[0]", "has a member that does not belong there"},
    {WRAP("\"averylongnameofamemberthatnobodyhas\":1"), "organisations[0].averylongnameofamemberthatnobody",
     "does not belong there"},
    {WRAP("\"schools\":{}"), "organisations[0].schools", "is not a list"},
    {WRAP("\"schools\":[{\"key\":\"a\",\"name\":\"\"}]"), "organisations[0].schools[0].name", "is empty"},
    {WRAP("\"schools\":[{\"key\":\"a\",\"name\":\"a\\nb\"}]"), "organisations[0].schools[0].name", "is empty"},
    {WRAP("\"schools\":[{\"key\":\"a\",\"name\":\"A\",\"modules\":[\"notes\",\"notes\"]}]"),
     "organisations[0].schools[0].modules", "names an unknown module"},
    {WRAP("\"schools\":[{\"key\":\"a\",\"name\":\"A\"},{\"key\":\"a\",\"name\":\"A\"}]"),
     "organisations[0].schools[1].key", "is there twice"},
    {WRAP(SCHOOLS ",\"persons\":[{\"key\":\"k\",\"givenName\":\"G\",\"familyName\":\"F\",\"memberships\":"
                  "[{\"school\":\"aas\",\"role\":\"king\"}]}]"),
     "organisations[0].persons[0].memberships[0].role", "is missing or not"},
    {WRAP(SCHOOLS ",\"persons\":[{\"key\":\"k\",\"givenName\":\"G\",\"familyName\":\"F\",\"memberships\":"
                  "[{\"school\":\"aas\",\"role\":\"owner\"}]}]"),
     "organisations[0].persons[0].memberships[0].school", "must be null"},
    {WRAP(SCHOOLS ",\"persons\":[{\"key\":\"k\",\"givenName\":\"G\",\"familyName\":\"F\",\"memberships\":"
                  "[{\"school\":null,\"role\":\"rektor\"}]}]"),
     "organisations[0].persons[0].memberships[0].school", "names nothing"},
    {WRAP(SCHOOLS ",\"groups\":[{\"key\":\"g\",\"school\":\"aas\",\"kind\":\"choir\",\"name\":\"G\"}]"),
     "organisations[0].groups[0].kind", "is missing or not"},
    {WRAP(SCHOOLS
          ",\"students\":[{\"key\":\"s\",\"givenName\":\"G\",\"familyName\":\"F\",\"civicNumber\":\"209912312388\"}]"),
     "organisations[0].students[0].civicNumber", "is not a Norwegian or Swedish"},
    {WRAP(SCHOOLS ",\"students\":[{\"key\":\"s\",\"givenName\":\"G\",\"familyName\":\"F\",\"groups\":[\"9z\"]}]"),
     "organisations[0].students[0].groups[0]", "names nothing"},
    {WRAP(SCHOOLS ",\"students\":[{\"key\":\"s\",\"givenName\":\"G\",\"familyName\":\"F\",\"enrolments\":"
                  "[{\"school\":\"aas\",\"from\":\"today\",\"until\":\"today-1\"}]}]"),
     "organisations[0].students[0].enrolments[0].until", "is before from"},
    {WRAP(SCHOOLS ",\"students\":[{\"key\":\"s\",\"givenName\":\"G\",\"familyName\":\"F\",\"enrolments\":"
                  "[{\"school\":\"aas\",\"from\":\"today+99999\"}]}]"),
     "organisations[0].students[0].enrolments[0].from", "is not a day"},
    {WRAP(SCHOOLS ",\"students\":[{\"key\":\"s\",\"givenName\":\"G\",\"familyName\":\"F\",\"protected\":1}]"),
     "organisations[0].students[0].protected", "is not true or false"},
    {WRAP(SCHOOLS "," PERSONS ",\"ties\":[{\"person\":\"kari\",\"student\":\"nobody\",\"kind\":\"mentor\"}]"),
     "organisations[0].ties[0].student", "names nothing"},
};

/* What the store takes only once, and would refuse in the middle of an organisation. */
static const struct {
    const char *text;
    const char *path;
    const char *what;
} doubles[] = {
    {WRAP("\"persons\":[" PERSON("a", OTHER_ID, LOGIN) "," PERSON("b", THIRD_ID, LOGIN) "]"),
     "organisations[0].persons[1].identities[0]", "is a login that stands in this organisation already"},
    {WRAP("\"persons\":[" PERSON("a", OTHER_ID, LOGIN "," LOGIN) "]"), "organisations[0].persons[0].identities[1]",
     "is a login that stands in this organisation already"},
    {WRAP("\"students\":[" STUDENT("a", "\"civicNumber\":\"20991231-2387\"") "," STUDENT(
         "b", "\"civicNumber\":\"209912312387\"") "]"),
     "organisations[0].students[1].civicNumber", "stands in this organisation already"},
    {WRAP("\"persons\":[" PERSON("a", OTHER_ID, "") "," PERSON("b", OTHER_ID, "") "]"),
     "organisations[0].persons[1].id", "is there twice"},
    {WRAP("\"persons\":[" PERSON("a", ORGANISATION_ID, "") "]"), "organisations[0].persons[0].id", "is there twice"},
    {TWO("\"persons\":[" PERSON("a", THIRD_ID, "") "]", "\"persons\":[" PERSON("a", THIRD_ID, "") "]"),
     "organisations[1].persons[0].id", "is there twice"},
    {WRAP("\"persons\":[" PERSON("a", OTHER_ID, "") "],\"students\":[" STUDENT("s", "\"person\":\"a\"") "," STUDENT(
         "t", "\"person\":\"a\"") "]"),
     "organisations[0].students[1].person", "is another student already"},
    {WRAP(SCHOOLS "," GROUPS ",\"students\":[" STUDENT("s", "\"groups\":[\"5a\",\"5a\"]") "]"),
     "organisations[0].students[0].groups[1]", "is there twice"},
};

static void M1_what_the_store_takes_once_is_refused_twice_before_anything_is_made(void **state)
{
    struct scratch scratch;
    (void)state;

    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++) {
        scratch_open(&scratch, 1 << 16);
        assert_int_equal(read_text(&scratch, doubles[i].text), STATUS_INVALID);
        assert_string_equal(scratch.fault.path, doubles[i].path);
        assert_string_equal(scratch.fault.what, doubles[i].what);
        assert_null(scratch.file.organisations);
        scratch_close(&scratch);
    }
}

static void two_organisations_may_know_the_same_login_and_civic_number(void **state)
{
    struct scratch scratch;
    (void)state;

    scratch_open(&scratch, 1 << 16);
    assert_int_equal(read_text(&scratch, TWO(SCHOOLS "," PERSONS "," GROUPS "," STUDENTS,
                                             SCHOOLS "," PERSONS "," GROUPS "," STUDENTS)),
                     STATUS_OK);
    assert_int_equal(scratch.file.n, 2);
    scratch_close(&scratch);
}

static void every_fault_says_where_and_what(void **state)
{
    struct scratch scratch;
    (void)state;

    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        scratch_open(&scratch, 1 << 16);
        assert_int_equal(read_text(&scratch, faults[i].text), STATUS_INVALID);
        if (strcmp(scratch.fault.path, faults[i].path) != 0 || strstr(scratch.fault.what, faults[i].what) == NULL)
            fail_msg("case %zu: got \"%s %s\"", i, scratch.fault.path, scratch.fault.what);
        assert_null(scratch.file.organisations);
        scratch_close(&scratch);
    }
}

static const struct {
    const char *text;
    int line, column;
} broken[] = {
    {"{\"organisations\": [\n  {\"key\": \"a\",}\n]}", 2, 15},
    {"{\n\n# no\n}", 3, 1},
    {"{\"a\": 1,\n \"a\": 2}", 2, 4},
    {"{} {}", 1, 4},
    {"", 1, 0},
};

static void what_is_no_JSON_is_told_with_line_and_column(void **state)
{
    struct scratch scratch;
    (void)state;

    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        scratch_open(&scratch, 1 << 16);
        assert_int_equal(read_text(&scratch, broken[i].text), STATUS_INVALID);
        assert_string_equal(scratch.fault.path, "");
        if (scratch.fault.json.line != broken[i].line || scratch.fault.json.column != broken[i].column)
            fail_msg("case %zu: got %d:%d", i, scratch.fault.json.line, scratch.fault.json.column);
        scratch_close(&scratch);
    }
}

static void days_are_iso_or_relative(void **state)
{
    static const char *const bad[] = {"today+",     "today-x",  "today 1",  "tomorrow",
                                      "2026-02-30", "today--1", "today+1x", ""};
    struct scratch scratch;
    char text[1024];
    (void)state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        scratch_open(&scratch, 1 << 16);
        snprintf(text, sizeof text,
                 WRAP(SCHOOLS ",\"persons\":[{\"key\":\"k\",\"givenName\":\"G\",\"familyName\":\"F\",\"memberships\":"
                              "[{\"school\":\"aas\",\"role\":\"rektor\",\"from\":\"%s\"}]}]"),
                 bad[i]);
        assert_int_equal(read_text(&scratch, text), STATUS_INVALID);
        assert_string_equal(scratch.fault.path, "organisations[0].persons[0].memberships[0].from");
        scratch_close(&scratch);
    }
}

static void a_small_arena_ends_in_no_memory(void **state)
{
    struct scratch scratch;
    (void)state;

    for (size_t max = 1; max < 512; max += 61) {
        scratch_open(&scratch, max);
        assert_int_equal(read_text(&scratch, WRAP(SCHOOLS "," PERSONS "," GROUPS "," STUDENTS "," TIES)),
                         STATUS_NO_MEMORY);
        scratch_close(&scratch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_seed_is_read_and_resolved),
        cmocka_unit_test(every_fault_says_where_and_what),
        cmocka_unit_test(M1_what_the_store_takes_once_is_refused_twice_before_anything_is_made),
        cmocka_unit_test(two_organisations_may_know_the_same_login_and_civic_number),
        cmocka_unit_test(what_is_no_JSON_is_told_with_line_and_column),
        cmocka_unit_test(days_are_iso_or_relative),
        cmocka_unit_test(a_small_arena_ends_in_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
