# SPDX-License-Identifier: EUPL-1.2
"""What a statement may say: one table of refused constructs, and a preparation against the migrated schema."""

import re
import sqlite3

from sql_source import Refusal

# A statement runs unchanged on SQLite and PostgreSQL. Matched with quoted texts emptied and without regard to case.
REFUSED = [
    (r"\bINSERT\s+OR\b|\bUPDATE\s+OR\b|\bREPLACE\s+INTO\b", "write ON CONFLICT (columns) instead"),
    (r"\$\d|\?(?!\d)|[:@][a-z]", "parameters are ?1, ?2 …"),
    (r'"|`|\[', "no quoted identifiers, and texts in single quotes"),
    (r"\bx''", "blobs are bound, never written"),
    (r"\bAS\s+(BLOB|BYTEA)\b", "blobs are bound, never CAST to"),
    (r"\b(datetime|strftime|julianday|unixepoch|date|time|now)\s*\(|\bCURRENT_(TIME|DATE|TIMESTAMP)\b",
     "times are bound from C"),
    (r"\b(random|randomblob|last_insert_rowid|changes|total_changes|zeroblob)\s*\(", "compute it in C and bind it"),
    (r"\b(ifnull|iif|typeof|group_concat|printf|total|instr|greatest|least|load_extension)\s*\(",
     "a function that only one engine has"),
    (r"\bGLOB\b|\bREGEXP\b|\bMATCH\b|\bCOLLATE\b|\bROWID\b|\bINDEXED\s+BY\b|==", "only one engine has it"),
    (r"\bLIMIT\s+-", "a limit is a number"),
    (r"\bFOR\s+UPDATE\b", "lock a row by UPDATE … RETURNING"),
    (r"\bDELETE\b.*\bUSING\b", "DELETE … USING is not portable"),
    (r"\bIS\s+(?!NULL\b|NOT\s+NULL\b|DISTINCT\b|NOT\s+DISTINCT\b)", "write = or IS NOT DISTINCT FROM"),
    (r"\?\d+\s+IS\s+(NOT\s+)?NULL\b", "write CAST(?N AS type) IS NULL"),
    (r"(?<!CAST\(COALESCE\()\bSUM\s*\(", "write CAST(COALESCE(SUM(x), 0) AS BIGINT)"),
    (r"\bINSERT\b(?=.*\bSELECT\b)(?!.*\bWHERE\b.*\bON\s+CONFLICT\b)(?=.*\bON\s+CONFLICT\b)",
     "INSERT … SELECT … ON CONFLICT needs a WHERE"),
    (r"\b(UPDATE|DELETE\s+FROM)\s+activity\b", "activity is append-only"),
    (r"\bINSERT\s+INTO\s+activity\b.*\bON\s+CONFLICT\b", "activity is append-only"),
    (r"\bDELETE\s+FROM\s+activity_tree\b", "a tree stays"),
    (r"\b(UPDATE|INTO|DELETE\s+FROM)\s+rights_epoch\b", "the rights epoch is bumped by triggers only"),
    (r";\s*\S", "one statement under one name"),
]

# The log and what follows from it alone. Every read adds to it; what else is stored stays as it is.
LOG = {"activity", "activity_tree", "activity_node", "activity_of_actor", "activity_of_student", "activity_lookup", "checkpoint", "cosigned"}

# Which words a statement of a kind begins with, and whether it returns rows.
KINDS = {
    "one": (("SELECT", "WITH"), True),
    "all": (("SELECT", "WITH"), True),
    "each": (("SELECT", "WITH"), True),
    "write": (("INSERT", "UPDATE", "DELETE"), False),
    "write-one": (("INSERT", "UPDATE", "DELETE"), True),
}

WRITE_IN_WITH = re.compile(r"\b(INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.IGNORECASE)
PARAMETER = re.compile(r"\?(\d+)")
QUOTED = re.compile(r"'(?:[^']|'')*'")


def check_words(statement):
    masked = QUOTED.sub("''", statement.sql)
    for pattern, reason in REFUSED:
        match = re.search(pattern, masked, re.IGNORECASE | re.DOTALL)
        if match:
            raise Refusal(statement.place, f"{statement.name}: '{match.group(0).strip()}': {reason}")
    return masked


def check_kind(statement, masked):
    if statement.kind not in KINDS:
        raise Refusal(statement.place, f"{statement.name}: kind is one of {', '.join(KINDS)}")
    words, returns = KINDS[statement.kind]
    if masked.split(None, 1)[0].upper() not in words:
        raise Refusal(statement.place, f"{statement.name}: kind {statement.kind} begins with {' or '.join(words)}")
    if "SELECT" in words and WRITE_IN_WITH.search(masked):
        raise Refusal(statement.place, f"{statement.name}: kind {statement.kind} does not write")
    if returns != bool(statement.columns):
        raise Refusal(statement.place, f"{statement.name}: kind {statement.kind} "
                      + ("names its columns" if returns else "has no columns"))


def check_parameters(statement, masked):
    used = {int(number) for number in PARAMETER.findall(masked)}
    if used != set(range(1, len(statement.args) + 1)):
        raise Refusal(statement.place, f"{statement.name}: parameters {sorted(used)} for {len(statement.args)} args")


def result_width(program):
    """The number of columns in what a prepared program (the rows of EXPLAIN) gives out."""
    return {row[3] for row in program if row[1] == "ResultRow"} or {0}


def check_prepared(statement, database):
    try:
        program = database.execute("EXPLAIN " + statement.sql, [None] * len(statement.args)).fetchall()
    except sqlite3.Error as error:
        raise Refusal(statement.place, f"{statement.name}: {error}") from error
    width = result_width(program)
    if width != {len(statement.columns)}:
        raise Refusal(statement.place, f"{statement.name}: gives {sorted(width)} columns, names {len(statement.columns)}")


def tables_used(statement, database):
    """What it reads, and what it and its triggers write."""
    read, written = set(), set()

    def note(action, table, _column, _database, _trigger):
        if action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE):
            written.add(table)
        elif action == sqlite3.SQLITE_READ:
            read.add(table)
        return sqlite3.SQLITE_OK

    database.set_authorizer(note)
    database.execute("EXPLAIN " + statement.sql, [None] * len(statement.args)).fetchall()
    database.set_authorizer(None)
    return read, written


def note_log(statement, database):
    read, written = tables_used(statement, database)
    statement.reads_log = bool(read & LOG)
    statement.writes_only_log = bool(written) and written <= LOG


def check_sealed(statement, database):
    for slot in statement.args + statement.columns:
        if slot.type != "sealed":
            continue
        columns = [row[1] for row in database.execute("SELECT * FROM pragma_table_info(?)", [slot.table])]
        if slot.column not in columns:
            raise Refusal(statement.place, f"{statement.name}: no column {slot.table}.{slot.column}")


def migrated(migrations):
    """An empty database in memory with every migration applied."""
    database = sqlite3.connect(":memory:")
    for migration in migrations:
        try:
            database.executescript(migration.sql)
        except sqlite3.Error as error:
            raise Refusal(f"{migration.version:04}_{migration.name}", str(error)) from error
    return database


def schema_objects(migrations, query):
    """What the migrated schema holds, as the engine's own query tells it."""
    database = migrated(migrations)
    found = [row[0] for row in database.execute(query)]
    database.close()
    return found


def check_statements(statements, migrations):
    database = migrated(migrations)
    for statement in statements:
        masked = check_words(statement)
        check_kind(statement, masked)
        check_parameters(statement, masked)
        check_prepared(statement, database)
        note_log(statement, database)
        check_sealed(statement, database)
    database.close()
