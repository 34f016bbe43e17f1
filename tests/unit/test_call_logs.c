/* SPDX-License-Identifier: EUPL-1.2 */
/* The logs of a house as they are signed without being asked: news, nothing new, damage; and what a school's log does not tell (V1, V3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "activity/tree.h"
#include "call/figures.h"
#include "domain/log_office.h"
#include "proof/checkpoint.h"
#include "unit/small_house.h"

static const char unsigned_trees[] = "SELECT count(*) FROM activity_tree t LEFT JOIN checkpoint c ON c.tree_id = "
                                     "t.tree_id WHERE t.size > COALESCE(c.size, 0)";

/* ---- Rows of our own ---------------------------------------------------------------------------------------------------- */

static enum status run_nothing(struct tx *tx, struct job *job)
{
    (void)tx;
    (void)job;
    return STATUS_OK;
}

/* One row at the school, to be withheld from it or not. */
static void append(struct small_house *small, bool withheld)
{
    const struct activity_row row = {
        .organisation = SMALL_ORGANISATION,
        .actor_kind = ACTOR_PERSON,
        .actor = {true, SMALL_KARI.uuid},
        .operation = "createNote",
        .object_kind = "note",
        .object = {true, uuid_new()},
        .student = {true, SMALL_STUDENT.uuid},
        .school = {true, SMALL_SCHOOL.uuid},
        .withheld_from_school = withheld,
        .outcome = OUTCOME_ALLOWED,
        .ground = "N1.tie.contactTeacher",
        .request = uuid_new(),
    };
    struct logged_job job = {.job = {.run = run_nothing, .arena = small->arena, .bytes = 512, .keeps_itself = true},
                             .rows = &row,
                             .n_rows = 1};

    assert_int_equal(store_write(small->house->store, &job.job), STATUS_OK);
}

struct newest {
    struct checkpoint said;
    char note[4096];
    bool signed_by_us;
};

/* The newest checkpoint of a tree, read as a verifier would. */
static struct newest newest_of(struct small_house *small, const struct uuid *tree)
{
    const struct log_office *office = house_log(small->house);
    struct newest newest;
    struct log_signed found;
    struct note_key key;
    struct note note;
    auto_session session = NULL;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    assert_int_equal(log_newest(session, tree, &found), STATUS_OK);
    assert_int_equal(note_parse(found.note, strlen(found.note), &note), STATUS_OK);
    assert_int_equal(checkpoint_parse(note.text, note.text_len, &newest.said), STATUS_OK);
    assert_true(newest.said.size == found.size);
    log_key(office, tree, 0, &key);
    newest.signed_by_us = note_verify(&note, &key, NULL) == NOTE_SIGNED;
    (void)snprintf(newest.note, sizeof newest.note, "%s", found.note);
    return newest;
}

/* ---- Signing ------------------------------------------------------------------------------------------------------------ */

static void V3_every_log_with_news_is_signed_and_only_then(void **state)
{
    struct small_house *small = *state;
    struct house_figures figures;

    assert_true(small_count(small, unsigned_trees) > 0);
    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    assert_int_equal(small_count(small, unsigned_trees), 0);
    const struct newest before = newest_of(small, &SMALL_ORGANISATION.uuid);
    assert_true(before.signed_by_us);
    house_figures(small->house, &figures);
    const uint64_t made = figures.log.made;
    assert_true(made > 0 && figures.log.refused == 0 && figures.log.unsigned_ms == 0);

    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    house_figures(small->house, &figures);
    assert_true(figures.log.made == made);
    append(small, false);
    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    house_figures(small->house, &figures);
    assert_true(figures.log.made == made + 1);
    assert_string_equal(newest_of(small, &SMALL_ORGANISATION.uuid).note, before.note);
}

static void V3_a_draft_of_nothing_new_is_the_checkpoint_that_stands(void **state)
{
    struct small_house *small = *state;
    struct log_office *office = house_log(small->house);
    struct log_draft draft;

    assert_int_equal(log_make(office, &SMALL_SCHOOL.uuid, small->arena), STATUS_OK);
    assert_int_equal(log_draft(office, &SMALL_SCHOOL.uuid, small->arena, &draft), STATUS_OK);
    assert_false(draft.is_new);
    assert_string_equal(draft.note, newest_of(small, &SMALL_SCHOOL.uuid).note);
    append(small, false);
    assert_int_equal(log_draft(office, &SMALL_SCHOOL.uuid, small->arena, &draft), STATUS_OK);
    assert_true(draft.is_new && draft.size == newest_of(small, &SMALL_SCHOOL.uuid).said.size + 1);
    assert_int_equal(log_draft(office, &SMALL_KARI.uuid, small->arena, &draft), STATUS_NOT_FOUND);
}

static void V3_a_log_that_is_damaged_is_not_signed_and_holds_up_no_other(void **state)
{
    struct small_house *small = *state;
    struct house_figures figures;

    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    const struct newest before = newest_of(small, &SMALL_ORGANISATION.uuid);
    append(small, false);
    append(small, true);
    small_sql(small, "UPDATE activity_tree SET frontier = zeroblob(length(frontier)) WHERE school_id IS NULL");
    assert_int_equal(call_sign_logs(small->house), STATUS_CORRUPT);
    assert_int_equal(small_count(small, unsigned_trees), 1);
    assert_string_equal(newest_of(small, &SMALL_ORGANISATION.uuid).note, before.note);
    house_figures(small->house, &figures);
    assert_true(figures.log.refused == 1);
    (void)usleep(5000);
    house_figures(small->house, &figures);
    assert_true(figures.log.unsigned_ms > 0);
}

static void V3_after_a_start_what_was_signed_before_is_looked_at_too(void **state)
{
    struct small_house *small = *state;

    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    small_house_reopen(small);
    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    small_sql(small, "UPDATE checkpoint SET note = replace(note, 'trygg/', 'gytrg/')");
    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    small_house_reopen(small);
    assert_int_equal(call_sign_logs(small->house), STATUS_CORRUPT);
}

/* It has nothing to say of who signed. */
static void V3_a_house_without_keys_refuses_no_log(void **state)
{
    struct small_house *small = *state;
    struct house_figures figures;

    append(small, false);
    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    log_close_keys(&small->house->log.office);
    append(small, false);
    assert_int_equal(call_check_log_keys(small->house), STATUS_INTERNAL);
    assert_int_equal(call_sign_logs(small->house), STATUS_INTERNAL);
    house_figures(small->house, &figures);
    assert_true(figures.log.refused == 0);
}

static void V3_a_forged_line_beside_a_good_one_is_not_gone_on_from(void **state)
{
    struct small_house *small = *state;
    enum signing_fault fault;

    assert_int_equal(signing_keys_add(small->log_key, &fault), STATUS_OK);
    small_house_reopen(small);
    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    small_house_reopen(small);
    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    small_sql(small, "UPDATE checkpoint SET note = substr(note, 1, length(note) - 24) || 'AAAAAAAAAAAA' || "
                     "substr(note, length(note) - 11)");
    small_house_reopen(small);
    assert_int_equal(call_sign_logs(small->house), STATUS_CORRUPT);
}

/* ---- What a school learns ----------------------------------------------------------------------------------------------- */

static void V1_a_row_that_is_withheld_from_a_school_grows_the_organisations_log_alone(void **state)
{
    struct small_house *small = *state;

    append(small, false);
    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    const struct newest school = newest_of(small, &SMALL_SCHOOL.uuid);
    const struct newest organisation = newest_of(small, &SMALL_ORGANISATION.uuid);
    for (int i = 0; i < 5; i++)
        append(small, true);
    assert_int_equal(call_sign_logs(small->house), STATUS_OK);
    assert_int_equal(log_make(house_log(small->house), &SMALL_SCHOOL.uuid, small->arena), STATUS_OK);
    assert_string_equal(newest_of(small, &SMALL_SCHOOL.uuid).note, school.note);
    assert_true(newest_of(small, &SMALL_ORGANISATION.uuid).said.size == organisation.said.size + 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define FRESH(test) cmocka_unit_test_setup_teardown(test, small_house_setup, small_house_teardown)
        FRESH(V3_every_log_with_news_is_signed_and_only_then),
        FRESH(V3_a_draft_of_nothing_new_is_the_checkpoint_that_stands),
        FRESH(V3_a_log_that_is_damaged_is_not_signed_and_holds_up_no_other),
        FRESH(V3_after_a_start_what_was_signed_before_is_looked_at_too),
        FRESH(V3_a_house_without_keys_refuses_no_log),
        FRESH(V3_a_forged_line_beside_a_good_one_is_not_gone_on_from),
        FRESH(V1_a_row_that_is_withheld_from_a_school_grows_the_organisations_log_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
