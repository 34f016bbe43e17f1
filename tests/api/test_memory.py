# SPDX-License-Identifier: EUPL-1.2
"""The daemon's memory: keys are locked in it or it does not start, and what held a name, a number or a token is wiped before it is given
back, whatever library had it. tests/faults/freed.c watches what is freed."""
import json
import os
import pathlib
import re
import resource
import shutil
import socket
import subprocess

import pytest

from cases import case_body, hendelse, open_case
from certificate import FILES, connect, make_certificate
from daemon import BUILD, ROOT, TRYGGD, sanitized

SHIM = BUILD / "tests" / "libfreed_preload.so"
MARK = "Xqmarkxo"
TELLTALE = "freed unwiped"
OS = 71


# ---- Wiping --------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def watched(fresh_daemon):
    """A daemon in which everything that is freed is searched for the mark."""
    if sanitized():
        pytest.skip("a sanitizer's runtime must be loaded first")
    assert SHIM.exists(), f"{SHIM} is not built"

    def start(**options):
        daemon = fresh_daemon(env={"LD_PRELOAD": str(SHIM), "TRYGG_MARK": MARK}, **options)
        assert SHIM.name in pathlib.Path(f"/proc/{daemon.process.pid}/maps").read_text()
        return daemon

    return start


def told(daemon):
    daemon.stop()
    return daemon.log().count(TELLTALE)


def make_marked(daemon, school="aas"):
    body = {"givenName": MARK, "familyName": MARK + "by"}
    created = daemon.create_student("rektor", school=school, **body)
    assert created.status_code == 201
    return created.json()["id"]


def raw(daemon, text, whole=True):
    """What comes back for these bytes; after them the line is closed for writing unless a whole request was sent."""
    answer = b""
    with connect(daemon) as line:
        try:
            line.sendall(text.encode())
            if not whole:
                line.shutdown(socket.SHUT_WR)
            while chunk := line.recv(65536):
                answer += chunk
        except OSError:  # cut off, as it deserves
            pass
    return answer.decode(errors="replace")


def test_the_watch_sees_what_is_freed():
    """The client keeps no secret of a file's name; tryggd wipes whatever is freed, so it has nothing to show."""
    if sanitized():
        pytest.skip("a sanitizer's runtime must be loaded first")
    done = subprocess.run([BUILD / "client-cli" / "trygg", "me"], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "LD_PRELOAD": str(SHIM), "TRYGG_MARK": "/nowhere/of-mine", "TRYGG_CONFIG": "/nowhere/of-mine"})
    assert TELLTALE in done.stderr


def test_the_watch_sees_what_sqlite_frees(watched, fresh_files):
    """SQLite's blocks are not wiped: a school's name, which is no secret and stands in plain text, is told when its pages are given back.
    So what is not told below was never in SQLite's hands."""
    daemon = watched(files=fresh_files)
    school = f"/v1/schools/{daemon.id('school', 'aas')}"
    version = daemon.get(school, "owner").json()["version"]
    assert daemon.patch(school, {"name": MARK}, "owner", version=version).status_code == 200
    assert told(daemon) > 0


def test_what_a_day_opens_and_takes_in_is_wiped(watched):
    daemon = watched()
    student = make_marked(daemon)
    shown = daemon.get(f"/v1/students/{student}", "rektor")
    assert MARK in shown.text
    assert MARK in daemon.get("/v1/students", "rektor", params={"schoolId": daemon.id("school", "aas"), "limit": 100}).text
    assert MARK in daemon.post("/v1/students/search", {"name": MARK}, "rektor").text
    assert daemon.patch(f"/v1/students/{student}", {"givenName": MARK + "y"}, "rektor", version=1).status_code == 200
    item = {"externalId": {"system": "s", "id": MARK}, "givenName": MARK, "familyName": MARK}
    assert [row["outcome"] for row in daemon.put("persons", [item, item])] == ["created", "unchanged"]
    assert told(daemon) == 0


def test_what_a_personsak_holds_is_wiped(watched):
    """A code that no list has is looked for in plain text: it is lent to SQLite, which copies it nowhere."""
    daemon = watched()
    personsak = open_case(daemon, description=MARK)["id"]
    hendelse(daemon, personsak, text=MARK)
    assert MARK in daemon.get(f"/v1/personsaker/{personsak}", "rektor").text
    assert MARK in daemon.get(f"/v1/personsaker/{personsak}/hendelser", "rektor").text
    for body in (case_body(daemon, sakstype=MARK), case_body(daemon, category=MARK, saksbehandler="kari")):
        assert daemon.post("/v1/personsaker", body, "rektor").status_code == 400
    daemon.get(f"/v1/schools/{daemon.id('school', 'aas')}/personsaker", "rektor", params={"sakstype": MARK})
    assert told(daemon) == 0


def test_what_is_refused_is_wiped(watched):
    daemon = watched()
    assert daemon.post("/v1/students", {"schoolId": MARK, "givenName": 1}, "rektor").status_code == 400
    assert daemon.get(f"/v1/{MARK}", params={"q": MARK}, token=MARK).status_code == 404
    assert daemon.get("/v1/students", params={"q": MARK}, token=MARK).status_code == 401
    daemon.post("/v1/students", None, "rektor", data="{" + MARK, headers={"Content-Type": "application/json"})
    daemon.post("/v1/students", None, "rektor", data=MARK * 200_000, headers={"Content-Type": "application/json"})
    assert told(daemon) == 0


@pytest.mark.parametrize("tls", [False, True])
def test_what_a_connection_held_is_wiped_when_it_closes(watched, fresh_files, tls):
    """Headers, a token among them, and the body lie in the memory of the HTTP library, and of the TLS library, too."""
    options = {}
    if tls:
        make_certificate(fresh_files)
        options = FILES
    daemon = watched(files=fresh_files, **options)
    body = json.dumps({"schoolId": daemon.id("school", "aas"), "givenName": MARK, "familyName": MARK})
    head = f"Host: x\r\nX-Note: {MARK}\r\nAuthorization: Bearer {daemon.token('rektor')}\r\nConnection: close\r\n"
    post = f"POST /v1/students HTTP/1.1\r\n{head}Idempotency-Key: a\r\nContent-Type: application/json\r\nContent-Length: "
    assert " 400 " in raw(daemon, f"GET /v1/me?{MARK}=1 HTTP/1.1\r\n{head}\r\n")
    assert " 201 " in raw(daemon, f"{post}{len(body)}\r\n\r\n{body}")
    raw(daemon, f"{post}{len(body) + 9}\r\n\r\n{body}", whole=False)
    raw(daemon, f"GET /{MARK} HTTP/1.1\r\nX-Note: {MARK}", whole=False)
    raw(daemon, f"GET /{MARK} HTTP/1.1\r\nX-Note: {MARK * 9000}\r\n\r\n", whole=False)
    assert told(daemon) == 0


# ---- Locked keys ---------------------------------------------------------------------------------------------------------------

MASTER_POOL, LOG_POOL = 20 << 10, 4 << 10  # with pages of 4 KiB: what the master key leads to, and what signs the logs


@pytest.fixture
def locks(built):
    if sanitized():
        pytest.skip("a sanitizer locks no memory")
    if resource.getpagesize() != 4096:
        pytest.skip("NOT CHECKED: the figures are those of pages of 4 KiB")


def test_what_is_locked_is_as_much_as_operations_says():
    told = re.search(r"^\*\*Locked memory\.\*\* .*", (ROOT / "docs" / "operations.md").read_text(), re.M).group(0)
    assert [int(kib) << 10 for kib in re.findall(r"(\d+) KiB", told)][:2] == [MASTER_POOL, LOG_POOL]


def start_with_locked(files, soft, hard):
    """`serve` as one who may not lock what it likes: without CAP_IPC_LOCK, which root has."""
    command = [TRYGGD, "serve", "--config", files.config]
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        assert setpriv, "setpriv is part of util-linux"
        command = [setpriv, "--bounding-set", "-ipc_lock", "--inh-caps", "-ipc_lock", *command]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_MEMLOCK, (soft, hard)))


@pytest.mark.usefixtures("locks")
@pytest.mark.parametrize("key, limit", [("master_key", 0), ("master_key", 4096), ("master_key", 8192), ("log_key", MASTER_POOL)])
def test_without_room_for_locked_keys_there_is_no_start(fresh_files, key, limit):
    process = start_with_locked(fresh_files, limit, limit)
    try:
        out, error = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out) == (OS, b"")
    assert re.fullmatch(rf"tryggd: {getattr(fresh_files, key)} cannot be kept in locked memory; [^\n]*LimitMEMLOCK=\)\n", error.decode())


@pytest.mark.usefixtures("locks")
def test_no_master_key_is_made_in_memory_that_is_not_locked(tmp_path, fresh_files):
    fresh_files.master_key.unlink()
    for path in fresh_files.data.iterdir():
        path.unlink()
    fresh_files.data.rmdir()
    command = [TRYGGD, "init", "--config", fresh_files.config, "--seed", fresh_files.folder / "seed.json"]
    if os.geteuid() == 0:
        command = [shutil.which("setpriv"), "--bounding-set", "-ipc_lock", "--inh-caps", "-ipc_lock", *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0)))
    assert done.returncode == OS and "cannot be kept in locked memory" in done.stderr
    assert not fresh_files.master_key.exists() and not fresh_files.data.exists()


def locked_bytes(pid):
    return int(re.search(r"^VmLck:\s+([0-9]+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M).group(1)) << 10


@pytest.mark.usefixtures("locks")
def test_a_soft_limit_is_raised_as_far_as_it_may(fresh_files):
    process = start_with_locked(fresh_files, 0, 1 << 20)
    try:
        assert process.stdout.readline().startswith(b"listening on ")
        assert locked_bytes(process.pid) == MASTER_POOL + LOG_POOL
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0


@pytest.mark.usefixtures("locks")
def test_the_keys_lie_in_locked_memory_that_no_dump_shows(fresh_daemon):
    """VmLck counts them, and their mapping is marked: locked, not for dumps."""
    daemon = fresh_daemon()
    assert daemon.create_student("kari").status_code == 201
    assert locked_bytes(daemon.process.pid) >= 512 * 32
    regions = pathlib.Path(f"/proc/{daemon.process.pid}/smaps").read_text().split("VmFlags:")[1:]
    flags = [set(region.splitlines()[0].split()) for region in regions]
    assert any({"lo", "dd"} <= each for each in flags)
    assert all("dd" in each for each in flags if "lo" in each)
