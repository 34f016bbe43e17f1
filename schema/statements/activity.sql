-- SPDX-License-Identifier: EUPL-1.2
-- The append-only activity log (V1, V3, V4). There is no statement here that changes or removes a row, and none may come.

-- Where a tree ends, and what appending to it needs.
-- name: activity_tree_head
-- kind: one
-- args: tree uuid
-- columns: size int, at int, frontier bytes
SELECT size, last_at, frontier FROM activity_tree WHERE tree_id = ?1;

-- Only from the head that was read: nothing changes when another has grown the tree meanwhile.
-- name: activity_tree_grow
-- kind: write
-- args: tree uuid, size int, at int, frontier bytes, from_size int
UPDATE activity_tree SET size = ?2, last_at = ?3, frontier = ?4 WHERE tree_id = ?1 AND size = ?5;

-- name: activity_node_insert
-- kind: write
-- args: tree uuid, level int, node_index int, hash bytes
INSERT INTO activity_node (tree_id, level, node_index, hash) VALUES (?1, ?2, ?3, ?4);

-- name: activity_insert
-- kind: write
-- args: tree uuid, leaf_index int, at int, organisation organisation_id, actor_kind text, actor maybe_uuid, actor_mark bytes
-- args: behalf maybe_uuid, client text, operation text, object_kind text, object maybe_uuid, student maybe_uuid
-- args: school maybe_uuid, outcome text, ground text, request uuid, shown bytes
INSERT INTO activity (tree_id, leaf_index, at, organisation_id, actor_kind, actor_id, actor_mark, behalf_id, client, operation,
    object_kind, object_id, student_id, school_id, outcome, ground, request_id, shown)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18);

-- A tree for a new school, or for a new organisation (school NULL).
-- name: activity_tree_insert
-- kind: write
-- args: tree uuid, organisation organisation_id, school maybe_uuid, at int
INSERT INTO activity_tree (tree_id, organisation_id, school_id, size, last_at) VALUES (?1, ?2, ?3, 0, ?4);
