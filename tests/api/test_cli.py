# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg`: exit codes, secrets, retries, lists and output, against a fake server and against the real daemon."""

import json
import re
import socket
import subprocess
import uuid

import pytest

from cli import (BAD_INPUT, CONFLICT, CREATE, CREATED, FORBIDDEN, LOCAL, LOGIN, NOT_FOUND, OK, SCHOOL, SERVER, STUDENT, UNREACHABLE, USAGE,
                 fake, find_client, problem, run)  # noqa: F401


# ---- Exit codes and problems ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, BAD_INPUT), (401, LOGIN), (403, FORBIDDEN), (404, NOT_FOUND), (405, BAD_INPUT), (409, CONFLICT), (412, CONFLICT),
        (413, BAD_INPUT), (415, BAD_INPUT), (422, BAD_INPUT), (428, CONFLICT), (429, SERVER), (500, SERVER), (503, SERVER),
    ],
)  # fmt: skip
def test_every_kind_of_problem_has_its_exit_code_and_is_told_on_standard_error(fake, status, code):
    fake.answer(status, problem(status), content_type="application/problem+json")
    done = run(fake.url, "students", "show", STUDENT)
    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr == "trygg: Not found\n  There is nothing here that you may see.\n"


def test_every_wrong_field_is_told(fake):
    errors = [
        {"in": "body", "name": "/givenName", "code": "too-short", "detail": "The value is too short."},
        {"in": "body", "name": "/shoe", "code": "unknown", "detail": "This is not part of the contract."},
    ]
    fake.answer(400, problem(400, errors=errors))
    done = run(fake.url, *CREATE)
    assert done.returncode == BAD_INPUT
    assert "\n  --given (/givenName): The value is too short.\n" in done.stderr
    assert "\n  body /shoe: This is not part of the contract.\n" in done.stderr


def test_L3_a_challenge_says_which_login_is_wanted(fake):
    challenge = 'Bearer error="insufficient_user_authentication", acr_values="idporten-loa-high bankid", max_age=3600'
    fake.answer(401, problem(401), {"WWW-Authenticate": challenge})
    done = run(fake.url, "students", "list")
    assert done.returncode == LOGIN
    assert "  wanted login: acr idporten-loa-high bankid\n" in done.stderr
    assert "  not older than: 3600 seconds\n" in done.stderr


def test_with_json_a_problem_is_printed_as_it_is(fake):
    fake.answer(404, problem(404))
    done = run(fake.url, "students", "show", STUDENT, "--json")
    assert done.returncode == NOT_FOUND
    assert json.loads(done.stderr) == problem(404)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "sv_SE.UTF-8"}, "sv"), ({"LANG": "nb_NO.UTF-8"}, "nb"), ({"LANG": "nn_NO"}, "nb"), ({"LANG": "svx"}, "en"),
        ({"LANG": "sv_SE", "LC_MESSAGES": "nb_NO"}, "nb"), ({"LANG": "sv_SE", "LC_ALL": "C"}, "en"), ({}, "en"),
    ],
)  # fmt: skip
def test_X6_the_language_of_the_locale_is_asked_for(fake, environment, language):
    fake.answer(200, {"name": "trygg"})
    run(fake.url, "api", **{"LC_ALL": "", **environment})
    assert fake.requests[0][2]["Accept-Language"] == language


def test_a_server_that_is_not_there_is_not_reachable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = run(f"http://127.0.0.1:{port}", "me")
    assert done.returncode == UNREACHABLE
    assert "cannot be reached" in done.stderr


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"id": 1, "id": 2}', b'{"name": "\xff"}'])
def test_an_answer_that_is_not_the_json_of_the_contract_is_server_trouble(fake, body):
    fake.answer(200, body)
    done = run(fake.url, "api")
    assert done.returncode == SERVER
    assert done.stdout == ""


def test_a_list_without_its_data_is_server_trouble(fake):
    fake.answer(200, {"pageToken": None})
    assert run(fake.url, "students", "list").returncode == SERVER


# ---- Secrets ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--token", "s3cret"], ["--token=s3cret"]])
def test_no_token_is_taken_from_the_command_line_nor_repeated(fake, arguments):
    done = run(fake.url, "me", *arguments)
    assert done.returncode == USAGE
    assert "s3cret" not in done.stderr
    assert fake.requests == []


@pytest.mark.parametrize("arguments", [["--civic-number", "01010001176"], ["--civic-number=01010001176"]])
def test_no_civic_number_is_taken_from_the_command_line_nor_repeated(fake, arguments):
    done = run(fake.url, *CREATE, *arguments)
    assert done.returncode == USAGE
    assert "01010001176" not in done.stderr
    assert fake.requests == []


def test_the_token_comes_from_the_file_named_first(fake, tmp_path):
    fake.answer(200, {"id": "x"})
    given, other = tmp_path / "given", tmp_path / "other"
    for path, text in ((given, "from-option\n"), (other, "from-file\n")):
        path.write_text(text)
        path.chmod(0o600)
    run(fake.url, "me", "--token-file", str(given), token="from-environment", TRYGG_TOKEN_FILE=str(other))
    run(fake.url, "me", token="from-environment", TRYGG_TOKEN_FILE=str(other))
    run(fake.url, "me", token="from-environment")
    run(fake.url, "me", "--token-file", "-", token=None, stdin="from-input\n")
    sent = [request[2]["Authorization"] for request in fake.requests]
    assert sent == ["Bearer from-option", "Bearer from-file", "Bearer from-environment", "Bearer from-input"]


@pytest.mark.parametrize("token", ["two\nlines", "with space", "tab\t", "ø", "x" * 8193])
def test_a_token_that_could_break_out_of_its_header_is_refused(fake, tmp_path, token):
    path = tmp_path / "token"
    path.write_text(token)
    path.chmod(0o600)
    for done in (run(fake.url, "me", "--token-file", str(path)), run(fake.url, "me", token=token)):
        assert done.returncode == USAGE
        assert token not in done.stderr
    assert fake.requests == []


def test_an_open_verb_sends_no_token(fake):
    fake.answer(200, {"name": "trygg", "version": "0.1.0"})
    done = run(fake.url, "api")
    assert done.returncode == OK
    assert "Authorization" not in fake.requests[0][2]
    assert "Service  " in done.stdout and "trygg" in done.stdout


def test_the_civic_number_goes_from_its_file_into_the_body(fake, tmp_path):
    fake.answer(201, CREATED)
    path = tmp_path / "number"
    path.write_text("01010001176\n")
    assert run(fake.url, *CREATE, "--civic-number-file", str(path)).returncode == OK
    assert run(fake.url, *CREATE, "--civic-number-file", "-", stdin="01010001176").returncode == OK
    for method, target, _, body in fake.requests:
        assert (method, target) == ("POST", "/v1/students")
        assert json.loads(body)["civicNumber"] == "01010001176"


def test_standard_input_is_one_secret_only(fake):
    done = run(fake.url, *CREATE, "--civic-number-file", "-", "--token-file", "-", stdin="x")
    assert done.returncode == USAGE


# ---- Where the token may go -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "server",
    [
        "http://example.org", "http://127.0.0.1.example.org", "http://localhost.example.org", "http://10.0.0.1", "http://[::2]",
        "ftp://127.0.0.1", "file:///etc/passwd", "https://user@example.org", "https://user:pass@example.org",
        "https://example.org/?a=b", "https://example.org/#a", "127.0.0.1:8080", "", "http://", "https://exa mple.org",
    ],
)  # fmt: skip
def test_only_https_or_this_machine_is_a_server(server):
    assert run(server, "me").returncode == USAGE


def test_no_proxy_gets_a_token_for_this_machine(fake):
    fake.answer(200, {"id": "x"})
    proxies = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}
    assert run(fake.url, "me", **proxies).returncode == OK


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(fake, status):
    fake.answer(status, b"", {"Location": fake.url + "/elsewhere"})
    done = run(fake.url, "me")
    assert done.returncode == SERVER
    assert [request[1] for request in fake.requests] == ["/v1/me"]


@pytest.mark.parametrize(("given", "sent"), [("../me", "..%2Fme"), ("a?b=c#d", "a%3Fb%3Dc%23d"), ("a b\r\nX: y", "a%20b%0D%0AX%3A%20y")])
def test_an_id_cannot_leave_its_place_in_the_path(fake, given, sent):
    fake.answer(404, problem(404))
    run(fake.url, "students", "show", given)
    assert fake.requests[0][1] == f"/v1/students/{sent}"


def test_an_id_of_two_dots_stays_where_it_is(fake):
    fake.answer(404, problem(404))
    run(fake.url, "students", "show", "..")
    assert fake.requests[0][1] == "/v1/students/.."


@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_over_four_mebibytes_is_given_up(fake, chunked):
    body = b'{"name": "' + b"x" * (4 << 20) + b'"}'
    if chunked:
        fake.answer(200, b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), {"Transfer-Encoding": "chunked", "Content-Length": None})
    else:
        fake.answer(200, body)
    done = run(fake.url, "api")
    assert done.returncode == SERVER
    assert "larger" in done.stderr
    assert done.stdout == ""


# ---- X1: safe retries -------------------------------------------------------------------------------------------------------------


def keys(fake):
    return [request[2]["Idempotency-Key"] for request in fake.requests]


def test_X1_every_create_has_a_key_of_its_own(fake):
    fake.answer(201, CREATED)
    run(fake.url, *CREATE)
    run(fake.url, *CREATE)
    first, second = keys(fake)
    assert first != second
    for key in (first, second):
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", key)


def test_X1_a_lost_connection_is_tried_once_more_with_the_same_key(fake):
    fake.drop()
    fake.answer(201, CREATED)
    done = run(fake.url, *CREATE)
    assert done.returncode == OK
    first, second = keys(fake)
    assert first == second
    assert fake.requests[0][3] == fake.requests[1][3]


def test_X1_a_503_is_tried_once_more_with_the_same_key_and_then_the_key_is_told(fake):
    fake.answer(503, problem(503, "Try again shortly"))
    done = run(fake.url, *CREATE)
    assert done.returncode == SERVER
    assert len(fake.requests) == 2
    first, second = keys(fake)
    assert first == second
    assert first in done.stderr


def test_X1_a_lost_connection_twice_tells_the_key(fake):
    fake.drop()
    done = run(fake.url, *CREATE)
    assert done.returncode == UNREACHABLE
    assert len(fake.requests) == 2
    assert keys(fake)[0] in done.stderr


def test_X1_the_key_of_an_earlier_try_is_sent_as_it_is(fake):
    fake.answer(201, CREATED)
    run(fake.url, *CREATE, "--idempotency-key", "monday-1")
    assert keys(fake) == ["monday-1"]


@pytest.mark.parametrize("key", ["", "a b", "a\r\nX: y", "ø", "x" * 129])
def test_X1_a_key_that_the_contract_does_not_take_is_refused(fake, key):
    assert run(fake.url, *CREATE, "--idempotency-key", key).returncode == USAGE
    assert fake.requests == []


def test_a_refusal_is_not_tried_again(fake):
    fake.answer(403, problem(403))
    run(fake.url, *CREATE)
    assert len(fake.requests) == 1


# ---- Lists ------------------------------------------------------------------------------------------------------------------------


def card(n):
    return {"id": f"id-{n}", "version": 1, "givenName": "Tuva", "familyName": f"No {n}", "ground": "S2.role.rektor"}


def test_a_list_is_read_to_its_end_and_the_page_token_stands_alone(fake):
    fake.answer(200, {"data": [card(1), card(2)], "pageToken": "two/+&"})
    fake.answer(200, {"data": [card(3)], "pageToken": None})
    done = run(fake.url, "students", "list", "--school", SCHOOL, "--json")
    assert [student["id"] for student in json.loads(done.stdout)["data"]] == ["id-1", "id-2", "id-3"]
    assert [request[1] for request in fake.requests] == [f"/v1/students?schoolId={SCHOOL}", "/v1/students?pageToken=two%2F%2B%26"]


def test_a_limit_counts_over_all_pages(fake):
    fake.answer(200, {"data": [card(1), card(2)], "pageToken": "two"})
    done = run(fake.url, "students", "list", "--limit", "3", "--json")
    assert [student["id"] for student in json.loads(done.stdout)["data"]] == ["id-1", "id-2", "id-1"]
    assert [request[1] for request in fake.requests] == ["/v1/students?limit=3", "/v1/students?limit=1&pageToken=two"]


def test_a_list_that_breaks_off_prints_nothing(fake):
    fake.answer(200, {"data": [card(1)], "pageToken": "two"})
    fake.answer(500, problem(500))
    done = run(fake.url, "students", "list")
    assert done.returncode == SERVER
    assert done.stdout == ""


def test_an_empty_list_says_so(fake):
    fake.answer(200, {"data": [], "pageToken": None})
    assert run(fake.url, "students", "list").stdout == "No students.\n"


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1x", "", "9999999"])
def test_a_limit_is_a_number(fake, limit):
    assert run(fake.url, "students", "list", f"--limit={limit}").returncode == USAGE
    assert fake.requests == []


# ---- Output -----------------------------------------------------------------------------------------------------------------------

STEERING = "Tu\x1b[2Jva\u009b31m\u202eX\x7f\r\n"


def test_no_answer_can_steer_the_terminal(fake):
    fake.answer(200, {**card(1), "givenName": STEERING})
    done = run(fake.url, "students", "show", STUDENT)
    shown = done.stdout.replace("\n", "")
    assert all(character.isprintable() for character in shown)
    assert "Tu\\u001b[2Jva\\u009b31m\\u202eX\\u007f\\u000d\\u000a No 1" in shown


def test_no_problem_can_steer_the_terminal(fake):
    errors = [{"in": STEERING, "name": STEERING, "code": STEERING, "detail": STEERING}]
    fake.answer(400, problem(400, STEERING, STEERING, errors=errors))
    done = run(fake.url, *CREATE)
    assert all(character.isprintable() for character in done.stderr.replace("\n", ""))


def test_json_means_the_same_and_steers_nothing(fake):
    answer = {**card(1), "givenName": STEERING, "familyName": "Bjørkely \\ \" 𝄞"}
    fake.answer(200, answer)
    done = run(fake.url, "students", "show", STUDENT, "--json")
    assert json.loads(done.stdout) == answer
    assert all(character.isprintable() for character in done.stdout.replace("\n", ""))
    assert "Bjørkely" in done.stdout


def test_columns_are_aligned_by_characters_not_bytes(fake):
    students = [{**card(1), "familyName": "Ødegård"}, {**card(2), "familyName": "Lie"}]
    fake.answer(200, {"data": students, "pageToken": None})
    lines = run(fake.url, "students", "list").stdout.splitlines()
    assert len({line.index("id-") for line in lines[1:]} | {lines[0].index("ID")}) == 1


def test_output_that_cannot_be_written_is_an_error(fake):
    fake.answer(200, {"name": "trygg"})
    with open("/dev/full", "w") as full:
        env = {"TRYGG_SERVER": fake.url}
        done = subprocess.run([find_client(), "api"], env=env, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == LOCAL


# ---- The command line -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["students"], ["nothing"], ["students", "nothing"], ["students", "show"], ["students", "show", ""], ["me", "more"],
        ["students", "show", "a", "b"], ["me", "--nothing"], ["me", "--school", "x"], ["me", "--json=yes"], ["me", "--server"],
        ["me", "--token-file", "a", "--token-file", "b"], CREATE[:-2], ["students", "list", "--school"],
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_usage_and_asks_nothing(fake, arguments):
    done = run(fake.url, *arguments)
    assert done.returncode == USAGE
    assert done.stderr.startswith("trygg: ")
    assert fake.requests == []


def test_a_server_is_needed():
    assert run(None, "me").returncode == USAGE


def test_the_option_for_the_server_comes_first(fake):
    fake.answer(200, {"name": "trygg"})
    assert run("http://127.0.0.1:9", "--server", fake.url, "api").returncode == OK


# ---- With the real daemon ---------------------------------------------------------------------------------------------------------


def ask(daemon, who, *args, strong=True, **options):
    return run(daemon.url, *args, token=daemon.token(who, strong=strong), **options)


def create(daemon, who, *args, school="aas", **options):
    given, family = f"Ny{uuid.uuid4().hex[:10]}", f"Xq{uuid.uuid4().hex[:10]}"
    daemon.remember({"givenName": given, "familyName": family})
    words = ["students", "create", "--school", daemon.id("school", school), "--given", given, "--family", family, *args]
    return given, family, ask(daemon, who, *words, **options)


def created_id(done):
    assert done.returncode == OK, done.stderr
    return json.loads(done.stdout)["id"]


def test_daemon_api_info_is_shown_without_a_token(daemon):
    done = run(daemon.url, "api", token=None)
    assert done.returncode == OK
    assert "trygg" in done.stdout


def test_daemon_L2_me_is_shown_to_a_basic_login(daemon):
    done = ask(daemon, "kari", "me", strong=False)
    assert done.returncode == OK
    assert re.search(r"^contactTeacher +Qaas skole +", done.stdout, re.M)
    assert re.search(r"^Strong login +no$", done.stdout, re.M)


def test_daemon_L3_a_basic_login_is_told_which_login_is_wanted(daemon):
    done = ask(daemon, "kari", "students", "list", strong=False)
    assert done.returncode == LOGIN
    assert "wanted login: acr idporten-loa-high\n" in done.stderr
    assert "not older than: 3600 seconds\n" in done.stderr


def test_daemon_L1_no_token_and_a_bad_token_are_login(daemon):
    assert run(daemon.url, "me", token=None).returncode == LOGIN
    assert run(daemon.url, "me", token="a.b.c").returncode == LOGIN


def test_daemon_S1_S2_what_a_contact_teacher_creates_she_reads_and_lists(daemon):
    given, family, done = create(daemon, "kari", "--group", daemon.id("group", "5a"))
    assert done.returncode == OK, done.stderr
    student = re.search(r"^Student +(\S+)$", done.stdout, re.M).group(1)
    assert re.search(r"^Ground +S1\.role\.contactTeacher$", done.stdout, re.M)
    done = ask(daemon, "kari", "students", "show", student)
    assert re.search(rf"^Name +{given} {family}$", done.stdout, re.M)
    assert re.search(r"^Groups +Qklasse5A$", done.stdout, re.M)
    assert re.search(r"^Ground +S2\.tie\.contactTeacher$", done.stdout, re.M)
    assert student in ask(daemon, "kari", "students", "list").stdout


def test_daemon_S2_the_unseen_and_the_absent_are_told_in_the_same_words(daemon):
    student = created_id(create(daemon, "kari", "--json")[2])
    unseen = ask(daemon, "teacher-untied", "students", "show", student, "--json")
    absent = ask(daemon, "teacher-untied", "students", "show", str(uuid.uuid4()), "--json")
    assert unseen.returncode == absent.returncode == NOT_FOUND
    assert unseen.stderr == absent.stderr
    assert student not in ask(daemon, "teacher-untied", "students", "list").stdout


def test_daemon_S3_a_guardian_may_not_list(daemon):
    assert ask(daemon, "guardian", "students", "list").returncode == FORBIDDEN


def test_daemon_X3_a_wrong_field_is_named(daemon):
    done = ask(daemon, "rektor", "students", "create", "--school", "no-id", "--given", "A", "--family", "B")
    assert done.returncode == BAD_INPUT
    assert "/schoolId" in done.stderr


def test_daemon_X1_the_same_key_makes_one_student_and_another_body_is_refused(daemon):
    words = ["--idempotency-key", str(uuid.uuid4()), "--json"]
    given, family, first = create(daemon, "rektor", *words)
    same = ["students", "create", "--school", daemon.id("school", "aas"), "--given", given, "--family", family, *words]
    assert created_id(ask(daemon, "rektor", *same)) == created_id(first)
    assert create(daemon, "rektor", *words)[2].returncode == BAD_INPUT


def test_daemon_S1_a_civic_number_is_set_from_a_file_and_known_the_second_time(daemon, tmp_path):
    path = tmp_path / "number"
    path.write_text("05050005285\n")  # nobody's: a day of birth in 1900
    daemon.remember({"civicNumber": "05050005285"})
    student = created_id(create(daemon, "rektor", "--civic-number-file", str(path), "--json")[2])
    assert re.search(r"^Civic number +05050005285$", ask(daemon, "rektor", "students", "show", student).stdout, re.M)
    assert create(daemon, "rektor", "--civic-number-file", str(path))[2].returncode == CONFLICT


def test_daemon_S3_a_list_of_several_pages_is_whole(daemon):
    made = {daemon.create_student(who="rektor").json()["id"] for _ in range(51)}
    done = ask(daemon, "rektor", "students", "list", "--json")
    listed = [student["id"] for student in json.loads(done.stdout)["data"]]
    assert len(listed) == len(set(listed))
    assert made <= set(listed)


def test_daemon_X6_problems_come_in_the_language_of_the_locale(daemon):
    done = ask(daemon, "rektor", "students", "show", str(uuid.uuid4()), LC_ALL="sv_SE.UTF-8")
    assert done.stderr.startswith("trygg: Hittades inte\n")
