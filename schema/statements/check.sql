-- SPDX-License-Identifier: EUPL-1.2
-- What `tryggd fsck` reads, whole tables of it. A statement that reads sealed columns begins with what they are sealed for: organisation,
-- row, key and version; each sealed column there is must be read here (schema/tools/sealed.py).

-- The trees, and whose each is: a head without organisation or school that it names is another check's.
-- name: check_trees
-- kind: each
-- columns: tree uuid, organisation organisation_id, school maybe_uuid, size int, at int
SELECT tree_id, organisation_id, school_id, size, last_at FROM activity_tree ORDER BY tree_id;

-- All rows of the log as they lie, from a tree on; empty: from the first.
-- name: check_rows
-- kind: each
-- args: from_tree bytes
-- columns: tree uuid, leaf_index int, at int, organisation organisation_id, actor_kind text, actor maybe_uuid, actor_mark bytes
-- columns: behalf maybe_uuid, client text, operation text, object_kind text, object maybe_uuid, student maybe_uuid
-- columns: school maybe_uuid, outcome text, ground text, request uuid, shown bytes
SELECT tree_id, leaf_index, at, organisation_id, actor_kind, actor_id, actor_mark, behalf_id, client, operation,
    object_kind, object_id, student_id, school_id, outcome, ground, request_id, shown
FROM activity
WHERE tree_id >= ?1
ORDER BY tree_id, leaf_index;

-- How far each tree is looked up, and all entries of the look-ups.
-- name: check_lookups
-- kind: each
-- columns: tree uuid, looked_up int
SELECT tree_id, looked_up FROM activity_lookup ORDER BY tree_id;

-- name: check_of_actor
-- kind: each
-- columns: actor uuid, tree uuid, leaf_index int
SELECT actor_id, tree_id, leaf_index FROM activity_of_actor ORDER BY actor_id, tree_id, leaf_index;

-- name: check_of_student
-- kind: each
-- columns: student uuid, tree uuid, leaf_index int
SELECT student_id, tree_id, leaf_index FROM activity_of_student ORDER BY student_id, tree_id, leaf_index;

-- name: check_kept_roots
-- kind: one
-- args: tree uuid
-- columns: n int
SELECT COUNT(*) FROM activity_node WHERE tree_id = ?1;

-- name: check_checkpoints
-- kind: each
-- columns: tree uuid, size int, note text
SELECT tree_id, size, note FROM checkpoint ORDER BY tree_id;

-- name: check_cosigned
-- kind: each
-- columns: tree uuid, size int, note text, witness text
SELECT tree_id, size, note, witness FROM cosigned ORDER BY tree_id, witness;

-- Schools and organisations without a tree for their log.
-- name: check_treeless
-- kind: each
-- columns: id uuid
SELECT s.school_id FROM school s WHERE NOT EXISTS (SELECT 1 FROM activity_tree t WHERE t.tree_id = s.school_id AND t.school_id = s.school_id)
UNION ALL
SELECT o.organisation_id FROM organisation o
WHERE NOT EXISTS (SELECT 1 FROM activity_tree t WHERE t.tree_id = o.organisation_id AND t.school_id IS NULL);

-- Every key that the data names, and where: each is one row's alone.
-- name: check_keys_named
-- kind: each
-- columns: key key_id, kind text, row uuid
SELECT key_id, 'organisation', organisation_id FROM organisation
UNION ALL SELECT index_key_id, 'organisation', organisation_id FROM organisation
UNION ALL SELECT key_id, 'person', person_id FROM person
UNION ALL SELECT key_id, 'student', student_id FROM student
UNION ALL SELECT key_id, 'personsak', personsak_id FROM personsak
ORDER BY 1;

-- name: check_sealed_rows
-- kind: one
-- columns: n int
SELECT (SELECT COUNT(*) FROM person) + (SELECT COUNT(*) FROM identity) + (SELECT COUNT(*) FROM student) + (SELECT COUNT(*) FROM student_group)
     + (SELECT COUNT(*) FROM external_id) + (SELECT COUNT(*) FROM webhook)
     + (SELECT COUNT(*) FROM personsak_header) + (SELECT COUNT(*) FROM personsak_turn)
     + (SELECT COUNT(*) FROM proposal) + (SELECT COUNT(*) FROM proposal WHERE answer IS NOT NULL) + (SELECT COUNT(*) FROM departure)
     + (SELECT COUNT(*) FROM hendelse_version) + (SELECT COUNT(*) FROM struck)
     + (SELECT COUNT(*) FROM document) + (SELECT COUNT(*) FROM document_part);

-- name: check_person
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, given_name sealed(person.given_name)
-- columns: family_name sealed(person.family_name)
SELECT organisation_id, person_id, key_id, version, given_name, family_name FROM person ORDER BY person_id;

-- name: check_identity
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, issuer sealed(identity.issuer)
-- columns: subject sealed(identity.subject)
SELECT i.organisation_id, i.identity_id, p.key_id, i.version, i.issuer, i.subject
FROM identity i LEFT JOIN person p ON p.person_id = i.person_id
ORDER BY i.identity_id;

-- name: check_student
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, given_name sealed(student.given_name)
-- columns: family_name sealed(student.family_name), civic_number sealed(student.civic_number)
SELECT organisation_id, student_id, key_id, version, given_name, family_name, civic_number FROM student ORDER BY student_id;

-- name: check_student_group
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, name sealed(student_group.name)
SELECT g.organisation_id, g.group_id, o.key_id, g.version, g.name
FROM student_group g LEFT JOIN organisation o ON o.organisation_id = g.organisation_id
ORDER BY g.group_id;

-- name: check_external_id
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, system sealed(external_id.system)
-- columns: value sealed(external_id.value)
SELECT organisation_id, external_id_id, key_id, 1, system, value FROM external_id ORDER BY external_id_id;

-- name: check_webhook
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, url sealed(webhook.url), secret sealed(webhook.secret)
SELECT w.organisation_id, w.webhook_id, o.key_id, w.version, w.url, w.secret
FROM webhook w LEFT JOIN organisation o ON o.organisation_id = w.organisation_id
ORDER BY w.webhook_id;

-- name: check_personsak_header
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, sakstype sealed(personsak_header.sakstype)
-- columns: category sealed(personsak_header.category), description sealed(personsak_header.description)
SELECT p.organisation_id, h.personsak_id, p.key_id, h.number, h.sakstype, h.category, h.description
FROM personsak_header h LEFT JOIN personsak p ON p.personsak_id = h.personsak_id
ORDER BY h.personsak_id, h.number;

-- name: check_personsak_turn
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, words sealed(personsak_turn.words)
SELECT p.organisation_id, t.personsak_id, p.key_id, t.number, t.words
FROM personsak_turn t LEFT JOIN personsak p ON p.personsak_id = t.personsak_id
ORDER BY t.personsak_id, t.number;

-- name: check_proposal
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, sakstype sealed(proposal.sakstype), why sealed(proposal.why)
SELECT organisation_id, proposal_id, key_id, 1, sakstype, why FROM proposal ORDER BY proposal_id;

-- What was answered is sealed under version 2, whatever else became of the proposal before.
-- name: check_proposal_answer
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, answer sealed(proposal.answer)
SELECT organisation_id, proposal_id, key_id, 2, answer FROM proposal WHERE answer IS NOT NULL ORDER BY proposal_id;

-- name: check_departure
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, kind sealed(departure.kind)
SELECT organisation_id, departure_id, key_id, 1, kind FROM departure ORDER BY departure_id;

-- name: check_hendelse_version
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, kind sealed(hendelse_version.kind)
-- columns: category sealed(hendelse_version.category), text sealed(hendelse_version.text)
SELECT p.organisation_id, v.hendelse_id, p.key_id, v.version, v.kind, v.category, v.text
FROM hendelse_version v LEFT JOIN hendelse h ON h.hendelse_id = v.hendelse_id LEFT JOIN personsak p ON p.personsak_id = h.personsak_id
ORDER BY v.hendelse_id, v.version;

-- name: check_struck
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, reason sealed(struck.reason)
SELECT p.organisation_id, s.object_id, p.key_id, 1, s.reason
FROM struck s LEFT JOIN personsak p ON p.personsak_id = s.personsak_id
ORDER BY s.object_id;

-- name: check_document
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, name sealed(document.name), media_type sealed(document.media_type)
SELECT p.organisation_id, d.document_id, p.key_id, 1, d.name, d.media_type
FROM document d LEFT JOIN personsak p ON p.personsak_id = d.personsak_id
ORDER BY d.document_id;

-- name: check_document_part
-- kind: each
-- columns: organisation organisation_id, row uuid, key key_id, version int, bytes sealed(document_part.bytes)
SELECT p.organisation_id, b.document_id, p.key_id, 2 * b.part + b.final, b.bytes
FROM document_part b LEFT JOIN document d ON d.document_id = b.document_id LEFT JOIN personsak p ON p.personsak_id = d.personsak_id
ORDER BY b.document_id, b.part;

-- Documents whose parts are not one after the other, all that have come, each as long as it says, and the last of a whole one marked so.
-- name: check_documents_torn
-- kind: each
-- args: overhead int
-- columns: document uuid
SELECT d.document_id FROM document d
WHERE d.parts <> (SELECT COUNT(*) FROM document_part p WHERE p.document_id = d.document_id)
   OR d.received <> (SELECT CAST(COALESCE(SUM(p.size), 0) AS BIGINT) FROM document_part p WHERE p.document_id = d.document_id)
   OR EXISTS (SELECT 1 FROM document_part p LEFT JOIN document_part q ON q.document_id = p.document_id AND q.part = p.part - 1
              WHERE p.document_id = d.document_id
                AND (p.part >= d.parts OR LENGTH(p.bytes) <> p.size + ?1 OR p.start <> COALESCE(q.start + q.size, 0)
                  OR p.final <> CASE WHEN p.start + p.size = d.size THEN 1 ELSE 0 END))
ORDER BY d.document_id;
