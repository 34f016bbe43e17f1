# SPDX-License-Identifier: EUPL-1.2
"""The example that docs/log.md ends with: made here from what the document says, and verified. tests/unit/test_proof_bundle.c holds the
daemon's own code to the same text."""
import base64
import pathlib
import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import log_verifier
import merkle

TOP = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = TOP / "tests/unit/log_example.txt"

ORIGIN = "trygg/01990000-0000-7000-8000-000000000001"
WITNESS = "witness.example/w1"
KEY, WITNESS_KEY = (Ed25519PrivateKey.from_private_bytes(bytes(range(at, at + 32))) for at in (0, 32))
INDEX, SIZE, TIME = 5, 7, 1790000060


def example_id(last):
    return uuid.UUID(int=0x01990000_0000_7000_8000_000000000000 + last).bytes


def row(index):
    """As its columns in their order."""
    return (example_id(1), index, 1790000000000 + (index - INDEX) * 1000, example_id(2), "person", example_id(3), None, None, "trygg-web",
            "getStudent", "student", example_id(4), example_id(4), example_id(1), "allowed", "S2.tie.mentor", example_id(5), None)


def encoded(data):
    return base64.b64encode(data).decode()


def vkey(name, kind, key):
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"{name}+{log_verifier.key_id(name, kind, public).hex()}+{encoded(bytes([kind]) + public)}"


def line(key, signature, time=b""):
    name, number, _ = key.split("+", 2)
    return f"\u2014 {name} {encoded(bytes.fromhex(number) + time + signature)}\n"


LOG_VKEY, WITNESS_VKEY = vkey(ORIGIN, 1, KEY), vkey(WITNESS, 4, WITNESS_KEY)


def checkpoint():
    hashes = [merkle.leaf_hash(merkle.leaf(row(index))) for index in range(SIZE)]
    return hashes, f"{ORIGIN}\n{SIZE}\n{encoded(merkle.root(hashes))}\n"


def note():
    text = checkpoint()[1]
    timed = f"cosignature/v1\ntime {TIME}\n{text}"
    return (text + "\n" + line(LOG_VKEY, KEY.sign(text.encode())) +
            line(WITNESS_VKEY, WITNESS_KEY.sign(timed.encode()), TIME.to_bytes(8, "big")))


def bundle():
    hashes, _ = checkpoint()
    proof = "".join(encoded(hash) + "\n" for hash in merkle.inclusion(INDEX, hashes))
    return f"c2sp.org/tlog-proof@v1\nextra {encoded(merkle.leaf(row(INDEX)))}\nindex {INDEX}\n{proof}\n{note()}"


def test_the_example_is_made_as_the_document_says():
    assert EXAMPLE.read_text() == bundle()


def test_the_document_shows_the_example_and_its_keys():
    document = (TOP / "docs/log.md").read_text()
    for shown in (EXAMPLE.read_text(), LOG_VKEY, WITNESS_VKEY, merkle.leaf(row(INDEX)).hex()):
        assert shown in document


def test_the_example_proves_its_row():
    found, size = log_verifier.verify(EXAMPLE.read_text(), LOG_VKEY)
    assert size == SIZE and found == {
        "tree": "01990000-0000-7000-8000-000000000001", "index": 5, "at": 1790000000000,
        "organisation": "01990000-0000-7000-8000-000000000002", "actorKind": "person", "actor": "01990000-0000-7000-8000-000000000003",
        "client": "trygg-web", "operation": "getStudent", "objectKind": "student", "object": "01990000-0000-7000-8000-000000000004",
        "student": "01990000-0000-7000-8000-000000000004", "school": "01990000-0000-7000-8000-000000000001", "outcome": "allowed",
        "ground": "S2.tie.mentor", "request": "01990000-0000-7000-8000-000000000005"}


def test_the_witness_has_signed_the_example():
    text, time = log_verifier.signed_text(EXAMPLE.read_text().partition("\n\n")[2], WITNESS_VKEY)
    assert text == checkpoint()[1] and time == TIME


def test_an_example_that_was_changed_proves_nothing():
    """But for the line of the witness, which a verifier of the log alone passes over."""
    text = EXAMPLE.read_text()
    proven = log_verifier.verify(text, LOG_VKEY)
    for at, was in enumerate(text):
        changed = text[:at] + ("A" if was != "A" else "B") + text[at + 1:]
        try:
            found = log_verifier.verify(changed, LOG_VKEY)
        except (log_verifier.Refused, ValueError, IndexError):
            continue
        assert at > text.index(f" {WITNESS}") and found == proven, at
