-- SPDX-License-Identifier: EUPL-1.2
-- Less to do for each row that is only added: a trigger on an insert makes SQLite keep a copy of every page that the row changes.

-- An enrolment or a login that is added only ever gives: no rule takes a right away because there is one more. What ends or moves them
-- still moves the epoch, and so does a new identity, which a new login comes with.
DROP TRIGGER epoch_enrolment_insert;
DROP TRIGGER epoch_login_insert;

-- INSERT OR REPLACE removes the row that is there, which activity_no_delete refuses: on every connection of ours recursive triggers are on.
DROP TRIGGER activity_no_replace;
