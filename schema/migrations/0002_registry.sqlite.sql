-- SPDX-License-Identifier: EUPL-1.2
-- The registry can be changed: ids of other systems, marks by source, logins that end, doubles that merge, memberships of groups as
-- rows of their own, and the organisation's code lists.

-- What other systems call a thing (M1): found by its mark in blind_index, purpose 'external'. `key_id` is the data key that seals it:
-- the student's or person's it is about, so that it dies with them (C1), else the organisation's own.
CREATE TABLE external_id (
    external_id_id  BLOB NOT NULL PRIMARY KEY CHECK (length(external_id_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    kind            TEXT NOT NULL CHECK (kind IN ('organisation', 'school', 'person', 'identity', 'membership', 'student', 'enrolment',
                                                  'tie', 'group', 'groupMember')),
    object_id       BLOB NOT NULL CHECK (length(object_id) = 16),
    key_id          BLOB NOT NULL CHECK (length(key_id) = 16),
    system          BLOB NOT NULL,                                 -- sealed
    value           BLOB NOT NULL                                  -- sealed
) STRICT, WITHOUT ROWID;
CREATE INDEX external_id_of_object ON external_id (object_id);

-- Derived: rebuilt from the sealed columns, left out of backups. object_id: civic: student_id, identity: identity_id, external: the
-- id of the thing itself.
DROP TRIGGER epoch_login_insert;
DROP TRIGGER epoch_login_update;
DROP TRIGGER epoch_login_delete;
ALTER TABLE blind_index RENAME TO blind_index_0001;
CREATE TABLE blind_index (
    organisation_id BLOB NOT NULL REFERENCES organisation,
    purpose         TEXT NOT NULL CHECK (purpose IN ('civic', 'identity', 'external')),
    mark            BLOB NOT NULL CHECK (length(mark) = 32),
    object_id       BLOB NOT NULL CHECK (length(object_id) = 16),
    PRIMARY KEY (organisation_id, purpose, mark)
) STRICT, WITHOUT ROWID;
INSERT INTO blind_index (organisation_id, purpose, mark, object_id) SELECT organisation_id, purpose, mark, object_id FROM blind_index_0001;
DROP TABLE blind_index_0001;
CREATE INDEX blind_index_of_object ON blind_index (object_id);
CREATE TRIGGER epoch_login_insert AFTER INSERT ON blind_index WHEN NEW.purpose = 'identity'
BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_login_update AFTER UPDATE ON blind_index WHEN OLD.purpose = 'identity' OR NEW.purpose = 'identity'
BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_login_delete AFTER DELETE ON blind_index WHEN OLD.purpose = 'identity'
BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;

-- S7: a person is protected when either mark is set. The local one is lifted by rektor, never by a sync; the registry's by the registry.
ALTER TABLE person RENAME COLUMN protected TO mark_local;
ALTER TABLE person ADD COLUMN mark_registry INTEGER NOT NULL DEFAULT 0 CHECK (mark_registry IN (0, 1));
ALTER TABLE student RENAME COLUMN protected TO mark_local;
ALTER TABLE student ADD COLUMN mark_registry INTEGER NOT NULL DEFAULT 0 CHECK (mark_registry IN (0, 1));

-- S4: a double that was merged; it stays, since the log names it, and leads to the student it turned out to be.
ALTER TABLE student ADD COLUMN merged_into BLOB REFERENCES student CHECK (merged_into IS NULL OR length(merged_into) = 16);
CREATE INDEX student_merged ON student (merged_into) WHERE merged_into IS NOT NULL;
DROP TRIGGER epoch_student_update;
CREATE TRIGGER epoch_student_update AFTER UPDATE OF person_id, mark_local, mark_registry, merged_into ON student
BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;

-- A login that has ended lets nobody in; the row stays. Its mark is taken out of blind_index, so that the login can be given anew.
ALTER TABLE identity ADD COLUMN ended_at INTEGER;

ALTER TABLE group_member RENAME TO group_member_0001;
CREATE TABLE group_member (
    group_member_id BLOB NOT NULL PRIMARY KEY CHECK (length(group_member_id) = 16),
    group_id        BLOB NOT NULL REFERENCES student_group,
    student_id      BLOB NOT NULL REFERENCES student,
    from_day        INTEGER NOT NULL,
    until_day       INTEGER NOT NULL,
    version         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO group_member (group_member_id, group_id, student_id, from_day, until_day, version)
SELECT CAST(substr(group_id, 1, 6) || x'70' || randomblob(1) || x'80' || randomblob(7) AS BLOB), group_id, student_id, from_day, until_day, 1
FROM group_member_0001;
DROP TABLE group_member_0001;
CREATE INDEX group_of_student ON group_member (student_id);
CREATE INDEX member_of_group ON group_member (group_id, student_id);
-- Which group a student is in decides what a page that filters by group may show (S3, S7).
CREATE TRIGGER epoch_group_member_insert AFTER INSERT ON group_member BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_group_member_update AFTER UPDATE ON group_member BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER epoch_group_member_delete AFTER DELETE ON group_member BEGIN UPDATE rights_epoch SET epoch = epoch + 1; END;

CREATE INDEX person_of_organisation ON person (organisation_id, person_id);
CREATE INDEX group_of_organisation ON student_group (organisation_id, group_id);
CREATE INDEX membership_of_organisation ON membership (organisation_id, membership_id);
CREATE INDEX enrolment_of_school ON enrolment (school_id, enrolment_id);
CREATE INDEX membership_of_role ON membership (organisation_id, role, person_id);

-- Code lists. The defaults are the program's, for a new organisation; from then on the codes are the organisation's own (M1: owner). A
-- code that is in use is retired, never removed.
CREATE TABLE code_default (
    list     TEXT NOT NULL CHECK (list IN ('sakstype', 'case-category', 'hendelse-kind', 'report-category', 'retention-kind')),
    code     TEXT NOT NULL,
    position INTEGER NOT NULL,
    label_nb TEXT NOT NULL,
    label_sv TEXT NOT NULL,
    label_en TEXT NOT NULL,
    PRIMARY KEY (list, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE code (
    code_id         BLOB NOT NULL PRIMARY KEY CHECK (length(code_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    list            TEXT NOT NULL CHECK (list IN ('sakstype', 'case-category', 'hendelse-kind', 'report-category', 'retention-kind')),
    code            TEXT NOT NULL,
    position        INTEGER NOT NULL,
    label_nb        TEXT NOT NULL,
    label_sv        TEXT NOT NULL,
    label_en        TEXT NOT NULL,
    retired         INTEGER NOT NULL CHECK (retired IN (0, 1)),
    version         INTEGER NOT NULL,
    UNIQUE (organisation_id, list, code)
) STRICT, WITHOUT ROWID;

INSERT INTO code_default (list, code, position, label_nb, label_sv, label_en) VALUES
    ('sakstype', 'skolemiljo', 10, 'Skolemiljø', 'Skolmiljö', 'School environment'),
    ('sakstype', 'spesialpedagogikk', 20, 'Individuelt tilrettelagt opplæring', 'Särskilt stöd', 'Special needs education'),
    ('sakstype', 'fravaer', 30, 'Bekymringsfullt fravær', 'Oroande frånvaro', 'Worrying absence'),
    ('sakstype', 'elevsamtale', 40, 'Samtaler med elev og foresatte', 'Samtal med elev och vårdnadshavare', 'Talks with pupil and guardians'),
    ('sakstype', 'helse', 50, 'Helse og trivsel', 'Hälsa och trivsel', 'Health and well-being'),
    ('sakstype', 'annet', 90, 'Annet', 'Övrigt', 'Other'),
    ('case-category', 'faglig', 10, 'Faglig utvikling', 'Kunskapsutveckling', 'Academic progress'),
    ('case-category', 'sosialt', 20, 'Sosialt', 'Socialt', 'Social'),
    ('case-category', 'atferd', 30, 'Atferd', 'Beteende', 'Behaviour'),
    ('case-category', 'mobbing', 40, 'Mobbing', 'Mobbning', 'Bullying'),
    ('case-category', 'observasjon', 50, 'Observasjon', 'Observation', 'Observation'),
    ('case-category', 'annet', 90, 'Annet', 'Övrigt', 'Other'),
    ('hendelse-kind', 'journalnotat', 10, 'Journalnotat', 'Journalanteckning', 'Case note'),
    ('hendelse-kind', 'samtale', 20, 'Samtale', 'Samtal', 'Talk'),
    ('hendelse-kind', 'mote', 30, 'Møte', 'Möte', 'Meeting'),
    ('hendelse-kind', 'observasjon', 40, 'Observasjon', 'Observation', 'Observation'),
    ('hendelse-kind', 'vedtak', 50, 'Vedtak', 'Beslut', 'Decision'),
    ('hendelse-kind', 'annet', 90, 'Annet', 'Övrigt', 'Other'),
    ('report-category', 'mobbing', 10, 'Mobbing', 'Mobbning', 'Bullying'),
    ('report-category', 'krankning', 20, 'Krenkelse', 'Kränkning', 'Degrading treatment'),
    ('report-category', 'diskriminering', 30, 'Diskriminering', 'Diskriminering', 'Discrimination'),
    ('report-category', 'slagsmal', 40, 'Slagsmål', 'Slagsmål', 'Fight'),
    ('report-category', 'olycka', 50, 'Ulykke', 'Olycka', 'Accident'),
    ('report-category', 'annet', 90, 'Annet', 'Övrigt', 'Other'),
    ('retention-kind', 'personsak', 10, 'Personsak', 'Elevärende', 'Pupil case'),
    ('retention-kind', 'report', 20, 'Rapport', 'Anmälan', 'Report'),
    ('retention-kind', 'arende', 30, 'Oppfølgingssak', 'Ärende', 'Follow-up matter'),
    ('retention-kind', 'minnesanteckning', 40, 'Arbeidsnotat', 'Minnesanteckning', 'Working memo'),
    ('retention-kind', 'tjansteanteckning', 50, 'Tjenestenotat', 'Tjänsteanteckning', 'Official record');

-- Ids of version 7 with the time of their organisation's id; blobs put together are text until they are cast.
INSERT INTO code (code_id, organisation_id, list, code, position, label_nb, label_sv, label_en, retired, version)
SELECT CAST(substr(o.organisation_id, 1, 6) || x'70' || randomblob(1) || x'80' || randomblob(7) AS BLOB), o.organisation_id, d.list, d.code,
    d.position, d.label_nb, d.label_sv, d.label_en, 0, 1
FROM organisation o CROSS JOIN code_default d;
