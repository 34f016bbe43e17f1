-- SPDX-License-Identifier: EUPL-1.2

-- name: key_add
-- kind: write
-- args: id key_id, wrapped wrapped_key
INSERT INTO data_key (key_id, wrapped) VALUES (?1, ?2);

-- name: key_wrapped
-- kind: one
-- args: id key_id
-- columns: wrapped wrapped_key
SELECT wrapped FROM data_key WHERE key_id = ?1;

-- name: key_ids
-- kind: all
-- columns: id key_id
SELECT key_id FROM data_key ORDER BY key_id;

-- name: master_check_set
-- kind: write
-- args: value bytes
INSERT INTO master_check (one, value) VALUES (1, ?1);

-- name: master_check
-- kind: one
-- columns: value bytes
SELECT value FROM master_check WHERE one = 1;
