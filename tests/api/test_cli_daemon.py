# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg` with a real daemon: each area of verbs is driven whole, and the endings are told by their exit codes."""

import datetime
import json
import uuid

import pytest

import world

import civic
from cli import BAD_INPUT, CONFLICT, FORBIDDEN, LOGIN, NOT_FOUND, OK, run
from daemon import Daemon, copy_files

YESTERDAY = (world.today() - datetime.timedelta(days=1)).isoformat()
NEXT_YEAR = (world.today() + datetime.timedelta(days=365)).isoformat()
VERBS = [tuple(verb["words"]) for verb in json.loads(run(None, "completion", "list").stdout)["verbs"] if verb["method"]]


@pytest.fixture(scope="module")
def house(tmp_path_factory, made):
    """A daemon of this file's own, since what others count on is changed here."""
    daemon = Daemon(copy_files(made, tmp_path_factory.mktemp("cli-daemon"))).start()
    try:
        yield daemon
    finally:
        daemon.stop()
        daemon.check_log()


class Shell:
    """shell("rektor", "groups", "list") is what --json printed; `code` is how it must end, `stdin` is what it reads. "registry" is a
    client with the scope provision. What was driven is kept."""

    def __init__(self, daemon):
        self.daemon, self.driven = daemon, set()

    def __call__(self, who, *words, code=OK, stdin="", text=False):
        service = {"service": True, "scope": "provision"} if who == "registry" else {}
        asked = words if text else (*words, "--json")
        done = run(self.daemon.url, *asked, token=self.daemon.token(who, **service), stdin=stdin)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        self.driven |= {max((verb for verb in VERBS if words[:len(verb)] == verb), key=len)}
        return done.stdout if text else json.loads(done.stdout or done.stderr or "null")

    def put(self, kind, *items, who="registry", code=OK):
        """trygg provision KIND, from standard input; the outcomes."""
        for item in items:
            self.daemon.remember(item)
        return [result["outcome"] for result in self(who, "provision", kind, "-", stdin=json.dumps(items), code=code)["results"]]

    def has_driven(self, area):
        assert self.driven >= {verb for verb in VERBS if verb[0] == area}


@pytest.fixture
def shell(house):
    return Shell(house)


def fresh_name(shell):
    given, family = f"Ny{uuid.uuid4().hex[:10]}", f"Xq{uuid.uuid4().hex[:10]}"
    shell.daemon.remember({"givenName": given, "familyName": family})
    return given, family


def fresh_number(shell):
    number = civic.fresh()
    shell.daemon.remember({"civicNumber": number})
    return number


def fresh_student(shell, *more, school="aas", **options):
    given, family = fresh_name(shell)
    return shell("rektor", "students", "create", "--school", shell.daemon.id("school", school), "--given", given, "--family", family, *more, **options)["id"]


def ids(answer):
    return {one["id"] for one in answer["data"]}


def check_versions(shell, who, area, one, *change):
    """X2: a change is for the version that was read; one of an older version ends as a conflict."""
    words = (*area, "change", one, *change)
    before = shell(who, *area, "show", one)["version"]
    assert shell(who, *words)["version"] == before + 1
    assert shell(who, *words, "--version", str(before), code=CONFLICT)["status"] == 412
    assert shell(who, *words, "--version", str(before + 1))["version"] == before + 1  # nothing was left to change


# ---- Each area --------------------------------------------------------------------------------------------------------------------


def test_me_and_the_api(shell):
    assert shell("kari", "me")["memberships"][0]["role"] == "contactTeacher"
    assert shell("kari", "api")["name"] == "trygg"
    shell.has_driven("api")


def test_M1_the_organisation(shell):
    before = shell("owner", "organisation", "show")
    assert shell("owner", "organisation", "change", "--name", "Ny kommune Qorg")["version"] == before["version"] + 1
    assert shell("auditor", "organisation", "show")["name"] == "Ny kommune Qorg"
    shell("owner", "organisation", "change", "--name", before["name"], "--version", str(before["version"]), code=CONFLICT)
    shell("rektor", "organisation", "show", code=NOT_FOUND)
    shell.has_driven("organisation")


def test_M1_schools(shell):
    school = shell("owner", "schools", "create", "--name", "Qny skole", "--module", "notes")["id"]
    assert school in ids(shell("owner", "schools", "list")) and school not in ids(shell("rektor", "schools", "list"))
    check_versions(shell, "owner", ("schools",), school, "--module", "sikker-sak", "--module", "avvikelse")
    assert shell("owner", "schools", "change", school, "--no-module")["id"] == school
    assert "Modules" not in shell("owner", "schools", "show", school, text=True)
    shell("rektor", "schools", "change", shell.daemon.id("school", "aas"), "--name", "X", code=FORBIDDEN)
    shell("rektor", "schools", "show", school, code=NOT_FOUND)
    shell.has_driven("schools")


def test_M1_persons(shell):
    aas = shell.daemon.id("school", "aas")
    given, family = fresh_name(shell)
    one = shell("rektor", "persons", "create", "--given", given, "--family", family, "--role", "teacher", "--school", aas, "--until", NEXT_YEAR)["id"]
    assert one in ids(shell("admin", "persons", "list", "--school", aas, "--role", "teacher"))
    assert one not in ids(shell("admin-bru", "persons", "list"))
    check_versions(shell, "rektor", ("persons",), one, "--protected", "yes")
    assert shell("owner", "persons", "show", one)["protected"]
    shell("rektor", "persons", "create", "--given", given, "--family", family, "--role", "owner", code=FORBIDDEN)
    shell("rektor-bru", "persons", "show", one, code=NOT_FOUND)
    shell.has_driven("persons")


def test_M1_a_login_is_given_read_and_ended_and_its_subject_stands_in_no_command(shell):
    given, family = fresh_name(shell)
    one = shell("registry", "persons", "create", "--given", given, "--family", family)["id"]
    subject = fresh_number(shell)
    words = ("identities", "create", "--person", one, "--issuer", "https://login.fjord.example", "--subject-file", "-")
    login = shell("owner", *words, stdin=subject)["id"]
    assert ids(shell("registry", "identities", "list", "--person", one)) == {login}
    assert shell("owner", "identities", "show", login)["subject"] == subject
    assert shell(subject, "me")["id"] == one
    shell("owner", *words, stdin=subject, code=CONFLICT)
    shell("rektor", "identities", "show", login, code=NOT_FOUND)
    shell("owner", "identities", "end", login, "--version", "7", code=CONFLICT)
    assert shell("owner", "identities", "end", login, text=True) == "Ended.\n"
    shell(subject, "me", code=FORBIDDEN)
    assert shell("owner", "identities", "show", login)["endedAt"]
    shell.has_driven("identities")


def test_M1_memberships(shell):
    aas = shell.daemon.id("school", "aas")
    person = shell.daemon.id("person", "no-role")
    one = shell("registry", "memberships", "create", "--person", person, "--school", aas, "--role", "staff")["id"]
    assert one in ids(shell("rektor", "memberships", "list", "--person", person, "--school", aas, "--role", "staff"))
    check_versions(shell, "admin", ("memberships",), one, "--until", NEXT_YEAR)
    shell("rektor", "memberships", "change", one, "--until", YESTERDAY)
    assert ids(shell("rektor", "memberships", "list", "--person", person, "--on", world.today().isoformat())) == set()
    shell("rektor", "memberships", "create", "--person", person, "--school", aas, "--role", "rektor", code=FORBIDDEN)
    shell("teacher", "memberships", "show", one, code=NOT_FOUND)
    shell.has_driven("memberships")


def test_S4_students(shell):
    number = fresh_number(shell)
    one = fresh_student(shell, "--civic-number-file", "-", stdin=number)
    double = fresh_student(shell)
    given, family = fresh_name(shell)
    check_versions(shell, "rektor", ("students",), one, "--given", given, "--family", family)
    assert ids(shell("rektor", "students", "search", "--name", f"{family[:8]} {given}")) == {one}
    assert ids(shell("rektor", "students", "search", "--civic-number-file", "-", stdin=number)) == {one}
    assert ids(shell("kari", "students", "search", "--civic-number-file", "-", stdin=number)) == set()
    assert one in ids(shell("rektor", "students", "list", "--school", shell.daemon.id("school", "aas")))
    shell("rektor", "students", "change", one, "--no-civic-number")
    assert shell("rektor", "students", "show", one)["civicNumber"] is None
    shell("hanne", "students", "change", one, "--given", given, code=NOT_FOUND)
    shell("rektor", "students", "merge", one, "--absorbed", double)
    assert shell("rektor", "students", "show", double)["id"] == one
    shell("rektor", "students", "merge", one, "--absorbed", double, code=BAD_INPUT)
    shell.has_driven("students")


def test_S1_a_known_student_is_enrolled_by_number_and_not_made_twice(shell):
    aas, bru = (shell.daemon.id("school", key) for key in ("aas", "bru"))
    number = fresh_number(shell)
    one = fresh_student(shell, "--civic-number-file", "-", stdin=number)
    given, family = fresh_name(shell)
    again = ("students", "create", "--school", bru, "--given", given, "--family", family, "--civic-number-file", "-")
    refused = shell("rektor-bru", *again, stdin=number, code=CONFLICT)
    assert refused["type"].endswith(":student-known") and one not in json.dumps(refused)
    enrolment = shell("rektor-bru", "enrolments", "create", "--school", bru, "--civic-number-file", "-", stdin=number)["id"]
    assert ids(shell("rektor-bru", "enrolments", "list", "--student", one)) == {enrolment}
    assert shell("rektor-bru", "students", "show", one)["ground"] == "S2.role.rektor"
    check_versions(shell, "admin-bru", ("enrolments",), enrolment, "--until", NEXT_YEAR)
    shell("rektor", "enrolments", "show", enrolment, code=NOT_FOUND)
    shell("rektor", "enrolments", "create", "--school", bru, "--student", one, code=FORBIDDEN)
    assert ids(shell("registry", "enrolments", "list", "--student", one, "--school", aas)).isdisjoint({enrolment})
    shell.has_driven("enrolments")


def test_M1_groups_and_who_is_in_them(shell):
    aas, student = shell.daemon.id("school", "aas"), fresh_student(shell)
    group = shell("admin", "groups", "create", "--school", aas, "--kind", "class", "--name", "Qklasse 8B")["id"]
    assert group in ids(shell("rektor", "groups", "list", "--school", aas))
    check_versions(shell, "admin", ("groups",), group, "--kind", "mentor")
    member = shell("rektor", "groups", "members", "add", "--group", group, "--student", student)["id"]
    assert ids(shell("rektor", "groups", "members", "list", "--group", group)) == {member}
    check_versions(shell, "rektor", ("groups", "members"), member, "--until", NEXT_YEAR)
    shell("rektor", "groups", "members", "change", member, "--until", YESTERDAY)
    assert shell("rektor", "students", "show", student)["groups"] == []
    shell("teacher", "groups", "show", group, code=NOT_FOUND)
    shell.has_driven("groups")


def test_G1_a_tie_opens_a_card_and_its_end_closes_it(shell):
    student, person = fresh_student(shell), shell.daemon.id("person", "assistant")
    shell("assistant", "students", "show", student, code=NOT_FOUND)
    tie = shell("rektor", "ties", "create", "--student", student, "--person", person, "--kind", "observer")["id"]
    assert shell("assistant", "students", "show", student)["ground"] == "S2.tie.observer"
    assert ids(shell("rektor", "ties", "list", "--student", student, "--person", person, "--kind", "observer")) == {tie}
    check_versions(shell, "admin", ("ties",), tie, "--until", NEXT_YEAR)
    shell("rektor", "ties", "change", tie, "--until", YESTERDAY)
    shell("assistant", "students", "show", student, code=NOT_FOUND)
    shell("kari", "ties", "create", "--student", shell.daemon.id("student", "alva"), "--person", person, "--kind", "observer", code=NOT_FOUND)
    shell.has_driven("ties")


def test_M1_codes(shell):
    labels = ("--nb", "Trusler", "--sv", "Hot", "--en", "Threats")
    code = shell("owner", "codes", "create", "--list", "report-category", "--code", f"q-{uuid.uuid4().hex[:8]}", *labels)["id"]
    check_versions(shell, "owner", ("codes",), code, "--en", "Threat", "--position", "7")
    shell("owner", "codes", "change", code, "--retired", "yes")
    assert code in ids(shell("kari", "codes", "list", "--list", "report-category", "--retired", "yes"))
    assert shell("kari", "codes", "show", code)["labels"] == {"nb": "Trusler", "sv": "Hot", "en": "Threat"}
    shell("rektor", "codes", "change", code, "--retired", "no", code=FORBIDDEN)
    shell.has_driven("codes")


def test_V1_the_log(shell):
    aas, student = shell.daemon.id("school", "aas"), fresh_student(shell)
    shell("hanne", "students", "show", student, code=NOT_FOUND)
    shell("rektor", "students", "show", student)
    rows = shell("rektor", "activity", "school", aas, "--student", student, "--operation", "getStudent")["data"]
    assert [(row["actor"]["personId"], row["outcome"], row["ground"]) for row in rows] == [
        (shell.daemon.id("person", "rektor"), "allowed", "S2.role.rektor"),
        (shell.daemon.id("person", "hanne"), "refused", "S2.unseen"),
    ]
    hers = shell("auditor", "activity", "school", aas, "--actor", shell.daemon.id("person", "hanne"), "--limit", "1", text=True)
    assert len(hers.splitlines()) == 4 and "S2.unseen" in hers
    tomorrow = (world.today() + datetime.timedelta(days=2)).isoformat() + "T00:00:00Z"
    assert shell("owner", "activity", "organisation", "--from", tomorrow, text=True) == "No rows.\n"
    assert shell("owner", "activity", "organisation", "--until", tomorrow, "--limit", "1")["data"]
    shell("assistant", "activity", "school", aas, code=NOT_FOUND)
    shell("rektor", "activity", "organisation", code=NOT_FOUND)
    shell.has_driven("activity")


# ---- Provisioning -----------------------------------------------------------------------------------------------------------------


def test_M1_X2_a_registry_brings_everything_in_twice(shell):
    mark = uuid.uuid4().hex[:8]
    (given, family), (child, child_family) = fresh_name(shell), fresh_name(shell)

    def ext(kind):
        return {"system": "register", "id": f"{kind}-{mark}"}

    def own(what, **more):
        return {"externalId": ext(what), **more}

    batches = {
        "organisation": own("organisation", name="Fjordvik kommune Qorg"),
        "schools": own("school", name="Qregister skole"),
        "persons": own("person", givenName=given, familyName=family, securityMarking="Ingen"),
        "identities": own("login", person=ext("person"), issuer="https://login.fjord.example", subject=f"xq{mark}"),
        "memberships": own("role", person=ext("person"), school=ext("school"), role="contactTeacher"),
        "students": own("student", givenName=child, familyName=child_family, civicNumber=fresh_number(shell), securityMarking="Ingen"),
        "enrolments": own("place", student=ext("student"), school=ext("school")),
        "groups": own("group", school=ext("school"), kind="class", name="Qklasse 1A"),
        "group-members": own("member", group=ext("group"), student=ext("student")),
        "ties": own("tie", person=ext("person"), student=ext("student"), kind="contactTeacher"),
    }
    assert [("provision", kind) for kind in batches] == [verb for verb in VERBS if verb[0] == "provision"]
    for kind, item in batches.items():
        assert shell.put(kind, item) == ["changed" if kind == "organisation" else "created"], kind
    for kind, item in batches.items():
        assert shell.put(kind, item) == ["unchanged"], kind
    [student] = shell(f"xq{mark}", "students", "list")["data"]
    assert (student["givenName"], student["ground"], student["groups"][0]["name"]) == (child, "S2.tie.contactTeacher", "Qklasse 1A")
    shell.has_driven("provision")


def test_X3_each_item_that_is_refused_is_told_by_its_number_and_the_others_are_stored(shell):
    mark = uuid.uuid4().hex[:8]
    aas, bru = (shell.daemon.id("school", key) for key in ("aas", "bru"))
    items = [{"externalId": {"system": "register", "id": f"{n}-{mark}"}, "schoolId": school, "kind": "class", "name": "Qklasse 9"}
             for n, school in enumerate((aas, bru, aas))]
    assert shell.put("groups", *items, who="rektor", code=FORBIDDEN) == ["created", "refused", "created"]
    told = run(shell.daemon.url, "provision", "groups", "-", token=shell.daemon.token("rektor"), stdin=json.dumps(items))
    assert told.stdout == "3 of 3 items sent: 0 created, 0 changed, 2 unchanged, 1 refused\n"
    assert told.stderr.startswith("item 2: Not allowed\n")


# ---- Endings ----------------------------------------------------------------------------------------------------------------------


def test_every_kind_of_refusal_has_its_exit_code(shell):
    school, student = shell.daemon.id("school", "aas"), shell.daemon.id("student", "birk")
    name = ("students", "change", student, "--given", "Q")
    weak = run(shell.daemon.url, "students", "list", token=shell.daemon.token("rektor", strong=False))
    assert weak.returncode == LOGIN and "wanted login: acr idporten-loa-high" in weak.stderr
    shell("rektor", *name, "--body", "-", stdin='{"colour": "blue"}', code=BAD_INPUT)
    shell("guardian", "students", "list", code=FORBIDDEN)
    shell("observer", *name, code=NOT_FOUND)
    shell("rektor", *name, "--version", "999", code=CONFLICT)
    assert shell("registry", "students", "list", code=FORBIDDEN)["status"] == 403
    assert shell("admin", "students", "create", "--school", school, "--given", "Q", "--family", "Q", code=FORBIDDEN)["status"] == 403
