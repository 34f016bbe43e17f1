/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The decision table, rule by rule: P1–P10, S2 for handlers, S5, S6, G1, G2 and X7 on them. Each test builds small worlds and asks of each
 * way of standing to the case what it gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/caller.h"
#include "policy/policy.h"

enum { TODAY = 20000, READ_WRITE = SCOPE_READ | SCOPE_WRITE };

static const struct school_id bjorkely = {{{1}}};
static const struct school_id elvebakken = {{{2}}};
static const struct period always = {DAY_ALWAYS, DAY_FOREVER};
static const struct period until_yesterday = {DAY_ALWAYS, TODAY - 1};

/* One person, and what they ask about: a case at Bjørkely, what is in it, or its student, who is enrolled there. */
struct stand {
    struct policy_membership membership;
    struct policy_place place;
    struct policy_tie ties[2];
    struct policy_actor actor;
    struct policy_object object;
};

static void stand_start(struct stand *stand, enum role role, unsigned bonds)
{
    *stand = (struct stand){
        .membership = {bjorkely, role, always},
        .place = {bjorkely, always},
        .actor = {.known = true, .scopes = READ_WRITE, .n_memberships = 1},
        .object = {.exists = true, .n_places = 1, .bonds = bonds},
    };
    stand->actor.memberships = &stand->membership;
    stand->object.places = &stand->place;
    stand->object.ties = stand->ties;
}

static void has_tie(struct stand *stand, enum tie_kind kind, struct period period)
{
    stand->ties[stand->object.n_ties++] = (struct policy_tie){kind, period};
}

/* The ground, or the number of the refusal with "403 " or "404 " before it. What is shown, if the caller asks. */
static const char *told(const struct stand *stand, enum action action, unsigned *ret_shows)
{
    static char text[64];
    auto_arena arena = arena_new(65536);
    struct decision decision;

    assert_non_null(arena);
    assert_int_equal(policy_decide(action, &stand->actor, &stand->object, TODAY, arena, &decision), STATUS_OK);
    if (decision.verdict == VERDICT_ALLOWED) {
        assert_int_equal(grant_action(decision.grant), action);
        if (ret_shows != NULL)
            *ret_shows = grant_shows(decision.grant);
        (void)snprintf(text, sizeof text, "%s", grant_ground(decision.grant));
    } else {
        assert_null(decision.grant);
        (void)snprintf(text, sizeof text, "%s %s", decision.verdict == VERDICT_FORBIDDEN ? "403" : "404",
                       decision.refusal);
    }
    return text;
}

static void assert_told(enum role role, unsigned bonds, enum action action, const char *expected)
{
    struct stand stand;

    stand_start(&stand, role, bonds);
    assert_string_equal(told(&stand, action, NULL), expected);
}

/* Who asks, and what they are told. */
struct expectation {
    enum role role;
    unsigned bonds;
    const char *told;
};

static void assert_each(enum action action, const struct expectation *expectations, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_told(expectations[i].role, expectations[i].bonds, action, expectations[i].told);
}

#define ASSERT_EACH(action, ...)                                                                                       \
    assert_each((action), (const struct expectation[]){__VA_ARGS__},                                                   \
                sizeof(const struct expectation[]){__VA_ARGS__} / sizeof(struct expectation))

/* ---- Proposals ---------------------------------------------------------------------------------------------------------- */

static void P1_any_staff_with_a_tie_proposes(void **state)
{
    static const char *const grounds[TIE_KIND_COUNT] = {
        [TIE_CONTACT_TEACHER] = "P1.tie.contactTeacher",
        [TIE_MENTOR] = "P1.tie.mentor",
        [TIE_TEACHER] = "P1.tie.teacher",
        [TIE_OBSERVER] = "P1.tie.observer",
        [TIE_HEALTH] = "P1.tie.health",
        [TIE_GUARDIAN] = "404 P1.unseen",
    };

    (void)state;
    for (unsigned kind = 0; kind < TIE_KIND_COUNT; kind++) {
        struct stand stand;
        stand_start(&stand, ROLE_STAFF, 0);
        has_tie(&stand, (enum tie_kind)kind, always);
        assert_string_equal(told(&stand, ACTION_PROPOSE_PERSONSAK, NULL), grounds[kind]);
    }
}

static void P1_without_a_tie_nobody_proposes(void **state)
{
    (void)state;
    ASSERT_EACH(ACTION_PROPOSE_PERSONSAK, {ROLE_REKTOR, 0, "403 P1.forbidden"}, {ROLE_ADMIN, 0, "403 P1.forbidden"},
                {ROLE_CASE_OPENER, 0, "403 P1.forbidden"}, {ROLE_STAFF, BOND_ON_CASE, "403 P1.forbidden"},
                {ROLE_STAFF, 0, "404 P1.unseen"}, {ROLE_GUARDIAN, 0, "404 P1.unseen"});
}

static void P1_a_proposal_is_read_by_proposer_rektor_and_case_opener(void **state)
{
    (void)state;
    ASSERT_EACH(ACTION_READ_PROPOSAL, {ROLE_STAFF, BOND_PROPOSER, "P1.proposer"}, {ROLE_REKTOR, 0, "P1.role.rektor"},
                {ROLE_CASE_OPENER, 0, "P1.role.caseOpener"}, {ROLE_ADMIN, 0, "404 P1.unseen"},
                {ROLE_STAFF, 0, "404 P1.unseen"}, {ROLE_STAFF, BOND_LEADS | BOND_HANDLES, "404 P1.unseen"},
                {ROLE_OWNER, 0, "404 P1.unseen"});
}

static void P1_rektor_and_case_opener_decide_and_the_proposer_does_not(void **state)
{
    (void)state;
    ASSERT_EACH(ACTION_DECIDE_PROPOSAL, {ROLE_REKTOR, 0, "P1.role.rektor"}, {ROLE_CASE_OPENER, 0, "P1.role.caseOpener"},
                {ROLE_STAFF, BOND_PROPOSER, "403 P1.forbidden"}, {ROLE_ADMIN, 0, "404 P1.unseen"});
}

static void P1_what_it_became_is_shown_to_those_who_open(void **state)
{
    struct stand stand;
    unsigned shows = 0;

    (void)state;
    stand_start(&stand, ROLE_STAFF, BOND_PROPOSER);
    assert_string_equal(told(&stand, ACTION_READ_PROPOSAL, &shows), "P1.proposer");
    assert_int_equal(shows, 0);
    stand_start(&stand, ROLE_CASE_OPENER, BOND_PROPOSER);
    assert_string_equal(told(&stand, ACTION_READ_PROPOSAL, &shows), "P1.proposer");
    assert_int_equal(shows, SHOW_PERSONSAK);
}

static void X7_the_lists_are_for_staff(void **state)
{
    static const enum action lists[] = {ACTION_LIST_PROPOSALS, ACTION_LIST_PERSONSAKER, ACTION_LIST_DEPARTURES};
    static const char *const grounds[] = {"P1.staff", "P3.staff", "S5.staff"};
    static const char *const refusals[] = {"403 P1.notStaff", "403 P3.notStaff", "403 S5.notStaff"};

    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assert_told(ROLE_HEALTH, 0, lists[i], grounds[i]);
        assert_told(ROLE_STUDENT, 0, lists[i], refusals[i]);
        assert_told(ROLE_GUARDIAN, 0, lists[i], refusals[i]);
    }
}

/* ---- Personsaker -------------------------------------------------------------------------------------------------------- */

static void P2_rektor_and_case_opener_open(void **state)
{
    (void)state;
    ASSERT_EACH(ACTION_OPEN_PERSONSAK, {ROLE_REKTOR, 0, "P2.role.rektor"}, {ROLE_CASE_OPENER, 0, "P2.role.caseOpener"},
                {ROLE_ADMIN, 0, "403 P2.forbidden"}, {ROLE_STAFF, BOND_ON_CASE, "403 P2.forbidden"},
                {ROLE_STAFF, 0, "404 P2.unseen"}, {ROLE_OWNER, 0, "404 P2.unseen"});
}

static void P2_a_tied_contact_teacher_opens_none(void **state)
{
    struct stand stand;

    (void)state;
    stand_start(&stand, ROLE_CONTACT_TEACHER, 0);
    has_tie(&stand, TIE_CONTACT_TEACHER, always);
    assert_string_equal(told(&stand, ACTION_OPEN_PERSONSAK, NULL), "403 P2.forbidden");
}

static void P2_the_student_must_exist(void **state)
{
    struct stand stand;

    (void)state;
    stand_start(&stand, ROLE_REKTOR, 0);
    stand.object = (struct policy_object){.exists = false};
    assert_string_equal(told(&stand, ACTION_OPEN_PERSONSAK, NULL), "404 P2.unseen");
}

static const enum action readings[] = {ACTION_READ_PERSONSAK, ACTION_READ_HENDELSE, ACTION_READ_DOCUMENT};

static void P3_handlers_and_rektor_read_the_case_and_all_in_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
        ASSERT_EACH(readings[i], {ROLE_STAFF, BOND_LEADS, "P3.handler"}, {ROLE_HEALTH, BOND_HANDLES, "P3.coHandler"},
                    {ROLE_REKTOR, 0, "P3.role.rektor"}, {ROLE_REKTOR, BOND_LEADS, "P3.handler"});
}

static void P3_nobody_else_reads_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
        ASSERT_EACH(readings[i], {ROLE_STAFF, 0, "404 P3.unseen"}, {ROLE_ADMIN, 0, "404 P3.unseen"},
                    {ROLE_CASE_OPENER, 0, "404 P3.unseen"}, {ROLE_OWNER, 0, "404 P3.unseen"},
                    {ROLE_AUDITOR, 0, "404 P3.unseen"}, {ROLE_STAFF, BOND_PROPOSER, "404 P3.unseen"},
                    {ROLE_STAFF, BOND_ON_CASE, "404 P3.unseen"});
}

static void P3_being_tied_or_its_author_gives_nothing(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < TIE_KIND_COUNT; kind++) {
        for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
            struct stand stand;
            stand_start(&stand, ROLE_CONTACT_TEACHER, BOND_AUTHOR);
            has_tie(&stand, (enum tie_kind)kind, always);
            assert_string_equal(told(&stand, readings[i], NULL), "404 P3.unseen");
        }
    }
}

static void P3_rektor_of_another_school_sees_nothing(void **state)
{
    struct stand stand;

    (void)state;
    stand_start(&stand, ROLE_REKTOR, 0);
    stand.membership.school = elvebakken;
    assert_string_equal(told(&stand, ACTION_READ_PERSONSAK, NULL), "404 P3.unseen");
    stand.object.bonds = BOND_LEADS;
    assert_string_equal(told(&stand, ACTION_READ_PERSONSAK, NULL), "404 P3.unseen");
}

static void P3_a_client_of_its_own_reads_none(void **state)
{
    struct stand stand;

    (void)state;
    stand_start(&stand, ROLE_REKTOR, BOND_LEADS | BOND_HANDLES | BOND_AUTHOR);
    stand.actor = (struct policy_actor){.service = true, .scopes = ~0U};
    assert_string_equal(told(&stand, ACTION_READ_PERSONSAK, NULL), "404 P3.unseen");
    assert_string_equal(told(&stand, ACTION_LIST_PERSONSAKER, NULL), "403 P3.notStaff");
}

static void P4_P5_P8_saksbehandler_and_rektor_lead(void **state)
{
    static const struct {
        enum action action;
        const char *handler, *rektor, *forbidden, *unseen;
    } cases[] = {
        {ACTION_CHANGE_PERSONSAK, "P4.handler", "P4.role.rektor", "403 P4.forbidden", "404 P4.unseen"},
        {ACTION_CHANGE_HANDLERS, "P4.handler", "P4.role.rektor", "403 P4.forbidden", "404 P4.unseen"},
        {ACTION_HAND_OVER, "P5.handler", "P5.role.rektor", "403 P5.forbidden", "404 P5.unseen"},
        {ACTION_CLOSE_PERSONSAK, "P8.handler", "P8.role.rektor", "403 P8.forbidden", "404 P8.unseen"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ASSERT_EACH(cases[i].action, {ROLE_STAFF, BOND_LEADS, cases[i].handler}, {ROLE_REKTOR, 0, cases[i].rektor},
                    {ROLE_STAFF, BOND_HANDLES, cases[i].forbidden}, {ROLE_ADMIN, 0, cases[i].unseen},
                    {ROLE_CASE_OPENER, 0, cases[i].unseen});
}

static void P8_rektor_alone_reopens(void **state)
{
    (void)state;
    ASSERT_EACH(ACTION_REOPEN_PERSONSAK, {ROLE_REKTOR, 0, "P8.role.rektor"},
                {ROLE_STAFF, BOND_LEADS, "403 P8.forbidden"}, {ROLE_STAFF, BOND_HANDLES, "403 P8.forbidden"},
                {ROLE_CASE_OPENER, 0, "404 P8.unseen"});
}

static void P3_counts_are_rektors(void **state)
{
    (void)state;
    ASSERT_EACH(ACTION_COUNT_PERSONSAKER, {ROLE_REKTOR, 0, "P3.role.rektor"}, {ROLE_ADMIN, 0, "403 P3.forbidden"},
                {ROLE_STAFF, 0, "404 P3.unseen"});
}

static void V1_handlers_and_rektor_read_the_log_of_the_case(void **state)
{
    (void)state;
    ASSERT_EACH(ACTION_READ_PERSONSAK_ACTIVITY, {ROLE_STAFF, BOND_LEADS, "V1.handler"},
                {ROLE_STAFF, BOND_HANDLES, "V1.coHandler"}, {ROLE_REKTOR, 0, "V1.role.rektor"},
                {ROLE_ADMIN, 0, "404 V1.unseen"}, {ROLE_AUDITOR, 0, "404 V1.unseen"});
}

/* ---- What is in them ---------------------------------------------------------------------------------------------------- */

static void P6_those_who_read_the_case_add_to_it(void **state)
{
    static const enum action adding[] = {ACTION_ADD_HENDELSE, ACTION_ADD_DOCUMENT};

    (void)state;
    for (size_t i = 0; i < sizeof adding / sizeof *adding; i++)
        ASSERT_EACH(adding[i], {ROLE_STAFF, BOND_LEADS, "P6.handler"}, {ROLE_STAFF, BOND_HANDLES, "P6.coHandler"},
                    {ROLE_REKTOR, 0, "P6.role.rektor"}, {ROLE_STAFF, BOND_AUTHOR, "404 P6.unseen"},
                    {ROLE_ADMIN, 0, "404 P6.unseen"});
}

static void P6_who_has_announced_a_document_sends_it(void **state)
{
    (void)state;
    ASSERT_EACH(ACTION_SEND_DOCUMENT, {ROLE_STAFF, BOND_AUTHOR | BOND_HANDLES, "P6.author.coHandler"},
                {ROLE_STAFF, BOND_AUTHOR | BOND_LEADS, "P6.author.handler"},
                {ROLE_REKTOR, BOND_AUTHOR, "P6.author.rektor"}, {ROLE_REKTOR, 0, "403 P6.forbidden"},
                {ROLE_STAFF, BOND_LEADS, "403 P6.forbidden"}, {ROLE_STAFF, BOND_AUTHOR, "404 P6.unseen"});
}

static void P7_the_author_amends_while_within_P3(void **state)
{
    (void)state;
    ASSERT_EACH(ACTION_AMEND_HENDELSE, {ROLE_STAFF, BOND_AUTHOR | BOND_HANDLES, "P7.author.coHandler"},
                {ROLE_STAFF, BOND_AUTHOR | BOND_LEADS, "P7.author.handler"},
                {ROLE_REKTOR, BOND_AUTHOR, "P7.author.rektor"}, {ROLE_REKTOR, 0, "403 P7.forbidden"},
                {ROLE_STAFF, BOND_LEADS, "403 P7.forbidden"}, {ROLE_STAFF, BOND_AUTHOR, "404 P7.unseen"});
}

static void P10_author_and_rektor_strike(void **state)
{
    static const enum action striking[] = {ACTION_STRIKE_HENDELSE, ACTION_STRIKE_DOCUMENT};

    (void)state;
    for (size_t i = 0; i < sizeof striking / sizeof *striking; i++)
        ASSERT_EACH(striking[i], {ROLE_STAFF, BOND_AUTHOR | BOND_HANDLES, "P10.author.coHandler"},
                    {ROLE_STAFF, BOND_AUTHOR | BOND_LEADS, "P10.author.handler"},
                    {ROLE_REKTOR, BOND_AUTHOR, "P10.author.rektor"}, {ROLE_REKTOR, 0, "P10.role.rektor"},
                    {ROLE_STAFF, BOND_LEADS, "403 P10.forbidden"}, {ROLE_STAFF, BOND_AUTHOR, "404 P10.unseen"});
}

static void P10_what_was_struck_is_shown_to_rektor_only(void **state)
{
    static const enum action contents[] = {ACTION_READ_HENDELSE, ACTION_READ_DOCUMENT};
    static const unsigned all_but_rektor = BOND_LEADS | BOND_HANDLES | BOND_AUTHOR;

    (void)state;
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        struct stand stand;
        unsigned shows = 0;
        stand_start(&stand, ROLE_STAFF, all_but_rektor);
        assert_string_equal(told(&stand, contents[i], &shows), "P3.handler");
        assert_int_equal(shows, 0);
        stand_start(&stand, ROLE_REKTOR, all_but_rektor);
        assert_string_equal(told(&stand, contents[i], &shows), "P3.handler");
        assert_int_equal(shows, SHOW_STRUCK);
    }
}

/* ---- Students, departures ----------------------------------------------------------------------------------------------- */

static void S2_a_handler_reads_the_card_of_the_student(void **state)
{
    struct stand stand;
    unsigned shows = 0;

    (void)state;
    stand_start(&stand, ROLE_STAFF, BOND_ON_CASE);
    assert_string_equal(told(&stand, ACTION_READ_STUDENT, &shows), "S2.handler");
    assert_int_equal(shows, SHOW_GROUP | SHOW_CARD); /* S7: no group of a protected person */
    assert_told(ROLE_STAFF, BOND_LEADS | BOND_HANDLES | BOND_PROPOSER | BOND_AUTHOR, ACTION_READ_STUDENT,
                "404 S2.unseen");
    assert_told(ROLE_STAFF, BOND_ON_CASE, ACTION_NAME_STUDENT, "403 S4.forbidden");
}

static void S5_rektor_and_admin_record_a_departure(void **state)
{
    (void)state;
    ASSERT_EACH(ACTION_RECORD_DEPARTURE, {ROLE_REKTOR, 0, "S5.role.rektor"}, {ROLE_ADMIN, 0, "S5.role.admin"},
                {ROLE_CASE_OPENER, 0, "403 S5.forbidden"}, {ROLE_STAFF, BOND_ON_CASE, "403 S5.forbidden"},
                {ROLE_STAFF, 0, "404 S5.unseen"});
    ASSERT_EACH(ACTION_WITHDRAW_DEPARTURE, {ROLE_REKTOR, 0, "S5.role.rektor"}, {ROLE_ADMIN, 0, "S5.role.admin"},
                {ROLE_STAFF, BOND_LEADS, "404 S5.unseen"});
}

static void S5_a_client_records_with_provision(void **state)
{
    static const enum action actions[] = {ACTION_RECORD_DEPARTURE, ACTION_READ_DEPARTURE, ACTION_WITHDRAW_DEPARTURE};
    struct stand stand;

    (void)state;
    stand_start(&stand, ROLE_STAFF, 0);
    stand.actor = (struct policy_actor){.service = true, .scopes = SCOPE_PROVISION};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        assert_string_equal(told(&stand, actions[i], NULL), "S5.client.provision");
    assert_string_equal(told(&stand, ACTION_COMPLETE_DEPARTURE, NULL), "403 S6.forbidden");
    stand.actor.scopes = SCOPE_CHANGES;
    assert_string_equal(told(&stand, ACTION_READ_DEPARTURE, NULL), "404 S5.unseen");
}

static void S6_what_is_due_is_shown_to_rektor_who_completes(void **state)
{
    static const enum role roles[] = {ROLE_REKTOR, ROLE_ADMIN};
    static const unsigned shown[] = {SHOW_DUE, 0};

    (void)state;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        struct stand stand;
        unsigned shows = 99;
        stand_start(&stand, roles[i], 0);
        (void)told(&stand, ACTION_READ_DEPARTURE, &shows);
        assert_int_equal(shows, shown[i]);
    }
    ASSERT_EACH(ACTION_COMPLETE_DEPARTURE, {ROLE_REKTOR, 0, "S6.role.rektor"}, {ROLE_ADMIN, 0, "403 S6.forbidden"},
                {ROLE_STAFF, BOND_LEADS, "404 S6.unseen"});
}

static void S6_rektor_closes_many(void **state)
{
    (void)state;
    ASSERT_EACH(ACTION_CLOSE_PERSONSAKER, {ROLE_REKTOR, 0, "S6.role.rektor"},
                {ROLE_STAFF, BOND_LEADS, "403 S6.forbidden"}, {ROLE_ADMIN, 0, "404 S6.unseen"});
}

/* ---- For all of them ---------------------------------------------------------------------------------------------------- */

enum {
    FIRST_ACTION = ACTION_LIST_PROPOSALS,
    EVERY_BOND = BOND_LEADS | BOND_HANDLES | BOND_PROPOSER | BOND_AUTHOR | BOND_ON_CASE
};

static bool is_list(enum action action)
{
    return action == ACTION_LIST_PROPOSALS || action == ACTION_LIST_PERSONSAKER || action == ACTION_LIST_DEPARTURES;
}

static void G1_bonds_count_only_with_a_current_staff_membership_at_the_school(void **state)
{
    const struct policy_membership memberships[] = {
        {bjorkely, ROLE_REKTOR, until_yesterday}, {bjorkely, ROLE_REKTOR, {TODAY + 1, DAY_FOREVER}},
        {elvebakken, ROLE_REKTOR, always},        {bjorkely, ROLE_GUARDIAN, always},
        {bjorkely, ROLE_STUDENT, always},         {bjorkely, ROLE_OWNER, always},
    };

    (void)state;
    for (size_t i = 0; i < sizeof memberships / sizeof *memberships; i++) {
        for (unsigned action = FIRST_ACTION; action < ACTION_COUNT; action++) {
            struct stand stand;
            stand_start(&stand, ROLE_REKTOR, EVERY_BOND);
            stand.membership = memberships[i];
            has_tie(&stand, TIE_CONTACT_TEACHER, always);
            if (!is_list((enum action)action))
                assert_memory_equal(told(&stand, (enum action)action, NULL), "40", 2);
        }
    }
}

static void G2_the_student_and_a_guardian_have_no_right_on_any_of_it(void **state)
{
    (void)state;
    for (unsigned action = FIRST_ACTION; action < ACTION_COUNT; action++) {
        struct stand stand;
        if (is_list((enum action)action) || action == ACTION_COUNT_PERSONSAKER)
            continue;
        stand_start(&stand, ROLE_REKTOR, EVERY_BOND);
        has_tie(&stand, TIE_MENTOR, always);
        stand.object.actor_is_student = true;
        assert_memory_equal(told(&stand, (enum action)action, NULL), "404 ", 4);
        stand.object.actor_is_student = false;
        has_tie(&stand, TIE_GUARDIAN, always);
        assert_memory_equal(told(&stand, (enum action)action, NULL), "404 ", 4);
        stand.ties[1].period = until_yesterday;
        assert_memory_not_equal(told(&stand, (enum action)action, NULL), "40", 2);
    }
}

static void X7_where_the_module_is_off_nothing_is_made_and_the_rest_goes_on(void **state)
{
    (void)state;
    for (unsigned action = FIRST_ACTION; action < ACTION_COUNT; action++) {
        const bool creates = action == ACTION_PROPOSE_PERSONSAK || action == ACTION_OPEN_PERSONSAK ||
                             action == ACTION_ADD_HENDELSE || action == ACTION_ADD_DOCUMENT;
        struct stand stand;
        stand_start(&stand, ROLE_REKTOR, EVERY_BOND);
        has_tie(&stand, TIE_MENTOR, always);
        stand.object.module_is_off = true;
        assert_int_equal(policy_creates((enum action)action), creates);
        if (creates)
            assert_string_equal(told(&stand, (enum action)action, NULL), "403 X7.moduleOff");
        else
            assert_memory_not_equal(told(&stand, (enum action)action, NULL), "40", 2);
    }
}

static void X7_whoever_may_not_see_it_is_not_told_of_the_module(void **state)
{
    struct stand stand;

    (void)state;
    stand_start(&stand, ROLE_STAFF, 0);
    stand.object.module_is_off = true;
    assert_string_equal(told(&stand, ACTION_ADD_HENDELSE, NULL), "404 P6.unseen");
    assert_string_equal(told(&stand, ACTION_OPEN_PERSONSAK, NULL), "404 P2.unseen");
}

static void L1_a_scope_caps_what_a_client_does_for_someone(void **state)
{
    (void)state;
    for (unsigned action = FIRST_ACTION; action < ACTION_COUNT; action++) {
        struct stand stand;
        stand_start(&stand, ROLE_REKTOR, EVERY_BOND);
        has_tie(&stand, TIE_MENTOR, always);
        stand.actor.scopes = 0;
        assert_memory_equal(told(&stand, (enum action)action, NULL), "40", 2);
        stand.actor.scopes = SCOPE_PROVISION | SCOPE_CHANGES | SCOPE_WITNESS;
        assert_memory_equal(told(&stand, (enum action)action, NULL), "40", 2);
    }
    assert_told(ROLE_REKTOR, BOND_AUTHOR, ACTION_AMEND_HENDELSE, "P7.author.rektor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(P1_any_staff_with_a_tie_proposes),
        cmocka_unit_test(P1_without_a_tie_nobody_proposes),
        cmocka_unit_test(P1_a_proposal_is_read_by_proposer_rektor_and_case_opener),
        cmocka_unit_test(P1_rektor_and_case_opener_decide_and_the_proposer_does_not),
        cmocka_unit_test(P1_what_it_became_is_shown_to_those_who_open),
        cmocka_unit_test(X7_the_lists_are_for_staff),
        cmocka_unit_test(P2_rektor_and_case_opener_open),
        cmocka_unit_test(P2_a_tied_contact_teacher_opens_none),
        cmocka_unit_test(P2_the_student_must_exist),
        cmocka_unit_test(P3_handlers_and_rektor_read_the_case_and_all_in_it),
        cmocka_unit_test(P3_nobody_else_reads_it),
        cmocka_unit_test(P3_being_tied_or_its_author_gives_nothing),
        cmocka_unit_test(P3_rektor_of_another_school_sees_nothing),
        cmocka_unit_test(P3_a_client_of_its_own_reads_none),
        cmocka_unit_test(P4_P5_P8_saksbehandler_and_rektor_lead),
        cmocka_unit_test(P8_rektor_alone_reopens),
        cmocka_unit_test(P3_counts_are_rektors),
        cmocka_unit_test(V1_handlers_and_rektor_read_the_log_of_the_case),
        cmocka_unit_test(P6_those_who_read_the_case_add_to_it),
        cmocka_unit_test(P6_who_has_announced_a_document_sends_it),
        cmocka_unit_test(P7_the_author_amends_while_within_P3),
        cmocka_unit_test(P10_author_and_rektor_strike),
        cmocka_unit_test(P10_what_was_struck_is_shown_to_rektor_only),
        cmocka_unit_test(S2_a_handler_reads_the_card_of_the_student),
        cmocka_unit_test(S5_rektor_and_admin_record_a_departure),
        cmocka_unit_test(S5_a_client_records_with_provision),
        cmocka_unit_test(S6_what_is_due_is_shown_to_rektor_who_completes),
        cmocka_unit_test(S6_rektor_closes_many),
        cmocka_unit_test(G1_bonds_count_only_with_a_current_staff_membership_at_the_school),
        cmocka_unit_test(G2_the_student_and_a_guardian_have_no_right_on_any_of_it),
        cmocka_unit_test(X7_where_the_module_is_off_nothing_is_made_and_the_rest_goes_on),
        cmocka_unit_test(X7_whoever_may_not_see_it_is_not_told_of_the_module),
        cmocka_unit_test(L1_a_scope_caps_what_a_client_does_for_someone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
