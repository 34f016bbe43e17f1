/* SPDX-License-Identifier: EUPL-1.2 */
/* The pipeline of changes: decided twice, replayed, refused, rolled back (X1, X7, V4). */
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

/* Creating a student, with a hook between preparing and applying. */
struct hooked_create {
    struct student_create create; /* first */
    struct small_house *small;
    const char *sql_before_apply; /* run from outside, after prepare */
    enum status apply_ends;       /* what apply answers after it has written everything */
    int prepared, finished;
    bool stored;
    size_t weight; /* of what was prepared */
};

static enum status hooked_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    return student_create_case.relate(scene, input, ret_relation);
}

static enum status hooked_prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                  void *input)
{
    struct hooked_create *hooked = input;

    hooked->prepared++;
    TRY(student_create_case.prepare(vault, keys, arena, input));
    if (hooked->sql_before_apply != NULL)
        small_sql(hooked->small, hooked->sql_before_apply);
    return STATUS_OK;
}

static enum status hooked_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                struct relation *relation, struct receipt *ret_receipt)
{
    const struct hooked_create *hooked = input;

    TRY(student_create_case.apply(scene, tx, grant, input, relation, ret_receipt));
    return hooked->apply_ends;
}

static void hooked_finish(struct vault *vault, void *input, bool stored)
{
    struct hooked_create *hooked = input;

    hooked->finished++;
    hooked->stored = stored;
    student_create_case.finish(vault, input, stored);
}

static size_t hooked_weight(const void *input)
{
    const struct hooked_create *hooked = input;

    assert_int_equal(hooked->prepared, hooked->finished + 1); /* told once it is known */
    return hooked->weight;
}

static void hooked_recall(const struct receipt *receipt, struct subject *subject)
{
    student_create_case.recall(receipt, subject);
}

static const struct write_case hooked_case = {.relate = hooked_relate,
                                              .prepare = hooked_prepare,
                                              .apply = hooked_apply,
                                              .recall = hooked_recall,
                                              .finish = hooked_finish,
                                              .weight = hooked_weight};

/* One request to create a student, and what came of it. */
struct attempt {
    struct caller caller;
    struct call call;
    struct failure failure;
    struct hooked_create hooked;
    struct outcome_of_write outcome;
    char said[16], ground[64]; /* of its activity row */
};

static void attempt_start(struct attempt *attempt, struct small_house *small, const char *subject, const char *key)
{
    *attempt = (struct attempt){.caller = small_caller(subject)};
    attempt->call = small_call(small, &attempt->caller, "createStudent");
    attempt->call.idempotency_key = key;
    attempt->call.fingerprint = "{\"body\":1}";
    attempt->hooked = (struct hooked_create){
        .create = {.school = SMALL_SCHOOL,
                   .given_name = "Nora",
                   .family_name = "Berg",
                   .enrolment = {.until = DAY_FOREVER},
                   .failure = &attempt->failure},
        .small = small,
    };
}

/* Runs it; it must end so, and leave so many rows. */
static void attempt_ends(struct attempt *attempt, enum status expected, size_t rows)
{
    assert_int_equal(call_write(&attempt->call, &hooked_case, &attempt->hooked, &attempt->outcome), expected);
    assert_int_equal(small_rows(attempt->hooked.small, &attempt->call.request_id, attempt->said, attempt->ground),
                     rows);
}

static bool exists(struct small_house *small, const struct student_id *id)
{
    const struct caller rektor = small_caller("rektor");
    const struct call call = small_call(small, &rektor, "getStudent");
    struct student_read read = {.id = *id};

    return call_read(&call, &student_read_case, &read) == STATUS_OK;
}

static void assert_nothing_stored(const struct attempt *attempt)
{
    assert_false(attempt->hooked.stored);
    assert_false(exists(attempt->hooked.small, &attempt->hooked.create.id));
}

static void S1_a_change_is_stored_with_its_row(void **state)
{
    struct attempt attempt;

    attempt_start(&attempt, *state, "kari", "one");
    attempt_ends(&attempt, STATUS_OK, 1);
    assert_string_equal(attempt.outcome.ground, "S1.role.contactTeacher");
    assert_int_equal(attempt.outcome.receipt.version, 1);
    assert_string_equal(attempt.said, "allowed");
    assert_true(attempt.hooked.stored);
    assert_true(exists(*state, &attempt.hooked.create.id));
}

static void X1_a_retry_gets_the_first_answer_and_stores_nothing(void **state)
{
    struct attempt first, second;

    attempt_start(&first, *state, "kari", "two");
    attempt_start(&second, *state, "kari", "two");
    attempt_ends(&first, STATUS_OK, 1);
    attempt_ends(&second, STATUS_OK, 1);
    assert_true(second.outcome.replayed);
    assert_true(uuid_equal(&first.outcome.receipt.id, &second.outcome.receipt.id));
    assert_string_equal(second.said, "replayed");
    assert_nothing_stored(&second);
}

static void X1_another_body_under_the_key_is_refused_with_a_row(void **state)
{
    struct attempt first, second;

    attempt_start(&first, *state, "kari", "three");
    attempt_start(&second, *state, "kari", "three");
    second.call.fingerprint = "{\"body\":2}";
    attempt_ends(&first, STATUS_OK, 1);
    attempt_ends(&second, STATUS_KEY_REUSED, 1);
    assert_string_equal(second.ground, "key-reused");
    assert_nothing_stored(&second);
}

/* The writer reads the facts again and decides again: a right that ends after the first look is gone. */
static void G1_a_right_that_ends_before_the_writer_is_refused_there(void **state)
{
    struct attempt attempt;

    attempt_start(&attempt, *state, "kari", "four");
    attempt.hooked.sql_before_apply =
        "UPDATE membership SET until_day = 1 WHERE person_id = x'c0020000000000000000000000000000'";
    attempt_ends(&attempt, STATUS_FORBIDDEN, 1);
    assert_int_equal(attempt.hooked.finished, 1);
    assert_string_equal(attempt.said, "refused");
    assert_nothing_stored(&attempt);
    small_sql(*state,
              "UPDATE membership SET until_day = 2147483647 WHERE person_id = x'c0020000000000000000000000000000'");
}

static void V4_a_change_that_the_domain_refuses_stores_nothing_but_its_row(void **state)
{
    struct attempt attempt;

    attempt_start(&attempt, *state, "kari", "five");
    attempt.hooked.apply_ends = STATUS_STUDENT_KNOWN;
    attempt_ends(&attempt, STATUS_STUDENT_KNOWN, 1);
    assert_string_equal(attempt.said, "refused");
    assert_string_equal(attempt.ground, "student-known");
    assert_nothing_stored(&attempt);
}

static void a_change_that_breaks_stores_nothing_and_has_no_row(void **state)
{
    struct attempt attempt;

    attempt_start(&attempt, *state, "kari", "six");
    attempt.hooked.apply_ends = STATUS_INTERNAL;
    attempt_ends(&attempt, STATUS_INTERNAL, 0);
    assert_nothing_stored(&attempt);
}

/* It is prepared anew each time; nobody was refused anything, so that there is no row. */
static void X2_what_keeps_coming_too_late_is_to_be_tried_again_later(void **state)
{
    struct attempt attempt;

    attempt_start(&attempt, *state, "kari", "eight");
    attempt.hooked.apply_ends = STATUS_PRECONDITION_FAILED;
    attempt_ends(&attempt, STATUS_BUSY, 0);
    assert_int_equal(attempt.hooked.prepared, 3);
    assert_int_equal(attempt.hooked.finished, 3);
    assert_nothing_stored(&attempt);
}

static void S1_who_may_not_create_prepares_nothing(void **state)
{
    struct attempt attempt;

    attempt_start(&attempt, *state, "colleague", "seven");
    attempt_ends(&attempt, STATUS_FORBIDDEN, 1);
    assert_int_equal(attempt.hooked.prepared, 0);
    assert_string_equal(attempt.ground, "S1.forbidden");
}

/* What it weighs goes with it to the writer, which takes no more than so much at once. */
static void a_change_of_more_than_a_job_may_hold_is_too_large_and_stores_nothing(void **state)
{
    struct attempt attempt;

    attempt_start(&attempt, *state, "kari", "eight");
    attempt.hooked.weight = STORE_JOB_BYTES;
    attempt_ends(&attempt, STATUS_TOO_LARGE, 0);
    assert_nothing_stored(&attempt);
    attempt_start(&attempt, *state, "kari", "eight");
    attempt.hooked.weight = STORE_JOB_BYTES / 2;
    attempt_ends(&attempt, STATUS_OK, 1);
}

/* The time of the log does not run backwards: what is logged after the clock was set back is of the day that it had reached. */
static void G1_a_change_is_decided_on_the_day_of_its_row_when_the_clock_was_set_back_over_midnight(void **state)
{
    struct small_house *small = *state;
    struct attempt attempt;
    char sql[128];

    snprintf(sql, sizeof sql, "UPDATE membership SET until_day = %d WHERE role = %d", (int)clock_today(), ROLE_REKTOR);
    small_sql(small, sql);
    shift_clock(2);
    attempt_start(&attempt, small, "kari", "ahead");
    attempt_ends(&attempt, STATUS_OK, 1);
    shift_clock(0);
    attempt_start(&attempt, small, "rektor", "back");
    attempt_ends(&attempt, STATUS_FORBIDDEN, 1);
    assert_string_equal(attempt.said, "refused");
    assert_false(attempt.hooked.stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(S1_a_change_is_stored_with_its_row),
        cmocka_unit_test(X1_a_retry_gets_the_first_answer_and_stores_nothing),
        cmocka_unit_test(X1_another_body_under_the_key_is_refused_with_a_row),
        cmocka_unit_test(G1_a_right_that_ends_before_the_writer_is_refused_there),
        cmocka_unit_test(V4_a_change_that_the_domain_refuses_stores_nothing_but_its_row),
        cmocka_unit_test(a_change_that_breaks_stores_nothing_and_has_no_row),
        cmocka_unit_test(X2_what_keeps_coming_too_late_is_to_be_tried_again_later),
        cmocka_unit_test(S1_who_may_not_create_prepares_nothing),
        cmocka_unit_test(a_change_of_more_than_a_job_may_hold_is_too_large_and_stores_nothing),
        cmocka_unit_test_setup_teardown(
            G1_a_change_is_decided_on_the_day_of_its_row_when_the_clock_was_set_back_over_midnight, small_house_setup,
            small_house_teardown),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
