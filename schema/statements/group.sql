-- SPDX-License-Identifier: EUPL-1.2
-- Classes and mentor groups.

-- name: group_by_id
-- kind: one
-- args: organisation organisation_id, group group_id
-- columns: school school_id, kind text, name sealed(student_group.name), version int
SELECT school_id, kind, name, version FROM student_group WHERE organisation_id = ?1 AND group_id = ?2;

-- Who might be in this caller's list: all groups for one who sees everywhere, else those of the schools where the person holds one of
-- `roles` (bits). It only narrows the search: policy/ decides each of them.
-- name: group_candidates
-- kind: all
-- args: organisation organisation_id, everywhere int, person person_id, roles int, after uuid, today int, limit int
-- args: at_school int, school uuid
-- columns: group uuid
SELECT g.group_id FROM student_group g
WHERE ?2 = 1 AND ?8 = 0 AND g.organisation_id = ?1 AND g.group_id > ?5
UNION
SELECT g.group_id FROM school s JOIN student_group g ON g.school_id = s.school_id
WHERE ?2 = 1 AND ?8 = 1 AND s.organisation_id = ?1 AND s.school_id = ?9 AND g.group_id > ?5
UNION
SELECT g.group_id FROM membership m JOIN student_group g ON g.school_id = m.school_id
WHERE ?2 = 0 AND m.person_id = ?3 AND ((1 << m.role) & ?4) <> 0 AND m.from_day <= ?6 AND m.until_day >= ?6 AND g.group_id > ?5
  AND (?8 = 0 OR g.school_id = ?9)
ORDER BY 1
LIMIT ?7;

-- name: group_insert
-- kind: write
-- args: group group_id, organisation organisation_id, school school_id, kind text, name sealed(student_group.name)
INSERT INTO student_group (group_id, organisation_id, school_id, kind, name, version) VALUES (?1, ?2, ?3, ?4, ?5, 1);

-- name: group_update
-- kind: write
-- args: group group_id, kind text, name sealed(student_group.name), version int
UPDATE student_group SET kind = ?2, name = ?3, version = ?4 WHERE group_id = ?1;
