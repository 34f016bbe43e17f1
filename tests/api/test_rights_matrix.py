# SPDX-License-Identifier: EUPL-1.2
"""Every operation, for everyone, on everything: whether the daemon answers as the table in rights.py says, on which ground, and whether
what someone may not know of is answered byte for byte as what never was. Two daemons over the same world: at one everything is read and
everything refused is tried, and its store must stay as it is; at the other everything allowed is done."""
import collections
import concurrent.futures
import dataclasses
import itertools

import pytest

import contract_model
import rights
import world
from conftest import end
from daemon import Daemon, Files, copy_files
from rights_house import CHANGED, NEVER, PUTS, ROLES, ROUTES, TIES, House, registry
from rights_world import WEAK, columns, seed
from stored import digest

COLUMNS = columns()
AT_ONCE = 8
VOLATILE = {"date", "x-request-id", "traceparent"}
IN_QUERY = {"listIdentities": "personId", "listChanges": "schoolId"}     # what a list is of
MORE_OF_PATH = {"getLogConsistency": "?from=0&to=1", "getLogTile": "/0/000.p/1"}  # what each is asked for
FILTERS = {"schoolId": "school", "personId": "person", "studentId": "student", "groupId": "group"}
TRIED = {"personId": ["assistant", "kari", "owner", "no-role", "guardian-rektor", "hidden-teacher", "pupil"],
         "role": ["teacher", "rektor", "guardian", "owner"], "kind": TIES, "on": ["today"]}


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


class Disagreements(list):
    """What was answered otherwise than the table says, one line each."""

    def note(self, who, what, expected, got):
        self.append(f"{who.name:28} {what:52} expected {expected}, got {got}")

    def check(self):
        assert not self, f"{len(self)} disagreements:\n" + "\n".join(sorted(self)[:60])


@pytest.fixture
def wrong():
    return Disagreements()


def everyone(check, wrong):
    """Everyone's checks, some at a time: where nothing changes, nobody is in another's way."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(check, COLUMNS))
    wrong.check()


def plain(answer):
    """What a caller can tell answers apart by."""
    headers = sorted((name.lower(), value) for name, value in answer.headers.items() if name.lower() not in VOLATILE)
    return answer.status_code, headers, answer.content


def in_words(answer):
    if answer.status_code < 400:
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return f"{answer.status_code} {answer.json().get('ground', '') if is_json else ''}"
    problem = answer.json()
    return f"{answer.status_code} {[error['name'] for error in problem['errors']]}" if "errors" in problem else str(answer.status_code)


def as_expected(expected, answer, success=200):
    """Whether an answer is the one of the table."""
    if expected.status != 200:
        named = {error["name"] for error in answer.json().get("errors", ())} if answer.content else set()
        return answer.status_code == expected.status and set(expected.wrong) in (set(), named)
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    got = answer.json().get("ground", expected.ground) if is_json else expected.ground
    return (answer.status_code, got) == (success, expected.ground)


def path_of(name, id):
    """The path of an operation on one thing; a thing that is no part of the path is asked for in the query."""
    method, template = ROUTES[name]
    start, brace, rest = template.partition("{")
    path = start + id + rest.partition("}")[2].partition("/{")[0] + MORE_OF_PATH.get(name, "") if brace else start
    return method, f"{path}?{IN_QUERY[name]}={id}" if name in IN_QUERY else path


def has_id(name):
    return "{" in ROUTES[name][1] or name in IN_QUERY


def the_things(name):
    """What an operation can be asked about by everyone: of what has no id in its path, only one's own."""
    kind = rights.OPERATIONS[name].kind
    return [rights.Thing("me", "me")] if kind == "me" else rights.things(kind)


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

def pages(house, who, name, filters):
    """Every page to the end: the answer that was no page, or the rows and the counts."""
    method, template = ROUTES[name]
    rows, totals, token = [], set(), None
    while True:
        query = {**(filters if token is None or method == "POST" else {}), **({"pageToken": token} if token else {})}
        if name != "listCodes":
            query["limit"] = 25
        text = "&".join(f"{key}={value}" for key, value in query.items())
        answer = house.ask(who, method, template, query) if method == "POST" else house.ask(who, method, f"{template}?{text}")
        if answer.status_code != 200:
            return answer, None, None
        rows += answer.json()["data"]
        totals.add(answer.json().get("total"))
        token = answer.json()["pageToken"]
        if token is None:
            return answer, rows, totals


def tried(name, kind):
    """The filters that are tried: (filter, organisation and key of the value)."""
    for key in rights.OPERATIONS[name].filters:
        values = sorted({(thing.org if key in FILTERS else "", value) for thing in rights.things(kind) for value in thing.trait(key)})
        yield from ((key, org, value) for org, value in values if value in TRIED.get(key, [value]))
        if key in FILTERS:
            yield key, world.FJORD, rights.NOWHERE


def value_of(house, key, org, value):
    if key in FILTERS:
        return house.named(FILTERS[key], org, value)
    return {"on": str(world.today()), "name": "elev" + value.replace("-", ""), "civicNumber": world.CIVIC.get(value)}.get(key, value)


def check_list(house, wrong, who, name, what, filters, expected):
    """`expected`: the things that are to be listed."""
    row = rights.OPERATIONS[name]
    answer, rows, totals = pages(house, who, name, filters)
    if not rights.lists(who, row.right):
        if answer.status_code != 403:
            wrong.note(who, what, 403, in_words(answer))
        return
    if rows is None:
        wrong.note(who, what, 200, in_words(answer))
        return
    named = {house.id(row.kind, thing): thing for thing in rights.things(row.kind)}
    got = [item["id"] for item in rows if row.kind not in ("code", "log") or item["id"] in named]
    keys = sorted(named[id].key if id in named else id for id in got)
    if keys != sorted(thing.key for thing in expected):
        meant = {thing.key for thing in expected}
        wrong.note(who, what, f"{len(meant)} things, also {sorted(meant - set(keys))}", f"{len(keys)}, also {sorted(set(keys) - meant)}")
    grounds = {item["ground"] for item in rows if item["id"] in named and item["ground"] != rights.ground(who, row.right, named[item["id"]])}
    if grounds:
        wrong.note(who, what, "the grounds of single reads", sorted(grounds))
    if totals not in ({None}, {len(got)}):
        wrong.note(who, what, f"a total of {len(got)}", totals)


@pytest.mark.parametrize("name", of("list"))
def test_X7_lists_and_counts_hold_exactly_what_may_be_read(still, wrong, name):
    row = rights.OPERATIONS[name]
    def check(who):
        mine = [thing for thing in rights.things(row.kind) if rights.ground(who, row.right, thing)]
        check_list(still, wrong, who, name, name, {}, mine)

    everyone(check, wrong)


@pytest.mark.parametrize("name", [name for name in of("list") if rights.OPERATIONS[name].filters])
def test_S3_S7_a_filter_finds_exactly_what_it_may_be_found_by(still, wrong, name):
    row = rights.OPERATIONS[name]
    def check(who):
        mine = [thing for thing in rights.things(row.kind) if rights.ground(who, row.right, thing)]
        for key, org, value in tried(name, row.kind):
            found = [thing for thing in mine if org in ("", thing.org) and value in rights.shown_traits(who, thing, key)]
            check_list(still, wrong, who, name, f"{name} {key}={value} {org}", {key: value_of(still, key, org, value)}, found)

    everyone(check, wrong)


# ---- Changing -------------------------------------------------------------------------------------------------------------------------

def changes(name, who):
    """(thing, variant, what is expected) of an operation that changes."""
    row = rights.OPERATIONS[name]
    for thing in the_things(name):
        if has_id(name) or thing.org == who.org:
            for variant in row.variants:
                if variant.only is None or variant.only(thing):
                    yield thing, variant, rights.answer(who, row, thing, variant.also)


def change_body(house, name, thing, variant):
    make = CHANGED.get((rights.OPERATIONS[name].kind, variant.name))
    return make(thing, next(house.numbers)) if make else None


@pytest.mark.parametrize("name", of("change"))
def test_M1_S4_who_may_not_change_what_and_nothing_is_changed(still, wrong, name):
    kind = rights.OPERATIONS[name].kind
    def check(who):
        missing = {}
        for thing, variant, expected in changes(name, who):
            if expected.status == 200:
                continue
            body, version = change_body(still, name, thing, variant), still.versions[still.id(kind, thing)]
            # Rights are decided before versions are compared (X7): that none was sent is tried once of each kind.
            key = variant.name, expected.status
            tries = (version,) if key in missing else (version, None)
            if key not in missing:
                missing[key] = plain(still.ask(who, *path_of(name, NEVER), body, version)) if has_id(name) else None
            for version in tries:
                got = still.ask(who, *path_of(name, still.id(kind, thing) if has_id(name) else ""), body, version)
                what = f"{name} {thing.key}: {variant.name}" + (" without If-Match" if version is None else "")
                if not as_expected(expected, got):
                    wrong.note(who, what, expected, in_words(got))
                elif expected.status == 404 and has_id(name) and plain(got) != missing[key]:
                    wrong.note(who, what, "what is answered for what never was", "something else")

    everyone(check, wrong)


@pytest.mark.parametrize("name", of("change"))
def test_M1_S4_who_may_change_what_and_on_which_ground(moving, wrong, name):
    kind, method = rights.OPERATIONS[name].kind, ROUTES[name][0]
    for who in COLUMNS:
        for thing, variant, expected in changes(name, who):
            if expected.status != 200:
                continue
            id = moving.id(kind, thing)
            if method == "DELETE":
                id = fresh(moving, kind, thing)
            got = moving.ask(who, *path_of(name, id), change_body(moving, name, thing, variant), moving.versions.get(id, 1))
            if not as_expected(expected, got, 204 if method == "DELETE" else 200):
                wrong.note(who, f"{name} {thing.key}: {variant.name}", expected, in_words(got))
            elif got.content:
                moving.versions[id] = got.json()["version"]
    wrong.check()


def fresh(house, kind, thing):
    """A thing like this one, to be ended."""
    if kind == "webhook":
        return house.webhook(thing)
    client = registry(thing.org)
    answer = house.ask(client, "POST", f"/v1/{PUTS[kind]}", house.body(client, kind, thing))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


# ---- Making ---------------------------------------------------------------------------------------------------------------------------

def new_ones(name, who):
    """(what is to be made, what is expected)."""
    row = rights.OPERATIONS[name]
    for case in row.cases():
        case = rights.own(who, case)
        if case is not None:
            yield case, rights.answer_to_new(who, row, case)


@pytest.mark.parametrize("name", of("make"))
def test_M1_S1_who_may_not_make_what_and_nothing_is_made(still, wrong, name):
    kind, (method, path) = rights.OPERATIONS[name].kind, ROUTES[name]
    def check(who):
        answers = collections.defaultdict(dict)
        for case, expected in new_ones(name, who):
            if expected.status == 200:
                continue
            got = still.ask(who, method, path, still.body(who, kind, case))
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
    kind, (method, path) = rights.OPERATIONS[name].kind, ROUTES[name]
    for who in COLUMNS:
        for case, expected in new_ones(name, who):
            if expected.status == 200:
                got = moving.ask(who, method, path, moving.body(who, kind, case))
                if not as_expected(expected, got, 201):
                    wrong.note(who, f"{name}: {case.key}", expected, in_words(got))
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

@dataclasses.dataclass(frozen=True)
class Sent:
    """An item of a put, and what is expected of it. `item`: makes it, with what else there must be for it. `alike`: as the one before."""
    words: str
    item: object
    expected: rights.Answer
    outcomes: tuple = ("created",)
    alike: bool = False


def puts(house, name, who):
    row = rights.OPERATIONS[name]
    if row.cases is None:
        own = next(thing for thing in the_things(name) if thing.org == who.org)
        yield Sent(own.key, lambda: house.item(who, row.kind, own), rights.answer(who, row, own), ("changed",))
        return
    for case, expected in new_ones(name, who):
        login = expected.status == 200 and "student.link" in case.also      # one student's only
        yield Sent(case.key, lambda case=case, login=login: {**house.item(who, row.kind, case),
                                                             **({"personId": house.someone(who.org)} if login else {})}, expected)
        if case.known:
            yield from puts_of_known(house, who, row, case, expected)


def puts_of_known(house, who, row, case, new):
    """By the external ids that service clients and people have given to such things, `new` being what is expected of one by an id that nobody
    has given."""
    for thing in (rights.at_home(case, giver) for giver in rights.givers(case)):
        expected, external = rights.answer_to_known(who, row, case, thing), house.external(row.kind, thing.org, thing.key)
        item = house.item(who, row.kind, case)
        if expected == new and new.status != 200:
            yield Sent(case.key, lambda item=item: item, new)
            yield Sent(thing.key, lambda item=item, external=external: {**item, "externalId": external}, expected, alike=True)
        elif rights.finds(who, thing):
            yield Sent(thing.key, lambda item=item, external=external: {**item, "externalId": external}, expected, ("changed", "unchanged"))
        else:   # others' id, made for this caller: the next one would find what this one makes by it
            yield Sent(thing.key, lambda item=item, thing=thing: {**item, "externalId": house.put(row.kind, thing)[0]}, expected)


def put(house, wrong, name, who, chosen):
    """Sends in one go what is chosen by what is expected of it."""
    items = [sent for sent in puts(house, name, who) if chosen(sent.expected)]
    if not items:
        return
    answer = house.ask(who, *ROUTES[name], {"items": [sent.item() for sent in items]})
    if answer.status_code != 200:
        wrong.note(who, name, 200, in_words(answer))
        return
    results = answer.json()["results"]
    for i, sent in enumerate(items):
        what, expected, problem, ground = f"{name}: {sent.words}", sent.expected, results[i].get("problem", {"status": 200}), results[i].get("ground")
        names = {error["name"] for error in problem.get("errors", ())}
        if (problem["status"], ground) != (expected.status, expected.ground) or set(expected.wrong) not in (set(), names):
            wrong.note(who, what, expected, f"{problem['status']} {ground or sorted(names)}")
        elif expected.status == 200 and results[i]["outcome"] not in sent.outcomes:
            wrong.note(who, what, sent.outcomes, results[i]["outcome"])
        elif sent.alike and problem != results[i - 1].get("problem"):
            wrong.note(who, what, "what is answered for an external id that nobody knows", problem)


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

def one_request(house, name, who, there):
    """(method, path, body, version) of an operation on something that is there, or on nothing."""
    row = rights.OPERATIONS[name]
    thing = next(thing for thing in the_things(name) if thing.org in (None, who.org))
    method, path = path_of(name, house.id(row.kind, thing) if there and has_id(name) else NEVER)
    body, version = None, None
    if row.does == "change":
        body, version = change_body(house, name, thing, row.variants[0]), 1
    elif row.does == "make":
        body = house.body(who, row.kind, next(iter(row.cases())))
    elif row.does == "put":
        case = next(iter(row.cases())) if row.cases else thing
        body = {"items": [{"externalId": {"system": "matrix", "id": "xqweak"}, **house.body(who, row.kind, case)}]}
    elif method == "POST":
        body = {"absorbedId": NEVER} if row.does == "merge" else {}
    return method, path, body, version


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
