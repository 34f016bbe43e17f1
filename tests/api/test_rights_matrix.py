# SPDX-License-Identifier: EUPL-1.2
"""Every operation, for everyone, on everything: whether the daemon answers as the table in rights.py says, on which ground, and whether
what someone may not know of is answered byte for byte as what never was. Two daemons over the same world: at one everything is read and
everything refused is tried, and its store must stay as it is; at the other everything allowed is done."""
import collections
import dataclasses
import datetime
import functools
import hashlib
import http.client
import itertools
import json
import time
import uuid

import pytest

import contract_model
import rights
import world
from conftest import end
from daemon import Daemon, copy_files

NEVER = "019aa7b2-0000-7000-8000-000000000bad"
VOLATILE = {"date", "x-request-id", "traceparent"}
ROUTES = {name: (method, template) for method, template, name in contract_model.model().operations()
          if contract_model.model().needs_login(method, template)}
# Where a thing stands in the store, and the operation's name for its kind.
STORED = {"organisation": ("organisation", "organisation_id"), "school": ("school", "school_id"), "group": ("student_group", "group_id"),
          "member": ("group_member", "group_member_id"), "person": ("person", "person_id"), "identity": ("identity", "identity_id"),
          "membership": ("membership", "membership_id"), "tie": ("tie", "tie_id"), "enrolment": ("enrolment", "enrolment_id"),
          "student": ("student", "student_id"), "code": ("code", "code_id")}
ROLES = ["rektor", "caseOpener", "contactTeacher", "teacher", "staff", "health", "admin", "student", "guardian", "owner", "auditor"]
TIES = ["contactTeacher", "mentor", "teacher", "observer", "health", "guardian"]
PUTS = {"organisation": "organisation", "school": "schools", "group": "groups", "member": "group-members", "person": "persons",
        "identity": "identities", "membership": "memberships", "tie": "ties", "enrolment": "enrolments", "student": "students"}
UNMOVED = ("activity", "activity_tree", "replay", "heartbeat")      # what a refusal may leave behind
IDLE_SECONDS = 5
COLUMNS = rights.columns()


def of(does):
    return [name for name, row in rights.OPERATIONS.items() if row.does == does]


# ---- What is sent -----------------------------------------------------------------------------------------------------------------

def some_day(n):
    """A day that nobody's rights of today rest on."""
    return str(datetime.date(2090, 1, 1) + datetime.timedelta(days=n))


def long_ago(n):
    return str(datetime.date(2020, 1, 1) - datetime.timedelta(days=n))


def one_day(n):
    return {"from": some_day(n), "until": some_day(n)}


def civic_number(n):
    """A personnummer of 2099 with its true check digit."""
    nine = f"99{1 + n // 28 % 12:02}{1 + n % 28:02}{n // 336:03}"
    total = sum(sum(divmod(int(digit) * (2 - i % 2), 10)) for i, digit in enumerate(nine))
    return f"20{nine}{-total % 10}"


# What a new thing needs besides what it names; and a change that leaves everyone's rights as they are.
NEW = {
    "organisation": lambda thing, n: {"name": f"Xqkommune {n % 7}"},
    "school": lambda thing, n: {"name": f"Xqskole {n % 7}", **({"modules": ["notes"]} if thing.trait("modules") else {})},
    "group": lambda thing, n: {"kind": "class", "name": f"Xqgruppe {n % 7}"},
    "member": lambda thing, n: one_day(n),
    "person": lambda thing, n: {"givenName": f"Xqgitt {n % 7}", "familyName": f"Xqetter {n % 7}"},
    "identity": lambda thing, n: {"issuer": "https://login.elsewhere.example", "subject": f"xqsubject{n}"},
    "membership": lambda thing, n: {"role": thing.role, **one_day(n)},
    "tie": lambda thing, n: {"studentId": thing.student, "kind": thing.role, **one_day(n)},
    "student": lambda thing, n: {"givenName": f"Xqgitt {n % 7}", "familyName": f"Xqetter {n % 7}",
                                 **({"civicNumber": civic_number(n)} if thing.trait("civicNumber") else {})},
    "code": lambda thing, n: {"list": "report-category", "code": f"xq{n}", "labels": {"nb": "Xqkode", "sv": "Xqkod", "en": "Xqcode"}},
}


def moved(thing, n):
    return {"from": long_ago(n)} if thing.over else {"until": some_day(n)}


CHANGED = {
    ("organisation", "anything"): lambda thing, n: {"name": f"Xqkommune {n % 7}"},
    ("school", "name"): lambda thing, n: {"name": f"Xqskole {n % 7}"},
    ("school", "modules"): lambda thing, n: {"modules": ["sikker-sak", "notes"][:1 + n % 2]},
    ("group", "anything"): lambda thing, n: {"name": f"Xqgruppe {n % 7}"},
    ("member", "anything"): moved,
    ("person", "name"): lambda thing, n: {"givenName": f"Xqgitt {n % 7}"},
    ("person", "mark"): lambda thing, n: {"protected": True},
    ("person", "lift"): lambda thing, n: {"protected": False},
    ("membership", "anything"): moved,
    ("tie", "anything"): moved,
    ("code", "anything"): lambda thing, n: {"position": n % 10000},
}
PERSONAL = {"identity": "personId"}     # what names its person outside of `names`
FILTERS = {"schoolId": "school", "personId": "person", "studentId": "student", "groupId": "group"}
TRIED = {"personId": ["assistant", "kari", "owner", "no-role", "guardian-rektor", "hidden-teacher", "pupil"],
         "role": ["teacher", "rektor", "guardian", "owner"], "kind": TIES, "on": ["today"]}


# ---- A daemon with the world ------------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Answered:
    status_code: int
    headers: dict
    content: bytes

    def json(self):
        return json.loads(self.content)

    @property
    def text(self):
        return self.content.decode()


@functools.lru_cache(maxsize=None)
def template_of(path):
    return contract_model.model().template_of(path)


class House:
    """A daemon, the ids of what is in it, and everyone's token."""

    def __init__(self, daemon, numbers):
        self.daemon, self.tokens, self.checked, self.numbers = daemon, {}, set(), numbers
        self.line, self.used = http.client.HTTPConnection(daemon.url.removeprefix("http://"), timeout=30), 0
        self.ids, self.versions, self.external = {}, {}, {}
        for kind in rights.THINGS:
            for thing in rights.things(kind):
                if thing.key.startswith("known: "):
                    self.make_known(kind, thing)
        self.find()

    # Where things are.

    def find(self):
        store = self.daemon.files.store()
        text = lambda value: value and str(uuid.UUID(bytes=value))
        tables = {kind: [{name: text(value) if isinstance(value, bytes) and len(value) == 16 else value for name, value in dict(row).items()}
                         for row in store.execute(f"SELECT * FROM {table}")] for kind, (table, _) in STORED.items()}
        self.versions = {row[key]: row["version"] for kind, (_, key) in STORED.items() for row in tables[kind]}
        finders = {"member": lambda row: (row["student_id"], row["group_id"]), "identity": lambda row: row["person_id"],
                   "membership": lambda row: (row["person_id"], row["school_id"], ROLES[row["role"]]),
                   "tie": lambda row: (row["student_id"], row["person_id"], TIES[row["kind"]]),
                   "enrolment": lambda row: (row["student_id"], row["school_id"]),
                   "code": lambda row: (row["organisation_id"], f"{row['list']}/{row['code']}")}
        known = {id for _, id in self.external.values()}
        seeded = {kind: {find(row): row[STORED[kind][1]] for row in tables[kind] if row[STORED[kind][1]] not in known}
                  for kind, find in finders.items()}
        for kind in rights.THINGS:
            for thing in rights.things(kind):
                if (kind, thing.org, thing.key) not in self.ids:
                    self.ids[kind, thing.org, thing.key] = self.seeded_id(kind, thing, seeded)

    def seeded_id(self, kind, thing, seeded):
        named = lambda what, key: self.daemon.id(what, key, thing.org)
        if kind == "organisation":
            return world.ORGANISATIONS[thing.org]["id"]
        if kind in ("school", "group", "person", "student"):
            return named(kind, thing.key)
        found = {"member": lambda: (named("student", thing.student), named("group", thing.trait("groupId")[0])),
                 "identity": lambda: named("person", thing.person),
                 "membership": lambda: (named("person", thing.person), thing.schools and named("school", thing.schools[0]) or None, thing.role),
                 "tie": lambda: (named("student", thing.student), named("person", thing.person), thing.role),
                 "enrolment": lambda: (named("student", thing.student), named("school", thing.schools[0])),
                 "code": lambda: (world.ORGANISATIONS[thing.org]["id"], thing.key)}[kind]()
        return seeded[kind][found]

    def id(self, kind, thing):
        return NEVER if thing.key == rights.NOWHERE else self.ids[kind, thing.org, thing.key]

    def named(self, kind, org, key):
        """The id of what is named, wherever it is; in the caller's own organisation first."""
        ids = self.daemon.files.ids
        return next((ids[place][kind + "s"][key] for place in (org, *ids) if key in ids.get(place, {}).get(kind + "s", {})), NEVER)

    def make_known(self, kind, thing):
        external = {"system": "matrix", "id": f"xq{kind}{next(self.numbers)}"}
        client = rights.Who("registry", "registry", thing.org, "provision", client=True)
        answer = self.ask(client, "PUT", f"/v1/provision/{PUTS[kind]}", {"items": [{"externalId": external, **self.body(client, kind, thing)}]})
        result = answer.json()["results"][0]
        assert result["outcome"] == "created", (thing, result)
        self.ids[kind, thing.org, thing.key], self.external[kind, thing.org, thing.key] = result["id"], (external, result["id"])

    # What is asked.

    def token(self, who):
        if who not in self.tokens:
            self.tokens[who] = self.daemon.token(who.subject, org=who.org, scope=who.scope, service=who.client, strong=who.strong)
        return self.tokens[who]

    def ask(self, who, method, path, body=None, version=None):
        """Daemon.request for very many requests: over one connection, and a refusal that came before is not held against the contract again."""
        headers = {"Authorization": "Bearer " + self.token(who), "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/merge-patch+json" if method == "PATCH" else "application/json"
            self.daemon.remember(body)
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if method == "POST" and not path.endswith("/search"):
            headers["Idempotency-Key"] = str(uuid.uuid4())
        if time.monotonic() - self.used > IDLE_SECONDS:
            self.line.close()       # the daemon may have done so too
        self.line.request(method, path, None if body is None else json.dumps(body), headers)
        got = self.line.getresponse()
        self.used = time.monotonic()
        answer = Answered(got.status, dict(got.getheaders()), got.read())
        same = (method, template_of(path), answer.content, *answer.headers)
        if same not in self.checked or answer.status_code < 400:
            contract_model.check_answer(method, path, answer.status_code, answer.headers, answer.content)
            self.checked.add(same)
        return answer

    def body(self, who, kind, thing):
        body = NEW[kind](thing, next(self.numbers))
        if "studentId" in body:
            body["studentId"] = self.named("student", thing.org, thing.student)
        if kind in PERSONAL:
            body[PERSONAL[kind]] = self.named("person", thing.org or who.org, thing.person)
        if kind == "person" and thing.role:
            return {**body, "membership": {"role": thing.role, **{member: self.named("school", who.org, name) for member, name in thing.names}}}
        return {**body, **{member: self.named(member[:-2], who.org, name) for member, name in thing.names}}

    def digest(self):
        """Of everything stored, by table, but for what a refusal may leave behind."""
        store = self.daemon.files.store()
        tables = [row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return {table: hashlib.sha256(repr(sorted(map(tuple, store.execute(f"SELECT * FROM {table}")), key=repr)).encode()).hexdigest()
                for table in tables if table not in UNMOVED}


@pytest.fixture(scope="module")
def houses(tmp_path_factory, made):
    started = []
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
        assert not self, f"{len(self)} disagreements:\n" + "\n".join(self[:60])


@pytest.fixture
def wrong():
    found = Disagreements()
    yield found
    found.check()


def plain(answer):
    """What a caller can tell answers apart by."""
    headers = sorted((name.lower(), value) for name, value in answer.headers.items() if name.lower() not in VOLATILE)
    return answer.status_code, headers, answer.content


def in_words(answer):
    if answer.status_code < 400:
        return f"{answer.status_code} {answer.json().get('ground', '') if answer.content else ''}"
    problem = answer.json()
    return f"{answer.status_code} {[error['name'] for error in problem['errors']]}" if "errors" in problem else str(answer.status_code)


def as_expected(expected, answer, success=200):
    """Whether an answer is the one of the table."""
    if expected.status != 200:
        return answer.status_code == expected.status and (not expected.wrong or [error["name"] for error in answer.json()["errors"]] == list(expected.wrong))
    got = answer.json().get("ground", expected.ground) if answer.content else expected.ground
    return (answer.status_code, got) == (success, expected.ground)


def path_of(name, id):
    """The path of an operation on one thing; a thing that is no part of the path is asked for in the query."""
    method, template = ROUTES[name]
    start, brace, rest = template.partition("{")
    path = start + id + rest.partition("}")[2] if brace else start
    return method, f"{path}?personId={id}" if name == "listIdentities" else path


def has_id(name):
    return "{" in ROUTES[name][1] or name == "listIdentities"


def the_things(name):
    """What an operation can be asked about by everyone: of what has no id in its path, only one's own."""
    kind = rights.OPERATIONS[name].kind
    return [rights.Thing("me", "me")] if kind == "me" else rights.things(kind)


# ---- The table and the contract are about the same ----------------------------------------------------------------------------------

def test_X5_every_operation_has_a_row_and_every_row_an_operation():
    assert set(rights.OPERATIONS) == set(ROUTES)


def test_L2_the_contract_asks_for_the_login_that_the_table_does():
    asked = {operation["operationId"]: operation["x-login"] for methods in contract_model.model().document["paths"].values()
             for operation in methods.values() if isinstance(operation, dict) and "operationId" in operation}
    assert {name: asked[name] for name in rights.OPERATIONS if name in asked} == \
        {name: row.login for name, row in rights.OPERATIONS.items() if name in asked}


def test_everyone_of_the_world_has_a_column():
    seeded = {(person["key"], org) for org, seed in rights.SEEDED.items() for person in seed["persons"].values()}
    assert seeded <= {(who.subject, who.org) for who in COLUMNS if not who.client}
    assert {role for who in COLUMNS if who.org == world.FJORD for _, role in rights.roles(who)} == set(ROLES)


# ---- Reading ------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", of("read"))
def test_who_reads_what_and_on_which_ground(still, wrong, name):
    row = rights.OPERATIONS[name]
    for who in COLUMNS:
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
        values = sorted({(thing.org, value) for thing in rights.things(kind) for value in thing.trait(key)})
        yield from ((key, org, value) for org, value in values if value in TRIED.get(key, [value]))
        if key in FILTERS:
            yield key, world.FJORD, rights.NOWHERE


def value_of(house, key, org, value):
    if key in FILTERS:
        return house.named(FILTERS[key], org, value)
    return {"on": str(datetime.date.today()), "name": "elev" + value.replace("-", ""), "civicNumber": world.CIVIC.get(value)}.get(key, value)


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
    got = [item["id"] for item in rows if row.kind != "code" or item["id"] in named]
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
    for who in COLUMNS:
        mine = [thing for thing in rights.things(row.kind) if rights.ground(who, row.right, thing)]
        check_list(still, wrong, who, name, name, {}, mine)


@pytest.mark.parametrize("name", [name for name in of("list") if rights.OPERATIONS[name].filters])
def test_S3_S7_a_filter_finds_exactly_what_it_may_be_found_by(still, wrong, name):
    row = rights.OPERATIONS[name]
    for who in COLUMNS:
        mine = [thing for thing in rights.things(row.kind) if rights.ground(who, row.right, thing)]
        for key, org, value in tried(name, row.kind):
            found = [thing for thing in mine if thing.org == org and value in rights.shown_traits(who, thing, key)]
            check_list(still, wrong, who, name, f"{name} {key}={value} {org}", {key: value_of(still, key, org, value)}, found)


# ---- Changing -------------------------------------------------------------------------------------------------------------------------

def changes(name, who):
    """(thing, variant, what is expected) of an operation that changes."""
    row = rights.OPERATIONS[name]
    for thing in the_things(name):
        if has_id(name) or thing.org == who.org:
            for variant in row.variants:
                if thing.protected or not variant.protected:
                    yield thing, variant, rights.answer(who, row, thing, variant.also)


def change_body(house, name, thing, variant):
    make = CHANGED.get((rights.OPERATIONS[name].kind, variant.name))
    return make(thing, next(house.numbers)) if make else None


@pytest.mark.parametrize("name", of("change"))
def test_who_may_not_change_what_and_nothing_is_changed(still, wrong, name):
    kind = rights.OPERATIONS[name].kind
    for who in COLUMNS:
        missing = {}
        for thing, variant, expected in changes(name, who):
            if expected.status == 200:
                continue
            body, id = change_body(still, name, thing, variant), still.id(kind, thing) if has_id(name) else ""
            for version in (still.versions[still.id(kind, thing)], None):
                if has_id(name) and (variant.name, version is None) not in missing:
                    method, path = path_of(name, NEVER)
                    missing[variant.name, version is None] = plain(still.ask(who, method, path, body, version))
                got = still.ask(who, *path_of(name, id), body, version)
                what = f"{name} {thing.key}: {variant.name}" + (" without If-Match" if version is None else "")
                if not as_expected(expected, got):
                    wrong.note(who, what, expected, in_words(got))
                elif expected.status == 404 and has_id(name) and plain(got) != missing[variant.name, version is None]:
                    wrong.note(who, what, "what is answered for what never was", "something else")


@pytest.mark.parametrize("name", of("change"))
def test_who_may_change_what_and_on_which_ground(moving, wrong, name):
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


def fresh(house, kind, thing):
    """A thing like this one, to be ended."""
    client = rights.Who("registry", "registry", thing.org, "provision", client=True)
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
def test_who_may_not_make_what_and_nothing_is_made(still, wrong, name):
    kind, (method, path) = rights.OPERATIONS[name].kind, ROUTES[name]
    for who in COLUMNS:
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


@pytest.mark.parametrize("name", of("make"))
def test_who_may_make_what_and_on_which_ground(moving, wrong, name):
    kind, (method, path) = rights.OPERATIONS[name].kind, ROUTES[name]
    for who in COLUMNS:
        for case, expected in new_ones(name, who):
            if expected.status == 200:
                got = moving.ask(who, method, path, moving.body(who, kind, case))
                if not as_expected(expected, got, 201):
                    wrong.note(who, f"{name}: {case.key}", expected, in_words(got))


# ---- Putting --------------------------------------------------------------------------------------------------------------------------

def puts(house, name, who):
    """(in words, item, what is expected, whether the one before is to be answered alike)."""
    row = rights.OPERATIONS[name]
    unknown = lambda: {"system": "matrix", "id": f"xqnew{next(house.numbers)}"}
    if row.cases is None:
        own = next(thing for thing in the_things(name) if thing.org == who.org)
        yield own.key, {"externalId": unknown(), **house.body(who, row.kind, own)}, rights.answer(who, row, own), False
        return
    for case, expected in new_ones(name, who):
        yield case.key, {"externalId": unknown(), **house.body(who, row.kind, case)}, expected, False
    for case in (case for case in row.cases() if case.known):
        thing = rights.at_home(case)
        body, new = house.body(who, row.kind, case), rights.answer_to_new(who, row, case)
        known = new if thing.org != who.org else rights.answer_to_known(who, row, case, thing)
        external, _ = house.external[row.kind, thing.org, thing.key]
        yield case.key, {"externalId": unknown(), **body}, new, False
        yield thing.key, {"externalId": external, **body}, known, new == known and new.status != 200


def put(house, wrong, name, who, chosen):
    """Sends in one go what is chosen by what is expected of it."""
    items = [row for row in puts(house, name, who) if chosen(row[2])]
    if not items:
        return
    answer = house.ask(who, *ROUTES[name], {"items": [item for _, item, _, _ in items]})
    if answer.status_code != 200:
        wrong.note(who, name, 200, in_words(answer))
        return
    results = answer.json()["results"]
    for i, (words, _, expected, alike) in enumerate(items):
        problem, ground = results[i].get("problem", {"status": 200}), results[i].get("ground")
        names = tuple(error["name"] for error in problem.get("errors", ()))
        if (problem["status"], ground) != (expected.status, expected.ground) or expected.wrong not in ((), names):
            wrong.note(who, f"{name}: {words}", expected, f"{problem['status']} {ground or names}")
        elif alike and problem != results[i - 1].get("problem"):
            wrong.note(who, f"{name}: {words}", "what is answered for an external id that nobody knows", problem)


@pytest.mark.parametrize("name", of("put"))
def test_who_may_not_put_what_and_nothing_is_put(still, wrong, name):
    for who in COLUMNS:
        put(still, wrong, name, who, lambda expected: expected.status != 200)


@pytest.mark.parametrize("name", of("put"))
def test_who_may_put_what_and_on_which_ground(moving, wrong, name):
    for who in COLUMNS:
        put(moving, wrong, name, who, lambda expected: expected.status == 200)


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
        body = {}
    return method, path, body, version


@pytest.mark.parametrize("name", [name for name, row in rights.OPERATIONS.items() if row.login == "strong"])
def test_L2_a_weak_login_learns_nothing(still, wrong, name):
    for who in rights.WEAK:
        answers = [still.ask(who, *one_request(still, name, who, there)) for there in (True, False)]
        if {answer.status_code for answer in answers} != {401} or plain(answers[0]) != plain(answers[1]):
            wrong.note(who, name, "401 twice", [in_words(answer) for answer in answers])


@pytest.mark.parametrize("name", [name for name, row in rights.OPERATIONS.items() if row.login == "any"])
def test_L2_a_weak_login_is_enough_where_it_is(still, wrong, name):
    for who in rights.WEAK:
        answer = still.ask(who, *one_request(still, name, who, True))
        if answer.status_code != 200:
            wrong.note(who, name, 200, in_words(answer))
