-- SPDX-License-Identifier: EUPL-1.2
-- Ties as records of their own (M1). What a right rests on is read in student.sql.

-- name: tie_by_id
-- kind: one
-- args: organisation organisation_id, tie uuid
-- columns: student student_id, person person_id, kind int, source text, from_day int, until_day int, version int
SELECT t.student_id, t.person_id, t.kind, t.source, t.from_day, t.until_day, t.version
FROM tie t JOIN student s ON s.student_id = t.student_id
WHERE s.organisation_id = ?1 AND t.tie_id = ?2;

-- Which might be in this caller's list: all for one who sees everywhere, else those of the students enrolled where the person holds one of
-- `roles` (bits). Narrowed to the `wanted` kinds (bits). policy/ decides each of them.
-- name: tie_candidates
-- kind: all
-- args: organisation organisation_id, everywhere int, person person_id, roles int, today int, after uuid, wanted int, limit int
-- columns: tie uuid
SELECT t.tie_id FROM tie t JOIN student s ON s.student_id = t.student_id
WHERE ?2 = 1 AND s.organisation_id = ?1 AND t.tie_id > ?6 AND ((1 << t.kind) & ?7) <> 0
UNION
SELECT t.tie_id FROM membership m JOIN enrolment e ON e.school_id = m.school_id JOIN tie t ON t.student_id = e.student_id
WHERE ?2 = 0 AND m.person_id = ?3 AND ((1 << m.role) & ?4) <> 0 AND m.from_day <= ?5 AND m.until_day >= ?5
  AND e.from_day <= ?5 AND e.until_day >= ?5 AND t.tie_id > ?6 AND ((1 << t.kind) & ?7) <> 0
ORDER BY 1
LIMIT ?8;

-- The same of one student, of one person, or between both.
-- name: tie_candidates_of
-- kind: all
-- args: organisation organisation_id, of_student int, student uuid, of_person int, person uuid, everywhere int, caller person_id, roles int
-- args: today int, wanted int, after uuid, limit int
-- columns: tie uuid
SELECT t.tie_id
FROM (SELECT tie_id, student_id, kind FROM tie WHERE ?2 = 1 AND student_id = ?3 AND (?4 = 0 OR person_id = ?5)
      UNION ALL
      SELECT tie_id, student_id, kind FROM tie WHERE ?2 = 0 AND person_id = ?5) t
JOIN student s ON s.student_id = t.student_id
WHERE s.organisation_id = ?1 AND t.tie_id > ?11 AND ((1 << t.kind) & ?10) <> 0 AND (?6 = 1
  OR EXISTS (SELECT 1 FROM membership m JOIN enrolment e ON e.school_id = m.school_id
             WHERE m.person_id = ?7 AND ((1 << m.role) & ?8) <> 0 AND m.from_day <= ?9 AND m.until_day >= ?9
               AND e.student_id = t.student_id AND e.from_day <= ?9 AND e.until_day >= ?9))
ORDER BY t.tie_id
LIMIT ?12;

-- One that says the same already, on any of the days.
-- name: tie_overlapping
-- kind: all
-- args: student student_id, person person_id, kind int, source text, from_day int, until_day int
-- columns: tie uuid
SELECT tie_id FROM tie
WHERE person_id = ?2 AND student_id = ?1 AND kind = ?3 AND source = ?4
  AND from_day <= until_day AND from_day <= ?6 AND until_day >= ?5
ORDER BY tie_id
LIMIT 1;

-- name: tie_insert
-- kind: write
-- args: tie uuid, student student_id, person person_id, kind int, source text, from_day int, until_day int
INSERT INTO tie (tie_id, student_id, person_id, kind, source, from_day, until_day, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1);

-- name: tie_update
-- kind: write
-- args: tie uuid, from_day int, until_day int, version int
UPDATE tie SET from_day = ?2, until_day = ?3, version = ?4 WHERE tie_id = ?1;
