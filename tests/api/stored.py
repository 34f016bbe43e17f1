# SPDX-License-Identifier: EUPL-1.2
"""Digests of what is stored, for tests of what must leave nothing behind."""
import hashlib

# What a refusal may leave behind, and what follows the log by itself: tables, and columns of others.
MOVING = {"activity", "activity_tree", "activity_node", "activity_lookup", "activity_of_actor", "activity_of_student", "checkpoint", "heartbeat"}
MOVING_COLUMNS = {"webhook": {"told", "failures", "next_at"}}


def digest(store, table):
    columns = [row["name"] for row in store.execute(f"PRAGMA table_info({table})")]
    kept = [column for column in columns if column not in MOVING_COLUMNS.get(table, ())]
    rows = store.execute(f"SELECT {', '.join(kept)} FROM {table}")
    return hashlib.sha256(repr(sorted(map(tuple, rows), key=repr)).encode()).hexdigest()


def digests(store, but=()):
    """By table; `but`: tables that may change besides."""
    tables = [row["name"] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
    return {table: digest(store, table) for table in tables if table not in MOVING and table not in but}
