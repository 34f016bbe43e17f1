-- SPDX-License-Identifier: EUPL-1.2
-- What other systems call things (M1).

-- The thing that a mark leads to: of an external id or of a login. A civic number may lead to a double: student_by_civic_mark.
-- name: blind_index_find
-- kind: one
-- args: organisation organisation_id, purpose text, mark mark
-- columns: object uuid
SELECT object_id FROM blind_index WHERE organisation_id = ?1 AND purpose = ?2 AND mark = ?3;

-- name: blind_index_remove
-- kind: write
-- args: organisation organisation_id, purpose text, mark mark
DELETE FROM blind_index WHERE organisation_id = ?1 AND purpose = ?2 AND mark = ?3;

-- name: external_id_insert
-- kind: write
-- args: external_id uuid, organisation organisation_id, kind text, object uuid, key key_id, system sealed(external_id.system)
-- args: value sealed(external_id.value)
INSERT INTO external_id (external_id_id, organisation_id, kind, object_id, key_id, system, value) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- Whether any other system has named the thing.
-- name: external_id_is_there
-- kind: one
-- args: organisation organisation_id, object uuid
-- columns: there int
SELECT CASE WHEN EXISTS (SELECT 1 FROM external_id WHERE organisation_id = ?1 AND object_id = ?2) THEN 1 ELSE 0 END;

-- How many records that hold or are to come a person has (kind 4: memberships) or a student (6: enrolments, 7: ties, 9: memberships of
-- groups); the kinds are those of enum registry_kind.
-- name: records_held
-- kind: one
-- args: kind int, of uuid, today int
-- columns: n int
SELECT (SELECT COUNT(*) FROM membership WHERE ?1 = 4 AND person_id = ?2 AND until_day >= ?3)
     + (SELECT COUNT(*) FROM enrolment WHERE ?1 = 6 AND student_id = ?2 AND until_day >= ?3)
     + (SELECT COUNT(*) FROM tie WHERE ?1 = 7 AND student_id = ?2 AND until_day >= ?3)
     + (SELECT COUNT(*) FROM group_member WHERE ?1 = 9 AND student_id = ?2 AND until_day >= ?3);
