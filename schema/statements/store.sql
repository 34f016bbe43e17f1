-- SPDX-License-Identifier: EUPL-1.2

-- The rights epoch of this snapshot: a read whose epoch has moved before its row is appended runs again.
-- name: rights_epoch
-- kind: one
-- columns: epoch int
SELECT epoch FROM rights_epoch WHERE one = 1;

-- The time of the newest activity row: the writer's clock never runs behind it.
-- name: newest_activity_time
-- kind: one
-- columns: at int
SELECT CAST(COALESCE(MAX(last_at), 0) AS BIGINT) FROM activity_tree;
