# SPDX-License-Identifier: EUPL-1.2
"""A verifier of the log's proofs, written from docs/log.md alone: what a school, an auditor or another supplier would write. It shares
nothing with the daemon, nor with merkle.py and made_log.py, which make what is verified."""
import base64
import collections
import hashlib
import re
import uuid

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, COSIGNATURE = 1, 4
LEAF_BYTES = 131072     # at most
# Each field, what it is, and with "!" that it must be there.
FIELDS = [re.fullmatch(r"(\w+):(\w+)(!?)", field).groups() for field in
          ("tree:id! index:number! at:number! organisation:id! actorKind:text! actor:id actorMark:bytes behalf:id client:text operation:text! "
           "objectKind:text object:id student:id school:id outcome:text! ground:text! request:id! shown:bytes").split()]

NAME, NUMBER = r"([!-*,-~]{1,191})", r"(0|[1-9][0-9]{0,18})"
KEY = re.compile(NAME + r"\+([0-9a-f]{8})\+(\S+)")
LINE = re.compile("\u2014 (\\S+) (\\S+)")
CHECKPOINT = re.compile(NAME + r"\n" + NUMBER + r"\n(\S+)\n")
BUNDLE = re.compile(r"c2sp\.org/tlog-proof@v1\nextra (\S+)\nindex " + NUMBER + r"\n((?:\S+\n)*)\n(.*)", re.DOTALL)

Key = collections.namedtuple("Key", "name id kind public")
Checkpoint = collections.namedtuple("Checkpoint", "origin size root")
Bundle = collections.namedtuple("Bundle", "leaf index hashes note")


class Refused(Exception):
    """It proves nothing. Whatever is wrong ends in this."""


def demand(truth, what):
    if not truth:
        raise Refused(what)


def taken(what, read, *args):
    """What `read` makes of it; what it cannot take is refused."""
    try:
        return read(*args)
    except (ValueError, InvalidSignature):
        raise Refused(what) from None


def parts(pattern, text, what):
    form = pattern.fullmatch(text)
    demand(form, what)
    return form.groups()


def decoded(text):
    """Base64 in its only form: Python's decoder takes others, too."""
    data = taken("no base64", base64.b64decode, text, None, True)
    demand(base64.b64encode(data).decode() == text, "another base64")
    return data


def read_hash(text):
    data = decoded(text)
    demand(len(data) == 32, "a hash has 32 bytes")
    return data


# ---- The leaf ---------------------------------------------------------------------------------------------------------------------

def read_id(data):
    demand(len(data) == 16, "an id has 16 bytes")
    return str(uuid.UUID(bytes=data))


def read_number(data):
    demand(len(data) == 8, "a number has 8 bytes")
    return int.from_bytes(data, "big", signed=True)


def read_text(data):
    text = taken("a text is UTF-8", data.decode)
    demand("\0" not in text, "a text has no NUL")
    return text


READ = {"id": read_id, "number": read_number, "text": read_text, "bytes": bytes.hex}


def length(data, at):
    """An unsigned LEB128 number, and where it ends."""
    number = shift = 0
    more = True
    while more:
        demand(at < len(data), "bytes are missing")
        more = data[at] & 0x80
        number, shift, at = number | (data[at] & 0x7f) << shift, shift + 7, at + 1
    demand(shift == 7 or data[at - 1] != 0, "a length is not in its shortest form")
    return number, at


def read_leaf(data):
    """The fields that are there."""
    demand(len(data) <= LEAF_BYTES, "a leaf is too long")
    demand(data[:1] == b"\1", "another version of leaves")
    row, at = {}, 1
    for name, kind, required in FIELDS:
        size, at = length(data, at)
        demand(size > 0 or not required, f"{name} must be there")
        if size > 0:
            end = at + size - 1
            demand(end <= len(data), "bytes are missing")
            row[name], at = READ[kind](data[at:end]), end
    demand(at == len(data), "bytes are left over")
    return row


# ---- Keys, notes and checkpoints ----------------------------------------------------------------------------------------------------

def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def read_key(vkey):
    name, id, data = parts(KEY, vkey, "no key")
    data = decoded(data)
    demand(len(data) == 33 and data[0] in (LOG, COSIGNATURE), "a key of another kind")
    demand(id == key_id(name, data[0], data[1:]).hex(), "the id of another key")
    return Key(name, bytes.fromhex(id), data[0], Ed25519PublicKey.from_public_bytes(data[1:]))


def read_line(line):
    name, data = parts(LINE, line, "no signature line")
    return name, decoded(data)


def split_note(note):
    """The text that is signed, and (name, key id and signature) of each line."""
    text, _, lines = note.rpartition("\n\n")
    demand(text and lines.endswith("\n"), "no signed note")
    return text + "\n", [read_line(line) for line in lines[:-1].split("\n")]


def read_checkpoint(note):
    origin, size, root = parts(CHECKPOINT, split_note(note)[0], "no checkpoint")
    return Checkpoint(origin, int(size), read_hash(root))


def signed_times(note, vkey):
    """When this key has signed a note, each time: 0 for a log's key."""
    key, (text, lines), times = read_key(vkey), split_note(note), []
    for name, data in lines:
        if (name, data[:4]) != (key.name, key.id):
            continue
        time, signature = (data[4:12], data[12:]) if key.kind == COSIGNATURE else (b"", data[4:])
        times.append(int.from_bytes(time, "big"))
        message = f"cosignature/v1\ntime {times[-1]}\n{text}" if key.kind == COSIGNATURE else text
        taken("a signature does not verify", key.public.verify, signature, message.encode())
    return times


def signed_text(note, *vkeys):
    """The text of a note that the key has signed, or one of a signer's keys, and when last."""
    times = [time for vkey in vkeys for time in signed_times(note, vkey)]
    demand(times, "this key has not signed it")
    return split_note(note)[0], max(times)


def has_signed(vkey, note):
    try:
        signed_text(note, vkey)
    except Refused:
        return False
    return True


# ---- Proofs -----------------------------------------------------------------------------------------------------------------------

def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_by(leaf, index, size, proof):
    """RFC 9162 section 2.1.3.2: the root of the tree of this size that the proof leads to from a leaf's hash."""
    last = size - 1
    demand(0 <= index < size, "there is no such leaf")
    for sibling in proof:
        demand(last > 0, "the proof is too long")
        if index & 1 or index == last:
            leaf = node(sibling, leaf)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            leaf = node(leaf, sibling)
        index, last = index >> 1, last >> 1
    demand(last == 0, "the proof is too short")
    return leaf


def verify_consistency(start, start_root, end, end_root, proof):
    """RFC 9162 section 2.1.4.2: the tree of `end` leaves begins with that of `start`."""
    demand(0 <= start <= end, "the log has become shorter")
    if start in (0, end):
        demand(not proof, "the proof is too long")
        demand(start < end or start_root == end_root, "two roots of one size")
        return
    path = ([start_root] if start & (start - 1) == 0 else []) + proof
    demand(path, "the proof is too short")
    at, last = start - 1, end - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for piece in path[1:]:
        demand(last > 0, "the proof is too long")
        if at & 1 or at == last:
            first, second = node(piece, first), node(piece, second)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            second = node(second, piece)
        at, last = at >> 1, last >> 1
    demand(last == 0, "the proof is too short")
    demand((first, second) == (start_root, end_root), "the proof does not lead to both roots")


def read_bundle(text):
    leaf, index, hashes, note = parts(BUNDLE, text, "another format")
    return Bundle(decoded(leaf), int(index), [read_hash(line) for line in hashes.splitlines()], note)


def verify(bundle, vkey):
    """The row that stood in the log with this key, and the size of the log then. The bundle is bytes, as of a file."""
    leaf, index, hashes, note = read_bundle(taken("no UTF-8", bundle.decode))
    row, key, (origin, size, root) = read_leaf(leaf), read_key(vkey), read_checkpoint(note)
    demand((key.name, key.kind) == (origin, LOG), "the checkpoint of another log")
    signed_text(note, vkey)
    demand(row["tree"] == origin.rpartition("/")[2] and row["index"] == index, "the row stands elsewhere")
    made = root_by(hashlib.sha256(b"\0" + leaf).digest(), index, size, hashes)
    demand(made == root, "the proof does not lead to the checkpoint")
    return row, size
