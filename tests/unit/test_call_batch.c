/* SPDX-License-Identifier: EUPL-1.2 */
/* Many changes in one call: each for itself, in jobs of many, done again when they came too late (M1, X2, V4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "domain/student.h"
#include "unit/small_house.h"

enum { ITEMS = 40, ROUNDS = 3 }; /* more than go into one job */

/* Creating a student; what apply answers, after it has written everything, as long as it has not been prepared more often than that. It may
 * run several times each time that it was prepared. */
struct item {
    struct student_create create; /* first */
    struct failure failure;
    enum status ends;
    int times;
    int prepared, finished;
    bool stored;
};

static enum status item_prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                void *input)
{
    ((struct item *)input)->prepared++;
    return student_create_case.prepare(vault, keys, arena, input);
}

static enum status item_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                              struct relation *relation, struct receipt *ret_receipt)
{
    const struct item *item = input;

    TRY(student_create_case.apply(scene, tx, grant, input, relation, ret_receipt));
    return item->prepared > item->times ? STATUS_OK : item->ends;
}

static void item_finish(struct vault *vault, void *input, bool stored)
{
    struct item *item = input;

    item->finished++;
    item->stored = stored;
    student_create_case.finish(vault, input, stored);
}

static struct write_case item_case(void)
{
    struct write_case what = student_create_case;

    what.prepare = item_prepare;
    what.apply = item_apply;
    what.finish = item_finish;
    what.decided_once = false; /* on a snapshot first, as most are */
    return what;
}

/* One call over so many items, by Kari. */
struct batch {
    struct small_house *small;
    struct caller caller;
    struct call call;
    struct item items[ITEMS];
    struct batch_item results[ITEMS];
    int64_t students_before;
};

static int64_t n_students(const struct batch *batch)
{
    return small_count(batch->small, "SELECT count(*) FROM student");
}

static void batch_start(struct batch *batch, struct small_house *small)
{
    *batch = (struct batch){.small = small, .caller = small_caller("kari")};
    batch->call = small_call(small, &batch->caller, "provisionStudents");
    batch->students_before = n_students(batch);
    for (size_t i = 0; i < ITEMS; i++) {
        batch->items[i].create = (struct student_create){.school = SMALL_SCHOOL,
                                                         .given_name = "Nora",
                                                         .family_name = "Berg",
                                                         .enrolment = {.until = DAY_FOREVER},
                                                         .failure = &batch->items[i].failure};
        batch->results[i].input = &batch->items[i];
    }
}

static enum status batch_run(struct batch *batch)
{
    const struct write_case what = item_case();

    return call_batch(&batch->call, &what, batch->results, ITEMS);
}

static void assert_rows(const struct batch *batch, size_t n)
{
    char outcome[16], ground[64];

    assert_int_equal(small_rows(batch->small, &batch->call.request_id, outcome, ground), n);
}

static void V4_each_of_many_is_stored_with_a_row_of_its_own(void **state)
{
    struct batch batch;

    batch_start(&batch, *state);
    assert_int_equal(batch_run(&batch), STATUS_OK);
    for (size_t i = 0; i < ITEMS; i++) {
        assert_int_equal(batch.results[i].status, STATUS_OK);
        assert_string_equal(batch.results[i].outcome.ground, "S1.role.contactTeacher");
        assert_true(batch.items[i].stored);
        assert_int_equal(batch.items[i].prepared, 1);
    }
    assert_int_equal(n_students(&batch), batch.students_before + ITEMS);
    assert_rows(&batch, ITEMS);
}

static void X2_one_that_is_refused_leaves_nothing_and_does_not_hold_up_the_others(void **state)
{
    static const enum status refusals[] = {STATUS_INVALID, STATUS_STUDENT_KNOWN, STATUS_TAKEN, STATUS_OWNER_NEEDED,
                                           STATUS_LIMIT_REACHED};
    enum { REFUSALS = sizeof refusals / sizeof *refusals };
    struct batch batch;

    batch_start(&batch, *state);
    for (size_t i = 0; i < REFUSALS; i++) {
        batch.items[3 * i].ends = refusals[i];
        batch.items[3 * i].times = 1;
    }
    assert_int_equal(batch_run(&batch), STATUS_OK);
    for (size_t i = 0; i < REFUSALS; i++) {
        assert_int_equal(batch.results[3 * i].status, refusals[i]);
        assert_false(batch.items[3 * i].stored);
        assert_int_equal(batch.items[3 * i].finished, 1);
        assert_int_equal(batch.results[3 * i + 1].status, STATUS_OK);
    }
    assert_int_equal(n_students(&batch), batch.students_before + ITEMS - REFUSALS);
    assert_rows(&batch, ITEMS);
}

static void X2_one_that_came_too_late_is_prepared_again_and_logged_once(void **state)
{
    struct batch batch;

    batch_start(&batch, *state);
    batch.items[7].ends = batch.items[9].ends = STATUS_PRECONDITION_FAILED;
    batch.items[7].times = ROUNDS - 1;
    batch.items[9].times = ROUNDS;
    assert_int_equal(batch_run(&batch), STATUS_OK);
    assert_int_equal(batch.results[7].status, STATUS_OK);
    assert_int_equal(batch.items[7].prepared, ROUNDS);
    assert_int_equal(batch.items[7].finished, ROUNDS);
    assert_true(batch.items[7].stored);
    assert_int_equal(batch.results[9].status, STATUS_PRECONDITION_FAILED);
    assert_int_equal(batch.items[9].finished, ROUNDS);
    assert_false(batch.items[9].stored);
    assert_int_equal(n_students(&batch), batch.students_before + ITEMS - 1);
    assert_rows(&batch, ITEMS);
}

static void S1_each_is_decided_for_itself(void **state)
{
    struct batch batch;

    batch_start(&batch, *state);
    for (size_t i = 0; i < ITEMS; i += 2)
        batch.items[i].create.school = SMALL_OTHER_SCHOOL;
    assert_int_equal(batch_run(&batch), STATUS_OK);
    for (size_t i = 0; i < ITEMS; i++) {
        assert_int_equal(batch.results[i].status, i % 2 == 0 ? STATUS_FORBIDDEN : STATUS_OK);
        assert_int_equal(batch.items[i].prepared, i % 2);
    }
    assert_rows(&batch, ITEMS);
}

static void V2_what_breaks_ends_the_call_and_stores_nothing_of_its_job(void **state)
{
    struct batch batch;

    batch_start(&batch, *state);
    batch.items[5].ends = STATUS_INTERNAL;
    batch.items[5].times = 1;
    assert_int_equal(batch_run(&batch), STATUS_INTERNAL);
    assert_int_equal(n_students(&batch), batch.students_before);
    for (size_t i = 0; i < ITEMS; i++)
        assert_int_equal(batch.items[i].prepared, batch.items[i].finished);
    assert_rows(&batch, 0);
}

/* The same again as it came, or with another body. */
static void batch_again(struct batch *batch, const char *body)
{
    const struct call first = batch->call;
    struct small_house *small = batch->small;

    batch_start(batch, small);
    batch->call.idempotency_key = first.idempotency_key;
    batch->call.fingerprint = body;
}

static void X1_many_sent_again_go_on_where_the_house_failed(void **state)
{
    enum { BREAKS = 35, STORED = 32 }; /* in the second job */
    struct uuid ids[STORED];
    struct batch batch;

    batch_start(&batch, *state);
    batch.call.idempotency_key = "many";
    batch.call.fingerprint = "these";
    batch.items[BREAKS].ends = STATUS_INTERNAL;
    batch.items[BREAKS].times = 1;
    assert_int_equal(batch_run(&batch), STATUS_OK);
    assert_int_equal(batch.results[STORED].status, STATUS_INTERNAL);
    for (size_t i = 0; i < STORED; i++)
        ids[i] = batch.results[i].outcome.receipt.id;

    batch_again(&batch, "these");
    assert_int_equal(n_students(&batch), batch.students_before);
    assert_int_equal(batch_run(&batch), STATUS_OK);
    for (size_t i = 0; i < ITEMS; i++) {
        assert_int_equal(batch.results[i].status, STATUS_OK);
        assert_int_equal(batch.results[i].outcome.replayed, i < STORED);
        assert_true(i >= STORED || uuid_equal(&ids[i], &batch.results[i].outcome.receipt.id));
        assert_int_equal(batch.items[i].stored, i >= STORED);
    }
    assert_int_equal(n_students(&batch), batch.students_before + ITEMS - STORED);
    assert_rows(&batch, ITEMS);
}

static void X1_another_body_under_the_key_of_many_does_nothing_even_when_nothing_was_done(void **state)
{
    char outcome[16], ground[64];
    struct batch batch;

    batch_start(&batch, *state);
    batch.call.idempotency_key = "none of many";
    batch.call.fingerprint = "these";
    for (size_t i = 0; i < ITEMS; i++)
        batch.items[i].create.school = SMALL_OTHER_SCHOOL;
    assert_int_equal(batch_run(&batch), STATUS_OK);
    assert_int_equal(batch.results[0].status, STATUS_FORBIDDEN);

    batch_again(&batch, "others");
    assert_int_equal(batch_run(&batch), STATUS_KEY_REUSED);
    assert_int_equal(n_students(&batch), batch.students_before);
    assert_int_equal(small_rows(batch.small, &batch.call.request_id, outcome, ground), 1);
    assert_string_equal(outcome, "refused");
    assert_string_equal(ground, "key-reused");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(V4_each_of_many_is_stored_with_a_row_of_its_own),
        cmocka_unit_test(X2_one_that_is_refused_leaves_nothing_and_does_not_hold_up_the_others),
        cmocka_unit_test(X2_one_that_came_too_late_is_prepared_again_and_logged_once),
        cmocka_unit_test(S1_each_is_decided_for_itself),
        cmocka_unit_test(V2_what_breaks_ends_the_call_and_stores_nothing_of_its_job),
        cmocka_unit_test(X1_many_sent_again_go_on_where_the_house_failed),
        cmocka_unit_test(X1_another_body_under_the_key_of_many_does_nothing_even_when_nothing_was_done),
    };

    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
