# SPDX-License-Identifier: EUPL-1.2
"""Holds the model of the rules (model.py) against the daemon's policy, over random worlds: both are asked every action that fits the world.

Compared are the verdict (allowed, 403, 404), the ground (the first match) or the number of the rule that refuses, what is shown, and the
school of the ground; besides, which action a membership of each role takes and where it is held, and that policy_roles, policy_ties,
policy_everywhere, policy_is_staff_at, policy_has_role_at and policy_names_protected keep what they say. A disagreement is made as small as it
goes and printed; at most ten, one of each sort. The same seed makes the same worlds, on any number of processes.

    compare.py [--worlds N] [--seed N] [--block N] [--processes N] [--figures] ORACLE"""
import argparse
import collections
import concurrent.futures
import dataclasses
import functools
import itertools
import os
import pathlib
import re
import struct
import subprocess
import sys
import time
import typing

import model
import worlds

SERVER = pathlib.Path(__file__).resolve().parents[2] / "server"
BLOCK = 5000  # worlds made from one seed
BATCH = 100  # worlds told to the oracle at once; with a pipe's 64 KiB neither side waits for the other to read
MOST_PRINTED = 10
ENOUGH = 20000  # as many worlds reach every way of every rule


def actions_of(header):
    """The names in `enum action`, in order."""
    body = re.search(r"enum action \{(.*?)\};", header, re.DOTALL).group(1)
    names = re.findall(r"\bACTION_(\w+)\s*,|\bACTION_(COUNT)\b", re.sub(r"/\*.*?\*/", "", body, flags=re.DOTALL))
    return [name for name, last in names if not last]


ACTIONS = actions_of((SERVER / "policy" / "policy.h").read_text(encoding="utf-8"))
FACTS = "policy_has_role_at, policy_is_staff_at and policy_names_protected"
SCHOOL_ROLES = tuple(role for role in worlds.ROLES if role not in worlds.OFFICES)


# ---- The daemon's side --------------------------------------------------------------------------------------------------------------

class Answers(dict):
    """The oracle's words → an Answer, and whether everywhere. There are few different ones."""

    def __missing__(self, text):
        verdict, ground, shows, school, everywhere = text.split(",")
        shown = frozenset(kind for bit, kind in enumerate(model.SHOWN) if int(shows) >> bit & 1)
        allowed = verdict == "0"
        self[text] = model.Answer(("allowed", "403", "404")[int(verdict)], ground if allowed else ground.partition(".")[0], shown, int(school)), everywhere == "1"
        return self[text]


def memberships():
    """Of each role: the action of reading and of changing a membership of it, and whether it is held at a school."""
    parts = []
    for role in worlds.ROLES:
        kind = "LEADERSHIP" if role in model.LEADERSHIP else "MEMBERSHIP"
        parts.append(f"{ACTIONS.index('READ_' + kind)},{ACTIONS.index('CHANGE_' + kind)},{int(role not in model.OFFICES)}")
    return " ".join(parts)


class Oracle:
    """One process that answers for the policy, for as long as this one lives."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.answers = Answers()
        words = dict(part.split(" ", 1) for part in self.read_line().split("\t"))
        self.roles_of = [int(mask) for mask in words["policy_roles"].split()]
        self.ties_of = [int(mask) for mask in words["policy_ties"].split()]
        self.memberships = words["memberships"]
        mine = {"actions": len(ACTIONS), "roles": " ".join(worlds.ROLES), "ties": " ".join(worlds.TIES), "scopes": " ".join(worlds.SCOPES),
                "verdicts": "0 1 2", "shows": "1 2 4 8 16 32", "bonds": "1 2 4 8 16", "days": f"{worlds.ALWAYS} {worlds.FOREVER}", "schools": len(worlds.SCHOOLS),
                "memberships": memberships()}
        for word, value in mine.items():
            if words[word] != str(value):
                sys.exit(f"the daemon's {word} are {words[word]}; the model knows {value}")

    def read_line(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("the oracle ended")
        return line.decode().rstrip("\n")

    def ask(self, asked):
        """[(world, mask of actions)] → for each (facts, [(Answer, everywhere)])."""
        self.process.stdin.write(struct.pack("=q", len(asked)) + b"".join([worlds.encoded(*one) for one in asked]))
        self.process.stdin.flush()
        for _ in asked:
            facts, *answers = self.read_line().split("\t")
            yield facts, [self.answers[text] for text in answers]


# ---- The comparison -----------------------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Difference:
    """What the two sides say of one world. `action` names an action or one of the policy's other functions; a side is an Answer or a word."""
    action: str
    model: typing.Union[model.Answer, str]
    daemon: typing.Union[model.Answer, str]

    def sort(self):
        """Differences of one sort are told once."""
        short = [(one.verdict, one.ground, one.shows) if isinstance(one, model.Answer) else None for one in (self.model, self.daemon)]
        return self.action, *short


def fitting(kind):
    """(action, its number) of the actions that are about this kind, and their mask."""
    numbers = [number for number, name in enumerate(ACTIONS) if name not in model.RULES or model.RULES[name].about == kind]
    return [ACTIONS[number] for number in numbers], sum(1 << number for number in numbers)


def expected_facts(world, holds):
    """Of each school, the roles held there, as the oracle writes them, whether they make staff, and whether its records name a protected student."""
    parts = []
    for school in range(len(worlds.SCHOOLS)):
        held = model.roles_at(world, school)
        parts.append(f"{sum([1 << worlds.ROLE_NUMBER[role] for role in held])},{int(not held.isdisjoint(model.STAFF_AT_SCHOOL))},{int(model.named_at(world, school, holds))}")
    return " ".join(parts)


def differences(world, names, holds, facts, answers, oracle):
    if world.known and not world.service and facts != expected_facts(world, holds):
        yield Difference(FACTS, expected_facts(world, holds), facts)
    for name, (daemon, everywhere) in zip(names, answers):
        mine = model.decide(name, world, holds)
        if mine != daemon:
            yield Difference(name, mine, daemon)
        expected = model.everywhere(model.RULES[name], world, holds)
        if expected != everywhere:
            yield Difference(f"policy_everywhere of {name}", "yes" if expected else "no", "yes" if everywhere else "no")
        if daemon.verdict != "allowed":
            continue
        relation, _, word = daemon.ground.partition(".")[2].partition(".")
        if relation == "role" and word in SCHOOL_ROLES and not oracle.roles_of[ACTIONS.index(name)] >> worlds.ROLE_NUMBER[word] & 1:
            yield Difference(f"policy_roles of {name}", f"has {word}, through which it is allowed", f"lacks {word}")
        if relation == "tie" and not oracle.ties_of[ACTIONS.index(name)] >> worlds.TIE_NUMBER[word] & 1:
            yield Difference(f"policy_ties of {name}", f"has {word}, through which it is allowed", f"lacks {word}")


class Tally:
    """How often what came out, so that one can see whether the worlds are dense; and the first difference of each sort."""

    def __init__(self):
        self.worlds = 0
        self.verdicts = collections.Counter()
        self.grounds = collections.Counter()
        self.different = collections.Counter()
        self.first = {}

    def asked(self, name):
        return sum(self.verdicts[name, verdict] for verdict in ("allowed", "403", "404"))

    def add(self, other):
        self.worlds += other.worlds
        for mine, theirs in ((self.verdicts, other.verdicts), (self.grounds, other.grounds), (self.different, other.different)):
            mine.update(theirs)
        for sort, found in other.first.items():
            self.first.setdefault(sort, found)


def compare_block(oracle, seed, block, n):
    """The first n worlds of a block."""
    tally, make = Tally(), worlds.maker(f"{seed}/{block}")
    fits = {kind: fitting(kind) for kind in worlds.KINDS}
    outcomes = collections.Counter()
    for start in range(0, n, BATCH):
        made = [make() for _ in range(min(BATCH, n - start))]
        told = oracle.ask([(world, fits[world.kind][1]) for world in made])
        for at, (world, (facts, answers)) in enumerate(zip(made, told)):
            names, _ = fits[world.kind]
            for found in differences(world, names, model.standing(world), facts, answers, oracle):
                tally.different[found.sort()] += 1
                tally.first.setdefault(found.sort(), (block, start + at, world))
            outcomes.update(zip(names, answers))
    tally.worlds = n
    for (name, (answer, _)), times in outcomes.items():
        tally.verdicts[name, answer.verdict] += times
        if answer.verdict == "allowed":
            tally.grounds[name, answer.ground] += times
    return tally


def found_again(oracle, world, sort):
    """The difference of this sort in this world, or None."""
    names, mask = fitting(world.kind)
    (facts, answers), = oracle.ask([(world, mask)])
    found = differences(world, names, model.standing(world), facts, answers, oracle)
    return next((one for one in found if one.sort() == sort), None)


# ---- Told -------------------------------------------------------------------------------------------------------------------------

def answer_told(answer):
    if not isinstance(answer, model.Answer):
        return answer
    if answer.verdict != "allowed":
        return f"{answer.verdict} by {answer.ground}"
    shown = f", shows {', '.join(sorted(answer.shows))}" if answer.shows else ""
    return f"allowed by {answer.ground}, at {worlds.SCHOOLS[answer.school]}{shown}"


def difference_told(oracle, seed, sort, found, times):
    """Lines of text, with the smallest world that shows it."""
    block, at, world = found
    less = worlds.smallest(world, lambda one: found_again(oracle, one, sort) is not None)
    difference = found_again(oracle, less, sort)
    yield f"{difference.action}: {times} times; first with --seed {seed} --block {block}, world {at}; the smallest such world:"
    for line in worlds.told(less):
        yield f"    {line}"
    yield f"  the model:  {answer_told(difference.model)}"
    yield f"  the daemon: {answer_told(difference.daemon)}\n"


def report(oracle, seed, tally):
    for sort, found in itertools.islice(tally.first.items(), MOST_PRINTED):
        print(*difference_told(oracle, seed, sort, found, tally.different[sort]), sep="\n")
    if len(tally.first) > MOST_PRINTED:
        print(f"\nand {len(tally.first) - MOST_PRINTED} sorts more\n")


def unmet(tally):
    """What of the model no world reached: then the worlds are not dense enough to say anything about it."""
    for name, rule in model.RULES.items():
        for relation, _, by in rule.ways:
            if name in ACTIONS and not tally.grounds[name, f"{by or rule.number}.{relation}"]:
                yield f"{name} by {by or rule.number}.{relation}"


def print_figures(tally):
    print(f"{'':28} {'allowed':>9} {'403':>9} {'404':>9}")
    for name in ACTIONS:
        print(f"{name:28}", *[f"{tally.verdicts[name, verdict]:9}" for verdict in ("allowed", "403", "404")])


# ---- The program --------------------------------------------------------------------------------------------------------------------

@functools.cache
def own_oracle(program):
    """The oracle of this process, kept from block to block."""
    return Oracle(program)


def compare_here(program, seed, block, n):
    return compare_block(own_oracle(program), seed, block, n)


def compare(program, seed, blocks, processes):
    """`blocks`: (number, how many worlds) of each."""
    tally = Tally()
    with concurrent.futures.ProcessPoolExecutor(processes) as pool:
        for part in pool.map(functools.partial(compare_here, program, seed), *zip(*blocks)):
            tally.add(part)
    return tally


def main():
    parser = argparse.ArgumentParser(description="Compares the daemon's policy with the model of the rules.")
    parser.add_argument("oracle", help="the program policy_oracle")
    parser.add_argument("--worlds", type=int, default=ENOUGH)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--block", type=int, help="this block only")
    parser.add_argument("--figures", action="store_true", help="how often each action was allowed and refused")
    options = parser.parse_args()

    started = time.monotonic()
    unknown = set(ACTIONS) ^ set(model.RULES)
    if unknown:
        sys.exit(f"known to one side only: {', '.join(sorted(unknown))}")
    print(f"seed {options.seed}")
    blocks = [(start // BLOCK, min(BLOCK, options.worlds - start)) for start in range(0, options.worlds, BLOCK)]
    tally = compare(options.oracle, options.seed, blocks if options.block is None else [(options.block, BLOCK)], options.processes)
    if options.figures:
        print_figures(tally)
    report(own_oracle(options.oracle), options.seed, tally)
    missing = [] if tally.first or tally.worlds < ENOUGH else list(unmet(tally))
    for what in missing:
        print(f"no world reached {what}")
    print(f"{tally.worlds} worlds, {sum(tally.verdicts.values())} decisions, at least {min(tally.asked(name) for name in ACTIONS)} of each action, "
          f"in {time.monotonic() - started:.0f} s: {sum(tally.different.values())} disagreements of {len(tally.first)} sorts")
    return 1 if tally.first or missing else 0


if __name__ == "__main__":
    sys.exit(main())
