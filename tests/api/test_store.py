# SPDX-License-Identifier: EUPL-1.2
"""C1–C3 in the files of a real daemon: what a thief of the files reads, and what happens to a ciphertext that was moved."""
import sqlite3
import uuid

import pytest

import world


def files_of(files):
    return [path for path in files.data.iterdir() if path.is_file()]


def test_C1_no_file_of_the_store_holds_a_name_a_number_or_a_login(fresh_daemon):
    daemon = fresh_daemon()
    made = daemon.create_student("rektor", givenName="Zebulon", familyName="Xqtyveri", civicNumber="20991231-2387")
    assert made.status_code == 409  # the number is alva's: it was looked up, and must not lie around
    daemon.create_student("rektor", givenName="Zebulon", familyName="Xqtyveri")
    public = {"Qorg", "Fjordvik kommune Qorg", "Skogstorp kommun Qorg", "Qaas skole", "Qbru skole", "Qtallskolan", "Qgranskolan"}
    secrets = (world.words(world.seed()) | {"Zebulon", "Xqtyveri", "209912312387", "kari", "two-schools",
                                            world.ORGANISATIONS[world.FJORD]["issuer"]}) - public
    for path in files_of(daemon.files):
        content = path.read_bytes()
        found = [word for word in secrets if len(word) >= 4 and (word.encode() in content or word.encode("utf-16-le") in content)]
        assert not found, (path.name, found[:5])
    daemon.stop()
    for path in files_of(daemon.files):
        assert not [word for word in secrets if len(word) >= 4 and word.encode() in path.read_bytes()]


def test_C2_each_student_and_person_has_a_key_of_its_own(daemon):
    keys = [row["key_id"] for row in daemon.rows("SELECT key_id FROM student UNION ALL SELECT key_id FROM person")]
    keys += [row[name] for row in daemon.rows("SELECT key_id, index_key_id FROM organisation") for name in ("key_id", "index_key_id")]
    assert len(keys) == len(set(keys)) > 40
    stored = {row["key_id"] for row in daemon.files.store("keys.db").execute("SELECT key_id FROM data_key")}
    assert set(keys) <= stored


def test_C1_equal_values_have_unlike_ciphertexts(daemon):
    ids = [daemon.create_student("rektor", givenName="Like", familyName="Xqlike").json()["id"] for _ in range(2)]
    rows = [daemon.rows("SELECT given_name, family_name FROM student WHERE student_id = ?", uuid.UUID(key).bytes)[0] for key in ids]
    assert rows[0]["given_name"] != rows[1]["given_name"]
    assert rows[0]["given_name"] != rows[0]["family_name"]


MOVES = {
    "to another row": "UPDATE student SET given_name = (SELECT given_name FROM student WHERE student_id = :other) WHERE student_id = :one",
    "to another column": "UPDATE student SET given_name = family_name WHERE student_id = :one",
    "to another table": "UPDATE student SET given_name = (SELECT given_name FROM person LIMIT 1) WHERE student_id = :one",
    "with its key to another student":
        "UPDATE student SET key_id = (SELECT key_id FROM person LIMIT 1) WHERE student_id = :one",
    "to another version": "UPDATE student SET version = version + 1 WHERE student_id = :one",
    "a civic number of another":
        "UPDATE student SET civic_number = (SELECT civic_number FROM student WHERE student_id = :other) WHERE student_id = :one",
    "cut short": "UPDATE student SET given_name = substr(given_name, 1, length(given_name) - 1) WHERE student_id = :one",
    "emptied": "UPDATE student SET given_name = zeroblob(0) WHERE student_id = :one",
}


@pytest.mark.parametrize("move", MOVES)
def test_C3_a_moved_ciphertext_is_refused(fresh_daemon, fresh_files, move):
    one, other = fresh_files.id("student", "alva"), fresh_files.id("student", "birk")
    with sqlite3.connect(fresh_files.data / "trygg.db") as store:
        changed = store.execute(MOVES[move], {"one": uuid.UUID(one).bytes, "other": uuid.UUID(other).bytes})
        assert changed.rowcount == 1
    store.close()
    daemon = fresh_daemon(fresh_files)
    answer = daemon.get(f"/v1/students/{one}", "kari")
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:problem-type:trygg:internal"
    assert daemon.get(f"/v1/students/{other}", "hanne").status_code == 200


def test_C3_a_students_rows_swapped_whole_are_refused(fresh_daemon, fresh_files):
    """Every sealed column, the key and the version of one student under the id of another."""
    one, other = uuid.UUID(fresh_files.id("student", "alva")).bytes, uuid.UUID(fresh_files.id("student", "birk")).bytes
    nobodys = fresh_files.store("keys.db").execute("SELECT max(key_id) FROM data_key").fetchone()[0]   # the newest of the pool
    with sqlite3.connect(fresh_files.data / "trygg.db") as store:
        key, given, family, civic = store.execute(
            "SELECT key_id, given_name, family_name, civic_number FROM student WHERE student_id = ?", (other,)).fetchone()
        store.execute("UPDATE student SET key_id = ? WHERE student_id = ?", (nobodys, other))
        store.execute("UPDATE student SET key_id = ?, given_name = ?, family_name = ?, civic_number = ? WHERE student_id = ?",
                      (key, given, family, civic, one))
    store.close()
    daemon = fresh_daemon(fresh_files)
    assert daemon.get(f"/v1/students/{uuid.UUID(bytes=one)}", "kari").status_code == 500
    assert daemon.get(f"/v1/students/{uuid.UUID(bytes=other)}", "hanne").status_code == 500


def test_V3_rows_cannot_be_changed_from_outside_without_dropping_the_triggers(fresh_files):
    store = sqlite3.connect(fresh_files.data / "trygg.db")
    for sql in ("UPDATE activity SET ground = 'x'", "DELETE FROM activity", "DELETE FROM activity_tree",
                "UPDATE activity_tree SET size = 0 WHERE size > 0"):
        with pytest.raises(sqlite3.DatabaseError):
            store.execute(sql)
    store.close()


def test_S3_a_broken_card_fails_the_list_and_says_nothing(fresh_daemon, fresh_files):
    with sqlite3.connect(fresh_files.data / "trygg.db") as store:
        store.execute(MOVES["to another column"], {"one": uuid.UUID(fresh_files.id("student", "alva")).bytes})
    store.close()
    daemon = fresh_daemon(fresh_files)
    answer = daemon.get("/v1/students", "rektor")
    assert answer.status_code == 500
    assert set(answer.json()) <= {"type", "title", "status", "detail"}
