# SPDX-License-Identifier: EUPL-1.2
"""The example that docs/log.md ends with: made here from what the document says, and verified; and each of its sentences about what a
verifier refuses. tests/unit/test_proof_bundle.c holds the daemon's own code to the same text."""
import base64
import pathlib
import uuid

import pytest

import log_verifier
import merkle
from log_verifier import Refused
from made_log import COSIGNATURE, SCHOOL, Key, Log, b64

TOP = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = TOP / "tests/unit/log_example.txt"
WITNESS = Key("witness.example/w1", COSIGNATURE, seed=bytes(range(32, 64)))
INDEX, SIZE, TIME = 5, 7, 1790000060


# ---- The example --------------------------------------------------------------------------------------------------------------------

def example_id(last):
    return uuid.UUID(int=0x01990000_0000_7000_8000_000000000000 + last)


class Example(Log):
    def __init__(self):
        super().__init__(SIZE, str(example_id(1)), seed=bytes(range(32)))

    def row(self, index):
        tree, organisation, actor, student, request = (example_id(last).bytes for last in range(1, 6))
        return (tree, index, 1790000000000 + (index - INDEX) * 1000, organisation, "person", actor, None, None, "trygg-web", "getStudent",
                "student", student, student, tree, "allowed", "S2.tie.mentor", request, None)

    def note(self, *_):
        return super().note(cosigned=[(WITNESS, TIME)])


def test_the_example_is_made_as_the_document_says():
    assert EXAMPLE.read_text() == Example().bundle(INDEX)


def test_the_document_shows_the_example_and_its_keys():
    document, example = (TOP / "docs/log.md").read_text(), Example()
    for shown in (EXAMPLE.read_text(), example.key.vkey, WITNESS.vkey, example.leaves[INDEX].hex()):
        assert shown in document


def test_the_example_proves_its_row():
    found, size = log_verifier.verify(EXAMPLE.read_bytes(), Example().key.vkey)
    assert size == SIZE and found == {
        "tree": "01990000-0000-7000-8000-000000000001", "index": 5, "at": 1790000000000,
        "organisation": "01990000-0000-7000-8000-000000000002", "actorKind": "person", "actor": "01990000-0000-7000-8000-000000000003",
        "client": "trygg-web", "operation": "getStudent", "objectKind": "student", "object": "01990000-0000-7000-8000-000000000004",
        "student": "01990000-0000-7000-8000-000000000004", "school": "01990000-0000-7000-8000-000000000001", "outcome": "allowed",
        "ground": "S2.tie.mentor", "request": "01990000-0000-7000-8000-000000000005"}


def test_the_witness_has_signed_the_example():
    note = log_verifier.read_bundle(EXAMPLE.read_text()).note
    assert log_verifier.signed_text(note, WITNESS.vkey) == (Example().text(), TIME)


@pytest.mark.parametrize("bits", [0x01, 0x20, 0x80])
def test_an_example_that_was_changed_proves_nothing(bits):
    """But for the line of the witness, which a verifier of the log alone passes over."""
    whole, vkey = EXAMPLE.read_bytes(), Example().key.vkey
    proven = log_verifier.verify(whole, vkey)
    for at, was in enumerate(whole):
        try:
            found = log_verifier.verify(whole[:at] + bytes([was ^ bits]) + whole[at + 1:], vkey)
        except Refused:
            continue
        assert at > whole.index(f" {WITNESS.name}".encode()) and found == proven, at


def test_an_example_that_was_cut_short_proves_nothing():
    whole = EXAMPLE.read_bytes()
    for end in range(len(whole)):
        refused("", log_verifier.verify, whole[:end], WITNESS.vkey)
        refused("", log_verifier.signed_text, whole[:end].decode(errors="ignore"), WITNESS.vkey)


# ---- What a verifier refuses: the leaf ----------------------------------------------------------------------------------------------

LEAF = Log().row(1)      # all that may be absent is there but for actorMark and behalf
NAMES = [name for name, _, _ in log_verifier.FIELDS]
KINDS = {name: kind for name, kind, _ in log_verifier.FIELDS}
REQUIRED = {"tree", "index", "at", "organisation", "actorKind", "operation", "outcome", "ground", "request"}


def of_kind(kind):
    return [name for name in NAMES if KINDS[name] == kind]


def leaf(**other):
    """A leaf with other bytes in some fields."""
    return merkle.leaf([other.get(name, value) for name, value in zip(NAMES, LEAF)])


def refused(words, read, *args):
    with pytest.raises(Refused, match=words):
        read(*args)


def refused_leaf(words, data):
    """By itself, and in a proof of which all else is right."""
    refused(words, log_verifier.read_leaf, data)
    log = Log(3)
    log.leaves[1] = data
    refused(words, log_verifier.verify, log.bundle(1).encode(), log.key.vkey)


def test_a_leaf_is_read_as_it_was_made():
    row = log_verifier.read_leaf(leaf(actorMark=b"\xff", client="", behalf=bytes(16), at=-1))
    assert set(row) == set(NAMES) and (row["actorMark"], row["client"], row["behalf"], row["at"]) == ("ff", "", str(uuid.UUID(int=0)), -1)


@pytest.mark.parametrize("version", [b"\0", b"\2", b"\x81\0"])
def test_a_leaf_of_another_version_is_refused(version):
    refused_leaf("version", version + leaf()[1:])


@pytest.mark.parametrize("long", [b"\x91\0", b"\x91\x80\0"])
def test_a_length_in_a_longer_form_is_refused(long):
    assert leaf()[1:2] == b"\x11"
    refused_leaf("shortest form", b"\1" + long + leaf()[2:])


def test_an_absent_field_in_a_longer_form_is_refused():
    assert leaf(shown=None)[-1:] == b"\0"
    refused_leaf("shortest form", leaf(shown=None)[:-1] + b"\x80\0")


@pytest.mark.parametrize("behind", [b"\0", b"\1", b"\1x"])
def test_bytes_behind_the_last_field_are_refused(behind):
    refused_leaf("left over", leaf() + behind)


def test_a_leaf_that_ends_early_is_refused():
    whole = leaf()
    for end in range(len(whole)):
        refused("", log_verifier.read_leaf, whole[:end])
    for length in (b"\xff", b"\xff\xff", b"\xff\xff\x7f", b"\xff\xff\xff\x7f", b"\xff" * 99999):
        refused("missing", log_verifier.read_leaf, whole[:1] + length)


@pytest.mark.parametrize("name", NAMES)
def test_a_field_may_be_absent_unless_it_must_be_there(name):
    if name in REQUIRED:
        refused_leaf(f"{name} must be there", leaf(**{name: None}))
    else:
        assert name not in log_verifier.read_leaf(leaf(**{name: None}))


@pytest.mark.parametrize("name", of_kind("id"))
@pytest.mark.parametrize("size", [0, 15, 17, 32])
def test_an_id_that_has_not_16_bytes_is_refused(name, size):
    refused_leaf("16 bytes", leaf(**{name: bytes(size)}))


@pytest.mark.parametrize("name", of_kind("number"))
@pytest.mark.parametrize("size", [0, 1, 7, 9])
def test_a_number_that_has_not_8_bytes_is_refused(name, size):
    refused_leaf("8 bytes", leaf(**{name: bytes(size)}))


@pytest.mark.parametrize("name", of_kind("text"))
@pytest.mark.parametrize("data", [b"\xff", b"\x80", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
def test_a_text_that_is_no_UTF8_is_refused(name, data):
    refused_leaf("UTF-8", leaf(**{name: b"a" + data}))


@pytest.mark.parametrize("name", of_kind("text"))
def test_a_text_with_a_NUL_is_refused(name):
    refused_leaf("NUL", leaf(**{name: "a\0"}))


def test_a_leaf_has_at_most_131072_bytes():
    room = 131072 - len(leaf(shown=bytes(1 << 16))) + (1 << 16)
    longest = leaf(shown=bytes(room))
    assert len(longest) == 131072 and len(log_verifier.read_leaf(longest)["shown"]) == 2 * room
    refused_leaf("too long", leaf(shown=bytes(room + 1)))


# ---- What a verifier refuses: keys, notes and checkpoints ---------------------------------------------------------------------------

MADE = Log(5)
NOTE, TEXT = MADE.note(), MADE.text()


def signed(text, *keys):
    return text + "\n" + "".join(key.line(text, TIME) for key in keys or [MADE.key])


def test_a_key_is_taken_only_if_the_id_in_it_is_right():
    name, id, key = MADE.key.vkey.split("+", 2)
    log_verifier.read_key(MADE.key.vkey)
    short = MADE.key.public[:-1]
    refused("another kind", log_verifier.read_key, f"{name}+{log_verifier.key_id(name, 1, short[1:]).hex()}+{b64(short)}")
    for text in (f"{name}+{int(id, 16) ^ 1:08x}+{key}", f"{name}x+{id}+{key}", f"{name}+{id}", "", f"{name}+{id}+{key}\n", f"{name}+{id}+{key[:-1]}",
                 Key(MADE.origin, 2).vkey, Key("", 1).vkey, Key("a b", 1).vkey):
        refused("", log_verifier.read_key, text)


def test_lines_under_other_names_or_ids_are_passed_over():
    others = [Key("another", seed="x"), Key(MADE.origin, seed="x"), WITNESS, MADE.key]
    assert log_verifier.signed_text(signed(TEXT, *others), MADE.key.vkey) == (TEXT, 0)
    refused("not signed", log_verifier.signed_text, signed(TEXT, *others[:3]), MADE.key.vkey)


@pytest.mark.parametrize("key", [MADE.key, WITNESS])
def test_a_note_with_one_line_of_the_key_that_does_not_verify_is_refused(key):
    good, forged = key.line(TEXT, TIME), key.line(TEXT + "x", TIME)
    short = f"\u2014 {key.name} {b64(base64.b64decode(good.split(' ')[2])[:-1])}\n"
    assert log_verifier.has_signed(key.vkey, f"{TEXT}\n{good}{good}")
    for lines in (forged, good + forged, forged + good, good + short):
        refused("does not verify", log_verifier.signed_text, f"{TEXT}\n{lines}", key.vkey)


def test_of_several_keys_of_one_signer_one_must_have_signed_and_none_be_refused():
    old, new, never = (Key(WITNESS.name, COSIGNATURE, seed=seed) for seed in ("old", "new", "never"))
    keys = [key.vkey for key in (old, new)]
    for signers in ([old], [new], [old, new]):
        assert log_verifier.signed_text(signed(TEXT, *signers), *keys) == (TEXT, TIME)
    refused("not signed", log_verifier.signed_text, signed(TEXT, never), *keys)
    for good, forged in ((old, new), (new, old)):
        refused("does not verify", log_verifier.signed_text, signed(TEXT, good) + forged.line(TEXT + "x", TIME), *keys)


def test_of_a_witness_the_newest_time_counts():
    note = f"{TEXT}\n{WITNESS.line(TEXT, 7)}{WITNESS.line(TEXT, 9)}{WITNESS.line(TEXT, 8)}"
    assert log_verifier.signed_text(note, WITNESS.vkey) == (TEXT, 9)


@pytest.mark.parametrize("note", ["", "\n\n", TEXT, TEXT + "\n", NOTE[:-1], NOTE + "\n", NOTE + "x\n", NOTE.replace("\u2014", "-"), NOTE.replace(" ", "  "),
                                  NOTE[:-1] + "x", NOTE[:-2] + "*\n", NOTE[:-2] + "\u00e6\n", MADE.key.line("\n"), MADE.key.line(TEXT)])
def test_what_is_no_signed_note_is_refused(note):
    refused("", log_verifier.signed_text, note, MADE.key.vkey)


ORIGIN, _, ROOT = TEXT.splitlines()


@pytest.mark.parametrize("text", [
    TEXT + "more\n", f"{ORIGIN}\n5\n", *(f"{ORIGIN}\n{size}\n{ROOT}\n" for size in ("05", "+5", " 5", "-5", "\u0665", "9" * 9999)),
    *(f"{ORIGIN}\n5\n{root}\n" for root in (b64(bytes(31)), b64(bytes(33)), ROOT[:-1], ROOT[:-2] + "B=")),
    f"{ORIGIN} x\n5\n{ROOT}\n", f"{ORIGIN}+x\n5\n{ROOT}\n", f"{'x' * 192}\n5\n{ROOT}\n", f"\n5\n{ROOT}\n", f"\u00e6\n5\n{ROOT}\n"])
def test_what_is_no_checkpoint_is_refused_though_it_is_signed(text):
    refused("", log_verifier.read_checkpoint, signed(text))
    refused("", log_verifier.verify, MADE.bundle(2, note=signed(text)).encode(), MADE.key.vkey)


def test_a_checkpoint_is_three_lines():
    assert log_verifier.read_checkpoint(NOTE) == (MADE.origin, 5, merkle.root(MADE.hashes()))
    assert log_verifier.read_checkpoint(signed(f"{'x' * 191}\n0\n{ROOT}\n")).size == 0


# ---- What a verifier refuses: proofs ------------------------------------------------------------------------------------------------

def refused_bundle(words, bundle, vkey=MADE.key.vkey):
    refused(words, log_verifier.verify, bundle.encode(), vkey)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13])
def test_V3_every_row_is_proven_and_with_a_hash_too_many_or_too_few_none(size):
    log = Log(size)
    for index in range(size):
        assert log_verifier.verify(log.bundle(index).encode(), log.key.vkey)[1] == size
        proof = merkle.inclusion(index, log.hashes())
        refused_bundle("too long", log.bundle(index, proof=proof + [bytes(32)]))
        if proof:
            refused_bundle("too short", log.bundle(index, proof=proof[:-1]))
            refused_bundle("", log.bundle(index, proof=proof[1:]))
            refused_bundle("lead", log.bundle(index, proof=[bytes(32)] + proof[1:]))


def test_V3_a_row_of_another_log_or_place_is_refused():
    other = Log(5, tree=SCHOOL[:-1] + "2")
    refused_bundle("another log", other.bundle(2))
    refused_bundle("another log", MADE.bundle(2), other.key.vkey)
    refused_bundle("another log", MADE.bundle(2, note=signed(TEXT, WITNESS)), Key(MADE.origin, COSIGNATURE).vkey)
    refused_bundle("not signed", MADE.bundle(2), Key(MADE.origin, seed="x").vkey)
    refused_bundle("elsewhere", MADE.bundle(2, leaf=other.leaves[2]))
    refused_bundle("elsewhere", MADE.bundle(2, at=3))
    refused_bundle("no such leaf", MADE.bundle(4, note=MADE.note(3)))
    refused_bundle("lead", MADE.bundle(2, leaf=Log(5, salt="x").leaves[2]))


def test_a_bundle_in_another_form_is_refused():
    bundle = MADE.bundle(2)
    for was, becomes in (("@v1", "@v2"), ("extra ", "extra  "), ("extra ", "Extra "), ("index 2\n", ""), ("\n\n", "\n"), ("c2sp", "\nc2sp"), ("=\n", "\n"),
                         ("\n", "\r\n"), *(("index 2", "index " + index) for index in ("02", "+2", "2_", "\u0662", "2" * 9999))):
        assert was in bundle
        refused_bundle("", bundle.replace(was, becomes, 1))
    refused("UTF-8", log_verifier.verify, bundle.encode() + b"\xff", MADE.key.vkey)


@pytest.mark.parametrize("end", range(14))
def test_V3_a_log_that_only_grew_is_consistent_and_any_other_is_not(end):
    log, fork = Log(end), Log(end, salt="x")
    for start in range(end + 1):
        roots = [merkle.root(log.hashes(size)) for size in (start, end)]
        proof = merkle.consistency(start, log.hashes()) if start else []
        log_verifier.verify_consistency(start, roots[0], end, roots[1], proof)
        wrong = [("too long", proof + [bytes(32)], *roots)]
        if 0 < start:
            wrong += [("root", proof, merkle.root(fork.hashes(start)), roots[1])]
        if 0 < start < end:
            wrong += [("too short", proof[:-1], *roots), ("", proof[1:], *roots), ("too short", [], *roots),
                      ("root", proof, roots[0], merkle.root(fork.hashes())), ("root", proof, roots[1], roots[0])]
        for words, hashes, first, second in wrong:
            refused(words, log_verifier.verify_consistency, start, first, end, second, hashes)
        if start < end:
            refused("shorter", log_verifier.verify_consistency, end, roots[1], start, roots[0], proof)
