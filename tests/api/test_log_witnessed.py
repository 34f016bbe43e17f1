# SPDX-License-Identifier: EUPL-1.2
"""What witnesses have cosigned: the proofs that have it, and what `tryggd fsck` says of it (V1, V3)."""
import json
import sqlite3

from daemon import run_tryggd
from log_verifier import has_signed, read_checkpoint, split_note
from test_fsck import change
from test_logs import cosign, key_command, witnessed   # noqa: F401 (one of them is a fixture)


def proof_of(log, row):
    """The note in a row's proof, and its size."""
    answer = log.daemon.get(f"/v1/activity/{row}/proof", "owner")
    assert answer.status_code == 200, answer.text
    note = answer.text.split("\n\n", 1)[1]
    return note, read_checkpoint(note)[1]


def new_row(log):
    """The id of a row that no checkpoint holds yet."""
    assert log.daemon.get(f"/v1/students/{log.daemon.id('student', 'alva')}", "rektor").status_code == 200
    return log.daemon.get(f"/v1/schools/{log.id}/activity", "owner").json()["data"][0]["id"]


def take_cosignature(log, witness, note):
    answer = cosign(log, witness.line(split_note(note)[0]), size=read_checkpoint(note)[1])
    assert answer.status_code == 200, answer.text


def signers(log, note, *witnesses):
    """Whether the log has signed, and who else."""
    assert all(has_signed(vkey, note) for vkey in log.keys())
    return [witness for witness in witnesses if has_signed(witness.vkey, note)]


def test_V3_a_proof_has_the_newest_checkpoint_of_a_witness_with_the_lines_of_all_who_signed_it(witnessed):
    log, (first, second) = witnessed
    row = new_row(log)
    note, size = proof_of(log, row)
    assert signers(log, note, first, second) == []
    take_cosignature(log, second, note)
    log.make()
    shown, shown_size = proof_of(log, row)
    assert (shown_size, signers(log, shown, first, second)) == (size, [second])
    take_cosignature(log, first, note)
    shown, shown_size = proof_of(log, row)
    assert (shown_size, signers(log, shown, first, second)) == (size, [first, second])
    assert len(split_note(shown)[1]) == 3
    log.make()
    newer = log.checkpoint()
    take_cosignature(log, first, newer)
    shown, shown_size = proof_of(log, row)
    assert (shown_size, signers(log, shown, first, second)) == (read_checkpoint(newer)[1], [first]), "the newest of any witness"


def test_V3_a_row_that_no_witness_has_come_to_is_proven_by_the_log_alone(witnessed):
    log, (witness, _) = witnessed
    take_cosignature(log, witness, log.checkpoint())
    note, _ = proof_of(log, new_row(log))
    assert signers(log, note, witness) == []


# ---- A key that was retired -----------------------------------------------------------------------------------------------------

def fsck(files):
    done = run_tryggd("fsck", "--config", files.config, "--no-content", "--json")
    assert done.returncode in (0, 1) and done.stderr == ""
    return [(finding["table"], finding["what"]) for finding in json.loads(done.stdout)["findings"]]


def cosigned(files):
    [row] = files.rows("SELECT note FROM cosigned")
    return row["note"]


def store_cosigned(files, note):
    store = sqlite3.connect(files.data / "trygg.db")
    with store:
        store.execute("UPDATE cosigned SET note = ?", (note,))
    store.close()


def retire(log):
    for verb in ("rotate", "retire"):
        done = key_command(log.daemon.files, verb)
        assert done.returncode == 0, done.stderr


def cosigned_with_a_retired_key(log, witness):
    """Its files, stopped: as a witness's checkpoint stays when its log's key goes before the daemon could sign it once more."""
    new_row(log)
    log.make()
    take_cosignature(log, witness, log.checkpoint())
    log.daemon.stop()
    kept = cosigned(log.daemon.files)
    retire(log)
    store_cosigned(log.daemon.files, kept)
    return log.daemon.files


def test_V3_what_a_witness_has_signed_stays_whole_when_the_logs_key_is_retired(witnessed):
    log, (witness, _) = witnessed
    files = cosigned_with_a_retired_key(log, witness)
    assert fsck(files) == []
    lines = cosigned(files).splitlines(True)
    store_cosigned(files, "".join(lines[:-1]) + witness.line("another text"))
    assert fsck(files) == [("cosigned", "is not signed by its witness")]


def test_V3_what_no_key_and_no_witness_that_is_known_has_signed_is_found(witnessed):
    log, (witness, other) = witnessed
    files = cosigned_with_a_retired_key(log, witness)
    files.write_config(log={"witnesses": other.vkey, "name": "log.fjordvik.example"})
    assert fsck(files) == [("cosigned", "is signed by no key of [log] signing_key_file and no witness of [log] witnesses")]


def test_V3_what_a_witness_signed_is_still_held_against_the_rows(witnessed):
    log, (witness, _) = witnessed
    files = cosigned_with_a_retired_key(log, witness)
    origin, size, root = split_note(cosigned(files))[0].splitlines()
    text = f"{origin}\n{size}\n{root[:-3]}AA=\n" if root[-3:] != "AA=" else f"{origin}\n{size}\nB{root[1:]}\n"
    store_cosigned(files, text + "\n" + witness.line(text))
    assert fsck(files) == [("cosigned", "was signed for other rows than the tree has now")]


def test_V3_a_checkpoint_that_was_removed_is_found_where_a_witness_has_signed_it(witnessed):
    log, (witness, _) = witnessed
    new_row(log)
    log.make()
    take_cosignature(log, witness, log.checkpoint())
    log.daemon.stop()
    files = log.daemon.files
    assert fsck(files) == []
    change(files, ("DELETE FROM checkpoint WHERE tree_id = (SELECT tree_id FROM cosigned)",))
    assert fsck(files) == [("cosigned", "stands for more rows than the newest checkpoint, which was removed or put back")]
