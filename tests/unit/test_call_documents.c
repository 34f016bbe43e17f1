/* SPDX-License-Identifier: EUPL-1.2 */
/* Uploads that nobody went on with, and documents handed out part by part (P6, C3).
 * May not need HTTP.
 * Rows are put in from outside where it is time that has to pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/clock.h"
#include "domain/document.h"
#include "unit/small_house.h"

#include <stdio.h>

/* Four unfinished documents of three parts, one whole one; all older than a day but the second, and the third is struck. */
static void put_documents(struct small_house *small)
{
    char text[2048];
    const long long now = clock_now(), old = now - 25LL * 3600 * 1000;

    small_sql(small, "INSERT INTO personsak SELECT randomblob(16), o.organisation_id, s.school_id, t.student_id, "
                     "randomblob(16), 0, 0, "
                     "p.person_id, 0, 1, 1 FROM organisation o, school s, student t, person p LIMIT 1");
    small_sql(small, "INSERT INTO hendelse SELECT randomblob(16), personsak_id, opened_by, 0, 0, 1 FROM personsak");
    snprintf(text, sizeof text,
             "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) "
             "INSERT INTO document SELECT CAST('document-number' || i AS BLOB), personsak_id, hendelse_id, author_id, "
             "x'01', x'01', "
             "40 - 10 * (i = 5), 30, 3, 0, CASE i WHEN 2 THEN %lld ELSE %lld - i END, 4 FROM n, hendelse",
             now, old);
    small_sql(small, text);
    small_sql(small, "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2) "
                     "INSERT INTO document_part SELECT document_id, i, 10 * i, 10, 0, randomblob(51) FROM n, document");
    small_sql(small, "INSERT INTO struck SELECT document_id, personsak_id, author_id, 0, x'01' FROM document "
                     "WHERE document_id = CAST('document-number3' AS BLOB)");
}

static void P6_an_upload_is_removed_a_day_after_its_last_part_and_nothing_else_is(void **state)
{
    struct small_house *small = *state;

    put_documents(small);
    assert_int_equal(small_count(small, "SELECT count(*) FROM document"), 5);
    assert_int_equal(call_expire_documents(small->house), STATUS_OK);
    assert_int_equal(small_count(small, "SELECT count(*) FROM document"), 3);
    assert_int_equal(
        small_count(small, "SELECT count(*) FROM document WHERE substr(document_id, 16) IN (x'32', x'33', x'35')"), 3);
    assert_int_equal(small_count(small, "SELECT count(*) FROM document_part"), 9);
    assert_int_equal(small_count(small, "SELECT count(*) FROM document WHERE received = 30 AND parts = 3"), 3);
    assert_int_equal(call_expire_documents(small->house), STATUS_OK);
    assert_int_equal(small_count(small, "SELECT count(*) FROM document"), 3);
}

/* One part at a time; what is left meanwhile is nobody's to go on with. */
struct one_step {
    struct logged_job job;
    bool done;
};

static enum status take_one_step(struct tx *tx, struct job *job)
{
    return document_expire(tx, INT64_MAX, &JOB_OF(one_step, job)->done);
}

static void C3_an_upload_whose_removal_has_begun_is_not_gone_on_with(void **state)
{
    struct small_house *small = *state;
    struct one_step step = {.done = true};

    small_sql(small, "UPDATE document SET touched_at = 1 WHERE document_id = CAST('document-number2' AS BLOB)");
    for (int left = 2; left >= 0; left--) {
        char text[256];
        assert_int_equal(house_run(small->house, small->arena, 1000, take_one_step, &step.job), STATUS_OK);
        assert_false(step.done);
        snprintf(text, sizeof text,
                 "SELECT count(*) FROM document d WHERE d.document_id = CAST('document-number2' AS BLOB) AND d.parts = "
                 "%d AND d.received = %d AND d.touched_at = 0 "
                 "AND %d = (SELECT count(*) FROM document_part p WHERE p.document_id = d.document_id)",
                 left, 10 * left, left);
        assert_int_equal(small_count(small, text), 1);
    }
    assert_int_equal(house_run(small->house, small->arena, 1000, take_one_step, &step.job), STATUS_OK);
    assert_int_equal(small_count(small, "SELECT count(*) FROM document"), 2);
    assert_int_equal(house_run(small->house, small->arena, 1000, take_one_step, &step.job), STATUS_OK);
    assert_true(step.done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(P6_an_upload_is_removed_a_day_after_its_last_part_and_nothing_else_is),
        cmocka_unit_test(C3_an_upload_whose_removal_has_begun_is_not_gone_on_with),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
