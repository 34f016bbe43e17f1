/* SPDX-License-Identifier: EUPL-1.2 */
/* The pipeline of reads: decided, logged, opened, in this order; and rights that move in between (V2, V4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "domain/student.h"
#include "unit/shifted_clock.h"
#include "unit/small_house.h"

/* A read whose fetch lets someone else change rights `moves` times: as if a change were committed between snapshot and row. */
struct moving_read {
    struct student_read read; /* first: the student use case reads it as its own */
    struct small_house *small;
    int moves;
    int midnights;
    int fetched;
    bool opened;
};

static void someone_changes_rights(struct small_house *small)
{
    small_sql(small, "UPDATE tie SET version = version + 1");
}

/* As if the day had changed since this look began. */
static enum status moving_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct moving_read *moving = input;

    if (moving->midnights > 0) {
        moving->midnights--;
        scene->today--;
    }
    return student_read_case.relate(scene, input, ret_relation);
}

static enum status moving_fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct moving_read *moving = input;

    moving->fetched++;
    if (moving->moves > 0) {
        moving->moves--;
        someone_changes_rights(moving->small);
    }
    return student_read_case.fetch(scene, grant, input, relation);
}

static enum status moving_open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                               struct arena *arena, void *input)
{
    struct moving_read *moving = input;

    moving->opened = true;
    return student_read_case.open(vault, keys, grant, arena, input);
}

static const struct read_case moving_case = {.relate = moving_relate, .fetch = moving_fetch, .open = moving_open};

static void read_with(struct small_house *small, int moves, int midnights, int expected_fetches)
{
    const struct caller kari = small_caller("kari");
    const struct call call = small_call(small, &kari, "getStudent");
    struct moving_read moving = {.read = {.id = SMALL_STUDENT}, .small = small, .moves = moves, .midnights = midnights};
    char outcome[16], ground[64];

    assert_int_equal(call_read(&call, &moving_case, &moving), STATUS_OK);
    assert_string_equal(moving.read.card.given_name, "Ola");
    assert_int_equal(moving.fetched, expected_fetches);
    assert_int_equal(small_rows(small, &call.request_id, outcome, ground), 1);
    assert_string_equal(ground, "S2.tie.contactTeacher");
}

static void read_with_moves(struct small_house *small, int moves, int expected_fetches)
{
    read_with(small, moves, 0, expected_fetches);
}

static void G1_a_read_that_midnight_overtakes_is_decided_on_the_day_of_its_row(void **state)
{
    read_with(*state, 0, 1, 2);
    read_with(*state, 0, 2, 3);
}

static void V2_a_quiet_read_looks_once(void **state)
{
    read_with_moves(*state, 0, 1);
}

static void V2_a_read_whose_rights_moved_runs_again_and_has_one_row(void **state)
{
    read_with_moves(*state, 1, 2);
}

/* The last look is inside the writer, where this test must not write: it moves twice only. */
static void V2_rights_that_keep_moving_are_read_inside_the_writer(void **state)
{
    read_with_moves(*state, 2, 3);
}

struct losing_read {
    struct moving_read moving;
    bool lost;
};

/* Kari's membership ends between her snapshot and her row. */
static enum status losing_fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct losing_read *losing = input;

    if (!losing->lost) {
        small_sql(losing->moving.small,
                  "UPDATE membership SET until_day = 1 WHERE person_id = x'c0020000000000000000000000000000'");
        losing->lost = true;
    }
    return student_read_case.fetch(scene, grant, input, relation);
}

static const struct read_case losing_case = {.relate = moving_relate, .fetch = losing_fetch, .open = moving_open};

static void V2_nothing_is_opened_when_the_right_is_gone_by_the_time_of_the_row(void **state)
{
    struct small_house *small = *state;
    const struct caller kari = small_caller("kari");
    const struct call call = small_call(small, &kari, "getStudent");
    struct losing_read losing = {.moving = {.read = {.id = SMALL_STUDENT}, .small = small}};
    char outcome[16], ground[64];

    assert_int_equal(call_read(&call, &losing_case, &losing), STATUS_NOT_FOUND);
    assert_false(losing.moving.opened);
    assert_null(losing.moving.read.card.given_name);
    assert_int_equal(small_rows(small, &call.request_id, outcome, ground), 1);
    assert_string_equal(outcome, "refused");
    assert_string_equal(ground, "S2.unseen");
}

static void V4_a_refused_read_opens_nothing_and_has_its_row(void **state)
{
    struct small_house *small = *state;
    const struct caller colleague = small_caller("colleague");
    const struct call call = small_call(small, &colleague, "getStudent");
    struct moving_read moving = {.read = {.id = SMALL_STUDENT}, .small = small};
    char outcome[16], ground[64];

    assert_int_equal(call_read(&call, &moving_case, &moving), STATUS_NOT_FOUND);
    assert_int_equal(moving.fetched, 0);
    assert_false(moving.opened);
    assert_int_equal(small_rows(small, &call.request_id, outcome, ground), 1);
    assert_string_equal(outcome, "refused");
}

static enum status rektor_reads(struct small_house *small, char ret_outcome[16])
{
    const struct caller rektor = small_caller("rektor");
    const struct call call = small_call(small, &rektor, "getStudent");
    struct student_read read = {.id = SMALL_STUDENT};
    char ground[64];

    const enum status status = call_read(&call, &student_read_case, &read);
    assert_int_equal(small_rows(small, &call.request_id, ret_outcome, ground), 1);
    return status;
}

/* The time of the log does not run backwards: what is logged after the clock was set back is of the day that it had reached. */
static void G1_a_read_is_decided_on_the_day_of_its_row_when_the_clock_was_set_back_over_midnight(void **state)
{
    struct small_house *small = *state;
    char outcome[16], sql[128];

    snprintf(sql, sizeof sql, "UPDATE membership SET until_day = %d WHERE role = %d", (int)clock_today(), ROLE_REKTOR);
    small_sql(small, sql);
    assert_int_equal(rektor_reads(small, outcome), STATUS_OK);
    shift_clock(2);
    assert_int_equal(rektor_reads(small, outcome), STATUS_NOT_FOUND);
    shift_clock(0);
    assert_int_equal(rektor_reads(small, outcome), STATUS_NOT_FOUND);
    assert_string_equal(outcome, "refused");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(V2_a_quiet_read_looks_once),
        cmocka_unit_test(G1_a_read_that_midnight_overtakes_is_decided_on_the_day_of_its_row),
        cmocka_unit_test(V2_a_read_whose_rights_moved_runs_again_and_has_one_row),
        cmocka_unit_test(V2_rights_that_keep_moving_are_read_inside_the_writer),
        cmocka_unit_test(V4_a_refused_read_opens_nothing_and_has_its_row),
        cmocka_unit_test(V2_nothing_is_opened_when_the_right_is_gone_by_the_time_of_the_row),
        cmocka_unit_test_setup_teardown(
            G1_a_read_is_decided_on_the_day_of_its_row_when_the_clock_was_set_back_over_midnight, small_house_setup,
            small_house_teardown),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
