# SPDX-License-Identifier: EUPL-1.2
"""Orders to the shims of tests/faults that make one operation of a running tryggd fail (sweep.c: of the medium; starve.c: of memory), and
what must hold of a store afterwards, whatever failed. TRYGG_SWEEP=all takes every operation of a
call instead of a sample, and a larger sample of a start and of a seeding, which have thousands."""
import concurrent.futures
import mmap
import os
import queue
import sqlite3
import struct
import uuid

import pytest

from daemon import BUILD, sanitized

WORDS = ("seen", "from", "to", "hits", "manner")   # tests/faults/sweep.c, starve.c
ALL = os.environ.get("TRYGG_SWEEP") == "all"
FOR_EVER = 2 ** 62
WORKERS = 4
SLEEPERS = 12   # workers whose daemon mostly waits: a second before it ends after an unknown commit


class Orders:
    """The words that a shim and the test share, in a file."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(bytes(8 * len(WORDS)))
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 0)

    def _get(self, word):
        return struct.unpack_from("=q", self.memory, 8 * WORDS.index(word))[0]

    def _put(self, word, value):
        struct.pack_into("=q", self.memory, 8 * WORDS.index(word), value)

    seen = property(lambda self: self._get("seen"))
    hits = property(lambda self: self._get("hits"))

    def strike(self, k, n=1, manner=0):
        """The k-th operation from now, and n - 1 more, fail."""
        self.disarm()
        self._put("hits", 0)
        self._put("manner", manner)
        first = self.seen + k
        self._put("to", first + n - 1)
        self._put("from", first)

    def disarm(self):
        self._put("from", 0)


def shim(name):
    if sanitized():
        pytest.skip("a sanitizer's runtime must be loaded first: faults are injected below the store in tests/faults")
    path = BUILD / "tests" / f"lib{name}_preload.so"
    assert path.exists(), f"{path} is not built"
    return path


def spread(n, few, many=FOR_EVER):
    """Of 1 … n so many, evenly spread: few, or many for TRYGG_SWEEP=all."""
    most = min(n, many if ALL else few)
    return sorted({1 + i * (n - 1) // max(1, most - 1) for i in range(most)})


def side_by_side(places, try_one, workers=WORKERS):
    """try_one(k, worker) for each place; a fault mostly waits. What one says of itself names its place."""
    free = queue.SimpleQueue()
    for worker in range(workers):
        free.put(worker)

    def work(k):
        worker = free.get()
        try:
            try_one(k, worker)
        finally:
            free.put(worker)

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(work, places):
            pass


def check_store(files):
    """Both databases are whole, and no tree of the log has a hole."""
    for name in ("trygg.db", "keys.db"):
        store = sqlite3.connect(f"file:{files.data / name}?mode=ro", uri=True, timeout=10)
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)], name
        assert store.execute("PRAGMA foreign_key_check").fetchall() == [], name
        if name == "trygg.db":
            for tree, size in store.execute("SELECT tree_id, size FROM activity_tree"):
                leaves = store.execute("SELECT leaf_index FROM activity WHERE tree_id = ? ORDER BY 1", (tree,)).fetchall()
                assert [row[0] for row in leaves] == list(range(size)), "a tree of the log has a hole"
        store.close()


def logged(files):
    """The request ids that have a row."""
    store = sqlite3.connect(f"file:{files.data / 'trygg.db'}?mode=ro", uri=True, timeout=10)
    rows = {str(uuid.UUID(bytes=row[0])) for row in store.execute("SELECT request_id FROM activity")}
    store.close()
    return rows
