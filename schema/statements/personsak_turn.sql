-- SPDX-License-Identifier: EUPL-1.2
-- Closing a personsak, and reopening it (P8, S6).

-- How often it has been closed or reopened.
-- name: personsak_turns
-- kind: one
-- args: personsak personsak_id
-- columns: n int
SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM personsak_turn WHERE personsak_id = ?1;

-- name: personsak_turn_insert
-- kind: write
-- args: personsak personsak_id, number int, version int, closed int, words sealed(personsak_turn.words), by person_id, at int
INSERT INTO personsak_turn (personsak_id, number, version, closed, words, turned_by, turned_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: personsak_closed_set
-- kind: write
-- args: personsak personsak_id, closed int
UPDATE personsak SET closed = ?2 WHERE personsak_id = ?1;
