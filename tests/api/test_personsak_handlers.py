# SPDX-License-Identifier: EUPL-1.2
"""P4, P5, P8, G1 and G2 over HTTP: who handles a personsak, who says so, and that it ends at once."""
import uuid

import pytest

import cases
import world

CREATED, OK, GONE, BAD, FORBIDDEN, NOT_FOUND, CONFLICT, STALE, MISSING = 201, 200, 204, 400, 403, 404, 409, 412, 428
MAX_HANDLERS = 50


def new_student(daemon, school="aas"):
    return daemon.create_student("rektor", school).json()["id"]


def handlers(personsak):
    return f"/v1/personsaker/{personsak['id']}/medsaksbehandlere"


def person_id(daemon, person):
    """`person` is a key of the world or an id."""
    return person if len(person) == 36 else daemon.id("person", person)


def add(daemon, personsak, who, person, **options):
    return daemon.post(handlers(personsak), {"personId": person_id(daemon, person)}, who, **options)


def remove(daemon, personsak, who, person, **options):
    return daemon.delete(f"{handlers(personsak)}/{daemon.id('person', person)}", who, **options)


def hand_over(daemon, personsak, who, to, **members):
    return daemon.post(f"/v1/personsaker/{personsak['id']}/handover", {"saksbehandlerId": person_id(daemon, to), **members}, who)


def read(daemon, personsak, who):
    return daemon.get(f"/v1/personsaker/{personsak['id']}", who)


def nothing(daemon, who):
    """What is answered about a personsak that nobody has."""
    return daemon.get(f"/v1/personsaker/{uuid.uuid4()}", who)


def keys_of(daemon, people):
    by_id = {ident: key for key, ident in daemon.files.ids[world.FJORD]["persons"].items()}
    return [by_id[person["personId"]] for person in people]


def problem(answer):
    return answer.json()["type"].rpartition(":")[2]


def errors(answer):
    return [(error["name"], error["code"]) for error in answer.json()["errors"]]


# ---- Adding and removing ----------------------------------------------------------------------------------------------------

def test_P4_who_is_added_sees_the_case_and_who_is_removed_does_not(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    before = read(daemon, personsak, "assistant")
    assert before.status_code == NOT_FOUND and before.content == nothing(daemon, "assistant").content
    made = add(daemon, personsak, "kari", "assistant")
    assert (made.status_code, made.json()) == (CREATED, {"id": personsak["id"], "version": 2, "ground": "P4.handler"})
    assert made.headers["Location"] == f"/v1/personsaker/{personsak['id']}" and made.headers["ETag"] == '"2"'
    seen = read(daemon, personsak, "assistant").json()
    assert seen["ground"] == "P3.coHandler" and keys_of(daemon, seen["medsaksbehandlere"]) == ["assistant"]
    assert seen["description"] == read(daemon, personsak, "kari").json()["description"]
    assert remove(daemon, personsak, "kari", "assistant", version=2).status_code == GONE
    after = read(daemon, personsak, "assistant")
    assert after.status_code == NOT_FOUND and after.content == before.content
    assert read(daemon, personsak, "kari").json()["medsaksbehandlere"] == []


def test_P4_each_change_is_a_row_on_the_case_at_its_school(daemon):
    student = new_student(daemon)
    personsak = cases.open_case(daemon, student=student, saksbehandler="kari")
    add(daemon, personsak, "rektor", "assistant")
    remove(daemon, personsak, "kari", "assistant", version=2)
    hand_over(daemon, personsak, "kari", "assistant")
    rows = [row for row in daemon.activity(object_kind="personsak", object_id=personsak["id"]) if row["operation"] != "openPersonsak"]
    assert [(row["operation"], row["outcome"], row["ground"]) for row in rows] == [
        ("addMedsaksbehandler", "allowed", "P4.role.rektor"), ("removeMedsaksbehandler", "allowed", "P4.handler"),
        ("handOverPersonsak", "allowed", "P5.handler")]
    assert {(row["student_id"], row["school_id"]) for row in rows} == {(student, daemon.id("school", "aas"))}


@pytest.mark.parametrize("who, expected", [
    ("kari", CREATED), ("rektor", CREATED), ("two-schools", CREATED),
    ("assistant", FORBIDDEN),                                   # a medsaksbehandler
    ("teacher", NOT_FOUND), ("opener", NOT_FOUND), ("admin", NOT_FOUND), ("rektor-bru", NOT_FOUND), ("owner", NOT_FOUND),
    ("auditor", NOT_FOUND), ("guardian-rektor", NOT_FOUND), ("rektor-ended", NOT_FOUND), ("pupil", NOT_FOUND), ("no-role", NOT_FOUND),
])
def test_P4_who_may_change_the_handlers(daemon, who, expected):
    personsak = cases.open_case(daemon, "opener", student="alva", saksbehandler="kari", medsaksbehandlere=["assistant"])
    made = add(daemon, personsak, who, "hanne")
    version = 2 if expected == CREATED else 1
    gone = remove(daemon, personsak, who, "assistant", version=version)
    assert (made.status_code, gone.status_code) == (expected, GONE if expected == CREATED else expected)
    if expected == NOT_FOUND:
        unseen = nothing(daemon, who).content
        assert made.content == gone.content == unseen
    else:
        assert cases.version(daemon, personsak["id"]) == (3 if expected == CREATED else 1)


def test_P4_a_service_client_handles_nothing(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    token = daemon.token("registry", service=True, scope="provision trygg:read trygg:write")
    for path, body in ((handlers(personsak), {"personId": daemon.id("person", "hanne")}),
                       (f"/v1/personsaker/{personsak['id']}/handover", {"saksbehandlerId": daemon.id("person", "hanne")})):
        assert daemon.post(path, body, token=token).status_code == NOT_FOUND


@pytest.mark.parametrize("person", ["membership-ended", "membership-tomorrow", "rektor-bru", "owner", "guardian", "no-role",
                                    "guardian-teacher", "guardian-rektor", "pupil"])
def test_G1_G2_who_cannot_handle_it_is_not_added_and_not_handed_over_to(daemon, person):
    personsak = cases.open_case(daemon, student="alva", saksbehandler="kari")
    made, over = add(daemon, personsak, "kari", person), hand_over(daemon, personsak, "rektor", person)
    assert (made.status_code, errors(made)) == (BAD, [("/personId", "reference")])
    assert (over.status_code, errors(over)) == (BAD, [("/saksbehandlerId", "reference")])
    assert cases.version(daemon, personsak["id"]) == 1


def test_G2_staff_who_are_the_student_cannot_handle_it(daemon):
    personsak = cases.open_case(daemon, student="elva", saksbehandler="kari")
    assert errors(add(daemon, personsak, "kari", "pupil-staff")) == [("/personId", "reference")]


def test_G1_someone_who_is_nobody_here_is_not_added(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    other_house = daemon.files.id("person", "kari", world.SKOG)
    for person in (str(uuid.uuid4()), other_house):
        assert errors(add(daemon, personsak, "kari", person)) == [("/personId", "reference")]


def test_P4_nobody_handles_it_twice(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari", medsaksbehandlere=["assistant"])
    for person in ("assistant", "kari"):
        made = add(daemon, personsak, "kari", person)
        assert (made.status_code, problem(made)) == (CONFLICT, "taken")
    assert cases.version(daemon, personsak["id"]) == 1


def test_P4_who_is_removed_can_be_added_again(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari", medsaksbehandlere=["assistant"])
    assert remove(daemon, personsak, "kari", "assistant", version=1).status_code == GONE
    assert add(daemon, personsak, "kari", "assistant").status_code == CREATED
    assert read(daemon, personsak, "assistant").status_code == OK


def test_P4_who_is_no_medsaksbehandler_is_not_there_to_be_removed(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    unseen = nothing(daemon, "kari").content
    for person in ("kari", "hanne"):   # the one who leads it, and one who has nothing to do with it
        gone = remove(daemon, personsak, "kari", person, version=1)
        assert (gone.status_code, gone.content) == (NOT_FOUND, unseen)
    assert daemon.delete(f"{handlers(personsak)}/{uuid.uuid4()}", "kari", version=1).content == unseen


def test_X2_removal_takes_the_version_that_was_read(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari", medsaksbehandlere=["assistant"])
    assert remove(daemon, personsak, "kari", "assistant").status_code == MISSING
    add(daemon, personsak, "kari", "hanne")
    stale = remove(daemon, personsak, "kari", "assistant", version=1)
    assert (stale.status_code, problem(stale)) == (STALE, "precondition-failed")
    assert read(daemon, personsak, "assistant").status_code == OK
    assert remove(daemon, personsak, "teacher", "assistant").status_code == NOT_FOUND      # X7: 404 before 428
    assert remove(daemon, personsak, "assistant", "hanne").status_code == FORBIDDEN        # and 403
    assert remove(daemon, personsak, "kari", "assistant", version=2).status_code == GONE


def test_X1_the_same_adding_sent_twice_is_one(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    key = str(uuid.uuid4())
    first, again = add(daemon, personsak, "kari", "assistant", key=key), add(daemon, personsak, "kari", "assistant", key=key)
    assert (again.status_code, again.json()) == (CREATED, first.json())
    other = add(daemon, personsak, "kari", "hanne", key=key)
    assert (other.status_code, problem(other)) == (422, "key-reused")
    assert cases.version(daemon, personsak["id"]) == 2


# ---- Handing over -----------------------------------------------------------------------------------------------------------

def test_P5_who_hands_over_is_out_of_it_at_once(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    over = hand_over(daemon, personsak, "kari", "hanne")
    assert (over.status_code, over.json()) == (OK, {"id": personsak["id"], "version": 2, "ground": "P5.handler"})
    left = read(daemon, personsak, "kari")
    assert left.status_code == NOT_FOUND and left.content == nothing(daemon, "kari").content
    seen = read(daemon, personsak, "hanne").json()
    assert seen["ground"] == "P3.handler" and keys_of(daemon, [seen["saksbehandler"]]) == ["hanne"] and seen["medsaksbehandlere"] == []


def test_P5_who_hands_over_may_stay_as_medsaksbehandler(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari", medsaksbehandlere=["assistant"])
    assert hand_over(daemon, personsak, "rektor", "assistant", stay=True).json()["ground"] == "P5.role.rektor"
    seen = read(daemon, personsak, "kari").json()
    assert seen["ground"] == "P3.coHandler"
    assert keys_of(daemon, [seen["saksbehandler"]]) == ["assistant"] and keys_of(daemon, seen["medsaksbehandlere"]) == ["kari"]
    assert hand_over(daemon, personsak, "kari", "hanne").status_code == FORBIDDEN   # leads it no more
    assert hand_over(daemon, personsak, "assistant", "kari").status_code == OK      # and back
    assert read(daemon, personsak, "assistant").status_code == NOT_FOUND
    assert keys_of(daemon, [read(daemon, personsak, "kari").json()["saksbehandler"]]) == ["kari"]


def test_P5_a_case_is_not_handed_over_to_the_one_who_leads_it(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    over = hand_over(daemon, personsak, "rektor", "kari")
    assert (over.status_code, errors(over)) == (BAD, [("/saksbehandlerId", "conflict")])


@pytest.mark.parametrize("who, expected", [("assistant", FORBIDDEN), ("teacher", NOT_FOUND), ("opener", NOT_FOUND), ("admin", NOT_FOUND),
                                           ("rektor-bru", NOT_FOUND), ("guardian-rektor", NOT_FOUND), ("owner", NOT_FOUND)])
def test_P5_who_may_not_hand_over(daemon, who, expected):
    personsak = cases.open_case(daemon, student="alva", saksbehandler="kari", medsaksbehandlere=["assistant"])
    over = hand_over(daemon, personsak, who, "hanne")
    assert over.status_code == expected and cases.version(daemon, personsak["id"]) == 1
    if expected == NOT_FOUND:
        assert over.content == nothing(daemon, who).content


# ---- The end of a right -----------------------------------------------------------------------------------------------------

def person_of_staff(daemon):
    """A new person with a membership at aas: (id, subject, membership)."""
    mark, client = uuid.uuid4().hex[:10], daemon.token("registry", service=True, scope="provision")
    made = daemon.post("/v1/persons", {"givenName": "Ny" + mark, "familyName": "Zq" + mark}, "owner").json()["id"]
    daemon.post("/v1/identities", {"personId": made, "issuer": world.ORGANISATIONS[world.FJORD]["issuer"], "subject": "s" + mark}, "owner")
    membership = daemon.post("/v1/memberships", {"personId": made, "schoolId": daemon.id("school", "aas"), "role": "teacher"}, token=client)
    assert membership.status_code == CREATED, membership.text
    return made, "s" + mark, membership.json()["id"]


def test_G1_a_handler_whose_membership_ends_is_out_of_it_at_once_and_can_be_handed_over_from(daemon):
    person, subject, membership = person_of_staff(daemon)
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    assert hand_over(daemon, personsak, "kari", person).status_code == OK
    assert read(daemon, personsak, subject).json()["ground"] == "P3.handler"
    assert daemon.patch(f"/v1/memberships/{membership}", {"until": world.day(-1)}, "rektor", version=1).status_code == OK
    assert read(daemon, personsak, subject).content == nothing(daemon, subject).content
    assert errors(hand_over(daemon, personsak, "rektor", "hanne", stay=True)) == [("/stay", "reference")]
    assert hand_over(daemon, personsak, "rektor", "hanne").status_code == OK
    assert read(daemon, personsak, "hanne").json()["ground"] == "P3.handler"


def test_P8_a_closed_case_keeps_its_handlers(daemon):
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari", medsaksbehandlere=["assistant"])
    cases.close_case(daemon, personsak["id"], "kari")
    answers = [add(daemon, personsak, "rektor", "hanne"), remove(daemon, personsak, "kari", "assistant", version=2),
               hand_over(daemon, personsak, "kari", "hanne")]
    assert [(answer.status_code, problem(answer)) for answer in answers] == [(CONFLICT, "closed")] * 3
    assert remove(daemon, personsak, "kari", "assistant", version=1).status_code == STALE   # X7: 412 before 409
    rows = [row for row in daemon.activity(object_id=personsak["id"], ground="closed")]
    assert [row["outcome"] for row in rows] == ["refused"] * 3


def test_P4_no_more_than_fifty_handle_a_case_besides(daemon):
    external = [{"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]} for _ in range(MAX_HANDLERS + 2)]
    made = daemon.put("persons", [{"externalId": ident, "givenName": "Ny" + ident["id"], "familyName": "Zq" + ident["id"]} for ident in external])
    people = [row["id"] for row in made]
    memberships = daemon.put("memberships", [{"externalId": {**ident, "id": ident["id"] + "m"}, "personId": person, "role": "staff",
                                              "schoolId": daemon.id("school", "aas")} for ident, person in zip(external, people)])
    assert {row["outcome"] for row in memberships} == {"created"}
    personsak = cases.open_case(daemon, student=new_student(daemon), saksbehandler="kari")
    for person in people[:MAX_HANDLERS]:
        assert add(daemon, personsak, "kari", person).status_code == CREATED
    for answer in (add(daemon, personsak, "kari", people[MAX_HANDLERS]), hand_over(daemon, personsak, "kari", people[MAX_HANDLERS], stay=True)):
        assert (answer.status_code, problem(answer)) == (CONFLICT, "limit-reached")
    # One of the fifty makes room for whom they follow.
    assert hand_over(daemon, personsak, "kari", people[0], stay=True).status_code == OK
    assert len(read(daemon, personsak, "kari").json()["medsaksbehandlere"]) == MAX_HANDLERS
