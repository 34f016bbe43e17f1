# SPDX-License-Identifier: EUPL-1.2
"""S1, S4 and S7 over HTTP: students as another system knows them."""
import datetime
import uuid

import pytest

import civic
import world


def external():
    return {"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]}


def names(**members):
    mark = uuid.uuid4().hex[:8]
    return {"givenName": "Xqfor" + mark, "familyName": "Xqetter" + mark, **members}


def item(daemon, school="aas", **members):
    return {"externalId": external(), **names(), "schoolId": daemon.id("school", school), **members}


def card(daemon, who, by="rektor"):
    return daemon.get(f"/v1/students/{who}", by).json()


def day(offset):
    return (world.today() + datetime.timedelta(offset)).isoformat()


def test_X2_the_same_put_twice_changes_nothing(daemon):
    sent = item(daemon, civicNumber=civic.fresh(), securityMarking="Ingen")
    first, = daemon.put("students", [sent])
    again, = daemon.put("students", [sent])
    renamed, = daemon.put("students", [{"externalId": sent["externalId"], "givenName": "Xqnytt"}])
    assert [row["outcome"] for row in (first, again, renamed)] == ["created", "unchanged", "changed"]
    assert first["id"] == again["id"] == renamed["id"] and renamed["version"] == 2
    assert (first["ground"], renamed["ground"]) == ("S1.client.provision", "S4.client.provision")
    read = card(daemon, first["id"])
    assert (read["givenName"], read["familyName"], read["civicNumber"]) == ("Xqnytt", sent["familyName"], sent["civicNumber"])
    assert read["enrolments"] == [{"schoolId": daemon.id("school", "aas"), "from": day(0), "until": None}]


def test_S1_a_client_puts_a_student_before_any_enrolment(daemon):
    made, = daemon.put("students", [{"externalId": external(), **names()}])
    assert made["outcome"] == "created" and daemon.get(f"/v1/students/{made['id']}", "rektor").status_code == 404
    enrolled = daemon.post("/v1/enrolments", {"studentId": made["id"], "schoolId": daemon.id("school", "aas")},
                           token=daemon.token("registry", service=True, scope="provision"))
    assert enrolled.status_code == 201 and card(daemon, made["id"])["id"] == made["id"]


def test_X2_one_item_that_is_refused_does_not_hold_up_the_others(daemon):
    sent = [item(daemon), {"externalId": external()}, item(daemon, schoolId=str(uuid.uuid4()), personId=str(uuid.uuid4())),
            {"externalId": external(), **names(), "from": day(1)}, item(daemon, until=day(-1)),
            item(daemon, person=external()), item(daemon)]
    results = daemon.put("students", sent)
    assert [row["outcome"] for row in results] == ["created"] + ["refused"] * 5 + ["created"]
    assert [{(error["name"], error["code"]) for error in row["problem"]["errors"]} for row in results[1:-1]] == [
        {("/givenName", "required"), ("/familyName", "required")}, {("/schoolId", "reference"), ("/personId", "reference")},
        {("/school", "required")}, {("/until", "conflict")}, {("/person", "reference")}]


def test_S1_people_put_where_they_may_create(daemon):
    rektor, teacher, admin, elsewhere, nowhere = (
        daemon.put("students", [sent], who)[0] for who, sent in
        (("rektor", item(daemon)), ("kari", item(daemon)), ("admin", item(daemon)), ("rektor", item(daemon, "bru")),
         ("rektor", {"externalId": external(), **names()})))
    assert (rektor["outcome"], rektor["ground"], teacher["ground"]) == ("created", "S1.role.rektor", "S1.role.contactTeacher")
    assert {row["problem"]["status"] for row in (admin, elsewhere, nowhere)} == {403}
    assert card(daemon, teacher["id"], "kari")["ground"] == "S2.tie.contactTeacher"
    assert daemon.put("students", [item(daemon, civicNumber=civic.fresh())], "kari")[0]["problem"]["status"] == 403
    for options in ({"token": daemon.token("registry", service=True, scope="changes")},
                    {"token": daemon.token("rektor", scope="trygg:read")}):
        assert daemon.put("students", [item(daemon)], **options)[0]["problem"]["status"] == 403
    assert daemon.put("students", [item(daemon)], token=daemon.token("rektor", strong=False)).status_code == 401


def test_S4_people_put_what_they_may_edit(daemon):
    sent = item(daemon)
    made, = daemon.put("students", [sent], "kari")
    rename = {"externalId": sent["externalId"], "givenName": "Xqomdopt"}
    assert [daemon.put("students", [rename], who)[0].get("ground") for who in ("kari", "admin", "rektor")] == [
        "S4.tie.contactTeacher", "S4.role.admin", "S4.role.rektor"]
    assert daemon.put("students", [rename], "opener")[0]["problem"]["status"] == 403
    assert card(daemon, made["id"])["version"] == 2
    # Elsewhere it is as if nobody knew it, save that the id cannot be given twice.
    strange, unknown = daemon.put("students", [rename, {"externalId": external(), "givenName": "Xqomdopt"}], "rektor-bru")
    assert strange["problem"] == unknown["problem"] and strange["problem"]["status"] == 403
    assert daemon.put("students", [item(daemon, "bru", externalId=sent["externalId"])], "rektor-bru")[0]["problem"]["status"] == 409


def test_S1_a_child_known_by_number_gets_the_senders_id(daemon):
    number, mine = civic.fresh(), external()
    there = daemon.create_student("rektor", civicNumber=number).json()["id"]
    sent = {"externalId": mine, **names(), "civicNumber": number}
    found, again = (daemon.put("students", [sent])[0] for _ in range(2))
    assert [(row["outcome"], row["id"]) for row in (found, again)] == [("changed", there), ("unchanged", there)]
    assert found["ground"] == "S4.client.provision" and card(daemon, there)["familyName"] == sent["familyName"]
    moved, = daemon.put("students", [{"externalId": mine, "givenName": "Xqsamme"}])   # from now on by the id alone
    assert (moved["outcome"], moved["id"]) == ("changed", there)
    # Another system may have a name for the same child; and a student who is known gets no second enrolment by this.
    other, = daemon.put("students", [{"externalId": {**external(), "system": "ivis"}, "civicNumber": number,
                                      "schoolId": daemon.id("school", "bru")}])
    assert (other["outcome"], other["id"]) == ("changed", there) and len(card(daemon, there)["enrolments"]) == 1


def test_S1_a_child_whom_the_sender_may_not_edit_is_just_known(daemon):
    number = civic.fresh()
    there = daemon.create_student("rektor", civicNumber=number, contactTeacherId=daemon.id("person", "kari")).json()["id"]
    refused, = daemon.put("students", [item(daemon, "bru", civicNumber=number)], "rektor-bru")
    assert (refused["problem"]["status"], refused["problem"]["type"]) == (409, "urn:problem-type:trygg:student-known")
    assert there not in str(refused) and card(daemon, there)["version"] == 1
    row = daemon.activity(operation="provisionStudents", student_id=there)[-1]
    assert (row["outcome"], row["ground"], row["school_id"]) == ("refused", "student-known", None)
    assert row["tree_id"] == world.ORGANISATIONS[world.FJORD]["id"]
    found, = daemon.put("students", [{"externalId": external(), "civicNumber": number}], "admin")
    assert (found["outcome"], found["id"], found["ground"]) == ("changed", there, "S4.role.admin")


def test_S1_a_number_that_another_student_has_is_refused(daemon):
    number, sent = civic.fresh(), item(daemon)
    daemon.create_student("rektor", civicNumber=number)
    daemon.put("students", [sent])
    refused, = daemon.put("students", [{**sent, "civicNumber": number}])
    assert refused["problem"]["type"] == "urn:problem-type:trygg:student-known"


def test_X2_two_items_about_one_child_make_one_student(daemon):
    sent = item(daemon, civicNumber=civic.fresh())
    first, same, other = daemon.put("students", [sent, sent, {**sent, "externalId": external()}])
    assert [row["outcome"] for row in (first, same, other)] == ["created", "unchanged", "changed"]
    assert first["id"] == same["id"] == other["id"]


@pytest.mark.parametrize("marking,protected", [("Ingen", False), ("Sekretessmarkering", True), ("Skyddad folkbokföring", True),
                                               ("Xqannat", True), ("ingen", True)])
def test_S7_markings_that_nobody_knows_protect(daemon, marking, protected):
    sent = item(daemon, securityMarking=marking)
    made, = daemon.put("students", [sent])
    assert card(daemon, made["id"])["protected"] is protected
    daemon.put("students", [{"externalId": sent["externalId"], "securityMarking": "Ingen"}])
    assert card(daemon, made["id"])["protected"] is False


def test_S7_a_sync_never_lifts_a_local_mark(daemon):
    sent = item(daemon, securityMarking="Sekretessmarkering")
    made, = daemon.put("students", [sent])
    daemon.patch(f"/v1/students/{made['id']}", {"protected": True}, "rektor", version=1)
    lifted, = daemon.put("students", [{**sent, "securityMarking": "Ingen"}])
    assert lifted["outcome"] == "changed" and card(daemon, made["id"])["protected"] is True
    assert daemon.patch(f"/v1/students/{made['id']}", {"protected": False}, "admin", version=3).status_code == 403
    assert daemon.patch(f"/v1/students/{made['id']}", {"protected": False}, "rektor", version=3).status_code == 200
    assert card(daemon, made["id"])["protected"] is False


def test_G2_the_login_of_a_student_is_nobody_elses(fresh_daemon):
    daemon = fresh_daemon()
    sent, other = item(daemon, personId=daemon.id("person", "admin")), item(daemon, personId=daemon.id("person", "admin"))
    assert daemon.put("students", [sent])[0]["outcome"] == "created"
    assert daemon.put("students", [sent])[0]["outcome"] == "unchanged"
    made, = daemon.put("students", [{"externalId": sent["externalId"]}])
    assert daemon.get(f"/v1/students/{made['id']}", "admin").status_code == 404   # who they are, they have no staff right on
    assert daemon.put("students", [other])[0]["problem"]["type"] == "urn:problem-type:trygg:taken"
    assert daemon.put("students", [{**sent, "personId": daemon.id("person", "hanne")}])[0]["outcome"] == "changed"
    assert daemon.get(f"/v1/students/{made['id']}", "admin").status_code == 200
    # Nobody else says who a student is: it would take a colleague's rights away.
    for who in ("rektor", "kari"):
        assert daemon.put("students", [item(daemon, personId=daemon.id("person", "admin"))], who)[0]["problem"]["status"] == 403
    assert daemon.put("students", [item(daemon, personId=str(uuid.uuid4()))])[0]["problem"]["errors"][0]["name"] == "/personId"


def test_M1_a_put_of_many_is_one_row_each(daemon):
    results = daemon.put("students", [item(daemon) for _ in range(500)])
    assert {row["outcome"] for row in results} == {"created"} and len({row["id"] for row in results}) == 500
    rows = {row["object_id"]: row for row in daemon.activity(operation="provisionStudents", outcome="allowed")}
    assert all(rows[row["id"]]["student_id"] == row["id"] and rows[row["id"]]["school_id"] == daemon.id("school", "aas") for row in results)


def test_C1_names_numbers_and_external_ids_are_sealed(daemon):
    sent = item(daemon, civicNumber=civic.fresh())
    daemon.put("students", [sent])
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    for secret in (sent["externalId"]["id"], sent["familyName"], sent["civicNumber"]):
        assert secret.encode() not in raw


@pytest.mark.parametrize("more", [{"securityMarking": "Sekretessmarkering"}, {"securityMarking": "Ingen"}, {"personId": "pupil"}])
def test_S4_S7_the_marking_and_the_login_of_a_new_student_are_for_those_who_edit_cards(fresh_daemon, more):
    daemon = fresh_daemon()
    more = {**more, **({"personId": daemon.id("person", "no-role")} if "personId" in more else {})}
    refused, = daemon.put("students", [item(daemon, **more)], "kari")
    assert refused["outcome"] == "refused" and refused["problem"]["status"] == 403
    assert daemon.activity(operation="provisionStudents")[-1]["ground"] == ("M1.forbidden" if "personId" in more else "S4.forbidden")
    assert daemon.put("students", [item(daemon)], "kari")[0]["outcome"] == "created"
    assert daemon.put("students", [item(daemon, **more)])[0]["outcome"] == "created"
    if "securityMarking" in more:
        made, = daemon.put("students", [item(daemon, **more)], "rektor")
        assert made["ground"] == "S1.role.rektor" and card(daemon, made["id"])["protected"] is (more["securityMarking"] != "Ingen")
