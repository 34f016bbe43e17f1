# SPDX-License-Identifier: EUPL-1.2
"""Every answer of every HTTP test against openapi.yaml (X5): a status, header, media type or member that the contract does not have
fails the test.

    contract_model.check_answer("GET", "/v1/students/019a…", 200, response.headers, response.content)

The path may be a template or one that was really asked for, with or without its query. Only what the contract says is known here, not
what the server does. contract_model.model().unanswered() names what is documented and has been answered to no test: conftest.py holds it
against a short list when all of tests/api has run.
"""
import functools
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "api-spec" / "tools"))

import narrow_profile as profile  # noqa: E402

# Headers of the transport, which say nothing about the answer itself.
TRANSPORT_HEADERS = {"date", "connection", "keep-alive", "content-length", "content-type", "transfer-encoding", "strict-transport-security"}


class ContractModel:
    def __init__(self, path=ROOT / "openapi.yaml"):
        self.document = profile.load(path)
        self.templates = [(template, self._matcher(template, self._rest(template))) for template in self.document["paths"]]
        self.met = set()

    def _rest(self, template):
        """The parameter that takes the rest of the path, or None."""
        operations = (operation for method, operation in self.document["paths"][template].items() if method in profile.METHODS)
        return next((name for name in (profile.rest_parameter(self.document, operation) for operation in operations) if name), None)

    @staticmethod
    def _matcher(template, rest):
        parts = re.split(r"(\{[^}]+\})", template)
        return re.compile("".join(".+" if part == f"{{{rest}}}" else "[^/]+" if part.startswith("{") else re.escape(part) for part in parts))

    def template_of(self, path):
        """The template that a path belongs to, or None; a literal template goes before one with parameters."""
        path = path.split("?", 1)[0]
        if path in self.document["paths"]:
            return path
        return next((template for template, matcher in self.templates if matcher.fullmatch(path)), None)

    def responses_of(self, method, path):
        """The answers that the contract has for this request: of an operation, or of those that match none."""
        template = self.template_of(path)
        outside = self.document["x-outside-operations"]
        if template is None:
            return outside["unknown-path"]
        operation = self._operation(method, template)
        return operation["responses"] if operation else outside["unknown-method"]

    def _operation(self, method, template):
        """None for a method that the path does not have; `get` is not GET."""
        method = "GET" if method == "HEAD" else method
        return self.document["paths"][template].get(method.lower()) if method.isupper() else None

    def operations(self):
        """(METHOD, template, operationId) of every operation."""
        return [(method.upper(), template, operation["operationId"])
                for template, method, operation in profile.operations(self.document)]

    def needs_login(self, method, template):
        return self._operation(method, template)["x-login"] != "none"

    def example_request(self, method, template):
        """(path, query and headers, body) of the operation's own examples, with ids that nobody has."""
        operation = self._operation(method, template)
        path, query = template, {}
        for parameter in profile.parameters(self.document, operation, "path"):
            path = path.replace("{" + parameter["name"] + "}", str(parameter["example"]))
        for parameter in profile.parameters(self.document, operation, "query"):
            if parameter["name"] not in ("limit", "pageToken"):
                example = parameter["example"]
                query[parameter["name"]] = json.dumps(example) if isinstance(example, bool) else example
        headers, body = {}, None
        if profile.takes_header(self.document, operation, "If-Match"):
            headers["If-Match"] = '"1"'
        if profile.takes_header(self.document, operation, profile.OFFSET_HEADER):
            headers[profile.OFFSET_HEADER] = "0"
        if "requestBody" in operation:
            media, content = next(iter(operation["requestBody"]["content"].items()))
            headers["Content-Type"] = media
            body = content["example"] if media == profile.BYTES_MEDIA else json.dumps(content["example"])
        return path, query, headers, body

    def unanswered(self):
        """What no checked answer has met yet, as "operationId status", with the name of the problem from 400 on."""
        cases = [(operation["operationId"], operation["responses"]) for _, _, operation in profile.operations(self.document)]
        cases += self.document["x-outside-operations"].items()
        known = {f"{name} {status} {slug}".strip() for name, responses in cases for status, response in responses.items()
                 for slug in profile.resolve(self.document, response).get("x-problems", [""])}
        return sorted(known - self.met)

    def check_answer(self, method, path, status, headers, body):
        """Raises AssertionError, in words, when the answer is not one that the contract has."""
        place = f"{method} {path} answered {status}"
        responses = self.responses_of(method, path)
        assert str(status) in responses, f"{place}: the contract has {', '.join(responses)} only"
        response = profile.resolve(self.document, responses[str(status)])
        headers = {name.lower(): value for name, value in headers.items()}
        self._check_headers(place, response, headers)
        content = response.get("content")
        if content is None or method == "HEAD":
            assert not body, f"{place}: a body where the contract has none"
        else:
            self._check_body(place, content, headers, body)
        slug = self._check_problem(place, response, status, json.loads(body)) if body and profile.PROBLEM_MEDIA in content else ""
        self.met.add(f"{self._name(method, path)} {status} {slug}".strip())

    def _name(self, method, path):
        template = self.template_of(path)
        operation = template and self._operation(method, template)
        return operation["operationId"] if operation else "unknown-method" if template else "unknown-path"

    # ---- Parts of an answer -----------------------------------------------------------------------------------------------

    def _check_headers(self, place, response, headers):
        documented = {name.lower(): profile.resolve(self.document, node) for name, node in response.get("headers", {}).items()}
        strange = sorted(set(headers) - set(documented) - TRANSPORT_HEADERS)
        assert not strange, f"{place}: headers that the contract does not have: {', '.join(strange)}"
        for name, node in documented.items():
            if name not in headers:
                assert not node.get("required"), f"{place}: the header {name} is missing"
                continue
            value = headers[name]
            schema = profile.resolve(self.document, node["schema"])
            is_number = schema["type"] == "integer" and re.fullmatch(r"0|[1-9][0-9]*", value)
            self._check_value(f"{place}: header {name}", node["schema"], int(value) if is_number else value)

    def _check_body(self, place, content, headers, body):
        media = headers.get("content-type", "").split(";")[0].strip().lower()
        if media not in content and "*/*" in content:
            return self._check_value(place, content["*/*"]["schema"], body.decode("latin-1"))
        assert media in content, f"{place}: media type {media!r} instead of {', '.join(content)}"
        try:
            value = _read_body(media, body)
        except ValueError as error:
            raise AssertionError(f"{place}: the body is not {media}: {error}") from error
        self._check_value(place, content[media]["schema"], value)

    def _check_value(self, place, schema, value):
        errors = [f"  at /{'/'.join(map(str, error.absolute_path))}: {error.message}"
                  for error in profile.schema_validator(self.document, schema).iter_errors(value)]
        assert not errors, "\n".join([f"{place}: not as the contract says", *errors])

    def _check_problem(self, place, response, status, problem):
        """The problem is one of those listed, repeats its status, and names fields exactly when it is `invalid`."""
        slug = problem["type"].removeprefix(profile.PROBLEM_TYPE)
        assert slug in response["x-problems"], f"{place}: {slug} is not among {', '.join(response['x-problems'])}"
        assert problem["status"] == status, f"{place}: the problem says {problem['status']}"
        assert ("errors" in problem) == (slug == "invalid"), f"{place}: errors belong to invalid, and to nothing else"
        return slug


def _read_body(media, body):
    """Octets are read as Latin-1, one character each."""
    if media.endswith("json"):
        return json.loads(body.decode("utf-8"), object_pairs_hook=_without_doubles)
    return body.decode("utf-8" if media.startswith("text/") else "latin-1")


def _without_doubles(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


@functools.lru_cache(maxsize=1)
def model():
    """The model of this repository's contract, read once."""
    return ContractModel()


def check_answer(method, path, status, headers, body):
    model().check_answer(method, path, status, headers, body)
