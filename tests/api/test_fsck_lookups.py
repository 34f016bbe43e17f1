# SPDX-License-Identifier: EUPL-1.2
"""tryggd fsck: the look-ups say what the rows of the log say. A list that is asked for by actor or student rests on them: an entry that is
gone would hide its row (V1)."""
import pytest

from test_fsck import aas, attacked, change, files, fsck, logged, names, tree   # noqa: F401 (two of them are fixtures)

ACTOR, STUDENT = "activity_of_actor", "activity_of_student"
OF = {ACTOR: "actor_id", STUDENT: "student_id"}
NOBODY, NOWHERE = "x'" + "ee" * 16 + "'", "x'" + "77" * 16 + "'"


@pytest.mark.parametrize("table", [ACTOR, STUDENT])
@pytest.mark.parametrize("statement, row", [
    ("DELETE FROM {table} WHERE {of} = (SELECT {of} FROM {table} WHERE {here} = 5) AND {here} = 5", 5),
    ("DELETE FROM {table} WHERE {of} = (SELECT {of} FROM {table} WHERE {here} = 600) AND {here} = 600", 600),
    (f"INSERT INTO {{table}} VALUES ({NOBODY}, :t, 300)", 300),
    (f"UPDATE {{table}} SET {{of}} = {NOBODY} WHERE {{here}} = 300", 300),
    ("UPDATE {table} SET tree_id = (SELECT organisation_id FROM organisation LIMIT 1) WHERE {here} = 300", 300),
    ("INSERT INTO {table} SELECT {of}, tree_id, 1000000 FROM {table} WHERE {here} = 5", None),
    ("INSERT INTO {table} SELECT {of}, tree_id, -1 FROM {table} WHERE {here} = 5", None),
])
def test_V1_an_entry_changed_by_hand_is_found(files, table, statement, row):
    report = attacked(files, [(statement.format(table=table, of=OF[table], here="tree_id = :t AND leaf_index"),)])
    assert {finding["table"] for finding in report["findings"]} == {table}
    if row is None:
        assert [finding["id"] for finding in report["findings"]] == [aas(files)]
    else:
        assert names(report, aas(files), row), report["findings"]


@pytest.mark.parametrize("table", [ACTOR, STUDENT])
def test_V1_a_look_up_that_was_emptied_is_found_with_all_its_rows(files, table):
    report = attacked(files, [(f"DELETE FROM {table} WHERE tree_id = :t",)])
    found = [(finding["table"], finding["firstRow"]) for finding in report["findings"]]
    assert found == [(table, first) for first in (0, 256, 512)]
    assert report["findings"][-1]["lastRow"] < 768, "no row that is not there is named"


def test_V1_entries_of_two_students_that_changed_places_are_found(files):
    """There are as many as before, of each student and of each row."""
    rows = files.rows("SELECT student_id, leaf_index FROM activity_of_student WHERE tree_id = ?", tree(files))
    places = {}
    for row in rows:
        places.setdefault(row["student_id"], set()).add(row["leaf_index"])
    one, other = sorted(places, key=lambda id: -len(places[id]))[:2]
    here, there = max(places[one] - places[other]), max(places[other] - places[one])
    move = "UPDATE activity_of_student SET leaf_index = ? WHERE tree_id = :t AND student_id = ? AND leaf_index = ?"
    report = attacked(files, [(move, there, one, here), (move, here, other, there)])
    assert {finding["table"] for finding in report["findings"]} == {STUDENT}
    assert names(report, aas(files), here) and names(report, aas(files), there)


@pytest.mark.parametrize("statement, table", [
    ("UPDATE activity_lookup SET looked_up = looked_up + 1000 WHERE tree_id = :t", "activity_lookup"),
    ("UPDATE activity_lookup SET looked_up = -1 WHERE tree_id = :t", "activity_lookup"),
    (f"INSERT INTO activity_lookup VALUES ({NOWHERE}, 5)", "activity_lookup"),
    (f"INSERT INTO activity_of_actor SELECT actor_id, {NOWHERE}, 5 FROM activity_of_actor LIMIT 1", ACTOR),
    ("UPDATE activity_of_student SET student_id = x'' WHERE tree_id = :t AND leaf_index = 5", STUDENT),
])
def test_V1_look_ups_of_what_is_not_there_are_found(files, statement, table):
    report = attacked(files, [(statement,)])
    assert any(finding["table"] == table for finding in report["findings"]), report["findings"]


@pytest.mark.parametrize("statements", [
    ["UPDATE activity_lookup SET looked_up = 300 WHERE tree_id = {t}"],
    ["DELETE FROM activity_lookup WHERE tree_id = {t}"],
    ["UPDATE activity_lookup SET looked_up = 300 WHERE tree_id = {t}", "DELETE FROM activity_of_actor WHERE tree_id = {t} AND leaf_index > 350"],
])
def test_what_is_not_looked_up_yet_is_no_damage(files, statements):
    """It is read from the rows; a step that was cut short is made once more."""
    change(files, *[(statement.format(t="x'" + tree(files).hex() + "'"),) for statement in statements])
    fsck(files, "--no-content", code=0)
