# SPDX-License-Identifier: EUPL-1.2
"""P8 and S6 over HTTP: closing with a summary, reopening with a reason, and closing many in one call."""
import time
import uuid

import pytest

import cases
import world

OK, BAD, FORBIDDEN, NOT_FOUND, CONFLICT, REUSED = 200, 400, 403, 404, 409, 422
MANY = 500


def new_student(daemon, school="aas", who="rektor"):
    return daemon.create_student(who, school).json()["id"]


def close(daemon, personsak, who, summary=None, **options):
    return daemon.post(f"/v1/personsaker/{personsak['id']}/closure", {"summary": summary or cases.words(daemon)}, who, **options)


def reopen(daemon, personsak, who, **options):
    return daemon.post(f"/v1/personsaker/{personsak['id']}/reopening", {"reason": cases.words(daemon)}, who, **options)


def read(daemon, personsak, who):
    return daemon.get(f"/v1/personsaker/{personsak['id']}", who)


def nothing(daemon, who):
    return daemon.get(f"/v1/personsaker/{uuid.uuid4()}", who)


def problem(answer):
    return answer.json()["type"].rpartition(":")[2]


# ---- One --------------------------------------------------------------------------------------------------------------------

def test_P8_a_case_is_closed_with_a_summary_and_reopened_by_rektor_with_a_reason(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari", medsaksbehandlere=["assistant"])
    summary = cases.words(daemon, "Tiltakene virker")
    closed = close(daemon, personsak, "kari", summary)
    assert (closed.status_code, closed.json()) == (OK, {"id": personsak["id"], "version": 2, "ground": "P8.handler"})
    assert closed.headers["ETag"] == '"2"'
    seen = read(daemon, personsak, "assistant").json()
    assert (seen["state"], seen["version"], seen["closing"]["summary"]) == ("closed", 2, summary)
    assert seen["closing"]["by"]["personId"] == daemon.id("person", "kari") and seen["closing"]["at"] == seen["lastActivityAt"]
    opened = reopen(daemon, personsak, "rektor")
    assert (opened.status_code, opened.json()) == (OK, {"id": personsak["id"], "version": 3, "ground": "P8.role.rektor"})
    again = read(daemon, personsak, "kari").json()
    assert (again["state"], again["closing"]) == ("open", None)
    close(daemon, personsak, "rektor", "Endelig")
    assert read(daemon, personsak, "kari").json()["closing"]["summary"] == "Endelig"


@pytest.mark.parametrize("who, closes, reopens", [
    ("kari", OK, FORBIDDEN), ("rektor", OK, OK), ("two-schools", OK, OK), ("assistant", FORBIDDEN, FORBIDDEN),
    ("teacher", NOT_FOUND, NOT_FOUND), ("opener", NOT_FOUND, NOT_FOUND), ("admin", NOT_FOUND, NOT_FOUND), ("rektor-bru", NOT_FOUND, NOT_FOUND),
    ("owner", NOT_FOUND, NOT_FOUND), ("guardian-rektor", NOT_FOUND, NOT_FOUND), ("pupil", NOT_FOUND, NOT_FOUND),
])
def test_P8_who_closes_and_who_reopens(daemon, who, closes, reopens):
    personsak = cases.open_case(daemon, "opener", student="alva", saksbehandler="kari", medsaksbehandlere=["assistant"])
    closed = close(daemon, personsak, who)
    if closes != OK:
        cases.close_case(daemon, personsak["id"])
    opened = reopen(daemon, personsak, who)
    assert (closed.status_code, opened.status_code) == (closes, reopens)
    if closes == NOT_FOUND:
        assert closed.content == opened.content == nothing(daemon, who).content


def test_P8_what_is_closed_is_not_closed_and_what_is_open_is_not_reopened(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    refused = reopen(daemon, personsak, "rektor")
    assert (refused.status_code, problem(refused)) == (CONFLICT, "not-closed")
    assert close(daemon, personsak, "kari").status_code == OK
    refused = close(daemon, personsak, "rektor")
    assert (refused.status_code, problem(refused)) == (CONFLICT, "closed")
    assert cases.version(daemon, personsak["id"]) == 2
    rows = daemon.activity(object_id=personsak["id"], outcome="refused")
    assert [(row["operation"], row["ground"]) for row in rows] == [("reopenPersonsak", "not-closed"), ("closePersonsak", "closed")]


@pytest.mark.parametrize("summary", ["", "x" * 4001, 7, None])
def test_X3_a_summary_is_words_and_not_too_many(daemon, summary):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    refused = daemon.post(f"/v1/personsaker/{personsak['id']}/closure", {"summary": summary}, "kari")
    assert refused.status_code == BAD and [error["name"] for error in refused.json()["errors"]] == ["/summary"]
    assert daemon.post(f"/v1/personsaker/{personsak['id']}/closure", {"summary": "ø" * 4000}, "kari").status_code == OK


def test_C1_what_was_said_at_the_end_is_sealed(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    summary = cases.words(daemon)
    close(daemon, personsak, "kari", summary)
    reopen(daemon, personsak, "rektor")
    rows = daemon.rows("SELECT version, closed, words FROM personsak_turn WHERE personsak_id = ? ORDER BY version", uuid.UUID(personsak["id"]).bytes)
    assert [(row["version"], row["closed"]) for row in rows] == [(2, 1), (3, 0)]
    assert summary.encode() not in rows[0]["words"] and len(rows[0]["words"]) > len(summary)


def test_X1_a_closing_sent_again_does_not_close_what_was_reopened_since(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    key, summary = str(uuid.uuid4()), cases.words(daemon)
    first = close(daemon, personsak, "kari", summary, key=key)
    reopen(daemon, personsak, "rektor")
    again = close(daemon, personsak, "kari", summary, key=key)
    assert (again.status_code, again.json()) == (OK, first.json())
    assert read(daemon, personsak, "kari").json()["state"] == "open"
    assert close(daemon, personsak, "kari", key=key).status_code == REUSED


# ---- Many -------------------------------------------------------------------------------------------------------------------

def item(daemon, personsak, **members):
    return {"personsakId": personsak["id"], "summary": cases.words(daemon), **members}


def close_many(daemon, items, who="rektor", **options):
    return daemon.post("/v1/personsaker/closures", {"items": items}, who, **options)


def outcomes(answer):
    assert answer.status_code == OK, answer.text
    return [(row["outcome"], row["version"], row["ground"]) for row in answer.json()["results"]]


def rows_of(daemon, answer):
    """The rows of this very call, in the order of the items, as far as they are in one tree."""
    request = answer.headers["X-Request-Id"]
    return [row for row in daemon.activity(operation="closePersonsaker") if str(uuid.UUID(bytes=row["request_id"])
            if isinstance(row["request_id"], bytes) else row["request_id"]) == request]


def test_S6_each_of_many_has_an_outcome_and_a_row_of_its_own(daemon):
    student, celia = new_student(daemon), daemon.id("student", "celia")
    one, two, changed = (cases.open_case(daemon, student=student, saksbehandler="kari") for _ in range(3))
    closed = cases.open_case(daemon, student=new_student(daemon), saksbehandler="hanne")
    elsewhere = cases.open_case(daemon, "rektor-bru", student=celia, school="bru", saksbehandler="teacher-bru")
    cases.close_case(daemon, closed["id"])
    cases.add_handler(daemon, changed["id"], "assistant")
    nobody = {"id": str(uuid.uuid4())}
    answer = close_many(daemon, [item(daemon, one), item(daemon, elsewhere), item(daemon, closed), item(daemon, changed, version=1),
                                 item(daemon, two, version=1), item(daemon, nobody), item(daemon, one)])
    ground = "S6.role.rektor"
    assert outcomes(answer) == [("closed", 2, ground), ("notFound", None, None), ("alreadyClosed", 2, ground), ("changed", None, None),
                                ("closed", 2, ground), ("notFound", None, None), ("alreadyClosed", 2, ground)]
    assert [row["personsakId"] for row in answer.json()["results"]] == [case["id"] for case in (one, elsewhere, closed, changed, two, nobody, one)]
    assert [cases.case(daemon, case["id"])["state"] for case in (one, two, changed)] == ["closed", "closed", "open"]
    rows = rows_of(daemon, answer)
    assert sorted((row["object_id"], row["outcome"], row["ground"]) for row in rows) == sorted([
        (one["id"], "allowed", ground), (elsewhere["id"], "refused", "S6.unseen"), (closed["id"], "allowed", ground),
        (changed["id"], "refused", "precondition-failed"), (two["id"], "allowed", ground), (nobody["id"], "refused", "S6.unseen"),
        (one["id"], "allowed", ground)])
    assert {row["student_id"] for row in rows if row["object_id"] in (one["id"], two["id"])} == {student}


def test_S6_each_closing_keeps_its_own_summary(daemon):
    made = [cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari") for _ in range(3)]
    items = [item(daemon, personsak) for personsak in made]
    close_many(daemon, items)
    assert [read(daemon, personsak, "kari").json()["closing"]["summary"] for personsak in made] == [each["summary"] for each in items]


@pytest.mark.parametrize("who, expected", [("kari", "forbidden"), ("assistant", "forbidden"), ("teacher", "notFound"), ("opener", "notFound"),
                                           ("admin", "notFound"), ("rektor-bru", "notFound"), ("guardian-rektor", "notFound"), ("pupil", "notFound")])
def test_S6_only_rektor_closes_in_this_way(daemon, who, expected):
    personsak = cases.open_case(daemon, student="alva", saksbehandler="kari", medsaksbehandlere=["assistant"])
    assert outcomes(close_many(daemon, [item(daemon, personsak)], who)) == [(expected, None, None)]
    assert cases.case(daemon, personsak["id"])["state"] == "open"


def test_G2_a_rektor_closes_the_others_and_does_not_see_their_own_childs(daemon):
    own, other = (cases.open_case(daemon, student=student, saksbehandler="kari") for student in ("alva", "dino"))
    found = outcomes(close_many(daemon, [item(daemon, own), item(daemon, other)], "guardian-rektor"))
    assert [row[0] for row in found] == ["notFound", "closed"]


def test_X1_the_same_many_sent_again_have_the_same_outcomes(daemon):
    one, closed, changed = (cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari") for _ in range(3))
    cases.close_case(daemon, closed["id"])
    cases.add_handler(daemon, changed["id"], "assistant")
    items, key = [item(daemon, one), item(daemon, closed), item(daemon, changed, version=1)], str(uuid.uuid4())
    first = close_many(daemon, items, key=key)
    assert [row[0] for row in outcomes(first)] == ["closed", "alreadyClosed", "changed"]
    for personsak in (one, closed):
        cases.reopen_case(daemon, personsak["id"])
    again = close_many(daemon, items, key=key)
    assert again.json() == first.json()
    assert [cases.case(daemon, case["id"])["state"] for case in (one, closed, changed)] == ["open"] * 3
    assert sorted(row["outcome"] for row in rows_of(daemon, again)) == ["refused", "replayed", "replayed"]
    # With a key of its own it is another call.
    assert [row[0] for row in outcomes(close_many(daemon, items))] == ["closed", "closed", "changed"]


def test_X1_rights_are_decided_anew_when_many_are_sent_again(daemon):
    mark, client = uuid.uuid4().hex[:10], daemon.token("registry", service=True, scope="provision")
    person = daemon.post("/v1/persons", {"givenName": "Ny" + mark, "familyName": "Zq" + mark}, "owner").json()["id"]
    daemon.post("/v1/identities", {"personId": person, "issuer": world.ORGANISATIONS[world.FJORD]["issuer"], "subject": "s" + mark}, "owner")
    rektor = daemon.post("/v1/memberships", {"personId": person, "schoolId": daemon.id("school", "aas"), "role": "rektor"}, token=client).json()["id"]
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    items, key = [item(daemon, personsak)], str(uuid.uuid4())
    assert outcomes(close_many(daemon, items, "s" + mark, key=key))[0][0] == "closed"
    daemon.patch(f"/v1/memberships/{rektor}", {"until": world.day(-1)}, token=client, version=1)
    assert outcomes(close_many(daemon, items, "s" + mark, key=key)) == [("notFound", None, None)]


def test_X1_another_many_under_the_same_key_does_nothing(daemon):
    one, two = (cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari") for _ in range(2))
    key = str(uuid.uuid4())
    # Nothing of the first is done, and still the key is taken.
    assert outcomes(close_many(daemon, [item(daemon, {"id": str(uuid.uuid4())})], key=key)) == [("notFound", None, None)]
    refused = close_many(daemon, [item(daemon, one), item(daemon, two)], key=key)
    assert (refused.status_code, problem(refused)) == (REUSED, "key-reused")
    row, = rows_of(daemon, refused)
    assert (row["outcome"], row["ground"], row["object_id"]) == ("refused", "key-reused", None)
    assert [cases.case(daemon, case["id"])["state"] for case in (one, two)] == ["open", "open"]


def test_X3_every_item_that_is_wrong_is_named_and_nothing_is_closed(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    good = item(daemon, personsak)
    answer = close_many(daemon, [good, {"personsakId": "7", "summary": ""}, {"summary": "x", "personsakId": personsak["id"], "version": 0}])
    assert answer.status_code == BAD
    assert sorted(error["name"] for error in answer.json()["errors"]) == ["/items/1/personsakId", "/items/1/summary", "/items/2/version"]
    assert [error["name"] for error in close_many(daemon, []).json()["errors"]] == ["/items"]
    assert [error["name"] for error in close_many(daemon, [good] * (MANY + 1)).json()["errors"]] == ["/items"]
    assert cases.case(daemon, personsak["id"])["state"] == "open"


def test_S6_five_hundred_are_closed_in_one_call(daemon):
    students = [new_student(daemon) for _ in range(5)]
    made = [cases.open_case(daemon, student=students[i % len(students)], saksbehandler="kari") for i in range(MANY - 2)]
    items = [item(daemon, personsak) for personsak in made]
    items.insert(100, item(daemon, {"id": str(uuid.uuid4())}))
    items.insert(300, item(daemon, made[0]))   # once more
    key, began = str(uuid.uuid4()), time.monotonic()
    first = close_many(daemon, items, key=key)
    assert time.monotonic() - began < 20
    found = [row[0] for row in outcomes(first)]
    assert found == ["closed"] * 100 + ["notFound"] + ["closed"] * 199 + ["alreadyClosed"] + ["closed"] * 199
    rows = rows_of(daemon, first)
    assert len(rows) == MANY and {row["object_id"] for row in rows if row["outcome"] == "allowed"} == {personsak["id"] for personsak in made}
    assert close_many(daemon, items, key=key).json() == first.json()
    turns = daemon.rows("SELECT personsak_id FROM personsak_turn")
    assert len([row for row in turns if str(uuid.UUID(bytes=row["personsak_id"])) in {personsak["id"] for personsak in made}]) == MANY - 2
