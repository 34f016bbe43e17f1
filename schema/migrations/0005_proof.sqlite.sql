-- SPDX-License-Identifier: EUPL-1.2
-- The log proves itself: each tree is a Merkle tree (RFC 9162), its checkpoints are signed, and witnesses sign them too. What stood in the
-- log before is hashed when the daemon starts (server/activity/build.h). Change feeds and look-ups are views of the log.

-- The roots of the tree's perfect subtrees, largest first: all that appending needs. Empty while size > 0: not hashed yet.
ALTER TABLE activity_tree ADD COLUMN frontier BLOB NOT NULL DEFAULT x'' CHECK (length(frontier) % 32 = 0);

-- Roots of 256, 65,536, 16,777,216 … leaves, once they are full. The hashes of single leaves are made from the rows whenever they are asked for.
CREATE TABLE activity_node (
    tree_id    BLOB NOT NULL REFERENCES activity_tree,
    level      INTEGER NOT NULL CHECK (level BETWEEN 1 AND 7),     -- it stands over 256^level leaves
    node_index INTEGER NOT NULL CHECK (node_index >= 0),
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (tree_id, level, node_index)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER activity_node_no_update BEFORE UPDATE ON activity_node BEGIN SELECT RAISE(ABORT, 'a node stays'); END;
CREATE TRIGGER activity_node_no_delete BEFORE DELETE ON activity_node BEGIN SELECT RAISE(ABORT, 'a node stays'); END;

-- The newest checkpoint of each tree: a signed note. It only grows.
CREATE TABLE checkpoint (
    tree_id BLOB NOT NULL PRIMARY KEY REFERENCES activity_tree,
    size    INTEGER NOT NULL CHECK (size >= 0),
    made_at INTEGER NOT NULL,
    note    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'a checkpoint stays'); END;
CREATE TRIGGER checkpoint_grows BEFORE UPDATE ON checkpoint WHEN NEW.tree_id <> OLD.tree_id OR NEW.size < OLD.size
BEGIN SELECT RAISE(ABORT, 'a checkpoint only grows'); END;

-- The newest checkpoint that each witness has signed: the note with the log's signatures and this witness's.
CREATE TABLE cosigned (
    tree_id BLOB NOT NULL REFERENCES activity_tree,
    witness TEXT NOT NULL,                                         -- the name of its key
    size    INTEGER NOT NULL CHECK (size >= 0),
    note    TEXT NOT NULL,
    PRIMARY KEY (tree_id, witness)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER cosigned_no_delete BEFORE DELETE ON cosigned BEGIN SELECT RAISE(ABORT, 'a cosignature stays'); END;
CREATE TRIGGER cosigned_grows BEFORE UPDATE ON cosigned WHEN NEW.tree_id <> OLD.tree_id OR NEW.witness <> OLD.witness OR NEW.size < OLD.size
BEGIN SELECT RAISE(ABORT, 'a witness only goes on'); END;

-- Where an actor and a student occur in the log. Made from the rows by a chore, so that appending waits for no look-up; `looked_up` says up
-- to which leaf, and what came later is read from the log itself.
CREATE TABLE activity_of_actor (
    actor_id   BLOB NOT NULL CHECK (length(actor_id) = 16),
    tree_id    BLOB NOT NULL,
    leaf_index INTEGER NOT NULL,
    PRIMARY KEY (actor_id, tree_id, leaf_index)
) STRICT, WITHOUT ROWID;
CREATE TABLE activity_of_student (
    student_id BLOB NOT NULL CHECK (length(student_id) = 16),
    tree_id    BLOB NOT NULL,
    leaf_index INTEGER NOT NULL,
    PRIMARY KEY (student_id, tree_id, leaf_index)
) STRICT, WITHOUT ROWID;
CREATE TABLE activity_lookup (
    tree_id   BLOB NOT NULL PRIMARY KEY REFERENCES activity_tree,
    looked_up INTEGER NOT NULL CHECK (looked_up >= 0)
) STRICT, WITHOUT ROWID;

-- Whom to wake when there is something new for a client in the change feed (X4). A wake-up carries nothing.
CREATE TABLE webhook (
    webhook_id      BLOB NOT NULL PRIMARY KEY CHECK (length(webhook_id) = 16),
    organisation_id BLOB NOT NULL REFERENCES organisation,
    client          TEXT NOT NULL,                                 -- client id of the token that made it
    client_mark     BLOB NOT NULL CHECK (length(client_mark) = 32), -- of its login: whose own it is
    school_id       BLOB REFERENCES school,                        -- NULL: what belongs to no school
    url             BLOB NOT NULL,                                 -- sealed with the organisation's own key
    secret          BLOB NOT NULL,                                 -- likewise
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    told            INTEGER NOT NULL CHECK (told >= 0),            -- leaves of its tree of which it has been told
    failures        INTEGER NOT NULL CHECK (failures >= 0),        -- since the last wake-up that was taken
    next_at         INTEGER NOT NULL                               -- not before this time, ms
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_of_organisation ON webhook (organisation_id, webhook_id);
