# SPDX-License-Identifier: EUPL-1.2
"""Hendelser over HTTP: recorded, read, amended, struck, and kept where they are (P3, P6, P7, P9, P10)."""
import datetime
import json
import random
import sqlite3
import uuid

import pytest

import stored
import world
from cases import add_handler, close_case, hendelse, open_case, remove_handler, reopen_case, words
from daemon import run_tryggd

NOT_FOUND, FORBIDDEN, CONFLICT = 404, 403, 409
UNSEEN_OF_CASE = ["teacher", "hanne", "opener", "assistant", "admin", "owner", "auditor", "rektor-bru", "guardian", "pupil", "no-role",
                  "guardian-rektor", "guardian-teacher", "rektor-ended", "rektor@skog"]
HAPPENED = "2026-11-01T10:15:00.000Z"


def person(daemon, key):
    row, = (row for row in world.fjord()["persons"] if row["key"] == key)
    return {"personId": daemon.id("person", key), "name": f"{row['givenName']} {row['familyName']}"}


def problem(answer):
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def errors(answer):
    assert answer.status_code == 400, answer.text
    return [(error["name"], error["code"]) for error in answer.json()["errors"]]


def in_days(days, **more):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days, **more)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def body(daemon, **changes):
    return {"kind": "samtale", "category": "observasjon", "happenedAt": HAPPENED, "text": words(daemon), **changes}


def collection(personsak):
    return f"/v1/personsaker/{personsak}/hendelser"


def path_of(made):
    return f"/v1/hendelser/{made['id']}"


def read(daemon, made, who="rektor"):
    answer = daemon.get(path_of(made), who)
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
    return answer.json()


def strike(daemon, made, who="rektor", **options):
    return daemon.post(path_of(made) + "/striking", {"reason": words(daemon, "Feil")}, who, **options)


def pages(daemon, personsak, who="rektor", limit=100, **query):
    """Each page's rows; the token is sent alone, or with a limit."""
    answer = daemon.get(collection(personsak), who, params={"limit": limit, **query})
    while True:
        assert answer.status_code == 200, answer.text
        yield answer.json()["data"]
        token = answer.json()["pageToken"]
        if token is None:
            return
        answer = daemon.get(collection(personsak), who, params={"pageToken": token, "limit": limit})


def listed(daemon, personsak, who="rektor", limit=100, **query):
    return [row for page in pages(daemon, personsak, who, limit, **query) for row in page]


def case_version(daemon, personsak):
    return daemon.rows("SELECT version FROM personsak WHERE personsak_id = ?", uuid.UUID(personsak).bytes)[0]["version"]


@pytest.fixture
def case(daemon):
    """Led by kari, handled by the mentor besides."""
    return open_case(daemon, medsaksbehandlere=["mentor"])["id"]


# ---- P6, P3: recording and reading ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("who, ground", [("kari", "handler"), ("mentor", "coHandler"), ("rektor", "role.rektor"), ("two-schools", "role.rektor")])
def test_P6_those_who_read_the_case_record_in_it(daemon, case, who, ground):
    new = body(daemon)
    before = in_days(0)
    made = daemon.post(collection(case), new, who)
    assert (made.status_code, made.json()["version"], made.json()["ground"]) == (201, 1, f"P6.{ground}")
    assert made.headers["Location"] == path_of(made.json()) and made.headers["ETag"] == '"1"'
    shown = read(daemon, made.json(), who)
    assert before <= shown.pop("recordedAt") <= in_days(0)
    assert shown == {"id": made.json()["id"], "version": 1, "ground": f"P3.{ground}", "personsakId": case, **new, "author": person(daemon, who),
                     "amendedAt": None, "documents": 0, "struck": None}


def test_P6_P3_for_everybody_else_there_is_nothing(daemon, case):
    made, new = hendelse(daemon, case), body(daemon)
    nothing = daemon.get(f"/v1/hendelser/{uuid.uuid4()}", "kari").content
    for who in UNSEEN_OF_CASE:
        answers = [daemon.post(collection(case), new, who), daemon.get(collection(case), who), daemon.get(path_of(made), who),
                   daemon.get(path_of(made) + "/versions", who), daemon.patch(path_of(made), {"text": "x"}, who, version=1), strike(daemon, made, who)]
        assert [answer.content for answer in answers] == [nothing] * len(answers), who
    client = daemon.token("registry", service=True, scope="provision trygg:read trygg:write")
    assert daemon.get(path_of(made), token=client).content == nothing
    # P2, P3: having opened it gives nothing.
    opened = open_case(daemon, "opener")["id"]
    assert daemon.get(collection(opened), "opener").status_code == NOT_FOUND
    assert daemon.post(collection(str(uuid.uuid4())), new, "rektor").content == nothing


def test_P4_who_is_taken_off_the_case_neither_reads_nor_writes_at_once(daemon, case):
    made = hendelse(daemon, case, "mentor")
    remove_handler(daemon, case, "mentor")
    answers = [daemon.get(path_of(made), "mentor"), daemon.post(collection(case), body(daemon), "mentor"),
               daemon.patch(path_of(made), {"text": "x"}, "mentor", version=1), strike(daemon, made, "mentor")]
    assert [answer.status_code for answer in answers] == [NOT_FOUND] * 4
    add_handler(daemon, case, "observer")   # sees the whole case from then on
    assert read(daemon, made, "observer")["author"] == person(daemon, "mentor")


def test_P6_P7_a_closed_case_is_read_only_and_reopened_it_goes_on(daemon, case):
    made = hendelse(daemon, case, "kari")
    close_case(daemon, case)
    assert problem(daemon.post(collection(case), body(daemon), "kari")) == (CONFLICT, "closed")
    assert problem(daemon.patch(path_of(made), {"text": "x"}, "kari", version=1)) == (CONFLICT, "closed")
    assert problem(daemon.patch(path_of(made), {"text": "x"}, "kari", version=7)) == (412, "precondition-failed")   # X7: before 409
    assert [row["id"] for row in listed(daemon, case, "kari")] == [made["id"]]
    assert [row["ground"] for row in daemon.activity(object_id=case, operation="addHendelse", outcome="refused")] == ["closed"]
    reopen_case(daemon, case)
    assert daemon.patch(path_of(made), {"text": words(daemon)}, "kari", version=1).status_code == 200


def test_X7_where_the_module_is_off_nothing_is_recorded(fresh_daemon):
    daemon = fresh_daemon()
    case = open_case(daemon)["id"]
    made = hendelse(daemon, case, "kari")
    school = daemon.get(f"/v1/schools/{daemon.id('school', 'aas')}", "owner").json()
    off = daemon.patch(f"/v1/schools/{school['id']}", {"modules": ["notes"]}, "owner", version=school["version"])
    assert off.status_code == 200, off.text
    assert daemon.post(collection(case), body(daemon), "kari").status_code == FORBIDDEN
    assert daemon.activity(operation="addHendelse")[-1]["ground"] == "X7.moduleOff"
    assert daemon.patch(path_of(made), {"text": words(daemon)}, "kari", version=1).status_code == 200
    assert strike(daemon, made, "kari").status_code == 200


def test_X3_every_wrong_field_is_named_and_nothing_is_stored(daemon, case):
    kept = stored.digests(daemon.files.store())
    wrong = {"kind": "", "category": "x" * 65, "happenedAt": "2026-11-01", "text": "x" * 100_001, "personsakId": case}
    assert sorted(errors(daemon.post(collection(case), wrong, "kari"))) == [
        ("/category", "too-long"), ("/happenedAt", "format"), ("/kind", "too-short"), ("/personsakId", "unknown"), ("/text", "too-long")]
    assert sorted(errors(daemon.post(collection(case), {}, "kari"))) == [(f"/{name}", "required") for name in ("category", "happenedAt", "kind", "text")]
    unfit = body(daemon, kind="mobbing", category="samtale", happenedAt=in_days(1, minutes=5))   # each the other list's
    assert sorted(errors(daemon.post(collection(case), unfit, "kari"))) == [("/category", "reference"), ("/happenedAt", "too-long"), ("/kind", "reference")]
    assert stored.digests(daemon.files.store()) == kept
    assert daemon.post(collection(case), body(daemon, happenedAt=in_days(1, minutes=-5)), "kari").status_code == 201
    old = daemon.post(collection(case), body(daemon, happenedAt="1999-08-17T08:00:00+02:00"), "kari").json()
    assert read(daemon, old)["happenedAt"] == "1999-08-17T06:00:00.000Z"


def test_M1_a_retired_code_is_for_what_has_it(fresh_daemon):
    daemon = fresh_daemon()
    case = open_case(daemon)["id"]
    made = hendelse(daemon, case, "kari", kind="samtale")
    code, = (row for row in daemon.get("/v1/codes?list=hendelse-kind", "owner").json()["data"] if row["code"] == "samtale")
    assert daemon.patch(f"/v1/codes/{code['id']}", {"retired": True}, "owner", version=code["version"]).status_code == 200
    assert errors(daemon.post(collection(case), body(daemon, kind="samtale"), "kari")) == [("/kind", "reference")]
    same = daemon.patch(path_of(made), {"kind": "samtale", "text": words(daemon)}, "kari", version=1)
    assert (same.status_code, same.json()["version"]) == (200, 2)
    assert daemon.patch(path_of(made), {"kind": "vedtak"}, "kari", version=2).status_code == 200
    assert errors(daemon.patch(path_of(made), {"kind": "samtale", "happenedAt": in_days(2)}, "kari", version=3)) == [
        ("/kind", "reference"), ("/happenedAt", "too-long")]


def test_X1_the_same_again_is_answered_the_same_and_recorded_once(daemon, case):
    key, new = str(uuid.uuid4()), body(daemon)
    first = daemon.post(collection(case), new, "kari", key=key)
    again = daemon.post(collection(case), new, "kari", key=key)
    assert (again.status_code, again.json(), again.headers["Location"]) == (201, first.json(), first.headers["Location"])
    assert problem(daemon.post(collection(case), {**new, "text": "another"}, "kari", key=key)) == (422, "key-reused")
    assert len(listed(daemon, case)) == 1
    rows = daemon.activity(operation="addHendelse", object_id=first.json()["id"])
    assert [row["outcome"] for row in rows] == ["allowed", "replayed"]
    # Rights are decided anew, and a case that was closed meanwhile keeps nobody from the answer.
    close_case(daemon, case)
    assert daemon.post(collection(case), new, "kari", key=key).json() == first.json()
    assert daemon.post(collection(case), new, "teacher", key=key).status_code == NOT_FOUND


def test_a_hendelse_is_a_change_of_its_case(daemon, case):
    def moved():
        seen.append(case_version(daemon, case))
        return seen[-1] - seen[-2]
    seen = [case_version(daemon, case)]
    made = hendelse(daemon, case, "kari")
    assert moved() == 1
    daemon.patch(path_of(made), {"text": words(daemon)}, "kari", version=1)
    assert moved() == 1
    strike(daemon, made)
    assert moved() == 1
    last, = daemon.rows("SELECT last_at, (SELECT struck_at FROM struck WHERE object_id = ?) AS struck_at FROM personsak WHERE personsak_id = ?",
                        uuid.UUID(made["id"]).bytes, uuid.UUID(case).bytes)
    assert last["last_at"] == last["struck_at"]


# ---- P7: amending -----------------------------------------------------------------------------------------------------------

def versions(daemon, made, who="rektor", limit=100):
    answer, found = daemon.get(path_of(made) + "/versions", who, params={"limit": limit}), []
    while True:
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]
        if answer.json()["pageToken"] is None:
            return found
        answer = daemon.get(path_of(made) + "/versions", who, params={"pageToken": answer.json()["pageToken"], "limit": limit})


def test_P7_its_author_amends_it_and_every_version_stays_readable(daemon, case):
    first = body(daemon)
    made = daemon.post(collection(case), first, "mentor").json()
    second = {"text": words(daemon), "kind": "vedtak"}
    answer = daemon.patch(path_of(made), second, "mentor", version=1)
    assert (answer.status_code, answer.json(), answer.headers["ETag"]) == (
        200, {"id": made["id"], "version": 2, "ground": "P7.author.coHandler"}, '"2"')
    third = {"happenedAt": "2026-10-31T23:59:59.999Z", "category": "annet"}
    assert daemon.patch(path_of(made), third, "mentor", version=2).json()["version"] == 3
    shown = read(daemon, made, "kari")
    assert {name: shown[name] for name in first} == {**first, **second, **third} and shown["recordedAt"] < shown["amendedAt"]
    for who in ("kari", "mentor", "rektor"):
        found = versions(daemon, made, who)
        assert [row["version"] for row in found] == [1, 2, 3]
        assert [{name: row[name] for name in first} for row in found] == [first, {**first, **second}, {**first, **second, **third}]
        assert [row["writtenAt"] for row in found] == sorted(row["writtenAt"] for row in found)
        assert (found[0]["writtenAt"], found[2]["writtenAt"]) == (shown["recordedAt"], shown["amendedAt"])
    assert versions(daemon, made, limit=1) == versions(daemon, made)
    assert daemon.get(path_of(made) + "/versions", "teacher").status_code == NOT_FOUND


def test_P7_nobody_but_its_author_amends_it(daemon, case):
    of_mentor, of_rektor = hendelse(daemon, case, "mentor"), hendelse(daemon, case, "rektor")
    for made, others in ((of_mentor, ["kari", "rektor", "two-schools"]), (of_rektor, ["kari", "mentor", "two-schools"])):
        for who in others:
            assert daemon.patch(path_of(made), {"text": "x"}, who, version=1).status_code == FORBIDDEN
    assert daemon.patch(path_of(of_rektor), {"text": words(daemon)}, "rektor", version=1).json()["ground"] == "P7.author.rektor"
    assert daemon.request("DELETE", path_of(of_rektor), "rektor").status_code == 405   # nobody deletes one


def test_X2_a_stale_version_is_refused_and_an_amendment_that_changes_nothing_is_none(daemon, case):
    first = body(daemon)
    made = daemon.post(collection(case), first, "kari").json()
    assert problem(daemon.patch(path_of(made), {"text": "x"}, "kari")) == (428, "precondition-required")
    assert daemon.patch(path_of(made), first, "kari", version=1).json()["version"] == 1
    assert daemon.patch(path_of(made), {}, "kari", version=1).json()["version"] == 1
    assert len(versions(daemon, made)) == 1 and case_version(daemon, case) == 2
    assert daemon.patch(path_of(made), {"text": words(daemon)}, "kari", version=1).json()["version"] == 2
    assert problem(daemon.patch(path_of(made), {"text": "y"}, "kari", version=1)) == (412, "precondition-failed")
    assert sorted(errors(daemon.patch(path_of(made), {"kind": None, "text": "", "author": "x"}, "kari", version=2))) == [
        ("/author", "unknown"), ("/kind", "type"), ("/text", "too-short")]


# ---- P9: nothing below the case, and nothing without one --------------------------------------------------------------------

def test_P9_a_hendelse_cannot_be_moved(daemon, case):
    made, other = hendelse(daemon, case, "kari"), open_case(daemon)["id"]
    assert errors(daemon.patch(path_of(made), {"personsakId": other}, "kari", version=1)) == [("/personsakId", "unknown")]
    assert read(daemon, made)["personsakId"] == case and listed(daemon, other) == []
    with pytest.raises(sqlite3.IntegrityError):   # not even behind the daemon's back, with a tool
        with sqlite3.connect(daemon.files.data / "trygg.db") as store:
            store.execute("UPDATE hendelse SET personsak_id = ? WHERE hendelse_id = ?", (uuid.UUID(other).bytes, uuid.UUID(made["id"]).bytes))


def test_P9_nothing_shares_below_the_case(daemon, case):
    """No operation below a hendelse or document names anyone who is to see it; nor does a body of one."""
    contract = daemon.get("/v1/openapi.json").json()
    below = {path: item for path, item in contract["paths"].items() if path.startswith(("/v1/hendelser/{", "/v1/documents/{"))}
    assert set(below) >= {"/v1/hendelser/{hendelseId}", "/v1/hendelser/{hendelseId}/striking"}
    for path, item in below.items():
        assert path.rpartition("/")[2] in {"{hendelseId}", "{documentId}", "versions", "striking", "documents", "content"}
        for method in {"post", "put", "patch"} & set(item):
            for content in item[method].get("requestBody", {"content": {}})["content"].values():
                name = content["schema"].get("$ref", "").rpartition("/")[2]
                members = contract["components"]["schemas"].get(name, {}).get("properties", {})
                assert not [member for member in members if member.endswith("Id") or "person" in member or "share" in member]
    # A handler of another case of the same student sees nothing of this one.
    made, other = hendelse(daemon, case, "kari"), open_case(daemon, saksbehandler="teacher")["id"]
    assert daemon.get(path_of(made), "teacher").status_code == NOT_FOUND
    assert [row["personsakId"] for row in listed(daemon, other, "teacher")] == []
    hendelse(daemon, case), hendelse(daemon, other)
    token = daemon.get(collection(case), "rektor", params={"limit": 1}).json()["pageToken"]
    assert errors(daemon.get(collection(other), "rektor", params={"pageToken": token})) == [("pageToken", "format")]


@pytest.mark.parametrize("who", ["rektor", "kari", "teacher", "opener", "admin"])
def test_P9_there_is_no_hendelse_without_a_personsak(daemon, who):
    kept = stored.digests(daemon.files.store())
    path = f"/v1/students/{daemon.id('student', 'alva')}/hendelser"
    said = {"en": ("Open a personsak first", "POST /v1/personsaker opens"), "nb": ("Opprett en personsak først", "åpner en med POST /v1/personsaker"),
            "sv": ("Öppna en personsak först", "öppnar en med POST /v1/personsaker")}
    for language, (title, how) in said.items():
        answer = daemon.post(path, body(daemon), who, headers={"Accept-Language": language})
        assert problem(answer) == (CONFLICT, "personsak-required")
        assert answer.json()["title"] == title and "POST /v1/personsaker" in answer.json()["detail"] and "POST /v1/proposals" in answer.json()["detail"]
        assert answer.headers["Content-Language"] == language
    row = daemon.activity(operation="addHendelseToStudent")[-1]
    assert (row["outcome"], row["ground"], row["student_id"]) == ("refused", "personsak-required", daemon.id("student", "alva"))
    assert stored.digests(daemon.files.store()) == kept


def test_P9_of_a_student_whom_one_does_not_see_nothing_is_told(daemon):
    path, nobody = f"/v1/students/{daemon.id('student', 'alva')}/hendelser", f"/v1/students/{uuid.uuid4()}/hendelser"
    nothing = daemon.post(nobody, body(daemon), "rektor")
    assert nothing.status_code == NOT_FOUND
    for who in ("assistant", "rektor-bru", "guardian", "pupil", "owner", "no-role", "guardian-rektor", "rektor@skog"):
        assert daemon.post(path, body(daemon), who).content == nothing.content
    assert errors(daemon.post(path, {"text": "x", "kind": "samtale", "category": "annet"}, "rektor")) == [("/happenedAt", "required")]


# ---- P10: wrongly recorded --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("who, ground", [("mentor", "P10.author.coHandler"), ("rektor", "P10.role.rektor"), ("two-schools", "P10.role.rektor")])
def test_P10_what_is_struck_is_for_rektor_only_and_others_see_by_whom_and_when(daemon, case, who, ground):
    new, reason = body(daemon), words(daemon, "Feil")
    made = daemon.post(collection(case), new, "mentor").json()
    daemon.patch(path_of(made), {"text": words(daemon)}, "mentor", version=1)
    answer = daemon.post(path_of(made) + "/striking", {"reason": reason}, who)
    assert (answer.status_code, answer.json()) == (200, {"id": made["id"], "version": 3, "ground": ground})
    whole = read(daemon, made)
    assert (whole["kind"], whole["happenedAt"], whole["version"]) == (new["kind"], HAPPENED, 3) and whole["amendedAt"] and whole["documents"] == 0
    assert whole["struck"] == {"at": whole["struck"]["at"], "by": person(daemon, who), "reason": reason}
    nothing = {"kind": None, "category": None, "happenedAt": None, "text": None, "amendedAt": None, "documents": None}
    for handler, right in (("kari", "P3.handler"), ("mentor", "P3.coHandler")):   # its author is no other
        assert read(daemon, made, handler) == {**whole, **nothing, "ground": right, "struck": {**whole["struck"], "reason": None}}
        assert listed(daemon, case, handler) == [read(daemon, made, handler)]
        assert versions(daemon, made, handler) == []
    assert listed(daemon, case) == [whole] and [row["version"] for row in versions(daemon, made)] == [1, 2]


def test_P10_author_or_rektor_strikes_once_and_for_good(daemon, case):
    made, of_rektor = hendelse(daemon, case, "mentor"), hendelse(daemon, case, "rektor")
    assert strike(daemon, made, "kari").status_code == FORBIDDEN and strike(daemon, of_rektor, "mentor").status_code == FORBIDDEN
    key = str(uuid.uuid4())
    first = daemon.post(path_of(made) + "/striking", {"reason": "x"}, "mentor", key=key)
    assert daemon.post(path_of(made) + "/striking", {"reason": "x"}, "mentor", key=key).json() == first.json()
    for who in ("mentor", "rektor"):
        assert problem(strike(daemon, made, who)) == (CONFLICT, "struck")
    assert problem(daemon.patch(path_of(made), {"text": "x"}, "mentor", version=1)) == (412, "precondition-failed")
    assert problem(daemon.patch(path_of(made), {"text": "x"}, "mentor", version=2)) == (CONFLICT, "struck")
    assert errors(daemon.post(path_of(of_rektor) + "/striking", {"reason": ""}, "rektor")) == [("/reason", "too-short")]
    # In a closed case too.
    close_case(daemon, case)
    assert strike(daemon, of_rektor, "rektor").status_code == 200
    with pytest.raises(sqlite3.IntegrityError):
        with sqlite3.connect(daemon.files.data / "trygg.db") as store:
            store.execute("UPDATE struck SET struck_at = struck_at + 1 WHERE object_id = ?", (uuid.UUID(made["id"]).bytes,))


def test_P10_neither_filter_nor_order_tells_of_what_is_struck(daemon, case):
    """It stands where it was recorded; when it happened and what it was find it for rektor alone, who reads it."""
    made = hendelse(daemon, case, "mentor", kind="vedtak", category="faglig", happenedAt="2020-01-01T00:00:00Z")
    others = [hendelse(daemon, case, "mentor", happenedAt=at) for at in ("2019-01-01T00:00:00Z", "2021-01-01T00:00:00Z")]
    ids = lambda who, **query: [row["id"] for row in listed(daemon, case, who, order="oldest", **query)]
    assert ids("kari") == [others[0]["id"], made["id"], others[1]["id"]] and ids("kari", kind="vedtak") == [made["id"]]
    strike(daemon, made)
    for who in ("kari", "rektor"):
        assert ids(who) == [others[0]["id"], others[1]["id"], made["id"]]
        assert ids(who, until="2021-06-01T00:00:00Z") == [others[0]["id"], others[1]["id"]]
        assert ids(who, **{"from": "2021-06-01T00:00:00Z"}) == [made["id"]] == ids(who, authorId=daemon.id("person", "mentor"))[2:]
    for query in ({"kind": "vedtak"}, {"category": "faglig"}, {"kind": "vedtak", "category": "faglig"}):
        assert ids("rektor", **query) == [made["id"]] and ids("kari", **query) == ids("mentor", **query) == []


# ---- V4: rows ---------------------------------------------------------------------------------------------------------------

def test_V4_each_call_has_its_row_with_case_student_and_school(daemon, case):
    made = hendelse(daemon, case, "kari")
    read(daemon, made, "kari"), listed(daemon, case, "kari"), listed(daemon, case, "kari", kind="samtale"), versions(daemon, made, "kari")
    daemon.patch(path_of(made), {"text": words(daemon)}, "kari", version=1), strike(daemon, made, "kari")
    daemon.get(path_of(made), "teacher"), daemon.get(collection(case), "teacher"), daemon.patch(path_of(made), {"text": "x"}, "rektor", version=3)
    about = {"addHendelse": made["id"], "getHendelse": made["id"], "listHendelser": case, "listHendelseVersions": made["id"], "amendHendelse": made["id"],
             "strikeHendelse": made["id"]}
    rows = [row for row in daemon.activity(student_id=daemon.id("student", "alva")) if row["object_id"] in (made["id"], case) and row["operation"] in about]
    assert [(row["operation"], row["outcome"], row["ground"]) for row in rows] == [
        ("addHendelse", "allowed", "P6.handler"), ("getHendelse", "allowed", "P3.handler"), ("listHendelser", "allowed", "P3.handler"),
        ("listHendelser", "allowed", "P3.handler"), ("listHendelseVersions", "allowed", "P3.handler"), ("amendHendelse", "allowed", "P7.author.handler"),
        ("strikeHendelse", "allowed", "P10.author.handler"), ("getHendelse", "refused", "P3.unseen"), ("listHendelser", "refused", "P3.unseen"),
        ("amendHendelse", "refused", "P7.forbidden")]
    for row in rows:
        assert row["object_id"] == about[row["operation"]] and row["school_id"] == daemon.id("school", "aas")
        assert row["object_kind"] == ("personsak" if row["operation"] == "listHendelser" else "hendelse")


# ---- C1, C3: in the files ---------------------------------------------------------------------------------------------------

def test_C1_no_file_of_the_store_holds_what_was_written(fresh_daemon):
    daemon = fresh_daemon()
    case = open_case(daemon, description="Beskrivelsezq")["id"]
    made = hendelse(daemon, case, "kari", text="Observertzq i storefri", kind="vedtak", category="faglig")
    long = hendelse(daemon, case, "kari", text="Langtekstzq " * 8000)
    daemon.patch(path_of(made), {"text": "Omskrevetzq", "kind": "mote"}, "kari", version=1)
    listed(daemon, case, kind="mote"), listed(daemon, case)
    daemon.post(path_of(long) + "/striking", {"reason": "Begrunnelsezq"}, "kari")
    secrets = [b"Beskrivelsezq", b"Observertzq", b"Langtekstzq", b"Omskrevetzq", b"Begrunnelsezq", b"storefri"]
    for stop in (lambda: None, daemon.stop):
        stop()
        for path in daemon.files.data.iterdir():
            content = path.read_bytes()
            assert not [word for word in secrets if word in content], path.name
    report = json.loads(run_tryggd("fsck", "--config", daemon.files.config, "--json", timeout=120).stdout)
    assert report["whole"], report["findings"]
    with daemon.files.store() as store:   # nor the codes, which describe too: the lists of codes stand in the store beside them
        for row in store.execute("SELECT kind, category, text FROM hendelse_version"):
            assert not [word for word in (b"vedtak", b"faglig", b"mote", b"journalnotat") if any(word in value for value in row)]


@pytest.mark.parametrize("move", [
    "UPDATE hendelse_version SET text = (SELECT text FROM hendelse_version WHERE hendelse_id = :other) WHERE hendelse_id = :one",
    "UPDATE hendelse_version SET kind = category WHERE hendelse_id = :one",
    "UPDATE hendelse_version SET text = zeroblob(60) WHERE hendelse_id = :one",
    "UPDATE hendelse_version SET version = 2 WHERE hendelse_id = :one; UPDATE hendelse SET version = 2 WHERE hendelse_id = :one"])
def test_C3_what_was_moved_does_not_open_and_nothing_of_it_is_shown(fresh_daemon, move):
    daemon = fresh_daemon()
    case = open_case(daemon)["id"]
    one, other = hendelse(daemon, case), hendelse(daemon, case)
    daemon.stop()
    with sqlite3.connect(daemon.files.data / "trygg.db") as store:
        for statement in move.split("; "):
            ids = {"one": uuid.UUID(one["id"]).bytes, "other": uuid.UUID(other["id"]).bytes}
            store.execute(statement, {name: value for name, value in ids.items() if ":" + name in statement})
    report = json.loads(run_tryggd("fsck", "--config", daemon.files.config, "--json", timeout=120).stdout)
    assert {finding.get("id") for finding in report["findings"]} == {one["id"]}, report
    daemon.start()
    assert daemon.get(path_of(one), "rektor").status_code == 500
    assert daemon.get(collection(case), "rektor").status_code == 500
    assert daemon.get(path_of(other), "rektor").status_code == 200


# ---- Long texts -------------------------------------------------------------------------------------------------------------

def test_a_hendelse_takes_a_hundred_thousand_characters_of_any_kind(daemon, case):
    for text in ("\U0001f9f8" * 100_000, "\x01" * 99_999 + "x", '"\\' * 50_000, "ø\n" * 50_000):
        new = json.dumps(body(daemon) | {"text": text}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        made = daemon.request("POST", collection(case), "kari", data=new, headers=headers)
        assert made.status_code == 201, made.text
        assert read(daemon, made.json())["text"] == text
        answer = daemon.request("PATCH", path_of(made.json()), "kari", data=json.dumps({"text": text[1:]}, ensure_ascii=False).encode(),
                                headers={"Content-Type": "application/merge-patch+json", "If-Match": '"1"'})
        assert answer.status_code == 200 and [row["text"] for row in versions(daemon, made.json())] == [text, text[1:]]


@pytest.mark.parametrize("mark", ["\U0001f9f8", "\x01"])
def test_a_page_of_long_texts_ends_early_and_goes_on(daemon, case, mark):
    """The longest there can be, stored and as JSON: no page is too much for the daemon, none is empty, and none is lost."""
    texts = [mark * 99_990 + f"{number:010}" for number in range(30)]
    for number, text in enumerate(texts):
        new = json.dumps(body(daemon) | {"text": text, "happenedAt": f"2026-10-{number + 1:02}T10:00:00Z"}, ensure_ascii=False).encode()
        assert daemon.request("POST", collection(case), "kari", data=new, headers={"Content-Type": "application/json"}).status_code == 201
    for query in ({"order": "oldest"}, {"order": "oldest", "kind": "samtale"}):
        found = [[row["text"] for row in page] for page in pages(daemon, case, "kari", **query)]
        assert [text for page in found for text in page] == texts
        assert len(found) > 1 and all(found)


# ---- Pages against a model --------------------------------------------------------------------------------------------------

KINDS, CATEGORIES, AUTHORS = ["journalnotat", "samtale", "vedtak"], ["mobbing", "observasjon"], ["kari", "mentor", "rektor"]
TIMES = [f"2026-10-{number // 4 + 1:02}T0{number % 4}:00:00.000Z" for number in range(16)]


def random_query(rng):
    query = {}
    for name, values in (("order", ["newest", "oldest"]), ("kind", KINDS + ["mote"]), ("category", CATEGORIES),
                         ("authorId", AUTHORS), ("from", TIMES), ("until", TIMES)):
        if rng.random() < 0.4:
            query[name] = rng.choice(values)
    return query


def model_list(daemon, rows, query, shows_struck):
    """What a list is to answer, by going through all there is."""
    def passes(row):
        sees = shows_struck or not row["struck"]
        return ((query.get("kind") is None or (sees and row["kind"] == query["kind"]))
                and (query.get("category") is None or (sees and row["category"] == query["category"]))
                and (query.get("authorId") is None or row["author"] == query["authorId"])
                and query.get("from", "") <= row["stands"] <= query.get("until", "9"))
    kept = sorted(filter(passes, rows), key=lambda row: (row["stands"], row["id"]))
    return [row["id"] for row in (kept if query.get("order") == "oldest" else reversed(kept))]


def test_P3_every_list_is_what_going_through_all_of_them_gives(daemon, case):
    """Random hendelser, amended and struck, many at the same time, in random pages both ways with random filters."""
    rng, rows = random.Random(6), []
    for _ in range(60):
        row = {"kind": rng.choice(KINDS), "category": rng.choice(CATEGORIES), "author": rng.choice(AUTHORS), "stands": rng.choice(TIMES), "struck": False}
        row["id"] = hendelse(daemon, case, row["author"], kind=row["kind"], category=row["category"], happenedAt=row["stands"])["id"]
        rows.append(row)
    for row in rng.sample(rows, 25):
        change = {"kind": rng.choice(KINDS), "happenedAt": rng.choice(TIMES)}
        assert daemon.patch(path_of(row), change, row["author"], version=1).status_code == 200
        row.update(kind=change["kind"], stands=change["happenedAt"])
    for row in rng.sample(rows, 12):
        assert strike(daemon, row).status_code == 200
        row.update(struck=True, stands=read(daemon, row)["recordedAt"])
    for _ in range(60):
        query, who = random_query(rng), rng.choice(AUTHORS)
        asked = {**query, **({"authorId": daemon.id("person", query["authorId"])} if "authorId" in query else {})}
        found = listed(daemon, case, who, rng.choice([1, 3, 7, 20, 100]), **asked)
        assert [row["id"] for row in found] == model_list(daemon, rows, query, who == "rektor"), (who, query)
        assert all(row == read(daemon, row, who) for row in rng.sample(found, min(2, len(found))))


def test_a_page_token_is_for_its_own_list_and_caller(daemon, case):
    for _ in range(3):
        made = hendelse(daemon, case, "kari")
    daemon.patch(path_of(made), {"text": words(daemon)}, "kari", version=1)
    token = daemon.get(collection(case), "kari", params={"limit": 1, "kind": "journalnotat"}).json()["pageToken"]
    assert len(daemon.get(collection(case), "kari", params={"pageToken": token}).json()["data"]) == 2
    for answer in (daemon.get(collection(case), "rektor", params={"pageToken": token}), daemon.get(path_of(made) + "/versions", "kari", params={"pageToken": token}),
                   daemon.get(collection(case), "kari", params={"pageToken": "x" + token[1:]})):
        assert errors(answer) == [("pageToken", "format")]
    assert errors(daemon.get(collection(case), "kari", params={"pageToken": token, "kind": "samtale"})) == [("pageToken", "conflict")]
    wrong = {"order": "up", "from": "2026-10-01", "until": "x", "authorId": "kari", "kind": "", "limit": 101}
    assert sorted(errors(daemon.get(collection(case), "kari", params=wrong))) == [
        ("authorId", "format"), ("from", "format"), ("kind", "too-short"), ("limit", "too-long"), ("order", "choice"), ("until", "format")]
    own = daemon.get(path_of(made) + "/versions", "kari", params={"limit": 1}).json()["pageToken"]
    other = hendelse(daemon, case, "kari")
    assert errors(daemon.get(path_of(other) + "/versions", "kari", params={"pageToken": own})) == [("pageToken", "format")]
