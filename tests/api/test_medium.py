# SPDX-License-Identifier: EUPL-1.2
"""When the medium fails under a running daemon (ARCHITECTURE.md, "When it goes wrong"): a full disk costs the batch and nothing else; an
I/O error on COMMIT means unknown, the process ends, and recovery and the idempotency key decide. The failing calls come from
tests/faults/preload.c."""
import time
import uuid

import pytest

from daemon import BUILD

SHIM = BUILD / "tests" / "libfault_preload.so"


def sanitized():
    cache = (BUILD / "CMakeCache.txt").read_text()
    return any(line.startswith("TRYGG_SANITIZE:") and line.split("=", 1)[1] for line in cache.splitlines())


@pytest.fixture
def medium(fresh_daemon, tmp_path):
    """A daemon and a file: "sync" or "write" in the file makes the log of the data fail so."""
    if sanitized():
        pytest.skip("a sanitizer's runtime must be loaded first: the same faults are injected below the store in tests/faults")
    assert SHIM.exists(), f"{SHIM} is not built"
    fault = tmp_path / "fault"
    fault.write_text("")
    return fresh_daemon(env={"LD_PRELOAD": str(SHIM), "TRYGG_FAULT": str(fault)}), fault


def integrity(daemon):
    return daemon.rows("PRAGMA integrity_check")


def body(daemon):
    mark = uuid.uuid4().hex[:8]
    return {"schoolId": daemon.id("school", "aas"), "givenName": "En" + mark, "familyName": "Xq" + mark}


def test_a_full_disk_stores_nothing_discloses_nothing_and_passes(medium):
    daemon, fault = medium
    path, sent = f"/v1/students/{daemon.id('student', 'alva')}", body(daemon)
    before = daemon.rows("SELECT count(*) AS n FROM student"), daemon.rows("SELECT count(*) AS n FROM activity")
    fault.write_text("write")
    for _ in range(3):
        assert daemon.post("/v1/students", sent, "kari", key="full").status_code == 503
        assert daemon.get(path, "kari").status_code == 503
        assert daemon.get(path, "teacher-untied").status_code == 503
    fault.write_text("")
    assert (daemon.rows("SELECT count(*) AS n FROM student"), daemon.rows("SELECT count(*) AS n FROM activity")) == before
    assert daemon.get(path, "kari").status_code == 200
    assert daemon.post("/v1/students", sent, "kari", key="full").status_code == 201
    assert integrity(daemon) == [{"integrity_check": "ok"}]


def test_an_unknown_commit_is_503_and_the_process_ends_and_a_retry_is_safe(medium):
    daemon, fault = medium
    sent = body(daemon)
    fault.write_text("sync")
    answer = daemon.request("POST", "/v1/students", "kari", json=sent, key="unknown", check=False)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:problem-type:trygg:outcome-unknown"
    deadline = time.monotonic() + 20
    while daemon.alive():
        assert time.monotonic() < deadline, "the process goes on after an unknown commit"
        time.sleep(0.05)
    code = daemon.process.wait()
    assert code > 0
    daemon.process.stdout.close()
    fault.write_text("")
    daemon.start()
    first = daemon.post("/v1/students", sent, "kari", key="unknown")
    again = daemon.post("/v1/students", sent, "kari", key="unknown")
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    rows = daemon.activity(operation="createStudent", object_id=first.json()["id"], outcome="allowed")
    assert len(rows) == 1
    assert integrity(daemon) == [{"integrity_check": "ok"}]


def test_an_unlogged_read_is_not_answered_when_the_commit_is_unknown(medium):
    daemon, fault = medium
    fault.write_text("sync")
    answer = daemon.request("GET", f"/v1/students/{daemon.id('student', 'alva')}", "kari", check=False)
    assert answer.status_code == 503
    assert "Qalva" not in answer.text and "Elevalva" not in answer.text
    code = daemon.process.wait(timeout=20)
    assert code > 0
    daemon.process.stdout.close()
    fault.write_text("")
    daemon.start()
    assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "kari").status_code == 200
