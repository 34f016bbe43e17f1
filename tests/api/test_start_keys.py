# SPDX-License-Identifier: EUPL-1.2
"""A start over a store, a master key, or keys of an issuer that are not as they must be: refused in one sentence, and nothing is touched."""
import json
import os
import sqlite3
import stat
import subprocess
import tempfile
import time

import pytest

import world
from daemon import TRYGGD, Files, copy_files, replace_text
from starting import CANT_CREATE, CONFIG, DATA, IO, NOBODY, NO_INPUT, NO_PERMISSION, UNAVAILABLE, refused


# ---- The store and its key ------------------------------------------------------------------------------------------------------

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


def test_the_keys_of_the_service_manager(fresh_daemon, fresh_files):
    """$CREDENTIALS_DIRECTORY/trygg.master and trygg.log-key, as systemd's LoadCredential= lays them out."""
    credentials = fresh_files.folder / "credentials"
    credentials.mkdir(mode=0o700)
    fresh_files.master_key.rename(credentials / "trygg.master")
    fresh_files.master_key = credentials / "trygg.master"
    fresh_files.log_key.rename(credentials / "trygg.log-key")
    fresh_files.log_key = credentials / "trygg.log-key"
    daemon = fresh_daemon(fresh_files, env={"CREDENTIALS_DIRECTORY": str(credentials)})
    assert daemon.get("/v1/me", "kari").status_code == 200


def test_named_key_files_win_over_the_service_manager(fresh_daemon, fresh_files):
    fresh_files.write_config(log={"signing_key_file": "log.key"})
    daemon = fresh_daemon(fresh_files, env={"CREDENTIALS_DIRECTORY": "/nonexistent"}, master_key_file="master.key")
    assert daemon.get("/v1/me", "kari").status_code == 200


@pytest.mark.parametrize("directory", [".", "data/.", "data/.."])
def test_no_key_is_made_inside_the_data_directory(tmp_path, directory):
    """Whatever names it: nothing is made, and the sentence says what to write instead."""
    files = Files(tmp_path, server={"data_directory": directory})
    (tmp_path / "seed.json").write_text(json.dumps(files.seed))
    before = sorted(tmp_path.rglob("*"))
    refused(files, CONFIG, f"{files.config}:3: data_directory in [server]", "not with . or ..", command="init", args=("--seed", tmp_path / "seed.json"))
    refused(files, CONFIG, "data_directory", command="check-config")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("key, more", [("master_key_file", {"server": {"master_key_file": "data/k"}}), ("signing_key_file", {"log": {"signing_key_file": "data/k"}})])
def test_no_key_is_named_inside_the_data_directory(fresh_files, key, more):
    fresh_files.write_config(log=more.get("log"), **more.get("server", {}))
    for command in ("serve", "check-config"):
        refused(fresh_files, CONFIG, f"{key} in [", "must lie outside data_directory", command=command)


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


# ---- The keys of an issuer ------------------------------------------------------------------------------------------------------

def test_the_issuer_key_is_not_replaced(fresh_files):
    before = fresh_files.key_file.read_bytes()
    refused(fresh_files, CANT_CREATE, "not replaced", command="issuer")
    assert fresh_files.key_file.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_an_issuer_key_that_others_may_touch_signs_nothing(fresh_files, mode):
    fresh_files.key_file.chmod(mode)
    refused(fresh_files, NO_PERMISSION, str(fresh_files.key_file), "its owner alone", command="token", args=("--subject", "kari"))


def test_a_missing_issuer_key(fresh_files):
    fresh_files.key_file.unlink()
    refused(fresh_files, NO_INPUT, str(fresh_files.key_file), "does not exist", "`tryggd issuer`", command="token", args=("--subject", "kari"))
    assert not fresh_files.key_file.exists()


def test_an_issuer_key_that_cannot_be_read_is_not_called_missing(fresh_files):
    fresh_files.key_file.unlink()
    fresh_files.key_file.symlink_to(fresh_files.key_file)   # which leads nowhere
    refused(fresh_files, NO_PERMISSION, str(fresh_files.key_file), "cannot be read", command="token", args=("--subject", "kari"))


def test_an_issuer_key_that_is_another_users_is_not_called_missing(fresh_files):
    if os.geteuid() != 0:
        pytest.skip("root opens every file, and only root can become another user")
    with tempfile.TemporaryDirectory() as folder:
        files = copy_files(fresh_files, folder)
        files.folder.chmod(0o755)
        try:
            done = subprocess.run([TRYGGD, "token", "--config", files.config, "--subject", "kari"], capture_output=True,
                                  text=True, timeout=60, preexec_fn=lambda: (os.setgroups([]), os.setgid(NOBODY), os.setuid(NOBODY)))
        except PermissionError:
            pytest.skip("the build stands where only root may enter")
    assert (done.returncode, done.stdout) == (NO_PERMISSION, "")
    assert done.stderr.startswith(f"tryggd: {files.key_file} cannot be read: this user may not open it")


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, lambda path: os.symlink("/dev/null", path)], ids=["folder", "pipe", "device"])
def test_an_issuer_key_that_is_no_file(fresh_files, make):
    fresh_files.key_file.unlink()
    make(fresh_files.key_file)
    refused(fresh_files, DATA, str(fresh_files.key_file), "is no regular file", command="token", args=("--subject", "kari"))


def test_an_issuer_key_that_is_too_long_to_be_one(fresh_files):
    fresh_files.key_file.write_text("x" * 5000)
    refused(fresh_files, DATA, str(fresh_files.key_file), "`tryggd issuer`", command="token", args=("--subject", "kari"))


def test_an_issuer_key_below_what_is_no_folder(fresh_files):
    fresh_files.config.write_text(fresh_files.config.read_text().replace("key_file = issuer.pem", "key_file = seed.json/issuer.pem"))
    refused(fresh_files, NO_INPUT, "seed.json/issuer.pem", "does not exist", command="token", args=("--subject", "kari"))


@pytest.mark.parametrize("text", ["", "no key\n"])
def test_a_file_that_is_no_issuer_key(fresh_files, text):
    fresh_files.key_file.write_text(text)
    refused(fresh_files, DATA, str(fresh_files.key_file), "`tryggd issuer`", command="token", args=("--subject", "kari"))


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
        replace_text(fresh_files.jwks_file, json.dumps(text), mode)
        while said not in daemon.log():
            assert time.monotonic() < deadline
            assert daemon.get("/v1/me", token=token).status_code == 200
            time.sleep(0.1)
    assert daemon.get("/v1/me", token=token).status_code == 200
