# SPDX-License-Identifier: EUPL-1.2
"""The statement generator: what it makes, and above all what it refuses (portable SQL, append-only, typed parameters)."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCHEMA = Path(__file__).resolve().parents[2] / "schema"


@pytest.fixture
def house(tmp_path):
    """A small schema of our own beside the real engine texts and keys."""
    schema = tmp_path / "schema"
    for folder in ("engine", "keys"):
        shutil.copytree(SCHEMA / folder, schema / folder)
    (schema / "migrations").mkdir()
    (schema / "statements").mkdir()
    (schema / "migrations" / "0001_small.sqlite.sql").write_text(
        "CREATE TABLE pupil (id BLOB NOT NULL PRIMARY KEY, name BLOB NOT NULL, version INTEGER NOT NULL) STRICT;\n"
        "CREATE TABLE activity (at INTEGER NOT NULL PRIMARY KEY, what TEXT NOT NULL) STRICT;\n"
        "CREATE TABLE activity_tree (size INTEGER NOT NULL PRIMARY KEY) STRICT;\n"
        "CREATE TABLE rights_epoch (one INTEGER NOT NULL PRIMARY KEY, epoch INTEGER NOT NULL) STRICT;\n")
    return schema


def generate(schema, out):
    return subprocess.run(["/usr/bin/python3", str(SCHEMA / "tools" / "statements.py"), str(schema), str(out)],
                          capture_output=True, text=True, check=False)


def write(schema, sql, kind="one", args="", columns="id uuid", name="sample"):
    header = f"-- name: {name}\n-- kind: {kind}\n-- args: {args}\n-- columns: {columns}\n"
    (schema / "statements" / "sample.sql").write_text(header + sql + "\n")


def refusal(house, tmp_path, *args, **keywords):
    write(house, *args, **keywords)
    result = generate(house, tmp_path / "gen")
    assert result.returncode == 1, result.stdout + result.stderr
    assert not (tmp_path / "gen" / "statements.gen.c").exists()
    assert "sample.sql:1" in result.stderr
    return result.stderr


def test_the_real_schema_is_accepted_and_written_only_when_changed(tmp_path):
    out = tmp_path / "gen"
    assert generate(SCHEMA, out).returncode == 0
    before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    assert set(before) == {"statements.gen.h", "statements.gen.c", "engine.gen.h"}
    assert generate(SCHEMA, out).returncode == 0
    assert before == {path.name: path.stat().st_mtime_ns for path in out.iterdir()}


EACH = ("SELECT id, id, id, version, name FROM pupil;",
        "organisation organisation_id, row uuid, key key_id, version int, name sealed(pupil.name)")


def write_each(house, sql=EACH[0], columns=EACH[1], name="whole"):
    (house / "statements" / f"{name}.sql").write_text(f"-- name: {name}\n-- kind: each\n-- columns: {columns}\n{sql}\n")


def test_what_is_sealed_is_known_by_table_with_the_statement_that_reads_it_all(house, tmp_path):
    write_each(house)
    assert generate(house, tmp_path / "gen").returncode == 0
    source = (tmp_path / "gen" / "statements.gen.c").read_text()
    assert '{"pupil", &STATEMENT_WHOLE, sealed_by_whole},' in source
    assert "enum { N_SEALED_TABLES = 1 };" in (tmp_path / "gen" / "statements.gen.h").read_text()


def test_a_sealed_column_that_nothing_reads_whole_is_refused(house, tmp_path):
    assert "no statement of kind each reads pupil.name" in refusal(house, tmp_path, "SELECT name FROM pupil WHERE id = ?1;", args="id uuid",
                                                                   columns="name sealed(pupil.name)")


def test_a_sealed_column_is_read_whole_once_and_for_what_it_is_sealed_for(house, tmp_path):
    write_each(house)
    write_each(house, name="whole_again")
    assert "is read by whole already" in generate(house, tmp_path / "gen").stderr
    (house / "statements" / "whole_again.sql").unlink()
    write_each(house, "SELECT id, name FROM pupil;", "row uuid, name sealed(pupil.name)")
    assert "begins with organisation organisation_id, row uuid" in generate(house, tmp_path / "gen").stderr


def test_a_statement_becomes_typed_structs_and_a_checked_call(house, tmp_path):
    write_each(house)
    write(house, "SELECT name, version FROM pupil WHERE id = ?1;", args="id student_id",
          columns="name sealed(pupil.name), version int")
    assert generate(house, tmp_path / "gen").returncode == 0
    header = (tmp_path / "gen" / "statements.gen.h").read_text()
    assert "struct sql_sample_args {\n    struct student_id id;\n};" in header
    assert "struct sql_sample_row {\n    struct sealed name;\n    int64_t version;\n};" in header
    assert "must_check static inline enum status sql_sample(struct session *session, const struct sql_sample_args *args" in header
    assert "extern const struct sealed_column COLUMN_PUPIL_NAME;" in header


READS, WRITES = ".reads_log = true", ".writes_only_log = true"
COUNTER = "CREATE TRIGGER counted AFTER INSERT ON activity BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;\n"
KEEPER = "CREATE TRIGGER kept AFTER INSERT ON activity BEGIN INSERT INTO activity_tree (size) VALUES (NEW.at); END;\n"
WATCH = "CREATE TRIGGER watched BEFORE INSERT ON pupil WHEN EXISTS (SELECT 1 FROM activity) BEGIN SELECT RAISE(ABORT, 'no'); END;\n"
NOTE = ("INSERT INTO activity (at, what) VALUES (?1, 'read');", {"kind": "write", "args": "at int", "columns": ""})
ENROL = ("INSERT INTO pupil (id, name, version) SELECT id, name, version + ?1 FROM pupil;", NOTE[1])


@pytest.mark.parametrize("sql, slots, triggers, said", [
    ("SELECT id FROM pupil LIMIT 1;", {}, "", set()),
    ("SELECT count(*) FROM activity;", {"columns": "n int"}, "", {READS}),
    ("SELECT id FROM pupil WHERE EXISTS (SELECT 1 FROM activity);", {}, "", {READS}),
    (*NOTE, "", {WRITES}),
    (*NOTE, KEEPER, {READS, WRITES}),
    (*NOTE, COUNTER, set()),
    (*ENROL, "", set()),
    (*ENROL, WATCH, {READS}),
])
def test_what_a_statement_and_its_triggers_do_with_the_log_is_said(house, tmp_path, sql, slots, triggers, said):
    with (house / "migrations" / "0001_small.sqlite.sql").open("a") as migration:
        migration.write(triggers)
    write_each(house)
    write(house, sql, **slots)
    assert generate(house, tmp_path / "gen").returncode == 0
    source = (tmp_path / "gen" / "statements.gen.c").read_text()
    assert {word for word in (READS, WRITES) if word in source} == said


def test_the_generated_code_compiles_without_a_warning(tmp_path):
    assert generate(SCHEMA, tmp_path).returncode == 0
    result = subprocess.run(["cc", "-std=gnu17", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-fsyntax-only",
                             "-I", str(SCHEMA.parent / "server"), "-I", str(tmp_path), str(tmp_path / "statements.gen.c")],
                            capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("sql", [
    "SELECT id FROM pupil WHERE version = ?1 AND id = ?2;",
    "SELECT id FROM pupil WHERE version = ?2;",
    "SELECT id FROM pupil;",
])
def test_parameters_and_args_must_agree(house, tmp_path, sql):
    assert "parameters" in refusal(house, tmp_path, sql, args="version int")


@pytest.mark.parametrize("sql", [
    "SELECT id, version FROM pupil;",
    "SELECT pupil.* FROM pupil;",
])
def test_the_number_of_columns_must_agree(house, tmp_path, sql):
    assert "columns" in refusal(house, tmp_path, sql)


def test_the_number_of_returned_columns_must_agree(house, tmp_path):
    assert "columns" in refusal(house, tmp_path, "UPDATE pupil SET version = pupil.version + 1 RETURNING id, version;",
                                kind="write-one")


@pytest.mark.parametrize("sql", [
    "SELECT id FROM pupil WHERE name = $1;",
    "SELECT id FROM pupil WHERE name = ?;",
    "SELECT id FROM pupil WHERE name = :name;",
    "SELECT \"id\" FROM pupil;",
    "SELECT id FROM pupil WHERE name = x'00';",
    "SELECT CAST(name AS BLOB) FROM pupil;",
    "SELECT id FROM pupil WHERE version < datetime('now');",
    "SELECT strftime('%s', 'now') FROM pupil;",
    "SELECT CURRENT_TIMESTAMP FROM pupil;",
    "SELECT ifnull(id, name) FROM pupil;",
    "SELECT id FROM pupil LIMIT -1;",
    "SELECT id FROM pupil WHERE name IS id;",
    "SELECT id FROM pupil WHERE name GLOB 'a*';",
    "SELECT SUM(version) FROM pupil;",
    "SELECT id FROM pupil; DELETE FROM pupil;",
    "SELECT nothing FROM pupil;",
    "SELECT id FROM nowhere;",
    "DELETE FROM pupil;",
    "WITH gone AS (SELECT 1) DELETE FROM pupil RETURNING id;",
    "PRAGMA user_version;",
])
def test_a_select_that_is_not_portable_or_no_select_is_refused(house, tmp_path, sql):
    refusal(house, tmp_path, sql)


@pytest.mark.parametrize("sql", [
    "INSERT OR REPLACE INTO pupil (id, name, version) VALUES (?1, ?1, 1);",
    "REPLACE INTO pupil (id, name, version) VALUES (?1, ?1, 1);",
    "UPDATE activity SET what = 'x' WHERE at = ?1;",
    "DELETE FROM activity WHERE at = ?1;",
    "delete from activity where at = ?1;",
    "INSERT INTO activity (at, what) VALUES (?1, 'x') ON CONFLICT (at) DO UPDATE SET what = 'y';",
    "DELETE FROM activity_tree WHERE size = ?1;",
    "UPDATE rights_epoch SET epoch = 1 WHERE one = ?1;",
    "INSERT INTO pupil SELECT id, name, 1 FROM pupil p2 ON CONFLICT (id) DO NOTHING;",
    "DELETE FROM pupil WHERE id = ?1 RETURNING id;",
    "ATTACH DATABASE 'other' AS other;",
    "DROP TABLE pupil;",
])
def test_a_write_that_is_not_portable_or_breaks_the_log_is_refused(house, tmp_path, sql):
    refusal(house, tmp_path, sql, kind="write", args="id uuid", columns="")


def test_a_bare_parameter_tested_for_null_is_refused(house, tmp_path):
    assert "CAST" in refusal(house, tmp_path, "SELECT id FROM pupil WHERE ?1 IS NULL;", args="name maybe_uuid")


@pytest.mark.parametrize("keywords", [
    {"kind": "some"}, {"columns": "id guid"}, {"columns": "id"}, {"columns": "int uuid"}, {"columns": ""},
    {"columns": "id sealed(pupil.nothing)"}, {"name": "Sample"},
])
def test_a_header_that_says_nothing_sensible_is_refused(house, tmp_path, keywords):
    write(house, "SELECT id FROM pupil;", **keywords)
    assert generate(house, tmp_path / "gen").returncode == 1


def test_a_name_is_used_once(house, tmp_path):
    write(house, "SELECT id FROM pupil;")
    (house / "statements" / "other.sql").write_text("-- name: sample\n-- kind: one\n-- columns: id uuid\nSELECT id FROM pupil;\n")
    assert "named already" in generate(house, tmp_path / "gen").stderr


def test_a_statement_ends_with_a_semicolon(house, tmp_path):
    write(house, "SELECT id FROM pupil")
    assert "semicolon" in generate(house, tmp_path / "gen").stderr


def test_migrations_have_no_gap(house, tmp_path):
    (house / "migrations" / "0003_later.sqlite.sql").write_text("CREATE TABLE later (a INTEGER) STRICT;\n")
    assert "without gap" in generate(house, tmp_path / "gen").stderr


def test_a_migration_that_does_not_apply_is_refused(house, tmp_path):
    (house / "migrations" / "0002_twice.sqlite.sql").write_text("CREATE TABLE pupil (a INTEGER) STRICT;\n")
    assert "0002_twice" in generate(house, tmp_path / "gen").stderr
