# SPDX-License-Identifier: EUPL-1.2
"""The figures of a running tryggd: the page is read by a strict parser of the text format of Prometheus, the numbers move with what was
done, nobody and nothing is named in it, and what is done to its listener does not reach the one of the API."""
import concurrent.futures
import math
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import uuid

import pytest
import requests

import contract_model
import world
from daemon import ROOT, run_tryggd

CONFIG, UNAVAILABLE = 78, 69
LISTEN = "127.0.0.1:0"
TYPE = "text/plain; version=0.0.4; charset=utf-8"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
PATIENCE = 30


# ---- The format, read strictly ------------------------------------------------------------------------------------------------

NAME = r"[a-zA-Z_][a-zA-Z0-9_]*"
SAMPLE = re.compile(rf'({NAME})(?:\{{((?:{NAME}="(?:[^"\\\n]|\\["\\n])*",?)*)\}})? (\S+)')
LABEL = re.compile(rf'({NAME})="((?:[^"\\\n]|\\["\\n])*)"(,|$)')
NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?([eE][+-]?\d+)?|Inf)|NaN")
SUFFIXES = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
UNESCAPED = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


class Metric:
    def __init__(self, name, text):
        self.name, self.help, self.type = name, text, None
        self.samples = {}   # (suffix, ((label, value), …)) → number


def labels_of(text):
    found, rest = [], text or ""
    while rest:
        label = LABEL.match(rest)
        assert label, text
        assert label.group(1) not in dict(found), text
        found.append((label.group(1), re.sub(r'\\["\\n]', lambda pair: UNESCAPED[pair.group(0)], label.group(2))))
        rest = rest[label.end():]
        assert not (label.group(3) == "," and not rest), text
    return tuple(found)


def parse(text):
    """The metrics of a page, by name. Anything that the format does not allow, or that Prometheus merely puts up with, is a failure."""
    assert text.endswith("\n") and "\r" not in text
    metrics, current = {}, None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name, words = line[7:].split(" ", 1)
            assert re.fullmatch(NAME, name) and words.strip() == words and words, line
            assert name not in metrics, f"{name} is there twice"
            assert current is None or current.type, current.name
            current = metrics[name] = Metric(name, words)
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert name == current.name and current.type is None and not current.samples, line
            assert kind in SUFFIXES, line
            current.type = kind
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            name, labels, number = sample.groups()
            assert name.startswith(current.name), f"{line} stands under {current.name}"
            suffix = name[len(current.name):]
            assert suffix in SUFFIXES[current.type], line
            assert NUMBER.fullmatch(number), line
            key = (suffix, labels_of(labels))
            assert key not in current.samples, f"{line} is there twice"
            current.samples[key] = float(number)
    for metric in metrics.values():
        check(metric)
    return metrics


def check(metric):
    assert metric.type, metric.name
    assert metric.samples, metric.name
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", metric.name)
    assert (metric.type == "counter") == metric.name.endswith("_total"), metric.name
    assert len({frozenset(dict(labels)) - {"le"} for _, labels in metric.samples}) == 1, f"{metric.name}: one set of labels"
    for number in metric.samples.values():
        assert math.isfinite(number) and number >= 0, metric.name
    if metric.type == "histogram":
        for labels in {tuple(row for row in labels if row[0] != "le") for _, labels in metric.samples}:
            check_histogram(metric, labels)


def check_histogram(metric, labels):
    buckets = [(dict(found)["le"], number) for (suffix, found), number in metric.samples.items()
               if suffix == "_bucket" and tuple(row for row in found if row[0] != "le") == labels]
    bounds, counts = [float(bound) for bound, _ in buckets], [number for _, number in buckets]
    assert bounds == sorted(set(bounds)) and bounds[-1] == math.inf, metric.name
    assert counts == sorted(counts), metric.name
    assert counts[-1] == metric.samples[("_count", labels)], metric.name
    total = metric.samples[("_sum", labels)]
    assert (total == 0) if counts[-1] == 0 else (total >= 0)
    lowest = sum(count * bound for count, bound in zip([b - a for a, b in zip(counts, counts[1:])], bounds))
    assert total >= lowest * (1 - 1e-9), f"{metric.name}: the sum is less than its buckets allow"


@pytest.mark.parametrize("page", [
    "x 1\n",
    "# HELP x a\nx 1\n",
    "# TYPE x gauge\nx 1\n",
    "# HELP x a\n# TYPE x gauge\nx 1",
    "# HELP x a\n# TYPE x gauge\n",
    "# HELP x a\n# TYPE x gauge\nx 1\nx 2\n",
    "# HELP x a\n# TYPE x gauge\nx{a=\"1\",a=\"2\"} 2\n",
    "# HELP x a\n# TYPE x gauge\nx{a=\"1\"} 1\nx{b=\"1\"} 1\n",
    "# HELP x a\n# TYPE x gauge\ny 1\n",
    "# HELP x a\n# TYPE x gauge\nx one\n",
    "# HELP x a\n# TYPE x gauge\nx -1\n",
    "# HELP x a\n# TYPE x gauge\nx{a=\"\"\"} 1\n",
    "# HELP x a\n# TYPE x counter\nx 1\n",
    "# HELP x_total a\n# TYPE x_total gauge\nx_total 1\n",
    "# HELP x a\n# TYPE x histogram\nx_bucket{le=\"1\"} 2\nx_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1\n",
    "# HELP x a\n# TYPE x histogram\nx_bucket{le=\"1\"} 1\nx_bucket{le=\"+Inf\"} 2\nx_sum 1\nx_count 1\n",
    "# HELP x a\n# TYPE x histogram\nx_bucket{le=\"1\"} 0\nx_bucket{le=\"2\"} 1\nx_bucket{le=\"+Inf\"} 1\nx_sum 0.5\nx_count 1\n",
    "# HELP x a\n# TYPE x histogram\nx_bucket{le=\"1\"} 1\nx_sum 1\nx_count 1\n",
])
def test_the_parser_itself_refuses_a_page_that_is_wrong(page):
    with pytest.raises((AssertionError, KeyError, AttributeError)):
        parse(page)


# ---- Scraping -----------------------------------------------------------------------------------------------------------------

class Watched:
    """A daemon and the address of its figures."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.port = daemon.metrics_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def page(self):
        answer = requests.get(self.url + "/metrics", timeout=PATIENCE)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == TYPE
        return answer.text

    def read(self):
        return parse(self.page())

    def read_until(self, holds):
        """The first page of which this holds: between two figures that belong together a chore may be at work, for a moment."""
        deadline = time.monotonic() + PATIENCE
        while not holds(metrics := self.read()):
            assert time.monotonic() < deadline, self.page()
            time.sleep(0.05)
        return metrics

    def number(self, name, suffix="", **labels):
        return number(self.read(), name, suffix, **labels)


def number(metrics, name, suffix="", **labels):
    found = [value for (end, row), value in metrics[name].samples.items() if end == suffix and dict(row) == labels]
    assert len(found) == 1, (name, suffix, labels)
    return found[0]


@pytest.fixture(scope="module")
def watched(tmp_path_factory, made):
    """One daemon for the tests that only add."""
    import conftest
    from daemon import Daemon, copy_files
    files = copy_files(made, tmp_path_factory.mktemp("watched"))
    files.write_config(metrics_listen=LISTEN)
    daemon = Daemon(files)
    try:
        yield Watched(daemon.start())
    finally:
        conftest.end(daemon)


def connect(watched):
    return socket.create_connection(("127.0.0.1", watched.port), timeout=PATIENCE)


def listening_ports(pid):
    inodes = {os.readlink(entry) for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir()}
    rows = [line.split() for line in pathlib.Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return {int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes}


def test_it_is_off_unless_it_is_asked_for(daemon):
    assert "event=metrics" not in daemon.log()
    if os.geteuid() == 0:   # who is not dumpable shows its descriptors to root only
        assert listening_ports(daemon.process.pid) == {int(daemon.url.rsplit(":", 1)[1])}
    assert daemon.get("/metrics").status_code == 404


def test_the_page_is_well_formed(watched):
    metrics = watched.read()
    assert {"trygg_build_info", "trygg_http_requests_total", "process_resident_memory_bytes"} <= set(metrics)
    assert all(name.startswith(("trygg_", "process_")) for name in metrics)


def test_promtool_finds_no_fault(watched):
    if not shutil.which("promtool"):
        pytest.skip("promtool is not installed: the page was checked by this file's own parser only")
    done = subprocess.run(["promtool", "check", "metrics"], input=watched.page(), capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_head_says_what_get_would(watched):
    answer = requests.head(watched.url + "/metrics", timeout=PATIENCE)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"] == TYPE
    assert int(answer.headers["Content-Length"]) > 1000
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/metric", "/metrics/", "/metrics/x", "//metrics", "/Metrics", "/v1/me", "/health/live",
                                  "/%6detrics", "/metrics%00"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_no_other_path_is_there(watched, method, path):
    with connect(watched) as wire:
        wire.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode())
        assert wire.makefile("rb").read().startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
def test_no_other_method_is_allowed(watched, method):
    answer = requests.request(method, watched.url + "/metrics", timeout=PATIENCE)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"


def test_a_body_is_not_taken(watched):
    with connect(watched) as wire:
        wire.sendall(b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n")
        try:
            for _ in range(30):
                wire.sendall(b"x" * 100000)
        except OSError:
            pass
    assert watched.read()


def test_an_answer_ends_its_connection(watched):
    with connect(watched) as wire:
        wire.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        assert wire.makefile("rb").read().count(b"HTTP/1.1 200 ") == 1


# ---- What the numbers say -------------------------------------------------------------------------------------------------------

def test_the_version_and_the_process_are_there(watched):
    metrics = watched.read()
    version = run_tryggd("--version").stdout.split()[1]
    assert number(metrics, "trygg_build_info", version=version) == 1
    assert number(metrics, "process_resident_memory_bytes") > 1 << 20
    assert number(metrics, "process_virtual_memory_bytes") > number(metrics, "process_resident_memory_bytes")
    assert 3 < number(metrics, "process_open_fds") < number(metrics, "process_max_fds")
    assert number(metrics, "process_threads") >= 4
    assert number(metrics, "process_cpu_seconds_total") > 0
    assert abs(number(metrics, "process_start_time_seconds") - time.time()) < 3600
    assert number(metrics, "process_start_time_seconds") == watched.number("process_start_time_seconds")
    limits = pathlib.Path(f"/proc/{watched.daemon.process.pid}/limits").read_text()
    soft = next(line for line in limits.splitlines() if line.startswith("Max open files")).split()[3]
    assert number(metrics, "process_max_fds") == int(soft)


def grown(before, after, name, suffix="", **labels):
    return number(after, name, suffix, **labels) - number(before, name, suffix, **labels)


def test_a_read_moves_its_figures_and_no_others(watched):
    daemon = watched.daemon
    token, student = daemon.token("kari"), daemon.id("student", "alva")
    before = watched.read()
    for _ in range(3):
        assert daemon.get(f"/v1/students/{student}", token=token).status_code == 200
    assert daemon.get(f"/v1/students/{uuid.uuid4()}", token=token).status_code == 404
    after = watched.read()
    requests_ = "trygg_http_requests_total"
    assert grown(before, after, requests_, operation="getStudent", **{"class": "2xx"}) == 3
    assert grown(before, after, requests_, operation="getStudent", **{"class": "4xx"}) == 1
    assert sum(after[requests_].samples.values()) - sum(before[requests_].samples.values()) == 4
    assert grown(before, after, "trygg_http_responses_total", code="200") == 3
    assert grown(before, after, "trygg_http_responses_total", code="404") == 1
    assert grown(before, after, "trygg_http_request_duration_seconds", "_count", kind="read") == 4
    assert grown(before, after, "trygg_http_request_duration_seconds", "_count", kind="change") == 0
    assert grown(before, after, "trygg_http_request_duration_seconds", "_sum", kind="read") > 0
    assert grown(before, after, "trygg_activity_rows_total") == 4
    assert grown(before, after, "trygg_auth_tokens_examined_total") == 1
    assert grown(before, after, "trygg_auth_tokens_recalled_total") == 3
    assert number(after, "trygg_auth_tokens_remembered") >= 1
    assert number(after, "trygg_http_requests_running") == 0


def batches_are_whole(metrics):
    """A batch is counted in one figure after the other."""
    ends = sum(metrics["trygg_store_batches_total"].samples.values())
    return (number(metrics, "trygg_store_commit_duration_seconds", "_count") == number(metrics, "trygg_store_batch_jobs", "_count") == ends
            and number(metrics, "trygg_store_batch_jobs", "_sum") == number(metrics, "trygg_store_jobs_total"))


def test_a_change_moves_the_store(watched):
    before = watched.read_until(batches_are_whole)
    assert watched.daemon.create_student("kari").status_code == 201
    after = watched.read_until(batches_are_whole)
    assert grown(before, after, "trygg_http_requests_total", operation="createStudent", **{"class": "2xx"}) == 1
    assert grown(before, after, "trygg_http_request_duration_seconds", "_count", kind="change") == 1
    assert grown(before, after, "trygg_store_batches_total", end="durable") >= 1
    assert grown(before, after, "trygg_store_jobs_total") >= 1
    assert grown(before, after, "trygg_activity_rows_total") == 1
    assert (grown(before, after, "trygg_store_commit_duration_seconds", "_count")
            == grown(before, after, "trygg_store_batch_jobs", "_count")
            == grown(before, after, "trygg_store_batches_total", end="durable"))
    assert grown(before, after, "trygg_store_batch_jobs", "_sum") == grown(before, after, "trygg_store_jobs_total")


def test_rows_are_counted_as_they_stand_in_the_log(fresh_daemon):
    daemon = fresh_daemon(metrics_listen=LISTEN)
    stood = len(daemon.activity())
    for who in ("kari", "rektor", "owner"):
        daemon.get("/v1/me", who)
        daemon.get("/v1/students", who)
    daemon.create_student("kari")
    daemon.put("schools", [{"externalId": {"system": "s", "id": f"figures-{i}"}, "name": "Figurskole"} for i in range(5)])
    counted = Watched(daemon).number("trygg_activity_rows_total")
    assert counted == len(daemon.activity()) - stood > 5


def test_refused_logins_are_seen(watched):
    before = watched.read()
    assert watched.daemon.get("/v1/me").status_code == 401
    assert watched.daemon.get("/v1/me", token="a.b.c").status_code == 401
    after = watched.read()
    assert grown(before, after, "trygg_http_responses_total", code="401") == 2
    assert grown(before, after, "trygg_auth_tokens_examined_total") == 1
    assert grown(before, after, "trygg_activity_rows_total") == 0


def test_what_is_no_operation_is_counted_as_none(watched):
    before = watched.read()
    assert watched.daemon.get("/nowhere").status_code == 404
    after = watched.read()
    assert grown(before, after, "trygg_http_requests_total", operation="none", **{"class": "4xx"}) == 1
    assert grown(before, after, "trygg_http_request_duration_seconds", "_count", kind="none") == 1


def test_every_operation_of_the_contract_is_there_and_nothing_else(watched):
    document = contract_model.model().document
    together = {tag["name"]: tag["x-figures"] for tag in document["tags"] if "x-figures" in tag}   # docs/threat-model.md
    operations = {together.get(operation["tags"][0], operation["operationId"]) for path in document["paths"].values()
                  for operation in path.values() if isinstance(operation, dict) and "operationId" in operation}
    assert "cases" in operations and "addHendelse" not in operations
    samples = watched.read()["trygg_http_requests_total"].samples
    assert {dict(labels)["operation"] for _, labels in samples} == operations | {"none"}
    assert len(samples) == 4 * (len(operations) + 1)


def test_the_store_and_its_keys_have_their_sizes(watched):
    files = {"data": watched.daemon.files.data / "trygg.db", "keys": watched.daemon.files.data / "keys.db"}

    def is_at_rest(metrics):
        return (all(number(metrics, "trygg_store_" + name) == 0 for name in ("readers_busy", "readers_waiting", "jobs_waiting"))
                and all(number(metrics, "trygg_store_size_bytes", file=name) == path.stat().st_size for name, path in files.items()))

    metrics = watched.read_until(is_at_rest)
    assert number(metrics, "trygg_store_size_bytes", file="data-log") > 0
    assert 0 < number(metrics, "trygg_keys_ready") <= number(metrics, "trygg_keys_ready_full")
    assert number(metrics, "trygg_store_readers_open") > 0


def test_each_issuer_has_its_keys_and_each_chore_its_runs(watched):
    metrics = watched.read()
    for issuer in (world.FJORD, world.SKOG):
        assert number(metrics, "trygg_auth_keys", issuer=issuer) == 1
        assert number(metrics, "trygg_auth_keys_faulty", issuer=issuer) == 0
        assert abs(number(metrics, "trygg_auth_keys_loaded_timestamp_seconds", issuer=issuer) - time.time()) < 3600
    metrics = watched.read_until(lambda metrics: number(metrics, "trygg_chore_last_success_timestamp_seconds", chore="refill-keys") > 0)
    assert number(metrics, "trygg_chore_runs_total", chore="refill-keys") >= 1
    assert number(metrics, "trygg_chore_failures_total", chore="refill-keys") == 0
    for last in ("run", "success"):
        assert abs(number(metrics, f"trygg_chore_last_{last}_timestamp_seconds", chore="refill-keys") - time.time()) < 60


def test_a_key_set_that_is_broken_is_a_figure(fresh_daemon, fresh_files):
    daemon = fresh_daemon(fresh_files, metrics_listen=LISTEN)
    watched, good = Watched(daemon), fresh_files.jwks_file.read_text()
    for text, faulty in (("{", 1), (good, 0)):
        fresh_files.jwks_file.write_text(text)
        deadline = time.monotonic() + PATIENCE
        while watched.number("trygg_auth_keys_faulty", issuer=world.FJORD) != faulty:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert watched.number("trygg_auth_keys", issuer=world.FJORD) == 1


def test_the_name_of_an_issuer_is_written_as_a_label_must_be(fresh_daemon, fresh_files):
    strange = 'a\\b"c'
    fresh_files.issuers = {strange: {**world.ORGANISATIONS[world.FJORD], "audience": "https://other.example"}, **fresh_files.issuers}
    assert Watched(fresh_daemon(fresh_files, metrics_listen=LISTEN)).number("trygg_auth_keys", issuer=strange) == 1


# ---- What they must not say -----------------------------------------------------------------------------------------------------

def test_nobody_and_nothing_is_named(watched):
    """Names, numbers, logins, tokens, keys, and the ids of people, students, schools, groups and organisations."""
    daemon = watched.daemon
    daemon.get("/v1/students", "kari")
    daemon.post("/v1/students/search", {"name": "Xqalva"}, "kari")
    daemon.create_student("rektor", civicNumber=world.CIVIC["birk"])
    daemon.get("/v1/me", "kari@" + world.SKOG)
    daemon.get("/v1/me", token=daemon.token("registry", service=True, scope="provision"))
    page = watched.page()
    assert not [word for word in daemon.files.secrets() if word in page]
    assert not UUID.findall(page)
    named = {row[key] for row in world.ORGANISATIONS.values() for key in ("id", "name", "issuer", "audience")}
    named |= {str(one) for org in daemon.files.ids.values() for kind in org.values() if isinstance(kind, dict) for one in kind.values()}
    assert not [word for word in named if word in page]


def test_labels_are_words_of_the_program(watched):
    """No label can take a value that somebody sends: what is sent leaves the set of series as it was."""
    series = lambda metrics: {(name, key) for name, metric in metrics.items() for key in metric.samples}
    daemon = watched.daemon
    before = series(watched.read())
    for path in ("/v1/nowhere", "/v1/students/" + str(uuid.uuid4()), "/v1/students?x=Hemmelig", "/%00", "/" + "a" * 3000):
        for method in ("GET", "DELETE", "HEMMELIG"):
            requests.request(method, daemon.url + path, timeout=PATIENCE,
                             headers={"X-Request-Id": "Hemmelig", "User-Agent": "Hemmelig", "Authorization": "Bearer " + daemon.token("kari")})
    after = series(watched.read())
    # A status that is not in the contract's problems may have a series once it was answered.
    assert {row for row in after - before if row[0] != "trygg_http_responses_total"} == set()
    assert "Hemmelig" not in watched.page() and "HEMMELIG" not in watched.page()


# ---- Where it listens ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "localhost:0", "127.0.0.1", "9464"])
def test_it_stays_on_this_machine(fresh_files, listen):
    fresh_files.write_config(metrics_listen=listen)
    for command in ("serve", "check-config"):
        done = run_tryggd(command, "--config", fresh_files.config)
        assert done.returncode == CONFIG
        assert "metrics_listen" in done.stderr and "tryggd.ini:" in done.stderr


def test_it_listens_on_ipv6_loopback_too(fresh_daemon):
    daemon = fresh_daemon(metrics_listen="[::1]:0")
    answer = requests.get(f"http://[::1]:{daemon.metrics_port()}/metrics", timeout=PATIENCE)
    assert parse(answer.text)


def test_a_port_that_is_taken_is_said_and_nothing_starts(watched, fresh_files):
    fresh_files.write_config(metrics_listen=f"127.0.0.1:{watched.port}")
    done = run_tryggd("serve", "--config", fresh_files.config)
    assert (done.returncode, done.stdout) == (UNAVAILABLE, "")
    assert f"cannot listen for metrics on 127.0.0.1:{watched.port}: is it taken" in done.stderr
    assert watched.read()


# ---- What can be done to it ----------------------------------------------------------------------------------------------------

def test_many_idle_connections_keep_neither_the_figures_nor_the_api_from_anyone(watched):
    wires = []
    try:
        for _ in range(200):
            wires.append(connect(watched))
            wires[-1].sendall(b"GET /met")
        assert watched.daemon.get("/health/ready").status_code == 200
        assert watched.daemon.get("/v1/me", "kari").status_code == 200
        assert watched.read()
    finally:
        for wire in wires:
            wire.close()


def test_a_connection_has_a_deadline_whatever_comes_in(watched):
    with connect(watched) as wire:
        wire.settimeout(0.2)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                wire.sendall(b"G")
                if wire.recv(100) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        else:
            pytest.fail("the connection was kept")


def test_the_stop_waits_for_no_scraper(fresh_daemon):
    daemon = fresh_daemon(metrics_listen=LISTEN)
    watched, stop = Watched(daemon), time.monotonic() + 60

    def scrape_until_it_ends():
        while time.monotonic() < stop:
            try:
                parse(requests.get(watched.url + "/metrics", timeout=PATIENCE).text)
            except requests.RequestException:
                return True
        return False

    with concurrent.futures.ThreadPoolExecutor(4) as pool, connect(watched) as idle:
        idle.sendall(b"GET")
        ended = [pool.submit(scrape_until_it_ends) for _ in range(4)]
        time.sleep(0.5)
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(PATIENCE) == 0
        assert all(one.result() for one in ended)
    daemon.stop()


# ---- The manual ----------------------------------------------------------------------------------------------------------------

def test_the_manual_lists_each_metric_with_its_type_and_labels(watched):
    """docs/operations.md, "Figures", both ways."""
    section = (ROOT / "docs" / "operations.md").read_text().split("\n## Figures\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `([a-z_]+)` \| (\w+) \| ([^|]*) \| ([^|]+) \|$", section, flags=re.MULTILINE)
    told = {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels, _ in rows}
    assert len(told) == len(rows)
    found = {name: (metric.type, {label for _, labels in metric.samples for label, _ in labels} - {"le"})
             for name, metric in watched.read().items()}
    assert told == found


def test_the_rules_of_the_manual_ask_for_metrics_that_are_there(watched):
    section = (ROOT / "docs" / "operations.md").read_text().split("\n## Figures\n", 1)[1].split("\n## ", 1)[0]
    there = {name + suffix for name, metric in watched.read().items() for suffix in SUFFIXES[metric.type]}
    asked = set(re.findall(r"\b((?:trygg|process)_[a-z_]+)\b", "\n".join(re.findall(r"^ *expr: .*$", section, flags=re.MULTILINE))))
    assert asked and asked <= there, asked - there
