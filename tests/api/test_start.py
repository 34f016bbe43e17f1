# SPDX-License-Identifier: EUPL-1.2
"""Starting and stopping tryggd, its other commands, and the machine around it. Every refusal is one sentence on stderr and an exit code of
sysexits(3), and nothing is printed that is a secret."""
import json
import os
import pathlib
import resource
import select
import shutil
import signal
import sqlite3
import stat
import subprocess
import tempfile
import time

import pytest

import world
from certificate import FILES, make_certificate, shown_certificate
from daemon import TRYGGD, Files, copy_files, run_tryggd, sanitized
from starting import NOBODY, OS, USAGE, refused, wait_for
from wire import PATIENCE, Wire, lines

LIVE = lines("GET", "/health/live")


# ---- Start and stop -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_with_exit_code_0(fresh_daemon, stop):
    daemon = fresh_daemon()
    assert daemon.get("/health/ready").status_code == 200
    daemon.process.send_signal(stop)
    assert daemon.process.wait(30) == 0
    daemon.stop()


def test_many_signals_stop_it_once(fresh_daemon):
    daemon = fresh_daemon()
    assert daemon.get("/health/ready").status_code == 200
    for each in (signal.SIGHUP, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        daemon.process.send_signal(each)
    assert daemon.process.wait(30) == 0
    daemon.stop()
    assert daemon.log().count("event=stopping") == daemon.log().count("event=stopped") == 1


def test_SIGHUP_reloads_and_goes_on(fresh_daemon):
    daemon = fresh_daemon()
    for n in (1, 2, 3):
        daemon.process.send_signal(signal.SIGHUP)
        wait_for(daemon, "level=info event=reloaded tls=off", n)
        assert daemon.get("/v1/me", "kari").status_code == 200
    daemon.stop()
    assert "event=stopping signal=15" in daemon.log()


def test_SIGHUP_hurries_the_key_sets(fresh_daemon, fresh_files):
    daemon = fresh_daemon(fresh_files)
    fresh_files.jwks_file.write_text("nonsense")
    daemon.process.send_signal(signal.SIGHUP)
    wait_for(daemon, "level=warning event=key-set issuer=1 fault=")


def test_SIGHUP_takes_a_new_certificate_and_tells_of_one_that_is_none(fresh_daemon, fresh_files):
    first = make_certificate(fresh_files)
    daemon = fresh_daemon(fresh_files, **FILES)
    assert daemon.url.startswith("https://127.0.0.1:")
    assert shown_certificate(daemon) == first
    second = make_certificate(fresh_files)
    daemon.process.send_signal(signal.SIGHUP)
    wait_for(daemon, "level=info event=reloaded tls=ok")
    assert shown_certificate(daemon) == second
    (fresh_files.folder / FILES["tls_certificate_file"]).write_text("nonsense")
    daemon.process.send_signal(signal.SIGHUP)
    wait_for(daemon, "level=warning event=reload-failed tls=invalid")
    assert shown_certificate(daemon) == second


def test_what_was_written_is_there_after_a_restart(fresh_daemon):
    daemon = fresh_daemon()
    created = daemon.create_student("kari")
    assert created.status_code == 201
    daemon.stop()
    daemon.start()
    assert daemon.get("/v1/students/" + created.json()["id"], "kari").status_code == 200


def test_its_files_are_for_its_owner_alone(fresh_daemon):
    daemon = fresh_daemon()
    assert daemon.create_student("kari").status_code == 201
    files = daemon.files
    for path in [files.master_key, files.key_file, *files.data.iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert stat.S_IMODE(files.data.stat().st_mode) == 0o700


def test_it_leaves_no_core(fresh_daemon):
    daemon = fresh_daemon()
    limits = pathlib.Path(f"/proc/{daemon.process.pid}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]


def test_the_user_it_runs_as_cannot_look_into_it(made):
    """Its entries in /proc belong to root, and no debugger of that user gets in. What root runs belongs to root anyway, so it runs as another."""
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory() as folder:
        files = copy_files(made, folder)
        program = shutil.copy(TRYGGD, folder)   # the build may stand where only root may enter
        for path in [files.folder, *files.folder.rglob("*")] if user else []:
            os.chown(path, NOBODY, NOBODY)
        command = [program, "serve", "--config", files.config]
        if subprocess.run(["ls", folder], capture_output=True, timeout=60, **user).returncode != 0:
            pytest.skip(f"NOT CHECKED: {folder} stands where that user may not enter")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **user) as process:
            try:
                assert select.select([process.stdout], [], [], 60)[0], "nothing was said in a minute"
                assert process.stdout.readline().startswith("listening on ")
                for name in ("environ", "maps"):
                    path = pathlib.Path(f"/proc/{process.pid}/{name}")
                    looked = subprocess.run(["cat", path], capture_output=True, timeout=60, **user)
                    assert path.stat().st_uid == 0, path
                    assert looked.returncode != 0 and looked.stdout == b"", path
            finally:
                process.terminate()
                process.communicate(timeout=60)


def test_a_running_request_is_answered_before_the_stop(fresh_daemon):
    """A request whose body is still coming when SIGTERM does is not cut off."""
    daemon = fresh_daemon()
    body = json.dumps({"schoolId": daemon.id("school", "aas"), "givenName": "Nylate", "familyName": "Xqlate"}).encode()
    daemon.remember({"givenName": "Nylate", "familyName": "Xqlate"})
    head = lines("POST", "/v1/students", "Authorization: Bearer " + daemon.token("kari"), "Idempotency-Key: late",
                 "Content-Type: application/json", f"Content-Length: {len(body)}", "Expect: 100-continue")
    with Wire(daemon) as late, Wire(daemon) as other:
        assert other.send(LIVE).answer().status == 200
        late.send(head).told_to_continue()
        late.socket.sendall(body[:10])
        daemon.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while other.send(LIVE).answer().headers.get("Connection") != "close":   # until it is stopping
            assert time.monotonic() < deadline
        late.socket.sendall(body[10:])
        assert late.answer().status == 201
    assert daemon.process.wait(30) == 0
    daemon.stop()


# ---- The other commands ---------------------------------------------------------------------------------------------------------

def test_help_and_version_need_nothing():
    for args in (["--help"], ["--version"]):
        done = run_tryggd(*args)
        assert done.returncode == 0 and done.stdout.startswith("tryggd") and done.stderr == ""


@pytest.mark.parametrize("args", [
    [], ["fly"], ["log-key"], ["serve"], ["serve", "--fly"], ["serve", "--config"], ["serve", "--config", ""], ["serve", "--seed", "x"],
    ["init", "--config", "a", "--config", "b"], ["token", "--config", "tryggd.ini"],
    ["fsck", "--config", "a", "--json", "--json"],
])
def test_a_command_that_is_not_whole_ends_with_one_sentence(args):
    done = run_tryggd(*args)
    assert (done.returncode, done.stdout) == (USAGE, "")
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("tryggd: ")


def test_a_token_of_the_command_line_is_taken(daemon):
    """`tryggd token` speaks for any issuer that trusts the local key set."""
    for org in (world.FJORD, world.SKOG):
        done = run_tryggd("token", "--config", daemon.files.config, "--issuer", org, "--subject", "kari", "--acr", world.STRONG_ACR[org])
        assert done.returncode == 0, done.stderr
        token = done.stdout.strip()
        daemon.files.tokens.append(token)
        me = daemon.get("/v1/me", token=token)
        assert me.status_code == 200
        assert me.json()["organisation"]["id"] == world.ORGANISATIONS[org]["id"]
        assert me.json()["login"] == {"strong": True, "scopes": ["trygg:read", "trygg:write"]}


def test_a_token_is_as_strong_as_it_is_asked_to_be(daemon):
    for options, strong in (([], False), (["--acr", "idporten-loa-high", "--auth-age", "3500"], True),
                            (["--acr", "idporten-loa-high", "--auth-age", "3700"], False), (["--acr", "password"], False)):
        done = run_tryggd("token", "--config", daemon.files.config, "--subject", "kari", *options)
        daemon.files.tokens.append(done.stdout.strip())
        assert daemon.get("/v1/me", token=done.stdout.strip()).json()["login"]["strong"] is strong


# ---- The machine around it ------------------------------------------------------------------------------------------------------

def set_newest_row(files, seconds_ahead):
    with sqlite3.connect(files.data / "trygg.db") as store:
        store.execute("UPDATE activity_tree SET last_at = ?", [int((time.time() + seconds_ahead) * 1000)])
    store.close()


def test_a_clock_far_behind_the_newest_row_is_no_clock_to_write_rows_by(fresh_files, fresh_daemon):
    """Time never runs backwards in the log: every row would carry the newest one's time, and nobody would be told."""
    set_newest_row(fresh_files, 23 * 3600)
    daemon = fresh_daemon(fresh_files)
    assert daemon.get("/health/ready").status_code == 200
    daemon.stop()
    set_newest_row(fresh_files, 25 * 3600)
    refused(fresh_files, OS, str(fresh_files.data), "the clock is more than a day behind the newest row of the log")


def start_with_room_for(threads, files, user):
    """As that user, whose only threads these are. What a start that failed ended with and said; None for one that did not."""
    def become():
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
        resource.setrlimit(resource.RLIMIT_NPROC, (threads, threads))
    with subprocess.Popen([TRYGGD, "serve", "--config", files.config], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=become) as process:
        started = process.stdout.readline()
        if started:
            process.terminate()
        _, said = process.communicate(timeout=60)
    return None if started else (process.returncode, said)


def test_threads_that_the_system_refuses_are_no_address_that_is_taken():
    """One thread more at each try, so that each one is the one that there is no room for."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    if sanitized():
        pytest.skip("a sanitizer has threads of its own")
    alone = 61234   # a user whom no other test becomes
    with tempfile.TemporaryDirectory() as folder:
        files = Files(folder, server={"metrics_listen": "127.0.0.1:0"}).make()
        for path in [files.folder, files.data, *files.folder.iterdir(), *files.data.iterdir()]:
            os.chown(path, alone, alone)
        ends = []
        try:
            while (end := start_with_room_for(len(ends) + 1, files, alone)) is not None and len(ends) < 40:
                ends.append(end)
        except PermissionError:
            pytest.skip("the build stands where only root may enter")
    assert end is None and {code for code, _ in ends} == {OS}, ends
    for what in ("requests", "metrics"):
        assert any(f"cannot listen for {what} on 127.0.0.1:0: there is no memory, or no room for a thread" in said for _, said in ends)


def limit_file_size(daemon, size):
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_limit_on_file_sizes_is_no_end(fresh_daemon):
    """SIGXFSZ would end the process without an answer."""
    daemon = fresh_daemon()
    assert daemon.create_student("kari").status_code == 201
    limit_file_size(daemon, 4096)
    for _ in range(3):
        assert daemon.create_student("kari").status_code == 503
    limit_file_size(daemon, resource.RLIM_INFINITY)
    assert daemon.create_student("kari").status_code == 201
