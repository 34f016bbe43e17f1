# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg`: profiles, and where the token may come from and go to; against a fake server."""

import os
import pathlib
import subprocess
import time

import pytest

from cli import OK, USAGE, fake, find_client, run  # noqa: F401


@pytest.fixture
def config(tmp_path):
    """config(text) writes the configuration and gives the environment that names it."""

    def write(text, mode=0o600):
        path = tmp_path / "trygg.ini"
        path.write_text(text)
        path.chmod(mode)
        return {"TRYGG_CONFIG": str(path)}

    return write


def secret_file(path, text="from-file\n", mode=0o600):
    path.write_text(text)
    path.chmod(mode)
    return path


def sent_tokens(fake):
    return [request[2].get("Authorization", "").removeprefix("Bearer ") for request in fake.requests]


# ---- Which profile ----------------------------------------------------------------------------------------------------------------


def test_the_default_profile_names_server_and_token(fake, config, tmp_path):
    fake.answer(200, {"id": "x"})
    secret_file(tmp_path / "token")
    env = config(f"# ours\n[other]\nserver = https://example.org\n\n[default]\nserver = {fake.url}\ntoken_file = token\n")
    assert run(None, "me", token=None, **env).returncode == OK
    assert sent_tokens(fake) == ["from-file"]


def test_the_option_chooses_before_the_environment_and_that_before_the_default(fake, config):
    fake.answer(200, {"id": "x"})
    env = config("".join(f"[{name}]\nserver={fake.url}\ntoken_command=echo of-{name[0]}\n" for name in ("default", "a", "b c")))
    run(None, "me", token=None, **env)
    run(None, "me", token=None, TRYGG_PROFILE="a", **env)
    run(None, "me", "--profile", "b c", token=None, TRYGG_PROFILE="a", **env)
    run(None, "me", token=None, TRYGG_PROFILE="", **env)
    assert sent_tokens(fake) == ["of-d", "of-a", "of-b", "of-d"]


def test_the_configuration_is_looked_for_where_the_desktop_keeps_it(fake, tmp_path):
    fake.answer(200, {"id": "x"})
    for folder, token in (("xdg", "of-xdg"), ("home/.config", "of-home")):
        (tmp_path / folder / "trygg").mkdir(parents=True)
        (tmp_path / folder / "trygg" / "config.ini").write_text(f"[default]\nserver={fake.url}\ntoken_command=echo {token}\n")
    home = {"HOME": str(tmp_path / "home")}
    run(None, "me", token=None, **home)
    run(None, "me", token=None, XDG_CONFIG_HOME=str(tmp_path / "xdg"), **home)
    run(None, "me", token=None, XDG_CONFIG_HOME="not/absolute", **home)
    assert sent_tokens(fake) == ["of-home", "of-xdg", "of-home"]


def test_no_configuration_is_needed(fake, tmp_path):
    fake.answer(200, {"id": "x"})
    assert run(fake.url, "me", HOME=str(tmp_path)).returncode == OK
    assert run(fake.url, "me", HOME="/dev/null").returncode == OK
    assert run(fake.url, "me", TRYGG_CONFIG="/dev/null").returncode == OK
    assert run(fake.url, "me").returncode == OK


def test_the_options_and_the_environment_come_before_the_profile(fake, config, tmp_path):
    fake.answer(200, {"id": "x"})
    file = secret_file(tmp_path / "token")
    env = config("[default]\nserver = http://127.0.0.1:9\ntoken_command = echo of-profile\n")
    run(fake.url, "me", token="of-environment", **env)
    run(fake.url, "me", token=None, TRYGG_TOKEN_FILE=str(file), **env)
    run("http://127.0.0.1:9", "me", "--server", fake.url, "--token-file", str(file), token="of-environment", **env)
    assert sent_tokens(fake) == ["of-environment", "from-file", "from-file"]


def test_a_profile_that_is_typed_comes_before_the_environment(fake, config, tmp_path):
    """What a person types is what they mean; what the profile does not say still comes from the environment."""
    fake.answer(200, {"id": "x"})
    file = secret_file(tmp_path / "token")
    nowhere = "http://127.0.0.1:9"
    env = config(f"[both]\nserver = {fake.url}\ntoken_command = echo of-both\n[server]\nserver = {fake.url}\n[language]\nlanguage = nb\n")
    env_file = {"TRYGG_TOKEN_FILE": str(file), **env}
    for server, *args, environment in (
        (nowhere, "--profile", "both", env_file),
        (nowhere, "--profile", "server", env),
        (fake.url, "--profile", "language", env),
        (nowhere, "--profile", "both", "--token-file", str(file), env),
        (fake.url, {"TRYGG_PROFILE": "both", **env}),
    ):
        assert run(server, "me", *args, token="of-environment", **environment).returncode == OK
    assert sent_tokens(fake) == ["of-both", "of-environment", "of-environment", "from-file", "of-environment"]


def test_a_profile_that_is_typed_leaves_standard_input_to_the_body(fake, config):
    fake.answer(201, {"id": "x", "version": 1, "ground": "g"})
    env = config(f"[work]\nserver = {fake.url}\ntoken_command = echo of-profile\n")
    create = ("students", "create", "--body", "-")
    assert run(None, *create, "--profile", "work", token=None, stdin="{}", TRYGG_TOKEN_FILE="-", **env).returncode == OK
    assert run(fake.url, *create, token=None, stdin="{}", TRYGG_TOKEN_FILE="-", **env).returncode == USAGE
    assert sent_tokens(fake) == ["of-profile"]


def test_the_language_of_the_profile_is_asked_for(fake, config):
    fake.answer(200, {"id": "x"})
    run(fake.url, "me", **config("[default]\nlanguage = nb\n"), LC_ALL="sv_SE.UTF-8")
    assert fake.requests[0][2]["Accept-Language"] == "nb"


@pytest.mark.parametrize("how", [["--profile", "work"], []])
def test_a_profile_that_is_not_there_is_told_with_its_file(fake, config, tmp_path, how):
    env = config("[default]\n[home]\n")
    done = run(fake.url, "me", *how, **env, **({} if how else {"TRYGG_PROFILE": "work"}))
    assert done.returncode == USAGE
    assert done.stderr == f"trygg: {env['TRYGG_CONFIG']}: there is no profile 'work'\n  there is: default, home\n"
    done = run(fake.url, "me", "--profile", "work", HOME=str(tmp_path))
    assert done.returncode == USAGE
    assert f"{tmp_path}/.config/trygg/config.ini" in done.stderr
    assert run(fake.url, "me", "--profile", "work").returncode == USAGE
    assert fake.requests == []


# ---- What the file may say --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[default]\nserver = https://a\ncolour = blue\n", 3, "colour"),
        ("[other]\ntoken = abc\n[default]\n", 2, "token"),
        ("[default]\nlanguage = da\n", 2, "da"),
        ("[default]\nserver =\n", 2, "server"),
        ("[default]\nserver = https://a\nserver = https://b\n", 3, "server"),
        ("[default]\ntoken_file = a\ntoken_command = b\n", 3, "token_command"),
        ("[default]\n[a]\n[default]\n", 3, "default"),
        ("server = https://a\n", 1, "server"),
        ("[default\n", 1, "]"),
        ("[]\n", 1, "1 to 49"),
        ("[" + "x" * 50 + "]\n", 1, "1 to 49"),
        ("[default]\nnothing\n", 2, "key = value"),
        ("[default]\nserver = https://a\ntoken_file = ~/token\n", 3, "HOME"),
        ("[default]\nserver = " + "x" * 5000 + "\n", 2, "long"),
        ("[default]\n\0\n", 2, "not text"),
        ("".join(f"[{n}]\n" for n in range(101)), 101, "100"),
        ("[default]\nse\x1b[31mrver = a\n", 2, "\\u001b"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told_with_file_line_and_key(fake, config, text, line, said):
    env = config(text)
    done = run(fake.url, "me", **env)
    assert done.returncode == USAGE
    assert done.stderr.startswith(f"trygg: {env['TRYGG_CONFIG']}:{line}: ")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "\x1b" not in done.stderr
    assert fake.requests == []


@pytest.mark.parametrize("path", ["/nowhere/trygg.ini", "/", "/proc/self/mem"])
def test_a_configuration_that_is_named_must_be_readable(fake, path):
    done = run(fake.url, "me", TRYGG_CONFIG=path)
    assert done.returncode == USAGE
    assert done.stderr.startswith(f"trygg: {path}: ")
    assert fake.requests == []


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_configuration_that_others_may_write_to_is_not_trusted(fake, config, mode):
    env = config("[default]\n", mode)
    done = run(fake.url, "me", **env)
    assert done.returncode == USAGE
    assert "chmod" in done.stderr
    assert fake.requests == []
    fake.answer(200, {"id": "x"})
    assert run(fake.url, "me", **config("[default]\n", 0o644)).returncode == OK


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_configuration_of_somebody_else_is_not_trusted(fake, config):
    env = config("[default]\n")
    os.chown(env["TRYGG_CONFIG"], 12345, 12345)
    done = run(fake.url, "me", **env)
    assert done.returncode == USAGE
    assert fake.requests == []


# ---- Where a profile's token goes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["option", "environment"])
def test_a_profiles_token_goes_to_the_profiles_own_server_only(fake, config, tmp_path, how):
    marker = tmp_path / "ran"
    env = config(f"[default]\nserver = https://trygg.example.no\ntoken_command = touch {marker}; echo secret\n")
    done = run(fake.url if how == "environment" else None, "me", *(["--server", fake.url] if how == "option" else []), token=None, **env)
    assert done.returncode == USAGE
    assert "is not sent there" in done.stderr
    assert fake.requests == []
    assert not marker.exists()


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("[default]\ntoken_command = touch ran; echo secret\n", 2, "token_command"),
        ("[default]\n\ntoken_file = token\nlanguage = nb\n", 3, "token_file"),
        ("[default]\nlanguage = nb\n[other]\ntoken_command = touch ran\n[more]\nserver = https://a\n", 4, "token_command"),
    ],
)
def test_a_token_without_a_server_of_its_own_is_told_and_goes_nowhere(fake, config, tmp_path, text, line, key):
    """Whichever profile is wanted, and wherever the server comes from: no server could be the wrong one for such a token."""
    secret_file(tmp_path / "token")
    env = config(text.replace("ran", str(tmp_path / "ran")))
    for server, how in ((fake.url, []), (None, ["--server", fake.url]), (fake.url, ["--profile", "default"])):
        done = run(server, "me", *how, token=None, **env)
        assert done.returncode == USAGE
        assert done.stderr == f"trygg: {env['TRYGG_CONFIG']}:{line}: a profile with a token needs a server, which the token is for; here is '{key}'\n"
    assert fake.requests == []
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("indent", [" ", "\t", "\v", "\f", "\r"])
def test_a_section_begins_after_any_white_space(fake, config, indent):
    """What looks like a section to libinih is one: its token goes to no other section's server."""
    fake.answer(200, {"id": "x"})
    env = config(f"[default]\nserver = {fake.url}\n{indent}[other]\ntoken_command = echo of-other\n")
    done = run(None, "me", token=None, **env)
    assert done.returncode == USAGE
    assert "a profile with a token needs a server" in done.stderr
    assert fake.requests == []


def test_the_server_may_stand_after_the_token(fake, config):
    fake.answer(200, {"id": "x"})
    assert run(None, "me", token=None, **config(f"[default]\ntoken_command = echo it\nserver = {fake.url}\n")).returncode == OK
    assert sent_tokens(fake) == ["it"]


def test_an_open_verb_asks_for_no_token(fake, config, tmp_path):
    fake.answer(200, {"name": "trygg"})
    marker = tmp_path / "ran"
    assert run(None, "api", token=None, **config(f"[default]\nserver={fake.url}\ntoken_command = touch {marker}\n")).returncode == OK
    assert sent_tokens(fake) == [""]
    assert not marker.exists()


def test_a_server_that_cannot_be_asked_gets_no_token_made(config, tmp_path):
    marker = tmp_path / "ran"
    assert run(None, "me", token=None, **config(f"[default]\nserver=http://example.org\ntoken_command = touch {marker}\n")).returncode == USAGE
    assert not marker.exists()


# ---- Token files ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_token_that_others_may_read_is_refused_wherever_its_file_is_named(fake, config, tmp_path, mode):
    file = secret_file(tmp_path / "token", mode=mode)
    env = config(f"[default]\nserver = {fake.url}\ntoken_file = {file}\n")
    for done in (run(fake.url, "me", "--token-file", str(file)), run(fake.url, "me", TRYGG_TOKEN_FILE=str(file)),
                 run(fake.url, "me", token=None, **env)):
        assert done.returncode == USAGE
        assert "chmod 600" in done.stderr
        assert "from-file" not in done.stderr
    assert fake.requests == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_whoever_owns_the_file_no_other_may_read_the_token(fake, tmp_path, mode):
    fake.answer(200, {"id": "x"})
    file = secret_file(tmp_path / "token", mode=mode)
    os.chown(file, 12345, 12345)
    done = run(fake.url, "me", "--token-file", str(file))
    assert done.returncode == (OK if mode == 0o600 else USAGE)
    assert ("chmod 600" in done.stderr) == (mode == 0o644)
    assert sent_tokens(fake) == (["from-file"] if mode == 0o600 else [])


def test_a_token_that_is_handed_over_open_is_taken(fake, tmp_path):
    fake.answer(200, {"id": "x"})
    file = secret_file(tmp_path / "token", mode=0o644)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o644)
    env = {"PATH": "/usr/bin:/bin", "TRYGG_SERVER": fake.url}
    for way in ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
        with open(file) as stdin:
            assert subprocess.run([find_client(), "me", "--token-file", way], env=env, stdin=stdin, timeout=60).returncode == OK
    with subprocess.Popen([find_client(), "me", "--token-file", pipe], env=env) as client:
        pipe.write_text("from-file\n")
        assert client.wait(60) == OK
    assert sent_tokens(fake) == ["from-file"] * 5


def test_a_relative_token_file_lies_beside_the_configuration_and_tilde_is_home(fake, config, tmp_path):
    fake.answer(200, {"id": "x"})
    (tmp_path / "home").mkdir()
    secret_file(tmp_path / "home" / "token", "of-home")
    secret_file(tmp_path / "token", "beside")
    for value in ("token", "~/token", str(tmp_path / "token")):
        run(fake.url, "me", token=None, HOME=str(tmp_path / "home"), **config(f"[default]\nserver = {fake.url}\ntoken_file = {value}\n"))
    assert sent_tokens(fake) == ["beside", "of-home", "beside"]


# ---- Token commands ---------------------------------------------------------------------------------------------------------------


def test_a_command_says_its_own_words_on_standard_error_and_reads_nothing_of_ours(fake, config):
    fake.answer(201, {"id": "x", "version": 1, "ground": "g"})
    env = config(f"[default]\nserver = {fake.url}\ntoken_command = echo 'look at your phone' >&2; wc -c | tr -d ' ' | sed 's/^/n/'\n")
    done = run(fake.url, "students", "create", "--body", "-", token=None, stdin="{}", **env)
    assert done.returncode == OK
    assert done.stderr == "look at your phone\n"
    assert sent_tokens(fake) == ["n0"]
    assert fake.requests[0][3] == b"{}"


@pytest.mark.parametrize(
    "command",
    ["false", "echo abc; exit 3", "true", "echo", "echo a; echo b", "echo a b", "printf '\\303\\270'", "no-such-program", "printf 'a\\0b'",
     "kill -9 $$", "head -c 100000 /dev/zero | tr '\\0' x", "yes"],
)  # fmt: skip
def test_a_command_that_gives_no_token_is_told_and_nothing_is_sent(fake, config, command):
    done = run(fake.url, "me", token=None, **config(f"[default]\nserver = {fake.url}\ntoken_command = {command}\n"))
    assert done.returncode == USAGE
    assert "token_command" in done.stderr
    assert "xxx" not in done.stderr and "abc" not in done.stderr
    assert fake.requests == []


def test_the_longest_token_is_taken(fake, config):
    fake.answer(200, {"id": "x"})
    run(fake.url, "me", token=None, **config(f"[default]\nserver = {fake.url}\ntoken_command = head -c 8192 /dev/zero | tr '\\0' x\n"))
    assert sent_tokens(fake) == ["x" * 8192]


def test_no_token_stands_on_any_command_line_or_in_a_childs_environment(fake, config, tmp_path):
    """While the answer is held back, everything that the machine shows of the client is searched."""
    fake.answer(200, {"id": "x"})
    secret_file(tmp_path / "token", "s3cr3t-t0k3n")
    fake.hold = True
    env = {"PATH": "/usr/bin:/bin", "TRYGG_SERVER": fake.url, **config(f"[default]\nserver = {fake.url}\ntoken_command = cat token\n")}
    with subprocess.Popen([find_client(), "me"], env=env, cwd=tmp_path, stdout=subprocess.DEVNULL) as client:
        deadline = time.monotonic() + 30
        while not fake.requests and time.monotonic() < deadline:
            time.sleep(0.02)
        shown = [pathlib.Path(f"/proc/{client.pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
        fake.hold = False
        assert client.wait(60) == OK
    assert sent_tokens(fake) == ["s3cr3t-t0k3n"]
    assert not any(b"s3cr3t-t0k3n" in text for text in shown)
