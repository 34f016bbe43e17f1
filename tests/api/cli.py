# SPDX-License-Identifier: EUPL-1.2
"""What the tests of the client `trygg` share: the client, and a fake server that answers whatever a test wants.

The fake shows what the client sends and how it treats answers that no honest daemon gives.
"""
import http.server
import json
import os
import pathlib
import socket
import subprocess
import threading
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
OK, LOCAL, USAGE, BAD_INPUT, LOGIN, FORBIDDEN, NOT_FOUND, CONFLICT, SERVER, UNREACHABLE = range(10)
SCHOOL = "019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61"
STUDENT = "019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11"
CREATE = ["students", "create", "--school", SCHOOL, "--given", "Tuva", "--family", "Kvernberg"]
CREATED = {"id": STUDENT, "version": 1, "ground": "S1.role.contactTeacher"}


def find_client():
    """The client of the build under test, or the one that TRYGG_CLI names."""
    build = pathlib.Path(os.environ.get("TRYGG_BUILD", ROOT / "build" / "dev"))
    client = pathlib.Path(os.environ.get("TRYGG_CLI", build / "client-cli" / "trygg")).resolve()
    assert client.exists(), f"{client} is not there: build first, or set TRYGG_BUILD"
    return client


def run(server, *args, token="a.b.c", stdin="", **environment):
    """Runs the client with nothing but the environment given."""
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment}
    if server is not None:
        env["TRYGG_SERVER"] = server
    if token is not None:
        env["TRYGG_TOKEN"] = token
    return subprocess.run([find_client(), *args], env=env, input=stdin, capture_output=True, text=True, timeout=60)


class Fake(http.server.ThreadingHTTPServer):
    """Answers from a list, in order, the last one again and again; keeps every request."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), FakeHandler)
        self.answers = []
        self.requests = []
        self.hold = False  # no answer leaves as long as this is true

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, status, body, headers=None, content_type="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.answers.append((status, data, {"Content-Type": content_type, **(headers or {})}))

    def drop(self):
        self.answers.append(None)


class FakeHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_any(self):
        length = int(self.headers.get("Content-Length", 0))
        self.server.requests.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        while self.server.hold:
            time.sleep(0.02)
        answer = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, data, headers = answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(data)
        except ConnectionError:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def log_message(self, *args):
        pass


def serving(server):
    """For a fixture: a server that answers while a test runs."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fake():
    yield from serving(Fake())


def problem(status, title="Not found", detail="There is nothing here that you may see.", **members):
    return {"type": "urn:problem-type:trygg:x", "title": title, "status": status, "detail": detail, **members}
