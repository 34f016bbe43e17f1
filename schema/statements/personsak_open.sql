-- SPDX-License-Identifier: EUPL-1.2
-- Opening a personsak (P2) and changing its header (P4).

-- name: personsak_insert
-- kind: write
-- args: personsak personsak_id, organisation organisation_id, school school_id, student student_id, key key_id, at int, by person_id
INSERT INTO personsak (personsak_id, organisation_id, school_id, student_id, key_id, closed, opened_at, opened_by, last_at, header, version)
VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?6, 1, 1);

-- name: personsak_header_insert
-- kind: write
-- args: personsak personsak_id, number int, version int, sakstype sealed(personsak_header.sakstype)
-- args: category sealed(personsak_header.category), description sealed(personsak_header.description), by person_id, at int
INSERT INTO personsak_header (personsak_id, number, version, sakstype, category, description, changed_by, changed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- From now on this header is the one that holds.
-- name: personsak_header_set
-- kind: write
-- args: personsak personsak_id, number int
UPDATE personsak SET header = ?2 WHERE personsak_id = ?1;

-- Somebody leads or handles it, from this version of it on.
-- name: personsak_handler_insert
-- kind: write
-- args: personsak personsak_id, person person_id, version int, leads int, at int, by person_id
INSERT INTO personsak_handler (personsak_id, person_id, from_version, leads, from_at, from_by, until_at, until_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, NULL);

-- The contact teachers of a student today, the one with the oldest tie first.
-- name: contact_teachers_of_student
-- kind: all
-- args: student student_id, kind int, today int
-- columns: person person_id
SELECT person_id FROM tie WHERE student_id = ?1 AND kind = ?2 AND from_day <= ?3 AND until_day >= ?3 ORDER BY from_day, tie_id;
