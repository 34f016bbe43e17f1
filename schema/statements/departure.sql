-- SPDX-License-Identifier: EUPL-1.2
-- Departures (S5, S6). States: 0 pending, 1 completed, 2 withdrawn.

-- name: departure_by_id
-- kind: one
-- args: organisation organisation_id, departure uuid
-- columns: student student_id, school school_id, key key_id, kind sealed(departure.kind), last_day int, state int, recorded_at int
-- columns: ended_at maybe_int, version int
SELECT student_id, school_id, key_id, kind, last_day, state, recorded_at, ended_at, version
FROM departure WHERE organisation_id = ?1 AND departure_id = ?2;

-- Which might be in this caller's list: all for one who sees everywhere, else those of the schools where the person holds one of `roles` (bits).
-- Narrowed by the filters, `states` among them (bits). policy/ decides each of them.
-- name: departure_candidates
-- kind: all
-- args: organisation organisation_id, everywhere int, person person_id, roles int, today int, after uuid, at_school int, school uuid
-- args: of_student int, student student_id, states int, limit int
-- columns: departure uuid
SELECT d.departure_id FROM departure d
WHERE ?2 = 1 AND d.organisation_id = ?1 AND d.departure_id > ?6 AND (?7 = 0 OR d.school_id = ?8) AND (?9 = 0 OR d.student_id = ?10)
  AND ((1 << d.state) & ?11) <> 0
UNION
SELECT d.departure_id FROM membership m JOIN departure d ON d.school_id = m.school_id
WHERE ?2 = 0 AND m.person_id = ?3 AND ((1 << m.role) & ?4) <> 0 AND m.from_day <= ?5 AND m.until_day >= ?5 AND d.departure_id > ?6
  AND (?7 = 0 OR d.school_id = ?8) AND (?9 = 0 OR d.student_id = ?10) AND ((1 << d.state) & ?11) <> 0
ORDER BY 1
LIMIT ?12;

-- The student's personsaker at the school that are open, oldest first.
-- name: departure_due
-- kind: all
-- args: student student_id, school school_id, limit int
-- columns: personsak personsak_id
SELECT personsak_id FROM personsak WHERE student_id = ?1 AND school_id = ?2 AND closed = 0 ORDER BY personsak_id LIMIT ?3;

-- Whether the student was, is or will be at the school, and has a departure from it that is pending.
-- name: departure_facts
-- kind: one
-- args: student student_id, school school_id
-- columns: enrolled int, pending int
SELECT CASE WHEN EXISTS (SELECT 1 FROM enrolment WHERE student_id = ?1 AND school_id = ?2) THEN 1 ELSE 0 END,
    CASE WHEN EXISTS (SELECT 1 FROM departure WHERE student_id = ?1 AND school_id = ?2 AND state = 0) THEN 1 ELSE 0 END;

-- name: departure_insert
-- kind: write
-- args: departure uuid, organisation organisation_id, student student_id, school school_id, key key_id, kind sealed(departure.kind), last_day int, at int
INSERT INTO departure (departure_id, organisation_id, student_id, school_id, key_id, kind, last_day, state, recorded_at, ended_at, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, NULL, 1);

-- name: departure_end_it
-- kind: write
-- args: departure uuid, state int, at int
UPDATE departure SET state = ?2, ended_at = ?3, version = version + 1 WHERE departure_id = ?1;

-- The enrolments that last beyond a day, at all schools.
-- name: enrolments_beyond
-- kind: all
-- args: student student_id, day int
-- columns: enrolment uuid, school school_id, from_day int, until_day int, version int
SELECT enrolment_id, school_id, from_day, until_day, version FROM enrolment
WHERE student_id = ?1 AND until_day > ?2 AND from_day <= until_day
ORDER BY enrolment_id;

-- The ties that last beyond a day, but those of one kind.
-- name: ties_beyond
-- kind: all
-- args: student student_id, day int, but_kind int
-- columns: tie uuid, person person_id, from_day int, until_day int, version int
SELECT tie_id, person_id, from_day, until_day, version FROM tie
WHERE student_id = ?1 AND until_day > ?2 AND from_day <= until_day AND kind <> ?3
ORDER BY tie_id;

-- The ties that hold or are to, and those that a departure keeps from beginning, but those of one kind.
-- name: ties_resting
-- kind: all
-- args: student student_id, today int, but_kind int
-- columns: tie uuid, person person_id, kind int, source text, from_day int, until_day int, version int
SELECT tie_id, person_id, kind, source, from_day, until_day, version FROM tie
WHERE student_id = ?1 AND until_day >= ?2 AND kind <> ?3
ORDER BY tie_id;

-- The places in groups of a school that last beyond a day.
-- name: group_members_beyond
-- kind: all
-- args: student student_id, school school_id, day int
-- columns: member uuid, from_day int, until_day int, version int
SELECT m.group_member_id, m.from_day, m.until_day, m.version
FROM group_member m JOIN student_group g ON g.group_id = m.group_id
WHERE m.student_id = ?1 AND g.school_id = ?2 AND m.until_day > ?3 AND m.from_day <= m.until_day
ORDER BY m.group_member_id;

-- name: departure_ended_insert
-- kind: write
-- args: departure uuid, kind text, record uuid, until_day int
INSERT INTO departure_end (departure_id, kind, record_id, until_day) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (departure_id, record_id) DO UPDATE SET until_day = excluded.until_day;

-- The student's that are not withdrawn, of this day or later; those that are pending, of their day or later.
-- name: departures_ending
-- kind: all
-- args: student student_id, today int, pending_since int, limit int
-- columns: departure uuid, school school_id, last_day int
SELECT departure_id, school_id, last_day FROM departure
WHERE student_id = ?1 AND ((state <> 2 AND last_day >= ?2) OR (state = 0 AND last_day >= ?3))
ORDER BY last_day, departure_id
LIMIT ?4;

-- What such departures, of a day or later, have noted of a record of the student's.
-- name: departure_ended_drop
-- kind: write
-- args: student student_id, record uuid, since int
DELETE FROM departure_end
WHERE record_id = ?2 AND departure_id IN (SELECT departure_id FROM departure WHERE student_id = ?1 AND state <> 2 AND last_day >= ?3);

-- Until when a record was to last that has these days because a departure, of a day or later, ended it.
-- name: departure_asked
-- kind: one
-- args: student student_id, record uuid, from_day int, until_day int, since int
-- columns: until_day int
SELECT d.until_day FROM departure p JOIN departure_end d ON d.departure_id = p.departure_id
WHERE p.student_id = ?1 AND p.state <> 2 AND p.last_day >= ?5 AND d.record_id = ?2
  AND ?4 = CASE WHEN ?3 > p.last_day THEN ?3 - 1 ELSE p.last_day END
ORDER BY d.until_day DESC
LIMIT 1;

-- What was noted of a double is noted of the record that is kept, unless something is; the rest is dropped.
-- name: departure_ended_lead
-- kind: write
-- args: from uuid, to uuid, student student_id
UPDATE departure_end SET record_id = ?2
WHERE record_id = ?1 AND departure_id IN (SELECT departure_id FROM departure WHERE student_id = ?3)
  AND NOT EXISTS (SELECT 1 FROM departure_end d WHERE d.departure_id = departure_end.departure_id AND d.record_id = ?2);

-- name: departure_ended_drop_double
-- kind: write
-- args: record uuid, student student_id
DELETE FROM departure_end WHERE record_id = ?1 AND departure_id IN (SELECT departure_id FROM departure WHERE student_id = ?2);

-- What it ended of the student's and nobody has changed since: the records as they are, with the last day from before.
-- name: enrolments_ended
-- kind: all
-- args: departure uuid, last_day int
-- columns: enrolment uuid, school school_id, from_day int, until_day int, version int, before int
SELECT e.enrolment_id, e.school_id, e.from_day, e.until_day, e.version, d.until_day
FROM departure_end d JOIN enrolment e ON e.enrolment_id = d.record_id
WHERE d.departure_id = ?1 AND d.kind = 'enrolment' AND e.until_day = CASE WHEN e.from_day > ?2 THEN e.from_day - 1 ELSE ?2 END
ORDER BY e.enrolment_id;

-- Whether the same tie, which the departure has not ended itself, is there on any of these days.
-- name: tie_made_anew
-- kind: one
-- args: departure uuid, student student_id, person person_id, kind int, source text, from_day int, until_day int
-- columns: there int
SELECT CASE WHEN EXISTS (SELECT 1 FROM tie t
    WHERE t.person_id = ?3 AND t.student_id = ?2 AND t.kind = ?4 AND t.source = ?5 AND t.from_day <= t.until_day AND t.from_day <= ?7
      AND t.until_day >= ?6 AND NOT EXISTS (SELECT 1 FROM departure_end d WHERE d.departure_id = ?1 AND d.record_id = t.tie_id)) THEN 1 ELSE 0 END;

-- name: ties_ended
-- kind: all
-- args: departure uuid, last_day int
-- columns: tie uuid, person person_id, kind int, source text, from_day int, version int, before int
SELECT t.tie_id, t.person_id, t.kind, t.source, t.from_day, t.version, d.until_day
FROM departure_end d JOIN tie t ON t.tie_id = d.record_id
WHERE d.departure_id = ?1 AND d.kind = 'tie' AND t.until_day = CASE WHEN t.from_day > ?2 THEN t.from_day - 1 ELSE ?2 END
ORDER BY t.tie_id;

-- Whether the student is in the group on any of these days by another record, which the departure has not ended itself.
-- name: group_member_made_anew
-- kind: one
-- args: departure uuid, student student_id, group group_id, from_day int, until_day int
-- columns: there int
SELECT CASE WHEN EXISTS (SELECT 1 FROM group_member m
    WHERE m.student_id = ?2 AND m.group_id = ?3 AND m.from_day <= m.until_day AND m.from_day <= ?5 AND m.until_day >= ?4
      AND NOT EXISTS (SELECT 1 FROM departure_end d WHERE d.departure_id = ?1 AND d.record_id = m.group_member_id)) THEN 1 ELSE 0 END;

-- name: group_members_ended
-- kind: all
-- args: departure uuid, last_day int
-- columns: member uuid, group group_id, school school_id, from_day int, version int, before int
SELECT m.group_member_id, m.group_id, g.school_id, m.from_day, m.version, d.until_day
FROM departure_end d JOIN group_member m ON m.group_member_id = d.record_id JOIN student_group g ON g.group_id = m.group_id
WHERE d.departure_id = ?1 AND d.kind = 'groupMember' AND m.until_day = CASE WHEN m.from_day > ?2 THEN m.from_day - 1 ELSE ?2 END
ORDER BY m.group_member_id;
