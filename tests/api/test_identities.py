# SPDX-License-Identifier: EUPL-1.2
"""M1 and L1 over HTTP: the logins of people."""
import threading
import uuid

import pytest
import requests

import world

LOCAL = world.ORGANISATIONS[world.FJORD]["issuer"]
SEES_PERSON = ("rektor", "guardian-rektor", "two-schools", "admin")   # of kari's school
EVERYONE = [person["key"] for person in world.fjord()["persons"]]


def external():
    return {"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]}


def new_subject(daemon):
    """A subject that nobody has; it must not stand in any log."""
    subject = "Xqsubject" + uuid.uuid4().hex
    daemon.files.written.add(subject)
    return subject


def client(daemon, scope="provision"):
    return daemon.token("registry", service=True, scope=scope)


def new_person(daemon, role="staff", school="aas"):
    mark = uuid.uuid4().hex[:10]
    body = {"givenName": "Xqfor" + mark, "familyName": "Xqetter" + mark, "membership": {"schoolId": daemon.id("school", school), "role": role}}
    return daemon.post("/v1/persons", body, token=client(daemon)).json()["id"]


def login(daemon, person, subject=None, **members):
    return {"personId": person, "issuer": LOCAL, "subject": subject or new_subject(daemon), **members}


def give(daemon, person, subject, who="owner"):
    made = daemon.post("/v1/identities", login(daemon, person, subject), who)
    assert made.status_code == 201, made.text
    return f"/v1/identities/{made.json()['id']}"


def logins(daemon, person, who="owner"):
    return daemon.get(f"/v1/identities?personId={person}", who).json()["data"]


# ---- Who ------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("who", EVERYONE)
def test_M1_who_reads_gives_and_ends_logins(daemon, who):
    person, subject = new_person(daemon), new_subject(daemon)
    path = give(daemon, person, subject)
    answers = [daemon.get(path, who), daemon.get(f"/v1/identities?personId={person}", who),
               daemon.post("/v1/identities", login(daemon, person), who), daemon.delete(path, who, version=1)]
    if who == "owner":
        assert [answer.status_code for answer in answers] == [200, 200, 201, 204]
        assert answers[0].json()["ground"] == answers[1].json()["data"][0]["ground"] == answers[2].json()["ground"] == "M1.role.owner"
        return
    missing, nobody = f"/v1/identities/{uuid.uuid4()}", str(uuid.uuid4())
    nothing = [daemon.get(missing, who), daemon.get(f"/v1/identities?personId={nobody}", who),
               daemon.post("/v1/identities", login(daemon, nobody), who), daemon.delete(missing, who, version=1)]
    assert [answer.status_code for answer in nothing] == [404] * 4
    if who in SEES_PERSON:
        assert [answer.status_code for answer in answers] == [403] * 4
    else:
        assert [answer.content for answer in answers] == [answer.content for answer in nothing]


def test_M1_other_organisations_and_clients(daemon):
    person = new_person(daemon)
    path = give(daemon, person, new_subject(daemon))
    for who in ("skog-owner@skog", "rektor@skog"):
        assert daemon.get(path, who).status_code == daemon.get(f"/v1/identities?personId={person}", who).status_code == 404
    assert daemon.post("/v1/identities", login(daemon, person), "rektor@skog").status_code == 404
    unknown = daemon.post("/v1/identities", login(daemon, person), "skog-owner@skog")   # who gives logins is told what is wrong
    assert (unknown.status_code, unknown.json()["errors"][0]["name"]) == (400, "/personId")
    assert daemon.get(path, token=client(daemon)).json()["ground"] == "M1.client.provision"
    assert daemon.get(path, token=client(daemon, "changes")).status_code == 404
    assert daemon.get(path, token=daemon.token("owner", strong=False)).status_code == 401
    assert daemon.delete(path, token=daemon.token("owner", scope="trygg:read"), version=1).status_code == 403
    assert daemon.delete(path, token=client(daemon), version=1).status_code == 204


def test_M1_nobody_gives_or_ends_their_own_login(daemon):
    owner = daemon.id("person", "owner")
    mine, = [row for row in logins(daemon, owner) if row["subject"] == "owner"]
    path = f"/v1/identities/{mine['id']}"
    assert daemon.post("/v1/identities", login(daemon, owner), "owner").status_code == 403
    assert daemon.delete(path, "owner", version=mine["version"]).status_code == 403
    put, = daemon.put("identities", [{"externalId": external(), **login(daemon, owner)}], "owner")
    assert put["problem"]["status"] == 403
    assert daemon.get("/v1/me", "owner").status_code == 200


# ---- Logging in -----------------------------------------------------------------------------------------------------------

def test_L1_a_new_login_logs_in_and_an_ended_one_is_a_stranger_at_once(daemon):
    """The token stays the same, and the connection too: nothing about the person may be remembered beyond a call."""
    person, other, subject = new_person(daemon, "admin"), new_person(daemon, "teacher"), new_subject(daemon)
    token = daemon.token(subject)
    kari = f"/v1/persons/{daemon.id('person', 'kari')}"
    with requests.Session() as session:
        def me():
            return daemon.get("/v1/me", token=token, session=session)
        stranger = me()
        assert stranger.status_code == 403
        path = give(daemon, person, subject)
        assert me().json()["id"] == person and daemon.get(kari, token=token, session=session).status_code == 200
        assert daemon.delete(path, "owner", version=1).status_code == 204
        assert me().content == stranger.content and daemon.get(kari, token=token, session=session).status_code == 404
        # The same login can be given to someone else, and says nothing of the one before.
        second = give(daemon, other, subject)
        assert me().json()["id"] == other and daemon.get(kari, token=token, session=session).status_code == 404
    old, new = daemon.get(path, "owner").json(), daemon.get(second, "owner").json()
    assert (old["personId"], old["subject"], new["personId"], new["subject"]) == (person, subject, other, subject)
    assert old["endedAt"] is not None and new["endedAt"] is None
    actors = [row["actor_id"] for row in daemon.activity(operation="getMe") if row["actor_id"] in (person, other)]
    assert actors == [person, other]


def test_L1_a_person_may_have_several_logins_and_each_ends_for_itself(daemon):
    person, first, second = new_person(daemon), new_subject(daemon), new_subject(daemon)
    path = give(daemon, person, first)
    give(daemon, person, second)
    assert daemon.delete(path, "owner", version=1).status_code == 204
    assert daemon.get("/v1/me", first).status_code == 403 and daemon.get("/v1/me", second).json()["id"] == person


def test_L4_a_login_of_another_issuer_is_another_login(daemon):
    person, subject = new_person(daemon), new_subject(daemon)
    daemon.post("/v1/identities", login(daemon, person, subject, issuer="https://login.elsewhere.example"), "owner")
    assert daemon.get("/v1/me", subject).status_code == 403
    give(daemon, person, subject)
    assert daemon.get("/v1/me", subject).json()["id"] == person
    assert daemon.get("/v1/me", subject + "@skog").status_code == 403


def test_M1_a_login_leads_to_one_person(daemon):
    person, other, subject = new_person(daemon), new_person(daemon), new_subject(daemon)
    give(daemon, person, subject)
    for whose in (person, other):
        assert daemon.post("/v1/identities", login(daemon, whose, subject), "owner").status_code == 409
    put, = daemon.put("identities", [{"externalId": external(), **login(daemon, other, subject)}])
    assert put["problem"]["type"].endswith(":taken")
    assert logins(daemon, other) == []


def test_M1_a_login_asked_for_twice_at_once_is_given_once(daemon):
    subject, people, answers = new_subject(daemon), [new_person(daemon) for _ in range(6)], []

    def ask(person):
        answers.append(daemon.post("/v1/identities", login(daemon, person, subject), "owner").status_code)
    threads = [threading.Thread(target=ask, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201] + [409] * 5


# ---- Ending ---------------------------------------------------------------------------------------------------------------

def test_X2_a_login_ends_by_version_and_without_a_body(daemon):
    person, subject = new_person(daemon), new_subject(daemon)
    path = give(daemon, person, subject)
    assert daemon.delete(path, "owner").status_code == 428
    assert daemon.delete(path, "owner", version=2).status_code == 412
    assert daemon.delete(path, "rektor").status_code == 403 and daemon.delete(path, "teacher").status_code == 404   # before 428 (X7)
    ended = daemon.delete(path, "owner", version=1)
    assert (ended.status_code, ended.content) == (204, b"")
    assert not {"Content-Type", "ETag", "Transfer-Encoding"} & set(ended.headers) and ended.headers.get("Content-Length", "0") == "0"
    read = daemon.get(path, "owner")
    assert (read.json()["version"], read.headers["ETag"], read.json()["subject"]) == (2, '"2"', subject)
    assert daemon.delete(path, "owner", version=1).status_code == 412
    assert daemon.delete(path, "owner", version=2).status_code == 204   # it has ended already
    assert daemon.get(path, "owner").content == read.content
    assert daemon.request("DELETE", path, "owner", headers={"If-Match": '"2"'}, data=b"{}").status_code == 400   # it takes no body


def test_V4_what_the_log_names_stays(daemon):
    person, subject = new_person(daemon), new_subject(daemon)
    path = give(daemon, person, subject)
    daemon.delete(path, "owner", version=1)
    row, = daemon.rows("SELECT * FROM identity WHERE identity_id = ?", uuid.UUID(path[-36:]).bytes)
    assert row["version"] == 2 and row["ended_at"] is not None
    assert daemon.rows("SELECT * FROM blind_index WHERE object_id = ?", uuid.UUID(path[-36:]).bytes) == []
    made, ended = (daemon.activity(operation=operation, object_id=path[-36:])[0] for operation in ("createIdentity", "endIdentity"))
    assert (made["object_kind"], made["ground"], ended["ground"], ended["outcome"]) == ("identity", "M1.role.owner", "M1.role.owner", "allowed")


# ---- Lists ----------------------------------------------------------------------------------------------------------------

def test_M1_a_persons_logins_are_listed_with_those_that_have_ended(daemon):
    person = new_person(daemon)
    paths = [give(daemon, person, new_subject(daemon)) for _ in range(3)]
    daemon.delete(paths[0], "owner", version=1)
    assert [(row["id"], row["endedAt"] is None) for row in logins(daemon, person)] == [(path[-36:], path != paths[0]) for path in paths]
    found, query = [], f"/v1/identities?limit=2&personId={person}"
    while query:
        page = daemon.get(query, "owner").json()
        found += [row["id"] for row in page["data"]]
        query = page["pageToken"] and f"/v1/identities?limit=2&pageToken={page['pageToken']}"
    assert found == [path[-36:] for path in paths]
    assert logins(daemon, new_person(daemon)) == []
    missing = daemon.get("/v1/identities", "owner")
    assert (missing.status_code, missing.json()["errors"][0]["name"], missing.json()["errors"][0]["code"]) == (400, "personId", "required")
    row = daemon.activity(operation="listIdentities", object_id=person)[-1]
    assert (row["object_kind"], row["ground"]) == ("person", "M1.role.owner")


# ---- Other systems --------------------------------------------------------------------------------------------------------

def test_X2_a_put_follows_a_login_that_changes(daemon):
    person, first, second = new_person(daemon), new_subject(daemon), new_subject(daemon)
    item = {"externalId": external(), **login(daemon, person, first)}
    made, = daemon.put("identities", [item])
    again, = daemon.put("identities", [item])
    assert daemon.get("/v1/me", first).json()["id"] == person
    changed, = daemon.put("identities", [{"externalId": item["externalId"], "subject": second}])
    assert [row["outcome"] for row in (made, again, changed)] == ["created", "unchanged", "changed"]
    assert made["id"] == changed["id"] and changed["version"] == 2
    assert daemon.get("/v1/me", first).status_code == 403 and daemon.get("/v1/me", second).json()["id"] == person
    row, = logins(daemon, person)
    assert (row["subject"], row["issuer"], row["version"]) == (second, LOCAL, 2)
    # The old one is free, the new one is not.
    other = new_person(daemon)
    assert daemon.post("/v1/identities", login(daemon, other, second), "owner").status_code == 409
    assert daemon.post("/v1/identities", login(daemon, other, first), "owner").status_code == 201
    back, = daemon.put("identities", [item])
    assert back["problem"]["status"] == 409


def test_X2_logins_come_with_their_people_from_the_same_system(daemon):
    whose, subject = external(), new_subject(daemon)
    mark = uuid.uuid4().hex[:10]
    daemon.put("persons", [{"externalId": whose, "givenName": "Xqfor" + mark, "familyName": "Xqetter" + mark}])
    item = {"externalId": external(), "person": whose, "issuer": LOCAL, "subject": subject}
    made, = daemon.put("identities", [item])
    assert (made["outcome"], made["ground"]) == ("created", "M1.client.provision")
    assert daemon.put("identities", [item])[0]["outcome"] == "unchanged"
    assert daemon.get("/v1/me", subject).status_code == 200


def test_X3_what_a_new_login_lacks_is_named(daemon):
    person, other = new_person(daemon), new_person(daemon)
    known = {"externalId": external(), **login(daemon, person)}
    items = [known, {"externalId": external()}, {"externalId": external(), "person": external(), "issuer": LOCAL},
             {"externalId": external(), **login(daemon, str(uuid.uuid4()))}, {"externalId": known["externalId"], "personId": other},
             {"externalId": known["externalId"], "person": external()}]
    results = daemon.put("identities", items)
    assert [row["outcome"] for row in results] == ["created"] + ["refused"] * 5
    named = [[f"{error['name']} {error['code']}" for error in row["problem"]["errors"]] for row in results[1:]]
    assert named == [["/person required", "/issuer required", "/subject required"], ["/person reference", "/subject required"],
                     ["/personId reference"], ["/personId conflict"], ["/person conflict"]]
    assert logins(daemon, other) == []


def test_M1_an_ended_login_does_not_come_back_by_a_put(daemon):
    person, subject = new_person(daemon), new_subject(daemon)
    item = {"externalId": external(), **login(daemon, person, subject)}
    made, = daemon.put("identities", [item])
    daemon.delete(f"/v1/identities/{made['id']}", "owner", version=1)
    for again in (item, {**item, "subject": new_subject(daemon)}, {"externalId": item["externalId"]}):
        assert daemon.put("identities", [again])[0]["problem"]["status"] == 409
    assert daemon.get("/v1/me", subject).status_code == 403
    assert daemon.put("identities", [{**item, "externalId": external()}])[0]["outcome"] == "created"
    assert daemon.get("/v1/me", subject).json()["id"] == person


def test_M1_an_external_id_is_one_logins(daemon):
    person, taken = new_person(daemon), external()
    assert daemon.post("/v1/identities", login(daemon, person, externalId=taken), "owner").status_code == 201
    assert daemon.post("/v1/identities", login(daemon, person, externalId=taken), "owner").status_code == 409
    for who in ("rektor", "rektor-bru"):   # as if nobody knew it
        strange, unknown = daemon.put("identities", [{"externalId": taken, **login(daemon, person)},
                                                     {"externalId": external(), **login(daemon, person)}], who)
        assert strange["problem"] == unknown["problem"] and strange["problem"]["status"] == (403 if who == "rektor" else 404)


def test_X1_a_login_is_given_once(daemon):
    body, key = login(daemon, new_person(daemon)), str(uuid.uuid4())
    first, again = (daemon.post("/v1/identities", body, "owner", key=key) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert first.headers["Location"] == f"/v1/identities/{first.json()['id']}"
    assert daemon.post("/v1/identities", {**body, "subject": new_subject(daemon)}, "owner", key=key).status_code == 422


def test_C1_logins_are_sealed(daemon):
    item = {"externalId": external(), **login(daemon, new_person(daemon))}
    made, = daemon.put("identities", [item])
    daemon.delete(f"/v1/identities/{made['id']}", "owner", version=1)
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    assert item["subject"].encode() not in raw and item["externalId"]["id"].encode() not in raw
