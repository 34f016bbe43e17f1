# SPDX-License-Identifier: EUPL-1.2
"""tryggd as a service: the unit that is installed, held against the program, the configuration and systemd's own tools; what a service
manager is told; and the system calls that the unit leaves it."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys

import pytest

from daemon import ROOT, TRYGGD, sanitized, run_tryggd

UNIT = ROOT / "server" / "systemd" / "tryggd.service"
EXPOSURE = 15  # tenths; systemd calls up to 2.0 OK
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def unit():
    """The settings of the unit, each a list."""
    found = {}
    for line in UNIT.read_text().splitlines():
        if re.match(r"\w+=", line):
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


def analyze(tmp_path, *args):
    """systemd-analyze over the unit, as if the build were installed."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("NOT CHECKED: systemd-analyze is not here (Debian package systemd)")
    copy = tmp_path / "tryggd.service"
    copy.write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={TRYGGD}", UNIT.read_text(), flags=re.M))
    return subprocess.run([tool, *args, copy], capture_output=True, text=True, timeout=60)


def test_systemd_takes_the_unit(tmp_path):
    done = analyze(tmp_path, "verify", "--man=no")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_unit_leaves_little_to_reach(tmp_path):
    done = analyze(tmp_path, "security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE}")
    assert done.returncode == 0, done.stdout


def test_what_the_unit_starts_is_a_command_with_its_options():
    (start,) = unit()["ExecStart"]
    program, command, *options = start.split()
    assert program == TRYGGD.name  # systemd looks it up
    usage = re.search(rf"^  tryggd {command} (.*)$", run_tryggd("--help").stdout, re.M)
    assert usage
    assert re.findall(r"--[\w-]+", usage.group(1)) == options[::2] == ["--config"]


def test_the_unit_and_the_manual_agree():
    found = unit()
    (start,), (state,), (folder,) = found["ExecStart"], found["StateDirectory"], found["ConfigurationDirectory"]
    config = start.split()[-1]
    assert config == f"/etc/{folder}/tryggd.ini" and config in OPERATIONS
    assert f"data_directory = /var/lib/{state}\n" in OPERATIONS
    (user,) = found["User"]
    assert f"\nu {user} " in (ROOT / "server" / "systemd" / "trygg.sysusers").read_text()
    for credential in found["LoadCredentialEncrypted"]:
        assert credential.split(":")[1] in OPERATIONS


def test_the_credentials_of_the_unit_are_the_master_key_and_the_key_of_the_log(tmp_path):
    master, log = (credential.split(":")[0] for credential in unit()["LoadCredentialEncrypted"])
    (tmp_path / "tryggd.ini").write_text("[server]\ndata_directory = data\ntime_zone = Europe/Oslo\n")
    done = run_tryggd("config", "--config", tmp_path / "tryggd.ini", env={**os.environ, "CREDENTIALS_DIRECTORY": "/run/credentials/x"})
    assert f"\nmaster_key_file = /run/credentials/x/{master}\n" in done.stdout
    assert f"\nsigning_key_file = /run/credentials/x/{log}\n" in done.stdout


def test_the_unit_stops_and_restarts_as_the_program_ends():
    found = unit()
    (stop,), (restart,), (never,) = found["TimeoutStopSec"], found["Restart"], found["RestartPreventExitStatus"]
    assert found["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    table = run_tryggd("config", "--config", ROOT / "nowhere.ini").returncode  # 78, as the table says
    documented = {int(code) for code in re.findall(r"^\| ([0-9]+) \| ", OPERATIONS.split("## How it ends")[1], re.M)}
    assert {table, *map(int, never.split())} <= documented
    assert restart == "on-failure"
    assert 75 not in map(int, never.split())  # a commit that ended unknown: the next start decides
    default = re.search(r"`stop_seconds` \| `([0-9]+)`", OPERATIONS)
    assert int(stop) > 2 * int(default.group(1))


def test_whoever_raises_stop_seconds_is_told_of_the_units_own_limit():
    """In the unit, and wherever the setting is told."""
    (stop,) = unit()["TimeoutStopSec"]
    default = re.search(r"`stop_seconds` \| `([0-9]+)`", OPERATIONS).group(1)
    assert f"stop_seconds of {default}; raise both together" in UNIT.read_text()
    setting = (ROOT / "docs" / "man" / "tryggd.ini.5").read_text().split(".It Va stop_seconds")[1].split(".El")[0]
    row = re.search(r"^.*`stop_seconds` \|.*$", OPERATIONS, re.M).group()
    for told in (setting, row):
        assert "TimeoutStopSec=" in told and f" {stop} " in told and "raise both together" in told


def test_the_limits_of_the_unit_are_enough_for_the_highest_settings():
    (files,), (tasks,), (locked,) = unit()["LimitNOFILE"], unit()["TasksMax"], unit()["LimitMEMLOCK"]
    most = int(re.search(r"connections` .*1 to ([0-9]+)", OPERATIONS).group(1))
    assert int(files) > most + 1000 and int(tasks) > most + 1000
    assert locked == "1M"


# ---- What a service manager is told --------------------------------------------------------------------------------------------

@pytest.mark.parametrize("abstract", [False, True])
def test_a_service_manager_is_told_of_start_and_stop(fresh_daemon, tmp_path, abstract):
    name = f"\0trygg-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(name)
        manager.settimeout(30)
        daemon = fresh_daemon(env={"NOTIFY_SOCKET": name.replace("\0", "@")})
        assert manager.recv(100) == b"READY=1"
        assert daemon.get("/health/ready").status_code == 200
        daemon.stop()
        assert manager.recv(100) == b"STOPPING=1"


@pytest.mark.parametrize("name", ["", "nowhere", "/nonexistent/socket", "@" + "x" * 200])
def test_a_service_manager_that_is_not_there_holds_up_nothing(fresh_daemon, name):
    daemon = fresh_daemon(env={"NOTIFY_SOCKET": name})
    assert daemon.get("/health/ready").status_code == 200


# ---- The system calls ----------------------------------------------------------------------------------------------------------

def allowed_calls():
    """The names in SystemCallFilter, in order: a list that begins with ~ takes away."""
    tool = shutil.which("systemd-analyze")
    if tool is None or shutil.which("strace") is None:
        pytest.skip("NOT CHECKED: systemd-analyze or strace is not here (Debian packages systemd, strace)")

    def members(group):
        text = subprocess.run([tool, "syscall-filter", "--no-pager", group], capture_output=True, text=True, timeout=60).stdout
        names = re.findall(r"^    (@?[a-z0-9_-]+)$", text, re.M)
        return {name for word in names for name in (members(word) if word.startswith("@") else {word})}

    allowed = set()
    for line in unit()["SystemCallFilter"]:
        for group in line.removeprefix("~").split():
            allowed = allowed - members(group) if line.startswith("~") else allowed | members(group)
    return allowed


def test_the_unit_allows_every_system_call_of_a_day(fresh_files, tmp_path):
    """Start, a write, a read, a reload, a stop, under strace: whatever is called must be in the filter."""
    if sanitized():
        pytest.skip("a sanitizer cannot be traced")
    allowed = allowed_calls()
    assert {"read", "mlock", "prlimit64"} <= allowed and "chown" not in allowed and "mount" not in allowed
    trace = tmp_path / "calls"
    command = ["strace", "-f", "-qq", "-e", "trace=all", "-o", trace, TRYGGD, "serve", "--config", fresh_files.config]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        line = process.stdout.readline().decode()
        if not line:
            pytest.skip(f"NOT CHECKED: strace cannot trace here: {process.stderr.read(300)!r}")
        url = line.split()[-1]
        done = subprocess.run([sys.executable, "-c", CALLS, url, fresh_files.token("kari"), fresh_files.id("school", "aas")], timeout=120)
        assert done.returncode == 0
        (child,) = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(child), signal.SIGHUP)
        os.kill(int(child), signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()
    called = set(re.findall(r"^[0-9]+ +([a-z][a-z0-9_]*)\(", trace.read_text(errors="replace"), re.M))
    if os.geteuid() == 0:
        called -= {"fchown"}  # SQLite gives its files to the database's owner, but only as root, which the service is not
    assert len(called) > 20
    assert called <= allowed, called - allowed


CALLS = """
import sys, requests
url, token, school = sys.argv[1:]
headers = {"Authorization": "Bearer " + token, "Idempotency-Key": "day"}
made = requests.post(url + "/v1/students", headers=headers, json={"schoolId": school, "givenName": "Ny", "familyName": "Xq"}, timeout=60)
assert made.status_code == 201, made.text
assert requests.get(url + "/v1/students/" + made.json()["id"], headers=headers, timeout=60).status_code == 200
"""
