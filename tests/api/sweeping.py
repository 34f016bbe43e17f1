# SPDX-License-Identifier: EUPL-1.2
"""Orders to the shims of tests/faults that make one operation of a running tryggd fail (sweep.c: of the medium; starve.c: of memory), and
what must hold of a store afterwards, whatever failed. TRYGG_SWEEP=all takes every operation of a
call instead of a sample, and a larger sample of a start and of a seeding, which have thousands."""
import concurrent.futures
import errno
import mmap
import os
import queue
import shutil
import signal
import sqlite3
import struct
import uuid

import pytest
import requests

import contract_model
from daemon import BUILD, Daemon, copy_files, sanitized

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


# ---- A medium that fails (sweep.c) ------------------------------------------------------------------------------------------------

KILL_BEFORE, KILL_AFTER = -1, -2
MANNERS = {"broken-once": (errno.EIO, 1), "broken": (errno.EIO, FOR_EVER), "full-once": (errno.ENOSPC, 1), "full": (errno.ENOSPC, FOR_EVER),
           "killed-before": (KILL_BEFORE, 1), "killed-after": (KILL_AFTER, 1)}
DATA, OS_ERROR, CANT_CREATE, IO_ERROR, TEMPORARY = 65, 71, 73, 74, 75
REFUSED = {OS_ERROR, CANT_CREATE, IO_ERROR, TEMPORARY}
KILLED = -signal.SIGKILL
UNAVAILABLE = 503


def environment(orders, folder):
    return {"LD_PRELOAD": str(shim("sweep")), "TRYGG_SWEEP": str(orders.path), "TRYGG_SWEEP_FOLDER": str(folder)}


def check_ending(code, said, place):
    assert code in (0, KILLED) or code in REFUSED, f"{place}: exit {code}\n{said}"
    assert code in (0, KILLED) or "tryggd: " in said or "event=commit-unknown" in said, f"{place}: exit {code} without a sentence"


class Day:
    """A day of a daemon whose medium fails somewhere. Notes what was answered, and holds the store to it afterwards. Which calls the day
    has (`day`), and what all of them once more must find (`check_again`), each kind says itself; `before` is how many rows tables had."""

    def __init__(self, files, surroundings, tokens):
        self.files, self.tokens = files, tokens
        self.daemon = Daemon(files, surroundings)
        self.answers = {}       # step: answer, for what was answered with a success
        self.disclosed = []     # request ids of what must have its row
        self.key = str(uuid.uuid4())

    def call(self, step, method, path, who, body=None, data=None, **headers):
        """None when nobody answers, or with 503."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            answer = self.session.request(method, self.daemon.url + path, json=body, data=data, timeout=30,
                                          headers={"Authorization": "Bearer " + self.tokens[who], **headers})
        except requests.RequestException:
            return None
        contract_model.check_answer(method, path, answer.status_code, dict(answer.headers), answer.content)
        if answer.status_code == UNAVAILABLE:
            return None
        assert answer.status_code < 500, f"{step}: {answer.text}"
        self.disclosed.append(answer.headers["X-Request-Id"])
        if answer.ok:
            self.answers[step] = answer
        return answer

    def live(self):
        """Start, a day of calls, stop. Exit code and what was said."""
        self.session = requests.Session()
        try:
            self.daemon.start()
        except AssertionError:
            return self.ended()
        self.day()
        self.session.close()
        if self.daemon.alive():
            self.daemon.process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self):
        code = self.daemon.process.wait(60)
        self.daemon.process.stdout.close()
        self.daemon.process = None
        return code, self.daemon.log()

    def hold_to_it(self, before):
        """With the fault gone: it starts, what was answered is there, and all of it once more does nothing twice."""
        answers, acknowledged = dict(self.answers), list(self.disclosed)
        self.daemon = Daemon(self.files).start()
        self.session = requests.Session()
        try:
            self.check_again(answers, before)
        finally:
            self.session.close()
            self.daemon.stop()
        self.daemon.check_log()
        check_store(self.files)
        unlogged = set(acknowledged + self.disclosed) - logged(self.files)
        assert not unlogged, f"{len(unlogged)} answered calls have no row"


def sweep_places(files, folder, manner, live, hold_to_it, few, many=FOR_EVER):
    """live(copy, environment) on a copy of these files without a fault, then struck in that manner once for each place; each time
    hold_to_it(copy) looks at what is left."""
    orders = [Orders(folder / f"orders-{i}") for i in range(SLEEPERS)]
    code_of_manner, n = MANNERS[manner]

    def new(worker):
        shutil.rmtree(folder / f"house-{worker}", ignore_errors=True)
        return copy_files(files, folder / f"house-{worker}")

    copy = new(0)
    code, said = live(copy, environment(orders[0], copy.folder))
    assert code == 0, said
    hold_to_it(copy)
    total = orders[0].seen

    def try_one(k, worker):
        copy = new(worker)
        orders[worker].strike(k, n, code_of_manner)
        code, said = live(copy, environment(orders[worker], copy.folder))
        orders[worker].disarm()
        check_ending(code, said, f"{manner} at {k} of {total}")
        try:
            hold_to_it(copy)
        except BaseException as error:
            raise AssertionError(f"{manner} at {k} of {total}, exit {code}: {error}\n{said[-1500:]}") from error

    side_by_side(spread(total, few, many), try_one, SLEEPERS)


def sweep_days(files, folder, manner, new_day, before, steps, few, many=FOR_EVER):
    """A day without a fault, of which so many steps are answered, then days that are struck. new_day(copy, environment) makes one."""
    days = {}

    def live(copy, surroundings):
        first, day = not days, new_day(copy, surroundings)
        days[copy.folder] = day
        code, said = day.live()
        assert not first or len(day.answers) == steps, (code, sorted(day.answers), said)
        return code, said

    sweep_places(files, folder, manner, live, lambda copy: days[copy.folder].hold_to_it(before), few, many)
