# SPDX-License-Identifier: EUPL-1.2
"""S6 over HTTP where departures meet: two of one student, a return, a register that says the same again, and doubles that each have one."""
import pytest

from test_departures import (GONE, OK, change, client, complete, enrol, enrolments, lasting, merge, new_student, outcomes, place, read, recorded, registry,
                             sees, sent, tie, withdraw)
from world import day


def put(daemon, student, until=None, first=-3):
    """An enrolment at aas as the register knows it: (the item, its id)."""
    item = sent(studentId=student, schoolId=daemon.id("school", "aas"), until=until, **{"from": day(first)})
    row, = daemon.put("enrolments", [item])
    return item, row["id"]


def until(daemon, kind, ident):
    return registry(daemon, kind, ident)[0]


def completed(daemon, *args, **options):
    departure = recorded(daemon, *args, **options)
    assert complete(daemon, departure).status_code == OK
    return departure


# ---- The register says the same again -----------------------------------------------------------------------------------------------------

def test_S6_a_sync_changes_nothing_while_a_second_departure_is_earlier(daemon):
    student = new_student(daemon, "bru")
    item, _ = put(daemon, student)
    member = sent(studentId=student, groupId=daemon.id("group", "5a"), until=None, **{"from": day(-3)})
    daemon.put("group-members", [member])
    completed(daemon, student, day(10))
    recorded(daemon, student, day(5))
    assert outcomes(daemon, "enrolments", item) == outcomes(daemon, "group-members", member) == ["unchanged"]


def test_S6_a_sync_reopens_nothing_that_the_second_departure_has_ended(daemon):
    student = new_student(daemon, "bru")
    item, enrolment = put(daemon, student)
    completed(daemon, student, day(10))
    recorded(daemon, student, day(-1), token=client(daemon))
    outcomes(daemon, "enrolments", item)
    assert until(daemon, "enrolments", enrolment) == day(-1)


def test_S6_a_sync_that_corrects_the_first_day_reopens_nothing(daemon):
    student = new_student(daemon, "bru")
    item, enrolment = put(daemon, student, first=-30)
    recorded(daemon, student, day(-1), token=client(daemon))
    outcomes(daemon, "enrolments", {**item, "from": day(-40)})
    assert until(daemon, "enrolments", enrolment) == day(-1)


def test_S6_a_sync_after_a_merge_changes_nothing(daemon):
    kept, double = new_student(daemon, "bru"), new_student(daemon, "bru")
    items = [put(daemon, student)[0] for student in (kept, double)]
    departure = recorded(daemon, double, day(10))
    merge(daemon, kept, double)
    assert [outcomes(daemon, "enrolments", item) for item in items] == [["unchanged"]] * 2
    assert withdraw(daemon, departure, version=2).status_code == GONE
    assert [outcomes(daemon, "enrolments", item) for item in items] == [["unchanged"]] * 2


# ---- Ties beside two schools --------------------------------------------------------------------------------------------------------------

def test_S6_a_tie_of_two_schools_ends_with_the_later_departure_whichever_is_recorded_first(daemon):
    student = new_student(daemon, "aas", "bru")
    both = tie(daemon, student, "two-schools", "mentor")
    recorded(daemon, student, day(6), who="rektor-bru", school="bru")
    recorded(daemon, student, day(4))
    assert until(daemon, "ties", both) == day(6)


def test_S6_a_tie_goes_on_when_one_of_two_departures_is_withdrawn(daemon):
    student = new_student(daemon, "aas", "bru")
    both = tie(daemon, student, "two-schools", "mentor")
    first = recorded(daemon, student, day(4))
    recorded(daemon, student, day(6), who="rektor-bru", school="bru")
    assert until(daemon, "ties", both) == day(6)
    assert withdraw(daemon, first).status_code == GONE
    assert until(daemon, "ties", both) is None


def test_S6_two_departures_that_are_both_withdrawn_give_all_back(daemon):
    student = new_student(daemon)
    kept = tie(daemon, student, "teacher-bru", "mentor")
    first = recorded(daemon, student, day(10))
    enrol(daemon, student, "bru")
    second = recorded(daemon, student, day(5), who="rektor-bru", school="bru")
    assert withdraw(daemon, second, "rektor-bru").status_code == GONE
    assert withdraw(daemon, first).status_code == GONE
    assert until(daemon, "ties", kept) is None


def test_S6_a_tie_ends_when_the_other_school_is_ended_by_hand(daemon):
    student = new_student(daemon)
    other = enrol(daemon, student, "bru")
    both = tie(daemon, student, "two-schools", "mentor")
    recorded(daemon, student, day(10))
    assert until(daemon, "ties", both) is None
    assert daemon.patch(f"/v1/enrolments/{other}", {"until": day(5)}, token=client(daemon), version=1).status_code == OK
    assert until(daemon, "ties", both) == day(10)


def test_S6_a_tie_of_the_new_school_that_comes_before_its_enrolment_goes_on(daemon):
    student = new_student(daemon)
    recorded(daemon, student, day(10))
    item = sent(studentId=student, personId=daemon.id("person", "teacher-bru"), kind="teacher", until=None, **{"from": day(0)})
    row, = daemon.put("ties", [item])
    enrol(daemon, student, "bru", **{"from": day(5)})
    assert until(daemon, "ties", row["id"]) is None


# ---- A return -----------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("end", ["withdrawn", "changed"])
def test_S6_a_return_outlives_the_first_departure_and_ends_with_the_second(daemon, end):
    student = new_student(daemon)
    completed(daemon, student, day(10))
    back = enrol(daemon, student, "aas", **{"from": day(20)})
    second = recorded(daemon, student, day(30))
    assert registry(daemon, "enrolments", back) == (day(30), 2)
    if end == "withdrawn":
        assert withdraw(daemon, second).status_code == GONE
    else:
        change(daemon, "enrolments", back, {"until": day(90)}, 2)
    assert registry(daemon, "enrolments", back) == (None if end == "withdrawn" else day(30), 3)


@pytest.mark.parametrize("last", [-1, 0, 1])
def test_S6_who_comes_back_on_the_next_day_stays(daemon, last):
    student = new_student(daemon, "bru")
    before = enrol(daemon, student, "aas", **{"from": day(-10)})
    departure = recorded(daemon, student, day(last), token=client(daemon))
    back, member = enrol(daemon, student, "aas", **{"from": day(last + 1)}), place(daemon, student, **{"from": day(last + 1)})
    assert registry(daemon, "enrolments", back) == registry(daemon, "group-members", member) == (None, 1)
    assert withdraw(daemon, departure, token=client(daemon)).status_code == GONE
    assert registry(daemon, "enrolments", back) == (None, 1) and registry(daemon, "enrolments", before) == (day(last), 2)


def test_S6_a_return_told_by_the_same_record_holds(daemon):
    student = new_student(daemon, "bru")
    item, enrolment = put(daemon, student)
    recorded(daemon, student, day(5))
    assert outcomes(daemon, "enrolments", {**item, "from": day(20)}) == ["changed"]
    assert until(daemon, "enrolments", enrolment) is None


# ---- Doubles ------------------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("last", [-1, 10])
def test_S6_a_merge_leaves_a_return(daemon, last):
    kept, double = new_student(daemon, "bru"), new_student(daemon, "bru")
    enrol(daemon, kept, "aas", **{"from": day(-30)})
    recorded(daemon, kept, day(last), token=client(daemon))
    enrol(daemon, kept, "aas", **{"from": day(last + 5)})
    enrol(daemon, double, "aas", **{"from": day(-20)})
    merge(daemon, kept, double)
    assert any(school == daemon.id("school", "aas") and ends is None for (school, _), (ends, _) in enrolments(daemon, kept).items())


def test_S6_a_merge_with_departures_from_two_schools_ends_each_on_its_day(daemon):
    kept, double = new_student(daemon, "aas"), new_student(daemon, "bru")
    for student, person in ((kept, "two-schools"), (double, "two-schools"), (kept, "hanne"), (double, "teacher-bru")):
        tie(daemon, student, person)
    departures = recorded(daemon, kept, day(4)), recorded(daemon, double, day(6), who="rektor-bru", school="bru")
    merge(daemon, kept, double)
    assert lasting(daemon, "enrolments", kept) == [day(4), day(6)] and "" not in lasting(daemon, "ties", kept)
    for departure in departures:
        version = read(daemon, departure, token=client(daemon)).json()["version"]
        assert withdraw(daemon, departure, token=client(daemon), version=version).status_code == GONE
    assert lasting(daemon, "enrolments", kept) == ["", ""] and lasting(daemon, "ties", kept) == ["", "", ""]


def test_S6_a_merge_brings_back_nothing_that_has_ended(daemon):
    kept, double = new_student(daemon, "aas"), new_student(daemon, "bru")
    ties = [tie(daemon, kept, person) for person in ("two-schools", "hanne")]
    recorded(daemon, kept, day(-1), token=client(daemon))
    merge(daemon, kept, double)
    assert [until(daemon, "ties", each) for each in ties] == [day(-1)] * 2
    assert not sees(daemon, "hanne", kept) and not sees(daemon, "rektor", kept)
