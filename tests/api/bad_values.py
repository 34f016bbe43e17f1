# SPDX-License-Identifier: EUPL-1.2
"""Values that a schema does not have: for every place in a body, at any depth, and for the texts of parameters. They are only meant to be
wrong; what is wrong with each is for contract_reader.py to say, which also finds those that are right after all.

A tree of values may hold what Python's own do not: Raw, the bytes of a value as they stand; Pairs, an object member by member."""
import dataclasses
import json

import narrow_profile as profile

MARK = "Qxverdi"        # in every made-up text: nothing may repeat it
NAME_MARK = "Qxnavn"    # in every made-up name: only the name of an unknown field may

LONGEST_ESCAPED = 80_000   # characters that may be escaped as twelve each, in a body that is not too large

NOBODY = "019aa7b2-0000-7000-8000-00000000dead"
ABSURD_DATES = ["0000-00-00", "2026-02-30", "2026-13-01", "2026-00-10", "2027-02-29", "1899-12-31", "3000-01-01", "9999-12-31", "10000-01-01", "-001-01-01",
                "2026-1-1", "20260101", "2026-W01-1", "2026-001", "26-01-01", "01.01.2026", "2026-01-01T00:00:00Z", " 2026-01-01", "2026-01-01 ",
                "2026\u201301\u201301", "２０２６-01-01", "today", MARK, ""]
CONTROLS = [f"{MARK}{control}x" for control in "\x01\t\n\r\x1b\x1f\x7f\x85\x9f\u2028\u2029"]

# Good first. A format that is not here fails the test that meets it: it needs its values.
BY_FORMAT = {
    "uuid": ["019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11", "", "7", MARK, f"{{{NOBODY}}}", f"urn:uuid:{NOBODY}", NOBODY.replace("-", ""), NOBODY[:-1],
             NOBODY + "0", NOBODY.replace("-", "_"), "g" + NOBODY[1:], NOBODY[:8] + NOBODY[9:] + "0", NOBODY + "\n", " " + NOBODY[1:], "0x" + NOBODY[2:], "a" * 300,
             "../../v1/me", "null", "' OR 1=1 --", "０" + NOBODY[1:]],
    "date": ["2026-11-20", *ABSURD_DATES],
    "date-time": ["2026-11-20T12:00:00Z", *(f"{day}T12:00:00Z" for day in ABSURD_DATES), "2026-11-20", "2026-11-20T24:00:00Z",
                  "2026-11-20T12:60:00Z", "2026-11-20T12:00:61Z", "2026-11-20T12:00:00", "2026-11-20 12:00:00Z", "2026-11-20T12:00Z", "2026-11-20T12:00:00+25:00",
                  "2026-11-20T12:00:00.1234567890Z", "2026-11-20T12:00:00.Z", "1763640000", "now"],
    "civic-number": ["31123990008", "", "0", "31123990009", "31123990018", "3112399000", "311239900080", "00000000000", "32123990008", "199801019999",
                     "19980101-999", "980101-2380", "1998-0101-2380", "199801-012380", "+31123990008", "31123990008 ", "３１１２３９９０００８", "a" * 11, MARK],
    "line": ["Ola", "", " ", " a", "a ", "\u00a0a", "a\u3000", *CONTROLS],
    "text": ["Ord", "", " ", " \n\t", "\u00a0", "\u00ad", "\u2003\u3000", "\u200b", "\u200d", "\u2028", "\u202e", "\u2060", "\u2800", "\u3164", "\ufe0f", "\ufeff", "\x85"],
    "token": ["AZr4c0PrcYGkqDk3c9pW8A", "", f"{MARK} x", f"{MARK}\xe5", *CONTROLS],
    "tile": ["x001/067.p/12", "", "7", "67", "0067", "x067", "x000/067", "x001/x067", "x001", "x001/067.p/0", "067.p/256", "067.p/01", "067.p/", "067.p", "067.p/-1",
             "067/", "X001/067", "x1/067", "x001/067.q/1", "x001/" * 5 + "067", "０67", "067.p/1/1", "067\n", f"{MARK}/067", MARK],
    "file-name": ["Referat møte.pdf", "", " ", " a.pdf", "a.pdf ", ".", "..", "a/b.pdf", "a\\b.pdf", "../../etc/passwd", "C:\\a.pdf", "a\u200bb.pdf", "a\u202efdp.exe", "a\u2060.pdf", "a\u2066b\u2069.pdf",
                  "\ufeffa.pdf", *CONTROLS],
    "etag": ['"1"', "", "1", '"1', '1"', '""', 'W/"1"', "*", '"1", "2"', '"a"b"', "'1'", f'"{MARK} 1"', f'"{MARK}\xe5"',
             '"' + "1" * 65 + '"', '"' + "1" * 3000 + '"'],
    None: ["Ord", ""],
}

# Bytes that are no JSON value, and some that are one of another kind than they seem. The first few go everywhere, all into one place.
RAW = [b"1e400", b"18446744073709551616", b"1.0", b'"a\\u0000b"', b'"\\ud800"', b'"\xed\xa0\x80"', b'"\xc0\xaf"', b'"a\x00b"', b'"a\x01b"', b'"\xe2\x82"', b"",
       b"-1e400", b"1e2", b"-0", b"-0.0", b"01", b"+1", b"1.", b".5", b"0x10", b"1e", b"-", b"1_000", b"9223372036854775808", b"-9223372036854775809", b"NaN",
       b"Infinity", b"-Infinity", b"nil", b"True", b"nul", b"undefined", b"'a'", b"a", b'"a', b'"\\x41"', b'"\\u12"', b'"\\udc00\\ud800"', b'"\\ud800\\u0041"',
       b'"\xff"', b'"\xfe\xff"', b'"\x80"', b'"\xc3"', b'"\xe0\x80\x80"', b'"\xf0\x80\x80\x80"', b'"\xf4\x90\x80\x80"', b'"\xf8\x88\x80\x80\x80"',
       b'"\xed\xbf\xbf"', b'"a\nb"', b'"a\tb"', b"/**/1", b"[1,]", b"[,1]", b"{,}", b'{"a"}', b'{"a":}', b"{1:2}", b"[1 2]", b"1 2", b"]", b"}", b"\xef\xbb\xbf1"]
RAW_EVERYWHERE = 11
UNKNOWN = [NAME_MARK, "", "__proto__", f"{NAME_MARK}/~", f"{NAME_MARK}\u00e5\u4e2d", f"{NAME_MARK}\x7f\x1f", NAME_MARK * 40]


@dataclasses.dataclass(frozen=True)
class Raw:
    data: bytes


class Pairs(list):
    """(name or Raw, value), in order, repeats kept."""


def write_json(value):
    if isinstance(value, Raw):
        return value.data
    if isinstance(value, dict):
        value = Pairs(value.items())
    if isinstance(value, Pairs):
        return b"{" + b",".join(write_json(name) + b":" + write_json(inner) for name, inner in value) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(write_json, value)) + b"]"
    return json.dumps(value).encode()


@dataclasses.dataclass(frozen=True)
class Place:
    """A place in a tree: `put` makes the whole tree anew with something else there."""
    at: str
    schema: dict
    value: object
    put: object

    @property
    def kind(self):
        return kind_of(self.schema)


def kind_of(schema):
    return schema["type"][0] if isinstance(schema["type"], list) else schema["type"]


class Values:
    def __init__(self, document):
        self.document = document

    def resolve(self, node):
        return profile.resolve(self.document, node)

    def sample(self, node):
        """A value that the schema has."""
        schema = self.resolve(node)
        kind = kind_of(schema)
        if kind == "object":
            return {name: self.sample(part) for name, part in schema["properties"].items()}
        if kind == "array":
            return [self.sample(schema["items"])] * max(1, schema.get("minItems", 0))
        if kind == "string":
            return schema["enum"][0] if "enum" in schema else BY_FORMAT[schema.get("format")][0]
        return {"integer": schema.get("minimum", 0), "boolean": True}[kind]

    def places(self, node, value, at="", put=lambda new: new):
        """Every place of the schema in this tree; what the tree has not is made up."""
        schema = self.resolve(node)
        yield Place(at, schema, value, put)
        if kind_of(schema) == "object":
            for name, part in schema["properties"].items():
                inner = value.get(name)
                yield from self.places(part, self.sample(part) if inner is None else inner, f"{at}/{name}",
                                       lambda new, name=name: put({**value, name: new}))
        if kind_of(schema) == "array":
            items = value or self.sample(schema)
            yield from self.places(schema["items"], items[0], f"{at}/0", lambda new: put([new, *items[1:]]))

    # ---- What goes into a place -------------------------------------------------------------------------------------------

    def texts(self, schema):
        """Texts for a schema of type string."""
        if "enum" in schema:
            word = next(word for word in schema["enum"] if word)
            return [MARK, "", word.upper(), word.capitalize(), word.swapcase(), word + " ", " " + word, word[:-1], word + word, word + "\n", "null"]
        found = BY_FORMAT[schema.get("format")][1:]
        if schema.get("maxLength"):
            letters = "a\U00010348" if schema["maxLength"] < LONGEST_ESCAPED else "a"
            found = found + [letter * (schema["maxLength"] + 1) for letter in letters] + [MARK * 2000]
        return found + ["a" * (schema["minLength"] - 1)] if schema.get("minLength") else found

    @staticmethod
    def numbers(schema):
        return [limit + step for limit, step in ((schema.get("minimum", 0), -1), (schema.get("maximum", 0), 1))] + [-1, 0, 10**9, 2**63 - 1, -2**63]

    def wrong(self, place):
        """(word, value) for one place."""
        others = {"null": None, "true": True, "false": False, "a number": 7, "a real": 1.0, "a small real": 1e-5, "a text": MARK, "a number as text": "7",
                  "true as text": "true", "an array": [place.value], "an object": {NAME_MARK: place.value}, "empty array": [], "empty object": {}}
        yield from others.items()
        yield from getattr(self, "_" + place.kind)(place)

    def _string(self, place):
        yield from (("text", text) for text in self.texts(place.schema))

    def _integer(self, place):
        yield from (("number", number) for number in self.numbers(place.schema))

    def _boolean(self, place):
        yield from (("number", number) for number in (0, 1))

    def _array(self, place):
        items, low, high = place.value, place.schema.get("minItems", 0), place.schema.get("maxItems", 1)
        yield from (("too few", items[:count]) for count in range(low))
        yield "too many", (items * (high + 1))[:high + 1]

    def _object(self, place):
        members = place.value
        yield from ((f"without {name}", {each: members[each] for each in members if each != name}) for name in members)
        for name in [*UNKNOWN, *(f(each) for each in members for f in (str.upper, str.swapcase))]:
            if name not in place.schema["properties"]:
                yield "unknown member", {**members, name: MARK}
        yield "many unknown members", {**members, **{f"{NAME_MARK}{n}": None for n in range(40)}}

    @staticmethod
    def doubles(place):
        """An object with a member twice: alike, with another value, and with its name written in another way."""
        for name, value in place.value.items():
            yield f"{name} twice", Pairs([*place.value.items(), (name, value)])
            yield f"{name} twice, first null", Pairs([(name, None), *place.value.items()])
            escaped = Raw(b'"' + f"\\u{ord(name[0]):04x}".encode() + name[1:].encode() + b'"')
            yield f"{name} twice, escaped", Pairs([*place.value.items(), (escaped, value)])
        yield "an unknown one twice", Pairs([*place.value.items(), (NAME_MARK, 1), (NAME_MARK, 1)])

    @staticmethod
    def deep(levels, opening=b"[", closing=b"]"):
        return Raw(opening * levels + closing * levels)
