# SPDX-License-Identifier: EUPL-1.2
"""S7 over HTTP: records of a school name a protected student who has left it to nobody who may not read the card (S2). One family is followed: the
student leaves aas for bru, gets a new name there, and is marked. Merging, searching and the feed are other ways to the same name."""
import uuid

import pytest

import cases
import cli
from test_departures import client, complete, enrol, new_student, recorded, tie
from world import day

OK, CREATED, NOT_FOUND = 200, 201, 404
WITHHELD = {"givenName": None, "familyName": None}
AT_THE_OLD_SCHOOL = {                  # who → the records of aas that they read still
    "rektor": ("departure", "proposal", "personsak", "departures", "proposals", "personsaker"),
    "admin": ("departure", "departures"),
    "opener": ("proposal", "proposals"),
    "teacher-untied": ("proposal", "proposals"),   # has proposed it
    "hanne": ("personsak", "personsaker", "mine"),  # has led it
}


class Family:
    """A student with a case, a proposal and a departure at aas, of whom aas and bru are the schools until yesterday and from now on."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.id = new_student(daemon, "aas", "bru")
        tie(daemon, self.id, "teacher-untied")
        self.old_name = self.name_at_bru()
        proposal = daemon.post("/v1/proposals", {"studentId": self.id, "schoolId": daemon.id("school", "aas"), "sakstype": "skolemiljo",
                                                 "why": cases.words(daemon)}, "teacher-untied")
        personsak = cases.open_case(daemon, student=self.id, saksbehandler="hanne")
        self.paths = {"proposal": f"/v1/proposals/{proposal.json()['id']}", "personsak": f"/v1/personsaker/{personsak['id']}",
                      "departures": f"/v1/departures?studentId={self.id}", "proposals": f"/v1/proposals?studentId={self.id}",
                      "personsaker": f"/v1/personsaker?studentId={self.id}", "mine": "/v1/me/cases?state=closed&limit=100"}
        cases.close_case(daemon, personsak["id"])

    def name_at_bru(self):
        return self.name_of(self.daemon.get(f"/v1/students/{self.id}", "rektor-bru").json())

    @staticmethod
    def name_of(row):
        return {member: row[member] for member in ("givenName", "familyName")}

    def leaves(self, date=day(-1)):
        departure = recorded(self.daemon, self.id, date)
        assert complete(self.daemon, departure).status_code == OK
        self.paths["departure"] = f"/v1/departures/{departure}"

    def change(self, **members):
        version = self.daemon.get(f"/v1/students/{self.id}", "rektor-bru").json()["version"]
        answer = self.daemon.patch(f"/v1/students/{self.id}", members, "rektor-bru", version=version)
        assert answer.status_code == OK, answer.text

    def hides(self, **members):
        """A new name, and the mark; answers the new name."""
        new = {"givenName": "Nytt" + uuid.uuid4().hex[:8], "familyName": "Hemmelig" + uuid.uuid4().hex[:8]}
        self.daemon.remember(new)
        self.change(**{"protected": True, **new, **members})
        return new

    def shown(self, who, record, **options):
        """The student in this record, as this reader is answered."""
        answer = self.daemon.get(self.paths[record], who, **options)
        assert answer.status_code == OK, (who, record, answer.text)
        rows = answer.json().get("data", [answer.json()])
        one, = [row["student"] for row in rows if row["student"]["id"] == self.id]
        return self.name_of(one)


@pytest.fixture
def family(daemon):
    return Family(daemon)


def every(paths=AT_THE_OLD_SCHOOL):
    return [(who, record) for who, records in paths.items() for record in records]


def test_S7_a_school_that_was_left_is_not_shown_the_new_name(daemon, family):
    family.leaves()
    new = family.hides()
    for who, record in every():
        assert daemon.get(f"/v1/students/{family.id}", who).status_code == NOT_FOUND
        assert family.shown(who, record) == WITHHELD, (who, record)
    assert family.name_at_bru() == new


def test_S7_in_no_answer_to_the_old_school_the_new_name_stands_anywhere(daemon, family):
    family.leaves()
    new = family.hides()
    for who in AT_THE_OLD_SCHOOL:
        bodies = [daemon.get(path, who).text for path in family.paths.values()]
        bodies += [daemon.post("/v1/students/search", {"name": word}, who).text for word in new.values()]
        bodies += [daemon.get("/v1/students?limit=100", who).text, daemon.get(f"{family.paths['personsak']}/history", who).text,
                   daemon.get(f"/v1/schools/{daemon.id('school', 'aas')}/activity?studentId={family.id}", who).text,
                   daemon.get(f"/v1/enrolments?studentId={family.id}", who).text]
        for word in new.values():
            assert not any(word in body for body in bodies), who


def test_S7_the_feed_of_the_old_school_does_not_tell_the_new_name(daemon, family):
    family.leaves()
    feed = daemon.token("sync", service=True, scope="changes")
    token = daemon.get(f"/v1/changes?schoolId={daemon.id('school', 'aas')}&since={day(1)}T00:00:00Z", token=feed).json()["pageToken"]
    new = family.hides()
    news = daemon.get(f"/v1/changes?pageToken={token}", token=feed)
    assert news.status_code == OK and family.id not in news.text and not any(word in news.text for word in new.values())


def test_S7_while_enrolled_there_a_protected_student_is_named(daemon, family):
    departure = recorded(daemon, family.id, day(10))
    family.paths["departure"] = f"/v1/departures/{departure}"
    new = family.hides()
    for who, record in every():
        assert family.shown(who, record) == new, (who, record)


def test_S7_on_the_last_day_a_protected_student_is_named(daemon, family):
    family.leaves(day(0))
    new = family.hides()
    for who, record in every():
        assert family.shown(who, record) == new, (who, record)


def test_S7_one_who_is_not_protected_is_named_after_leaving(daemon, family):
    family.leaves()
    for who, record in every():
        assert family.shown(who, record) == family.old_name, (who, record)


def test_S7_who_may_read_the_card_at_the_new_school_is_shown_the_name(fresh_daemon):
    daemon = fresh_daemon()
    family = Family(daemon)
    family.leaves()
    new = family.hides()
    assert family.shown("two-schools", "personsak") == WITHHELD      # rektor of aas, teacher of bru, without a tie
    tie(daemon, family.id, "two-schools")
    assert daemon.get(f"/v1/students/{family.id}", "two-schools").status_code == OK
    for record in AT_THE_OLD_SCHOOL["rektor"]:
        assert family.shown("two-schools", record) == new, record
        assert family.shown("rektor", record) == WITHHELD, record


def test_S7_one_who_comes_back_is_named_again(daemon, family):
    family.leaves()
    new = family.hides()
    enrol(daemon, family.id, "aas")
    for who, record in every():
        assert family.shown(who, record) == new, (who, record)


def test_S7_a_mark_of_the_registry_withholds_too_and_a_lifted_one_does_not(daemon, family):
    family.leaves()
    new = family.hides(protected=False)
    assert family.shown("admin", "departure") == new
    version = daemon.get(f"/v1/students/{family.id}", "rektor-bru").json()["version"]
    assert daemon.patch(f"/v1/students/{family.id}", {"protected": True}, token=client(daemon), version=version).status_code == OK
    for who, record in every():
        assert family.shown(who, record) == WITHHELD, (who, record)
    assert daemon.patch(f"/v1/students/{family.id}", {"protected": False}, token=client(daemon), version=version + 1).status_code == OK
    assert family.shown("admin", "departure") == new


def test_S7_a_client_that_reads_no_card_is_not_shown_the_name_either(daemon, family):
    family.leaves()
    family.hides()
    for record in ("departure", "departures"):
        assert family.shown(None, record, token=client(daemon)) == WITHHELD


def test_V4_the_row_of_the_reader_names_the_student_as_before(daemon, family):
    family.leaves()
    family.hides()
    for operation, record in (("getDeparture", "departure"), ("getProposal", "proposal"), ("getPersonsak", "personsak")):
        assert family.shown("rektor", record) == WITHHELD
        assert daemon.activity(operation=operation)[-1]["student_id"] == family.id
    for operation, record in (("listDepartures", "departures"), ("listProposals", "proposals"), ("listPersonsaker", "personsaker")):
        assert family.shown("rektor", record) == WITHHELD
        assert daemon.activity(operation=operation)[-1]["shown"] == [family.id]


@pytest.mark.parametrize("record", ["departure", "proposal", "personsak", "departures", "proposals", "personsaker"])
def test_S7_the_cli_shows_nothing_in_the_place_of_a_name_that_is_withheld(daemon, family, record):
    family.leaves()
    new = family.hides()
    noun, _, ident = family.paths[record].removeprefix("/v1/").partition("?")[0].partition("/")
    words = (noun, "show", ident) if ident else (noun, "list", "--student", family.id)
    done = cli.run(daemon.url, *words, token=daemon.token("rektor"))
    assert done.returncode == cli.OK, done.stderr
    assert not any(word in done.stdout for word in ("null", "None", *new.values(), *family.old_name.values()))
    assert (family.id in done.stdout) == bool(ident)          # a list names no ids of students
    assert ident or len(done.stdout.strip().split("\n")) in (2, 4)   # labels and one row, under what was found


def merged(daemon, **survivor):
    """A double that has left aas, merged at bru into a student of theirs; the departure from aas, and the survivor's id."""
    double, kept = new_student(daemon, "aas"), new_student(daemon, "bru")
    departure = recorded(daemon, double, day(-1))
    if survivor:
        assert daemon.patch(f"/v1/students/{kept}", survivor, "rektor-bru", version=1).status_code == OK
    assert daemon.post(f"/v1/students/{kept}/merge", {"absorbedId": double}, token=client(daemon)).status_code == OK
    return departure, kept


def test_S4_S7_a_merge_does_not_name_a_protected_survivor_at_the_school_that_the_double_left(daemon):
    departure, kept = merged(daemon, protected=True)
    seen = daemon.get(f"/v1/departures/{departure}", "admin").json()["student"]
    assert seen == {"id": kept, **WITHHELD}
    assert daemon.get(f"/v1/students/{kept}", "admin").status_code == NOT_FOUND


def test_S4_a_merge_names_a_survivor_who_is_not_protected(daemon):
    departure, kept = merged(daemon)
    seen = daemon.get(f"/v1/departures/{departure}", "admin").json()["student"]
    assert Family.name_of(seen) == Family.name_of(daemon.get(f"/v1/students/{kept}", "rektor-bru").json())

