# SPDX-License-Identifier: EUPL-1.2
"""The code lists over HTTP: read by every member (L2), changed by owner and provision (M1), retired and never removed."""
import re
import sqlite3
import uuid

import pytest

import world
from daemon import ROOT

LISTS = ["case-category", "hendelse-kind", "report-category", "retention-kind", "sakstype"]
LABELS = {"nb": "Trusler", "sv": "Hot", "en": "Threats"}
MERGE = "application/merge-patch+json"

# Who may read the lists, add to them and change them, and on which ground: written from rules L2 and M1.
MEMBERS = ["owner", "auditor", "rektor", "opener", "kari", "teacher", "assistant", "health", "admin", "pupil", "guardian",
           "guardian-rektor", "membership-ends-today", "teacher-bru", "hidden-teacher"]
NO_MEMBERS = ["membership-ended", "membership-tomorrow", "no-role", "nobody-knows-me"]
CLIENTS = ["provision", "changes", "trygg:read trygg:write"]
READ = {**dict.fromkeys(MEMBERS, "L2.member"), "provision": "M1.client.provision"}
CHANGE = {"owner": "M1.role.owner", "provision": "M1.client.provision"}


def token_of(daemon, who, **options):
    if who in CLIENTS:
        return daemon.token("registry", service=True, scope=who, **options)
    return daemon.token(who, **options)


def a_name():
    return "x" + uuid.uuid4().hex[:12]


def create(daemon, who="owner", key=None, token=None, **body):
    body = {"list": "report-category", "code": a_name(), "labels": LABELS, **body}
    return daemon.post("/v1/codes", {name: value for name, value in body.items() if value is not None},
                       token=token or token_of(daemon, who), key=key)


def a_code(daemon, **body):
    answer = create(daemon, **body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def change(daemon, code, body, who="owner", match='"1"', token=None, media=MERGE):
    headers = {"Content-Type": media, "If-Match": match}
    return daemon.request("PATCH", f"/v1/codes/{code}", token=token or token_of(daemon, who), json=body, headers=headers)


def read(daemon, code, who="teacher"):
    answer = daemon.get(f"/v1/codes/{code}", token=token_of(daemon, who))
    assert answer.status_code == 200, answer.text
    return answer.json()


def listed(daemon, query="", who="teacher"):
    answer = daemon.get("/v1/codes" + query, token=token_of(daemon, who))
    assert answer.status_code == 200, answer.text
    assert answer.json()["pageToken"] is None
    return answer.json()["data"]


def wrong(answer):
    assert answer.status_code == 400, answer.text
    return {(row["name"], row["code"]) for row in answer.json()["errors"]}


# ---- Who may do what ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("who", [*MEMBERS, *NO_MEMBERS, *CLIENTS])
def test_L2_M1_who_reads_and_who_changes(daemon, who):
    code, token = a_code(daemon), token_of(daemon, who)
    one, all_codes = daemon.get(f"/v1/codes/{code}", token=token), daemon.get("/v1/codes", token=token)
    made = create(daemon, token=token)
    changed = change(daemon, code, {"position": 77}, token=token)

    if who in READ:
        assert (one.status_code, one.json()["ground"]) == (200, READ[who])
        assert {row["ground"] for row in all_codes.json()["data"]} == {READ[who]}
    else:
        assert (one.status_code, all_codes.status_code) == (404, 403)
        assert one.content == daemon.get(f"/v1/codes/{uuid.uuid4()}", token=token).content
    if who in CHANGE:
        assert (made.status_code, made.json()["ground"]) == (201, CHANGE[who])
        assert (changed.status_code, changed.json()) == (200, {"id": code, "version": 2, "ground": CHANGE[who]})
    else:
        assert (made.status_code, changed.status_code) == (403, 403 if who in READ else 404)
    assert read(daemon, code)["version"] == (2 if who in CHANGE else 1)


def test_M1_every_role_of_the_words_is_in_the_table():
    roles = {row["role"] for person in world.fjord()["persons"] if person["key"] in MEMBERS for row in person["memberships"]}
    assert roles == {"owner", "auditor", "rektor", "caseOpener", "contactTeacher", "teacher", "staff", "health", "admin", "student",
                     "guardian"}


def test_L2_a_weak_login_reads_and_does_not_change(daemon):
    code = a_code(daemon)
    for who in ("owner", "guardian", "pupil"):
        weak = daemon.token(who, strong=False)
        assert daemon.get("/v1/codes", token=weak).status_code == 200
        assert daemon.get(f"/v1/codes/{code}", token=weak).status_code == 200
        for answer in (create(daemon, token=weak), change(daemon, code, {}, token=weak)):
            assert answer.status_code == 401
            assert "insufficient_user_authentication" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("method,path", [("GET", "/v1/codes"), ("POST", "/v1/codes"), ("GET", "/v1/codes/{}"), ("PATCH", "/v1/codes/{}")])
def test_L1_without_a_token_and_with_a_broken_one(daemon, method, path):
    for token, problem in ((None, "token-missing"), ("a.b.c", "token-invalid")):
        answer = daemon.request(method, path.format(uuid.uuid4()), token=token)
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:problem-type:trygg:" + problem)


def test_L1_scopes_cap_what_an_owner_may_do(daemon):
    reads, writes = daemon.token("owner", scope="trygg:read"), daemon.token("owner", scope="trygg:write")
    code = a_code(daemon)
    assert create(daemon, token=reads).status_code == 403
    assert change(daemon, code, {"position": 1}, token=reads).status_code == 403
    assert daemon.get("/v1/codes", token=writes).status_code == 403
    assert daemon.get(f"/v1/codes/{code}", token=writes).status_code == 404
    assert change(daemon, code, {"position": 1}, token=writes).status_code == 200


def test_X7_what_is_not_there_is_404_before_403_and_428(daemon):
    missing, code = str(uuid.uuid4()), a_code(daemon)
    assert daemon.get(f"/v1/codes/{missing}", "guardian").status_code == 404
    for who in ("owner", "teacher", "guardian", "provision"):
        assert change(daemon, missing, {"position": 1}, who, match=None).status_code == 404
    assert change(daemon, code, {"position": 1}, "teacher", match=None).status_code == 403
    assert change(daemon, code, {"position": 1}, "owner", match=None).status_code == 428


def test_another_organisation_never_sees_or_changes_it(daemon):
    code, missing = a_code(daemon), str(uuid.uuid4())
    for who in ("skog-owner", "rektor"):
        token = daemon.token(who, org=world.SKOG)
        there, nothing = (daemon.get(f"/v1/codes/{key}", token=token) for key in (code, missing))
        assert (there.status_code, there.content) == (404, nothing.content)
        there, nothing = (change(daemon, key, {"retired": True}, token=token) for key in (code, missing))
        assert (there.status_code, there.content) == (404, nothing.content)
        assert code not in daemon.get("/v1/codes", token=token).text
    assert read(daemon, code) == {**read(daemon, code), "version": 1, "retired": False}


def test_two_organisations_may_have_the_same_code(daemon):
    name = a_name()
    assert create(daemon, code=name).status_code == 201
    assert create(daemon, code=name, token=daemon.token("skog-owner", org=world.SKOG)).status_code == 201


# ---- What an organisation begins with -------------------------------------------------------------------------------------------

def default_codes():
    """(list, code) → labels, out of the migration that brings them."""
    database = sqlite3.connect(":memory:")
    for path in sorted((ROOT / "schema" / "migrations").glob("*.sqlite.sql")):
        database.executescript(path.read_text())
    rows = database.execute("SELECT list, code, label_nb, label_sv, label_en FROM code_default").fetchall()
    return {row[:2]: dict(zip(("nb", "sv", "en"), row[2:])) for row in rows}


def assert_defaults(daemon, who, org):
    codes = daemon.get("/v1/codes", token=daemon.token(who, org=org)).json()["data"]
    assert {(code["list"], code["code"]): code["labels"] for code in codes} == default_codes()
    assert sorted({code["list"] for code in codes}) == LISTS
    assert {(code["version"], code["retired"]) for code in codes} == {(1, False)}
    assert {uuid.UUID(code["id"]).version for code in codes} == {7}
    return {code["id"] for code in codes}


def make_older(files):
    """The same house as the first version would have made it: its schema, with all that it has columns for."""
    path = files.data / "trygg.db"
    older = sqlite3.connect(files.data / "older.db")
    older.executescript((ROOT / "schema" / "migrations" / "0001_house.sqlite.sql").read_text())
    older.execute("ATTACH ? AS newer", [str(path)])
    older.execute("PRAGMA foreign_keys = OFF")
    for (table,) in older.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
        columns = [row[1] for row in older.execute(f"PRAGMA main.table_info({table})")]
        sources = ["mark_local" if column == "protected" else column for column in columns]
        older.execute(f"INSERT OR REPLACE INTO main.{table} ({', '.join(columns)}) SELECT {', '.join(sources)} FROM newer.{table}")
    older.commit()
    older.execute("DETACH newer")
    stamp = (ROOT / "schema" / "engine" / "sqlite.sql").read_text().split("name: stamp_data\n")[1].split("\n\n")[0]
    older.executescript("PRAGMA journal_mode = WAL;" + stamp.format(version=1))
    assert older.execute("PRAGMA foreign_key_check").fetchall() == []
    older.close()
    for left in files.data.glob("trygg.db*"):
        left.unlink()
    for made in files.data.glob("older.db*"):
        made.rename(files.data / made.name.replace("older", "trygg"))
    path.chmod(0o600)
    return files


def test_M1_a_new_organisation_has_all_lists_with_three_labels(fresh_daemon):
    daemon = fresh_daemon()
    assert not assert_defaults(daemon, "teacher", world.FJORD) & assert_defaults(daemon, "rektor", world.SKOG)


def test_M1_an_organisation_of_the_first_version_gets_them_too(fresh_daemon, fresh_files):
    daemon = fresh_daemon(make_older(fresh_files))
    assert not assert_defaults(daemon, "teacher", world.FJORD) & assert_defaults(daemon, "rektor", world.SKOG)
    assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "kari").status_code == 200
    assert create(daemon).status_code == 201


# ---- Lists ------------------------------------------------------------------------------------------------------------------------

def test_lists_come_whole_in_the_order_of_people(daemon):
    codes = listed(daemon)
    assert [(code["list"], code["position"], code["code"]) for code in codes] == sorted(
        (code["list"], code["position"], code["code"]) for code in codes)
    for name in LISTS:
        assert listed(daemon, f"?list={name}") == [code for code in codes if code["list"] == name]


def test_lists_can_be_narrowed_to_what_is_in_use(daemon):
    old, new = a_code(daemon, list="sakstype"), a_code(daemon, list="sakstype")
    assert change(daemon, old, {"retired": True}).status_code == 200
    ids = lambda query: {code["id"] for code in listed(daemon, query)}
    assert {old, new} <= ids("?list=sakstype")
    assert ids("?list=sakstype&retired=true") >= {old} and new not in ids("?list=sakstype&retired=true")
    assert ids("?list=sakstype&retired=false") >= {new} and old not in ids("?list=sakstype&retired=false")


@pytest.mark.parametrize("query", ["?list=students", "?list=", "?retired=1", "?limit=5", "?pageToken=x", "?list=sakstype&list=sakstype"])
def test_X3_other_queries_are_refused(daemon, query):
    assert daemon.get("/v1/codes" + query, "teacher").status_code == 400


# ---- A new code -------------------------------------------------------------------------------------------------------------------

def test_M1_a_new_code_is_read_as_it_was_sent(daemon):
    name = a_name()
    made = create(daemon, list="hendelse-kind", code=name, position=35)
    code = made.json()["id"]
    assert made.headers["Location"] == f"/v1/codes/{code}"
    assert made.headers["ETag"] == '"1"'
    answer = daemon.get(f"/v1/codes/{code}", "guardian")
    assert answer.headers["ETag"] == '"1"'
    assert answer.json() == {"id": code, "version": 1, "list": "hendelse-kind", "code": name, "position": 35, "labels": LABELS,
                             "retired": False, "ground": "L2.member"}
    assert answer.json() in listed(daemon, "?list=hendelse-kind", "guardian")


def test_a_new_code_stands_after_the_last_when_no_position_is_given(fresh_daemon):
    daemon = fresh_daemon()
    last = lambda: listed(daemon, "?list=retention-kind")[-1]
    before = last()["position"]
    code = a_code(daemon, list="retention-kind")
    assert (last()["id"], last()["position"]) == (code, before + 10)
    a_code(daemon, list="retention-kind", position=9995)
    code = a_code(daemon, list="retention-kind")
    assert read(daemon, code)["position"] == 9999


def test_M1_a_code_stands_once_in_its_list_retired_or_not(daemon):
    name = a_name()
    code = a_code(daemon, code=name)
    for retired in (False, True):
        change(daemon, code, {"retired": retired})
        answer = create(daemon, code=name)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem-type:trygg:taken")
        assert code not in answer.text
    assert create(daemon, code=name, list="sakstype").status_code == 201


@pytest.mark.parametrize("name", ["a", "7", "vald-och-hot", "a" * 64, "2-b-3"])
def test_a_code_is_words_joined_by_dashes(fresh_daemon, name):
    assert create(fresh_daemon(), code=name).status_code == 201


@pytest.mark.parametrize("name", ["Mobbing", "slagsmål", "-a", "a-", "a--b", "a_b", "a.b", "-", "a b", ""])
def test_X3_anything_else_is_no_code(daemon, name):
    before = listed(daemon)
    assert wrong(create(daemon, code=name)) == {("/code", "too-short" if name == "" else "format")}
    assert listed(daemon) == before


@pytest.mark.parametrize("body,errors", [
    ({"list": "students"}, {("/list", "choice")}),
    ({"list": None, "code": None, "labels": None}, {("/list", "required"), ("/code", "required"), ("/labels", "required")}),
    ({"code": "a" * 65}, {("/code", "too-long")}),
    ({"position": -1}, {("/position", "too-short")}),
    ({"position": 10000}, {("/position", "too-long")}),
    ({"position": "1"}, {("/position", "type")}),
    ({"labels": {"nb": "En", "sv": "En"}}, {("/labels/en", "required")}),
    ({"labels": {**LABELS, "nb": "", "sv": "x" * 101, "en": "two\nlines"}},
     {("/labels/nb", "too-short"), ("/labels/sv", "too-long"), ("/labels/en", "format")}),
    ({"labels": {**LABELS, "fi": "Uhkaus"}, "colour": "red"}, {("/labels/fi", "unknown"), ("/colour", "unknown")}),
    ({"retired": True}, {("/retired", "unknown")}),
])
def test_X3_every_wrong_member_of_a_new_code_is_named(daemon, body, errors):
    assert wrong(create(daemon, **body)) == errors


def test_X3_a_list_that_is_full_takes_no_more(fresh_daemon, fresh_files):
    organisation = uuid.UUID(world.ORGANISATIONS[world.FJORD]["id"]).bytes
    with sqlite3.connect(fresh_files.data / "trygg.db") as store:
        (there,) = store.execute("SELECT count(*) FROM code WHERE organisation_id = ? AND list = 'sakstype'", [organisation]).fetchone()
        for i in range(200 - 1 - there):
            store.execute("INSERT INTO code VALUES (?, ?, 'sakstype', ?, 1, 'n', 's', 'e', ?, 1)",
                          [uuid.uuid4().bytes, organisation, f"full-{i}", i % 2])
    store.close()
    daemon = fresh_daemon(fresh_files)
    last = a_code(daemon, list="sakstype")
    assert wrong(create(daemon, list="sakstype")) == {("/list", "too-long")}
    assert wrong(create(daemon, list="sakstype", code="No-Code")) == {("/list", "too-long"), ("/code", "format")}
    assert len(listed(daemon, "?list=sakstype")) == 200
    assert change(daemon, last, {"retired": True}).status_code == 200
    assert create(daemon, list="hendelse-kind").status_code == 201


def test_X1_the_same_request_twice_makes_one_code(daemon):
    key, body = str(uuid.uuid4()), {"list": "sakstype", "code": a_name(), "labels": LABELS}
    first, second = (daemon.post("/v1/codes", body, "owner", key=key) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content) == (201, first.content)
    assert [row["outcome"] for row in daemon.activity(operation="createCode", object_id=first.json()["id"])] == ["allowed", "replayed"]
    assert daemon.post("/v1/codes", {**body, "position": 1}, "owner", key=key).status_code == 422
    assert daemon.post("/v1/codes", body, "teacher", key=key).status_code == 403
    assert daemon.post("/v1/codes", body, "owner", key=False).status_code == 400


# ---- Changing and retiring --------------------------------------------------------------------------------------------------------

def test_M1_what_is_left_out_of_a_change_stays(daemon):
    code = a_code(daemon, position=5)
    answer = change(daemon, code, {"labels": {"sv": "Hot och våld"}})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert (read(daemon, code)["labels"], read(daemon, code)["position"]) == ({**LABELS, "sv": "Hot och våld"}, 5)
    assert change(daemon, code, {"position": 0, "labels": {"nb": "Vold", "en": "Violence"}}, match='"2"').json()["version"] == 3
    changed = read(daemon, code)
    assert (changed["labels"], changed["position"]) == ({"nb": "Vold", "sv": "Hot och våld", "en": "Violence"}, 0)


def test_M1_a_code_is_retired_and_stays_listed_and_comes_back(daemon):
    code = a_code(daemon)
    assert change(daemon, code, {"retired": True}).json()["version"] == 2
    assert read(daemon, code)["retired"] is True
    assert [row["retired"] for row in listed(daemon) if row["id"] == code] == [True]
    assert change(daemon, code, {"retired": False}, match='"2"').json()["version"] == 3
    assert read(daemon, code)["retired"] is False


def test_X2_a_change_that_changes_nothing_leaves_the_version(daemon):
    code = a_code(daemon, position=5)
    for body in ({}, {"labels": {}}, {"retired": False}, {"position": 5, "labels": LABELS}):
        answer = change(daemon, code, body)
        assert (answer.status_code, answer.json()["version"], answer.headers["ETag"]) == (200, 1, '"1"')


def test_X2_a_change_needs_the_version_that_was_read(daemon):
    code = a_code(daemon)
    assert change(daemon, code, {"position": 1}, match=None).status_code == 428
    assert change(daemon, code, {"position": 1}, match='"2"').status_code == 412
    assert change(daemon, code, {"position": 1}).status_code == 200
    assert change(daemon, code, {"position": 2}).status_code == 412
    assert (read(daemon, code)["version"], read(daemon, code)["position"]) == (2, 1)
    outcomes = [(row["outcome"], row["ground"]) for row in daemon.activity(operation="changeCode", object_id=code)]
    assert outcomes == [("refused", "precondition-required"), ("refused", "precondition-failed"), ("allowed", "M1.role.owner"),
                        ("refused", "precondition-failed")]


@pytest.mark.parametrize("body,errors", [
    ({"list": "sakstype"}, {("/list", "unknown")}),
    ({"code": "another"}, {("/code", "unknown")}),
    ({"retired": None}, {("/retired", "type")}),
    ({"position": None, "labels": {"sv": None}}, {("/position", "type"), ("/labels/sv", "type")}),
    ({"position": 10000, "labels": {"nb": " "}}, {("/position", "too-long"), ("/labels/nb", "format")}),
    ({"labels": None}, {("/labels", "type")}),
])
def test_X3_every_wrong_member_of_a_change_is_named(daemon, body, errors):
    code = a_code(daemon)
    assert wrong(change(daemon, code, body)) == errors
    assert read(daemon, code)["version"] == 1


def test_X3_a_change_is_a_merge_patch_and_a_new_code_is_json(daemon):
    assert change(daemon, a_code(daemon), {"position": 1}, media="application/json").status_code == 415
    answer = daemon.request("POST", "/v1/codes", "owner", data=b"{}", headers={"Content-Type": MERGE})
    assert answer.status_code == 415


def test_a_code_is_not_deleted(daemon):
    assert daemon.request("DELETE", f"/v1/codes/{a_code(daemon)}", "owner").status_code == 405


# ---- The log ----------------------------------------------------------------------------------------------------------------------

def test_V4_every_call_has_its_row_with_the_organisation(daemon):
    code, missing = a_code(daemon), str(uuid.uuid4())
    organisation = world.ORGANISATIONS[world.FJORD]["id"]
    calls = [
        (daemon.get("/v1/codes", "pupil"), "listCodes", None, "allowed", "L2.member"),
        (daemon.get(f"/v1/codes/{code}", "rektor"), "getCode", code, "allowed", "L2.member"),
        (daemon.get(f"/v1/codes/{code}", "nobody-knows-me"), "getCode", code, "refused", "L2.unseen"),
        (daemon.get(f"/v1/codes/{missing}", "rektor"), "getCode", missing, "refused", "L2.unseen"),
        (change(daemon, missing, {"position": 3}), "changeCode", missing, "refused", "M1.unseen"),
        (change(daemon, code, {"position": 3}), "changeCode", code, "allowed", "M1.role.owner"),
        (change(daemon, code, {"position": 4}, "admin"), "changeCode", code, "refused", "M1.forbidden"),
        (create(daemon, who="kari"), "createCode", None, "refused", "M1.forbidden"),
        (create(daemon, code="No-Code"), "createCode", None, "refused", "invalid"),
    ]
    for answer, operation, code_id, outcome, ground in calls:
        rows = daemon.activity(request_id=answer.headers["X-Request-Id"])
        assert len(rows) == 1
        expected = {"operation": operation, "object_kind": "code", "object_id": code_id, "outcome": outcome, "ground": ground,
                    "tree_id": organisation, "school_id": None, "student_id": None, "shown": None}
        assert {name: rows[0][name] for name in expected} == expected


def test_V2_what_cannot_be_logged_is_not_answered(fresh_daemon):
    daemon = fresh_daemon()
    code = a_code(daemon)
    other = sqlite3.connect(daemon.files.data / "trygg.db", isolation_level=None)
    other.execute("PRAGMA wal_autocheckpoint = 0")
    other.execute("BEGIN IMMEDIATE")
    answers = [daemon.get("/v1/codes", "teacher"), daemon.get(f"/v1/codes/{code}", "teacher"), create(daemon),
               change(daemon, code, {"retired": True})]
    other.execute("ROLLBACK")
    other.close()
    assert [answer.status_code for answer in answers] == [503] * 4
    assert not any(re.search("label|mobb", answer.text) for answer in answers)
    assert read(daemon, code)["version"] == 1


def test_M1_codes_after_the_last_position_share_it(fresh_daemon):
    daemon = fresh_daemon()
    last = read(daemon, a_code(daemon, position=9995))["position"]
    following = [read(daemon, a_code(daemon))["position"] for _ in range(2)]
    assert (last, following) == (9995, [9999, 9999])
    assert create(daemon, position=10000).status_code == 400
