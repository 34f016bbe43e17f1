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
ORDER BY 1;

-- name: check_sealed_rows
-- kind: one
-- columns: n int
SELECT (SELECT COUNT(*) FROM person) + (SELECT COUNT(*) FROM identity) + (SELECT COUNT(*) FROM student) + (SELECT COUNT(*) FROM student_group)
     + (SELECT COUNT(*) FROM external_id) + (SELECT COUNT(*) FROM webhook);

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
