# SPDX-License-Identifier: EUPL-1.2
"""The world of the HTTP tests: two organisations, two schools each, people of every role, and the ties, memberships and
enrolments by which rules differ. Everyone's login is (issuer of the organisation, their key). Names are found nowhere else, so that
the leak check can look for them in the log."""

import datetime
import zoneinfo

FJORD, SKOG = "fjord", "skog"


def today():
    """The day it is for the daemon, wherever the test runs."""
    return datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Oslo")).date()


def day(offset=0):
    return (today() + datetime.timedelta(offset)).isoformat()


# One issuer per organisation (L4). Ids are given so that the configuration can name them before the store exists.
ORGANISATIONS = {
    FJORD: {"id": "0192f0a0-0000-7000-8000-00000000f001", "name": "Fjordvik kommune Qorg",
            "issuer": "https://login.fjord.example", "audience": "https://trygg.fjord.example", "strong_acr": "idporten-loa-high"},
    SKOG: {"id": "0192f0a0-0000-7000-8000-00000000f002", "name": "Skogstorp kommun Qorg",
           "issuer": "https://login.skog.example", "audience": "https://trygg.skog.example", "strong_acr": "bankid freja-plus"},
}
STRONG_ACR = {key: row["strong_acr"].split()[0] for key, row in ORGANISATIONS.items()}

# Nobody's: the check digits are true, but the days of birth are still to come.
CIVIC = {"alva": "209912312387", "birk": "31123990008"}


def person(key, *memberships, protected=False, issuer=FJORD, extra_identities=()):
    """`memberships`: (school or None, role[, from[, until]])."""
    rows = []
    for school, role, *days in memberships:
        row = {"school": school, "role": role}
        row.update(zip(("from", "until"), [day for day in days]))
        rows.append({name: value for name, value in row.items() if not (name in ("from", "until") and value is None)})
    seed = {"key": key, "givenName": "Q" + key.replace("-", "").capitalize(), "familyName": "Zq" + key.replace("-", "") + "sen",
            "identities": [{"issuer": ORGANISATIONS[issuer]["issuer"], "subject": key}, *extra_identities],
            "memberships": rows}
    if protected:
        seed["protected"] = True
    return seed


def student(key, enrolments, groups=(), person_key=None, protected=False, civic=None):
    """`enrolments`: (school[, from[, until]])."""
    rows = []
    for school, *days in enrolments:
        row = {"school": school}
        row.update({name: day for name, day in zip(("from", "until"), days) if day is not None})
        rows.append(row)
    seed = {"key": key, "givenName": "Elev" + key.replace("-", ""), "familyName": "Xq" + key.replace("-", "") + "dal",
            "enrolments": rows, "groups": list(groups)}
    if person_key:
        seed["person"] = person_key
    if protected:
        seed["protected"] = True
    if civic:
        seed["civicNumber"] = civic
    return seed


def tie(person_key, student_key, kind, first=None, last=None):
    row = {"person": person_key, "student": student_key, "kind": kind}
    if first:
        row["from"] = first
    if last:
        row["until"] = last
    return row


def fjord():
    everything = ["sikker-sak", "avvikelse", "notes"]
    persons = [
        person("owner", (None, "owner")),
        person("auditor", (None, "auditor")),
        person("rektor", ("aas", "rektor")),
        person("rektor-bru", ("bru", "rektor")),
        person("opener", ("aas", "caseOpener")),
        person("kari", ("aas", "contactTeacher")),             # alva's contact teacher
        person("hanne", ("aas", "contactTeacher")),            # a colleague: tied to nobody but birk
        person("teacher", ("aas", "teacher")),                 # tied to alva
        person("teacher-untied", ("aas", "teacher")),
        person("mentor", ("aas", "teacher")),
        person("observer", ("aas", "staff")),
        person("health", ("aas", "health")),
        person("assistant", ("aas", "staff")),                 # tied to nobody
        person("admin", ("aas", "admin")),
        person("admin-bru", ("bru", "admin")),
        person("teacher-bru", ("bru", "teacher")),             # a tie to alva without a membership at her school (G1)
        person("membership-ended", ("aas", "teacher", "today-300", "today-1")),
        person("membership-ends-today", ("aas", "teacher", "today-300", "today")),
        person("membership-tomorrow", ("aas", "teacher", "today+1")),
        person("rektor-ended", ("aas", "rektor", "today-300", "today-1")),
        person("tie-ended", ("aas", "teacher")),
        person("tie-ends-today", ("aas", "teacher")),
        person("tie-tomorrow", ("aas", "teacher")),
        person("guardian", ("aas", "guardian")),
        person("guardian-teacher", ("aas", "teacher"), ("aas", "guardian")),   # G2 for alva, staff for birk
        person("guardian-rektor", ("aas", "rektor"), ("aas", "guardian")),     # G2 for alva, rektor for the others
        person("guardian-ended", ("aas", "teacher")),          # was alva's guardian until yesterday
        person("pupil", ("aas", "student")),                   # is alva
        person("pupil-staff", ("aas", "staff")),               # is elva, and staff (G2)
        person("two-schools", ("aas", "rektor"), ("bru", "teacher")),
        person("no-role"),
        person("hidden-teacher", ("aas", "teacher"), protected=True),
    ]
    students = [
        student("alva", [("aas", "today-300")], ["5a", "mentor-group"], person_key="pupil", civic=CIVIC["alva"]),
        student("birk", [("aas", "today-300")], ["5b"], civic=CIVIC["birk"]),
        student("celia", [("bru", "today-300")], ["6c"]),
        student("dino", [("aas", "today-300")], ["5a"], protected=True),
        student("elva", [("aas", "today-300")], ["5a"], person_key="pupil-staff"),
        student("left", [("aas", "today-300", "today-1")], ["5a"]),
        student("leaves-today", [("aas", "today-300", "today")], ["5a"]),
        student("starts-tomorrow", [("aas", "today+1")]),
        student("both", [("aas", "today-300"), ("bru", "today-300")], ["5b", "6c"]),
    ]
    ties = [
        tie("kari", "alva", "contactTeacher"), tie("kari", "dino", "contactTeacher"), tie("kari", "left", "contactTeacher"),
        tie("hanne", "birk", "contactTeacher"),
        tie("teacher", "alva", "teacher"), tie("teacher", "dino", "teacher"), tie("teacher", "both", "teacher"),
        tie("mentor", "alva", "mentor"), tie("mentor", "dino", "mentor"),
        tie("observer", "alva", "observer"), tie("observer", "dino", "observer"),
        tie("health", "alva", "health"), tie("health", "dino", "health"),
        tie("teacher-bru", "alva", "teacher"), tie("teacher-bru", "celia", "teacher"),
        tie("membership-ended", "alva", "teacher"), tie("membership-ends-today", "alva", "teacher"),
        tie("membership-tomorrow", "alva", "teacher"),
        tie("tie-ended", "alva", "teacher", "today-300", "today-1"),
        tie("tie-ends-today", "alva", "teacher", "today-300", "today"),
        tie("tie-tomorrow", "alva", "teacher", "today+1"),
        tie("guardian", "alva", "guardian"),
        tie("guardian-teacher", "alva", "guardian"), tie("guardian-teacher", "alva", "teacher"),
        tie("guardian-teacher", "birk", "teacher"),
        tie("guardian-rektor", "alva", "guardian"),
        tie("guardian-ended", "alva", "guardian", "today-300", "today-1"), tie("guardian-ended", "alva", "teacher"),
        tie("pupil-staff", "elva", "teacher"),
        tie("hidden-teacher", "birk", "teacher"),
    ]
    return {"key": FJORD, "id": ORGANISATIONS[FJORD]["id"], "name": ORGANISATIONS[FJORD]["name"], "timeZone": "Europe/Oslo",
            "schools": [{"key": "aas", "name": "Qaas skole", "modules": everything},
                        {"key": "bru", "name": "Qbru skole", "modules": ["sikker-sak"]}],
            "persons": persons,
            "groups": [{"key": "5a", "school": "aas", "kind": "class", "name": "Qklasse5A"},
                       {"key": "5b", "school": "aas", "kind": "class", "name": "Qklasse5B"},
                       {"key": "6c", "school": "bru", "kind": "class", "name": "Qklasse6C"},
                       {"key": "mentor-group", "school": "aas", "kind": "mentor", "name": "Qmentorgruppe"}],
            "students": students, "ties": ties}


def skog():
    """Another controller on the same machine: the same subjects mean other people, or nobody."""
    persons = [
        person("skog-owner", (None, "owner"), issuer=SKOG),
        person("rektor", ("tall", "rektor"), issuer=SKOG),
        person("kari", ("tall", "contactTeacher"), issuer=SKOG),
        person("rektor-gran", ("gran", "rektor"), issuer=SKOG),
    ]
    for row in persons:
        row["givenName"], row["familyName"] = row["givenName"] + "skog", row["familyName"] + "skog"
    return {"key": SKOG, "id": ORGANISATIONS[SKOG]["id"], "name": ORGANISATIONS[SKOG]["name"], "timeZone": "Europe/Oslo",
            "schools": [{"key": "tall", "name": "Qtallskolan", "modules": ["avvikelse"]},
                        {"key": "gran", "name": "Qgranskolan", "modules": []}],
            "persons": persons, "groups": [{"key": "7a", "school": "tall", "kind": "class", "name": "Qklass7A"}],
            "students": [student("sven", [("tall", "today-300")], ["7a"])],
            "ties": [tie("kari", "sven", "contactTeacher")]}


def seed():
    return {"organisations": [fjord(), skog()]}


def words(tree):
    """Every name, civic number and login of a seed: what must never reach a log."""
    found = set()
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name in ("givenName", "familyName", "civicNumber", "name") and isinstance(value, str):
                found.add(value)
            elif name == "externalId" and isinstance(value, dict) and isinstance(value.get("id"), str):
                found.add(value["id"])
            else:
                found |= words(value)
    elif isinstance(tree, list):
        for value in tree:
            found |= words(value)
    return found
