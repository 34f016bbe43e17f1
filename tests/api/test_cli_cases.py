# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg` with a real daemon: personsaker and all that belongs to them, each area of verbs driven whole."""

import datetime
import os
import stat

import pytest

import world
from cases import words
from cli import BAD_INPUT, CONFLICT, FORBIDDEN, NOT_FOUND, OK, USAGE, run
from test_cli_daemon import Shell, fresh_student, house, ids  # noqa: F401

SOON = (world.today() + datetime.timedelta(days=10)).isoformat()


@pytest.fixture(scope="module")
def driver(house):  # noqa: F811
    return Shell(house)


@pytest.fixture
def shell(driver):
    driver.driven.clear()
    return driver


def said(shell, what="Ord"):
    return words(shell.daemon, what)


def person(shell, key):
    return shell.daemon.id("person", key)


def aas(shell):
    return shell.daemon.id("school", "aas")


def open_case(shell, *more, student=None):
    student = student or fresh_student(shell)
    header = ("--student", student, "--school", aas(shell), "--sakstype", "skolemiljo", "--category", "mobbing", "--handler", person(shell, "kari"))
    return shell("rektor", "personsaker", "open", *header, "--description", said(shell), *more)["id"]


def add_hendelse(shell, case, who="kari"):
    return shell(who, "hendelser", "add", case, said(shell), "--kind", "journalnotat", "--category", "observasjon")["id"]


def test_P2_P4_P5_P8_personsaker(shell, tmp_path):
    case = open_case(shell, "--co-handler", person(shell, "teacher"))
    assert shell("teacher", "personsaker", "show", case)["ground"] == "P3.coHandler"
    assert case in ids(shell("kari", "me", "cases", "--school", aas(shell), "--state", "open"))
    assert ids(shell("rektor", "personsaker", "list", "--school", aas(shell), "--state", "open", "--handler", person(shell, "kari"), "--sakstype", "skolemiljo",
                     "--category", "mobbing", "--due", "no", "--unhandled", "no")) >= {case}
    shell("kari", "personsaker", "change", case, "--category", "sosialt")
    shell("kari", "personsaker", "change", case, "--category", "faglig", "--version", "1", code=CONFLICT)
    shell("kari", "personsaker", "add-handler", case, "--person", person(shell, "hanne"))
    assert shell("kari", "personsaker", "remove-handler", case, person(shell, "teacher"), text=True) == "Ended.\n"
    shell("teacher", "personsaker", "show", case, code=NOT_FOUND)
    shell("rektor", "personsaker", "hand-over", case, "--to", person(shell, "hanne"), "--stay", "yes")
    assert shell("hanne", "personsaker", "show", case)["saksbehandler"]["personId"] == person(shell, "hanne")
    what = [entry["what"] for entry in shell("kari", "personsaker", "history", case)["data"]]
    assert what[0] == "opened" and {"changed", "handlerAdded", "handlerRemoved", "handedOver"} <= set(what)
    shell("kari", "personsaker", "close", case, "--summary", said(shell), code=FORBIDDEN)
    shell("hanne", "personsaker", "close", case, "--summary", said(shell))
    shell("rektor", "personsaker", "reopen", case, "--reason", said(shell))
    path = tmp_path / "summaries"
    path.write_text(f"{case}\t{said(shell)}\n{open_case(shell)}\t{said(shell)}\n")
    assert [result["outcome"] for result in shell("rektor", "personsaker", "close-many", str(path))["results"]] == ["closed", "closed"]
    assert [result["outcome"] for result in shell("kari", "personsaker", "close-many", str(path), code=FORBIDDEN)["results"]] == ["forbidden"] * 2
    assert shell("rektor", "personsaker", "counts", "--school", aas(shell))["closed"] >= 2
    shell("kari", "personsaker", "counts", "--school", aas(shell), code=NOT_FOUND)
    shell("admin", "personsaker", "counts", "--school", aas(shell), code=FORBIDDEN)
    rows = shell("hanne", "personsaker", "activity", case, "--operation", "closePersonsak")["data"]
    assert {row["outcome"] for row in rows} == {"allowed", "refused"}
    shell.has_driven("personsaker")


def test_P1_proposals(shell):
    student = fresh_student(shell)
    shell("rektor", "ties", "create", "--student", student, "--person", person(shell, "observer"), "--kind", "observer")
    proposed = [shell("observer", "proposals", "create", "--student", student, "--school", aas(shell), "--sakstype", "fravaer", "--why", said(shell))["id"]
                for _ in range(2)]
    assert ids(shell("rektor", "proposals", "list", "--school", aas(shell), "--student", student, "--state", "waiting")) == set(proposed)
    shell("rektor", "proposals", "accept", proposed[0], "--category", "annet", "--description", said(shell), "--handler", person(shell, "kari"))
    shell("rektor", "proposals", "decline", proposed[1], "--reason", said(shell))
    shell("rektor", "proposals", "decline", proposed[0], "--reason", said(shell), code=CONFLICT)
    assert [shell("observer", "proposals", "show", one)["state"] for one in proposed] == ["accepted", "declined"]
    shell("hanne", "proposals", "show", proposed[0], code=NOT_FOUND)
    shell.has_driven("proposals")


def test_P6_P7_P9_P10_hendelser(shell):
    student = fresh_student(shell)
    case = open_case(shell, student=student)
    first, text = add_hendelse(shell, case), said(shell)
    shell("kari", "hendelser", "amend", first, text)
    shell("kari", "hendelser", "amend", first, "--kind", "samtale", "--version", "1", code=CONFLICT)
    assert shell("rektor", "hendelser", "show", first)["text"] == text
    assert len(shell("rektor", "hendelser", "versions", first)["data"]) == 2
    shell("rektor", "hendelser", "amend", first, said(shell), code=FORBIDDEN)
    listed = shell("kari", "hendelser", "list", case, "--order", "oldest", "--kind", "journalnotat", "--category", "observasjon", "--author", person(shell, "kari"),
                   "--from", "2020-01-01T00:00:00Z", "--until", "2100-01-01T00:00:00Z")
    assert ids(listed) == {first}
    shell("kari", "hendelser", "strike", first, "--reason", said(shell))
    assert shell("kari", "hendelser", "show", first)["text"] is None and shell("rektor", "hendelser", "show", first)["text"] == text
    shell("kari", "hendelser", "strike", first, "--reason", said(shell), code=CONFLICT)
    refused = shell("rektor", "hendelser", "add-to-student", student, said(shell), "--kind", "journalnotat", "--category", "observasjon", code=CONFLICT)
    assert refused["type"].endswith(":personsak-required")
    shell.has_driven("hendelser")


@pytest.mark.parametrize("size", [100, 1 << 16, (1 << 20) + 17])
def test_P6_documents(shell, tmp_path, size):
    hendelse = add_hendelse(shell, open_case(shell))
    path = tmp_path / "Møtereferat.txt"
    path.write_bytes(b"x" * size)
    document = shell("kari", "documents", "upload", hendelse, str(path))["id"]
    assert ids(shell("rektor", "documents", "list", hendelse)) == {document}
    card = shell("rektor", "documents", "show", document)
    assert (card["name"], card["mediaType"], card["complete"]) == ("Møtereferat.txt", "text/plain", True)
    back = tmp_path / "back"
    shell("rektor", "documents", "download", document, str(back))
    assert back.read_bytes() == path.read_bytes() and stat.S_IMODE(back.stat().st_mode) == 0o600
    assert shell("kari", "documents", "upload", hendelse, str(path), "--resume", document, code=USAGE, text=True) == ""
    shell("hanne", "documents", "download", document, str(tmp_path / "hers"), code=NOT_FOUND)
    assert sorted(os.listdir(tmp_path)) == ["Møtereferat.txt", "back"]
    shell("kari", "documents", "strike", document, "--reason", said(shell))
    shell("kari", "documents", "download", document, str(tmp_path / "struck"), code=FORBIDDEN)
    shell.has_driven("documents")


def test_P6_what_is_not_what_it_says_is_refused_with_its_first_part(shell, tmp_path):
    path = tmp_path / "falsk.pdf"
    path.write_bytes(b"<html>" * 200000)
    hendelse = add_hendelse(shell, open_case(shell))
    done = run(shell.daemon.url, "documents", "upload", hendelse, str(path), token=shell.daemon.token("kari"))
    assert done.returncode == BAD_INPUT and "not what it says" in done.stderr and "--resume" not in done.stderr


def test_P6_a_part_of_an_upload_goes_on_where_the_daemon_has_it(shell, tmp_path):
    hendelse = add_hendelse(shell, open_case(shell))
    path = tmp_path / "referat.txt"
    path.write_bytes(os.urandom(700000).hex().encode())
    document = shell.daemon.post(f"/v1/hendelser/{hendelse}/documents", {"name": "referat.txt", "mediaType": "text/plain", "size": path.stat().st_size}, "kari").json()["id"]
    headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    sent = shell.daemon.request("PATCH", f"/v1/documents/{document}/content", "kari", data=path.read_bytes()[:100000], headers=headers)
    assert sent.status_code == 204, sent.text
    done = run(shell.daemon.url, "documents", "upload", hendelse, str(path), "--resume", document, token=shell.daemon.token("kari"))
    assert done.returncode == OK, done.stderr
    shell("rektor", "documents", "download", document, str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == path.read_bytes()


def test_S5_S6_departures(shell):
    student = fresh_student(shell)
    case = open_case(shell, student=student)
    record = ("departures", "record", student, "--school", aas(shell), "--kind", "moves", "--date", SOON)
    first = shell("admin", *record)["id"]
    shell("admin", *record, code=CONFLICT)
    assert shell("admin", "departures", "withdraw", first, text=True) == "Ended.\n"
    departure = shell("rektor", *record)["id"]
    assert ids(shell("rektor", "departures", "list", "--school", aas(shell), "--student", student, "--state", "pending")) == {departure}
    assert [due["id"] for due in shell("rektor", "departures", "show", departure)["due"]] == [case]
    refused = run(shell.daemon.url, "departures", "complete", departure, token=shell.daemon.token("rektor"))
    assert refused.returncode == CONFLICT and case in refused.stderr
    shell("rektor", "personsaker", "close", case, "--summary", said(shell))
    shell("admin", "departures", "complete", departure, code=FORBIDDEN)
    shell("rektor", "departures", "complete", departure)
    shell.has_driven("departures")


def test_L2_who_one_is_and_what_one_works_at(shell):
    case = open_case(shell)
    assert shell("kari", "me")["id"] == person(shell, "kari")
    assert case in ids(shell("kari", "me", "cases")) and case not in ids(shell("rektor", "me", "cases"))
    shell.has_driven("me")
