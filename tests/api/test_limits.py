# SPDX-License-Identifier: EUPL-1.2
"""Limits at the door: what the HTTP library answers by itself, how many connections, how much memory, how often without a valid token."""
import contextlib
import re
import resource
import select
import socket
import sqlite3
import subprocess
import time

import pytest
import requests

from daemon import TRYGGD
from wire import PATIENCE, Wire, ask, lines

LIVE = b"GET /health/live HTTP/1.1\r\nHost: trygg\r\n\r\n"
MAX_BODY = 1 << 20
MAX_HEAD = 16 << 10
EX_OSERR = 71


def figure(daemon, name):
    """A number of the metrics page that has no labels."""
    page = requests.get(f"http://127.0.0.1:{daemon.metrics_port()}/metrics", timeout=PATIENCE).text
    return float(re.search(rf"(?m)^{name} (\S+)$", page).group(1))


# ---- What the library answers by itself ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("data, status", [
    (b"GET /" + b"a" * (2 * MAX_HEAD) + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * (2 * MAX_HEAD) + b"\r\n\r\n", 431),
    (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * MAX_HEAD + b"\r\n", 431),
    (b"GET /health/live HTTP/1.1\r\n\r\n", 400),
    (b"POST /v1/students HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    (b"POST /v1/students HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
    (b"POST /v1/students HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;" + b"a" * (2 * MAX_HEAD), 500),
    (b"GET /health/live HTTP/2.0\r\nHost: x\r\n\r\n", 505)],
    ids=["long path", "long header", "many headers", "no host", "no chunk", "length beyond numbers", "long chunk line", "another version"])
def test_what_the_library_answers_by_itself_is_html_and_ends_the_connection(daemon, data, status):
    with Wire(daemon) as wire:
        wire.send(data)
        head, _, body = wire.rest().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\nConnection: close" in head and b"X-Request-Id" not in head and b"<html>" in body


@pytest.mark.parametrize("line", [b"GET  /health/live HTTP/1.1", b"GET /health/ live HTTP/1.1", b"GET\t/health/live\tHTTP/1.1"])
def test_a_request_line_with_other_blanks_gets_no_answer(daemon, line):
    with Wire(daemon) as wire:
        wire.socket.sendall(line + b"\r\nHost: x\r\n\r\n")
        everything = wire.rest()
    assert b"HTTP/1.1 2" not in everything and b'"live"' not in everything


def test_the_head_of_a_request_holds_the_longest_token_and_more(daemon):
    fields = ["Authorization: Bearer " + "a" * 8192] + [f"X-{i}: " + "b" * 200 for i in range(16)]
    assert ask(daemon, "GET", "/v1/me", *fields).status == 401


def head_of(size, n_lines):
    """A whole head of so many bytes and lines of headers, Host among them."""
    start = b"GET /health/live HTTP/1.1\r\nHost: x\r\n"
    each, more = divmod(size - len(start) - 2, n_lines - 1)
    sizes = [each + more] + [each] * (n_lines - 2)
    head = start + b"".join(b"X: " + b"a" * (size - 5) + b"\r\n" for size in sizes) + b"\r\n"
    assert len(head) == size
    return head


@pytest.mark.parametrize("size, n_lines", [(15_900, 2), (14_900, 17), (11_900, 64)])
def test_a_head_of_nearly_16_kib_is_read_where_each_line_takes_64_bytes_more(daemon, size, n_lines):
    with Wire(daemon) as wire:
        assert wire.send(head_of(size, n_lines)).answer().status == 200


@pytest.mark.parametrize("n_lines", [2, 17])
def test_a_head_that_is_too_large_is_answered_431_or_closed_and_never_served(daemon, n_lines):
    """Between what is read and what is refused lie some hundred bytes for which the library has no room to answer."""
    told, least = [], 16_000 - 64 * n_lines
    for size in range(least, 17_000, 50):
        with Wire(daemon) as wire:
            wire.socket.sendall(head_of(size, n_lines))
            told.append(wire.rest(until_answer=True)[9:12].decode())
    assert told == sorted(told, key=["200", "", "431"].index), told
    assert 0 < told.count("") <= 7 and told[-1] == "431", told


# ---- Many at once --------------------------------------------------------------------------------------------------------------

@contextlib.contextmanager
def locked_store(daemon):
    """While it is locked, whatever must be logged is being served for seconds."""
    other = sqlite3.connect(daemon.files.data / "trygg.db", isolation_level=None)
    other.execute("PRAGMA wal_autocheckpoint = 0")
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


def answer_of_a_full_house(daemon, bearer, method, target):
    """What a request is answered that comes when as many as may are being served."""
    served = []
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        served.append(Wire(daemon).send(lines("GET", "/v1/me", bearer)))
        with Wire(daemon) as wire:
            answer = wire.send(lines(method, target)).answer()
            if answer.status == 503:
                assert wire.rest() == b""
                break
    for each in served:
        each.socket.close()
    return answer


def test_when_all_are_being_served_the_next_is_told_to_come_back(fresh_daemon):
    daemon = fresh_daemon(limits={"connections": 2})
    bearer = "Authorization: Bearer " + daemon.token("rektor")
    for method, target in (("GET", "/health/live"), ("GET", "/api-info"), ("GET", "/v1/openapi.json"), ("GET", "/nowhere"), ("PUT", "/v1/me")):
        with locked_store(daemon):
            answer = answer_of_a_full_house(daemon, bearer, method, target)
        assert (answer.status, answer.problem, answer.headers["Retry-After"]) == (503, "unavailable", "1")
    deadline = time.monotonic() + PATIENCE
    while daemon.get("/v1/me", "rektor").status_code != 200:
        assert time.monotonic() < deadline


def test_a_new_connection_takes_the_place_of_the_one_that_has_kept_us_waiting_longest(fresh_daemon):
    daemon = fresh_daemon(limits={"connections": 3})
    with Wire(daemon) as slow, Wire(daemon) as silent, Wire(daemon) as caller:
        slow.socket.sendall(b"GET /health/live HTTP/1.1\r\nHost: tr")
        assert caller.send(LIVE).answer().status == 200   # it came after the two, so they are there
        newcomers = []
        for _ in range(2):
            time.sleep(0.1)
            assert caller.send(LIVE).answer().status == 200
            newcomers.append(Wire(daemon))
            assert newcomers[-1].send(LIVE).answer().status == 200
        assert silent.rest() == slow.rest() == b""
        for wire in (caller, *newcomers):
            assert wire.send(LIVE).answer().status == 200
            wire.socket.close()


def test_more_connections_of_one_address_than_allowed_are_closed_at_once(fresh_daemon):
    daemon = fresh_daemon(limits={"connections_per_address": 3})
    with Wire(daemon) as one, Wire(daemon) as two, Wire(daemon) as three:
        assert [wire.send(LIVE).answer().status for wire in (one, two, three)] == [200] * 3
        with Wire(daemon) as four:
            assert four.rest() == b""
        with Wire(daemon, source="127.0.0.7") as elsewhere:
            assert elsewhere.send(LIVE).answer().status == 200
        assert [wire.send(LIVE).answer().status for wire in (one, two, three)] == [200] * 3
    deadline = time.monotonic() + PATIENCE
    while True:   # when the three have gone there is room again
        with Wire(daemon) as wire:
            if wire.send(LIVE).rest(until_answer=True):
                break
        assert time.monotonic() < deadline


def test_a_connection_that_never_asks_is_closed_at_its_deadline(fresh_daemon):
    daemon = fresh_daemon(limits={"idle_seconds": 1, "request_seconds": 2})
    with Wire(daemon) as silent:
        assert silent.rest() == b""


def closed_meanwhile(wire, data):
    """Whether the daemon has closed; if not, it is sent this. An answer counts as none."""
    try:
        wire.socket.sendall(data)
        return wire.socket.recv(65536) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_a_request_that_trickles_in_is_closed_at_its_deadline_while_it_does(fresh_daemon):
    """One byte after the other does not help: the time is that of the whole request, not of a silence."""
    daemon = fresh_daemon(limits={"idle_seconds": 1, "request_seconds": 2})
    trickles = {"request line": (b"GET /v1/", b"a"),
                "head": (b"GET /health/live HTTP/1.1\r\nHost: x\r\nX: ", b"a"),
                "body": (b"POST /v1/students HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", b" "),
                "chunks": (b"POST /v1/students HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")}
    began, took = time.monotonic(), {}
    with contextlib.ExitStack() as stack:
        wires = {name: stack.enter_context(Wire(daemon)) for name in trickles}
        for name, (start, _) in trickles.items():
            wires[name].socket.sendall(start)
            wires[name].socket.setblocking(False)
        while len(took) < len(trickles) and time.monotonic() - began < PATIENCE:
            time.sleep(0.1)
            took.update({name: time.monotonic() - began for name in trickles if name not in took and closed_meanwhile(wires[name], trickles[name][1])})
    assert took.keys() == trickles.keys(), took
    assert min(took.values()) >= 1, took


def test_an_answer_that_is_read_slowly_is_broken_off_at_its_deadline(fresh_daemon):
    """As long as bytes are read no socket is idle; the figures tell who closed it."""
    daemon = fresh_daemon(limits={"idle_seconds": 60, "request_seconds": 2}, metrics_listen="127.0.0.1:0")
    with Wire(daemon) as wire:
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.socket.sendall(lines("GET", "/v1/openapi.json") * 30)   # more than the system's buffers take
        deadline = time.monotonic() + PATIENCE
        while figure(daemon, "trygg_http_connections_overdue_total") < 1:
            assert time.monotonic() < deadline
            with contextlib.suppress(OSError):
                wire.socket.recv(100)
            time.sleep(0.1)


def settled(wires, least):
    """Those of the wires that the daemon has closed, or said anything on, once at least so many are."""
    deadline = time.monotonic() + PATIENCE
    while True:
        closed, _, _ = select.select([wire.socket for wire in wires], [], [], 0.1)
        if len(closed) >= least or time.monotonic() > deadline:
            return closed


def test_bodies_have_a_limit_together_and_small_ones_do_not_count(fresh_daemon):
    daemon = fresh_daemon(limits={"body_memory_mib": 4})
    bearer = "Authorization: Bearer " + daemon.token("rektor")
    ask(daemon, "GET", "/v1/students", bearer)
    before = daemon.resident()
    part = b" " * (MAX_BODY - 1000)
    head = lines("POST", "/v1/students", bearer, "Content-Type: application/json", f"Content-Length: {MAX_BODY}")
    holding = [Wire(daemon) for _ in range(40)]
    for wire in holding:
        with contextlib.suppress(OSError):
            wire.socket.sendall(head + part)
    small = ask(daemon, "POST", "/v1/students", bearer, "Content-Type: application/json", "Idempotency-Key: k", body=b" " * 15000 + b"{}")
    assert (small.status, small.problem) == (400, "invalid")
    assert daemon.resident() - before < 16 << 20
    closed = settled(holding, 36)   # before any is finished: who is late could have its place
    assert 36 <= len(closed) < 40
    cut = 0
    for wire in holding:
        with contextlib.suppress(OSError):
            wire.socket.sendall(b" " * 1000)
        cut += wire.rest(until_answer=True) == b""
        wire.socket.close()
    assert 36 <= cut < 40
    deadline = time.monotonic() + PATIENCE   # what they held is given back
    while True:
        with Wire(daemon) as wire:
            with contextlib.suppress(OSError):
                wire.socket.sendall(head + b" " * MAX_BODY)
            if b"HTTP/1.1 400 " in wire.rest(until_answer=True):
                break
        assert time.monotonic() < deadline


def test_answers_that_nobody_reads_hold_no_copies(fresh_daemon):
    daemon = fresh_daemon()
    whole = daemon.get("/v1/openapi.json").content
    before = daemon.resident()
    wires = [Wire(daemon) for _ in range(100)]
    for wire in wires:
        wire.socket.sendall(lines("GET", "/v1/openapi.json") * 20)   # more than the system's buffers take
    assert daemon.get("/v1/openapi.json").content == whole
    assert daemon.resident() - before < 16 << 20 < 100 * len(whole)
    with wires[0] as first:
        first.asked = [("GET", "/v1/openapi.json")] * 20
        assert all(first.answer().body == whole for _ in range(20))
    for wire in wires:
        wire.socket.close()


# ---- Open files -----------------------------------------------------------------------------------------------------------------

def test_the_limit_of_open_files_is_raised_to_what_the_connections_need(fresh_daemon):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (400, hard))   # inherited
    try:
        daemon = fresh_daemon(limits={"connections": 700})
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    limits = open(f"/proc/{daemon.process.pid}/limits").read()
    assert int(re.search(r"Max open files +(\d+)", limits).group(1)) >= 700 + 64


def test_a_limit_of_open_files_that_cannot_be_raised_is_told(fresh_files):
    fresh_files.write_config(limits={"connections": 700})
    done = subprocess.run([TRYGGD, "serve", "--config", fresh_files.config], capture_output=True, text=True, timeout=PATIENCE,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (400, 400)))
    assert done.returncode == EX_OSERR and done.stdout == ""
    assert "connections = 700 needs more open files" in done.stderr and "LimitNOFILE" in done.stderr


# ---- Calls without a valid token -----------------------------------------------------------------------------------------------

def test_V4_calls_without_a_valid_token_are_limited_and_others_are_not(fresh_daemon):
    daemon = fresh_daemon(limits={"refused_per_minute": 3})
    bearer = "Authorization: Bearer " + daemon.token("rektor")
    weak = "Authorization: Bearer " + daemon.token("rektor", strong=False)
    rows = len(daemon.activity())
    for _ in range(5):   # a weak login has a row of its own, and is no stranger
        assert ask(daemon, "GET", "/v1/students", weak).status == 401
    assert [ask(daemon, "GET", "/v1/me", "Authorization: Bearer a.b.c").status for _ in range(2)] == [401, 401]
    assert [ask(daemon, "GET", "/v1/me").status for _ in range(3)] == [401, 429, 429]
    answer = ask(daemon, "POST", "/v1/students", "Accept-Language: nb", body=b"{")
    assert (answer.status, answer.problem, answer.headers["Content-Language"]) == (429, "too-many-calls", "nb")
    assert 1 <= int(answer.headers["Retry-After"]) <= 20
    assert "WWW-Authenticate" not in answer.headers
    assert [ask(daemon, "GET", "/v1/me", bearer).status for _ in range(5)] == [200] * 5
    assert ask(daemon, "GET", "/health/live").status == 200
    assert ask(daemon, "GET", "/nowhere").status == 404
    with Wire(daemon, source="127.0.0.9") as elsewhere:
        assert elsewhere.send(lines("GET", "/v1/me")).answer().status == 401
    assert len(daemon.activity()) == rows + 10


def test_V4_what_was_told_in_retry_after_is_kept(fresh_daemon):
    daemon = fresh_daemon(limits={"refused_per_minute": 60})
    assert {ask(daemon, "GET", "/v1/me").status for _ in range(60)} == {401}
    deadline = time.monotonic() + PATIENCE   # each second gives one call back: a slow machine has more of them
    while (answer := ask(daemon, "GET", "/v1/me")).status != 429:
        assert answer.status == 401 and time.monotonic() < deadline
    time.sleep(int(answer.headers["Retry-After"]))
    assert ask(daemon, "GET", "/v1/me").status == 401


def test_V4_zero_is_no_limit(fresh_daemon):
    daemon = fresh_daemon(limits={"refused_per_minute": 0})
    assert {ask(daemon, "GET", "/v1/me").status for _ in range(400)} == {401}


# Heads that fill libmicrohttpd's memory with small things, so that not even its own 431 finds room: it closes, and tells nobody.
OVERFULL = {"arguments": b"GET /v1/me?" + b"a=1&" * 300 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            "cookies": b"GET /v1/me HTTP/1.1\r\nHost: x\r\nCookie: " + b"a=1;" * 300 + b"\r\n\r\n"}


def overfull(port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(data)
        with contextlib.suppress(ConnectionResetError):
            while connection.recv(65536):
                pass


@pytest.mark.parametrize("listener", ["http", "metrics"])
@pytest.mark.parametrize("data", OVERFULL.values(), ids=OVERFULL)
def test_a_head_that_nobody_is_told_of_leaves_nothing_behind(fresh_daemon, data, listener):
    """Under the address sanitizer the stop would tell of the leak; else the memory does: it was 9 KiB for each."""
    daemon = fresh_daemon(metrics_listen="127.0.0.1:0")
    port = int(daemon.url.rpartition(":")[2]) if listener == "http" else daemon.metrics_port()
    for _ in range(200):
        overfull(port, data)
    before = daemon.resident()
    for _ in range(2000):
        overfull(port, data)
    assert daemon.resident() - before < 6 << 20
    assert ask(daemon, "GET", "/health/live").status == 200
