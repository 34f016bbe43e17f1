-- SPDX-License-Identifier: EUPL-1.2
-- What the SQLite engine itself says, by name. A text may hold several statements.

-- Every connection, before its authorizer is set.
-- name: setup_common
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
PRAGMA trusted_schema = OFF;
PRAGMA recursive_triggers = ON;
PRAGMA temp_store = MEMORY;
PRAGMA mmap_size = 0;
PRAGMA wal_autocheckpoint = 0;
PRAGMA case_sensitive_like = ON;

-- A writing connection: the writer's, and the copier's, which checkpoints and reads no page through its cache. Cache in KiB. The WAL file of the
-- data keeps 144 MiB when it starts over, the 32,000 pages at which the copier has it do so and a little more: a file that need not grow is synced sooner.
-- name: setup_writer
PRAGMA journal_mode = WAL;
PRAGMA cache_size = -8192;
PRAGMA journal_size_limit = 150994944;

-- Where wrapped keys are only added, one after the other: a new page is seldom wanted again.
-- name: setup_keys_writer
PRAGMA cache_size = -512;

-- The file tells its journal mode at the first read.
-- name: setup_reader
PRAGMA query_only = ON;
PRAGMA cache_size = -2048;
SELECT 1 FROM sqlite_schema LIMIT 1;

-- 1 when the promises of setup_common and of the write-ahead log hold: a PRAGMA that is not understood fails silently.
-- name: setup_holds
-- columns: holds int
SELECT (SELECT journal_mode FROM pragma_journal_mode) = 'wal'
   AND (SELECT synchronous FROM pragma_synchronous) = 2
   AND (SELECT foreign_keys FROM pragma_foreign_keys) = 1
   AND (SELECT secure_delete FROM pragma_secure_delete) = 1
   AND (SELECT trusted_schema FROM pragma_trusted_schema) = 0
   AND (SELECT recursive_triggers FROM pragma_recursive_triggers) = 1
   AND (SELECT temp_store FROM pragma_temp_store) = 2;

-- Whose file this is and how far it is migrated.
-- name: file_identity
-- columns: application_id int, version int
SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version);

-- While tables are replaced, the rows of others name what is gone for a moment. Outside of transactions only: inside they do nothing.
-- name: references_off
PRAGMA foreign_keys = OFF;

-- name: references_on
PRAGMA foreign_keys = ON;

-- Written by each migration in its own transaction. 1414682951 is "TRYG".
-- name: stamp_data
PRAGMA application_id = 1414682951;
PRAGMA user_version = {version};

-- 1414682955 is "TRYK".
-- name: stamp_keys
PRAGMA application_id = 1414682955;
PRAGMA user_version = {version};

-- 1 when every page is a page of this database. It reads all of it.
-- name: structure_holds
-- columns: holds int
SELECT (SELECT quick_check FROM pragma_quick_check(1)) = 'ok' AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_check);

-- All that is wrong with the pages, rows and indexes of the file; 'ok' for nothing.
-- name: structure_findings
-- columns: what text
SELECT integrity_check FROM pragma_integrity_check(1000);

-- What the schema holds; a trigger with its text. Tables and indexes are what statements and findings of the structure make of them.
-- name: schema_objects
-- columns: object text
SELECT type || ' ' || name || CASE type WHEN 'trigger' THEN ': ' || sql ELSE '' END AS object
FROM sqlite_schema WHERE name NOT LIKE 'sqlite@_%' ESCAPE '@' ORDER BY object;

-- Tables with rows that name a row which is not there. Whose tree a row of the log is in, whoever reads all of it sees.
-- name: reference_findings
-- columns: child text
SELECT DISTINCT m.name FROM sqlite_schema m, pragma_foreign_key_check(m.name) WHERE m.type = 'table' AND m.name <> 'activity';

-- name: begin_write
BEGIN IMMEDIATE;

-- Takes its snapshot at its first read.
-- name: begin_read
BEGIN;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: job_begin
SAVEPOINT job;

-- name: job_keep
RELEASE job;

-- name: job_undo
ROLLBACK TO job;
