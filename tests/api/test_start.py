# SPDX-License-Identifier: EUPL-1.2
"""Starting and stopping: what tryggd does with a store, a master key or a configuration that is not as it must be. Every refusal is
one sentence on stderr and an exit code of sysexits(3), and nothing is printed that is a secret."""
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import tempfile
import time

import pytest
import requests

import world
from certificate import make_certificate, shown_certificate
from daemon import TRYGGD, Files, run_tryggd

TRYGGD_DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
USAGE, DATA, NO_INPUT, UNAVAILABLE, OS, CANT_CREATE, IO, TEMPORARY, NO_PERMISSION, CONFIG = 64, 65, 66, 69, 71, 73, 74, 75, 77, 78
CIVIC = "201405179829"
NOBODY = 65534


def refused(files, code, *words, command="serve", args=(), env=None):
    """The command ends with this code and one sentence that says all of these words."""
    done = run_tryggd(command, "--config", files.config, *args, env={**os.environ, **(env or {})})
    assert done.returncode == code, (done.returncode, done.stderr)
    assert done.stdout == ""
    sentences = [line for line in done.stderr.splitlines() if line.startswith("tryggd: ")]
    assert len(sentences) == 1, done.stderr
    for word in words:
        assert word in sentences[0]
    leaked = [secret for secret in files.secrets() if secret in done.stderr]
    assert not leaked
    return sentences[0]


# ---- Start and stop ------------------------------------------------------------------------------------------------------------

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


def wait_for(daemon, text, n=1):
    deadline = time.monotonic() + 20
    while daemon.log().count(text) < n:
        assert time.monotonic() < deadline, (text, daemon.log()[-2000:])
        time.sleep(0.05)


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
    first = make_certificate(fresh_files, "first")
    daemon = fresh_daemon(fresh_files, tls_certificate_file="chain.pem", tls_key_file="key.pem")
    assert daemon.url.startswith("https://127.0.0.1:")
    assert shown_certificate(daemon) == first
    second = make_certificate(fresh_files, "second")
    daemon.process.send_signal(signal.SIGHUP)
    wait_for(daemon, "level=info event=reloaded tls=ok")
    assert shown_certificate(daemon) == second
    (fresh_files.folder / "chain.pem").write_text("nonsense")
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


def test_it_leaves_no_core_and_no_debugger_in(fresh_daemon):
    daemon = fresh_daemon()
    limits = pathlib.Path(f"/proc/{daemon.process.pid}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    # A process that is not dumpable has its /proc entries owned by root, whoever runs it.
    assert pathlib.Path(f"/proc/{daemon.process.pid}/environ").stat().st_uid == 0


def test_a_running_request_is_answered_before_the_stop(fresh_daemon):
    """A request whose body is still coming when SIGTERM does is not cut off."""
    daemon = fresh_daemon()
    host, port = daemon.url.rsplit("/", 1)[1].split(":")
    body = json.dumps({"schoolId": daemon.id("school", "aas"), "givenName": "Nylate", "familyName": "Xqlate"}).encode()
    daemon.remember({"givenName": "Nylate", "familyName": "Xqlate"})
    head = (f"POST /v1/students HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {daemon.token('kari')}\r\nIdempotency-Key: late\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n").encode()
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head + body[:10])
        time.sleep(0.5)
        daemon.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.sendall(body[10:])
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 201 "), answer[:200]
    assert daemon.process.wait(30) == 0
    daemon.stop()


# ---- The store and its key -----------------------------------------------------------------------------------------------------

def test_a_second_daemon_on_the_same_store_is_refused(fresh_daemon):
    daemon = fresh_daemon()
    refused(daemon.files, UNAVAILABLE, str(daemon.files.data), "in use by another tryggd")
    assert daemon.get("/health/ready").status_code == 200


def test_init_beside_a_running_daemon_is_refused(fresh_daemon):
    daemon = fresh_daemon()
    refused(daemon.files, UNAVAILABLE, "in use by another tryggd", command="init", args=("--seed", daemon.files.folder / "seed.json"))


def test_a_store_that_is_not_there(fresh_files):
    fresh_files.write_config(data_directory="elsewhere")
    refused(fresh_files, NO_INPUT, "elsewhere", "holds no store", "tryggd init")


def test_another_master_key_is_recognised(fresh_files):
    fresh_files.master_key.write_text("ab" * 32 + "\n")
    refused(fresh_files, DATA, str(fresh_files.master_key), "not the master key that this store was made with")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610])
def test_a_master_key_that_others_may_touch_is_refused(fresh_files, mode):
    fresh_files.master_key.chmod(mode)
    refused(fresh_files, NO_PERMISSION, str(fresh_files.master_key), "its owner alone")


def test_a_missing_master_key(fresh_files):
    fresh_files.master_key.unlink()
    refused(fresh_files, NO_INPUT, str(fresh_files.master_key), "does not exist")
    assert not fresh_files.master_key.exists()


def test_a_master_key_that_the_system_does_not_open_is_not_called_missing():
    """As another user than root, who owns the store and not the key."""
    if os.geteuid() != 0:
        pytest.skip("root opens every file, and only root can become another user")
    with tempfile.TemporaryDirectory() as folder:
        files = Files(folder).make()
        for path in [files.folder, files.data, *files.folder.iterdir(), *files.data.iterdir()]:
            os.chown(path, NOBODY, NOBODY)
        os.chown(files.master_key, 0, 0)
        try:
            done = subprocess.run([TRYGGD, "serve", "--config", files.config], capture_output=True, text=True, timeout=60,
                                  preexec_fn=lambda: (os.setgroups([]), os.setgid(NOBODY), os.setuid(NOBODY)))
        except PermissionError:
            pytest.skip("the build stands where only root may enter")
    assert (done.returncode, done.stdout) == (NO_PERMISSION, "")
    assert done.stderr.startswith(f"tryggd: {files.master_key} cannot be read")


@pytest.mark.parametrize("text", ["", "xyz\n", "ab" * 31 + "\n", "ab" * 33 + "\n", "gg" * 32 + "\n"])
def test_a_file_that_is_no_master_key(fresh_files, text):
    fresh_files.master_key.write_text(text)
    refused(fresh_files, DATA, str(fresh_files.master_key), "64 hexadecimal digits")


def test_the_master_key_of_the_service_manager(fresh_daemon, fresh_files):
    """$CREDENTIALS_DIRECTORY/trygg.master, as systemd's LoadCredential= lays it out."""
    credentials = fresh_files.folder / "credentials"
    credentials.mkdir(mode=0o700)
    fresh_files.master_key.rename(credentials / "trygg.master")
    fresh_files.master_key = credentials / "trygg.master"
    daemon = fresh_daemon(fresh_files, env={"CREDENTIALS_DIRECTORY": str(credentials)})
    assert daemon.get("/v1/me", "kari").status_code == 200


def test_a_named_master_key_file_wins_over_the_service_manager(fresh_daemon, fresh_files):
    daemon = fresh_daemon(fresh_files, env={"CREDENTIALS_DIRECTORY": "/nonexistent"}, master_key_file="master.key")
    assert daemon.get("/v1/me", "kari").status_code == 200


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o710, 0o701, 0o720, 0o777])
def test_a_data_directory_that_is_open_to_others_is_refused(fresh_files, mode):
    fresh_files.data.chmod(mode)
    refused(fresh_files, NO_PERMISSION, str(fresh_files.data), "chmod 700")
    assert stat.S_IMODE(fresh_files.data.stat().st_mode) == mode


def test_no_store_is_made_in_a_directory_that_is_open_to_others(tmp_path):
    seed = world.seed()
    files = Files(tmp_path, seed)
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    files.data.mkdir()
    files.data.chmod(0o755)
    refused(files, NO_PERMISSION, str(files.data), "chmod 700", command="init", args=("--seed", tmp_path / "seed.json"))
    assert not list(files.data.iterdir())
    files.data.chmod(0o700)
    files.make()


def test_a_newer_schema_is_left_alone(fresh_files):
    with sqlite3.connect(fresh_files.data / "trygg.db") as store:
        version = store.execute("PRAGMA user_version").fetchone()[0]
        store.execute(f"PRAGMA user_version = {version + 1}")
    store.close()
    refused(fresh_files, DATA, str(fresh_files.data), "newer version of trygg")


def test_a_file_that_is_no_database(fresh_files):
    (fresh_files.data / "trygg.db").write_bytes(b"not a database at all " * 400)
    refused(fresh_files, IO, str(fresh_files.data), "cannot be read")


def test_another_time_zone_than_the_store(fresh_files):
    fresh_files.write_config(time_zone="Europe/Stockholm")
    refused(fresh_files, DATA, "time zone")


# ---- The configuration ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("line, words", [
    ("colour = red", (":6:", "unknown setting colour", "[server]")),
    ("listen = 127.0.0.1:1", (":6:", "listen", "twice")),
    ("log_level loud", (":6:", "neither")),
    ("[issuer]", (":6:", "an issuer has a name")),
])
def test_a_bad_configuration_names_file_line_and_key(fresh_files, line, words):
    lines = fresh_files.config.read_text().splitlines()
    lines.insert(5, line)
    fresh_files.config.write_text("\n".join(lines) + "\n")
    refused(fresh_files, CONFIG, str(fresh_files.config), *words)


@pytest.mark.parametrize("key", ["data_directory", "time_zone"])
def test_a_missing_setting_is_named(fresh_files, key):
    fresh_files.write_config(**{key: None})
    refused(fresh_files, CONFIG, "tryggd.ini:1:", key)


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "localhost:0"])
def test_plain_http_stays_on_this_machine(fresh_files, listen):
    fresh_files.write_config(listen=listen)
    refused(fresh_files, CONFIG, "tryggd.ini:2:", "listen")


def test_a_variable_wins_over_the_file(fresh_daemon, fresh_files):
    daemon = fresh_daemon(fresh_files, env={"TRYGGD_LISTEN": "[::1]:0", "TRYGGD_LOG_FORMAT": "json"}, log_format="logfmt")
    assert daemon.url.startswith("http://[::1]:")
    assert daemon.get("/health/ready").status_code == 200
    assert json.loads(daemon.log().splitlines()[-1])["event"] == "request"


@pytest.mark.parametrize("variable, value, words", [
    ("TRYGGD_LISEN", "127.0.0.1:0", ("no setting", "TRYGGD_LISEN")),
    ("TRYGGD_LIMITS_CONNECTIONS", "0", ("TRYGGD_LIMITS_CONNECTIONS must be a number, 1 to 20000",)),
    ("TRYGGD_LISTEN", "192.0.2.1:0", ("TRYGGD_LISTEN must be a loopback address",)),
    ("TRYGGD_TLS_CERTIFICATE_FILE", "x.pem", ("TRYGGD_TLS_CERTIFICATE_FILE needs tls_key_file",)),
])
def test_a_bad_variable_is_named(fresh_files, variable, value, words):
    refused(fresh_files, CONFIG, *words, env={variable: value})
    refused(fresh_files, CONFIG, *words, env={variable: value}, command="check-config")


def test_another_address_needs_TLS(fresh_daemon, fresh_files):
    make_certificate(fresh_files, "everywhere")
    daemon = fresh_daemon(fresh_files, listen="0.0.0.0:0", tls_certificate_file="chain.pem", tls_key_file="key.pem")
    assert daemon.url.startswith("https://0.0.0.0:")


def test_what_config_prints_is_the_configuration(fresh_files):
    """It reads as the one it was given, with every default and what the environment says in its place."""
    first = run_tryggd("config", "--config", fresh_files.config, env={**os.environ, "TRYGGD_STOP_SECONDS": "7"})
    assert (first.returncode, first.stderr) == (0, "")
    assert "\nstop_seconds = 7\n" in first.stdout
    fresh_files.config.write_text(first.stdout)
    again = run_tryggd("config", "--config", fresh_files.config)
    assert (again.returncode, again.stdout) == (0, first.stdout)
    assert run_tryggd("check-config", "--config", fresh_files.config).returncode == 0


def settings_printed(text):
    """(section, key, default, variable), as `tryggd config` tells them."""
    found, section, lines = [], None, ["", *text.splitlines()]
    for about, line in zip(lines, lines[1:]):
        if line.startswith("["):
            section = re.match(r"\[([\w-]+)", line).group(1)
        told = re.fullmatch(r"# (?:(required)|default: (.*?))(?:; variable: (\w+))?", about)
        if told:
            found.append((section, re.match(r"(?:# )?(\w+) =", line).group(1), told.group(1) or told.group(2), told.group(3)))
    return found


def settings_documented():
    text = (TRYGGD_DOCS / "operations.md").read_text()
    table = text.split("| section | key | default | meaning |")[1].split("\n\n")[0]
    found, section = [], None
    for row in table.splitlines()[2:]:
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        section = re.match(r"`\[([\w-]+)", cells[0]).group(1) if cells[0] else section
        found.append((section, cells[1].strip("`"), cells[2].strip("`"), cells[3]))
    return found


def test_the_manual_has_every_setting_with_its_default(fresh_files):
    printed = settings_printed(run_tryggd("config", "--config", fresh_files.config).stdout)
    documented = settings_documented()
    own = {(section, key): default for section, key, default, _ in printed}
    assert len(printed) > 20
    assert own == {(section, key): default for section, key, default, _ in documented}
    for section, key, _, variable in printed:
        prefix = {"server": "TRYGGD_", "limits": "TRYGGD_LIMITS_"}.get(section)
        assert variable == (prefix + key.upper() if prefix else None)


def test_the_manual_has_every_range(fresh_files):
    """What a number may be stands in the manual as the refusal says it."""
    for section, key, default, meaning in settings_documented():
        if not re.fullmatch(r"[0-9]+", default) or section == "issuer":
            continue
        variable = {"server": "TRYGGD_", "limits": "TRYGGD_LIMITS_"}[section] + key.upper()
        said = refused(fresh_files, CONFIG, variable, env={variable: "-1"})
        assert re.search(r"([0-9]+ to [0-9]+)", said).group(1) in meaning, (key, said)


def test_an_unknown_time_zone(fresh_files):
    fresh_files.write_config(time_zone="Europe/Fjordvik")
    refused(fresh_files, CONFIG, "Europe/Fjordvik")


def test_a_port_that_is_taken(fresh_daemon, fresh_files):
    daemon = fresh_daemon()
    fresh_files.write_config(listen=daemon.url.removeprefix("http://"))
    refused(fresh_files, UNAVAILABLE, "cannot listen")


def test_an_issuer_for_an_unknown_organisation(fresh_files):
    fresh_files.issuers = {**world.ORGANISATIONS, "stranger": {**world.ORGANISATIONS[world.FJORD], "audience": "https://x.example",
                                                             "id": "0192f0a0-0000-7000-8000-0000000000ff"}}
    fresh_files.write_config()
    refused(fresh_files, CONFIG, '[issuer "stranger"]', "not in the store")


def test_no_issuer_at_all(fresh_files):
    fresh_files.issuers = {}
    fresh_files.write_config()
    refused(fresh_files, CONFIG, "no [issuer")


@pytest.mark.parametrize("text", [None, "", "{}", '{"keys": []}', "nonsense"])
def test_a_key_set_without_a_key(fresh_files, text):
    if text is None:
        fresh_files.jwks_file.unlink()
    else:
        fresh_files.jwks_file.write_text(text)
    refused(fresh_files, CONFIG, "issuer")
    refused(fresh_files, CONFIG, "issuer", command="check-config")


def test_check_config_is_content(fresh_files):
    done = run_tryggd("check-config", "--config", fresh_files.config)
    assert (done.returncode, done.stderr) == (0, "")


# ---- The other commands --------------------------------------------------------------------------------------------------------

def test_help_and_version_need_nothing():
    for args in (["--help"], ["--version"]):
        done = run_tryggd(*args)
        assert done.returncode == 0 and done.stdout.startswith("tryggd") and done.stderr == ""


@pytest.mark.parametrize("args", [
    [], ["fly"], ["serve"], ["serve", "--config"], ["serve", "--config", ""], ["serve", "--seed", "x"],
    ["init", "--config", "a", "--config", "b"], ["token", "--config", "tryggd.ini"],
])
def test_a_command_that_is_not_whole(args):
    assert run_tryggd(*args).returncode == USAGE


def test_the_issuer_key_is_not_replaced(fresh_files):
    before = fresh_files.key_file.read_bytes()
    refused(fresh_files, CANT_CREATE, "not replaced", command="issuer")
    assert fresh_files.key_file.read_bytes() == before


def test_an_organisation_is_seeded_once(fresh_files):
    refused(fresh_files, DATA, "organisations[0]", "already", command="init", args=("--seed", fresh_files.folder / "seed.json"))


@pytest.mark.parametrize("change, words", [
    (lambda seed: seed["organisations"][0]["persons"][1].update(role="x"), ("organisations[0].persons[1]", "does not belong")),
    (lambda seed: seed["organisations"][1]["ties"][0].update(person="nobody"), ("organisations[1].ties[0].person", "names nothing")),
    (lambda seed: seed["organisations"][0].update(timeZone="Europe/Stockholm"), ("organisations[0].timeZone",)),
    (lambda seed: seed["organisations"][1]["persons"][1].update(identities=seed["organisations"][1]["persons"][0]["identities"]),
     ("organisations[1].persons[1].identities[0]", "is a login that stands in this organisation already")),
    (lambda seed: [student.update(civicNumber=CIVIC) for student in seed["organisations"][0]["students"][:2]],
     ("organisations[0].students[1].civicNumber", "stands in this organisation already")),
])
def test_a_bad_seed_makes_nothing(tmp_path, change, words):
    seed = world.seed()
    change(seed)
    files = Files(tmp_path, seed)
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    refused(files, DATA, *words, command="init", args=("--seed", tmp_path / "seed.json"))
    assert not files.data.exists() and not files.master_key.exists()


@pytest.mark.parametrize("megabytes", [1, 2])
def test_a_seeding_that_fails_in_the_middle_says_to_start_over_and_then_it_works(tmp_path, megabytes):
    """A disk that takes no more than so much of one file stands for whatever stops a seeding."""
    seed = world.seed()
    persons = [{"key": f"p{i}", "givenName": "Xq" * 50, "familyName": "Xq" * 50} for i in range(4000)]
    seed["organisations"][1]["persons"] += persons
    files = Files(tmp_path, seed)
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    args = ["init", "--config", files.config, "--seed", tmp_path / "seed.json"]
    limit = lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.setrlimit(resource.RLIMIT_FSIZE, [megabytes << 20] * 2))
    done = subprocess.run([TRYGGD, *args], capture_output=True, text=True, timeout=60, preexec_fn=limit)
    assert done.returncode not in (0, DATA), done
    assert re.fullmatch(rf"tryggd: [^;]*; remove the data directory {files.data} and start over\n", done.stderr)
    again = run_tryggd(*args)
    assert again.returncode == DATA and "is in the store already; nothing was changed" in again.stderr
    shutil.rmtree(files.data)
    assert run_tryggd(*args).returncode == 0


def test_a_seeding_into_a_store_with_people_never_says_to_remove_it(fresh_files):
    """An id that another organisation of the store has is not seen before it is stored."""
    taken = fresh_files.id("school", "aas")
    seed = {"organisations": [{"key": "new", "name": "New", "timeZone": "Europe/Oslo", "schools": [{"key": "s", "id": taken, "name": "S"}]}]}
    path = fresh_files.folder / "more.json"
    path.write_text(json.dumps(seed))
    said = refused(fresh_files, DATA, "organisations[0]", f"put the data directory {fresh_files.data} back as it was", command="init",
                   args=("--seed", path))
    assert "remove" not in said


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


# ---- The machine around it -----------------------------------------------------------------------------------------------------

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


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_an_issuer_key_that_others_may_touch_signs_nothing(fresh_files, mode):
    fresh_files.key_file.chmod(mode)
    refused(fresh_files, NO_PERMISSION, str(fresh_files.key_file), "its owner alone", command="token", args=("--subject", "kari"))


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_L4_a_key_set_that_others_may_write_is_refused_at_start(fresh_files, mode):
    fresh_files.jwks_file.chmod(mode)
    for command in ("serve", "check-config"):
        refused(fresh_files, CONFIG, "issuer", str(fresh_files.jwks_file), "may write", command=command)


def test_L4_a_key_set_that_others_may_write_is_not_read_again(fresh_daemon, fresh_files):
    daemon = fresh_daemon(fresh_files)
    token, before = daemon.token("kari"), json.loads(fresh_files.jwks_file.read_text())
    strange = {"keys": [{**before["keys"][0], "kid": "another"}]}
    deadline = time.monotonic() + 20
    for mode, text, said in ((0o666, strange, "may write the file"), (0o644, before, "event=key-set issuer=1 fault=none")):
        fresh_files.jwks_file.chmod(mode)
        fresh_files.jwks_file.write_text(json.dumps(text))
        while said not in daemon.log():
            assert time.monotonic() < deadline
            assert daemon.get("/v1/me", token=token).status_code == 200
            time.sleep(0.1)
    assert daemon.get("/v1/me", token=token).status_code == 200


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


def test_init_beside_a_store_whose_key_is_away_makes_no_other_key(fresh_files):
    away = fresh_files.folder / "away.key"
    fresh_files.master_key.rename(away)
    done = run_tryggd("init", "--config", fresh_files.config, "--seed", fresh_files.folder / "seed.json")
    assert done.returncode != 0
    assert not fresh_files.master_key.exists()


def test_init_with_a_bad_key_file_makes_no_store_and_goes_on_when_it_is_mended(tmp_path, built):
    files = Files(tmp_path)
    files.master_key.write_text("garbage\n")
    files.master_key.chmod(0o600)
    assert run_tryggd("issuer", "--config", files.config).returncode == 0
    (tmp_path / "seed.json").write_text(json.dumps(files.seed))
    init = ("init", "--config", files.config, "--seed", tmp_path / "seed.json")
    done = run_tryggd(*init)
    assert done.returncode == DATA and str(files.master_key) in done.stderr
    assert not (files.data / "trygg.db").exists()
    files.master_key.unlink()
    assert run_tryggd(*init).returncode == 0


def test_many_inits_at_once_leave_one_store_with_its_key(tmp_path, built):
    files = Files(tmp_path)
    assert run_tryggd("issuer", "--config", files.config).returncode == 0
    (tmp_path / "seed.json").write_text(json.dumps(files.seed))
    for _ in range(5):
        shutil.rmtree(files.data, ignore_errors=True)
        files.master_key.unlink(missing_ok=True)
        running = [subprocess.Popen([TRYGGD, "init", "--config", files.config, "--seed", tmp_path / "seed.json"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(4)]
        codes = [process.wait(60) for process in running]
        assert codes.count(0) == 1
        assert files.master_key.exists()
        assert run_tryggd("check-config", "--config", files.config).returncode == 0
