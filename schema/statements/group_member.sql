-- SPDX-License-Identifier: EUPL-1.2
-- Who is in which group, and when. To be in a group twice at a time is to be in it: two systems may each say so.

-- name: group_member_by_id
-- kind: one
-- args: organisation organisation_id, member uuid
-- columns: group group_id, school school_id, student student_id, from_day int, until_day int, version int
SELECT m.group_id, g.school_id, m.student_id, m.from_day, m.until_day, m.version
FROM group_member m JOIN student_group g ON g.group_id = m.group_id
WHERE m.group_member_id = ?2 AND g.organisation_id = ?1;

-- Who might be in this caller's list: all for one who sees everywhere; else the members of groups of the schools where the person holds
-- one of `roles` (bits), and students whom the person is tied to. It only narrows the search: policy/ decides each of them.
-- name: group_member_candidates
-- kind: all
-- args: organisation organisation_id, everywhere int, person person_id, roles int, after uuid, today int, limit int
-- columns: member uuid
SELECT m.group_member_id FROM group_member m CROSS JOIN student_group g
WHERE ?2 = 1 AND m.group_member_id > ?5 AND g.group_id = m.group_id AND g.organisation_id = ?1
UNION
SELECT m.group_member_id FROM membership a JOIN student_group g ON g.school_id = a.school_id JOIN group_member m ON m.group_id = g.group_id
WHERE ?2 = 0 AND a.person_id = ?3 AND ((1 << a.role) & ?4) <> 0 AND a.from_day <= ?6 AND a.until_day >= ?6 AND m.group_member_id > ?5
UNION
SELECT m.group_member_id FROM tie t JOIN group_member m ON m.student_id = t.student_id
WHERE ?2 = 0 AND t.person_id = ?3 AND t.from_day <= ?6 AND t.until_day >= ?6 AND m.group_member_id > ?5
ORDER BY 1
LIMIT ?7;

-- The same of one group, of one student, or of both. A tie narrows as in G1: where the student is enrolled and the person belongs.
-- name: group_member_candidates_of
-- kind: all
-- args: organisation organisation_id, of_group int, group uuid, of_student int, student uuid, everywhere int, person person_id, roles int
-- args: ties int, today int, after uuid, limit int
-- columns: member uuid
SELECT c.group_member_id
FROM (SELECT group_member_id, group_id, student_id FROM group_member WHERE ?2 = 1 AND group_id = ?3 AND (?4 = 0 OR student_id = ?5)
      UNION ALL
      SELECT group_member_id, group_id, student_id FROM group_member WHERE ?2 = 0 AND student_id = ?5) c
JOIN student_group g ON g.group_id = c.group_id
WHERE g.organisation_id = ?1 AND c.group_member_id > ?11 AND (?6 = 1
  OR g.school_id IN (SELECT m.school_id FROM membership m
                     WHERE m.person_id = ?7 AND ((1 << m.role) & ?8) <> 0 AND m.from_day <= ?10 AND m.until_day >= ?10)
  OR (g.school_id IN (SELECT m.school_id FROM membership m WHERE m.person_id = ?7 AND m.from_day <= ?10 AND m.until_day >= ?10)
      AND EXISTS (SELECT 1 FROM tie t JOIN enrolment e ON e.student_id = t.student_id
                  WHERE t.person_id = ?7 AND t.student_id = c.student_id AND ((1 << t.kind) & ?9) <> 0
                    AND t.from_day <= ?10 AND t.until_day >= ?10
                    AND e.school_id = g.school_id AND e.from_day <= ?10 AND e.until_day >= ?10)))
ORDER BY c.group_member_id
LIMIT ?12;

-- name: group_member_overlapping
-- kind: one
-- args: group group_id, student student_id, from_day int, until_day int
-- columns: there int
SELECT CASE WHEN EXISTS (
    SELECT 1 FROM group_member WHERE group_id = ?1 AND student_id = ?2 AND from_day <= ?4 AND until_day >= ?3
        AND from_day <= until_day) THEN 1 ELSE 0 END;

-- name: group_member_insert
-- kind: write
-- args: member uuid, group group_id, student student_id, from_day int, until_day int
INSERT INTO group_member (group_member_id, group_id, student_id, from_day, until_day, version) VALUES (?1, ?2, ?3, ?4, ?5, 1);

-- name: group_member_update
-- kind: write
-- args: member uuid, from_day int, until_day int, version int
UPDATE group_member SET from_day = ?2, until_day = ?3, version = ?4 WHERE group_member_id = ?1;
