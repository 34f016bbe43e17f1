#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""contract.py ROOT OUTDIR: ROOT/openapi.yaml → OUTDIR/contract.gen.h and contract.gen.c (server/api/contract.h says what they hold).

An operation becomes a route and the prototype of its function, a request body's schema a table of fields, a problem a row under each
of its statuses. What the tables cannot carry, or a status, failure code or language without a text, ends the build. The files are
written only when they change.
"""
import json
import pathlib
import re
import sys

import narrow_profile as profile

C_METHODS = {method: f"HTTP_{method.upper()}" for method in profile.METHODS}
C_TYPES = {"string": "TYPE_STRING", "integer": "TYPE_INTEGER", "boolean": "TYPE_BOOLEAN", "object": "TYPE_OBJECT", "array": "TYPE_ARRAY"}
LIMITS = {"string": ("minLength", "maxLength"), "integer": ("minimum", "maximum"), "array": ("minItems", "maxItems")}
ROUTE_LIMITS = {"segments": 10, "path": 4, "query": 16}
DO_NOT_EDIT = "/* SPDX-License-Identifier: EUPL-1.2 */\n/* Made from openapi.yaml by api-spec/tools/contract.py at build time. */\n"


def c_string(text):
    """A C literal in ASCII; other bytes as octal escapes, which never swallow what follows. '?' is kept from making trigraphs."""
    plain = {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("?"): "\\?"}
    return '"' + "".join(plain.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}") for byte in text.encode()) + '"'


def words(name):
    """createStudent → create_student, civic-number → civic_number."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def enum_members(path, enum):
    """The members of one C enum of a header, in order, the counting one left out."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    match = re.search(rf"\benum {enum} \{{(.*?)\}}", text, flags=re.S)
    if not match:
        raise profile.ProfileError(f"{path}: enum {enum} is not there")
    members = [member.split("=")[0].strip() for member in match.group(1).split(",")]
    return [member for member in members if member and not member.endswith("_COUNT")]


# ---- Fields and schemas ---------------------------------------------------------------------------------------------------

class Tables:
    """Collects the C tables; each schema is written once, before whatever names it."""

    def __init__(self, document):
        self.document = document
        self.lines = []
        self.schemas = {}
        self.open = []

    def field(self, label, name, node, required):
        """One initializer of struct field. `label` makes the names of what it points to."""
        schema = profile.resolve(self.document, node)
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        plain = [kind for kind in kinds if kind != "null"]
        if len(plain) != 1 or plain[0] not in C_TYPES:
            raise profile.ProfileError(f"{label}: the type {schema['type']} has no checker")
        kind = plain[0]
        low, high = (schema.get(limit) for limit in LIMITS.get(kind, ("", "")))
        parts = [
            f".name = {c_string(name)}",
            f".type = {C_TYPES[kind]}",
            f".format = {self.format_of(label, schema)}",
            f".min = {'INT64_MIN' if low is None and kind == 'integer' else low or 0}",
            f".max = {'INT64_MAX' if high is None else high}",
            f".required = {'true' if required else 'false'}",
            f".nullable = {'true' if 'null' in kinds else 'false'}",
        ]
        if "enum" in schema:
            parts.append(f".choices = {self.choices(label, schema['enum'])}")
        if kind == "object":
            parts.append(f".schema = &{self.schema(node, label)}")
        if kind == "array":
            parts.append(self.items(label, schema["items"]))
        return "{" + ", ".join(parts) + "}"

    def format_of(self, label, schema):
        if "format" not in schema:
            return "FORMAT_ANY"
        if schema["format"] not in profile.REQUEST_FORMATS:
            raise profile.ProfileError(f"{label}: the format {schema['format']} has no checker in a request")
        return profile.REQUEST_FORMATS[schema["format"]]

    def choices(self, label, values):
        texts = [value for value in values if value is not None]
        if not all(isinstance(value, str) for value in texts):
            raise profile.ProfileError(f"{label}: only texts can be chosen from")
        self.lines.append(f"static const char *const choices_{label}[] = {{{', '.join(map(c_string, texts))}, NULL}};")
        return f"choices_{label}"

    def items(self, label, node):
        if profile.resolve(self.document, node)["type"] == "object":
            return f".schema = &{self.schema(node, label + '_items')}"
        initializer = self.field(label + "_items", "", node, True)
        self.lines.append(f"static const struct field items_{label} = {initializer};")
        return f".items = &items_{label}"

    def schema(self, node, label):
        """The C name of an object schema's table."""
        name = words(node["$ref"].rsplit("/", 1)[1]) if "$ref" in node else label
        if name in self.open:
            raise profile.ProfileError(f"{name}: a schema may not hold itself")
        if name in self.schemas:
            return self.schemas[name]
        self.open.append(name)
        schema = profile.resolve(self.document, node)
        required = schema.get("required", [])
        fields = [self.field(f"{name}_{words(member)}", member, part, member in required)
                  for member, part in schema["properties"].items()]
        self.open.pop()
        self.array("field", f"fields_{name}", fields)
        self.lines.append(f"static const struct schema schema_{name} = "
                          f"{{.name = {c_string(name)}, .fields = fields_{name}, .n_fields = {len(fields)}}};")
        self.schemas[name] = f"schema_{name}"
        return self.schemas[name]

    def array(self, struct, name, initializers):
        self.lines.append(f"static const struct {struct} {name}[] = {{")
        self.lines += [f"    {initializer}," for initializer in initializers]
        self.lines.append("};")


# ---- Routes ---------------------------------------------------------------------------------------------------------------

def path_parameters(document, template, operation):
    """The path's parameters in order of appearance in the template."""
    declared = {parameter["name"]: parameter for parameter in profile.parameters(document, operation, "path")}
    names = re.findall(r"\{([^}]+)\}", template)
    if sorted(names) != sorted(declared):
        raise profile.ProfileError(f"{template}: the parameters of the path and of its template differ")
    return [declared[name] for name in names]


def parameter_table(tables, operation_name, place, parameters):
    """Adds the table; returns the two members of struct route that name it."""
    if len(parameters) > ROUTE_LIMITS[place]:
        raise profile.ProfileError(f"{operation_name}: more than {ROUTE_LIMITS[place]} parameters in {place}")
    if not parameters:
        return []
    label = f"{operation_name}_{place}"
    fields = [tables.field(f"{label}_{words(parameter['name'])}", parameter["name"], parameter["schema"], parameter.get("required", False))
              for parameter in parameters]
    tables.array("field", f"fields_{label}", fields)
    return [f".{place} = fields_{label}", f".n_{place} = {len(parameters)}"]


def body_members(tables, operation):
    if "requestBody" not in operation:
        return []
    content = operation["requestBody"]["content"]
    if len(content) != 1:
        raise profile.ProfileError(f"{operation['operationId']}: a body has one media type")
    media, entry = next(iter(content.items()))
    if media == profile.BYTES_MEDIA:
        return [f".bytes_type = {c_string(media)}", f".bytes_max = {profile.resolve(tables.document, entry['schema'])['maxLength']}"]
    schema = tables.schema(entry["schema"], words(operation["operationId"]) + "_body")
    return [f".body = &{schema}", f".body_type = {c_string(media)}"]


def counted_as(document, operation):
    """What the figures call it: its own name, or the word of its tag, where even that it was called tells something (x-figures)."""
    words_of_tags = [tag["x-figures"] for tag in document["tags"] if "x-figures" in tag and tag["name"] in operation["tags"]]
    return words_of_tags[0] if words_of_tags else operation["operationId"]


def route(tables, template, method, operation):
    """The initializer of one struct route."""
    document = tables.document
    name = words(operation["operationId"])
    segments = template.strip("/").split("/")
    if len(segments) > ROUTE_LIMITS["segments"]:
        raise profile.ProfileError(f"{template}: more than {ROUTE_LIMITS['segments']} segments")
    members = [
        f".operation_id = {c_string(operation['operationId'])}",
        f".counted_as = {c_string(counted_as(document, operation))}",
        f".method = {C_METHODS[method]}",
        f".template = {c_string(template)}",
        f".segments = {{{', '.join('NULL' if segment.startswith('{') else c_string(segment) for segment in segments)}}}",
        f".n_segments = {len(segments)}",
        f".login = LOGIN_{operation['x-login'].upper()}",
        *body_members(tables, operation),
        *parameter_table(tables, name, "path", path_parameters(document, template, operation)),
        *parameter_table(tables, name, "query", profile.parameters(document, operation, "query")),
        f".takes_rest = {'true' if profile.rest_parameter(document, operation) else 'false'}",
        f".takes_idempotency_key = {'true' if profile.takes_header(document, operation, profile.KEY_HEADER) else 'false'}",
        f".takes_if_match = {'true' if profile.takes_header(document, operation, 'If-Match') else 'false'}",
        f".takes_upload_offset = {'true' if profile.takes_header(document, operation, profile.OFFSET_HEADER) else 'false'}",
        f".takes_range = {'true' if profile.takes_header(document, operation, 'Range') else 'false'}",
        f".item_by_item = {'true' if operation.get('x-upsert') else 'false'}",
        f".run = op_{name}",
    ]
    return "{\n        " + ",\n        ".join(members) + ",\n    }"


def changes(document):
    """The operations that change a record, in the order of strcmp."""
    names = sorted(operation["operationId"] for _, method, operation in profile.operations(document) if profile.is_change(method, operation))
    return ["const char *const contract_changes[] = {", *[f"    {c_string(name)}," for name in names], "};",
            f"const size_t contract_n_changes = {len(names)};", ""]


def parameter_indices(document, template, operation):
    """One enum per operation and place: which index of the request's parameters is which."""
    name = words(operation["operationId"]).upper()
    lines = []
    for place, parameters in (("PATH", path_parameters(document, template, operation)),
                              ("QUERY", profile.parameters(document, operation, "query"))):
        members = [f"{name}_{place}_{words(parameter['name']).upper()}" for parameter in parameters]
        if members:
            lines.append(f"enum {{ {', '.join(members)} }};")
    return lines


# ---- Texts ----------------------------------------------------------------------------------------------------------------

def language_table(where, texts):
    if list(texts) != list(profile.LANGUAGES) or not all(isinstance(text, str) and text for text in texts.values()):
        raise profile.ProfileError(f"problems.yaml: {where}: a text in each of {', '.join(profile.LANGUAGES)}, in that order")
    return "{" + ", ".join(f"[LANGUAGE_{language.upper()}] = {c_string(text)}" for language, text in texts.items()) + "}"


def problem_rows(problems, statuses):
    rows = {}
    for slug, problem in problems.items():
        row = (f"{{.type = {c_string(profile.PROBLEM_TYPE + slug)}, .http_status = {problem['http']},\n"
               f"         .title = {language_table(slug, problem['title'])},\n"
               f"         .detail = {language_table(slug, problem['detail'])}}}")
        for status in problem["statuses"]:
            if status in rows:
                raise profile.ProfileError(f"problems.yaml: {status} has two problems")
            rows[status] = row
    differing = sorted(set(statuses) ^ set(rows))
    if differing:
        raise profile.ProfileError(f"problems.yaml and status.h differ on {', '.join(differing)}")
    return [f"    [{status}] = {rows[status]}," for status in statuses]


def text_rows(where, texts, members):
    differing = sorted(set(members) ^ set(texts))
    if differing:
        raise profile.ProfileError(f"problems.yaml: {where} and failure.h differ on {', '.join(differing)}")
    return [f"    [{member}] = {language_table(member, texts[member])}," for member in members]


# ---- The two files --------------------------------------------------------------------------------------------------------

def header(document):
    lines = [DO_NOT_EDIT, "#ifndef TRYGG_CONTRACT_GEN_H", "#define TRYGG_CONTRACT_GEN_H", "", '#include "api/contract.h"', "",
             f"#define CONTRACT_VERSION {c_string(document['info']['version'])}", ""]
    for template, _, operation in profile.operations(document):
        lines.append(f"/* {operation['operationId']}: {operation['summary']} */")
        lines += parameter_indices(document, template, operation)
        lines.append(f"must_check enum status op_{words(operation['operationId'])}(struct api_request *request, struct api_answer *ret_answer);")
        lines.append("")
    lines += ["extern const struct problem contract_problems[STATUS_COUNT];",
              "extern const char *const contract_failure_texts[FAILURE_CODE_COUNT][LANGUAGE_COUNT];", "", "#endif", ""]
    return "\n".join(lines)


def byte_array(document):
    """The document as JSON in a char array: a string literal may not be that long."""
    numbers = [str(byte) for byte in json.dumps(document, separators=(",", ":")).encode("ascii")]
    rows = [",".join(numbers[at:at + 40]) for at in range(0, len(numbers), 40)]
    return ["const char contract_json[] = {", ",\n".join(rows) + ",0};", f"const size_t contract_json_len = {len(numbers)};"]


def source(root, document):
    tables = Tables(document)
    routes = [route(tables, *entry) for entry in profile.operations(document)]
    texts = profile.load(root / "api-spec" / "problems" / "problems.yaml")
    base = root / "server" / "base"
    statuses = enum_members(base / "status.h", "status")
    codes = enum_members(base / "failure.h", "failure_code")
    text_rows("places", texts["places"], enum_members(base / "failure.h", "failure_place"))
    lines = [DO_NOT_EDIT, '#include "contract.gen.h"', "", *tables.lines, ""]
    lines += ["const struct route contract_routes[] = {", *[f"    {entry}," for entry in routes], "};"]
    lines += [f"const size_t contract_n_routes = {len(routes)};", "", *changes(document)]
    lines += ["const struct problem contract_problems[STATUS_COUNT] = {", *problem_rows(texts["problems"], statuses), "};", ""]
    lines += ["const char *const contract_failure_texts[FAILURE_CODE_COUNT][LANGUAGE_COUNT] = {",
              *text_rows("failures", texts["failures"], codes), "};", ""]
    lines += [f"_Static_assert(STATUS_COUNT == {len(statuses)}, \"status.h has changed: make this file again\");",
              f"_Static_assert(FAILURE_CODE_COUNT == {len(codes)}, \"failure.h has changed: make this file again\");", ""]
    return "\n".join(lines + byte_array(document) + [""])


def write_when_changed(path, text):
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: contract.py ROOT OUTDIR")
    root, out = map(pathlib.Path, sys.argv[1:])
    try:
        document = profile.load(root / "openapi.yaml")
        header_text, source_text = header(document), source(root, document)
    except (profile.ProfileError, KeyError) as error:
        sys.exit(f"contract: {error}")
    out.mkdir(parents=True, exist_ok=True)
    write_when_changed(out / "contract.gen.h", header_text)
    write_when_changed(out / "contract.gen.c", source_text)


if __name__ == "__main__":
    main()
