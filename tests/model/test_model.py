# SPDX-License-Identifier: EUPL-1.2
"""The comparison must be able to fail: every change of a rule in the model is noticed against the daemon's policy, within a few worlds.

    test_model.py ORACLE"""
import contextlib
import dataclasses
import sys
import unittest
from unittest import mock

import compare
import model
import worlds

SEED, N_WORLDS = 7, 20000
ORACLE = sys.argv.pop()
EVERYONE = ("role.rektor", "role.caseOpener", "role.contactTeacher", "role.teacher", "role.staff", "role.health", "role.admin", "role.owner",
            "role.auditor", "role.student", "role.guardian", "client.provision", "self", "member", "staff")
TIES = tuple("tie." + kind for kind in model.STAFF_TIES)
BONDS = ("handler", "coHandler", "proposer")


class Heard:
    """Worlds, and what the daemon answered in them: asked once, for every test."""

    def __init__(self):
        self.oracle = compare.Oracle(ORACLE)
        make = worlds.maker(SEED)
        fits = {kind: compare.fitting(kind) for kind in worlds.KINDS}
        self.rows = []
        for _ in range(N_WORLDS // compare.BATCH):
            made = [make() for _ in range(compare.BATCH)]
            answers = self.oracle.ask([(world, fits[world.kind][1]) for world in made])
            self.rows += [(world, model.standing(world), fits[world.kind][0], facts, heard) for world, (facts, heard) in zip(made, answers)]
        # Of each action, where both sides agree: (number of the world, world, its standing, what both say).
        self.agreed = {name: [] for name in compare.ACTIONS}
        for number, (world, holds, names, _, heard) in enumerate(self.rows):
            for name, (daemon, _) in zip(names, heard):
                if model.decide(name, world, holds) == daemon:
                    self.agreed[name].append((number, world, holds, daemon))

    def noticed(self, names=tuple(compare.ACTIONS), standing=None):
        """The number of the first world in which the model, changed as it is now, no longer agrees; None if it still does everywhere."""
        return min((number for name in names for number in self.noticed_in(name, standing)), default=None)

    def noticed_in(self, name, standing):
        for number, world, holds, daemon in self.agreed[name]:
            if model.decide(name, world, standing(world) if standing else holds) != daemon:
                yield number
                return


HEARD = Heard()


def changed(action, **members):
    return mock.patch.dict(model.RULES, {action: model.RULES[action]._replace(**members)})


# ---- One rule at a time -----------------------------------------------------------------------------------------------------------

def without_a_way(action, rule):
    for at in range(len(rule.ways)):
        yield f"{action} without {rule.ways[at][0]}", changed(action, ways=rule.ways[:at] + rule.ways[at + 1:])


def with_one_way_more(action, rule):
    """Not where it would be nothing new: whoever is staff or a member holds the roles already, and a tie is to a student."""
    had = {relation for relation, _, _ in rule.ways}
    implied = {"staff", "member", "self"} & had
    more = EVERYONE + {model.STUDENT: TIES + ("handler",), model.CASE: TIES + BONDS}.get(rule.about, ())
    for relation in more if not implied else ("self", "client.provision"):
        if relation not in had and not ({"role.student", "role.guardian"} & {relation}):
            yield f"{action} by {relation} too", changed(action, ways=rule.ways + model.way(relation))


def with_another_number(action, rule):
    yield f"{action} under another rule's number", changed(action, number="Z9", ways=tuple((way, shows, "Z9") for way, shows, _ in rule.ways))


def in_another_order(action, rule):
    """The ground is the first match; one and the same caller is never owner and client, nor has two ways where there is one."""
    for at in range(len(rule.ways) - 1):
        first, second = rule.ways[at:at + 2]
        if not (first[0].startswith("client.") or second[0].startswith("client.")):
            yield (f"{action} with {second[0]} before {first[0]}",
                   changed(action, ways=rule.ways[:at] + (second, first) + rule.ways[at + 2:]))


def with_another_scope(action, rule):
    """It caps what is done on a person's behalf."""
    if not all(relation.startswith("client.") for relation, _, _ in rule.ways):
        yield f"{action} with the other scope", changed(action, scope=model.CHANGE if rule.scope == model.READ else model.READ)


def seen_by_others(action, rule):
    if rule.seen_by != action:
        yield f"{action} seen by others", changed(action, seen_by="READ_SELF" if rule.seen_by else "READ_STUDENT")


def showing_otherwise(action, rule):
    for at, (relation, shows, by) in enumerate(rule.ways):
        for kind in model.SHOWN if any(shown for _, shown, _ in rule.ways) else ():
            ways = rule.ways[:at] + ((relation, shows ^ {kind}, by),) + rule.ways[at + 1:]
            yield f"{action} showing otherwise to {relation}: {kind}", changed(action, ways=ways)


# ---- What holds for all rules -----------------------------------------------------------------------------------------------------

def with_standing(change):
    """A model that takes the world for another one."""
    return lambda world: model.standing(change(world))


def ended_a_day_later(period, today):
    return period.first <= today <= period.last + 1


def begun_a_day_earlier(period, today):
    return period.first - 1 <= today <= period.last


def ended_a_day_earlier(period, today):
    return period.first <= today < period.last


GENERAL = {
    "G1: a tie counts without a staff membership":
        lambda world: {**model.standing(world), **{"tie." + tie.kind: 1 for tie in world.ties if model.current(tie, world.today)}},
    "G1: a handler counts without a staff membership": lambda world: {**model.standing(world), **dict.fromkeys(model.bonds(world), 1)},
    "P3: who handled any case of the student handles this one": with_standing(lambda world: dataclasses.replace(
        world, bonds=world.bonds + ("leads",) if "onCase" in world.bonds else world.bonds)),
    "G1: a membership as guardian makes staff": with_standing(lambda world: dataclasses.replace(world, memberships=tuple(
        one._replace(role="staff") if one.role == "guardian" else one for one in world.memberships))),
    "G2: a guardian keeps a staff right": with_standing(lambda world: dataclasses.replace(
        world, ties=tuple(tie for tie in world.ties if tie.kind != "guardian"))),
    "G2: a student keeps a staff right": with_standing(lambda world: dataclasses.replace(world, actor_is_student=False)),
    "G2: a log that tells of one's family is followed": with_standing(lambda world: dataclasses.replace(world, tells_of_family=False)),
    "G2: a former guardian is one still": with_standing(lambda world: dataclasses.replace(world, ties=tuple(
        tie._replace(last=worlds.FOREVER) if tie.kind == "guardian" else tie for tie in world.ties))),
    "a former membership counts": with_standing(lambda world: dataclasses.replace(world, memberships=tuple(
        one._replace(last=worlds.FOREVER) for one in world.memberships))),
    "a former enrolment counts": with_standing(lambda world: dataclasses.replace(world, places=tuple(
        one._replace(last=worlds.FOREVER) for one in world.places))),
    "a role at one school counts at another": with_standing(lambda world: dataclasses.replace(world, memberships=tuple(
        one._replace(school=world.places[0].school) if world.places else one for one in world.memberships))),
    "the ground's school is the last one": with_standing(lambda world: dataclasses.replace(world, places=world.places[::-1])),
    "a stranger's memberships count": with_standing(lambda world: dataclasses.replace(world, known=True)),
    "a service client is a person": with_standing(lambda world: dataclasses.replace(world, service=False)),
    "a person with the scope provision is a service client": with_standing(lambda world: dataclasses.replace(
        world, service=world.service or "provision" in world.scopes)),
}


class EveryChangeOfTheModelIsNoticed(unittest.TestCase):
    def notices(self, what, change=contextlib.nullcontext(), standing=None, names=tuple(compare.ACTIONS)):
        with self.subTest(what), change:
            self.assertIsNotNone(HEARD.noticed(names, standing), f"not noticed in {N_WORLDS} worlds: {what}")

    def test_unchanged_it_agrees(self):
        self.assertIsNone(HEARD.noticed())
        self.assertEqual(compare.memberships(), HEARD.oracle.memberships)

    def test_of_one_rule(self):
        changes = (without_a_way, with_one_way_more, with_another_number, in_another_order, with_another_scope, seen_by_others, showing_otherwise)
        n = 0
        for action, rule in model.RULES.items():
            for change in changes:
                for what, patch in change(action, rule):
                    self.notices(what, patch, names=(action,))
                    n += 1
        self.assertGreater(n, 500)

    def test_of_what_holds_for_all_rules(self):
        for what, standing in GENERAL.items():
            self.notices(what, standing=standing)

    def test_of_the_ends_of_periods(self):
        for current in (ended_a_day_later, begun_a_day_earlier, ended_a_day_earlier):
            self.notices(current.__name__, mock.patch.object(model, "current", current), standing=model.standing)

    def test_M1_that_nobody_changes_their_own(self):
        for name, rule in model.RULES.items():
            if rule.scope == model.CHANGE and rule.about == model.PERSON:
                noticed = any(world.is_own and model.decide(name, dataclasses.replace(world, is_own=False), holds) != daemon
                              for _, world, holds, daemon in HEARD.agreed[name])
                self.assertTrue(noticed, name)

    def test_X7_that_nothing_is_made_where_the_module_is_off(self):
        for name in compare.ACTIONS:
            with self.subTest(name), mock.patch.object(model, "CREATING", set(model.CREATING) ^ {name}):
                self.assertIsNotNone(HEARD.noticed((name,)))

    def test_X7_that_what_is_to_be_made_is_refused_and_not_unseen(self):
        for name, rule in model.RULES.items():
            if rule.seen_by:
                noticed = any(world.is_new and model.decide(name, dataclasses.replace(world, is_new=False), holds) != daemon
                              for _, world, holds, daemon in HEARD.agreed[name])
                self.assertTrue(noticed, name)

    def test_M1_of_whose_memberships_are_the_owners_business(self):
        for role in worlds.ROLES:
            with self.subTest(role), mock.patch.object(model, "LEADERSHIP", set(model.LEADERSHIP) ^ {role}):
                self.assertNotEqual(compare.memberships(), HEARD.oracle.memberships)

    def test_M1_of_which_roles_are_held_at_a_school(self):
        for role in worlds.ROLES:
            with self.subTest(role), mock.patch.object(model, "OFFICES", set(model.OFFICES) ^ {role}):
                self.assertNotEqual(compare.memberships(), HEARD.oracle.memberships)

    def test_of_the_number_of_a_rule_that_refuses(self):
        for name, rule in model.RULES.items():
            with self.subTest(name), changed(name, number="Z9", ways=tuple((way, shows, by or rule.number) for way, shows, by in rule.ways)):
                self.assertIsNotNone(HEARD.noticed((name,)))


class Differences(unittest.TestCase):
    def test_are_found_counted_and_told_with_the_smallest_world(self):
        with mock.patch.object(model, "STAFF_AT_SCHOOL", tuple(role for role in model.STAFF_AT_SCHOOL if role != "health")):
            tally = compare.compare_block(HEARD.oracle, SEED, 0, compare.BLOCK)
            sort = next(one for one in tally.first if one[0] == "READ_STUDENT" and one[1][0] == "404" and one[2][1] == "S2.tie.mentor")
            told = "\n".join(compare.difference_told(HEARD.oracle, SEED, sort, tally.first[sort], tally.different[sort]))
        for part in ("READ_STUDENT: ", "is health at ", "has the tie mentor to the student", "the model:  404 by S2",
                     "the daemon: allowed by S2.tie.mentor, at ", "shows card, group, group of a protected person"):
            self.assertIn(part, told)
        self.assertEqual(told.count("\n  "), 7, told)  # who, membership, tie, what, its place, and what each side says

    def test_of_what_policy_roles_and_policy_ties_leave_out_are_found(self):
        always = (worlds.ALWAYS, worlds.FOREVER)
        names, mask = compare.fitting("student")
        without = mock.Mock(roles_of=[0] * len(compare.ACTIONS), ties_of=[0] * len(compare.ACTIONS))
        for role, ties, what in (("rektor", (), "policy_roles"), ("health", (worlds.Tie("mentor", *always),), "policy_ties")):
            world = worlds.World(20000, "student", memberships=(worlds.Membership(role, 1, *always),), places=(worlds.Place(1, *always),), ties=ties)
            (facts, answers), = HEARD.oracle.ask([(world, mask)])
            found = list(compare.differences(world, names, model.standing(world), facts, answers, without))
            self.assertIn(f"{what} of READ_STUDENT", {one.action for one in found})

    def test_of_facts_are_found(self):
        with mock.patch.object(model, "STAFF_AT_SCHOOL", model.STAFF_AT_SCHOOL + ("guardian",)):
            world, holds, names, facts, answers = next(row for row in HEARD.rows if row[0].known and not row[0].service and
                                                      model.roles_at(row[0], 4) == {"guardian"})
            found = list(compare.differences(world, names, holds, facts, answers, HEARD.oracle))
        self.assertIn(compare.FACTS, {one.action for one in found})

    def test_of_whom_records_name_are_found(self):
        """S7: at a school that was left, by who may read the card, at the school where the student is."""
        named = model.named_at
        changes = (lambda world, school, holds: named(world, school, holds) or any(place.school == school for place in world.places),
                   lambda world, school, holds: named(world, school, {}), lambda world, school, holds: named(world, 0, holds))
        for change in changes:
            with mock.patch.object(model, "named_at", change):
                tally = compare.compare_block(HEARD.oracle, SEED, 0, 1000)
            self.assertIn(compare.FACTS, {sort[0] for sort in tally.first})


class Worlds(unittest.TestCase):
    def test_are_the_same_for_the_same_seed_and_others_for_another(self):
        three = [worlds.maker(seed) for seed in (1, 1, 2)]
        first, again, other = [[make() for _ in range(50)] for make in three]
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)


if __name__ == "__main__":
    unittest.main()
