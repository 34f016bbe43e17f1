-- SPDX-License-Identifier: EUPL-1.2
-- Whom to wake when there are changes (X4). URL and secret are sealed with the organisation's own key.

-- name: webhook_by_id
-- kind: one
-- args: organisation organisation_id, webhook uuid
-- columns: client text, client_mark mark, school maybe_uuid, url sealed(webhook.url), created_at int, failures int, version int
SELECT client, client_mark, school_id, url, created_at, failures, version
FROM webhook
WHERE organisation_id = ?1 AND webhook_id = ?2;

-- name: webhooks
-- kind: all
-- args: organisation organisation_id, after uuid, limit int
-- columns: webhook uuid
SELECT webhook_id FROM webhook
WHERE organisation_id = ?1 AND webhook_id > ?2
ORDER BY webhook_id
LIMIT ?3;

-- name: webhook_count
-- kind: one
-- args: organisation organisation_id, client_mark mark
-- columns: webhooks int, of_client int
SELECT COUNT(*), COUNT(CASE WHEN client_mark = ?2 THEN 1 END) FROM webhook WHERE organisation_id = ?1;

-- name: webhook_insert
-- kind: write
-- args: webhook uuid, organisation organisation_id, client text, client_mark mark, school maybe_uuid, url sealed(webhook.url)
-- args: secret sealed(webhook.secret), created_at int, told int
INSERT INTO webhook (webhook_id, organisation_id, client, client_mark, school_id, url, secret, created_at, version, told, failures, next_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, 0, 0);

-- name: webhook_remove
-- kind: write
-- args: organisation organisation_id, webhook uuid
DELETE FROM webhook WHERE organisation_id = ?1 AND webhook_id = ?2;

-- Those whose tree has grown, whose time it is; those that have waited longest first.
-- name: webhooks_waiting
-- kind: all
-- args: now int, limit int
-- columns: webhook uuid, client_mark mark, tree uuid, size int, told int
SELECT w.webhook_id, w.client_mark, t.tree_id, t.size, w.told
FROM webhook w JOIN activity_tree t ON t.tree_id = COALESCE(w.school_id, w.organisation_id)
WHERE t.size > w.told AND w.next_at <= ?1
ORDER BY w.next_at, w.webhook_id
LIMIT ?2;

-- name: webhook_to_send
-- kind: one
-- args: webhook uuid
-- columns: organisation organisation_id, url sealed(webhook.url), secret sealed(webhook.secret), version int, told int, failures int
SELECT organisation_id, url, secret, version, told, failures FROM webhook WHERE webhook_id = ?1;

-- name: webhook_taken
-- kind: write
-- args: webhook uuid, told int, now int
UPDATE webhook SET told = ?2, failures = 0, next_at = ?3 WHERE webhook_id = ?1 AND told <= ?2;

-- Nothing of what it has been told of lately is a change.
-- name: webhook_passed
-- kind: write
-- args: webhook uuid, told int
UPDATE webhook SET told = ?2 WHERE webhook_id = ?1 AND told <= ?2;

-- name: webhook_failed
-- kind: write
-- args: webhook uuid, next_at int
UPDATE webhook SET failures = failures + 1, next_at = ?2 WHERE webhook_id = ?1;
