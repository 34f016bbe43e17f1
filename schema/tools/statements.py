# SPDX-License-Identifier: EUPL-1.2
"""statements.py SCHEMA_DIR OUT_DIR: writes statements.gen.h, statements.gen.c and engine.gen.h from the SQL under schema/.

    schema/migrations/    the data's schema, in order
    schema/statements/    named statements with typed args and columns, for every room
    schema/keys/          the same two folders for keys.db, for storage/ only
    schema/engine/        the engine's own texts (PRAGMA, BEGIN, SAVEPOINT …), for storage/ only
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True  # the source tree stays as it is

import sealed
from sql_rules import check_statements, schema_objects
from sql_source import Refusal, read_migrations, read_statements

# The type of a header line: its C type, and how it is bound and read.
TYPES = {
    "int": ("int64_t ", "VALUE_INT"),
    "text": ("const char *", "VALUE_TEXT"),
    "bytes": ("struct bytes ", "VALUE_BYTES"),
    "mark": ("struct mark ", "VALUE_MARK"),
    "wrapped_key": ("struct wrapped_key ", "VALUE_WRAPPED_KEY"),
    "maybe_uuid": ("struct maybe_uuid ", "VALUE_MAYBE_UUID"),
    "maybe_int": ("struct maybe_int ", "VALUE_MAYBE_INT"),
    "sealed": ("struct sealed ", "VALUE_SEALED"),
    "uuid": ("struct uuid ", "VALUE_UUID"),
    "organisation_id": ("struct organisation_id ", "VALUE_UUID"),
    "school_id": ("struct school_id ", "VALUE_UUID"),
    "person_id": ("struct person_id ", "VALUE_UUID"),
    "student_id": ("struct student_id ", "VALUE_UUID"),
    "personsak_id": ("struct personsak_id ", "VALUE_UUID"),
    "group_id": ("struct group_id ", "VALUE_UUID"),
    "key_id": ("struct key_id ", "VALUE_UUID"),
}

LICENCE = "/* SPDX-License-Identifier: EUPL-1.2 */\n/* Generated from schema/ by schema/tools/statements.py. */\n"
C_WORDS = set("auto break case char const continue default do double else enum extern float for goto if inline int long "
              "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile "
              "while".split())


def c_string(text):
    lines = text.split("\n")
    quoted = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    return "\n".join(f'    "{line}\\n"' for line in quoted[:-1]) + ("\n" if lines[1:] else "") + f'    "{quoted[-1]}"'


def c_comment(statement):
    if not statement.comment:
        return ""
    return "/* " + "\n * ".join(line.replace("*/", "* /") for line in statement.comment) + " */\n"


def check_slots(statement):
    for slots in (statement.args, statement.columns):
        members = [slot.member for slot in slots]
        for slot in slots:
            if slot.type not in TYPES:
                raise Refusal(statement.place, f"{statement.name}: no type '{slot.type}'")
            if slot.member in C_WORDS or members.count(slot.member) > 1:
                raise Refusal(statement.place, f"{statement.name}: member '{slot.member}' is taken")


def c_struct(name, slots):
    if not slots:
        return ""
    members = "".join(f"    {TYPES[slot.type][0]}{slot.member};\n" for slot in slots)
    return f"struct {name} {{\n{members}}};\n"


def table_name(statement, engine=False):
    return ("ENGINE_" if engine else "STATEMENT_") + statement.name.upper()


def struct_name(statement, end, engine=False):
    return ("engine_" if engine else "sql_") + statement.name + end


def declaration(statement, engine=False):
    return (c_struct(struct_name(statement, "_args", engine), statement.args)
            + c_struct(struct_name(statement, "_row", engine), statement.columns)
            + f"extern const struct statement {table_name(statement, engine)};\n")


# Per kind: the leading parameter, the trailing parameters, and the call that stands behind it.
WRAPPERS = {
    "one": ("struct session *session", "struct sql_{name}_row *ret_row",
            "    return statement_one(session, &{table}, {args}, ret_row);\n"),
    "all": ("struct session *session", "size_t max, struct sql_{name}_row **ret_rows, size_t *ret_n",
            "    void *rows;\n"
            "    enum status status = statement_all(session, &{table}, {args}, max, &rows, ret_n);\n"
            "    if (status == STATUS_OK)\n"
            "        *ret_rows = rows;\n"
            "    return status;\n"),
    "each": ("struct session *session", "enum status (*take)(void *context, const void *row), void *context",
             "    return statement_each(session, &{table}, {args}, take, context);\n"),
    "write": ("struct tx *tx", "int64_t *ret_changed",
              "    return statement_write(tx, &{table}, {args}, ret_changed);\n"),
    "write-one": ("struct tx *tx", "struct sql_{name}_row *ret_row",
                  "    return statement_write_one(tx, &{table}, {args}, ret_row);\n"),
}


def wrapper(statement):
    first, last, body = WRAPPERS[statement.kind]
    values = {"name": statement.name, "table": table_name(statement),
              "args": "args" if statement.args else "NULL"}
    middle = f"const struct sql_{statement.name}_args *args, " if statement.args else ""
    return (f"{c_comment(statement)}must_check static inline enum status sql_{statement.name}({first}, {middle}"
            f"{last.format(**values)})\n{{\n{body.format(**values)}}}\n")


def slot_table(name, struct, slots):
    if not slots:
        return ""
    rows = "".join(f"    {{{TYPES[slot.type][1]}, offsetof(struct {struct}, {slot.member})}},\n" for slot in slots)
    return f"static const struct value_slot {name}[] = {{\n{rows}}};\n"


def definition(statement, engine=False):
    name = statement.name
    args, columns = struct_name(statement, "_args", engine), struct_name(statement, "_row", engine)
    lines = [
        slot_table(f"{args}_slots", args, statement.args),
        slot_table(f"{columns}_slots", columns, statement.columns),
        f"const struct statement {table_name(statement, engine)} = {{\n",
        f'    .name = "{name}",\n    .sql =\n{c_string(statement.sql)},\n',
    ]
    if statement.args:
        lines.append(f"    .args = {args}_slots,\n    .n_args = {len(statement.args)},\n")
    if statement.columns:
        lines.append(f"    .columns = {columns}_slots,\n    .n_columns = {len(statement.columns)},\n")
        lines.append(f"    .row_size = sizeof(struct {columns}),\n")
    if statement.kind.startswith("write"):
        lines.append("    .writes = true,\n")
    if statement.reads_log:
        lines.append("    .reads_log = true,\n")
    if statement.writes_only_log:
        lines.append("    .writes_only_log = true,\n")
    lines.append("};\n")
    if statement.columns:
        lines.append(f'_Static_assert(sizeof(struct {columns}) <= STATEMENT_ROW_BYTES, "{name}: a row this wide");\n')
    return "".join(lines)


def migration_table(name, migrations, stamp):
    rows = "".join(f'{{\n    .version = {migration.version},\n    .name = "{migration.name}",\n    .sql =\n{c_string(migration.sql)},\n'
                   f"    .stamp =\n{c_string(stamp.sql.replace('{version}', str(migration.version)))},\n}},\n"
                   for migration in migrations)
    return f"const struct migration {name}[] = {{\n{rows}}};\n"


def object_table(name, objects):
    return f"const char *const {name}[] = {{\n" + "".join(f"{c_string(text)},\n" for text in objects) + "};\n"


def header(statements):
    parts = [declaration(statement) + wrapper(statement) for statement in statements]
    return (LICENCE + "#ifndef TRYGG_STATEMENTS_GEN_H\n#define TRYGG_STATEMENTS_GEN_H\n\n"
            '#include "storage/statement.h"\n\n' + sealed.declarations(statements) + "\n" + "\n".join(parts) + "\n#endif\n")


def engine_header(engine, keys, n_data, n_keys, n_statements, n_objects):
    texts = "".join(c_comment(text) + declaration(text, engine=True) for text in engine)
    return (LICENCE + "#ifndef TRYGG_ENGINE_GEN_H\n#define TRYGG_ENGINE_GEN_H\n\n"
            '#include "storage/sqlite/migrate.h"\n#include "storage/statement.h"\n\n' + texts
            + f"\nenum {{ N_MIGRATIONS_DATA = {n_data}, N_MIGRATIONS_KEYS = {n_keys} }};\n"
            + f"enum {{ N_STATEMENTS = {n_statements} }}; /* of both databases and the engine */\n"
            + "extern const struct migration MIGRATIONS_DATA[N_MIGRATIONS_DATA];\n"
            + "extern const struct migration MIGRATIONS_KEYS[N_MIGRATIONS_KEYS];\n\n"
            + "/* What each schema holds, in order. */\n"
            + "".join(f"enum {{ N_{name} = {n} }};\nextern const char *const {name}[N_{name}];\n" for name, n in n_objects.items())
            + "\n".join(declaration(statement) for statement in keys) + "\n#endif\n")


def source(statements, keys, engine, tables):
    texts = "".join(definition(text, engine=True) for text in engine)
    parts = [definition(statement) for statement in statements + keys]
    return (LICENCE + '#include "statements.gen.h"\n#include "engine.gen.h"\n\n' + sealed.definitions(statements) + "\n" + texts + "\n"
            + "\n".join(tables) + "\n" + "\n".join(parts))


def write_if_changed(path, text):
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def named(engine, name):
    for text in engine:
        if text.name == name:
            return text
    raise Refusal("schema/engine", f"no text '{name}'")


def generate(schema, out):
    data_migrations = read_migrations(schema / "migrations")
    keys_migrations = read_migrations(schema / "keys" / "migrations")
    statements = read_statements(schema / "statements")
    keys = read_statements(schema / "keys" / "statements")
    engine = read_statements(schema / "engine", whole_texts=True)
    for statement in statements + keys + engine:
        check_slots(statement)
    check_statements(statements, data_migrations)
    check_statements(keys, keys_migrations)
    sealed.check_readers(statements)

    stamps = {name: named(engine, name) for name in ("stamp_data", "stamp_keys")}
    tables = [migration_table("MIGRATIONS_DATA", data_migrations, stamps["stamp_data"]),
              migration_table("MIGRATIONS_KEYS", keys_migrations, stamps["stamp_keys"])]
    objects = {name: schema_objects(migrations, named(engine, "schema_objects").sql)
               for name, migrations in (("SCHEMA_DATA", data_migrations), ("SCHEMA_KEYS", keys_migrations))}
    tables += [object_table(*item) for item in objects.items()]
    texts = [text for text in engine if text.name not in stamps]
    out.mkdir(parents=True, exist_ok=True)
    write_if_changed(out / "statements.gen.h", header(statements))
    n_statements = len(statements) + len(keys) + len(texts)
    write_if_changed(out / "engine.gen.h", engine_header(texts, keys, len(data_migrations), len(keys_migrations), n_statements,
                                                         {name: len(found) for name, found in objects.items()}))
    write_if_changed(out / "statements.gen.c", source(statements, keys, texts, tables))


def main(argv):
    if len(argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        generate(Path(argv[1]), Path(argv[2]))
    except Refusal as refusal:
        print(f"statements: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
