# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg`: texts that people write, on the command line, from standard input and in an editor; against a fake server.

What was typed is lost by no refusal, and nothing of it stays behind when it was taken.
"""
import json
import os
import re
import stat
import time

import pytest

from cli import BAD_INPUT, CONFLICT, FORBIDDEN, OK, UNREACHABLE, USAGE, fake, problem, run  # noqa: F401

PERSONSAK = "01a20400-1111-7a11-8a11-111111111111"
HENDELSE = "01a20400-3333-7a33-8a33-333333333333"
ADD = ["hendelser", "add", PERSONSAK, "--kind", "journalnotat", "--category", "observasjon"]
AMEND = ["hendelser", "amend", HENDELSE]
WRITTEN = {"id": HENDELSE, "version": 1, "ground": "P6.coHandler"}
TEXT = "Står alene ved gjerdet.\n\nHun sa: «la meg være».\n# ikke en kommentar"


def body_of(fake, index=-1):
    return json.loads(fake.requests[index][3])


@pytest.fixture
def editor(tmp_path):
    """editor(program) writes an editor, a script whose first argument is the file, and gives the environment that names it."""
    place = tmp_path / "private"
    place.mkdir()

    def make(program, name="VISUAL", folder="XDG_RUNTIME_DIR"):
        path = tmp_path / "my editor"
        path.write_text("#!/bin/sh\nset -eu\n" + program)
        path.chmod(0o755)
        return {name: f"'{path}' --wait", folder: str(place)}

    make.place = place
    make.seen = tmp_path / "seen"
    return make


def writes(text):
    return "cat >\"$2\" <<'END'\n" + text + "\nEND\n"


# ---- One line ---------------------------------------------------------------------------------------------------------------------


def test_one_line_writes_what_happened_now(fake):
    fake.answer(201, WRITTEN)
    before = time.time()
    done = run(fake.url, *ADD, "Alene i begge friminuttene.")
    assert done.returncode == OK and "Written." in done.stdout and HENDELSE in done.stdout
    method, path, headers, _ = fake.requests[0]
    assert (method, path) == ("POST", f"/v1/personsaker/{PERSONSAK}/hendelser") and headers["Idempotency-Key"]
    body = body_of(fake)
    at = time.mktime(time.strptime(body.pop("happenedAt"), "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
    assert before - 2 <= at <= time.time() + 1
    assert body == {"kind": "journalnotat", "category": "observasjon", "text": "Alene i begge friminuttene."}


def test_when_it_happened_can_be_said(fake):
    fake.answer(201, WRITTEN)
    assert run(fake.url, *ADD, "x", "--happened-at", "2026-11-20T09:50:00Z").returncode == OK
    assert body_of(fake)["happenedAt"] == "2026-11-20T09:50:00Z"


def test_a_dash_is_standard_input_with_all_its_lines(fake):
    fake.answer(201, WRITTEN)
    assert run(fake.url, *ADD, "-", stdin=TEXT + "\n\n").returncode == OK
    assert body_of(fake)["text"] == TEXT
    assert run(fake.url, *ADD, "-", "--body", "-", stdin="x").returncode == USAGE
    assert len(fake.requests) == 1


def test_a_body_that_has_the_text_opens_no_editor(fake):
    fake.answer(201, WRITTEN)
    assert run(fake.url, "hendelser", "add", PERSONSAK, "--body", "-", stdin=json.dumps({"kind": "a", "category": "b", "text": "c"})).returncode == OK
    assert body_of(fake)["text"] == "c"


# ---- The editor -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["VISUAL", "EDITOR"])
@pytest.mark.parametrize("folder", ["XDG_RUNTIME_DIR", "TMPDIR"])
def test_the_editor_gets_a_private_file_and_nothing_is_left_of_it(fake, editor, name, folder):
    fake.answer(201, WRITTEN)
    watched = f"stat -c '%a %U' \"$2\" \"$(dirname \"$2\")\" >'{editor.seen}'; dirname \"$2\" >>'{editor.seen}'\ncp \"$2\" \"$2~\"\necho secret >\"$2.swp\"\n"
    done = run(fake.url, *ADD, **editor(watched + writes(TEXT), name, folder))
    assert done.returncode == OK and done.stderr == ""
    assert body_of(fake)["text"] == TEXT
    file_mode, folder_mode, where = editor.seen.read_text().splitlines()
    assert (file_mode.split()[0], folder_mode.split()[0]) == ("600", "700") and where.startswith(str(editor.place))
    assert list(editor.place.iterdir()) == []


def test_VISUAL_comes_before_EDITOR(fake, editor):
    fake.answer(201, WRITTEN)
    assert run(fake.url, *ADD, **editor(writes("x")), EDITOR="false").returncode == OK


def test_without_an_editor_it_is_said_how_a_text_is_given(fake, editor):
    done = run(fake.url, *ADD, XDG_RUNTIME_DIR=str(editor.place))
    assert done.returncode == USAGE and "standard input" in done.stderr and "EDITOR" in done.stderr
    assert fake.requests == [] and list(editor.place.iterdir()) == []


@pytest.mark.parametrize(("program", "said"), [(writes(TEXT) + "exit 1\n", "the editor failed"), ("kill -9 $$\n", "the editor failed"), ("", "nothing was written"), (writes("\n"), "nothing was written")])
def test_an_editor_that_fails_or_leaves_nothing_sends_nothing_and_leaves_nothing(fake, editor, program, said):
    done = run(fake.url, *ADD, **editor(program))
    assert done.returncode == USAGE and said in done.stderr and "Står" not in done.stderr
    assert fake.requests == [] and list(editor.place.iterdir()) == []


@pytest.mark.parametrize(("status", "code"), [(409, CONFLICT), (403, FORBIDDEN), (400, BAD_INPUT), (None, UNREACHABLE)])
def test_a_text_that_was_not_taken_is_kept_where_it_is_said(fake, editor, status, code):
    if status is None:
        fake.drop()
    else:
        fake.answer(status, problem(status, "No", "No."))
    done = run(fake.url, *ADD, **editor("echo secret >\"$2~\"\n" + writes(TEXT)))
    assert done.returncode == code and "Står" not in done.stderr
    kept = re.search(r"'(/[^']+)'\n$", done.stderr).group(1)
    assert open(kept, encoding="utf-8").read() == TEXT + "\n"
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600 and os.listdir(os.path.dirname(kept)) == [os.path.basename(kept)]
    fake.answers.clear()
    fake.answer(201, WRITTEN)
    assert run(fake.url, *ADD, "-", stdin=open(kept, encoding="utf-8").read()).returncode == OK
    assert body_of(fake)["text"] == TEXT


def test_what_an_editor_left_that_is_no_text_is_kept_as_well(fake, editor):
    done = run(fake.url, *ADD, **editor("printf 'x\\377y' >\"$2\"\n"))
    assert done.returncode == USAGE and "UTF-8" in done.stderr and "not lost" in done.stderr
    assert fake.requests == [] and len(list(editor.place.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_told(fake, editor):
    done = run(fake.url, *ADD, **(editor(writes("x")) | {"XDG_RUNTIME_DIR": "/nowhere"}))
    assert done.returncode == USAGE and "'/nowhere'" in done.stderr and fake.requests == []


# ---- Amending ---------------------------------------------------------------------------------------------------------------------


def hendelse(text, version=3):
    return {"id": HENDELSE, "version": version, "text": text, "kind": "samtale", "ground": "P3.handler"}


def test_amending_opens_the_text_that_is_there_and_changes_that_version(fake, editor):
    fake.answer(200, hendelse(TEXT), {"ETag": '"3"'})
    fake.answer(200, WRITTEN)
    done = run(fake.url, *AMEND, **editor(f"cp \"$2\" '{editor.seen}'\necho 'Og så lo de.' >>\"$2\"\n"))
    assert done.returncode == OK
    assert editor.seen.read_text() == TEXT
    assert [(method, path) for method, path, _, _ in fake.requests] == [("GET", f"/v1/hendelser/{HENDELSE}"), ("PATCH", f"/v1/hendelser/{HENDELSE}")]
    assert fake.requests[1][2]["If-Match"] == '"3"'
    assert body_of(fake) == {"text": TEXT + "Og så lo de."}
    assert list(editor.place.iterdir()) == []


def test_a_version_that_was_named_stays_the_one_that_is_changed(fake, editor):
    fake.answer(200, hendelse("x"), {"ETag": '"3"'})
    fake.answer(412, problem(412))
    assert run(fake.url, *AMEND, "--version", "2", **editor(writes("y"))).returncode == CONFLICT
    assert fake.requests[1][2]["If-Match"] == '"2"'


def test_a_text_that_was_not_changed_is_not_sent(fake, editor):
    fake.answer(200, hendelse(TEXT), {"ETag": '"3"'})
    done = run(fake.url, *AMEND, **editor("true\n"))
    assert done.returncode == USAGE and "nothing was changed" in done.stderr
    assert len(fake.requests) == 1 and list(editor.place.iterdir()) == []


def test_amending_something_else_opens_no_editor(fake, editor):
    fake.answer(200, WRITTEN)
    assert run(fake.url, *AMEND, "--version", "3", "--category", "mobbing", **editor("exit 1\n")).returncode == OK
    assert body_of(fake) == {"category": "mobbing"}
    assert run(fake.url, *AMEND, "--version", "3", "Nytt.", **editor("exit 1\n")).returncode == OK
    assert body_of(fake) == {"text": "Nytt."}


# ---- Texts of options -------------------------------------------------------------------------------------------------------------


def test_long_words_come_from_a_file_or_standard_input(fake, tmp_path):
    fake.answer(200, {"id": PERSONSAK, "version": 2, "ground": "P8.handler"})
    path = tmp_path / "summary"
    path.write_text(TEXT + "\n")
    close = ["personsaker", "close", PERSONSAK]
    for more, stdin in ((["--summary-file", str(path)], ""), (["--summary-file", "-"], TEXT), (["--summary", TEXT], "")):
        assert run(fake.url, *close, *more, stdin=stdin).returncode == OK
        assert body_of(fake) == {"summary": TEXT}
    assert run(fake.url, *close, "--summary-file", str(path), "--summary", "x").returncode == USAGE
    assert "--summary" in run(fake.url, *close).stderr
    path.write_bytes(b"x\xff")
    done = run(fake.url, *close, "--summary-file", str(path))
    assert done.returncode == USAGE and "UTF-8" in done.stderr
    assert len(fake.requests) == 3


def test_a_text_of_many_lines_is_shown_as_such_and_no_line_passes_for_another(fake):
    fake.answer(200, {**hendelse("en\nGround  P9.admin\n\x1b[2Jto\r"), "happenedAt": "2026-11-20T09:50:00Z"})
    shown = run(fake.url, "hendelser", "show", HENDELSE).stdout.splitlines()
    at = next(n for n, line in enumerate(shown) if line.startswith("Text"))
    column = shown[at].index("en")
    assert shown[at + 1] == " " * column + "Ground  P9.admin"
    assert shown[at + 2] == " " * column + "\\u001b[2Jto\\u000d"
    fake.answers.clear()
    fake.answer(200, {"data": [hendelse("en\nto")], "pageToken": None})
    assert run(fake.url, "hendelser", "list", PERSONSAK).stdout.splitlines()[-2:] == ["  en", "  to"]


def test_what_is_due_is_told(fake):
    fake.answer(409, problem(409, "Some cases are still open", "Close them.", due=[{"id": PERSONSAK, "reference": "2026-7K3QX-9M2AB"}]))
    done = run(fake.url, "departures", "complete", PERSONSAK)
    assert done.returncode == CONFLICT and done.stderr.splitlines()[-1] == f"  due: 2026-7K3QX-9M2AB {PERSONSAK}"
