-- SPDX-License-Identifier: EUPL-1.2
-- Where actors and students occur in the log: made from its rows, so that appending waits for no look-up. It may be made again at any time.

-- The next tree, in their order, that has rows which are not looked up yet: so many of them, or none newer than `quiet_since`.
-- name: activity_lookup_due
-- kind: one
-- args: after uuid, tail int, quiet_since int
-- columns: tree uuid, looked_up int, size int
SELECT t.tree_id, COALESCE(l.looked_up, 0), t.size
FROM activity_tree t LEFT JOIN activity_lookup l ON l.tree_id = t.tree_id
WHERE t.tree_id > ?1 AND t.size > COALESCE(l.looked_up, 0) AND (t.size - COALESCE(l.looked_up, 0) >= ?2 OR t.last_at < ?3)
ORDER BY t.tree_id
LIMIT 1;

-- Whom the rows of a tree name, oldest first.
-- name: activity_names
-- kind: all
-- args: tree uuid, from_index int, limit int
-- columns: leaf_index int, actor maybe_uuid, student maybe_uuid, shown bytes
SELECT leaf_index, actor_id, student_id, shown
FROM activity
WHERE tree_id = ?1 AND leaf_index >= ?2
ORDER BY leaf_index
LIMIT ?3;

-- name: activity_of_actor_insert
-- kind: write
-- args: actor uuid, tree uuid, leaf_index int
INSERT INTO activity_of_actor (actor_id, tree_id, leaf_index) VALUES (?1, ?2, ?3)
ON CONFLICT (actor_id, tree_id, leaf_index) DO NOTHING;

-- name: activity_of_student_insert
-- kind: write
-- args: student uuid, tree uuid, leaf_index int
INSERT INTO activity_of_student (student_id, tree_id, leaf_index) VALUES (?1, ?2, ?3)
ON CONFLICT (student_id, tree_id, leaf_index) DO NOTHING;

-- Only onwards.
-- name: activity_lookup_put
-- kind: write
-- args: tree uuid, looked_up int
INSERT INTO activity_lookup (tree_id, looked_up) VALUES (?1, ?2)
ON CONFLICT (tree_id) DO UPDATE SET looked_up = ?2 WHERE activity_lookup.looked_up < ?2;
