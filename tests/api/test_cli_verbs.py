# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg`: what verbs send, how wrong fields are told, help, suggestions; against a fake server."""

import json
import re

import pytest

from cli import BAD_INPUT, CONFLICT, CREATE, CREATED, NOT_FOUND, OK, SCHOOL, SERVER, UNREACHABLE, USAGE, fake, problem, run  # noqa: F401

GROUP = "019aa7b2-5b02-7333-8c4d-2e1f0a9b8c72"
CHANGE = ["groups", "change", GROUP, "--name", "8B"]
CHANGED = {"id": GROUP, "version": 3, "ground": "M1.role.rektor"}


def body_of(fake, index=-1):
    return json.loads(fake.requests[index][3])


# ---- Bodies -----------------------------------------------------------------------------------------------------------------------


def test_a_dot_in_a_member_leads_into_an_object(fake, tmp_path):
    path = tmp_path / "id"
    path.write_text("7B 2026 ø\n")
    fake.answer(201, CREATED)
    words = ["groups", "create", "--school", SCHOOL, "--kind", "class", "--name", "7B"]
    assert run(fake.url, *words, "--external-system", "visma", "--external-id-file", str(path)).returncode == OK
    assert body_of(fake) == {"schoolId": SCHOOL, "kind": "class", "name": "7B", "externalId": {"system": "visma", "id": "7B 2026 ø"}}


def test_numbers_and_yes_or_no_are_what_JSON_calls_them(fake):
    fake.answer(200, CHANGED)
    words = ["codes", "change", "x", "--version", "1"]
    for more, body in ((["--position", "40", "--retired", "yes", "--sv", "1"], {"position": 40, "retired": True, "labels": {"sv": "1"}}),
                       (["--position=-1", "--retired", "no"], {"position": -1, "retired": False})):
        assert run(fake.url, *words, *more).returncode == OK
        assert body_of(fake) == body
    fake.answer(200, {"data": [], "pageToken": None})
    run(fake.url, "codes", "list", "--retired", "no")
    assert fake.requests[-1][1] == "/v1/codes?retired=false"


@pytest.mark.parametrize("more", [["--position", "x"], ["--position", ""], ["--position", "4.0"], ["--position", "9" * 30], ["--retired", "true"], ["--retired", ""]])
def test_what_is_no_number_and_neither_yes_nor_no_is_refused(fake, more):
    done = run(fake.url, "codes", "change", "x", "--version", "1", *more)
    assert done.returncode == USAGE
    assert more[0].strip("-") in done.stderr
    assert fake.requests == []


def test_what_may_be_given_again_is_a_list_and_no_makes_it_empty(fake):
    fake.answer(200, CHANGED)
    words = ["schools", "change", "x", "--version", "1"]
    for more, modules in ((["--module", "notes"], ["notes"]), (["--module=notes", "--module", "sikker-sak"], ["notes", "sikker-sak"]), (["--no-module"], [])):
        assert run(fake.url, *words, *more).returncode == OK
        assert body_of(fake) == {"modules": modules}
    assert run(fake.url, *words, "--no-module", "--module", "notes").returncode == USAGE
    fake.answer(400, problem(400, errors=[{"in": "body", "name": "/modules/1", "code": "choice", "detail": "No."}]))
    run(fake.url, *words, "--module", "notes")
    assert run(fake.url, *words, "--module", "notes").stderr.splitlines()[-1] == "  --module (/modules/1): No."


def test_a_verb_can_have_three_words(fake):
    fake.answer(200, {"data": [], "pageToken": None})
    assert run(fake.url, "groups", "members", "list", "--group", GROUP).stdout == "No members.\n"
    assert fake.requests[0][1] == f"/v1/group-members?groupId={GROUP}"
    assert "there is: list show add change" in run(fake.url, "groups", "members").stderr
    assert "  add " in run(None, "groups", "members", "--help").stdout


def test_no_makes_a_member_null(fake):
    fake.answer(201, CREATED)
    run(fake.url, *CREATE, "--no-until")
    assert body_of(fake)["enrolledUntil"] is None


def test_no_file_is_given_where_no_makes_a_member_null_that_comes_from_one(fake):
    fake.answer(200, CHANGED)
    words = ["students", "change", "x", "--version", "1"]
    assert run(fake.url, *words, "--no-civic-number").returncode == OK
    assert body_of(fake) == {"civicNumber": None}
    assert run(fake.url, *words, "--no-civic-number-file").returncode == USAGE
    assert run(fake.url, *words, "--no-civic-number", "--civic-number-file", "-").returncode == USAGE
    assert "--no-civic-number for none" in re.sub(r"\s+", " ", run(None, "students", "change", "--help").stdout)


@pytest.mark.parametrize("more", [["--no-until", "--until", "2027-01-01"], ["--no-until", "--no-until"], ["--no-until=x"], ["--no-given"]])
def test_a_member_is_given_once_or_not_at_all(fake, more):
    assert run(fake.url, *CREATE, *more).returncode == USAGE
    assert fake.requests == []


@pytest.mark.parametrize("by_input", [False, True])
def test_a_whole_body_is_sent_and_options_add_to_it(fake, tmp_path, by_input):
    fake.answer(201, CREATED)
    path = tmp_path / "body.json"
    text = json.dumps({"schoolId": SCHOOL, "givenName": "Ola", "familyName": "Ødegård", "enrolledUntil": None})
    path.write_text(text)
    where = ["--body", "-"] if by_input else [f"--body={path}"]
    assert run(fake.url, "students", "create", *where, "--given", "Tuva", stdin=text).returncode == OK
    assert body_of(fake) == {"schoolId": SCHOOL, "givenName": "Tuva", "familyName": "Ødegård", "enrolledUntil": None}


@pytest.mark.parametrize(
    ("text", "said"),
    [("[]", "object"), ("", "line"), ("{", "line 1"), ('{"a": 1,\n"a": 2}', "line 2"), ('{\n\n"Kari": nope}', "line 3"), ('"' + "x" * (1 << 20) + '"', "large")],
)
def test_a_body_that_cannot_be_sent_is_refused_without_repeating_it(fake, text, said):
    done = run(fake.url, "students", "create", "--body", "-", stdin=text)
    assert done.returncode == USAGE
    assert said in done.stderr
    assert "Kari" not in done.stderr
    assert fake.requests == []


def test_a_body_that_is_not_there_is_refused(fake):
    assert run(fake.url, "students", "create", "--body", "/nowhere").returncode == USAGE
    assert run(fake.url, "students", "create", "--body", "/").returncode == USAGE


def test_only_the_choices_of_an_option_are_taken(fake):
    done = run(fake.url, "groups", "create", "--school", SCHOOL, "--name", "7B", "--kind", "klass")
    assert done.returncode == USAGE
    assert done.stderr == "trygg: --kind takes one of: class mentor\n"


@pytest.mark.parametrize("option", ["--external-id", "--subject", "--civic-number", "--token"])
def test_what_may_be_a_civic_number_is_not_taken_from_the_command_line(fake, option):
    done = run(fake.url, "groups", "create", option, "01010001176")
    assert done.returncode == USAGE
    assert "01010001176" not in done.stderr
    assert "-file" in done.stderr


# ---- Searches ---------------------------------------------------------------------------------------------------------------------


def found(*ids, token=None):
    return {"data": [{"id": one, "familyName": "Berg", "givenName": "Tuva", "ground": "S2.role.rektor"} for one in ids], "pageToken": token, "total": 3}


def test_S3_a_search_takes_no_key_and_goes_on_with_the_same_body(fake):
    fake.answer(200, found("a", "b", token="two"))
    fake.answer(200, found("c"))
    done = run(fake.url, "students", "search", "--name", "ola h", "--sort", "-group", "--civic-number-file", "-", stdin="01010001176")
    assert done.returncode == OK
    assert re.search(r"^Found +3$", done.stdout, re.M)
    assert [line.split()[-2] for line in done.stdout.splitlines() if line.startswith("Berg")] == ["a", "b", "c"]
    search = {"name": "ola h", "sort": "-group", "civicNumber": "01010001176"}
    assert [body_of(fake, n) for n in range(2)] == [search, {**search, "pageToken": "two"}]
    for method, path, headers, _ in fake.requests:
        assert (method, path) == ("POST", "/v1/students/search")
        assert "Idempotency-Key" not in headers


def test_S3_the_limit_of_a_search_counts_over_all_pages(fake):
    fake.answer(200, found("a", "b", token="two"))
    done = run(fake.url, "students", "search", "--limit", "3", "--json")
    assert [one["id"] for one in json.loads(done.stdout)["data"]] == ["a", "b", "a"]
    assert [body_of(fake, n) for n in range(2)] == [{"limit": 3}, {"limit": 1, "pageToken": "two"}]


def test_X1_a_search_that_was_lost_is_sent_once_more(fake):
    fake.drop()
    fake.answer(200, found())
    assert run(fake.url, "students", "search").returncode == OK
    assert len(fake.requests) == 2


def test_X3_a_wrong_field_of_a_search_is_named_by_its_option(fake):
    fake.answer(400, problem(400, errors=[{"in": "body", "name": "/limit", "code": "too-large", "detail": "No."}]))
    assert run(fake.url, "students", "search").stderr.splitlines()[-1] == "  --limit (/limit): No."


# ---- X2: versions -----------------------------------------------------------------------------------------------------------------


def test_X2_a_change_names_the_version_given(fake):
    fake.answer(200, CHANGED)
    done = run(fake.url, *CHANGE, "--version", "2")
    assert done.returncode == OK
    [(method, path, headers, body)] = fake.requests
    assert (method, path) == ("PATCH", f"/v1/groups/{GROUP}")
    assert headers["If-Match"] == '"2"'
    assert headers["Content-Type"] == "application/merge-patch+json"
    assert "Idempotency-Key" not in headers
    assert json.loads(body) == {"name": "8B"}


def test_X2_without_a_version_the_one_that_is_there_now_is_read_first(fake):
    fake.answer(200, {"id": GROUP, "version": 7}, {"ETag": '"7"'})
    fake.answer(200, CHANGED)
    done = run(fake.url, *CHANGE)
    assert done.returncode == OK
    assert [(request[0], request[1]) for request in fake.requests] == [("GET", f"/v1/groups/{GROUP}"), ("PATCH", f"/v1/groups/{GROUP}")]
    assert "If-Match" not in fake.requests[0][2]
    assert fake.requests[1][2]["If-Match"] == '"7"'
    assert re.search(r"^Version +3$", done.stdout, re.M)


def test_X2_what_cannot_be_read_is_not_changed(fake):
    fake.answer(404, problem(404))
    assert run(fake.url, *CHANGE).returncode == NOT_FOUND
    assert [request[0] for request in fake.requests] == ["GET"]


@pytest.mark.parametrize("headers", [{}, {"ETag": '"' + "7" * 500 + '"'}])
def test_X2_without_an_etag_nothing_is_changed(fake, headers):
    fake.answer(200, {"id": GROUP}, headers)
    assert run(fake.url, *CHANGE).returncode == SERVER
    assert [request[0] for request in fake.requests] == ["GET"]


@pytest.mark.parametrize("version", ["", "x", "-1", "1\r\nX: y", '"1"', "1" * 20])
def test_X2_a_version_is_a_number(fake, version):
    assert run(fake.url, *CHANGE, f"--version={version}").returncode == USAGE
    assert fake.requests == []


def test_X2_somebody_else_was_first_is_a_conflict(fake):
    fake.answer(412, problem(412, "Somebody else was first"))
    assert run(fake.url, *CHANGE, "--version", "2").returncode == CONFLICT


@pytest.mark.parametrize("lost", [True, False])
def test_X2_a_change_is_not_sent_twice_and_its_fate_is_told(fake, lost):
    """Sent again after it was stored, it would be answered as if somebody else had been first."""
    if lost:
        fake.drop()
    else:
        fake.answer(503, problem(503))
    done = run(fake.url, *CHANGE, "--version", "2")
    assert done.returncode == (UNREACHABLE if lost else SERVER)
    assert len(fake.requests) == 1
    assert "read it again" in done.stderr


# ---- Wrong fields -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "field", "told"),
    [
        (CREATE, ("body", "/familyName"), "--family (/familyName)"),
        (CREATE, ("body", "/civicNumber"), "--civic-number-file (/civicNumber)"),
        (CREATE, ("body", "/family"), "body /family"),
        (CREATE, ("header", "Idempotency-Key"), "--idempotency-key (Idempotency-Key)"),
        (CREATE, ("query", "given"), "query given"),
        (["groups", "create", "--body", "-"], ("body", "/externalId/id"), "--external-id-file (/externalId/id)"),
        (["groups", "create", "--body", "-"], ("body", "/externalId"), "body /externalId"),
        ([*CHANGE, "--version", "1"], ("header", "If-Match"), "--version (If-Match)"),
        (["groups", "show", "x"], ("path", "groupId"), "ID (groupId)"),
        (["groups", "show", "x"], ("path", "studentId"), "path studentId"),
        (["students", "list"], ("query", "schoolId"), "--school (schoolId)"),
        (["students", "list"], ("query", "limit"), "--limit (limit)"),
        (["students", "list"], ("body", "/schoolId"), "body /schoolId"),
    ],
)
def test_X3_a_wrong_field_is_named_by_the_option_that_carries_it(fake, words, field, told):
    detail = "Värdet är för kort."
    fake.answer(400, problem(400, errors=[{"in": field[0], "name": field[1], "code": "too-short", "detail": detail}]))
    done = run(fake.url, *words, stdin="{}")
    assert done.returncode == BAD_INPUT
    assert done.stderr.splitlines()[-1] == f"  {told}: {detail}"


@pytest.mark.parametrize("errors", [7, [7], [None, {}], [{"in": 1, "name": [], "detail": {}}], {"in": "body"}, [{"in": "body", "name": "/" * 500}],
                                    [{"in": "body", "name": "/" + "a/" * 200}], [{"in": "path", "name": "}"}]])
def test_no_list_of_wrong_fields_makes_trouble(fake, errors):
    fake.answer(400, problem(400, errors=errors))
    assert run(fake.url, *CHANGE, "--version", "1").returncode == BAD_INPUT


def test_a_code_stands_in_for_a_sentence_that_is_missing(fake):
    fake.answer(400, problem(400, errors=[{"in": "body", "name": "/givenName", "code": "too-short"}]))
    assert run(fake.url, *CREATE).stderr.splitlines()[-1] == "  --given (/givenName): too-short"


# ---- Names ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_input", [False, True])
def test_a_name_to_search_for_can_come_from_a_file(fake, tmp_path, by_input):
    fake.answer(200, {"total": 0, "data": [], "pageToken": None})
    path = tmp_path / "name"
    path.write_text("ola ødeg\n")
    where = "-" if by_input else str(path)
    assert run(fake.url, "students", "search", "--name-file", where, "--sort", "group", stdin="ola ødeg\n").returncode == OK
    assert body_of(fake) == {"name": "ola ødeg", "sort": "group"}
    done = run(fake.url, "students", "search", "--name-file", where, "--name", "ola", stdin="x")
    assert done.returncode == USAGE
    assert "name-file" in done.stderr or "name" in done.stderr
    assert len(fake.requests) == 1


def test_help_says_how_names_stay_off_the_command_line_and_what_a_change_reads():
    def told(*words):
        return re.sub(r"\s+", " ", run(None, *words, "--help").stdout)

    assert "everyone on this machine can read a command line" in told()
    assert "keeps names off the command line" in told("students", "create")
    assert "read first, and that leaves a row in the log too" in told("groups", "change")


# ---- The log ----------------------------------------------------------------------------------------------------------------------


def test_V1_a_row_tells_its_object_and_fits_a_screen(fake):
    row = {"id": "A" * 88, "at": "2026-11-21T22:24:10.961Z", "actor": {"kind": "person", "personId": SCHOOL}, "client": "trygg-local", "operation": "changeGroupMember",
           "objectKind": "groupMember", "objectId": GROUP, "studentId": None, "shownStudents": 0, "outcome": "allowed", "ground": "M1.role.rektor"}
    fake.answer(200, {"data": [row, {**row, "studentId": SCHOOL, "objectKind": None, "objectId": None}], "pageToken": None})
    lines = run(fake.url, "activity", "organisation").stdout.splitlines()
    assert len(lines) == 6
    assert max(map(len, lines)) <= 120
    assert lines[0].split() == ["WHEN", "WHO", "OPERATION", "OUTCOME", "GROUND"]
    assert lines[1].split() == ["OBJECT", "STUDENT", "SHOWN", "CLIENT"] and lines[1].startswith("  OBJECT ")
    assert lines[2].split() == ["2026-11-21T22:24:10.961Z", "person", SCHOOL, "changeGroupMember", "allowed", "M1.role.rektor"]
    assert lines[3].split() == ["groupMember", GROUP, "0", "trygg-local"]
    assert lines[5].split() == [SCHOOL, "0", "trygg-local"] and lines[5].index(SCHOOL) == lines[1].index("STUDENT")
    named = run(fake.url, "activity", "organisation", "--ids").stdout.splitlines()
    assert named[2::3] == ["  ROW", "  " + "A" * 88, "  " + "A" * 88]
    assert named[0::3] == lines[0::2] and named[1::3] == lines[1::2]


# ---- What is struck ---------------------------------------------------------------------------------------------------------------

STRUCK = {"at": "2026-11-01T10:00:00Z", "by": {"name": "Kari"}, "reason": None}


@pytest.mark.parametrize(("words", "text"), [("hendelser list", "text"), ("documents list", "name")])
def test_P10_a_row_without_its_text_says_that_it_is_struck(fake, words, text):
    rows = [{"id": "1", text: "Alone.", "struck": None}, {"id": "2", text: None, "struck": STRUCK}, {"id": "3", text: "Seen by the rektor.", "struck": STRUCK},
            {"id": "4", text: None, "struck": None}]  # fmt: skip
    fake.answer(200, {"data": rows, "pageToken": None})
    done = run(fake.url, *words.split(), "x")
    assert done.returncode == OK and done.stdout.count("(struck)") == 1
    lines = done.stdout.splitlines()
    seen = lines[3::2] if text == "text" else lines[1:]
    assert [line.strip().startswith(word) for line, word in zip(seen, ["Alone.", "(struck)", "Seen by the rektor."])] == [True] * 3


# ---- Help and suggestions ---------------------------------------------------------------------------------------------------------


def test_help_leads_to_every_verb_and_every_option():
    done = run(None, "--help")
    assert done.returncode == OK
    for words in ("me  ", "students  ", "list, ", "--server URL", "--profile NAME", "--json", "exit codes", "token_command"):
        assert words in done.stdout
    assert done.stdout == run(None, "help").stdout == run(None, "-h").stdout
    done = run(None, "students", "--help")
    assert done.returncode == OK
    for words in ("  list ", "  show ID ", "  create ", "example:\n  trygg students "):
        assert words in done.stdout
    done = run(None, "students", "create", "--help")
    assert done.returncode == OK
    for option in ("--school ID", "--civic-number-file FILE", "--idempotency-key KEY", "--body FILE", "(required)", "--no-until"):
        assert option in done.stdout
    assert "class, mentor" in run(None, "help", "groups", "create").stdout
    assert "--version N" in run(None, "groups", "change", "-h").stdout
    assert re.fullmatch(r"trygg \d+\.\d+\.\d+\n", run(None, "--version").stdout)


CASES = ["trygg codes list --list case-category"]


@pytest.mark.parametrize(("words", "wanted"), [
    ("hendelser add", ["trygg codes list --list hendelse-kind", *CASES]), ("hendelser amend", ["trygg codes list --list hendelse-kind", *CASES]),
    ("personsaker open", ["trygg codes list --list sakstype", *CASES]), ("personsaker change", ["trygg codes list --list sakstype", *CASES]),
    ("proposals create", ["trygg codes list --list sakstype"]), ("proposals accept", ["trygg codes list --list sakstype", *CASES]),
    ("personsaker remove-handler", ["take a medsaksbehandler off it, at once"]),
    ("hendelser add-to-student", ["always refused: says how a personsak comes first"]),
])  # fmt: skip
def test_help_says_where_codes_stand_and_what_a_verb_does(fake, words, wanted):
    fake.answer(200, {"data": [], "pageToken": None})
    told = re.sub(r"\s+", " ", run(None, *words.split(), "--help").stdout)
    for text in wanted:
        assert text in told
        if text.startswith("trygg "):
            assert run(fake.url, *text.split()[1:]).returncode == OK


def test_no_line_of_help_is_wider_than_a_screen():
    verbs = json.loads(run(None, "completion", "list").stdout)["verbs"]
    asked = {tuple(verb["words"][:n]) for verb in verbs for n in range(len(verb["words"]) + 1)}
    for words in asked:
        done = run(None, *words, "--help")
        assert done.returncode == OK, words
        for line in done.stdout.splitlines():
            assert len(line) <= 120 or line.startswith("  trygg "), line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["studnets", "list"], "did you mean students?"), (["student"], "did you mean students?"), (["students", "lst"], "did you mean list?"),
        (["students", "craete"], "did you mean create"), (["groups", "chang", "x"], "did you mean change?"),
        (["students", "qqqqq"], "there is: list "), (["students"], "there is: list "), (["zzzzzzzz"], "there is: me "),
        (["students", "list", "--scool", "x"], "did you mean --school?"), (["me", "--jsn"], "did you mean --json?"),
        (["students", "x" * 5000], "there is: list "), (["cases"], "did you mean me cases?"), (["list"], "there is: me "),
    ],
)  # fmt: skip
def test_what_was_probably_meant_is_said(fake, words, told):
    done = run(fake.url, *words)
    assert done.returncode == USAGE
    assert told in done.stderr
    assert fake.requests == []


@pytest.mark.parametrize("words", [["-x"], ["students", "list", "-l"], ["groups", "show", "a", "b"], ["groups", "change"]])
def test_what_is_not_understood_is_usage(fake, words):
    assert run(fake.url, *words).returncode == USAGE
    assert fake.requests == []


def test_after_two_dashes_all_are_words(fake):
    fake.answer(404, problem(404))
    run(fake.url, "groups", "show", "--", "--json")
    assert fake.requests[0][1] == "/v1/groups/--json"


@pytest.mark.parametrize("status", [200, 204])
def test_an_answer_without_content_is_taken_where_it_may_be(fake, status):
    fake.answer(status, b"")
    done = run(fake.url, *CHANGE, "--version", "1", "--json")
    assert done.returncode == (OK if status == 204 else SERVER)
    assert done.stdout == ""


# ---- Any answer -------------------------------------------------------------------------------------------------------------------

ODD = [
    {}, {"data": {}}, {"data": [None, 7, "x", [], {}], "pageToken": 7}, {"data": [{"id": {"id": [1]}, "groups": [[[[[[[[[[["deep"]]]]]]]]]]]}]},
    {"results": [], "id": None, "version": 1.5, "memberships": "x", "enrolments": [True, {"from": {}}], "links": 3, "labels": []},
]  # fmt: skip


@pytest.mark.parametrize("status", [200, 404])
def test_no_answer_brings_any_verb_down(fake, tmp_path, status):
    path = tmp_path / "body.txt"
    path.write_text('{"name": "x"}')
    verbs = json.loads(run(None, "completion", "list").stdout)["verbs"]
    for verb in verbs:
        words = verb["words"] + ["-" if name == "[FILE]" else str(path) for name in verb["arguments"]] + (["--version", "1"] if verb["versionPath"] else [])
        words += ["--body", str(path)] if verb["body"] and not verb["file"] else []
        words += [f"--{option['name']}=x" for option in verb["options"] if option["required"] and option["in"] == "query"]
        for body in ODD if verb["method"] else []:
            fake.answers.clear()
            fake.answer(status, body)
            done = run(fake.url, *words)
            assert 0 <= done.returncode <= 9 and done.returncode not in (1, 2), (words, body, done.stderr)
            assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr


# ---- What a newcomer stumbles over ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json"])
def test_of_the_log_the_newest_fifty_are_shown_unless_more_is_asked_for(fake, form):
    more = ["--json"] * (form == "json")
    words = ["activity", "organisation", *more]
    fake.answer(200, {"data": [{"id": str(n)} for n in range(50)], "pageToken": "next"})
    done = run(fake.url, *words)
    assert [request[1] for request in fake.requests] == ["/v1/organisation/activity?limit=50"]
    assert (done.returncode, done.stderr) == (OK, "trygg: the newest 50; more: --limit N or --all\n")
    assert run(fake.url, *words, "--limit", "50").stderr == ""
    assert run(fake.url, *words, "--all", "--limit", "50").returncode == USAGE


def test_all_of_the_log_is_all_of_it(fake):
    fake.answer(200, {"data": [{"id": str(n)} for n in range(100)], "pageToken": "next"})
    fake.answer(200, {"data": [{"id": "last"}]})
    done = run(fake.url, "activity", "organisation", "--all", "--json")
    assert (len(json.loads(done.stdout)["data"]), done.stderr) == (101, "")
    assert run(fake.url, "activity", "organisation").stderr == ""  # all there is fits


@pytest.mark.parametrize("more", [[], ["--version", "1"], ["--body", "-"]])
def test_a_change_of_nothing_is_a_usage_error(fake, more):
    done = run(fake.url, "groups", "change", "x", *more, stdin="{}")
    assert (done.returncode, done.stderr) == (USAGE, "trygg: there is nothing to change; see trygg groups change --help\n")
    assert fake.requests == []


def test_all_that_is_missing_is_named_with_dashes():
    done = run(None, "students", "create", "--given", "Tuva")
    assert (done.returncode, done.stderr) == (USAGE, "trygg: missing: --school, --family; see trygg students create --help\n")
    assert "'--givn'" in run(None, "students", "create", "--givn", "x").stderr


def test_help_says_that_modules_are_replaced_and_how_a_file_looks():
    assert "--module replaces the whole set" in run(None, "schools", "--help").stdout
    assert '{"items": [...]}' in run(None, "provision", "groups", "--help").stdout
