# SPDX-License-Identifier: EUPL-1.2
"""Where the rows of a table without rowids lie in a SQLite file (sqlite.org/fileformat2.html), for tests that change bytes of them."""
import sqlite3

INTERIOR, LEAF = 2, 10


def varint(data, at):
    value = 0
    for n in range(9):
        byte = data[at + n]
        if n == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + n + 1
    raise AssertionError


class Pages:
    def __init__(self, path):
        self.data = path.read_bytes()
        self.size = int.from_bytes(self.data[16:18], "big")
        self.usable = self.size - self.data[20]
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as store:
            self.roots = dict(store.execute("SELECT name, rootpage FROM sqlite_schema"))

    def number(self, at, n):
        return int.from_bytes(self.data[at:at + n], "big")

    def local(self, payload):
        """How much of a payload of an index page lies on the page."""
        most, least = (self.usable - 12) * 64 // 255 - 23, (self.usable - 12) * 32 // 255 - 23
        if payload <= most:
            return payload
        kept = least + (payload - least) % (self.usable - 4)
        return kept if kept <= most else least

    def overflow(self, at, left):
        """The pieces of a payload behind the page it begins on, from the page number that stands at `at`."""
        page = self.number(at, 4)
        while left > 0:
            start, n = (page - 1) * self.size, min(left, self.usable - 4)
            yield range(start + 4, start + 4 + n)
            page, left = self.number(start, 4), left - n

    def cell(self, at):
        """The offsets of a row: the length of its record, and the record."""
        payload, begin = varint(self.data, at)
        local = self.local(payload)
        return [*range(at, begin + local), *(byte for piece in self.overflow(begin + local, payload - local) for byte in piece)], begin

    def rows(self, table):
        """The offsets of each row's bytes, in the order of the table."""
        yield from self._rows(self.roots[table])

    def _rows(self, page):
        start = (page - 1) * self.size
        kind, cells = self.data[start], self.number(start + 3, 2)
        head = 12 if kind == INTERIOR else 8
        assert kind in (INTERIOR, LEAF)
        for i in range(cells):
            at = start + self.number(start + head + 2 * i, 2)
            if kind == INTERIOR:
                yield from self._rows(self.number(at, 4))
                at += 4
            yield self.cell(at)[0]
        if kind == INTERIOR:
            yield from self._rows(self.number(start + 8, 4))
