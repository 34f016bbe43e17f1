/* SPDX-License-Identifier: EUPL-1.2 */
/* Going back through a tree (V1, V3). The tree is made from outside, so that its times and its damage are chosen here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "activity/read.h"
#include "statements.gen.h"
#include "unit/small_house.h"

enum { LEAVES = 37 };

static const struct uuid WHOLE = {{0xe0, 1}}, EMPTY = {{0xe0, 2}}, GAP = {{0xe0, 3}}, SHORT = {{0xe0, 4}},
                         TORN = {{0xe0, 5}};
static const struct uuid NOWHERE = {{0xe0, 9}};

/* Leaf i is of time 1000 + 10 * (i / 3): three of each. */
static int64_t time_of_leaf(int64_t index)
{
    return 1000 + 10 * (index / 3);
}

/* A tree that says it has `size` leaves and holds all from 0 on but `missing`. */
static void plant(struct small_house *small, const char *tree, int size, int missing, const char *shown)
{
    char sql[1024];

    snprintf(sql, sizeof sql,
             "INSERT INTO activity_tree (tree_id, organisation_id, school_id, size, last_at)"
             " VALUES (x'%s', x'a0010000000000000000000000000000', NULL, %d, 9000)",
             tree, size);
    small_sql(small, sql);
    if (size == 0)
        return;
    snprintf(
        sql, sizeof sql,
        "INSERT INTO activity (tree_id, leaf_index, at, organisation_id, actor_kind, operation, outcome, ground,"
        " request_id, shown)"
        " WITH RECURSIVE leaf (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM leaf WHERE i + 1 < %d)"
        " SELECT x'%s', i, 1000 + 10 * (i / 3), x'a0010000000000000000000000000000', 'local', 'planted', 'allowed',"
        " 'test', randomblob(16), %s FROM leaf WHERE i <> %d",
        size, tree, shown, missing);
    small_sql(small, sql);
}

static int setup(void **state)
{
    int failed = small_house_setup(state);

    plant(*state, "e0010000000000000000000000000000", LEAVES, -1, "zeroblob(48)");
    plant(*state, "e0020000000000000000000000000000", 0, -1, "NULL");
    plant(*state, "e0030000000000000000000000000000", LEAVES, 20, "NULL");
    plant(*state, "e0040000000000000000000000000000", LEAVES, LEAVES - 1, "NULL");
    plant(*state, "e0050000000000000000000000000000", 1, -1, "zeroblob(17)");
    return failed;
}

static void V1_a_time_is_found_as_a_look_at_every_leaf_would_find_it(void **state)
{
    struct small_house *small = *state;
    auto_session session = NULL;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    for (int64_t before = 995; before < 1130; before++) {
        int64_t below = -1, expected = 0;
        while (expected < LEAVES && time_of_leaf(expected) < before)
            expected++;
        assert_int_equal(activity_seek(session, &WHOLE, before, &below), STATUS_OK);
        assert_int_equal(below, expected);
    }
}

static void V1_the_newest_is_the_size_of_the_tree(void **state)
{
    struct small_house *small = *state;
    auto_session session = NULL;
    int64_t below = -1;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    assert_int_equal(activity_seek(session, &WHOLE, ACTIVITY_NEWEST, &below), STATUS_OK);
    assert_int_equal(below, LEAVES);
    assert_int_equal(activity_seek(session, &EMPTY, ACTIVITY_NEWEST, &below), STATUS_OK);
    assert_int_equal(below, 0);
    assert_int_equal(activity_seek(session, &EMPTY, 1, &below), STATUS_OK);
    assert_int_equal(below, 0);
}

static void V1_steps_of_any_length_give_every_leaf_once_newest_first(void **state)
{
    struct small_house *small = *state;
    auto_session session = NULL;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    for (size_t step = 1; step < LEAVES + 3; step++) {
        int64_t below = LEAVES;
        while (below > 0) {
            struct sql_activity_older_row *rows = NULL;
            size_t n = 0;
            assert_int_equal(activity_older(session, &WHOLE, below, step, &rows, &n), STATUS_OK);
            assert_true(n > 0 && n <= step);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(rows[i].leaf_index, --below);
        }
        assert_int_equal(below, 0);
    }
}

static void V3_a_leaf_that_is_missing_is_damage(void **state)
{
    struct small_house *small = *state;
    struct sql_activity_older_row *rows = NULL;
    auto_session session = NULL;
    size_t n = 99;
    int64_t below = -1;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    assert_int_equal(activity_older(session, &GAP, LEAVES, LEAVES, &rows, &n), STATUS_CORRUPT);
    assert_int_equal(activity_older(session, &GAP, LEAVES, 20, &rows, &n), STATUS_CORRUPT);
    assert_int_equal(activity_older(session, &SHORT, LEAVES, 4, &rows, &n), STATUS_CORRUPT);
    assert_int_equal(activity_seek(session, &SHORT, 5000, &below), STATUS_CORRUPT);
    assert_int_equal(activity_seek(session, &NOWHERE, ACTIVITY_NEWEST, &below), STATUS_CORRUPT);
    assert_null(rows);
    assert_int_equal(n, 99);
    assert_int_equal(below, -1);
    assert_int_equal(activity_older(session, &GAP, 20, 20, &rows, &n), STATUS_OK);
}

static void X4_steps_of_any_length_give_every_leaf_once_oldest_first(void **state)
{
    struct small_house *small = *state;
    auto_session session = NULL;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    for (size_t step = 1; step < LEAVES + 3; step++) {
        struct sql_activity_newer_row *rows = NULL;
        size_t n = step;
        int64_t from = 0;
        while (n == step) {
            assert_int_equal(activity_newer(session, &WHOLE, from, step, &rows, &n), STATUS_OK);
            assert_true(n <= step);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(rows[i].leaf_index, from++);
        }
        assert_int_equal(from, LEAVES);
    }
}

static void V3_a_leaf_that_is_missing_on_the_way_up_is_damage(void **state)
{
    struct small_house *small = *state;
    struct sql_activity_newer_row *rows = NULL;
    auto_session session = NULL;
    size_t n = 99;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    assert_int_equal(activity_newer(session, &GAP, 0, LEAVES, &rows, &n), STATUS_CORRUPT);
    assert_int_equal(activity_newer(session, &GAP, 20, 1, &rows, &n), STATUS_CORRUPT);
    assert_int_equal(activity_newer(session, &GAP, 19, 2, &rows, &n), STATUS_CORRUPT);
    assert_null(rows);
    assert_int_equal(n, 99);
    assert_int_equal(activity_newer(session, &GAP, 0, 20, &rows, &n), STATUS_OK);
    assert_int_equal(activity_newer(session, &GAP, 21, LEAVES, &rows, &n), STATUS_OK);
    assert_int_equal(n, LEAVES - 21);
}

static void V4_the_students_shown_are_whole_ids(void **state)
{
    struct small_house *small = *state;
    struct sql_activity_older_row *rows = NULL;
    const struct uuid *shown = NULL;
    auto_session session = NULL;
    size_t n = 0;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    assert_int_equal(activity_older(session, &WHOLE, LEAVES, 1, &rows, &n), STATUS_OK);
    assert_int_equal(activity_shown(rows, &shown, &n), STATUS_OK);
    assert_int_equal(n, 3);
    assert_true(uuid_is_nil(&shown[2]));
    assert_int_equal(activity_older(session, &GAP, 5, 1, &rows, &n), STATUS_OK);
    assert_int_equal(activity_shown(rows, &shown, &n), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(activity_older(session, &TORN, 1, 1, &rows, &n), STATUS_OK);
    assert_int_equal(activity_shown(rows, &shown, &n), STATUS_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(V1_a_time_is_found_as_a_look_at_every_leaf_would_find_it),
        cmocka_unit_test(V1_the_newest_is_the_size_of_the_tree),
        cmocka_unit_test(V1_steps_of_any_length_give_every_leaf_once_newest_first),
        cmocka_unit_test(V3_a_leaf_that_is_missing_is_damage),
        cmocka_unit_test(X4_steps_of_any_length_give_every_leaf_once_oldest_first),
        cmocka_unit_test(V3_a_leaf_that_is_missing_on_the_way_up_is_damage),
        cmocka_unit_test(V4_the_students_shown_are_whole_ids),
    };
    return cmocka_run_group_tests(tests, setup, small_house_teardown);
}
