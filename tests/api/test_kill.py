# SPDX-License-Identifier: EUPL-1.2
"""kill -9 during writes: no acknowledged write is lost, no student is there without its activity row, no acknowledged read without
its own (V2). TRYGG_KILL_CYCLES says how often (default 20)."""
import os
import random
import threading
import time
import uuid

import requests

CYCLES = int(os.environ.get("TRYGG_KILL_CYCLES", "20"))
WRITERS, READERS = 3, 2


class Crowd:
    """Clients that create and read until the daemon dies under them; they note what was acknowledged."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.created = []   # (id, request id)
        self.read = []      # (id, request id)
        self.unknown = []   # Idempotency-Key and body of a call whose answer never came
        self.wrong = []
        self.over = threading.Event()
        self.token = daemon.token("rektor")

    def create(self):
        mark = uuid.uuid4().hex
        body = {"schoolId": self.daemon.id("school", "aas"), "givenName": "Ny" + mark, "familyName": "Xq" + mark}
        try:
            answer = self.daemon.post("/v1/students", body, token=self.token, key=mark, check=False)
        except requests.RequestException:
            self.unknown.append((mark, body))
            return False
        if answer.status_code == 201:
            self.created.append((answer.json()["id"], answer.headers["X-Request-Id"]))
        elif answer.status_code != 503:
            self.wrong.append((answer.status_code, answer.text))
        return True

    def look(self):
        if not self.created:
            time.sleep(0.001)
            return True
        student = random.choice(self.created)[0]
        try:
            answer = self.daemon.get("/v1/students/" + student, token=self.token, check=False)
        except requests.RequestException:
            return False
        if answer.status_code == 200:
            self.read.append((student, answer.headers["X-Request-Id"]))
        elif answer.status_code != 503:
            self.wrong.append((answer.status_code, answer.text))
        return True

    def run(self, step):
        while not self.over.is_set() and step():
            pass

    def storm_and_kill(self):
        threads = [threading.Thread(target=self.run, args=(step,)) for step in [self.create] * WRITERS + [self.look] * READERS]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.02, 0.25))
        self.daemon.kill()
        self.over.set()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()


def check_store(daemon, created, read):
    rows = [row for row in daemon.activity() if row["outcome"] in ("allowed", "replayed")]
    creates = [row for row in rows if row["operation"] == "createStudent" and row["outcome"] == "allowed"]
    by_request = {(row["request_id"], row["object_id"]) for row in rows}
    stored = {str(uuid.UUID(bytes=row["student_id"])) for row in daemon.rows("SELECT student_id FROM student")}
    seeded = set(daemon.files.ids["fjord"]["students"].values()) | set(daemon.files.ids["skog"]["students"].values())

    assert [row["integrity_check"] for row in daemon.rows("PRAGMA integrity_check")] == ["ok"]
    assert daemon.rows("PRAGMA foreign_key_check") == []
    lost = [student for student, _ in created if student not in stored]
    assert not lost, f"{len(lost)} acknowledged students are lost"
    assert sorted(row["object_id"] for row in creates) == sorted(stored - seeded), "each student has exactly its create row"
    unlogged = [pair for pair in [(request, student) for student, request in created + read] if pair not in by_request]
    assert not unlogged, f"{len(unlogged)} acknowledged calls have no row"
    for tree in daemon.rows("SELECT tree_id, size FROM activity_tree"):
        indexes = [row["leaf_index"] for row in daemon.rows("SELECT leaf_index FROM activity WHERE tree_id = ? ORDER BY 1", tree["tree_id"])]
        assert indexes == list(range(tree["size"])), "a tree has no hole"


def test_V2_kill_9_during_writes_loses_nothing_acknowledged(fresh_daemon):
    daemon = fresh_daemon()
    created, read = [], []
    for cycle in range(CYCLES):
        crowd = Crowd(daemon)
        crowd.storm_and_kill()
        assert not crowd.wrong, crowd.wrong[:3]
        created += crowd.created
        read += crowd.read
        daemon.start()
        for student, _ in crowd.created[-5:]:
            assert daemon.get("/v1/students/" + student, "rektor").status_code == 200
        for key, body in crowd.unknown[:2]:   # X1: the same call again is safe, whatever became of the first
            answer = daemon.post("/v1/students", body, "rektor", key=key)
            assert answer.status_code == 201
            created.append((answer.json()["id"], answer.headers["X-Request-Id"]))
        if cycle % 20 == 19 or cycle == CYCLES - 1:
            check_store(daemon, created, read)
    assert len(created) > CYCLES, "the cycles wrote next to nothing"
