-- SPDX-License-Identifier: EUPL-1.2
-- keys.db: wrapped data keys, and nothing about whose they are. What a key belongs to is recorded only in the data (key_id).

CREATE TABLE data_key (
    key_id  BLOB NOT NULL PRIMARY KEY CHECK (length(key_id) = 16),
    wrapped BLOB NOT NULL CHECK (length(wrapped) = 72)             -- nonce 24, key 32, tag 16, by the master key
) STRICT, WITHOUT ROWID;

-- What the master key makes of a constant: a start with the wrong master key is refused before anything is opened.
CREATE TABLE master_check (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    value BLOB NOT NULL CHECK (length(value) = 16)
) STRICT;
