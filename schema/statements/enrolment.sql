-- SPDX-License-Identifier: EUPL-1.2
-- Times at a school (S1).

-- name: enrolment_by_id
-- kind: one
-- args: organisation organisation_id, enrolment uuid
-- columns: student student_id, school school_id, from_day int, until_day int, version int
SELECT e.student_id, e.school_id, e.from_day, e.until_day, e.version
FROM enrolment e JOIN student s ON s.student_id = e.student_id
WHERE s.organisation_id = ?1 AND e.enrolment_id = ?2;

-- Another enrolment of the student at the school that shares a day with this period. One that ends before it begins has no days.
-- name: enrolment_overlapping
-- kind: one
-- args: student student_id, school school_id, from_day int, until_day int, but uuid
-- columns: enrolment uuid
SELECT enrolment_id FROM enrolment
WHERE student_id = ?1 AND school_id = ?2 AND from_day <= ?4 AND until_day >= ?3 AND from_day <= until_day AND enrolment_id <> ?5
ORDER BY enrolment_id
LIMIT 1;

-- Who might be in this caller's list: all enrolments for one who sees everywhere, else those at the schools where the person holds one
-- of `roles` (bits). It only narrows the search: policy/ decides each of them.
-- name: enrolment_candidates
-- kind: all
-- args: organisation organisation_id, everywhere int, person person_id, roles int, after uuid, today int, limit int
-- columns: enrolment uuid
SELECT e.enrolment_id FROM enrolment e JOIN student s ON s.student_id = e.student_id
WHERE ?2 = 1 AND s.organisation_id = ?1 AND e.enrolment_id > ?5
UNION
SELECT e.enrolment_id FROM membership m JOIN enrolment e ON e.school_id = m.school_id
WHERE ?2 = 0 AND m.person_id = ?3 AND ((1 << m.role) & ?4) <> 0 AND m.from_day <= ?6 AND m.until_day >= ?6 AND e.enrolment_id > ?5
ORDER BY 1
LIMIT ?7;

-- The same, all of one school.
-- name: enrolment_candidates_at
-- kind: all
-- args: organisation organisation_id, school school_id, after uuid, limit int
-- columns: enrolment uuid
SELECT e.enrolment_id FROM school s JOIN enrolment e ON e.school_id = s.school_id
WHERE s.organisation_id = ?1 AND s.school_id = ?2 AND e.enrolment_id > ?3
ORDER BY e.enrolment_id
LIMIT ?4;

-- The same of one student, at one school or at any.
-- name: enrolment_candidates_of
-- kind: all
-- args: organisation organisation_id, student uuid, at_school int, school uuid, everywhere int, person person_id, roles int, today int
-- args: after uuid, limit int
-- columns: enrolment uuid
SELECT e.enrolment_id FROM student s JOIN enrolment e ON e.student_id = s.student_id
WHERE s.organisation_id = ?1 AND s.student_id = ?2 AND (?3 = 0 OR e.school_id = ?4) AND e.enrolment_id > ?9 AND (?5 = 1
  OR e.school_id IN (SELECT m.school_id FROM membership m
                     WHERE m.person_id = ?6 AND ((1 << m.role) & ?7) <> 0 AND m.from_day <= ?8 AND m.until_day >= ?8))
ORDER BY e.enrolment_id
LIMIT ?10;

-- name: enrolment_update
-- kind: write
-- args: enrolment uuid, from_day int, until_day int, version int
UPDATE enrolment SET from_day = ?2, until_day = ?3, version = ?4 WHERE enrolment_id = ?1;
