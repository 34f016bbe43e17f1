# SPDX-License-Identifier: EUPL-1.2
"""One connection to the daemon, in raw bytes, for tests of what no HTTP client would send. Answers are held against the contract."""
import json
import re
import socket
import urllib.parse

import contract_model

PATIENCE = 20


class Answer:
    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        self.body = body

    @property
    def problem(self):
        return json.loads(self.body)["type"].rpartition(":")[2]

    @property
    def errors(self):
        return [(error["in"], error["name"], error["code"]) for error in json.loads(self.body)["errors"]]


class Wire:
    """One connection, with bytes in both directions."""

    def __init__(self, daemon, source="127.0.0.1"):
        address = urllib.parse.urlsplit(daemon.url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=PATIENCE, source_address=(source, 0))
        self.left = b""
        self.asked = []   # (method, target) of the requests that wait for an answer

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.socket.close()

    def send(self, data):
        self.asked += [(method.decode(), target.decode()) for method, target in re.findall(rb"(?m)^([!-~]+) ([!-~]+) HTTP/1\.1\r$", data)]
        self.socket.sendall(data)
        return self

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.left += data
        return bool(data)

    def answer(self, has_body=True):
        while b"\r\n\r\n" not in self.left:
            assert self._more(), "the connection ended before an answer"
        head, _, self.left = self.left.partition(b"\r\n\r\n")
        has_body = has_body and not head.startswith(b"HTTP/1.1 204 ")
        length = int(re.search(rb"(?i)\r\nContent-Length: (\d+)", head + b"\r\n").group(1)) if has_body else 0
        while len(self.left) < length:
            assert self._more(), "the connection ended within an answer"
        body, self.left = self.left[:length], self.left[length:]
        return self._checked(Answer(head, body))

    def _checked(self, answer):
        method, target = self.asked.pop(0)
        contract_model.check_answer(method, target, answer.status, answer.headers, answer.body)
        return answer

    def told_to_continue(self):
        """Waits until the daemon has read the head of a request that has Expect: 100-continue, and so has begun with it."""
        while b"\r\n\r\n" not in self.left:
            assert self._more(), "the connection ended before an answer"
        head, _, self.left = self.left.partition(b"\r\n\r\n")
        assert head == b"HTTP/1.1 100 Continue"

    def rest(self, until_answer=False):
        """Everything until the daemon closes, or, if so wished, the first that comes."""
        while self._more() and not until_answer:
            pass
        rest, self.left = self.left, b""
        head, _, body = rest.partition(b"\r\n\r\n")
        if self.asked and b"application/problem+json" in head:
            self._checked(Answer(head, body[:int(re.search(rb"Content-Length: (\d+)", head).group(1))]))
        return rest


def lines(method, target, *headers, body=None):
    head = [f"{method} {target} HTTP/1.1", "Host: trygg", *headers]
    if body is not None:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + (body or b"")


def ask(daemon, method, target, *headers, body=None):
    """One request on a connection of its own."""
    with Wire(daemon) as wire:
        return wire.send(lines(method, target, *headers, body=body)).answer(has_body=method != "HEAD")
