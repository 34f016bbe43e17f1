# SPDX-License-Identifier: EUPL-1.2
"""What docs/operations.md tells an operator to type, typed."""
import re
import socket
import subprocess

import pytest

from daemon import BUILD, ROOT

TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
READY = "until curl -fsS $TRYGG_SERVER/health/live; do sleep 0.1; done"


def block(after, number=0):
    """The code block of that number behind the line that begins so."""
    return re.findall(r"^```\n(.*?)^```$", TEXT[TEXT.index("\n" + after):], re.M | re.S)[number]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def trial(tmp_path):
    """A folder with the files of the trial, and its commands; on another port than the page's."""
    ini, port = block("### A trial"), free_port()
    page = re.search(r"^listen = 127\.0\.0\.1:(\d+)$", ini, re.M).group(1)
    assert page != "8080"  # that is the demo's
    (tmp_path / "tryggd.ini").write_text(ini.replace(page, port))
    (tmp_path / "first-people.json").write_text(block("A seed need hold no more"))
    commands = block("### A trial", 1)
    assert page in commands and "\nsleep 1\n" in commands
    return tmp_path, commands.replace(page, port)


def test_the_trial_without_a_login_provider_works_as_it_is_written(trial, built):
    folder, commands = trial
    waiting = commands.replace("\nsleep 1\n", "\n").replace("\ntrygg me", f"\ntimeout 60 bash -c '{READY}' >answers\ntrygg me")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", f"trap 'kill %1; wait' EXIT\n{waiting}"], cwd=folder, capture_output=True, text=True, timeout=120,
                          env={"PATH": f"{BUILD}:{BUILD}/client-cli:/usr/bin:/bin", "HOME": str(folder)})
    assert done.returncode == 0, done.stdout + done.stderr
    for said in ("Erik Rønning", "Strong login  yes", "owner"):
        assert said in done.stdout


def test_what_a_build_needs_is_told_by_the_list_that_scripts_use():
    (packages,) = re.findall(r"\$\((bash -c .*?)\)$", block("### Building"), re.M)
    done = subprocess.run(["bash", "-c", packages], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and {"cmake", "libulfius-dev", "libsodium-dev"} <= set(done.stdout.split())
