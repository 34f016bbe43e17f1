# SPDX-License-Identifier: EUPL-1.2
"""Which sealed columns there are, and the table by which all of them can be opened: one statement of kind `each` for every table."""

from sql_source import Refusal

# How each row of such a statement begins: struct sealed_table_row of storage/statement.h.
HEAD = (("organisation", "organisation_id"), ("row", "uuid"), ("key", "key_id"), ("version", "int"))


def of_slots(slots):
    return [(slot.table, slot.column) for slot in slots if slot.type == "sealed"]


def sealed_columns(statements):
    return sorted({column for statement in statements for column in of_slots(statement.args + statement.columns)})


def constant(table, column):
    return f"COLUMN_{table.upper()}_{column.upper()}"


def readers(statements):
    """The statements that read whole tables of sealed columns."""
    return [statement for statement in statements if statement.kind == "each" and of_slots(statement.columns)]


def check_readers(statements):
    """Refuses a sealed column that nothing reads whole, and one that is read twice: `tryggd fsck` opens all there is, once."""
    read = {}
    for statement in readers(statements):
        head = tuple((slot.member, slot.type) for slot in statement.columns[:len(HEAD)])
        if head != HEAD:
            raise Refusal(statement.place, f"{statement.name}: begins with {', '.join(' '.join(slot) for slot in HEAD)}")
        tables = {table for table, _ in of_slots(statement.columns)}
        if len(tables) != 1:
            raise Refusal(statement.place, f"{statement.name}: sealed columns of one table")
        for column in of_slots(statement.columns):
            if column in read:
                raise Refusal(statement.place, f"{statement.name}: {'.'.join(column)} is read by {read[column]} already")
            read[column] = statement.name
    for statement in statements:
        for column in of_slots(statement.args + statement.columns):
            if column not in read:
                raise Refusal(statement.place, f"{statement.name}: no statement of kind each reads {'.'.join(column)} (check.sql)")


def declarations(statements):
    columns = "".join(f"extern const struct sealed_column {constant(*column)};\n" for column in sealed_columns(statements))
    return columns + (f"enum {{ N_SEALED_TABLES = {len(readers(statements))} }};\n"
                      "extern const struct sealed_table SEALED_TABLES[];\n")


def definitions(statements):
    columns = "".join(f'const struct sealed_column {constant(table, column)} = {{"{table}", "{column}"}};\n'
                      for table, column in sealed_columns(statements))
    lists, rows = "", ""
    for statement in readers(statements):
        read = of_slots(statement.columns)
        name = f"sealed_by_{statement.name}"
        members = ", ".join(f"&{constant(*column)}" for column in read)
        lists += f"static const struct sealed_column *const {name}[] = {{{members}}};\n"
        rows += f'    {{"{read[0][0]}", &STATEMENT_{statement.name.upper()}, {name}}},\n'
    return columns + lists + f"const struct sealed_table SEALED_TABLES[] = {{\n{rows or '    {0},'}}};\n"
