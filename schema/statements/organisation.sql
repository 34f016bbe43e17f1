-- SPDX-License-Identifier: EUPL-1.2
-- Organisations and their keys.

-- name: organisation_by_id
-- kind: one
-- args: organisation organisation_id
-- columns: name text, time_zone text, version int
SELECT name, time_zone, version FROM organisation WHERE organisation_id = ?1;

-- name: organisation_keys
-- kind: one
-- args: organisation organisation_id
-- columns: key key_id, index_key key_id
SELECT key_id, index_key_id FROM organisation WHERE organisation_id = ?1;

-- name: organisations
-- kind: all
-- columns: organisation organisation_id, time_zone text
SELECT organisation_id, time_zone FROM organisation ORDER BY organisation_id;

-- name: organisation_insert
-- kind: write
-- args: organisation organisation_id, name text, time_zone text, key key_id, index_key key_id, at int
INSERT INTO organisation (organisation_id, name, time_zone, key_id, index_key_id, created_at, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1);

-- name: organisation_update
-- kind: write
-- args: organisation organisation_id, name text, version int
UPDATE organisation SET name = ?2, version = ?3 WHERE organisation_id = ?1;

-- name: group_at_school
-- kind: one
-- args: organisation organisation_id, group group_id, school school_id
-- columns: version int
SELECT version FROM student_group WHERE organisation_id = ?1 AND group_id = ?2 AND school_id = ?3;

-- Every data key that the data names; what keys.db holds besides is the pool of keys made ahead of time.
-- name: keys_in_use
-- kind: all
-- columns: key key_id
SELECT key_id FROM organisation
UNION ALL SELECT index_key_id FROM organisation
UNION ALL SELECT key_id FROM person
UNION ALL SELECT key_id FROM student
UNION ALL SELECT key_id FROM personsak
ORDER BY 1;
