-- SPDX-License-Identifier: EUPL-1.2
-- Personsaker (P2–P5, P8).

-- What a right on one rests on. `bond`: 1 the caller leads it, 2 handles it, 0 neither.
-- name: personsak_by_id
-- kind: one
-- args: organisation organisation_id, personsak personsak_id, caller uuid
-- columns: personsak personsak_id, school school_id, student student_id, key key_id, closed int, opened_at int, opened_by person_id, last_at int
-- columns: header int, version int, bond int
SELECT p.personsak_id, p.school_id, p.student_id, p.key_id, p.closed, p.opened_at, p.opened_by, p.last_at, p.header, p.version,
    COALESCE((SELECT CASE WHEN h.leads = 1 THEN 1 ELSE 2 END FROM personsak_handler h
              WHERE h.personsak_id = p.personsak_id AND h.person_id = ?3 AND h.until_at IS NULL), 0)
FROM personsak p WHERE p.organisation_id = ?1 AND p.personsak_id = ?2;

-- Whether a school has a module.
-- name: school_has_module
-- kind: one
-- args: school school_id, module text
-- columns: has int
SELECT CASE WHEN EXISTS (SELECT 1 FROM school_module WHERE school_id = ?1 AND module = ?2) THEN 1 ELSE 0 END;

-- Each change of a personsak, and of what is in it, is a new version of it.
-- name: personsak_touch
-- kind: write
-- args: personsak personsak_id, at int
UPDATE personsak SET last_at = ?2, version = version + 1 WHERE personsak_id = ?1;
