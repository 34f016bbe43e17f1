/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows become leaves (V1, V3, V4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "activity/append.h"
#include "statements.gen.h"
#include "unit/small_house.h"

enum { ROWS = 9 };

/* A job that appends rows by itself, beside the pipeline, and then looks at a tree's size. */
struct append_job {
    struct logged_job job;
    const struct activity_row *rows[ROWS];
    size_t n;
    struct uuid tree;
    int64_t size_before, size_after;
};

static struct activity_row a_row(struct maybe_uuid school)
{
    return (struct activity_row){
        .organisation = SMALL_ORGANISATION,
        .actor_kind = ACTOR_LOCAL,
        .operation = "test",
        .school = school,
        .outcome = OUTCOME_ALLOWED,
        .ground = "test",
        .request = uuid_new(),
    };
}

static int64_t tree_size(struct tx *tx, const struct uuid *tree)
{
    struct sql_activity_tree_head_row head;

    assert_int_equal(sql_activity_tree_head(tx_session(tx), &(struct sql_activity_tree_head_args){*tree}, &head),
                     STATUS_OK);
    return head.size;
}

static enum status run_append(struct tx *tx, struct job *job)
{
    struct append_job *append = (struct append_job *)job;

    append->size_before = tree_size(tx, &append->tree);
    TRY(activity_append(tx, append->rows, append->n));
    append->size_after = tree_size(tx, &append->tree);
    return STATUS_OK;
}

static void V1_a_row_is_a_leaf_of_its_schools_tree_unless_withheld(void **state)
{
    struct activity_row row = a_row((struct maybe_uuid){true, SMALL_SCHOOL.uuid});
    struct uuid tree = activity_tree_of(&row);

    (void)state;
    assert_true(uuid_equal(&tree, &SMALL_SCHOOL.uuid));
    row.withheld_from_school = true;
    tree = activity_tree_of(&row);
    assert_true(uuid_equal(&tree, &SMALL_ORGANISATION.uuid));
    row = a_row((struct maybe_uuid){0});
    tree = activity_tree_of(&row);
    assert_true(uuid_equal(&tree, &SMALL_ORGANISATION.uuid));
}

static void V1_a_batch_over_three_trees_leaves_no_gap(void **state)
{
    struct small_house *small = *state;
    const struct maybe_uuid places[3] = {{true, SMALL_SCHOOL.uuid}, {0}, {true, SMALL_OTHER_SCHOOL.uuid}};
    struct activity_row rows[ROWS];
    struct append_job job = {.n = ROWS, .tree = SMALL_SCHOOL.uuid};

    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = a_row(places[i % 3]);
        job.rows[i] = &rows[i];
    }
    job.job.job = (struct job){.run = run_append, .arena = small->arena};
    assert_int_equal(store_write(small->house->store, &job.job.job), STATUS_OK);
    assert_int_equal(job.size_after - job.size_before, 3);
}

static void V3_a_row_for_a_tree_that_does_not_exist_fails_the_job(void **state)
{
    struct small_house *small = *state;
    struct activity_row row = a_row((struct maybe_uuid){true, uuid_new()});
    struct append_job job = {.rows = {&row}, .n = 1, .tree = SMALL_SCHOOL.uuid};

    job.job.job = (struct job){.run = run_append, .arena = small->arena};
    assert_int_not_equal(store_write(small->house->store, &job.job.job), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(V1_a_row_is_a_leaf_of_its_schools_tree_unless_withheld),
        cmocka_unit_test(V1_a_batch_over_three_trees_leaves_no_gap),
        cmocka_unit_test(V3_a_row_for_a_tree_that_does_not_exist_fails_the_job),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
