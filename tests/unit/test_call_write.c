/* SPDX-License-Identifier: EUPL-1.2 */
/* The pipeline of changes: decided twice, replayed, refused, rolled back (X1, X7, V4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "domain/student.h"
#include "unit/small_house.h"

/* Creating a student, with a hook between preparing and applying. */
struct hooked_create {
    struct student_create create; /* first */
    struct small_house *small;
    const char *sql_before_apply; /* run from outside, after prepare */
    enum status apply_ends;       /* what apply answers after it has written everything */
    int prepared, finished;
    bool stored;
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

static void hooked_recall(const struct receipt *receipt, struct subject *subject)
{
    student_create_case.recall(receipt, subject);
}

static const struct write_case hooked_case = {hooked_relate, hooked_prepare, hooked_apply, hooked_recall,
                                              hooked_finish};

static struct hooked_create a_student(struct small_house *small, struct failure *failure)
{
    return (struct hooked_create){
        .create = {.school = SMALL_SCHOOL,
                   .given_name = "Nora",
                   .family_name = "Berg",
                   .enrolment = {.until = DAY_FOREVER},
                   .failure = failure},
        .small = small,
    };
}

static struct call a_post(struct small_house *small, const struct caller *caller, const char *key)
{
    struct call call = small_call(small, caller, "createStudent");

    call.idempotency_key = key;
    call.fingerprint = "{\"body\":1}";
    return call;
}

static bool exists(struct small_house *small, const struct student_id *id)
{
    const struct caller rektor = small_caller("rektor");
    const struct call call = small_call(small, &rektor, "getStudent");
    struct student_read read = {.id = *id};

    return call_read(&call, &student_read_case, &read) == STATUS_OK;
}

static void S1_a_change_is_stored_with_its_row(void **state)
{
    struct small_house *small = *state;
    const struct caller kari = small_caller("kari");
    const struct call call = a_post(small, &kari, "one");
    struct failure failure = {0};
    struct hooked_create hooked = a_student(small, &failure);
    struct outcome_of_write outcome;
    char said[16], ground[64];

    assert_int_equal(call_write(&call, &hooked_case, &hooked, &outcome), STATUS_OK);
    assert_string_equal(outcome.ground, "S1.role.contactTeacher");
    assert_int_equal(outcome.receipt.version, 1);
    assert_true(hooked.stored);
    assert_int_equal(small_rows(small, &call.request_id, said, ground), 1);
    assert_string_equal(said, "allowed");
    assert_true(exists(small, &hooked.create.id));
}

static void X1_a_retry_gets_the_first_answer_and_stores_nothing(void **state)
{
    struct small_house *small = *state;
    const struct caller kari = small_caller("kari");
    struct failure failure = {0};
    struct hooked_create first = a_student(small, &failure), second = a_student(small, &failure);
    struct outcome_of_write answers[2];
    struct call call = a_post(small, &kari, "two");
    char said[16], ground[64];

    assert_int_equal(call_write(&call, &hooked_case, &first, &answers[0]), STATUS_OK);
    call.request_id = uuid_new();
    assert_int_equal(call_write(&call, &hooked_case, &second, &answers[1]), STATUS_OK);
    assert_true(answers[1].replayed);
    assert_true(uuid_equal(&answers[0].receipt.id, &answers[1].receipt.id));
    assert_false(second.stored);
    assert_false(exists(small, &second.create.id));
    assert_int_equal(small_rows(small, &call.request_id, said, ground), 1);
    assert_string_equal(said, "replayed");
}

static void X1_another_body_under_the_key_is_refused_with_a_row(void **state)
{
    struct small_house *small = *state;
    const struct caller kari = small_caller("kari");
    struct failure failure = {0};
    struct hooked_create first = a_student(small, &failure), second = a_student(small, &failure);
    struct outcome_of_write outcome;
    struct call call = a_post(small, &kari, "three");
    char said[16], ground[64];

    assert_int_equal(call_write(&call, &hooked_case, &first, &outcome), STATUS_OK);
    call.fingerprint = "{\"body\":2}";
    call.request_id = uuid_new();
    assert_int_equal(call_write(&call, &hooked_case, &second, &outcome), STATUS_KEY_REUSED);
    assert_int_equal(small_rows(small, &call.request_id, said, ground), 1);
    assert_string_equal(ground, "key-reused");
}

/* "It re-reads the facts its grant rests on, decides again": a right that ends after the first look is gone. */
static void G1_a_right_that_ends_before_the_writer_is_refused_there(void **state)
{
    struct small_house *small = *state;
    const struct caller kari = small_caller("kari");
    const struct call call = a_post(small, &kari, "four");
    struct failure failure = {0};
    struct hooked_create hooked = a_student(small, &failure);
    struct outcome_of_write outcome;
    char said[16], ground[64];

    hooked.sql_before_apply =
        "UPDATE membership SET until_day = 1 WHERE person_id = x'c0020000000000000000000000000000'";
    assert_int_equal(call_write(&call, &hooked_case, &hooked, &outcome), STATUS_FORBIDDEN);
    assert_int_equal(hooked.finished, 1);
    assert_false(hooked.stored);
    assert_false(exists(small, &hooked.create.id));
    assert_int_equal(small_rows(small, &call.request_id, said, ground), 1);
    assert_string_equal(said, "refused");
    small_sql(small,
              "UPDATE membership SET until_day = 2147483647 WHERE person_id = x'c0020000000000000000000000000000'");
}

static void V4_a_change_that_the_domain_refuses_stores_nothing_but_its_row(void **state)
{
    struct small_house *small = *state;
    const struct caller kari = small_caller("kari");
    const struct call call = a_post(small, &kari, "five");
    struct failure failure = {0};
    struct hooked_create hooked = a_student(small, &failure);
    struct outcome_of_write outcome;
    char said[16], ground[64];

    hooked.apply_ends = STATUS_STUDENT_KNOWN;
    assert_int_equal(call_write(&call, &hooked_case, &hooked, &outcome), STATUS_STUDENT_KNOWN);
    assert_false(hooked.stored);
    assert_false(exists(small, &hooked.create.id));
    assert_int_equal(small_rows(small, &call.request_id, said, ground), 1);
    assert_string_equal(said, "refused");
    assert_string_equal(ground, "student-known");
}

static void a_change_that_breaks_stores_nothing_and_has_no_row(void **state)
{
    struct small_house *small = *state;
    const struct caller kari = small_caller("kari");
    const struct call call = a_post(small, &kari, "six");
    struct failure failure = {0};
    struct hooked_create hooked = a_student(small, &failure);
    struct outcome_of_write outcome;
    char said[16], ground[64];

    hooked.apply_ends = STATUS_INTERNAL;
    assert_int_equal(call_write(&call, &hooked_case, &hooked, &outcome), STATUS_INTERNAL);
    assert_false(exists(small, &hooked.create.id));
    assert_int_equal(small_rows(small, &call.request_id, said, ground), 0);
}

static void S1_who_may_not_create_prepares_nothing(void **state)
{
    struct small_house *small = *state;
    const struct caller colleague = small_caller("colleague");
    const struct call call = a_post(small, &colleague, "seven");
    struct failure failure = {0};
    struct hooked_create hooked = a_student(small, &failure);
    struct outcome_of_write outcome;
    char said[16], ground[64];

    assert_int_equal(call_write(&call, &hooked_case, &hooked, &outcome), STATUS_FORBIDDEN);
    assert_int_equal(hooked.prepared, 0);
    assert_int_equal(small_rows(small, &call.request_id, said, ground), 1);
    assert_string_equal(ground, "S1.forbidden");
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
        cmocka_unit_test(S1_who_may_not_create_prepares_nothing),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
