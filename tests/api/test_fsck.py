# SPDX-License-Identifier: EUPL-1.2
"""tryggd fsck: whatever was changed in a store behind the daemon's back is found, and told with its place; a store that is whole is said
to be, and nothing in it is changed. V3, C3."""
import hashlib
import json
import os
import pty
import random
import sqlite3
import subprocess
import time
import uuid

import pytest
import requests

import merkle
import world
from daemon import TRYGGD, Daemon, copy_files, run_tryggd
from sqlite_pages import Pages
from starting import DATA, NO_INPUT, NO_PERMISSION, UNAVAILABLE, USAGE, refused

ROWS = 700   # of the log of one school: two tiles that are full, and one that is not
SEEDS = int(os.environ.get("TRYGG_SEEDS", "300"))


@pytest.fixture(scope="module")
def logged(tmp_path_factory, made):
    """Files of a house that was used for a while and stopped: never changed."""
    files = copy_files(made, tmp_path_factory.mktemp("logged"))
    daemon = Daemon(files).start()
    try:
        for _ in range(5):
            assert daemon.create_student("rektor").status_code == 201
        token, session = daemon.token("rektor"), requests.Session()
        path = f"{daemon.url}/v1/students/{daemon.id('student', 'alva')}"
        for _ in range(ROWS):
            assert session.get(path, headers={"Authorization": f"Bearer {token}"}, timeout=30).status_code == 200
        assert daemon.get("/v1/students", "rektor").status_code == 200
        for log in (daemon.id("school", "aas"), world.ORGANISATIONS[world.FJORD]["id"]):
            assert daemon.post(f"/v1/logs/{log}/checkpoint", who="owner").status_code in (200, 201)
        for _ in range(2):
            assert daemon.get(path.removeprefix(daemon.url), "rektor").status_code == 200   # behind the checkpoint
        wait_for_look_ups(files)
        daemon.stop()
    finally:
        if daemon.process is not None:
            daemon.kill()
    return files


def wait_for_look_ups(files):
    """Until the chore has come to the rows that are there by now; what it writes is not of the log."""
    size = files.rows("SELECT size FROM activity_tree WHERE tree_id = ?", tree(files))[0]["size"]
    deadline = time.monotonic() + 30
    while files.rows("SELECT COALESCE(MAX(looked_up), 0) AS n FROM activity_lookup WHERE tree_id = ?", tree(files))[0]["n"] < size:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def files(logged, tmp_path):
    return copy_files(logged, tmp_path / "house")


def fsck(files, *args, code=None):
    done = run_tryggd("fsck", "--config", files.config, "--json", *args, timeout=120)
    assert done.returncode in (0, 1), (done.returncode, done.stderr)
    assert done.stderr == ""
    report = json.loads(done.stdout)
    assert report["whole"] == (done.returncode == 0) == (report["found"] == 0)
    assert len(report["findings"]) == min(report["found"], 100)
    if code is not None:
        assert done.returncode == code, report["findings"]
    return report


def aas(files):
    return files.id("school", "aas")


def names(report, tree, row):
    """Whether a finding names this row of this tree."""
    return any(finding.get("id") == tree and finding.get("firstRow", 1) <= row <= finding.get("lastRow", 0) for finding in report["findings"])


def change(files, *statements, name="trygg.db"):
    """By hand, with everything off that would stand in the way; the triggers are put back."""
    store = sqlite3.connect(files.data / name, isolation_level=None)
    for pragma in ("foreign_keys = OFF", "ignore_check_constraints = ON", "recursive_triggers = OFF"):
        store.execute(f"PRAGMA {pragma}")
    triggers = store.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for trigger, _ in triggers:
        store.execute(f"DROP TRIGGER {trigger}")
    store.execute("BEGIN")
    for sql, *args in statements:
        assert store.execute(sql, args).rowcount > 0, sql
    store.execute("COMMIT")
    for _, sql in triggers:
        store.execute(sql)
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def tree(files):
    return uuid.UUID(aas(files)).bytes


# ---- A store that is whole ------------------------------------------------------------------------------------------------------

def digest(files):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files.data.iterdir() if not path.name.endswith("-shm")}


def test_V3_a_store_that_is_whole_is_said_to_be_and_left_as_it_is(files):
    before = digest(files)
    report = fsck(files, code=0)
    assert digest(files) == before
    counts = {name: files.rows(f"SELECT COUNT(*) AS n FROM {name}")[0]["n"] for name in
              ("activity", "activity_tree", "activity_node", "checkpoint", "activity_of_actor", "activity_of_student")}
    assert report["rows"] == counts["activity"] >= ROWS
    assert (report["trees"], report["keptRoots"], report["checkpoints"]) == (counts["activity_tree"], counts["activity_node"], counts["checkpoint"])
    assert report["lookUps"] == counts["activity_of_actor"] + counts["activity_of_student"] > ROWS
    assert report["keptRoots"] >= 2 and report["checkpoints"] >= 2 and report["rowsNotSignedFor"] >= 1
    assert report["sealedColumns"] > report["sealedRows"] > 0 and report["keysStored"] > report["keysNamed"] > 0


def test_the_report_says_it_in_plain_words(files):
    done = run_tryggd("fsck", "--config", files.config)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "the store is whole"
    change(files, ("UPDATE activity SET ground = 'S2.family' WHERE tree_id = ? AND leaf_index = 3", tree(files)))
    done = run_tryggd("fsck", "--config", files.config)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"activity of {aas(files)}, rows 0 to 255: ")
    assert done.stdout.splitlines()[-1] == "THE STORE IS DAMAGED"
    assert not [secret for secret in files.secrets() if secret in done.stdout]


def test_C2_without_content_no_master_key_is_needed(files):
    files.master_key.unlink()
    report = fsck(files, "--no-content", code=0)
    assert report["rows"] >= ROWS and "sealedColumns" not in report
    refused(files, NO_INPUT, "master.key", command="fsck")


def test_what_was_written_last_may_still_be_in_the_write_ahead_log(fresh_daemon, files):
    daemon = fresh_daemon(files)
    assert daemon.create_student("rektor").status_code == 201
    daemon.kill()
    before = digest(files)
    assert (files.data / "trygg.db-wal").stat().st_size > 0
    fsck(files, code=0)
    assert digest(files) == before


def test_a_store_in_use_is_not_looked_at(fresh_daemon, files):
    fresh_daemon(files)
    refused(files, UNAVAILABLE, "in use", command="fsck")


def test_a_store_of_an_older_version_is_brought_up_to_date_first(files):
    store = sqlite3.connect(files.data / "trygg.db")
    version = store.execute("PRAGMA user_version").fetchone()[0]
    store.execute(f"PRAGMA user_version = {version - 1}")
    store.close()
    refused(files, DATA, "older version", command="fsck")


def test_other_keys_than_the_stores_are_told_as_at_a_start(files):
    log_key = files.folder / "log.key"
    kept = log_key.read_text()
    log_key.unlink()
    refused(files, NO_INPUT, "log-key create", command="fsck")
    log_key.write_text(kept)
    log_key.chmod(0o644)
    refused(files, NO_PERMISSION, "log.key", command="fsck")
    log_key.chmod(0o600)
    files.master_key.write_text("00" * 32 + "\n")
    refused(files, DATA, "not the master key", command="fsck")


@pytest.mark.parametrize("args", [("--json", "yes"), ("--json", "--json"), ("--repair",), ("--ids", "x")])
def test_options_that_it_does_not_take_are_refused(files, args):
    refused(files, USAGE, command="fsck", args=args)


def test_on_a_terminal_it_shows_how_far_it_is(files):
    ours, theirs = pty.openpty()
    done = subprocess.run([TRYGGD, "fsck", "--config", files.config], stdout=subprocess.PIPE, stderr=theirs, timeout=60, check=False)
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert done.returncode == 0 and done.stdout.endswith(b"the store is whole\n")
    assert "rows of the log [" in shown and shown.endswith("\r\033[K")


# ---- A hex editor ---------------------------------------------------------------------------------------------------------------

def places(files):
    """(tree, leaf) of each row, in the order of the table."""
    return [(str(uuid.UUID(bytes=row["tree_id"])), row["leaf_index"])
            for row in files.rows("SELECT tree_id, leaf_index FROM activity ORDER BY tree_id, leaf_index")]


def test_V3_every_byte_of_a_row_that_is_changed_in_the_file_is_found(files):
    path, draw = files.data / "trygg.db", random.Random(SEEDS)
    pages, rows = Pages(path), places(files)
    extents = list(pages.rows("activity"))
    assert len(extents) == len(rows)
    lost = []
    with open(path, "r+b", buffering=0) as file:
        for _ in range(SEEDS):
            number = draw.randrange(len(rows))
            at, bits = draw.choice(extents[number]), draw.randrange(1, 256)
            os.pwrite(file.fileno(), bytes([pages.data[at] ^ bits]), at)
            report = fsck(files, "--no-content")
            os.pwrite(file.fileno(), pages.data[at:at + 1], at)
            if not names(report, *rows[number]):
                lost.append((rows[number], extents[number].index(at), bits, report["findings"][:3]))
    assert not lost, (len(lost), lost[:5])
    fsck(files, code=0)


def test_C3_bytes_of_a_sealed_column_that_are_changed_in_the_file_are_found(files):
    path, draw = files.data / "trygg.db", random.Random(7)
    pages = Pages(path)
    students = files.rows("SELECT student_id, given_name FROM student ORDER BY student_id")
    with open(path, "r+b", buffering=0) as file:
        for row in draw.sample(students, min(20, len(students))):
            at = pages.data.index(row["given_name"]) + draw.randrange(len(row["given_name"]))
            os.pwrite(file.fileno(), bytes([pages.data[at] ^ 1 << draw.randrange(8)]), at)
            report = fsck(files, code=1)
            os.pwrite(file.fileno(), pages.data[at:at + 1], at)
            assert [(finding["table"], finding["column"], finding["id"]) for finding in report["findings"]] == [
                ("student", "given_name", str(uuid.UUID(bytes=row["student_id"])))]


# ---- Raw SQL --------------------------------------------------------------------------------------------------------------------

SHIFT = 1 << 40   # places out of the way
COLUMNS = ("at, organisation_id, actor_kind, actor_id, actor_mark, behalf_id, client, operation, object_kind, object_id, student_id, school_id, "
           "outcome, ground, request_id, shown")


def swap(one, other):
    return [(f"UPDATE activity SET leaf_index = leaf_index + {SHIFT} WHERE tree_id = :t AND leaf_index IN ({one}, {other})",),
            (f"UPDATE activity SET leaf_index = {one} + {other} - (leaf_index - {SHIFT}) WHERE tree_id = :t AND leaf_index >= {SHIFT}",)]


def copy_row(source, to):
    return (f"INSERT INTO activity (tree_id, leaf_index, {COLUMNS}) SELECT tree_id, {to}, {COLUMNS} FROM activity "
            f"WHERE tree_id = :t AND leaf_index = {source}",)


def remove(first, last):
    return (f"DELETE FROM activity WHERE tree_id = :t AND leaf_index BETWEEN {first} AND {last}",)


def move(from_row, by):
    return [(f"UPDATE activity SET leaf_index = leaf_index + {SHIFT} WHERE tree_id = :t AND leaf_index >= {from_row}",),
            (f"UPDATE activity SET leaf_index = leaf_index - {SHIFT} + {by} WHERE tree_id = :t AND leaf_index >= {SHIFT}",)]


HEAD = "UPDATE activity_tree SET {} WHERE tree_id = :t"


def attacked(files, statements):
    change(files, *[(sql.replace(":t", "x'" + tree(files).hex() + "'"), *args) for sql, *args in statements])
    return fsck(files, "--no-content", code=1)


@pytest.mark.parametrize("statements, row", [
    ([remove(100, 100)], 100),
    ([remove(0, 0)], 0),
    ([remove(256, 511)], 300),
    ([remove(650, 10 ** 9)], 660),
    ([copy_row(5, 10 ** 6)], 10 ** 6),
    ([remove(10, 10), copy_row(11, 10)], 10),
    (swap(3, 4), 3),
    (swap(10, 600), 10),
    (swap(10, 600), 600),
    (swap(690, 691), 690),
    ([remove(20, 20), *move(21, -1)], 20),
    ([*move(20, 1), copy_row(19, 20)], 20),
    ([("UPDATE activity SET at = at - 1 WHERE tree_id = :t AND leaf_index = 40",)], 40),
    ([("UPDATE activity SET at = 0 WHERE tree_id = :t AND leaf_index = 40",)], 40),
    ([("UPDATE activity SET actor_id = NULL WHERE tree_id = :t AND leaf_index = 690",)], 690),
    ([("UPDATE activity SET client = '' WHERE tree_id = :t AND leaf_index = 300",)], 300),
    ([("UPDATE activity SET outcome = 'refused' WHERE tree_id = :t AND leaf_index = 0",)], 0),
    ([("UPDATE activity SET shown = x'' WHERE tree_id = :t AND leaf_index = 0",)], 0),
    ([("UPDATE activity SET tree_id = organisation_id WHERE tree_id = :t AND leaf_index = 50",)], 50),
    ([("UPDATE activity SET tree_id = x'' WHERE tree_id = :t AND leaf_index = 50",)], 50),
    ([("UPDATE activity SET leaf_index = -1 WHERE tree_id = :t AND leaf_index = 50",)], 50),
    ([("UPDATE activity SET leaf_index = 9223372036854775807 WHERE tree_id = :t AND leaf_index = 50",)], 50),
    ([("UPDATE activity_node SET hash = zeroblob(32) WHERE tree_id = :t AND level = 1 AND node_index = 1",)], 256),
    ([("UPDATE activity_node SET hash = x'00' WHERE tree_id = :t AND level = 1 AND node_index = 1",)], 256),
    ([("DELETE FROM activity_node WHERE tree_id = :t AND level = 1 AND node_index = 0",)], 0),
    ([(HEAD.format("size = size + 1"),)], ROWS + 10),
    ([(HEAD.format("size = 600"),)], 601),
    ([(HEAD.format("frontier = zeroblob(length(frontier))"),)], 0),
])
def test_V3_rows_roots_and_heads_changed_by_hand_are_found_at_their_place(files, statements, row):
    size = files.rows("SELECT size FROM activity_tree WHERE tree_id = ?", tree(files))[0]["size"]
    report = attacked(files, statements)
    assert names(report, aas(files), min(row, size) if row == ROWS + 10 else row), report["findings"]


@pytest.mark.parametrize("statements, table", [
    ([(HEAD.format("frontier = x''"),)], "activity_tree"),
    ([(HEAD.format("frontier = substr(frontier, 33)"),)], "activity_tree"),
    ([(HEAD.format("last_at = last_at + 1"),)], "activity_tree"),
    ([(HEAD.format("size = 0, frontier = x''"),)], "activity"),
    ([(HEAD.format("size = 9223372036854775807"),)], "activity"),
    ([("INSERT INTO activity_node SELECT tree_id, 1, 77, hash FROM activity_node WHERE tree_id = :t AND node_index = 0",)], "activity_node"),
    ([("INSERT INTO activity_node SELECT tree_id, 3, 0, hash FROM activity_node WHERE tree_id = :t AND node_index = 0",)], "activity_node"),
    ([("DELETE FROM activity_tree WHERE tree_id = :t",)], "activity_tree"),
    ([("UPDATE checkpoint SET size = size - 1 WHERE tree_id = :t",)], "checkpoint"),
    ([("UPDATE checkpoint SET note = 'x' WHERE tree_id = :t",)], "checkpoint"),
    ([("UPDATE checkpoint SET note = replace(note, 'trygg/', 'tragg/') WHERE tree_id = :t",)], "checkpoint"),
    ([("UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE tree_id <> :t) WHERE tree_id = :t",)], "checkpoint"),
    ([("UPDATE checkpoint SET note = substr(note, 1, length(note) - 4) || 'AA=' || char(10) WHERE tree_id = :t",)], "checkpoint"),
    ([("UPDATE checkpoint SET note = CAST(note AS TEXT) || 'x' WHERE tree_id = :t",)], "checkpoint"),
])
def test_V3_what_stands_for_a_tree_changed_by_hand_is_found(files, statements, table):
    report = attacked(files, statements)
    assert any(finding["table"] == table and finding.get("id") in (aas(files), None) for finding in report["findings"]), report["findings"]


def leaf_hashes(files, size):
    return [merkle.leaf_hash(data) for data in merkle.stored(files.store(), tree(files))[:size]]


def test_V3_a_tree_cut_short_with_its_head_is_found_by_its_checkpoint(files):
    size = 512
    at = files.rows("SELECT at FROM activity WHERE tree_id = ? AND leaf_index = ?", tree(files), size - 1)[0]["at"]
    look_ups = [(f"DELETE FROM {table} WHERE tree_id = :t AND leaf_index >= ?", size) for table in ("activity_of_actor", "activity_of_student")]
    report = attacked(files, [remove(size, 10 ** 9), (HEAD.format("size = ?, last_at = ?, frontier = ?"), size, at, merkle.frontier(leaf_hashes(files, size))),
                              *look_ups, ("UPDATE activity_lookup SET looked_up = ? WHERE tree_id = :t", size)])
    assert [(finding["table"], finding["id"], finding["firstRow"]) for finding in report["findings"]] == [("checkpoint", aas(files), size)]


def test_V3_a_row_changed_with_everything_that_is_made_of_it_is_found_by_its_checkpoint(files):
    """Whoever may write the store may make a tree that is whole; what was signed for it does not become it."""
    change(files, ("UPDATE activity SET ground = 'S2.family' WHERE tree_id = ? AND leaf_index = 300", tree(files)))
    size = files.rows("SELECT size FROM activity_tree WHERE tree_id = ?", tree(files))[0]["size"]
    hashes = leaf_hashes(files, size)
    report = attacked(files, [("UPDATE activity_node SET hash = ? WHERE tree_id = :t AND level = 1 AND node_index = 1", merkle.root(hashes[256:512])),
                              (HEAD.format("frontier = ?"), merkle.frontier(hashes))])
    assert [(finding["table"], finding["id"], finding["what"]) for finding in report["findings"]] == [
        ("checkpoint", aas(files), "was signed for other rows than the tree has now")]


def rewritten(files, where, minutes):
    """Rows moved in time, and all that is made of them made anew, as whoever may write the files can; time still runs forwards."""
    change(files, (f"UPDATE activity SET at = at + ? WHERE tree_id = ? AND {where}", minutes * 60_000, tree(files)))
    rows = files.rows("SELECT at FROM activity WHERE tree_id = ? ORDER BY leaf_index", tree(files))
    hashes = leaf_hashes(files, len(rows))
    change(files, *[("UPDATE activity_node SET hash = ? WHERE tree_id = ? AND level = 1 AND node_index = ?",
                     merkle.root(hashes[256 * tile:256 * (tile + 1)]), tree(files), tile) for tile in range(len(rows) // 256)],
           ("UPDATE activity_tree SET frontier = ?, last_at = ? WHERE tree_id = ?", merkle.frontier(hashes), rows[-1]["at"], tree(files)))
    return len(rows)


UNSIGNED = "is missing for these rows, the first more than ten minutes older than the last: it was removed or put back, or the daemon could not sign"


def told(report):
    return [(finding["table"], finding.get("id"), finding.get("firstRow"), finding.get("lastRow"), finding["what"]) for finding in report["findings"]]


@pytest.mark.parametrize("minutes, whole", [(-11, False), (-5, True)])
def test_V3_a_rewritten_log_whose_checkpoint_was_removed_is_found_by_its_age(files, minutes, whole):
    size = rewritten(files, "leaf_index < 600", minutes)
    change(files, ("DELETE FROM checkpoint WHERE tree_id = ?", tree(files)))
    assert told(fsck(files, "--no-content")) == ([] if whole else [("checkpoint", aas(files), 0, size - 1, UNSIGNED)])


def test_V3_rows_that_the_newest_checkpoint_does_not_come_to_are_found_by_their_age(files):
    signed = files.rows("SELECT size FROM checkpoint WHERE tree_id = ?", tree(files))[0]["size"]
    last = files.rows("SELECT size FROM activity_tree WHERE tree_id = ?", tree(files))[0]["size"] - 1
    assert last > signed, "two rows behind the checkpoint"
    rewritten(files, f"leaf_index = {last}", 11)
    assert told(fsck(files, "--no-content", code=1)) == [("checkpoint", aas(files), signed, last, UNSIGNED)]


def test_a_damaged_row_does_not_hide_the_next_and_the_list_is_bounded(files):
    change(files, ("UPDATE activity SET at = at + 1 WHERE tree_id = ? AND leaf_index IN (5, 400, 600)", tree(files)))
    report = fsck(files, "--no-content", code=1)
    assert all(names(report, aas(files), row) for row in (5, 400, 600))
    assert [finding["table"] for finding in report["findings"]] == ["activity"] * 3 + ["checkpoint"]
    change(files, ("DELETE FROM activity WHERE tree_id = ? AND leaf_index % 3 = 1", tree(files)))
    report = fsck(files, "--no-content", code=1)
    assert report["found"] > 200 and len(report["findings"]) == 100
    text = run_tryggd("fsck", "--config", files.config, "--no-content").stdout
    assert f"and {report['found'] - 100} more" in text.splitlines()


# ---- The schema -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("sql, words", [
    (["DROP TRIGGER activity_no_delete"], ["has not, or has changed, its trigger activity_no_delete"]),
    (["DROP TRIGGER activity_no_update", "CREATE TRIGGER activity_no_update BEFORE UPDATE ON activity BEGIN SELECT 1; END"],
     ["has not, or has changed, its trigger activity_no_update", "has what is not of its schema: trigger activity_no_update"]),
    (["CREATE TRIGGER zz AFTER INSERT ON activity BEGIN UPDATE heartbeat SET at = 0; END"], ["has what is not of its schema: trigger zz"]),
    (["CREATE TABLE elsewhere (copy BLOB)"], ["has what is not of its schema: table elsewhere"]),
    (["DROP INDEX webhook_of_organisation"], ["has not, or has changed, its index webhook_of_organisation"]),
    (["PRAGMA writable_schema = ON", "DELETE FROM sqlite_schema WHERE name = 'activity_node_no_delete'"],
     ["has not, or has changed, its trigger activity_node_no_delete"]),
])
def test_V3_a_schema_that_is_not_ours_is_found(files, sql, words):
    store = sqlite3.connect(files.data / "trygg.db", isolation_level=None)
    for statement in sql:
        store.execute(statement)
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    report = fsck(files, "--no-content", code=1)
    assert {(finding["table"], finding["what"]) for finding in report["findings"]} == {("trygg.db", word) for word in words}


def test_V3_where_tables_are_gone_it_is_told_what_could_not_be_looked_at(files):
    store = sqlite3.connect(files.data / "trygg.db", isolation_level=None)
    store.execute("DROP TABLE webhook")
    store.execute("CREATE VIEW webhook AS SELECT 1")
    store.close()
    done = run_tryggd("fsck", "--config", files.config)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1) and "the rest could not be looked at" in done.stderr
    assert {"trygg.db: has not, or has changed, its table webhook", "trygg.db: has what is not of its schema: view webhook",
            "THE STORE IS DAMAGED"} <= set(done.stdout.splitlines())


# ---- What is sealed, and its keys -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("sql, table, column", [
    ("UPDATE student SET given_name = family_name WHERE student_id = :s", "student", "given_name"),
    ("UPDATE student SET given_name = (SELECT given_name FROM student WHERE student_id <> :s) WHERE student_id = :s", "student", "given_name"),
    ("UPDATE student SET version = version + 1 WHERE student_id = :s", "student", "given_name"),
    ("UPDATE student SET civic_number = x'00' WHERE student_id = :s", "student", "civic_number"),
    ("UPDATE person SET family_name = zeroblob(60)", "person", "family_name"),
    ("UPDATE identity SET subject = issuer", "identity", "subject"),
    ("UPDATE student_group SET name = zeroblob(50)", "student_group", "name"),
])
def test_C3_a_sealed_column_that_was_moved_or_changed_is_found(files, sql, table, column):
    student = uuid.UUID(files.id("student", "alva"))
    change(files, (sql.replace(":s", f"x'{student.hex}'"),))
    report = fsck(files, code=1)
    found = [finding for finding in report["findings"] if (finding["table"], finding.get("column")) == (table, column)]
    assert found and (table != "student" or {finding["id"] for finding in found} == {str(student)}), report["findings"]
    fsck(files, "--no-content", code=0)


def test_C2_a_key_that_is_gone_changed_or_used_twice_is_found(files):
    student = uuid.UUID(files.id("student", "alva"))
    key = files.rows("SELECT key_id FROM student WHERE student_id = ?", student.bytes)[0]["key_id"]
    change(files, ("UPDATE data_key SET wrapped = zeroblob(72) WHERE key_id = ?", key), name="keys.db")
    report = fsck(files, code=1)
    assert {(finding["table"], finding["id"]) for finding in report["findings"]} == {
        ("data_key", str(uuid.UUID(bytes=key))), ("student", str(student))}
    fsck(files, "--no-content", code=0)
    change(files, ("DELETE FROM data_key WHERE key_id = ?", key), name="keys.db")
    for args in ((), ("--no-content",)):
        report = fsck(files, *args, code=1)
        assert {(finding["table"], finding["id"]) for finding in report["findings"]} == {("student", str(student))}
    change(files, ("UPDATE student SET key_id = (SELECT key_id FROM person LIMIT 1) WHERE student_id = ?", student.bytes))
    report = fsck(files, "--no-content", code=1)
    assert [finding["what"] for finding in report["findings"]] == ["names a key that another row names too"]


def test_a_row_that_another_names_and_an_index_that_is_not_its_tables_are_found(files):
    change(files, ("DELETE FROM student WHERE student_id = ?", uuid.UUID(files.id("student", "alva")).bytes))
    assert {finding["table"] for finding in fsck(files, code=1)["findings"]} >= {"enrolment", "tie"}


def test_a_file_that_is_no_store_is_told_as_at_a_start(files):
    (files.data / "trygg.db").write_bytes(os.urandom(8192))
    done = run_tryggd("fsck", "--config", files.config)
    assert done.returncode not in (0, 1) and "damaged" in done.stderr and done.stdout == ""
