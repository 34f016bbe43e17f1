/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The decision table, rule by rule: G1, G2, S1, S2, S3, S7, scopes. Each test builds one small world and asks one question.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/caller.h"
#include "policy/policy.h"

enum { TODAY = 20000, READ_WRITE = SCOPE_READ | SCOPE_WRITE };

static const struct school_id bjorkely = {{{1}}};
static const struct school_id elvebakken = {{{2}}};
static const struct period always = {DAY_ALWAYS, DAY_FOREVER};

/* One world: a person with up to two memberships, a student with up to two places and up to two ties between them. */
struct world {
    struct policy_membership memberships[2];
    struct policy_place places[2];
    struct policy_tie ties[2];
    struct policy_actor actor;
    struct policy_object object;
    struct arena *arena;
};

static void world_start(struct world *world)
{
    *world = (struct world){
        .actor = {.known = true, .scopes = READ_WRITE},
        .object = {.exists = true},
        .arena = arena_new(65536),
    };
    world->actor.memberships = world->memberships;
    world->object.places = world->places;
    world->object.ties = world->ties;
}

static void has_role(struct world *world, enum role role, struct school_id school, struct period period)
{
    world->memberships[world->actor.n_memberships++] = (struct policy_membership){school, role, period};
}

static void is_enrolled(struct world *world, struct school_id school, struct period period)
{
    world->places[world->object.n_places++] = (struct policy_place){school, period};
}

static void has_tie(struct world *world, enum tie_kind kind, struct period period)
{
    world->ties[world->object.n_ties++] = (struct policy_tie){kind, period};
}

static struct decision ask(struct world *world, enum action action)
{
    struct decision decision;

    assert_int_equal(policy_decide(action, &world->actor, &world->object, TODAY, world->arena, &decision), STATUS_OK);
    return decision;
}

static void assert_allowed(struct world *world, enum action action, const char *ground)
{
    struct decision decision = ask(world, action);

    assert_int_equal(decision.verdict, VERDICT_ALLOWED);
    assert_string_equal(grant_ground(decision.grant), ground);
    assert_int_equal(grant_action(decision.grant), action);
    arena_free(world->arena);
}

static void assert_refused(struct world *world, enum action action, enum verdict verdict, const char *refusal)
{
    struct decision decision = ask(world, action);

    assert_int_equal(decision.verdict, verdict);
    assert_null(decision.grant);
    assert_string_equal(decision.refusal, refusal);
    arena_free(world->arena);
}

static unsigned shown(struct world *world)
{
    struct decision decision = ask(world, ACTION_READ_STUDENT);
    unsigned shows = decision.verdict == VERDICT_ALLOWED ? grant_shows(decision.grant) : 0;

    arena_free(world->arena);
    return shows;
}

static void S2_nobody_in_particular_is_told_that_the_student_does_not_exist(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    assert_refused(&world, ACTION_READ_STUDENT, VERDICT_UNSEEN, "S2.unseen");
}

static void S2_roles_at_the_students_school(void **state)
{
    static const struct {
        enum role role;
        const char *ground; /* NULL: unseen */
    } cases[ROLE_COUNT] = {
        [ROLE_REKTOR] = {ROLE_REKTOR, "S2.role.rektor"},
        [ROLE_CASE_OPENER] = {ROLE_CASE_OPENER, "S2.role.caseOpener"},
        [ROLE_CONTACT_TEACHER] = {ROLE_CONTACT_TEACHER, NULL},
        [ROLE_TEACHER] = {ROLE_TEACHER, NULL},
        [ROLE_STAFF] = {ROLE_STAFF, NULL},
        [ROLE_HEALTH] = {ROLE_HEALTH, NULL},
        [ROLE_ADMIN] = {ROLE_ADMIN, "S2.role.admin"},
        [ROLE_STUDENT] = {ROLE_STUDENT, NULL},
        [ROLE_GUARDIAN] = {ROLE_GUARDIAN, NULL},
        [ROLE_OWNER] = {ROLE_OWNER, NULL},
        [ROLE_AUDITOR] = {ROLE_AUDITOR, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        struct world world;
        world_start(&world);
        is_enrolled(&world, bjorkely, always);
        has_role(&world, cases[i].role, bjorkely, always);
        if (cases[i].ground != NULL)
            assert_allowed(&world, ACTION_READ_STUDENT, cases[i].ground);
        else
            assert_refused(&world, ACTION_READ_STUDENT, VERDICT_UNSEEN, "S2.unseen");
    }
}

static void S2_rektor_of_another_school_sees_nothing(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_role(&world, ROLE_REKTOR, elvebakken, always);
    assert_refused(&world, ACTION_READ_STUDENT, VERDICT_UNSEEN, "S2.unseen");
}

static void S2_rektor_of_the_second_of_two_schools_reads(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    is_enrolled(&world, elvebakken, always);
    has_role(&world, ROLE_REKTOR, elvebakken, always);
    struct decision decision = ask(&world, ACTION_READ_STUDENT);
    const struct school_id school = grant_school(decision.grant);
    assert_memory_equal(&school, &elvebakken, sizeof elvebakken);
    arena_free(world.arena);
}

static void G1_tie_counts_only_with_staff_membership_at_the_students_school(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_tie(&world, TIE_MENTOR, always);
    assert_refused(&world, ACTION_READ_STUDENT, VERDICT_UNSEEN, "S2.unseen");

    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_tie(&world, TIE_MENTOR, always);
    has_role(&world, ROLE_TEACHER, elvebakken, always);
    assert_refused(&world, ACTION_READ_STUDENT, VERDICT_UNSEEN, "S2.unseen");

    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_tie(&world, TIE_MENTOR, always);
    has_role(&world, ROLE_STAFF, bjorkely, always);
    assert_allowed(&world, ACTION_READ_STUDENT, "S2.tie.mentor");
}

static void G1_membership_as_student_or_guardian_is_no_staff_membership(void **state)
{
    static const enum role roles[] = {ROLE_STUDENT, ROLE_GUARDIAN, ROLE_OWNER, ROLE_AUDITOR};

    (void)state;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        struct world world;
        world_start(&world);
        is_enrolled(&world, bjorkely, always);
        has_tie(&world, TIE_TEACHER, always);
        has_role(&world, roles[i], bjorkely, always);
        assert_refused(&world, ACTION_READ_STUDENT, VERDICT_UNSEEN, "S2.unseen");
    }
}

/* "A right that ended yesterday is gone today"; both ends of a period are inclusive. */
static void G1_dates_are_checked_at_the_moment_of_the_call(void **state)
{
    static const struct {
        struct period period;
        bool holds;
    } cases[] = {
        {{TODAY, TODAY}, true},          {{DAY_ALWAYS, TODAY}, true},       {{TODAY, DAY_FOREVER}, true},
        {{TODAY - 9, TODAY - 1}, false}, {{TODAY + 1, DAY_FOREVER}, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int which = 0; which < 3; which++) {
            struct world world;
            world_start(&world);
            is_enrolled(&world, bjorkely, which == 0 ? cases[i].period : always);
            has_role(&world, ROLE_TEACHER, bjorkely, which == 1 ? cases[i].period : always);
            has_tie(&world, TIE_TEACHER, which == 2 ? cases[i].period : always);
            if (cases[i].holds)
                assert_allowed(&world, ACTION_READ_STUDENT, "S2.tie.teacher");
            else
                assert_refused(&world, ACTION_READ_STUDENT, VERDICT_UNSEEN, "S2.unseen");
        }
    }
}

static void G2_a_guardian_has_no_staff_right_on_their_child(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_role(&world, ROLE_REKTOR, bjorkely, always);
    has_tie(&world, TIE_CONTACT_TEACHER, always);
    has_tie(&world, TIE_GUARDIAN, always);
    assert_refused(&world, ACTION_READ_STUDENT, VERDICT_UNSEEN, "S2.unseen");
}

static void G2_a_former_guardian_is_staff_again(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_role(&world, ROLE_REKTOR, bjorkely, always);
    has_tie(&world, TIE_GUARDIAN, (struct period){DAY_ALWAYS, TODAY - 1});
    assert_allowed(&world, ACTION_READ_STUDENT, "S2.role.rektor");
}

static void G2_the_student_has_no_staff_right_on_themselves(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_role(&world, ROLE_ADMIN, bjorkely, always);
    world.object.actor_is_student = true;
    assert_refused(&world, ACTION_READ_STUDENT, VERDICT_UNSEEN, "S2.unseen");
}

static void G2_nobody_follows_a_log_that_tells_of_their_family(void **state)
{
    static const enum action actions[] = {ACTION_FOLLOW_SCHOOL_LOG, ACTION_SIGN_SCHOOL_LOG};

    (void)state;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        struct world world;
        world_start(&world);
        is_enrolled(&world, bjorkely, always);
        has_role(&world, ROLE_REKTOR, bjorkely, always);
        world.object.tells_of_family = true;
        assert_refused(&world, actions[i], VERDICT_UNSEEN, "V1.unseen");
    }
}

static void S1_who_may_create_at_a_school(void **state)
{
    static const char *const grounds[ROLE_COUNT] = {
        [ROLE_REKTOR] = "S1.role.rektor",
        [ROLE_CONTACT_TEACHER] = "S1.role.contactTeacher",
    };

    (void)state;
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        struct world world;
        world_start(&world);
        is_enrolled(&world, bjorkely, always);
        has_role(&world, (enum role)role, bjorkely, always);
        if (grounds[role] != NULL)
            assert_allowed(&world, ACTION_CREATE_STUDENT, grounds[role]);
        else
            assert_refused(&world, ACTION_CREATE_STUDENT, VERDICT_FORBIDDEN, "S1.forbidden");
    }
}

static void S1_who_may_set_a_civic_number(void **state)
{
    static const char *const grounds[ROLE_COUNT] = {[ROLE_REKTOR] = "S1.role.rektor", [ROLE_ADMIN] = "S1.role.admin"};

    (void)state;
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        struct world world;
        world_start(&world);
        is_enrolled(&world, bjorkely, always);
        has_role(&world, (enum role)role, bjorkely, always);
        if (grounds[role] != NULL)
            assert_allowed(&world, ACTION_SET_CIVIC_NUMBER, grounds[role]);
        else
            assert_refused(&world, ACTION_SET_CIVIC_NUMBER, VERDICT_FORBIDDEN, "S1.civicNumber.forbidden");
    }
}

static void S1_a_service_client_needs_the_scope_provision(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    world.actor = (struct policy_actor){.service = true, .scopes = SCOPE_PROVISION};
    assert_allowed(&world, ACTION_CREATE_STUDENT, "S1.client.provision");

    world_start(&world);
    world.actor = (struct policy_actor){.service = true, .scopes = SCOPE_CHANGES | READ_WRITE};
    assert_refused(&world, ACTION_CREATE_STUDENT, VERDICT_FORBIDDEN, "S1.forbidden");
}

static void S1_a_person_does_not_become_a_client_by_its_scope(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    world.actor.scopes = SCOPE_PROVISION | READ_WRITE;
    assert_refused(&world, ACTION_CREATE_STUDENT, VERDICT_FORBIDDEN, "S1.forbidden");
}

static void S2_a_service_client_reads_no_card(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_role(&world, ROLE_REKTOR, bjorkely, always);
    has_tie(&world, TIE_MENTOR, always);
    world.actor.service = true;
    world.actor.scopes = ~0U;
    assert_refused(&world, ACTION_READ_STUDENT, VERDICT_UNSEEN, "S2.unseen");
}

static void scopes_cap_a_person_and_without_read_nothing_is_seen(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_role(&world, ROLE_REKTOR, bjorkely, always);
    world.actor.scopes = SCOPE_WRITE;
    assert_refused(&world, ACTION_READ_STUDENT, VERDICT_UNSEEN, "S2.unseen");

    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_role(&world, ROLE_REKTOR, bjorkely, always);
    world.actor.scopes = SCOPE_READ;
    assert_refused(&world, ACTION_CREATE_STUDENT, VERDICT_FORBIDDEN, "S1.forbidden");
}

static void S3_the_collection_needs_a_staff_membership(void **state)
{
    (void)state;
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        struct world world;
        world_start(&world);
        has_role(&world, (enum role)role, bjorkely, always);
        if (role == ROLE_STUDENT || role == ROLE_GUARDIAN)
            assert_refused(&world, ACTION_LIST_STUDENTS, VERDICT_FORBIDDEN, "S3.notStaff");
        else
            assert_allowed(&world, ACTION_LIST_STUDENTS, "S3.staff");
    }
}

static void S7_who_sees_the_group_of_a_protected_student(void **state)
{
    static const bool by_tie[TIE_KIND_COUNT] = {[TIE_CONTACT_TEACHER] = true, [TIE_MENTOR] = true};
    static const bool by_role[ROLE_COUNT] = {[ROLE_REKTOR] = true, [ROLE_ADMIN] = true};
    struct world world;

    (void)state;
    for (unsigned kind = 0; kind < TIE_KIND_COUNT; kind++) {
        world_start(&world);
        is_enrolled(&world, bjorkely, always);
        has_role(&world, ROLE_TEACHER, bjorkely, always);
        has_tie(&world, (enum tie_kind)kind, always);
        assert_int_equal((shown(&world) & SHOW_PROTECTED_GROUP) != 0, by_tie[kind]);
    }
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        world_start(&world);
        is_enrolled(&world, bjorkely, always);
        has_role(&world, (enum role)role, bjorkely, always);
        assert_int_equal((shown(&world) & SHOW_PROTECTED_GROUP) != 0, by_role[role]);
    }
}

/* Whether a record of Bjørkely names its protected student; frees the world. */
static bool names_protected(struct world *world)
{
    const bool names = policy_names_protected(&world->actor, &world->object, &bjorkely, TODAY);

    arena_free(world->arena);
    return names;
}

static void S7_records_of_a_school_name_a_protected_student_who_is_enrolled_there_today(void **state)
{
    static const struct {
        struct period period;
        bool names;
    } cases[] = {{{DAY_ALWAYS, DAY_FOREVER}, true}, {{DAY_ALWAYS, TODAY}, true},       {{TODAY, DAY_FOREVER}, true},
                 {{DAY_ALWAYS, TODAY - 1}, false},  {{TODAY + 1, DAY_FOREVER}, false}, {{TODAY, TODAY - 1}, false}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world world;
        world_start(&world);
        has_role(&world, ROLE_STAFF, bjorkely, always); /* who reads the record on a ground of its own */
        is_enrolled(&world, elvebakken, always);
        is_enrolled(&world, bjorkely, cases[i].period);
        assert_int_equal(names_protected(&world), cases[i].names);
    }
}

static void S7_a_school_that_was_left_has_no_role_that_is_shown_a_protected_name(void **state)
{
    (void)state;
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        struct world world;
        world_start(&world);
        has_role(&world, (enum role)role, bjorkely, always);
        has_tie(&world, TIE_CONTACT_TEACHER, always);
        world.object.bonds = BOND_ON_CASE | BOND_PROPOSER;
        is_enrolled(&world, elvebakken, always);
        assert_false(names_protected(&world));
    }
}

static void S7_who_reads_the_card_elsewhere_is_shown_a_protected_name(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    has_role(&world, ROLE_REKTOR, bjorkely, always);
    has_role(&world, ROLE_CASE_OPENER, elvebakken, always);
    is_enrolled(&world, elvebakken, always);
    assert_true(names_protected(&world));

    world_start(&world);
    has_role(&world, ROLE_TEACHER, elvebakken, always);
    has_tie(&world, TIE_TEACHER, always);
    is_enrolled(&world, elvebakken, always);
    assert_true(names_protected(&world));

    world_start(&world);
    world.actor = (struct policy_actor){.service = true, .scopes = ~0U};
    is_enrolled(&world, elvebakken, always);
    assert_false(names_protected(&world)); /* a client reads no card */
}

static void S2_case_opener_is_shown_name_and_group_only(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_role(&world, ROLE_CASE_OPENER, bjorkely, always);
    assert_int_equal(shown(&world), SHOW_GROUP);
}

static void G_the_first_ground_is_the_own_relation_and_shows_add_up(void **state)
{
    struct world world;
    struct decision decision;

    (void)state;
    world_start(&world);
    is_enrolled(&world, bjorkely, always);
    has_role(&world, ROLE_REKTOR, bjorkely, always);
    has_tie(&world, TIE_OBSERVER, always);
    decision = ask(&world, ACTION_READ_STUDENT);
    assert_string_equal(grant_ground(decision.grant), "S2.tie.observer");
    assert_true(grant_shows(decision.grant) & SHOW_PROTECTED_GROUP);
    arena_free(world.arena);
}

static void L2_me_is_for_people_the_organisation_knows(void **state)
{
    struct world world;

    (void)state;
    world_start(&world);
    assert_allowed(&world, ACTION_READ_SELF, "L2.self");
    world_start(&world);
    world.actor.known = false;
    assert_refused(&world, ACTION_READ_SELF, VERDICT_FORBIDDEN, "L2.stranger");
}

static void a_thing_that_does_not_exist_is_refused_like_one_that_may_not_be_seen(void **state)
{
    struct world unseen, missing;

    (void)state;
    world_start(&unseen);
    is_enrolled(&unseen, bjorkely, always);
    world_start(&missing);
    missing.object.exists = false;
    has_role(&missing, ROLE_REKTOR, bjorkely, always);
    struct decision a = ask(&unseen, ACTION_READ_STUDENT), b = ask(&missing, ACTION_READ_STUDENT);
    assert_int_equal(a.verdict, b.verdict);
    assert_string_equal(a.refusal, b.refusal);
    arena_free(unseen.arena);
    arena_free(missing.arena);
}

static void candidates_start_from_every_role_that_reads(void **state)
{
    (void)state;
    assert_int_equal(policy_roles(ACTION_READ_STUDENT), 1U << ROLE_REKTOR | 1U << ROLE_ADMIN | 1U << ROLE_CASE_OPENER);
}

static void words_go_both_ways(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        enum role role = ROLE_COUNT;
        assert_int_equal(role_parse(role_name((enum role)i), &role), STATUS_OK);
        assert_int_equal(role, i);
    }
    for (unsigned i = 0; i < TIE_KIND_COUNT; i++) {
        enum tie_kind kind = TIE_KIND_COUNT;
        assert_int_equal(tie_kind_parse(tie_kind_name((enum tie_kind)i), &kind), STATUS_OK);
        assert_int_equal(kind, i);
    }
    enum role role;
    assert_int_equal(role_parse("Rektor", &role), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(S2_nobody_in_particular_is_told_that_the_student_does_not_exist),
        cmocka_unit_test(S2_roles_at_the_students_school),
        cmocka_unit_test(S2_rektor_of_another_school_sees_nothing),
        cmocka_unit_test(S2_rektor_of_the_second_of_two_schools_reads),
        cmocka_unit_test(G1_tie_counts_only_with_staff_membership_at_the_students_school),
        cmocka_unit_test(G1_membership_as_student_or_guardian_is_no_staff_membership),
        cmocka_unit_test(G1_dates_are_checked_at_the_moment_of_the_call),
        cmocka_unit_test(G2_a_guardian_has_no_staff_right_on_their_child),
        cmocka_unit_test(G2_a_former_guardian_is_staff_again),
        cmocka_unit_test(G2_the_student_has_no_staff_right_on_themselves),
        cmocka_unit_test(G2_nobody_follows_a_log_that_tells_of_their_family),
        cmocka_unit_test(S1_who_may_create_at_a_school),
        cmocka_unit_test(S1_who_may_set_a_civic_number),
        cmocka_unit_test(S1_a_service_client_needs_the_scope_provision),
        cmocka_unit_test(S1_a_person_does_not_become_a_client_by_its_scope),
        cmocka_unit_test(S2_a_service_client_reads_no_card),
        cmocka_unit_test(scopes_cap_a_person_and_without_read_nothing_is_seen),
        cmocka_unit_test(S3_the_collection_needs_a_staff_membership),
        cmocka_unit_test(S7_who_sees_the_group_of_a_protected_student),
        cmocka_unit_test(S7_records_of_a_school_name_a_protected_student_who_is_enrolled_there_today),
        cmocka_unit_test(S7_a_school_that_was_left_has_no_role_that_is_shown_a_protected_name),
        cmocka_unit_test(S7_who_reads_the_card_elsewhere_is_shown_a_protected_name),
        cmocka_unit_test(S2_case_opener_is_shown_name_and_group_only),
        cmocka_unit_test(G_the_first_ground_is_the_own_relation_and_shows_add_up),
        cmocka_unit_test(L2_me_is_for_people_the_organisation_knows),
        cmocka_unit_test(a_thing_that_does_not_exist_is_refused_like_one_that_may_not_be_seen),
        cmocka_unit_test(candidates_start_from_every_role_that_reads),
        cmocka_unit_test(words_go_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
