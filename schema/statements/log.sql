-- SPDX-License-Identifier: EUPL-1.2
-- What is signed of the log (V3): the newest checkpoint of each tree, and the newest that each witness has signed too. Both only grow.

-- name: log_checkpoint
-- kind: one
-- args: tree uuid
-- columns: size int, made_at int, note text
SELECT size, made_at, note FROM checkpoint WHERE tree_id = ?1;

-- Changes nothing when there is a larger one.
-- name: log_checkpoint_put
-- kind: write
-- args: tree uuid, size int, made_at int, note text
INSERT INTO checkpoint (tree_id, size, made_at, note)
VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (tree_id) DO UPDATE
SET size = excluded.size, made_at = excluded.made_at, note = excluded.note
WHERE checkpoint.size <= excluded.size;

-- name: log_cosigned
-- kind: one
-- args: tree uuid, witness text
-- columns: size int, note text
SELECT size, note FROM cosigned WHERE tree_id = ?1 AND witness = ?2;

-- Of more than so many rows, the largest first.
-- name: log_cosigned_over
-- kind: all
-- args: tree uuid, over int, limit int
-- columns: witness text, size int, note text
SELECT witness, size, note FROM cosigned WHERE tree_id = ?1 AND size > ?2 ORDER BY size DESC, witness LIMIT ?3;

-- Changes nothing when there is a larger one.
-- name: log_cosigned_put
-- kind: write
-- args: tree uuid, witness text, size int, note text
INSERT INTO cosigned (tree_id, witness, size, note)
VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (tree_id, witness) DO UPDATE
SET size = excluded.size, note = excluded.note
WHERE cosigned.size <= excluded.size;

-- Trees whose newest checkpoint lacks rows, or all that have one or need one, in the order of their ids.
-- name: log_trees
-- kind: all
-- args: after uuid, everyone int, limit int
-- columns: tree uuid
SELECT t.tree_id
FROM activity_tree t LEFT JOIN checkpoint c ON c.tree_id = t.tree_id
WHERE t.tree_id > ?1 AND (t.size > COALESCE(c.size, 0) OR (CAST(?2 AS BIGINT) = 1 AND c.size IS NOT NULL))
ORDER BY t.tree_id
LIMIT ?3;

-- name: log_all
-- kind: all
-- args: after uuid, limit int
-- columns: tree uuid, school maybe_uuid
SELECT tree_id, school_id FROM activity_tree WHERE tree_id > ?1 ORDER BY tree_id LIMIT ?2;

-- When the oldest row was written that no checkpoint stands for; 0: there is none.
-- name: log_unsigned_since
-- kind: one
-- columns: at int
SELECT CAST(COALESCE(MIN(a.at), 0) AS BIGINT)
FROM activity_tree t LEFT JOIN checkpoint c ON c.tree_id = t.tree_id
JOIN activity a ON a.tree_id = t.tree_id AND a.leaf_index = COALESCE(c.size, 0)
WHERE t.size > COALESCE(c.size, 0);

-- Which logs might be in this caller's list: all for one who follows them everywhere, else those of the schools where the person holds
-- one of `roles` (bits). It only narrows the search: policy/ decides each of them.
-- name: log_candidates
-- kind: all
-- args: organisation organisation_id, everywhere int, person person_id, roles int, after uuid, today int, limit int
-- columns: log uuid
SELECT t.tree_id FROM activity_tree t
WHERE ?2 = 1 AND t.organisation_id = ?1 AND t.tree_id > ?5
UNION
SELECT m.school_id FROM membership m
WHERE ?2 = 0 AND m.person_id = ?3 AND ((1 << m.role) & ?4) <> 0 AND m.from_day <= ?6 AND m.until_day >= ?6 AND m.school_id > ?5
ORDER BY 1
LIMIT ?7;
