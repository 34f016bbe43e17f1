/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a list of personsaker gathered is a hint: what moves before its page is shown is decided anew, and beyond a bound only those with
 * the newest activity are looked through (P3).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/codec.h"
#include "domain/personsak_list.h"
#include "domain/personsak_open.h"
#include "unit/small_house.h"

/* A list that finds the store changed once it has gathered. */
struct late {
    struct personsak_list list; /* first: the use case reads it as its own */
    struct small_house *small;
    const char *sql; /* NULL: nothing changes */
};

static enum status late_sift(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                             void *input)
{
    const struct late *late = input;

    TRY(personsak_list_case.sift(vault, keys, arena, input));
    if (late->sql != NULL)
        small_sql(late->small, late->sql);
    return STATUS_OK;
}

static void run(struct late *late, const char *who)
{
    const struct caller caller = small_caller(who);
    const struct call call = small_call(late->small, &caller, "listPersonsaker");
    struct read_case what = personsak_list_case;

    what.sift = late_sift;
    late->list.page.limit = 1;
    assert_int_equal(call_read(&call, &what, late), STATUS_OK);
}

static struct personsak_id new_personsak(struct small_house *small)
{
    const struct caller rektor = small_caller("rektor");
    const struct call call = small_call(small, &rektor, "openPersonsak");
    struct failure failure = {0};
    struct outcome_of_write outcome;
    struct personsak_open open = {.student = SMALL_STUDENT,
                                  .school = SMALL_SCHOOL,
                                  .new = {.sakstype = "skolemiljo",
                                          .category = "mobbing",
                                          .description = "Zwliste",
                                          .has_saksbehandler = true,
                                          .saksbehandler = SMALL_COLLEAGUE,
                                          .failure = &failure}};

    assert_int_equal(call_write(&call, &personsak_open_case, &open, &outcome), STATUS_OK);
    return (struct personsak_id){outcome.receipt.id};
}

/* The change, made to this personsak. */
static const char *made_to(char *sql, size_t size, const char *change, const struct personsak_id *id)
{
    char hex[2 * sizeof id->uuid.bytes + 1];

    hex_encode(id->uuid.bytes, sizeof id->uuid.bytes, hex);
    assert_true((size_t)snprintf(sql, size, "%s WHERE personsak_id = x'%s'", change, hex) < size);
    return sql;
}

static void P3_who_is_no_handler_any_more_when_the_page_is_shown_is_shown_nothing_and_no_total(void **state)
{
    const struct personsak_id id = new_personsak(*state);
    struct late still = {.small = *state}, late = {.small = *state};
    char sql[256];

    run(&still, "colleague");
    assert_int_equal(still.list.page.n, 1);
    assert_true(still.list.total.known);
    assert_int_equal(still.list.total.value, 1);

    late.sql = made_to(sql, sizeof sql, "UPDATE personsak_handler SET until_at = 1, until_by = from_by", &id);
    run(&late, "colleague");
    assert_int_equal(late.list.page.n, 0);
    assert_false(late.list.total.known);
}

/* It was gathered, and so counted, and is not shown. */
static void assert_dropped(struct late *late)
{
    run(late, "colleague");
    assert_int_equal(late->list.page.n, 0);
    assert_true(late->list.total.known);
    assert_int_equal(late->list.total.value, 1);
}

static void P3_one_that_is_closed_before_the_page_is_shown_is_not_shown_as_open_or_due(void **state)
{
    static const unsigned filters[] = {PERSONSAK_LIST_OPEN, PERSONSAK_LIST_DUE};
    const struct personsak_id id = new_personsak(*state);
    char sql[256];

    small_sql(*state,
              "INSERT INTO departure SELECT personsak_id, organisation_id, student_id, school_id, key_id, x'00',"
              " 99999, 0, 1, NULL, 1 FROM personsak");
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct late late = {.small = *state, .sql = made_to(sql, sizeof sql, "UPDATE personsak SET closed = 1", &id)};
        late.list.page.position.given = filters[i];
        small_sql(*state, "UPDATE personsak SET closed = 0");
        assert_dropped(&late);
    }
}

static void P3_one_that_is_filed_anew_before_the_page_is_shown_is_not_shown_as_what_it_was(void **state)
{
    const struct personsak_id id = new_personsak(*state);
    struct late late = {.small = *state, .list = {.sakstype = "skolemiljo"}};
    char sql[256];

    small_sql(*state,
              "INSERT INTO personsak_header SELECT personsak_id, 2, 2, sakstype, category, description, changed_by,"
              " changed_at FROM personsak_header");
    late.sql = made_to(sql, sizeof sql, "UPDATE personsak SET header = 2", &id);
    assert_dropped(&late);
}

static void P3_beyond_the_bound_those_with_the_newest_activity_are_looked_through(void **state)
{
    const struct personsak_id newest = new_personsak(*state);
    struct late late = {.small = *state};

    small_sql(*state, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)"
                      " INSERT INTO personsak SELECT randomblob(16), p.organisation_id, p.school_id, p.student_id,"
                      " randomblob(16), 0, 1, p.opened_by, 1, 1, 1 FROM n, (SELECT * FROM personsak LIMIT 1) p");
    run(&late, "rektor");
    assert_int_equal(late.list.total.value, PERSONSAK_LIST_CANDIDATES);
    assert_int_equal(late.list.page.n, 1);
    assert_true(uuid_equal(&late.list.summaries[0].id.uuid, &newest.uuid));
    assert_non_null(late.list.page.next_token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            P3_who_is_no_handler_any_more_when_the_page_is_shown_is_shown_nothing_and_no_total, small_house_setup,
            small_house_teardown),
        cmocka_unit_test_setup_teardown(P3_one_that_is_closed_before_the_page_is_shown_is_not_shown_as_open_or_due,
                                        small_house_setup, small_house_teardown),
        cmocka_unit_test_setup_teardown(P3_one_that_is_filed_anew_before_the_page_is_shown_is_not_shown_as_what_it_was,
                                        small_house_setup, small_house_teardown),
        cmocka_unit_test_setup_teardown(P3_beyond_the_bound_those_with_the_newest_activity_are_looked_through,
                                        small_house_setup, small_house_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
