-- SPDX-License-Identifier: EUPL-1.2
-- The same tables with the same promises, lighter to write: SQLite builds a table of its own for each `IN` of more than two words, anew
-- for every row. A third of what a row of the log cost was that. Then indexes for what every decision asks, and a mark on those students into
-- whom others were merged.

ALTER TABLE activity RENAME TO activity_0001;
DROP TRIGGER activity_no_update;
DROP TRIGGER activity_no_delete;
DROP TRIGGER activity_no_replace;
CREATE TABLE activity (
    tree_id         BLOB NOT NULL REFERENCES activity_tree,
    leaf_index      INTEGER NOT NULL CHECK (leaf_index >= 0),
    at              INTEGER NOT NULL,
    organisation_id BLOB NOT NULL,
    actor_kind      TEXT NOT NULL CHECK (actor_kind = 'person' OR actor_kind = 'client' OR actor_kind = 'stranger' OR actor_kind = 'local'),
    actor_id        BLOB,                                          -- person_id of a person
    actor_mark      BLOB,                                          -- keyed hash of a stranger's login: traceable, not readable
    behalf_id       BLOB,                                          -- person_id of whom a stand-in acts for
    client          TEXT,                                          -- client id of the token
    operation       TEXT NOT NULL,                                 -- operationId of the contract
    object_kind     TEXT,
    object_id       BLOB,
    student_id      BLOB,
    school_id       BLOB,
    outcome         TEXT NOT NULL CHECK (outcome = 'allowed' OR outcome = 'refused' OR outcome = 'replayed'),
    ground          TEXT NOT NULL,                                 -- 'S2.tie.mentor', or the refusal: 'S2.unseen'
    request_id      BLOB NOT NULL CHECK (length(request_id) = 16),
    shown           BLOB,                                          -- ids of the students that a list showed, 16 bytes each
    PRIMARY KEY (tree_id, leaf_index)
) STRICT, WITHOUT ROWID;
INSERT INTO activity (tree_id, leaf_index, at, organisation_id, actor_kind, actor_id, actor_mark, behalf_id, client, operation,
    object_kind, object_id, student_id, school_id, outcome, ground, request_id, shown)
SELECT tree_id, leaf_index, at, organisation_id, actor_kind, actor_id, actor_mark, behalf_id, client, operation,
    object_kind, object_id, student_id, school_id, outcome, ground, request_id, shown
FROM activity_0001;
DROP TABLE activity_0001;
CREATE TRIGGER activity_no_update BEFORE UPDATE ON activity BEGIN SELECT RAISE(ABORT, 'activity is append-only'); END;
CREATE TRIGGER activity_no_delete BEFORE DELETE ON activity BEGIN SELECT RAISE(ABORT, 'activity is append-only'); END;
CREATE TRIGGER activity_no_replace BEFORE INSERT ON activity
WHEN EXISTS (SELECT 1 FROM activity a WHERE a.tree_id = NEW.tree_id AND a.leaf_index = NEW.leaf_index)
BEGIN SELECT RAISE(ABORT, 'activity is append-only'); END;

DROP TRIGGER epoch_login_insert;
DROP TRIGGER epoch_login_update;
DROP TRIGGER epoch_login_delete;
ALTER TABLE blind_index RENAME TO blind_index_0002;
CREATE TABLE blind_index (
    organisation_id BLOB NOT NULL REFERENCES organisation,
    purpose         TEXT NOT NULL CHECK (purpose = 'civic' OR purpose = 'identity' OR purpose = 'external'),
    mark            BLOB NOT NULL CHECK (length(mark) = 32),
    object_id       BLOB NOT NULL CHECK (length(object_id) = 16),
    PRIMARY KEY (organisation_id, purpose, mark)
) STRICT, WITHOUT ROWID;
INSERT INTO blind_index (organisation_id, purpose, mark, object_id) SELECT organisation_id, purpose, mark, object_id FROM blind_index_0002;
DROP TABLE blind_index_0002;
CREATE INDEX blind_index_of_object ON blind_index (object_id);
CREATE TRIGGER epoch_login_insert AFTER INSERT ON blind_index WHEN NEW.purpose = 'identity'
BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_login_update AFTER UPDATE ON blind_index WHEN OLD.purpose = 'identity' OR NEW.purpose = 'identity'
BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_login_delete AFTER DELETE ON blind_index WHEN OLD.purpose = 'identity'
BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;

-- What every decision asks, answered by an index alone, in the order of the rows. (With the person alone SQLite took the whole
-- organisation's memberships to be as few.)
DROP INDEX membership_of_person;
CREATE INDEX membership_of_person ON membership (person_id, organisation_id, membership_id, school_id, role, from_day, until_day);
DROP INDEX enrolment_of_student;
CREATE INDEX enrolment_of_student ON enrolment (student_id, enrolment_id, school_id, from_day, until_day);
DROP INDEX tie_of_person;
CREATE INDEX tie_of_person ON tie (person_id, student_id, tie_id, kind, from_day, until_day);
DROP INDEX group_of_student;
CREATE INDEX group_of_student ON group_member (student_id, group_member_id, group_id, from_day, until_day);

-- Whether another was ever merged into the student (S4): whose login is the student's own (G2) is then asked of the doubles too.
ALTER TABLE student ADD COLUMN has_doubles INTEGER NOT NULL DEFAULT 0 CHECK (has_doubles IN (0, 1));
UPDATE student SET has_doubles = 1 WHERE student_id IN (SELECT merged_into FROM student WHERE merged_into IS NOT NULL);
