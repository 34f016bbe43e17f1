# SPDX-License-Identifier: EUPL-1.2
"""Webhooks (X4) after Standard Webhooks: who may have one, what a wake-up says, that it comes again until it is taken, and that it never goes where
nobody outside may make the service knock. The receivers are servers of this machine, which the configuration allows."""
import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import re
import ssl
import threading
import time
import uuid

import pytest

import world
from certificate import Authority

PATIENCE = 40
SOON = 4          # seconds in which a wake-up comes that nothing holds up
HOOKS = "/v1/webhooks"
NEVER = "019aa7b2-0000-7000-8000-00000000dead"


# ---- A receiver ---------------------------------------------------------------------------------------------------------------

class Receiver:
    """Takes POSTs on loopback, one thread each. `answers`: what the next ones are answered, a status or a function of the handler; then 204."""

    def __init__(self, address="127.0.0.1", context=None):
        self.got, self.answers, self.changed = [], [], threading.Condition()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with outer.changed:
                    outer.got.append((self.path, dict(self.headers), body, time.time()))
                    answer = outer.answers.pop(0) if outer.answers else 204
                    outer.changed.notify_all()
                with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
                    answer(self) if callable(answer) else self.reply(answer)

            def reply(self, status, **headers):
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((address, 0), Handler)
        self.server.daemon_threads = True
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{'https' if context else 'http'}://{address}:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def wait(self, n, seconds=PATIENCE):
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.got) >= n, seconds), f"{len(self.got)} of {n} wake-ups came"
            return self.got[:n]

    def quiet(self, seconds):
        with self.changed:
            n = len(self.got)
            return not self.changed.wait_for(lambda: len(self.got) > n, seconds)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receivers():
    made = []

    def make(**options):
        made.append(Receiver(**options))
        return made[-1]

    yield make
    for receiver in made:
        receiver.close()


@pytest.fixture
def awake(fresh_files, fresh_daemon):
    """A daemon whose webhooks may lead to loopback addresses."""
    fresh_files.write_config(webhooks={"allow": "127.0.0.0/8"})
    return fresh_daemon(fresh_files)


def client(house, name="feeder", **options):
    return house.token(name, service=True, scope="changes", **options)


def create(house, url, school="aas", token=None, **body):
    if school:
        body["schoolId"] = house.id("school", school)
    answer = house.post(HOOKS, {"url": url, **body}, token=token or client(house))
    assert answer.status_code == 201, answer.text
    return answer.json()


def failures(house, hook):
    return house.get(f"{HOOKS}/{hook['id']}", token=client(house)).json()["failures"]


def until(what, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it does not come to that"
        time.sleep(0.1)


def signed(secret, headers, body):
    """As a receiver checks it: standardwebhooks.com."""
    content = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(hmac.new(base64.b64decode(secret.removeprefix("whsec_")), content, hashlib.sha256).digest()).decode()
    return "v1," + expected in headers["webhook-signature"].split(" ")


def change(house, who="rektor"):
    answer = house.create_student(who)
    assert answer.status_code == 201
    return answer.json()["id"]


# ---- A wake-up ----------------------------------------------------------------------------------------------------------------

def test_X4_a_wake_up_is_signed_and_says_nothing_but_that_there_is_something_new(awake, receivers):
    receiver = receivers()
    hook = create(awake, receiver.url + "/wake?x=1")
    student, before = change(awake), time.time()
    path, headers, body, _ = receiver.wait(1)[0]
    assert path == "/wake?x=1" and headers["Content-Type"] == "application/json"
    assert set(json.loads(body)) == {"type", "timestamp"} and json.loads(body)["type"] == "changes"
    assert abs(int(headers["webhook-timestamp"]) - before) < 10
    assert re.fullmatch(r"wake_[0-9a-f]{32}", headers["webhook-id"])
    assert signed(hook["secret"], headers, body) and not signed("whsec_" + base64.b64encode(b"x" * 32).decode(), headers, body)
    sent = " ".join([path, *headers.values(), body.decode()])
    assert not [name for name in (student, hook["id"], awake.id("school", "aas"), *world.ORGANISATIONS) if name in sent]


def test_X4_a_secret_of_ones_own_signs(awake, receivers):
    receiver, secret = receivers(), "whsec_" + base64.b64encode(bytes(range(24))).decode()
    assert create(awake, receiver.url, secret=secret)["secret"] is None
    change(awake)
    _, headers, body, _ = receiver.wait(1)[0]
    assert signed(secret, headers, body)


def test_X4_one_is_woken_once_for_each_news_and_not_for_what_is_none(awake, receivers):
    receiver = receivers()
    create(awake, receiver.url)
    change(awake)
    receiver.wait(1)
    for who in ("rektor", "kari", "assistant"):
        awake.get(f"/v1/students/{awake.id('student', 'alva')}", who)
    awake.post("/v1/students", {"schoolId": awake.id("school", "aas"), "givenName": "Xqnei", "familyName": "Xqnei"}, "assistant")
    awake.get("/v1/changes", token=client(awake), params={"schoolId": awake.id("school", "aas")})
    assert receiver.quiet(SOON)
    change(awake)
    first, second = receiver.wait(2)
    assert first[1]["webhook-id"] != second[1]["webhook-id"]


def test_X4_what_was_before_the_webhook_wakes_nobody_and_other_trees_do_not(awake, receivers):
    receiver, of_none = receivers(), receivers()
    change(awake)
    create(awake, receiver.url, school="bru")
    create(awake, of_none.url, school=None)
    change(awake)
    assert receiver.quiet(SOON) and of_none.quiet(0)
    awake.put("persons", [{"externalId": {"system": "register", "id": "xq-p9"}, "givenName": "Xqny", "familyName": "Xqperson"}])
    of_none.wait(1)
    assert receiver.quiet(0)


def test_X4_the_woken_client_finds_the_change_in_the_feed(awake, receivers):
    receiver, school = receivers(), awake.id("school", "aas")
    token = awake.get("/v1/changes", token=client(awake), params={"schoolId": school, "since": "2999-01-01T00:00:00Z"}).json()["pageToken"]
    create(awake, receiver.url)
    student = change(awake)
    receiver.wait(1)
    found = awake.get("/v1/changes", token=client(awake), params={"pageToken": token}).json()["data"]
    assert [row["id"] for row in found if row["operation"] == "createStudent"] == [student]


# ---- Not taken ----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("answer", [500, 404, 429])
def test_X4_what_is_not_taken_comes_again_with_the_same_id(awake, receivers, answer):
    receiver = receivers()
    receiver.answers = [answer]
    hook = create(awake, receiver.url)
    change(awake)
    receiver.wait(1)
    until(lambda: failures(awake, hook) == 1)
    first, second = receiver.wait(2)
    assert first[1]["webhook-id"] == second[1]["webhook-id"] and second[3] - first[3] >= 4.5
    assert signed(hook["secret"], second[1], second[2])
    until(lambda: failures(awake, hook) == 0)
    assert receiver.quiet(SOON)


def test_X4_redirects_are_not_followed(awake, receivers):
    receiver, elsewhere = receivers(), receivers()
    receiver.answers = [lambda handler: handler.reply(307, Location=elsewhere.url)] * 3
    hook = create(awake, receiver.url)
    change(awake)
    receiver.wait(1)
    until(lambda: failures(awake, hook) >= 1)
    assert elsewhere.got == []


def test_X4_an_answer_without_end_is_cut_off(awake, receivers):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)

    receiver = receivers()
    receiver.answers = [endless]
    hook = create(awake, receiver.url)
    change(awake)
    receiver.wait(1)
    until(lambda: failures(awake, hook) >= 1)
    assert awake.get("/health/live").status_code == 200


def test_X4_a_slow_receiver_holds_up_no_other_and_no_stop(awake, receivers):
    slow, quick = receivers(), receivers()
    slow.answers = [lambda handler: time.sleep(20)] * 9
    hooks = [create(awake, slow.url + f"/{n}") for n in range(3)]
    create(awake, quick.url)
    change(awake)
    slow.wait(3)
    quick.wait(1, SOON)
    change(awake)
    quick.wait(2, SOON)
    assert len(slow.got) == 3, "none is sent again beside itself"
    until(lambda: failures(awake, hooks[0]) == 1)
    slow.wait(4)
    begun = time.monotonic()
    awake.stop()
    assert time.monotonic() - begun < 4


def test_X4_a_client_with_many_slow_receivers_holds_up_no_other(awake, receivers):
    slow, quick = receivers(), receivers()
    slow.answers = [lambda handler: time.sleep(20)] * 32
    for n in range(16):
        create(awake, slow.url + f"/{n}", token=client(awake, "hoarder"))
    create(awake, quick.url)
    change(awake)
    slow.wait(4)
    quick.wait(1, SOON)
    assert slow.quiet(1) and len(slow.got) == 4, "four at once for one client"
    change(awake)
    quick.wait(2, SOON)
    slow.wait(8)


def test_X4_what_was_not_taken_before_a_restart_comes_after_it(awake, receivers):
    receiver = receivers()
    receiver.answers = [500]
    create(awake, receiver.url)
    change(awake)
    receiver.wait(1)
    awake.stop()
    awake.start()
    first, second = receiver.wait(2)
    assert first[1]["webhook-id"] == second[1]["webhook-id"]


def test_X4_a_removed_webhook_is_not_woken(awake, receivers):
    receiver = receivers()
    hook = create(awake, receiver.url)
    assert awake.delete(f"{HOOKS}/{hook['id']}", token=client(awake), version=1).status_code == 204
    change(awake)
    assert receiver.quiet(SOON)
    assert awake.rows("SELECT COUNT(*) AS n FROM webhook")[0]["n"] == 0


# ---- Where it may go -----------------------------------------------------------------------------------------------------------

def refused(house, url):
    hook = create(house, url)
    change(house)
    until(lambda: failures(house, hook) >= 1)
    said = lambda: [line for line in house.log().splitlines() if "event=webhook " in line and hook["id"] in line]
    until(said)   # a moment after its end is kept
    return said()[0]


def test_X4_a_private_address_is_not_connected_to(fresh_daemon, receivers):
    house, receiver = fresh_daemon(), receivers()
    port = receiver.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0.0.0.0"):
        assert " end=refused status=0" in refused(house, f"http://{host}:{port}/"), host
    assert " end=refused" in refused(house, f"https://127.0.0.1:{port}/")
    assert receiver.got == []


def test_X4_proxies_of_the_environment_are_not_asked(fresh_files, fresh_daemon, receivers):
    proxy, receiver = receivers(), receivers()
    fresh_files.write_config(webhooks={"allow": "127.0.0.0/8"})
    house = fresh_daemon(fresh_files, env={name: proxy.url for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY")})
    create(house, receiver.url)
    change(house)
    receiver.wait(1)
    assert proxy.got == []


def test_X4_https_is_checked_against_those_who_are_trusted(fresh_files, fresh_daemon, receivers):
    authority = Authority(fresh_files.folder)
    authority.issue(fresh_files.folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(fresh_files.folder / "server.crt", fresh_files.folder / "server.key")
    receiver = receivers(context=context)
    fresh_files.write_config(webhooks={"allow": "127.0.0.1"})
    house = fresh_daemon(fresh_files)
    assert " end=failed" in refused(house, receiver.url)
    house.stop()
    fresh_files.write_config(webhooks={"ca_file": authority.file})
    house.start()
    change(house)
    receiver.wait(1)


@pytest.mark.parametrize("allow", ["10.0.0.1/8", "all", "10.0.0.0/33", "fd00::/129", " ".join(["10.0.0.0/8"] * 17)])
def test_a_network_that_is_none_is_no_start(fresh_files, allow):
    from daemon import run_tryggd
    fresh_files.write_config(webhooks={"allow": allow})
    done = run_tryggd("check-config", "--config", fresh_files.config)
    assert done.returncode == 78 and "allow" in done.stderr and str(fresh_files.config) in done.stderr


# ---- Who may, and what is shown ------------------------------------------------------------------------------------------------

def test_X4_a_client_sees_and_removes_its_own_and_an_owner_all(daemon):
    mine, theirs = (create(daemon, f"https://192.0.2.1/{name}", token=client(daemon, name)) for name in ("feeder", "another"))
    rows = {row["id"]: row for row in daemon.get(HOOKS, token=client(daemon), params={"limit": 100}).json()["data"]}
    assert mine["id"] in rows and theirs["id"] not in rows
    row = rows[mine["id"]]
    assert (row["client"], row["url"], row["schoolId"], row["failures"], row["ground"]) == \
        ("feeder", "https://192.0.2.1/feeder", daemon.id("school", "aas"), 0, "X4.client.own")
    all_rows = daemon.get(HOOKS, "owner", params={"limit": 100}).json()["data"]
    assert {mine["id"], theirs["id"]} <= {row["id"] for row in all_rows} and {row["ground"] for row in all_rows} == {"X4.role.owner"}
    never = daemon.get(f"{HOOKS}/{NEVER}", token=client(daemon))
    for path in (f"{HOOKS}/{theirs['id']}", f"{HOOKS}/{NEVER}"):
        assert daemon.get(path, token=client(daemon)).content == never.content
        assert daemon.delete(path, token=client(daemon), version=1).status_code == 404
    assert daemon.delete(f"{HOOKS}/{theirs['id']}", "owner", version=1).status_code == 204
    assert daemon.delete(f"{HOOKS}/{mine['id']}", token=client(daemon)).status_code == 428
    assert daemon.delete(f"{HOOKS}/{mine['id']}", token=client(daemon), version=2).status_code == 412
    assert daemon.delete(f"{HOOKS}/{mine['id']}", token=client(daemon), version=1).status_code == 204


def test_X4_the_same_client_id_of_another_issuer_is_another_client(daemon):
    hook = create(daemon, "https://192.0.2.1/", token=client(daemon))
    assert daemon.get(f"{HOOKS}/{hook['id']}", token=client(daemon, org=world.SKOG)).status_code == 404
    assert daemon.delete(f"{HOOKS}/{hook['id']}", token=client(daemon, org=world.SKOG), version=1).status_code == 404


def test_X4_others_have_no_webhooks(daemon):
    hook = create(daemon, "https://192.0.2.1/")
    for who in ("rektor", "admin", "auditor", "kari"):
        assert daemon.get(HOOKS, who).status_code == 403
        assert daemon.get(f"{HOOKS}/{hook['id']}", who).status_code == 404
    for token in (daemon.token("owner"), daemon.token("registry", service=True, scope="provision")):
        assert daemon.post(HOOKS, {"url": "https://192.0.2.1/"}, token=token).status_code == 403
    assert daemon.get(f"{HOOKS}/{hook['id']}", token=daemon.token("feeder", service=True, scope="provision")).status_code == 404
    # One whose client has lost its scope is the owner's to remove.
    assert daemon.delete(f"{HOOKS}/{hook['id']}", "owner", version=1).status_code == 204


def test_X1_the_same_request_answers_the_same_secret_and_no_other_answer_has_it(daemon):
    key, body = str(uuid.uuid4()), {"url": "https://192.0.2.1/again"}
    first, second = (daemon.post(HOOKS, body, token=client(daemon), key=key) for _ in range(2))
    assert first.json() == second.json() and re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", first.json()["secret"])
    reused = daemon.post(HOOKS, {"url": "https://192.0.2.1/other"}, token=client(daemon), key=key)
    assert (reused.status_code, reused.json()["type"].rpartition(":")[2]) == (422, "key-reused")
    other = daemon.post(HOOKS, body, token=client(daemon))
    assert other.json()["secret"] != first.json()["secret"]
    for path in (HOOKS, f"{HOOKS}/{first.json()['id']}"):
        assert "whsec_" not in daemon.get(path, token=client(daemon)).text and "whsec_" not in daemon.get(path, "owner").text


def test_C1_url_and_secret_are_sealed(daemon):
    hook = create(daemon, "https://192.0.2.1/xqsecretpath")
    row = daemon.rows("SELECT * FROM webhook WHERE webhook_id = ?", uuid.UUID(hook["id"]).bytes)[0]
    stored = b"".join(value for value in row.values() if isinstance(value, bytes))
    assert b"xqsecretpath" not in stored and base64.b64decode(hook["secret"][6:]) not in stored
    daemon.files.written.add("xqsecretpath")


def test_V4_making_and_removing_one_are_rows(daemon):
    hook = create(daemon, "https://192.0.2.1/")
    daemon.delete(f"{HOOKS}/{hook['id']}", "owner", version=1)
    rows = daemon.activity(object_id=hook["id"])
    assert [(row["operation"], row["object_kind"], row["ground"], row["tree_id"]) for row in rows] == \
        [("createWebhook", "webhook", "X4.client.changes", daemon.id("school", "aas")),
         ("removeWebhook", "webhook", "X4.role.owner", daemon.id("school", "aas"))]


@pytest.mark.parametrize("url", ["ftp://receiver.example/", "https://", "https:///x", "https://user@receiver.example/", "https://a:b@receiver.example/",
                                 "https://receiver.example/#x", "https://receiver.example:/", "https://receiver.example:123456/", "//receiver.example/x",
                                 "https://[::1/", "https://[receiver]/", "https://receiver.example\\@elsewhere/", "HTTPS://receiver.example/",
                                 "javascript:alert(1)", "https://-receiver.example/", "https://receiver.example'/",
                                 "https://receiver.example:0/", "https://receiver.example:65536/", "https://receiver..example/", "https://receiver.example../"])
def test_X3_a_url_that_is_none_is_named(daemon, url):
    answer = daemon.post(HOOKS, {"url": url}, token=client(daemon))
    assert (answer.status_code, [error["name"] for error in answer.json()["errors"]]) == (400, ["/url"])


@pytest.mark.parametrize("secret", ["x" * 40, "whsec_" + "A" * 33, "whsec_" + "!" * 36, "whsec_" + base64.b64encode(b"x" * 23).decode() + "====",
                                    "whsec_" + base64.urlsafe_b64encode(b"\xff" * 32).decode(), "whsec_" + "A" * 31 + "B="])
def test_X3_a_secret_that_is_none_is_named(daemon, secret):
    answer = daemon.post(HOOKS, {"url": "https://receiver.example/", "secret": secret}, token=client(daemon))
    assert (answer.status_code, [error["name"] for error in answer.json()["errors"]]) == (400, ["/secret"])


def test_X3_all_that_is_wrong_is_named(daemon):
    answer = daemon.post(HOOKS, {"url": "gopher://x/", "secret": "whsec_" + "!" * 36, "schoolId": NEVER}, token=client(daemon))
    assert [error["name"] for error in answer.json()["errors"]] == ["/url", "/secret", "/schoolId"]


def test_a_client_and_an_organisation_have_a_bounded_number(fresh_daemon):
    house, clients = fresh_daemon(), [f"feeder{n}" for n in range(5)]
    for name in clients[:4]:
        for n in range(16):
            create(house, f"https://192.0.2.1/{name}/{n}", token=client(house, name))
        if name == clients[0]:
            check_full(house, name)
    check_full(house, clients[4])
    wrong = house.post(HOOKS, {"url": "gopher://x/"}, token=client(house))
    assert (wrong.status_code, [error["name"] for error in wrong.json()["errors"]]) == (400, ["/url"])
    hooks = house.get(HOOKS, "owner", params={"limit": 100}).json()["data"]
    assert len(hooks) == 64
    assert [row["ground"] for row in house.activity(operation="createWebhook", outcome="refused")] == ["limit-reached", "limit-reached", "invalid"]
    ones_own = next(hook["id"] for hook in hooks if hook["client"] == clients[0])
    assert house.delete(f"{HOOKS}/{ones_own}", "owner", version=1).status_code == 204
    check_full(house, clients[1])
    create(house, "https://192.0.2.1/", token=client(house, clients[4]))


def check_full(house, name):
    answer = house.post(HOOKS, {"url": "https://192.0.2.1/"}, token=client(house, name))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem-type:trygg:limit-reached")


def test_X4_no_url_stands_in_the_log_and_ends_are_counted(fresh_files, fresh_daemon, receivers):
    import requests
    receiver = receivers()
    receiver.answers = [500]
    fresh_files.write_config(webhooks={"allow": "127.0.0.0/8"}, metrics_listen="127.0.0.1:0")
    house = fresh_daemon(fresh_files)
    hook = create(house, receiver.url + "/xqpathofreceiver")
    change(house)
    receiver.wait(2)
    until(lambda: failures(house, hook) == 0)
    until(lambda: house.log().count("event=webhook ") == 2)
    lines = [line for line in house.log().splitlines() if "event=webhook " in line]
    assert [re.search(r"end=(\S+) status=(\d+)", line).groups() for line in lines] == [("answered", "500"), ("taken", "204")]
    assert "xqpathofreceiver" not in house.log() and receiver.url not in house.log()
    page = requests.get(f"http://127.0.0.1:{house.metrics_port()}/metrics", timeout=10).text
    assert 'trygg_webhook_wakeups_total{end="taken"} 1' in page and 'trygg_webhook_wakeups_total{end="answered"} 1' in page
