-- SPDX-License-Identifier: EUPL-1.2
-- Students, their enrolments, ties and groups (S1–S3).

-- name: student_by_id
-- kind: one
-- args: organisation organisation_id, student student_id
-- columns: student student_id, key key_id, person maybe_uuid, given_name sealed(student.given_name)
-- columns: family_name sealed(student.family_name), civic_number sealed(student.civic_number), mark_local int, mark_registry int
-- columns: merged_into maybe_uuid, has_doubles int, version int
SELECT student_id, key_id, person_id, given_name, family_name, civic_number, mark_local, mark_registry, merged_into, has_doubles, version
FROM student WHERE organisation_id = ?1 AND student_id = ?2;

-- Whose civic number it is (S1); of a double, the student it turned out to be (S4).
-- name: student_by_civic_mark
-- kind: one
-- args: organisation organisation_id, mark mark
-- columns: student student_id
SELECT COALESCE(s.merged_into, s.student_id) FROM blind_index b JOIN student s ON s.student_id = b.object_id
WHERE b.organisation_id = ?1 AND b.purpose = 'civic' AND b.mark = ?2;

-- The number leads to the student from now on, unless it leads to one already: then nothing is written.
-- name: civic_mark_claim
-- kind: write
-- args: organisation organisation_id, mark mark, student student_id
INSERT INTO blind_index (organisation_id, purpose, mark, object_id) VALUES (?1, 'civic', ?2, ?3) ON CONFLICT DO NOTHING;

-- The enrolments that hold or are to come.
-- name: enrolments_of_student
-- kind: all
-- args: student student_id, today int
-- columns: school school_id, from_day int, until_day int
SELECT school_id, from_day, until_day FROM enrolment WHERE student_id = ?1 AND until_day >= ?2 AND from_day <= until_day ORDER BY enrolment_id;

-- name: ties_between
-- kind: all
-- args: person person_id, student student_id, today int
-- columns: kind int, from_day int, until_day int
SELECT kind, from_day, until_day FROM tie WHERE person_id = ?1 AND student_id = ?2 AND until_day >= ?3 ORDER BY tie_id;

-- The schools at which this person leads or handles a personsak of the student, closed ones too (S2); one for each personsak.
-- name: case_schools_of_student
-- kind: all
-- args: person person_id, student student_id
-- columns: school school_id
SELECT p.school_id FROM personsak p
WHERE p.student_id = ?2
  AND EXISTS (SELECT 1 FROM personsak_handler h WHERE h.personsak_id = p.personsak_id AND h.person_id = ?1 AND h.until_at IS NULL);

-- Groups that the student is in on a day; one twice when two of its places overlap.
-- name: groups_of_student
-- kind: all
-- args: student student_id, today int
-- columns: group group_id, school school_id, kind text, name sealed(student_group.name), version int
SELECT g.group_id, g.school_id, g.kind, g.name, g.version
FROM group_member m JOIN student_group g ON g.group_id = m.group_id
WHERE m.student_id = ?1 AND m.from_day <= ?2 AND m.until_day >= ?2;

-- Who might be in this person's list (S3): tied students, those whose personsaker the person handles, and students enrolled where the person
-- holds one of `roles` (bits).
-- It only narrows the search: policy/ decides each of them.
-- name: student_candidates
-- kind: all
-- args: person person_id, roles int, after student_id, today int, limit int
-- columns: student student_id
SELECT t.student_id FROM tie t
WHERE t.person_id = ?1 AND t.student_id > ?3 AND t.from_day <= ?4 AND t.until_day >= ?4
UNION
SELECT p.student_id FROM personsak_handler h JOIN personsak p ON p.personsak_id = h.personsak_id
WHERE h.person_id = ?1 AND h.until_at IS NULL AND p.student_id > ?3
UNION
SELECT e.student_id FROM membership m JOIN enrolment e ON e.school_id = m.school_id
WHERE m.person_id = ?1 AND ((1 << m.role) & ?2) <> 0 AND m.from_day <= ?4 AND m.until_day >= ?4
  AND e.student_id > ?3 AND e.from_day <= ?4 AND e.until_day >= ?4
ORDER BY 1
LIMIT ?5;

-- name: student_insert
-- kind: write
-- args: student student_id, organisation organisation_id, key key_id, person maybe_uuid, given_name sealed(student.given_name)
-- args: family_name sealed(student.family_name), civic_number sealed(student.civic_number), mark_local int, mark_registry int, at int
INSERT INTO student (student_id, organisation_id, key_id, person_id, given_name, family_name, civic_number, mark_local, mark_registry,
    created_at, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1);

-- name: enrolment_insert
-- kind: write
-- args: enrolment uuid, student student_id, school school_id, from_day int, until_day int
INSERT INTO enrolment (enrolment_id, student_id, school_id, from_day, until_day, version) VALUES (?1, ?2, ?3, ?4, ?5, 1);
