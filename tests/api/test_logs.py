# SPDX-License-Identifier: EUPL-1.2
"""The logs as those see them who trust nobody: checkpoints, cosignatures, consistency proofs and tiles are verified by log_verifier.py
(V1, V3). What the daemon knows of a row never leaves it on these ways."""
import base64
import hashlib
import os
import re
import resource
import sqlite3
import subprocess
import tempfile
import time
import uuid

import pytest

import merkle
import world
from daemon import TRYGGD, copy_files, run_tryggd, sanitized
from log_verifier import Refused, has_signed, read_checkpoint, read_key, split_note, verify_consistency
from made_log import COSIGNATURE, LOG, Key
from starting import CANT_CREATE, DATA, IO, NOBODY, NO_INPUT, NO_PERMISSION, OS, UNAVAILABLE, refused

ORGANISATION = world.ORGANISATIONS[world.FJORD]["id"]
WIDTH = 256


# ---- A log, as it is followed -------------------------------------------------------------------------------------------------------

class Log:
    def __init__(self, daemon, id, who="owner", **options):
        self.daemon, self.id, self.who, self.options = daemon, id, who, options

    def ask(self, method, path, **more):
        return self.daemon.request(method, f"/v1/logs/{self.id}{path}", self.who, **self.options, **more)

    def checkpoint(self, **query):
        answer = self.ask("GET", "/checkpoint", params=query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        return answer.content.decode()

    def make(self):
        answer = self.ask("POST", "/checkpoint")
        assert answer.status_code == 200, answer.text
        return answer.json()["version"]

    def keys(self):
        logs = self.daemon.get("/v1/logs", self.who, **self.options).json()["data"]
        return [vkey for log in logs if log["id"] == self.id for vkey in log["keys"]]

    def consistency(self, start, end):
        answer = self.ask("GET", "/consistency", params={"from": start, "to": end})
        assert answer.status_code == 200, answer.text
        return [base64.b64decode(text) for text in answer.json()["hashes"]]

    def tile(self, level, index, width=WIDTH, slash="/"):
        groups = [f"{index // 1000 ** at % 1000:03}" for at in range(5) if at == 0 or index >= 1000 ** at][::-1]
        path = slash.join([*(f"x{group}" for group in groups[:-1]), groups[-1]]) + (f".p{slash}{width}" if width < WIDTH else "")
        return self.ask("GET", f"/tile/{level}/{path}")

    def hashes(self, level, count):
        """All hashes of a level, from its tiles."""
        found = b""
        for index in range((count + WIDTH - 1) // WIDTH):
            answer = self.tile(level, index, min(WIDTH, count - index * WIDTH))
            assert answer.status_code == 200, answer.text
            assert answer.headers["Content-Type"] == "application/octet-stream"
            found += answer.content
        assert len(found) == 32 * count
        return [found[at:at + 32] for at in range(0, len(found), 32)]


def stored_leaves(files, id):
    return [merkle.leaf_hash(leaf) for leaf in merkle.stored(files.store(), uuid.UUID(id).bytes)]


def call_often(daemon, times, who="rektor"):
    path = f"/v1/schools/{daemon.id('school', 'aas')}"
    token = daemon.token(who)
    for _ in range(times):
        assert daemon.get(path, token=token).status_code == 200


@pytest.fixture
def school_log(daemon):
    return Log(daemon, daemon.id("school", "aas"), "rektor")


# ---- Checkpoints --------------------------------------------------------------------------------------------------------------------

def test_V3_a_checkpoint_on_demand_is_signed_and_is_the_root_of_the_rows(daemon, school_log):
    size = school_log.make()
    note = school_log.checkpoint()
    origin, said, root = read_checkpoint(note)
    assert (origin, said) == (f"trygg/{school_log.id}", size)
    assert root == merkle.root(stored_leaves(daemon.files, school_log.id)[:size])
    vkey, = school_log.keys()
    key = read_key(vkey)
    assert (key.kind, key.name) == (LOG, origin) and has_signed(vkey, note)
    assert not has_signed(vkey, note.replace(str(size), str(size + 1), 1))


def test_V3_a_checkpoint_is_the_same_until_there_is_news(fresh_daemon):
    daemon = fresh_daemon()
    log = Log(daemon, daemon.id("school", "bru"))
    first = log.make()      # its own row is news
    second = log.make()
    assert second == first + 1
    other = Log(daemon, ORGANISATION)
    notes = {other.checkpoint() for _ in range(3)}
    assert len(notes) == 1, "what nobody asked for is made by the minute"


def test_V3_a_log_without_a_checkpoint_gets_its_first_when_it_is_asked_for(fresh_daemon):
    daemon = fresh_daemon()
    log = Log(daemon, daemon.id("school", "aas"), "rektor")
    assert daemon.rows("SELECT * FROM checkpoint") == []
    listed = daemon.get("/v1/logs", "rektor").json()["data"]
    assert [(entry["id"], entry["checkpointSize"], entry["checkpointAt"]) for entry in listed] == [(log.id, None, None)]
    note = log.checkpoint()
    assert has_signed(log.keys()[0], note)
    assert len(daemon.rows("SELECT * FROM checkpoint")) == 1
    listed = daemon.get("/v1/logs", "rektor").json()["data"]
    assert listed[0]["checkpointSize"] == read_checkpoint(note)[1] and listed[0]["checkpointAt"] is not None


def test_X1_the_same_checkpoint_asked_for_again_is_the_same_answer(daemon, school_log):
    key = str(uuid.uuid4())
    first, again = (school_log.ask("POST", "/checkpoint", key=key) for _ in range(2))
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert first.headers["ETag"] == f'"{first.json()["version"]}"'


def test_X1_a_key_is_used_for_one_request_only(witnessed):
    log, (witness, _) = witnessed
    text, keys = split_note(log.checkpoint())[0], [str(uuid.uuid4()) for _ in range(2)]
    other = Log(log.daemon, log.daemon.id("school", "bru"), None, **log.options)
    sent = [cosign(log, witness.line(text), key=keys[0]), log.ask("POST", "/checkpoint", key=keys[1])]
    reused = [cosign(log, witness.line(text, 1_800_000_000), key=keys[0]), other.ask("POST", "/checkpoint", key=keys[1])]
    assert [answer.status_code for answer in sent] == [200, 200]
    assert [(answer.status_code, answer.json()["type"].rpartition(":")[2]) for answer in reused] == [(422, "key-reused")] * 2


def test_V3_news_is_signed_within_a_minute(fresh_daemon):
    daemon = fresh_daemon()
    call_often(daemon, 3)

    def sizes(table):
        return {str(uuid.UUID(bytes=row["tree_id"])): row["size"] for row in daemon.rows(f"SELECT tree_id, size FROM {table} WHERE size > 0")}

    trees, deadline = sizes("activity_tree"), time.monotonic() + 65
    assert daemon.id("school", "aas") in trees
    while (signed := sizes("checkpoint")) != trees:   # one log is signed after the other
        assert time.monotonic() < deadline, (signed, trees)
        time.sleep(1)


# ---- Growth -------------------------------------------------------------------------------------------------------------------------

def test_V3_a_later_checkpoint_is_consistent_with_an_earlier_one(daemon, school_log):
    size = school_log.make()
    earlier = read_checkpoint(school_log.checkpoint())
    assert earlier[1] == size
    call_often(daemon, 9)
    later_size = school_log.make()
    later = read_checkpoint(school_log.checkpoint())
    proof = school_log.consistency(size, later_size)
    verify_consistency(size, earlier.root, later_size, later.root, proof)
    with pytest.raises(Refused):
        verify_consistency(size, later.root, later_size, earlier.root, proof)
    leaves = stored_leaves(daemon.files, school_log.id)
    for start in (0, 1, 2, 3, size - 1, size, later_size - 1, later_size):
        proof = school_log.consistency(start, later_size)
        verify_consistency(start, merkle.root(leaves[:start]), later_size, later.root, proof)


def test_X3_sizes_that_are_none_are_named(daemon, school_log):
    size = school_log.make()
    answer = school_log.ask("GET", "/consistency", params={"from": 0, "to": size + 1000})
    assert answer.status_code == 400
    assert [(error["in"], error["name"], error["code"]) for error in answer.json()["errors"]] == [("query", "to", "reference")]
    answer = school_log.ask("GET", "/consistency", params={"from": size, "to": size - 1})
    assert [(error["in"], error["name"], error["code"]) for error in answer.json()["errors"]] == [("query", "from", "conflict")]
    refused = daemon.activity(operation="getLogConsistency", outcome="refused", ground="invalid")
    assert {row["object_id"] for row in refused} >= {school_log.id}


# ---- Tiles --------------------------------------------------------------------------------------------------------------------------

def test_V3_tiles_full_and_partial_rebuild_the_root(daemon, school_log):
    call_often(daemon, max(0, 600 - len(stored_leaves(daemon.files, school_log.id))))
    size = school_log.make()
    _, said, root = read_checkpoint(school_log.checkpoint())
    assert said == size >= 600
    leaves = school_log.hashes(0, size)
    assert merkle.root(leaves) == root
    assert leaves == stored_leaves(daemon.files, school_log.id)[:size]
    assert school_log.hashes(1, size // WIDTH) == [merkle.root(leaves[at:at + WIDTH]) for at in range(0, size // WIDTH * WIDTH, WIDTH)]
    shorter = school_log.tile(0, 0, 7)
    assert shorter.status_code == 200 and shorter.content == b"".join(leaves[:7])
    hidden = school_log.tile(0, 1, 9, slash="%2F")
    assert hidden.status_code == 200 and hidden.content == b"".join(leaves[WIDTH:WIDTH + 9])


def test_V3_there_are_no_tiles_behind_the_newest_checkpoint(daemon, school_log):
    size = school_log.make()
    last, width = divmod(size, WIDTH)
    call_often(daemon, 3)
    for level, index, wanted in ((0, last + 1, WIDTH), (0, last, min(width + 1, 255)), (1, size // WIDTH, WIDTH), (1, 7, 1), (7, 0, 1), (8, 0, 1), (63, 0, 1),
                                 (0, 10 ** 15 - 1, WIDTH), (7, 10 ** 15 - 1, 1)):
        if level == 0 and index == last and width + 1 > 255:
            continue
        assert school_log.tile(level, index, wanted).status_code == 404, (level, index, wanted)


@pytest.mark.parametrize("path", ["0/7", "0/0000", "0/x000/000", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p", "0/x001", "0/000.q/1", "64/000", "-1/000",
                                  "0/000/000", "a/000", "0/x001%2F%2F000"])
def test_X3_a_path_of_no_tile_is_named(school_log, path):
    answer = school_log.ask("GET", "/tile/" + path)
    assert answer.status_code == 400 and answer.json()["errors"], (path, answer.text)
    assert {error["in"] for error in answer.json()["errors"]} == {"path"}


@pytest.mark.parametrize("path", ["%2Fcheckpoint", "/checkpoint%2F", "/consistency%2fx", "/tile%2F0/000", "/tile/0%2F000"])
def test_a_slash_is_hidden_in_the_rest_of_a_path_only(school_log, path):
    answer = school_log.ask("GET", path)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (400, "malformed")


# ---- Witnesses ----------------------------------------------------------------------------------------------------------------------

def log_with(fresh_daemon, fresh_files, witnesses):
    """The log of a daemon that takes the cosignatures of these, followed by the client with which they come."""
    fresh_files.write_config(log={"witnesses": " ".join(witness.vkey for witness in witnesses), "name": "log.fjordvik.example"})
    daemon = fresh_daemon(fresh_files)
    token = daemon.token("witness-client", service=True, scope="witness")
    return Log(daemon, daemon.id("school", "aas"), None, token=token)


@pytest.fixture
def witnessed(fresh_daemon, fresh_files):
    """A daemon with two witnesses, and the client with which they come."""
    witnesses = [Key("witness.example/kommune", COSIGNATURE), Key("tilsyn.example", COSIGNATURE)]
    return log_with(fresh_daemon, fresh_files, witnesses), witnesses


def cosign(log, line, key=None, **more):
    return log.ask("POST", "/cosignatures", key=key, json={"signature": line, **more})


def faults(answer):
    assert answer.status_code == 400, answer.text
    return [(error["name"], error["code"]) for error in answer.json()["errors"]]


def test_V3_a_witness_cosigns_and_everyone_sees_it(witnessed):
    log, (first, second) = witnessed
    note = log.checkpoint()
    text, size = split_note(note)[0], read_checkpoint(note)[1]
    assert read_checkpoint(note)[0] == f"log.fjordvik.example/{log.id}"
    answer = cosign(log, first.line(text))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"id": log.id, "version": size, "ground": "V1.client.witness"}
    shown = log.checkpoint(witness=first.name)
    assert split_note(shown)[0] == text and has_signed(first.vkey, shown) and has_signed(log.keys()[0], shown)
    assert log.ask("GET", "/checkpoint", params={"witness": second.name}).status_code == 404
    assert log.ask("GET", "/checkpoint", params={"witness": "nobody.example"}).status_code == 404
    assert len(split_note(log.checkpoint())[1]) == 1, "the newest one is the log's own"


def test_V3_a_checkpoint_of_before_can_be_cosigned_and_never_takes_a_newer_ones_place(witnessed):
    log, (witness, _) = witnessed
    earlier = log.checkpoint()
    old_text, old_size = split_note(earlier)[0], read_checkpoint(earlier)[1]
    new_size = log.make()
    new_text = split_note(log.checkpoint())[0]
    assert new_size > old_size
    assert faults(cosign(log, witness.line(old_text))) == [("/signature", "reference")], "it is not of the newest"
    assert cosign(log, witness.line(old_text), size=old_size).json()["version"] == old_size
    shown = log.checkpoint(witness=witness.name)
    assert split_note(shown)[0] == old_text and has_signed(witness.vkey, shown) and has_signed(log.keys()[0], shown)
    assert cosign(log, witness.line(new_text), size=new_size).json()["version"] == new_size
    assert cosign(log, witness.line(old_text), size=old_size).json()["version"] == new_size
    assert split_note(log.checkpoint(witness=witness.name))[0] == new_text


def test_V3_of_a_witness_with_two_keys_both_lines_stay(fresh_daemon, fresh_files):
    keys = [Key("witness.example/kommune", COSIGNATURE, seed=seed) for seed in ("old", "new")]
    log = log_with(fresh_daemon, fresh_files, keys)
    note = log.checkpoint()
    text, size = split_note(note)[0], read_checkpoint(note)[1]
    for key in (*keys, keys[0]):
        assert cosign(log, key.line(text), size=size).status_code == 200
    shown = log.checkpoint(witness=keys[0].name)
    assert all(has_signed(key.vkey, shown) for key in keys) and len(split_note(shown)[1]) == 3
    newer = log.make()
    cosign(log, keys[1].line(split_note(log.checkpoint())[0]), size=newer)
    shown = log.checkpoint(witness=keys[0].name)
    assert has_signed(keys[1].vkey, shown) and len(split_note(shown)[1]) == 2, "a line is of its checkpoint alone"


def test_V3_no_size_is_signed_for_a_witness_when_the_log_does_not_go_on(witnessed):
    log, (witness, _) = witnessed
    size = read_checkpoint(log.checkpoint())[1]
    assert log.make() > size
    log.daemon.stop()
    change(log.daemon.files, *a_row_edited(log.daemon.files, uuid.UUID(log.id).bytes))
    log.daemon.start()
    root = base64.b64encode(merkle.root(stored_leaves(log.daemon.files, log.id)[:size])).decode()
    answer = cosign(log, witness.line(f"log.fjordvik.example/{log.id}\n{size}\n{root}\n"), size=size)
    assert answer.status_code == 500 and log.daemon.rows("SELECT * FROM cosigned") == []


def test_X3_what_is_no_cosignature_of_a_witness_is_refused(witnessed):
    log, (witness, other) = witnessed
    text, size = split_note(log.checkpoint())[0], read_checkpoint(log.checkpoint())[1]
    good, stranger = witness.line(text), Key("stranger.example", COSIGNATURE)
    forged = Key(witness.name, COSIGNATURE, seed="forged")
    forged.id = witness.id
    own = log.checkpoint().splitlines(True)[-1]
    cases = [(good[:-1], "format"), (good + good, "format"), (good + "\n", "format"), ("\n" + good, "format"), ("x", "format"), (good.replace("\u2014", "-"), "format"),
             (good.replace("A", "*"), "format"), (good[:-3] + "\n", "format"), (stranger.line(text), "reference"), (forged.line(text), "reference"),
             (witness.line(text.replace(str(size), str(size + 1))), "reference"), (witness.line(text.replace("log.", "gol.")), "reference"), (own, "reference")]
    for line, code in cases:
        if line != good:
            assert faults(cosign(log, line)) == [("/signature", code)], line
    assert faults(cosign(log, good, size=size + 10 ** 6)) == [("/size", "reference")]
    assert log.daemon.rows("SELECT * FROM cosigned") == []
    assert cosign(log, good).status_code == 200


# ---- Rights -------------------------------------------------------------------------------------------------------------------------

def calls(log):
    """Every way to follow a log, with the answer when it is allowed."""
    return [("GET", "/checkpoint", {}), ("POST", "/checkpoint", {}), ("GET", "/consistency", {"params": {"from": 0, "to": 1}}), ("GET", "/tile/0/000.p/1", {}),
            ("POST", "/cosignatures", {"json": {"signature": "x"}})]


def verdicts(log):
    return {log.ask(method, path, **more).status_code for method, path, more in calls(log)}


def test_V1_who_follows_which_log(daemon):
    aas, bru = daemon.id("school", "aas"), daemon.id("school", "bru")
    witness = {"token": daemon.token("witness-client", service=True, scope="witness")}
    provision = {"token": daemon.token("registry", service=True, scope="provision changes")}
    followed, seen, unseen = {200, 400}, {403}, {404}
    table = [("rektor", {}, followed, unseen, unseen), ("rektor-bru", {}, unseen, followed, unseen), ("owner", {}, followed, followed, followed),
             ("auditor", {}, followed, followed, followed), ("admin", {}, seen, unseen, unseen), ("kari", {}, unseen, unseen, unseen),
             ("guardian", {}, unseen, unseen, unseen), ("guardian-rektor", {}, unseen, unseen, unseen), ("rektor-ended", {}, unseen, unseen, unseen), ("nobody", {}, unseen, unseen, unseen),
             (None, witness, followed, followed, followed), (None, provision, seen, seen, seen)]
    for id in (aas, bru, ORGANISATION):
        Log(daemon, id).checkpoint()
    for who, options, *wanted in table:
        for id, verdict in zip((aas, bru, ORGANISATION), wanted):
            assert verdicts(Log(daemon, id, who, **options)) == verdict, (who, options, id)
    assert verdicts(Log(daemon, world.ORGANISATIONS[world.SKOG]["id"])) == unseen
    assert verdicts(Log(daemon, str(uuid.uuid4()))) == unseen


def test_V1_a_list_has_the_logs_that_are_followed(daemon):
    aas, bru = daemon.id("school", "aas"), daemon.id("school", "bru")
    everything = {aas: "school", bru: "school", ORGANISATION: "organisation"}
    witness = daemon.token("witness-client", service=True, scope="witness")
    for who, options, wanted in (("rektor", {}, {aas: "school"}), ("two-schools", {}, {aas: "school"}), ("guardian-rektor", {}, {}), ("kari", {}, {}), ("owner", {}, everything),
                                 ("auditor", {}, everything), (None, {"token": witness}, everything)):
        answer = daemon.get("/v1/logs", who, **options).json()
        found = {log["id"]: log["kind"] for log in answer["data"]}
        assert {id: kind for id, kind in found.items() if id in everything} == wanted, who
        assert [log["id"] for log in answer["data"]] == sorted(found) and set(found) >= set(wanted)
    assert daemon.get("/v1/logs", "guardian").status_code == 403
    assert daemon.get("/v1/logs", token=daemon.token("registry", service=True, scope="provision")).status_code == 403
    first = daemon.get("/v1/logs", "owner", params={"limit": 1}).json()
    second = daemon.get("/v1/logs", "owner", params={"limit": 1, "pageToken": first["pageToken"]}).json()
    assert len(first["data"]) == len(second["data"]) == 1 and first["data"] != second["data"]


def registry(house):
    return house.token("registry", service=True, scope="provision")


def becomes_guardian(house, who):
    """Of alva, who is a student of aas; answers the tie."""
    tie = {"studentId": house.id("student", "alva"), "personId": house.id("person", who), "kind": "guardian"}
    made = house.post("/v1/ties", tie, token=registry(house))
    assert made.status_code == 201, made.text
    return made.json()["id"]


def test_G2_whoever_has_family_at_a_school_does_not_follow_its_log(fresh_daemon):
    """From sizes they would learn how many rows are hidden from them, and when there are more."""
    house = fresh_daemon()
    aas, bru = house.id("school", "aas"), house.id("school", "bru")
    for id in (aas, bru, ORGANISATION):
        Log(house, id).checkpoint()
    for who in ("owner", "auditor"):
        tie = becomes_guardian(house, who)
        assert [verdicts(Log(house, id, who)) for id in (aas, bru, ORGANISATION)] == [{404}, {200, 400}, {404}]
        assert [log["id"] for log in house.get("/v1/logs", who).json()["data"] if log["id"] in (aas, bru, ORGANISATION)] == [bru]
        assert house.get(f"/v1/schools/{aas}/activity", who).status_code == 200
        ended = house.patch(f"/v1/ties/{tie}", {"until": world.day(-1)}, token=registry(house), version=1)
        assert ended.status_code == 200 and verdicts(Log(house, aas, who)) == {200, 400}


def test_G2_a_school_that_the_child_has_left_is_not_followed_either(fresh_daemon):
    house = fresh_daemon()
    log = Log(house, house.id("school", "bru"), "auditor")
    becomes_guardian(house, "auditor")
    assert log.ask("GET", "/checkpoint").status_code == 200
    once = {"studentId": house.id("student", "alva"), "schoolId": log.id, "from": world.day(-30), "until": world.day(-20)}
    assert house.post("/v1/enrolments", once, token=registry(house)).status_code == 201
    assert log.ask("GET", "/checkpoint").status_code == 404


def test_V1_a_size_shows_to_nobody_who_may_not_follow(daemon, school_log):
    """Whoever sees the school, and not its log, is answered the same for what there is and what there is not."""
    school_log.make()
    log = Log(daemon, school_log.id, "admin")
    answers = {(answer.status_code, answer.content) for answer in (log.tile(0, index, width) for index in (0, 10 ** 6) for width in (1, 255))}
    assert len(answers) == 1 and answers.pop()[0] == 403
    for size in (1, 10 ** 9):
        assert log.ask("GET", "/consistency", params={"from": 0, "to": size}).status_code == 403
    assert log.ask("GET", "/checkpoint", params={"witness": "nobody.example"}).status_code == 403


def test_V4_following_a_log_is_logged_in_it(daemon, school_log):
    answers = [school_log.ask(method, path, **more) for method, path, more in calls(school_log)]
    rows = {row["request_id"]: row for row in daemon.activity()}
    for answer in answers:
        row = rows[answer.headers["X-Request-Id"]]
        assert (row["object_kind"], row["object_id"], row["school_id"], row["tree_id"]) == ("log", school_log.id, school_log.id, school_log.id), dict(row)
    asked = daemon.get("/v1/logs", "owner").headers["X-Request-Id"]
    row, = daemon.activity(request_id=uuid.UUID(asked).bytes) or daemon.activity(request_id=asked)
    assert (row["operation"], row["tree_id"], row["ground"]) == ("listLogs", ORGANISATION, "V1.staff")


# ---- What is signed goes on from what was signed --------------------------------------------------------------------------------------

def change(files, *statements):
    """Behind the daemon's back."""
    store = sqlite3.connect(files.data / "trygg.db", isolation_level=None)
    for (name, sql) in store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall():
        store.execute(f"DROP TRIGGER {name}")
        statements += (sql,)
    for statement in statements:
        store.execute(*statement) if isinstance(statement, tuple) else store.execute(statement)
    store.close()


def one_leaf_less(files, tree):
    """The log rolled back by a row, with a head that is right for what is left."""
    leaves = stored_leaves(files, str(uuid.UUID(bytes=tree)))[:-1]
    return (("DELETE FROM activity WHERE tree_id = ? AND leaf_index = ?", (tree, len(leaves))),
            ("UPDATE activity_tree SET size = ?, frontier = ? WHERE tree_id = ?", (len(leaves), merkle.frontier(leaves), tree)))


def another_last_leaf(files, tree):
    """The log forked: another row in place of one that was signed, and a head that is right for it."""
    store = files.store()
    size = store.execute("SELECT size FROM activity_tree WHERE tree_id = ?", (tree,)).fetchone()[0]
    store.execute("DROP TRIGGER activity_no_update")
    store.execute("UPDATE activity SET ground = 'V1.role.nobody' WHERE tree_id = ? AND leaf_index = ?", (tree, size - 1))
    leaves = [merkle.leaf_hash(leaf) for leaf in merkle.stored(store, tree)]
    return (("UPDATE activity SET ground = 'V1.role.nobody' WHERE tree_id = ? AND leaf_index = ?", (tree, size - 1)),
            ("UPDATE activity_tree SET frontier = ? WHERE tree_id = ?", (merkle.frontier(leaves), tree)))


def a_row_edited(files, tree):
    return (("UPDATE activity SET ground = 'V1.role.nobody' WHERE tree_id = ? AND leaf_index = 0", (tree,)),)


def a_head_of_nothing(files, tree):
    return (("UPDATE activity_tree SET frontier = zeroblob(length(frontier)) WHERE tree_id = ?", (tree,)),)


def another_note(files, tree):
    """A checkpoint that the log has not signed."""
    return (("UPDATE checkpoint SET note = replace(note, char(10) || size || char(10), char(10) || (size - 1) || char(10)), size = size - 1 WHERE tree_id = ?", (tree,)),)


@pytest.mark.parametrize("fault", [one_leaf_less, another_last_leaf, a_row_edited, a_head_of_nothing, another_note], ids=lambda fault: fault.__name__)
def test_V3_a_log_that_does_not_go_on_from_its_checkpoint_is_not_signed(fresh_daemon, fault):
    daemon = fresh_daemon()
    log, other = Log(daemon, daemon.id("school", "aas")), Log(daemon, daemon.id("school", "bru"))
    tree = uuid.UUID(log.id).bytes
    call_often(daemon, 5)
    daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "kari")
    log.checkpoint()
    before = daemon.rows("SELECT note FROM checkpoint WHERE tree_id = ?", tree)
    daemon.stop()
    with_rows = daemon.files.store().execute("SELECT size FROM activity_tree WHERE tree_id = ?", (tree,)).fetchone()[0]
    signed = read_checkpoint(before[0]["note"])[1]
    for _ in range(with_rows - signed if fault in (one_leaf_less, another_last_leaf) else 0):   # what is not signed yet is taken first
        change(daemon.files, *one_leaf_less(daemon.files, tree))
    change(daemon.files, *fault(daemon.files, tree))
    left = daemon.rows("SELECT note FROM checkpoint WHERE tree_id = ?", tree)
    daemon.start()
    answer = log.ask("POST", "/checkpoint")
    assert answer.status_code == 500 and answer.json()["type"].endswith(":internal")
    assert daemon.rows("SELECT note FROM checkpoint WHERE tree_id = ?", tree) == left
    assert re.search(rf'level=error .*event=log-not-signed .*log={log.id} why="', daemon.log()), daemon.log()[-2000:]
    assert has_signed(other.keys()[0], other.checkpoint()), "the other logs are signed"


# ---- Keys ---------------------------------------------------------------------------------------------------------------------------

def key_command(files, verb):
    return run_tryggd("log-key", verb, "--config", files.config)


def key_command_refused(files, verb, code, *words):
    """Ends with this code, and one sentence with all of these words."""
    done = key_command(files, verb)
    assert (done.returncode, done.stdout) == (code, ""), (done.returncode, done.stderr)
    assert done.stderr.startswith("tryggd: ") and done.stderr.count("\n") == 1, done.stderr
    assert not [word for word in words if word not in done.stderr], done.stderr


def test_a_daemon_without_the_key_of_its_log_says_how_to_make_one(fresh_files, fresh_daemon):
    fresh_files.log_key.unlink()
    refused(fresh_files, NO_INPUT, str(fresh_files.log_key), "does not exist", "`tryggd log-key create`")
    done = key_command(fresh_files, "create")
    assert done.returncode == 0 and str(fresh_files.log_key) in done.stdout
    assert fresh_files.log_key.stat().st_mode & 0o777 == 0o600
    before = fresh_files.log_key.read_bytes()
    key_command_refused(fresh_files, "create", CANT_CREATE, str(fresh_files.log_key), "is there already and is not replaced")
    assert fresh_files.log_key.read_bytes() == before
    log = Log(fresh_daemon(fresh_files), ORGANISATION)
    assert has_signed(log.keys()[0], log.checkpoint())


def test_a_file_that_holds_no_key_is_told_of_and_not_replaced(fresh_files):
    fresh_files.log_key.write_text("no key\n", encoding="ascii")
    key_command_refused(fresh_files, "create", DATA, str(fresh_files.log_key), "holds no keys of the log")
    assert fresh_files.log_key.read_text(encoding="ascii") == "no key\n"


def create_as_nobody(files, locked=True, folder_of=0):
    """`tryggd log-key create` by a user to whom all files belong, and of the folder what is said: (code, sentence)."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    for path in [files.data, *files.folder.iterdir(), *files.data.iterdir()]:
        os.chown(path, NOBODY, NOBODY)
    os.chown(files.folder, folder_of, folder_of)
    files.folder.chmod(0o755)

    def become():
        if not locked:
            resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    try:
        done = subprocess.run([TRYGGD, "log-key", "create", "--config", files.config], capture_output=True, text=True, timeout=60,
                              preexec_fn=become)
    except PermissionError:
        pytest.skip("the build stands where only root may enter")
    assert done.stdout == "" and done.stderr.startswith(f"tryggd: {files.log_key} ") and done.stderr.count("\n") == 1, done.stderr
    assert "remove" not in done.stderr
    return done.returncode, done.stderr


@pytest.fixture
def open_files(made):
    """Files that another user than root can reach."""
    with tempfile.TemporaryDirectory() as folder:
        yield copy_files(made, folder)


@pytest.mark.parametrize("locked", [True, False])
def test_a_key_that_is_there_stays_where_no_other_could_be_made(open_files, locked):
    before = open_files.log_key.read_bytes()
    code, said = create_as_nobody(open_files, locked)
    assert code == CANT_CREATE and "is there already and is not replaced" in said, (code, said)
    assert open_files.log_key.read_bytes() == before


def test_no_key_of_the_log_is_made_where_this_user_may_not_write(open_files):
    open_files.log_key.unlink()
    code, said = create_as_nobody(open_files)
    assert code == IO and "cannot be written" in said, (code, said)
    assert not open_files.log_key.exists()


def test_no_key_of_the_log_is_made_without_locked_memory(open_files):
    open_files.log_key.unlink()
    if sanitized():
        pytest.skip("a sanitizer's runtime locks no memory, and says that it did")
    code, said = create_as_nobody(open_files, locked=False, folder_of=NOBODY)
    assert code == OS and "cannot be kept in locked memory; raise the limit" in said, (code, said)
    assert not open_files.log_key.exists()


def test_V3_while_a_key_is_replaced_both_sign_and_afterwards_the_new_one_alone(fresh_daemon):
    daemon = fresh_daemon()
    log, quiet = Log(daemon, ORGANISATION), Log(daemon, daemon.id("school", "bru"))
    old, = log.keys()
    for each in (log, quiet):
        each.checkpoint()
    daemon.stop()
    done = key_command(daemon.files, "rotate")
    assert done.returncode == 0, done.stderr
    daemon.start()
    new, still = log.keys()
    assert still == old and new != old and read_key(new).name == read_key(old).name
    log.make()
    note = log.checkpoint()
    assert has_signed(new, note) and has_signed(old, note) and len(split_note(note)[1]) == 2
    key_command_refused(daemon.files, "retire", UNAVAILABLE, "is in use by another tryggd")
    daemon.stop()
    done = key_command(daemon.files, "retire")
    assert done.returncode == 0, done.stderr
    key_command_refused(daemon.files, "retire", DATA, "holds one key, which stays")
    shown = key_command(daemon.files, "show")
    assert shown.returncode == 0, shown.stderr
    assert f"organisation {new}" in shown.stdout.splitlines() and old not in shown.stdout
    daemon.start()
    assert log.keys() == [new]
    for each in (log, quiet):
        size = read_checkpoint(each.checkpoint())[1]
        assert has_signed(each.keys()[0], each.checkpoint())
        assert each.make() > size, "a quiet log was signed with the new key before the old one went"


def test_V3_what_was_cosigned_is_signed_by_the_key_that_stays(witnessed):
    log, (witness, _) = witnessed
    text, size = split_note(log.checkpoint())[0], read_checkpoint(log.checkpoint())[1]
    assert cosign(log, witness.line(text), size=size).status_code == 200
    log.daemon.stop()
    for verb in ("rotate", "retire"):
        done = key_command(log.daemon.files, verb)
        assert done.returncode == 0, done.stderr
    log.daemon.start()
    new, = log.keys()
    shown = log.checkpoint(witness=witness.name)
    assert split_note(shown)[0] == text and has_signed(new, shown) and has_signed(witness.vkey, shown)
    log.daemon.stop()
    done = run_tryggd("fsck", "--config", log.daemon.files.config)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_only_key_stays_and_a_change_that_was_cut_short_is_told_of(fresh_daemon):
    files = fresh_daemon().files
    key_command_refused(files, "retire", DATA, "holds one key, which stays")   # before the store is asked for, which a daemon has
    beside = files.log_key.with_name(files.log_key.name + ".new")
    beside.write_text("")
    key_command_refused(files, "rotate", CANT_CREATE, f"{beside} is there", "remove it")


def refused_logs(daemon):
    """The logs that the newest run of the daemon has not signed because it does not have their keys, in order of telling."""
    lines = daemon.logs[-1].read_text().splitlines()
    return [re.search(r" log=(\S+)", line).group(1) for line in lines
            if "level=error" in line and "event=log-not-signed" in line and 'why="the newest checkpoint is signed by none of the keys"' in line]


def test_V3_a_stranger_key_signs_nothing(fresh_daemon):
    daemon = fresh_daemon()
    log = Log(daemon, ORGANISATION)
    log.checkpoint()
    daemon.stop()
    right = daemon.files.log_key.read_text()
    daemon.files.log_key.write_text(hashlib.sha256(b"another key").hexdigest() + "\n")
    daemon.start()
    unasked = refused_logs(daemon)
    assert unasked and set(unasked) == {log.id}, "that is told before anybody asks"
    assert log.ask("POST", "/checkpoint").status_code == 500
    told = refused_logs(daemon)   # the chore that signs tells of it as well, each time
    assert len(told) > len(unasked) and set(told) == {log.id}
    assert daemon.get("/v1/students", "rektor").status_code == 200
    daemon.stop()
    daemon.files.log_key.write_text(right)
    daemon.start()
    assert has_signed(log.keys()[0], log.checkpoint()) and log.make() > 0
    assert log.id not in refused_logs(daemon), "a log that was never signed before may be the other key's by now"


def test_V3_a_new_key_for_one_that_was_lost_signs_what_was_never_signed_and_the_rest_is_told_of_at_each_start(fresh_daemon):
    daemon = fresh_daemon()
    log, fresh = Log(daemon, ORGANISATION), Log(daemon, daemon.id("school", "aas"))
    log.checkpoint()
    daemon.stop()
    daemon.files.log_key.unlink()
    assert key_command(daemon.files, "create").returncode == 0
    for _ in range(2):
        daemon.start()
        assert set(refused_logs(daemon)) == {log.id}
        assert has_signed(fresh.keys()[0], fresh.checkpoint())
        daemon.stop()


NO_KEYS = {"nothing": "", "63 digits": "7" * 63, "no digits": "x" * 64, "the same key twice": "7" * 64 + "\n" + "7" * 64 + "\n"}


@pytest.mark.parametrize("content", NO_KEYS.values(), ids=NO_KEYS)
def test_a_key_file_that_is_none_is_told_of(fresh_files, content):
    fresh_files.log_key.write_text(content)
    refused(fresh_files, DATA, str(fresh_files.log_key), "holds no keys of the log")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610])
def test_a_log_key_that_others_may_touch_is_refused(fresh_files, mode):
    fresh_files.log_key.chmod(mode)
    refused(fresh_files, NO_PERMISSION, str(fresh_files.log_key), "chmod 600")
    key_command_refused(fresh_files, "rotate", NO_PERMISSION, str(fresh_files.log_key), "chmod 600")


# ---- Figures ------------------------------------------------------------------------------------------------------------------------

def test_checkpoints_are_counted(fresh_daemon):
    import requests
    daemon = fresh_daemon(metrics_listen="127.0.0.1:0")
    log = Log(daemon, ORGANISATION)
    for _ in range(3):
        log.make()
    page = requests.get(f"http://127.0.0.1:{daemon.metrics_port()}/metrics", timeout=10).text
    figures = dict(re.findall(r"^(trygg_log_\w+) ([0-9.]+)$", page, re.M))
    assert float(figures["trygg_log_checkpoints_total"]) >= 3 and float(figures["trygg_log_refusals_total"]) == 0
    assert float(figures["trygg_log_unsigned_age_seconds"]) < 60
