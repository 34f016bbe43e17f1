# SPDX-License-Identifier: EUPL-1.2
"""S5 and S6 over HTTP: a student leaves a school, what ends with that, and what must be closed first."""
import sqlite3
import uuid

import pytest

import cases
import world
from daemon import run_tryggd
from world import day

OK, CREATED, GONE, BAD, FORBIDDEN, NOT_FOUND, CONFLICT, STALE, MISSING = 200, 201, 204, 400, 403, 404, 409, 412, 428
PERSONS = [person["key"] for person in world.fjord()["persons"]]
LEADERS = {"rektor": "S5.role.rektor", "two-schools": "S5.role.rektor", "admin": "S5.role.admin"}   # of aas; no guardian of alva


def client(daemon, **options):
    return daemon.token("registry", service=True, scope="provision", **options)


def new_student(daemon, *schools):
    """A student at the schools, aas unless told otherwise."""
    first, *others = schools or ("aas",)
    student = daemon.create_student("rektor" if first == "aas" else "rektor-bru", first).json()["id"]
    for school in others:
        enrol(daemon, student, school)
    return student


def enrol(daemon, student, school, **members):
    made = daemon.post("/v1/enrolments", {"studentId": student, "schoolId": daemon.id("school", school), **members}, token=client(daemon))
    assert made.status_code == CREATED, made.text
    return made.json()["id"]


def tie(daemon, student, person, kind="teacher", **members):
    made = daemon.post("/v1/ties", {"studentId": student, "personId": daemon.id("person", person), "kind": kind, **members}, token=client(daemon))
    assert made.status_code == CREATED, made.text
    return made.json()["id"]


def record(daemon, student, date=None, who="rektor", school="aas", kind="moves", **options):
    body = {"schoolId": daemon.id("school", school), "kind": kind, "date": date or day(10)}
    return daemon.post(f"/v1/students/{student}/departures", body, who if "token" not in options else None, **options)


def recorded(daemon, *args, **options):
    made = record(daemon, *args, **options)
    assert made.status_code == CREATED, made.text
    return made.json()["id"]


def read(daemon, departure, who="rektor", **options):
    return daemon.get(f"/v1/departures/{departure}", who if "token" not in options else None, **options)


def withdraw(daemon, departure, who="rektor", version=1, **options):
    return daemon.delete(f"/v1/departures/{departure}", who if "token" not in options else None, version=version, **options)


def complete(daemon, departure, who="rektor", **options):
    return daemon.post(f"/v1/departures/{departure}/completion", None, who, **options)


def registry(daemon, kind, ident):
    """(until, version) of an enrolment or tie."""
    row = daemon.get(f"/v1/{kind}/{ident}", token=client(daemon)).json()
    return row["until"], row["version"]


def enrolments(daemon, student):
    rows = daemon.get(f"/v1/enrolments?studentId={student}", token=client(daemon)).json()["data"]
    return {(row["schoolId"], row["from"]): (row["until"], row["version"]) for row in rows}


def sees(daemon, who, student):
    return daemon.get(f"/v1/students/{student}", who).status_code == OK


def problem(answer):
    return answer.json()["type"].rpartition(":")[2]


def listed(daemon, who, query="", **options):
    """All pages, each of whose rows names the students shown (V4)."""
    found, token = [], ""
    while token is not None:
        page = daemon.get("/v1/departures?" + (f"pageToken={token}" if token else f"limit=7{query}"), who, **options).json()
        shown = daemon.activity(operation="listDepartures")[-1]["shown"] or []
        assert set(shown) == {row["student"]["id"] for row in page["data"]} and len(shown) == len(set(shown))
        found += page["data"]
        token = page["pageToken"]
    return found


# ---- Recording --------------------------------------------------------------------------------------------------------------

def test_S5_who_records_reads_and_withdraws_a_departure(fresh_daemon):
    daemon = fresh_daemon()
    alva, unseen = daemon.id("student", "alva"), None
    for who in sorted(PERSONS, key=lambda key: key in LEADERS):
        made = record(daemon, alva, day(30), who)
        if who not in LEADERS:
            assert made.status_code == (FORBIDDEN if sees(daemon, who, alva) else NOT_FOUND), who
            continue
        assert (made.status_code, made.json()["ground"]) == (CREATED, LEADERS[who])
        departure = made.json()["id"]
        assert made.headers["Location"] == f"/v1/departures/{departure}"
        assert read(daemon, departure, who).json()["ground"] == LEADERS[who]
        for other in set(PERSONS) - set(LEADERS) if unseen is None else ():
            unseen = unseen or read(daemon, str(uuid.uuid4()), other).content
            for answer in (read(daemon, departure, other), withdraw(daemon, departure, other), complete(daemon, departure, other)):
                assert (answer.status_code, answer.content) == (NOT_FOUND, unseen), other
        assert withdraw(daemon, departure, who).status_code == GONE
    assert {row["state"] for row in daemon.rows("SELECT state FROM departure")} == {2}


def test_S5_a_client_with_provision_records_and_others_do_not(daemon):
    student = new_student(daemon)
    made = record(daemon, student, token=client(daemon), kind="changesSchool")
    assert (made.status_code, made.json()["ground"]) == (CREATED, "S5.client.provision")
    seen = read(daemon, made.json()["id"], token=client(daemon)).json()
    assert (seen["kind"], seen["state"], seen["due"]) == ("changesSchool", "pending", None)
    weaker = daemon.token("registry", service=True, scope="changes witness")
    assert record(daemon, student, token=weaker).status_code == NOT_FOUND
    assert read(daemon, made.json()["id"], token=weaker).status_code == NOT_FOUND
    assert complete(daemon, made.json()["id"], None, token=client(daemon)).status_code == FORBIDDEN
    assert withdraw(daemon, made.json()["id"], token=client(daemon)).status_code == GONE


def test_S5_a_departure_is_shown_as_it_was_recorded(daemon):
    student = new_student(daemon)
    card = daemon.get(f"/v1/students/{student}", "rektor").json()
    departure = recorded(daemon, student, day(5), kind="deceased")
    answer = read(daemon, departure)
    assert answer.headers["ETag"] == '"1"'
    seen = answer.json()
    assert seen.pop("recordedAt") <= cases.case(daemon, cases.open_case(daemon, student=student)["id"])["openedAt"]
    assert seen == {"id": departure, "version": 1, "ground": "S5.role.rektor", "schoolId": daemon.id("school", "aas"), "kind": "deceased",
                    "student": {"id": student, "givenName": card["givenName"], "familyName": card["familyName"]}, "date": day(5),
                    "state": "pending", "endedAt": None, "due": []}
    row, = daemon.activity(operation="recordDeparture", object_id=departure)
    assert (row["object_kind"], row["student_id"], row["school_id"], row["ground"]) == ("departure", student, daemon.id("school", "aas"), "S5.role.rektor")


def test_S5_one_departure_from_a_school_is_pending_at_a_time(daemon):
    student = new_student(daemon, "aas", "bru")
    first = recorded(daemon, student)
    refused = record(daemon, student, day(3), "admin")
    assert (refused.status_code, problem(refused)) == (CONFLICT, "taken")
    assert record(daemon, student, who="rektor-bru", school="bru").status_code == CREATED   # another school is another matter
    assert withdraw(daemon, first).status_code == GONE
    assert record(daemon, student).status_code == CREATED


def test_S5_nobody_leaves_a_school_that_they_never_went_to(daemon):
    student = new_student(daemon)
    refused = record(daemon, student, school="bru", token=client(daemon))
    assert refused.status_code == BAD and [error["name"] for error in refused.json()["errors"]] == ["/schoolId"]
    assert record(daemon, student, school="bru").status_code == FORBIDDEN        # rektor reads the student, and leads another school
    assert record(daemon, student, school="bru", who="rektor-bru").status_code == NOT_FOUND
    for nobody in (str(uuid.uuid4()), daemon.files.id("student", "sven", world.SKOG)):
        assert record(daemon, nobody).status_code == record(daemon, nobody, token=client(daemon)).status_code == NOT_FOUND


def test_S5_a_registry_says_so_after_the_enrolment_has_ended(daemon):
    student = new_student(daemon)
    (key, _), = enrolments(daemon, student).items()
    ident, = (row["id"] for row in daemon.get(f"/v1/enrolments?studentId={student}", token=client(daemon)).json()["data"])
    assert daemon.patch(f"/v1/enrolments/{ident}", {"until": day(-1)}, token=client(daemon), version=1).status_code == OK
    departure = recorded(daemon, student, day(-1), token=client(daemon))
    assert enrolments(daemon, student) == {key: (day(-1), 2)}   # as it was
    row, = daemon.activity(operation="recordDeparture", object_id=departure)
    assert row["school_id"] == daemon.id("school", "aas")
    assert read(daemon, departure).json()["ground"] == "S5.role.rektor"   # the school's business also now


@pytest.mark.parametrize("change, name", [({"kind": "runsAway"}, "/kind"), ({"date": "2026-02-30"}, "/date"), ({"date": None}, "/date"),
                                          ({"schoolId": "aas"}, "/schoolId"), ({"personsakId": str(uuid.uuid4())}, "/personsakId")])
def test_X3_what_is_wrong_is_named(daemon, change, name):
    body = {"schoolId": daemon.id("school", "aas"), "kind": "moves", "date": day(1), **change}
    refused = daemon.post(f"/v1/students/{daemon.id('student', 'birk')}/departures", body, "rektor")
    assert refused.status_code == BAD and [error["name"] for error in refused.json()["errors"]] == [name]


def test_X1_the_same_sent_twice_is_one_departure(daemon):
    student, key = new_student(daemon), str(uuid.uuid4())
    first, again = record(daemon, student, key=key), record(daemon, student, key=key)
    assert (again.status_code, again.json()) == (CREATED, first.json())
    assert record(daemon, student, day(2), key=key).status_code == 422


def test_C1_why_a_student_leaves_is_sealed(daemon):
    departure = recorded(daemon, new_student(daemon), kind="changesSchool")
    row, = daemon.rows("SELECT * FROM departure WHERE departure_id = ?", uuid.UUID(departure).bytes)
    assert b"changesSchool" not in row["kind"] and len(row["kind"]) > len("changesSchool")
    key, = daemon.rows("SELECT key_id FROM student WHERE student_id = ?", row["student_id"])
    assert key["key_id"] == row["key_id"]


def test_G2_a_rektor_does_not_learn_of_their_own_childs_departure(daemon):
    student = new_student(daemon)
    tie(daemon, student, "guardian-rektor", "guardian")
    assert record(daemon, student, who="guardian-rektor").status_code == NOT_FOUND
    departure = recorded(daemon, student)
    unseen = read(daemon, str(uuid.uuid4()), "guardian-rektor").content
    assert read(daemon, departure, "guardian-rektor").content == unseen
    assert complete(daemon, departure, "guardian-rektor").content == withdraw(daemon, departure, "guardian-rektor").content == unseen
    assert listed(daemon, "guardian-rektor", f"&studentId={student}") == []
    assert departure not in [row["id"] for row in listed(daemon, "guardian-rektor")]
    assert [row["id"] for row in listed(daemon, "rektor", f"&studentId={student}")] == [departure]


# ---- What ends --------------------------------------------------------------------------------------------------------------

def test_S6_enrolment_and_ties_of_staff_end_on_the_day_and_those_of_guardians_stay(daemon):
    student = new_student(daemon)
    of_teacher, of_guardian = tie(daemon, student, "assistant"), tie(daemon, student, "guardian", "guardian")
    shorter = tie(daemon, student, "observer", "observer", until=day(3))
    later = tie(daemon, student, "hanne", "mentor", **{"from": day(20)})
    (key, _), = enrolments(daemon, student).items()
    recorded(daemon, student, day(10))
    assert enrolments(daemon, student) == {key: (day(10), 2)}
    assert registry(daemon, "ties", of_teacher) == (day(10), 2)
    assert registry(daemon, "ties", of_guardian) == (None, 1)
    assert registry(daemon, "ties", shorter) == (day(3), 1)     # ends before
    assert registry(daemon, "ties", later) == (day(19), 2)      # never begins
    assert sees(daemon, "assistant", student)                   # until the day it holds


def test_S6_on_the_last_day_it_still_holds_and_the_day_after_it_does_not(daemon):
    for date, holds in ((day(0), True), (day(-1), False), ("2020-01-01", False)):
        student = new_student(daemon)
        given = tie(daemon, student, "assistant", **{"from": "2019-08-01"})
        personsak = cases.open_case(daemon, student=student, saksbehandler="assistant")
        recorded(daemon, student, date)
        assert sees(daemon, "assistant", student) is holds
        assert registry(daemon, "ties", given) == (date, 2)
        # S6: open cases go on, for those who handle them.
        assert daemon.get(f"/v1/personsaker/{personsak['id']}", "assistant").json()["ground"] == "P3.handler"


def test_S6_an_enrolment_that_was_to_begin_after_the_last_day_does_not_begin(daemon):
    student = new_student(daemon, "bru")
    tomorrow = enrol(daemon, student, "aas", **{"from": day(1)})
    recorded(daemon, student, day(-5), token=client(daemon))
    assert registry(daemon, "enrolments", tomorrow) == (day(0), 2)
    assert [until for (school, _), (until, _) in enrolments(daemon, student).items() if school == daemon.id("school", "bru")] == [None]


def test_S6_ties_that_rest_on_another_school_stay(daemon):
    student = new_student(daemon, "aas", "bru")
    here, there, both = tie(daemon, student, "assistant"), tie(daemon, student, "teacher-bru"), tie(daemon, student, "two-schools", "mentor")
    recorded(daemon, student, day(4))
    assert [registry(daemon, "ties", ident) for ident in (here, there, both)] == [(day(4), 2), (None, 1), (None, 1)]
    recorded(daemon, student, day(6), who="rektor-bru", school="bru")   # and the last school takes the rest
    assert [registry(daemon, "ties", ident) for ident in (here, there, both)] == [(day(4), 2), (day(6), 2), (day(6), 2)]


def test_S6_a_school_that_the_student_leaves_before_keeps_no_tie(daemon):
    student = new_student(daemon)
    enrol(daemon, student, "bru", until=day(2))
    there = tie(daemon, student, "two-schools", "mentor")
    recorded(daemon, student, day(4))
    assert registry(daemon, "ties", there) == (day(4), 2)


def place(daemon, student, group="5a", **members):
    made = daemon.post("/v1/group-members", {"groupId": daemon.id("group", group), "studentId": student, **members}, token=client(daemon))
    assert made.status_code == CREATED, made.text
    return made.json()["id"]


def test_S6_places_in_groups_of_the_school_end_with_the_departure_and_come_back_when_it_is_withdrawn(daemon):
    student = new_student(daemon, "aas", "bru")
    here, there, shorter = place(daemon, student), place(daemon, student, "6c"), place(daemon, student, "5b", until=day(3))
    later = place(daemon, student, "5b", **{"from": day(20)})
    departure = recorded(daemon, student, day(10))
    ends = lambda: [registry(daemon, "group-members", ident) for ident in (here, there, shorter, later)]
    assert ends() == [(day(10), 2), (None, 1), (day(3), 1), (day(19), 2)]
    assert withdraw(daemon, departure).status_code == GONE
    assert ends() == [(None, 3), (None, 1), (day(3), 1), (None, 3)]
    recorded(daemon, student, day(-1))
    assert ends()[0] == (day(-1), 4)
    card = daemon.get(f"/v1/students/{student}", "rektor-bru").json()
    assert [group["schoolId"] for group in card["groups"]] == [daemon.id("school", "bru")]


def test_S6_a_place_in_a_group_that_was_taken_anew_is_not_given_back_twice(daemon):
    student = new_student(daemon)
    first = place(daemon, student)
    departure = recorded(daemon, student, day(-1))
    enrol(daemon, student, "aas")
    again = place(daemon, student)
    assert withdraw(daemon, departure, token=client(daemon)).status_code == GONE
    assert [registry(daemon, "group-members", ident) for ident in (first, again)] == [(day(-1), 2), (None, 1)]


# ---- Withdrawing ------------------------------------------------------------------------------------------------------------

def test_S5_withdrawing_gives_back_what_ended(daemon):
    student = new_student(daemon)
    given, bounded = tie(daemon, student, "assistant"), tie(daemon, student, "hanne", until=day(50))
    (key, _), = enrolments(daemon, student).items()
    departure = recorded(daemon, student, day(-1), "admin")
    assert not sees(daemon, "assistant", student)
    assert withdraw(daemon, departure, token=client(daemon)).status_code == GONE   # 0011: it has ended, see below
    assert sees(daemon, "assistant", student)
    assert enrolments(daemon, student) == {key: (None, 3)}
    assert (registry(daemon, "ties", given), registry(daemon, "ties", bounded)) == ((None, 3), (day(50), 3))
    seen = read(daemon, departure).json()
    assert (seen["state"], seen["version"], seen["due"]) == ("withdrawn", 2, []) and seen["endedAt"] >= seen["recordedAt"]


def test_S6_a_school_that_the_student_has_left_does_not_take_that_back(daemon):
    student = new_student(daemon, "aas", "bru")
    given = tie(daemon, student, "assistant")
    departure = recorded(daemon, student, day(-1), "admin")
    for who in LEADERS:
        refused = withdraw(daemon, departure, who)
        assert (refused.status_code, problem(refused)) == (FORBIDDEN, "forbidden")
        assert withdraw(daemon, departure, who, version=7).status_code == FORBIDDEN   # X7: before anything is told of its version
    row = daemon.activity(operation="withdrawDeparture", object_id=departure)[-1]
    assert (row["outcome"], row["ground"], row["school_id"]) == ("refused", "M1.forbidden", daemon.id("school", "aas"))
    assert not sees(daemon, "admin", student) and registry(daemon, "ties", given) == (day(-1), 2)
    assert withdraw(daemon, departure, token=client(daemon)).status_code == GONE
    assert sees(daemon, "admin", student) and registry(daemon, "ties", given) == (None, 3)


@pytest.mark.parametrize("date", [day(0), day(1)])
def test_S5_until_the_last_day_is_over_the_school_takes_its_departure_back(daemon, date):
    student = new_student(daemon)
    for who in LEADERS:
        assert withdraw(daemon, recorded(daemon, student, date), who).status_code == GONE
    assert [until for until, _ in enrolments(daemon, student).values()] == [None]


def test_S5_withdrawing_leaves_what_somebody_has_changed_since(daemon):
    student = new_student(daemon, "aas", "bru")
    path = f"/v1/enrolments?studentId={student}&schoolId={daemon.id('school', 'aas')}"
    first, = (row["id"] for row in daemon.get(path, "rektor").json()["data"])
    moved, remade = tie(daemon, student, "assistant"), tie(daemon, student, "hanne")
    departure = recorded(daemon, student, day(-1))
    assert daemon.patch(f"/v1/ties/{moved}", {"until": day(7)}, token=client(daemon), version=2).status_code == OK
    again = tie(daemon, student, "hanne")
    anew = enrol(daemon, student, "aas")
    assert withdraw(daemon, departure, token=client(daemon)).status_code == GONE
    assert registry(daemon, "ties", moved) == (day(7), 3)
    assert (registry(daemon, "ties", remade), registry(daemon, "ties", again)) == ((day(-1), 2), (None, 1))
    assert registry(daemon, "enrolments", anew) == (None, 1)
    assert registry(daemon, "enrolments", first) == (day(-1), 2)


def test_X2_withdrawing_takes_the_version_that_was_read(daemon):
    departure = recorded(daemon, new_student(daemon))
    assert withdraw(daemon, departure, version=None).status_code == MISSING
    assert withdraw(daemon, departure, version=2).status_code == STALE
    assert withdraw(daemon, departure).status_code == GONE
    assert withdraw(daemon, departure).status_code == STALE
    over = withdraw(daemon, departure, version=2)
    assert (over.status_code, problem(over)) == (CONFLICT, "departure-over")
    over = complete(daemon, departure)
    assert (over.status_code, problem(over)) == (CONFLICT, "departure-over")


def test_S5_a_student_with_too_much_since_does_not_get_it_all_back(daemon):
    student = new_student(daemon)

    def ties(n, person, kind):
        """So many of the same, as a registry may have them."""
        items = [{"externalId": {"system": "visma", "id": f"Xqid{uuid.uuid4().hex}"}, "studentId": student,
                  "personId": daemon.id("person", person), "kind": kind} for _ in range(n)]
        return {row["outcome"] for row in daemon.put("ties", items)}

    assert ties(300, "assistant", "teacher") == {"created"}
    departure = recorded(daemon, student, day(-1))
    assert ties(201, "hanne", "mentor") == {"created"}
    refused = withdraw(daemon, departure, token=client(daemon))
    assert (refused.status_code, problem(refused)) == (CONFLICT, "limit-reached")
    assert read(daemon, departure).json()["state"] == "pending" and not sees(daemon, "assistant", student)


def test_S5_a_client_that_only_reads_withdraws_nothing(daemon):
    departure = recorded(daemon, new_student(daemon))
    reader = daemon.token("rektor", scope="trygg:read")
    assert read(daemon, departure, token=reader).status_code == OK
    assert withdraw(daemon, departure, token=reader).status_code == complete(daemon, departure, None, token=reader).status_code == FORBIDDEN


# ---- Due, and completing ----------------------------------------------------------------------------------------------------

def test_S6_a_departure_completes_when_no_case_is_open(daemon):
    student = new_student(daemon)
    first, second = (cases.open_case(daemon, student=student, saksbehandler="kari") for _ in range(2))
    closed = cases.open_case(daemon, student=student, saksbehandler="kari")
    cases.close_case(daemon, closed["id"])
    departure = recorded(daemon, student, day(10))
    due = [{"id": case["id"], "reference": case["reference"]} for case in (first, second)]
    assert read(daemon, departure).json()["due"] == due
    assert read(daemon, departure, "admin").json()["due"] is None                     # whose cases they are not
    assert read(daemon, departure, token=client(daemon)).json()["due"] is None
    assert cases.case(daemon, first["id"])["dueOn"] == day(10)
    refused = complete(daemon, departure)
    assert (refused.status_code, problem(refused), refused.json()["due"]) == (CONFLICT, "departure-due", due)
    closing = daemon.post("/v1/personsaker/closures", {"items": [{"personsakId": case["id"], "summary": "Flyttet"} for case in (first, second)]}, "rektor")
    assert {row["outcome"] for row in closing.json()["results"]} == {"closed"}
    assert read(daemon, departure).json()["due"] == []
    done = complete(daemon, departure)
    assert (done.status_code, done.json()) == (OK, {"id": departure, "version": 2, "ground": "S6.role.rektor"})
    seen = read(daemon, departure).json()
    assert (seen["state"], seen["due"]) == ("completed", []) and seen["endedAt"] is not None
    rows = daemon.activity(operation="completeDeparture", object_id=departure)
    assert [(row["outcome"], row["ground"]) for row in rows] == [("refused", "departure-due"), ("allowed", "S6.role.rektor")]


def test_S6_cases_at_another_school_and_of_other_students_are_not_due(daemon):
    student = new_student(daemon, "aas", "bru")
    cases.open_case(daemon, "rektor-bru", student=student, school="bru", saksbehandler="teacher-bru")
    cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    departure = recorded(daemon, student)
    assert read(daemon, departure).json()["due"] == []
    assert complete(daemon, departure).status_code == OK


def test_S6_only_rektor_completes(daemon):
    departure = recorded(daemon, new_student(daemon), who="admin")
    assert complete(daemon, departure, "admin").status_code == FORBIDDEN
    assert complete(daemon, departure, "rektor-bru").status_code == NOT_FOUND
    assert read(daemon, departure).json()["version"] == 1


def test_S6_what_is_completed_is_not_withdrawn(daemon):
    departure, key = recorded(daemon, new_student(daemon)), str(uuid.uuid4())
    first = complete(daemon, departure, key=key)
    assert first.status_code == OK
    over = withdraw(daemon, departure, version=2)
    assert (over.status_code, problem(over)) == (CONFLICT, "departure-over")
    again = complete(daemon, departure, key=key)   # X1
    assert (again.status_code, again.json()) == (OK, first.json())


def test_S6_a_departure_follows_the_student_that_a_double_turned_out_to_be(daemon):
    kept, double = new_student(daemon), new_student(daemon)
    personsak = cases.open_case(daemon, student=double, saksbehandler="kari")
    departure = recorded(daemon, double, kind="leaves")
    merged = daemon.post(f"/v1/students/{kept}/merge", {"absorbedId": double}, "rektor")
    assert merged.status_code == OK
    seen = read(daemon, departure).json()
    assert (seen["student"]["id"], seen["kind"], seen["due"][0]["id"]) == (kept, "leaves", personsak["id"])
    for student in (kept, double):
        assert [row["id"] for row in listed(daemon, "rektor", f"&studentId={student}")] == [departure]
    assert complete(daemon, departure).json()["due"][0]["id"] == personsak["id"]


def merge(daemon, kept, double):
    merged = daemon.post(f"/v1/students/{kept}/merge", {"absorbedId": double}, token=client(daemon))
    assert merged.status_code == OK, merged.text


def lasting(daemon, kind, student):
    """The last days of what has any."""
    rows = daemon.get(f"/v1/{kind}?studentId={student}&limit=100", token=client(daemon)).json()["data"]
    return sorted(row["until"] or "" for row in rows if (row["until"] or "9999") >= row["from"])


@pytest.mark.parametrize("of", ["survivor", "double"])
@pytest.mark.parametrize("completed", [True, False])
def test_S6_after_a_merge_of_doubles_a_departure_of_either_ends_what_both_had(daemon, of, completed):
    kept, double = new_student(daemon), new_student(daemon)
    for student in (kept, double):
        tie(daemon, student, "assistant")
        tie(daemon, student, "guardian", "guardian")
        place(daemon, student)
    tie(daemon, kept, "hanne"), tie(daemon, double, "observer", "observer", until=day(3))
    departure = recorded(daemon, kept if of == "survivor" else double, day(10))
    if completed:
        assert complete(daemon, departure).status_code == OK
    merge(daemon, kept, double)
    assert lasting(daemon, "enrolments", kept) == lasting(daemon, "group-members", kept) == [day(10)]
    assert lasting(daemon, "ties", kept) == sorted(["", day(3), day(10), day(10)])
    if completed:
        return
    assert withdraw(daemon, departure, version=read(daemon, departure).json()["version"]).status_code == GONE
    assert lasting(daemon, "enrolments", kept) == lasting(daemon, "group-members", kept) == [""]
    assert lasting(daemon, "ties", kept) == ["", "", "", day(3)]


def test_S6_of_two_departures_that_a_merge_brings_together_the_earlier_ends_and_the_later_ends_what_is_given_back(daemon):
    for withdrawn in (5, 10):
        kept, double = new_student(daemon), new_student(daemon)
        for student in (kept, double):
            tie(daemon, student, "assistant")
        both = {5: recorded(daemon, double, day(5)), 10: recorded(daemon, kept, day(10))}
        merge(daemon, kept, double)
        assert lasting(daemon, "enrolments", kept) == lasting(daemon, "ties", kept) == [day(5)]
        other = 15 - withdrawn
        version = lambda n: read(daemon, both[n]).json()["version"]
        assert withdraw(daemon, both[withdrawn], version=version(withdrawn)).status_code == GONE
        assert lasting(daemon, "enrolments", kept) == lasting(daemon, "ties", kept) == [day(other)]
        assert withdraw(daemon, both[other], version=version(other)).status_code == GONE
        assert lasting(daemon, "enrolments", kept) == lasting(daemon, "ties", kept) == [""]


def test_S6_a_school_that_a_double_has_left_is_left_by_the_student(daemon):
    kept, double = new_student(daemon, "bru"), new_student(daemon)
    enrol(daemon, kept, "aas", **{"from": day(-20)})
    anew = tie(daemon, kept, "assistant", **{"from": day(-20)})
    departure = recorded(daemon, double, day(-1))
    merge(daemon, kept, double)
    assert registry(daemon, "ties", anew)[0] == day(-1) and not sees(daemon, "admin", kept)
    assert withdraw(daemon, departure, token=client(daemon), version=2).status_code == GONE
    assert registry(daemon, "ties", anew)[0] is None and sees(daemon, "admin", kept)


def test_S6_what_was_made_anew_after_a_departure_stays_through_a_merge(daemon):
    kept, double = new_student(daemon, "aas"), new_student(daemon, "aas")
    recorded(daemon, kept, day(-1))
    enrol(daemon, kept, "aas")
    merge(daemon, kept, double)
    assert "" in lasting(daemon, "enrolments", kept)


# ---- What is written while one is to come -----------------------------------------------------------------------------------

def own_enrolment(daemon, student):
    row, = daemon.get(f"/v1/enrolments?studentId={student}", token=client(daemon)).json()["data"]
    return row["id"]


def change(daemon, kind, ident, body, version, who="admin"):
    changed = daemon.patch(f"/v1/{kind}/{ident}", body, who, version=version)
    assert changed.status_code == OK, changed.text
    return changed.json()["version"]


@pytest.mark.parametrize("completed", [True, False])
def test_S6_what_is_made_or_changed_before_the_last_day_ends_with_the_departure_too(daemon, completed):
    student = new_student(daemon)
    enrolment = own_enrolment(daemon, student)
    assert change(daemon, "enrolments", enrolment, {"until": day(30)}, 1) == 2
    bounded = tie(daemon, student, "hanne", until=day(3))
    departure = recorded(daemon, student, day(10))
    if completed:
        assert complete(daemon, departure).status_code == OK
    assert change(daemon, "enrolments", enrolment, {"until": None}, 3) == 4
    assert change(daemon, "ties", bounded, {"until": None}, 1) == 2
    made, guardian, group = tie(daemon, student, "teacher-untied"), tie(daemon, student, "guardian", "guardian"), place(daemon, student)
    ends = lambda: [registry(daemon, *named) for named in (("enrolments", enrolment), ("ties", bounded), ("ties", made), ("ties", guardian), ("group-members", group))]
    assert ends() == [(day(10), 4), (day(10), 2), (day(10), 1), (None, 1), (day(10), 1)]
    if not completed:
        assert withdraw(daemon, departure).status_code == GONE
        assert ends() == [(None, 5), (None, 3), (None, 2), (None, 1), (None, 2)]


def test_S6_asking_again_for_what_the_departure_ends_changes_nothing(daemon):
    student = new_student(daemon)
    enrolment, given = own_enrolment(daemon, student), tie(daemon, student, "hanne")
    departure = recorded(daemon, student, day(10))
    assert change(daemon, "enrolments", enrolment, {"until": None}, 2) == 2
    assert change(daemon, "ties", given, {"until": None}, 2) == 2
    assert change(daemon, "enrolments", enrolment, {"from": day(-40)}, 2) == 3     # what is not named stays as it was asked for
    assert change(daemon, "ties", given, {"until": day(10)}, 2) == 3              # and this is what is asked for now
    assert withdraw(daemon, departure).status_code == GONE
    assert registry(daemon, "enrolments", enrolment) == (None, 4)
    assert registry(daemon, "ties", given)[0] == day(10)


def test_S6_what_begins_after_the_last_day_and_is_made_since_is_a_return(daemon):
    student = new_student(daemon)
    departure = recorded(daemon, student, day(10))
    back, earlier = enrol(daemon, student, "aas", **{"from": day(11)}), tie(daemon, student, "hanne", **{"from": day(10)})
    assert registry(daemon, "enrolments", back) == (None, 1) and registry(daemon, "ties", earlier) == (day(10), 1)
    assert change(daemon, "enrolments", back, {"until": day(90)}, 1) == 2 and registry(daemon, "enrolments", back) == (day(90), 2)
    assert withdraw(daemon, departure).status_code == GONE
    assert lasting(daemon, "enrolments", student) == [day(10), day(90)]          # S5: something stands in its place


def outcomes(daemon, kind, *items):
    return [row["outcome"] for row in daemon.put(kind, list(items))]


def sent(**members):
    return {"externalId": {"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]}, **members}


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("until", [None, "2090-06-18"])
def test_S6_a_sync_that_says_the_same_every_night_neither_outlives_a_departure_nor_changes_anything(daemon, known, until):
    student = new_student(daemon, "bru")
    items = {"enrolments": sent(studentId=student, schoolId=daemon.id("school", "aas"), until=until, **{"from": day(-3)}),
             "ties": sent(studentId=student, personId=daemon.id("person", "hanne"), kind="teacher", until=until, **{"from": day(-3)}),
             "group-members": sent(studentId=student, groupId=daemon.id("group", "5a"), until=until, **{"from": day(-3)})}
    first = {kind: daemon.put(kind, [item])[0] for kind, item in items.items()} if known else {}
    if not known:
        before = enrol(daemon, student, "aas", until=day(20), **{"from": day(-3)})
    departure = recorded(daemon, student, day(10))
    for night in range(3):
        for kind, item in items.items():
            row, = daemon.put(kind, [item])
            is_first = night == 0 and not known
            assert row["outcome"] == ("unchanged" if not is_first else "changed" if kind == "enrolments" else "created"), (kind, night)
            first.setdefault(kind, row)
            assert registry(daemon, kind, row["id"]) == (day(10), 1 if not known and kind != "enrolments" else 3 if not known else 2), kind
    assert known or first["enrolments"]["id"] == before
    assert withdraw(daemon, departure).status_code == GONE
    for kind, row in first.items():
        assert registry(daemon, kind, row["id"])[0] == until
        assert outcomes(daemon, kind, items[kind]) == ["unchanged"]


def test_S6_a_sync_does_not_bring_back_what_ended_yesterday_unless_it_says_something_new(daemon):
    student = new_student(daemon, "bru")
    item = sent(studentId=student, schoolId=daemon.id("school", "aas"), until=None, **{"from": day(-30)})
    row, = daemon.put("enrolments", [item])
    recorded(daemon, student, day(-1))
    assert [outcomes(daemon, "enrolments", item), registry(daemon, "enrolments", row["id"])] == [["unchanged"], (day(-1), 2)]
    assert outcomes(daemon, "enrolments", {**item, "until": day(-1)}) == ["unchanged"]
    assert outcomes(daemon, "enrolments", {**item, "until": day(40)}) == ["changed"]
    assert registry(daemon, "enrolments", row["id"]) == (day(40), 3)             # 0011: a registry may
    changed = daemon.patch(f"/v1/enrolments/{row['id']}", {"until": None}, token=client(daemon), version=3)
    assert changed.status_code == OK and registry(daemon, "enrolments", row["id"]) == (None, 4)


# What is sealed in one row, put into the other.
MOVES = {"personsak_turn": "UPDATE personsak_turn SET words = (SELECT words FROM personsak_turn WHERE closed = 1) WHERE closed = 0",
         "departure": "UPDATE departure SET kind = (SELECT kind FROM departure WHERE school_id = ?1) WHERE school_id <> ?1"}


@pytest.mark.parametrize("table", MOVES)
def test_C3_what_was_sealed_and_has_changed_places_is_found(fresh_daemon, table):
    daemon = fresh_daemon()
    student = new_student(daemon, "aas", "bru")
    personsak = cases.open_case(daemon, student=student, saksbehandler="kari")
    cases.close_case(daemon, personsak["id"])
    cases.reopen_case(daemon, personsak["id"])
    recorded(daemon, student)
    departure = recorded(daemon, student, who="rektor-bru", school="bru")
    daemon.stop()
    fsck = lambda: run_tryggd("fsck", "--config", daemon.files.config, "--json")
    assert fsck().returncode == 0
    with sqlite3.connect(daemon.files.data / "trygg.db") as store:
        school = uuid.UUID(daemon.id("school", "aas")).bytes
        assert store.execute(MOVES[table], (school,) if "?1" in MOVES[table] else ()).rowcount == 1
    store.close()
    found = fsck()
    assert found.returncode == 1 and table in found.stdout
    daemon.start()
    assert read(daemon, departure, "rektor-bru").status_code == (500 if table == "departure" else OK)


# ---- Lists ------------------------------------------------------------------------------------------------------------------

def test_S5_a_list_holds_what_one_may_see_and_the_filters_narrow_it(daemon):
    students = [new_student(daemon, "aas", "bru") for _ in range(3)]
    here = [recorded(daemon, student) for student in students]
    there = [recorded(daemon, student, who="rektor-bru", school="bru") for student in students]
    withdraw(daemon, here[0])
    complete(daemon, here[1])
    states = dict(zip(here, ("withdrawn", "completed", "pending")))
    ids = lambda who, query="", **options: {row["id"] for row in listed(daemon, who, query, **options)} & set(here + there)
    assert (ids("rektor"), ids("rektor-bru"), ids(None, token=client(daemon))) == (set(here), set(there), set(here + there))
    for departure, state in states.items():
        assert ids("admin", f"&state={state}") == {departure}
    assert ids("rektor", f"&schoolId={daemon.id('school', 'bru')}") == ids("rektor", f"&studentId={uuid.uuid4()}") == set()
    assert ids(None, f"&studentId={students[0]}", token=client(daemon)) == {here[0], there[0]}
    assert ids(None, f"&studentId={students[0]}&schoolId={daemon.id('school', 'bru')}&state=pending", token=client(daemon)) == {there[0]}


def test_X7_the_collection_is_for_staff(daemon):
    assert listed(daemon, "teacher") == listed(daemon, "kari") == listed(daemon, "opener") == []
    for who in ("pupil", "guardian", "no-role"):
        assert daemon.get("/v1/departures", who).status_code == FORBIDDEN


def test_S6_due_is_listed_to_rektor_and_to_nobody_else(daemon):
    student = new_student(daemon)
    personsak = cases.open_case(daemon, student=student, saksbehandler="kari")
    departure = recorded(daemon, student)
    of = lambda who, **options: {row["id"]: row["due"] for row in listed(daemon, who, f"&studentId={student}", **options)}[departure]
    assert of("rektor") == [{"id": personsak["id"], "reference": personsak["reference"]}]
    assert of("admin") is None and of(None, token=client(daemon)) is None
