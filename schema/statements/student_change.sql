-- SPDX-License-Identifier: EUPL-1.2
-- Changing students and merging doubles (S4).

-- The student who has this login of their own; a person is one student's.
-- name: student_of_person
-- kind: one
-- args: organisation organisation_id, person person_id
-- columns: student student_id, merged_into maybe_uuid
SELECT student_id, merged_into FROM student WHERE organisation_id = ?1 AND person_id = ?2;

-- Whose logins the student's doubles have, that were merged long ago.
-- name: persons_of_doubles
-- kind: all
-- args: student student_id
-- columns: person maybe_uuid
SELECT person_id FROM student WHERE merged_into = ?1;

-- name: student_update
-- kind: write
-- args: student student_id, person maybe_uuid, given_name sealed(student.given_name), family_name sealed(student.family_name)
-- args: civic_number sealed(student.civic_number), mark_local int, mark_registry int, version int
UPDATE student SET person_id = ?2, given_name = ?3, family_name = ?4, civic_number = ?5, mark_local = ?6, mark_registry = ?7, version = ?8
WHERE student_id = ?1;

-- The double keeps its version, so that what stays sealed in its row can still be opened.
-- name: student_absorb
-- kind: write
-- args: student student_id, into student_id, person maybe_uuid, civic_number sealed(student.civic_number)
UPDATE student SET merged_into = ?2, person_id = ?3, civic_number = ?4 WHERE student_id = ?1;

-- name: student_has_doubles
-- kind: write
-- args: student student_id
UPDATE student SET has_doubles = 1 WHERE student_id = ?1;

-- What was merged into the double before leads on.
-- name: student_absorb_earlier
-- kind: write
-- args: student student_id, into student_id
UPDATE student SET merged_into = ?2 WHERE merged_into = ?1;

-- What of a student moves with a merge, all there ever was: 0 enrolments, 1 ties, 2 memberships of groups, each with the school, person
-- or group that it is with; a tie is at no school.
-- name: student_records
-- kind: all
-- args: student student_id
-- columns: sort int, record uuid, other uuid, school maybe_uuid, kind int, from_day int, until_day int
SELECT 0, enrolment_id, school_id, school_id, 0, from_day, until_day FROM enrolment WHERE student_id = ?1
UNION ALL SELECT 1, tie_id, person_id, NULL, kind, from_day, until_day FROM tie WHERE student_id = ?1
UNION ALL SELECT 2, m.group_member_id, m.group_id, g.school_id, 0, m.from_day, m.until_day
FROM group_member m JOIN student_group g ON g.group_id = m.group_id WHERE m.student_id = ?1
ORDER BY 1, 2;

-- name: enrolment_merge
-- kind: write
-- args: record uuid, student student_id, from_day int, until_day int
UPDATE enrolment SET student_id = ?2, from_day = ?3, until_day = ?4, version = version + 1 WHERE enrolment_id = ?1;

-- name: tie_merge
-- kind: write
-- args: record uuid, student student_id, from_day int, until_day int
UPDATE tie SET student_id = ?2, from_day = ?3, until_day = ?4, version = version + 1 WHERE tie_id = ?1;

-- name: group_member_merge
-- kind: write
-- args: record uuid, student student_id, from_day int, until_day int
UPDATE group_member SET student_id = ?2, from_day = ?3, until_day = ?4, version = version + 1 WHERE group_member_id = ?1;

-- What was recorded of the double is the student's: personsaker, proposals, departures.
-- name: personsaker_of_student_move
-- kind: write
-- args: student student_id, into student_id
UPDATE personsak SET student_id = ?2, version = version + 1 WHERE student_id = ?1;

-- name: proposals_of_student_move
-- kind: write
-- args: student student_id, into student_id
UPDATE proposal SET student_id = ?2, version = version + 1 WHERE student_id = ?1;

-- name: departures_of_student_move
-- kind: write
-- args: student student_id, into student_id
UPDATE departure SET student_id = ?2, version = version + 1 WHERE student_id = ?1;

-- The external ids that led to one thing lead to another. A double's civic number still leads to the double, and by that to the student.
-- name: blind_index_lead
-- kind: write
-- args: organisation organisation_id, from uuid, to uuid
UPDATE blind_index SET object_id = ?3 WHERE organisation_id = ?1 AND object_id = ?2 AND purpose <> 'civic';

-- name: external_ids_lead
-- kind: write
-- args: organisation organisation_id, from uuid, to uuid
UPDATE external_id SET object_id = ?3 WHERE organisation_id = ?1 AND object_id = ?2;
