-- SPDX-License-Identifier: EUPL-1.2
-- The organisation's code lists. A code is never removed: old records need its labels.

-- In the order that people see. A filter that is NULL takes everything.
-- name: codes
-- kind: all
-- args: organisation organisation_id, list text, retired maybe_int
-- columns: id uuid, list text, code text, position int, label_nb text, label_sv text, label_en text, retired int, version int
SELECT code_id, list, code, position, label_nb, label_sv, label_en, retired, version
FROM code
WHERE organisation_id = ?1 AND (CAST(?2 AS TEXT) IS NULL OR list = ?2) AND (CAST(?3 AS BIGINT) IS NULL OR retired = ?3)
ORDER BY list, position, code;

-- name: code_by_id
-- kind: one
-- args: organisation organisation_id, id uuid
-- columns: id uuid, list text, code text, position int, label_nb text, label_sv text, label_en text, retired int, version int
SELECT code_id, list, code, position, label_nb, label_sv, label_en, retired, version
FROM code
WHERE organisation_id = ?1 AND code_id = ?2;

-- name: code_by_name
-- kind: one
-- args: organisation organisation_id, list text, code text
-- columns: retired int
SELECT retired FROM code WHERE organisation_id = ?1 AND list = ?2 AND code = ?3;

-- How full a list is, and where it ends; -1 for an empty one.
-- name: code_list_extent
-- kind: one
-- args: organisation organisation_id, list text
-- columns: n int, last_position int
SELECT COUNT(*), COALESCE(MAX(position), -1) FROM code WHERE organisation_id = ?1 AND list = ?2;

-- name: code_insert
-- kind: write
-- args: id uuid, organisation organisation_id, list text, code text, position int, label_nb text, label_sv text, label_en text
INSERT INTO code (code_id, organisation_id, list, code, position, label_nb, label_sv, label_en, retired, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 1);

-- name: code_update
-- kind: write-one
-- args: organisation organisation_id, id uuid, position int, label_nb text, label_sv text, label_en text, retired int
-- columns: version int
UPDATE code
SET position = ?3, label_nb = ?4, label_sv = ?5, label_en = ?6, retired = ?7, version = version + 1
WHERE organisation_id = ?1 AND code_id = ?2
RETURNING version;

-- What a new organisation begins with.
-- name: code_defaults
-- kind: all
-- columns: list text, code text, position int, label_nb text, label_sv text, label_en text
SELECT list, code, position, label_nb, label_sv, label_en FROM code_default ORDER BY list, position, code;
