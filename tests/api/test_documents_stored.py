# SPDX-License-Identifier: EUPL-1.2
"""Documents in the files of a real daemon: what a thief of the files reads (C1), and what becomes of parts that were moved, swapped, cut or
replaced (C3): before the first byte it is a fault, after it the answer ends short; fsck finds each."""
import sqlite3
import uuid

import pytest

import cases
from daemon import Daemon, copy_files
from files import LEAST, TEXT, announced, content, pdf, send, stored
from test_fsck import fsck
from wire import Wire, lines

PARTS = 4
DATA = pdf(LEAST * (PARTS - 1) + 1000, seed=7)


@pytest.fixture(scope="module")
def filled(tmp_path_factory, made):
    """Files of a house with two documents of four parts on one hendelse, one of another personsak, and one that is half sent; and their ids."""
    files = copy_files(made, tmp_path_factory.mktemp("filled"))
    daemon = Daemon(files).start()
    try:
        ids = {}
        for case, names in (("one", ("a", "b")), ("two", ("c",))):
            hendelse = cases.hendelse(daemon, cases.open_case(daemon)["id"], "kari")["id"]
            for name in names:
                ids[name] = stored(daemon, hendelse, DATA if name == "a" else pdf(len(DATA), seed=len(ids) + 8), part=LEAST)
        ids["half"] = announced(daemon, hendelse, LEAST * 2)
        assert send(daemon, ids["half"], 0, pdf(LEAST)).status_code == 204
        daemon.stop()
    finally:
        if daemon.process is not None:
            daemon.kill()
    return files, ids


@pytest.fixture
def house(filled, tmp_path):
    """(files of the test's own, {name: id as bytes})."""
    files, ids = filled
    return copy_files(files, tmp_path / "house"), {name: uuid.UUID(id).bytes for name, id in ids.items()}


def text(id):
    return str(uuid.UUID(bytes=id))


def download(daemon, id):
    """(status, bytes that came, bytes that were to come)."""
    bearer = "Authorization: Bearer " + daemon.token("kari")
    with Wire(daemon) as wire:
        wire.socket.sendall(lines("GET", f"/v1/documents/{text(id)}/content", bearer, "Connection: close"))
        whole = b""
        while chunk := wire.socket.recv(65536):
            whole += chunk
    head, _, body = whole.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body, int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])


def test_C1_no_file_of_the_store_holds_a_name_or_a_byte_of_a_document(fresh_daemon):
    daemon = fresh_daemon()
    hendelse = cases.hendelse(daemon, cases.open_case(daemon)["id"], "kari")["id"]
    data = b"Xqdokumentinnhold om Ola\n" * 6000
    id = stored(daemon, hendelse, data, TEXT, name="Xqfilnavn.txt", part=LEAST)
    assert content(daemon, id).content == data
    for _ in range(2):   # running, then stopped
        for path in daemon.files.data.iterdir():
            whole = path.read_bytes()
            assert not [word for word in (b"Xqdokument", b"Xqfilnavn", b"text/plain") if word in whole], path.name
        daemon.stop()


def test_a_store_with_documents_is_whole(house):
    files, _ = house
    report = fsck(files, code=0)
    parts = files.rows("SELECT COUNT(*) AS n FROM document_part")[0]["n"]
    assert parts == 3 * PARTS + 1 and report["sealedRows"] > parts


PART = "(SELECT bytes FROM document_part WHERE document_id = :{} AND part = {})".format
SET = "UPDATE document_part SET bytes = {} WHERE document_id = :a AND part = {}".format

# What was done, and after how many parts the answer ends; 0: it never begins.
TAMPERED = {
    "two parts swapped": (["UPDATE document_part SET part = part + 100 WHERE document_id = :a AND part IN (1, 2)",
                           "UPDATE document_part SET part = 2, start = start + :least WHERE document_id = :a AND part = 101",
                           "UPDATE document_part SET part = 1, start = start - :least WHERE document_id = :a AND part = 102"], 1),
    "the first replaced by one of another document": ([SET(PART("b", 0), 0)], 0),
    "a later one replaced by one of another document": ([SET(PART("b", 2), 2)], 2),
    "one replaced by one of another personsak": ([SET(PART("c", 1), 1)], 1),
    "the first repeated": ([SET(PART("a", 0), 1)], 1),
    "the last replaced by one that is not": ([SET(PART("a", 2), 3), "UPDATE document_part SET size = :least WHERE document_id = :a AND part = 3"], 0),
    "the last taken away": (["DELETE FROM document_part WHERE document_id = :a AND part = 3"], 0),
    "one in the middle taken away": (["DELETE FROM document_part WHERE document_id = :a AND part = 1"], 0),
    "cut, and said to be whole": (["DELETE FROM document_part WHERE document_id = :a AND part = 3",
                                   "UPDATE document SET size = 3 * :least, received = 3 * :least, parts = 3 WHERE document_id = :a",
                                   "UPDATE document_part SET final = 1 WHERE document_id = :a AND part = 2"], 2),
    "cut, and not said to be": (["DELETE FROM document_part WHERE document_id = :a AND part = 3",
                                 "UPDATE document SET size = 3 * :least, received = 3 * :least, parts = 3 WHERE document_id = :a"], 0),
    "one more than there were": (["INSERT INTO document_part SELECT document_id, 4, :size, 1000, 1, bytes FROM document_part WHERE document_id = :a AND part = 3",
                                  "UPDATE document SET size = :size + 1000, received = :size + 1000, parts = 5 WHERE document_id = :a",
                                  "UPDATE document_part SET final = 0 WHERE document_id = :a AND part = 3"], 3),
    "a byte changed": (["UPDATE document_part SET bytes = flipped(bytes) WHERE document_id = :a AND part = 2"], 2),
    "a part cut short": (["UPDATE document_part SET bytes = substr(bytes, 1, length(bytes) - 1) WHERE document_id = :a AND part = 1"], 1),
    "a part emptied": (["UPDATE document_part SET bytes = zeroblob(0) WHERE document_id = :a AND part = 0"], 0),
    "sizes shifted": (["UPDATE document_part SET size = size + 1 WHERE document_id = :a AND part = 0",
                       "UPDATE document_part SET start = start + 1, size = size - 1 WHERE document_id = :a AND part = 1"], 0),
    "moved to another personsak": (["UPDATE document SET personsak_id = (SELECT personsak_id FROM document WHERE document_id = :c) WHERE document_id = :a"], 0),
    "an unfinished one said to be whole": (["UPDATE document SET size = received WHERE document_id = :half",
                                            "UPDATE document_part SET final = 1 WHERE document_id = :half"], 0),
}


def flipped(data):
    return data[:1000] + bytes([data[1000] ^ 1]) + data[1001:]


def tamper(files, ids, statements):
    store = sqlite3.connect(files.data / "trygg.db", isolation_level=None)
    store.execute("PRAGMA foreign_keys = OFF")
    store.execute("PRAGMA ignore_check_constraints = ON")
    store.create_function("flipped", 1, flipped)
    for sql in statements:
        assert store.execute(sql, {**ids, "least": LEAST, "size": len(DATA)}).rowcount > 0, sql
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


@pytest.mark.parametrize("what", TAMPERED)
def test_C3_parts_that_are_not_where_they_were_are_refused(fresh_daemon, house, what):
    files, ids = house
    statements, good = TAMPERED[what]
    tamper(files, ids, statements)
    victim = ids["half"] if "unfinished" in what else ids["a"]
    daemon = fresh_daemon(files)
    status, body, length = download(daemon, victim)
    if good == 0:
        assert (status, len(body)) == (500, length) and b"urn:problem-type:trygg:internal" in body and b"%PDF" not in body
        answer = content(daemon, text(victim), Range="bytes=0-9")
        assert answer.status_code == 500 and b"%PDF" not in answer.content
    else:
        assert status == 200 and body == DATA[:good * LEAST] and len(body) < length
        assert content(daemon, text(victim), Range=f"bytes={good * LEAST}-").status_code == 500   # the first that is wanted is opened first
        assert content(daemon, text(victim), Range="bytes=0-9").content == DATA[:10]
    assert daemon.alive()
    others = [id for name, id in ids.items() if name in ("b", "c")]
    assert all(content(daemon, text(id)).status_code == 200 for id in others)


@pytest.mark.parametrize("what", TAMPERED)
def test_C3_fsck_finds_each(house, what):
    files, ids = house
    tamper(files, ids, TAMPERED[what][0])
    report = fsck(files, code=1)
    found = {finding["table"] for finding in report["findings"]}
    assert found & {"document", "document_part"}, report["findings"]


def test_C3_a_name_moved_from_another_document_is_refused(fresh_daemon, house):
    files, ids = house
    tamper(files, ids, ["UPDATE document SET name = (SELECT name FROM document WHERE document_id = :b) WHERE document_id = :a"])
    daemon = fresh_daemon(files)
    assert daemon.get(f"/v1/documents/{text(ids['a'])}", "kari").status_code == 500
    assert content(daemon, text(ids["a"])).status_code == 500
    hendelse = daemon.get(f"/v1/documents/{text(ids['b'])}", "kari").json()["hendelseId"]
    assert daemon.get(f"/v1/hendelser/{hendelse}/documents", "kari").status_code == 500


def test_a_part_that_is_changed_while_it_is_read_ends_the_answer(fresh_daemon, house):
    """The parts were looked over, and the first was sent; then somebody takes a later one away."""
    files, ids = house
    daemon = fresh_daemon(files)
    hendelse = daemon.get(f"/v1/documents/{text(ids['a'])}", "kari").json()["hendelseId"]
    data = pdf(8 << 20)
    id = stored(daemon, hendelse, data)
    bearer = "Authorization: Bearer " + daemon.token("kari")
    with Wire(daemon) as wire:
        wire.socket.sendall(lines("GET", f"/v1/documents/{id}/content", bearer, "Connection: close"))
        got = wire.socket.recv(1000)
        other = sqlite3.connect(files.data / "trygg.db", timeout=10)
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("DELETE FROM document_part WHERE document_id = ? AND part = 7", (uuid.UUID(id).bytes,))
        other.commit()
        other.close()
        while chunk := wire.socket.recv(65536):
            got += chunk
    body = got.partition(b"\r\n\r\n")[2]
    assert body == data[:7 * (960 << 10)]
