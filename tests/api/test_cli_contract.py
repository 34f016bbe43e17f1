# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg` against the contract: what the API can do, the client can, and it asks for nothing else.

The client tells its own table (`trygg completion list`); the contract is openapi.yaml.
"""

import json
import pathlib

import pytest
import yaml

from cli import UNREACHABLE, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = yaml.load((ROOT / "openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)

# For monitors and browsers: what the service itself is, not what it keeps. /api-info is in the client all the same.
SERVICE = {"service"}
METHODS = ("get", "post", "put", "patch", "delete")


def resolve(node):
    while "$ref" in node:
        place = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        node = place
    return node


def operations():
    return {
        (method.upper(), path): operation
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def table():
    """The verbs that are operations; those that only print have no method."""
    return [verb for verb in json.loads(run(None, "completion", "list").stdout)["verbs"] if verb["method"] is not None]


def parameters(operation, place):
    return {node["name"]: node for node in map(resolve, operation.get("parameters", [])) if node["in"] == place}


def body_schema(operation):
    content = resolve(operation["requestBody"]).get("content", {}) if "requestBody" in operation else {}
    return next((resolve(media["schema"]) for media in content.values()), None)


def members(schema, prefix=""):
    """Every member of a body, those of inner objects with dots: path → schema."""
    found = {}
    for name, node in (schema or {}).get("properties", {}).items():
        inner = resolve(node)
        found[prefix + name] = inner
        if kind(inner) == "object":
            found |= members(inner, prefix + name + ".")
    return found


def must_be_there(schema, path):
    """Whether a body without the member at this path, "labels.nb", is never right."""
    first, _, rest = path.partition(".")
    inner = resolve(schema["properties"][first])
    return first in schema.get("required", ()) and (not rest or must_be_there(inner, rest))


def kind(schema):
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return next(name for name in types if name != "null")


def values(schema):
    """The choices of a value, or of each of many."""
    schema = resolve(schema["items"]) if kind(schema) == "array" else schema
    return schema.get("enum")


VERBS = table()
NAMES = [" ".join(verb["words"]) for verb in VERBS]
each_verb = pytest.mark.parametrize("verb", VERBS, ids=NAMES)


def operation_of(verb):
    operation = operations().get((verb["method"], verb["path"]))
    assert operation is not None, f"the contract has no {verb['method']} {verb['path']}"
    return operation


def test_what_the_API_can_do_the_client_can():
    carried = {(verb["method"], verb["path"]) for verb in VERBS} | {tuple(verb["also"].split()) for verb in VERBS if verb["also"]}
    assert {tuple(verb["also"].split()) for verb in VERBS if verb["also"]} <= set(operations())
    left = {place for place, operation in operations().items() if not SERVICE & set(operation["tags"])} - carried
    assert not left, "no verb for: " + ", ".join(sorted(f"{method} {path}" for method, path in left))


@each_verb
def test_each_verb_is_an_operation_with_its_arguments_and_headers(verb):
    operation = operation_of(verb)
    headers = parameters(operation, "header")
    assert len([name for name in verb["arguments"] if name.strip("[]") not in ("FILE", "TEXT")]) == verb["path"].count("{")
    assert verb["keyed"] == ("Idempotency-Key" in headers)
    assert (verb["versionPath"] is not None) == ("If-Match" in headers)
    assert verb["open"] == (operation["x-login"] == "none")
    assert verb["body"] == ("requestBody" in operation)
    assert verb["paged"] == ("pageToken" in parameters(operation, "query") or "pageToken" in members(body_schema(operation)))
    if verb["versionPath"] is not None:
        seen = operations().get(("GET", verb["versionPath"]))
        assert seen is not None and "ETag" in resolve(seen["responses"]["200"])["headers"]


@each_verb
def test_every_parameter_of_an_operation_has_its_option(verb):
    wanted = set(parameters(operation_of(verb), "query")) - {"limit", "pageToken"}
    assert {option["member"] for option in verb["options"] if option["in"] == "query"} == wanted


@each_verb
def test_every_option_is_a_member_of_the_right_kind(verb):
    operation = operation_of(verb)
    schema = body_schema(operation)
    body, query = members(schema), {name: resolve(node["schema"]) for name, node in parameters(operation, "query").items()}
    for option in (option for option in verb["options"] if option["in"] != "here"):
        node = (body if option["in"] == "body" else query)[option["member"]]
        assert option.get("choices") == values(node), option["name"]
        assert option["many"] == (kind(node) == "array"), option["name"]
        assert option["yesNo"] == (kind(node) == "boolean"), option["name"]
        if option["in"] == "body":
            assert option["number"] == (kind(node) == "integer"), option["name"]
            assert option["orNone"] == (option["many"] or (isinstance(node["type"], list) and "null" in node["type"])), option["name"]
            assert not option["required"] or must_be_there(schema, option["member"]), option["name"]


@each_verb
def test_every_member_that_must_be_there_has_an_option_that_must_be_given(verb):
    schema = body_schema(operation_of(verb))
    if verb["words"][0] == "provision" or schema is None:
        return
    assert set(verb["fills"]) <= set(schema["properties"])
    wanted = {path for path, node in members(schema).items() if kind(node) not in ("object", "array") and must_be_there(schema, path)}
    required = {option["member"] for option in verb["options"] if option["required"]}
    assert wanted - set(verb["fills"]) == required


@each_verb
def test_every_plain_member_of_a_body_has_its_option(verb):
    """Objects and lists of objects go in by --body."""
    if verb["words"][0] == "provision":
        return
    plain = {path for path, node in members(body_schema(operation_of(verb))).items() if kind(node) not in ("object", "array")}
    assert {option["member"] for option in verb["options"] if option["in"] == "body" and not option["many"]} | set(verb["fills"]) >= plain - {"limit", "pageToken"}


@each_verb
def test_what_may_be_a_civic_number_comes_from_a_file(verb):
    for option in verb["options"]:
        secret = option["member"].split(".")[-1] in ("civicNumber", "subject") or option["member"].endswith("xternalId.id")
        assert option["file"] or not secret, option["name"]
        assert option["file"] == option["name"].endswith("-file")


@each_verb
def test_what_is_written_in_many_words_can_come_from_a_file(verb):
    """Or from standard input, where a verb takes it as its last argument."""
    long = {path for path, node in members(body_schema(operation_of(verb))).items() if int(node.get("maxLength", 0)) >= 4000}
    by_file = {option["member"] for option in verb["options"] if option["file"]}
    assert verb["words"][0] == "provision" or long <= by_file | set(verb["fills"])


# ---- A daemon that is away --------------------------------------------------------------------------------------------------------

NAME, TOKEN = "Xqaway", "t0k3n.of.mine"
NOWHERE = "http://127.0.0.1:9"


@pytest.mark.parametrize("more", [(), ("--json",)])
@each_verb
def test_a_daemon_that_is_away_is_told_without_token_or_body(verb, more, tmp_path):
    items = tmp_path / "items.txt"
    items.write_text(json.dumps([{"name": NAME}]))
    words = verb["words"] + [str(items) if name == "FILE" else "x" for name in verb["arguments"]]
    if verb["body"] and not verb["file"]:
        words += ["--body", "-"]
    words += [f"--{option['name']}=x" for option in verb["options"] if option["required"] and option["in"] == "query"]
    done = run(NOWHERE, *words, *more, token=TOKEN, stdin=json.dumps({"name": NAME}))
    nothing = ""
    if verb["words"][0] == "provision":  # says how far it came, always
        nothing = '{\n  "results": []\n}\n' if more else "0 of 1 items sent: 0 created, 0 changed, 0 unchanged, 0 refused\n"
    assert (done.returncode, done.stdout) == (UNREACHABLE, nothing)
    assert done.stderr.startswith("trygg: the server cannot be reached: ")
    assert NAME not in done.stderr and TOKEN not in done.stderr
