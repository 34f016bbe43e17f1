# SPDX-License-Identifier: EUPL-1.2
"""The log's trees written a second time, from RFC 9162 section 2.1 and docs/log.md alone: what the daemon hashes and proves is held
against this."""
import hashlib

COLUMNS = ("tree_id", "leaf_index", "at", "organisation_id", "actor_kind", "actor_id", "actor_mark", "behalf_id", "client", "operation",
           "object_kind", "object_id", "student_id", "school_id", "outcome", "ground", "request_id", "shown")


def varint(number):
    out = bytearray()
    while number > 0x7f:
        out.append(number & 0x7f | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def field(value):
    if value is None:
        return b"\0"
    data = value.to_bytes(8, "big", signed=True) if isinstance(value, int) else value.encode() if isinstance(value, str) else bytes(value)
    return varint(len(data) + 1) + data


def leaf(row):
    """The encoding of a row, given as its columns in their order."""
    return b"\1" + b"".join(field(value) for value in row)


def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(size):
    """The largest power of two smaller than size."""
    return 1 << (size - 1).bit_length() - 1


def root(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node_hash(root(hashes[:k]), root(hashes[k:]))


def inclusion(index, hashes):
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return inclusion(index, hashes[:k]) + [root(hashes[k:])]
    return inclusion(index - k, hashes[k:]) + [root(hashes[:k])]


def consistency(size, hashes, whole=True):
    if size == len(hashes):
        return [] if whole else [root(hashes)]
    k = split(len(hashes))
    if size <= k:
        return consistency(size, hashes[:k], whole) + [root(hashes[k:])]
    return consistency(size - k, hashes[k:], False) + [root(hashes[:k])]


def frontier(hashes):
    """The roots of the perfect subtrees, largest first, one after another."""
    out, at = b"", 0
    for level in reversed(range(len(hashes).bit_length())):
        if len(hashes) >> level & 1:
            out += root(hashes[at:at + (1 << level)])
            at += 1 << level
    return out


def stored(store, tree):
    """The leaves of a tree as they stand in a store, oldest first."""
    rows = store.execute(f"SELECT {', '.join(COLUMNS)} FROM activity WHERE tree_id = ? ORDER BY leaf_index", (tree,))
    return [leaf(tuple(row)) for row in rows]


def check(store):
    """Heads and kept roots of every tree of a store are those of its rows."""
    for tree, size, kept in store.execute("SELECT tree_id, size, frontier FROM activity_tree").fetchall():
        hashes = [leaf_hash(data) for data in stored(store, tree)]
        assert len(hashes) == size and frontier(hashes) == bytes(kept), (tree.hex(), size)
        wanted = {(level, index): root(hashes[index << 8 * level:index + 1 << 8 * level])
                  for level in range(1, 8) for index in range(size >> 8 * level)}
        found = store.execute("SELECT level, node_index, hash FROM activity_node WHERE tree_id = ?", (tree,))
        assert {(level, index): bytes(data) for level, index, data in found} == wanted, tree.hex()
