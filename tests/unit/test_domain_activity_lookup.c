/* SPDX-License-Identifier: EUPL-1.2 */
/* Lists of the log by actor and by student (V1): what the look-ups find is what a look at every row would find, in fewer rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "domain/activity_list.h"
#include "domain/change_feed.h"
#include "unit/small_house.h"

enum { ROWS = 1500, TOGETHER = 100, STUDENTS = 5, ACTORS = 4, SHOWN = 3, PAGE = 23, QUESTIONS = 40, ACTIVITY_TAIL = 8 };

/* The second is a double of the first; of the fourth the rektor is a guardian; the log alone knows the fifth. */
static const struct uuid students[STUDENTS] = {{{0xd0, 1}}, {{0xd0, 2}}, {{0xd0, 3}}, {{0xd0, 4}}, {{0xd0, 5}}};
static const struct uuid actors[ACTORS] = {{{0xc0, 1}}, {{0xc0, 2}}, {{0xc0, 3}}, {{0xc0, 9}}};
static const char *const operations[] = {"getStudent", "listStudents"};
enum { FIRST, DOUBLE, PLAIN, CHILD, UNKNOWN };

/* What one row of the test's own is about; -1: nobody. */
struct planted {
    struct uuid request;
    int actor, behalf, student, object;
    int shown[SHOWN];
    size_t n_shown, operation;
    enum outcome outcome;
};

struct fixture {
    struct small_house *small;
    struct planted rows[ROWS];
    int64_t until;
};

/* What a list is asked for; -1: not this filter. */
struct question {
    int actor, student, object, outcome, operation;
};

/* ---- The log ------------------------------------------------------------------------------------------------------------- */

/* Numbers that are the same each time. */
static size_t chance(unsigned *seed, size_t n)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % n;
}

static int somebody(unsigned *seed, size_t n)
{
    return (int)chance(seed, n + 1) - 1;
}

static struct maybe_uuid maybe(const struct uuid *ids, int i)
{
    return i < 0 ? (struct maybe_uuid){0} : (struct maybe_uuid){true, ids[i]};
}

static enum status run_nothing(struct tx *tx, struct job *job)
{
    (void)tx, (void)job;
    return STATUS_OK;
}

static void append(struct small_house *small, const struct activity_row *rows, size_t n)
{
    const struct arena_mark before = arena_mark(small->arena);
    struct logged_job job = {.job = {.run = run_nothing, .arena = small->arena, .bytes = 1024, .keeps_itself = true},
                             .rows = rows,
                             .n_rows = n};

    assert_int_equal(store_write(small->house->store, &job.job), STATUS_OK);
    arena_rewind(small->arena, before);
}

static struct activity_row row_of(const struct planted *planted, const struct uuid *shown)
{
    return (struct activity_row){
        .organisation = SMALL_ORGANISATION,
        .actor_kind = planted->actor < 0 ? ACTOR_CLIENT : ACTOR_PERSON,
        .actor = maybe(actors, planted->actor),
        .behalf = maybe(actors, planted->behalf),
        .operation = operations[planted->operation],
        .object_kind = "student",
        .object = maybe(students, planted->object),
        .student = maybe(students, planted->student),
        .school = {true, SMALL_SCHOOL.uuid},
        .outcome = planted->outcome,
        .ground = "test",
        .request = planted->request,
        .shown = shown,
        .n_shown = planted->n_shown,
    };
}

/* Its row borrows `shown`. */
static struct activity_row draw(struct planted *planted, struct uuid shown[static SHOWN], unsigned *seed)
{
    *planted = (struct planted){
        .request = uuid_new(),
        .actor = somebody(seed, ACTORS),
        .behalf = chance(seed, 8) == 0 ? somebody(seed, ACTORS) : -1,
        .student = somebody(seed, STUDENTS),
        .object = somebody(seed, STUDENTS),
        .n_shown = chance(seed, 2) * chance(seed, SHOWN + 1),
        .operation = chance(seed, 2),
        .outcome = (enum outcome)chance(seed, 3),
    };
    for (size_t i = 0; i < planted->n_shown; i++) {
        planted->shown[i] = (int)chance(seed, STUDENTS);
        shown[i] = students[planted->shown[i]];
    }
    return row_of(planted, shown);
}

static void plant(struct small_house *small, struct planted *planted, unsigned *seed)
{
    struct activity_row rows[TOGETHER];
    struct uuid shown[TOGETHER][SHOWN];

    for (size_t i = 0; i < TOGETHER; i++)
        rows[i] = draw(&planted[i], shown[i], seed);
    append(small, rows, TOGETHER);
}

static void wait_until(int64_t time)
{
    const struct timespec moment = {.tv_nsec = 1000000};

    while (clock_now() < time)
        nanosleep(&moment, NULL);
}

static void make_students(struct small_house *small)
{
    small_sql(
        small,
        "INSERT INTO student (student_id, organisation_id, key_id, given_name, family_name, mark_local, created_at,"
        " version, merged_into) WITH double (id, of) AS (VALUES"
        " (x'd0020000000000000000000000000000', x'd0010000000000000000000000000000'),"
        " (x'd0030000000000000000000000000000', NULL), (x'd0040000000000000000000000000000', NULL))"
        " SELECT id, organisation_id, randomblob(16), zeroblob(9), zeroblob(9), 0, 1, 1, of FROM double, organisation");
    small_sql(small,
              "INSERT INTO tie (tie_id, student_id, person_id, kind, source, from_day, until_day, version) VALUES"
              " (randomblob(16), x'd0040000000000000000000000000000', x'c0010000000000000000000000000000', 5,"
              " 'local', -30000, 2147483647, 1)");
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    unsigned seed = 20261122;

    assert_non_null(fixture);
    assert_int_equal(small_house_setup((void **)&fixture->small), 0);
    make_students(fixture->small);
    for (size_t i = 0; i < ROWS; i += TOGETHER)
        plant(fixture->small, &fixture->rows[i], &seed);
    fixture->until = clock_now() + 1;
    wait_until(fixture->until + 1);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    void *small = fixture->small;

    assert_int_equal(small_house_teardown(&small), 0);
    free(fixture);
    return 0;
}

static const char COUNT_DUE[] = "SELECT (SELECT sum(size) FROM activity_tree) -"
                                " (SELECT coalesce(sum(looked_up), 0) FROM activity_lookup)";

static void look_up_all(struct small_house *small)
{
    for (int i = 0; i < 2000 && small_count(small, COUNT_DUE) > 0; i++)
        assert_int_equal(call_look_all_up(small->house), STATUS_OK);
    assert_int_equal(small_count(small, COUNT_DUE), 0);
}

/* As if the chore had come no further. */
static void forget_from(struct small_house *small, int place)
{
    char sql[256];

    snprintf(
        sql, sizeof sql,
        "DELETE FROM activity_of_actor WHERE leaf_index >= %d; DELETE FROM activity_of_student WHERE leaf_index >= %d;"
        "UPDATE activity_lookup SET looked_up = min(looked_up, %d)",
        place, place, place);
    small_sql(small, sql);
}

/* ---- The model ------------------------------------------------------------------------------------------------------------ */

static bool is_same_student(int asked_for, int found)
{
    return asked_for == found || (asked_for <= DOUBLE && found >= FIRST && found <= DOUBLE);
}

/* One whom the store does not know is nobody to ask for. */
static bool names_student(const struct planted *row, int student)
{
    bool names = row->student >= 0 && is_same_student(student, row->student);

    for (size_t i = 0; i < row->n_shown; i++)
        names = names || is_same_student(student, row->shown[i]);
    return names && student != UNKNOWN;
}

static bool answers(const struct question *question, const struct planted *row)
{
    const bool counts_shown_child = question->student == CHILD;

    return row->student != CHILD && row->object != CHILD && !counts_shown_child &&
           (question->actor < 0 || question->actor == row->actor) &&
           (question->object < 0 || question->object == row->object) &&
           (question->outcome < 0 || question->outcome == (int)row->outcome) &&
           (question->operation < 0 || question->operation == (int)row->operation) &&
           (question->student < 0 || names_student(row, question->student));
}

/* ---- The list ------------------------------------------------------------------------------------------------------------- */

static struct page_position position_of(const struct question *question, int64_t until)
{
    static const unsigned outcomes[] = {[OUTCOME_ALLOWED] = ACTIVITY_ALLOWED,
                                        [OUTCOME_REFUSED] = ACTIVITY_REFUSED,
                                        [OUTCOME_REPLAYED] = ACTIVITY_REPLAYED};
    struct page_position position = {.given = ACTIVITY_BEFORE};

    position.numbers[ACTIVITY_UNTIL] = until;
    if (question->actor >= 0)
        position.given |= ACTIVITY_BY_ACTOR, position.ids[ACTIVITY_ACTOR] = actors[question->actor];
    if (question->student >= 0)
        position.given |= ACTIVITY_BY_STUDENT, position.ids[ACTIVITY_STUDENT] = students[question->student];
    if (question->object >= 0)
        position.given |= ACTIVITY_BY_OBJECT, position.ids[ACTIVITY_OBJECT] = students[question->object];
    if (question->outcome >= 0)
        position.given |= outcomes[question->outcome];
    if (question->operation >= 0) {
        position.given |= ACTIVITY_BY_OPERATION;
        snprintf(position.text, sizeof position.text, "%s", operations[question->operation]);
    }
    return position;
}

static void read_page(struct small_house *small, const char *who, const struct read_case *what,
                      struct activity_list *list)
{
    const struct caller caller = small_caller(who);
    const struct call call = small_call(small, &caller, "listSchoolActivity");

    assert_int_equal(call_read(&call, what, list), STATUS_OK);
}

static void ask(struct fixture *fixture, const struct question *question)
{
    const struct arena_mark before = arena_mark(fixture->small->arena);
    struct page_position position = position_of(question, fixture->until);
    const char *token = NULL;
    int next = ROWS - 1;

    do {
        struct activity_list list = {.page = {.token = token, .limit = PAGE, .position = position},
                                     .school = SMALL_SCHOOL};
        read_page(fixture->small, "rektor", &school_activity_case, &list);
        for (size_t i = 0; i < list.page.n; i++, next--) {
            while (next >= 0 && !answers(question, &fixture->rows[next]))
                next--;
            assert_true(next >= 0);
            assert_memory_equal(&list.lines[i].request, &fixture->rows[next].request, sizeof(struct uuid));
        }
        token = list.page.next_token;
    } while (token != NULL);
    while (next >= 0 && !answers(question, &fixture->rows[next]))
        next--;
    assert_int_equal(next, -1);
    arena_rewind(fixture->small->arena, before);
}

static void ask_all(struct fixture *fixture)
{
    unsigned seed = 7;

    for (int i = 0; i < QUESTIONS; i++) {
        const struct question question = {
            .actor = somebody(&seed, ACTORS),
            .student = somebody(&seed, STUDENTS),
            .object = chance(&seed, 4) == 0 ? somebody(&seed, STUDENTS) : -1,
            .outcome = chance(&seed, 3) == 0 ? somebody(&seed, 3) : -1,
            .operation = chance(&seed, 3) == 0 ? somebody(&seed, 2) : -1,
        };
        ask(fixture, &question);
    }
}

static void V1_a_log_that_is_not_looked_up_yet_is_read_row_by_row(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(small_count(fixture->small, "SELECT count(*) FROM activity_lookup"), 0);
    ask_all(fixture);
}

static void V1_what_is_looked_up_is_what_every_row_says(void **state)
{
    struct fixture *fixture = *state;

    look_up_all(fixture->small);
    assert_true(small_count(fixture->small, "SELECT count(*) FROM activity_of_student") > ROWS / 2);
    ask_all(fixture);
}

static void V1_the_tail_that_is_not_looked_up_yet_is_read_too(void **state)
{
    struct fixture *fixture = *state;
    static const int places[] = {ROWS - 1, ROWS / 2, 1};

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        forget_from(fixture->small, places[i]);
        ask_all(fixture);
    }
}

static void what_is_looked_up_again_is_the_same(void **state)
{
    struct small_house *small = ((struct fixture *)*state)->small;
    static const char SUM[] =
        "SELECT (SELECT count(*) FROM activity_of_actor) * 1000000 + count(*) FROM activity_of_student";

    look_up_all(small);
    const int64_t sum = small_count(small, SUM);
    small_sql(small, "UPDATE activity_lookup SET looked_up = 0");
    look_up_all(small);
    assert_int_equal(small_count(small, SUM), sum);
    const int64_t size = small_count(small, "SELECT sum(looked_up) FROM activity_lookup");
    assert_int_equal(call_look_all_up(small->house), STATUS_OK);
    assert_int_equal(small_count(small, "SELECT sum(looked_up) FROM activity_lookup"), size);
}

static void V3_a_look_up_is_a_hint_and_each_row_is_asked_itself(void **state)
{
    struct small_house *small = ((struct fixture *)*state)->small;
    struct activity_list list = {.page = {.limit = PAGE}, .school = SMALL_SCHOOL};

    look_up_all(small);
    small_sql(small, "INSERT INTO activity_of_actor VALUES (x'c0090000000000000000000000000001',"
                     " x'b0010000000000000000000000000000', 3)");
    list.page.position.given = ACTIVITY_BY_ACTOR;
    list.page.position.ids[ACTIVITY_ACTOR] = (struct uuid){{0xc0, 9, [15] = 1}};
    read_page(small, "rektor", &school_activity_case, &list);
    assert_int_equal(list.page.n, 0);
    assert_in_range(list.looked_at, 1, ACTIVITY_TAIL);
}

/* ---- A long log ------------------------------------------------------------------------------------------------------------ */

enum { LONG = 100000, READINGS = 3 };

/* Rows of someone else's, hashed when the house opens again. */
static void plant_many(struct small_house *small)
{
    char sql[1024];

    snprintf(
        sql, sizeof sql,
        "INSERT INTO activity (tree_id, leaf_index, at, organisation_id, actor_kind, actor_id, operation, object_kind,"
        " student_id, school_id, outcome, ground, request_id)"
        " WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d)"
        " SELECT t.tree_id, t.size + i, t.last_at, t.organisation_id, 'person', x'c0090000000000000000000000000000',"
        " 'getStudent', 'student', x'd0090000000000000000000000000000', t.school_id, 'allowed', 'test', randomblob(16)"
        " FROM n, activity_tree t WHERE t.tree_id = x'b0010000000000000000000000000000';"
        "UPDATE activity_tree SET size = size + %d, frontier = x'' WHERE tree_id = x'b0010000000000000000000000000000'",
        LONG / READINGS, LONG / READINGS);
    small_sql(small, sql);
    small_house_reopen(small);
}

static void someone_reads(struct small_house *small)
{
    const struct planted reading = {
        .request = uuid_new(), .actor = 1, .behalf = -1, .student = FIRST, .object = FIRST, .outcome = OUTCOME_ALLOWED};
    const struct activity_row row = row_of(&reading, NULL);

    append(small, &row, 1);
}

static void V1_three_readings_in_a_hundred_thousand_rows_are_one_page_of_as_many_rows(void **state)
{
    struct small_house *small = *state;
    struct activity_list list = {.page = {.limit = 50}, .school = SMALL_SCHOOL};

    for (int i = 0; i < READINGS; i++) {
        someone_reads(small);
        plant_many(small);
    }
    look_up_all(small);
    list.page.position.given = ACTIVITY_BY_STUDENT | ACTIVITY_BY_OPERATION;
    list.page.position.ids[ACTIVITY_STUDENT] = students[FIRST];
    snprintf(list.page.position.text, sizeof list.page.position.text, "getStudent");
    read_page(small, "rektor", &school_activity_case, &list);
    assert_int_equal(list.page.n, READINGS);
    assert_false(list.page.more);
    assert_null(list.page.next_token);
    assert_in_range(list.looked_at, READINGS, READINGS + 2); /* the seed's own rows about the student */
}

/* ---- What is withheld ------------------------------------------------------------------------------------------------------ */

static void make_owner(struct small_house *small)
{
    small_sql(small,
              "INSERT INTO membership (membership_id, organisation_id, person_id, school_id, role, from_day, until_day,"
              " version) SELECT randomblob(16), organisation_id, x'c0030000000000000000000000000000', NULL, 9, -30000,"
              " 2147483647, 1 FROM organisation");
}

/* Whether a log shows this request to a reader, filtered and not. */
static bool shows(struct small_house *small, const char *who, const struct read_case *what, const struct uuid *request)
{
    static const unsigned givens[] = {0, ACTIVITY_BY_STUDENT, ACTIVITY_BY_ACTOR, ACTIVITY_BY_OBJECT};
    bool found = false;

    for (size_t g = 0; g < sizeof givens / sizeof *givens; g++) {
        struct activity_list list = {.page = {.limit = 100}, .school = SMALL_SCHOOL};
        list.page.position.given = givens[g];
        list.page.position.ids[ACTIVITY_STUDENT] = list.page.position.ids[ACTIVITY_OBJECT] = students[FIRST];
        list.page.position.ids[ACTIVITY_ACTOR] = actors[1];
        read_page(small, who, what, &list);
        for (size_t i = 0; i < list.page.n; i++)
            found = found || uuid_equal(&list.lines[i].request, request);
    }
    return found;
}

static bool is_planted(const char *operation)
{
    return strcmp(operation, operations[0]) == 0;
}

static bool has_change(struct small_house *small, const struct uuid *tree)
{
    auto_session session = NULL;
    int64_t next = 0;
    bool found = false;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    assert_int_equal(change_find(session, tree, 0, 1000, is_planted, &next, &found), STATUS_OK);
    assert_true(next > 0);
    return found;
}

static void V1_a_row_that_is_withheld_from_its_school_is_in_no_feed(void **state)
{
    struct small_house *small = *state;
    const struct planted about = {
        .request = uuid_new(), .actor = 1, .behalf = -1, .student = FIRST, .object = FIRST, .outcome = OUTCOME_ALLOWED};
    struct activity_row row = row_of(&about, NULL);

    row.withheld_from_school = true;
    append(small, &row, 1);
    assert_false(has_change(small, &SMALL_ORGANISATION.uuid));
    row.withheld_from_school = false;
    append(small, &row, 1);
    assert_true(has_change(small, &SMALL_SCHOOL.uuid));
    row.school.known = false;
    append(small, &row, 1);
    assert_true(has_change(small, &SMALL_ORGANISATION.uuid));
}

static void V1_a_row_that_is_withheld_from_its_school_is_in_no_list(void **state)
{
    struct small_house *small = *state;
    const struct planted about = {
        .request = uuid_new(), .actor = 1, .behalf = -1, .student = FIRST, .object = FIRST, .outcome = OUTCOME_ALLOWED};
    struct planted open = about;
    struct activity_row row = row_of(&about, NULL);

    make_owner(small);
    row.withheld_from_school = true;
    append(small, &row, 1);
    open.request = uuid_new();
    row = row_of(&open, NULL);
    append(small, &row, 1);
    for (int round = 0; round < 2; round++) {
        assert_false(shows(small, "colleague", &organisation_activity_case, &about.request));
        assert_false(shows(small, "colleague", &school_activity_case, &about.request));
        assert_false(shows(small, "rektor", &school_activity_case, &about.request));
        assert_true(shows(small, "rektor", &school_activity_case, &open.request));
        look_up_all(small);
    }
    assert_int_equal(small_count(small, "SELECT count(*) FROM activity WHERE school_id IS NOT NULL AND"
                                        " tree_id = organisation_id"),
                     1);
}

int main(void)
{
    const struct CMUnitTest random_log[] = {
        cmocka_unit_test(V1_a_log_that_is_not_looked_up_yet_is_read_row_by_row),
        cmocka_unit_test(V1_what_is_looked_up_is_what_every_row_says),
        cmocka_unit_test(V1_the_tail_that_is_not_looked_up_yet_is_read_too),
        cmocka_unit_test(what_is_looked_up_again_is_the_same),
        cmocka_unit_test(V3_a_look_up_is_a_hint_and_each_row_is_asked_itself),
    };
    const struct CMUnitTest houses[] = {
        cmocka_unit_test_setup_teardown(V1_three_readings_in_a_hundred_thousand_rows_are_one_page_of_as_many_rows,
                                        small_house_setup, small_house_teardown),
        cmocka_unit_test_setup_teardown(V1_a_row_that_is_withheld_from_its_school_is_in_no_list, small_house_setup,
                                        small_house_teardown),
        cmocka_unit_test_setup_teardown(V1_a_row_that_is_withheld_from_its_school_is_in_no_feed, small_house_setup,
                                        small_house_teardown),
    };
    const int failed = cmocka_run_group_tests(random_log, setup, teardown);

    return failed + cmocka_run_group_tests(houses, NULL, NULL);
}
