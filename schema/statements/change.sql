-- SPDX-License-Identifier: EUPL-1.2
-- The change feed (X4): a view of the activity log, and no table of its own.

-- What the feed looks at, from a place in a tree on, oldest first.
-- name: activity_newer
-- kind: all
-- args: tree uuid, from_index int, limit int
-- columns: leaf_index int, at int, operation text, object_kind text, object maybe_uuid, student maybe_uuid, school maybe_uuid
-- columns: outcome text
SELECT leaf_index, at, operation, object_kind, object_id, student_id, school_id, outcome
FROM activity
WHERE tree_id = ?1 AND leaf_index >= ?2
ORDER BY leaf_index
LIMIT ?3;
