# SPDX-License-Identifier: EUPL-1.2
"""The edge of the daemon, spoken to in raw bytes: what frames a request, what is refused before any rule is asked, and that neither
leaves anything behind. After every test the same daemon must still answer. What the daemon answers is held against the contract here too;
what the HTTP library answers by itself, a short HTML page, is the one exception ("Answers from below" in the contract)."""
import http.client
import json
import random
import re
import socket
import threading
import time
import urllib.parse
import uuid

import pytest

from wire import PATIENCE, Wire, ask, lines

LIVE = b"GET /health/live HTTP/1.1\r\nHost: trygg\r\n\r\n"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
MAX_BODY = 1 << 20
ROUNDS_OF_STOPPING, ENOUGH = 6, 10   # answers before each stop


@pytest.fixture(scope="module")
def bearer(daemon):
    return "Authorization: Bearer " + daemon.token("rektor")


@pytest.fixture(autouse=True)
def still_alive(daemon):
    yield
    assert daemon.alive()
    with Wire(daemon) as wire:
        assert wire.send(LIVE).answer().status == 200


def create(daemon, bearer, body, *headers, content_type="application/json", key=True):
    fixed = [bearer, f"Content-Type: {content_type}"] + ([f"Idempotency-Key: {uuid.uuid4()}"] if key else [])
    return ask(daemon, "POST", "/v1/students", *fixed, *headers, body=body)


def good_body(daemon):
    name = "Xq" + uuid.uuid4().hex[:10]
    body = {"schoolId": daemon.id("school", "aas"), "givenName": name, "familyName": name}
    daemon.remember(body)
    return body


# ---- Framing --------------------------------------------------------------------------------------------------------------

SMUGGLING = {
    "encoding beside length": ["Transfer-Encoding: chunked", "Content-Length: 5"],
    "length before encoding": ["Content-Length: 5", "Transfer-Encoding: chunked"],
    "length twice, alike": ["Content-Length: 5", "Content-Length: 5"],
    "length twice, different": ["Content-Length: 5", "Content-Length: 6"],
    "length twice, other case": ["Content-Length: 5", "content-length: 0"],
    "encoding twice": ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
    "space before the colon of length": ["Content-Length : 5"],
    "space before the colon of encoding": ["Transfer-Encoding : chunked"],
    "host twice": ["Host: other", "Content-Length: 5"],
    "length with a comma": ["Content-Length: 5, 5"],
    "length with a sign": ["Content-Length: +5"],
    "negative length": ["Content-Length: -5"],
    "length in hex": ["Content-Length: 0x5"],
    "length past 64 bits": ["Content-Length: 99999999999999999999999"],
}


@pytest.mark.parametrize("headers", SMUGGLING.values(), ids=SMUGGLING.keys())
def test_a_request_that_two_readers_could_frame_differently_is_refused_and_ends_the_connection(daemon, bearer, headers):
    with Wire(daemon) as wire:
        wire.send(lines("POST", "/v1/students", bearer, *headers) + b"0\r\n\r\n" + LIVE)
        everything = wire.rest()
    assert everything.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 "))  # 413: libmicrohttpd's own, for a length past 64 bits
    assert b"\r\nConnection: close\r\n" in everything
    assert b"HTTP/1.1 200" not in everything and b'"live"' not in everything


@pytest.mark.parametrize("encoding", ["identity", "gzip", "xchunked", "chunked, identity"])
def test_another_transfer_encoding_never_lets_a_second_request_through(daemon, bearer, encoding):
    with Wire(daemon) as wire:
        wire.send(lines("POST", "/v1/students", bearer, f"Transfer-Encoding: {encoding}") + b"0\r\n\r\n" + LIVE)
        wire.socket.shutdown(socket.SHUT_WR)
        everything = wire.rest()
    assert b"HTTP/1.1 2" not in everything and b'"live"' not in everything


@pytest.mark.parametrize("method, target", [("GET", "/v1/me"), ("DELETE", "/v1/me"), ("GET", "/nowhere"), ("GET", "/health/live")])
def test_a_repeated_authorization_is_refused_and_ends_the_connection(daemon, bearer, method, target):
    with Wire(daemon) as wire:
        answer = wire.send(lines(method, target, bearer, bearer)).answer()
        assert wire.rest() == b""
    assert (answer.status, answer.problem) == (400, "malformed")
    assert answer.headers["Connection"] == "close"


FOLDED = {   # the lines after Host, and Authorization if BEARER stands there; each goes before a second request
    "the name of the login": b"Autho: BEARER\r\n rization\r\n",
    "the name of the login, far off": b"Autho:                       BEARER\r\n rization\r\n",
    "an encoding beside a length": b"Authorization: BEARER\r\nTransfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n",
    "an encoding after a length": b"Authorization: BEARER\r\nContent-Length: 5\r\nTransfer-Encoding:\r\n chunked\r\n",
    "an encoding alone": b"Authorization: BEARER\r\nTransfer-Encoding:\r\n chunked\r\n",
    "the name of an encoding": b"Authorization: BEARER\r\nTrans:             chunked\r\n fer-Encoding\r\n",
    "the name of an encoding, beside a length": b"Authorization: BEARER\r\nContent-Length: 12\r\nTrans:          chunked\r\n fer-Encoding\r\n",
    "a length": b"Authorization: BEARER\r\nContent-Length:\r\n 5\r\n",
    "the name of a length": b"Authorization: BEARER\r\nContent:             5\r\n -Length\r\n",
    "a length that goes on": b"Authorization: BEARER\r\nContent-Length: 5\r\n 5\r\n",
    "a second length": b"Authorization: BEARER\r\nContent-Length: 5\r\nContent-Length: 200\r\n \r\n",
    "a second login": b"Authorization: BEARER\r\nAuthorization: Bearer zz\r\n x\r\n",
    "a login": b"Authorization:\r\n BEARER\r\n",
    "a login, in the middle": b"Authorization: Bearer\r\n\tTOKEN\r\n",
    "the host": b" X: y\r\nAuthorization: BEARER\r\n",
    "any other": b"X: a\r\n b\r\nAuthorization: BEARER\r\n",
    "any other, often": b"Authorization: BEARER\r\nX: a\r\n" + b" b\r\n" * 100,
    "any other, with nothing": b"Authorization: BEARER\r\nX:\r\n \r\n",
}


@pytest.mark.parametrize("method", [b"GET /v1/me", b"POST /v1/students"])
@pytest.mark.parametrize("folded", FOLDED.values(), ids=FOLDED.keys())
def test_a_folded_header_line_is_refused_and_ends_the_connection(daemon, bearer, method, folded):
    """RFC 9112 5.2; libmicrohttpd 0.9.75 puts such lines together wrongly, so that names come out which were never sent."""
    login = bearer.partition(": ")[2].encode()
    said = folded.replace(b"BEARER", login).replace(b"TOKEN", login.partition(b" ")[2])
    with Wire(daemon) as wire:
        wire.send(method + b" HTTP/1.1\r\nHost: trygg\r\n" + said + b"\r\n0\r\n\r\n" + LIVE)
        wire.socket.shutdown(socket.SHUT_WR)
        everything = wire.rest()
    assert everything == b"" or b"\r\nConnection: close\r\n" in everything
    assert set(re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", everything)) <= {b"400"} and b'"live"' not in everything


HIDDEN = {   # a line that libmicrohttpd 0.9.75 takes for the end of the head, made up for by as many lines that lack their CR
    "an encoding": (27, b"\0Transfer-Encoding: chunked\r\n"),
    "a host": (7, b"\0Host:y\r\n"),
    "a login": (25, b"\0Authorization: Bearer zz\r\n"),
    "lines of it": (10, b"\0" + b"a" * 9 + b"\r\n"),
}


@pytest.mark.parametrize("n, hidden", HIDDEN.values(), ids=HIDDEN)
def test_a_line_that_begins_with_nul_hides_behind_no_line_without_cr(daemon, n, hidden):
    with Wire(daemon) as wire:
        wire.socket.sendall(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n" + b"X: 1\n" * n + hidden + LIVE)
        wire.socket.shutdown(socket.SHUT_WR)
        everything = wire.rest()
    assert set(re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", everything)) <= {b"400"} and b'"live"' not in everything


@pytest.mark.parametrize("line", ["X:", "X: ", "X:\t \t", "X:y", "X: \t y", "X: y \t "])
def test_blanks_around_a_value_are_none_of_it_and_no_fold(daemon, line):
    assert ask(daemon, "GET", "/health/live", line, "Accept-Language: nb").status == 200
    assert ask(daemon, "GET", "/health/live", "Accept-Language: nb", line).status == 200


@pytest.mark.parametrize("size, problem", [(1, "malformed"), (MAX_BODY, "malformed"), (MAX_BODY + 1, "too-large")])
def test_a_body_on_an_operation_that_takes_none_is_refused(daemon, bearer, size, problem):
    answer = ask(daemon, "GET", "/v1/me", bearer, "Content-Type: application/json", body=b" " * size)
    assert answer.problem == problem


def test_a_method_in_lower_case_is_another_method(daemon):
    assert ask(daemon, "get", "/health/live").status == 405


@pytest.mark.parametrize("n", [65, 100])
def test_64_header_lines_are_kept_and_more_are_refused(daemon, n):
    fields = [f"X-{i}: 1" for i in range(n - 1)]   # and Host
    assert ask(daemon, "GET", "/health/live", *fields[:63]).status == 200
    answer = ask(daemon, "GET", "/health/live", *fields)
    assert (answer.status, answer.problem, answer.headers["Connection"]) == (400, "malformed", "close")


@pytest.mark.parametrize("start", ["/", "/v1/students?name="])
def test_a_target_of_4096_bytes_is_read_and_one_byte_more_is_refused(daemon, start):
    longest = ask(daemon, "GET", start + "a" * (4096 - len(start)))
    assert (longest.status, longest.problem) == ((404, "not-found") if start == "/" else (401, "token-missing"))
    answer = ask(daemon, "GET", start + "a" * (4097 - len(start)))
    assert (answer.status, answer.problem) == (400, "malformed")


def test_requests_on_one_connection_are_answered_in_order(daemon):
    with Wire(daemon) as wire:
        wire.send(lines("GET", "/nowhere") + LIVE + lines("DELETE", "/health/live"))
        assert [wire.answer().status for _ in range(3)] == [404, 200, 405]


def test_a_connection_is_good_for_the_next_request_after_every_refusal(daemon, bearer):
    key, form = "Idempotency-Key: again", "Content-Type: application/json"
    steps = [
        (lines("GET", "/nowhere"), 404),
        (lines("PUT", "/health/live"), 405),
        (lines("GET", "/v1/me"), 401),
        (lines("GET", "/v1/me", "Authorization: Bearer no.such.token"), 401),
        (lines("GET", "/v1/students?x=1", bearer), 400),
        (lines("GET", "/v1/students/%2e%2e", bearer), 400),
        (lines("POST", "/v1/students", bearer, key, "Content-Type: text/plain", body=b"{}"), 415),
        (lines("POST", "/v1/students", bearer, key, form, body=b"{"), 400),
        (lines("POST", "/v1/students", bearer, key, form, body=b"{}"), 400),
        (lines("POST", "/v1/students", bearer, key, form, body=b" " * (MAX_BODY + 1)), 413),
        (LIVE, 200),
    ]
    with Wire(daemon) as wire:
        for request, status in steps:
            assert wire.send(request).answer().status == status


@pytest.mark.parametrize("data", [
    b"GET /health/l", b"GET /health/live HTTP/1.1\r\nHost: x\r\n", lines("POST", "/v1/students") [:-2],
    b"POST /v1/students HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", b"\x16\x03\x01\x02\x00\x01\x00", b"\r\n" * 50, b"\x00" * 100,
    b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /health/live HTTP/1.1\r\n\r\n",
    b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100000 + b"\r\n\r\n",
])
def test_half_a_request_or_none_harms_nobody(daemon, data):
    with Wire(daemon) as wire:
        try:
            wire.send(data).socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the daemon has closed already
        assert b"HTTP/1.1 2" not in wire.rest()


# ---- Paths, methods, queries ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("target", ["/", "/nowhere", "/v1", "/v1/", "/v1/students/", "//v1/students", "/V1/students", "/v1/students/a/b",
                                    "/health/live/", "/1/2/3/4/5/6/7/8/9/10"])
def test_an_unknown_path_is_not_found(daemon, target):
    answer = ask(daemon, "GET", target)
    assert (answer.status, answer.problem) == (404, "not-found")


def test_all_unknown_paths_are_answered_with_the_same_bytes(daemon):
    assert ask(daemon, "GET", "/nowhere").body == ask(daemon, "POST", "/nowhere/else", body=b"x").body


@pytest.mark.parametrize("target", ["/v1/../v1/students", "/v1/./students", "/v1/%2e%2e/students", "/v1%2fstudents", "/v1%2Fstudents",
                                    "/v1%5cstudents", "/v1\\students", "/v1/students%00", "/v1/students%", "/v1/students%zz",
                                    "/v1/students%0d%0aX:%20y", "/v1/%ff", "/v1/%c0%af", "/v1/#x", "http://trygg/health/live", "*"])
def test_a_path_with_two_readings_is_refused(daemon, bearer, target):
    answer = ask(daemon, "GET", target, bearer)
    assert (answer.status, answer.problem) == (400, "malformed")


@pytest.mark.parametrize("method, target, allow", [
    ("DELETE", "/v1/students", "GET, HEAD, POST"), ("PUT", "/health/live", "GET, HEAD"), ("TRACE", "/v1/me", "GET, HEAD"),
    ("OPTIONS", "/v1/students", "GET, HEAD, POST"), ("LIVE", "/health/live", "GET, HEAD"), ("BREW", "/v1/me", "GET, HEAD")])
def test_another_method_is_told_which_there_are(daemon, method, target, allow):
    answer = ask(daemon, method, target)
    assert (answer.status, answer.problem, answer.headers["Allow"]) == (405, "method-not-allowed", allow)


@pytest.mark.parametrize("target, status", [("/health/live", 200), ("/v1/me", 401), ("/nowhere", 404)])
def test_head_is_get_without_a_body(daemon, target, status):
    get = ask(daemon, "GET", target)
    with Wire(daemon) as wire:
        head = wire.send(lines("HEAD", target)).answer(has_body=False)
        assert wire.send(LIVE).answer().status == 200
    assert head.status == get.status == status
    changing = {"Date", "X-Request-Id", "traceparent"}
    assert {k: v for k, v in head.headers.items() if k not in changing} == {k: v for k, v in get.headers.items() if k not in changing}


def test_X3_unknown_and_repeated_query_parameters_are_each_named(daemon, bearer):
    answer = ask(daemon, "GET", "/v1/students?limit=5&limit=6&name=Ola&limit=0&groupId=7", bearer)
    assert (answer.status, answer.problem) == (400, "invalid")
    assert answer.errors == [("query", "limit", "repeated"), ("query", "name", "unknown"), ("query", "groupId", "format")]


@pytest.mark.parametrize("query", ["?limit=%zz", "?limit=%00", "?limit=5&", "?&limit=5", "?=5", "?limit=%ff", "?limit=5#x"])
def test_a_broken_query_is_refused(daemon, bearer, query):
    answer = ask(daemon, "GET", "/v1/students" + query, bearer)
    assert (answer.status, answer.problem) == (400, "malformed")


def test_X3_a_path_parameter_of_another_form_is_named(daemon, bearer):
    answer = ask(daemon, "GET", "/v1/students/seven", bearer)
    assert (answer.status, answer.errors) == (400, [("path", "studentId", "format")])


def test_no_query_parameter_can_stand_in_for_one_of_the_path(daemon, bearer):
    answer = ask(daemon, "GET", f"/v1/students/{uuid.uuid4()}?studentId={daemon.id('student', 'alva')}", bearer)
    assert (answer.status, answer.errors) == (400, [("query", "studentId", "unknown")])


# ---- Bodies -----------------------------------------------------------------------------------------------------------------

def test_X3_a_body_of_one_mebibyte_is_read_and_one_byte_more_is_too_large(daemon, bearer):
    largest = b'{"givenName":"' + b"a" * (MAX_BODY - 16) + b'"}'
    assert len(largest) == MAX_BODY
    answer = create(daemon, bearer, largest)
    assert ("body", "/givenName", "too-long") in answer.errors
    answer = create(daemon, bearer, largest + b" ")
    assert (answer.status, answer.problem) == (413, "too-large")


def test_X3_chunks_that_add_up_to_too_much_are_too_large(daemon, bearer):
    head = lines("POST", "/v1/students", bearer, "Content-Type: application/json", "Idempotency-Key: k", "Transfer-Encoding: chunked")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with Wire(daemon) as wire:
        answer = wire.send(head + chunk * 17 + b"0\r\n\r\n").answer()
    assert (answer.status, answer.problem) == (413, "too-large")


def test_a_chunked_body_is_read_like_any_other(daemon, bearer):
    head = lines("POST", "/v1/students", bearer, "Content-Type: application/json", "Idempotency-Key: k", "Transfer-Encoding: chunked")
    with Wire(daemon) as wire:
        answer = wire.send(head + b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n").answer()
    assert (answer.status, answer.problem) == (400, "invalid")


CHUNKED = {"whole lines": (b"POST /v1/students HTTP/1.1", b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"),
           "a chunk line that ends at a bare LF": (b"POST /v1/students HTTP/1.1", b"2;\nzz\r\n{}\r\n0\r\n\r\n"),
           "HTTP/1.0": (b"POST /v1/students HTTP/1.0", b"2\r\n{}\r\n0\r\n\r\n")}


@pytest.mark.parametrize("line, body", CHUNKED.values(), ids=CHUNKED)
def test_nothing_follows_a_chunked_request_on_its_connection(daemon, bearer, line, body):
    head = line + b"\r\nHost: x\r\nConnection: keep-alive\r\n" + bearer.encode() + b"\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Wire(daemon) as wire:
        wire.socket.sendall(head + body + LIVE)
        everything = wire.rest()
    assert everything.count(b"HTTP/1.1 ") == 1 and b'"live"' not in everything
    assert b"\r\nConnection: close\r\n" in everything


@pytest.mark.parametrize("said", [MAX_BODY, MAX_BODY + 1, 10**12, 10**17])
def test_a_content_length_that_is_not_kept_gets_no_answer_and_stores_nothing(daemon, bearer, said):
    before = daemon.rows("SELECT COUNT(*) AS n FROM student")
    body = json.dumps(good_body(daemon)).encode()
    with Wire(daemon) as wire:
        wire.send(lines("POST", "/v1/students", bearer, "Content-Type: application/json", "Idempotency-Key: lie",
                        f"Content-Length: {said}") + body)
        wire.socket.shutdown(socket.SHUT_WR)
        assert b"HTTP/1.1 2" not in wire.rest()
    assert daemon.rows("SELECT COUNT(*) AS n FROM student") == before


@pytest.mark.parametrize("content_type", ["text/plain", "application/jsonp", "application/json; charset=latin1", "application/json; a=b", "",
                                          "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                                          "application/merge-patch+json", "application/json, application/json"])
def test_another_media_type_is_unsupported(daemon, bearer, content_type):
    answer = create(daemon, bearer, b"{}", content_type=content_type)
    assert (answer.status, answer.problem) == (415, "unsupported-media")


@pytest.mark.parametrize("query", ["", "?x=%zz", "?limit=7"])
def test_X3_size_comes_first_then_media_type_then_all_that_is_wrong_inside(daemon, bearer, query):
    """The order that the contract tells: 413, 415, 400."""
    target = "/v1/students" + query
    too_large = ask(daemon, "POST", target, bearer, "Content-Type: text/plain", body=b" " * (MAX_BODY + 1))
    assert (too_large.status, too_large.problem) == (413, "too-large")
    other_type = ask(daemon, "POST", target, bearer, "Content-Type: text/plain", body=b"{")
    assert (other_type.status, other_type.problem) == (415, "unsupported-media")
    assert ask(daemon, "POST", target, bearer, "Content-Type: application/json", body=b"{").status == 400


def test_a_missing_or_repeated_content_type_is_unsupported(daemon, bearer):
    for headers in ([], ["Content-Type: application/json"] * 2):
        answer = ask(daemon, "POST", "/v1/students", bearer, "Idempotency-Key: k", *headers, body=b"{}")
        assert (answer.status, answer.problem) == (415, "unsupported-media")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", 'APPLICATION/JSON;charset="UTF-8"'])
def test_the_media_type_may_say_utf8(daemon, bearer, content_type):
    assert create(daemon, bearer, b"{}", content_type=content_type).problem == "invalid"


NOT_JSON = {
    "nothing": b"", "half": b'{"givenName":', "two values": b"{} {}", "twice the same member": b'{"givenName":"a","givenName":"a"}',
    "33 levels": b'{"a":' + b"[" * 32 + b"]" * 32 + b"}", "100,000 levels": b"[" * 100000, "bad UTF-8": b'{"givenName":"\xff"}',
    "overlong UTF-8": b'{"givenName":"\xc0\xaf"}', "a raw NUL": b'{"givenName":"a\x00b"}', "an escaped NUL": b'{"givenName":"\\u0000"}',
    "a lone surrogate": b'{"givenName":"\\ud800"}', "a comment": b"{/* */}", "NaN": b'{"givenName":NaN}', "a mark": b"\xef\xbb\xbf{}",
    "a trailing comma": b'{"givenName":"a",}', "single quotes": b"{'givenName':'a'}", "a huge number": b'{"a":1' + b"0" * 400 + b"}",
    "a form": b"givenName=a", "UTF-16": "{}".encode("utf-16"),
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_is_not_strict_json_is_malformed(daemon, bearer, body):
    answer = create(daemon, bearer, body)
    assert (answer.status, answer.problem) == (400, "malformed")


@pytest.mark.parametrize("item", [b"[]", b"{}", b"0", b'""'])
def test_a_body_of_countless_values_is_refused_before_any_is_made(daemon, bearer, item):
    answer = create(daemon, bearer, b'{"a":[' + b",".join([item] * 200000) + b"]}")
    assert (answer.status, answer.problem) == (400, "malformed")


@pytest.mark.parametrize("n, code", [(31_998, "invalid"), (31_999, "malformed")])
def test_a_body_of_32000_values_is_read_and_one_more_is_refused(daemon, bearer, n, code):
    """Three of them are the brackets and the colon; the first item has no comma."""
    answer = create(daemon, bearer, b'{"a":[' + b",".join([b"0"] * n) + b"]}")
    assert (answer.status, answer.problem) == (400, code)


def test_32_levels_are_json_but_not_a_student(daemon, bearer):
    answer = create(daemon, bearer, b'{"a":' + b"[" * 31 + b"]" * 31 + b"}")
    assert ("body", "/a", "unknown") in answer.errors


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"text"', b"true"])
def test_json_of_another_type_is_invalid(daemon, bearer, body):
    answer = create(daemon, bearer, body)
    assert (answer.status, answer.errors) == (400, [("body", "", "type")])


def test_X3_everything_wrong_is_named_at_once_and_nothing_of_it_repeated(daemon, bearer):
    body = {"schoolId": "Hemmelighet", "givenName": 7, "familyName": "", "hemmelig": "Hemmelighet"}
    answer = ask(daemon, "POST", "/v1/students?limit=Hemmelighet", bearer, "Content-Type: application/json",
                 body=json.dumps(body).encode())
    assert answer.status == 400
    assert set(answer.errors) >= {("query", "limit", "unknown"), ("header", "Idempotency-Key", "required"),
                                  ("body", "/schoolId", "format"), ("body", "/givenName", "type"),
                                  ("body", "/familyName", "too-short"), ("body", "/hemmelig", "unknown")}
    assert b"Hemmelighet" not in answer.body


@pytest.mark.parametrize("headers, code", [
    ([], "required"), (["Idempotency-Key: a", "Idempotency-Key: a"], "repeated"), (["Idempotency-Key: "], "format"),
    (["Idempotency-Key: a b"], "format"), (["Idempotency-Key: \xe5"], "format"), (["Idempotency-Key: " + "a" * 129], "format")])
def test_X1_an_idempotency_key_is_required_once_and_is_a_token(daemon, bearer, headers, code):
    body = json.dumps(good_body(daemon)).encode()
    answer = create(daemon, bearer, body, *headers, key=False)
    assert (answer.status, answer.errors) == (400, [("header", "Idempotency-Key", code)])


# ---- Login ------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("headers", [[], ["Authorization: Basic YTpi"], ["Authorization: "], ["Authorization: Bearertoken"]])
def test_L1_without_a_bearer_token_the_answer_asks_for_one(daemon, headers):
    answer = ask(daemon, "GET", "/v1/me", *headers)
    assert (answer.status, answer.problem, answer.headers["WWW-Authenticate"]) == (401, "token-missing", "Bearer")


@pytest.mark.parametrize("value", ["Bearer", "Bearer x", "Bearer a b", "bearer a.b.c", "Bearer " + "a" * 8193, "Bearer \xe5"])
def test_L1_a_token_that_is_refused_is_not_told_why(daemon, value):
    answer = ask(daemon, "GET", "/v1/me", "Authorization: " + value)
    assert (answer.status, answer.problem) == (401, "token-invalid")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_L1_the_scheme_is_read_in_any_case(daemon):
    assert ask(daemon, "GET", "/v1/me", "authorization: bEARER  " + daemon.token("rektor")).status == 200


def test_L3_too_weak_a_login_is_challenged(daemon):
    answer = ask(daemon, "GET", "/v1/students", "Authorization: Bearer " + daemon.token("rektor", strong=False))
    assert (answer.status, answer.problem) == (401, "login-too-weak")
    assert re.fullmatch(r'Bearer error="insufficient_user_authentication", acr_values="idporten-loa-high", max_age="?3600"?',
                        answer.headers["WWW-Authenticate"])


@pytest.mark.parametrize("login, problem", [(None, "token-missing"), ("x.y.z", "token-invalid"), ("weak", "login-too-weak")])
def test_X7_login_is_answered_before_anything_that_is_wrong_with_the_request(daemon, login, problem):
    token = daemon.token("rektor", strong=False) if login == "weak" else login
    headers = [] if token is None else ["Authorization: Bearer " + token]
    for target, body in (("/v1/students?x=%zz", b"{"), ("/v1/students?limit=0", b" " * (MAX_BODY + 1))):
        answer = ask(daemon, "POST", target, *headers, "Content-Type: text/plain", body=body)
        assert (answer.status, answer.problem) == (401, problem)


# ---- What every answer carries ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("wish, tag", [(None, "en"), ("nb", "nb"), ("no", "nb"), ("nn-NO, en;q=0.9", "nb"), ("sv-SE", "sv"), ("fr", "en"),
                                       ("en;q=0.1, sv;q=0.2", "sv"), ("*", "en"), (";;q=\xe5,,", "en"), ("sv;q=0", "en")])
def test_X6_problems_are_told_in_the_language_asked_for(daemon, wish, tag):
    answer = ask(daemon, "GET", "/nowhere", *([] if wish is None else ["Accept-Language: " + wish]))
    english = ask(daemon, "GET", "/nowhere")
    assert answer.headers["Content-Language"] == tag
    assert answer.problem == english.problem
    assert (json.loads(answer.body)["title"] == json.loads(english.body)["title"]) == (tag == "en")


def test_a_valid_trace_is_continued(daemon):
    for target in ("/health/live", "/nowhere", "/v1/me"):
        answer = ask(daemon, "GET", target, f"traceparent: 00-{TRACE}-00f067aa0ba902b7-01")
        version, trace, parent, flags = answer.headers["traceparent"].split("-")
        assert (version, trace, flags) == ("00", TRACE, "01")
        assert parent != "00f067aa0ba902b7" and re.fullmatch("[0-9a-f]{16}", parent)


@pytest.mark.parametrize("values", [[], ["garbage"], [f"ff-{TRACE}-00f067aa0ba902b7-01"], [f"00-{'0' * 32}-00f067aa0ba902b7-01"],
                                    [f"00-{TRACE.upper()}-00f067aa0ba902b7-01"], [f"00-{TRACE}-00f067aa0ba902b7-01"] * 2])
def test_another_trace_is_replaced_never_refused(daemon, values):
    answer = ask(daemon, "GET", "/health/live", *[f"traceparent: {value}" for value in values])
    assert answer.status == 200
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]", answer.headers["traceparent"])
    assert TRACE not in answer.headers["traceparent"]


def test_every_answer_has_an_id_of_its_own_and_is_not_to_be_kept(daemon, bearer):
    answers = [ask(daemon, "GET", target, bearer, "X-Request-Id: mine") for target in ("/health/live", "/nowhere", "/v1/me", "/v1/students?x")]
    assert [answer.status for answer in answers] == [200, 404, 200, 400]
    ids = {uuid.UUID(answer.headers["X-Request-Id"]) for answer in answers}
    assert len(ids) == 4 and all(each.version == 7 for each in ids)
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_X2_every_read_is_answered_whole_and_logged_whatever_the_client_has(daemon, bearer):
    target = f"/v1/students/{daemon.id('student', 'alva')}"
    first = ask(daemon, "GET", target, bearer)
    before = len(daemon.activity(operation="getStudent"))
    again = ask(daemon, "GET", target, bearer, f'If-None-Match: {first.headers["ETag"]}')
    assert (again.status, again.body, again.headers["ETag"]) == (200, first.body, first.headers["ETag"])
    assert len(daemon.activity(operation="getStudent")) == before + 1


def test_log_lines_hold_no_path_query_or_header(daemon, bearer):
    mark = "q" + uuid.uuid4().hex
    ask(daemon, "GET", f"/{mark}-path", f"X-{mark}: {mark}")
    ask(daemon, "GET", f"/v1/students?{mark}={mark}", bearer, f"Idempotency-Key: {mark}", f"User-Agent: {mark}")
    assert mark not in daemon.log()


def test_an_open_connection_does_not_hold_up_a_stop(fresh_daemon):
    daemon = fresh_daemon()
    with Wire(daemon) as idle, Wire(daemon) as silent:
        assert idle.send(LIVE).answer().status == 200
        daemon.stop()
        assert idle.rest() == silent.rest() == b""


class Steady:
    """A client that creates and reads in turn on one connection until it is closed; notes whose answers it had whole."""

    def __init__(self, daemon, token, number):
        self.address = urllib.parse.urlsplit(daemon.url)
        self.school, self.path = daemon.id("school", "aas"), "/v1/students/" + daemon.id("student", "alva")
        self.names = [f"Xq{number}t{uuid.uuid4().hex[:8]}n{i}" for i in range(20000)]
        self.bearer, self.answered, self.wrong = {"Authorization": "Bearer " + token}, [], []
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def ask(self, connection, name):
        if name is None:
            connection.request("GET", self.path, headers=self.bearer)
        else:
            body = json.dumps({"schoolId": self.school, "givenName": name, "familyName": name})
            connection.request("POST", "/v1/students", body, {**self.bearer, "Idempotency-Key": name, "Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status in (200, 201):
            self.answered.append(answer.headers["X-Request-Id"])
        elif answer.status != 503:
            self.wrong.append(answer.status)
        return answer.headers.get("Connection") != "close"

    def run(self):
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=PATIENCE)
        try:
            for name in self.names:
                if not (self.ask(connection, name) and self.ask(connection, None)):
                    return
        except (http.client.HTTPException, OSError):
            return  # closed before this request was looked at, or the test finds its row
        finally:
            connection.close()


def test_V2_whatever_was_done_before_a_stop_had_its_whole_answer(fresh_daemon):
    daemon, answered = fresh_daemon(), set()
    token = daemon.token("rektor")
    for number in range(ROUNDS_OF_STOPPING):
        clients = [Steady(daemon, token, i) for i in range(6)]
        deadline = time.monotonic() + PATIENCE
        while sum(len(client.answered) for client in clients) <= ENOUGH:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.2))   # the stop comes at any moment of a request
        daemon.stop()
        for client in clients:
            client.thread.join(PATIENCE)
            assert not client.thread.is_alive() and not client.wrong
            answered.update(client.answered)
        done = {row["request_id"] for row in daemon.activity(outcome="allowed") if row["operation"] != "init"}
        assert done == answered, (number, len(done - answered), len(answered - done))
        daemon.start()
