# SPDX-License-Identifier: EUPL-1.2
"""The lines that tryggd writes about itself: the same in either form, one for each request, and never in the way of an answer."""
import json
import os
import re
import signal
import subprocess
import time

import requests

from daemon import TRYGGD
from starting import wait_for


def lines_of(daemon, event):
    """The JSON lines of this event."""
    rows = [json.loads(line) for line in daemon.log().splitlines()]
    return [row for row in rows if row["event"] == event]


def test_a_line_of_a_request_says_what_where_and_how_long(fresh_daemon):
    daemon = fresh_daemon(log_format="json")
    student = daemon.id("student", "alva")
    answer = daemon.get(f"/v1/students/{student}", "kari", params={"x": "y"})
    assert answer.status_code == 400
    daemon.get("/v1/nowhere", "kari")
    first, second = lines_of(daemon, "request")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.pop("time"))
    assert 0 < first.pop("us") < 60_000_000
    assert first == {"level": "info", "event": "request", "request": answer.headers["X-Request-Id"], "operation": "getStudent",
                     "method": "GET", "route": "/v1/students/{studentId}", "status": 400}
    assert {second["operation"], second["method"], second["route"]} == {"none"}
    assert student not in daemon.log()


def test_the_same_lines_in_either_form(fresh_daemon):
    keys = []
    for form in ("json", "logfmt"):
        daemon = fresh_daemon(log_format=form)
        wait_for(daemon, "started")   # which is said after the address
        daemon.get("/v1/me", "kari")
        daemon.stop()
        for line in daemon.log().splitlines():
            keys.append((form, list(json.loads(line)) if form == "json" else re.findall(r"(?:^| )([a-z]+)=", line)))
    assert [each for form, each in keys if form == "json"] == [each for form, each in keys if form == "logfmt"]


def refusals(daemon):
    """Each bad token, with the word for it that tryggd's own log has."""
    good, now = daemon.files.claims("kari"), int(time.time())
    sign = daemon.files.sign
    header, payload, signature = sign(good).split(".")
    return {
        "form": ["x", f"{header}.{payload}", f"{header}..{signature}"],
        "issuer-or-audience": [sign({**good, "iss": "https://other.example"}), sign({**good, "aud": "https://other.example"})],
        "key": [sign(good, headers={"kid": "another"})],
        "signature": [f"{header}.{payload}.{sign({**good, 'jti': 'another'}).split('.')[2]}"],
        "claims": [sign({**good, "sub": 7}), sign({**good, "exp": "soon"})],
        "expired": [sign({**good, "iat": now - 7200, "exp": now - 3600})],
        "time": [sign({**good, "nbf": now + 3600})],
    }


def test_the_log_says_why_a_token_was_refused_and_the_answer_does_not(fresh_daemon):
    daemon = fresh_daemon(log_format="json")
    answers, expected = set(), []
    for word, tokens in refusals(daemon).items():
        for token in tokens:
            answer = daemon.get("/v1/me", token=token)
            assert answer.status_code == 401
            answers.add((answer.text, answer.headers["WWW-Authenticate"]))
            expected.append(word)
    assert len(answers) == 1
    assert daemon.get("/v1/me").status_code == 401
    assert daemon.get("/v1/me", "kari").status_code == 200
    assert [row.get("refused") for row in lines_of(daemon, "request")] == [*expected, None, None]


def test_nobody_reading_the_log_holds_up_no_answer_and_no_stop(fresh_files):
    STALLED = 1500  # lines: more than a pipe holds
    process = subprocess.Popen([TRYGGD, "serve", "--config", fresh_files.config], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        url = process.stdout.readline().decode().split()[-1]
        with requests.Session() as session:
            for _ in range(STALLED):
                assert session.get(url + "/health/live", timeout=10).status_code == 200
            lines = b""
            while b"event=stopping" not in lines and b" dropped=" not in lines:
                lines += os.read(process.stderr.fileno(), 65536)
                assert session.get(url + "/health/live", timeout=10).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        told = re.search(rb" dropped=([0-9]+)", lines + process.stderr.read())
        assert told and int(told.group(1)) > 100
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()
