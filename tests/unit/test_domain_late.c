/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a call names may become known, or lead elsewhere, after it was prepared and before it is applied: it is then prepared again, and
 * nothing is sealed with another key than that of whom it is about (C1, X2).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/codec.h"
#include "domain/enrolment.h"
#include "domain/identity.h"
#include "domain/membership.h"
#include "domain/student.h"
#include "domain/tie.h"
#include "unit/small_house.h"

/* A change that finds, once it was prepared for the first time, that what `by` names leads to `to`. */
struct late {
    const struct write_case *what;
    void *input;
    struct small_house *small;
    const struct reference *by;
    struct uuid to;
    int prepared;
};

static void lead(struct small_house *small, const struct mark *mark, const struct uuid *to)
{
    char sql[512], mark_text[2 * sizeof mark->bytes + 1], organisation[33], id[33];

    hex_encode(mark->bytes, sizeof mark->bytes, mark_text);
    hex_encode(SMALL_ORGANISATION.uuid.bytes, sizeof to->bytes, organisation);
    hex_encode(to->bytes, sizeof to->bytes, id);
    snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO blind_index VALUES (x'%s', 'external', x'%s', x'%s')",
             organisation, mark_text, id);
    small_sql(small, sql);
}

static enum status late_ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                              void *input)
{
    const struct late *late = input;

    return late->what->ready(keys, caller, arena, late->input);
}

static enum status late_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct late *late = input;

    return late->what->relate(scene, late->input, ret_relation);
}

static enum status late_prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                void *input)
{
    struct late *late = input;

    TRY(late->what->prepare(vault, keys, arena, late->input));
    if (late->prepared++ == 0)
        lead(late->small, &late->by->mark, &late->to);
    return STATUS_OK;
}

static enum status late_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                              struct relation *relation, struct receipt *ret_receipt)
{
    const struct late *late = input;

    return late->what->apply(scene, tx, grant, late->input, relation, ret_receipt);
}

static const struct write_case late_case = {
    .ready = late_ready, .relate = late_relate, .prepare = late_prepare, .apply = late_apply};

static struct caller registry(void)
{
    struct caller caller = small_caller("registry");

    caller.service = true;
    caller.scopes = SCOPE_PROVISION;
    return caller;
}

/* It is done in the second round, and its external id sealed with the key of `table`'s row `of`. */
static void assert_done_again(struct late *late, const char *table, const struct uuid *of)
{
    const struct caller caller = registry();
    const struct call call = small_call(late->small, &caller, "late");
    struct outcome_of_write outcome;
    char sql[512], object[33], id[33];

    assert_int_equal(call_write(&call, &late_case, late, &outcome), STATUS_OK);
    assert_int_equal(late->prepared, 2);
    hex_encode(outcome.receipt.id.bytes, sizeof outcome.receipt.id.bytes, object);
    hex_encode(of->bytes, sizeof of->bytes, id);
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM external_id e JOIN %s t ON t.key_id = e.key_id WHERE e.object_id = x'%s' AND"
             " t.%s_id = x'%s'",
             table, object, table, id);
    assert_int_equal(small_count(late->small, sql), 1);
}

static struct student_id new_student(struct small_house *small)
{
    const struct caller rektor = small_caller("rektor");
    const struct call call = small_call(small, &rektor, "createStudent");
    struct failure failure = {0};
    struct outcome_of_write outcome;
    struct student_create create = {.school = SMALL_SCHOOL,
                                    .given_name = "Nora",
                                    .family_name = "Berg",
                                    .enrolment = {.until = DAY_FOREVER},
                                    .failure = &failure};

    assert_int_equal(call_write(&call, &student_create_case, &create, &outcome), STATUS_OK);
    return (struct student_id){outcome.receipt.id};
}

/* A put by this id of another system. */
static struct target a_put(enum registry_kind kind, const char *id)
{
    return (struct target){.way = TARGET_PUT, .kind = kind, .external = {"visma", id}};
}

static struct reference by_id_of(const char *id)
{
    return (struct reference){.external = {"visma", id}};
}

static struct reference by_id(const struct uuid *id)
{
    return (struct reference){.by_id = true, .id = *id};
}

static void C1_a_membership_waits_for_the_key_of_a_person_who_came_late(void **state)
{
    struct failure failure = {0};
    struct membership_write write = {.target = a_put(KIND_MEMBERSHIP, "m1"),
                                     .person = by_id_of("late-member"),
                                     .school = by_id(&SMALL_SCHOOL.uuid),
                                     .has_role = true,
                                     .role = ROLE_STAFF,
                                     .failure = &failure};
    struct late late = {&membership_write_case, &write, *state, &write.person, SMALL_COLLEAGUE.uuid, 0};

    assert_done_again(&late, "person", &SMALL_COLLEAGUE.uuid);
}

static void C1_a_login_waits_for_the_key_of_a_person_who_came_late(void **state)
{
    struct failure failure = {0};
    struct identity_write write = {.target = a_put(KIND_IDENTITY, "i1"),
                                   .person = by_id_of("late-login"),
                                   .issuer = "https://login.example",
                                   .subject = "late-login",
                                   .failure = &failure};
    struct late late = {&identity_write_case, &write, *state, &write.person, SMALL_COLLEAGUE.uuid, 0};

    assert_done_again(&late, "person", &SMALL_COLLEAGUE.uuid);
}

static void C1_an_enrolment_waits_for_the_key_of_a_student_who_came_late(void **state)
{
    struct failure failure = {0};
    struct enrolment_write write = {.target = a_put(KIND_ENROLMENT, "e1"),
                                    .student = by_id_of("late-student"),
                                    .school = by_id(&SMALL_OTHER_SCHOOL.uuid),
                                    .failure = &failure};
    struct late late = {&enrolment_write_case, &write, *state, &write.student, SMALL_STUDENT.uuid, 0};

    assert_done_again(&late, "student", &SMALL_STUDENT.uuid);
}

static void C1_a_tie_is_sealed_with_the_key_of_the_student_whom_it_is_about_in_the_end(void **state)
{
    const struct student_id other = new_student(*state);
    struct failure failure = {0};
    struct tie_write write = {.target = a_put(KIND_TIE, "t1"),
                              .student = by_id_of("moved-student"),
                              .person = by_id(&SMALL_COLLEAGUE.uuid),
                              .has_kind = true,
                              .kind = TIE_TEACHER,
                              .failure = &failure};
    struct late before = {&tie_write_case, &write, *state, &write.student, SMALL_STUDENT.uuid, 0};
    struct late late = {&tie_write_case, &write, *state, &write.student, other.uuid, 0};
    const struct caller caller = registry();
    const struct call call = small_call(*state, &caller, "late");
    struct outcome_of_write outcome;

    assert_int_equal(call_write(&call, &late_case, &before, &outcome), STATUS_NOT_FOUND); /* which gives it its mark */
    lead(*state, &write.student.mark, &SMALL_STUDENT.uuid);
    assert_done_again(&late, "student", &other.uuid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(C1_a_membership_waits_for_the_key_of_a_person_who_came_late),
        cmocka_unit_test(C1_a_login_waits_for_the_key_of_a_person_who_came_late),
        cmocka_unit_test(C1_an_enrolment_waits_for_the_key_of_a_student_who_came_late),
        cmocka_unit_test(C1_a_tie_is_sealed_with_the_key_of_the_student_whom_it_is_about_in_the_end),
    };

    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
