# SPDX-License-Identifier: EUPL-1.2
"""Proposals over HTTP: who makes them, who reads them, and what becomes of them (P1, P2)."""
import concurrent.futures
import datetime
import uuid

import pytest

import world
from cases import case, new_student, open_case, propose, words

NOT_FOUND, FORBIDDEN, DECIDED = 404, 403, 409
TIED = {"kari": "P1.tie.contactTeacher", "mentor": "P1.tie.mentor", "teacher": "P1.tie.teacher", "observer": "P1.tie.observer", "health": "P1.tie.health"}


def person(daemon, key):
    row, = (row for row in world.fjord()["persons"] if row["key"] == key)
    return {"personId": daemon.id("person", key), "name": f"{row['givenName']} {row['familyName']}"}


def body(daemon, student="alva", school="aas", **changes):
    return {"studentId": daemon.id("student", student), "schoolId": daemon.id("school", school), "sakstype": "skolemiljo", "why": words(daemon, "Bekymring"), **changes}


def acceptance(daemon, **changes):
    return {"category": "mobbing", "description": words(daemon, "Beskrivelse"), **changes}


def get(daemon, proposal, who="rektor"):
    answer = daemon.get(f"/v1/proposals/{proposal}", who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def errors(answer):
    assert answer.status_code == 400, answer.text
    return [(error["name"], error["code"]) for error in answer.json()["errors"]]


def listed(daemon, who, query="", limit=100):
    found, token = [], ""
    while token is not None:
        page = daemon.get("/v1/proposals?" + (f"pageToken={token}&limit={limit}" if token else f"limit={limit}{query}"), who).json()
        shown = daemon.activity(operation="listProposals")[-1]["shown"] or []
        assert len(shown) == len(set(shown)) and set(shown) == {row["student"]["id"] for row in page["data"]}
        found += page["data"]
        token = page["pageToken"]
    return found


# ---- Proposing --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("who", TIED)
def test_P1_staff_with_a_tie_propose(daemon, who):
    made = daemon.post("/v1/proposals", body(daemon), who)
    assert (made.status_code, made.json()["ground"], made.json()["version"]) == (201, TIED[who], 1)
    assert made.headers["Location"] == f"/v1/proposals/{made.json()['id']}"


def test_P1_others_do_not(daemon):
    sent = body(daemon)
    for who in ("rektor", "opener", "admin", "two-schools"):   # they see alva, and are not tied to her
        assert daemon.post("/v1/proposals", sent, who).status_code == FORBIDDEN
    nobody = daemon.post("/v1/proposals", {**sent, "studentId": str(uuid.uuid4())}, "kari")
    assert nobody.status_code == NOT_FOUND
    for who in ("assistant", "teacher-untied", "tie-ended", "tie-tomorrow", "membership-ended", "membership-tomorrow", "teacher-bru", "guardian",
                "guardian-teacher", "guardian-rektor", "pupil", "owner", "no-role", "rektor@skog"):
        assert daemon.post("/v1/proposals", sent, who).content == nobody.content
    assert daemon.post("/v1/proposals", body(daemon, "elva"), "pupil-staff").content == nobody.content   # G2: elva herself
    for who in ("tie-ends-today", "membership-ends-today", "guardian-ended"):
        assert daemon.post("/v1/proposals", sent, who).status_code == 201


def test_P1_at_the_school_where_both_are(daemon):
    assert daemon.post("/v1/proposals", body(daemon, "both"), "teacher").status_code == 201
    assert daemon.post("/v1/proposals", body(daemon, "both", "bru"), "teacher").status_code == FORBIDDEN
    assert daemon.post("/v1/proposals", body(daemon, "alva", "bru"), "teacher").status_code == FORBIDDEN


def test_X7_where_the_module_is_off_nothing_is_proposed(daemon):
    sent = {"studentId": daemon.id("student", "sven", world.SKOG), "schoolId": daemon.id("school", "tall", world.SKOG), "sakstype": "annet", "why": words(daemon)}
    assert daemon.post("/v1/proposals", sent, "kari@skog").status_code == FORBIDDEN
    assert daemon.activity(operation="proposePersonsak")[-1]["ground"] == "X7.moduleOff"


def test_X3_what_is_wrong_with_a_proposal_is_said_at_once(daemon):
    assert errors(daemon.post("/v1/proposals", body(daemon, sakstype="no-such"), "kari")) == [("/sakstype", "reference")]
    assert errors(daemon.post("/v1/proposals", {"studentId": "x", "why": "", "category": "mobbing"}, "kari")) == [
        ("/studentId", "format"), ("/schoolId", "required"), ("/sakstype", "required"), ("/why", "too-short"), ("/category", "unknown")]
    assert errors(daemon.post("/v1/proposals", body(daemon, why="ø" * 4001), "kari")) == [("/why", "too-long")]


def test_X1_the_same_proposal_is_made_once(daemon):
    sent, key = body(daemon), str(uuid.uuid4())
    first, again = (daemon.post("/v1/proposals", sent, "kari", key=key) for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    assert daemon.post("/v1/proposals", {**sent, "sakstype": "annet"}, "kari", key=key).status_code == 422


# ---- Reading ----------------------------------------------------------------------------------------------------------------

def test_P1_proposer_rektor_and_case_opener_read_it(daemon):
    sent = body(daemon)
    made = daemon.post("/v1/proposals", sent, "teacher").json()
    for who, ground in {"teacher": "P1.proposer", "rektor": "P1.role.rektor", "two-schools": "P1.role.rektor", "opener": "P1.role.caseOpener"}.items():
        answer = daemon.get(f"/v1/proposals/{made['id']}", who)
        assert answer.headers["ETag"] == '"1"'
        read = answer.json()
        assert datetime.datetime.fromisoformat(read.pop("proposedAt").replace("Z", "+00:00"))
        assert read == {"id": made["id"], "version": 1, "ground": ground, "schoolId": sent["schoolId"], "sakstype": "skolemiljo", "why": sent["why"],
                        "student": {"id": sent["studentId"], "givenName": "Elevalva", "familyName": "Xqalvadal"}, "proposer": person(daemon, "teacher"),
                        "state": "waiting", "decidedAt": None, "decidedBy": None, "personsakId": None, "answer": None}
    nothing = daemon.get(f"/v1/proposals/{uuid.uuid4()}", "kari")
    for who in ("kari", "mentor", "admin", "owner", "auditor", "rektor-bru", "guardian", "guardian-rektor", "pupil", "assistant", "rektor@skog"):
        answer = daemon.get(f"/v1/proposals/{made['id']}", who)
        assert (answer.status_code, answer.content) == (NOT_FOUND, nothing.content)
    for scope in ("provision", "changes", "trygg:read trygg:write"):
        assert daemon.get(f"/v1/proposals/{made['id']}", token=daemon.token("feed", service=True, scope=scope)).content == nothing.content


def test_G1_who_proposed_and_works_there_no_more_reads_it_no_more(daemon):
    login = "prop-" + uuid.uuid4().hex[:8]
    owner, client = world.ORGANISATIONS[world.FJORD]["issuer"], daemon.token("registry", service=True, scope="provision")
    who = daemon.post("/v1/persons", {"givenName": "Qny", "familyName": "Zqnysen", "membership": {"schoolId": daemon.id("school", "aas"), "role": "teacher"}}, "rektor").json()["id"]
    assert daemon.post("/v1/identities", {"personId": who, "issuer": owner, "subject": login}, token=client).status_code == 201
    assert daemon.post("/v1/ties", {"studentId": daemon.id("student", "alva"), "personId": who, "kind": "teacher"}, "rektor").status_code == 201
    made = propose(daemon, login)["id"]
    assert get(daemon, made, login)["ground"] == "P1.proposer" and [row["id"] for row in listed(daemon, login)] == [made]
    membership, = (row for row in daemon.get(f"/v1/memberships?personId={who}", "rektor").json()["data"])
    yesterday = (world.today() - datetime.timedelta(1)).isoformat()
    assert daemon.patch(f"/v1/memberships/{membership['id']}", {"until": yesterday}, "rektor", version=membership["version"]).status_code == 200
    assert daemon.get(f"/v1/proposals/{made}", login).status_code == NOT_FOUND
    assert daemon.get("/v1/proposals", login).status_code == FORBIDDEN


def test_X7_lists_hold_what_is_yours_and_filters_narrow_them(daemon):
    mine, theirs = propose(daemon, "teacher")["id"], propose(daemon, "mentor")["id"]
    dino = propose(daemon, "teacher", "dino")["id"]
    both = propose(daemon, "teacher", "both")["id"]
    celia = propose(daemon, "teacher-bru", "celia", "bru")["id"]
    ids = lambda who, query="": {row["id"] for row in listed(daemon, who, query)}
    assert {mine, dino, both} <= ids("teacher") and not {theirs, celia} & ids("teacher")
    assert {mine, theirs, dino, both} <= ids("rektor") and {mine, theirs, dino, both} <= ids("opener") and celia not in ids("rektor")
    assert celia in ids("rektor-bru") and not {mine, theirs, dino, both} & ids("rektor-bru")
    # G2: a guardian who is rektor does not see that there is one on their child.
    assert {dino, both} <= ids("guardian-rektor") and not {mine, theirs} & ids("guardian-rektor")
    alva, aas, bru = daemon.id("student", "alva"), daemon.id("school", "aas"), daemon.id("school", "bru")
    assert {mine, theirs} <= ids("rektor", f"&studentId={alva}") and not {dino, both} & ids("rektor", f"&studentId={alva}")
    assert ids("rektor", f"&schoolId={bru}") == ids("rektor-bru", f"&studentId={alva}") == ids("guardian-rektor", f"&studentId={alva}") == set()
    assert ids("rektor", f"&schoolId={aas}") == ids("rektor")
    assert daemon.post(f"/v1/proposals/{mine}/refusal", {"reason": words(daemon)}, "rektor").status_code == 200
    assert mine in ids("teacher", "&state=declined") and mine not in ids("teacher", "&state=waiting") and dino in ids("teacher", "&state=waiting")
    assert ids("admin") == ids("owner") == ids("assistant") == set()
    assert listed(daemon, "rektor", limit=3) == listed(daemon, "rektor")
    for who in ("guardian", "pupil", "no-role", "membership-ended", "rektor-ended"):
        assert daemon.get("/v1/proposals", who).status_code == FORBIDDEN
    assert daemon.get("/v1/proposals?state=open", "rektor").status_code == 400


# ---- Deciding ---------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("who", ["rektor", "opener"])
def test_P1_P2_accepting_opens_the_personsak(daemon, who):
    proposal = propose(daemon, "teacher", sakstype="fravaer")["id"]
    sent = acceptance(daemon, medsaksbehandlere=[daemon.id("person", "teacher")])
    answer = daemon.post(f"/v1/proposals/{proposal}/acceptance", sent, who)
    made = answer.json()
    assert (answer.status_code, made["version"], answer.headers["Location"]) == (201, 1, f"/v1/personsaker/{made['id']}")
    assert made["ground"] == {"rektor": "P1.role.rektor", "opener": "P1.role.caseOpener"}[who]
    opened = case(daemon, made["id"])
    assert (opened["reference"], opened["sakstype"], opened["category"], opened["description"]) == (made["reference"], "fravaer", "mobbing", sent["description"])
    assert (opened["saksbehandler"], opened["medsaksbehandlere"], opened["openedBy"]) == (person(daemon, "kari"), [person(daemon, "teacher")], person(daemon, who))
    for reader, became in (("rektor", made["id"]), ("opener", made["id"]), ("teacher", None)):
        read = get(daemon, proposal, reader)
        assert (read["state"], read["version"], read["decidedBy"], read["personsakId"], read["answer"]) == ("accepted", 2, person(daemon, who), became, None)
    assert daemon.get(f"/v1/personsaker/{made['id']}", who).status_code == {"rektor": 200, "opener": NOT_FOUND}[who]


def test_P1_declining_takes_a_reason_that_the_proposer_reads(daemon):
    proposal, reason = propose(daemon)["id"], words(daemon, "Nei")
    assert errors(daemon.post(f"/v1/proposals/{proposal}/refusal", {}, "rektor")) == [("/reason", "required")]
    answer = daemon.post(f"/v1/proposals/{proposal}/refusal", {"reason": reason}, "opener")
    assert (answer.status_code, answer.json()) == (200, {"id": proposal, "version": 2, "ground": "P1.role.caseOpener"})
    read = get(daemon, proposal, "teacher")
    assert (read["state"], read["answer"], read["decidedBy"], read["personsakId"]) == ("declined", reason, person(daemon, "opener"), None)


def test_P1_a_proposal_is_decided_once(daemon):
    accepted, declined = propose(daemon)["id"], propose(daemon)["id"]
    assert daemon.post(f"/v1/proposals/{accepted}/acceptance", acceptance(daemon), "rektor").status_code == 201
    assert daemon.post(f"/v1/proposals/{declined}/refusal", {"reason": words(daemon)}, "rektor").status_code == 200
    personsaker = len(daemon.rows("SELECT 1 FROM personsak"))
    for proposal in (accepted, declined):
        before = get(daemon, proposal)
        for answer in (daemon.post(f"/v1/proposals/{proposal}/acceptance", acceptance(daemon), "opener"),
                       daemon.post(f"/v1/proposals/{proposal}/refusal", {"reason": words(daemon)}, "opener")):
            assert answer.status_code == DECIDED and answer.json()["type"].endswith("proposal-decided")
        assert get(daemon, proposal) == before
    assert len(daemon.rows("SELECT 1 FROM personsak")) == personsaker
    row = daemon.activity(operation="acceptProposal")[-1]
    assert (row["outcome"], row["ground"], row["object_kind"], row["object_id"]) == ("refused", "proposal-decided", "proposal", declined)


def test_P1_of_two_who_decide_at_once_one_does(daemon):
    tokens = [daemon.token(who) for who in ("rektor", "opener")]
    for _ in range(4):
        proposal, before = propose(daemon)["id"], len(daemon.rows("SELECT 1 FROM personsak"))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda token: daemon.post(f"/v1/proposals/{proposal}/acceptance", acceptance(daemon), token=token), tokens))
        assert sorted(answer.status_code for answer in answers) == [201, DECIDED]
        made, = (answer.json()["id"] for answer in answers if answer.status_code == 201)
        assert get(daemon, proposal)["personsakId"] == made and len(daemon.rows("SELECT 1 FROM personsak")) == before + 1


def test_X7_where_the_module_was_switched_off_a_proposal_is_declined(fresh_daemon):
    daemon = fresh_daemon()
    proposal, opened = propose(daemon)["id"], open_case(daemon)["id"]
    path = f"/v1/schools/{daemon.id('school', 'aas')}"
    assert daemon.patch(path, {"modules": []}, "owner", version=daemon.get(path, "owner").json()["version"]).status_code == 200
    assert daemon.post(f"/v1/proposals/{proposal}/acceptance", acceptance(daemon), "rektor").status_code == FORBIDDEN
    assert daemon.activity(operation="acceptProposal")[-1]["ground"] == "X7.moduleOff"
    assert get(daemon, proposal)["state"] == "waiting" and case(daemon, opened)["state"] == "open"
    assert daemon.patch(f"/v1/personsaker/{opened}", {"category": "annet"}, "kari", version=1).status_code == 200
    assert daemon.post(f"/v1/proposals/{proposal}/refusal", {"reason": words(daemon)}, "rektor").status_code == 200


def test_S4_a_proposal_follows_the_student_who_was_a_double(daemon):
    kept, double = new_student(daemon), new_student(daemon)
    tie = {"studentId": double, "personId": daemon.id("person", "mentor"), "kind": "mentor"}
    assert daemon.post("/v1/ties", tie, "rektor").status_code == 201
    waiting, declined = propose(daemon, "mentor", double)["id"], propose(daemon, "mentor", double)["id"]
    assert daemon.post(f"/v1/proposals/{declined}/refusal", {"reason": words(daemon)}, "rektor").status_code == 200
    assert daemon.post(f"/v1/students/{kept}/merge", {"absorbedId": double}, "rektor").status_code == 200
    assert get(daemon, declined)["student"]["id"] == get(daemon, waiting)["student"]["id"] == kept
    assert waiting in {row["id"] for row in listed(daemon, "rektor", f"&studentId={kept}")}
    answer = daemon.post(f"/v1/proposals/{waiting}/acceptance", acceptance(daemon, saksbehandlerId=daemon.id("person", "kari")), "rektor")
    assert case(daemon, answer.json()["id"])["student"]["id"] == kept


def test_P1_only_rektor_and_case_opener_decide(daemon):
    proposal = propose(daemon)["id"]
    calls = (("acceptance", acceptance(daemon)), ("refusal", {"reason": words(daemon)}))
    for path, sent in calls:
        assert daemon.post(f"/v1/proposals/{proposal}/{path}", sent, "teacher").status_code == FORBIDDEN   # who made it
        nothing = daemon.post(f"/v1/proposals/{uuid.uuid4()}/{path}", sent, "rektor")
        assert nothing.status_code == NOT_FOUND
        for who in ("kari", "admin", "rektor-bru", "guardian-rektor", "owner", "guardian", "rektor@skog"):
            assert daemon.post(f"/v1/proposals/{proposal}/{path}", sent, who).content == nothing.content
    assert get(daemon, proposal)["state"] == "waiting"


def test_P2_a_proposal_is_accepted_by_the_rules_of_opening(daemon):
    proposal = propose(daemon)["id"]
    wrong = acceptance(daemon, sakstype="no-such", category="no-such", saksbehandlerId=daemon.id("person", "teacher-bru"),
                       medsaksbehandlere=[daemon.id("person", "guardian")])
    assert errors(daemon.post(f"/v1/proposals/{proposal}/acceptance", wrong, "rektor")) == [
        ("/sakstype", "reference"), ("/category", "reference"), ("/saksbehandlerId", "reference"), ("/medsaksbehandlere/0", "reference")]
    assert get(daemon, proposal)["state"] == "waiting"
    assert daemon.post(f"/v1/proposals/{proposal}/acceptance", acceptance(daemon, sakstype="annet"), "rektor").status_code == 201


def test_P2_of_a_student_who_has_left_it_is_declined(daemon):
    student = daemon.create_student("rektor").json()["id"]
    assert daemon.post("/v1/ties", {"studentId": student, "personId": daemon.id("person", "teacher"), "kind": "teacher"}, "rektor").status_code == 201
    proposal = propose(daemon, "teacher", student)["id"]
    enrolment, = daemon.get(f"/v1/enrolments?studentId={student}", "rektor").json()["data"]
    yesterday = (world.today() - datetime.timedelta(1)).isoformat()
    assert daemon.patch(f"/v1/enrolments/{enrolment['id']}", {"until": yesterday}, "rektor", version=enrolment["version"]).status_code == 200
    sent = acceptance(daemon, saksbehandlerId=daemon.id("person", "kari"))
    assert daemon.post(f"/v1/proposals/{proposal}/acceptance", sent, "rektor").status_code == FORBIDDEN
    assert daemon.post(f"/v1/proposals/{proposal}/acceptance", sent, "rektor-bru").status_code == NOT_FOUND
    assert get(daemon, proposal)["state"] == "waiting"
    assert daemon.post(f"/v1/proposals/{proposal}/refusal", {"reason": words(daemon)}, "rektor").status_code == 200


def test_X1_an_acceptance_sent_again_opens_nothing_and_answers_the_same(daemon):
    proposal, sent, key = propose(daemon)["id"], acceptance(daemon), str(uuid.uuid4())
    first, again = (daemon.post(f"/v1/proposals/{proposal}/acceptance", sent, "rektor", key=key) for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    assert daemon.post(f"/v1/proposals/{proposal}/acceptance", {**sent, "category": "annet"}, "rektor", key=key).status_code == 422
    assert [(row["operation"], row["outcome"]) for row in daemon.activity(object_id=first.json()["id"])] == [("acceptProposal", "allowed"), ("acceptProposal", "replayed")]
    reason, key, other = {"reason": words(daemon)}, str(uuid.uuid4()), propose(daemon)["id"]
    first, again = (daemon.post(f"/v1/proposals/{other}/refusal", reason, "rektor", key=key) for _ in range(2))
    assert (first.status_code, first.content) == (200, again.content)


# ---- C1 and V4 --------------------------------------------------------------------------------------------------------------

def test_C1_nothing_that_was_proposed_or_answered_stands_in_any_file(daemon):
    sent, reason = body(daemon), words(daemon, "Nei")
    made = daemon.post("/v1/proposals", sent, "kari").json()["id"]
    assert daemon.post(f"/v1/proposals/{made}/refusal", {"reason": reason}, "rektor").status_code == 200
    raw = b"".join(path.read_bytes() for path in daemon.files.data.iterdir() if path.is_file())
    assert sent["why"].encode() not in raw and reason.encode() not in raw
    row, = daemon.rows("SELECT p.*, s.key_id AS of_student FROM proposal p JOIN student s USING (student_id) WHERE proposal_id = ?", uuid.UUID(made).bytes)
    assert row["key_id"] == row["of_student"] and b"skolemiljo" not in row["sakstype"]


def test_V4_each_call_is_a_row_that_names_student_and_school(daemon):
    made = propose(daemon, "kari")["id"]
    daemon.get(f"/v1/proposals/{made}", "opener")
    daemon.get(f"/v1/proposals/{made}", "mentor")
    daemon.post(f"/v1/proposals/{made}/refusal", {"reason": words(daemon)}, "rektor")
    alva, aas = daemon.id("student", "alva"), daemon.id("school", "aas")
    rows = daemon.activity(object_id=made)
    assert {(row["object_kind"], row["student_id"], row["school_id"], row["tree_id"]) for row in rows} == {("proposal", alva, aas, aas)}
    assert [(row["operation"], row["outcome"], row["ground"]) for row in rows] == [
        ("proposePersonsak", "allowed", "P1.tie.contactTeacher"), ("getProposal", "allowed", "P1.role.caseOpener"),
        ("getProposal", "refused", "P1.unseen"), ("declineProposal", "allowed", "P1.role.rektor")]
    accepted = propose(daemon, "kari")["id"]
    opened = daemon.post(f"/v1/proposals/{accepted}/acceptance", acceptance(daemon), "rektor").json()["id"]
    row, = daemon.activity(object_id=opened)
    assert (row["operation"], row["object_kind"], row["student_id"], row["school_id"]) == ("acceptProposal", "personsak", alva, aas)


def test_L2_a_weak_login_reaches_no_proposal(daemon):
    made = propose(daemon)["id"]
    assert daemon.get(f"/v1/proposals/{made}", token=daemon.token("rektor", strong=False)).status_code == 401


def test_X4_the_change_feed_tells_of_proposals_and_what_became_of_them(daemon):
    accepted, declined = propose(daemon)["id"], propose(daemon)["id"]
    opened = daemon.post(f"/v1/proposals/{accepted}/acceptance", acceptance(daemon), "rektor").json()["id"]
    assert daemon.post(f"/v1/proposals/{declined}/refusal", {"reason": words(daemon)}, "rektor").status_code == 200
    token, found, query = daemon.token("feed", service=True, scope="changes"), [], f"?limit=100&schoolId={daemon.id('school', 'aas')}"
    more = True
    while more:
        page = daemon.get(f"/v1/changes{query}", token=token).json()
        found += [(row["kind"], row["operation"], row["id"]) for row in page["data"] if row["id"] in (accepted, declined, opened)]
        query, more = f"?limit=100&pageToken={page['pageToken']}", page["more"]
    assert found == [("proposal", "proposePersonsak", accepted), ("proposal", "proposePersonsak", declined),
                     ("personsak", "acceptProposal", opened), ("proposal", "declineProposal", declined)]
