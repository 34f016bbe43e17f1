# SPDX-License-Identifier: EUPL-1.2
"""A log made in Python: rows, checkpoints, cosignatures and proofs as docs/log.md has them, signed with `cryptography`. What the client
and the daemon make and verify is held against this."""
import base64
import hashlib
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import merkle

LOG, COSIGNATURE = 1, 4
SCHOOL = "019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61"
ORGANISATION = "019aa7b2-5a00-7000-8000-000000000001"
STUDENT = "019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11"


def b64(data):
    return base64.b64encode(data).decode()


def raw(uuid):
    return bytes.fromhex(uuid.replace("-", ""))


class Key:
    """A key of a log (kind LOG) or of a witness, under a name; the same seed is the same key. A seed is any text, or the 32 bytes themselves."""

    def __init__(self, name, kind=LOG, seed="a"):
        self.name, self.kind, self.seed = name, kind, seed
        self.private = Ed25519PrivateKey.from_private_bytes(seed if isinstance(seed, bytes) else hashlib.sha256(seed.encode()).digest())
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = bytes([kind]) + public
        self.id = hashlib.sha256(name.encode() + b"\n" + self.public).digest()[:4]

    @property
    def vkey(self):
        return f"{self.name}+{self.id.hex()}+{b64(self.public)}"

    def line(self, text, at=None):
        """The signature line for a note's text; of a witness with the time, in seconds: now, if none is told."""
        if self.kind == LOG:
            signature = self.private.sign(text.encode())
        else:
            at = int(time.time()) if at is None else at
            signature = at.to_bytes(8, "big") + self.private.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
        return f"— {self.name} {b64(self.id + signature)}\n"


class Log:
    """A log of so many rows; `salt` makes other rows."""

    def __init__(self, size=5, tree=SCHOOL, house="trygg", salt="", seed="a", student=STUDENT):
        self.tree, self.origin, self.salt, self.student = tree, f"{house}/{tree}", salt, student
        self.key = Key(self.origin, seed=seed)
        self.leaves = [merkle.leaf(self.row(index)) for index in range(size)]

    def row(self, index):
        """In the order of merkle.COLUMNS."""
        return (raw(self.tree), index, 1763800000000 + index, raw(ORGANISATION), "person", raw(ORGANISATION[:-1] + "7"), None, None,
                "skoleplattform", "getStudent" + self.salt, "student", raw(self.student), raw(self.student), raw(self.tree), "allowed",
                "S2.role.rektor", raw(ORGANISATION[:-1] + "9"), raw(STUDENT) + raw(SCHOOL) if index % 2 else None)

    def hashes(self, size=None):
        return [merkle.leaf_hash(leaf) for leaf in self.leaves[:size]]

    def text(self, size=None):
        """A checkpoint without its signatures."""
        hashes = self.hashes(size)
        return f"{self.origin}\n{len(hashes)}\n{b64(merkle.root(hashes))}\n"

    def note(self, size=None, keys=None, cosigned=()):
        """A checkpoint signed by the log's key, or by these; cosigned: (witness, time)."""
        text = self.text(size)
        lines = [key.line(text) for key in ([self.key] if keys is None else keys)] + [witness.line(text, at) for witness, at in cosigned]
        return text + "\n" + "".join(lines)

    def consistency(self, old, new=None):
        return [b64(one) for one in merkle.consistency(old, self.hashes(new))] if old else []

    def bundle(self, index, size=None, note=None, leaf=None, proof=None, at=None):
        proof = merkle.inclusion(index, self.hashes(size)) if proof is None else proof
        leaf = self.leaves[index] if leaf is None else leaf
        lines = ["c2sp.org/tlog-proof@v1", "extra " + b64(leaf), f"index {index if at is None else at}", *map(b64, proof), ""]
        return "\n".join(lines) + "\n" + (self.note(size) if note is None else note)
