-- SPDX-License-Identifier: EUPL-1.2
-- Logins of people. Their columns are sealed with the person's key.

-- name: identity_by_id
-- kind: one
-- args: organisation organisation_id, identity uuid
-- columns: person person_id, key key_id, issuer sealed(identity.issuer), subject sealed(identity.subject), ended_at maybe_int
-- columns: version int
SELECT i.person_id, p.key_id, i.issuer, i.subject, i.ended_at, i.version
FROM identity i JOIN person p ON p.person_id = i.person_id
WHERE i.organisation_id = ?1 AND i.identity_id = ?2;

-- name: identities_of_person
-- kind: all
-- args: organisation organisation_id, person person_id, after uuid, limit int
-- columns: identity uuid
SELECT identity_id FROM identity
WHERE organisation_id = ?1 AND person_id = ?2 AND identity_id > ?3
ORDER BY identity_id
LIMIT ?4;

-- name: identity_update
-- kind: write
-- args: identity uuid, issuer sealed(identity.issuer), subject sealed(identity.subject), ended_at maybe_int, version int
UPDATE identity SET issuer = ?2, subject = ?3, ended_at = ?4, version = ?5 WHERE identity_id = ?1;

-- The marks that this login is found by; that it is no civic number tells SQLite that the index by object holds them.
-- name: identity_marks_remove
-- kind: write
-- args: identity uuid
DELETE FROM blind_index WHERE object_id = ?1 AND purpose = 'identity' AND purpose <> 'civic';
