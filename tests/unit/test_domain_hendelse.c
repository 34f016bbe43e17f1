/* SPDX-License-Identifier: EUPL-1.2 */
/* What happens to a hendelse, or to its personsak, in the middle of a call about it (P6, P7, P10, X2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "domain/hendelse.h"
#include "domain/personsak_open.h"
#include "unit/small_house.h"

/* ---- Making and asking -------------------------------------------------------------------------------------------------- */

static enum status write_as(struct small_house *small, const char *who, const char *operation,
                            const struct write_case *what, void *input, struct uuid *ret_id)
{
    const struct caller caller = small_caller(who);
    const struct call call = small_call(small, &caller, operation);
    struct outcome_of_write outcome;

    enum status status = call_write(&call, what, input, &outcome);
    if (status == STATUS_OK)
        *ret_id = outcome.receipt.id;
    return status;
}

/* Led by kari, handled by the colleague besides. */
static struct personsak_id open_personsak(struct small_house *small)
{
    struct failure failure = {0};
    struct personsak_open open = {
        .student = SMALL_STUDENT,
        .school = SMALL_SCHOOL,
        .new = {.sakstype = "skolemiljo",
                .category = "mobbing",
                .description = "Utenfor",
                .medsaksbehandlere = &SMALL_COLLEAGUE,
                .n_medsaksbehandlere = 1,
                .failure = &failure},
    };
    struct personsak_id id;

    assert_int_equal(write_as(small, "rektor", "openPersonsak", &personsak_open_case, &open, &id.uuid), STATUS_OK);
    return id;
}

static struct hendelse_add new_hendelse(const struct personsak_id *personsak, struct failure *failure)
{
    return (struct hendelse_add){.personsak = *personsak,
                                 .kind = "samtale",
                                 .category = "mobbing",
                                 .text = "Snakket med eleven",
                                 .happened_at = 1000,
                                 .failure = failure};
}

static struct uuid add_hendelse(struct small_house *small, const struct personsak_id *personsak)
{
    struct failure failure = {0};
    struct hendelse_add add = new_hendelse(personsak, &failure);
    struct uuid id;

    assert_int_equal(write_as(small, "kari", "addHendelse", &hendelse_add_case, &add, &id), STATUS_OK);
    return id;
}

static void strike(struct small_house *small, const struct uuid *id)
{
    struct strike_write write = {.kind = &hendelse_strike, .id = *id, .reason = "Feil elev"};
    struct uuid ignored;

    assert_int_equal(write_as(small, "rektor", "strikeHendelse", &strike_case, &write, &ignored), STATUS_OK);
}

static void amend(struct small_house *small, const struct uuid *id, const char *kind, int64_t happened_at)
{
    struct failure failure = {0};
    struct hendelse_amend change = {
        .id = *id, .kind = kind, .happened_at = {happened_at != 0, happened_at}, .failure = &failure};
    struct uuid ignored;

    assert_int_equal(write_as(small, "kari", "amendHendelse", &hendelse_amend_case, &change, &ignored), STATUS_OK);
}

/* ---- A list by kind, and what happens between looking for it and fetching it ---------------------------------------------- */

struct hooked_list {
    struct hendelse_list list; /* first */
    struct small_house *small;
    struct uuid hendelse;
    void (*meanwhile)(struct small_house *small, const struct uuid *hendelse);
};

static enum status hooked_sift(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                               void *input)
{
    struct hooked_list *hooked = input;

    TRY(hendelse_filtered_case.sift(vault, keys, arena, input));
    assert_int_equal(hooked->list.n_candidates, 1);
    hooked->meanwhile(hooked->small, &hooked->hendelse);
    return STATUS_OK;
}

static size_t shown_after(struct small_house *small, const char *who,
                          void (*meanwhile)(struct small_house *small, const struct uuid *hendelse))
{
    struct read_case what = hendelse_filtered_case;
    struct hooked_list hooked = {.small = small, .meanwhile = meanwhile};
    const struct caller caller = small_caller(who);
    const struct call call = small_call(small, &caller, "listHendelser");

    what.sift = hooked_sift;
    hooked.list.personsak = open_personsak(small);
    hooked.list.filter.kind = "samtale";
    hooked.list.page.limit = LISTING_MAX;
    hooked.hendelse = add_hendelse(small, &hooked.list.personsak);
    assert_int_equal(call_read(&call, &what, &hooked), STATUS_OK);
    return hooked.list.page.n;
}

static void nothing_happens(struct small_house *small, const struct uuid *hendelse)
{
    (void)small;
    (void)hendelse;
}

static void becomes_a_meeting(struct small_house *small, const struct uuid *hendelse)
{
    amend(small, hendelse, "mote", 0);
}

static void is_moved_in_time(struct small_house *small, const struct uuid *hendelse)
{
    amend(small, hendelse, NULL, 2000);
}

static void is_worded_anew(struct small_house *small, const struct uuid *hendelse)
{
    amend(small, hendelse, "samtale", 1000);
}

static void P10_what_is_struck_before_it_is_fetched_is_not_found_by_its_kind(void **state)
{
    assert_int_equal(shown_after(*state, "colleague", nothing_happens), 1);
    assert_int_equal(shown_after(*state, "colleague", strike), 0);
}

static void P3_what_is_another_kind_before_it_is_fetched_is_not_shown_as_this(void **state)
{
    assert_int_equal(shown_after(*state, "rektor", becomes_a_meeting), 0);
    assert_int_equal(shown_after(*state, "rektor", is_moved_in_time), 0); /* met again, where it now stands */
    assert_int_equal(shown_after(*state, "rektor", is_worded_anew), 1);
}

/* ---- A change, and what happens between preparing and storing it ---------------------------------------------------------- */

struct hooked_add {
    struct hendelse_add add; /* first */
    struct small_house *small;
    const char *sql; /* run from outside, once */
};

static enum status hooked_add_prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                      void *input)
{
    struct hooked_add *hooked = input;

    TRY(hendelse_add_case.prepare(vault, keys, arena, input));
    if (hooked->sql != NULL)
        small_sql(hooked->small, hooked->sql);
    hooked->sql = NULL;
    return STATUS_OK;
}

static enum status add_while(struct small_house *small, const struct personsak_id *personsak, const char *sql)
{
    struct write_case what = hendelse_add_case;
    struct failure failure = {0};
    struct hooked_add hooked = {.add = new_hendelse(personsak, &failure), .small = small, .sql = sql};
    struct uuid ignored;

    what.prepare = hooked_add_prepare;
    return write_as(small, "kari", "addHendelse", &what, &hooked, &ignored);
}

static void P6_a_hendelse_that_comes_while_its_personsak_is_closed_is_refused_whole(void **state)
{
    struct small_house *small = *state;
    const struct personsak_id personsak = open_personsak(small);
    const int64_t before = small_count(small, "SELECT COUNT(*) FROM hendelse_version");

    assert_int_equal(add_while(small, &personsak, "UPDATE personsak SET closed = 1"), STATUS_CLOSED);
    assert_int_equal(small_count(small, "SELECT COUNT(*) FROM hendelse_version"), before);
    assert_int_equal(small_count(small, "SELECT COUNT(*) FROM activity WHERE ground = 'closed'"), 1);
    /* The other way round it is recorded, sealed anew. */
    assert_int_equal(add_while(small, &personsak, "UPDATE personsak SET closed = 0"), STATUS_OK);
    assert_int_equal(small_count(small, "SELECT COUNT(*) FROM hendelse_version"), before + 1);
}

static void P4_who_is_taken_off_while_they_write_has_written_nothing(void **state)
{
    struct small_house *small = *state;
    const struct personsak_id personsak = open_personsak(small);
    const int64_t before = small_count(small, "SELECT COUNT(*) FROM hendelse");

    assert_int_equal(
        add_while(small, &personsak, "UPDATE personsak_handler SET until_at = 1, until_by = person_id WHERE leads = 1"),
        STATUS_NOT_FOUND);
    assert_int_equal(small_count(small, "SELECT COUNT(*) FROM hendelse"), before);
}

/* Two that amend the same version: who comes second is told, and the first stands. */
static void X2_who_amends_what_was_amended_meanwhile_is_told(void **state)
{
    struct small_house *small = *state;
    const struct personsak_id personsak = open_personsak(small);
    const struct uuid id = add_hendelse(small, &personsak);
    const struct caller kari = small_caller("kari");
    struct call call = small_call(small, &kari, "amendHendelse");
    struct failure failure = {0};
    struct hendelse_amend first = {.id = id, .text = "En", .failure = &failure};
    struct hendelse_amend second = {.id = id, .text = "To", .failure = &failure};
    struct outcome_of_write outcome;

    call.conditional = true;
    call.if_match = "1";
    assert_int_equal(call_write(&call, &hendelse_amend_case, &first, &outcome), STATUS_OK);
    assert_int_equal(outcome.receipt.version, 2);
    assert_int_equal(call_write(&call, &hendelse_amend_case, &second, &outcome), STATUS_PRECONDITION_FAILED);

    struct hendelse_read read = {.id = id};
    call = small_call(small, &kari, "getHendelse");
    assert_int_equal(call_read(&call, &hendelse_read_case, &read), STATUS_OK);
    assert_string_equal(read.hendelse.text, "En");
    assert_string_equal(read.hendelse.author_name, "Kari Lund");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(P10_what_is_struck_before_it_is_fetched_is_not_found_by_its_kind),
        cmocka_unit_test(P3_what_is_another_kind_before_it_is_fetched_is_not_shown_as_this),
        cmocka_unit_test(P6_a_hendelse_that_comes_while_its_personsak_is_closed_is_refused_whole),
        cmocka_unit_test(P4_who_is_taken_off_while_they_write_has_written_nothing),
        cmocka_unit_test(X2_who_amends_what_was_amended_meanwhile_is_told),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
