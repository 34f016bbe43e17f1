-- SPDX-License-Identifier: EUPL-1.2
-- Proposals of a personsak (P1).

-- name: proposal_by_id
-- kind: one
-- args: organisation organisation_id, proposal uuid
-- columns: school school_id, student student_id, key key_id, proposer person_id, proposed_at int, sakstype sealed(proposal.sakstype)
-- columns: why sealed(proposal.why), state int, decided_by maybe_uuid, decided_at maybe_int, personsak maybe_uuid
-- columns: answer sealed(proposal.answer), version int
SELECT school_id, student_id, key_id, proposer_id, proposed_at, sakstype, why, state, decided_by, decided_at, personsak_id, answer, version
FROM proposal WHERE organisation_id = ?1 AND proposal_id = ?2;

-- name: proposal_insert
-- kind: write
-- args: proposal uuid, organisation organisation_id, school school_id, student student_id, key key_id, proposer person_id, at int
-- args: sakstype sealed(proposal.sakstype), why sealed(proposal.why)
INSERT INTO proposal (proposal_id, organisation_id, school_id, student_id, key_id, proposer_id, proposed_at, sakstype, why, state, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 1);

-- It is decided once: state 1 with the personsak that it became, or 2 with why not.
-- name: proposal_decide
-- kind: write
-- args: proposal uuid, state int, by person_id, at int, personsak maybe_uuid, answer sealed(proposal.answer)
UPDATE proposal SET state = ?2, decided_by = ?3, decided_at = ?4, personsak_id = ?5, answer = ?6, version = version + 1
WHERE proposal_id = ?1 AND state = 0;

-- Which might be in this caller's list: their own, and those of the schools where they hold one of `roles` (bits). policy/ decides each. A double
-- leads to the student that it was merged into.
-- name: proposal_candidates
-- kind: all
-- args: organisation organisation_id, person person_id, roles int, today int, by_school int, school school_id, by_student int
-- args: student student_id, state maybe_int, after uuid, limit int
-- columns: proposal uuid
SELECT p.proposal_id FROM proposal p
WHERE p.proposer_id = ?2 AND p.organisation_id = ?1 AND p.proposal_id > ?10 AND (?5 = 0 OR p.school_id = ?6)
  AND (?7 = 0 OR p.student_id = COALESCE((SELECT s.merged_into FROM student s WHERE s.student_id = ?8), ?8)) AND (CAST(?9 AS BIGINT) IS NULL OR p.state = ?9)
UNION
SELECT p.proposal_id FROM membership m JOIN proposal p ON p.school_id = m.school_id
WHERE m.person_id = ?2 AND ((1 << m.role) & ?3) <> 0 AND m.from_day <= ?4 AND m.until_day >= ?4 AND p.organisation_id = ?1
  AND p.proposal_id > ?10 AND (?5 = 0 OR p.school_id = ?6)
  AND (?7 = 0 OR p.student_id = COALESCE((SELECT s.merged_into FROM student s WHERE s.student_id = ?8), ?8)) AND (CAST(?9 AS BIGINT) IS NULL OR p.state = ?9)
ORDER BY 1
LIMIT ?11;
