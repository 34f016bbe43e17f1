# SPDX-License-Identifier: EUPL-1.2
"""What is damaged, or changed behind the daemon's back, costs what it touches and nothing else: never a 404 that has no row, never the
process."""
import sqlite3
import time
import uuid

import pytest

import world
from medium import fault, medium  # noqa: F401  (fixtures)


def change(files, *statements, name="trygg.db"):
    store = sqlite3.connect(files.data / name)
    store.execute("PRAGMA foreign_keys = OFF")
    store.execute("PRAGMA ignore_check_constraints = ON")
    for sql, *args in statements:
        assert store.execute(sql, args).rowcount > 0, sql
    store.commit()
    store.close()


def key(files, kind, name):
    return uuid.UUID(files.id(kind, name)).bytes


def test_C2_a_damaged_key_in_the_pool_is_passed_over(fresh_daemon, fresh_files):
    used = {row[name] for sql in ("SELECT key_id FROM person", "SELECT key_id FROM student", "SELECT key_id FROM organisation",
                                  "SELECT index_key_id AS key_id FROM organisation")
            for row in fresh_files.rows(sql) for name in ("key_id",)}
    pool = [row[0] for row in fresh_files.store("keys.db").execute("SELECT key_id FROM data_key") if row[0] not in used]
    assert len(pool) > 3
    for damaged in pool[-3:] + pool[:3]:
        change(fresh_files, ("UPDATE data_key SET wrapped = zeroblob(72) WHERE key_id = ?", damaged), name="keys.db")
    daemon = fresh_daemon(fresh_files)
    for _ in range(len(pool) + 3):
        assert daemon.create_student("rektor").status_code == 201


def test_L1_a_login_that_was_taken_away_is_a_strangers(fresh_daemon, fresh_files):
    change(fresh_files, ("DELETE FROM identity WHERE person_id = ?", key(fresh_files, "person", "rektor")))
    daemon = fresh_daemon(fresh_files)
    assert daemon.get("/v1/me", "rektor").status_code == 403
    assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "rektor").status_code == 404


def test_V2_a_person_whose_row_is_gone_is_a_fault_and_no_404(fresh_daemon, fresh_files):
    change(fresh_files, ("DELETE FROM person WHERE person_id = ?", key(fresh_files, "person", "kari")))
    daemon = fresh_daemon(fresh_files)
    assert daemon.get("/v1/me", "kari").status_code == 500


def test_V2_a_rights_epoch_that_is_gone_is_a_fault_and_no_404(fresh_daemon, fresh_files):
    change(fresh_files, ("DELETE FROM rights_epoch",))
    daemon = fresh_daemon(fresh_files)
    assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "kari").status_code == 500
    assert daemon.get("/health/ready").status_code == 503


@pytest.mark.parametrize("sql", [
    "UPDATE membership SET role = 300 WHERE person_id = ?", "UPDATE membership SET role = -1 WHERE person_id = ?",
    "UPDATE membership SET until_day = 99999999999 WHERE person_id = ?", "UPDATE tie SET kind = 77 WHERE person_id = ?",
    "UPDATE tie SET from_day = -99999999999 WHERE person_id = ?",
])
def test_a_code_or_day_out_of_range_is_a_fault_and_the_process_lives(fresh_daemon, fresh_files, sql):
    change(fresh_files, (sql, key(fresh_files, "person", "kari")))
    daemon = fresh_daemon(fresh_files)
    answers = [daemon.get(path, "kari").status_code for path in ("/v1/me", f"/v1/students/{daemon.id('student', 'alva')}", "/v1/students")]
    assert 500 in answers and set(answers) <= {200, 500}
    assert daemon.get("/v1/me", "rektor").status_code == 200


def test_S2_rights_that_have_ended_do_not_pile_up(fresh_daemon, fresh_files):
    """Seventy past ties and three hundred past enrolments change no answer, for those who see and for those who do not."""
    kari, alva, aas = key(fresh_files, "person", "kari"), key(fresh_files, "student", "alva"), key(fresh_files, "school", "aas")
    ties = [("INSERT INTO tie VALUES (?, ?, ?, 2, 'local', 0, 1, 1)", uuid.uuid4().bytes, alva, kari) for _ in range(70)]
    enrolments = [("INSERT INTO enrolment VALUES (?, ?, ?, 0, 1, 1)", uuid.uuid4().bytes, alva, aas) for _ in range(300)]
    roles = [("INSERT INTO membership SELECT ?, organisation_id, ?, ?, 3, 0, 1, 1 FROM organisation LIMIT 1",
              uuid.uuid4().bytes, kari, aas) for _ in range(600)]
    change(fresh_files, *ties, *enrolments, *roles)
    daemon = fresh_daemon(fresh_files)
    path = f"/v1/students/{daemon.id('student', 'alva')}"
    assert daemon.get(path, "kari").json()["ground"] == "S2.tie.contactTeacher"
    assert len(daemon.get(path, "kari").json()["enrolments"]) == 1
    assert daemon.get(path, "teacher-untied").status_code == 404
    assert daemon.get("/v1/students", "kari").status_code == 200
    assert daemon.get("/v1/me", "kari").status_code == 200
    assert daemon.create_student("rektor", contactTeacherId=daemon.id("person", "kari")).status_code == 201


def test_S1_groups_of_another_organisation_cannot_be_probed(daemon):
    token = daemon.token("registry", service=True, scope="provision")
    answers = [daemon.create_student("rektor", "tall", world.SKOG, token=token, groupId=group, givenName="En", familyName="Xqgruppe")
               for group in (daemon.id("group", "7a", world.SKOG), str(uuid.uuid4()), daemon.id("group", "5a"))]
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1


def test_V4_the_row_of_a_replay_names_the_student_too(daemon):
    body = {"schoolId": daemon.id("school", "aas"), "givenName": "En", "familyName": "Xqomigjen"}
    retry = str(uuid.uuid4())
    first = daemon.post("/v1/students", body, "kari", key=retry)
    daemon.post("/v1/students", body, "kari", key=retry)
    rows = daemon.activity(student_id=first.json()["id"], operation="createStudent")
    assert [row["outcome"] for row in rows] == ["allowed", "replayed"]


def test_S1_an_enrolment_that_is_over_is_none(daemon):
    answer = daemon.create_student("kari", enrolledFrom="2020-01-01", enrolledUntil="2020-01-02")
    assert (answer.status_code, [row["name"] for row in answer.json()["errors"]]) == (400, ["/enrolledUntil"])


def test_ready_says_that_the_disk_is_full(medium):  # noqa: F811
    daemon, broken = medium
    assert daemon.get("/health/ready").status_code == 200
    broken.write_text("write trygg")
    time.sleep(1.1)  # ready is looked at once a second
    assert daemon.get("/health/ready").status_code == 503
    broken.write_text("")
    time.sleep(1.1)
    assert daemon.get("/health/ready").status_code == 200
