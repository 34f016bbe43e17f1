# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg`: files of items in batches, against a fake server."""

import json

import pytest

from cli import BAD_INPUT, CONFLICT, FORBIDDEN, OK, SERVER, UNREACHABLE, USAGE, fake, problem, run  # noqa: F401

MIB = 1 << 20


def item(n, **more):
    return {"externalId": {"system": "visma", "id": str(n)}, "name": f"Nº {n}", **more}


def result(index, outcome="created", **more):
    return {"index": index, "outcome": outcome, "id": f"id-{index}", "version": 1, "ground": "M1.client.provision", **more}


def refused(index, status=400, title="Some fields are wrong", **more):
    return {"index": index, "outcome": "refused", "problem": problem(status, title, **more)}


def batches(fake):
    return [json.loads(request[3])["items"] for request in fake.requests]


@pytest.fixture
def provision(fake, tmp_path):
    """provision(text, *options): the file with that text is sent."""

    def send(text, *options, **environment):
        path = tmp_path / "items"
        path.write_text(text)
        return run(fake.url, "provision", "groups", str(path), *options, **environment)

    return send


# ---- What is sent -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["array", "body", "lines", "gaps", "input", "marked"])
def test_an_array_and_lines_are_the_same(fake, provision, form):
    fake.answer(200, {"results": [result(0), result(1, "changed"), result(2, "unchanged")]})
    items = [item(n) for n in range(3)]
    text = json.dumps(items, indent=1) if form == "array" else "\n".join(json.dumps(one, ensure_ascii=False) for one in items)
    if form == "gaps":
        text = "\n  \r\n" + text.replace("\n", "\r\n\n") + "\n\n"
    if form == "body":
        text = json.dumps({"items": items}, indent=1)
    if form == "marked":
        text = "\ufeff" + text
    done = run(fake.url, "provision", "groups", "-", stdin=text) if form == "input" else provision(text)
    assert done.returncode == OK
    assert done.stdout == "3 of 3 items sent: 1 created, 1 changed, 1 unchanged, 0 refused\n"
    [(method, path, headers, _)] = fake.requests
    assert (method, path, headers["Content-Type"]) == ("PUT", "/v1/provision/groups", "application/json")
    assert "Idempotency-Key" not in headers and "If-Match" not in headers
    assert batches(fake) == [items]


def test_a_batch_has_at_most_500_items(fake, provision):
    for n in (500, 500, 7):
        fake.answer(200, {"results": [result(i, "unchanged") for i in range(n)]})
    done = provision("\n".join(json.dumps(item(n)) for n in range(1007)), "--json")
    assert done.returncode == OK
    assert [len(batch) for batch in batches(fake)] == [500, 500, 7]
    assert sum(batches(fake), []) == [item(n) for n in range(1007)]
    assert [entry["item"] for entry in json.loads(done.stdout)["results"]] == list(range(1, 1008))


@pytest.mark.parametrize("spare", [0, 1])
def test_a_body_has_at_most_one_mebibyte(fake, provision, spare):
    """Two items fill a body to the last byte; one byte more, and the second goes by itself."""
    empty = json.dumps({"items": [item(1, note="")] * 2}, ensure_ascii=False, separators=(",", ":"))
    room = MIB - len(empty.encode())
    items = [item(1, note="x" * (room // 2)), item(1, note="y" * (room - room // 2 + spare))]
    counts = [2] if spare == 0 else [1, 1]
    for n in counts:
        fake.answer(200, {"results": [result(i) for i in range(n)]})
    assert provision(json.dumps(items)).returncode == OK
    assert [len(batch) for batch in batches(fake)] == counts
    assert max(len(request[3]) for request in fake.requests) <= MIB
    assert spare == 1 or len(fake.requests[0][3]) == MIB


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no item"), ("[]", "no item"), (" \n\n", "no item"), ("[1]", "item 1"), ('[{}, {}, "x"]', "item 3"), ("{}\n[]\n", "item 2"),
        ('{}\n\n{"a":}\n', "line 3"), ("[{},\n{]", "line 2"), ("{}\n{}\n{", "line 3"), ('{"a": 1, "a": 2}', "line 1"), ("null", "line 1"),
        ('{}\n{"name": "' + "x" * MIB + '"}', "item 2"), ("{} {}", "line 1"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_whole_and_right_is_not_sent_at_all(fake, provision, text, said):
    done = provision(text)
    assert done.returncode == USAGE
    assert said in done.stderr
    assert fake.requests == []


def test_a_file_and_a_kind_are_needed(fake):
    assert run(fake.url, "provision", "groups").returncode == USAGE
    assert run(fake.url, "provision", "groups", "/nowhere").returncode == USAGE
    assert run(fake.url, "provision", "nonsense", "-").returncode == USAGE
    assert run(fake.url, "provision", "groups", "-", "--token-file", "-", stdin="{}").returncode == USAGE
    assert fake.requests == []


# ---- What became of it ------------------------------------------------------------------------------------------------------------


def test_a_refused_item_is_told_by_its_number_in_the_file(fake, provision):
    errors = [{"in": "body", "name": "/name", "code": "too-short", "detail": "Verdien er for kort."}]
    fake.answer(200, {"results": [result(n) for n in range(500)]})
    fake.answer(200, {"results": [refused(0, 400, "Noen felt er feil", errors=errors), result(1, "changed"), refused(2, 403, "Ikke tillatt")]})
    done = provision("\n".join(json.dumps(item(n)) for n in range(503)))
    assert done.returncode == BAD_INPUT
    assert done.stdout == "503 of 503 items sent: 500 created, 1 changed, 0 unchanged, 2 refused\n"
    assert done.stderr == (
        "item 501: Noen felt er feil\n  body /name: Verdien er for kort.\n"
        "item 503: Ikke tillatt\n  There is nothing here that you may see.\n"
    )


def test_equal_refusals_are_told_once_over_all_batches(fake, provision):
    fake.answer(200, {"results": [result(0), *(refused(n, detail="A.") for n in range(1, 500))]})
    fake.answer(200, {"results": [refused(0, detail="B."), refused(1, detail="A.")]})
    done = provision("\n".join("{}" for _ in range(502)))
    assert done.stderr == "item 2: Some fields are wrong\n  A.\n  … and 499 more like this\nitem 501: Some fields are wrong\n  B.\n"
    assert done.stdout == "502 of 502 items sent: 1 created, 0 changed, 0 unchanged, 501 refused\n"


def test_after_a_batch_without_any_right_the_rest_is_not_sent(fake, provision):
    fake.answer(200, {"results": [refused(n, 403, "Not allowed") for n in range(500)]})
    done = provision("\n".join("{}" for _ in range(700)))
    assert done.returncode == FORBIDDEN
    assert len(fake.requests) == 1
    assert done.stdout == "500 of 700 items sent: 0 created, 0 changed, 0 unchanged, 500 refused\n"
    assert done.stderr.count("the rest was not sent") == 1
    assert "… and 499 more like this" in done.stderr


def test_one_item_with_a_right_lets_the_rest_be_sent(fake, provision):
    fake.answer(200, {"results": [result(0), *(refused(n, 403) for n in range(1, 500))]})
    fake.answer(200, {"results": [result(0)]})
    assert "501 of 501" in provision("\n".join("{}" for _ in range(501))).stdout


def test_an_object_with_more_than_items_is_an_item(fake, provision):
    fake.answer(200, {"results": [result(0)]})
    assert provision('{"items": [], "name": "x"}').returncode == OK
    assert batches(fake) == [[{"items": [], "name": "x"}]]


@pytest.mark.parametrize(
    ("statuses", "code"),
    [([409], CONFLICT), ([409, 412], CONFLICT), ([409, 400], BAD_INPUT), ([403, 409], BAD_INPUT), ([403, 403], FORBIDDEN), ([503], SERVER), ([200], SERVER)],
)  # fmt: skip
def test_refusals_of_one_kind_have_the_exit_code_of_that_kind(fake, provision, statuses, code):
    fake.answer(200, {"results": [refused(index, status) for index, status in enumerate(statuses)]})
    assert provision("\n".join("{}" for _ in statuses)).returncode == code


def test_with_json_all_results_are_printed_and_nothing_else(fake, provision):
    results = [result(0), refused(1)]
    fake.answer(200, {"results": results})
    done = provision("{}\n{}", "--json")
    assert done.returncode == BAD_INPUT
    assert json.loads(done.stdout) == {"results": [{**one, "item": n + 1} for n, one in enumerate(results)]}
    assert done.stderr == ""


def test_a_problem_of_the_whole_batch_names_the_items_by_their_number_in_the_file(fake, provision):
    names = ("/items/2/name", "/items", "/items/900/x", "/items/x")
    fake.answer(200, {"results": [result(n) for n in range(500)]})
    fake.answer(400, problem(400, errors=[{"in": "body", "name": name, "code": "type", "detail": "No."} for name in names]))
    done = provision("\n".join("{}" for _ in range(503)))
    assert done.returncode == BAD_INPUT
    assert "  item 503 /name: No.\n  body /items: No.\n" in done.stderr
    assert "broken off" in done.stderr
    assert done.stdout == "500 of 503 items sent: 500 created, 0 changed, 0 unchanged, 0 refused\n"


@pytest.mark.parametrize(("status", "code"), [(403, FORBIDDEN), (500, SERVER)])
def test_a_batch_that_is_refused_as_a_whole_ends_it(fake, provision, status, code):
    fake.answer(status, problem(status))
    done = provision("{}")
    assert done.returncode == code
    assert done.stdout == "0 of 1 items sent: 0 created, 0 changed, 0 unchanged, 0 refused\n"
    assert len(fake.requests) == 1


def test_X1_a_batch_that_was_lost_is_sent_once_more(fake, provision):
    fake.drop()
    fake.answer(200, {"results": [result(0, "unchanged")]})
    assert provision("{}").returncode == OK
    assert batches(fake) == [[{}], [{}]]


def test_a_batch_that_is_lost_twice_is_not_reachable(fake, provision):
    fake.drop()
    done = provision("{}")
    assert done.returncode == UNREACHABLE
    assert "changes nothing twice" in done.stderr


@pytest.mark.parametrize(
    "results",
    [None, 7, [], [result(0), result(1)], [result(1)], [result(-1)], [{}], [7], [{"index": 0, "outcome": "eaten"}], [{"index": 0, "outcome": 7}]],
)
def test_an_answer_that_does_not_tell_what_became_of_each_is_server_trouble(fake, provision, results):
    fake.answer(200, {"results": results})
    assert provision("{}").returncode == SERVER


@pytest.mark.parametrize("told", [None, 7, {}, {"title": 7, "status": "409", "errors": {}}, {"title": "\x1b[2J", "detail": "\u202e", "errors": [7]}])
def test_a_refusal_that_is_not_a_problem_makes_no_trouble(fake, provision, told):
    fake.answer(200, {"results": [{"index": 0, "outcome": "refused", "problem": told}]})
    done = provision("{}")
    assert done.returncode == SERVER
    assert all(character.isprintable() for character in done.stderr.replace("\n", ""))
