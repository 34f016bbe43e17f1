# SPDX-License-Identifier: EUPL-1.2
"""Bad requests for any operation of the contract, made from the contract: a well-formed one of its own examples with one thing wrong, or two,
or all. What the answer must be is not said here but read from the contract by contract_reader.py."""
import dataclasses
import functools
import itertools
import json
import random
import re
import urllib.parse
import uuid

import narrow_profile as profile
from bad_values import BY_FORMAT, MARK, NAME_MARK, RAW, RAW_EVERYWHERE, Raw, Values, kind_of, write_json

BODY_CUTS, PAIRS_MAX, DEPTH = 40, 80, 32
ABSURD_NUMBERS = ["0", "-1", "1000000000", "101", "01", "+1", "", " 1", "1 ", "1.0", "1e1", "0x10", "-0", "--1", "٣", "1_0", "true", "null", MARK,
                  "9" * 19, "9" * 400, "-" + "9" * 30]
ABSURD_FLAGS = ["", "1", "0", "True", "TRUE", "yes", " true", "truefalse", "null", MARK]
# Text in a path or query that has no reading, percent-encoded or raw.
UNREADABLE = [b"%", b"%4", b"%zz", b"%00", b"%0a", b"%0d%0aX:%20y", b"%1f", b"%7f", b"%5c", b"%ff", b"%80", b"%c0%af", b"%c1%81", b"%e0%80%80",
              b"%e2%82", b"%ed%a0%80", b"%ed%bf%bf", b"%f0%80%80%80", b"%f4%90%80%80", b"%f8%88%80%80%80", b"%c3", b"\x01", b"\x0b", b"\x7f",
              b"\xff", b"\xc3\xa5", b"\xc0\xaf", b"\\", b"^", b"`", b"{", b"|", b"}", b'"', b"<", b">"]
SEPARATORS = [b"%2f", b"%2F", b"..%2f..%2fme", b".", b"..", b"%2e", b"%2e%2e", b".%2e", b"%2e%2e%2fme"]   # in a path only
OTHER_MEDIA = [b"text/plain", b"text/json", b"application/jsonp", b"application/problem+json", b"application/x-www-form-urlencoded",
               b"multipart/form-data; boundary=x", b"", b"*/*", b"application", b"application/", MARK.encode()]


@dataclasses.dataclass(frozen=True)
class Request:
    """`path`: what stands for each parameter, and `query`: parts; both as they go over the wire. `body`: a tree for write_json, or bytes."""
    method: str
    template: str
    path: dict
    query: tuple
    headers: tuple
    body: object = None

    def but(self, **changes):
        return dataclasses.replace(self, **changes)

    @functools.cached_property
    def target(self):
        path = re.sub(r"\{([^}]+)\}", lambda found: self.path[found[1]].decode("latin-1"), self.template).encode("latin-1")
        return path + (b"?" + b"&".join(self.query) if self.query else b"")

    @functools.cached_property
    def data(self):
        return self.body if isinstance(self.body, bytes) or self.body is None else write_json(self.body)

    def wire(self, *more):
        """Its bytes, with header lines that are not part of the case."""
        lines = [self.method.encode() + b" " + self.target + b" HTTP/1.1", b"Host: trygg", *more,
                 *(name.encode() + b": " + value for name, value in self.headers)]
        if self.data is not None:
            lines.append(b"Content-Length: %d" % len(self.data))
        return b"\r\n".join(lines) + b"\r\n\r\n" + (self.data or b"")


def quoted(text):
    return urllib.parse.quote(text, safe="").encode()


def written(value):
    """A value as a query has it."""
    return quoted(value if isinstance(value, str) else json.dumps(value))


class Requests:
    """All that can be wrong with one operation. `living`: ids of things that are there, by the name of a parameter or member."""

    def __init__(self, reader, method, template, living=None):
        self.reader, self.method, self.template = reader, method, template
        self.document = reader.document
        self.operation = reader.operation(method, template)
        self.values = Values(self.document)
        self.item = reader.item_schema(self.operation)
        self.media, self.schema = reader.body_schema(self.operation)
        if self.media == profile.BYTES_MEDIA:
            self.schema = None   # nothing in it has a place
        self.base = self._base(living or {})

    def parameters(self, place):
        return profile.parameters(self.document, self.operation, place)

    def _base(self, living):
        path = {each["name"]: written(living.get(each["name"], each["example"])) for each in self.parameters("path")}
        rest = profile.rest_parameter(self.document, self.operation)
        if rest:
            path[rest] = path[rest].replace(b"%2F", b"/")
        headers = []
        for each in self.parameters("header"):
            if each["name"] in profile.READ_HEADERS:
                headers.append((each["name"], str(each["example"]).encode()))
        body = None
        if self.media:
            headers.append(("Content-Type", self.media.encode()))
            example = self.operation["requestBody"]["content"][self.media]["example"]
            body = {name: living.get(name, value) for name, value in example.items()} if self.schema else example.encode("latin-1")
        query = tuple(f"{each['name']}={written(each['example']).decode()}".encode() for each in self.parameters("query") if each.get("required"))
        return Request(self.method, self.template, path, query, tuple(headers), body)

    # ---- Bodies -----------------------------------------------------------------------------------------------------------

    def fields(self):
        """One wrong value in one place of the body, each place and value in turn. Items of a batch are many to a request."""
        if self.schema is None:
            return
        for place in self.values.places(self.schema, self.base.body):
            if self.item is None or place.at in ("", "/items"):
                for word, value in self.values.wrong(place):
                    yield f"{place.at}: {word}", self.base.but(body=place.put(value))
        if self.item is not None:
            first = self.base.body["items"][0]
            items = [place.put(value) for place in self.values.places(self.item, first) for _, value in self.values.wrong(place)]
            for some in in_parts(items, 60):
                yield "items", self.base.but(body={"items": some})

    def unreadable(self):
        """Bodies that are no strict JSON, or none that one reader reads as another does."""
        if self.schema is None:
            return
        whole = self.base.data
        for place in self.values.places(self.schema, self.base.body):
            for raw in RAW[:RAW_EVERYWHERE] if place.at else RAW:
                yield f"{place.at}: {raw!r}", self.base.but(body=place.put(Raw(raw)))
            for word, value in self.values.doubles(place) if place.kind == "object" else ():
                yield f"{place.at}: {word}", self.base.but(body=place.put(value))
            above = place.at.count("/")
            for levels in (DEPTH - above, DEPTH - above + 1):
                yield f"{place.at}: {levels} arrays", self.base.but(body=place.put(self.values.deep(levels)))
            yield f"{place.at}: objects", self.base.but(body=place.put(self.values.deep(DEPTH - above + 1, b'{"a":', b"}")))
        scalar = next(place for place in self.values.places(self.schema, self.base.body) if place.kind not in ("object", "array"))
        for raw in RAW:
            yield f"{scalar.at}: {raw!r}", self.base.but(body=scalar.put(Raw(raw)))
            yield f"a name: {raw!r}", self.base.but(body=whole[:-1] + b"," + raw + b":1}")
        for cut in sorted({len(whole) * n // BODY_CUTS for n in range(BODY_CUTS)}):
            yield f"the first {cut} bytes", self.base.but(body=whole[:cut])
        for word, body in (("two", whole + whole), ("more", whole + b"x"), ("a comma", whole + b","), ("a mark", b"\xef\xbb\xbf" + whole),
                           ("UTF-16", whole.decode().encode("utf-16")),
                           ("a NUL", whole + b"\0"), ("blanks", b" \t\r\n"), ("a form", b"a=b&c=d"), ("brackets", b"[" * 3000), ("braces", b'{"a":' * 3000)):
            yield word, self.base.but(body=body)

    def media_types(self):
        """Content types of a body, and a body where none is taken."""
        if self.media is None:
            for media in (b"application/json", b"text/plain"):
                for body in (b"{}", b"0", b"\0", MARK.encode()):
                    yield f"a body, {media.decode()}", self.base.but(headers=(*self.base.headers, ("Content-Type", media)), body=body)
            return
        others = [header for header in self.base.headers if header[0] != "Content-Type"]
        right = self.media.encode()
        both = {media.encode() for media in profile.BODY_MEDIA} - {right}
        for media in [*OTHER_MEDIA, *both,
                      right + b"; charset=latin1", right + b"; a=b", right + b", " + right, right + b";", right + b"; charset=utf-8; a=b", b"x" + right]:
            yield f"media {media!r}", self.base.but(headers=(*others, ("Content-Type", media)))
        yield "no media", self.base.but(headers=tuple(others))
        yield "no media, no body", self.base.but(headers=tuple(others), body=None)
        yield "media twice", self.base.but(headers=(*self.base.headers, ("content-type", right)))
        yield "no body", self.base.but(body=None)

    # ---- Parameters -------------------------------------------------------------------------------------------------------

    def texts(self, schema):
        schema = self.values.resolve(schema)
        return {"integer": ABSURD_NUMBERS, "boolean": ABSURD_FLAGS}.get(schema["type"]) or self.values.texts(schema)

    def queries(self):
        for parameter in self.parameters("query"):
            name = parameter["name"].encode()
            good = written(self.values.sample(parameter["schema"]))
            for text in self.texts(parameter["schema"]):
                yield f"query {name.decode()}={text!r}", self.base.but(query=(name + b"=" + quoted(text),))
            for raw in UNREADABLE:
                yield f"query {name.decode()}={raw!r}", self.base.but(query=(name + b"=" + raw,))
            for word, query in (("twice", [b"=" + good] * 2), ("twice, one empty", [b"=" + good, b""]), ("twice, escaped", [b"=" + good])):
                first = b"%%%02x" % name[0] + name[1:] + b"=" + good if "escaped" in word else name + query.pop()
                yield f"query {name.decode()} {word}", self.base.but(query=(first, *(name + part for part in query)))
            yield f"query {name.decode()} alone", self.base.but(query=(name,))
            for other in {name.upper(), name.swapcase(), name + b"[]", name + b"%20", b"%20" + name, name[:-1]} - {name}:
                yield f"query {other!r}", self.base.but(query=(other + b"=" + good,))
        for part in (NAME_MARK.encode() + b"=" + MARK.encode(), NAME_MARK.encode(), b"%C3%A5=1", b"a=b=c", b"", b"=1", b"&", b"a=1&",
                     *(raw + b"=1" for raw in UNREADABLE)):
            yield f"query {part!r}", self.base.but(query=(part,))
        yield "one query part too many", self.base.but(query=tuple(b"%s%d=1" % (NAME_MARK.encode(), n) for n in range(33)))

    def paths(self):
        for parameter in self.parameters("path"):
            name = parameter["name"]
            for text in self.texts(parameter["schema"]):
                if text:
                    yield f"path {name}={text!r}", self.base.but(path={**self.base.path, name: quoted(text)})
            for raw in (*UNREADABLE, *SEPARATORS):
                yield f"path {name}={raw!r}", self.base.but(path={**self.base.path, name: self.base.path[name] + raw})
                yield f"path {name}={raw!r}", self.base.but(path={**self.base.path, name: raw})

    def header_lines(self):
        """Idempotency-Key, If-Match and Upload-Offset, as far as the operation takes them."""
        for parameter in self.parameters("header"):
            name = parameter["name"]
            if name not in profile.READ_HEADERS:
                continue
            others = tuple(header for header in self.base.headers if header[0] != name)
            good = str(parameter["example"]).encode()
            for text in self.texts(parameter["schema"]):
                raw = text.encode()
                if not set(raw) & {*range(0x20), 0x7f} and not raw.decode().isspace():
                    yield f"{name}: {text!r}", self.base.but(headers=(*others, (name, raw)))
            for word, lines in (("left out", ()), ("with blanks", ((name, b"\t " + good + b" \t"),)),
                                ("twice", ((name, good), (name, good))), ("twice, other case", ((name, good), (name.upper(), good)))):
                yield f"{name} {word}", self.base.but(headers=(*others, *lines))

    def broken(self, *more):
        """(word, bytes) of requests whose lines two readers could end differently: control characters, and other line ends than CR LF."""
        whole = self.base.wire(*more)
        line, _, rest = whole.partition(b"\r\n")
        method, target, version = line.split(b" ")
        for control in (b"\0", b"\x01", b"\x0b", b"\x1f", b"\x7f"):
            for name, value in self.base.headers:
                said = name.encode() + b": " + value
                yield f"{name} with {control!r}", whole.replace(said, said + control + b"x", 1)
                yield f"{name} at the end with {control!r}", whole.replace(said, said + control, 1)
            yield f"version with {control!r}", whole.replace(version, version + control + b"x", 1)
            yield f"a line of {control!r}", line + b"\r\n" + control + b"\r\n" + rest
            yield f"a name with {control!r}", line + b"\r\nX" + control + b"Y: 1\r\n" + rest
        yield "method with NUL", whole.replace(method, method + b"\0X", 1)
        yield "target with NUL", whole.replace(target, target + b"\0x", 1)
        for end in (b"\n", b"\r", b"\r\r\n", b"\0\0"):
            yield f"first line ends in {end!r}", line + end + rest
            yield f"a line ends in {end!r}", line + b"\r\nX: y" + end + rest
        for blanks in (b"  ", b"\t", b" \0"):
            yield f"{blanks!r} after the method", whole.replace(b" ", blanks, 1)
            yield f"{blanks!r} after the target", whole.replace(b" HTTP/1.1", blanks + b"HTTP/1.1", 1)

    # ---- More than one thing at once --------------------------------------------------------------------------------------

    def sites(self):
        """(word, function that puts one fault into a request)."""
        for each in self.parameters("path"):
            yield f"path {each['name']}", lambda request, name=each["name"]: request.but(path={**request.path, name: b"seven"})
        for each in self.parameters("query"):
            wrong = next(text for text in self.texts(each["schema"]) if self.reader.text_faults(each["schema"], text))
            part = each["name"].encode() + b"=" + quoted(wrong)
            yield f"query {each['name']}", lambda request, part=part: request.but(query=(*request.query, part))
        yield "unknown query", lambda request: request.but(query=(*request.query, NAME_MARK.encode()))
        for each in self.parameters("header"):
            if each["name"] in profile.READ_HEADERS:
                wrong = next(text for text in self.texts(each["schema"]) if text and text.isascii() and text.isprintable()
                             and self.reader.text_faults(each["schema"], text))
                yield each["name"], lambda request, name=each["name"], wrong=wrong: request.but(
                    headers=tuple((had, wrong.encode() if had == name else value) for had, value in request.headers))
        yield from self._body_sites()

    def _body_sites(self):
        if self.schema is None:
            return
        inside = self.item is not None
        schema = self.values.resolve(self.item if inside else self.schema)

        def put(request, name, value):
            members = request.body["items"][0] if inside else request.body
            members = {each: old for each, old in members.items() if each != name} if value is ... else {**members, name: value}
            return request.but(body={"items": [members]} if inside else members)

        for name, part in schema["properties"].items():
            wrong = {"string": 7, "boolean": "true"}.get(kind_of(self.values.resolve(part)), MARK)
            yield name, lambda request, name=name, wrong=wrong: put(request, name, wrong)
        for name in schema.get("required", []):
            yield f"no {name}", lambda request, name=name: put(request, name, ...)
        yield "unknown member", lambda request: put(request, NAME_MARK, 1)

    def several(self):
        """Faults in pairs, and all of them together: the answer names each."""
        sites = list(self.sites())
        pairs = list(itertools.combinations(sites, 2))
        random.Random(self.operation["operationId"]).shuffle(pairs)
        for (word, fault), (other, second) in pairs[:PAIRS_MAX]:
            yield f"{word} and {other}", second(fault(self.base))
        everything = self.base
        for word, fault in sites:
            everything = fault(everything) if not word.startswith("no ") else everything
        yield "everything", everything

    def everything(self):
        """All of which some may be right after all."""
        return itertools.chain(self.fields(), self.media_types(), self.queries(), self.paths(), self.header_lines())

    # ---- Lists ------------------------------------------------------------------------------------------------------------

    @property
    def pages(self):
        """Where the operation takes a page token: query, body or None."""
        if any(each["name"] == "pageToken" for each in self.parameters("query")):
            return "query"
        return "body" if self.schema and "pageToken" in self.values.resolve(self.schema)["properties"] else None

    @property
    def filters(self):
        """What else the list can be asked for, with a value for each, of words not the first one, which may go without saying."""
        parts = self.values.resolve(self.schema)["properties"] if self.pages == "body" else {each["name"]: each["schema"] for each in self.parameters("query")}
        return {name: self.values.resolve(part).get("enum", [self.values.sample(part)])[-1]
                for name, part in parts.items() if name not in ("limit", "pageToken")}

    def page(self, members):
        """The list asked for with these and nothing else."""
        if self.pages == "body":
            return self.base.but(body=members)
        return self.base.but(query=tuple(name.encode() + b"=" + written(value) for name, value in members.items()))

    # ---- Well-formed, and about nothing -----------------------------------------------------------------------------------

    def strangers(self, living):
        """Ids of nothing, of another kind, and in another form: one in each place that takes an id."""
        nobody = str(uuid.UUID(int=uuid.uuid4().int & ~(0xf << 76) | 7 << 76))
        ids = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", nobody, nobody.upper()]

        def others(name):
            """By its name a place may tell its kind; if not, only an id that is never asked for is surely of another one."""
            kinds = [kind for kind in living if kind.lower().endswith(name.lower())]
            return ids + [id for kind, id in living.items() if kind not in kinds and (kinds or kind == "organisationId")]

        for place, each in ((place, each) for place in ("path", "query") for each in self.parameters(place)):
            name = each["name"]
            for id in others(name) if self.values.resolve(each["schema"]).get("format") == "uuid" else ():
                yield f"{name} {id}", (self.base.but(path={**self.base.path, name: id.encode()}) if place == "path" else
                                       self.base.but(query=(name.encode() + b"=" + id.encode(),)))
        for place in self.values.places(self.schema, self.base.body) if self.schema else ():
            for id in others(place.at.rpartition("/")[2]) if place.schema.get("format") == "uuid" else ():
                yield f"{place.at} {id}", self.base.but(body=place.put(id))


def in_parts(things, size):
    return [things[at:at + size] for at in range(0, len(things), size)]


# ---- At random --------------------------------------------------------------------------------------------------------------

SEEDS = [None, True, False, 0, -1, 1.5, 2**53, "", MARK, [], {}, [[]], {"id": None}]


def disturbed(tree, rng):
    """The tree with something else somewhere."""
    if isinstance(tree, dict) and tree and rng.random() < 0.8:
        name = rng.choice(list(tree))
        rest = {each: value for each, value in tree.items() if each != name}
        return rng.choice([lambda: rest, lambda: {**rest, name + rng.choice("sX_"): tree[name]}, lambda: {**tree, name: disturbed(tree[name], rng)},
                           lambda: {**tree, name: disturbed(tree[name], rng)}, lambda: {**tree, name: rng.choice(list(tree.values()))}])()
    if isinstance(tree, list) and tree and rng.random() < 0.8:
        at = rng.randrange(len(tree))
        return rng.choice([lambda: tree[:at] + tree[at + 1:], lambda: tree + [tree[at]], lambda: tree[:at] + [disturbed(tree[at], rng)] + tree[at + 1:]])()
    if isinstance(tree, str) and tree and rng.random() < 0.7:
        at = rng.randrange(len(tree) + 1)
        return tree[:at] + rng.choice(["", "x", " ", "\0", "\n", "\u2028", "\u00e5", "\U0001f600", "'", "\\", '"', tree]) + tree[at + rng.randrange(2):]
    return rng.choice([*SEEDS, rng.choice(BY_FORMAT[rng.choice(list(BY_FORMAT))])])


def spliced(data, rng):
    """Bytes with some other bytes in them."""
    at = rng.randrange(len(data) + 1)
    piece = rng.choice([bytes([rng.randrange(256)]), rng.choice(RAW),
                        rng.choice([b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\\u"]), data[rng.randrange(len(data)):][:8]])
    return data[:at] + piece + data[min(len(data), at + rng.randrange(4)):]
