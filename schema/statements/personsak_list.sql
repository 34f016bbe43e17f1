-- SPDX-License-Identifier: EUPL-1.2
-- Lists and counts of personsaker (P3, G1, S6). Whether the saksbehandler can still handle one stands three times here, as a statement
-- cannot use another.

-- Which personsaker might be in this caller's list, the one with the newest activity first: those that the person leads or handles, and all of
-- the schools where they hold one of `roles` (bits); of one student all of theirs, if one is asked for. It only narrows the search: policy/
-- decides each. What is costly to know is found out for whoever asks for it: `with_due`, `with_handled`. `closed`: 0 open, 1 closed, 2 both. A
-- double leads to the student that it was merged into. Only statements that have nothing sealed give rows one by one.
-- name: personsak_candidates
-- kind: each
-- args: organisation organisation_id, person person_id, roles int, today int, of_student int, student student_id, at_school int, school school_id
-- args: of_leader int, leader person_id, closed int, with_due int, with_handled int, staff int, guardian int, limit int
-- columns: personsak personsak_id, school school_id, student student_id, key key_id, last_at int, header int, bond int, due maybe_int
-- columns: handled int
SELECT p.personsak_id, p.school_id, p.student_id, p.key_id, p.last_at, p.header,
    COALESCE((SELECT CASE WHEN h.leads = 1 THEN 1 ELSE 2 END FROM personsak_handler h
              WHERE h.personsak_id = p.personsak_id AND h.person_id = ?2 AND h.until_at IS NULL), 0),
    CASE WHEN ?12 = 1 AND p.closed = 0 THEN
        (SELECT MIN(d.last_day) FROM departure d
         WHERE d.student_id = p.student_id AND d.school_id = p.school_id AND (d.state = 0 OR (d.state = 1 AND d.last_day >= ?4))) END,
    CASE WHEN ?13 = 1 AND EXISTS (
        SELECT 1 FROM personsak_handler l
        WHERE l.personsak_id = p.personsak_id AND l.leads = 1 AND l.until_at IS NULL
          AND EXISTS (SELECT 1 FROM membership m
                      WHERE m.person_id = l.person_id AND m.school_id = p.school_id AND ((1 << m.role) & ?14) <> 0
                        AND m.from_day <= ?4 AND m.until_day >= ?4)
          AND NOT EXISTS (SELECT 1 FROM tie g
                          WHERE g.person_id = l.person_id AND g.student_id = p.student_id AND g.kind = ?15
                            AND g.from_day <= ?4 AND g.until_day >= ?4)
          AND NOT EXISTS (SELECT 1 FROM student f
                          WHERE f.person_id = l.person_id AND (f.student_id = p.student_id OR f.merged_into = p.student_id)))
        THEN 1 ELSE 0 END
FROM personsak p
WHERE p.personsak_id IN (
    SELECT q.personsak_id FROM personsak q
    WHERE ?5 = 1 AND q.student_id = COALESCE((SELECT s.merged_into FROM student s WHERE s.student_id = ?6), ?6)
    UNION
    SELECT h.personsak_id FROM personsak_handler h WHERE ?5 = 0 AND h.person_id = ?2 AND h.until_at IS NULL
    UNION
    SELECT q.personsak_id FROM membership m JOIN personsak q ON q.school_id = m.school_id
    WHERE ?5 = 0 AND m.person_id = ?2 AND ((1 << m.role) & ?3) <> 0 AND m.from_day <= ?4 AND m.until_day >= ?4
      AND (?7 = 0 OR q.school_id = ?8) AND (?11 = 2 OR q.closed = ?11))
  AND p.organisation_id = ?1 AND (?7 = 0 OR p.school_id = ?8) AND (?11 = 2 OR p.closed = ?11)
  AND (?9 = 0 OR EXISTS (SELECT 1 FROM personsak_handler l
                         WHERE l.personsak_id = p.personsak_id AND l.leads = 1 AND l.until_at IS NULL AND l.person_id = ?10))
ORDER BY p.last_at DESC, p.personsak_id DESC
LIMIT ?16;

-- What one is filed under, for those who look for it.
-- name: personsak_codes
-- kind: one
-- args: personsak personsak_id, header int
-- columns: sakstype sealed(personsak_header.sakstype), category sealed(personsak_header.category)
SELECT sakstype, category FROM personsak_header WHERE personsak_id = ?1 AND number = ?2;

-- One of a list as it is shown, under the student whose it is today.
-- name: personsak_summary
-- kind: one
-- args: personsak personsak_id, student student_id, today int, staff int, guardian int
-- columns: version int, closed int, opened_at int, last_at int, header int, leader person_id, due maybe_int, handled int
-- columns: sakstype sealed(personsak_header.sakstype), category sealed(personsak_header.category), student_key key_id, student_version int
-- columns: given_name sealed(student.given_name), family_name sealed(student.family_name), mark_local int, mark_registry int
SELECT p.version, p.closed, p.opened_at, p.last_at, p.header, l.person_id,
    (SELECT MIN(d.last_day) FROM departure d
     WHERE d.student_id = p.student_id AND d.school_id = p.school_id
       AND (d.state = 0 OR (d.state = 1 AND p.closed = 0 AND d.last_day >= ?3))),
    CASE WHEN
        EXISTS (SELECT 1 FROM membership m
                WHERE m.person_id = l.person_id AND m.school_id = p.school_id AND ((1 << m.role) & ?4) <> 0
                  AND m.from_day <= ?3 AND m.until_day >= ?3)
        AND NOT EXISTS (SELECT 1 FROM tie g
                        WHERE g.person_id = l.person_id AND g.student_id = p.student_id AND g.kind = ?5
                          AND g.from_day <= ?3 AND g.until_day >= ?3)
        AND NOT EXISTS (SELECT 1 FROM student f
                        WHERE f.person_id = l.person_id AND (f.student_id = p.student_id OR f.merged_into = p.student_id))
        THEN 1 ELSE 0 END,
    n.sakstype, n.category, s.key_id, s.version, s.given_name, s.family_name, s.mark_local, s.mark_registry
FROM personsak p
JOIN personsak_handler l ON l.personsak_id = p.personsak_id AND l.leads = 1 AND l.until_at IS NULL
JOIN personsak_header n ON n.personsak_id = p.personsak_id AND n.number = p.header
JOIN student s ON s.student_id = ?2
WHERE p.personsak_id = ?1;

-- How many there are at a school, but for those about the caller's own family (G2): whom they are a guardian of today, the student they are,
-- and those found to be the same student.
-- name: personsak_counts
-- kind: one
-- args: school school_id, person person_id, guardian int, today int, staff int
-- columns: open int, closed int, due int, unhandled int, waiting int
WITH RECURSIVE kin (student_id) AS (
    SELECT t.student_id FROM tie t WHERE t.person_id = ?2 AND t.kind = ?3 AND t.from_day <= ?4 AND t.until_day >= ?4
    UNION
    SELECT s.student_id FROM student s WHERE s.person_id = ?2
    UNION
    SELECT d.student_id
    FROM kin k JOIN student o ON o.student_id = k.student_id
    JOIN student d ON d.merged_into = o.student_id OR d.student_id = o.merged_into
)
SELECT CAST(COALESCE(SUM(1 - p.closed), 0) AS BIGINT), CAST(COALESCE(SUM(p.closed), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN p.closed = 0
        AND EXISTS (SELECT 1 FROM departure d WHERE d.student_id = p.student_id AND d.school_id = p.school_id
                    AND (d.state = 0 OR (d.state = 1 AND d.last_day >= ?4)))
        THEN 1 ELSE 0 END), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN p.closed = 0 AND NOT EXISTS (
        SELECT 1 FROM personsak_handler l
        WHERE l.personsak_id = p.personsak_id AND l.leads = 1 AND l.until_at IS NULL
          AND EXISTS (SELECT 1 FROM membership m
                      WHERE m.person_id = l.person_id AND m.school_id = p.school_id AND ((1 << m.role) & ?5) <> 0
                        AND m.from_day <= ?4 AND m.until_day >= ?4)
          AND NOT EXISTS (SELECT 1 FROM tie g
                          WHERE g.person_id = l.person_id AND g.student_id = p.student_id AND g.kind = ?3
                            AND g.from_day <= ?4 AND g.until_day >= ?4)
          AND NOT EXISTS (SELECT 1 FROM student f
                          WHERE f.person_id = l.person_id AND (f.student_id = p.student_id OR f.merged_into = p.student_id)))
        THEN 1 ELSE 0 END), 0) AS BIGINT),
    (SELECT COUNT(*) FROM proposal q
     WHERE q.school_id = ?1 AND q.state = 0 AND NOT EXISTS (SELECT 1 FROM kin k WHERE k.student_id = q.student_id))
FROM personsak p
WHERE p.school_id = ?1 AND NOT EXISTS (SELECT 1 FROM kin k WHERE k.student_id = p.student_id);

-- The personsak that a row of the log is about, by what the row names: itself, a hendelse or document in it, or the proposal that it was.
-- name: personsak_of_object
-- kind: one
-- args: object uuid
-- columns: personsak personsak_id
SELECT p.personsak_id FROM personsak p WHERE p.personsak_id = ?1
UNION ALL SELECT h.personsak_id FROM hendelse h WHERE h.hendelse_id = ?1
UNION ALL SELECT d.personsak_id FROM document d WHERE d.document_id = ?1
UNION ALL SELECT q.personsak_id FROM proposal q WHERE q.proposal_id = ?1 AND q.personsak_id IS NOT NULL;
