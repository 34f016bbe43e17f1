-- SPDX-License-Identifier: EUPL-1.2
-- Schools and their modules.

-- name: school_by_id
-- kind: one
-- args: organisation organisation_id, school school_id
-- columns: name text, version int
SELECT name, version FROM school WHERE organisation_id = ?1 AND school_id = ?2;

-- name: school_modules
-- kind: all
-- args: school school_id
-- columns: module text
SELECT module FROM school_module WHERE school_id = ?1 ORDER BY module;

-- Which schools might be in this caller's list: all for one who sees everywhere, else those where the person holds one of `roles` (bits).
-- It only narrows the search: policy/ decides each of them.
-- name: school_candidates
-- kind: all
-- args: organisation organisation_id, everywhere int, person person_id, roles int, after uuid, today int, limit int
-- columns: school uuid
SELECT s.school_id FROM school s
WHERE ?2 = 1 AND s.organisation_id = ?1 AND s.school_id > ?5
UNION
SELECT m.school_id FROM membership m
WHERE ?2 = 0 AND m.person_id = ?3 AND ((1 << m.role) & ?4) <> 0 AND m.from_day <= ?6 AND m.until_day >= ?6 AND m.school_id > ?5
ORDER BY 1
LIMIT ?7;

-- Whether someone is an owner today who does not lead this school (R5). Roles: 9 owner, 0 rektor.
-- name: owner_outside_school
-- kind: one
-- args: organisation organisation_id, school school_id, today int, owner int, rektor int
-- columns: there int
SELECT CASE WHEN EXISTS (
    SELECT 1 FROM membership o
    WHERE o.school_id IS NULL AND o.role = ?4 AND o.organisation_id = ?1 AND o.from_day <= ?3 AND o.until_day >= ?3
      AND NOT EXISTS (
        SELECT 1 FROM membership r
        WHERE r.person_id = o.person_id AND r.school_id = ?2 AND r.role = ?5 AND r.from_day <= ?3 AND r.until_day >= ?3)
    ) THEN 1 ELSE 0 END;

-- name: school_insert
-- kind: write
-- args: school school_id, organisation organisation_id, name text
INSERT INTO school (school_id, organisation_id, name, version) VALUES (?1, ?2, ?3, 1);

-- name: school_update
-- kind: write
-- args: school school_id, name text, version int
UPDATE school SET name = ?2, version = ?3 WHERE school_id = ?1;

-- name: school_module_insert
-- kind: write
-- args: school school_id, module text
INSERT INTO school_module (school_id, module) VALUES (?1, ?2);

-- name: school_module_remove
-- kind: write
-- args: school school_id, module text
DELETE FROM school_module WHERE school_id = ?1 AND module = ?2;
