# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg`: what held names, numbers or the token is wiped before it is given back. tests/faults/freed.c watches."""

import json
import os
import pathlib

import pytest

from cli import CREATE, CREATED, OK, ROOT, STUDENT, fake, problem, run  # noqa: F401
from daemon import sanitized

BUILD = pathlib.Path(os.environ.get("TRYGG_BUILD", ROOT / "build" / "dev"))
SHIM = BUILD / "tests" / "libfreed_preload.so"
MARK = "Xqmarkøy"
TELLTALE = "freed unwiped"
CARD = {"id": STUDENT, "version": 1, "givenName": MARK, "familyName": "Lie", "civicNumber": MARK, "ground": "g", "groups": [{"name": MARK * 9}]}


@pytest.fixture
def watched(fake):
    """watched("me") runs the client; everything that it frees is searched for the mark."""
    if sanitized():
        pytest.skip("a sanitizer's runtime must be loaded first")
    assert SHIM.exists(), f"{SHIM} is not built"

    def ask(*words, mark=MARK, **options):
        return run(fake.url, *words, LD_PRELOAD=str(SHIM), TRYGG_MARK=mark, **options)

    return ask


def test_the_watch_sees_what_is_freed(watched):
    assert TELLTALE in watched("me", mark="/nowhere/of-mine", TRYGG_CONFIG="/nowhere/of-mine").stderr


@pytest.mark.parametrize("more", [(), ("--json",)])
@pytest.mark.parametrize("chunks", [1, 40])
def test_an_answer_is_wiped(watched, fake, more, chunks):
    cards = [CARD] * 300
    data = json.dumps({"total": 300, "data": cards, "pageToken": None}, ensure_ascii=False).encode()
    step = len(data) // chunks + 1
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    fake.answer(200, chunked, {"Transfer-Encoding": "chunked", "Content-Length": None})
    done = watched("students", "list", *more)
    assert done.returncode == OK and done.stdout.count(MARK) >= 300 * 9
    assert TELLTALE not in done.stderr


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_card_and_a_problem_are_wiped(watched, fake, more):
    fake.answer(200, CARD)
    done = watched("students", "show", STUDENT, *more)
    assert MARK in done.stdout and TELLTALE not in done.stderr
    fake.answers.clear()
    fake.answer(409, problem(409, detail=MARK))
    done = watched("students", "show", STUDENT, *more)
    assert MARK in done.stderr and TELLTALE not in done.stderr


def test_an_answer_that_is_too_large_is_wiped(watched, fake):
    fake.answer(200, (MARK * (1 << 19)).encode(), {"Transfer-Encoding": "identity", "Content-Length": None, "Connection": "close"})
    done = watched("me")
    assert "larger" in done.stderr and TELLTALE not in done.stderr


@pytest.mark.parametrize("size", [1, 9000])
def test_a_body_is_wiped(watched, fake, tmp_path, size):
    fake.answer(201, CREATED)
    path = tmp_path / "body"
    path.write_text(json.dumps({"givenName": MARK, "x": MARK * size}, ensure_ascii=False))
    done = watched(*CREATE, "--body", str(path))
    assert done.returncode == OK and MARK.encode() in fake.requests[0][3]
    assert TELLTALE not in done.stderr
    path.write_text(MARK)
    done = watched(*CREATE, "--civic-number-file", str(path))
    assert done.returncode == OK and TELLTALE not in done.stderr


def test_items_are_wiped(watched, fake, tmp_path):
    fake.answer(200, {"results": [{"index": n, "outcome": "created", "id": MARK} for n in range(100)]})
    path = tmp_path / "items"
    path.write_text("\n".join(json.dumps({"name": MARK * 100}, ensure_ascii=False) for _ in range(100)))
    done = watched("provision", "persons", str(path))
    assert done.returncode == OK and TELLTALE not in done.stderr


def test_the_token_is_wiped(watched, fake, tmp_path):
    fake.answer(200, {"id": "x"})
    path = tmp_path / "token"
    path.write_text("Xqt0k3n" + "x" * 5000)
    path.chmod(0o600)
    done = watched("me", "--token-file", str(path), mark="Xqt0k3n")
    assert done.returncode == OK and TELLTALE not in done.stderr


@pytest.mark.parametrize("status", [201, 409])
@pytest.mark.parametrize("way", ["argument", "input", "editor"])
def test_a_text_is_wiped(watched, fake, tmp_path, way, status):
    fake.answer(status, CREATED if status == 201 else problem(status))
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\nprintf '{MARK} %3000s {MARK}' x >\"$1\"\n")
    editor.chmod(0o755)
    words = ["hendelser", "add", STUDENT, "--kind", "a", "--category", "b"]
    more = {"argument": [MARK * 50], "input": ["-"], "editor": []}[way]
    done = watched(*words, *more, stdin=MARK * 5000, EDITOR=str(editor), TMPDIR=str(tmp_path))
    assert MARK.encode() in fake.requests[0][3] or MARK.encode("ascii", "backslashreplace") in fake.requests[0][3]
    assert done.returncode == (OK if status == 201 else 7) and TELLTALE not in done.stderr


def test_the_text_that_an_editor_opens_is_wiped(watched, fake, tmp_path):
    fake.answer(200, {"id": STUDENT, "version": 1, "text": MARK * 500, "ground": "g"}, {"ETag": '"1"'})
    done = watched("hendelser", "amend", STUDENT, EDITOR="true", TMPDIR=str(tmp_path))
    assert "nothing was changed" in done.stderr and TELLTALE not in done.stderr


def test_summaries_are_wiped(watched, fake, tmp_path):
    fake.answer(200, {"results": [{"personsakId": STUDENT, "outcome": "closed", "version": 2, "ground": "g"}]})
    path = tmp_path / "summaries"
    path.write_text(f"{STUDENT}\t{MARK * 300}\n")
    done = watched("personsaker", "close-many", str(path))
    assert done.returncode == OK and TELLTALE not in done.stderr
    fake.answer(200, {"id": STUDENT, "version": 2, "ground": "g"})
    done = watched("personsaker", "close", STUDENT, "--summary-file", str(path))
    assert done.returncode == OK and TELLTALE not in done.stderr


def test_a_document_is_wiped(watched, fake, tmp_path):
    path = tmp_path / "referat.txt"
    path.write_text(MARK * 9000)
    fake.answer(201, {"id": STUDENT, "version": 1, "ground": "g"})
    fake.answer(204, b"", {"Upload-Offset": str(path.stat().st_size), "Content-Length": None})
    done = watched("documents", "upload", STUDENT, str(path))
    assert done.returncode == OK and MARK.encode() in fake.requests[1][3] and TELLTALE not in done.stderr
    fake.answers.clear()
    fake.answer(200, {"id": STUDENT, "name": "x", "size": path.stat().st_size})
    fake.answer(200, path.read_bytes(), content_type="text/plain")
    done = watched("documents", "download", STUDENT, str(tmp_path / "back"))
    assert done.returncode == OK and (tmp_path / "back").read_bytes() == path.read_bytes() and TELLTALE not in done.stderr
