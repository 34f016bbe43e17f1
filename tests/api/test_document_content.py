# SPDX-License-Identifier: EUPL-1.2
"""The bytes of a document: whole and in ranges, under a safe name, with memory that stays flat, and never before their row (V2)."""
import http.client
import re
import socket
import sqlite3
import threading
import time
import urllib.parse

import pytest

import cases
from daemon import sanitized
from files import LEAST, MOST, PDF, TEXT, announced, content, digest, fill, pdf, send, slug, stored
from test_limits import figure
from test_memory import MARK, told, watched  # noqa: F401  (a fixture)
from wire import PATIENCE, Wire, lines


@pytest.fixture(scope="module")
def hendelse(daemon):
    return a_hendelse(daemon)


def a_hendelse(d):
    return cases.hendelse(d, cases.open_case(d, student=cases.new_student(d))["id"], "kari")["id"]


@pytest.fixture(scope="module")
def whole(daemon, hendelse):
    """(id, bytes) of a document of four parts."""
    data = pdf(MOST + LEAST + MOST + 777)
    id = announced(daemon, hendelse, len(data))
    for start, end in ((0, MOST), (MOST, MOST + LEAST), (MOST + LEAST, MOST + LEAST + MOST), (MOST + LEAST + MOST, len(data))):
        assert send(daemon, id, start, data[start:end]).status_code == 204
    return id, data


# ---- Whole ----------------------------------------------------------------------------------------------------------------------

def test_all_of_it_comes_back_to_be_saved_and_not_to_be_shown(daemon, whole):
    id, data = whole
    answer = content(daemon, id)
    assert (answer.status_code, digest(answer.content)) == (200, digest(data))
    assert answer.headers["Content-Type"] == PDF
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"], answer.headers["Accept-Ranges"]) == ("nosniff", "no-store", "bytes")
    assert answer.headers["ETag"] == f'"{daemon.get(f"/v1/documents/{id}", "kari").json()["version"]}"'
    assert int(answer.headers["Content-Length"]) == len(data)


def test_HEAD_tells_the_same_without_a_byte(daemon, whole):
    id, data = whole
    got, head = content(daemon, id), content(daemon, id, method="HEAD")
    own = ("X-Request-Id", "traceparent", "Date")
    plain = lambda answer: {name: value for name, value in answer.headers.items() if name not in own}
    assert (head.status_code, head.content, plain(head)) == (200, b"", plain(got))
    part = content(daemon, id, method="HEAD", Range="bytes=5-9")
    assert (part.status_code, part.headers["Content-Length"]) == (206, "5")


def test_one_byte_is_a_document(daemon, hendelse):
    data = b"%PDF-1.4"
    id = stored(daemon, hendelse, data)
    assert content(daemon, id).content == data
    assert content(daemon, id, Range="bytes=7-7").content == b"4"


def test_what_has_not_all_come_is_not_read(daemon, hendelse):
    data = pdf(LEAST * 2)
    id = announced(daemon, hendelse, len(data))
    for come in (0, LEAST):
        answer = content(daemon, id)
        assert (answer.status_code, slug(answer), answer.headers["Upload-Offset"]) == (409, "document-unfinished", str(come))
        assert content(daemon, id, Range="bytes=0-0").status_code == 409
        send(daemon, id, come, data[come:come + LEAST])
    assert content(daemon, id).content == data


# ---- Ranges ---------------------------------------------------------------------------------------------------------------------

def edges(data):
    n = len(data)
    borders = (0, 1, MOST - 1, MOST, MOST + 1, MOST + LEAST - 1, MOST + LEAST, 2 * MOST + LEAST - 1, 2 * MOST + LEAST, n - 1)
    return [(first, last) for first in borders for last in borders if first <= last]


def test_every_range_across_parts_is_what_it_says(daemon, whole):
    id, data = whole
    for first, last in edges(data):
        answer = content(daemon, id, Range=f"bytes={first}-{last}")
        assert (answer.status_code, answer.headers["Content-Range"]) == (206, f"bytes {first}-{last}/{len(data)}")
        assert digest(answer.content) == digest(data[first:last + 1]), (first, last)


@pytest.mark.parametrize("range_,first,last", [("bytes=10-", 10, None), ("bytes=-10", -10, None), ("bytes=-999999999", 0, None),
                                               ("bytes=0-999999999", 0, None), ("BYTES=3-4", 3, 5)])
def test_open_ranges_end_where_the_document_does(daemon, whole, range_, first, last):
    id, data = whole
    answer = content(daemon, id, Range=range_)
    assert (answer.status_code, digest(answer.content)) == (206, digest(data[first:last]))


@pytest.mark.parametrize("range_", ["bytes=5-2", "bytes=", "bytes=-", "bytes=a-b", "bytes=0-1,5-6", "items=0-1", "0-1", "bytes=0x0-1", "bytes= 0-1",
                                    "bytes=" + "9" * 19 + "-", "bytes=+1-2"])
def test_what_is_no_range_is_passed_over(daemon, whole, range_):
    id, data = whole
    answer = content(daemon, id, Range=range_)
    assert (answer.status_code, len(answer.content)) == (200, len(data))


def test_a_range_behind_the_end_is_416_and_says_where_the_end_is(daemon, whole):
    id, data = whole
    for range_ in (f"bytes={len(data)}-", "bytes=" + "9" * 18 + "-", "bytes=-0"):
        answer = content(daemon, id, Range=range_)
        assert (answer.status_code, slug(answer), answer.headers["Content-Range"]) == (416, "range-beyond", f"bytes */{len(data)}")
    rows = [row for row in daemon.activity(operation="getDocumentContent", outcome="refused") if row["object_id"] == id]
    assert {row["ground"] for row in rows} == {"range-beyond"}


def test_If_Range_asks_for_the_range_of_one_version_only(daemon, whole):
    id, data = whole
    etag = content(daemon, id, method="HEAD").headers["ETag"]
    assert content(daemon, id, Range="bytes=1-2", If_Range=etag).content == data[1:3]
    for other in ('"1"', '"999"', f"W/{etag}", "Sun, 22 Nov 2026 08:00:00 GMT", etag.strip('"'), ""):
        answer = content(daemon, id, Range="bytes=1-2", If_Range=other)
        assert (answer.status_code, len(answer.content)) == (200, len(data)), other


def test_a_range_that_is_given_twice_is_passed_over(daemon, whole):
    id, data = whole
    with Wire(daemon) as wire:
        bearer = "Authorization: Bearer " + daemon.token("kari")
        wire.send(lines("GET", f"/v1/documents/{id}/content", bearer, "Range: bytes=0-1", "Range: bytes=0-1"))
        assert wire.answer().status == 200


# ---- Names ----------------------------------------------------------------------------------------------------------------------

NAMES = [
    ("Referat.pdf", 'attachment; filename="Referat.pdf"'),
    ("Møte (1).pdf", "attachment; filename=\"M_te (1).pdf\"; filename*=UTF-8''M%C3%B8te%20%281%29.pdf"),
    ('a"; filename="evil.exe', "attachment; filename=\"a__ filename__evil.exe\"; filename*=UTF-8''a%22%3B%20filename%3D%22evil.exe"),
    ("a%2Fb.pdf", "attachment; filename=\"a_2Fb.pdf\"; filename*=UTF-8''a%252Fb.pdf"),
    (".htaccess", "attachment; filename=\"_htaccess\"; filename*=UTF-8''.htaccess"),
    ("C:evil<>|?*.pdf", "attachment; filename=\"C_evil_____.pdf\"; filename*=UTF-8''C%3Aevil%3C%3E%7C%3F%2A.pdf"),
    ("名前.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E5%90%8D%E5%89%8D.pdf"),
    ("\U0001f600" * 255, "attachment; filename=\"" + "_" * 255 + "\"; filename*=UTF-8''" + "%F0%9F%98%80" * 255),
    ("it's & more; a=b.pdf", "attachment; filename=\"it_s _ more_ a_b.pdf\"; filename*=UTF-8''it%27s%20%26%20more%3B%20a%3Db.pdf"),
]


@pytest.mark.parametrize("name,wanted", NAMES, ids=[str(number) for number in range(len(NAMES))])
def test_the_name_to_save_it_under_ends_no_header_and_leads_nowhere(daemon, hendelse, name, wanted):
    id = stored(daemon, hendelse, pdf(), name=name)
    for method in ("GET", "HEAD"):
        assert content(daemon, id, method=method).headers["Content-Disposition"] == wanted
    assert daemon.get(f"/v1/documents/{id}", "kari").json()["name"] == name


# ---- Broken connections -----------------------------------------------------------------------------------------------------------

def test_a_download_that_broke_off_goes_on(daemon, whole):
    id, data = whole
    bearer = "Authorization: Bearer " + daemon.token("kari")
    with Wire(daemon) as wire:
        wire.socket.sendall(lines("GET", f"/v1/documents/{id}/content", bearer))
        got = b""
        while len(got) < 400_000:
            got += wire.socket.recv(65536)
    head, _, got = got.partition(b"\r\n\r\n")
    assert b" 200 " in head and len(got) < len(data)
    rest = content(daemon, id, Range=f"bytes={len(got)}-", If_Range=re.search(rb"ETag: (\S+)", head).group(1).decode())
    assert rest.status_code == 206 and digest(got + rest.content) == digest(data)


def test_a_part_that_broke_off_is_not_there_and_is_sent_anew(daemon, hendelse):
    data = pdf(LEAST * 2)
    id = announced(daemon, hendelse, len(data))
    bearer = "Authorization: Bearer " + daemon.token("kari")
    with Wire(daemon) as wire:
        wire.socket.sendall(lines("PATCH", f"/v1/documents/{id}/content", bearer, "Content-Type: application/offset+octet-stream", "Upload-Offset: 0",
                                  f"Content-Length: {LEAST}") + data[:LEAST - 1])
    assert content(daemon, id, method="HEAD").headers["Upload-Offset"] == "0"
    fill(daemon, id, data, part=LEAST)
    assert content(daemon, id).content == data


# ---- Rows, and memory -------------------------------------------------------------------------------------------------------------

def test_V2_no_byte_leaves_before_its_row_is_durable(fresh_daemon):
    daemon = fresh_daemon()
    hendelse = a_hendelse(daemon)
    id, half = stored(daemon, hendelse, pdf(LEAST * 3), part=LEAST), announced(daemon, hendelse, LEAST * 2)
    other = sqlite3.connect(daemon.files.data / "trygg.db", isolation_level=None)
    other.execute("PRAGMA wal_autocheckpoint = 0")
    other.execute("BEGIN IMMEDIATE")
    try:
        for headers in ({}, {"Range": "bytes=0-9"}):
            answer = content(daemon, id, **headers)
            assert (answer.status_code, slug(answer)) == (503, "unavailable") and b"%PDF" not in answer.content
        assert content(daemon, id, method="HEAD").status_code == 503
        assert send(daemon, half, 0, pdf(LEAST)).status_code == 503
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert content(daemon, half, method="HEAD").headers["Upload-Offset"] == "0"
    for ask in ({}, {"Range": "bytes=0-9"}):
        answer = content(daemon, id, **ask)
        row, = [row for row in daemon.activity(operation="getDocumentContent") if row["request_id"] == answer.headers["X-Request-Id"]]
        assert (row["outcome"], row["object_id"]) == ("allowed", id)


def peak(daemon, work):
    """The most memory it had while `work` ran."""
    found, done = [], threading.Event()

    def watch():
        while not done.is_set():
            found.append(daemon.resident())
            time.sleep(0.002)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        work()
    finally:
        done.set()
        thread.join()
    return max(found)


def test_memory_stays_flat_while_ten_MiB_go_up_and_down(fresh_daemon):
    daemon = fresh_daemon()
    hendelse = a_hendelse(daemon)
    small, large = pdf(MOST * 2), pdf(10 << 20)
    content(daemon, stored(daemon, hendelse, small))   # what is read at first use, and the writer's cache, are there now
    content(daemon, stored(daemon, hendelse, pdf(12 << 20)))
    before = daemon.resident()
    ids = []
    up = peak(daemon, lambda: ids.append(stored(daemon, hendelse, large)))
    down = peak(daemon, lambda: content(daemon, ids[0]))
    assert digest(content(daemon, ids[0]).content) == digest(large)
    assert up - before < 8 << 20 and down - before < 8 << 20, ((up - before) >> 10, (down - before) >> 10)


def test_readers_who_stop_half_way_hold_one_part_each_and_the_budget_ends_them(fresh_daemon):
    daemon = fresh_daemon(limits={"body_memory_mib": 8}, metrics_listen="127.0.0.1:0")
    data = pdf(6 << 20)
    id = stored(daemon, a_hendelse(daemon), data)
    for _ in range(3):   # every reader of the store has its cache full
        readers = [threading.Thread(target=content, args=(daemon, id)) for _ in range(20)]
        [each.start() for each in readers], [each.join() for each in readers]
    deadline = time.monotonic() + PATIENCE
    while figure(daemon, "trygg_http_answer_bytes") > 0:   # what they held is given back a moment after their last byte
        assert time.monotonic() < deadline
        time.sleep(0.05)
    before, bearer = daemon.resident(), "Authorization: Bearer " + daemon.token("kari")
    wires = [Wire(daemon) for _ in range(20)]
    for wire in wires:
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.socket.sendall(lines("GET", f"/v1/documents/{id}/content", bearer))
    heads = [wire.socket.recv(1024) for wire in wires]
    refused = sum(b" 503 " in head for head in heads)
    assert all(b" 200 " in head or b" 503 " in head for head in heads) and 16 <= refused <= 17
    assert daemon.resident() - before < 14 << 20
    for wire in wires:
        wire.socket.close()
    deadline = time.monotonic() + PATIENCE   # what they held is given back
    while content(daemon, id).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_no_reader_of_the_store_is_held_while_a_download_waits(fresh_daemon):
    """More downloads that wait than there are readers of the store, and everybody else is answered."""
    daemon = fresh_daemon()
    id = stored(daemon, a_hendelse(daemon), pdf(3 << 20))
    bearer = "Authorization: Bearer " + daemon.token("kari")
    wires = [Wire(daemon) for _ in range(24)]
    for wire in wires:
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.socket.sendall(lines("GET", f"/v1/documents/{id}/content", bearer))
        assert b" 200 " in wire.socket.recv(100)
    began = time.monotonic()
    assert daemon.get(f"/v1/documents/{id}", "kari").status_code == 200
    assert time.monotonic() - began < 3
    for wire in wires:
        wire.socket.close()


def test_what_a_document_held_is_wiped(watched):  # noqa: F811
    daemon = watched()
    data = (MARK + "\n").encode() * (LEAST * 2 // 10)
    id = stored(daemon, a_hendelse(daemon), data, TEXT, name=MARK + ".txt", part=LEAST)
    assert content(daemon, id).content == data
    assert content(daemon, id, Range="bytes=5-90000").content == data[5:90001]
    lie = announced(daemon, a_hendelse(daemon), len(data), PDF)
    assert send(daemon, lie, 0, data[:LEAST]).status_code == 422
    assert told(daemon) == 0


def test_the_media_room_costs_nothing_until_it_is_used(fresh_daemon):
    if sanitized():
        pytest.skip("a sanitizer's memory is not the daemon's")
    daemon = fresh_daemon()
    maps = lambda: open(f"/proc/{daemon.process.pid}/maps").read()
    assert "magic.mgc" not in maps()
    stored(daemon, a_hendelse(daemon), pdf())
    assert "magic.mgc" in maps()


def test_a_stop_lets_a_download_end(fresh_daemon):
    daemon = fresh_daemon()
    data = pdf(4 << 20)
    id = stored(daemon, a_hendelse(daemon), data)
    host = urllib.parse.urlsplit(daemon.url)
    connection = http.client.HTTPConnection(host.hostname, host.port, timeout=30)
    connection.request("GET", f"/v1/documents/{id}/content", headers={"Authorization": "Bearer " + daemon.token("kari")})
    answer = connection.getresponse()
    got = answer.read(100_000)
    stopping = threading.Thread(target=daemon.stop)
    stopping.start()
    got += answer.read()
    stopping.join()
    assert digest(got) == digest(data)
