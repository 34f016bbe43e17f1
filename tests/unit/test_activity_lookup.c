/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: steps of look-ups and the parts that they are stored in, over a real store.
 * May not: wait for the chore's thread; it is its own.
 * Always:  parts hold the writer shortly, follow one another without a gap, and end with the step.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "activity/lookup.h"
#include "call/call.h"
#include "small_house.h"

enum { MAX_ENTRIES = 5000, ROWS = 5000, STUDENTS = 700 };

static struct lookup_entry entry_of(uint32_t id, int64_t leaf)
{
    return (struct lookup_entry){{{(uint8_t)(id >> 16), (uint8_t)(id >> 8), (uint8_t)id}}, leaf};
}

/* Each of n entries has the id of the one before but for every run-th. Returns how many parts there are. */
static size_t parts_of(size_t n, size_t run)
{
    static struct lookup_entry entries[MAX_ENTRIES];
    const struct lookup_step step = {.entries = entries, .n_entries = n};
    struct lookup_part part = {.step = &step};
    size_t parts = 0;

    for (size_t i = 0; i < n; i++)
        entries[i] = entry_of((uint32_t)(i / run), (int64_t)i);
    do {
        const size_t end = part.end;
        part = lookup_part_after(&part);
        assert_ptr_equal(part.step, &step);
        assert_int_equal(part.first, end);
        assert_true(part.end > part.first || n == 0);
        assert_true(part.end - part.first <= LOOKUP_PART_ENTRIES);
        assert_true((part.end - part.first) / run <= LOOKUP_PART_IDS);
        parts++;
    } while (part.end < n);
    assert_int_equal(part.end, n);
    return parts;
}

static void parts_follow_one_another_and_are_bounded(void **state)
{
    (void)state;
    assert_int_equal(parts_of(0, 1), 1);
    assert_int_equal(parts_of(1, 1), 1);
    assert_int_equal(parts_of(LOOKUP_PART_ENTRIES, MAX_ENTRIES), 1);
    assert_int_equal(parts_of(LOOKUP_PART_ENTRIES + 1, MAX_ENTRIES), 2);
    assert_int_equal(parts_of(LOOKUP_PART_IDS, 1), 1);
    assert_int_equal(parts_of(LOOKUP_PART_IDS + 1, 1), 2);
    assert_int_equal(parts_of(3 * LOOKUP_PART_IDS * 2, 2), 3);
    for (size_t run = 1; run < 40; run += 3)
        (void)parts_of(MAX_ENTRIES, run);
}

/* ---- Over a store ------------------------------------------------------------------------------------------------------- */

#define SCHOOL_TREE "x'b0010000000000000000000000000000'"

static void plant(struct small_house *small)
{
    char sql[1024];

    snprintf(
        sql, sizeof sql,
        "INSERT INTO activity (tree_id, leaf_index, at, organisation_id, actor_kind, actor_id, operation, object_kind,"
        " student_id, school_id, outcome, ground, request_id)"
        " WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d)"
        " SELECT t.tree_id, t.size + i, t.last_at, t.organisation_id, 'person', x'c0090000000000000000000000000000',"
        " 'getStudent', 'student', CAST(printf('%%016d', i %% %d) AS BLOB), t.school_id,"
        " 'allowed', 'test', randomblob(16) FROM n, activity_tree t WHERE t.tree_id = " SCHOOL_TREE ";"
        "UPDATE activity_tree SET size = size + %d, frontier = x'' WHERE tree_id = " SCHOOL_TREE,
        ROWS, STUDENTS, ROWS);
    small_sql(small, sql);
    small_house_reopen(small);
}

static int setup(void **state)
{
    if (small_house_setup(state) != 0)
        return -1;
    plant(*state);
    return 0;
}

static const char DUE[] = "SELECT (SELECT sum(size) FROM activity_tree) -"
                          " (SELECT coalesce(sum(looked_up), 0) FROM activity_lookup)";
static const char ENTRIES[] = "SELECT (SELECT count(*) FROM activity_of_actor) + count(*) FROM activity_of_student";
static const char NAMED[] = "SELECT count(actor_id) + count(student_id) FROM activity";

static void look_up_all(struct small_house *small)
{
    for (int i = 0; i < 200 && small_count(small, DUE) > 0; i++)
        assert_int_equal(call_look_all_up(small->house), STATUS_OK);
    assert_int_equal(small_count(small, DUE), 0);
}

static void a_step_is_bounded_and_ordered(void **state)
{
    struct small_house *small = *state;
    static const struct uuid before_school = {{0xb0}};
    struct lookup_step step;
    auto_session session = NULL;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    assert_int_equal(lookup_next(session, &before_school, INT64_MAX, &step), STATUS_OK);
    assert_int_equal(step.upto, LOOKUP_STEP_ROWS);
    assert_true(step.n_actors <= LOOKUP_STEP_ROWS && step.n_entries <= LOOKUP_STEP_ENTRIES);
    for (size_t i = 1; i < step.n_entries; i++) {
        const struct lookup_entry *before = &step.entries[i - 1], *entry = &step.entries[i];
        const int ids = uuid_compare(&before->id, &entry->id);
        assert_true(i == step.n_actors || ids < 0 || (ids == 0 && before->leaf_index < entry->leaf_index));
    }
}

struct part_job {
    struct logged_job job;
    struct lookup_part part;
};

static enum status run_part(struct tx *tx, struct job *job)
{
    return lookup_store(tx, &((struct part_job *)job)->part);
}

static void store_first_part(struct small_house *small)
{
    static const struct uuid before_school = {{0xb0}};
    struct lookup_step step;
    struct part_job first = {.job = {.job = {.run = run_part, .arena = small->arena, .bytes = 1024}}};
    auto_session session = NULL;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    assert_int_equal(lookup_next(session, &before_school, INT64_MAX, &step), STATUS_OK);
    first.part = lookup_part_after(&(struct lookup_part){.step = &step});
    assert_true(first.part.end < step.n_entries);
    session = session_end(session);
    assert_int_equal(store_write(small->house->store, &first.job.job), STATUS_OK);
}

static void V1_a_step_that_was_cut_short_is_not_looked_up_and_made_once_more(void **state)
{
    struct small_house *small = *state;
    const int64_t due = small_count(small, DUE), before = small_count(small, ENTRIES);

    store_first_part(small);
    assert_true(small_count(small, ENTRIES) > before);
    assert_int_equal(small_count(small, DUE), due);
    look_up_all(small);
    assert_int_equal(small_count(small, ENTRIES), small_count(small, NAMED));
}

/* No door writes such a row; who wrote it by hand must not keep the chore busy for ever. */
static void V3_a_row_larger_than_a_step_is_damage(void **state)
{
    struct small_house *small = *state;

    small_sql(small, "DELETE FROM activity_lookup");
    small_sql(small, "DROP TRIGGER activity_no_update; UPDATE activity SET shown = zeroblob(16 * 16385)"
                     " WHERE leaf_index = 4500 AND tree_id = " SCHOOL_TREE);
    enum status status = STATUS_OK;
    for (int i = 0; i < 200 && status == STATUS_OK; i++)
        status = call_look_all_up(small->house);
    assert_int_equal(status, STATUS_CORRUPT);
    assert_int_equal(small_count(small, "SELECT looked_up FROM activity_lookup WHERE tree_id = " SCHOOL_TREE), 4500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_follow_one_another_and_are_bounded),
        cmocka_unit_test(a_step_is_bounded_and_ordered),
        cmocka_unit_test(V1_a_step_that_was_cut_short_is_not_looked_up_and_made_once_more),
        cmocka_unit_test(V3_a_row_larger_than_a_step_is_damage),
    };
    return cmocka_run_group_tests(tests, setup, small_house_teardown);
}
