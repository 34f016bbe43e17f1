# SPDX-License-Identifier: EUPL-1.2
"""P3, G1, G2, S6, V1, V4, X7 over HTTP: lists and counts of personsaker, and the log of one."""
import uuid

import pytest

import cases
import world
from conftest import end
from daemon import Daemon, copy_files

LIST, MINE, COUNTS = "/v1/personsaker", "/v1/me/cases", "/v1/personsaker/counts"
NOT_STAFF = {"guardian", "pupil", "no-role", "membership-ended", "membership-tomorrow", "rektor-ended"}
PERSONS = [person["key"] for person in world.fjord()["persons"]]


@pytest.fixture(scope="module")
def house(tmp_path_factory, made):
    """A daemon of this file's own, with personsaker at both schools."""
    daemon = Daemon(copy_files(made, tmp_path_factory.mktemp("cases")))
    try:
        daemon.start()
        daemon.opened = {
            "alva": cases.open_case(daemon, saksbehandler="kari", medsaksbehandlere=["assistant"]),
            "birk": cases.open_case(daemon, student="birk", saksbehandler="hanne", sakstype="spesialpedagogikk"),
            "dino": cases.open_case(daemon, student="dino", saksbehandler="kari", category="faglig"),
            "elva": cases.open_case(daemon, student="elva", saksbehandler="rektor", medsaksbehandlere=["teacher"]),
            "celia": cases.open_case(daemon, "rektor-bru", "celia", "bru", saksbehandler="teacher-bru"),
            "both-aas": cases.open_case(daemon, student="both", saksbehandler="teacher"),
            "both-bru": cases.open_case(daemon, "rektor-bru", "both", "bru", saksbehandler="two-schools"),
        }
        daemon.names = {row["id"]: name for name, row in daemon.opened.items()}
        yield daemon
    finally:
        end(daemon)


@pytest.fixture
def own(fresh_daemon):
    """A daemon for one test, in which rights may end."""
    return fresh_daemon()


def ask(daemon, path, who, **query):
    answer = daemon.get(path, who, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def whole(daemon, path, who, **query):
    """All pages; each must tell the same total, which is how many there are."""
    page = ask(daemon, path, who, **query)
    rows, total = page["data"], page["total"]
    limit = {"limit": query["limit"]} if "limit" in query else {}
    while page["pageToken"] is not None:
        page = ask(daemon, path, who, pageToken=page["pageToken"], **limit)
        assert page["total"] == total
        rows += page["data"]
    assert total == len(rows)
    return rows


def ids(rows):
    return [row["id"] for row in rows]


def named(house, rows):
    return [house.names[row["id"]] for row in rows]


def counts(daemon, who="rektor", school="aas"):
    return ask(daemon, COUNTS, who, schoolId=daemon.id("school", school))


def end_membership(daemon, person, who="rektor"):
    row = ask(daemon, "/v1/memberships", who, personId=daemon.id("person", person))["data"][0]
    answer = daemon.patch(f"/v1/memberships/{row['id']}", {"until": world.day(-1)}, who, version=row["version"])
    assert answer.status_code == 200, answer.text


def make_guardian(daemon, person, student, who="admin"):
    body = {"personId": daemon.id("person", person), "studentId": daemon.id("student", student), "kind": "guardian"}
    answer = daemon.post("/v1/ties", body, who)
    assert answer.status_code == 201, answer.text


def depart(daemon, student, date, who="rektor", school="aas"):
    body = {"schoolId": daemon.id("school", school), "kind": "moves", "date": date}
    answer = daemon.post(f"/v1/students/{daemon.id('student', student)}/departures", body, who)
    assert answer.status_code == 201, answer.text
    return answer.json()


def bytes_of(text):
    return uuid.UUID(text).bytes


# ---- Whose they are ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("who", PERSONS)
def test_P3_a_list_shows_exactly_what_may_be_read_one_by_one(house, who):
    if who in NOT_STAFF:
        for path in (LIST, MINE):
            assert house.get(path, who).status_code == 403
        return
    readable = {}
    for row in house.opened.values():
        answer = house.get(f"/v1/personsaker/{row['id']}", who)
        assert answer.status_code in (200, 404)
        if answer.status_code == 200:
            readable[row["id"]] = answer.json()
    listed = whole(house, LIST, who, limit=3)
    assert set(ids(listed)) == set(readable) and len(listed) == len(readable)
    for row in listed:
        assert {name: value for name, value in row.items() if name != "handled"} == \
            {name: value for name, value in readable[row["id"]].items() if name in row}
        assert row["handled"] is True


@pytest.mark.parametrize("who", PERSONS)
def test_P3_my_work_is_what_i_lead_or_handle_and_may_read(house, who):
    if who in NOT_STAFF:
        assert house.get(MINE, who).status_code == 403
        return
    person = house.id("person", who)
    mine = [row for row in whole(house, LIST, who) if person in handlers(house, row["id"], who)]
    assert whole(house, MINE, who) == mine


def handlers(house, personsak, who):
    row = cases.case(house, personsak, who)
    return {row["saksbehandler"]["personId"], *(other["personId"] for other in row["medsaksbehandlere"])}


def test_P3_what_the_people_of_the_two_schools_see(house):
    expected = {"kari": {"alva", "dino"}, "assistant": {"alva"}, "teacher": {"elva", "both-aas"}, "teacher-bru": {"celia"},
                "rektor": {"alva", "birk", "dino", "elva", "both-aas"}, "rektor-bru": {"celia", "both-bru"},
                "two-schools": {"alva", "birk", "dino", "elva", "both-aas", "both-bru"},   # rektor at one, handles at the other
                "opener": set(), "mentor": set(), "admin": set(), "owner": set(), "auditor": set()}
    for who, names in expected.items():
        assert set(named(house, whole(house, LIST, who))) == names, who
    for who, names in {"rektor": {"elva"}, "two-schools": {"both-bru"}, "rektor-bru": set(), "teacher": {"elva", "both-aas"}}.items():
        assert set(named(house, whole(house, MINE, who))) == names, who


def test_P3_another_organisation_and_a_client_get_nothing(house):
    assert whole(house, LIST, "rektor@skog") == []
    assert house.get(COUNTS, "rektor@skog", params={"schoolId": house.id("school", "aas")}).status_code == 404
    token = house.token("sync", service=True, scope="trygg:provision")
    for path in (LIST, MINE, f"{COUNTS}?schoolId={house.id('school', 'aas')}"):
        assert house.get(path, token=token).status_code in (403, 404)


def test_G2_a_rektor_who_is_a_guardian_sees_none_of_the_child(house):
    """guardian-rektor is alva's guardian, and rektor of the school."""
    seen = whole(house, LIST, "guardian-rektor")
    assert set(named(house, seen)) == {"birk", "dino", "elva", "both-aas"}
    alva = house.id("student", "alva")
    assert whole(house, LIST, "guardian-rektor", studentId=alva) == []
    assert whole(house, LIST, "guardian-rektor", saksbehandlerId=house.id("person", "kari")) == [row for row in seen if house.names[row["id"]] == "dino"]
    all_of_them, theirs = counts(house), counts(house, "guardian-rektor")
    assert theirs["open"] == all_of_them["open"] - 1
    log = house.get(f"/v1/personsaker/{house.opened['alva']['id']}/activity", "guardian-rektor")
    assert log.status_code == 404


def test_G2_a_handler_who_becomes_a_guardian_loses_it_and_it_is_left_unhandled(own):
    row = cases.open_case(own, saksbehandler="kari")
    assert ids(whole(own, MINE, "kari")) == [row["id"]]
    assert counts(own)["unhandled"] == 0
    make_guardian(own, "kari", "alva")
    assert whole(own, MINE, "kari") == [] and whole(own, LIST, "kari") == []
    left = whole(own, LIST, "rektor", unhandled="true")
    assert ids(left) == [row["id"]] and left[0]["handled"] is False
    assert whole(own, LIST, "rektor", unhandled="false") == []
    assert counts(own)["unhandled"] == 1


def test_G1_what_is_left_without_a_handler_is_listed_for_rektor(own):
    left = cases.open_case(own, saksbehandler="teacher", medsaksbehandlere=["assistant"])
    kept = cases.open_case(own, student="birk", saksbehandler="hanne")
    assert whole(own, LIST, "rektor", unhandled="true") == []
    end_membership(own, "teacher")
    assert own.get(LIST, "teacher").status_code == 403   # no staff membership is left
    rows = whole(own, LIST, "rektor", unhandled="true")
    assert ids(rows) == [left["id"]] and rows[0]["handled"] is False
    assert ids(whole(own, LIST, "rektor", unhandled="false")) == [kept["id"]]
    assert whole(own, LIST, "assistant")[0]["handled"] is False
    found = counts(own)
    assert (found["open"], found["unhandled"]) == (2, 1)


# ---- Filters, order, pages --------------------------------------------------------------------------------------------------

FILTERS = [
    ({"sakstype": "spesialpedagogikk"}, {"birk"}),
    ({"sakstype": "skolemiljo"}, {"alva", "dino", "elva", "both-aas"}),
    ({"category": "faglig"}, {"dino"}),
    ({"category": "mobbing"}, {"alva", "birk", "elva", "both-aas"}),
    ({"category": "mobbing", "sakstype": "spesialpedagogikk"}, {"birk"}),
    ({"category": "faglig", "sakstype": "spesialpedagogikk"}, set()),
    ({"sakstype": "mobbing"}, set()),          # a code of another list
    ({"category": "no-such"}, set()),
    ({"state": "open"}, {"alva", "birk", "dino", "elva", "both-aas"}),
    ({"state": "closed"}, set()),
    ({"due": "false", "unhandled": "false"}, {"alva", "birk", "dino", "elva", "both-aas"}),
    ({"due": "true"}, set()),
]


@pytest.mark.parametrize("query,expected", FILTERS)
def test_P3_filters_narrow_and_add_up(house, query, expected):
    assert set(named(house, whole(house, LIST, "rektor", limit=2, **query))) == expected


def test_P3_filters_by_school_student_and_saksbehandler(house):
    def found(who, **query):
        return set(named(house, whole(house, LIST, who, limit=1, **query)))
    aas, bru = house.id("school", "aas"), house.id("school", "bru")
    assert found("two-schools", schoolId=bru) == {"both-bru"}
    assert found("two-schools", schoolId=aas) == {"alva", "birk", "dino", "elva", "both-aas"}
    assert found("rektor", schoolId=bru) == set()
    assert found("rektor", studentId=house.id("student", "both")) == {"both-aas"}
    assert found("two-schools", studentId=house.id("student", "both")) == {"both-aas", "both-bru"}
    assert found("mentor", studentId=house.id("student", "alva")) == set()      # tied, and no handler
    assert found("rektor", saksbehandlerId=house.id("person", "kari")) == {"alva", "dino"}
    assert found("rektor", saksbehandlerId=house.id("person", "assistant")) == set()   # who handles, and does not lead
    assert found("rektor", schoolId=aas, saksbehandlerId=house.id("person", "hanne"), sakstype="spesialpedagogikk") == {"birk"}
    assert found("rektor", studentId=str(uuid.uuid4())) == set()
    assert set(named(house, whole(house, MINE, "two-schools", schoolId=aas))) == set()


def test_P3_the_newest_activity_comes_first_and_moves_to_the_front(own):
    first, second, third = (cases.open_case(own, student=student, saksbehandler="teacher")["id"] for student in ("alva", "birk", "dino"))
    assert ids(whole(own, LIST, "rektor")) == [third, second, first]
    page = ask(own, LIST, "rektor", limit=1)
    assert ids(page["data"]) == [third]
    answer = own.patch(f"/v1/personsaker/{first}", {"category": "faglig"}, "rektor", version=cases.version(own, first))
    assert answer.status_code == 200, answer.text
    rows = whole(own, MINE, "teacher", limit=1)
    assert ids(rows) == [first, third, second]
    times = [row["lastActivityAt"] for row in rows]
    assert times == sorted(times, reverse=True) and rows[0]["lastActivityAt"] > rows[0]["openedAt"]
    # A page token goes on towards older activity: what has moved to the front is not met again, and nothing else is lost.
    rest = ask(own, LIST, "rektor", limit=2, pageToken=page["pageToken"])
    assert ids(rest["data"]) == [second] and rest["total"] == 3 and rest["pageToken"] is None


def test_X3_a_page_token_goes_on_with_its_filters_and_belongs_to_caller_and_list(house):
    query = {"category": "mobbing", "limit": 1}
    page = ask(house, LIST, "rektor", **query)
    assert page["total"] == 4
    token, seen = page["pageToken"], page["data"]
    while token is not None:
        page = ask(house, LIST, "rektor", pageToken=token, limit=1)
        seen, token = seen + page["data"], page["pageToken"]
    assert set(named(house, seen)) == {"alva", "birk", "elva", "both-aas"}
    token = ask(house, LIST, "rektor", **query)["pageToken"]
    for path, who in ((LIST, "kari"), (MINE, "rektor")):
        answer = house.get(path, who, params={"pageToken": token})
        assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "pageToken")
    answer = house.get(LIST, "rektor", params={"pageToken": token, "category": "mobbing"})
    assert answer.status_code == 400


def test_X3_what_is_wrong_in_a_query_is_named(house):
    query = {"schoolId": "x", "studentId": "x", "saksbehandlerId": "x", "state": "gone", "due": "1", "unhandled": "no", "sakstype": "", "limit": 0, "colour": "red"}
    answer = house.get(LIST, "rektor", params=query)
    assert answer.status_code == 400 and {error["name"] for error in answer.json()["errors"]} == set(query)
    answer = house.get(COUNTS, "rektor")
    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "schoolId")


def test_P8_my_work_is_open_unless_asked_otherwise(own):
    closed, still = cases.open_case(own, saksbehandler="kari")["id"], cases.open_case(own, student="dino", saksbehandler="kari")["id"]
    cases.close_case(own, closed, "kari")
    assert ids(whole(own, MINE, "kari")) == [still]
    assert ids(whole(own, MINE, "kari", state="closed")) == [closed]
    assert ids(whole(own, LIST, "kari")) == [closed, still]
    row = whole(own, LIST, "rektor", state="closed")[0]
    assert (row["id"], row["state"]) == (closed, "closed")
    found = counts(own)
    assert (found["open"], found["closed"], found["unhandled"]) == (1, 1, 0)


def test_S4_a_case_of_a_double_is_listed_and_logged_under_the_student_it_turned_out_to_be(own):
    kept, double = (own.create_student("rektor", "aas").json()["id"] for _ in range(2))
    row = cases.open_case(own, student=double, saksbehandler="teacher")
    assert own.post(f"/v1/students/{kept}/merge", {"absorbedId": double}, "rektor").status_code == 200
    for student in (kept, double):
        found = whole(own, LIST, "teacher", studentId=student)
        assert ids(found) == [row["id"]] and found[0]["student"]["id"] == kept
    before = operations(log_of(own, row["id"], "teacher"))
    assert before[-1] == "openPersonsak"     # a row about the double
    assert operations(log_of(own, row["id"], "teacher"))[1:] == before


# ---- Due --------------------------------------------------------------------------------------------------------------------

def test_S6_open_ones_of_a_student_about_to_leave_are_due(own):
    alva, birk = cases.open_case(own, saksbehandler="kari")["id"], cases.open_case(own, student="birk", saksbehandler="hanne")["id"]
    both = cases.open_case(own, student="both", saksbehandler="teacher")["id"]
    depart(own, "alva", world.day(30))
    depart(own, "both", world.day(10), "rektor-bru", "bru")     # leaves the other school
    assert ids(whole(own, LIST, "rektor", due="true")) == [alva]
    assert set(ids(whole(own, LIST, "rektor", due="false"))) == {birk, both}
    assert {row["id"]: row["dueOn"] for row in whole(own, LIST, "rektor")} == {alva: world.day(30), birk: None, both: None}
    assert whole(own, MINE, "kari")[0]["dueOn"] == world.day(30)
    assert (counts(own)["open"], counts(own)["due"]) == (3, 1)
    cases.close_case(own, alva)
    assert whole(own, LIST, "rektor", due="true") == []
    assert (counts(own)["closed"], counts(own)["due"]) == (1, 0)


def test_S6_a_departure_that_is_withdrawn_is_due_no_more(own):
    alva = cases.open_case(own, saksbehandler="kari")["id"]
    departure = depart(own, "alva", world.day(30))
    assert ids(whole(own, LIST, "kari", due="true")) == [alva]
    answer = own.delete(f"/v1/departures/{departure['id']}", "rektor", version=departure["version"])
    assert answer.status_code == 204, answer.text
    assert whole(own, LIST, "kari", due="true") == [] and counts(own)["due"] == 0


# ---- Counts -----------------------------------------------------------------------------------------------------------------

def test_P3_counts_are_the_rektors(house):
    aas, bru = house.id("school", "aas"), house.id("school", "bru")
    expected = {"rektor": (200, 404), "rektor-bru": (404, 200), "two-schools": (200, 404), "guardian-rektor": (200, 404),
                "admin": (403, 404), "owner": (403, 403), "auditor": (403, 403),    # who may read the school
                "opener": (404, 404), "kari": (404, 404), "pupil": (404, 404), "no-role": (404, 404)}
    for who, statuses in expected.items():
        found = tuple(house.get(COUNTS, who, params={"schoolId": school}).status_code for school in (aas, bru))
        assert found == statuses, who
    missing = house.get(COUNTS, "rektor", params={"schoolId": str(uuid.uuid4())})
    assert missing.status_code == 404 and missing.content == house.get(COUNTS, "rektor", params={"schoolId": bru}).content
    assert counts(house) == {"schoolId": aas, "open": 5, "closed": 0, "due": 0, "unhandled": 0, "waitingProposals": 0, "ground": "P3.role.rektor"}


def test_P1_waiting_proposals_are_counted_but_for_ones_own_family(own):
    cases.propose(own, "teacher", "alva")
    declined = cases.propose(own, "hanne", "birk")["id"]
    assert counts(own)["waitingProposals"] == 2 and counts(own, "guardian-rektor")["waitingProposals"] == 1
    answer = own.post(f"/v1/proposals/{declined}/refusal", {"reason": cases.words(own, "Avslag")}, "rektor")
    assert answer.status_code in (200, 201), answer.text
    assert counts(own)["waitingProposals"] == 1 and counts(own, "guardian-rektor")["waitingProposals"] == 0


# ---- What is logged ---------------------------------------------------------------------------------------------------------

def test_V4_a_list_is_one_row_that_names_the_students_shown_each_once(house):
    cases_of = {"two-schools": ["alva", "birk", "dino", "elva", "both"], "kari": ["alva", "dino"], "mentor": []}
    for who, students in cases_of.items():
        answer = house.get(LIST, who)
        row, = [row for row in house.activity(operation="listPersonsaker") if row["request_id"] == answer.headers["X-Request-Id"]]
        assert (row["shown"] or []) == sorted(house.id("student", key) for key in students)
        assert (row["object_kind"], row["outcome"], row["ground"]) == ("personsak", "allowed", "P3.staff")
    answer = house.get(MINE, "pupil")
    row, = [row for row in house.activity(operation="listMyCases") if row["request_id"] == answer.headers["X-Request-Id"]]
    assert (row["outcome"], row["ground"]) == ("refused", "P3.notStaff")


def test_V4_counting_is_a_row_of_the_school(house):
    request = house.get(COUNTS, "rektor", params={"schoolId": house.id("school", "aas")}).headers["X-Request-Id"]
    row, = [row for row in house.activity(operation="countPersonsaker") if row["request_id"] == request]
    assert (row["school_id"], row["tree_id"], row["ground"]) == (house.id("school", "aas"), house.id("school", "aas"), "P3.role.rektor")


# ---- The log of one ---------------------------------------------------------------------------------------------------------

def log_of(daemon, personsak, who="rektor", **query):
    """All pages, newest first."""
    page = ask(daemon, f"/v1/personsaker/{personsak}/activity", who, **query)
    rows = page["data"]
    while page["pageToken"] is not None:
        page = ask(daemon, f"/v1/personsaker/{personsak}/activity", who, pageToken=page["pageToken"], limit=query.get("limit", 50))
        rows += page["data"]
    return rows


def operations(rows):
    return [row["operation"] for row in rows]


def test_V1_handlers_and_rektor_read_the_log_of_their_own_case_and_nobody_else(house):
    personsak = house.opened["alva"]["id"]
    readers = {"kari": "V1.handler", "assistant": "V1.coHandler", "rektor": "V1.role.rektor", "two-schools": "V1.role.rektor"}
    for who in PERSONS:
        answer = house.get(f"/v1/personsaker/{personsak}/activity", who)
        assert answer.status_code == (200 if who in readers else 404), who
    for who, ground in readers.items():
        request = house.get(f"/v1/personsaker/{personsak}/activity", who).headers["X-Request-Id"]
        row, = [row for row in house.activity(operation="listPersonsakActivity") if row["request_id"] == request]
        assert (row["ground"], row["object_id"], row["student_id"]) == (ground, personsak, house.id("student", "alva"))


def test_V1_a_case_log_holds_what_was_done_read_and_refused_in_it_and_nothing_of_the_students_others(own):
    one, other = (cases.open_case(own, saksbehandler="kari")["id"] for _ in range(2))
    cases.case(own, one, "kari"), cases.case(own, other, "kari")
    assert own.get(f"/v1/personsaker/{one}", "mentor").status_code == 404
    own.get(f"/v1/students/{own.id('student', 'alva')}", "kari")
    own.get(LIST, "kari")
    rows = log_of(own, one, "kari")
    assert operations(rows) == ["getPersonsak", "getPersonsak", "openPersonsak"]
    assert {row["objectId"] for row in rows} == {one}
    refused = rows[0]
    assert (refused["outcome"], refused["ground"], refused["actor"]["personId"]) == ("refused", "P3.unseen", own.id("person", "mentor"))
    # Reading it is a row of it, and of it alone.
    again = log_of(own, one)
    assert operations(again) == ["listPersonsakActivity", *operations(rows)]
    assert operations(log_of(own, other)) == ["getPersonsak", "openPersonsak"]
    assert other not in str(again)


def test_V1_the_case_log_holds_the_rows_of_hendelser_in_it(own):
    one, other = (cases.open_case(own, saksbehandler="kari")["id"] for _ in range(2))
    mine, theirs = cases.hendelse(own, one, "kari")["id"], cases.hendelse(own, other, "kari")["id"]
    for hendelse, who, status in ((mine, "kari", 200), (mine, "teacher", 404), (theirs, "kari", 200)):
        assert own.get(f"/v1/hendelser/{hendelse}", who).status_code == status
    rows = log_of(own, one, "kari")
    assert {row["objectId"] for row in rows} == {one, mine}
    assert operations(rows) == ["getHendelse", "getHendelse", "addHendelse", "openPersonsak"]


def test_V1_the_proposal_that_it_was_is_in_its_log_and_another_is_not(own):
    became, waits = cases.propose(own, "teacher", "alva")["id"], cases.propose(own, "mentor", "alva")["id"]
    for proposal in (became, waits):
        assert own.get(f"/v1/proposals/{proposal}", "rektor").status_code == 200
    body = {"category": "mobbing", "description": cases.words(own), "saksbehandlerId": own.id("person", "kari")}
    answer = own.post(f"/v1/proposals/{became}/acceptance", body, "rektor")
    assert answer.status_code == 201, answer.text
    rows = log_of(own, answer.json()["id"], "kari")
    assert operations(rows) == ["acceptProposal", "getProposal", "proposePersonsak"]
    assert waits not in {row["objectId"] for row in rows}


def test_V1_pages_filters_and_tokens_of_a_case_log(own):
    one, other = cases.open_case(own, saksbehandler="kari")["id"], cases.open_case(own, student="birk", saksbehandler="kari")["id"]
    for who in ("kari", "rektor", "kari", "mentor", "hanne"):
        own.get(f"/v1/personsaker/{one}", who)
        own.get(f"/v1/personsaker/{other}", who)
    path = f"/v1/personsaker/{one}/activity"
    rows = [row["requestId"] for row in log_of(own, one)]
    assert [row["requestId"] for row in log_of(own, one, limit=1)][-len(rows):] == rows
    kari = own.id("person", "kari")
    assert operations(log_of(own, one, actorId=kari)) == ["getPersonsak"] * 2
    assert [row["actor"]["personId"] for row in log_of(own, one, outcome="refused")] == [own.id("person", key) for key in ("hanne", "mentor")]
    assert operations(log_of(own, one, operation="openPersonsak")) == ["openPersonsak"]
    assert log_of(own, one, until="2020-01-01T00:00:00Z") == []
    token = ask(own, path, "rektor", limit=1)["pageToken"]
    assert own.get(f"/v1/personsaker/{other}/activity", "rektor", params={"pageToken": token}).status_code == 400
    assert own.get(path, "kari", params={"pageToken": token}).status_code == 400
    school = own.get(f"/v1/schools/{own.id('school', 'aas')}/activity", "rektor", params={"limit": 1}).json()["pageToken"]
    assert own.get(path, "rektor", params={"pageToken": school}).status_code == 400


def test_V1_a_handler_who_was_removed_reads_the_log_no_more(own):
    one = cases.open_case(own, saksbehandler="kari", medsaksbehandlere=["assistant"])["id"]
    assert log_of(own, one, "assistant")
    cases.remove_handler(own, one, "assistant")
    assert own.get(f"/v1/personsaker/{one}/activity", "assistant").status_code == 404
    assert whole(own, MINE, "assistant") == []


def test_V1_whoever_reads_a_row_in_a_case_log_gets_its_proof_and_nobody_else_does(own):
    one = cases.open_case(own, saksbehandler="kari", medsaksbehandlere=["assistant"])["id"]
    assert own.get(f"/v1/personsaker/{one}", "mentor").status_code == 404
    row = log_of(own, one, "assistant")[0]
    statuses = {who: own.get(f"/v1/activity/{row['id']}/proof", who).status_code
                for who in ("assistant", "kari", "rektor", "owner", "mentor", "opener", "rektor-bru", "guardian-rektor", "pupil")}
    assert statuses == {"assistant": 200, "kari": 200, "rektor": 200, "owner": 200, "mentor": 404, "opener": 404, "rektor-bru": 404,
                        "guardian-rektor": 404, "pupil": 404}
    student = own.get(f"/v1/students/{own.id('student', 'alva')}", "kari").headers["X-Request-Id"]
    log = ask(own, f"/v1/schools/{own.id('school', 'aas')}/activity", "rektor", limit=20)["data"]
    card = [line for line in log if line["requestId"] == student][0]
    assert own.get(f"/v1/activity/{card['id']}/proof", "kari").status_code == 404   # a row about the student, in no personsak
    cases.remove_handler(own, one, "assistant")
    assert own.get(f"/v1/activity/{row['id']}/proof", "assistant").status_code == 404
