-- SPDX-License-Identifier: EUPL-1.2
-- Rows with several sealed columns lie in tables of their own order, found through an index of their ids. Where a table is its own index
-- (WITHOUT ROWID), each inner page of the tree holds whole rows, too: nine students, or four hendelser, and a tree of two hundred thousand
-- hendelser is eight pages deep. Short rows stay as they are, and so do the log, which is read in stretches of its tree, and the parts of
-- documents, of which nearly all lies on pages of their own either way.
-- A table is emptied before it is dropped, and a row that cannot be copied ends the step (OR FAIL) instead of being taken back by itself: so
-- SQLite keeps no journal of them in memory.

CREATE TABLE new_person (
    person_id       BLOB NOT NULL PRIMARY KEY CHECK (length(person_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    key_id          BLOB NOT NULL UNIQUE CHECK (length(key_id) = 16),
    given_name      BLOB NOT NULL,                                 -- sealed
    family_name     BLOB NOT NULL,                                 -- sealed
    mark_local      INTEGER NOT NULL CHECK (mark_local IN (0, 1)),       -- S7
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    mark_registry   INTEGER NOT NULL DEFAULT 0 CHECK (mark_registry IN (0, 1))
) STRICT;
INSERT OR FAIL INTO new_person (person_id, organisation_id, key_id, given_name, family_name, mark_local, created_at, version, mark_registry)
SELECT person_id, organisation_id, key_id, given_name, family_name, mark_local, created_at, version, mark_registry FROM person;
DELETE FROM person;
DROP TABLE person;
ALTER TABLE new_person RENAME TO person;
CREATE INDEX person_of_organisation ON person (organisation_id, person_id);

CREATE TABLE new_identity (
    identity_id     BLOB NOT NULL PRIMARY KEY CHECK (length(identity_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    person_id       BLOB NOT NULL REFERENCES person,
    issuer          BLOB NOT NULL,                                 -- sealed with the person's key
    subject         BLOB NOT NULL,                                 -- sealed with the person's key
    version         INTEGER NOT NULL,
    ended_at        INTEGER                                        -- lets nobody in since; the row stays
) STRICT;
INSERT OR FAIL INTO new_identity (identity_id, organisation_id, person_id, issuer, subject, version, ended_at)
SELECT identity_id, organisation_id, person_id, issuer, subject, version, ended_at FROM identity;
DROP TRIGGER epoch_identity_delete;
DELETE FROM identity;
DROP TABLE identity;
ALTER TABLE new_identity RENAME TO identity;
CREATE INDEX identity_of_person ON identity (person_id, identity_id);
CREATE TRIGGER epoch_identity_insert AFTER INSERT ON identity BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_identity_update AFTER UPDATE ON identity BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_identity_delete AFTER DELETE ON identity BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;

-- What other systems call a thing (M1): found by its mark in blind_index, purpose 'external'. `key_id` is the data key that seals it:
-- the student's or person's it is about, so that it dies with them (C1), else the organisation's own.
CREATE TABLE new_external_id (
    external_id_id  BLOB NOT NULL PRIMARY KEY CHECK (length(external_id_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    kind            TEXT NOT NULL CHECK (kind = 'organisation' OR kind = 'school' OR kind = 'person' OR kind = 'identity' OR kind = 'membership'
                                      OR kind = 'student' OR kind = 'enrolment' OR kind = 'tie' OR kind = 'group' OR kind = 'groupMember'),
    object_id       BLOB NOT NULL CHECK (length(object_id) = 16),
    key_id          BLOB NOT NULL CHECK (length(key_id) = 16),
    system          BLOB NOT NULL,                                 -- sealed
    value           BLOB NOT NULL                                  -- sealed
) STRICT;
INSERT OR FAIL INTO new_external_id (external_id_id, organisation_id, kind, object_id, key_id, system, value)
SELECT external_id_id, organisation_id, kind, object_id, key_id, system, value FROM external_id;
DELETE FROM external_id;
DROP TABLE external_id;
ALTER TABLE new_external_id RENAME TO external_id;
CREATE INDEX external_id_of_object ON external_id (object_id, external_id_id);

CREATE TABLE new_student (
    student_id      BLOB NOT NULL PRIMARY KEY CHECK (length(student_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    key_id          BLOB NOT NULL UNIQUE CHECK (length(key_id) = 16),
    person_id       BLOB REFERENCES person,                        -- the student's own login, if any
    given_name      BLOB NOT NULL,                                 -- sealed
    family_name     BLOB NOT NULL,                                 -- sealed
    civic_number    BLOB,                                          -- sealed
    mark_local      INTEGER NOT NULL CHECK (mark_local IN (0, 1)),       -- S7
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    mark_registry   INTEGER NOT NULL DEFAULT 0 CHECK (mark_registry IN (0, 1)),
    merged_into     BLOB REFERENCES student CHECK (merged_into IS NULL OR length(merged_into) = 16), -- S4: the student it turned out to be
    has_doubles     INTEGER NOT NULL DEFAULT 0 CHECK (has_doubles IN (0, 1))
) STRICT;
INSERT OR FAIL INTO new_student (student_id, organisation_id, key_id, person_id, given_name, family_name, civic_number, mark_local, created_at, version,
    mark_registry, merged_into, has_doubles)
SELECT student_id, organisation_id, key_id, person_id, given_name, family_name, civic_number, mark_local, created_at, version,
    mark_registry, merged_into, has_doubles
FROM student;
DELETE FROM student;
DROP TABLE student;
ALTER TABLE new_student RENAME TO student;
-- Few have a login: who has none needs no place in the index.
CREATE UNIQUE INDEX student_of_person ON student (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX student_merged ON student (merged_into, student_id) WHERE merged_into IS NOT NULL;
CREATE TRIGGER epoch_student_update AFTER UPDATE OF person_id, mark_local, mark_registry, merged_into ON student
BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;

-- Sakstype, category and description, each change a row (P4). Sealed with the personsak's key under `number`.
CREATE TABLE new_personsak_header (
    personsak_id BLOB NOT NULL REFERENCES personsak,
    number       INTEGER NOT NULL CHECK (number >= 1),
    version      INTEGER NOT NULL,                                 -- of the personsak, that it made
    sakstype     BLOB NOT NULL,                                    -- sealed
    category     BLOB NOT NULL,                                    -- sealed
    description  BLOB NOT NULL,                                    -- sealed
    changed_by   BLOB NOT NULL REFERENCES person,
    changed_at   INTEGER NOT NULL,
    PRIMARY KEY (personsak_id, number)
) STRICT;
INSERT OR FAIL INTO new_personsak_header (personsak_id, number, version, sakstype, category, description, changed_by, changed_at)
SELECT personsak_id, number, version, sakstype, category, description, changed_by, changed_at FROM personsak_header;
DELETE FROM personsak_header;
DROP TABLE personsak_header;
ALTER TABLE new_personsak_header RENAME TO personsak_header;

-- Closings and reopenings (P8), each with a number of its own, and the version of the personsak that it made. Words: the summary, or the reason.
CREATE TABLE new_personsak_turn (
    personsak_id BLOB NOT NULL REFERENCES personsak,
    number       INTEGER NOT NULL CHECK (number >= 1),
    version      INTEGER NOT NULL,
    closed       INTEGER NOT NULL CHECK (closed IN (0, 1)),
    words        BLOB NOT NULL,                                    -- sealed with the personsak's key under `number`
    turned_by    BLOB NOT NULL REFERENCES person,
    turned_at    INTEGER NOT NULL,
    PRIMARY KEY (personsak_id, number)
) STRICT;
INSERT OR FAIL INTO new_personsak_turn (personsak_id, number, version, closed, words, turned_by, turned_at)
SELECT personsak_id, number, version, closed, words, turned_by, turned_at FROM personsak_turn;
DELETE FROM personsak_turn;
DROP TABLE personsak_turn;
ALTER TABLE new_personsak_turn RENAME TO personsak_turn;

-- What a tied member of staff would have opened (P1). `key_id` is the student's: there is no personsak yet.
CREATE TABLE new_proposal (
    proposal_id     BLOB NOT NULL PRIMARY KEY CHECK (length(proposal_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    school_id       BLOB NOT NULL REFERENCES school,
    student_id      BLOB NOT NULL REFERENCES student,
    key_id          BLOB NOT NULL CHECK (length(key_id) = 16),
    proposer_id     BLOB NOT NULL REFERENCES person,
    proposed_at     INTEGER NOT NULL,
    sakstype        BLOB NOT NULL,                                 -- sealed under version 1
    why             BLOB NOT NULL,                                 -- sealed under version 1
    state           INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2), -- 0 waiting, 1 accepted, 2 declined
    decided_by      BLOB REFERENCES person,
    decided_at      INTEGER,
    personsak_id    BLOB UNIQUE REFERENCES personsak,              -- what it became
    answer          BLOB,                                          -- sealed under version 2: why it was declined
    version         INTEGER NOT NULL
) STRICT;
INSERT OR FAIL INTO new_proposal (proposal_id, organisation_id, school_id, student_id, key_id, proposer_id, proposed_at, sakstype, why, state,
    decided_by, decided_at, personsak_id, answer, version)
SELECT proposal_id, organisation_id, school_id, student_id, key_id, proposer_id, proposed_at, sakstype, why, state,
    decided_by, decided_at, personsak_id, answer, version
FROM proposal;
DELETE FROM proposal;
DROP TABLE proposal;
ALTER TABLE new_proposal RENAME TO proposal;
CREATE INDEX proposal_at_school ON proposal (school_id, proposal_id, state);
CREATE INDEX proposal_of_proposer ON proposal (proposer_id, proposal_id);
CREATE INDEX proposal_of_student ON proposal (student_id, proposal_id);

-- Every version of a hendelse's content (P7), sealed with the personsak's key under its version. A strike is a version too, without content.
CREATE TABLE new_hendelse_version (
    hendelse_id BLOB NOT NULL REFERENCES hendelse,
    version     INTEGER NOT NULL CHECK (version >= 1),
    happened_at INTEGER NOT NULL,
    written_at  INTEGER NOT NULL,
    kind        BLOB NOT NULL,                                     -- sealed
    category    BLOB NOT NULL,                                     -- sealed
    text        BLOB NOT NULL,                                     -- sealed; the last, since it may be long
    PRIMARY KEY (hendelse_id, version)
) STRICT;
INSERT OR FAIL INTO new_hendelse_version (hendelse_id, version, happened_at, written_at, kind, category, text)
SELECT hendelse_id, version, happened_at, written_at, kind, category, text FROM hendelse_version;
DELETE FROM hendelse_version;
DROP TABLE hendelse_version;
ALTER TABLE new_hendelse_version RENAME TO hendelse_version;

-- A file on a hendelse. Name and media type are sealed with the personsak's key under version 1 and never change.
CREATE TABLE new_document (
    document_id  BLOB NOT NULL PRIMARY KEY CHECK (length(document_id) = 16),
    personsak_id BLOB NOT NULL REFERENCES personsak,
    hendelse_id  BLOB NOT NULL REFERENCES hendelse,
    author_id    BLOB NOT NULL REFERENCES person,
    name         BLOB NOT NULL,                                    -- sealed
    media_type   BLOB NOT NULL,                                    -- sealed
    size         INTEGER NOT NULL CHECK (size >= 1),               -- bytes, as announced
    received     INTEGER NOT NULL CHECK (received BETWEEN 0 AND size), -- whole when it is the size
    parts        INTEGER NOT NULL CHECK (parts >= 0),
    recorded_at  INTEGER NOT NULL,
    touched_at   INTEGER NOT NULL,                                 -- of the newest part: an upload that nobody goes on with is removed; 0: it is being
    version      INTEGER NOT NULL
) STRICT;
INSERT OR FAIL INTO new_document (document_id, personsak_id, hendelse_id, author_id, name, media_type, size, received, parts, recorded_at, touched_at, version)
SELECT document_id, personsak_id, hendelse_id, author_id, name, media_type, size, received, parts, recorded_at, touched_at, version FROM document;
DELETE FROM document;
DROP TABLE document;
ALTER TABLE new_document RENAME TO document;
CREATE INDEX document_of_hendelse ON document (hendelse_id, document_id);
CREATE INDEX document_unfinished ON document (touched_at, document_id) WHERE received < size;

-- A civic number leads to the student's row or to a double's, and a double's to its student (merged_into): nothing has to find the numbers'
-- marks by student. What ends or moves finds the other marks by what they lead to.
DROP INDEX blind_index_of_object;
CREATE INDEX blind_index_of_object ON blind_index (object_id) WHERE purpose <> 'civic';
