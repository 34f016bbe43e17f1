# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg`: proofs that are verified offline, and the witness that follows logs, against logs made by made_log.py."""
import fcntl
import json
import os
import re
import time

import pytest

import merkle
from cli import CONFLICT, LOCAL, NOT_FOUND, OK, ROOT, SERVER, UNREACHABLE, USAGE, fake, problem, run  # noqa: F401
from made_log import COSIGNATURE, ORGANISATION, SCHOOL, STUDENT, Key, Log, b64

UNPROVEN, FORKED = LOCAL, 10
WITNESS = Key("witness.example/kommune", COSIGNATURE, seed="w")
OTHER_WITNESS = Key("witness.example/press", COSIGNATURE, seed="p")


def now(before=0):
    return int(time.time()) - before


@pytest.fixture
def verify(tmp_path):
    """verify(text, …) is how `trygg verify` on a file with this text ends. No server, token or profile is named."""
    def drive(text, *more, key=None, stdin=False):
        path = tmp_path / "row.tlog-proof"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        words = ["verify", "-" if stdin else str(path), "--key", key or Log().key.vkey, *more]
        return run(None, *words, token=None, stdin=path.read_text() if stdin else "", HOME="/nowhere")
    return drive


def refused(done, words):
    assert (done.returncode, done.stdout) == (UNPROVEN, ""), done
    assert re.fullmatch(r"trygg: not proven: [^\n]*\n", done.stderr), done.stderr
    assert words in done.stderr, done.stderr


# ---- Proofs that hold -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13])
def test_V1_every_row_of_a_log_is_proven_offline(verify, size):
    log = Log(size)
    for index in range(size):
        done = verify(log.bundle(index))
        assert (done.returncode, done.stderr) == (OK, "")
        assert f"Proven: this row stood in the log {log.origin}, at place {index}, when it had {size} rows.\n" in done.stdout


def test_V1_the_row_is_shown_with_all_that_its_leaf_holds(verify):
    shown = verify(Log().bundle(1)).stdout
    for label, value in (("Time", "2025-11-22T08:26:40.001Z"), ("Who", "person " + ORGANISATION[:-1] + "7"), ("Client", "skoleplattform"),
                         ("Operation", "getStudent"), ("Object", f"student {STUDENT}"), ("Student", STUDENT), ("Outcome", "allowed"),
                         ("Shown", f"{STUDENT}, {SCHOOL}"), ("Ground", "S2.role.rektor"), ("School", SCHOOL), ("Log", SCHOOL), ("Place", "1"),
                         ("Organisation", ORGANISATION), ("Request", ORGANISATION[:-1] + "9")):
        assert re.search(rf"^{label} +{re.escape(value)} *$", shown, re.M), label
    assert "On behalf of" not in shown


def test_V1_with_json_the_row_is_for_programs(verify):
    done = verify(Log().bundle(1, note=Log().note(cosigned=[(WITNESS, 1700000000)])), "--json", "--witness", WITNESS.vkey)
    told = json.loads(done.stdout)
    assert (told["proven"], told["origin"], told["size"]) == (True, "trygg/" + SCHOOL, 5)
    assert told["witnesses"] == [{"name": WITNESS.name, "at": "2023-11-14T22:13:20.000Z"}]
    assert told["row"] == {
        "tree": SCHOOL, "index": 1, "at": "2025-11-22T08:26:40.001Z", "organisation": ORGANISATION, "actorKind": "person",
        "actor": ORGANISATION[:-1] + "7", "actorMark": None, "behalf": None, "client": "skoleplattform", "operation": "getStudent",
        "objectKind": "student", "object": STUDENT, "student": STUDENT, "school": SCHOOL, "outcome": "allowed", "ground": "S2.role.rektor",
        "request": ORGANISATION[:-1] + "9", "shown": [STUDENT, SCHOOL]}


def test_V1_a_proof_comes_from_standard_input_too(verify):
    assert verify(Log().bundle(2), stdin=True).returncode == OK


def test_V1_the_example_of_the_documentation_is_proven(verify):
    page = (ROOT / "docs" / "log.md").read_text(encoding="utf-8").split("## An example")[1]
    blocks = [block.removeprefix("\n") for block in page.split("```")[1::2]]
    key, witness = blocks[0].split()
    done = verify(blocks[-1], "--witness", witness, key=key)
    assert (done.returncode, done.stderr) == (OK, "")
    assert "at place 5, when it had 7 rows." in done.stdout and "Cosigned by witness.example/w1" in done.stdout


def test_V1_while_a_key_is_replaced_both_keys_verify(verify):
    log, older = Log(), Key(Log().origin, seed="older")
    text = log.bundle(2, note=log.note(keys=[log.key, older]))
    assert verify(text).returncode == OK and verify(text, key=older.vkey).returncode == OK


def test_V1_what_a_row_holds_cannot_steer_the_terminal(verify):
    done = verify(Log(salt="\x1b[2J\u202e").bundle(2))
    assert done.returncode == OK
    assert "getStudent\\u001b[2J\\u202e" in done.stdout and "\x1b" not in done.stdout


# ---- Proofs that do not -----------------------------------------------------------------------------------------------------------

NO_PROOF, NOT_IN = "this is no proof", "the row was not in the log like this"


@pytest.mark.parametrize(("change", "words"), [
    (lambda text: text + "\n", NO_PROOF),
    (lambda text: text + "x", NO_PROOF),
    (lambda text: text + "\0", NO_PROOF),
    (lambda text: text[:-1], NO_PROOF),
    (lambda text: "\ufeff" + text, NO_PROOF),
    (lambda text: " " + text, NO_PROOF),
    (lambda text: "", NO_PROOF),
    (lambda text: text.replace("\n", "\r\n"), NO_PROOF),
    (lambda text: text.replace("@v1", "@v2"), NO_PROOF),
    (lambda text: text.replace("index 2", "index 02"), NO_PROOF),
    (lambda text: text.replace("index 2", "index -2"), NO_PROOF),
    (lambda text: re.sub("extra .*\n", "", text), NO_PROOF),
    (lambda text: re.sub("extra .*\n", "extra AAAA\n", text), "what it holds is no row of a log"),
])
def test_V1_what_is_not_a_proof_to_its_last_byte_is_refused(verify, change, words):
    refused(verify(change(Log().bundle(2))), words)


def test_V1_nothing_is_left_of_the_signatures(verify):
    """A note without a signature is no note."""
    refused(verify(Log().bundle(2, note=Log().text() + "\n")), NO_PROOF)


def test_V1_an_unsigned_checkpoint_is_refused(verify):
    stranger = Key("stranger.example/log", seed="s")
    refused(verify(Log().bundle(2, note=Log().note(keys=[stranger]))), "not signed with this key")


def test_V1_a_checkpoint_of_another_key_under_the_same_name_is_refused(verify):
    refused(verify(Log().bundle(2, note=Log().note(keys=[Key(Log().origin, seed="x")]))), "not signed with this key")


def test_V1_a_forged_signature_is_refused(verify):
    log = Log()
    line = log.key.line("something else\n")
    refused(verify(log.bundle(2, note=log.text() + "\n" + line)), "forged")


def test_V1_a_checkpoint_that_is_none_is_refused(verify):
    log = Log()
    text = log.text() + "an extension\n"
    refused(verify(log.bundle(2, note=text + "\n" + log.key.line(text))), "no checkpoint of a log")


def test_V1_another_log_than_the_keys_is_refused(verify):
    other = Log(tree=ORGANISATION)
    refused(verify(other.bundle(2)), "of another log than the key")
    refused(verify(Log(house="other").bundle(2)), "of another log than the key")


def test_V1_a_row_of_another_tree_is_refused(verify):
    """The tree's own mathematics would let it pass: the house signed such a tree."""
    log, other = Log(), Log(tree=ORGANISATION)
    log.leaves[2] = other.leaves[2]
    refused(verify(log.bundle(2)), "the row is of another log than the checkpoint")


def test_V1_a_row_at_another_place_is_refused(verify):
    log = Log()
    log.leaves[2] = log.leaves[3]
    refused(verify(log.bundle(2)), "another place in the log than the proof says")
    refused(verify(Log().bundle(2, at=3)), "another place in the log than the proof says")


def test_V1_another_row_is_refused(verify):
    refused(verify(Log().bundle(2, leaf=Log(salt="x").leaves[2])), NOT_IN)


def test_V1_another_size_is_refused(verify):
    log = Log(6)
    refused(verify(log.bundle(2, proof=merkle.inclusion(2, log.hashes(5)))), NOT_IN)
    text = log.text().replace("\n6\n", "\n3\n")
    refused(verify(log.bundle(2, note=text + "\n" + log.key.line(text))), NOT_IN)


def test_V1_every_changed_hash_is_refused(verify):
    log = Log(13)
    proof = merkle.inclusion(4, log.hashes())
    wrong = [proof[:-1], proof[1:], proof + proof[-1:], proof[::-1], proof[:1] + proof]
    wrong += [proof[:i] + [bytes([proof[i][0] ^ 1]) + proof[i][1:]] + proof[i + 1:] for i in range(len(proof))]
    for changed in wrong:
        refused(verify(log.bundle(4, proof=changed)), NOT_IN)


def test_V1_no_byte_of_a_proof_can_be_changed(verify, tmp_path):
    """Each byte in turn, with one bit of it changed: none of these is proven."""
    text = Log().bundle(2).encode()
    for at in range(len(text)):
        done = verify(text[:at] + bytes([text[at] ^ 1 << at % 7]) + text[at + 1:])
        assert (done.returncode, done.stdout) == (UNPROVEN, ""), at


# ---- Witnesses, age, and what is known --------------------------------------------------------------------------------------------


def cosigned(*witnesses):
    return Log().bundle(2, note=Log().note(cosigned=witnesses))


def test_V1_a_witness_that_must_have_cosigned_has(verify):
    done = verify(cosigned((WITNESS, 1700000000)), "--witness", WITNESS.vkey)
    assert done.returncode == OK
    assert done.stdout.endswith("Cosigned by witness.example/kommune at 2023-11-14T22:13:20.000Z.\n")
    both = cosigned((WITNESS, now()), (OTHER_WITNESS, now()))
    assert verify(both, "--witness", WITNESS.vkey, "--witness", OTHER_WITNESS.vkey).returncode == OK


def test_V1_a_missing_or_forged_cosignature_is_refused(verify):
    refused(verify(cosigned(), "--witness", WITNESS.vkey), "not cosigned by the witness 'witness.example/kommune'")
    refused(verify(cosigned((WITNESS, now())), "--witness", WITNESS.vkey, "--witness", OTHER_WITNESS.vkey), "'witness.example/press'")
    refused(verify(cosigned((Key(WITNESS.name, COSIGNATURE, seed="x"), now())), "--witness", WITNESS.vkey), "not cosigned")
    log = Log()
    forged = log.bundle(2, note=log.note() + WITNESS.line("another checkpoint\n", now()))
    refused(verify(forged, "--witness", WITNESS.vkey), "forged: a cosignature")


def test_V1_a_stale_checkpoint_is_refused(verify):
    text = cosigned((WITNESS, now(7200)))
    assert verify(text, "--witness", WITNESS.vkey, "--max-age", "3h").returncode == OK
    for age in ("1h", "119m", "7000s", "0d"):
        refused(verify(text, "--witness", WITNESS.vkey, "--max-age", age), "stale")
    two = cosigned((WITNESS, now()), (OTHER_WITNESS, now(7200)))
    refused(verify(two, "--witness", WITNESS.vkey, "--witness", OTHER_WITNESS.vkey, "--max-age", "1h"), "'witness.example/press'")


def test_V1_a_cosignature_of_the_future_is_refused(verify):
    refused(verify(cosigned((WITNESS, now(-4000))), "--witness", WITNESS.vkey), "of the future")
    refused(verify(cosigned((WITNESS, 2**63 - 1)), "--witness", WITNESS.vkey), "of the future")
    assert verify(cosigned((WITNESS, now(-60))), "--witness", WITNESS.vkey, "--max-age", "1s").returncode == OK


@pytest.mark.parametrize(("known", "words"), [
    (Log(4), None), (Log(5), None), (Log(0), None),
    (Log(6), "older than the one that is known"),
    (Log(5, salt="x"), "differ"),
    (Log(4, tree=ORGANISATION), "of another log than the checkpoint that is known"),
])
def test_V1_a_known_checkpoint_holds_a_proof_to_it(verify, tmp_path, known, words):
    (tmp_path / "known.note").write_text(known.note())
    done = verify(Log().bundle(2), "--checkpoint", str(tmp_path / "known.note"))
    assert done.returncode == OK if words is None else refused(done, words) is None


@pytest.mark.parametrize("more", [
    ("--max-age", "1h"), ("--witness", Log().key.vkey), ("--witness", "x"), ("--witness", WITNESS.vkey, "--max-age", "soon"),
    ("--witness", WITNESS.vkey, "--max-age", ""), ("--witness", WITNESS.vkey, "--max-age", "h"), ("--witness", WITNESS.vkey, "--max-age", "1hh"),
    ("--witness", WITNESS.vkey, "--max-age", "9999999999s"), ("--checkpoint", "/nowhere"), ("--checkpoint", "/dev/null"),
    ("--witness", WITNESS.vkey) * 9,
])
def test_what_is_asked_for_wrongly_is_usage(verify, more):
    done = verify(cosigned((WITNESS, now())), *more)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert done.stderr.startswith("trygg: ")


@pytest.mark.parametrize("key", [WITNESS.vkey, "x", "", Log().key.vkey[:-1], Log().key.vkey.replace("trygg", "other")])
def test_a_key_that_is_none_is_usage(verify, key):
    assert verify(Log().bundle(2), key=key or " ").returncode == USAGE


def test_a_file_that_is_not_there_or_endless_is_usage(verify):
    for path in ("/nowhere/x", "/dev/zero", "/"):
        assert run(None, "verify", path, "--key", Log().key.vkey, token=None).returncode == USAGE
    assert run(None, "verify", "x", token=None).stderr.startswith("trygg: missing: --key")


# ---- Keys of witnesses ------------------------------------------------------------------------------------------------------------


def key_of(path, *more, create=True):
    return run(None, "witness", "key", "--create" if create else "--key", str(path), *more, token=None)


def test_a_witness_makes_its_key(tmp_path):
    path = tmp_path / "witness.key"
    made = key_of(path, "--name", WITNESS.name)
    assert (made.returncode, made.stderr) == (OK, "")
    assert re.fullmatch(r"witness\.example/kommune\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}\n", made.stdout)
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert key_of(path, "--name", WITNESS.name, create=False).stdout == made.stdout
    again = key_of(path, "--name", WITNESS.name)
    assert (again.returncode, again.stdout) == (USAGE, "") and "already" in again.stderr
    assert key_of(path, "--name", WITNESS.name, create=False).stdout == made.stdout


def test_a_key_file_that_others_may_read_or_that_is_none_is_refused(tmp_path):
    path = tmp_path / "witness.key"
    key_of(path, "--name", "w")
    path.chmod(0o644)
    assert "chmod 600" in key_of(path, "--name", "w", create=False).stderr
    path.chmod(0o600)
    path.write_text("not a key\n")
    assert key_of(path, "--name", "w", create=False).returncode == USAGE
    assert key_of(tmp_path / "none", "--name", "w", create=False).returncode == USAGE
    assert key_of(tmp_path / "other", "--name", "a b").returncode == USAGE
    assert not (tmp_path / "other").exists()
    assert run(None, "witness", "key", "--name", "w", token=None).returncode == USAGE
    assert run(None, "witness", "key", "--create", "a", "--key", "b", "--name", "w", token=None).returncode == USAGE


# ---- The witness ------------------------------------------------------------------------------------------------------------------


class Witness:
    """A witness with a state of its own, that asks a fake server."""

    def __init__(self, fake, folder):
        self.fake, self.folder, self.state = fake, folder, folder / "state.json"

    def run(self, *answers, logs=(SCHOOL,), keys=(Log().key.vkey,), more=()):
        """Answers are notes, proofs (lists of hashes), problems (numbers) or None for a lost connection, in the order asked for."""
        self.fake.answers.clear()
        self.fake.requests.clear()
        for answer in answers:
            if answer is None:
                self.fake.drop()
            elif isinstance(answer, str):
                self.fake.answer(200, answer.encode(), content_type="text/plain; charset=utf-8")
            elif isinstance(answer, int):
                self.fake.answer(answer, problem(answer))
            else:
                self.fake.answer(200, answer if isinstance(answer, dict) else {"from": 0, "to": 0, "hashes": answer})
        options = [word for key in keys for word in ("--log-key", key)]
        return run(self.fake.url, "witness", "--state", str(self.state), *options, *more, *logs)

    def asked(self):
        return [f"{method} {path}" for method, path, _, _ in self.fake.requests]

    def remembered(self):
        return json.loads(self.state.read_text())["logs"]

    def evidence(self):
        return sorted(path.read_text() for path in self.folder.glob("state.json.*.note"))


@pytest.fixture
def witness(fake, tmp_path):
    return Witness(fake, tmp_path)


def quiet(done):
    assert (done.returncode, done.stdout, done.stderr) == (OK, "", "")


def test_V1_a_log_that_goes_on_is_followed_quietly(witness):
    log = Log(13)
    first = witness.run(log.note(5))
    assert (first.returncode, first.stdout) == (OK, "")
    assert first.stderr == f"trygg: log {SCHOOL}: never seen before; remembered from now on, at 5 rows\n"
    assert witness.asked() == [f"GET /v1/logs/{SCHOOL}/checkpoint"]
    assert witness.fake.requests[0][2]["Accept"].startswith("text/plain,")
    quiet(witness.run(log.note(5)))
    for old, new in ((5, 8), (8, 9), (9, 13)):
        quiet(witness.run(log.note(new), log.consistency(old, new)))
        assert witness.asked()[1:] == [f"GET /v1/logs/{SCHOOL}/consistency?from={old}&to={new}"]
        assert witness.remembered() == {log.origin: log.note(new)}
    assert witness.evidence() == [] and os.stat(witness.state).st_mode & 0o777 == 0o600


def test_V1_an_empty_log_grows(witness):
    witness.run(Log(0).note())
    quiet(witness.run(Log(3).note()))
    assert witness.asked() == [f"GET /v1/logs/{SCHOOL}/checkpoint"]


def broken(witness, done, words, before, after):
    """Refused loudly in one line, nothing new remembered, both notes kept."""
    assert (done.returncode, done.stdout) == (FORKED, ""), done
    assert words in done.stderr and done.stderr.count("\n") == 1
    assert list(witness.remembered().values()) == [before]
    assert witness.evidence() == sorted([before, after])
    for path in re.findall(r"\S+\.note", done.stderr):
        assert os.path.exists(path)
    assert len(re.findall(r"\S+\.note", done.stderr)) == 2


def test_V1_a_log_that_was_rolled_back_is_refused(witness):
    log = Log(9)
    witness.run(log.note(8))
    for _ in range(2):
        broken(witness, witness.run(log.note(5)), "ROLLED BACK", log.note(8), log.note(5))
        assert len(witness.asked()) == 1
    quiet(witness.run(log.note(9), log.consistency(8, 9)))


def test_V1_a_log_with_other_rows_of_the_same_number_is_refused(witness):
    witness.run(Log(8).note())
    broken(witness, witness.run(Log(8, salt="x").note()), "FORKED", Log(8).note(), Log(8, salt="x").note())


def test_V1_a_log_that_does_not_begin_with_what_it_was_is_refused(witness):
    forked = Log(9, salt="x")
    witness.run(Log(5).note())
    for proof in (forked.consistency(5), Log(9).consistency(5), [], [b64(bytes(32))] * 4):
        broken(witness, witness.run(forked.note(), proof), "FORKED", Log(5).note(), forked.note())


def test_V1_a_single_changed_row_is_a_fork(witness):
    log, changed = Log(9), Log(9)
    changed.leaves[1] = Log(9, salt="x").leaves[1]
    witness.run(log.note(5))
    broken(witness, witness.run(changed.note(), changed.consistency(5)), "FORKED", log.note(5), changed.note())


@pytest.mark.parametrize(("note", "words"), [
    ("", "empty"), ("nonsense", "no checkpoint"), (Log().note() + "x", "no checkpoint"), (Log().note() + "\n", "no checkpoint"),
    (Log().text() + "\n", "no checkpoint"), (Log(tree=ORGANISATION).note(), "of another log"), (Log(house="other").note(), "of another log"),
    (Log(seed="x").note(), "not signed"), (Log().text() + "\n" + Log().key.line("x\n"), "forged"),
    (Log().note() + Log().key.line("x\n"), "forged"), (Log().text() + "\n" + Log().key.line("x\n") + Log().key.line(Log().text()), "forged"),
])
def test_V1_what_the_log_has_not_signed_is_not_remembered(witness, note, words):
    done = witness.run(note)
    assert (done.returncode, done.stdout) == (SERVER, "")
    assert words in done.stderr
    assert not witness.state.exists() and witness.evidence() == []


@pytest.mark.parametrize("proof", [{}, {"hashes": "x"}, {"hashes": [1]}, {"hashes": ["x"]}, {"hashes": [b64(bytes(31))]}, {"hashes": [b64(bytes(32))] * 65}, 500, 404])
def test_V1_without_a_proof_nothing_new_is_remembered(witness, proof):
    witness.run(Log(5).note())
    done = witness.run(Log(9).note(), proof)
    assert done.returncode == (NOT_FOUND if proof == 404 else SERVER)
    assert f"not followed this time: the log '{SCHOOL}'" in done.stderr
    assert witness.remembered() == {Log().origin: Log(5).note()} and witness.evidence() == []


def test_a_server_that_is_away_is_told_and_nothing_is_forgotten(witness):
    witness.run(Log(5).note())
    assert witness.run(None).returncode == UNREACHABLE
    quiet(witness.run(Log(5).note()))


def test_V1_several_logs_are_followed_and_one_that_broke_is_told_before_all_else(witness):
    a, b = Log(5), Log(7, tree=ORGANISATION)
    logs = (SCHOOL, ORGANISATION)
    assert witness.run(a.note(), b.note(), logs=logs).returncode == OK  # with one key: the house's logs differ in the id alone
    assert set(witness.remembered()) == {a.origin, b.origin}
    done = witness.run(500, Log(7, tree=ORGANISATION, salt="x").note(), logs=logs)
    assert done.returncode == FORKED
    done = witness.run(Log(5, salt="x").note(), 404, logs=logs)
    assert done.returncode == FORKED
    assert witness.run(404, Log(8, tree=ORGANISATION).note(), b.consistency(7, 7), logs=logs).returncode == FORKED


def test_V1_either_key_is_enough_while_one_is_replaced(witness):
    older = Key(Log().origin, seed="older")
    witness.run(Log(3).note(keys=[older]), keys=[older.vkey])
    quiet(witness.run(Log(4).note(keys=[Log().key, older]), Log(4).consistency(3), keys=[older.vkey]))
    quiet(witness.run(Log(5).note(), Log(5).consistency(4), keys=[older.vkey, Log().key.vkey]))


def test_a_state_that_cannot_be_read_is_not_begun_anew(witness):
    for text in ("", "{", "{}", '{"logs": []}', '{"logs": {"a": 1}}', json.dumps({"logs": {Log().origin: "x"}}),
                 json.dumps({"logs": {Log().origin: Log(tree=ORGANISATION).note()}})):
        witness.state.write_text(text)
        done = witness.run(Log().note())
        assert done.returncode == USAGE, text
        assert witness.state.read_text() == text


def test_a_state_that_cannot_be_written_is_told(witness, tmp_path):
    witness.state = tmp_path / "none" / "state.json"
    assert witness.run(Log().note()).returncode == USAGE


def test_one_witness_at_a_time_works_with_a_state(witness):
    with open(f"{witness.state}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = witness.run(Log().note())
    assert (done.returncode, done.stderr) == (LOCAL, f"trygg: another trygg works with the state '{witness.state}'\n")
    assert witness.asked() == []


@pytest.mark.parametrize(("logs", "keys", "more"), [
    (("x",), (Log().key.vkey,), ()), ((SCHOOL,), (WITNESS.vkey,), ()), ((SCHOOL,), ("x",), ()), ((), (Log().key.vkey,), ()), ((SCHOOL,), (), ()),
    ((SCHOOL,), (Key("plain").vkey,), ()), ((SCHOOL,), (Log().key.vkey,), ("--key", "/nowhere", "--name", "w")),
    ((SCHOOL,), (Log().key.vkey,), ("--key", "/nowhere")), ((SCHOOL, ""), (Log().key.vkey,), ()),
])
def test_what_a_witness_is_asked_wrongly_is_usage(witness, logs, keys, more):
    done = witness.run(Log().note(), logs=logs, keys=keys, more=more)
    assert done.returncode == USAGE and witness.asked() == []


# ---- Cosigning ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def signing(witness, tmp_path):
    """How a witness with a key is run, and its verifier's key."""
    path = tmp_path / "witness.key"
    vkey = key_of(path, "--name", WITNESS.name).stdout.strip()
    return ("--key", str(path), "--name", WITNESS.name), vkey


SIGNED = {"id": SCHOOL, "version": 5, "ground": "V1.client.witness"}


def test_V1_a_witness_with_a_key_cosigns_what_it_remembers(witness, signing, verify):
    more, vkey = signing
    log = Log(9)
    assert witness.run(log.note(5), SIGNED, more=more).returncode == OK
    quiet(witness.run(log.note(), log.consistency(5), SIGNED, more=more))
    method, path, headers, body = witness.fake.requests[-1]
    assert (method, path) == ("POST", f"/v1/logs/{SCHOOL}/cosignatures") and "Idempotency-Key" in headers
    sent = json.loads(body)
    assert sent["size"] == 9 and re.fullmatch(rf"— {WITNESS.name} \S+\n", sent["signature"])
    done = verify(log.bundle(2, note=log.note() + sent["signature"]), "--witness", vkey, "--max-age", "5m")
    assert done.returncode == OK, done.stderr
    refused(verify(log.bundle(2, note=Log(9).note() + sent["signature"]), "--witness", WITNESS.vkey), "not cosigned")


def test_V1_nothing_is_cosigned_that_does_not_go_on(witness, signing):
    more, _ = signing
    witness.run(Log(8).note(), SIGNED, more=more)
    assert witness.run(Log(5).note(), SIGNED, more=more).returncode == FORKED
    assert witness.run(Log(8, salt="x").note(), SIGNED, more=more).returncode == FORKED
    assert witness.run(Log(9, salt="x").note(), [], SIGNED, more=more).returncode == FORKED
    assert not [line for line in witness.asked() if line.startswith("POST")]


def test_V1_what_is_cosigned_was_remembered_before(witness, signing):
    more, _ = signing
    assert witness.run(Log(5).note(), 409, more=more).returncode == CONFLICT
    assert witness.remembered() == {Log().origin: Log(5).note()}


# ---- Texts and bytes of the API ---------------------------------------------------------------------------------------------------


def test_a_checkpoint_is_written_as_it_was_signed(fake, tmp_path):
    fake.answer(200, Log().note().encode(), content_type="text/plain; charset=utf-8")
    assert run(fake.url, "logs", "checkpoint", SCHOOL).stdout == Log().note()
    path = tmp_path / "known.note"
    done = run(fake.url, "logs", "checkpoint", SCHOOL, "--witness", "a/b", "--output", str(path))
    assert (done.returncode, done.stdout, path.read_text()) == (OK, "", Log().note())
    assert fake.requests[1][1] == f"/v1/logs/{SCHOOL}/checkpoint?witness=a%2Fb"
    assert run(fake.url, "logs", "checkpoint", SCHOOL, "--output", str(path)).returncode == USAGE
    assert path.read_text() == Log().note()


def test_a_proof_goes_to_a_file_and_verifies(fake, tmp_path):
    fake.answer(200, Log().bundle(3).encode(), content_type="text/plain; charset=utf-8")
    path = tmp_path / "row.tlog-proof"
    assert run(fake.url, "logs", "proof", "AbC-_1", "--output", str(path)).returncode == OK
    assert fake.requests[0][1] == "/v1/activity/AbC-_1/proof"
    assert run(None, "verify", str(path), "--key", Log().key.vkey, token=None).returncode == OK


@pytest.mark.parametrize("body", [b"\x1b[2J", b"a\0b", b"\xff", "\u202e".encode(), b"a\tb", b""])
def test_a_text_that_could_steer_the_terminal_is_not_shown(fake, body):
    fake.answer(200, body, content_type="text/plain")
    done = run(fake.url, "logs", "checkpoint", SCHOOL)
    assert (done.returncode, done.stdout) == (SERVER, "")


def test_a_refused_text_is_told_as_a_problem(fake, tmp_path):
    fake.answer(404, problem(404), content_type="application/problem+json")
    done = run(fake.url, "logs", "checkpoint", SCHOOL, "--output", str(tmp_path / "x"))
    assert (done.returncode, done.stderr) == (NOT_FOUND, "trygg: Not found\n  There is nothing here that you may see.\n")
    assert not (tmp_path / "x").exists()


def test_a_tile_is_bytes(fake, tmp_path):
    fake.answer(200, bytes(range(64)), content_type="application/octet-stream")
    path = tmp_path / "tile"
    assert run(fake.url, "logs", "tile", SCHOOL, "0", "x001/067.p/2", "--output", str(path)).returncode == OK
    assert path.read_bytes() == bytes(range(64))
    assert fake.requests[0][1] == f"/v1/logs/{SCHOOL}/tile/0/x001%2F067.p%2F2"
    assert fake.requests[0][2]["Accept"].startswith("application/octet-stream,")
