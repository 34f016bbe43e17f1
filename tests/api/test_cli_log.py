# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg` with a real daemon: a row is proven to someone who trusts neither school nor supplier, and a witness finds out what
an operator does to a log behind everybody's back (V1, V3)."""
import json
import shutil

import pytest

import world
from cli import BAD_INPUT, LOCAL, NOT_FOUND, OK, run
from daemon import Daemon, copy_files
from made_log import COSIGNATURE, Key

UNPROVEN, FORKED, NAME = LOCAL, 10, "witness.example/kommune"
ORGANISATION = world.ORGANISATIONS[world.FJORD]["id"]


class House:
    """A daemon that takes the cosignatures of one witness, who has a folder of its own."""

    def __init__(self, files, folder):
        self.files, self.folder = files, folder
        self.key, self.state = folder / "witness.key", folder / "state.json"
        self.vkey = self.ask(None, "witness", "key", "--create", self.key, "--name", NAME).strip()
        files.write_config(log={"witnesses": self.vkey})
        self.daemon = Daemon(files).start()
        self.school = files.id("school", "aas")

    def ask(self, who, *words, code=OK):
        """What `trygg` printed, or said when it failed; "witness" is a client of that scope."""
        service = {"service": True, "scope": "witness"} if who == "witness" else {}
        token = None if who is None else self.files.token(who, **service)
        done = run(None if who is None else self.daemon.url, *map(str, words), token=token)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout if code == OK else done.stderr

    def log_key(self, log):
        """As `trygg logs list` tells it; a verifier pins it once."""
        logs = json.loads(self.ask("witness", "logs", "list", "--json"))["data"]
        [keys] = [one["keys"] for one in logs if one["id"] == log]
        return keys[0]

    def witness(self, *logs, code=OK):
        keys = [word for log in logs[:1] for word in ("--log-key", self.pinned)]
        return self.ask("witness", "witness", "--state", self.state, *keys, "--key", self.key, "--name", NAME, *logs, code=code)

    def busy(self):
        """Something that leaves rows in the school's log, signed at once."""
        self.ask("rektor", "activity", "school", self.school)
        self.ask("rektor", "activity", "school", self.school)
        self.ask("witness", "logs", "sign", self.school)

    def sizes(self):
        return {origin: int(note.splitlines()[1]) for origin, note in json.loads(self.state.read_text())["logs"].items()}


@pytest.fixture
def house(tmp_path, made):
    (tmp_path / "witness").mkdir()
    house = House(copy_files(made, tmp_path / "house"), tmp_path / "witness")
    try:
        house.pinned = house.log_key(house.school)
        yield house
    finally:
        house.daemon.stop()
        house.daemon.check_log()


def test_V1_a_row_is_proven_offline(house, tmp_path):
    house.ask("rektor", "students", "list")
    rows = json.loads(house.ask("rektor", "activity", "school", house.school, "--operation", "listStudents", "--json"))["data"]
    path = tmp_path / "row.tlog-proof"
    house.ask("rektor", "logs", "proof", rows[0]["id"], "--output", path)
    shown = house.ask(None, "verify", path, "--key", house.pinned)
    assert f"Proven: this row stood in the log trygg/{house.school}" in shown
    for member in ("at", "operation", "outcome", "ground", "requestId"):
        assert rows[0][member] in shown
    other = Key(f"trygg/{house.school}", seed="x").vkey
    assert "not signed with this key" in house.ask(None, "verify", path, "--key", other, code=UNPROVEN)
    house.ask("witness", "logs", "proof", rows[0]["id"], code=NOT_FOUND)


def test_V1_a_witness_follows_and_cosigns(house, tmp_path):
    house.witness(house.school, ORGANISATION)
    first = house.sizes()
    assert set(first) == {f"trygg/{house.school}", f"trygg/{ORGANISATION}"}
    for _ in range(3):
        house.busy()
        assert house.witness(house.school) == ""
    assert house.sizes()[f"trygg/{house.school}"] > first[f"trygg/{house.school}"]
    note = house.ask("witness", "logs", "checkpoint", house.school, "--witness", NAME)
    assert f"\n— {NAME} " in note and int(note.splitlines()[1]) == house.sizes()[f"trygg/{house.school}"]
    assert note.startswith(f"trygg/{house.school}\n")


def test_V1_a_proof_has_the_checkpoint_that_a_witness_has_cosigned(house, tmp_path):
    house.ask("rektor", "students", "list")
    listed = house.ask("rektor", "activity", "school", house.school, "--operation", "listStudents", "--json")
    [row] = json.loads(listed)["data"]
    paths = (tmp_path / f"{i}.tlog-proof" for i in range(9))

    def proven(code=OK):
        path = next(paths)
        house.ask("rektor", "logs", "proof", row["id"], "--output", path)
        words = ("verify", path, "--key", house.pinned, "--witness", house.vkey, "--max-age", "1h")
        return house.ask(None, *words, code=code)

    assert "not cosigned" in proven(UNPROVEN)
    house.witness(house.school)
    cosigned = house.sizes()[f"trygg/{house.school}"]
    house.busy()
    shown = proven()
    assert f"Cosigned by {NAME} at " in shown and f"when it had {cosigned} rows." in shown
    house.ask("rektor", "students", "list")
    [row, _] = json.loads(house.ask("rektor", "activity", "school", house.school, "--operation", "listStudents", "--json"))["data"]
    assert "not cosigned" in proven(UNPROVEN), "the witness has not come to this row"
    house.witness(house.school)
    assert f"when it had {house.sizes()[f'trygg/{house.school}']} rows." in proven()


def test_V1_every_other_verb_of_logs_and_changes(house, tmp_path):
    """Beside those above; what each answers is held against docs/log.md by made_log.py and merkle.py elsewhere."""
    house.busy()
    note = house.ask("witness", "logs", "checkpoint", house.school)
    size = int(note.splitlines()[1])
    proof = house.ask("witness", "logs", "consistency", house.school, "--from", 1, "--to", size)
    assert f"To      {size}\n" in proof
    house.ask("witness", "logs", "tile", house.school, 0, f"000.p/{size}", "--output", tmp_path / "tile")
    assert len((tmp_path / "tile").read_bytes()) == 32 * size
    text = note.partition("\n\n")[0] + "\n"
    wrong = Key(NAME, COSIGNATURE).line(text, 1)
    assert "--signature (/signature)" in house.ask("witness", "logs", "cosign", house.school, "--signature", wrong, code=BAD_INPUT)
    feed = {"service": True, "scope": "changes"}
    page = run(house.daemon.url, "changes", "list", "--school", house.school, token=house.files.token("feed", **feed))
    assert page.returncode == OK and "Page token" in page.stdout
    assert "No webhooks." in house.ask("owner", "webhooks", "list")
    house.ask("owner", "webhooks", "show", house.school, code=NOT_FOUND)
    house.ask("owner", "webhooks", "remove", house.school, code=NOT_FOUND)


def behind_its_back(house, act):
    """What an operator does while the daemon is down."""
    house.daemon.stop()
    act()
    house.daemon.start()


def keep_and_restore(house, tmp_path):
    """(keep, restore) of the store's files."""
    kept = tmp_path / "kept"

    def restore():
        shutil.rmtree(house.files.data)
        shutil.copytree(kept, house.files.data)

    return lambda: shutil.copytree(house.files.data, kept), restore


def test_V1_a_log_that_was_rolled_back_is_found_out(house, tmp_path):
    keep, restore = keep_and_restore(house, tmp_path)
    house.busy()
    behind_its_back(house, keep)
    house.witness(house.school)
    for _ in range(3):
        house.busy()
    house.witness(house.school)
    before = house.state.read_text()
    behind_its_back(house, restore)
    said = house.witness(house.school, code=FORKED)
    assert "ROLLED BACK" in said and said.count("\n") == 1
    assert house.state.read_text() == before
    assert len(list(house.folder.glob("state.json.*.note"))) == 2


def test_V1_a_log_that_was_rolled_back_and_grew_again_is_found_out(house, tmp_path):
    keep, restore = keep_and_restore(house, tmp_path)
    house.busy()
    behind_its_back(house, keep)
    house.busy()
    house.witness(house.school)
    before = house.state.read_text()
    behind_its_back(house, restore)
    for _ in range(3):
        house.busy()
    said = house.witness(house.school, code=FORKED)
    assert "FORKED" in said and said.count("\n") == 1
    assert house.state.read_text() == before
    assert len(list(house.folder.glob("state.json.*.note"))) == 2
