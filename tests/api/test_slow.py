# SPDX-License-Identifier: EUPL-1.2
"""A thousand connections that keep us waiting, each in its own way, and come back when they are closed; meanwhile a caller with a token is
served as if nobody else were there."""
import contextlib
import resource
import select
import socket
import statistics
import threading
import time
import urllib.parse

import pytest
import requests

from daemon import sanitized

SLOW = 1000
SECONDS = 15
P99_MS = 500
MOST_MEMORY = 128 << 20
FILES = 2 * SLOW + 500
PER_ADDRESS = 250       # of the slow; fewer than the daemon lets in of one address
SLICES = 20             # a twentieth of them sends each twentieth of a second


def silent(_):
    yield b""


def slow_head(number):
    yield b"GET /v1/students HTTP/1.1\r\nHost: trygg\r\nX-%d: " % number
    while True:
        yield b"a"


def slow_body(number):
    """Some have sent much already."""
    yield b"POST /v1/students HTTP/1.1\r\nHost: trygg\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
    yield b" " * (number % 50 * 4000)
    while True:
        yield b" "


def slow_chunks(_):
    yield b"PUT /v1/provision/schools HTTP/1.1\r\nHost: trygg\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1\r\n \r\n"


def half_reader(_):
    """Asks for more than the system's buffers take, and reads nothing."""
    yield b"GET /v1/openapi.json HTTP/1.1\r\nHost: trygg\r\n\r\n" * 30


def half_line(_):
    yield b"GET /v1/"
    while True:
        yield b"a"


def stranger(_):
    """Whole calls, now and then, without a token."""
    while True:
        yield b"GET /v1/me HTTP/1.1\r\nHost: trygg\r\n\r\n"


KINDS = [silent, slow_head, slow_body, slow_chunks, half_reader, half_line, stranger]


class Slow:
    """One that is slow. It comes back when it has been closed, a step later."""

    def __init__(self, target, number):
        self.target, self.number = target, number
        self.source = (f"127.0.1.{1 + number // PER_ADDRESS}", 0)
        self.wire = None
        self.closed = -1   # how often
        self.step()

    def step(self):
        if self.wire is not None and not self._is_closed():
            with contextlib.suppress(BlockingIOError, OSError):
                self.wire.send(next(self.script, b""))
            return
        self.closed += 1
        self.stop()
        with contextlib.suppress(OSError):
            self.wire = socket.create_connection(self.target, timeout=5, source_address=self.source)
            self.wire.setblocking(False)
        self.script = KINDS[self.number % len(KINDS)](self.number)

    def _is_closed(self):
        poll = select.poll()
        poll.register(self.wire, select.POLLRDHUP)
        return bool(poll.poll(0))

    def stop(self):
        if self.wire is not None:
            self.wire.close()
        self.wire = None


class Crowd(threading.Thread):
    """All the slow ones; each takes a step a second."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        address = urllib.parse.urlsplit(daemon.url)
        self.slow = [Slow((address.hostname, address.port), number) for number in range(SLOW)]
        self.ending = threading.Event()

    def run(self):
        slice_number = 0
        while not self.ending.wait(1 / SLICES):
            for slow in self.slow[slice_number::SLICES]:
                slow.step()
            slice_number = (slice_number + 1) % SLICES

    def stop(self):
        self.ending.set()
        self.join()
        for slow in self.slow:
            slow.stop()


@pytest.fixture
def many_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard == resource.RLIM_INFINITY or hard >= FILES, f"this test opens {FILES} files; the hard limit is {hard}"
    if soft != resource.RLIM_INFINITY and soft < FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def call_for(seconds, daemon, memory):
    """Calls on one connection that is kept and on new ones in turn; how long each took, in ms, and how many connections were kept."""
    path, token = f"/v1/students/{daemon.id('student', 'alva')}", daemon.token("kari")
    took, lost = [], 0
    with requests.Session() as kept:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for session in (kept, None):
                began = time.monotonic()
                try:
                    answer = daemon.get(path, token=token, session=session)
                except requests.ConnectionError:
                    lost += 1
                    continue
                assert answer.status_code == 200
                took.append((time.monotonic() - began) * 1000)
            memory.append(daemon.resident())
            time.sleep(0.01)
    return took, lost


def test_a_thousand_slow_connections_keep_nobody_waiting(fresh_daemon, many_files):
    daemon = fresh_daemon(limits={"refused_per_minute": 300})
    memory = []
    alone, lost = call_for(1, daemon, memory)
    crowd = Crowd(daemon)
    crowd.start()
    try:
        took, lost = call_for(SECONDS, daemon, memory)
        closed = sum(slow.closed for slow in crowd.slow)
        standing = sum(slow.wire is not None for slow in crowd.slow)
    finally:
        crowd.stop()
    p99 = statistics.quantiles(took, n=100)[98]
    print(f"\nalone: median {statistics.median(alone):.1f} ms; among {standing} slow ones ({closed} closed): {len(took)} calls, "
          f"median {statistics.median(took):.1f} ms, p99 {p99:.1f} ms, longest {max(took):.1f} ms; memory {max(memory) >> 20} MiB")
    assert lost == 0
    assert standing > SLOW * 9 // 10 and closed > 0
    assert p99 < P99_MS * (10 if sanitized() else 1)
    assert max(memory) < MOST_MEMORY
    after, lost = call_for(1, daemon, memory)
    assert lost == 0 and after
