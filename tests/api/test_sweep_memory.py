# SPDX-License-Identifier: EUPL-1.2
"""Each allocation of tryggd fails in turn (tests/faults/starve.c). Whatever is asked for, the answer is the usual one, a 503 or none at
all; the process lives, or ends in order when memory stays away; nothing that was answered is lost or unlogged (V2). TRYGG_SWEEP=all
takes every allocation of every operation and of a story, and many of a start."""
import http.client
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.parse
import uuid

import pytest

import cases
import civic
import contract_model
import files
import world
from certificate import FILES, connect, make_certificate, shown_certificate
from daemon import TRYGGD
from sweeping import ALL, FOR_EVER, Orders, check_store, logged, shim, spread

STRIDE = 1 if ALL else 11
CLOSED = "closed"
UNAVAILABLE = 503
NO_LISTENER, OS_ERROR, CANT_CREATE, IO_ERROR, TEMPORARY = 69, 71, 73, 74, 75
ORDERLY = {NO_LISTENER, OS_ERROR, CANT_CREATE, IO_ERROR, TEMPORARY}
STRIDE_OF_HANDSHAKES = 2 if ALL else 7
STRIDE_OF_CASES = 3 if ALL else 29   # twelve calls, and longer ones
RUN = 20   # allocations that fail one after the other
PATIENCE = 20   # seconds
DOCUMENTS = 15   # of one hendelse, which may have no more than twenty


def environment(orders):
    return {"LD_PRELOAD": str(shim("starve")), "TRYGG_STARVE": str(orders.path)}


class Caller:
    """Sends requests while allocations fail, over one connection as long as it lasts, and notes what it was answered."""

    def __init__(self, daemon, orders):
        self.daemon, self.orders = daemon, orders
        self.connection = None
        self.disclosed = []     # (status, request id) of what must have its row
        self.sent = self.bare = 0

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def send(self, method, path, token, query=None, headers=None, body=None):
        """(status, body), or CLOSED."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.daemon.url.removeprefix("http://"), timeout=30)
        self.sent += 1
        try:
            self.connection.request(method, path + ("?" + urllib.parse.urlencode(query) if query else ""), body,
                                    {"Authorization": "Bearer " + token, "Accept": "application/json", **(headers or {})})
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            assert self.daemon.alive(), f"tryggd died: {self.daemon.process.wait()}\n{self.daemon.log()[-3000:]}"
            return CLOSED, b""
        self._check(method, path, answer, text)
        return answer.status, text

    def _check(self, method, path, answer, text):
        """ulfius sends an answer whose header libmicrohttpd had no memory for without that header: that is all that may be missing."""
        headers = {name.lower(): value for name, value in answer.headers.items()}
        whole = dict(headers)
        responses = contract_model.model().responses_of(method, path)
        for name in contract_model.profile.resolve(contract_model.model().document, responses[str(answer.status)]).get("headers", {}):
            whole.setdefault(name.lower(), STAND_INS[name.lower()])
        if answer.status != 204:
            whole.setdefault("content-type", "application/json" if answer.status < 400 else "application/problem+json")
        self.bare += whole != headers
        contract_model.check_answer(method, path, answer.status, whole, text)
        if answer.status in (200, 201, 204, 403, 404, 409, 412) and "x-request-id" in headers:
            self.disclosed.append((headers["x-request-id"], method, path))

    def sweep(self, build, token, first=1, stride=1, run=1, fresh=False):
        """The same request again and again, until one passes that no allocation failed in; what it and the others were answered."""
        answers = []
        for k in itertools.count(first, stride):
            request = build()
            if fresh:
                self.close()
            self.orders.strike(k, run)
            answers.append(self.send(token=token, **request))
            hits = self.orders.hits
            self.orders.disarm()
            if hits == 0 and answers[-1][0] != CLOSED:
                return answers


STAND_INS = {"x-request-id": str(uuid.UUID(int=0)), "traceparent": f"00-{'1' * 32}-{'1' * 16}-00", "cache-control": "no-store",
             "x-content-type-options": "nosniff", "etag": '"1"', "location": "/v1/students/x", "content-language": "en",
             "retry-after": "1", "www-authenticate": "Bearer", "allow": "GET", "upload-offset": "0", "accept-ranges": "bytes",
             "content-disposition": "attachment"}


def check_answers(answers, name):
    """A fault costs this answer and no other: it is what it would have been, or 503, or none."""
    usual = {answers[-1][0], 200, 201, 412} if answers[-1][0] in (200, 201, 409, 412) else {answers[-1][0]}
    assert answers[-1][0] < 500, f"{name} is {answers[-1]} when memory is back"
    strange = [answer for answer in answers if answer[0] not in usual | {UNAVAILABLE, CLOSED}]
    assert not strange, f"{name}: {len(strange)} of {len(answers)}: {strange[0]} where {answers[-1][0]} is usual"


def example(method, template):
    """What the contract shows as an example; a POST is the same each time."""
    key = str(uuid.uuid4())

    def build():
        path, query, headers, body = contract_model.model().example_request(method, template)
        if method == "POST":
            headers["Idempotency-Key"] = key
        return {"method": method, "path": path, "query": query, "headers": headers, "body": body}
    return build


def open_files(daemon):
    return len(list(pathlib.Path(f"/proc/{daemon.process.pid}/fd").iterdir()))


@pytest.fixture
def starving(fresh_daemon, tmp_path):
    orders = Orders(tmp_path / "orders")
    daemon = fresh_daemon(env=environment(orders))
    caller = Caller(daemon, orders)
    yield daemon, caller
    caller.close()
    daemon.stop()
    check_store(daemon.files)
    rows = logged(daemon.files)
    unlogged = [what for what in caller.disclosed if what[0] not in rows and not what[2].startswith(("/health", "/api-info", "/v1/openapi"))]
    assert not unlogged, f"{len(unlogged)} answers have no row, such as {unlogged[0]}"
    assert caller.bare < caller.sent / 4


# ---- Requests --------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("run", [1, RUN])
def test_V2_no_operation_crashes_lies_or_discloses_when_an_allocation_fails(starving, run):
    daemon, caller = starving
    token = daemon.token("owner")
    stride = STRIDE if run == 1 else STRIDE * RUN
    for i, (method, template, name) in enumerate(contract_model.model().operations()):
        check_answers(caller.sweep(example(method, template), token, 1 + i % stride, stride, run), name)
    assert daemon.alive() and open_files(daemon) < 40


def test_V2_a_connection_that_finds_no_memory_costs_nobody_else(starving):
    daemon, caller = starving
    build = lambda: {"method": "GET", "path": "/v1/me"}
    for stride in (STRIDE, 1):
        check_answers(caller.sweep(build, daemon.token("kari"), 1, stride, fresh=True), "getMe")
    for first in spread(60, 10):
        check_answers(caller.sweep(build, daemon.token("kari"), first, 60, RUN, fresh=True), "getMe")
    assert daemon.alive() and open_files(daemon) < 40


def send(method, path, body=None, data=None, **headers):
    """One for Caller.sweep: with a JSON body, or these bytes."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        headers.setdefault("Content-Type", "application/json")
    return {"method": method, "path": path, "body": data if body is None else json.dumps(body), "headers": headers}


MERGE, PART = "application/merge-patch+json", "application/offset+octet-stream"


def story(daemon):
    """(name, who, how to build the request) of calls that are allowed, in turn; `made` is filled as they are answered."""
    made, key = {}, str(uuid.uuid4())
    student = {"schoolId": daemon.id("school", "aas"), "givenName": "Nysulten", "familyName": "Xqsulten", "civicNumber": civic.fresh()}
    items = [{"externalId": {"system": "visma", "id": "Xqsulten" + str(i)}, "givenName": "Ny", "familyName": "Xqsulten" + str(i),
              "schoolId": daemon.id("school", "aas")} for i in range(3)]
    daemon.remember([student, items])
    def change():
        version = daemon.get(f"/v1/students/{made['id']}", "rektor").json()["version"]
        return send("PATCH", f"/v1/students/{made['id']}", {"givenName": f"Nysulten{version}"}, Content_Type=MERGE, If_Match=f'"{version}"')

    return made, key, [
        ("create", "rektor", lambda: send("POST", "/v1/students", student, Idempotency_Key=key)),
        ("search", "rektor", lambda: send("POST", "/v1/students/search", {"name": "Xqsulten"})),
        ("civic", "rektor", lambda: send("POST", "/v1/students/search", {"civicNumber": student["civicNumber"]})),
        ("read", "rektor", lambda: send("GET", f"/v1/students/{made['id']}")),
        ("change", "rektor", change),
        ("provision", None, lambda: send("PUT", "/v1/provision/students", {"items": items})),
        ("list", "rektor", lambda: send("GET", "/v1/students")),
        ("log", "rektor", lambda: send("GET", f"/v1/schools/{daemon.id('school', 'aas')}/activity")),
        ("unseen", "teacher-untied", lambda: send("GET", f"/v1/students/{daemon.id('student', 'alva')}")),
    ]


@pytest.mark.parametrize("run", [1, RUN])
def test_X1_what_is_asked_again_after_want_of_memory_is_done_once(starving, run):
    daemon, caller = starving
    made, key, steps = story(daemon)
    before = daemon.rows("SELECT count(*) AS n FROM student")[0]["n"]
    registry = daemon.token("registry", service=True, scope="provision")
    for i, (name, who, build) in enumerate(steps):
        stride = (STRIDE if run == 1 else STRIDE * RUN)
        answers = caller.sweep(build, daemon.token(who) if who else registry, 1 + i % stride, stride, run)
        check_answers(answers, name)
        assert answers[-1][0] == (404 if name == "unseen" else 201 if name == "create" else 200), answers[-1]
        if name == "create":
            ids = {json.loads(text)["id"] for status, text in answers if status == 201}
            assert len(ids) == 1, "one key, one student"
            made["id"] = ids.pop()
    assert len(daemon.activity(operation="createStudent", outcome="allowed")) == 1
    assert daemon.rows("SELECT count(*) AS n FROM student")[0]["n"] == before + 1 + 3
    assert [row["outcome"] for row in json.loads(answers_of_put(daemon, steps, registry))["results"]] == ["unchanged"] * 3


def answers_of_put(daemon, steps, registry):
    request = next(build for name, _, build in steps if name == "provision")()
    return daemon.request("PUT", request["path"], token=registry, headers=request["headers"], data=request["body"]).text


@pytest.fixture
def own_case(starving):
    """(student, personsak, hendelse) that rektor handles."""
    daemon, _ = starving
    student = cases.new_student(daemon)
    personsak = cases.open_case(daemon, student=student, saksbehandler="rektor")["id"]
    return student, personsak, cases.hendelse(daemon, personsak)["id"]


@pytest.mark.parametrize("run", [1, RUN])
def test_X1_a_case_is_opened_written_in_and_closed_once_whatever_memory_it_wanted(starving, own_case, run):
    daemon, caller = starving
    student, personsak, hendelse = own_case
    keys = {name: str(uuid.uuid4()) for name in ("open", "write", "announce", "depart", "propose", "close")}
    opened = cases.case_body(daemon, student, saksbehandler="rektor")
    written = {"kind": "journalnotat", "category": "mobbing", "happenedAt": "2026-11-01T10:15:00Z", "text": cases.words(daemon)}
    announced = {"name": cases.words(daemon) + ".pdf", "mediaType": files.PDF, "size": 3000}
    leaves = {"schoolId": daemon.id("school", "aas"), "kind": "moves", "date": world.day(30)}
    proposed = {"studentId": daemon.id("student", "alva"), "schoolId": daemon.id("school", "aas"), "sakstype": "skolemiljo",
                "why": cases.words(daemon)}
    closed = {"items": [{"personsakId": personsak, "summary": cases.words(daemon)}]}
    case, note = f"/v1/personsaker/{personsak}", f"/v1/hendelser/{hendelse}"
    version = lambda path: f'"{daemon.get(path, "rektor").json()["version"]}"'
    steps = [
        ("open", "rektor", 201, lambda: send("POST", "/v1/personsaker", opened, Idempotency_Key=keys["open"])),
        ("read", "rektor", 200, lambda: send("GET", case)),
        ("write", "rektor", 201, lambda: send("POST", case + "/hendelser", written, Idempotency_Key=keys["write"])),
        ("list", "rektor", 200, lambda: send("GET", case + "/hendelser")),
        ("change", "rektor", 200, lambda: send("PATCH", case, {"description": cases.words(daemon)}, Content_Type=MERGE,
                                               If_Match=version(case))),
        ("amend", "rektor", 200, lambda: send("PATCH", note, {"text": cases.words(daemon)}, Content_Type=MERGE, If_Match=version(note))),
        ("announce", "rektor", 201, lambda: send("POST", note + "/documents", announced, Idempotency_Key=keys["announce"])),
        ("depart", "rektor", 201, lambda: send("POST", f"/v1/students/{student}/departures", leaves, Idempotency_Key=keys["depart"])),
        ("propose", "teacher", 201, lambda: send("POST", "/v1/proposals", proposed, Idempotency_Key=keys["propose"])),
        ("mine", "rektor", 200, lambda: send("GET", "/v1/me/cases")),
        ("log", "rektor", 200, lambda: send("GET", case + "/activity")),
        ("close", "rektor", 200, lambda: send("POST", "/v1/personsaker/closures", closed, Idempotency_Key=keys["close"])),
    ]
    before = {table: len(daemon.rows(f"SELECT 1 FROM {table}")) for table in ("personsak", "hendelse", "document")}
    stride = STRIDE_OF_CASES if run == 1 else STRIDE_OF_CASES * RUN
    for i, (name, who, status, build) in enumerate(steps):
        answers = caller.sweep(build, daemon.token(who), 1 + i % stride, stride, run)
        check_answers(answers, name)
        assert answers[-1][0] == status, (name, answers[-1])
    after = {table: len(daemon.rows(f"SELECT 1 FROM {table}")) for table in before}
    assert after == {table: n + 1 for table, n in before.items()}, "one key, one of each"
    assert cases.case(daemon, personsak)["state"] == "closed"
    assert daemon.alive() and open_files(daemon) < 40


def test_X1_a_part_of_a_document_that_wanted_memory_is_kept_once_or_not(starving, own_case):
    """Each part is the first of another document: what is looked at once more is not the same path. The daemon has looked at one before."""
    daemon, caller = starving
    personsak = own_case[1]
    media = files.OPEN + "text"
    whole = files.zipped("content.xml", mimetype=media)
    for i, first in enumerate(itertools.count(1, STRIDE)):
        if i % DOCUMENTS == 0:
            hendelse = cases.hendelse(daemon, personsak)["id"]
            files.stored(daemon, hendelse, whole, media, who="rektor")
        document = files.announced(daemon, hendelse, len(whole), media, who="rektor")
        path = f"/v1/documents/{document}/content"
        caller.orders.strike(first)
        status, _ = caller.send(token=daemon.token("rektor"), **send("PATCH", path, data=whole, Content_Type=PART, Upload_Offset="0"))
        hits = caller.orders.hits
        caller.orders.disarm()
        assert status in (204, UNAVAILABLE, CLOSED), f"allocation {first}: {status}"
        if status != 204 and "Upload-Offset" in files.content(daemon, document, "rektor", "HEAD").headers:
            files.fill(daemon, document, whole, "rektor")
        assert files.content(daemon, document, "rektor").content == whole
        if hits == 0:
            break
    answers = caller.sweep(lambda: send("GET", path), daemon.token("rektor"), 1, STRIDE)
    assert {answer for answer in answers if answer[0] == 200} == {(200, whole)}
    assert {answer[0] for answer in answers} <= {200, UNAVAILABLE, CLOSED}
    assert daemon.alive() and open_files(daemon) < 40


def test_a_handshake_that_wants_memory_costs_nobody_else(fresh_files, fresh_daemon, tmp_path):
    """GMP, below GnuTLS, aborts, and libtasn1 follows a NULL: what a handshake allocates is waited for."""
    make_certificate(fresh_files)
    fresh_files.write_config(**FILES)
    orders = Orders(tmp_path / "orders")
    daemon = fresh_daemon(fresh_files, env=environment(orders))
    shown = 0
    for first in itertools.count(1, STRIDE_OF_HANDSHAKES):
        orders.strike(first)
        try:
            with connect(daemon) as line:
                line.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                shown += line.recv(12) == b"HTTP/1.1 200"
        except OSError:
            pass
        hits = orders.hits
        orders.disarm()
        assert daemon.alive(), f"allocation {first}: exit {daemon.process.wait()}\n{daemon.log()[-2000:]}"
        if hits == 0:
            break
    with connect(daemon) as line:   # a thread that outlived its connection may have crashed since
        line.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert line.recv(12) == b"HTTP/1.1 200"
    assert daemon.alive(), daemon.log()[-2000:]
    assert shown > first / STRIDE_OF_HANDSHAKES / 2, "most are answered"


def test_a_certificate_that_is_read_again_without_memory_stays_or_is_the_new_one(fresh_files, fresh_daemon, tmp_path):
    make_certificate(fresh_files)
    fresh_files.write_config(**FILES)
    orders = Orders(tmp_path / "orders")
    daemon = fresh_daemon(fresh_files, env=environment(orders))
    for first in itertools.count(1, STRIDE):
        said = daemon.log().count("event=reload")
        orders.strike(first)
        daemon.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + PATIENCE
        while daemon.alive() and daemon.log().count("event=reload") == said:
            assert time.monotonic() < deadline, daemon.log()[-2000:]
            time.sleep(0.005)
        hits = orders.hits
        orders.disarm()
        assert daemon.alive(), f"allocation {first}: exit {daemon.process.wait()}\n{daemon.log()[-2000:]}"
        if hits == 0:
            break
    assert shown_certificate(daemon)


def test_without_any_memory_it_ends_in_order_and_nothing_answered_is_lost(fresh_daemon, tmp_path):
    """What ulfius, jansson or OpenSSL cannot do without is waited for, a second; then the process ends, as after an unknown commit."""
    orders = Orders(tmp_path / "orders")
    daemon = fresh_daemon(env=environment(orders))
    created = daemon.create_student("kari")
    assert created.status_code == 201
    caller = Caller(daemon, orders)
    caller.send("GET", "/v1/me", daemon.token("kari"))   # another connection would find nobody
    orders.strike(1, FOR_EVER)
    with pytest.raises(AssertionError, match="tryggd died: 75"):
        for _ in range(1000):
            caller.send("GET", "/v1/me", daemon.token("kari"))
    assert "event=no-memory exit=75" in daemon.log()
    daemon.process.stdout.close()
    orders.disarm()
    daemon.start()
    assert daemon.get("/v1/students/" + created.json()["id"], "kari").status_code == 200


# ---- Starts ----------------------------------------------------------------------------------------------------------------------

def run_starved(orders, k, n, *args, env=()):
    """Exit code, stdout and stderr of a command in which the k-th allocation, and n - 1 more, fail."""
    orders.strike(k, n)
    with subprocess.Popen([TRYGGD, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, **environment(orders)}) as process:
        out = process.stdout.readline()
        if out.startswith(b"listening on "):
            process.send_signal(signal.SIGTERM)
        rest, err = process.communicate(timeout=60)
    orders.disarm()
    return process.returncode, (out + rest).decode(), err.decode()


def count(orders, *args):
    before = orders.seen
    code, _, err = run_starved(orders, FOR_EVER // 2, 1, *args)
    assert code == 0, err
    return orders.seen - before


def check_ending(done, k):
    code, _, err = done
    assert code == 0 or code in ORDERLY, f"allocation {k}: exit {code}\n{err[-2000:]}"
    assert code == 0 or "tryggd: " in err or "event=no-memory" in err, f"allocation {k}: exit {code} without a sentence"


@pytest.mark.parametrize("run", [1, RUN])
def test_a_start_without_memory_is_a_start_or_one_sentence(fresh_files, tmp_path, fresh_daemon, run):
    orders = Orders(tmp_path / "orders")
    serve = ("serve", "--config", fresh_files.config)
    for k in spread(count(orders, *serve), 40, 120):
        check_ending(run_starved(orders, k, run, *serve), k)
    daemon = fresh_daemon(fresh_files)
    assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "kari").status_code == 200
    check_store(fresh_files)


def test_an_init_without_memory_can_be_done_again(fresh_files, tmp_path, fresh_daemon):
    orders = Orders(tmp_path / "orders")
    init = ("init", "--config", fresh_files.config, "--seed", fresh_files.folder / "seed.json", "--ids", fresh_files.folder / "ids.json")

    def clear():
        shutil.rmtree(fresh_files.data, ignore_errors=True)
        fresh_files.master_key.unlink(missing_ok=True)

    clear()
    n = count(orders, *init)
    for k in spread(n, 12, 40):
        clear()
        done = run_starved(orders, k, 1, *init)
        check_ending(done, k)
        if done[0] != 0:
            if "remove the data directory" in done[2]:
                shutil.rmtree(fresh_files.data)
            again = run_starved(orders, FOR_EVER // 2, 1, *init)
            assert again[0] == 0, f"allocation {k}: {done[2]}{again[2]}"
    fresh_files.ids = json.loads((fresh_files.folder / "ids.json").read_text())["organisations"]
    daemon = fresh_daemon(fresh_files)
    assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "kari").status_code == 200
    check_store(fresh_files)


@pytest.mark.parametrize("command", [("check-config",), ("token", "--subject", "kari"), ("config",)])
def test_a_command_without_memory_works_or_says_so(fresh_files, tmp_path, command):
    orders = Orders(tmp_path / "orders")
    args = (command[0], "--config", fresh_files.config, *command[1:])
    for k in spread(count(orders, *args), 20, 60):
        code, _, err = run_starved(orders, k, 1, *args)
        assert code >= 0 and (code == 0 or "tryggd: " in err or "event=no-memory" in err), f"allocation {k}: exit {code}\n{err[-2000:]}"
