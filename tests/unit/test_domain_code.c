/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which codes a new record may name, and what a new organisation begins with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "domain/code.h"
#include "unit/small_house.h"

static const struct organisation_id another = {{{0xa0, 9}}};

static bool usable(struct small_house *small, const struct organisation_id *organisation, enum code_list list,
                   const char *code)
{
    auto_session session = NULL;
    bool is_usable = false;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    assert_int_equal(code_is_usable(session, organisation, list, code, &is_usable), STATUS_OK);
    return is_usable;
}

static void a_new_organisation_has_every_default_in_use(void **state)
{
    assert_true(small_count(*state, "SELECT count(*) FROM code_default") > 0);
    assert_int_equal(small_count(*state, "SELECT count(*) FROM code_default"),
                     small_count(*state, "SELECT count(*) FROM code WHERE retired = 0 AND version = 1"));
    assert_int_equal(small_count(*state,
                                 "SELECT count(*) FROM code_default d JOIN code c ON c.list = d.list AND c.code ="
                                 " d.code AND c.label_nb = d.label_nb AND c.label_sv = d.label_sv AND"
                                 " c.label_en = d.label_en AND c.position = d.position"),
                     small_count(*state, "SELECT count(*) FROM code"));
}

static void a_code_of_the_list_is_usable(void **state)
{
    assert_true(usable(*state, &SMALL_ORGANISATION, CODE_LIST_SAKSTYPE, "skolemiljo"));
    assert_true(usable(*state, &SMALL_ORGANISATION, CODE_LIST_CASE_CATEGORY, "observasjon"));
    assert_true(usable(*state, &SMALL_ORGANISATION, CODE_LIST_HENDELSE_KIND, "journalnotat"));
    assert_true(usable(*state, &SMALL_ORGANISATION, CODE_LIST_REPORT_CATEGORY, "slagsmal"));
    assert_true(usable(*state, &SMALL_ORGANISATION, CODE_LIST_RETENTION_KIND, "minnesanteckning"));
}

static void what_the_list_does_not_have_is_not(void **state)
{
    assert_false(usable(*state, &SMALL_ORGANISATION, CODE_LIST_SAKSTYPE, "journalnotat"));
    assert_false(usable(*state, &SMALL_ORGANISATION, CODE_LIST_SAKSTYPE, "Skolemiljo"));
    assert_false(usable(*state, &SMALL_ORGANISATION, CODE_LIST_SAKSTYPE, ""));
}

static void another_organisations_code_is_not(void **state)
{
    assert_false(usable(*state, &another, CODE_LIST_SAKSTYPE, "skolemiljo"));
}

static void a_retired_code_is_not_until_it_comes_back(void **state)
{
    small_sql(*state, "UPDATE code SET retired = 1 WHERE list = 'report-category' AND code = 'mobbing'");
    assert_false(usable(*state, &SMALL_ORGANISATION, CODE_LIST_REPORT_CATEGORY, "mobbing"));
    assert_true(usable(*state, &SMALL_ORGANISATION, CODE_LIST_CASE_CATEGORY, "mobbing"));
    small_sql(*state, "UPDATE code SET retired = 0 WHERE list = 'report-category' AND code = 'mobbing'");
    assert_true(usable(*state, &SMALL_ORGANISATION, CODE_LIST_REPORT_CATEGORY, "mobbing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_organisation_has_every_default_in_use),
        cmocka_unit_test(a_code_of_the_list_is_usable),
        cmocka_unit_test(what_the_list_does_not_have_is_not),
        cmocka_unit_test(another_organisations_code_is_not),
        cmocka_unit_test(a_retired_code_is_not_until_it_comes_back),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
