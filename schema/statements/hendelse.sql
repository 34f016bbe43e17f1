-- SPDX-License-Identifier: EUPL-1.2
-- Hendelser, their versions, and what was wrongly recorded (P6, P7, P9, P10). A strike is a version of its own, without content: the newest
-- content of what is struck stands one version before.

-- What a right on one rests on.
-- name: hendelse_by_id
-- kind: one
-- args: organisation organisation_id, hendelse uuid
-- columns: personsak personsak_id, author person_id, happened_at int, version int, struck int
SELECT h.personsak_id, h.author_id, h.happened_at, h.version,
    CASE WHEN EXISTS (SELECT 1 FROM struck s WHERE s.object_id = h.hendelse_id) THEN 1 ELSE 0 END
FROM hendelse h JOIN personsak p ON p.personsak_id = h.personsak_id
WHERE p.organisation_id = ?1 AND h.hendelse_id = ?2;

-- Where hendelser of a case stand, and what a filter or the size of a page needs to know of them: those before a place, newest first.
-- name: hendelse_keys_newest
-- kind: all
-- args: personsak personsak_id, at int, before uuid, from_at int, until_at int, by_author int, author uuid, limit int
-- columns: at int, hendelse uuid, version int, kind sealed(hendelse_version.kind), category sealed(hendelse_version.category), size int
-- columns: struck int
SELECT h.happened_at, h.hendelse_id, v.version, v.kind, v.category, LENGTH(v.text),
    CASE WHEN s.object_id IS NULL THEN 0 ELSE 1 END
FROM hendelse h LEFT JOIN struck s ON s.object_id = h.hendelse_id
JOIN hendelse_version v ON v.hendelse_id = h.hendelse_id AND v.version = h.version - CASE WHEN s.object_id IS NULL THEN 0 ELSE 1 END
WHERE h.personsak_id = ?1 AND (h.happened_at, h.hendelse_id) < (?2, ?3) AND h.happened_at >= ?4 AND h.happened_at <= ?5
  AND (?6 = 0 OR h.author_id = ?7)
ORDER BY h.happened_at DESC, h.hendelse_id DESC
LIMIT ?8;

-- The same after a place, oldest first.
-- name: hendelse_keys_oldest
-- kind: all
-- args: personsak personsak_id, at int, after uuid, from_at int, until_at int, by_author int, author uuid, limit int
-- columns: at int, hendelse uuid, version int, kind sealed(hendelse_version.kind), category sealed(hendelse_version.category), size int
-- columns: struck int
SELECT h.happened_at, h.hendelse_id, v.version, v.kind, v.category, LENGTH(v.text),
    CASE WHEN s.object_id IS NULL THEN 0 ELSE 1 END
FROM hendelse h LEFT JOIN struck s ON s.object_id = h.hendelse_id
JOIN hendelse_version v ON v.hendelse_id = h.hendelse_id AND v.version = h.version - CASE WHEN s.object_id IS NULL THEN 0 ELSE 1 END
WHERE h.personsak_id = ?1 AND (h.happened_at, h.hendelse_id) > (?2, ?3) AND h.happened_at >= ?4 AND h.happened_at <= ?5
  AND (?6 = 0 OR h.author_id = ?7)
ORDER BY h.happened_at, h.hendelse_id
LIMIT ?8;

-- All there is to show of those between two places, both included: of one, or of a page.
-- name: hendelser_between
-- kind: all
-- args: personsak personsak_id, first_at int, first uuid, last_at int, last uuid, by_author int, author uuid
-- columns: hendelse uuid, version int, author person_id, recorded_at int, content_version int, happened_at int, written_at int
-- columns: kind sealed(hendelse_version.kind), category sealed(hendelse_version.category), text sealed(hendelse_version.text)
-- columns: documents int, struck_by maybe_uuid, struck_at maybe_int, reason sealed(struck.reason)
SELECT h.hendelse_id, h.version, h.author_id, h.recorded_at, v.version, v.happened_at, v.written_at, v.kind, v.category, v.text,
    (SELECT COUNT(*) FROM document d WHERE d.hendelse_id = h.hendelse_id AND d.touched_at > 0), s.struck_by, s.struck_at, s.reason
FROM hendelse h LEFT JOIN struck s ON s.object_id = h.hendelse_id
JOIN hendelse_version v ON v.hendelse_id = h.hendelse_id AND v.version = h.version - CASE WHEN s.object_id IS NULL THEN 0 ELSE 1 END
WHERE h.personsak_id = ?1 AND (h.happened_at, h.hendelse_id) >= (?2, ?3) AND (h.happened_at, h.hendelse_id) <= (?4, ?5)
  AND (?6 = 0 OR h.author_id = ?7)
ORDER BY h.happened_at, h.hendelse_id;

-- name: hendelse_insert
-- kind: write
-- args: hendelse uuid, personsak personsak_id, author person_id, recorded_at int, happened_at int
INSERT INTO hendelse (hendelse_id, personsak_id, author_id, recorded_at, happened_at, version) VALUES (?1, ?2, ?3, ?4, ?5, 1);

-- name: hendelse_version_insert
-- kind: write
-- args: hendelse uuid, version int, kind sealed(hendelse_version.kind), category sealed(hendelse_version.category)
-- args: text sealed(hendelse_version.text), happened_at int, written_at int
INSERT INTO hendelse_version (hendelse_id, version, kind, category, text, happened_at, written_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: hendelse_amend
-- kind: write
-- args: hendelse uuid, happened_at int, version int
UPDATE hendelse SET happened_at = ?2, version = ?3 WHERE hendelse_id = ?1;

-- One that is struck stands where it was recorded: when it happened is content.
-- name: hendelse_strike
-- kind: write
-- args: hendelse uuid
UPDATE hendelse SET happened_at = recorded_at, version = version + 1 WHERE hendelse_id = ?1;

-- How long the versions of one are, from one on, oldest first.
-- name: hendelse_version_sizes
-- kind: all
-- args: hendelse uuid, after int, limit int
-- columns: version int, size int
SELECT version, LENGTH(text) FROM hendelse_version WHERE hendelse_id = ?1 AND version > ?2 ORDER BY version LIMIT ?3;

-- Versions of one, both ends included.
-- name: hendelse_versions
-- kind: all
-- args: hendelse uuid, first int, last int
-- columns: version int, happened_at int, written_at int, kind sealed(hendelse_version.kind), category sealed(hendelse_version.category)
-- columns: text sealed(hendelse_version.text)
SELECT version, happened_at, written_at, kind, category, text FROM hendelse_version
WHERE hendelse_id = ?1 AND version >= ?2 AND version <= ?3 ORDER BY version;

-- Whether and how something is struck.
-- name: strike_by_object
-- kind: one
-- args: object uuid
-- columns: struck_by person_id, struck_at int, reason sealed(struck.reason)
SELECT struck_by, struck_at, reason FROM struck WHERE object_id = ?1;

-- name: strike_insert
-- kind: write
-- args: object uuid, personsak personsak_id, struck_by person_id, struck_at int, reason sealed(struck.reason)
INSERT INTO struck (object_id, personsak_id, struck_by, struck_at, reason) VALUES (?1, ?2, ?3, ?4, ?5);
