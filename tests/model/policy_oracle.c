/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: answers for server/policy/ what tests/model/compare.py asks: reads worlds on standard input, writes a line for each.
 * May not: decide, know a rule, or know an action by name.
 * Always:  first a line of the daemon's own words and numbers, "actions …", so that nobody need repeat them.
 *
 * In: 64-bit numbers in the machine's order. A batch is its number of worlds, then the worlds. A world is: mask of actions asked, in two
 * numbers of 62 actions each, today, flags, scopes, bonds, how many memberships, places and ties; then role, school, from, until of each
 * membership; school, from, until of each place; kind, from, until of each tie. Schools are small numbers, 0 is none.
 * Out, for each world: the roles held at each school, as a mask of roles, then staff as 0 or 1, then whether its records name a protected student
 * as 0 or 1; then for each action asked
 * verdict, ground or refusal, what is shown, the ground's school, whether everywhere. Flushed after each batch.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/caller.h"
#include "policy/policy.h"

enum { MAX_ROWS = 64, N_SCHOOLS = 5, ARENA_BYTES = 1 << 20 };
enum { FLAG_KNOWN = 1, FLAG_SERVICE = 2, FLAG_EXISTS = 4, FLAG_IS_STUDENT = 8, FLAG_IS_OWN = 16, FLAG_IS_NEW = 32 };
enum { FLAG_IS_CLIENTS_OWN = 64, FLAG_MODULE_IS_OFF = 128, FLAG_TELLS_OF_FAMILY = 256, FLAGS = 511 };
enum { N_MASKS = 2, MASK_BITS = 62 };
enum { BONDS = BOND_LEADS | BOND_HANDLES | BOND_PROPOSER | BOND_AUTHOR | BOND_ON_CASE };

struct world {
    uint64_t asked[N_MASKS];
    int32_t today;
    struct policy_membership memberships[MAX_ROWS];
    struct policy_place places[MAX_ROWS];
    struct policy_tie ties[MAX_ROWS];
    struct policy_actor actor;
    struct policy_object object;
};

_Static_assert(ACTION_COUNT <= N_MASKS * MASK_BITS, "each action has its bit");

static _Noreturn void give_up(const char *why)
{
    (void)fprintf(stderr, "policy_oracle: %s\n", why);
    exit(2);
}

static int64_t next_number(int64_t least, int64_t most)
{
    int64_t number;

    if (fread(&number, sizeof number, 1, stdin) != 1)
        give_up("the input ends within a world");
    if (number < least || number > most)
        give_up("a number is out of its range");
    return number;
}

static struct period next_period(void)
{
    const int32_t from = (int32_t)next_number(INT32_MIN, INT32_MAX);

    return (struct period){from, (int32_t)next_number(INT32_MIN, INT32_MAX)};
}

static struct school_id school_of(int64_t number)
{
    return (struct school_id){{{(uint8_t)number}}};
}

static struct school_id next_school(void)
{
    return school_of(next_number(0, N_SCHOOLS - 1));
}

static void next_world(struct world *world)
{
    for (size_t i = 0; i < N_MASKS; i++)
        world->asked[i] = (uint64_t)next_number(0, (INT64_C(1) << MASK_BITS) - 1);
    world->today = (int32_t)next_number(INT32_MIN, INT32_MAX);
    const int64_t flags = next_number(0, FLAGS);
    const unsigned scopes = (unsigned)next_number(0, UINT32_MAX);
    const unsigned bonds = (unsigned)next_number(0, BONDS);
    const size_t n_memberships = (size_t)next_number(0, MAX_ROWS);
    const size_t n_places = (size_t)next_number(0, MAX_ROWS);
    const size_t n_ties = (size_t)next_number(0, MAX_ROWS);
    world->actor = (struct policy_actor){
        .known = flags & FLAG_KNOWN,
        .service = flags & FLAG_SERVICE,
        .scopes = scopes,
        .memberships = world->memberships,
        .n_memberships = n_memberships,
    };
    world->object = (struct policy_object){
        .exists = flags & FLAG_EXISTS,
        .actor_is_student = flags & FLAG_IS_STUDENT,
        .is_own = flags & FLAG_IS_OWN,
        .is_new = flags & FLAG_IS_NEW,
        .is_clients_own = flags & FLAG_IS_CLIENTS_OWN,
        .module_is_off = flags & FLAG_MODULE_IS_OFF,
        .tells_of_family = flags & FLAG_TELLS_OF_FAMILY,
        .bonds = bonds,
        .places = world->places,
        .n_places = n_places,
        .ties = world->ties,
        .n_ties = n_ties,
    };
    for (size_t i = 0; i < world->actor.n_memberships; i++) {
        world->memberships[i].role = (enum role)next_number(0, ROLE_COUNT - 1);
        world->memberships[i].school = next_school();
        world->memberships[i].period = next_period();
    }
    for (size_t i = 0; i < world->object.n_places; i++) {
        world->places[i].school = next_school();
        world->places[i].period = next_period();
    }
    for (size_t i = 0; i < world->object.n_ties; i++) {
        world->ties[i].kind = (enum tie_kind)next_number(0, TIE_KIND_COUNT - 1);
        world->ties[i].period = next_period();
    }
}

static void print_answer(const struct world *world, enum action action, struct arena *arena)
{
    struct decision decision;

    if (policy_decide(action, &world->actor, &world->object, world->today, arena, &decision) != STATUS_OK)
        give_up("no memory");
    const bool everywhere = policy_everywhere(action, &world->actor, world->today);
    if (decision.verdict != VERDICT_ALLOWED) {
        (void)printf("\t%d,%s,0,0,%d", (int)decision.verdict, decision.refusal, everywhere);
        return;
    }
    if (grant_action(decision.grant) != action)
        give_up("a grant is for another action than was asked");
    const struct school_id school = grant_school(decision.grant);
    (void)printf("\t%d,%s,%u,%d,%d", (int)decision.verdict, grant_ground(decision.grant), grant_shows(decision.grant),
                 school.uuid.bytes[0], everywhere);
}

static void print_world(const struct world *world, struct arena *arena)
{
    const struct arena_mark mark = arena_mark(arena);

    for (int64_t number = 0; number < N_SCHOOLS; number++) {
        const struct school_id school = school_of(number);
        unsigned roles = 0;
        for (unsigned role = 0; role < ROLE_COUNT; role++) {
            if (policy_has_role_at(&world->actor, (enum role)role, &school, world->today))
                roles |= 1U << role;
        }
        (void)printf("%s%u,%d,%d", number == 0 ? "" : " ", roles,
                     policy_is_staff_at(&world->actor, &school, world->today),
                     policy_names_protected(&world->actor, &world->object, &school, world->today));
    }
    for (unsigned action = 0; action < ACTION_COUNT; action++) {
        if ((world->asked[action / MASK_BITS] >> action % MASK_BITS & 1) != 0)
            print_answer(world, (enum action)action, arena);
    }
    (void)putchar('\n');
    arena_rewind(arena, mark);
}

static void print_words(void)
{
    (void)printf("actions %d\troles", (int)ACTION_COUNT);
    for (unsigned role = 0; role < ROLE_COUNT; role++)
        (void)printf(" %s", role_name((enum role)role));
    (void)printf("\tties");
    for (unsigned kind = 0; kind < TIE_KIND_COUNT; kind++)
        (void)printf(" %s", tie_kind_name((enum tie_kind)kind));
    (void)printf("\tscopes");
    for (unsigned bit = 1; scope_name(bit) != NULL; bit <<= 1)
        (void)printf(" %s", scope_name(bit));
    (void)printf("\tverdicts %d %d %d", (int)VERDICT_ALLOWED, (int)VERDICT_FORBIDDEN, (int)VERDICT_UNSEEN);
    (void)printf("\tshows %d %d %d %d %d %d", (int)SHOW_GROUP, (int)SHOW_CARD, (int)SHOW_PROTECTED_GROUP,
                 (int)SHOW_STRUCK, (int)SHOW_DUE, (int)SHOW_PERSONSAK);
    (void)printf("\tbonds %d %d %d %d %d", (int)BOND_LEADS, (int)BOND_HANDLES, (int)BOND_PROPOSER, (int)BOND_AUTHOR,
                 (int)BOND_ON_CASE);
    (void)printf("\tdays %" PRId32 " %" PRId32, DAY_ALWAYS, DAY_FOREVER);
    (void)printf("\tschools %d\tpolicy_roles", (int)N_SCHOOLS);
    for (unsigned action = 0; action < ACTION_COUNT; action++)
        (void)printf(" %u", policy_roles((enum action)action));
    (void)printf("\tpolicy_ties");
    for (unsigned action = 0; action < ACTION_COUNT; action++)
        (void)printf(" %u", policy_ties((enum action)action));
    (void)printf("\tmemberships");
    for (unsigned role = 0; role < ROLE_COUNT; role++)
        (void)printf(" %d,%d,%d", (int)policy_read_membership((enum role)role),
                     (int)policy_change_membership((enum role)role), policy_role_is_at_school((enum role)role));
    (void)putchar('\n');
    (void)fflush(stdout);
}

int main(void)
{
    static struct world world;
    auto_arena arena = arena_new(ARENA_BYTES);
    int64_t left;

    if (arena == NULL)
        give_up("no memory");
    print_words();
    while (fread(&left, sizeof left, 1, stdin) == 1) {
        for (; left > 0; left--) {
            next_world(&world);
            print_world(&world, arena);
        }
        if (fflush(stdout) != 0)
            give_up("nobody listens");
    }
    return 0;
}
