-- SPDX-License-Identifier: EUPL-1.2
-- Who handles a personsak (P4, P5).

-- Whether this person does, and how: 0 not, 1 leads it, 2 handles it.
-- name: personsak_bond_of
-- kind: one
-- args: personsak personsak_id, person person_id
-- columns: bond int
SELECT COALESCE((SELECT CASE WHEN leads = 1 THEN 1 ELSE 2 END FROM personsak_handler
                 WHERE personsak_id = ?1 AND person_id = ?2 AND until_at IS NULL), 0);

-- Who leads it, and how many handle it besides.
-- name: personsak_handled
-- kind: one
-- args: personsak personsak_id
-- columns: leader person_id, others int
SELECT h.person_id, (SELECT COUNT(*) FROM personsak_handler o WHERE o.personsak_id = ?1 AND o.leads = 0 AND o.until_at IS NULL)
FROM personsak_handler h WHERE h.personsak_id = ?1 AND h.leads = 1 AND h.until_at IS NULL;

-- name: personsak_handler_end
-- kind: write
-- args: personsak personsak_id, person person_id, at int, by person_id
UPDATE personsak_handler SET until_at = ?3, until_by = ?4 WHERE personsak_id = ?1 AND person_id = ?2 AND until_at IS NULL;
