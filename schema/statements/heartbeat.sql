-- SPDX-License-Identifier: EUPL-1.2
-- /health/ready: a commit that really writes.

-- name: heartbeat_update
-- kind: write
-- args: at int
UPDATE heartbeat SET at = ?1 WHERE one = 1;
