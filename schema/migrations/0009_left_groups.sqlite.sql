-- SPDX-License-Identifier: EUPL-1.2
-- A departure ends places in the groups of the school, too (S6), and its withdrawal gives them back.

-- What it ended, and when that would have ended otherwise: a withdrawal gives it back.
CREATE TABLE new_departure_end (
    departure_id BLOB NOT NULL REFERENCES departure,
    kind         TEXT NOT NULL CHECK (kind IN ('enrolment', 'tie', 'groupMember')),
    record_id    BLOB NOT NULL CHECK (length(record_id) = 16),
    until_day    INTEGER NOT NULL,                                 -- before
    PRIMARY KEY (departure_id, record_id)
) STRICT, WITHOUT ROWID;
INSERT OR FAIL INTO new_departure_end (departure_id, kind, record_id, until_day)
SELECT departure_id, kind, record_id, until_day FROM departure_end;
DELETE FROM departure_end;
DROP TABLE departure_end;
ALTER TABLE new_departure_end RENAME TO departure_end;
