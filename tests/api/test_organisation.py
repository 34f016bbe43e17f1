# SPDX-License-Identifier: EUPL-1.2
"""M1 over HTTP: the caller's own organisation."""
import uuid

import pytest

import world

PATH = "/v1/organisation"
READERS = {"owner": "M1.role.owner", "auditor": "V1.role.auditor"}


def external():
    return {"system": "brreg", "id": "Xqid" + uuid.uuid4().hex[:12]}


@pytest.mark.parametrize("who", [person["key"] for person in world.fjord()["persons"]])
def test_M1_who_reads_the_organisation_and_who_changes_it(daemon, who):
    read, changed = daemon.get(PATH, who), daemon.patch(PATH, {"name": "Xqny"}, who, version=999)
    if who in READERS:
        assert (read.status_code, read.json()["ground"], changed.status_code) == (200, READERS[who], 412 if who == "owner" else 403)
    else:
        assert (read.status_code, changed.status_code) == (404, 404)
        assert read.content == daemon.get(f"/v1/schools/{uuid.uuid4()}", who).content == changed.content


def test_M1_a_client_with_provision_reads_and_changes_the_organisation_and_another_does_not(fresh_daemon):
    daemon = fresh_daemon()
    token = daemon.token("registry", service=True, scope="provision")
    assert daemon.get(PATH, token=token).json()["ground"] == "M1.client.provision"
    assert daemon.patch(PATH, {"name": "Xqny"}, token=token, version=1).json()["ground"] == "M1.client.provision"
    result, = daemon.put("organisation", [{"externalId": external(), "name": "Xqnyere"}])
    assert (result["outcome"], result["version"], result["ground"]) == ("changed", 3, "M1.client.provision")
    assert daemon.get(PATH, token=daemon.token("feed", service=True, scope="changes")).status_code == 404


def test_L2_the_organisation_takes_a_strong_login(daemon):
    assert daemon.get(PATH, token=daemon.token("owner", strong=False)).status_code == 401


def test_M1_each_sees_their_own_organisation_and_no_other(daemon):
    for org, owner in ((world.FJORD, "owner"), (world.SKOG, "skog-owner@skog")):
        read = daemon.get(PATH, owner)
        expected = world.ORGANISATIONS[org]
        assert (read.json()["id"], read.json()["name"], read.json()["timeZone"]) == (expected["id"], expected["name"], "Europe/Oslo")
        assert read.headers["ETag"] == '"%d"' % read.json()["version"]


def test_M1_the_organisation_is_changed_by_version(fresh_daemon):
    daemon = fresh_daemon()
    assert daemon.patch(PATH, {"name": "Xqkommune"}, "owner").status_code == 428
    assert daemon.patch(PATH, {"timeZone": "Europe/Stockholm"}, "owner", version=1).status_code == 400
    changed = daemon.patch(PATH, {"name": "Xqkommune"}, "owner", version=1)
    assert (changed.status_code, changed.json()["version"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert changed.json()["ground"] == "M1.role.owner"
    assert daemon.patch(PATH, {"name": "Xqkommune"}, "owner", version=2).json()["version"] == 2   # nothing to change
    assert daemon.patch(PATH, {"name": "Xqannen"}, "owner", version=1).status_code == 412
    assert daemon.get(PATH, "owner").json()["name"] == "Xqkommune" == daemon.get("/v1/me", "kari").json()["organisation"]["name"]
    assert daemon.get(PATH, "skog-owner@skog").json()["version"] == 1
    rows = daemon.activity(operation="changeOrganisation", outcome="allowed")
    ours = world.ORGANISATIONS[world.FJORD]["id"]
    assert {(row["tree_id"], row["object_kind"], row["object_id"], row["school_id"]) for row in rows} == {(ours, "organisation", ours, None)}


def test_X2_a_put_names_the_callers_own_organisation(fresh_daemon):
    daemon = fresh_daemon()
    ours, first, second = world.ORGANISATIONS[world.FJORD]["id"], external(), external()
    put = lambda item, who="owner": daemon.put("organisation", [item], who)[0]
    steps = [put({"externalId": first}), put({"externalId": first}), put({"externalId": first, "name": "Xqputt"}),
             put({"externalId": first, "name": "Xqputt"}), put({"externalId": second, "name": "Xqputt"})]
    assert [(step["outcome"], step["version"]) for step in steps] == [("changed", 2), ("unchanged", 2), ("changed", 3), ("unchanged", 3), ("changed", 4)]
    assert {step["id"] for step in steps} == {ours}
    assert put({"externalId": first}, "rektor")["problem"]["status"] == 404
    theirs = put({"externalId": first, "name": "Xqskog"}, "skog-owner@skog")   # another controller's ids are its own
    assert theirs["id"] == world.ORGANISATIONS[world.SKOG]["id"]
    assert daemon.get(PATH, "owner").json()["name"] == "Xqputt"
    assert daemon.put("organisation", [{"externalId": first}] * 2, "owner").status_code == 400


def test_C1_the_organisations_external_ids_are_sealed(fresh_daemon):
    daemon, item = fresh_daemon(), {"externalId": external()}
    daemon.put("organisation", [item], "owner")
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    assert item["externalId"]["id"].encode() not in raw and item["externalId"]["system"].encode() not in raw
