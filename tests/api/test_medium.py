# SPDX-License-Identifier: EUPL-1.2
"""When the medium fails under a running daemon (docs/architecture.md, the writer): a full disk costs the batch and nothing else; an
I/O error on COMMIT means unknown, the process ends, and recovery and the idempotency key decide. The failing calls come from
tests/faults/preload.c."""
import os
import time
import uuid

import pytest
import requests

import contract_model
from daemon import run_tryggd
from medium import EXIT_COMMIT_UNKNOWN, arm, assert_it_ends, fault, medium, shimmed  # noqa: F401  (fixtures)

POOL = 256                 # keys made ahead of time


def integrity(daemon):
    return daemon.rows("PRAGMA integrity_check")


def body(daemon):
    mark = uuid.uuid4().hex[:8]
    return {"schoolId": daemon.id("school", "aas"), "givenName": "En" + mark, "familyName": "Xq" + mark}


def assert_stored_once(daemon, student):
    assert len(daemon.activity(operation="createStudent", object_id=student, outcome="allowed")) == 1
    assert daemon.rows("SELECT count(*) AS n FROM student WHERE student_id = ?", uuid.UUID(student).bytes) == [{"n": 1}]


def test_a_full_disk_stores_nothing_discloses_nothing_and_passes(medium):
    daemon, fault = medium
    path, sent = f"/v1/students/{daemon.id('student', 'alva')}", body(daemon)
    before = daemon.rows("SELECT count(*) AS n FROM student"), daemon.rows("SELECT count(*) AS n FROM activity")
    arm(fault, "write trygg")
    for _ in range(3):
        assert daemon.post("/v1/students", sent, "kari", key="full").status_code == 503
        assert daemon.get(path, "kari").status_code == 503
        assert daemon.get(path, "teacher-untied").status_code == 503
    arm(fault, "")
    assert (daemon.rows("SELECT count(*) AS n FROM student"), daemon.rows("SELECT count(*) AS n FROM activity")) == before
    assert daemon.get(path, "kari").status_code == 200
    assert daemon.post("/v1/students", sent, "kari", key="full").status_code == 201
    assert integrity(daemon) == [{"integrity_check": "ok"}]


def test_an_unknown_commit_is_503_and_the_process_ends_and_a_retry_is_safe(medium):
    daemon, fault = medium
    sent = body(daemon)
    arm(fault, "sync trygg")
    answer = daemon.request("POST", "/v1/students", "kari", json=sent, key="unknown", check=False)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:problem-type:trygg:outcome-unknown"
    assert_it_ends(daemon)
    arm(fault, "")
    daemon.start()
    first = daemon.post("/v1/students", sent, "kari", key="unknown")
    again = daemon.post("/v1/students", sent, "kari", key="unknown")
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert_stored_once(daemon, first.json()["id"])
    assert integrity(daemon) == [{"integrity_check": "ok"}]


@pytest.mark.parametrize("path", ["/v1/students/{alva}", "/v1/students", "/v1/me"])
def test_an_unlogged_read_is_not_answered_when_the_commit_is_unknown(medium, path):
    daemon, fault = medium
    path = path.format(alva=daemon.id("student", "alva"))
    arm(fault, "sync trygg")
    answer = daemon.request("GET", path, "kari", check=False)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:problem-type:trygg:outcome-unknown"
    assert "Qalva" not in answer.text and "Elevalva" not in answer.text
    assert_it_ends(daemon)
    arm(fault, "")
    daemon.start()
    assert daemon.get(path, "kari").status_code == 200


# ---- Every operation -----------------------------------------------------------------------------------------------------------

# Even a refusal needs its row: what the example of an operation asks for need not exist.
LOGGED = [(method, template) for method, template, operation_id in contract_model.model().operations()
          if contract_model.model().needs_login(method, template)]


def ask_example(daemon, method, template, **options):
    path, query, headers, data = contract_model.model().example_request(method, template)
    return daemon.request(method, path, "owner", params=query, headers=headers, data=data, **options)


def test_V2_no_operation_answers_on_a_full_disk(medium):
    daemon, fault = medium
    arm(fault, "write trygg")
    for method, template in LOGGED:
        answer = ask_example(daemon, method, template)
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:problem-type:trygg:unavailable"), (method, template)


@pytest.mark.parametrize("method,template", LOGGED)
def test_V2_no_operation_answers_when_the_commit_of_its_row_is_unknown(medium, method, template):
    daemon, fault = medium
    arm(fault, "sync trygg")
    answer = ask_example(daemon, method, template, check=False)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:problem-type:trygg:outcome-unknown")
    assert_it_ends(daemon)
    daemon.process = None


# ---- The keys ------------------------------------------------------------------------------------------------------------------

def test_an_unknown_commit_of_the_keys_ends_the_process_and_a_retry_is_safe(medium):
    daemon, fault = medium
    sent = body(daemon)
    arm(fault, "sync keys")
    first = daemon.post("/v1/students", sent, "kari", key="keys", check=False)   # with a key of the pool, which is then filled up
    assert first.status_code == 201
    assert_it_ends(daemon)
    arm(fault, "")
    daemon.start()
    again = daemon.post("/v1/students", sent, "kari", key="keys")
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert_stored_once(daemon, first.json()["id"])


def test_a_call_whose_own_key_cannot_be_made_stores_nothing(medium):
    daemon, fault = medium
    session, sent = requests.Session(), body(daemon)
    create = lambda **options: daemon.post("/v1/students", sent, token=token, session=session, **options)
    token = daemon.token("kari")
    arm(fault, "write keys")
    answers = [create() for _ in range(POOL + 1)]
    assert {answer.status_code for answer in answers[:200]} == {201}
    assert answers[-1].status_code == 503, "the pool should be empty"
    before = daemon.rows("SELECT count(*) AS n FROM student")

    arm(fault, "sync keys")
    with pytest.raises(requests.RequestException):   # in the end nobody answers
        for _ in range(1000):
            answer = create(key="own", check=False)
            assert answer.json()["type"] == "urn:problem-type:trygg:unavailable"   # nothing of this call was submitted
            time.sleep(0.01)
    assert_it_ends(daemon)
    assert daemon.rows("SELECT count(*) AS n FROM student") == before

    arm(fault, "")
    daemon.start()
    first, again = create(key="own"), create(key="own")
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert_stored_once(daemon, first.json()["id"])


def test_a_start_whose_keys_end_unknown_is_no_start(fresh_files, fault):
    arm(fault, "sync keys")
    done = run_tryggd("serve", "--config", fresh_files.config, env={**os.environ, **shimmed(fault)})
    assert (done.returncode, done.stdout) == (EXIT_COMMIT_UNKNOWN, "")
    assert [line for line in done.stderr.splitlines() if "commit-unknown" in line]
