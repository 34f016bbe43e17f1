# SPDX-License-Identifier: EUPL-1.2
"""How the operations of rights.py are asked, and how an answer is held against what was expected of it."""
import concurrent.futures
import dataclasses

import contract_model
import rights
import rights_cases_house
import world
from rights_house import CHANGED, NEVER, PUTS, ROUTES, TIES, registry
from rights_world import columns

COLUMNS = columns()
AT_ONCE = 8
VOLATILE = {"date", "x-request-id", "traceparent"}
IN_QUERY = {"listIdentities": "personId", "listChanges": "schoolId", "countPersonsaker": "schoolId"}     # what a list is of
MORE_OF_PATH = {"getLogConsistency": "?from=0&to=1", "getLogTile": "/0/000.p/1"}  # what each is asked for
FILTERS = {"schoolId": "school", "personId": "person", "studentId": "student", "groupId": "group", "saksbehandlerId": "person"}
TRIED = {"personId": ["assistant", "kari", "owner", "no-role", "guardian-rektor", "hidden-teacher", "pupil"],
         "role": ["teacher", "rektor", "guardian", "owner"], "kind": TIES, "on": ["today"]}
DONE = {operation["operationId"]: {int(status) for status in operation["responses"] if status.startswith("2")}
        for methods in contract_model.model().document["paths"].values() for operation in methods.values()
        if isinstance(operation, dict) and "operationId" in operation}    # what tells of success


class Disagreements(list):
    """What was answered otherwise than the table says, one line each."""

    def note(self, who, what, expected, got):
        self.append(f"{who.name:28} {what:52} expected {expected}, got {got}")

    def check(self):
        assert not self, f"{len(self)} disagreements:\n" + "\n".join(sorted(self)[:60])


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


def as_expected(expected, answer, success=(200,)):
    """Whether an answer is the one of the table; `success`: the statuses that tell of one."""
    if expected.status != 200:
        named = {error["name"] for error in answer.json().get("errors", ())} if answer.content else set()
        return answer.status_code == expected.status and set(expected.wrong) in (set(), named)
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    got = answer.json().get("ground", expected.ground) if is_json else expected.ground
    return answer.status_code in success and got == expected.ground


def path_of(name, id, more=None):
    """The path of an operation on one thing; a thing that is no part of the path is asked for in the query. `more`: what else is asked for."""
    method, template = ROUTES[name]
    start, brace, rest = template.partition("{")
    path = start + id + rest.partition("}")[2].partition("/{")[0] + (more or MORE_OF_PATH.get(name, "")) if brace else start
    return method, f"{path}?{IN_QUERY[name]}={id}" if name in IN_QUERY else path


def has_id(name):
    return "{" in ROUTES[name][1] or name in IN_QUERY


def the_things(name):
    """What an operation can be asked about by everyone: of what has no id in its path, only one's own."""
    kind = rights.OPERATIONS[name].kind
    return [rights.Thing("me", "me")] if kind == "me" else rights.things(kind)


# ---- Lists -----------------------------------------------------------------------------------------------------------------------------

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


# ---- Changes ---------------------------------------------------------------------------------------------------------------------------

def changes(name, who):
    """(thing, variant, what is expected) of an operation that changes."""
    row = rights.OPERATIONS[name]
    for thing in the_things(name):
        if has_id(name) or thing.org == who.org:
            for variant in row.variants:
                if variant.only is None or variant.only(thing):
                    yield thing, variant, rights.answer(who, row, thing, variant.also)


def change_body(house, name, thing, variant):
    kind, n = rights.OPERATIONS[name].kind, next(house.numbers)
    if (kind, variant.name) in rights_cases_house.SENT:
        return rights_cases_house.SENT[kind, variant.name](house, thing, n)
    make = CHANGED.get((kind, variant.name))
    return make(thing, n) if make else None


def to_be_changed(house, name, thing):
    """Where a change of a thing is to be made: its id, its version, what else stands in the path."""
    kind = rights.OPERATIONS[name].kind
    if kind in rights.CASE_THINGS:
        id, version = rights_cases_house.before(house, name, thing)
        return id, version, rights_cases_house.on_case(house, thing, not thing.over) if name == "removeMedsaksbehandler" else None
    id = fresh(house, kind, thing) if ROUTES[name][0] == "DELETE" else house.id(kind, thing)
    return id, house.versions.get(id, 1), None


def fresh(house, kind, thing):
    """A thing like this one, to be ended."""
    if kind == "webhook":
        return house.webhook(thing)
    client = registry(thing.org)
    answer = house.ask(client, "POST", f"/v1/{PUTS[kind]}", house.body(client, kind, thing))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


# ---- What is to be made ----------------------------------------------------------------------------------------------------------------

def new_ones(name, who):
    """(what is to be made, what is expected)."""
    row = rights.OPERATIONS[name]
    for case in row.cases():
        case = rights.own(who, case)
        if case is not None:
            yield case, rights.answer_to_new(who, row, case)


def to_make(house, name, who, case):
    """(method, path, body): of what is made at a student, the student stands in the path."""
    (method, path), body = ROUTES[name], house.body(who, rights.OPERATIONS[name].kind, case)
    return (*path_of(name, body.pop("studentId")), body) if "{" in path else (method, path, body)


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


# ---- One request of each ---------------------------------------------------------------------------------------------------------------

def one_request(house, name, who, there):
    """(method, path, body, version) of an operation on something that is there, or on nothing."""
    row = rights.OPERATIONS[name]
    thing = next(thing for thing in the_things(name) if thing.org in (None, who.org))
    more = rights_cases_house.on_case(house, thing, False) if name == "removeMedsaksbehandler" else None
    method, path = path_of(name, house.id(row.kind, thing) if there and has_id(name) else NEVER, more)
    body, version = None, None
    if row.does == "change":
        body, version = change_body(house, name, thing, row.variants[0]), 1
    elif row.does == "make":
        method, path, body = to_make(house, name, who, next(iter(row.cases())))
    elif row.does == "close many":
        body = {"items": [{"personsakId": house.id(row.kind, thing) if there else NEVER, "summary": "Xqoppsummering"}]}
    elif row.does == "put":
        case = next(iter(row.cases())) if row.cases else thing
        body = {"items": [{"externalId": {"system": "matrix", "id": "xqweak"}, **house.body(who, row.kind, case)}]}
    elif method == "POST":
        body = {"absorbedId": NEVER} if row.does == "merge" else {}
    return method, path, body, version
