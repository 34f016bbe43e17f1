# SPDX-License-Identifier: EUPL-1.2
"""The manuals trygg(1), tryggd(8) and tryggd.ini(5), held against the programs in both directions: what is there is described, and what is described is
there. trygg(1) is the one that the build made."""
import json
import os
import re
import shlex
import shutil
import subprocess

import pytest

from cli import run
from daemon import BUILD, ROOT, run_tryggd
from starting import settings_documented, settings_printed

PAGES = {"trygg.1": BUILD / "man" / "trygg.1", "tryggd.8": ROOT / "docs" / "man" / "tryggd.8", "tryggd.ini.5": ROOT / "docs" / "man" / "tryggd.ini.5"}
COMMON = ["NAME", "DESCRIPTION", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO", "SECURITY CONSIDERATIONS"]
PROGRAM = ["SYNOPSIS", "OPTIONS", "EXIT STATUS"]
LIBCURL = {"https_proxy", "ALL_PROXY", "NO_PROXY"}  # libcurl reads these itself
# What operations.md says of each fault with which a house is not opened (server/complain.c).
CAUSES = {
    "FINE": "a mistake",
    "MISSING": "there is no store",
    "LOCKED": "another tryggd holds the store",
    "SCHEMA_NEWER": "a newer schema",
    "SCHEMA_OLDER": "a newer schema or, for fsck, an older one",
    "TIME_ZONE": "another time zone",
    "NOT_READABLE": "read-only; the files of the store",
    "DAMAGED": "a database is damaged, cut off, another program's",
    "DISK_FULL": "the disk fails, is full",
    "WITHOUT_KEYS": "half of one",
    "WITHOUT_DATA": "half of one",
    "KEYS_LACKING": "another store's or older keys",
    "OPEN_TO_OTHERS": "or enter the data directory",
    "CLOCK_BEHIND": "its clock is more than a day behind",
    "MASTER_KEY_MISSING": "no master key",
    "MASTER_KEY_UNREADABLE": "the master key or the key of the log cannot be read",
    "MASTER_KEY_MODE": "others may read one of them",
    "MASTER_KEY_SHAPE": "key or certificate file holds something else",
    "MASTER_KEY_WRONG": "another master key",
    "MASTER_KEY_NOT_LOCKED": "locked memory",
    "LOG_KEY_NOT_LOCKED": "locked memory",
    "LOG_KEY_MISSING": "no key of the log",
    "LOG_KEY_UNREADABLE": "the master key or the key of the log cannot be read",
    "LOG_KEY_MODE": "others may read one of them",
    "LOG_KEY_SHAPE": "key or certificate file holds something else",
}
every_page = pytest.mark.parametrize("name", PAGES)


def plain(text):
    for escape, meaning in (("\\-", "-"), ("\\(dq", '"'), ("\\(ti", "~"), ("\\&", ""), ("\\e", "\\")):
        text = text.replace(escape, meaning)
    return text


def page(name):
    return plain(PAGES[name].read_text(encoding="utf-8"))


def section(name, title):
    """The lines of a section of a page."""
    return re.search(rf"^\.Sh {title}\n(.*?)(?=^\.Sh |\Z)", page(name), re.M | re.S).group(1)


def words(lines):
    """What a reader sees of some lines, without macros and with single spaces."""
    return " ".join(re.sub(r"^\.(\w\w) ?", "", lines, flags=re.M).split())


def items(lines, macro=""):
    """The items of lists that begin with that macro: what follows it → the item's text, which ends where the next item or the list does."""
    found, head, begin = {}, None, " ".join((".It", macro)).strip() + " "
    for line in lines.splitlines():
        if line.startswith((".It ", ".El")):
            head = line.removeprefix(begin) if line.startswith(begin) else None
            assert head not in found
            found |= {} if head is None else {head: []}
        elif head is not None:
            found[head].append(line)
    return {head: words("\n".join(text)) for head, text in found.items()}


# ---- The pages as such ------------------------------------------------------------------------------------------------------------

@every_page
def test_mandoc_finds_nothing_wrong(name):
    tool = shutil.which("mandoc")
    if tool is None:
        pytest.skip("NOT CHECKED: mandoc is not here (Debian package mandoc)")
    done = subprocess.run([tool, "-Tlint", "-W", "warning", PAGES[name]], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@every_page
def test_man_shows_it(name):
    if shutil.which("man") is None or shutil.which("nroff") is None:
        pytest.skip("NOT CHECKED: man or nroff is not here (Debian packages man-db, groff-base)")
    env = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANPAGER": "cat", "PAGER": "cat"}
    done = subprocess.run(["man", "--warnings=w", "-l", PAGES[name]], capture_output=True, text=True, timeout=60, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    if "minimized" not in done.stdout:
        for title in COMMON:
            assert f"\n{title}\n" in done.stdout


@every_page
def test_it_has_its_sections(name):
    titles = re.findall(r"^\.Sh (.*)$", page(name), re.M)
    wanted = COMMON + PROGRAM * (name != "tryggd.ini.5")
    assert set(wanted) <= set(titles) and len(set(titles)) == len(titles)
    assert f".Nm {name.rpartition('.')[0]}\n.Nd " in section(name, "NAME")


@every_page
def test_what_it_refers_to_of_ours_is_there(name):
    for other, number in re.findall(r"^\.Xr (\S+) (\d)", page(name), re.M):
        assert not other.startswith("trygg") or f"{other}.{number}" in PAGES, other


def test_the_unit_refers_to_them():
    unit = (ROOT / "server" / "systemd" / "tryggd.service").read_text()
    named = re.findall(r"man:([\w.]+)\((\d)\)", unit)
    assert named and all(f"{other}.{number}" in PAGES for other, number in named)


def test_they_are_installed(tmp_path):
    done = subprocess.run(["cmake", "--install", BUILD, "--prefix", tmp_path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    for name, path in PAGES.items():
        assert (tmp_path / "share" / "man" / f"man{name[-1]}" / name).read_bytes() == path.read_bytes()


# ---- trygg(1) ---------------------------------------------------------------------------------------------------------------------

TABLE = json.loads(run(None, "completion", "list").stdout)


def shape(option):
    return f"-{option['name']}" + (f" Ar {option['value']}" if option["value"] else "")


def verbs_described():
    """(verb with its arguments, summary, its options, what else it takes)"""
    found = {}
    for head, lines in re.findall(r"^\.It Ic ([^\n]*)\n(.*?)(?=^\.It Ic |^\.Ss |\Z)", section("trygg.1", "VERBS"), re.M | re.S):
        also = re.search(r"^Also\n((?:\.Fl .*\n)+)", lines, re.M)
        found[head] = (lines.splitlines()[0], items(lines, "Fl"), re.findall(r"^\.Fl (.*?) [,.]$", also.group(1), re.M) if also else [])
    return found


def test_trygg_every_verb_is_described_with_its_options():
    own = {option["name"]: option for option in TABLE["own"] if not option["always"]}
    found = verbs_described()
    written = lambda argument: (" Op Ar " if argument.startswith("[") else " Ar ") + argument.strip("[]")
    assert list(found) == [" ".join(verb["words"]) + "".join(map(written, verb["arguments"])) for verb in TABLE["verbs"]]
    assert len(found) > 50
    for verb, (summary, options, also) in zip(TABLE["verbs"], found.values()):
        assert summary == verb["summary"]
        assert list(options) == [shape(option) for option in verb["options"]]
        assert also == [shape(own[name]) for name in verb["own"]]
        for option in verb["options"]:
            assert options[shape(option)].startswith(option["help"]) and options[shape(option)].endswith("(required)") == option["required"]
    assert re.findall(r"^\.Ss (.*)$", section("trygg.1", "VERBS"), re.M) == [area["word"] for area in TABLE["areas"]]


def test_trygg_the_table_is_what_help_says():
    for verb in TABLE["verbs"]:
        said = " ".join(run(None, *verb["words"], "--help").stdout.split())
        names = [option["name"] for option in verb["options"]] + verb["own"] + [option["name"] for option in TABLE["own"] if option["always"]]
        assert set(re.findall(r" --([a-z-]+)", said.split("example:")[0] + said.split("for every verb:")[1])) >= set(names)
        for option in verb["options"]:
            assert f"--{option['name']} {option['value']} {option['help']}" in said


def test_trygg_every_option_is_described_and_every_one_named_is_there():
    described = items(section("trygg.1", "OPTIONS"), "Fl")
    assert list(described) == [shape(option) for option in sorted(TABLE["own"], key=lambda option: not option["always"])]
    for option in TABLE["own"]:
        assert option["help"] in described.values()
    there = {option["name"] for option in TABLE["own"]} | {option["name"] for verb in TABLE["verbs"] for option in verb["options"]}
    without_verbs = page("trygg.1").replace(section("trygg.1", "VERBS"), "")
    assert set(re.findall(r"^\.(?:It )?Fl -([a-z-]+)", without_verbs, re.M)) - {"option"} <= there


@pytest.mark.parametrize("line", re.findall(r"(?:\$|\||<\(|\.Dl) ?(trygg .*?)\)?$", page("trygg.1"), re.M))
def test_trygg_every_example_is_a_verb_with_its_options(line):
    words = [word for word in shlex.split(line)[1:] if not word.startswith(">")]
    done = run(None, *words, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert ": " in done.stdout.splitlines()[0]


def test_trygg_every_exit_status():
    codes = {name: int(code) for name, code in re.findall(r"^    OUTCOME_(\w+) = (\d+)", (ROOT / "client-cli" / "outcome.h").read_text(), re.M)}
    described = re.findall(r"^\.It (\d+)\n(.*)$", section("trygg.1", "EXIT STATUS"), re.M)
    assert [int(code) for code, _ in described] == sorted(codes.values())
    brief = re.search(r"exit codes: (.*?)\n\n", run(None, "--help").stdout, re.S).group(1).replace("\n", " ")
    for code, meaning in described:
        said = re.search(rf"\b{code} ([a-z ]+)", brief).group(1)
        assert meaning.lower().startswith(said), code


def test_trygg_every_variable():
    source = "\n".join(path.read_text() for path in sorted((ROOT / "client-cli").glob("*.[ch]")))
    asked = re.findall(r'(?:getenv|environment|token_variable)\([^"()]*"(\w+)"\)', source)
    listed = re.findall(r"variables\[\] = \{(.*?)\}", source)
    assert len(listed) == 2
    described = " ".join(items(section("trygg.1", "ENVIRONMENT"), "Ev")).replace(",", " ").split()
    assert set(described) == set(asked) | set(re.findall(r'"(\w+)"', " ".join(listed))) | LIBCURL


def test_trygg_every_key_of_a_profile():
    keys = re.findall(r'^    \[KEY_\w+\] = \{"(\w+)"', (ROOT / "client-cli" / "profile.c").read_text(), re.M)
    assert len(keys) > 3
    assert sorted(items(section("trygg.1", "CONFIGURATION"), "Va")) == sorted(keys)


# ---- tryggd(8) --------------------------------------------------------------------------------------------------------------------

def usage():
    """(the lines of `tryggd --help` that say how it is called, option → (value, text))"""
    said = run_tryggd("--help").stdout
    calls = re.findall(r"^  (tryggd .*)$", said, re.M)
    options = re.findall(r"^  (--[a-z-]+) +(?:([A-Z]+) +)?(.*)$", said, re.M)
    return calls, {name: (value, text) for name, value, text in options}


def synopsis():
    """The calls of the section SYNOPSIS, as help writes them."""
    calls = []
    for line in section("tryggd.8", "SYNOPSIS").splitlines():
        text = re.sub(r"Fl -", "--", line).replace("Ar ", "").replace("| -", "| --")
        if line == ".Nm":
            calls.append("tryggd")
        elif line.startswith(".Op "):
            calls[-1] += f" [{text.removeprefix('.Op ')}]"
        else:
            calls[-1] += " " + text.removeprefix(".Cm ").removeprefix(".")
    return calls


def test_tryggd_every_command_with_its_options():
    calls, options = usage()
    assert len(calls) > 6 and synopsis() == calls
    assert list(items(section("tryggd.8", "COMMANDS"), "Cm")) == [
        re.match(r"tryggd ([a-z -]*[a-z])(?= --| \[|$)", call).group(1) for call in calls if not call.startswith("tryggd --")]
    described = items(section("tryggd.8", "OPTIONS"), "Fl")
    shape = lambda name, value: name[1:] + (f" Ar {value}" if value else "")
    assert list(described) == [shape(name, value) for name, (value, _) in options.items()]
    for name, (value, text) in options.items():  # defaults and bounds
        for word in re.findall(r"trygg-\w+|trygg:\w+|\d+", text):
            assert re.search(rf"(?<![\w:-]){word}(?![\w:-])", described[shape(name, value)]), (name, word)


def test_tryggd_every_exit_status():
    source = "\n".join(path.read_text() for path in sorted((ROOT / "server").glob("*.c")))
    there = {0, 1} | {getattr(os, name) for name in re.findall(r"\bEX_[A-Z]+\b", source)}
    operations = (ROOT / "docs" / "operations.md").read_text().split("## How it ends")[1]
    assert len(there) > 10
    assert {int(code) for code in items(section("tryggd.8", "EXIT STATUS"))} == there
    assert {int(code) for code in re.findall(r"^\| (\d+) \| ", operations, re.M)} == there


def said(text):
    """A text as a reader sees it: without marks, first letter, last point, and spaces before points and commas."""
    text = re.sub(r" (?=[.,:;])", "", text.replace("`", "").replace("*-wal", "-wal")).removesuffix(".")
    return text[:1].lower() + text[1:]


def endings():
    """code → what it means, of operations.md"""
    table = (ROOT / "docs" / "operations.md").read_text().split("## How it ends")[1]
    return {int(code): said(meaning) for code, meaning in re.findall(r"^\| (\d+) \| (.*) \|$", table, re.M)}


def test_tryggd_every_exit_status_says_what_operations_says():
    lines = section("tryggd.8", "EXIT STATUS").replace(".Nm", ".Cm tryggd")
    assert {int(code): said(meaning) for code, meaning in items(lines).items()} == endings()


def test_every_fault_of_a_house_stands_at_its_exit_status():
    """In operations.md, and so in tryggd(8). A fault that is new needs its words here, and there."""
    source = (ROOT / "server" / "complain.c").read_text()
    codes = dict(re.findall(r"\[HOUSE_(\w+)\] =\s+\{(EX_\w+),", source))
    assert set(codes) == set(CAUSES)
    for fault, code in codes.items():
        assert CAUSES[fault] in endings()[getattr(os, code)], fault


def test_tryggd_every_file_that_operations_knows():
    table = (ROOT / "docs" / "operations.md").read_text().split("| file | what | lose it and |")[1].split("\n\n")[0]
    files = [re.sub(r".*/", "", file) for row in re.findall(r"^\| (`[^|]*) \|", table, re.M) for file in re.findall(r"`([^`]+)`", row)]
    told = re.findall(r"^\.(?:It )?Pa (\S+)", section("tryggd.8", "FILES"), re.M)
    assert len(files) > 6 and set(files) <= set(told)


def test_tryggd_every_signal():
    source = (ROOT / "server" / "command_serve.c").read_text()
    awaited = re.findall(r"sigaddset\(&service->awaited, (SIG\w+)\)", source)
    described = " ".join(items(section("tryggd.8", "SIGNALS"), "Dv")).replace(",", " ").split()
    assert len(awaited) == 3 and sorted(described) == sorted(awaited)


def test_tryggd_every_variable():
    source = "\n".join(path.read_text() for path in sorted((ROOT / "server").rglob("*.c")))
    asked = re.findall(r'getenv\("(\w+)"\)', source)
    described = items(section("tryggd.8", "ENVIRONMENT"), "Ev")
    assert set(described) == {*asked, "TRYGGD_*"}
    assert len(re.findall(r"\bgetenv\(", source)) == len(asked) + 1  # the settings' own, tested below


# ---- tryggd.ini(5) ----------------------------------------------------------------------------------------------------------------

def settings_described():
    """(section, key) → (default, text)"""
    found = {}
    for name, lines in re.findall(r'^\.Ss \[([\w-]+)[^\n]*\]\n(.*?)(?=^\.Ss |^\.Sh |\Z)', page("tryggd.ini.5"), re.M | re.S):
        for head, text in items(lines, "Va").items():
            key, default = re.fullmatch(r"(\w+) Pq (?:default: )?(.*)", head).groups()
            found[name, key] = (default, text)
    return found


def test_ini_every_setting_with_its_default_and_range(fresh_files):
    printed = settings_printed(run_tryggd("config", "--config", fresh_files.config).stdout)
    described = settings_described()
    assert len(described) > 20
    assert {place: default for place, (default, _) in described.items()} == {(name, key): default for name, key, default, _ in printed}
    for name, key, _, meaning in settings_documented():
        for bounds in re.findall(r"\d+ to \d+", meaning):
            assert bounds in described[name, key][1], key


def words_taken():
    """key → (the words that the setting takes, what it is told to be when it is another one)"""
    shapes, settings = ((ROOT / "server" / name).read_text() for name in ("config_shapes.c", "config_settings.c"))
    tables = {name: re.findall(r'\] = "(\w+)"', rows) for name, rows in re.findall(r"char \*const (\w+)\[\] = \{(.*?)\};", shapes, re.S)}
    assert set(tables) == set(re.findall(r"choose\(text, (\w+)", shapes))
    taken = {shape: tables[name] for shape, name in re.findall(r"status take_(\w+)\((?:(?!\n\}).)*choose\(text, (\w+)", shapes, re.S)}
    taken["scopes"] = re.findall(r'\{SCOPE_\w+, "([\w:]+)"\}', (ROOT / "server" / "base" / "caller.c").read_text())
    told = dict(re.findall(r'config_(\w+)_shape = \{\s*"([^"]*)"', shapes))
    keys = dict(re.findall(r'\.key = "(\w+)",\s+\.shape = &config_(\w+)_shape', settings))
    return {key: (taken[shape], told[shape]) for key, shape in keys.items() if shape in taken}


def test_ini_every_word_that_a_setting_takes():
    taken = words_taken()
    assert {key: len(words) for key, (words, _) in taken.items()} == {"log_level": 4, "log_format": 2, "scopes": 5}
    manual = {key: " ".join(texts) for (_, key), texts in settings_described().items()}
    operations = {key: f"{default} {meaning}" for _, key, default, meaning in settings_documented()}
    for key, (words, told) in taken.items():
        for text in (told, manual[key], operations[key]):
            assert set(words) <= set(re.findall(r"[\w:]*\w", text)), (key, text)


def test_ini_every_variable_follows_the_rule_that_is_told(fresh_files):
    told = section("tryggd.ini.5", "ENVIRONMENT")
    prefixes = dict(re.findall(r"\[(\w+)\](?: can be given)? as (\w+)", words(told)))
    assert {"server", "limits", "webhooks"} <= set(prefixes)
    printed = settings_printed(run_tryggd("config", "--config", fresh_files.config).stdout)
    there = {variable for *_, variable in printed if variable}
    assert there == {prefixes[name] + key.upper() for name, key, *_ in printed if name in prefixes}
    assert set(re.findall(r"^\.Ev (TRYGGD_\w*[A-Z])\b", told, re.M)) <= there


def test_ini_the_example_is_a_configuration(tmp_path):
    example = section("tryggd.ini.5", "EXAMPLES").split(".Bd -literal -offset indent\n")[1].split(".Ed")[0]
    (tmp_path / "tryggd.ini").write_text(example)
    done = run_tryggd("config", "--config", tmp_path / "tryggd.ini")
    assert (done.returncode, done.stderr) == (0, "")
