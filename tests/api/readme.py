# SPDX-License-Identifier: EUPL-1.2
"""The tour of the README as a thing to replay: its commands are run one after the other in one shell, in a demo house that has played its stories, and
what they say is held against what the page shows. Ids, times and counts are another day's: an id of the page stands for the one that was seen in
its place, here and ever after, in later commands too.

    /usr/bin/python3 tests/api/readme.py      writes into the README what the commands say now; TRYGG_BUILD names the build"""
import os
import pathlib
import re
import secrets
import subprocess
import sys
import tempfile

from daemon import BUILD, ROOT

README = ROOT / "README.md"
TOUR, TOUR_END = "## Five minutes", "## How it is built"
LEFT_OUT = "[…]"
LIB = ROOT / "scripts" / "lib.sh"

ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|…[0-9a-f]{4}\b")
CHANGING = (
    (re.compile(r"\b\d{4}-\d{2}-\d{2}T[\d:.]+Z"), "TIME"),
    (re.compile(r"\b\w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT"), "TIME"),
    (re.compile(r"\b00-[0-9a-f]{32}-[0-9a-f]{16}-00\b"), "TRACE"),
    (re.compile(r"^(trygg_\S+) [\d.e+-]+$", re.M), r"\1 COUNT"),
    (re.compile(r"(?<=at place )\d+|\b\d+(?= rows\b)"), "COUNT"),
    (re.compile(r"^(Place +)\d+$", re.M), r"\1COUNT"),
    (re.compile(r"\b\d{4}-[0-9A-Z]{5}-[0-9A-Z]{5}\b"), "REFERENCE"),
)


class Step:
    """A command with what the page says that it says, or a block of commands that says nothing."""

    def __init__(self, command, shown, line):
        self.command, self.shown, self.line = command, shown, line

    def __repr__(self):
        return f"README line {self.line}: {self.command.splitlines()[0]}"


def blocks(text):
    """(line number, lines) of the code blocks of the tour."""
    inside, found, touring = None, [], False
    for number, line in enumerate(text.splitlines(), 1):
        touring = line != TOUR_END and (touring or line == TOUR)
        if line.startswith("```"):
            if inside is not None and touring:
                found.append(inside)
            inside = None if inside is not None else (number + 1, [])
        elif inside is not None:
            inside[1].append(line)
    return found


def command_length(lines):
    """How many of the lines are the command that begins with the first: a here document and a line that is continued are part of it."""
    n, end = 1, re.search(r"<<(\w+)", lines[0])
    while end and lines[n - 1] != end.group(1) or lines[n - 1].endswith("\\"):
        n += 1
    return n


def steps(text):
    found = []
    for number, lines in blocks(text):
        if not any(line.startswith("$ ") for line in lines):
            found.append(Step("\n".join(lines), None, number))
            continue
        at = 0
        while at < len(lines):
            assert lines[at].startswith("$ "), f"README line {number + at} is neither a command nor what one says"
            rest = [lines[at].removeprefix("$ "), *lines[at + 1:]]
            n = command_length(rest)
            end = next((at + i for i in range(n, len(rest)) if rest[i].startswith("$ ")), len(lines))
            found.append(Step("\n".join(rest[:n]), "\n".join(lines[at + n:end]).rstrip("\n"), number + at))
            at = end
    return found


class House:
    """A demo as scripts/run leaves it, in a folder of its own: .demo, build/release, and the stories played."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "build").mkdir()
        (self.folder / "build" / "release").symlink_to(BUILD)
        self.shell = None
        self.story = self.lib('demo_make "$1/.demo" "$2" 127.0.0.1:0 >/dev/null && demo_start "$1/.demo" "$2" && demo_profiles "$1/.demo" "$2" &&'
                              ' for name in kari jorunn log; do story "$top/tests/stories/$name.sh" "$1/.demo" "$2"; done')

    def lib(self, command):
        done = subprocess.run(["bash", "-euc", f'. "{LIB}"; {command}', "bash", self.folder, BUILD], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=300)
        assert done.returncode == 0, done.stdout[-4000:]
        return done.stdout

    def say(self, command):
        """What a command says, in the one shell that all of them share."""
        if self.shell is None:
            env = {name: os.environ[name] for name in ("PATH", "HOME", "ASAN_OPTIONS", "TSAN_OPTIONS") if name in os.environ}
            env |= {"LC_ALL": "C.UTF-8", "NO_PROXY": "127.0.0.1"}
            self.shell = subprocess.Popen(["bash", "--norc", "--noprofile"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                          text=True, cwd=self.folder, env=env)
        end = secrets.token_hex(16)
        (self.folder / "command").write_text(command + "\n")
        self.shell.stdin.write(f". ./command </dev/null; printf '\\n%s\\n' {end}\n")
        self.shell.stdin.flush()
        said = []
        for line in self.shell.stdout:
            if line == end + "\n":
                return re.sub(r"[ \r]+$", "", "".join(said), flags=re.M).rstrip("\n")
            said.append(line)
        raise AssertionError(f"the shell ended in: {command}\n{''.join(said)}")

    def close(self):
        if self.shell is not None:
            self.shell.stdin.close()
            self.shell.wait(60)
            self.shell.stdout.close()
        self.lib('demo_stop "$1/.demo"')


class Ids:
    """What the ids of the page are today."""

    def __init__(self):
        self.today = {}

    def as_today(self, text):
        return ID.sub(lambda found: self.today.get(found.group(), found.group()), text)

    def as_shown(self, text):
        page = {today: page for page, today in self.today.items()}
        return ID.sub(lambda found: page.get(found.group(), found.group()), text)

    def agree(self, shown, said):
        """Whether a line that was said is the one that is shown; the ids that it shows first are learned."""
        for pattern, word in CHANGING:
            shown, said = pattern.sub(word, shown), pattern.sub(word, said)
        if ID.split(shown) != ID.split(said):
            return False
        pairs = list(zip(ID.findall(shown), ID.findall(said)))
        if any(self.today.get(page, today) != today for page, today in pairs):
            return False
        self.today.update(pairs)
        return True


def disagreement(shown, said, ids):
    """The first line that is shown and was not said, or said and not shown; None when they agree. LEFT_OUT stands for any lines."""
    said, at, skipping = said.splitlines(), 0, False
    for line in shown.splitlines():
        if line.strip() == LEFT_OUT:
            skipping = True
            continue
        while skipping and at < len(said) and not ids.agree(line, said[at]):
            at += 1
        if at == len(said) or not (skipping or ids.agree(line, said[at])):
            return f"shown: {line}\nsaid:  {said[at] if at < len(said) else '(nothing more)'}"
        at, skipping = at + 1, False
    return None if skipping or at == len(said) else f"said and not shown: {said[at]}"


def write():
    text = README.read_text(encoding="utf-8")
    lines, shift, ids = text.splitlines(), 0, Ids()
    with tempfile.TemporaryDirectory() as folder:
        house = House(folder)
        try:
            for step in steps(text):
                said = house.say(ids.as_today(step.command))
                if step.shown is None or disagreement(step.shown, said, ids) is None:
                    continue
                first = step.line - 1 + shift + len(step.command.splitlines())
                n, now = len(step.shown.splitlines()), ids.as_shown(said).splitlines()
                lines[first:first + n] = now
                shift += len(now) - n
        finally:
            house.close()
    README.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(write())
