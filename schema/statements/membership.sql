-- SPDX-License-Identifier: EUPL-1.2
-- Memberships as records of their own (M1). What a right rests on is read in person.sql.

-- name: membership_by_id
-- kind: one
-- args: organisation organisation_id, membership uuid
-- columns: person person_id, school maybe_uuid, role int, from_day int, until_day int, version int
SELECT person_id, school_id, role, from_day, until_day, version FROM membership WHERE organisation_id = ?1 AND membership_id = ?2;

-- Who might be in this caller's list: memberships of `roles` for one who sees these roles everywhere, and of all roles at the schools where the
-- person leads, that is, holds one of `leading` (both are bits). Narrowed by the filters: `wanted` roles, one school, those that hold on one of
-- the days from `first` to `last`. policy/ decides each of them.
-- name: membership_candidates
-- kind: all
-- args: organisation organisation_id, roles int, person person_id, leading int, today int, after uuid, wanted int, at_school int
-- args: school uuid, first int, last int, limit int
-- columns: membership uuid
SELECT c.membership_id FROM membership c
WHERE ?2 <> 0 AND ?8 = 0 AND c.organisation_id = ?1 AND c.membership_id > ?6 AND ((1 << c.role) & ?2) <> 0 AND ((1 << c.role) & ?7) <> 0
  AND c.from_day <= ?11 AND c.until_day >= ?10
UNION
SELECT c.membership_id FROM school s JOIN membership c ON c.school_id = s.school_id
WHERE ?2 <> 0 AND ?8 = 1 AND s.organisation_id = ?1 AND s.school_id = ?9 AND c.membership_id > ?6 AND ((1 << c.role) & ?2) <> 0
  AND ((1 << c.role) & ?7) <> 0 AND c.from_day <= ?11 AND c.until_day >= ?10
UNION
SELECT c.membership_id FROM membership m JOIN membership c ON c.school_id = m.school_id
WHERE m.person_id = ?3 AND ((1 << m.role) & ?4) <> 0 AND m.from_day <= ?5 AND m.until_day >= ?5
  AND c.membership_id > ?6 AND ((1 << c.role) & ?7) <> 0 AND (?8 = 0 OR c.school_id = ?9) AND c.from_day <= ?11 AND c.until_day >= ?10
ORDER BY 1
LIMIT ?12;

-- The same of one person.
-- name: membership_candidates_of
-- kind: all
-- args: organisation organisation_id, of uuid, roles int, person person_id, leading int, today int, after uuid, wanted int, at_school int
-- args: school uuid, first int, last int, limit int
-- columns: membership uuid
SELECT c.membership_id FROM membership c
WHERE c.organisation_id = ?1 AND c.person_id = ?2 AND c.membership_id > ?7 AND ((1 << c.role) & ?8) <> 0
  AND (?9 = 0 OR c.school_id = ?10) AND c.from_day <= ?12 AND c.until_day >= ?11
  AND (((1 << c.role) & ?3) <> 0
    OR c.school_id IN (SELECT m.school_id FROM membership m
                       WHERE m.person_id = ?4 AND ((1 << m.role) & ?5) <> 0 AND m.from_day <= ?6 AND m.until_day >= ?6))
ORDER BY c.membership_id
LIMIT ?13;

-- One that says the same already, on any of the days.
-- name: membership_overlapping
-- kind: all
-- args: organisation organisation_id, person person_id, school maybe_uuid, role int, from_day int, until_day int
-- columns: membership uuid
SELECT membership_id FROM membership
WHERE organisation_id = ?1 AND person_id = ?2 AND school_id IS NOT DISTINCT FROM ?3 AND role = ?4
  AND from_day <= until_day AND from_day <= ?6 AND until_day >= ?5
ORDER BY membership_id
LIMIT 1;

-- name: membership_update
-- kind: write
-- args: organisation organisation_id, membership uuid, from_day int, until_day int, version int
UPDATE membership SET from_day = ?3, until_day = ?4, version = ?5 WHERE organisation_id = ?1 AND membership_id = ?2;
