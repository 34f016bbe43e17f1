# SPDX-License-Identifier: EUPL-1.2
"""What the log signs for a witness, and which of its lines are taken and stay (V3): against who sends them, and who can write to the store."""
import base64
import re
import time
import uuid

import merkle
from log_verifier import read_checkpoint, split_note
from test_logs import WIDTH, call_often, change, cosign, faults, key_command, stored_leaves, witnessed   # noqa: F401 (one of them is a fixture)


def test_V3_no_earlier_size_is_signed_over_a_row_that_a_kept_root_hides(witnessed):
    log, (witness, _) = witnessed
    tree = uuid.UUID(log.id).bytes
    call_often(log.daemon, 2 * WIDTH - len(stored_leaves(log.daemon.files, log.id)))
    assert log.make() >= 2 * WIDTH
    log.daemon.stop()
    change(log.daemon.files, ("UPDATE activity SET ground = 'V1.role.nobody' WHERE tree_id = ? AND leaf_index = 10", (tree,)))
    log.daemon.start()
    leaves = stored_leaves(log.daemon.files, log.id)
    for size in (5, 100, 255):
        root = base64.b64encode(merkle.root(leaves[:size])).decode()
        answer = cosign(log, witness.line(f"log.fjordvik.example/{log.id}\n{size}\n{root}\n"), size=size)
        assert answer.status_code == 500 and log.daemon.rows("SELECT * FROM cosigned") == [], size
    assert re.search(rf'level=error .*event=log-not-signed .*log={log.id} why="', log.daemon.log())


def test_V3_a_new_key_signs_nothing_that_stands_cosigned_and_was_never_signed(witnessed):
    log, (witness, _) = witnessed
    tree = uuid.UUID(log.id).bytes
    call_often(log.daemon, 2 * WIDTH - len(stored_leaves(log.daemon.files, log.id)))
    log.make()
    log.daemon.stop()
    files = log.daemon.files
    change(files, ("UPDATE activity SET ground = 'V1.role.nobody' WHERE tree_id = ? AND leaf_index = 10", (tree,)))
    root = base64.b64encode(merkle.root(stored_leaves(files, log.id)[:100])).decode()
    text = f"log.fjordvik.example/{log.id}\n100\n{root}\n"
    note = text + "\n" + witness.line(text)
    change(files, ("INSERT INTO cosigned (tree_id, witness, size, note) VALUES (?, ?, 100, ?)", (tree, witness.name, note)))
    done = [key_command(files, verb) for verb in ("rotate", "retire")]
    assert "the rows differ from what was signed before" in "".join(each.stdout + each.stderr for each in done), done
    assert [row["note"] for row in log.daemon.rows("SELECT note FROM cosigned")] == [note]


def test_V3_of_one_size_the_later_cosignature_stays(witnessed):
    log, (witness, _) = witnessed
    text, size, now = split_note(log.checkpoint())[0], read_checkpoint(log.checkpoint())[1], int(time.time())
    for at, kept in ((now - 60, now - 60), (now - 3600, now - 60), (now - 61, now - 60), (now, now), (now - 60, now)):
        answer = cosign(log, witness.line(text, at), size=size)
        assert answer.status_code == 200 and answer.json()["version"] == size
        assert log.checkpoint(witness=witness.name).splitlines(True)[-1] == witness.line(text, kept), (at - now, kept - now)


def test_X3_a_cosignature_of_the_future_is_refused(witnessed):
    log, (witness, _) = witnessed
    text, size = split_note(log.checkpoint())[0], read_checkpoint(log.checkpoint())[1]
    for ahead in (400, 10 ** 9, 2 ** 62):
        assert faults(cosign(log, witness.line(text, int(time.time()) + ahead), size=size)) == [("/signature", "reference")], ahead
    assert log.daemon.rows("SELECT * FROM cosigned") == []
    assert cosign(log, witness.line(text, int(time.time()) + 200), size=size).status_code == 200


def test_X3_a_cosignature_is_one_line_in_its_only_form(witnessed):
    log, (witness, _) = witnessed
    text = split_note(log.checkpoint())[0]
    good, name = witness.line(text), f"log.fjordvik.example/{log.id}"
    own = log.checkpoint().splitlines(True)[-1]
    riders = ["Ola Nordmann has been here\n", "\u2014 stranger.example b2xh\n", f"\u2014 {name} b2xhIGhhciB2w6ZydCBoZXI=\n", f"\u2014 {name} AAAA\n", own]
    for rider in riders:
        for line in (rider + good, good + rider):
            assert faults(cosign(log, line)) == [("/signature", "format")], line
    assert faults(cosign(log, riders[1])) == [("/signature", "format")]
    for other in (good.replace(" ", "  ", 1), good[:-1] + " \n", good[:-1] + "\r\n", good[:-1] + "=\n"):
        assert faults(cosign(log, other)) == [("/signature", "format")], other
    assert log.daemon.rows("SELECT * FROM cosigned") == []
    assert cosign(log, good).status_code == 200
