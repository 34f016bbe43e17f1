# SPDX-License-Identifier: EUPL-1.2
"""S4 over HTTP: two records that turn out to be one student."""
import concurrent.futures
import datetime
import uuid

import pytest

import cases
import civic
import world

EVERYONE = [person["key"] for person in world.fjord()["persons"]]
MERGERS = {"rektor": "S4.role.rektor", "two-schools": "S4.role.rektor", "guardian-rektor": "S4.role.rektor", "admin": "S4.role.admin"}


def day(offset):
    return (world.today() + datetime.timedelta(offset)).isoformat()


def registry(daemon, scope="provision"):
    return daemon.token("registry", service=True, scope=scope)


def student(daemon, who="rektor", school="aas", **members):
    made = daemon.create_student(who, school, **members)
    assert made.status_code == 201, made.text
    return made.json()["id"]


def enrol(daemon, who, school="aas", **period):
    body = {"studentId": who, "schoolId": daemon.id("school", school), **period}
    made = daemon.post("/v1/enrolments", body, token=registry(daemon))
    assert made.status_code == 201, made.text
    return made.json()["id"]


def merge(daemon, survivor, absorbed, who="rektor", **options):
    return daemon.post(f"/v1/students/{survivor}/merge", {"absorbedId": absorbed}, None if "token" in options else who, **options)


def card(daemon, who, by="rektor"):
    answer = daemon.get(f"/v1/students/{who}", by)
    assert answer.status_code == 200, answer.text
    return answer.json()


def external():
    return {"system": "visma", "id": "Xqid" + uuid.uuid4().hex[:12]}


@pytest.mark.parametrize("who", EVERYONE)
def test_S4_who_merges(daemon, who):
    # kari is tied to both: she may read and name them, and no more.
    survivor, absorbed = (student(daemon, contactTeacherId=daemon.id("person", "kari")) for _ in range(2))
    answer = merge(daemon, survivor, absorbed, who)
    if who in MERGERS:
        assert (answer.status_code, answer.json()) == (200, {"id": survivor, "version": 2, "ground": MERGERS[who]})
        assert answer.headers["ETag"] == '"2"'
    elif who in ("kari", "opener"):
        assert answer.status_code == 403
    else:
        assert answer.status_code == 404
        assert answer.content == merge(daemon, str(uuid.uuid4()), absorbed, who).content


def test_S4_a_client_merges_with_provision(daemon):
    survivor, absorbed = student(daemon), student(daemon)
    assert merge(daemon, survivor, absorbed, token=registry(daemon, "changes")).status_code == 404
    assert merge(daemon, survivor, absorbed, token=daemon.token("rektor", scope="trygg:read")).status_code == 403
    assert merge(daemon, survivor, absorbed, token=daemon.token("rektor", strong=False)).status_code == 401
    assert merge(daemon, survivor, absorbed, token=registry(daemon)).json()["ground"] == "S4.client.provision"


def test_S4_both_must_be_the_callers_to_merge_and_the_answer_does_not_tell_why(daemon):
    survivor, merged, elsewhere = student(daemon), student(daemon), student(daemon, "rektor-bru", "bru")
    assert merge(daemon, survivor, merged).status_code == 200
    answers = [merge(daemon, survivor, absorbed) for absorbed in
               (str(uuid.uuid4()), elsewhere, survivor, merged, daemon.id("student", "sven", world.SKOG))]
    answers.append(merge(daemon, survivor, daemon.id("student", "alva"), "guardian-rektor"))   # G2: their own child
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
    error, = answers[0].json()["errors"]
    assert (error["name"], error["code"]) == ("/absorbedId", "reference")
    assert card(daemon, survivor)["version"] == 2
    assert merge(daemon, elsewhere, survivor).status_code == 404
    assert merge(daemon, daemon.id("student", "alva"), survivor, "guardian-rektor").status_code == 404


def test_S4_the_absorbed_id_leads_to_the_survivor_for_those_who_may_read_them(daemon):
    survivor, absorbed = student(daemon, familyName="Xqblir"), student(daemon, familyName="Xqdobbel")
    assert merge(daemon, survivor, absorbed).status_code == 200
    assert card(daemon, absorbed) == card(daemon, survivor)
    assert card(daemon, absorbed)["id"] == survivor and card(daemon, absorbed)["familyName"] == "Xqblir"
    hidden, unknown = daemon.get(f"/v1/students/{absorbed}", "teacher"), daemon.get(f"/v1/students/{uuid.uuid4()}", "teacher")
    assert (hidden.status_code, hidden.content) == (404, unknown.content)
    changed = daemon.patch(f"/v1/students/{absorbed}", {"givenName": "Xqvia"}, "rektor", version=2)
    assert changed.json()["id"] == survivor and card(daemon, survivor)["givenName"] == "Xqvia"


def test_S4_what_was_merged_before_leads_on(daemon):
    first, second, third = student(daemon), student(daemon), student(daemon)
    assert merge(daemon, second, first).status_code == 200
    assert merge(daemon, third, second).status_code == 200
    assert {card(daemon, who)["id"] for who in (first, second, third)} == {third}
    fourth = student(daemon)
    assert merge(daemon, first, fourth).json()["id"] == third   # the path's id leads on, too


def test_S3_lists_and_searches_never_show_the_absorbed(daemon):
    group, number = daemon.id("group", "5b"), civic.fresh()
    survivor, absorbed = student(daemon, groupId=group), student(daemon, groupId=group, civicNumber=number)
    assert merge(daemon, survivor, absorbed).status_code == 200
    listed, token = [], None
    while token is not None or not listed:
        page = daemon.get("/v1/students?" + (f"pageToken={token}" if token else f"limit=100&groupId={group}"), "rektor").json()
        listed += [row["id"] for row in page["data"]]
        token = page["pageToken"]
    assert listed.count(survivor) == 1 and absorbed not in listed
    found = daemon.post("/v1/students/search", {"civicNumber": number}, "rektor", key=False).json()["data"]
    assert [row["id"] for row in found] == [survivor]


def test_S4_enrolments_groups_and_ties_become_the_survivors(daemon):
    survivor = student(daemon, groupId=daemon.id("group", "5a"))
    absorbed = student(daemon, contactTeacherId=daemon.id("person", "hanne"), groupId=daemon.id("group", "5b"))
    there = enrol(daemon, absorbed, "bru", **{"from": day(-10)})
    assert daemon.get(f"/v1/students/{survivor}", "hanne").status_code == 404
    assert merge(daemon, survivor, absorbed).status_code == 200
    assert card(daemon, survivor, "hanne")["ground"] == "S2.tie.contactTeacher"
    assert card(daemon, survivor, "rektor-bru")["ground"] == "S2.role.rektor"
    assert {group["name"] for group in card(daemon, survivor)["groups"]} == {"Qklasse5A", "Qklasse5B"}
    moved = daemon.get(f"/v1/enrolments/{there}", "rektor-bru").json()
    assert (moved["studentId"], moved["from"], moved["version"]) == (survivor, day(-10), 2)


def test_S4_what_both_had_on_the_same_days_is_there_once(daemon):
    teacher, group = daemon.id("person", "hanne"), daemon.id("group", "5a")
    survivor = student(daemon, contactTeacherId=teacher, groupId=group, enrolledFrom=day(-20), enrolledUntil=day(20))
    absorbed = student(daemon, contactTeacherId=teacher, groupId=group, enrolledFrom=day(-90), enrolledUntil=day(10))
    apart = enrol(daemon, absorbed, **{"from": day(40), "until": day(50)})
    assert merge(daemon, survivor, absorbed).status_code == 200
    # For all the days that either had.
    assert {(row["from"], row["until"]) for row in card(daemon, survivor)["enrolments"]} == {(day(-90), day(20)), (day(40), day(50))}
    assert len(card(daemon, survivor)["groups"]) == 1
    listed = daemon.get(f"/v1/enrolments?studentId={survivor}", "rektor").json()["data"]
    emptied, = [row for row in listed if row["until"] and row["until"] < row["from"]]
    assert len(listed) == 3 and apart in {row["id"] for row in listed} and (emptied["from"], emptied["until"]) == (day(0), day(-1))
    for table in ("tie", "group_member"):
        rows = daemon.rows(f"SELECT from_day, until_day FROM {table} WHERE student_id = ?", uuid.UUID(survivor).bytes)
        assert sorted(row["from_day"] <= row["until_day"] for row in rows) == [False, True]
        assert daemon.rows(f"SELECT 1 FROM {table} WHERE student_id = ?", uuid.UUID(absorbed).bytes) == []


def test_S4_another_systems_ids_lead_to_what_is_kept(daemon):
    ids = [external() for _ in range(4)]
    school = {"schoolId": daemon.id("school", "aas")}
    names = {"givenName": "Xqto", "familyName": "Xqganger"}
    results = daemon.put("students", [{"externalId": ids[0], **names}, {"externalId": ids[1], **names}])
    survivor, absorbed = (row["id"] for row in results)
    kept, doubled = daemon.put("enrolments", [{"externalId": ids[2], "student": ids[0], "from": day(-5), **school},
                                              {"externalId": ids[3], "student": ids[1], "from": day(-9), **school}])
    assert merge(daemon, survivor, absorbed).status_code == 200
    again = daemon.put("students", [{"externalId": ids[1], **names}])
    assert [(row["outcome"], row["id"]) for row in again] == [("unchanged", survivor)]
    again = daemon.put("enrolments", [{"externalId": ids[3], "student": ids[1], "from": day(-9), **school}])
    assert [(row["outcome"], row["id"]) for row in again] == [("unchanged", kept["id"])] and doubled["id"] != kept["id"]


def test_S4_the_absorbed_number_leads_to_the_survivor(daemon):
    number, own = civic.fresh(), civic.fresh()
    survivor, absorbed = student(daemon, civicNumber=own), student(daemon, civicNumber=number)
    assert merge(daemon, survivor, absorbed).status_code == 200
    assert card(daemon, survivor)["civicNumber"] == own
    assert daemon.create_student("rektor", civicNumber=number).status_code == 409
    found, = daemon.put("students", [{"externalId": external(), "civicNumber": number}])
    assert (found["outcome"], found["id"]) == ("changed", survivor)
    assert card(daemon, survivor)["civicNumber"] == number   # as the other system knows it
    assert daemon.create_student("rektor", civicNumber=own).status_code == 201


def test_S4_the_number_of_every_double_leads_to_the_student_who_is_left(daemon):
    numbers = [civic.fresh() for _ in range(4)]
    first, second, third, fourth = (student(daemon, civicNumber=number) for number in numbers)
    for survivor, absorbed in ((second, first), (third, second), (third, fourth)):
        assert merge(daemon, survivor, absorbed).status_code == 200
    for number in numbers:
        found = daemon.request("POST", "/v1/students/search", "rektor", json={"civicNumber": number}, key=False)
        assert [one["id"] for one in found.json()["data"]] == [third]
        assert daemon.create_student("rektor", civicNumber=number).status_code == 409
    # A number that the student no longer has is nobody's, and may be given again; a double's is still theirs.
    new = civic.fresh()
    changed = daemon.patch(f"/v1/students/{third}", {"civicNumber": new}, "rektor", version=card(daemon, third)["version"])
    assert changed.status_code == 200, changed.text
    assert daemon.create_student("rektor", civicNumber=numbers[2]).status_code == 201
    assert daemon.create_student("rektor", civicNumber=numbers[0]).status_code == 409


def test_S4_a_survivor_without_number_and_login_takes_them_over(daemon):
    number, login = civic.fresh(), daemon.id("person", "membership-ended")
    survivor, absorbed = student(daemon), student(daemon, civicNumber=number)
    taken, = daemon.put("students", [{"externalId": external(), "civicNumber": number, "personId": login}])
    assert taken["id"] == absorbed
    assert merge(daemon, survivor, absorbed).status_code == 200
    assert card(daemon, survivor)["civicNumber"] == number
    rows = {row["student_id"]: row for row in daemon.rows("SELECT * FROM student")}
    stays, double = rows[uuid.UUID(survivor).bytes], rows[uuid.UUID(absorbed).bytes]
    assert stays["person_id"] == uuid.UUID(login).bytes and double["person_id"] is None and double["civic_number"] is None
    assert double["merged_into"] == stays["student_id"]


def test_G2_both_logins_are_the_students_own_after_a_merge(fresh_daemon):
    daemon = fresh_daemon()
    names = {"givenName": "Xqto", "familyName": "Xqlogins", "schoolId": daemon.id("school", "aas")}
    survivor, absorbed = (row["id"] for row in daemon.put("students", [
        {"externalId": external(), "personId": daemon.id("person", "rektor"), **names},
        {"externalId": external(), "personId": daemon.id("person", "admin"), **names}]))
    assert daemon.get(f"/v1/students/{survivor}", "admin").status_code == 200
    assert merge(daemon, survivor, absorbed, "two-schools").status_code == 200
    for who in ("rektor", "admin"):
        for path in (survivor, absorbed):
            assert daemon.get(f"/v1/students/{path}", who).status_code == 404
    assert card(daemon, absorbed, "two-schools")["id"] == survivor
    # The login of the double is still one that nobody else can have.
    other, = daemon.put("students", [{"externalId": external(), "personId": daemon.id("person", "admin"), **names}])
    assert other["problem"]["status"] == 409


def test_S7_a_mark_of_either_holds(daemon):
    for marked in (0, 1):
        pair = [student(daemon), student(daemon)]
        assert daemon.patch(f"/v1/students/{pair[marked]}", {"protected": True}, "rektor", version=1).status_code == 200
        assert merge(daemon, *pair).status_code == 200
        assert card(daemon, pair[0])["protected"] is True


def test_V4_the_row_names_both(daemon):
    survivor, absorbed = student(daemon), student(daemon)
    merge(daemon, survivor, absorbed)
    row, = daemon.activity(operation="mergeStudents", object_id=survivor)
    assert (row["object_kind"], row["student_id"], row["shown"]) == ("student", survivor, [absorbed])
    assert (row["school_id"], row["outcome"], row["ground"]) == (daemon.id("school", "aas"), "allowed", "S4.role.rektor")


def test_X1_the_same_merge_twice_is_one(daemon):
    survivor, absorbed, key = student(daemon), student(daemon), str(uuid.uuid4())
    first, second = (merge(daemon, survivor, absorbed, key=key) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert merge(daemon, survivor, student(daemon), key=key).status_code == 422
    rows = daemon.activity(operation="mergeStudents", object_id=survivor)
    assert [(row["outcome"], row["shown"]) for row in rows[:2]] == [("allowed", [absorbed]), ("replayed", [absorbed])]


def test_C1_nothing_of_either_is_readable_on_disk(daemon):
    name, number = "Xqdobbelt" + uuid.uuid4().hex[:8], civic.fresh()
    survivor, absorbed = student(daemon), student(daemon, familyName=name, civicNumber=number)
    assert merge(daemon, survivor, absorbed).status_code == 200
    raw = b"".join(file.read_bytes() for file in daemon.files.data.iterdir() if file.is_file())
    assert name.encode() not in raw and number.encode() not in raw


def test_X1_many_merges_at_once_all_count(daemon):
    survivor, doubles = student(daemon), [student(daemon) for _ in range(12)]
    token = daemon.token("rektor")

    def again_and_again(absorbed):
        key = str(uuid.uuid4())
        while (answer := merge(daemon, survivor, absorbed, token=token, key=key)).status_code == 503:
            pass
        return answer

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(again_and_again, doubles))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(2, 14))
    assert {card(daemon, absorbed)["id"] for absorbed in doubles} == {survivor}


def test_X1_a_survivor_who_is_absorbed_at_once_leads_to_the_one_who_is_left(daemon):
    token = daemon.token("rektor")
    for _ in range(20):
        left, between, absorbed = (student(daemon) for _ in range(3))
        assert daemon.patch(f"/v1/students/{between}", {"givenName": "Xqto"}, "rektor", version=1).status_code == 200
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            done = [pool.submit(merge, daemon, *both, token=token) for both in ((left, between), (between, absorbed))]
            assert [one.result().status_code for one in done] == [200, 200]
        assert {card(daemon, who)["id"] for who in (left, between, absorbed)} == {left}


def test_S4_what_is_bound_to_the_absorbed_id_is_bound_to_the_survivor(daemon):
    survivor, absorbed = student(daemon), student(daemon)
    assert merge(daemon, survivor, absorbed).status_code == 200
    for path, body in (("ties", {"personId": daemon.id("person", "hanne"), "kind": "contactTeacher"}),
                       ("group-members", {"groupId": daemon.id("group", "5a")}),
                       ("enrolments", {"schoolId": daemon.id("school", "aas"), "from": day(-9), "until": day(-9)})):
        made = daemon.post(f"/v1/{path}", {"studentId": absorbed, **body}, "rektor")
        assert made.status_code == 201, made.text
        assert daemon.get(f"/v1/{path}/{made.json()['id']}", "rektor").json()["studentId"] == survivor
    assert card(daemon, survivor, "hanne")["ground"] == "S2.tie.contactTeacher"
    assert [group["name"] for group in card(daemon, survivor)["groups"]] == ["Qklasse5A"]


def test_S4_a_chain_of_enrolments_becomes_one(daemon):
    """The absorbed student's days bridge two spells of the survivor's: one record is left, for all the days, and every sender's id leads to it."""
    spells = [(day(-300), day(-200)), (day(-250), day(-50)), (day(-100), day(30))]
    first, second, third = (external() for _ in spells)
    survivor, absorbed = (student(daemon, "rektor-bru", "bru") for _ in range(2))
    for whose, by, (start, end) in zip((survivor, absorbed, survivor), (first, second, third), spells):
        put, = daemon.put("enrolments", [{"externalId": by, "studentId": whose, "schoolId": daemon.id("school", "aas"), "from": start, "until": end}])
        assert put["outcome"] == "created", put
    assert merge(daemon, survivor, absorbed, token=registry(daemon)).status_code == 200
    known = {row["id"]: row for row in (daemon.put("enrolments", [{"externalId": by}])[0] for by in (first, second, third))}
    assert len(known) == 1 and next(iter(known.values()))["outcome"] == "unchanged"
    kept = daemon.get(f"/v1/enrolments/{next(iter(known))}", "rektor").json()
    assert (kept["studentId"], kept["from"], kept["until"]) == (survivor, spells[0][0], spells[2][1])
    at_aas = [row for row in card(daemon, survivor)["enrolments"] if row["schoolId"] == daemon.id("school", "aas")]
    assert at_aas == [{"schoolId": daemon.id("school", "aas"), "from": spells[0][0], "until": spells[2][1]}]


# ---- Sikker Sak -----------------------------------------------------------------------------------------------------------------------

def test_S4_cases_proposals_and_departures_become_the_survivors(daemon):
    survivor, absorbed = (student(daemon, contactTeacherId=daemon.id("person", "kari")) for _ in range(2))
    personsak = cases.open_case(daemon, student=absorbed, saksbehandler="assistant", description="Xqdobbeltsak")["id"]
    hendelse = cases.hendelse(daemon, personsak, "assistant", text="Xqdobbelthendelse")["id"]
    proposal = cases.propose(daemon, "kari", absorbed, why="Xqdobbeltforslag")["id"]
    leaving = {"schoolId": daemon.id("school", "aas"), "kind": "changesSchool", "date": day(60)}
    departure = daemon.post(f"/v1/students/{absorbed}/departures", leaving, "rektor").json()["id"]
    version = cases.version(daemon, personsak)
    assert merge(daemon, survivor, absorbed).status_code == 200

    moved = cases.case(daemon, personsak, "assistant")
    assert (moved["student"]["id"], moved["description"], moved["version"], moved["dueOn"]) == (survivor, "Xqdobbeltsak", version + 1, day(60))
    assert daemon.get(f"/v1/hendelser/{hendelse}", "assistant").json()["text"] == "Xqdobbelthendelse"
    shown = daemon.get(f"/v1/proposals/{proposal}", "kari").json()
    assert (shown["student"]["id"], shown["why"]) == (survivor, "Xqdobbeltforslag")
    shown = daemon.get(f"/v1/departures/{departure}", "rektor").json()
    assert (shown["student"]["id"], shown["kind"], [row["id"] for row in shown["due"]]) == (survivor, "changesSchool", [personsak])
    assert card(daemon, survivor, "assistant")["ground"] == card(daemon, absorbed, "assistant")["ground"] == "S2.handler"
    for kind, id in (("personsaker", personsak), ("proposals", proposal), ("departures", departure)):
        assert [row["id"] for row in daemon.get(f"/v1/{kind}?studentId={survivor}", "rektor").json()["data"]] == [id], kind


def test_S4_what_became_the_survivors_goes_on(daemon):
    survivor, absorbed = (student(daemon, contactTeacherId=daemon.id("person", "kari")) for _ in range(2))
    personsak = cases.open_case(daemon, student=absorbed, saksbehandler="assistant")["id"]
    proposal = cases.propose(daemon, "kari", absorbed)["id"]
    stale = cases.version(daemon, personsak)
    assert merge(daemon, survivor, absorbed).status_code == 200
    assert daemon.patch(f"/v1/personsaker/{personsak}", {"category": "atferd"}, "assistant", version=stale).status_code == 412
    cases.hendelse(daemon, personsak, "assistant")
    accepted = daemon.post(f"/v1/proposals/{proposal}/acceptance", {"category": "mobbing", "description": "Xqny", "saksbehandlerId": daemon.id("person", "kari")},
                           "rektor")
    assert accepted.status_code == 201, accepted.text
    assert cases.case(daemon, accepted.json()["id"])["student"]["id"] == survivor
    cases.close_case(daemon, personsak, "assistant")


def test_G2_a_handler_who_is_a_guardian_of_the_survivor_is_off_the_case(daemon):
    survivor, absorbed = student(daemon), student(daemon)
    personsak = cases.open_case(daemon, student=absorbed, saksbehandler="teacher-untied", medsaksbehandlere=["assistant"])["id"]
    tie = {"studentId": survivor, "personId": daemon.id("person", "teacher-untied"), "kind": "guardian"}
    assert daemon.post("/v1/ties", tie, token=registry(daemon)).status_code == 201
    assert daemon.get(f"/v1/personsaker/{personsak}", "teacher-untied").status_code == 200
    assert merge(daemon, survivor, absorbed).status_code == 200
    for path in (f"personsaker/{personsak}", f"students/{survivor}", f"students/{absorbed}"):
        assert daemon.get(f"/v1/{path}", "teacher-untied").status_code == 404
    assert personsak not in {row["id"] for row in daemon.get("/v1/me/cases?limit=100", "teacher-untied").json()["data"]}
    assert daemon.get(f"/v1/personsaker/{personsak}", "assistant").status_code == 200
