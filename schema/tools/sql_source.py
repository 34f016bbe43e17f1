# SPDX-License-Identifier: EUPL-1.2
"""Reads schema/ files: named statements with their headers, and numbered migrations. Knows nothing of C."""

import re
from dataclasses import dataclass, field
from pathlib import Path


class Refusal(Exception):
    """What a file says wrongly, with its place, for the person who wrote it."""

    def __init__(self, place, reason):
        super().__init__(f"{place}: {reason}")


@dataclass
class Slot:
    member: str
    type: str  # as written: int, text, student_id, sealed
    table: str = ""  # of a sealed column
    column: str = ""


@dataclass
class Statement:
    place: str  # file:line of its name, for refusals
    name: str
    kind: str = ""
    comment: list = field(default_factory=list)
    args: list = field(default_factory=list)
    columns: list = field(default_factory=list)
    sql: str = ""
    reads_log: bool = False  # some of a table of the log
    writes_only_log: bool = False  # nothing but such tables


@dataclass
class Migration:
    version: int
    name: str
    sql: str


HEADER = re.compile(r"--\s*(name|kind|args|columns):\s*(.*)$")
SEALED = re.compile(r"sealed\(([a-z_][a-z0-9_]*)\.([a-z_][a-z0-9_]*)\)$")
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*$")


def strip_comment(line):
    """The line without a trailing comment; a -- inside a quoted text stays."""
    quoted = False
    for at, character in enumerate(line):
        if character == "'":
            quoted = not quoted
        if not quoted and line.startswith("--", at):
            return line[:at].rstrip()
    return line.rstrip()


def parse_slot(place, text):
    words = text.split()
    if len(words) != 2 or not IDENTIFIER.match(words[0]):
        raise Refusal(place, f"'{text}' is not a member and its type")
    sealed = SEALED.match(words[1])
    if sealed:
        return Slot(words[0], "sealed", sealed.group(1), sealed.group(2))
    return Slot(words[0], words[1])


def parse_slots(place, text):
    return [parse_slot(place, part) for part in text.split(",") if part.strip()]


class StatementReader:
    """One pass over one file. A statement is its comment, its header lines, and text up to the closing semicolon."""

    def __init__(self, path):
        self.path = path
        self.comment = []
        self.current = None
        self.found = []

    def read(self, whole_texts):
        """whole_texts: a text may hold several statements and ends where the next name begins (schema/engine)."""
        for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), 1):
            place = f"{self.path.name}:{number}"
            header = HEADER.match(line)
            if header:
                self.take_header(place, header.group(1), header.group(2).strip())
            elif line.startswith("--"):
                self.take_comment(line)
            elif line.strip():
                self.take_sql(place, strip_comment(line), whole_texts)
            else:
                self.comment = []
        self.check_ended(f"{self.path.name}: end")
        return self.found

    def ended(self):
        return self.current is None or self.current.sql.endswith(";")

    def check_ended(self, place):
        if not self.ended():
            raise Refusal(place, f"statement '{self.current.name}' has no closing semicolon")

    def take_header(self, place, word, value):
        if word == "name":
            self.check_ended(place)
            if not IDENTIFIER.match(value):
                raise Refusal(place, f"'{value}' is not a name")
            self.current = Statement(place, value, comment=self.comment)
            self.comment = []
            self.found.append(self.current)
        elif self.current is None or self.current.sql:
            raise Refusal(place, f"'{word}' belongs between a name and its SQL")
        elif word == "kind":
            self.current.kind = value
        else:
            getattr(self.current, word).extend(parse_slots(place, value))

    def take_comment(self, line):
        text = line[2:].strip()
        if self.ended() and text and not text.startswith("SPDX-"):
            self.comment.append(text)

    def take_sql(self, place, line, whole_texts):
        if self.current is None or (self.ended() and self.current.sql and not whole_texts):
            raise Refusal(place, "SQL outside a named statement")
        if line:
            self.current.sql += ("\n" if self.current.sql else "") + line
            self.comment = []


def read_statements(folder, whole_texts=False):
    statements = []
    for path in sorted(Path(folder).glob("*.sql")):
        statements.extend(StatementReader(path).read(whole_texts))
    places = {}
    for statement in statements:
        if statement.name in places:
            raise Refusal(statement.place, f"'{statement.name}' is named already at {places[statement.name]}")
        places[statement.name] = statement.place
    return statements


MIGRATION_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sqlite\.sql$")


def read_migrations(folder):
    migrations = []
    for path in sorted(Path(folder).glob("*.sqlite.sql")):
        match = MIGRATION_NAME.match(path.name)
        if not match:
            raise Refusal(path.name, "a migration is named NNNN_name.sqlite.sql")
        lines = [strip_comment(line) for line in path.read_text(encoding="utf-8").splitlines()]
        sql = "\n".join(line for line in lines if line)
        migrations.append(Migration(int(match.group(1)), match.group(2), sql))
    if [migration.version for migration in migrations] != list(range(1, len(migrations) + 1)):
        raise Refusal(str(folder), "migrations are numbered 0001, 0002 … without gap or repeat")
    return migrations
