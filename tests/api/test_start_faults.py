# SPDX-License-Identifier: EUPL-1.2
"""A start over files that do not belong together, are damaged, or stand on a medium that takes nothing. Each is one sentence that says what
is wrong and what to do, an exit code of sysexits(3), and files that are byte for byte as they were, so that putting things right is all it
takes. test_start_keys.py has the plainer ones."""
import contextlib
import os
import shutil
import subprocess
import tempfile

import pytest

import world
from daemon import TRYGGD, Daemon, Files, copy_files, run_tryggd
from starting import CANT_CREATE, DATA, IO, NO_INPUT, NOBODY, refused

SHARED = {"trygg.db-shm", "keys.db-shm", "lock"}   # an index that SQLite makes anew, and a lock


def contents(files):
    return {path.name: path.read_bytes() for path in [*files.data.iterdir(), files.master_key] if path.name not in SHARED and path.exists()}


@contextlib.contextmanager
def untouched(files):
    before = contents(files)
    yield
    after = contents(files)
    assert {name: after.get(name) for name in before} == before, "a refused start changed a file"
    assert not [name for name in set(after) - set(before) if after[name]], "a refused start made a file"


def refused_whole(files, code, *words):
    """Neither `serve` nor `init` gets in, and nothing is changed."""
    with untouched(files):
        said = refused(files, code, *words)
        assert refused(files, code, *words, command="init", args=("--seed", files.folder / "seed.json")) == said
    return said


def assert_whole(files):
    daemon = Daemon(files).start()
    try:
        assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "kari").status_code == 200
    finally:
        daemon.stop()
        daemon.check_log()


@pytest.fixture(scope="module")
def another(tmp_path_factory, built):
    """Another house: the same people, other ids, other keys."""
    return Files(tmp_path_factory.mktemp("another")).make()


@pytest.fixture
def other(another, tmp_path):
    return copy_files(another, tmp_path / "other")


def add_students(files, n=3, stop=True):
    """Written by a daemon of their own, which stops, or dies without tidying up."""
    daemon = Daemon(files).start()
    ids = [daemon.create_student("kari").json()["id"] for _ in range(n)]
    daemon.stop() if stop else daemon.kill()
    return ids


def drop_logs(files):
    """The write-ahead logs, when what they hold is not wanted: an operator who puts a backup back."""
    for name in ("trygg.db-wal", "trygg.db-shm", "keys.db-wal", "keys.db-shm"):
        (files.data / name).unlink(missing_ok=True)


# ---- Files that do not belong together -------------------------------------------------------------------------------------------

def test_keys_of_another_house_under_our_master_key(fresh_files, other):
    ours = (fresh_files.data / "keys.db").read_bytes()
    shutil.copyfile(other.data / "keys.db", fresh_files.data / "keys.db")
    said = refused_whole(fresh_files, DATA, str(fresh_files.master_key), "not the master key that this store was made with", "keys.db")
    assert "remove" not in said
    (fresh_files.data / "keys.db").write_bytes(ours)
    assert_whole(fresh_files)


def test_keys_of_another_house_under_its_master_key(fresh_files, other):
    ours = {path: path.read_bytes() for path in (fresh_files.data / "keys.db", fresh_files.master_key)}
    shutil.copyfile(other.data / "keys.db", fresh_files.data / "keys.db")
    shutil.copyfile(other.master_key, fresh_files.master_key)
    refused_whole(fresh_files, DATA, str(fresh_files.data), "keys.db lacks keys", "put back")
    for path, text in ours.items():
        path.write_bytes(text)
    assert_whole(fresh_files)


def test_keys_older_than_the_data(fresh_files):
    """A pool's worth of students more than when keys.db was copied."""
    old = (fresh_files.data / "keys.db").read_bytes()
    daemon = Daemon(fresh_files).start()
    ids = [daemon.create_student("kari").json()["id"] for _ in range(300)]
    daemon.stop()
    new = (fresh_files.data / "keys.db").read_bytes()
    drop_logs(fresh_files)
    (fresh_files.data / "keys.db").write_bytes(old)
    refused_whole(fresh_files, DATA, str(fresh_files.data), "keys.db lacks keys", "put back")
    (fresh_files.data / "keys.db").write_bytes(new)
    daemon.start()
    assert daemon.get("/v1/students/" + ids[-1], "kari").status_code == 200
    daemon.stop()


def test_keys_newer_than_the_data_are_only_more_keys(fresh_files):
    """As a backup that takes the data first and the keys second leaves them."""
    old = (fresh_files.data / "trygg.db").read_bytes()
    add_students(fresh_files)
    drop_logs(fresh_files)
    (fresh_files.data / "trygg.db").write_bytes(old)
    assert_whole(fresh_files)
    assert len(fresh_files.rows("SELECT 1 FROM student")) == len(world.fjord()["students"]) + len(world.skog()["students"])


@pytest.mark.parametrize("leave", [lambda path: path.unlink(), lambda path: path.write_bytes(b"")], ids=["gone", "empty"])
def test_data_without_its_keys(fresh_files, leave):
    path = fresh_files.data / "keys.db"
    ours = path.read_bytes()
    leave(path)
    said = refused_whole(fresh_files, NO_INPUT, str(fresh_files.data), "trygg.db without its keys.db", "backup")
    assert "tryggd init" not in said
    path.write_bytes(ours)
    path.chmod(0o600)
    assert_whole(fresh_files)


def test_keys_without_their_data(fresh_files):
    path = fresh_files.data / "trygg.db"
    ours = path.read_bytes()
    path.unlink()
    refused_whole(fresh_files, NO_INPUT, str(fresh_files.data), "keys.db without its trygg.db", "backup")
    path.write_bytes(ours)
    path.chmod(0o600)
    assert_whole(fresh_files)


@pytest.mark.parametrize("name", ["trygg.db", "keys.db"])
def test_the_two_databases_in_each_others_place(fresh_files, name):
    texts = {path: (fresh_files.data / path).read_bytes() for path in ("trygg.db", "keys.db")}
    (fresh_files.data / name).write_bytes(texts["keys.db" if name == "trygg.db" else "trygg.db"])
    refused_whole(fresh_files, IO, str(fresh_files.data), "cannot be read")
    (fresh_files.data / name).write_bytes(texts[name])
    assert_whole(fresh_files)


# ---- Write-ahead logs ------------------------------------------------------------------------------------------------------------

def test_a_log_of_another_house(fresh_files, other):
    """What a kill left of another store, beside ours. SQLite would replay it."""
    add_students(other, 5, stop=False)
    assert (other.data / "trygg.db-wal").stat().st_size > 0
    shutil.copyfile(other.data / "trygg.db-wal", fresh_files.data / "trygg.db-wal")
    with untouched(fresh_files):
        done = run_tryggd("serve", "--config", fresh_files.config)
        assert done.returncode in (DATA, IO) and done.stderr.startswith(f"tryggd: {fresh_files.data} "), done.stderr
        assert "backup" in done.stderr or "put back" in done.stderr
    drop_logs(fresh_files)
    assert_whole(fresh_files)


def test_a_log_of_the_other_database(fresh_files, other):
    add_students(other, 260, stop=False)   # the pool is filled up
    shutil.copyfile(other.data / "trygg.db-wal", fresh_files.data / "keys.db-wal")
    with untouched(fresh_files):
        refused(fresh_files, IO, str(fresh_files.data), "cannot be read")
    drop_logs(fresh_files)
    assert_whole(fresh_files)


def test_a_log_that_is_cut_off_is_read_as_far_as_it_is_whole(fresh_files):
    ids = add_students(fresh_files, 5, stop=False)
    log = fresh_files.data / "trygg.db-wal"
    log.write_bytes(log.read_bytes()[:-1000])
    daemon = Daemon(fresh_files).start()
    try:
        answers = [daemon.get("/v1/students/" + student, "kari").status_code for student in ids]
        assert answers == [200] * 4 + [404]
    finally:
        daemon.stop()
    assert fresh_files.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_a_refused_start_copies_no_log_back(fresh_files):
    """Whatever was wrong, the log is there for whoever looks into it."""
    ids = add_students(fresh_files, 3, stop=False)
    ours = fresh_files.master_key.read_text()
    fresh_files.master_key.write_text("ab" * 32 + "\n")
    with untouched(fresh_files):
        refused(fresh_files, DATA, "not the master key")
    fresh_files.master_key.write_text(ours)
    daemon = Daemon(fresh_files).start()
    assert daemon.get("/v1/students/" + ids[-1], "kari").status_code == 200
    daemon.stop()


# ---- Half a file -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["trygg.db", "keys.db"])
@pytest.mark.parametrize("cut", [lambda size: size // 2, lambda size: size // 2 + 100, lambda size: 4096, lambda size: 100],
                         ids=["half", "half-a-page", "one-page", "header"])
def test_half_a_database(fresh_files, name, cut):
    path = fresh_files.data / name
    ours = path.read_bytes()
    path.write_bytes(ours[:cut(len(ours))])
    refused_whole(fresh_files, IO, str(fresh_files.data), "cannot be read", "backup")
    path.write_bytes(ours)
    assert_whole(fresh_files)


# ---- A medium that takes nothing -------------------------------------------------------------------------------------------------

def mount(*args):
    done = subprocess.run(["mount", *map(str, args)], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"this process may not mount: {done.stderr.strip()}")


@pytest.fixture
def small_disk(fresh_files):
    """A file system of its own under the data directory."""
    if os.geteuid() != 0:
        pytest.skip("only root mounts")
    saved = fresh_files.folder / "saved"
    shutil.copytree(fresh_files.data, saved)
    room = sum(path.stat().st_size for path in saved.iterdir()) // 1024 + 1024
    mount("-t", "tmpfs", "-o", f"size={room}k,mode=0700", "tmpfs", fresh_files.data)
    for path in saved.iterdir():
        shutil.copy2(path, fresh_files.data)
    yield fresh_files
    subprocess.run(["umount", fresh_files.data], check=True)


def fill_up(files):
    with open(files.data / "filler", "wb", buffering=0) as filler:
        with contextlib.suppress(OSError):
            while filler.write(bytes(4096)):
                pass


def test_a_full_disk_at_the_start(small_disk):
    """It starts and answers nothing, or says why it does not; with room again nothing is lost."""
    add_students(small_disk, 2)
    fill_up(small_disk)
    done = subprocess.Popen([TRYGGD, "serve", "--config", small_disk.config], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = done.stdout.readline()
    if line:
        done.terminate()
    _, said = done.communicate(timeout=30)
    assert done.returncode == IO and f"{small_disk.data} cannot be written: the disk is full; make room" in said, said
    (small_disk.data / "filler").unlink()
    assert_whole(small_disk)
    assert len(small_disk.rows("SELECT 1 FROM student")) == len(world.fjord()["students"]) + len(world.skog()["students"]) + 2


def test_a_read_only_file_system(small_disk):
    mount("-o", "remount,ro", small_disk.data)
    try:
        with untouched(small_disk):
            refused(small_disk, IO, str(small_disk.data), "cannot be read and written", "disk")
            refused(small_disk, CANT_CREATE, str(small_disk.data), command="init", args=("--seed", small_disk.folder / "seed.json"))
    finally:
        mount("-o", "remount,rw", small_disk.data)
    assert_whole(small_disk)


@pytest.mark.parametrize("name, mode", [("trygg.db", 0o400), ("keys.db", 0o400), ("trygg.db", 0), (".", 0o500)])
def test_files_that_the_service_may_not_write(made, name, mode):
    """As another user than root, whom no mode stops."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory() as folder:
        files = copy_files(made, folder)
        for path in [files.folder, files.data, *files.folder.iterdir(), *files.data.iterdir()]:
            os.chown(path, NOBODY, NOBODY)
        if name == ".":
            drop_logs(files)   # which it would have to make
        (files.data / name).chmod(mode)
        before = contents(files)
        try:
            done = subprocess.run([TRYGGD, "serve", "--config", files.config], capture_output=True, text=True, timeout=60,
                                  preexec_fn=lambda: (os.setgroups([]), os.setgid(NOBODY), os.setuid(NOBODY)))
        except PermissionError:
            pytest.skip("the build stands where only root may enter")
        assert (done.returncode, done.stdout) == (IO, ""), done.stderr
        assert done.stderr.startswith(f"tryggd: {files.data} cannot be read and written"), done.stderr
        assert contents(files) == before
