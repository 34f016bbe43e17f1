/* SPDX-License-Identifier: EUPL-1.2 */
/* Who asks is remembered by rights epoch, in the writer, too: what is not committed yet neither hides behind it nor stays in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "domain/student.h"
#include "statements.gen.h"
#include "unit/small_house.h"

enum { ITEMS = 2 };

/* Creating a student, and what else is written then; what apply ends with after that. */
struct item {
    struct student_create create; /* first */
    struct failure failure;
    enum status (*also)(struct tx *tx);
    enum status ends;
};

static enum status item_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                              struct relation *relation, struct receipt *ret_receipt)
{
    const struct item *item = input;

    TRY(student_create_case.apply(scene, tx, grant, input, relation, ret_receipt));
    if (item->also != NULL)
        TRY(item->also(tx));
    return item->ends;
}

/* Kari, who is a contact teacher, creates two students in one job of the writer. */
struct two {
    struct small_house *small;
    struct caller caller;
    struct call call;
    struct item items[ITEMS];
    struct batch_item results[ITEMS];
};

static void two_start(struct two *two, struct small_house *small)
{
    *two = (struct two){.small = small, .caller = small_caller("kari")};
    two->call = small_call(small, &two->caller, "provisionStudents");
    for (size_t i = 0; i < ITEMS; i++) {
        two->items[i].create = (struct student_create){.school = SMALL_SCHOOL,
                                                       .given_name = "Nora",
                                                       .family_name = "Berg",
                                                       .enrolment = {.until = DAY_FOREVER},
                                                       .failure = &two->items[i].failure};
        two->results[i].input = &two->items[i];
    }
}

static enum status two_run(struct two *two)
{
    struct write_case what = student_create_case;

    what.apply = item_apply;
    return call_batch(&two->call, &what, two->results, ITEMS);
}

static int64_t epoch(struct small_house *small)
{
    return small_count(small, "SELECT epoch FROM rights_epoch");
}

static enum status end_karis_role(struct tx *tx)
{
    const struct sql_membership_overlapping_args args = {.organisation = SMALL_ORGANISATION,
                                                         .person = SMALL_KARI,
                                                         .school = {true, SMALL_SCHOOL.uuid},
                                                         .role = ROLE_CONTACT_TEACHER,
                                                         .from_day = DAY_ALWAYS,
                                                         .until_day = DAY_FOREVER};
    struct sql_membership_overlapping_row *rows = NULL;
    size_t n = 0;

    TRY(sql_membership_overlapping(tx_session(tx), &args, 1, &rows, &n));
    assert_int_equal(n, 1);
    return sql_membership_update(
        tx, &(struct sql_membership_update_args){SMALL_ORGANISATION, rows->membership, DAY_ALWAYS, 1, 2}, NULL);
}

static enum status make_kari_rektor(struct tx *tx)
{
    const struct sql_membership_insert_args args = {
        .membership = uuid_new(),
        .organisation = SMALL_ORGANISATION,
        .person = SMALL_KARI,
        .school = {true, SMALL_SCHOOL.uuid},
        .role = ROLE_REKTOR,
        .from_day = DAY_ALWAYS,
        .until_day = DAY_FOREVER,
    };
    return sql_membership_insert(tx, &args, NULL);
}

static void G1_a_right_that_a_change_ends_is_gone_for_the_next_one_in_the_same_job(void **state)
{
    struct two two;

    two_start(&two, *state);
    assert_int_equal(two_run(&two), STATUS_OK); /* she is known from now on */
    two_start(&two, *state);
    two.items[0].also = end_karis_role;
    assert_int_equal(two_run(&two), STATUS_OK);
    assert_int_equal(two.results[0].status, STATUS_OK);
    assert_int_equal(two.results[1].status, STATUS_FORBIDDEN);
    small_sql(*state,
              "UPDATE membership SET until_day = 2147483647 WHERE person_id = x'c0020000000000000000000000000000'");
}

/* The job's epoch is taken back with it, and comes again with another change. */
static void G1_a_right_that_was_never_committed_is_not_remembered(void **state)
{
    struct two two;

    const int64_t before = epoch(*state);
    two_start(&two, *state);
    two.items[0].also = make_kari_rektor;
    two.items[1].create.civic_number =
        "190001019802"; /* only a rektor may: she is asked for anew at the epoch that the job has made */
    two.items[1].ends = STATUS_INTERNAL;
    assert_int_equal(two_run(&two), STATUS_INTERNAL);
    assert_int_equal(epoch(*state), before);
    small_sql(*state, "UPDATE membership SET version = 2 WHERE person_id = x'c0030000000000000000000000000000'");
    assert_int_equal(epoch(*state), before + 1);

    two_start(&two, *state);
    two.items[1].create.civic_number = "190001019802";
    assert_int_equal(two_run(&two), STATUS_OK);
    assert_int_equal(two.results[0].status, STATUS_OK);
    assert_int_equal(two.results[1].status, STATUS_FORBIDDEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(G1_a_right_that_a_change_ends_is_gone_for_the_next_one_in_the_same_job),
        cmocka_unit_test(G1_a_right_that_was_never_committed_is_not_remembered),
    };

    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
