# SPDX-License-Identifier: EUPL-1.2
"""What the contract says of a request before any rule is asked: whether it can be read at all, and which of its fields are wrong (X3). Read
from openapi.yaml alone and written without a look at the daemon's own checker, so that the two can be held against each other.

    ContractReader(model).read("POST", "/v1/students", b"/v1/students", [("Content-Type", b"application/json")], b"{}")
    ContractReader(model).reading(request)   # of bad_requests.py
"""
import dataclasses
import json
import math
import re
import urllib.parse

import narrow_profile as profile

MAX_DEPTH = 32
NAME_BYTES = 127           # FieldError.name
MAX_ERRORS = 32            # Problem.errors
MAX_TARGET, MAX_PARTS = 4096, 32   # "Strict input" in the contract
UNRESERVED = set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@%")   # RFC 3986, section 3.3
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)")
TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}
LIMITS = {"string": ("minLength", "maxLength"), "integer": ("minimum", "maximum"), "array": ("minItems", "maxItems")}


class Unreadable(Exception):
    """There is no one way to read it: the problem is `malformed`."""


@dataclasses.dataclass(frozen=True)
class Reading:
    """`slug`: the problem, or None when nothing is wrong. `errors`: (in, name, code), sorted. `items`: for a batch the errors of each."""
    slug: str = None
    errors: tuple = ()
    items: tuple = None

    @property
    def well_formed(self):
        return self.slug is None and not any(self.items or ())


# ---- Texts ----------------------------------------------------------------------------------------------------------------

def _members(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Unreadable("a member twice")
    return members


def _integer(text):
    if len(text) > 20 or not -2**63 <= int(text) < 2**63:
        raise Unreadable("more than 64 bits")
    return int(text)


def _real(text):
    if not math.isfinite(float(text)):
        raise Unreadable("no number can be that large")
    return float(text)


def _no_constant(text):
    raise Unreadable(text)


def _check_depth(text):
    depth = 0
    for mark in re.findall(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', text, re.S):
        depth += (mark in "[{") - (mark in "]}")
        if depth > MAX_DEPTH:
            raise Unreadable("too deep")


def _check_texts(value):
    if isinstance(value, str) and re.search("[\0\ud800-\udfff]", value):
        raise Unreadable("a text that is none")
    for inner in [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_texts(inner)


def read_json(raw):
    """A value of strict JSON; Unreadable for everything else."""
    try:
        text = raw.decode("utf-8")
        _check_depth(text)
        value = json.loads(text, object_pairs_hook=_members, parse_int=_integer, parse_float=_real, parse_constant=_no_constant)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    _check_texts(value)
    return value


def _decoded(part, slash):
    """One segment of a path, or one side of a query part."""
    if not set(part) <= UNRESERVED | (set(b"/?") if slash else set()) or re.search(rb"%(?![0-9A-Fa-f]{2})", part):
        raise Unreadable("not RFC 3986")
    hidden = {int(code, 16) for code in re.findall(rb"%(..)", part)}
    if any(byte < 0x20 or byte in b"\x7f\\" or (byte == 0x2f and not slash) for byte in hidden):
        raise Unreadable("hides a control character or a separator")
    try:
        return urllib.parse.unquote_to_bytes(part).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(str(error)) from error


def read_path(path, rest=None):
    """The segments; those from number `rest` on are one, in which a slash may be hidden."""
    parts = path.split(b"/")[1:]
    segments = [_decoded(part, rest is not None and at >= rest) for at, part in enumerate(parts)]
    if set(segments) & {".", ".."}:
        raise Unreadable("a dot segment")
    return segments if rest is None else [*segments[:rest], "/".join(segments[rest:])]


def read_query(query):
    pairs = []
    for part in query.split(b"&") if query else []:
        name, _, value = part.partition(b"=")
        if len(pairs) == MAX_PARTS:
            raise Unreadable("too many parts")
        pairs.append((_decoded(name, True), _decoded(value, True)))
        if not pairs[-1][0]:
            raise Unreadable("a part without a name")
    return pairs


def _printable(name):
    """A name as a problem shows it."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7f else "?" for byte in name.encode("utf-8")[:NAME_BYTES])


# ---- Requests -------------------------------------------------------------------------------------------------------------

class ContractReader:
    def __init__(self, model):
        self.document = model.document
        self.model = model

    def operation(self, method, template):
        return self.document["paths"][template][method.lower()]

    def body_schema(self, operation):
        """(media type, schema), or (None, None)."""
        content = operation.get("requestBody", {}).get("content", {})
        return next(((media, entry["schema"]) for media, entry in content.items()), (None, None))

    def item_schema(self, operation):
        """The schema of a batch's items, which are refused one by one; None for any other operation."""
        if not operation.get("x-upsert"):
            return None
        return profile.resolve(self.document, self.body_schema(operation)[1])["properties"]["items"]["items"]

    def reading(self, request):
        return self.read(request.method, request.template, request.target, request.headers, request.data or b"")

    def read(self, method, template, target, headers, body):
        operation = self.operation(method, template)
        path, _, query = target.partition(b"?")
        try:
            if len(target) > MAX_TARGET:
                raise Unreadable("too long")
            segments = read_path(path, self._rest(operation, template))
            value = None
            if "requestBody" in operation:
                if not self._is_media(headers, self.body_schema(operation)[0]):
                    return Reading("unsupported-media")
                value = body if profile.BYTES_MEDIA in operation["requestBody"]["content"] else read_json(body)
            elif body:
                raise Unreadable("a body where none is taken")
            pairs = read_query(query)
        except Unreadable:
            return Reading("malformed")
        errors = [*self._path(operation, template, segments), *self._query(operation, pairs), *self._headers(operation, headers)]
        if "requestBody" in operation:
            errors += self._body(operation, value)
        if errors:
            return Reading("invalid", tuple(sorted(errors)))
        item = self.item_schema(operation)
        if item is None:
            return Reading()
        return Reading(items=tuple(tuple(sorted(self._in_body(self.faults(item, each)))) for each in value["items"]))

    def _rest(self, operation, template):
        """The place of the segment that takes the rest of the path, or None."""
        name = profile.rest_parameter(self.document, operation)
        return template.split("/")[1:].index("{" + name + "}") if name else None

    @staticmethod
    def _is_media(headers, media):
        said = [value.decode("latin-1") for name, value in headers if name.lower() == "content-type"]
        return len(said) == 1 and re.fullmatch(re.escape(media) + r'[ \t]*(;[ \t]*charset=("?)utf-8\2[ \t]*)?', said[0], re.I) is not None

    @staticmethod
    def _in_body(faults):
        return [("body", _printable(name), code) for name, code in faults]

    def _body(self, operation, value):
        media, schema = self.body_schema(operation)
        if media == profile.BYTES_MEDIA:
            return self._in_body(self.faults(schema, value.decode("latin-1")))
        if self.item_schema(operation) is not None and isinstance(value, dict) and isinstance(value.get("items"), list):
            return self._in_body(fault for fault in self.faults(schema, value) if not fault[0].startswith("/items/"))
        return self._in_body(self.faults(schema, value))

    def _path(self, operation, template, segments):
        schemas = {parameter["name"]: parameter["schema"] for parameter in profile.parameters(self.document, operation, "path")}
        for part, text in zip(template.split("/")[1:], segments):
            if part.startswith("{"):
                yield from (("path", part[1:-1], code) for code in self.text_faults(schemas[part[1:-1]], text))

    def _query(self, operation, pairs):
        parameters = {parameter["name"]: parameter for parameter in profile.parameters(self.document, operation, "query")}
        seen = set()
        for name, text in pairs:
            codes = ["repeated"] if name in seen else self.text_faults(parameters[name]["schema"], text) if name in parameters else ["unknown"]
            yield from (("query", _printable(name), code) for code in codes)
            seen |= {name} & set(parameters)
        for name, parameter in parameters.items():
            if parameter.get("required") and name not in seen:
                yield "query", name, "required"

    def _headers(self, operation, headers):
        for parameter in profile.parameters(self.document, operation, "header"):
            name = parameter["name"]
            if name not in profile.READ_HEADERS:
                continue
            said = [value.decode("latin-1").strip(" \t") for each, value in headers if each.lower() == name.lower()]
            if len(said) > 1:
                yield "header", name, "repeated"
            elif not said and parameter.get("required"):
                yield "header", name, "required"
            elif said and (self.text_faults(parameter["schema"], said[0]) or (name == profile.OFFSET_HEADER and said[0][:1] == "-")):
                yield "header", name, "format"

    # ---- Values -----------------------------------------------------------------------------------------------------------

    def text_faults(self, node, text):
        """The codes of what is wrong with a parameter."""
        schema = profile.resolve(self.document, node)
        if schema["type"] == "boolean":
            return [] if text in ("true", "false") else ["type"]
        if schema["type"] == "integer":
            return [code for _, code in self.faults(schema, int(text))] if DECIMAL.fullmatch(text) and text.isascii() else ["type"]
        return [code for _, code in self.faults(schema, text)]

    def faults(self, node, value, at=""):
        """(JSON pointer, code) of everything that is wrong with a value."""
        schema = profile.resolve(self.document, node)
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if value is None and "null" in kinds:
            return []
        kind = kinds[0]
        if not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
            return [(at, "type")]
        return getattr(self, "_" + kind)(schema, value, at)

    @staticmethod
    def _range(schema, kind, size, at):
        low, high = (schema.get(limit) for limit in LIMITS[kind])
        if low is not None and size < low:
            return [(at, "too-short")]
        return [(at, "too-long")] if high is not None and size > high else []

    def _string(self, schema, value, at):
        if "enum" in schema:
            return [] if value in schema["enum"] else [(at, "choice")]
        wrong = self._range(schema, "string", len(value), at)
        if wrong or "format" not in schema or profile.FORMATS[schema["format"]](value):
            return wrong
        return [(at, "format")]

    def _integer(self, schema, value, at):
        return self._range(schema, "integer", value, at)

    def _boolean(self, schema, value, at):
        return []

    def _array(self, schema, value, at):
        wrong = self._range(schema, "array", len(value), at)
        for index, item in enumerate(value):
            wrong += self.faults(schema["items"], item, f"{at}/{index}")
        return wrong

    def _object(self, schema, value, at):
        wrong = []
        for name, part in schema["properties"].items():
            if name in value:
                wrong += self.faults(part, value[name], f"{at}/{name}")
            elif name in schema.get("required", []):
                wrong.append((f"{at}/{name}", "required"))
        steps = (name.replace("~", "~0").replace("/", "~1") for name in value if name not in schema["properties"])
        return wrong + [(f"{at}/{step}", "unknown") for step in steps]
