# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg`: completion for bash and zsh, driven as a shell drives it."""

import json
import os
import shutil
import subprocess

import pytest

from cli import OK, SERVER, find_client, run

ZSH = shutil.which("zsh")


def script(shell):
    done = run(None, "completion", shell)
    assert done.returncode == OK
    assert done.stderr == ""
    return done.stdout


def bash(program, *args, cwd="/"):
    done = subprocess.run(["bash", "--norc", "-c", program, "bash", *args], capture_output=True, text=True, cwd=cwd, timeout=60)
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def complete(tmp_path):
    """complete("trygg", "stu") is what bash offers for the last word. Words are split at '=' as bash does."""
    path = tmp_path / "completion.bash"
    path.write_text(script("bash"))

    def drive(*words, cwd="/"):
        program = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _trygg; printf "%s\\n" "${COMPREPLY[@]}"'
        return sorted(set(bash(program, path, *words, cwd=cwd).split("\n")) - {""})

    return drive


def verbs():
    return json.loads(run(None, "completion", "list").stdout)["verbs"]


def test_the_script_is_bash(tmp_path):
    path = tmp_path / "completion.bash"
    path.write_text(script("bash"))
    assert bash('bash -n "$1"', path) == ""
    assert bash('source "$1"; complete -p trygg', path) == "complete -F _trygg trygg\n"


def test_words_are_completed_one_after_the_other(complete):
    first = {verb["words"][0] for verb in verbs()}
    assert set(complete("trygg", "")) == first | {"help"}
    assert complete("trygg", "stu") == ["students"]
    assert complete("trygg", "help", "stu") == ["students"]
    assert set(complete("trygg", "students", "")) == {verb["words"][1] for verb in verbs() if verb["words"][0] == "students"}
    assert complete("trygg", "--json", "students", "cre") == ["create"]
    assert complete("trygg", "--server", "students", "stu") == ["students"]
    assert complete("trygg", "nonsense", "x") == []


def test_every_verb_offers_exactly_the_options_that_it_takes(complete):
    for verb in verbs():
        offered = set(complete("trygg", *verb["words"], *(["x"] * len(verb["arguments"])), "--"))
        wanted = {f"--{option['name']}" for option in verb["options"]} | {f"--no-{option['name'].removesuffix('-file')}" for option in verb["options"] if option["orNone"]}
        assert wanted <= offered
        assert ("--limit" in offered) == verb["paged"]
        assert ("--all" in offered) == ("activity" in verb["words"])
        assert ("--idempotency-key" in offered) == verb["keyed"]
        assert ("--body" in offered) == (verb["body"] and not verb["file"])
        assert ("--output" in offered) == (verb["method"] == "GET" and verb["words"][-1] in ("checkpoint", "proof", "tile"))
        assert ("--ids" in offered) == ("activity" in verb["words"])
        assert ("--page-token" in offered) == (verb["words"][0] == "changes")
        assert {"--server", "--profile", "--token-file", "--json", "--help", "--version"} <= offered
        assert len(offered) == len(wanted) + 6 + sum((verb["paged"], verb["keyed"], *(name in offered for name in ("--body", "--all", "--output", "--page-token", "--ids"))))


def test_values_are_completed_by_what_they_are(complete, tmp_path):
    for name in ("token one", "token2"):
        (tmp_path / name).write_text("")
    assert complete("trygg", "groups", "create", "--kind", "") == ["class", "mentor"]
    assert complete("trygg", "groups", "create", "--kind", "=", "m") == ["mentor"]
    assert complete("trygg", "groups", "create", "--kind", "=") == ["class", "mentor"]
    assert complete("trygg", "groups", "create", "--name", "") == []
    assert complete("trygg", "me", "--token-file", "tok", cwd=tmp_path) == ["token one", "token2"]
    assert complete("trygg", "groups", "create", "--body", "tok", cwd=tmp_path) == ["token one", "token2"]
    assert complete("trygg", "students", "create", "--civic-number-file", "tok", cwd=tmp_path) == ["token one", "token2"]
    assert complete("trygg", "provision", "groups", "tok", cwd=tmp_path) == ["token one", "token2"]
    assert complete("trygg", "provision", "groups", "--token-file", "-", "tok", cwd=tmp_path) == ["token one", "token2"]
    assert complete("trygg", "provision", "groups", "x", "tok", cwd=tmp_path) == []
    assert complete("trygg", "verify", "tok", cwd=tmp_path) == ["token one", "token2"]
    assert complete("trygg", "documents", "upload", "x", "tok", cwd=tmp_path) == ["token one", "token2"]
    assert complete("trygg", "documents", "upload", "tok", cwd=tmp_path) == []
    assert complete("trygg", "documents", "download", "x", "tok", cwd=tmp_path) == ["token one", "token2"]
    assert complete("trygg", "personsaker", "close-many", "tok", cwd=tmp_path) == ["token one", "token2"]
    assert complete("trygg", "witness", "--state", "tok", cwd=tmp_path) == ["token one", "token2"]
    assert complete("trygg", "witness", "k", cwd=tmp_path) == ["key"]
    assert complete("trygg", "activity", "organisation", "--outcome", "re") == ["refused", "replayed"]


@pytest.fixture
def profiles(tmp_path, monkeypatch):
    """A configuration with names that a shell must not run, and a trygg on the PATH that reads it."""
    config = tmp_path / "config.ini"
    config.write_text("".join(f"[{name}]\n" for name in ("default", "work.no", "$(touch ran)", "a b", "`x`", "*", "wild-2")))
    config.chmod(0o600)
    (tmp_path / "trygg").symlink_to(find_client())
    monkeypatch.setenv("TRYGG_CONFIG", str(config))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return config


def test_profiles_are_completed_by_the_names_in_the_configuration(complete, profiles, tmp_path):
    assert run(None, "completion", "profiles", TRYGG_CONFIG=str(profiles)).stdout == "default\nwork.no\nwild-2\n"
    assert complete("trygg", "--profile", "", cwd=tmp_path) == ["default", "wild-2", "work.no"]
    assert complete("trygg", "--profile", "w", cwd=tmp_path) == ["wild-2", "work.no"]
    assert complete("trygg", "students", "list", "--profile", "=", "d", cwd=tmp_path) == ["default"]
    assert not (tmp_path / "ran").exists()


def test_a_configuration_that_is_broken_or_not_there_offers_no_profile(complete, profiles):
    profiles.write_text("nonsense")
    assert complete("trygg", "--profile", "") == []
    assert run(None, "completion", "profiles").stdout == ""


def test_nothing_that_is_typed_is_run(complete, tmp_path):
    for word in ("$(touch ran)", "`touch ran`", "';touch ran;'", "*", "--x=$(touch ran)", "a b", "\\", "-"):
        complete("trygg", word, "", cwd=tmp_path)
        complete("trygg", "students", "show", word, "--", cwd=tmp_path)
        complete("trygg", "students", "create", "--school", word, word, cwd=tmp_path)
        complete("trygg", "me", "--token-file", word, cwd=tmp_path)
    assert os.listdir(tmp_path) == ["completion.bash"]


@pytest.mark.skipif(ZSH is None, reason="NOT CHECKED: zsh is not here (Debian package zsh)")
def test_the_script_is_zsh(tmp_path, profiles):
    path = tmp_path / "_trygg"
    path.write_text(script("zsh"))
    driver = (
        'autoload -U compinit; compinit -D; source "$1"; [[ ${_comps[trygg]} == _trygg ]] || exit 3; shift;'
        'compadd() { print -l -- ${(P)2} }; _files() { print files }; words=("$@"); CURRENT=$#; _trygg'
    )

    def offered(*words):
        done = subprocess.run([ZSH, "-f", "-c", driver, "zsh", path, *words], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.split()

    assert subprocess.run([ZSH, "-n", path], timeout=60).returncode == 0
    assert {"students", "me", "help"} <= set(offered("trygg", ""))
    assert "create" in offered("trygg", "students", "")
    assert offered("trygg", "groups", "create", "--kind", "") == ["class", "mentor"]
    assert offered("trygg", "--profile", "") == ["default", "work.no", "wild-2"]
    assert "--school" in offered("trygg", "students", "create", "-")
    assert offered("trygg", "provision", "groups", "") == ["files"]


def test_the_script_for_zsh_holds_the_same_tables():
    """Whatever shell is here: the functions before the driver are the same, and read by both."""
    ours, theirs = script("bash"), script("zsh")
    assert theirs.startswith("#compdef trygg\n")
    assert ours.split("_trygg() {")[0].split("\n", 1)[1] == theirs.split("_trygg() {")[0].split("\n", 2)[2]


def test_completion_asks_nobody_and_needs_nothing():
    for form in ("bash", "zsh", "list"):
        assert run("https://nowhere.invalid", "completion", form, token=None).returncode == OK
    with open("/dev/full", "w") as full:
        done = subprocess.run([find_client(), "completion", "bash"], env={}, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode not in (OK, SERVER)
