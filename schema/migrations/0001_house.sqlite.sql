-- SPDX-License-Identifier: EUPL-1.2
-- The first house: who is known, where they belong, what binds them to a student, and the log of what they did.
-- Ids are UUIDv7 made by the daemon. Times are ms since 1970, days are local days since 1970-01-01, both inclusive; an open end is
-- 2147483647. A column whose comment says "sealed" holds ciphertext only (C1). Codes are listed beside their column: never renumber.

CREATE TABLE organisation (
    organisation_id BLOB NOT NULL PRIMARY KEY CHECK (length(organisation_id) = 16),
    name            TEXT NOT NULL,
    time_zone       TEXT NOT NULL,                                 -- IANA
    key_id          BLOB NOT NULL UNIQUE CHECK (length(key_id) = 16),       -- data key of what belongs to the organisation itself
    index_key_id    BLOB NOT NULL UNIQUE CHECK (length(index_key_id) = 16), -- key of its blind index
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE school (
    school_id       BLOB NOT NULL PRIMARY KEY CHECK (length(school_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    name            TEXT NOT NULL,
    version         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX school_of_organisation ON school (organisation_id, school_id);

CREATE TABLE school_module (
    school_id BLOB NOT NULL REFERENCES school,
    module    TEXT NOT NULL CHECK (module IN ('sikker-sak', 'avvikelse', 'notes')),
    PRIMARY KEY (school_id, module)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    person_id       BLOB NOT NULL PRIMARY KEY CHECK (length(person_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    key_id          BLOB NOT NULL UNIQUE CHECK (length(key_id) = 16),
    given_name      BLOB NOT NULL,                                 -- sealed
    family_name     BLOB NOT NULL,                                 -- sealed
    protected       INTEGER NOT NULL CHECK (protected IN (0, 1)),  -- S7
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A login (issuer, subject) of a person. It is found by its mark in blind_index.
CREATE TABLE identity (
    identity_id     BLOB NOT NULL PRIMARY KEY CHECK (length(identity_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    person_id       BLOB NOT NULL REFERENCES person,
    issuer          BLOB NOT NULL,                                 -- sealed with the person's key
    subject         BLOB NOT NULL,                                 -- sealed with the person's key
    version         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_of_person ON identity (person_id);

-- Derived: rebuilt from the sealed columns, left out of backups.
CREATE TABLE blind_index (
    organisation_id BLOB NOT NULL REFERENCES organisation,
    purpose         TEXT NOT NULL CHECK (purpose IN ('civic', 'identity')),
    mark            BLOB NOT NULL CHECK (length(mark) = 32),
    object_id       BLOB NOT NULL CHECK (length(object_id) = 16),  -- civic: student_id, identity: identity_id
    PRIMARY KEY (organisation_id, purpose, mark)
) STRICT, WITHOUT ROWID;

-- Roles: 0 rektor, 1 caseOpener, 2 contactTeacher, 3 teacher, 4 staff, 5 health, 6 admin, 7 student, 8 guardian; on the organisation
-- (school_id NULL): 9 owner, 10 auditor.
CREATE TABLE membership (
    membership_id   BLOB NOT NULL PRIMARY KEY CHECK (length(membership_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    person_id       BLOB NOT NULL REFERENCES person,
    school_id       BLOB REFERENCES school,
    role            INTEGER NOT NULL CHECK (role BETWEEN 0 AND 10),
    from_day        INTEGER NOT NULL,
    until_day       INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    CHECK ((school_id IS NULL) = (role >= 9))
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_of_person ON membership (person_id);
CREATE INDEX membership_at_school ON membership (school_id, role);

CREATE TABLE student (
    student_id      BLOB NOT NULL PRIMARY KEY CHECK (length(student_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    key_id          BLOB NOT NULL UNIQUE CHECK (length(key_id) = 16),
    person_id       BLOB UNIQUE REFERENCES person,                 -- the student's own login, if any
    given_name      BLOB NOT NULL,                                 -- sealed
    family_name     BLOB NOT NULL,                                 -- sealed
    civic_number    BLOB,                                          -- sealed
    protected       INTEGER NOT NULL CHECK (protected IN (0, 1)),  -- S7
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE enrolment (
    enrolment_id BLOB NOT NULL PRIMARY KEY CHECK (length(enrolment_id) = 16),
    student_id   BLOB NOT NULL REFERENCES student,
    school_id    BLOB NOT NULL REFERENCES school,
    from_day     INTEGER NOT NULL,
    until_day    INTEGER NOT NULL,
    version      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX enrolment_of_student ON enrolment (student_id);
CREATE INDEX enrolment_at_school ON enrolment (school_id, student_id);

-- Kinds: 0 contactTeacher, 1 mentor, 2 teacher, 3 observer, 4 health, 5 guardian.
CREATE TABLE tie (
    tie_id     BLOB NOT NULL PRIMARY KEY CHECK (length(tie_id) = 16),
    student_id BLOB NOT NULL REFERENCES student,
    person_id  BLOB NOT NULL REFERENCES person,
    kind       INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 5),
    source     TEXT NOT NULL CHECK (source IN ('local', 'ss12000')),
    from_day   INTEGER NOT NULL,
    until_day  INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tie_of_person ON tie (person_id, student_id);
CREATE INDEX tie_of_student ON tie (student_id);

CREATE TABLE student_group (
    group_id        BLOB NOT NULL PRIMARY KEY CHECK (length(group_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    school_id       BLOB NOT NULL REFERENCES school,
    kind            TEXT NOT NULL CHECK (kind IN ('class', 'mentor')),
    name            BLOB NOT NULL,                                 -- sealed with the organisation's key
    version         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX group_at_school ON student_group (school_id);

CREATE TABLE group_member (
    group_id   BLOB NOT NULL REFERENCES student_group,
    student_id BLOB NOT NULL REFERENCES student,
    from_day   INTEGER NOT NULL,
    until_day  INTEGER NOT NULL,
    PRIMARY KEY (group_id, student_id, from_day)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_of_student ON group_member (student_id);

-- The rights epoch: bumped by every change of what a right can rest on, so that a logged read was an allowed read.
CREATE TABLE rights_epoch (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL
) STRICT;
INSERT INTO rights_epoch (one, epoch) VALUES (1, 1);

CREATE TRIGGER epoch_membership_insert AFTER INSERT ON membership BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_membership_update AFTER UPDATE ON membership BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_membership_delete AFTER DELETE ON membership BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_tie_insert AFTER INSERT ON tie BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_tie_update AFTER UPDATE ON tie BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_tie_delete AFTER DELETE ON tie BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_enrolment_insert AFTER INSERT ON enrolment BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_enrolment_update AFTER UPDATE ON enrolment BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_enrolment_delete AFTER DELETE ON enrolment BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_identity_insert AFTER INSERT ON identity BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_identity_update AFTER UPDATE ON identity BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_identity_delete AFTER DELETE ON identity BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_login_insert AFTER INSERT ON blind_index WHEN NEW.purpose = 'identity'
BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_login_update AFTER UPDATE ON blind_index WHEN OLD.purpose = 'identity' OR NEW.purpose = 'identity'
BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_login_delete AFTER DELETE ON blind_index WHEN OLD.purpose = 'identity'
BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_student_update AFTER UPDATE OF person_id, protected ON student BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;

-- One tree per school (tree_id = school_id) and one per organisation (tree_id = organisation_id) for what belongs to no school, to
-- drafts, or to reports about the leadership (V1). The head row is the append lock.
CREATE TABLE activity_tree (
    tree_id         BLOB NOT NULL PRIMARY KEY CHECK (length(tree_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    school_id       BLOB UNIQUE REFERENCES school,
    size            INTEGER NOT NULL CHECK (size >= 0),            -- leaves so far
    last_at         INTEGER NOT NULL                               -- time of the newest leaf; never runs backwards
) STRICT, WITHOUT ROWID;

-- Append-only (V3). Never content, never a name or a civic number (V4). It carries its primary key only: look-ups are tables of their own.
CREATE TABLE activity (
    tree_id         BLOB NOT NULL REFERENCES activity_tree,
    leaf_index      INTEGER NOT NULL CHECK (leaf_index >= 0),
    at              INTEGER NOT NULL,
    organisation_id BLOB NOT NULL,
    actor_kind      TEXT NOT NULL CHECK (actor_kind IN ('person', 'client', 'stranger', 'local')),
    actor_id        BLOB,                                          -- person_id of a person
    actor_mark      BLOB,                                          -- keyed hash of a stranger's login: traceable, not readable
    behalf_id       BLOB,                                          -- person_id of whom a stand-in acts for
    client          TEXT,                                          -- client id of the token
    operation       TEXT NOT NULL,                                 -- operationId of the contract
    object_kind     TEXT,
    object_id       BLOB,
    student_id      BLOB,
    school_id       BLOB,
    outcome         TEXT NOT NULL CHECK (outcome IN ('allowed', 'refused', 'replayed')),
    ground          TEXT NOT NULL,                                 -- 'S2.tie.mentor', or the refusal: 'S2.unseen'
    request_id      BLOB NOT NULL CHECK (length(request_id) = 16),
    shown           BLOB,                                          -- ids of the students that a list showed, 16 bytes each
    PRIMARY KEY (tree_id, leaf_index)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER activity_no_update BEFORE UPDATE ON activity BEGIN SELECT RAISE(ABORT, 'activity is append-only'); END;
CREATE TRIGGER activity_no_delete BEFORE DELETE ON activity BEGIN SELECT RAISE(ABORT, 'activity is append-only'); END;
CREATE TRIGGER activity_no_replace BEFORE INSERT ON activity
WHEN EXISTS (SELECT 1 FROM activity a WHERE a.tree_id = NEW.tree_id AND a.leaf_index = NEW.leaf_index)
BEGIN SELECT RAISE(ABORT, 'activity is append-only'); END;
CREATE TRIGGER activity_tree_no_delete BEFORE DELETE ON activity_tree BEGIN SELECT RAISE(ABORT, 'a tree stays'); END;
CREATE TRIGGER activity_tree_grows BEFORE UPDATE ON activity_tree
WHEN NEW.tree_id <> OLD.tree_id OR NEW.organisation_id <> OLD.organisation_id OR NEW.school_id IS NOT OLD.school_id
  OR NEW.size < OLD.size OR NEW.last_at < OLD.last_at
BEGIN SELECT RAISE(ABORT, 'a tree only grows'); END;

-- What a POST answered, for safe retries (X1): keyed hashes, id and version; never content. The status is that of the operation. Kept 7 days.
CREATE TABLE replay (
    organisation_id BLOB NOT NULL REFERENCES organisation,
    mark            BLOB NOT NULL CHECK (length(mark) = 32),       -- principal, client, operation and key
    body_mark       BLOB NOT NULL CHECK (length(body_mark) = 32),
    object_id       BLOB NOT NULL CHECK (length(object_id) = 16),
    object_version  INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, mark)
) STRICT, WITHOUT ROWID;
CREATE INDEX replay_expiry ON replay (expires_at);

-- Written by /health/ready, so that being ready is more than an empty commit: a full disk shows.
CREATE TABLE heartbeat (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    at  INTEGER NOT NULL
) STRICT;
INSERT INTO heartbeat (one, at) VALUES (1, 0);
