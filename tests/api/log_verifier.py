# SPDX-License-Identifier: EUPL-1.2
"""A verifier of the log's proofs, written from docs/log.md alone: what a school, an auditor or another supplier would write. It shares
nothing with the daemon."""
import base64
import hashlib
import uuid

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIELDS = ("tree:id index:number at:number organisation:id actorKind:text actor:id actorMark:bytes behalf:id client:text operation:text "
          "objectKind:text object:id student:id school:id outcome:text ground:text request:id shown:bytes").split()
READ = {"id": lambda data: str(uuid.UUID(bytes=data)), "number": lambda data: int.from_bytes(data, "big", signed=True),
        "text": lambda data: data.decode(), "bytes": bytes.hex}


class Refused(Exception):
    """The text proves nothing."""


def demand(truth, what):
    if not truth:
        raise Refused(what)


def decoded(text):
    """Base64 in its only form: Python's decoder takes others, too."""
    data = base64.b64decode(text, validate=True)
    demand(base64.b64encode(data).decode() == text, "another base64")
    return data


def length(data, at):
    """An unsigned LEB128 number and what is behind it."""
    number = shift = 0
    while data[at] & 0x80:
        number, shift, at = number | (data[at] & 0x7f) << shift, shift + 7, at + 1
    demand(shift == 0 or data[at] != 0, "a length is not in its shortest form")
    return number | data[at] << shift, at + 1


def read_leaf(data):
    row, at = {}, 1
    demand(data[0] == 1, "another version of leaves")
    for name, kind in (field.split(":") for field in FIELDS):
        size, at = length(data, at)
        if size > 0:
            row[name] = READ[kind](data[at:at + size - 1])
            at += size - 1
    demand(at == len(data), "bytes are left over, or missing")
    return row


def key_id(name, kind, key):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]


def signed_text(note, vkey):
    """The text of a note that this key has signed, and when: 0 for a log's key."""
    name, _, key = vkey.split("+", 2)
    kind, key = decoded(key)[0], decoded(key)[1:]
    text, _, lines = note.rpartition("\n\n")
    text, times = text + "\n", []
    for line in lines.removesuffix("\n").split("\n"):
        dash, signer, signature = line.split(" ")
        data = decoded(signature)
        demand(dash == "\u2014", "no signature line")
        if signer != name or data[:4] != key_id(name, kind, key):
            continue
        times.append(int.from_bytes(data[4:12], "big") if kind == 4 else 0)
        message = f"cosignature/v1\ntime {times[-1]}\n{text}" if kind == 4 else text
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(data[12 if kind == 4 else 4:], message.encode())
        except InvalidSignature:
            raise Refused("the signature does not verify") from None
    demand(times and lines.endswith("\n"), "this key has not signed it")
    return text, max(times)


def root_by(leaf, index, size, proof):
    """RFC 9162 section 2.1.3.2."""
    last = size - 1
    demand(0 <= index < size, "there is no such leaf")
    for sibling in proof:
        demand(last > 0, "the proof is too long")
        if index & 1 or index == last:
            leaf = hashlib.sha256(b"\1" + sibling + leaf).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            leaf = hashlib.sha256(b"\1" + leaf + sibling).digest()
        index, last = index >> 1, last >> 1
    demand(last == 0, "the proof is too short")
    return leaf


def verify(bundle, vkey):
    """The row that stood in the log with this key, and the size of the log then."""
    head, _, note = bundle.partition("\n\n")
    first, extra, index, *proof = head.split("\n")
    demand(first == "c2sp.org/tlog-proof@v1" and extra.startswith("extra ") and index.startswith("index "), "another format")
    data, index = decoded(extra[6:]), int(index[6:])
    origin, size, root = signed_text(note, vkey)[0].removesuffix("\n").split("\n")
    row = read_leaf(data)
    demand(origin == vkey.partition("+")[0], "the checkpoint of another log")
    demand(row["tree"] == origin.rpartition("/")[2] and row["index"] == index, "the row stands elsewhere")
    made = root_by(hashlib.sha256(b"\0" + data).digest(), index, int(size), [decoded(line) for line in proof])
    demand(made == decoded(root), "the proof does not lead to the checkpoint")
    return row, int(size)
