# SPDX-License-Identifier: EUPL-1.2
"""TLS at the edge: which versions, which files, and a new certificate while connections stand. Certificates are made by an
authority that nobody else trusts (certificate.py)."""
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import time
import urllib.parse

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from certificate import FILES, Authority, serial_of, write_key
from daemon import BUILD, Daemon, copy_files, run_tryggd

PATIENCE = 20
EX_DATAERR, EX_NOINPUT, EX_NOPERM, EX_CONFIG = 65, 66, 77, 78
UNREACHABLE = 9


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def secure(tmp_path_factory, made, authority):
    """A daemon with TLS for the whole file; tests that reload give back what they found."""
    files = copy_files(made, tmp_path_factory.mktemp("secure"))
    files.serial = authority.issue(files.folder)
    files.write_config(**FILES)
    daemon = Daemon(files).start()
    yield daemon
    daemon.stop()
    daemon.check_log()


@pytest.fixture
def files(fresh_files, authority):
    """Files of one test, with a certificate, not started."""
    authority.issue(fresh_files.folder)
    fresh_files.write_config(**FILES)
    return fresh_files


def context(authority, version=None):
    made = ssl.create_default_context(cafile=str(authority.file))
    if version is not None:
        made.set_ciphers("DEFAULT:@SECLEVEL=0")
        made.minimum_version = made.maximum_version = version
    return made


def connect(daemon, made):
    address = urllib.parse.urlsplit(daemon.url)
    raw = socket.create_connection((address.hostname, address.port), timeout=PATIENCE)
    return made.wrap_socket(raw, server_hostname=address.hostname)


def answer_of(wire):
    answer = http.client.HTTPResponse(wire)
    answer.begin()
    return answer, answer.read()


def ask_live(wire):
    """One request on a TLS connection that stands."""
    wire.sendall(b"GET /health/live HTTP/1.1\r\nHost: trygg\r\n\r\n")
    answer, body = answer_of(wire)
    return answer.status, body


def reload(daemon, event):
    """Asks for a reload and waits for the line that tells how it went."""
    before = daemon.log().count(event)
    daemon.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + PATIENCE
    while daemon.log().count(event) == before:
        assert time.monotonic() < deadline, daemon.log()[-2000:]
        time.sleep(0.02)


def refused_start(files):
    done = run_tryggd("serve", "--config", files.config)
    assert done.stdout == ""
    return done.returncode, done.stderr


# ---- What is spoken -------------------------------------------------------------------------------------------------------

def test_a_call_over_tls_is_answered_and_says_to_stay_with_it(secure, authority):
    assert secure.url.startswith("https://127.0.0.1:")
    answer = secure.get("/v1/me", "kari", verify=str(authority.file))
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert secure.get("/nowhere", verify=str(authority.file)).headers["Strict-Transport-Security"]


def test_plain_http_says_nothing_of_tls(daemon):
    assert "Strict-Transport-Security" not in daemon.get("/health/live").headers


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_2_and_1_3_are_spoken(secure, authority, version):
    with connect(secure, context(authority, version)) as wire:
        assert ask_live(wire)[0] == 200
        assert wire.version() == {ssl.TLSVersion.TLSv1_2: "TLSv1.2", ssl.TLSVersion.TLSv1_3: "TLSv1.3"}[version]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_older_versions_are_refused(secure, authority, version):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        connect(secure, context(authority, version))
    assert secure.get("/health/live", verify=str(authority.file)).status_code == 200


@pytest.mark.parametrize("ciphers", ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256"])
def test_keys_are_exchanged_ephemerally_and_ciphers_authenticate(secure, authority, ciphers):
    made = context(authority)
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(ciphers)
    with pytest.raises((ssl.SSLError, ConnectionError)):
        connect(secure, made)


def test_plain_http_to_a_tls_port_gets_nothing(secure):
    address = urllib.parse.urlsplit(secure.url)
    with socket.create_connection((address.hostname, address.port), timeout=PATIENCE) as wire:
        wire.sendall(b"GET /health/live HTTP/1.1\r\nHost: trygg\r\n\r\n")
        received = b""
        while chunk := wire.recv(4096):
            received += chunk
    assert b"HTTP/1.1" not in received


@pytest.mark.parametrize("form", [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("kind", ["RSA", "EC"])
def test_keys_of_either_kind_and_form_are_read(fresh_files, fresh_daemon, authority, kind, form):
    key = rsa.generate_private_key(65537, 2048) if kind == "RSA" else ec.generate_private_key(ec.SECP384R1())
    serial = authority.issue(fresh_files.folder, key, form)
    daemon = fresh_daemon(fresh_files, **FILES)
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with connect(daemon, context(authority, version)) as wire:
            assert (serial_of(wire), ask_live(wire)[0]) == (serial, 200)


def test_a_large_answer_comes_whole(secure, authority):
    plain = secure.get("/v1/openapi.json", verify=str(authority.file))
    assert len(plain.content) == int(plain.headers["Content-Length"]) > 100_000


def test_the_client_speaks_to_it_when_its_profile_names_the_authority(secure, authority, tmp_path):
    def trygg(*args, ca_file=None):
        profile = [f"server = {secure.url}"] + ([f"ca_file = {ca_file}"] if ca_file else [])
        config = tmp_path / "config.ini"
        config.write_text("\n".join(["[default]", *profile]) + "\n")
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TRYGG_CONFIG": str(config), "TRYGG_TOKEN": secure.token("kari")}
        return subprocess.run([BUILD / "client-cli" / "trygg", *args, "me"], capture_output=True, text=True, timeout=PATIENCE, env=env)

    (tmp_path / "ours.pem").write_bytes(authority.file.read_bytes())
    done = trygg(ca_file="ours.pem")
    assert done.returncode == 0, done.stderr
    for refused in (trygg(), trygg("--server", secure.url.replace("127.0.0.1", "localhost"), ca_file="ours.pem")):
        assert refused.returncode == UNREACHABLE and "ca_file of the profile says whom to trust" in refused.stderr
    unread = trygg(ca_file="not-there.pem")
    assert unread.returncode == UNREACHABLE and "cannot be read" in unread.stderr and "not-there.pem" in unread.stderr


# ---- A new certificate ----------------------------------------------------------------------------------------------------

def test_a_reload_is_for_new_connections_and_the_old_ones_stand(secure, authority):
    with connect(secure, context(authority)) as old:
        assert (serial_of(old), ask_live(old)[0]) == (secure.files.serial, 200)
        newer = authority.issue(secure.files.folder)
        reload(secure, "reloaded")
        with connect(secure, context(authority)) as new:
            assert (serial_of(new), ask_live(new)[0]) == (newer, 200)
        assert ask_live(old)[0] == 200
    secure.files.serial = newer


def serial_of_new(daemon, made):
    with connect(daemon, made) as wire:
        return serial_of(wire)


def test_a_reload_amid_calls_loses_none(secure, authority):
    trusted = context(authority)
    for _ in range(10):
        with connect(secure, trusted) as wire:
            newer = authority.issue(secure.files.folder)
            secure.process.send_signal(signal.SIGHUP)
            assert all(ask_live(wire)[0] == 200 for _ in range(10))
    deadline = time.monotonic() + PATIENCE
    while serial_of_new(secure, trusted) != newer:   # which the last signal brings, however long those before it take
        assert time.monotonic() < deadline
    secure.files.serial = newer


@pytest.mark.parametrize("harm", ["key open to others", "another key", "no key", "no certificate", "half a certificate"])
def test_a_reload_of_what_is_no_good_changes_nothing(secure, authority, harm):
    folder = secure.files.folder
    certificate, key = (folder / "server.crt").read_bytes(), (folder / "server.key").read_bytes()
    spoil(folder, harm)
    reload(secure, "reload-failed")
    with connect(secure, context(authority)) as wire:
        assert (serial_of(wire), ask_live(wire)[0]) == (secure.files.serial, 200)
    (folder / "server.crt").write_bytes(certificate)
    (folder / "server.key").unlink(missing_ok=True)
    (folder / "server.key").touch(0o600)
    (folder / "server.key").write_bytes(key)
    reload(secure, "reloaded")


# ---- What it does not start with ------------------------------------------------------------------------------------------

def spoil(folder, harm):
    certificate, key = folder / "server.crt", folder / "server.key"
    if harm == "key open to others":
        key.chmod(0o644)
    elif harm == "key open to the group":
        key.chmod(0o640)
    elif harm == "another key":
        write_key(key, ec.generate_private_key(ec.SECP256R1()))
    elif harm == "no key":
        key.unlink()
    elif harm == "no certificate":
        certificate.unlink()
    elif harm == "half a certificate":
        certificate.write_bytes(certificate.read_bytes()[:200])
    elif harm == "an empty key":
        key.write_bytes(b"")


@pytest.mark.parametrize("harm, code, said", [
    ("key open to others", EX_NOPERM, "server.key must belong to this user or root and be readable by its owner alone"),
    ("key open to the group", EX_NOPERM, "server.key must belong to this user or root and be readable by its owner alone"),
    ("another key", EX_DATAERR, "must be a certificate chain and its own key"),
    ("half a certificate", EX_DATAERR, "must be a certificate chain and its own key"),
    ("an empty key", EX_DATAERR, "must be a certificate chain and its own key"),
    ("no key", EX_NOINPUT, "server.key cannot be read: No such file or directory"),
    ("no certificate", EX_NOINPUT, "server.crt cannot be read: No such file or directory")])
def test_it_does_not_start_with_what_is_no_good_and_says_why(files, harm, code, said):
    spoil(files.folder, harm)
    exit_code, stderr = refused_start(files)
    assert exit_code == code and said in stderr
    assert ("server.crt" in stderr) == (code == EX_DATAERR or harm == "no certificate")
    assert ("server.key" in stderr) == (harm != "no certificate")
    key = "tls_certificate_file" if harm == "no certificate" else "tls_key_file"
    line = [line.split(" ")[0] for line in files.config.read_text().splitlines()].index(key) + 1
    assert stderr.startswith(f"tryggd: {files.config}:{line}: {key} in [server]: ")


@pytest.mark.parametrize("harm", ["key open to others", "another key", "half a certificate", "no key", "no certificate"])
def test_check_config_says_what_a_start_would_say(files, harm):
    spoil(files.folder, harm)
    checked = run_tryggd("check-config", "--config", files.config)
    assert (checked.returncode, checked.stderr) == refused_start(files)
    assert "fine" not in checked.stdout


def test_check_config_is_content_with_a_good_pair(files):
    assert run_tryggd("check-config", "--config", files.config).stdout == "the configuration is fine\n"


def logged(daemon, line):
    """Waits for it: the line comes a moment after what it tells of."""
    deadline = time.monotonic() + PATIENCE
    while line not in daemon.log():
        assert time.monotonic() < deadline, daemon.log()
        time.sleep(0.02)


@pytest.mark.parametrize("ends_in, days, level", [(-40, -1, "warning"), (3.5, 3, "warning"), (13.5, 13, "warning"), (14.5, 14, "info")])
def test_how_long_the_certificate_holds_is_told(files, authority, fresh_daemon, ends_in, days, level):
    authority.issue(files.folder, ends_in=ends_in)
    files.write_config(metrics_listen="127.0.0.1:0")
    daemon = fresh_daemon(files)
    logged(daemon, f"level={level} event=tls-certificate days={days}\n")
    page = requests.get(f"http://127.0.0.1:{daemon.metrics_port()}/metrics", timeout=PATIENCE).text
    ends = float(re.search(r"(?m)^trygg_http_tls_certificate_not_after_seconds (\S+)$", page).group(1))
    assert abs(ends - time.time() - ends_in * 86400) < 120
    authority.issue(files.folder, ends_in=200.5)
    daemon.process.send_signal(signal.SIGHUP)
    logged(daemon, "level=info event=tls-certificate days=200\n")


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"])
def test_plain_http_is_for_this_machine_alone(fresh_files, address):
    fresh_files.write_config(listen=address)
    code, stderr = refused_start(fresh_files)
    assert code == EX_CONFIG and "loopback" in stderr


@pytest.mark.parametrize("address, peer", [("0.0.0.0:0", "127.0.0.1"), ("[::]:0", "::1"), ("[::]:0", "127.0.0.1")])
def test_with_tls_any_address_is_taken(files, authority, fresh_daemon, address, peer):
    daemon = fresh_daemon(files, listen=address)
    port = urllib.parse.urlsplit(daemon.url).port
    with socket.create_connection((peer, port), timeout=PATIENCE) as raw, context(authority).wrap_socket(raw, server_hostname=peer) as wire:
        assert ask_live(wire)[0] == 200


# ---- Limits with TLS ------------------------------------------------------------------------------------------------------

def test_a_handshake_that_does_not_end_has_a_deadline_and_makes_room(files, authority, fresh_daemon):
    daemon = fresh_daemon(files, limits={"connections": 3, "idle_seconds": 2})
    address = urllib.parse.urlsplit(daemon.url)
    silent = [socket.create_connection((address.hostname, address.port), timeout=PATIENCE) for _ in range(3)]
    silent[2].sendall(b"\x16\x03\x01\x02\x00")
    with connect(daemon, context(authority)) as wire:
        assert ask_live(wire)[0] == 200
        assert silent[0].recv(1) == b""
    began = time.monotonic()
    for each in silent[1:]:
        assert each.recv(1) == b""
    assert time.monotonic() - began < PATIENCE
    for each in silent:
        each.close()


def is_last(wire):
    """Whether the answer to one more request says that the connection closes."""
    wire.sendall(b"GET /health/live HTTP/1.1\r\nHost: trygg\r\n\r\n")
    answer, _ = answer_of(wire)
    return answer.headers["Connection"] == "close"


def test_a_stop_waits_for_the_running_request(files, authority, fresh_daemon):
    daemon = fresh_daemon(files)
    with connect(daemon, context(authority)) as wire, connect(daemon, context(authority)) as other:
        assert ask_live(other)[0] == 200
        wire.sendall(b"POST /v1/students HTTP/1.1\r\nHost: trygg\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert wire.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"   # it has begun with the request
        wire.sendall(b"{")
        daemon.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while not is_last(other):   # until it is stopping
            assert time.monotonic() < deadline
        wire.sendall(b"}")
        answer, _ = answer_of(wire)
        assert (answer.status, answer.headers["Connection"]) == (401, "close")
    daemon.stop()


def test_many_sessions_at_once(secure, authority):
    with requests.Session() as session:
        assert [secure.get("/v1/me", "kari", session=session, verify=str(authority.file)).status_code for _ in range(20)] == [200] * 20
    wires = [connect(secure, context(authority)) for _ in range(50)]
    assert all(ask_live(wire)[0] == 200 for wire in wires)
    for wire in wires:
        wire.close()


# ---- Over both protocols ----------------------------------------------------------------------------------------------------------

def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def ask_from(source, port, made):
    """The line from this address to the same, and the status of its first answer; None when it was closed without one."""
    line = socket.create_connection((source if ":" in source else "127.0.0.1", port), timeout=PATIENCE, source_address=(source, 0))
    try:
        line = made.wrap_socket(line, server_hostname="localhost")
        line.sendall(b"GET /health/live HTTP/1.1\r\nHost: trygg\r\n\r\n")
        return line, line.recv(100)[9:12] or None
    except OSError:
        return line, None


def test_on_the_address_of_all_those_of_both_protocols_are_told_apart(fresh_daemon, files, authority):
    """IPv4 comes there as IPv6 (::ffff:127.0.0.1), and all of that is one /64: each of its addresses counts for itself all the same."""
    if not has_ipv6():   # no package brings it: a container may have none, and that is no failure anywhere
        pytest.skip("this machine has no IPv6: nothing here has listened on [::]")
    daemon = fresh_daemon(files, listen="[::]:0", limits={"connections_per_address": 1})
    port, made = urllib.parse.urlsplit(daemon.url).port, context(authority)
    sources = ["127.0.0.1", "127.0.0.2", "::1"]
    first = [ask_from(source, port, made) for source in sources]
    second = [ask_from(source, port, made) for source in sources]
    for line, _ in first + second:
        line.close()
    assert [status for _, status in first] == [b"200"] * 3
    assert [status for _, status in second] == [None] * 3
