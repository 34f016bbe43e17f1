#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""lint.py [FILE]: openapi.yaml against the narrow profile. Prints every finding with its place; exit 1 when there is one.

The profile: closed objects, no oneOf/anyOf/allOf, named formats instead of patterns, null only as a list of two types, bounded input,
every operation with its login, rules, problems, headers and examples, and every example valid against its own schema.
"""
import pathlib
import re
import sys

import narrow_profile as profile

SCHEMA_WORDS = {"$ref", "type", "format", "enum", "description", "minLength", "maxLength", "minimum", "maximum", "items", "minItems",
                "maxItems", "uniqueItems", "properties", "required", "additionalProperties", "x-open"}
WORDS_FOR = {"minLength": "string", "maxLength": "string", "format": "string", "minimum": "integer", "maximum": "integer",
             "minItems": "array", "maxItems": "array", "uniqueItems": "array", "properties": "object", "required": "object"}
ITEM_WORDS = {"parameters", *profile.METHODS}
OPERATION_WORDS = {"operationId", "tags", "summary", "description", "parameters", "requestBody", "responses", "security", "x-login", "x-reads", "x-upsert",
                   "x-change", "x-rules", "x-problems"}
# x-reads: a POST that stores nothing; x-upsert: a PUT by external ids; x-change: false where what is stored is no change of a record (X4).
OPTIONAL_WORDS = {"parameters", "requestBody", "x-reads", "x-upsert", "x-change"}
CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")
KEBAB = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
RULE = re.compile(r"[LGMSPRANEDVCX][0-9]{1,2}")


class Lint:
    def __init__(self, document):
        self.document = document
        self.findings = []
        self.used = set()

    def say(self, place, text):
        self.findings.append(f"{place}: {text}")

    def resolve(self, place, node):
        if isinstance(node, dict) and "$ref" in node:
            self.used.add(node["$ref"])
            if set(node) - {"$ref", "description"}:
                self.say(place, "only a description may stand beside $ref")
        return profile.resolve(self.document, node)

    def run(self):
        if self.document.get("openapi") != "3.1.0":
            self.say("openapi", "must be 3.1.0")
        for kind in ("schemas", "parameters", "headers"):
            for name, node in self.document["components"][kind].items():
                self.component(f"{kind}/{name}", kind, node)
        self.operation_ids = set()
        for template, item in self.document["paths"].items():
            self.path(template, item)
        for case, responses in self.document["x-outside-operations"].items():
            for status, response in responses.items():
                self.response(f"x-outside-operations/{case} {status}", status, response)
        self.unused()
        return self.findings

    # ---- Schemas ----------------------------------------------------------------------------------------------------------

    def component(self, place, kind, node):
        if kind == "schemas":
            self.schema(place, node)
            self.sentence(place, node)
        else:
            self.parameter(place, node, kind == "parameters")

    def sentence(self, place, node):
        text = node.get("description", "").strip()
        if not text.endswith("."):
            self.say(place, "a description of whole sentences is missing")

    def schema(self, place, node, is_request=False):
        """`is_request`: also bounded, and only with formats that the server checks."""
        if "$ref" in node:
            node = self.resolve(place, node)
        strange = set(node) - SCHEMA_WORDS
        if strange:
            self.say(place, f"not in the profile: {', '.join(sorted(strange))}")
        kind = self.kind(place, node)
        for word, wanted in WORDS_FOR.items():
            if word in node and kind != wanted:
                self.say(place, f"{word} does not go with {kind}")
        if node.get("format", "uuid") not in profile.FORMATS:
            self.say(place, f"the format {node['format']} has no name in the profile")
        if is_request:
            self.bounded(place, node, kind)
        if kind == "object":
            self.object(place, node, is_request)
        if kind == "array":
            if "items" not in node:
                self.say(place, "an array says what its items are")
            else:
                self.schema(f"{place}[]", node["items"], is_request)

    def kind(self, place, node):
        kinds = node.get("type")
        if isinstance(kinds, list):
            if len(kinds) != 2 or kinds[1] != "null":
                self.say(place, "a list of types is [x, 'null']")
            kinds = kinds[0]
        if kinds not in ("string", "integer", "boolean", "object", "array"):
            self.say(place, f"the type {kinds} is not in the profile")
        return kinds

    def bounded(self, place, node, kind):
        name = node.get("format")
        if name and name not in profile.REQUEST_FORMATS:
            self.say(place, f"the format {name} has no checker in the server")
        if kind == "string" and "enum" not in node and name not in profile.BOUNDED_FORMATS and "maxLength" not in node:
            self.say(place, "a text that comes in needs maxLength")
        if kind == "integer" and not {"minimum", "maximum"} <= set(node):
            self.say(place, "a number that comes in needs minimum and maximum")
        if kind == "array" and "maxItems" not in node:
            self.say(place, "a list that comes in needs maxItems")
        if "uniqueItems" in node:
            self.say(place, "uniqueItems has no checker in the server")

    def object(self, place, node, is_request):
        if node.get("x-open"):
            if is_request:
                self.say(place, "an object that comes in is closed")
            return
        if node.get("additionalProperties") is not False:
            self.say(place, "additionalProperties: false is missing")
        members = node.get("properties", {})
        if not members:
            self.say(place, "an object has members")
        for name in set(node.get("required", [])) - set(members):
            self.say(place, f"requires {name}, which it does not have")
        for name, member in members.items():
            if not CAMEL.fullmatch(name):
                self.say(f"{place}.{name}", "members are camelCase")
            self.sentence(f"{place}.{name}", member if "description" in member else profile.resolve(self.document, member))
            self.schema(f"{place}.{name}", member, is_request)

    # ---- Operations -------------------------------------------------------------------------------------------------------

    def path(self, template, item):
        for segment in template.strip("/").split("/"):
            is_parameter = segment.startswith("{") and segment.endswith("}")
            if not (CAMEL.fullmatch(segment[1:-1]) if is_parameter else KEBAB.fullmatch(segment)):
                self.say(template, f"{segment}: segments are kebab-case, parameters camelCase")
        if set(item) - ITEM_WORDS:
            self.say(template, f"not in the profile: {', '.join(sorted(set(item) - ITEM_WORDS))}")
        for method in profile.METHODS:
            if method in item:
                self.operation(f"{method.upper()} {template}", template, method, item[method])

    def operation(self, place, template, method, operation):
        missing = OPERATION_WORDS - OPTIONAL_WORDS - set(operation)
        strange = set(operation) - OPERATION_WORDS
        for words, text in ((missing, "is missing"), (strange, "is not in the profile")):
            for word in sorted(words):
                self.say(place, f"{word} {text}")
        if missing:
            return
        self.names(place, operation)
        for parameter in operation.get("parameters", []):
            self.parameter(place, self.resolve(place, parameter), True)
        wanted = set(re.findall(r"\{([^}]+)\}", template))
        if wanted != {parameter["name"] for parameter in profile.parameters(self.document, operation, "path")}:
            self.say(place, "the parameters of the path and of its template differ")
        self.rest(place, template, operation)
        self.safety(place, template, method, operation)
        if "requestBody" in operation:
            self.request_body(place, operation["requestBody"])
        for status, response in operation["responses"].items():
            self.response(f"{place} {status}", status, response)
        self.problems(place, operation)

    def names(self, place, operation):
        name = operation["operationId"]
        if not CAMEL.fullmatch(name) or name in self.operation_ids:
            self.say(place, f"{name}: an operationId is camelCase and stands once")
        self.operation_ids.add(name)
        if operation["summary"].endswith("."):
            self.say(place, "a summary has no full stop")
        self.sentence(place, operation)
        if operation["x-login"] not in profile.LOGINS:
            self.say(place, "x-login is none, any or strong")
        if operation["security"] != ([] if operation["x-login"] == "none" else [{"bearer": []}]):
            self.say(place, "security and x-login differ")
        for rule in operation["x-rules"]:
            if not RULE.fullmatch(rule):
                self.say(place, f"{rule} is not the number of a rule")
        for tag in operation["tags"]:
            if tag not in [known["name"] for known in self.document["tags"]]:
                self.say(place, f"the tag {tag} is not described")

    def rest(self, place, template, operation):
        """A parameter with slashes in it can only be the last."""
        name = profile.rest_parameter(self.document, operation)
        if name is not None and not template.endswith("/{" + name + "}"):
            self.say(place, f"{name} takes the rest of the path and is not the last of it")

    def safety(self, place, template, method, operation):
        """X1: a key on every POST. X2: a version on every change, and an ETag on what can be changed; what goes on with something says where."""
        takes = lambda name: profile.takes_header(self.document, operation, name)
        operation = self.document["paths"][template][method]
        if (method == "post" and profile.stores(method, operation)) != takes(profile.KEY_HEADER):
            self.say(place, "Idempotency-Key belongs on every POST that stores and nowhere else (X1)")
        goes_on = profile.BYTES_MEDIA in operation.get("requestBody", {}).get("content", {})
        if goes_on != takes(profile.OFFSET_HEADER) or (goes_on and method != "patch"):
            self.say(place, f"{profile.BYTES_MEDIA} is sent by PATCH, with {profile.OFFSET_HEADER}, and nothing else is")
        changes = (method in ("patch", "delete") and not goes_on) or (method == "put" and not operation.get("x-upsert"))
        if "x-change" in operation and (operation["x-change"] is not False or not profile.stores(method, operation)):
            self.say(place, "x-change is false, and belongs to what stores (X4)")
        if changes and not takes("If-Match"):
            self.say(place, "a change takes If-Match (X2)")
        answer = operation["responses"].get("200", {})
        is_resource = method == "get" and template.endswith("}") and profile.JSON_MEDIA in answer.get("content", {})
        if is_resource and "ETag" not in answer.get("headers", {}):
            self.say(place, "a resource has an ETag (X2)")
        if method == "get" and "requestBody" in operation:
            self.say(place, "a GET has no body")

    def parameter(self, place, node, is_request):
        """A request parameter, or a header of an answer."""
        place = f"{place} {node.get('name', '')}".strip()
        if "schema" not in node or "example" not in node:
            self.say(place, "a schema and an example belong to every parameter and header")
            return
        self.sentence(place, node)
        # A request header that may be left out is never refused either, and needs no bound.
        self.schema(place, node["schema"], is_request and (node["in"] != "header" or node.get("required", False)))
        self.example(place, node["schema"], node["example"])

    def request_body(self, place, body):
        if body.get("required") is not True:
            self.say(place, "a body is required")
        for media, content in body["content"].items():
            if media not in profile.BODY_MEDIA:
                self.say(place, f"{media} is not in the profile")
            if media == profile.BYTES_MEDIA:
                self.bytes(f"{place} body", self.resolve(place, content["schema"]))
            elif profile.resolve(self.document, content["schema"]).get("type") != "object":
                self.say(place, "a body is an object")
            self.schema(f"{place} body", content["schema"], is_request=media != profile.BYTES_MEDIA)
            self.examples(f"{place} body", content)

    def bytes(self, place, schema):
        if schema.get("format") != "binary" or schema.get("minLength") != 1 or "maxLength" not in schema:
            self.say(place, "bytes are a text of format binary, with minLength 1 and maxLength")

    def response(self, place, status, reference):
        response = self.resolve(place, reference)
        headers = response.get("headers", {})
        for name in (*profile.ANSWER_HEADERS, *profile.STATUS_HEADERS.get(status, [])):
            if name not in headers:
                self.say(place, f"the header {name} is missing")
        for header in headers.values():
            self.resolve(place, header)
        self.sentence(place, response)
        for media, content in response.get("content", {}).items():
            if media not in ((profile.PROBLEM_MEDIA,) if int(status) >= 400 else profile.ANSWER_MEDIA):
                self.say(place, f"{media} is not in the profile")
            self.schema(place, content["schema"])
            self.examples(place, content)

    def problems(self, place, operation):
        """The answers of 400 and above are exactly those of x-problems, and these hold all that follow from the shape."""
        listed = [slug for status, response in operation["responses"].items() if int(status) >= 400
                  for slug in self.resolve(place, response)["x-problems"]]
        if sorted(listed) != sorted(operation["x-problems"]):
            self.say(place, "x-problems and the responses differ")
        for slug in profile.shape_problems(self.document, operation):
            if slug not in listed:
                self.say(place, f"the problem {slug} follows from its shape and is missing")

    # ---- Examples ---------------------------------------------------------------------------------------------------------

    def examples(self, place, content):
        if content.get("x-open"):
            return
        values = [self.resolve(place, example)["value"] for example in content.get("examples", {}).values()]
        values += [content["example"]] if "example" in content else []
        if not values:
            self.say(place, "an example is missing")
        for value in values:
            self.example(place, content["schema"], value)

    def example(self, place, schema, value):
        for error in profile.schema_validator(self.document, schema).iter_errors(value):
            where = "/".join(map(str, error.absolute_path))
            self.say(place, f"the example does not fit its schema at /{where}: {error.message}")

    def unused(self):
        for kind, members in self.document["components"].items():
            if kind == "securitySchemes":
                continue
            for name in members:
                if f"#/components/{kind}/{name}" not in self.used:
                    self.say(f"{kind}/{name}", "is used by nothing")


def lint(document):
    """Every finding as a line of text."""
    return Lint(document).run()


def main():
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2] / "openapi.yaml"
    try:
        findings = lint(profile.load(path))
    except profile.ProfileError as error:
        sys.exit(f"lint: {error}")
    for finding in findings:
        print(finding)
    if findings:
        sys.exit(f"lint: {len(findings)} finding(s) in {path.name}")


if __name__ == "__main__":
    main()
