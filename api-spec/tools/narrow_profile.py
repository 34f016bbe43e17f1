# SPDX-License-Identifier: EUPL-1.2
"""What the contract's tools share: YAML read and written by the 1.2 core schema, and the named formats of the narrow profile.

PyYAML follows YAML 1.1 and reads NO as false and 12:30 as 750; this loader reads null, true, false, integers and
decimal numbers, and leaves everything else a string. Duplicate keys, anchors, tags and merge keys are refused.
"""
import datetime
import pathlib
import re
import unicodedata

import yaml


class ProfileError(Exception):
    """The contract or one of its parts is not what the profile allows. The text names the place."""


# ---- YAML 1.2, core schema ------------------------------------------------------------------------------------------------

class _Loader(yaml.CSafeLoader):
    def construct_mapping(self, node, deep=False):
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise ProfileError(f"a key must be a string, quote it:{key_node.start_mark}")
            if key in seen:
                raise ProfileError(f"the key {key!r} stands twice:{key_node.start_mark}")
            seen.add(key)
        return super().construct_mapping(node, deep)


_CORE = [
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", "~nN\0"),
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("tag:yaml.org,2002:int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
     "-+.0123456789"),
]


def _integer(loader, node):
    text = node.value
    if text.startswith("0o"):
        return int(text[2:], 8)
    return int(text, 16) if text.startswith("0x") else int(text, 10)


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in _CORE:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_pattern})$"), [""] + list(_first) if "\0" in _first else list(_first))
_Loader.add_constructor("tag:yaml.org,2002:int", _integer)


def _check_events(text):
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.events.AliasEvent) or getattr(event, "anchor", None):
            raise ProfileError(f"anchors and aliases are not used here:{event.start_mark}")
        if getattr(event, "tag", None):
            raise ProfileError(f"tags are not used here:{event.start_mark}")


def load(path):
    """One YAML document as plain Python values."""
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8")
        _check_events(text)
        return yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ProfileError) as error:
        raise ProfileError(f"{path}: {error}") from error


class _Dumper(yaml.SafeDumper):
    """Quotes every string that a reader of YAML 1.1 or of 1.2 would take for something else."""

    def ignore_aliases(self, data):
        return True

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


for _tag, _pattern, _first in _CORE:
    _Dumper.add_implicit_resolver(_tag, re.compile(rf"^(?:{_pattern})$"), list(_first.replace("\0", "")))
_Dumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None))


def dump(document):
    """The same text for the same document, always."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


# ---- The contract's shape -------------------------------------------------------------------------------------------------

METHODS = ("get", "post", "put", "patch", "delete")
LOGINS = ("none", "any", "strong")
LANGUAGES = ("en", "nb", "sv")
PROBLEM_TYPE = "urn:problem-type:trygg:"
PROBLEM_MEDIA = "application/problem+json"
BYTES_MEDIA = "application/offset+octet-stream"  # a body that is taken as it is: the next bytes of something, from Upload-Offset on
BODY_MEDIA = ("application/json", "application/merge-patch+json", BYTES_MEDIA)
JSON_MEDIA = "application/json"
ANSWER_MEDIA = (JSON_MEDIA, "text/plain", "application/octet-stream", "*/*")  # of an answer below 400; octets are read as Latin-1
KEY_HEADER = "Idempotency-Key"
OFFSET_HEADER = "Upload-Offset"
READ_HEADERS = (KEY_HEADER, "If-Match", OFFSET_HEADER)  # of requests, that are refused when they are wrong
ANSWER_HEADERS = ("X-Request-Id", "traceparent", "Cache-Control", "X-Content-Type-Options")  # on every answer
STATUS_HEADERS = {"201": ["ETag", "Location"], "401": ["WWW-Authenticate"], "405": ["Allow"], "429": ["Retry-After"],
                  "503": ["Retry-After"]}
PROBLEM_HEADERS = {"offset-mismatch": ["Upload-Offset"], "document-unfinished": ["Upload-Offset"], "range-beyond": ["Content-Range"]}


def resolve(document, node):
    """Follows $ref inside the document; a description beside it stays with the reference."""
    while isinstance(node, dict) and "$ref" in node:
        target = document
        reference = node["$ref"]
        if not reference.startswith("#/"):
            raise ProfileError(f"{reference}: only references inside the document")
        for step in reference[2:].split("/"):
            if step not in target:
                raise ProfileError(f"{reference}: names nothing")
            target = target[step]
        node = target
    return node


def operations(document):
    """(template, method, operation) in the order of the document."""
    for template, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield template, method, item[method]


def parameters(document, operation, place):
    """The operation's parameters in path, query or header, resolved, in order."""
    resolved = [resolve(document, parameter) for parameter in operation.get("parameters", [])]
    return [parameter for parameter in resolved if parameter["in"] == place]


def rest_parameter(document, operation):
    """The name of the path parameter that takes the rest of the path (x-rest), or None."""
    return next((each["name"] for each in parameters(document, operation, "path") if each.get("x-rest")), None)


def takes_header(document, operation, name):
    return any(parameter["name"] == name for parameter in parameters(document, operation, "header"))


def stores(method, operation):
    """A POST that only reads says so."""
    return method != "get" and not operation.get("x-reads", False)


def is_change(method, operation):
    """Whether it changes a record: what the feed tells of (X4). What stores does, unless x-change says otherwise."""
    return stores(method, operation) and operation.get("x-change", True)


def shape_problems(document, operation):
    """The problems that follow from an operation's shape alone; the others it names itself in x-problems."""
    slugs = ["malformed", "invalid"]
    if operation["x-login"] != "none":
        slugs += ["token-missing", "token-invalid"]
    if operation["x-login"] == "strong":
        slugs += ["login-too-weak"]
    if takes_header(document, operation, "If-Match"):
        slugs += ["precondition-failed", "precondition-required"]
    slugs += ["too-large"]
    if "requestBody" in operation:
        slugs += ["unsupported-media"]
    if takes_header(document, operation, KEY_HEADER) and any(str(status).startswith("2") for status in operation["responses"]):
        slugs += ["key-reused"]   # what is always refused keeps no key
    if operation["x-login"] != "none":
        slugs += ["too-many-calls"]
    slugs += ["internal", "unavailable"]
    if operation["x-login"] != "none":
        slugs += ["outcome-unknown"]
    return slugs


# ---- Named formats --------------------------------------------------------------------------------------------------------

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,3})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What cannot be seen, as server/base/text.c has it; noncharacters at the ends of the planes left out.
_UNSEEN = re.compile("[\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164"
                     "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*")
# Turns the direction of writing, or has no width and no use in a name.
_DISGUISING = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_TOKEN = re.compile(r"[\x21-\x7e]+")
_TILE = re.compile(r"(?:x[0-9]{3}/){0,4}[0-9]{3}(?:\.p/(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?")
_CIVIC = re.compile(r"[0-9]{8}-?[0-9]{4}|[0-9]{11}")
_TRACE = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_ETAG = re.compile(r'"[\x21\x23-\x7e]+"')
_REFERENCE = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)+")


def _is_day(text):
    try:
        return bool(_DAY.fullmatch(text)) and 1900 <= datetime.date.fromisoformat(text).year <= 2999
    except ValueError:
        return False


def _is_time(text):
    match = _TIME.fullmatch(text)
    return bool(match) and _is_day(match.group(1))


def _luhn(digits):
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _modulo_11(digits):
    first = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
    second = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    numbers = [int(digit) for digit in digits]
    return all(sum(n * w for n, w in zip(numbers, weights)) % 11 == 0 for weights in (first, second))


# Skatteetaten: which individnummer stand for which years of birth.
_SERIES = ((0, 499, 1900, 1999), (500, 749, 1854, 1899), (500, 999, 2000, 2039), (900, 999, 1940, 1999))


def _exists(year, month, day):
    try:
        return bool(datetime.date(year, month, day))
    except ValueError:
        return False


def _norwegian_day(digits):
    day, month, two_digits, individual = (int(digits[at:end]) for at, end in ((0, 2), (2, 4), (4, 6), (6, 9)))
    years = [first - first % 100 + two_digits for low, high, first, last in _SERIES
             if low <= individual <= high and first <= first - first % 100 + two_digits <= last]
    return bool(years) and _exists(years[0], month, day - 40 if day > 40 else day)


def _swedish_day(digits):
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    return 1800 <= year <= 2099 and _exists(year, month, day - 60 if day > 60 else day)


def _is_civic(text):
    if not _CIVIC.fullmatch(text):
        return False
    digits = text.replace("-", "")
    if len(digits) == 12:
        return _swedish_day(digits) and _luhn(digits[2:])
    return _norwegian_day(digits) and _modulo_11(digits)


def _is_tile(text):
    """c2sp.org/tlog-tiles: an index has no group of zeros in front."""
    return bool(_TILE.fullmatch(text)) and not text.startswith("x000/")


# What a request may carry: each has a checker in server/api/check.c. The value is its name in enum field_format.
REQUEST_FORMATS = {
    "uuid": "FORMAT_UUID",
    "date": "FORMAT_DATE",
    "date-time": "FORMAT_DATE_TIME",
    "line": "FORMAT_LINE",
    "civic-number": "FORMAT_CIVIC_NUMBER",
    "token": "FORMAT_TOKEN",
    "tile": "FORMAT_TILE",
    "file-name": "FORMAT_FILE_NAME",
    "text": "FORMAT_TEXT",
}
# Formats whose own checker bounds the length.
BOUNDED_FORMATS = ("uuid", "date", "date-time", "civic-number", "tile")

def _is_line(text):
    return not _CONTROL.search(text) and not any(unicodedata.category(end) == "Zs" for end in text[:1] + text[-1:])


FORMATS = {
    "uuid": lambda text: bool(_UUID.fullmatch(text)),
    "date": _is_day,
    "date-time": _is_time,
    "line": _is_line,
    "file-name": lambda text: _is_line(text) and not re.search(r"[/\\]", text) and not _DISGUISING.search(text) and text not in (".", ".."),
    "text": lambda text: not _UNSEEN.fullmatch(text),
    "civic-number": _is_civic,
    "token": lambda text: bool(_TOKEN.fullmatch(text)),
    "tile": _is_tile,
    # In answers only.
    "traceparent": lambda text: bool(_TRACE.fullmatch(text)),
    "etag": lambda text: bool(_ETAG.fullmatch(text)),
    "uri-reference": lambda text: bool(_REFERENCE.fullmatch(text)),
    "binary": lambda text: True,
    "problem-type": lambda text: text.startswith(PROBLEM_TYPE),
}


def format_checker():
    """The named formats as a jsonschema FormatChecker, knowing nothing else."""
    import jsonschema

    checker = jsonschema.FormatChecker(formats=())
    checker.checkers = {name: ((lambda value, fits=fits: not isinstance(value, str) or fits(value)), ())
                        for name, fits in FORMATS.items()}
    return checker


_resolved = {}


def schema_validator(document, schema):
    """A Draft 2020-12 validator for one schema of the document."""
    import jsonschema

    if _resolved.get("document") is not document:  # a resolver walks the whole document: one is kept for the next schema
        _resolved.update(document=document, resolver=jsonschema.RefResolver.from_schema(document), formats=format_checker())
    return jsonschema.Draft202012Validator(schema, resolver=_resolved["resolver"], format_checker=_resolved["formats"])
