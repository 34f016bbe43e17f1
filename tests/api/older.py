# SPDX-License-Identifier: EUPL-1.2
"""Stores as older versions of tryggd left them: made by the migrations of that version, with the rows of a store of today as far as they
were known then."""
import os
import re
import sqlite3

from daemon import ROOT

MIGRATIONS = sorted((ROOT / "schema" / "migrations").glob("[0-9]*.sqlite.sql"))
NEWEST = len(MIGRATIONS)
APPLICATION = 0x54525947   # "TRYG", as schema/engine stamps it
RENAMED = {"mark_local": "protected"}   # from version 2 on
UNKNOWN = {1: {"blind_index": "purpose = 'external'"}}   # rows that a version could not have


def tables(store):
    return [row[0] for row in store.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]


def columns(store, table):
    return [row[1] for row in store.execute(f"PRAGMA table_info({table})")]


def schema(store):
    """Everything that the schema says, without the comments and the layout of its text."""
    found = store.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
    return {(row[0], row[1]): (row[2], " ".join(re.sub("--[^\n]*", "", row[3] or "").split())) for row in found}


def rows(store, table, names=None):
    """All rows, sorted; of these columns only."""
    listed = ", ".join(names or columns(store, table))
    return sorted((tuple(row) for row in store.execute(f"SELECT {listed} FROM {table}")), key=repr)


def version_of(store):
    return store.execute("PRAGMA user_version").fetchone()[0]


def empty_store(path, version):
    """The schema of that version, in a file for its owner alone."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("PRAGMA journal_mode = WAL")
    for migration in MIGRATIONS[:version]:
        store.executescript(migration.read_text())
    store.execute(f"PRAGMA application_id = {APPLICATION}")
    store.execute(f"PRAGMA user_version = {version}")
    return store


def copy_rows(source, store, table, version):
    there = columns(source, table)
    shared = {name: old for name in there for old in (name, RENAMED.get(name)) if old in columns(store, table)}
    where = UNKNOWN.get(version, {}).get(table)
    found = source.execute(f"SELECT {', '.join(shared)} FROM {table}" + (f" WHERE NOT ({where})" if where else ""))
    marks = ", ".join("?" * len(shared))
    store.executemany(f"INSERT INTO {table} ({', '.join(shared.values())}) VALUES ({marks})", (tuple(row) for row in found))


def make_older(files, version):
    """Puts a store of that version in the place of today's. No row of today's is lost but what that version did not know."""
    source = files.store()
    for path in files.data.glob("trygg.db*"):
        path.unlink()
    store = empty_store(files.data / "trygg.db", version)
    store.execute("BEGIN")
    late = ["code_default", "rights_epoch", "heartbeat"]   # filled by the migrations, or moved by triggers
    for table in [table for table in tables(store) if table not in late] + [table for table in late if table in tables(store)]:
        if table in late:
            store.execute(f"DELETE FROM {table}")
        copy_rows(source, store, table, version)
    store.execute("COMMIT")
    assert store.execute("PRAGMA foreign_key_check").fetchall() == []
    store.close()
    source.close()


def lengthen_log(files, n):
    """So many rows more at the end of one tree."""
    store = sqlite3.connect(files.data / "trygg.db")
    tree, organisation, size, at = store.execute(
        "SELECT tree_id, organisation_id, size, last_at FROM activity_tree WHERE school_id IS NULL LIMIT 1").fetchone()
    store.executemany("INSERT INTO activity (tree_id, leaf_index, at, organisation_id, actor_kind, operation, outcome, ground, request_id)"
                      " VALUES (?, ?, ?, ?, 'local', 'init', 'allowed', 'M1.local', randomblob(16))",
                      ((tree, size + i, at, organisation) for i in range(n)))
    store.execute("UPDATE activity_tree SET size = size + ? WHERE tree_id = ?", (n, tree))
    store.commit()
    store.close()
