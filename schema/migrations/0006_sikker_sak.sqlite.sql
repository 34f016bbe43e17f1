-- SPDX-License-Identifier: EUPL-1.2
-- Sikker Sak: proposals, personsaker, hendelser, documents, departures. What describes a student, codes of kinds and categories included,
-- is sealed (C1): with the personsak's own key (C2), or, before there is one, with the student's. Who handles what, and when what
-- happened, is plain: rights and order rest on it.

CREATE TABLE personsak (
    personsak_id    BLOB NOT NULL PRIMARY KEY CHECK (length(personsak_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    school_id       BLOB NOT NULL REFERENCES school,               -- fixed at creation
    student_id      BLOB NOT NULL REFERENCES student,              -- changes only when doubles are merged
    key_id          BLOB NOT NULL UNIQUE CHECK (length(key_id) = 16),
    closed          INTEGER NOT NULL CHECK (closed IN (0, 1)),
    opened_at       INTEGER NOT NULL,
    opened_by       BLOB NOT NULL REFERENCES person,
    last_at         INTEGER NOT NULL,                              -- of the newest change, hendelse or document in it
    header          INTEGER NOT NULL,                              -- the newest personsak_header
    version         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX personsak_of_student ON personsak (student_id, personsak_id);
CREATE INDEX personsak_at_school ON personsak (school_id, closed, personsak_id, student_id);

-- Sakstype, category and description, each change a row (P4). Sealed with the personsak's key under `number`.
CREATE TABLE personsak_header (
    personsak_id BLOB NOT NULL REFERENCES personsak,
    number       INTEGER NOT NULL CHECK (number >= 1),
    version      INTEGER NOT NULL,                                 -- of the personsak, that it made
    sakstype     BLOB NOT NULL,                                    -- sealed
    category     BLOB NOT NULL,                                    -- sealed
    description  BLOB NOT NULL,                                    -- sealed
    changed_by   BLOB NOT NULL REFERENCES person,
    changed_at   INTEGER NOT NULL,
    PRIMARY KEY (personsak_id, number)
) STRICT, WITHOUT ROWID;

-- Closings and reopenings (P8), each with a number of its own, and the version of the personsak that it made. Words: the summary, or the reason.
CREATE TABLE personsak_turn (
    personsak_id BLOB NOT NULL REFERENCES personsak,
    number       INTEGER NOT NULL CHECK (number >= 1),
    version      INTEGER NOT NULL,
    closed       INTEGER NOT NULL CHECK (closed IN (0, 1)),
    words        BLOB NOT NULL,                                    -- sealed with the personsak's key under `number`
    turned_by    BLOB NOT NULL REFERENCES person,
    turned_at    INTEGER NOT NULL,
    PRIMARY KEY (personsak_id, number)
) STRICT, WITHOUT ROWID;

-- Who handles it, and who did (P4, P5): one who leads, the saksbehandler, and any number of others. `until` NULL: still.
CREATE TABLE personsak_handler (
    personsak_id BLOB NOT NULL REFERENCES personsak,
    person_id    BLOB NOT NULL REFERENCES person,
    from_version INTEGER NOT NULL,                                 -- of the personsak
    leads        INTEGER NOT NULL CHECK (leads IN (0, 1)),
    from_at      INTEGER NOT NULL,
    from_by      BLOB NOT NULL REFERENCES person,
    until_at     INTEGER,
    until_by     BLOB REFERENCES person,
    PRIMARY KEY (personsak_id, person_id, from_version)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX personsak_one_leads ON personsak_handler (personsak_id) WHERE leads = 1 AND until_at IS NULL;
CREATE UNIQUE INDEX personsak_handled_once ON personsak_handler (personsak_id, person_id) WHERE until_at IS NULL;
CREATE INDEX personsak_of_handler ON personsak_handler (person_id, personsak_id) WHERE until_at IS NULL;

CREATE TRIGGER epoch_handler_update AFTER UPDATE ON personsak_handler BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_handler_delete AFTER DELETE ON personsak_handler BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_personsak_student AFTER UPDATE OF student_id ON personsak BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;

-- What a tied member of staff would have opened (P1). `key_id` is the student's: there is no personsak yet.
CREATE TABLE proposal (
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
) STRICT, WITHOUT ROWID;
CREATE INDEX proposal_at_school ON proposal (school_id, proposal_id, state);
CREATE INDEX proposal_of_proposer ON proposal (proposer_id, proposal_id);
CREATE INDEX proposal_of_student ON proposal (student_id);

CREATE TABLE hendelse (
    hendelse_id  BLOB NOT NULL PRIMARY KEY CHECK (length(hendelse_id) = 16),
    personsak_id BLOB NOT NULL REFERENCES personsak,               -- for ever (P9)
    author_id    BLOB NOT NULL REFERENCES person,
    recorded_at  INTEGER NOT NULL,
    happened_at  INTEGER NOT NULL,                                 -- as its newest version says; of one that is struck, when it was recorded
    version      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hendelse_in_order ON hendelse (personsak_id, happened_at, hendelse_id);
CREATE TRIGGER hendelse_stays BEFORE UPDATE OF hendelse_id, personsak_id, author_id, recorded_at ON hendelse
BEGIN SELECT RAISE(ABORT, 'a hendelse stays where it is'); END;

-- Every version of its content (P7), sealed with the personsak's key under its version. A strike is a version too, without content.
CREATE TABLE hendelse_version (
    hendelse_id BLOB NOT NULL REFERENCES hendelse,
    version     INTEGER NOT NULL CHECK (version >= 1),
    happened_at INTEGER NOT NULL,
    written_at  INTEGER NOT NULL,
    kind        BLOB NOT NULL,                                     -- sealed
    category    BLOB NOT NULL,                                     -- sealed
    text        BLOB NOT NULL,                                     -- sealed; the last, since it may be long
    PRIMARY KEY (hendelse_id, version)
) STRICT, WITHOUT ROWID;

-- A file on a hendelse. Name and media type are sealed with the personsak's key under version 1 and never change.
CREATE TABLE document (
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
) STRICT, WITHOUT ROWID;
CREATE INDEX document_of_hendelse ON document (hendelse_id, document_id);
CREATE INDEX document_unfinished ON document (touched_at) WHERE received < size;

-- Its bytes, sealed with the personsak's key under 2 * part + final: parts cannot change places, nor a cut file pass for a whole one.
CREATE TABLE document_part (
    document_id BLOB NOT NULL REFERENCES document,
    part        INTEGER NOT NULL CHECK (part >= 0),
    start       INTEGER NOT NULL CHECK (start >= 0),
    size        INTEGER NOT NULL CHECK (size >= 1),
    final       INTEGER NOT NULL CHECK (final IN (0, 1)),
    bytes       BLOB NOT NULL,                                     -- sealed
    PRIMARY KEY (document_id, part)
) STRICT, WITHOUT ROWID;

-- Wrongly recorded (P10): a hendelse or document whose content is for rektor only from then on. Nothing takes the mark back.
CREATE TABLE struck (
    object_id  BLOB NOT NULL PRIMARY KEY CHECK (length(object_id) = 16),
    personsak_id BLOB NOT NULL REFERENCES personsak,
    struck_by  BLOB NOT NULL REFERENCES person,
    struck_at  INTEGER NOT NULL,
    reason     BLOB NOT NULL                                       -- sealed with the personsak's key under version 1
) STRICT, WITHOUT ROWID;
CREATE TRIGGER epoch_struck_insert AFTER INSERT ON struck BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER struck_stays BEFORE UPDATE ON struck BEGIN SELECT RAISE(ABORT, 'what is struck stays so'); END;

-- A student leaves a school (S5, S6): enrolment and ties end on the date; it completes when no personsak of theirs there is open.
CREATE TABLE departure (
    departure_id    BLOB NOT NULL PRIMARY KEY CHECK (length(departure_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    student_id      BLOB NOT NULL REFERENCES student,
    school_id       BLOB NOT NULL REFERENCES school,
    key_id          BLOB NOT NULL CHECK (length(key_id) = 16),     -- the student's
    kind            BLOB NOT NULL,                                 -- sealed under version 1: moves, leaves, changesSchool, deceased
    last_day        INTEGER NOT NULL,                              -- at the school
    state           INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2), -- 0 pending, 1 completed, 2 withdrawn
    recorded_at     INTEGER NOT NULL,
    ended_at        INTEGER,                                       -- when it was completed or withdrawn
    version         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX departure_at_school ON departure (school_id, departure_id);
CREATE INDEX departure_of_student ON departure (student_id, school_id);

-- What it ended, and when that would have ended otherwise: a withdrawal gives it back.
CREATE TABLE departure_end (
    departure_id BLOB NOT NULL REFERENCES departure,
    kind         TEXT NOT NULL CHECK (kind IN ('enrolment', 'tie')),
    record_id    BLOB NOT NULL CHECK (length(record_id) = 16),
    until_day    INTEGER NOT NULL,                                 -- before
    PRIMARY KEY (departure_id, record_id)
) STRICT, WITHOUT ROWID;

-- The same promise of a tree, lighter to keep: where a trigger may abort a statement, SQLite keeps a journal of the statement in case, for each
-- head anew. A head is refused as before; what the same statement did before stands, and that only grew too.
DROP TRIGGER activity_tree_grows;
CREATE TRIGGER activity_tree_grows BEFORE UPDATE ON activity_tree
WHEN NEW.tree_id <> OLD.tree_id OR NEW.organisation_id <> OLD.organisation_id OR NEW.school_id IS NOT OLD.school_id
  OR NEW.size < OLD.size OR NEW.last_at < OLD.last_at
BEGIN SELECT RAISE(FAIL, 'a tree only grows'); END;

-- A tie of staff that is added only ever gives; one of a guardian takes away (G2).
DROP TRIGGER epoch_tie_insert;
CREATE TRIGGER epoch_tie_insert AFTER INSERT ON tie WHEN NEW.kind = 5 BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;

-- Whether the request found nothing to do when it came first (X1), as one of many in a call may have.
ALTER TABLE replay ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0 CHECK (unchanged IN (0, 1));
