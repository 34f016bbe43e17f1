-- SPDX-License-Identifier: EUPL-1.2
-- Documents on hendelser, filled in parts (P6, P10).

-- With its hendelse a document is struck, too. One whose removal has begun (touched_at = 0) is not there any more.
-- name: document_by_id
-- kind: one
-- args: organisation organisation_id, document uuid
-- columns: document uuid, personsak personsak_id, hendelse uuid, author person_id, name sealed(document.name)
-- columns: media_type sealed(document.media_type), size int, received int, parts int, recorded_at int, version int
-- columns: is_struck int, hendelse_is_struck int
SELECT d.document_id, d.personsak_id, d.hendelse_id, d.author_id, d.name, d.media_type, d.size, d.received, d.parts, d.recorded_at, d.version,
    CASE WHEN EXISTS (SELECT 1 FROM struck s WHERE s.object_id = d.document_id) THEN 1 ELSE 0 END,
    CASE WHEN EXISTS (SELECT 1 FROM struck s WHERE s.object_id = d.hendelse_id) THEN 1 ELSE 0 END
FROM document d JOIN personsak p ON p.personsak_id = d.personsak_id
WHERE p.organisation_id = ?1 AND d.document_id = ?2 AND d.touched_at > 0;

-- name: documents_of_hendelse
-- kind: all
-- args: organisation organisation_id, hendelse uuid, after uuid, limit int
-- columns: document uuid
SELECT d.document_id FROM document d JOIN personsak p ON p.personsak_id = d.personsak_id
WHERE p.organisation_id = ?1 AND d.hendelse_id = ?2 AND d.document_id > ?3 AND d.touched_at > 0
ORDER BY d.document_id
LIMIT ?4;

-- name: documents_held
-- kind: one
-- args: hendelse uuid
-- columns: n int
SELECT COUNT(*) FROM document WHERE hendelse_id = ?1 AND touched_at > 0;

-- name: document_insert
-- kind: write
-- args: document uuid, personsak personsak_id, hendelse uuid, author person_id, name sealed(document.name)
-- args: media_type sealed(document.media_type), size int, at int
INSERT INTO document (document_id, personsak_id, hendelse_id, author_id, name, media_type, size, received, parts, recorded_at, touched_at, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, ?8, ?8, 1);

-- name: document_part_insert
-- kind: write
-- args: document uuid, part int, start int, size int, final int, bytes sealed(document_part.bytes)
INSERT INTO document_part (document_id, part, start, size, final, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- What has come after one more part.
-- name: document_grow
-- kind: write
-- args: document uuid, received int, parts int, at int, version int
UPDATE document SET received = ?2, parts = ?3, touched_at = ?4, version = ?5 WHERE document_id = ?1;

-- The parts of one, without their bytes.
-- name: document_parts
-- kind: all
-- args: document uuid
-- columns: part int, start int, size int, final int
SELECT part, start, size, final FROM document_part WHERE document_id = ?1 ORDER BY part;

-- name: document_part_bytes
-- kind: one
-- args: document uuid, part int
-- columns: start int, size int, final int, bytes sealed(document_part.bytes)
SELECT start, size, final, bytes FROM document_part WHERE document_id = ?1 AND part = ?2;

-- The upload that has waited longest for its next part, unless it is struck: that one is for a disposal.
-- name: document_abandoned
-- kind: one
-- args: before int
-- columns: document uuid, parts int
SELECT d.document_id, d.parts FROM document d
WHERE d.received < d.size AND d.touched_at < ?1 AND NOT EXISTS (SELECT 1 FROM struck s WHERE s.object_id = d.document_id)
ORDER BY d.touched_at
LIMIT 1;

-- Its last part goes, and nobody goes on with it: another part in that place would be sealed for the same row and number.
-- name: document_part_remove
-- kind: write
-- args: document uuid, part int
DELETE FROM document_part WHERE document_id = ?1 AND part = ?2;

-- name: document_shrink
-- kind: write
-- args: document uuid, part int
UPDATE document SET parts = ?2, touched_at = 0, received = COALESCE((SELECT p.start + p.size FROM document_part p WHERE p.document_id = ?1 AND p.part = ?2 - 1), 0)
WHERE document_id = ?1;

-- name: document_remove
-- kind: write
-- args: document uuid
DELETE FROM document WHERE document_id = ?1 AND parts = 0;

-- name: document_mark
-- kind: write
-- args: document uuid
UPDATE document SET version = version + 1 WHERE document_id = ?1;
