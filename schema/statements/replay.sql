-- SPDX-License-Identifier: EUPL-1.2
-- Safe retries (X1).

-- name: replay_by_mark
-- kind: one
-- args: organisation organisation_id, mark mark, now int
-- columns: body mark, object uuid, version int, unchanged int
SELECT body_mark, object_id, object_version, unchanged FROM replay WHERE organisation_id = ?1 AND mark = ?2 AND expires_at > ?3;

-- name: replay_insert
-- kind: write
-- args: organisation organisation_id, mark mark, body mark, object uuid, version int, unchanged int, expires_at int, now int
INSERT INTO replay (organisation_id, mark, body_mark, object_id, object_version, unchanged, expires_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (organisation_id, mark) DO UPDATE
SET body_mark = excluded.body_mark, object_id = excluded.object_id, object_version = excluded.object_version,
    unchanged = excluded.unchanged, expires_at = excluded.expires_at
WHERE replay.expires_at <= ?8;

-- The chore goes through them a stretch at a time. The end of the one that begins after this place: its last row, so many behind the first.
-- name: replay_stretch
-- kind: one
-- args: organisation organisation_id, mark mark, skip int
-- columns: organisation organisation_id, mark mark
SELECT organisation_id, mark FROM replay WHERE (organisation_id, mark) > (?1, ?2) ORDER BY organisation_id, mark LIMIT 1 OFFSET ?3;

-- name: replay_expire
-- kind: write
-- args: after organisation_id, after_mark mark, until organisation_id, until_mark mark, now int
DELETE FROM replay WHERE (organisation_id, mark) > (?1, ?2) AND (organisation_id, mark) <= (?3, ?4) AND expires_at <= ?5;
