-- SPDX-License-Identifier: EUPL-1.2
-- Reading the activity log (V1), by its primary key only: no look-up slows the appending down.

-- How many leaves a tree has: they are numbered from 0 without a gap.
-- name: activity_tree_size
-- kind: one
-- args: tree uuid
-- columns: size int
SELECT size FROM activity_tree WHERE tree_id = ?1;

-- name: activity_time
-- kind: one
-- args: tree uuid, leaf_index int
-- columns: at int
SELECT at FROM activity WHERE tree_id = ?1 AND leaf_index = ?2;

-- The rows before a place in a tree, newest first.
-- name: activity_older
-- kind: all
-- args: tree uuid, below int, limit int
-- columns: leaf_index int, at int, actor_kind text, actor maybe_uuid, behalf maybe_uuid, client text, operation text
-- columns: object_kind text, object maybe_uuid, student maybe_uuid, school maybe_uuid, outcome text, ground text
-- columns: request uuid, shown bytes
SELECT leaf_index, at, actor_kind, actor_id, behalf_id, client, operation, object_kind, object_id, student_id, school_id, outcome,
    ground, request_id, shown
FROM activity
WHERE tree_id = ?1 AND leaf_index < ?2
ORDER BY leaf_index DESC
LIMIT ?3;

-- Up to which leaf the look-ups below are made; what came later is found in the rows themselves.
-- name: activity_looked_up
-- kind: one
-- args: tree uuid
-- columns: looked_up int
SELECT looked_up FROM activity_lookup WHERE tree_id = ?1;

-- Where someone did something, newest first.
-- name: activity_of_actor_below
-- kind: all
-- args: actor uuid, tree uuid, below int, limit int
-- columns: leaf_index int
SELECT leaf_index FROM activity_of_actor
WHERE actor_id = ?1 AND tree_id = ?2 AND leaf_index < ?3
ORDER BY leaf_index DESC
LIMIT ?4;

-- Where something was about a student, or a list showed the student, newest first.
-- name: activity_of_student_below
-- kind: all
-- args: student uuid, tree uuid, below int, limit int
-- columns: leaf_index int
SELECT leaf_index FROM activity_of_student
WHERE student_id = ?1 AND tree_id = ?2 AND leaf_index < ?3
ORDER BY leaf_index DESC
LIMIT ?4;

-- Rows of a tree as they are hashed, oldest first.
-- name: activity_leaves
-- kind: all
-- args: tree uuid, from_index int, limit int
-- columns: tree uuid, leaf_index int, at int, organisation organisation_id, actor_kind text, actor maybe_uuid, actor_mark bytes
-- columns: behalf maybe_uuid, client text, operation text, object_kind text, object maybe_uuid, student maybe_uuid
-- columns: school maybe_uuid, outcome text, ground text, request uuid, shown bytes
SELECT tree_id, leaf_index, at, organisation_id, actor_kind, actor_id, actor_mark, behalf_id, client, operation,
    object_kind, object_id, student_id, school_id, outcome, ground, request_id, shown
FROM activity
WHERE tree_id = ?1 AND leaf_index >= ?2
ORDER BY leaf_index
LIMIT ?3;

-- name: activity_nodes
-- kind: all
-- args: tree uuid, level int, from_index int, limit int
-- columns: node_index int, hash bytes
SELECT node_index, hash FROM activity_node
WHERE tree_id = ?1 AND level = ?2 AND node_index >= ?3
ORDER BY node_index
LIMIT ?4;

-- A tree whose rows were written before they were hashed, and how many roots of 256 rows it has by now.
-- name: activity_tree_unhashed
-- kind: one
-- columns: tree uuid, size int, at int, tiles int
SELECT t.tree_id, t.size, t.last_at, (SELECT COUNT(*) FROM activity_node n WHERE n.tree_id = t.tree_id AND n.level = 1)
FROM activity_tree t
WHERE t.size > 0 AND length(t.frontier) = 0
ORDER BY t.tree_id
LIMIT 1;

-- On whom a person has no staff right (G2): the students they are a guardian of today, the student they are, and those who were
-- found to be the same student; with these students' own logins.
-- name: family_of_person
-- kind: all
-- args: person person_id, guardian int, today int
-- columns: id uuid
WITH RECURSIVE kin (student_id) AS (
    SELECT t.student_id FROM tie t WHERE t.person_id = ?1 AND t.kind = ?2 AND t.from_day <= ?3 AND t.until_day >= ?3
    UNION
    SELECT s.student_id FROM student s WHERE s.person_id = ?1
    UNION
    SELECT d.student_id
    FROM kin k JOIN student o ON o.student_id = k.student_id
    JOIN student d ON d.merged_into = o.student_id OR d.student_id = o.merged_into
)
SELECT k.student_id FROM kin k
UNION
SELECT s.person_id FROM kin k JOIN student s ON s.student_id = k.student_id WHERE s.person_id IS NOT NULL AND s.person_id <> ?1
ORDER BY 1;

-- Whether one of them is, was or will be a student of a school.
-- name: family_at_school
-- kind: one
-- args: person person_id, guardian int, today int, school school_id
-- columns: there int
WITH RECURSIVE kin (student_id) AS (
    SELECT t.student_id FROM tie t WHERE t.person_id = ?1 AND t.kind = ?2 AND t.from_day <= ?3 AND t.until_day >= ?3
    UNION
    SELECT s.student_id FROM student s WHERE s.person_id = ?1
    UNION
    SELECT d.student_id
    FROM kin k JOIN student o ON o.student_id = k.student_id
    JOIN student d ON d.merged_into = o.student_id OR d.student_id = o.merged_into
)
SELECT CASE WHEN EXISTS (SELECT 1 FROM kin k JOIN enrolment e ON e.student_id = k.student_id WHERE e.school_id = ?4) THEN 1 ELSE 0 END;

-- A student under every id they have had: with the doubles that were merged into them, and whom they were merged into.
-- name: student_and_doubles
-- kind: all
-- args: organisation organisation_id, student student_id
-- columns: id uuid
WITH RECURSIVE same (student_id) AS (
    SELECT s.student_id FROM student s WHERE s.organisation_id = ?1 AND s.student_id = ?2
    UNION
    SELECT d.student_id
    FROM same k JOIN student o ON o.student_id = k.student_id
    JOIN student d ON d.merged_into = o.student_id OR d.student_id = o.merged_into
)
SELECT student_id FROM same ORDER BY 1;
