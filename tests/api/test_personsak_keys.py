# SPDX-License-Identifier: EUPL-1.2
"""X1: the key of one thing is not taken for another, whatever is done with it."""
import datetime
import uuid

import cases
import world


def answers(daemon, first, second, body=None):
    """What both paths answer to one key."""
    key = str(uuid.uuid4())
    return [daemon.post(path, body, "rektor", key=key) for path in (first, second)]


def check(done, refused):
    assert done.status_code == 200, done.text
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:problem-type:trygg:key-reused")


def test_X1_the_key_of_one_hand_over_is_not_taken_for_another(daemon):
    student = cases.new_student(daemon)
    first, second = (cases.open_case(daemon, student=student, saksbehandler="kari")["id"] for _ in range(2))
    check(*answers(daemon, f"/v1/personsaker/{first}/handover", f"/v1/personsaker/{second}/handover",
                   {"saksbehandlerId": daemon.id("person", "teacher")}))
    assert cases.case(daemon, second)["saksbehandler"]["personId"] == daemon.id("person", "kari")


def test_X1_the_key_of_one_refusal_is_not_taken_for_another(daemon):
    first, second = (cases.propose(daemon)["id"] for _ in range(2))
    check(*answers(daemon, f"/v1/proposals/{first}/refusal", f"/v1/proposals/{second}/refusal", {"reason": cases.words(daemon)}))
    assert daemon.get(f"/v1/proposals/{second}", "rektor").json()["state"] == "waiting"


def test_X1_the_key_of_one_completion_is_not_taken_for_another(daemon):
    day = (world.today() + datetime.timedelta(10)).isoformat()
    body = {"schoolId": daemon.id("school", "aas"), "kind": "moves", "date": day}
    first, second = (daemon.post(f"/v1/students/{cases.new_student(daemon)}/departures", body, "rektor").json()["id"] for _ in range(2))
    check(*answers(daemon, f"/v1/departures/{first}/completion", f"/v1/departures/{second}/completion"))
    assert daemon.get(f"/v1/departures/{second}", "rektor").json()["state"] == "pending"
