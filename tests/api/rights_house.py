# SPDX-License-Identifier: EUPL-1.2
"""A daemon with the world of rights.py in it, for very many requests: where everything is in its store, what a request about each thing looks like,
and everyone's token. It knows what to send, and nothing of who may."""
import dataclasses
import datetime
import functools
import json
import socket
import threading
import time
import uuid

import contract_model
import rights
import rights_cases_house
import world
from rights_world import NOWHERE, PEOPLE, Thing, Who
from stored import digests

NEVER = "019aa7b2-0000-7000-8000-000000000bad"
ROUTES = {name: (method, template) for method, template, name in contract_model.model().operations()
          if contract_model.model().needs_login(method, template)}
# Where a thing stands in the store, and the operation's name for its kind.
STORED = {"organisation": ("organisation", "organisation_id"), "school": ("school", "school_id"), "group": ("student_group", "group_id"),
          "member": ("group_member", "group_member_id"), "person": ("person", "person_id"), "identity": ("identity", "identity_id"),
          "membership": ("membership", "membership_id"), "tie": ("tie", "tie_id"), "enrolment": ("enrolment", "enrolment_id"),
          "student": ("student", "student_id"), "code": ("code", "code_id"),
          **{kind: (kind, f"{kind}_id") for kind in rights.CASE_THINGS}}
ROLES = ["rektor", "caseOpener", "contactTeacher", "teacher", "staff", "health", "admin", "student", "guardian", "owner", "auditor"]
TIES = ["contactTeacher", "mentor", "teacher", "observer", "health", "guardian"]
PUTS = {"organisation": "organisation", "school": "schools", "group": "groups", "member": "group-members", "person": "persons",
        "identity": "identities", "membership": "memberships", "tie": "ties", "enrolment": "enrolments", "student": "students"}
IDLE_SECONDS = 5


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
    "person": lambda thing, n: {"givenName": f"Xqgitt {n % 7}", "familyName": f"Xqetter {n % 7}",
                                **({"membership": {"role": thing.role}} if thing.role else {})},
    "identity": lambda thing, n: {"issuer": "https://login.elsewhere.example", "subject": f"xqsubject{n}"},
    "membership": lambda thing, n: {"role": thing.role, **one_day(n)},
    "tie": lambda thing, n: {"studentId": thing.student, "kind": thing.role, **one_day(n)},
    "student": lambda thing, n: {"givenName": f"Xqgitt {n % 7}", "familyName": f"Xqetter {n % 7}",
                                 **({"civicNumber": civic_number(n)} if thing.trait("civicNumber") else {})},
    "enrolment": lambda thing, n: {"from": long_ago(n), "until": long_ago(n)},
    "webhook": lambda thing, n: {"url": f"https://192.0.2.1/{n}"},      # where nothing is sent to
    "code": lambda thing, n: {"list": "report-category", "code": f"xq{n}", "labels": {"nb": "Xqkode", "sv": "Xqkod", "en": "Xqcode"}},
    **rights_cases_house.NEW,
}


def moved(thing, n):
    if thing.kind == "enrolment" and thing.over:
        return {"from": long_ago(n), "until": long_ago(n)}
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
    ("enrolment", "anything"): moved,
    ("enrolment", "reopen"): lambda thing, n: one_day(n),
    ("student", "name"): lambda thing, n: {"givenName": f"Xqgitt {n % 7}"},
    ("student", "civicNumber"): lambda thing, n: {"civicNumber": civic_number(n)},
    ("student", "mark"): lambda thing, n: {"protected": True},
    ("student", "lift"): lambda thing, n: {"protected": False},
    ("code", "anything"): lambda thing, n: {"position": n % 10000},
}


def registry(org):
    """A service client that may put everything."""
    return Who("registry", "registry", org, "provision", client=True)


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


class Line:
    """One connection. The library's would be most of the work of a small request."""

    def __init__(self, host):
        name, _, port = host.rpartition(":")
        self.host, self.socket = host, socket.create_connection((name, int(port)), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def exchange(self, method, path, body, headers):
        body = body or b""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        status, got = int(self.file.readline().split()[1]), {}
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            got[name] = value.strip()
        return Answered(status, got, self.file.read(int(got.get("Content-Length", 0))))


@functools.lru_cache(maxsize=None)
def template_of(path):
    return contract_model.model().template_of(path)


class House:
    """A daemon, the ids of what is in it, and everyone's token."""

    def __init__(self, daemon, numbers):
        self.daemon, self.tokens, self.checked, self.numbers = daemon, {}, set(), numbers
        self.lines = threading.local()
        self.ids, self.versions, self.known = {}, {}, {}
        for kind in rights.THINGS:
            for thing in rights.things(kind):
                if thing.giver:
                    self.make_known(kind, thing)
        self.find(self.stored())
        rights_cases_house.settle(self)
        self.stored()

    # Where things are.

    def stored(self):
        """The rows of each kind. From now on, their versions are known."""
        store = self.daemon.files.store()
        text = lambda value: value and str(uuid.UUID(bytes=value))
        tables = {kind: [{name: text(value) if isinstance(value, bytes) and len(value) == 16 else value for name, value in dict(row).items()}
                         for row in store.execute(f"SELECT * FROM {table}")] for kind, (table, _) in STORED.items()}
        self.versions.update({row[key]: row["version"] for kind, (_, key) in STORED.items() for row in tables[kind]})
        return tables

    def find(self, tables):
        finders = {"member": lambda row: (row["student_id"], row["group_id"]), "identity": lambda row: row["person_id"],
                   "membership": lambda row: (row["person_id"], row["school_id"], ROLES[row["role"]]),
                   "tie": lambda row: (row["student_id"], row["person_id"], TIES[row["kind"]]),
                   "enrolment": lambda row: (row["student_id"], row["school_id"]),
                   "code": lambda row: (row["organisation_id"], f"{row['list']}/{row['code']}")}
        known = {self.ids[place] for place in self.known}
        seeded = {kind: {find(row): row[STORED[kind][1]] for row in tables[kind] if row[STORED[kind][1]] not in known}
                  for kind, find in finders.items()}
        for kind in rights.THINGS:
            for thing in rights.things(kind):
                if (kind, thing.org, thing.key) not in self.ids:
                    self.ids[kind, thing.org, thing.key] = self.seeded_id(kind, thing, seeded)

    def seeded_id(self, kind, thing, seeded):
        named = lambda what, key: self.named(what, thing.org, key)
        if kind == "log":
            return self.log(thing)
        if kind == "row":
            return self.row(thing)
        if kind == "webhook":
            return self.webhook(thing)
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
        return NEVER if thing.key == NOWHERE else self.ids[kind, thing.org, thing.key]

    def log(self, thing):
        """The id of a log, which has a checkpoint of more than nothing from now on."""
        id = self.named("school", thing.org, thing.key) if thing.schools else world.ORGANISATIONS[thing.org]["id"]
        witness = Who("witness", "witness", thing.org, "witness", client=True)
        for _ in range(2):
            assert self.ask(witness, "POST", f"/v1/logs/{id}/checkpoint").status_code == 200
        return id

    def row(self, thing):
        """The name of a row about nobody: that of a look into its log which found nothing."""
        owner = next(who for who in rights.columns() if who.org == thing.org and (None, "owner") in rights.roles(who) and who.has("trygg:read"))
        log = f"/v1/schools/{self.named('school', thing.org, thing.key)}" if thing.schools else "/v1/organisation"
        self.ask(owner, "GET", f"{log}/activity?operation=nothing")
        name = "listSchoolActivity" if thing.schools else "listOrganisationActivity"
        return self.ask(owner, "GET", f"{log}/activity?limit=1&operation={name}").json()["data"][0]["id"]

    def webhook(self, thing):
        """One that its client makes."""
        client = Who(thing.person, thing.person, thing.org, "changes", client=True)
        answer = self.ask(client, "POST", "/v1/webhooks", NEW["webhook"](thing, next(self.numbers)))
        assert answer.status_code == 201, answer.text
        self.versions[answer.json()["id"]] = 1
        return answer.json()["id"]

    def named(self, kind, org, key):
        """The id of what is named, wherever it is; in the caller's own organisation first."""
        if kind == "civicNumber":
            return world.CIVIC.get(key, civic_number(0))
        ids = self.daemon.files.ids
        seeded = (ids[place][kind + "s"][key] for place in (org, *ids) if key in ids.get(place, {}).get(kind + "s", {}))
        return self.ids.get((kind, org, key)) or next(seeded, NEVER)

    def item(self, who, kind, thing, name="xqnew"):
        """Of a put, by an external id that nobody knows."""
        return {"externalId": {"system": "matrix", "id": f"{name}{next(self.numbers)}"}, **self.body(who, kind, thing)}

    def put(self, kind, thing, org=None):
        """Makes a thing by an external id that is new, by a service client unless people are to know it: the two ids."""
        who = rights.maker(thing) if thing.giver == PEOPLE else registry(org or thing.org)
        item = self.item(who, kind, thing, f"xq{kind}")
        result, = self.ask(who, "PUT", f"/v1/provision/{PUTS[kind]}", {"items": [item]}).json()["results"]
        assert result["outcome"] == "created", (who, thing, result)
        return item["externalId"], result["id"]

    def make_known(self, kind, thing):
        external, id = self.put(kind, thing)
        self.ids[kind, thing.org, thing.key], self.known[kind, thing.org, thing.key] = id, external
        if kind == "person" and thing.schools:
            body = {"personId": id, "schoolId": self.named("school", thing.org, thing.schools[0]), "role": "teacher"}
            assert self.ask(registry(thing.org), "POST", "/v1/memberships", body).status_code == 201

    # What is asked.

    def token(self, who):
        if who not in self.tokens:
            self.tokens[who] = self.daemon.token(who.subject, org=who.org, scope=who.scope, service=who.client, strong=who.strong)
        return self.tokens[who]

    def ask(self, who, method, path, body=None, version=None):
        """Daemon.request for very many requests: over one connection, and a refusal that came before is not held against the contract again."""
        headers = {"Authorization": "Bearer " + self.token(who), "Accept": "application/json"}
        if isinstance(body, bytes):
            headers.update({"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"})
        elif body is not None:
            headers["Content-Type"] = "application/merge-patch+json" if method == "PATCH" else "application/json"
            self.daemon.remember(body)
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if method == "POST" and not path.endswith("/search"):
            headers["Idempotency-Key"] = str(uuid.uuid4())
        answer = self.exchange(method, path, body if body is None or isinstance(body, bytes) else json.dumps(body).encode(), headers)
        same = (method, template_of(path), answer.content, *answer.headers)
        if same not in self.checked or answer.status_code < 400:
            contract_model.check_answer(method, path, answer.status_code, answer.headers, answer.content)
            self.checked.add(same)
        return answer

    def exchange(self, method, path, body, headers):
        """Over this thread's own connection; one that was idle may have been closed by the daemon."""
        here = self.lines.__dict__
        if time.monotonic() - here.get("used", 0) > IDLE_SECONDS:
            here["line"] = Line(self.daemon.url.removeprefix("http://"))
        answer = here["line"].exchange(method, path, body, headers)
        here["used"] = time.monotonic()
        return answer

    def body(self, who, kind, thing):
        body = NEW[kind](thing, next(self.numbers))
        if "studentId" in body:
            body["studentId"] = self.named("student", thing.org, thing.student)
        for name, key in thing.names:
            *inside, member = name.split("/")
            place = body.setdefault(inside[0], {}) if inside else body
            place[member] = self.external(member, who.org, key) if member in PUTS else self.named(rights.NAMED.get(member, member.removesuffix("Id")), who.org, key)
        return body

    def external(self, kind, org, key):
        """What other systems call it."""
        return self.known.get((kind, org, key), {"system": "matrix", "id": "xqnobody"})

    def someone(self, org):
        """The id of a person who is nobody's yet."""
        _, id = self.put("person", Thing("person", "someone"), org)
        return id

    def digest(self):
        """Of everything stored, by table, but for what a refusal may leave behind: its answer to a retry, too."""
        return digests(self.daemon.files.store(), but=("replay",))
