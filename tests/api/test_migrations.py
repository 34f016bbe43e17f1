# SPDX-License-Identifier: EUPL-1.2
"""A store of an older version, with people, doubles and a log in it, under the daemon of today: nothing is lost, no right and no promise
of the schema changes, and a migration that was cut off has either happened or not."""
import datetime
import pathlib
import sqlite3
import subprocess
import time
import uuid

import pytest

import cases
import files
import merkle
import older
import world
from conftest import end
from daemon import TRYGGD, Daemon, copy_files

LONG_LOG = 40_000   # rows: enough that a migration has a middle
KILLS, TRIES = 5, 30   # more than KILLS only while none of them met a middle
BEFORE_LONG_ROWS = 7
SLOW_FROM = 2   # from there on every row of the log is written anew
SERVES = "listening on "
# Version 1 knew no doubles, no end of a login and no ids of other systems; it gave codes and places in groups no id.
LESS_KNOWN = {1: {"student", "identity", "blind_index", "external_id", "code", "group_member"}}
# Personsaker came with version 6.
CASES = {"personsak", "personsak_header", "personsak_turn", "personsak_handler", "proposal", "hendelse", "hendelse_version", "document",
         "document_part", "struck", "departure", "departure_end"}
for version in range(1, 6):
    LESS_KNOWN[version] = LESS_KNOWN.get(version, set()) | CASES
# What is made anew from the log, or was not there to be made from it.
MADE_ANEW = {"checkpoint", "cosigned", "activity_of_actor", "activity_of_student", "activity_lookup", "webhook"}


class House:
    """A store of today in which something has happened, and what it answered then."""

    def __init__(self, daemon):
        self.files = daemon.files
        self.students = {name: daemon.id("student", name) for name in ("alva", "birk", "celia", "dino", "elva", "left", "both")}
        self.happen(daemon)
        self.moment = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.logs = logs(daemon, self.moment)
        self.cards = {version: answers(daemon, students) for version, students in
                      ((1, self.students), (2, {**self.students, "survivor": self.survivor, "double": self.double}))}

    def happen(self, daemon):
        registry = daemon.token("registry", service=True, scope="provision")
        school, mark = {"schoolId": daemon.id("school", "aas")}, uuid.uuid4().hex[:8]
        other_system = lambda: {"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]}
        self.survivor, self.double = (row["id"] for row in daemon.put("students", [
            {"externalId": other_system(), "personId": daemon.id("person", login), "givenName": "En" + mark, "familyName": "Xq" + mark, **school}
            for login in ("rektor", "admin")]))
        merged = daemon.post(f"/v1/students/{self.survivor}/merge", {"absorbedId": self.double}, "two-schools")
        assert merged.status_code == 200, merged.text
        logins = [daemon.post("/v1/identities", {"personId": daemon.id("person", person), "subject": "Xqlogin" + uuid.uuid4().hex,
                                                 "issuer": world.ORGANISATIONS[world.FJORD]["issuer"]}, "owner").json()["id"]
                  for person in ("assistant", "no-role")]
        assert daemon.delete(f"/v1/identities/{logins[0]}", "owner", version=1).status_code == 204
        body = {"personId": daemon.id("person", "no-role"), "role": "staff", **school}
        assert daemon.post("/v1/memberships", body, token=registry).status_code == 201
        leaving = daemon.create_student("kari")
        assert leaving.status_code == 201
        body = {**school, "kind": "moves", "date": world.day(10)}
        assert daemon.post(f"/v1/students/{leaving.json()['id']}/departures", body, "rektor").status_code == 201
        assert daemon.get("/v1/students", "kari").status_code == 200
        assert daemon.get("/v1/me", "stranger").status_code == 403
        self.open_cases(daemon)

    def open_cases(self, daemon):
        """A row or more in every table of personsaker. Kari has a tie to alva as it is."""
        personsak = cases.open_case(daemon, medsaksbehandlere=["teacher"])["id"]
        changed = daemon.patch(f"/v1/personsaker/{personsak}", {"description": cases.words(daemon)}, "kari", version=cases.version(daemon, personsak))
        assert changed.status_code == 200, changed.text
        written = cases.hendelse(daemon, personsak, "kari")["id"]
        amended = daemon.patch(f"/v1/hendelser/{written}", {"text": cases.words(daemon) * 40}, "kari", version=1)
        assert amended.status_code == 200, amended.text
        files.stored(daemon, written, files.pdf(files.LEAST + 1000), part=files.LEAST)
        struck = cases.hendelse(daemon, personsak, "kari")["id"]
        assert daemon.post(f"/v1/hendelser/{struck}/striking", {"reason": cases.words(daemon)}, "rektor").status_code == 200
        cases.close_case(daemon, personsak)
        cases.reopen_case(daemon, personsak)
        accepted, declined = (cases.propose(daemon)["id"] for _ in range(2))
        answer = daemon.post(f"/v1/proposals/{accepted}/acceptance", {"category": "mobbing", "description": cases.words(daemon)}, "rektor")
        assert answer.status_code in (200, 201), answer.text
        assert daemon.post(f"/v1/proposals/{declined}/refusal", {"reason": cases.words(daemon)}, "rektor").status_code == 200


def answers(daemon, students):
    """What everyone sees of each of them: the card, or the refusal."""
    found = {}
    for person in world.fjord()["persons"]:
        token = daemon.token(person["key"])
        for name, student in students.items():
            answer = daemon.get(f"/v1/students/{student}", token=token)
            found[person["key"], name] = answer.status_code, answer.json() if answer.status_code == 200 else None
    return found


def logs(daemon, moment):
    """The rows of the log before this moment, newest first, as a leader and the owner read them."""
    found = {}
    for path, who in ((f"/v1/schools/{daemon.id('school', 'aas')}/activity", "two-schools"), ("/v1/organisation/activity", "owner")):
        answer = daemon.get(path, who, params={"limit": 100, "until": moment})
        assert answer.status_code == 200, answer.text
        found[path] = [{**row, "id": None} for row in answer.json()["data"]]   # an id is sealed anew each time
    return found


@pytest.fixture(scope="module")
def house(tmp_path_factory, made):
    daemon = Daemon(copy_files(made, tmp_path_factory.mktemp("today")))
    try:
        daemon.start()
        house = House(daemon)
        yield house
    finally:
        end(daemon)


@pytest.fixture(scope="module", params=range(1, older.NEWEST))
def migrated(request, tmp_path_factory, house):
    """(the version before, the store as it was, the store right after its migration, a daemon that serves it)."""
    files = copy_files(house.files, tmp_path_factory.mktemp("older"))
    older.make_older(files, request.param)
    before = files.store()
    assert older.version_of(before) == request.param
    daemon = Daemon(files)
    try:
        daemon.start()
        after = files.store()
        yield request.param, before, after, daemon
    finally:
        end(daemon)


def test_it_starts_and_the_schema_is_that_of_a_new_store(migrated, made):
    _, _, after, _ = migrated
    assert older.version_of(after) == older.NEWEST
    assert older.schema(after) == older.schema(made.store())
    assert [row[0] for row in after.execute("PRAGMA integrity_check")] == ["ok"]
    assert after.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_row_and_every_column_comes_with_it(migrated):
    version, before, after, _ = migrated
    assert len(older.rows(before, "activity")) > 300
    today = {old: new for new, old in older.RENAMED.items()}
    for table in older.tables(before):
        kept = older.columns(before, table)
        now = [name if name in older.columns(after, table) else today[name] for name in kept]
        assert older.rows(after, table, now) == older.rows(before, table, kept), table


def test_it_is_the_store_that_today_would_have_made(migrated, house):
    version, _, after, _ = migrated
    today = house.files.store()
    assert all(older.rows(today, table) for table in CASES)
    for table in set(older.tables(today)) - LESS_KNOWN.get(version, set()) - MADE_ANEW:
        assert older.rows(after, table) == older.rows(today, table), table
    doubled = [str(uuid.UUID(bytes=row[0])) for row in after.execute("SELECT student_id FROM student WHERE has_doubles = 1")]
    assert doubled == ([house.survivor] if version > 1 else [])


def test_V3_the_rows_that_came_are_leaves_of_their_trees(migrated):
    _, _, after, _ = migrated
    merkle.check(after)


def test_V3_the_log_stays_append_only(migrated):
    _, _, after, _ = migrated
    log = older.rows(after, "activity")
    names = ", ".join(older.columns(after, "activity"))
    after.execute("PRAGMA recursive_triggers = ON")   # as on every connection of the daemon
    for sql in ("UPDATE activity SET ground = 'x'", "DELETE FROM activity", "DELETE FROM activity_tree",
                "UPDATE activity_tree SET size = size - 1",
                f"INSERT OR REPLACE INTO activity ({names}) SELECT {names} FROM activity LIMIT 1",
                f"INSERT INTO activity ({names}) SELECT {names} FROM activity LIMIT 1"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only|stays|only grows|UNIQUE"):
            after.execute(sql)
        after.rollback()
    assert older.rows(after, "activity") == log


@pytest.mark.parametrize("sql", [
    "UPDATE blind_index SET object_id = object_id WHERE purpose = 'identity'", "DELETE FROM blind_index WHERE purpose = 'identity'",
    "UPDATE membership SET until_day = 1", "DELETE FROM membership", "UPDATE tie SET until_day = 1", "DELETE FROM tie",
    "UPDATE enrolment SET until_day = 1", "DELETE FROM enrolment", "UPDATE group_member SET until_day = 1", "DELETE FROM group_member",
    "UPDATE student SET person_id = NULL", "UPDATE student SET mark_local = 1", "UPDATE student SET merged_into = NULL",
])
def test_the_rights_epoch_moves_with_what_a_right_rests_on(migrated, sql):
    _, _, after, _ = migrated
    epoch = lambda: after.execute("SELECT epoch FROM rights_epoch").fetchone()[0]
    first = epoch()
    changed = after.execute(sql).rowcount
    assert changed > 0 and epoch() == first + changed
    after.rollback()


def test_everyone_sees_whom_they_saw_and_no_one_else(migrated, house):
    version, _, _, daemon = migrated
    seen = house.cards[min(version, 2)]
    students = {**house.students, "survivor": house.survivor, "double": house.double}
    assert answers(daemon, {name: students[name] for _, name in seen}) == seen
    assert {status for status, _ in seen.values()} == {200, 404}
    if version > 1:   # G2: both logins are the student's own
        assert {seen[who, name][0] for who in ("rektor", "admin") for name in ("survivor", "double")} == {404}
        assert seen["two-schools", "double"][1]["id"] == house.survivor


def test_V1_the_log_reads_as_before(migrated, house):
    _, _, _, daemon = migrated
    assert logs(daemon, house.moment) == house.logs
    assert all(len(rows) > 1 for rows in house.logs.values())


# ---- Cut off ------------------------------------------------------------------------------------------------------------------

def cut_off(files, moment):
    """Starts a daemon on these files and kills it as soon as the write-ahead log has so many bytes; or as soon as it serves."""
    log, said = files.data / "trygg.db-wal", files.folder / "said.txt"
    with open(said, "wb") as out:
        process = subprocess.Popen([TRYGGD, "serve", "--config", files.config], stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + 60
        while not (log.exists() and log.stat().st_size >= moment) and SERVES not in said.read_text():
            assert process.poll() is None and time.monotonic() < deadline, said.read_text()
            time.sleep(0.0005)
    finally:
        process.kill()
        process.wait(60)


@pytest.fixture(scope="module")
def long_log(tmp_path_factory, house):
    """A store of a version whose migration takes a while, with a long log, never started."""
    files = copy_files(house.files, tmp_path_factory.mktemp("long"))
    older.make_older(files, SLOW_FROM)
    older.lengthen_log(files, LONG_LOG)
    return files


@pytest.fixture(scope="module")
def schemas(tmp_path_factory):
    """What each version's schema says."""
    folder = tmp_path_factory.mktemp("schemas")
    return {version: older.schema(older.empty_store(folder / str(version), version)) for version in range(1, older.NEWEST + 1)}


def contents(store):
    return {table: older.rows(store, table) for table in older.tables(store)}


def came_through(files, log):
    """A daemon starts on what is left, serves, and has lost nothing."""
    daemon = Daemon(files)
    try:
        daemon.start()
        assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "kari").status_code == 200
    finally:
        end(daemon)
    done = files.store()
    assert older.version_of(done) == older.NEWEST
    assert [row[0] for row in done.execute("PRAGMA integrity_check")] == ["ok"]
    kept = set(older.rows(done, "activity"))
    assert kept >= set(log) and len(kept) == len(log) + 1
    merkle.check(done)


def lengthen_texts(files, n):
    """So many versions more of one hendelse, of 60,000 bytes each."""
    store = sqlite3.connect(files.data / "trygg.db")
    hendelse, = store.execute("SELECT hendelse_id FROM hendelse LIMIT 1").fetchone()
    store.executemany("INSERT INTO hendelse_version VALUES (?, ?, 1, 1, zeroblob(100), zeroblob(100), randomblob(60000))",
                      ((hendelse, 100 + i) for i in range(n)))
    store.commit()
    store.close()


def test_a_migration_takes_no_memory_for_the_tables_that_it_copies(house, tmp_path):
    files, n = copy_files(house.files, tmp_path / "long"), 1500
    older.make_older(files, BEFORE_LONG_ROWS)
    lengthen_texts(files, n)
    daemon = Daemon(files)
    try:
        daemon.start()
        status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
        most = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) // 1024
        assert most < n * 60_000 / 2**20, f"{most} MiB"
        assert daemon.files.store().execute("SELECT count(*) FROM hendelse_version WHERE version >= 100").fetchone()[0] == n
    finally:
        end(daemon)


def test_a_migration_that_is_killed_has_happened_or_has_not(long_log, schemas, tmp_path):
    before = long_log.store()
    old_rows, size, log = contents(before), (long_log.data / "trygg.db").stat().st_size, older.rows(before, "activity")
    middles = 0
    for number in range(TRIES):
        files = copy_files(long_log, tmp_path / str(number))
        cut_off(files, 1 + size * (number % KILLS) // (KILLS - 1))
        left = files.store()
        version = older.version_of(left)
        assert older.schema(left) == schemas[version]
        if version == SLOW_FROM:
            assert contents(left) == old_rows
            middles += (files.data / "trygg.db-wal").stat().st_size > 0
        assert older.rows(left, "activity") == log
        came_through(files, log)
        if middles > 0 and number + 1 >= KILLS:
            break
    assert middles > 0, "no kill met the middle of a migration"


def test_hashing_that_is_killed_goes_on_where_it_was(long_log, tmp_path):
    """Kept roots are there and the head is not: what has been hashed so far is not hashed again, and the rest is."""
    files = copy_files(long_log, tmp_path / "hashed")
    log = older.rows(files.store(), "activity")
    came_through(files, log)
    store = files.store()
    tree, = store.execute("SELECT tree_id FROM activity_tree ORDER BY size DESC LIMIT 1").fetchone()
    for kept in (1, 64, 156):
        half = copy_files(files, tmp_path / str(kept))
        store = sqlite3.connect(half.data / "trygg.db", isolation_level=None)
        store.execute("DROP TRIGGER activity_node_no_delete")
        store.execute("DELETE FROM activity_node WHERE tree_id = ? AND (node_index + 1) << (8 * (level - 1)) > ?", (tree, kept))
        store.execute("CREATE TRIGGER activity_node_no_delete BEFORE DELETE ON activity_node BEGIN SELECT RAISE(ABORT, 'a node stays'); END")
        store.execute("UPDATE activity_tree SET frontier = x'' WHERE tree_id = ?", (tree,))
        store.close()
        came_through(half, older.rows(half.store(), "activity"))
