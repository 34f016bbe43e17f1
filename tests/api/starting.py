# SPDX-License-Identifier: EUPL-1.2
"""What tests of a start share: exit codes, a start that is refused, and the settings as program and manual tell them."""
import os
import re
import time

from daemon import ROOT, run_tryggd

# sysexits(3)
USAGE, DATA, NO_INPUT, UNAVAILABLE, OS, CANT_CREATE, IO, TEMPORARY, NO_PERMISSION, CONFIG = 64, 65, 66, 69, 71, 73, 74, 75, 77, 78
NOBODY = 65534   # a user who owns nothing


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


def wait_for(daemon, text, n=1):
    deadline = time.monotonic() + 20
    while daemon.log().count(text) < n:
        assert time.monotonic() < deadline, (text, daemon.log()[-2000:])
        time.sleep(0.05)


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
    text = (ROOT / "docs" / "operations.md").read_text()
    table = text.split("| section | key | default | meaning |")[1].split("\n\n")[0]
    found, section = [], None
    for row in table.splitlines()[2:]:
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        section = re.match(r"`\[([\w-]+)", cells[0]).group(1) if cells[0] else section
        found.append((section, cells[1].strip("`"), cells[2].strip("`"), cells[3]))
    return found
