# SPDX-License-Identifier: EUPL-1.2
"""X5: the contract is what the daemon does, both ways."""
import fnmatch
import http.client
import itertools
import json
import pathlib
import re
import uuid

import pytest
import yaml

import contract_model

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTRACT = yaml.load((ROOT / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OPERATIONS = [(method.upper(), path, operation) for path, methods in CONTRACT["paths"].items()
              for method, operation in methods.items() if method.upper() in METHODS]


def concrete(path):
    return re.sub(r"\{[^}]+\}", lambda _: str(uuid.uuid4()), path)


def test_X5_the_daemon_serves_this_very_contract(daemon):
    served = daemon.get("/v1/openapi.json").json()
    assert set(served["paths"]) == set(CONTRACT["paths"])
    for path, methods in CONTRACT["paths"].items():
        assert set(served["paths"][path]) == set(methods)
        for method, operation in methods.items():
            if isinstance(operation, dict):
                assert served["paths"][path][method]["operationId"] == operation["operationId"]
    assert served["components"]["schemas"].keys() == CONTRACT["components"]["schemas"].keys()


@pytest.mark.parametrize("method,path,operation", OPERATIONS, ids=lambda value: str(value) if isinstance(value, str) else "")
def test_X5_every_operation_of_the_contract_is_there(daemon, method, path, operation):
    answer = daemon.request(method, concrete(path), headers={"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else None)
    if operation["x-login"] == "none":
        assert answer.status_code == 200
    else:
        assert answer.status_code == 401  # the route is known: its login is asked for first


@pytest.mark.parametrize("path", sorted(CONTRACT["paths"]))
def test_X5_no_method_beyond_the_contract(daemon, path):
    known = {method for method, template, _ in OPERATIONS if template == path}
    for method in set(METHODS) | {"TRACE", "CONNECT", "PURGE"}:
        if method in known:
            continue
        answer = daemon.request(method, concrete(path))
        assert answer.status_code == 405, (method, path, answer.status_code)
        if method in METHODS:
            assert {name.strip() for name in answer.headers["Allow"].split(",")} - {"HEAD"} == known


def test_X5_no_path_beyond_the_contract(daemon):
    known = {tuple(path.strip("/").split("/")) for path in CONTRACT["paths"]}
    words = sorted({word for path in known for word in path if not word.startswith("{")} | {str(uuid.uuid4()), "admin", "debug", "metrics"})
    token = daemon.token("rektor")

    def is_known(path):
        return any(len(template) == len(path) and all(a.startswith("{") or a == b for a, b in zip(template, path)) for template in known)

    paths = itertools.chain(itertools.product(words), itertools.product(words, words), itertools.product(["v1"], words, words))
    connection = http.client.HTTPConnection(daemon.url.removeprefix("http://"), timeout=30)   # thousands, so over one
    for path in ("/" + "/".join(path) for path in paths if not is_known(path)):
        connection.request("GET", path, headers={"Authorization": "Bearer " + token})
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["type"]) == (404, "urn:problem-type:trygg:not-found"), path
    connection.close()


@pytest.mark.parametrize("method,path,operation", OPERATIONS, ids=lambda value: str(value) if isinstance(value, str) else "")
def test_X3_every_operation_refuses_what_it_does_not_take(daemon, method, path, operation):
    token = daemon.token("rektor")
    media = next(iter(operation["requestBody"]["content"])) if "requestBody" in operation else None
    body = {"data": "{}", "headers": {"Content-Type": media}} if media else {}
    for query, problem in (("?colour=red", "invalid"), ("?colour=%00", "malformed")):
        answer = daemon.request(method, concrete(path) + query, token=token, **body)
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:problem-type:trygg:" + problem)
    answer = daemon.request(method, concrete(path), token=token, headers={"Content-Type": "application/json"}, data=b" " * ((1 << 20) + 1))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:problem-type:trygg:too-large")
    if media:
        answer = daemon.request(method, concrete(path), token=token, headers={"Content-Type": "text/plain"}, data="{}")
        assert (answer.status_code, answer.json()["type"]) == (415, "urn:problem-type:trygg:unsupported-media")


@pytest.mark.parametrize("method,path,operation", [case for case in OPERATIONS if case[2]["x-login"] != "none"],
                         ids=lambda value: str(value) if isinstance(value, str) else "")
def test_L1_L2_every_operation_asks_for_its_login(daemon, method, path, operation):
    answer = daemon.request(method, concrete(path), token="a.b.c")
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:problem-type:trygg:token-invalid")
    answer = daemon.request(method, concrete(path), token=daemon.token("rektor", strong=False))
    weak = answer.status_code == 401 and answer.json()["type"] == "urn:problem-type:trygg:login-too-weak"
    assert weak == (operation["x-login"] == "strong")


def test_V4_every_operation_with_a_login_limits_calls_without_a_valid_token(fresh_daemon):
    daemon = fresh_daemon(limits={"refused_per_minute": 1})
    cases = [(method, path) for method, path, operation in OPERATIONS if operation["x-login"] != "none"]
    assert daemon.request(*cases[0]).status_code == 401
    for method, path in cases:
        for token in (None, "a.b.c"):
            answer = daemon.request(method, concrete(path), token=token)
            assert (answer.status_code, answer.json()["type"]) == (429, "urn:problem-type:trygg:too-many-calls"), (method, path)
            assert int(answer.headers["Retry-After"]) >= 1


# Documented, and answered to no test: what, and why no request of a test can bring it about.
UNANSWERED = {
    "* 500 internal": "a mistake in tryggd, which no request is known to cause",
}


def test_X5_every_documented_answer_has_been_given():
    """What the contract says and the daemon never does is as wrong as the other way round. Runs last, after all of tests/api."""
    left = contract_model.model().unanswered()
    strange = [case for case in left if not any(fnmatch.fnmatch(case, pattern) for pattern in UNANSWERED)]
    assert not strange, "documented, and answered to no test: " + "; ".join(strange)
    assert [pattern for pattern in UNANSWERED if not fnmatch.filter(left, pattern)] == [], "answered after all: take it off the list"


def test_X5_every_operation_says_its_login_its_rules_and_its_problems():
    for method, path, operation in OPERATIONS:
        assert operation["x-login"] in ("none", "any", "strong"), path
        assert operation["summary"] and operation["description"], path
        if operation["x-login"] != "none":
            assert operation["x-rules"] and "401" in operation["responses"], path
        if operation["x-login"] == "strong":
            assert "V4" in operation["x-rules"], path
