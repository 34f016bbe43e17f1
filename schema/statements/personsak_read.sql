-- SPDX-License-Identifier: EUPL-1.2
-- What a personsak shows (P3).

-- name: personsak_header
-- kind: one
-- args: personsak personsak_id, number int
-- columns: sakstype sealed(personsak_header.sakstype), category sealed(personsak_header.category)
-- columns: description sealed(personsak_header.description), changed_by person_id, changed_at int
SELECT sakstype, category, description, changed_by, changed_at FROM personsak_header WHERE personsak_id = ?1 AND number = ?2;

-- Who handles it now: the one who leads first, then those who have handled it longest.
-- name: personsak_handlers
-- kind: all
-- args: personsak personsak_id
-- columns: person person_id, leads int
SELECT person_id, leads FROM personsak_handler WHERE personsak_id = ?1 AND until_at IS NULL ORDER BY leads DESC, from_version, person_id;

-- The newest closing or reopening: while it is closed, how it was closed.
-- name: personsak_newest_turn
-- kind: one
-- args: personsak personsak_id
-- columns: number int, closed int, words sealed(personsak_turn.words), turned_by person_id, turned_at int
SELECT number, closed, words, turned_by, turned_at FROM personsak_turn WHERE personsak_id = ?1 ORDER BY number DESC LIMIT 1;

-- By when it must be closed, if its student is about to leave the school (S6). One that is open although the departure has completed was opened
-- since: until the day itself it is due, too.
-- name: personsak_due
-- kind: one
-- args: student student_id, school school_id, closed int, today int
-- columns: due_on int
SELECT last_day FROM departure
WHERE student_id = ?1 AND school_id = ?2 AND (state = 0 OR (state = 1 AND ?3 = 0 AND last_day >= ?4)) ORDER BY last_day LIMIT 1;

-- All that has happened to it, oldest first, in an order that later events leave as it is. `what`: 0 opened, 1 changed, 2 closed, 3 reopened,
-- 4 a handler added, 5 one removed, 6 handed over. Whoever changes between leading and handling is handed over, and neither added nor removed.
-- `version` is that of the personsak which it made; of a removal it is not kept, and 0. `number` is what its words are sealed under.
-- name: personsak_history
-- kind: all
-- args: personsak personsak_id, skipped int, limit int
-- columns: at int, what int, version int, by person_id, number int, sakstype sealed(personsak_header.sakstype)
-- columns: category sealed(personsak_header.category), description sealed(personsak_header.description)
-- columns: words sealed(personsak_turn.words), person maybe_uuid
SELECT c.at, c.what, c.version, c.by_id, c.number, c.sakstype, c.category, c.description, c.words, c.person_id
FROM (SELECT d.changed_at AS at, CASE WHEN d.number = 1 THEN 0 ELSE 1 END AS what, d.version AS version, d.changed_by AS by_id, d.number AS number, d.sakstype AS sakstype,
             d.category AS category, d.description AS description, t.words AS words, l.person_id AS person_id
      FROM personsak_header d
      LEFT JOIN personsak_turn t ON t.personsak_id = d.personsak_id AND t.number = 0
      LEFT JOIN personsak_handler l ON l.personsak_id = d.personsak_id AND l.from_version = 1 AND l.leads = 1 AND d.number = 1
      WHERE d.personsak_id = ?1
      UNION ALL
      SELECT t.turned_at, CASE WHEN t.closed = 1 THEN 2 ELSE 3 END, t.version, t.turned_by, t.number, NULL, NULL, NULL, t.words, NULL
      FROM personsak_turn t WHERE t.personsak_id = ?1
      UNION ALL
      SELECT h.from_at, CASE WHEN h.leads = 1 THEN 6 ELSE 4 END, h.from_version, h.from_by, 0, NULL, NULL, NULL, NULL, h.person_id
      FROM personsak_handler h
      WHERE h.personsak_id = ?1 AND (h.leads = 0 OR h.from_version > 1)
        AND NOT EXISTS (SELECT 1 FROM personsak_handler o WHERE h.leads = 0 AND o.personsak_id = ?1 AND o.person_id = h.person_id AND o.leads = 1 AND o.until_at = h.from_at)
      UNION ALL
      SELECT h.until_at, 5, 0, h.until_by, 0, NULL, NULL, NULL, NULL, h.person_id
      FROM personsak_handler h
      WHERE h.personsak_id = ?1 AND h.leads = 0 AND h.until_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM personsak_handler n WHERE n.personsak_id = ?1 AND n.person_id = h.person_id AND n.leads = 1 AND n.from_at = h.until_at)) c
ORDER BY c.at, CASE WHEN c.what = 5 THEN 1 ELSE 0 END, c.version, c.what, c.person_id
LIMIT ?3 OFFSET ?2;
