# SPDX-License-Identifier: EUPL-1.2
"""What tryggd makes of its configuration, file and environment, and what it says of one that is wrong: file, line and key."""
import json
import os
import re

import pytest

import world
from certificate import FILES, make_certificate
from daemon import run_tryggd
from starting import CONFIG, UNAVAILABLE, refused, settings_documented, settings_printed


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
    assert "request" in {json.loads(line)["event"] for line in daemon.log().splitlines()}


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
    make_certificate(fresh_files)
    daemon = fresh_daemon(fresh_files, listen="0.0.0.0:0", **FILES)
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


def test_the_manual_has_every_setting_with_its_default(fresh_files):
    printed = settings_printed(run_tryggd("config", "--config", fresh_files.config).stdout)
    documented = settings_documented()
    own = {(section, key): default for section, key, default, _ in printed}
    assert len(printed) > 20
    assert own == {(section, key): default for section, key, default, _ in documented}
    for section, key, _, variable in printed:
        prefix = {"server": "TRYGGD_", "limits": "TRYGGD_LIMITS_", "log": "TRYGGD_LOG_", "webhooks": "TRYGGD_WEBHOOKS_"}.get(section)
        assert variable == (prefix + key.upper() if prefix else None)


def test_config_prints_every_range_as_it_is_refused(fresh_files):
    lines = run_tryggd("config", "--config", fresh_files.config).stdout.splitlines()
    numbers = [(about, default) for about, default in zip(lines, lines[1:]) if re.match(r"# default: [0-9]+(; variable|$)", default)]
    assert len(numbers) > 7
    for about, default in numbers:
        variable = default.partition("; variable: ")[2]
        said = re.search(r"\(([a-zA-Z ]+, [0-9]+ to [0-9]+)\)$", about).group(1)
        if variable:
            refused(fresh_files, CONFIG, f"{variable} must be {said}", env={variable: "-1"})


def test_the_manual_has_every_range(fresh_files):
    """What a number may be stands in the manual as the refusal says it."""
    for section, key, default, meaning in settings_documented():
        if not re.fullmatch(r"[0-9]+", default) or section == "issuer":
            continue
        variable = {"server": "TRYGGD_", "limits": "TRYGGD_LIMITS_"}[section] + key.upper()
        said = refused(fresh_files, CONFIG, variable, env={variable: "-1"})
        assert re.search(r"([0-9]+ to [0-9]+)", said).group(1) in meaning, (key, said)


@pytest.mark.parametrize("zone, hint", [
    ("Europe/Fjordvik", "package tzdata"),
    ("Europe/Oslo ; here", "a comment has a line of its own"),
    ("Europe/Oslo # here", "a comment has a line of its own"),
    ('"Europe/Oslo"', "a value has no quotes"),
    ("'Europe/Oslo'", "a value has no quotes"),
])
def test_an_unknown_time_zone(fresh_files, zone, hint):
    fresh_files.write_config(time_zone=zone)
    said = f"tryggd: {fresh_files.config}:4: time_zone in [server]: the system does not know the time zone {zone} ("
    assert refused(fresh_files, CONFIG, hint).startswith(said)
    assert refused(fresh_files, CONFIG, hint, command="check-config").startswith(said)


def test_an_unknown_time_zone_of_the_environment(fresh_files):
    refused(fresh_files, CONFIG, "tryggd: the variable TRYGGD_TIME_ZONE: the system does not know the time zone Europe/Fjordvik",
            env={"TRYGGD_TIME_ZONE": "Europe/Fjordvik"})


def test_two_issuers_that_no_token_could_tell_apart(fresh_files):
    fjord = world.ORGANISATIONS[world.FJORD]
    fresh_files.issuers = {**world.ORGANISATIONS, "again": fjord}
    fresh_files.write_config()
    lines = fresh_files.config.read_text().splitlines()
    first, again = (lines.index(f'[issuer "{name}"]') + 1 for name in (world.FJORD, "again"))
    refused(fresh_files, CONFIG, f"tryggd.ini:{again}: [issuer \"again\"]", f"[issuer \"{world.FJORD}\"] in line {first}", "another audience",
            command="check-config")


@pytest.mark.parametrize("line", ["time_zone: Europe/Oslo", "listen:127.0.0.1:0"])
def test_a_setting_has_no_colon(fresh_files, line):
    key = line.partition(":")[0]
    lines = [line if known.startswith(key + " ") else known for known in fresh_files.config.read_text().splitlines()]
    fresh_files.config.write_text("\n".join(lines) + "\n")
    refused(fresh_files, CONFIG, f"tryggd.ini:{lines.index(line) + 1}: {key}", "colon", "KEY = VALUE")


def test_an_address_alone_is_a_network_of_one(fresh_files):
    fresh_files.write_config(webhooks={"allow": "192.168.4.0 fd00:1::"})
    assert "\nallow = 192.168.4.0/32 fd00:1::/128\n" in run_tryggd("config", "--config", fresh_files.config).stdout


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


def jwks_line(files):
    """Where the configuration names the key set of the first issuer."""
    lines = files.config.read_text().splitlines()
    return lines.index("jwks_file = issuer.jwks", lines.index(f'[issuer "{world.FJORD}"]')) + 1


def a_folder(path):
    path.unlink()
    path.mkdir()


def a_circle(path):
    path.unlink()
    path.symlink_to(path.name)


@pytest.mark.parametrize("harm, why", [
    (lambda path: path.unlink(), "No such file or directory"),
    (a_folder, "Is a directory"),
    (a_circle, "Too many levels of symbolic links"),
])
def test_a_key_set_that_cannot_be_read_is_told_with_its_line_and_the_reason(fresh_files, harm, why):
    harm(fresh_files.jwks_file)
    for command in ("serve", "check-config"):
        refused(fresh_files, CONFIG, f'{fresh_files.config}:{jwks_line(fresh_files)}: jwks_file in [issuer "{world.FJORD}"]: ',
                f"{fresh_files.jwks_file} cannot be read: {why}", "fetch it", "`tryggd issuer`", command=command)


def test_a_key_set_that_cannot_be_trusted_is_told_with_its_line(fresh_files):
    fresh_files.jwks_file.write_text("nonsense")
    refused(fresh_files, CONFIG, f'tryggd.ini:{jwks_line(fresh_files)}: jwks_file in [issuer "{world.FJORD}"]: ',
            f"{fresh_files.jwks_file} cannot be trusted: jwks: ", command="check-config")


def test_check_config_is_content(fresh_files):
    done = run_tryggd("check-config", "--config", fresh_files.config)
    assert (done.returncode, done.stderr) == (0, "")
