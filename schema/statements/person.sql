-- SPDX-License-Identifier: EUPL-1.2
-- People, their logins and memberships.

-- The person of a login: the mark finds the identity, and the identity must be there and not have ended.
-- name: person_by_login
-- kind: one
-- args: organisation organisation_id, mark mark
-- columns: person person_id
SELECT i.person_id
FROM blind_index b JOIN identity i ON i.identity_id = b.object_id AND i.organisation_id = b.organisation_id
WHERE b.organisation_id = ?1 AND b.purpose = 'identity' AND b.mark = ?2 AND i.ended_at IS NULL;

-- name: blind_index_insert
-- kind: write
-- args: organisation organisation_id, purpose text, mark mark, object uuid
INSERT INTO blind_index (organisation_id, purpose, mark, object_id) VALUES (?1, ?2, ?3, ?4);

-- name: person_by_id
-- kind: one
-- args: organisation organisation_id, person person_id
-- columns: key key_id, given_name sealed(person.given_name), family_name sealed(person.family_name)
-- columns: mark_local int, mark_registry int, version int
SELECT key_id, given_name, family_name, mark_local, mark_registry, version FROM person WHERE organisation_id = ?1 AND person_id = ?2;

-- Who might be in this caller's list, with a membership that the filters may find: all people for one who sees everywhere, else those of
-- the schools where the person holds one of `roles` (bits). It only narrows the search: policy/ decides each of them.
-- name: person_candidates
-- kind: all
-- args: organisation organisation_id, everywhere int, person person_id, roles int, after uuid, today int, limit int
-- args: by_school int, school school_id, by_role int, role int
-- columns: person uuid
SELECT p.person_id FROM person p
WHERE ?2 = 1 AND ?8 = 0 AND ?10 = 0 AND p.organisation_id = ?1 AND p.person_id > ?5
UNION
SELECT f.person_id FROM membership f
WHERE ?2 = 1 AND ?8 = 0 AND ?10 = 1 AND f.organisation_id = ?1 AND f.role = ?11 AND f.until_day >= ?6 AND f.from_day <= f.until_day AND f.person_id > ?5
UNION
SELECT f.person_id FROM school s JOIN membership f ON f.school_id = s.school_id
WHERE ?2 = 1 AND ?8 = 1 AND s.organisation_id = ?1 AND s.school_id = ?9 AND (?10 = 0 OR f.role = ?11) AND f.until_day >= ?6 AND f.from_day <= f.until_day
  AND f.person_id > ?5
UNION
SELECT f.person_id FROM membership m JOIN membership f ON f.school_id = m.school_id
WHERE ?2 = 0 AND m.person_id = ?3 AND ((1 << m.role) & ?4) <> 0 AND m.from_day <= ?6 AND m.until_day >= ?6
  AND (?8 = 0 OR f.school_id = ?9) AND (?10 = 0 OR f.role = ?11) AND f.until_day >= ?6 AND f.from_day <= f.until_day AND f.person_id > ?5
ORDER BY 1
LIMIT ?7;

-- name: person_update
-- kind: write
-- args: person person_id, given_name sealed(person.given_name), family_name sealed(person.family_name), mark_local int
-- args: mark_registry int, version int
UPDATE person SET given_name = ?2, family_name = ?3, mark_local = ?4, mark_registry = ?5, version = ?6 WHERE person_id = ?1;

-- name: person_insert
-- kind: write
-- args: person person_id, organisation organisation_id, key key_id, given_name sealed(person.given_name)
-- args: family_name sealed(person.family_name), mark_local int, mark_registry int, at int
INSERT INTO person (person_id, organisation_id, key_id, given_name, family_name, mark_local, mark_registry, created_at, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1);

-- name: person_key
-- kind: one
-- args: organisation organisation_id, person person_id
-- columns: key key_id
SELECT key_id FROM person WHERE organisation_id = ?1 AND person_id = ?2;

-- name: identity_insert
-- kind: write
-- args: identity uuid, organisation organisation_id, person person_id, issuer sealed(identity.issuer), subject sealed(identity.subject)
INSERT INTO identity (identity_id, organisation_id, person_id, issuer, subject, version) VALUES (?1, ?2, ?3, ?4, ?5, 1);

-- Coming memberships too: policy/ looks at the dates. Those that have ended decide nothing.
-- name: memberships_of_person
-- kind: all
-- args: organisation organisation_id, person person_id, today int
-- columns: school maybe_uuid, role int, from_day int, until_day int
SELECT school_id, role, from_day, until_day
FROM membership
WHERE organisation_id = ?1 AND person_id = ?2 AND until_day >= ?3 AND from_day <= until_day
ORDER BY membership_id;

-- The same with the school's name, for /v1/me.
-- name: memberships_named
-- kind: all
-- args: organisation organisation_id, person person_id, today int
-- columns: school maybe_uuid, school_name text, role int, from_day int, until_day int
SELECT m.school_id, s.name, m.role, m.from_day, m.until_day
FROM membership m LEFT JOIN school s ON s.school_id = m.school_id
WHERE m.organisation_id = ?1 AND m.person_id = ?2 AND m.until_day >= ?3 AND m.from_day <= m.until_day
ORDER BY m.membership_id;

-- name: membership_insert
-- kind: write
-- args: membership uuid, organisation organisation_id, person person_id, school maybe_uuid, role int, from_day int, until_day int
INSERT INTO membership (membership_id, organisation_id, person_id, school_id, role, from_day, until_day, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1);
