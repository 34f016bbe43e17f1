# SPDX-License-Identifier: EUPL-1.2
"""Every operation, for everyone, on everything: whether the daemon answers as the table in rights.py says, on which ground, and whether
what someone may not know of is answered byte for byte as what never was. Two daemons over the same world: at one everything is read and
everything refused is tried, and its store must stay as it is; at the other everything allowed is done."""
import collections
import dataclasses
import itertools

import pytest

import contract_model
import rights
import rights_cases_house as cases
import world
from conftest import end
from daemon import Daemon, Files, copy_files
from rights_asking import (COLUMNS, DONE, Disagreements, as_expected, change_body, changes, check_list, everyone, has_id, in_words, new_ones, one_request,
                           path_of, plain, put, the_things, to_be_changed, to_make, tried, value_of)
from rights_house import NEVER, ROLES, ROUTES, House, registry
from rights_world import WEAK, seed
from stored import digest


def of(does):
    return [name for name, row in rights.OPERATIONS.items() if row.does == does]


@pytest.fixture(scope="module")
def houses(tmp_path_factory, built):
    made, started = Files(tmp_path_factory.mktemp("made"), seed()).make(), []
    try:
        for name in ("still", "moving"):
            started.append(Daemon(copy_files(made, tmp_path_factory.mktemp(name))))
            started[-1].start()
        # Where nothing is made, names and numbers may come again: there are fewer of them to look for in the log.
        yield [House(daemon, numbers) for daemon, numbers in zip(started, (itertools.cycle(range(1, 30)), itertools.count(1)))]
    finally:
        for daemon in started:
            end(daemon)


@pytest.fixture
def still(houses):
    """The daemon at which nothing changes."""
    house = houses[0]
    before = house.digest()
    yield house
    after = house.digest()
    assert [table for table in after if after[table] != before[table]] == [], "what was refused has been done all the same"


@pytest.fixture
def moving(houses):
    return houses[1]


@pytest.fixture
def wrong():
    return Disagreements()


# ---- The table and the contract are about the same ----------------------------------------------------------------------------------

def test_X5_every_operation_has_a_row_and_every_row_an_operation():
    assert set(rights.OPERATIONS) == set(ROUTES)


@pytest.mark.parametrize("sql, seen", [
    ("INSERT INTO webhook SELECT randomblob(16), organisation_id, client, client_mark, school_id, url, secret, created_at, version, told, failures, next_at "
     "FROM webhook LIMIT 1", True),
    ("DELETE FROM webhook", True),
    ("UPDATE webhook SET url = x'00'", True),
    ("UPDATE webhook SET secret = x'00'", True),
    ("UPDATE webhook SET version = version + 1", True),
    ("UPDATE webhook SET told = told + 1, failures = failures + 1, next_at = next_at + 1", False),   # by itself, as the log grows
])
def test_a_webhook_that_is_stored_or_changed_is_seen(houses, sql, seen):
    store = houses[0].daemon.files.store()
    before = digest(store, "webhook")
    assert store.execute(sql).rowcount > 0 and (digest(store, "webhook") != before) == seen


def test_L2_the_contract_asks_for_the_login_that_the_table_does():
    asked = {operation["operationId"]: operation["x-login"] for methods in contract_model.model().document["paths"].values()
             for operation in methods.values() if isinstance(operation, dict) and "operationId" in operation}
    assert {name: asked[name] for name in rights.OPERATIONS if name in asked} == \
        {name: row.login for name, row in rights.OPERATIONS.items() if name in asked}


def test_everyone_of_the_world_has_a_column():
    seeded = {(person["key"], org) for org, seed in rights.SEEDED.items() for person in seed["persons"].values()}
    assert seeded <= {(who.subject, who.org) for who in COLUMNS if not who.client}
    assert {role for who in COLUMNS if who.org == world.FJORD for _, role in rights.roles(who)} == set(ROLES)


def cells(name):
    """What is expected of everyone with everything, for an operation on single things."""
    row = rights.OPERATIONS[name]
    for who in COLUMNS:
        if row.does in ("make", "put") and row.cases:
            yield from (expected for _, expected in new_ones(name, who))
        elif row.does == "change":
            yield from (expected for _, _, expected in changes(name, who))
        else:
            yield from (rights.answer(who, row, thing) for thing in the_things(name))


@pytest.mark.parametrize("name", [name for name, row in rights.OPERATIONS.items() if row.does != "list"])
def test_every_row_allows_someone_and_refuses_someone(name):
    statuses = {expected.status for expected in cells(name)}
    assert 200 in statuses and statuses & {403, 404}


# ---- Reading ------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", of("read"))
def test_M1_S2_V1_who_reads_what_and_on_which_ground(still, wrong, name):
    row = rights.OPERATIONS[name]
    def check(who):
        method, path = path_of(name, NEVER)
        missing = plain(still.ask(who, method, path)) if has_id(name) else None
        if missing and missing[0] != 404:
            wrong.note(who, f"{name} of what never was", 404, missing[0])
        for thing in the_things(name):
            if not has_id(name) and thing.org not in (None, who.org):
                continue
            got = still.ask(who, *path_of(name, still.id(row.kind, thing) if has_id(name) else ""))
            expected = rights.answer(who, row, thing)
            if not as_expected(expected, got):
                wrong.note(who, f"{name} {thing.key}", expected, in_words(got))
            elif expected.status == 404 and missing and plain(got) != missing:
                wrong.note(who, f"{name} {thing.key}", "what is answered for what never was", "something else")

    everyone(check, wrong)


def test_V1_G2_a_log_shows_no_row_about_ones_own_child(still, wrong):
    log, students = f"/v1/schools/{still.named('school', world.FJORD, 'aas')}/activity?limit=100&operation=getStudent", ("alva", "birk")
    ids = {still.named("student", world.FJORD, key): key for key in students}
    reader = next(who for who in COLUMNS if who.name == "rektor")
    for id in ids:
        still.ask(reader, "GET", f"/v1/students/{id}")
    for who in COLUMNS:
        got = still.ask(who, "GET", log)
        if got.status_code == 200 and who.org == world.FJORD:
            shown = {ids[row["studentId"]] for row in got.json()["data"] if row["studentId"] in ids and row["outcome"] == "allowed"}
            expected = {key for key in students if not rights.is_family(who, key)}
            if not shown <= expected or "birk" not in shown:
                wrong.note(who, "listSchoolActivity: rows about", sorted(expected), sorted(shown))
    wrong.check()


# ---- Lists, counts and searches -------------------------------------------------------------------------------------------------------

def listed(row, who):
    return [thing for thing in rights.things(row.kind) if rights.ground(who, row.right, thing) and (row.holds is None or row.holds(thing))]


@pytest.mark.parametrize("name", of("list"))
def test_X7_lists_and_counts_hold_exactly_what_may_be_read(still, wrong, name):
    row = rights.OPERATIONS[name]
    def check(who):
        check_list(still, wrong, who, name, name, {}, listed(row, who))

    everyone(check, wrong)


@pytest.mark.parametrize("name", [name for name in of("list") if rights.OPERATIONS[name].filters])
def test_S3_S7_a_filter_finds_exactly_what_it_may_be_found_by(still, wrong, name):
    row = rights.OPERATIONS[name]
    def check(who):
        for key, org, value in tried(name, row.kind):
            found = [thing for thing in listed(row, who) if org in ("", thing.org) and value in rights.shown_traits(who, thing, key)]
            check_list(still, wrong, who, name, f"{name} {key}={value} {org}", {key: value_of(still, key, org, value)}, found)

    everyone(check, wrong)


# ---- Changing -------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", of("change"))
def test_M1_S4_who_may_not_change_what_and_nothing_is_changed(still, wrong, name):
    kind, method = rights.OPERATIONS[name].kind, ROUTES[name][0]
    def check(who):
        missing = {}
        for thing, variant, expected in changes(name, who):
            if expected.status == 200:
                continue
            body, version = change_body(still, name, thing, variant), None if method == "POST" else still.versions[still.id(kind, thing)]
            more = cases.on_case(still, thing, False) if name == "removeMedsaksbehandler" else None
            # Rights are decided before versions are compared (X7): that none was sent is tried once of each kind.
            key = variant.name, expected.status
            tries = (version,) if key in missing or version is None else (version, None)
            if key not in missing:
                missing[key] = plain(still.ask(who, *path_of(name, NEVER, more), body, version)) if has_id(name) else None
            for version in tries:
                got = still.ask(who, *path_of(name, still.id(kind, thing) if has_id(name) else "", more), body, version)
                what = f"{name} {thing.key}: {variant.name}" + (" without If-Match" if version is None else "")
                if not as_expected(expected, got):
                    wrong.note(who, what, expected, in_words(got))
                elif expected.status == 404 and has_id(name) and plain(got) != missing[key]:
                    wrong.note(who, what, "what is answered for what never was", "something else")

    everyone(check, wrong)


@pytest.mark.parametrize("name", of("change"))
def test_M1_S4_who_may_change_what_and_on_which_ground(moving, wrong, name):
    method = ROUTES[name][0]
    for who in COLUMNS:
        for thing, variant, expected in changes(name, who):
            if expected.status != 200 or not cases.can_be_tried(name, thing):
                continue
            id, version, more = to_be_changed(moving, name, thing)
            got = moving.ask(who, *path_of(name, id, more), change_body(moving, name, thing, variant), None if method == "POST" else version)
            if rights.is_in_conflict(name, thing):
                expected = rights.Answer(409)
            if not as_expected(expected, got, DONE[name]):
                wrong.note(who, f"{name} {thing.key}: {variant.name}", expected, in_words(got))
            elif expected.status == 200 and thing.kind in rights.CASE_THINGS:
                cases.after(moving, name, thing, got.json() if got.content else None)
            elif expected.status == 200 and got.content:
                moving.versions[id] = got.json()["version"]
    wrong.check()


# ---- Making ---------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", of("make"))
def test_M1_S1_who_may_not_make_what_and_nothing_is_made(still, wrong, name):
    def check(who):
        answers = collections.defaultdict(dict)
        for case, expected in new_ones(name, who):
            if expected.status == 200:
                continue
            got = still.ask(who, *to_make(still, name, who, case))
            if not as_expected(expected, got):
                wrong.note(who, f"{name}: {case.key}", expected, in_words(got))
            elif not case.why:
                answers[expected.status, expected.wrong].setdefault(str(plain(got)), case.key)
        for (status, members), different in answers.items():
            if len(different) > 1:
                wrong.note(who, f"{name}: {', '.join(different.values())}", f"one answer of {status} {members}", len(different))

    everyone(check, wrong)


@pytest.mark.parametrize("name", of("make"))
def test_M1_S1_who_may_make_what_and_on_which_ground(moving, wrong, name):
    for who in COLUMNS:
        for case, expected in new_ones(name, who):
            if expected.status == 200:
                got = moving.ask(who, *to_make(moving, name, who, case))
                if cases.is_taken(name, case):
                    expected = rights.Answer(409)
                if not as_expected(expected, got, DONE[name]):
                    wrong.note(who, f"{name}: {case.key}", expected, in_words(got))
                elif expected.status == 200:
                    cases.after_making(moving, name, who, case, got.json())
    wrong.check()


# ---- Cases ----------------------------------------------------------------------------------------------------------------------------

CLOSED, OUTCOMES = "/v1/personsaker/closures", {403: "forbidden", 404: "notFound"}


def close_many(house, who, things):
    """What became of each: (outcome, ground)."""
    answer = house.ask(who, "POST", CLOSED, {"items": [{"personsakId": house.id("personsak", thing), "summary": "Xqoppsummering"} for thing in things]})
    if answer.status_code != 200:
        return answer.status_code
    return [(result["outcome"], result["ground"]) for result in answer.json()["results"]]


@pytest.mark.parametrize("name", of("close many"))
def test_S6_who_may_not_close_which_among_many_and_none_is_closed(still, wrong, name):
    row = rights.OPERATIONS[name]
    def check(who):
        expected = [(thing, rights.answer(who, row, thing)) for thing in (*rights.things("personsak"), rights.never("personsak"))]
        barred = [(thing, answer) for thing, answer in expected if answer.status != 200]
        if barred:
            got = close_many(still, who, [thing for thing, _ in barred])
            meant = [(OUTCOMES[answer.status], None) for _, answer in barred]
            if got != meant:
                wrong.note(who, name, meant, got)

    everyone(check, wrong)


@pytest.mark.parametrize("name", of("close many"))
def test_S6_who_closes_which_among_many_and_on_which_ground(moving, wrong, name):
    for who in COLUMNS:
        mine = [(thing, rights.answer(who, rights.OPERATIONS[name], thing)) for thing in rights.things("personsak")]
        mine = [(thing, answer.ground) for thing, answer in mine if answer.status == 200]
        if mine:
            got = close_many(moving, who, [thing for thing, _ in mine])
            meant = [("alreadyClosed" if thing.over else "closed", ground) for thing, ground in mine]
            if got != meant:
                wrong.note(who, name, meant, got)
            for thing, _ in mine:
                if not thing.over:
                    cases.after(moving, "closePersonsak", thing)
    wrong.check()


def test_G2_the_counts_of_a_school_are_of_the_cases_that_its_rektor_may_read(still, wrong):
    for who in COLUMNS:
        for school in rights.things("school"):
            got = still.ask(who, *path_of("countPersonsaker", still.id("school", school)))
            if got.status_code == 200:
                mine = [thing for kind in ("personsak", "proposal") for thing in rights.things(kind)
                        if school.key in thing.schools and "role.rektor" in (rights.ground(who, f"{kind}.read", thing) or "")]
                read = [thing for thing in mine if thing.kind == "personsak"]
                meant = {"open": sum(not thing.over for thing in read), "closed": sum(thing.over for thing in read),
                         "due": sum("true" in thing.trait("due") and not thing.over for thing in read),
                         "unhandled": sum("true" in thing.trait("unhandled") and not thing.over for thing in read),
                         "waitingProposals": sum(thing.kind == "proposal" and not thing.over for thing in mine)}
                counted = {key: got.json()[key] for key in meant}
                if counted != meant:
                    wrong.note(who, f"countPersonsaker {school.key}", meant, counted)
    wrong.check()


# What only some of those who read a thing are shown: the operation, the member, and by which ground it is shown; of which things.
SHOWN = [("getHendelse", "text", "rektor", lambda thing: thing.over), ("getDocument", "name", "rektor", lambda thing: thing.over),
         ("getProposal", "personsakId", "role.", lambda thing: thing.key == "alva at aas by observer"),
         ("getDeparture", "due", "rektor", lambda thing: True)]


@pytest.mark.parametrize("name, member, by, of_which", SHOWN, ids=[row[0] for row in SHOWN])
def test_P10_P1_S6_what_is_shown_to_some_of_those_who_read(still, wrong, name, member, by, of_which):
    row = rights.OPERATIONS[name]
    for who in COLUMNS:
        for thing in filter(of_which, rights.things(row.kind)):
            entries = [entry for entry in rights.RIGHTS[row.right].split() if by in entry]
            meant = any(rights.stands(who, entry.partition(".")[2], thing) for entry in entries)
            got = still.ask(who, *path_of(name, still.id(row.kind, thing)))
            if got.status_code == 200 and (got.json()[member] is not None) != meant:
                wrong.note(who, f"{name} {thing.key}: {member}", meant, got.json()[member])
    wrong.check()


# ---- Merging --------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", of("merge"))
def test_S4_who_may_not_merge_whom_and_nothing_is_merged(still, wrong, name):
    row = rights.OPERATIONS[name]
    absorbed = [thing for thing in rights.things("student") if thing.key in ("birk", "celia", "sven")] + [rights.never("student")]
    def check(who):
        missing = plain(still.ask(who, *path_of(name, NEVER), {"absorbedId": still.id("student", absorbed[0])}))
        unknown = {}
        for stays, other in itertools.product(rights.things("student"), absorbed):
            expected = rights.answer_to_merge(who, row, stays, other)
            if expected.status == 200:
                continue
            got = still.ask(who, *path_of(name, still.id("student", stays)), {"absorbedId": still.id("student", other)})
            what = f"{name} {stays.key}: {other.key}"
            if not as_expected(expected, got):
                wrong.note(who, what, expected, in_words(got))
            elif plain(got) != (missing if expected.status == 404 else unknown.setdefault(expected.status, plain(got))):
                wrong.note(who, what, "what is answered for what never was", "something else")

    everyone(check, wrong)


@pytest.mark.parametrize("name", of("merge"))
def test_S4_who_may_merge_a_double_and_on_which_ground(moving, wrong, name):
    row = rights.OPERATIONS[name]
    for who in COLUMNS:
        for stays in rights.things("student"):
            expected = rights.answer_to_merge(who, row, stays, stays)
            if expected.status == 200:
                there = [school for school in stays.schools if {(school, "rektor"), (school, "admin")} & rights.roles(who)] or stays.schools
                double = dataclasses.replace(stays, names=tuple(("schoolId", school) for school in there[:1]), traits=())
                _, absorbed = moving.put("student", double, stays.org)
                got = moving.ask(who, *path_of(name, moving.id("student", stays)), {"absorbedId": absorbed})
                if not as_expected(expected, got):
                    wrong.note(who, f"{name} {stays.key}", expected, in_words(got))
    wrong.check()


@pytest.mark.parametrize("name", of("cosign"))
def test_V1_who_may_add_to_a_log_learns_what_is_wrong_and_nobody_else(still, wrong, name):
    row = rights.OPERATIONS[name]
    def check(who):
        missing = plain(still.ask(who, *path_of(name, NEVER), {"signature": "x"}))
        for thing in rights.things("log"):
            expected = rights.answer(who, row, thing)
            got = still.ask(who, *path_of(name, still.id("log", thing)), {"signature": "x"})
            meant = rights.Answer(400, wrong=("/signature",)) if expected.status == 200 else expected
            if not as_expected(meant, got):
                wrong.note(who, f"{name} {thing.key}", meant, in_words(got))
            elif expected.status == 404 and plain(got) != missing:
                wrong.note(who, f"{name} {thing.key}", "what is answered for what never was", "something else")

    everyone(check, wrong)


# ---- Putting --------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", of("put"))
def test_M1_who_may_not_put_what_and_nothing_is_put(still, wrong, name):
    everyone(lambda who: put(still, wrong, name, who, lambda expected: expected.status != 200), wrong)


@pytest.mark.parametrize("name", of("put"))
def test_M1_who_may_put_what_and_on_which_ground(moving, wrong, name):
    for who in COLUMNS:
        put(moving, wrong, name, who, lambda expected: expected.status == 200)
    wrong.check()


@pytest.mark.parametrize("name", [name for name in of("put") if rights.OPERATIONS[name].cases])     # there is one organisation to put
def test_X3_the_items_of_a_put_are_judged_one_by_one_and_in_order(moving, name):
    row, who = rights.OPERATIONS[name], registry(world.FJORD)
    case = next(case for case, expected in new_ones(name, who) if expected.status == 200)
    item = moving.item(who, row.kind, case)
    badly_formed = [{**item, "xqmember": 1}, {**item, "externalId": "xqid"}, {name: value for name, value in item.items() if name != "externalId"}]
    answer = moving.ask(who, *ROUTES[name], {"items": [*badly_formed, item, item]})
    results = answer.json()["results"]
    assert [result.get("problem", {}).get("status") for result in results] == [400, 400, 400, None, None]
    assert [result["outcome"] for result in results[3:]] == ["created", "unchanged"]
    assert results[3]["id"] == results[4]["id"]


# ---- Weak logins ----------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", [name for name, row in rights.OPERATIONS.items() if row.login == "strong"])
def test_L2_a_weak_login_learns_nothing(still, wrong, name):
    for who in WEAK:
        answers = [still.ask(who, *one_request(still, name, who, there)) for there in (True, False)]
        if {answer.status_code for answer in answers} != {401} or plain(answers[0]) != plain(answers[1]):
            wrong.note(who, name, "401 twice", [in_words(answer) for answer in answers])
    wrong.check()


@pytest.mark.parametrize("name", [name for name, row in rights.OPERATIONS.items() if row.login == "any"])
def test_L2_a_weak_login_is_enough_where_it_is(still, wrong, name):
    for who in WEAK:
        answer = still.ask(who, *one_request(still, name, who, True))
        if answer.status_code != 200:
            wrong.note(who, name, 200, in_words(answer))
    wrong.check()
