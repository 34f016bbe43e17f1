# SPDX-License-Identifier: EUPL-1.2
"""M1 and S7 over HTTP: the people of the registry."""
import datetime
import uuid

import pytest

import world

EVERYWHERE = {"owner": "M1.role.owner"}
AT_AAS = {"rektor": "M1.role.rektor", "guardian-rektor": "M1.role.rektor", "two-schools": "M1.role.rektor", "admin": "M1.role.admin"}
READERS = {**EVERYWHERE, **AT_AAS}
EVERYONE = [person["key"] for person in world.fjord()["persons"]]


def new_id():
    return "Xqid" + uuid.uuid4().hex[:12]


def external():
    return {"system": "visma", "id": new_id()}


def day(offset):
    return (world.today() + datetime.timedelta(days=offset)).isoformat()


def person(**members):
    mark = uuid.uuid4().hex[:10]
    return {"givenName": "Xqfor" + mark, "familyName": "Xqetter" + mark, **members}


def at(daemon, school="aas", role="staff", **members):
    return {"schoolId": daemon.id("school", school), "role": role, **members}


def client(daemon, scope="provision"):
    return daemon.token("registry", service=True, scope=scope)


def make(daemon, who="rektor", **members):
    """The path of a new person, by rektor with a membership at aas unless said otherwise."""
    members.setdefault("membership", at(daemon))
    made = daemon.post("/v1/persons", person(**{name: value for name, value in members.items() if value is not None}), who)
    assert made.status_code == 201, made.text
    return f"/v1/persons/{made.json()['id']}"


def listed(daemon, query="", who=None, **options):
    """The ids of all pages."""
    found, token = [], None
    while True:
        page = daemon.get(f"/v1/persons?limit=100&pageToken={token}" if token else f"/v1/persons?limit=100{query}", who, **options).json()
        found += [row["id"] for row in page["data"]]
        token = page["pageToken"]
        if token is None:
            assert len(found) == len(set(found)) and found == sorted(found)
            return set(found)


# ---- Who ------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("who", EVERYONE)
def test_M1_who_reads_and_makes_people(daemon, who):
    read = daemon.get(f"/v1/persons/{daemon.id('person', 'kari')}", who)
    made = daemon.post("/v1/persons", person(membership=at(daemon)), who)
    if who in READERS:
        assert (read.status_code, read.json()["ground"]) == (200, READERS[who])
    else:
        assert read.status_code == 404
        assert read.content == daemon.get(f"/v1/persons/{uuid.uuid4()}", who).content
    if who in AT_AAS:
        assert (made.status_code, made.json()["ground"]) == (201, AT_AAS[who])
    else:
        assert made.status_code == 403   # the owner appoints leaders, and leaves the rest to them


@pytest.mark.parametrize("who", EVERYONE)
def test_M1_who_changes_people(daemon, who):
    path = make(daemon)
    named = daemon.patch(path, {"familyName": "Xqnytt"}, who, version=1)
    assert named.status_code == (200 if who in READERS else 404)
    if who not in READERS:
        assert named.content == daemon.patch(f"/v1/persons/{uuid.uuid4()}", {"familyName": "Xqnytt"}, who, version=1).content


def test_M1_nobody_changes_their_own_person(daemon):
    for who in ("owner", "rektor", "admin"):
        path = f"/v1/persons/{daemon.id('person', who)}"
        version = daemon.get(path, who).json()["version"]
        assert daemon.patch(path, {"givenName": "Xqselv"}, who, version=version).status_code == 403
        assert daemon.patch(path, {"protected": True}, who, version=version).status_code == 403
    assert daemon.activity(operation="changePerson", outcome="refused", actor_id=daemon.id("person", "owner"))[-1]["ground"] == "M1.forbidden"


def test_M1_other_schools_organisations_and_clients(daemon):
    path = f"/v1/persons/{daemon.id('person', 'kari')}"
    missing = daemon.get(f"/v1/persons/{uuid.uuid4()}", "rektor@skog")
    for who in ("rektor@skog", "skog-owner@skog", "kari@skog"):
        assert daemon.get(path, who).content == missing.content
    assert daemon.post("/v1/persons", person(membership=at(daemon)), "rektor@skog").status_code == 403
    assert daemon.get(path, token=client(daemon)).json()["ground"] == "M1.client.provision"
    assert daemon.get(path, token=client(daemon, "changes")).content == missing.content
    assert daemon.post("/v1/persons", person(), token=client(daemon, "changes")).status_code == 403
    assert daemon.get("/v1/persons", token=client(daemon, "changes")).status_code == 403
    assert daemon.get(path, token=daemon.token("rektor", strong=False)).status_code == 401
    # A token that may only read, or only write, does no more.
    assert daemon.post("/v1/persons", person(membership=at(daemon)), token=daemon.token("rektor", scope="trygg:read")).status_code == 403
    assert daemon.get(path, token=daemon.token("rektor", scope="trygg:write")).status_code == 404


def test_M1_a_person_is_a_schools_business_from_the_day_a_membership_is_made_until_it_ends(daemon):
    coming, ended = (f"/v1/persons/{daemon.id('person', key)}" for key in ("membership-tomorrow", "membership-ended"))
    nobody = f"/v1/persons/{daemon.id('person', 'no-role')}"
    assert daemon.get(coming, "rektor").status_code == 200
    assert daemon.get(ended, "rektor").status_code == 404 and daemon.get(nobody, "rektor").status_code == 404
    assert daemon.get(ended, "owner").status_code == 200 and daemon.get(nobody, "owner").status_code == 200


# ---- Making ---------------------------------------------------------------------------------------------------------------

def test_M1_the_first_membership_is_one_that_the_caller_may_give(daemon):
    def made(who=None, membership=None, **options):
        body = person(**({"membership": membership} if membership else {}))
        return daemon.post("/v1/persons", body, who, **options).status_code
    for who in ("rektor", "admin"):
        assert made(who) == 403                                              # they must say where
        assert made(who, at(daemon, "bru")) == 403
        assert made(who, at(daemon, role="rektor")) == 403                   # leaders are the owner's to appoint
        assert made(who, {"role": "owner"}) == 403
        assert made(who, {"role": "teacher"}) == 403
        assert made(who, {"schoolId": str(uuid.uuid4()), "role": "teacher"}) == 403
        assert made(who, at(daemon, role="guardian")) == 201
    for role, status in (("rektor", 201), ("admin", 201), ("teacher", 403), ("student", 403)):
        assert made("owner", at(daemon, "bru", role=role)) == status
    assert made("owner") == 201 and made("owner", {"role": "auditor"}) == 201
    for membership in (None, at(daemon, role="rektor"), at(daemon, "bru"), {"role": "owner"}):
        assert made(membership=membership, token=client(daemon)) == 201
    assert daemon.activity(operation="createPerson", outcome="refused", actor_id=daemon.id("person", "owner"))[-1]["ground"] == "M1.forbidden"


def test_X3_a_first_membership_that_does_not_fit_is_named(daemon):
    wrong = {
        "/membership/schoolId conflict": [{"role": "teacher"}, at(daemon, role="owner")],
        "/membership/schoolId reference": [{"schoolId": str(uuid.uuid4()), "role": "teacher"},
                                           {"schoolId": daemon.files.id("school", "tall", world.SKOG), "role": "teacher"}],
        "/membership/until conflict": [at(daemon, until=day(-1)), at(daemon, **{"from": day(9), "until": day(8)})],
        "/membership/role required": [{"schoolId": daemon.id("school", "aas")}],
        "/membership/role choice": [at(daemon, role="king")],
    }
    before = daemon.rows("SELECT count(*) AS n FROM person")
    for text, memberships in wrong.items():
        for membership in memberships:
            answer = daemon.post("/v1/persons", person(membership=membership), token=client(daemon))
            assert answer.status_code == 400
            assert [f"{error['name']} {error['code']}" for error in answer.json()["errors"]] == [text]
    two = daemon.post("/v1/persons", person(membership={"role": "teacher", "until": day(-1)}), token=client(daemon))
    assert [error["name"] for error in two.json()["errors"]] == ["/membership/schoolId", "/membership/until"]
    assert daemon.rows("SELECT count(*) AS n FROM person") == before


def test_M1_the_first_membership_holds(daemon):
    path = make(daemon, membership=at(daemon, role="health", **{"from": day(-3), "until": day(30)}))
    row, = daemon.rows("SELECT * FROM membership WHERE person_id = ?", uuid.UUID(path[-36:]).bytes)
    epoch = datetime.date(1970, 1, 1)
    assert row["school_id"] == uuid.UUID(daemon.id("school", "aas")).bytes and row["role"] == 5
    assert [(epoch + datetime.timedelta(days=row[name])).isoformat() for name in ("from_day", "until_day")] == [day(-3), day(30)]
    endless = make(daemon, membership=at(daemon, until=None))
    row, = daemon.rows("SELECT * FROM membership WHERE person_id = ?", uuid.UUID(endless[-36:]).bytes)
    assert row["until_day"] == 2147483647
    assert (epoch + datetime.timedelta(days=row["from_day"])).isoformat() == day(0)


def test_X1_a_person_is_made_once(daemon):
    body, key = person(membership=at(daemon)), str(uuid.uuid4())
    first, again = (daemon.post("/v1/persons", body, "rektor", key=key) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, first.json())
    assert first.headers["Location"] == f"/v1/persons/{first.json()['id']}"
    assert daemon.post("/v1/persons", person(), "rektor", key=key).status_code == 403   # rights come before the key
    assert daemon.post("/v1/persons", {**body, "givenName": "Xqandre"}, "rektor", key=key).status_code == 422


# ---- Changing -------------------------------------------------------------------------------------------------------------

def test_X2_a_person_is_changed_by_version(daemon):
    path = make(daemon, givenName="Xqforst", familyName="Xqsist")
    assert daemon.patch(path, {"givenName": "Xqandre"}, "rektor").status_code == 428
    assert daemon.patch(path, {"givenName": "Xqandre"}, "rektor", version=2).status_code == 412
    changed = daemon.patch(path, {"givenName": "Xqandre"}, "rektor", version=1)
    assert (changed.status_code, changed.json()["version"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert daemon.patch(path, {"givenName": "Xqandre"}, "rektor", version=2).json()["version"] == 2   # nothing to change
    read = daemon.get(path, "rektor")
    assert read.json() == {"id": path[-36:], "version": 2, "givenName": "Xqandre", "familyName": "Xqsist", "protected": False,
                           "ground": "M1.role.rektor"}
    assert daemon.patch(path, {"givenName": None}, "rektor", version=2).status_code == 400
    assert daemon.patch(path, {"membership": at(daemon)}, "rektor", version=2).status_code == 400
    assert daemon.patch(path, {}, "rektor-bru", version=2).status_code == 404   # before 428 and 412 (X7)


def test_S7_a_local_mark_is_lifted_by_rektor_alone(daemon):
    path = make(daemon, protected=True)
    assert daemon.get(path, "owner").json()["protected"] is True
    for who in ("admin", "owner"):
        assert daemon.patch(path, {"protected": False}, who, version=1).status_code == 403
        assert daemon.patch(path, {"protected": True, "familyName": "Xqvernet"}, who, version=1).status_code in (200, 412)
    version = daemon.get(path, "owner").json()["version"]
    synced = daemon.patch(path, {"protected": False}, token=client(daemon), version=version)
    assert (synced.status_code, synced.json()["version"]) == (200, version)   # a client's mark was not set: nothing to clear
    assert daemon.get(path, "admin").json()["protected"] is True
    assert daemon.patch(path, {"protected": False}, "rektor-bru", version=version).status_code == 404
    lifted = daemon.patch(path, {"protected": False}, "rektor", version=version)
    assert lifted.status_code == 200 and daemon.get(path, "admin").json()["protected"] is False
    assert daemon.patch(path, {"protected": False}, "admin", version=version + 1).status_code == 200   # there is nothing to lift
    refused = [row for row in daemon.activity(operation="changePerson", object_id=path[-36:], outcome="refused")]
    assert {row["ground"] for row in refused} >= {"S7.forbidden", "M1.unseen"}


def test_S7_a_sync_sets_and_clears_the_registrys_mark_only(daemon):
    item = {"externalId": external(), **person()}
    made, = daemon.put("persons", [{**item, "securityMarking": "Skyddad folkbokföring"}])
    path = f"/v1/persons/{made['id']}"

    def marked():
        return daemon.get(path, "owner").json()["protected"]
    assert marked()
    assert daemon.put("persons", [item])[0]["outcome"] == "unchanged" and marked()              # absent: as it was
    assert daemon.patch(path, {"protected": False}, "owner", version=1).json()["version"] == 1 and marked()   # not the owner's mark
    assert daemon.put("persons", [{**item, "securityMarking": "Ingen"}])[0]["outcome"] == "changed" and not marked()
    for text in ("Sekretessmarkering", "ingen", "Ukjent merking"):                            # what is not known counts
        assert daemon.put("persons", [{**item, "securityMarking": text}])[0]["outcome"] == "changed" and marked()
        assert daemon.put("persons", [{**item, "securityMarking": "Ingen"}])[0]["outcome"] == "changed" and not marked()
    version = daemon.get(path, "owner").json()["version"]
    assert daemon.patch(path, {"protected": True}, "owner", version=version).status_code == 200
    assert daemon.put("persons", [{**item, "securityMarking": "Ingen"}])[0]["outcome"] == "unchanged" and marked()
    row, = daemon.rows("SELECT mark_local, mark_registry FROM person WHERE person_id = ?", uuid.UUID(made["id"]).bytes)
    assert (row["mark_local"], row["mark_registry"]) == (1, 0)


# ---- Lists ----------------------------------------------------------------------------------------------------------------

def ids(daemon, *keys):
    return {daemon.id("person", key) for key in keys}


def test_X7_lists_hold_what_is_yours(daemon):
    world_ids = ids(daemon, *EVERYONE)
    gone = ids(daemon, "membership-ended", "rektor-ended")
    bru = ids(daemon, "rektor-bru", "admin-bru", "teacher-bru", "two-schools")
    nowhere = ids(daemon, "owner", "auditor", "no-role")
    assert listed(daemon, who="owner") & world_ids == world_ids
    assert listed(daemon, token=client(daemon)) >= world_ids
    at_aas = world_ids - gone - nowhere - (bru - ids(daemon, "two-schools"))
    for who in ("rektor", "admin"):
        assert listed(daemon, who=who) & world_ids == at_aas
    assert listed(daemon, who="rektor-bru") & world_ids == bru
    for who in ("teacher", "kari", "auditor", "opener"):
        assert listed(daemon, who=who) == set()
    for who in ("guardian", "pupil", "no-role", "nobody-at-all", "membership-ended"):
        assert daemon.get("/v1/persons", who).status_code == 403
    assert listed(daemon, who="rektor@skog").isdisjoint(world_ids)


def test_M1_filters_find_memberships_that_have_not_ended(daemon):
    world_ids = ids(daemon, *EVERYONE)
    aas, bru = (f"&schoolId={daemon.id('school', key)}" for key in ("aas", "bru"))
    token = client(daemon)
    at_bru = ids(daemon, "rektor-bru", "admin-bru", "teacher-bru", "two-schools")
    assert listed(daemon, bru, token=token) & world_ids == at_bru
    assert listed(daemon, bru + "&role=teacher", token=token) & world_ids == ids(daemon, "teacher-bru", "two-schools")
    assert listed(daemon, "&role=owner", token=token) & world_ids == ids(daemon, "owner")
    rektors = ids(daemon, "rektor", "guardian-rektor", "two-schools")
    assert listed(daemon, aas + "&role=rektor", token=token) & world_ids == rektors   # rektor-ended no more
    assert listed(daemon, "&role=rektor", token=token) & world_ids == rektors | ids(daemon, "rektor-bru")
    assert listed(daemon, aas + "&role=teacher", who="rektor") >= ids(daemon, "membership-tomorrow", "hidden-teacher")
    assert listed(daemon, f"&schoolId={uuid.uuid4()}", token=token) == set()
    assert daemon.get("/v1/persons?role=king", token=token).status_code == 400


def test_M1_a_filter_tells_nothing_that_the_caller_may_not_read(daemon):
    """two-schools is rektor at aas and teacher at bru: the rektor of aas sees the person, and not that they are at bru."""
    both, = ids(daemon, "two-schools")
    aas, bru = (f"&schoolId={daemon.id('school', key)}" for key in ("aas", "bru"))
    assert both in listed(daemon, who="rektor") and both in listed(daemon, "&role=rektor", who="rektor")
    assert listed(daemon, bru, who="rektor") == set()
    assert both not in listed(daemon, "&role=teacher", who="rektor")
    assert both not in listed(daemon, "&role=rektor", who="rektor-bru") and both in listed(daemon, "&role=teacher", who="rektor-bru")
    # The owner reads the memberships of leaders only.
    assert listed(daemon, "&role=teacher", who="owner") == set()
    assert listed(daemon, aas, who="owner") & ids(daemon, *EVERYONE) == ids(daemon, "rektor", "guardian-rektor", "two-schools", "admin")
    # As staff at bru and rektor at aas one finds those of aas.
    assert listed(daemon, bru, who="two-schools") == set()


def test_X7_pages_go_on_where_they_ended_with_the_filters_they_began_with(daemon):
    everyone = listed(daemon, "&role=teacher", who="rektor")
    found, query = [], f"/v1/persons?limit=2&role=teacher&schoolId={daemon.id('school', 'aas')}"
    while query:
        page = daemon.get(query, "rektor").json()
        assert len(page["data"]) <= 2
        found += [row["id"] for row in page["data"]]
        query = page["pageToken"] and f"/v1/persons?limit=2&pageToken={page['pageToken']}"
    assert set(found) == everyone and len(found) == len(everyone)
    token = daemon.get("/v1/persons?limit=1", "rektor").json()["pageToken"]
    assert daemon.get(f"/v1/persons?pageToken={token}", "admin").status_code == 400          # another's
    assert daemon.get(f"/v1/persons?pageToken={token}&role=rektor", "rektor").status_code == 400
    assert daemon.get(f"/v1/groups?pageToken={token}", "rektor").status_code == 400          # another list's


# ---- Other systems --------------------------------------------------------------------------------------------------------

def test_X2_the_same_put_twice_changes_nothing(daemon):
    item = {"externalId": external(), **person(securityMarking="Ingen")}
    first, = daemon.put("persons", [item])
    again, = daemon.put("persons", [item])
    renamed, = daemon.put("persons", [{"externalId": item["externalId"], "familyName": "Xqgift"}])
    assert [row["outcome"] for row in (first, again, renamed)] == ["created", "unchanged", "changed"]
    assert first["id"] == again["id"] == renamed["id"] and renamed["version"] == 2
    read = daemon.get(f"/v1/persons/{first['id']}", "owner").json()
    assert (read["givenName"], read["familyName"]) == (item["givenName"], "Xqgift")


def test_X2_one_item_that_is_refused_does_not_hold_up_the_others(daemon):
    twice = external()
    items = [{"externalId": external(), **person()}, {"externalId": external()}, {"externalId": twice, **person()},
             {"externalId": twice, "givenName": "Xqtogangerto"}]
    results = daemon.put("persons", items)
    assert [row["outcome"] for row in results] == ["created", "refused", "created", "changed"]
    assert [error["name"] for error in results[1]["problem"]["errors"]] == ["/givenName", "/familyName"]
    assert results[2]["id"] == results[3]["id"]


def test_M1_a_put_of_many_is_one_row_each(daemon):
    results = daemon.put("persons", [{"externalId": external(), **person()} for _ in range(500)])
    assert {row["outcome"] for row in results} == {"created"} and len({row["id"] for row in results}) == 500
    rows = {row["object_id"]: row for row in daemon.activity(operation="provisionPersons")}
    assert all(rows[row["id"]]["ground"] == "M1.client.provision" and rows[row["id"]]["object_kind"] == "person" for row in results)


def test_M1_an_external_id_is_one_persons(daemon):
    taken = external()
    assert daemon.post("/v1/persons", person(externalId=taken, membership=at(daemon)), "rektor").status_code == 201
    assert daemon.post("/v1/persons", person(externalId=taken, membership=at(daemon)), "rektor").status_code == 409
    found, = daemon.put("persons", [{"externalId": taken, "familyName": "Xqfunnet"}], "admin")
    assert found["outcome"] == "changed"
    # Elsewhere it is as if nobody knew it, save that it cannot be given twice.
    strange, unknown = daemon.put("persons", [{"externalId": taken, "familyName": "Xqfremmed"},
                                              {"externalId": external(), "familyName": "Xqfremmed"}], "rektor-bru")
    assert strange["problem"] == unknown["problem"] and strange["problem"]["status"] == 403
    there = person(externalId=taken, membership=at(daemon, "bru"))
    assert daemon.post("/v1/persons", there, "rektor-bru").status_code == 409


# ---- The store and the log ------------------------------------------------------------------------------------------------

def test_C1_names_and_external_ids_are_sealed_under_every_version(daemon):
    item = {"externalId": external(), **person()}
    made, = daemon.put("persons", [item])
    daemon.put("persons", [{"externalId": item["externalId"], "familyName": "Xqforseglet"}])
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    for text in (item["externalId"]["id"], item["givenName"], item["familyName"], "Xqforseglet"):
        assert text.encode() not in raw
    key, = daemon.rows("SELECT p.key_id AS person, e.key_id AS external FROM person p JOIN external_id e ON e.object_id = p.person_id "
                       "WHERE p.person_id = ?", uuid.UUID(made["id"]).bytes)
    assert key["person"] == key["external"]   # it dies with the person's key


def test_V4_the_row_stands_at_the_school_of_the_ground(daemon):
    path, school = make(daemon), daemon.id("school", "aas")
    daemon.get(path, "rektor")
    daemon.get(path, "owner")
    daemon.get(path, "teacher")
    made, = daemon.activity(operation="createPerson", object_id=path[-36:])
    by_rektor, by_owner, by_teacher = daemon.activity(operation="getPerson", object_id=path[-36:])
    assert {made["object_kind"], by_rektor["object_kind"]} == {"person"}
    rows = {(row["outcome"], row["ground"], row["school_id"]) for row in (by_rektor, by_owner, by_teacher)}
    assert rows == {("allowed", "M1.role.rektor", school), ("allowed", "M1.role.owner", school), ("refused", "M1.unseen", school)}
    assert (made["school_id"], made["student_id"]) == (school, None)
