# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg`: closing many personsaker from a file; against a fake server."""
import json

import pytest

from cli import BAD_INPUT, CONFLICT, FORBIDDEN, NOT_FOUND, OK, SERVER, UNREACHABLE, USAGE, fake, problem, run  # noqa: F401

CLOSE = ["personsaker", "close-many"]


def case(n):
    return f"01a20400-0000-7000-8000-{n:012d}"


def result(n, outcome="closed"):
    done = outcome in ("closed", "alreadyClosed")
    return {"personsakId": case(n), "outcome": outcome, "version": 2 if done else None, "ground": "P8.role.rektor" if done else None}


def items_of(fake, index=-1):
    return json.loads(fake.requests[index][3])["items"]


@pytest.mark.parametrize("by_input", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        f"{case(1)}\tFlyttet, alt er fulgt opp.\n\n{case(2)}\tTo\tdeler\n",
        f"{case(1)}\tFlyttet, alt er fulgt opp.\r\n{case(2)}\tTo\tdeler",
        json.dumps([{"personsakId": case(1), "summary": "Flyttet, alt er fulgt opp."}, {"personsakId": case(2), "summary": "To\tdeler"}]),
        "\n".join(json.dumps({"personsakId": case(n), "summary": summary}) for n, summary in ((1, "Flyttet, alt er fulgt opp."), (2, "To\tdeler"))),
    ],
    ids=["tabs", "windows", "array", "lines"],
)
def test_a_file_of_personsaker_is_closed_and_each_is_told(fake, tmp_path, text, by_input):
    fake.answer(200, {"results": [result(1), result(2, "alreadyClosed")]})
    path = tmp_path / "summaries"
    path.write_bytes(text.encode())
    done = run(fake.url, *CLOSE, "-" if by_input else str(path), stdin=text)
    assert done.returncode == OK and done.stderr == ""
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0][:2] == ["PERSONSAK", "OUTCOME"]
    assert rows[1:] == [[case(1), "closed", "2", "P8.role.rektor"], [case(2), "alreadyClosed", "2", "P8.role.rektor"]]
    assert items_of(fake) == [{"personsakId": case(1), "summary": "Flyttet, alt er fulgt opp."}, {"personsakId": case(2), "summary": "To\tdeler"}]
    assert fake.requests[0][:2] == ("POST", "/v1/personsaker/closures") and fake.requests[0][2]["Idempotency-Key"]


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [(["closed", "notFound"], NOT_FOUND), (["forbidden", "forbidden"], FORBIDDEN), (["changed", "closed"], CONFLICT), (["changed", "notFound"], BAD_INPUT), (["closed", "odd"], SERVER)],
)
def test_the_exit_code_says_why_some_were_not_closed(fake, outcomes, code):
    fake.answer(200, {"results": [result(n, outcome) for n, outcome in enumerate(outcomes)]})
    done = run(fake.url, *CLOSE, "-", stdin="".join(f"{case(n)}\tx\n" for n in range(2)))
    assert done.returncode == code and all(outcome in done.stdout for outcome in outcomes)


def test_more_than_one_call_takes_are_sent_in_batches_each_with_its_key(fake):
    for first, n in ((0, 500), (500, 500), (1000, 1)):
        fake.answer(200, {"results": [result(i) for i in range(first, first + n)]})
    done = run(fake.url, *CLOSE, "-", "--json", "--idempotency-key", "mine", stdin="".join(f"{case(n)}\tx\n" for n in range(1001)))
    assert done.returncode == OK and json.loads(done.stdout) == {"results": [result(n) for n in range(1001)]}
    assert [len(items_of(fake, n)) for n in range(3)] == [500, 500, 1]
    assert [request[2]["Idempotency-Key"] for request in fake.requests] == ["mine", "mine.2", "mine.3"]


def test_what_was_closed_before_it_broke_off_is_told(fake):
    fake.answer(200, {"results": [result(n) for n in range(500)]})
    fake.drop()
    done = run(fake.url, *CLOSE, "-", stdin="".join(f"{case(n)}\tx\n" for n in range(501)))
    assert done.returncode == UNREACHABLE and done.stdout.count("closed") == 500
    key = fake.requests[0][2]["Idempotency-Key"]
    assert f"'{key}'" in done.stderr


@pytest.mark.parametrize("text", ["", "\n", case(1), f"{case(1)} x\n", f"{case(1)}\t\n", f"\t{case(1)}\n", f"{case(1)}\tx\n{case(2)}\n", "[1]", "{"])
def test_a_file_that_is_not_understood_sends_nothing(fake, text):
    done = run(fake.url, *CLOSE, "-", stdin=text)
    assert done.returncode == USAGE and done.stdout == "" and fake.requests == []


def test_a_refusal_of_the_whole_is_told(fake):
    fake.answer(400, problem(400, "Some fields are wrong", "", errors=[{"in": "body", "name": "/items/0/personsakId", "code": "format", "detail": "Not an id."}]))
    done = run(fake.url, *CLOSE, "-", stdin="x\ty\n")
    assert done.returncode == BAD_INPUT and "/items/0/personsakId" in done.stderr and done.stdout == ""
    fake.answers.clear()
    fake.answer(200, {"results": []})
    assert run(fake.url, *CLOSE, "-", stdin="x\ty\n").returncode == SERVER
