#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""dictionary.py SOURCE OUT: a dictionary for libFuzzer out of what a reader knows. Of the contract it takes operations, members and
choices, so that a new operation is tried as soon as it stands there; of a seed file the members and texts."""
import pathlib
import sys

import yaml

FORMS = ["null", "true", "false", "-1", "0", "9223372036854775807", "1e400", "0.5", "\\u0000", "\\ud800", "\\u200b", "\r", "\n", "&",
         "2024-02-29", "2023-02-29", "1899-12-31", "2999-12-31", "2026-02-28T23:59:59.999Z", "2026-02-28T12:30:00+14:00", "today-1",
         "today+36500", "019aa7b2-6c01-7444-9c5d-3f2a1b0c9d83", "20140517-9829", "201405179829", "01010750160", "\u202e", "\ufeff",
         "\u00e5", "[[[[[[[[", "]]]]]]]]", '{"', '":', '"},{"', '"],"', ',"', "~1", "~0"]


def words_of_contract(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "properties":
                yield from value
            if key == "enum":
                yield from (word for word in value if isinstance(word, str))
            if key == "operationId":
                yield value
            yield from words_of_contract(value)
    elif isinstance(node, list):
        for value in node:
            yield from words_of_contract(value)


def words_of_seed(node):
    if isinstance(node, dict):
        yield from (f'"{key}":' for key in node)
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
        yield from [value] if isinstance(value, str) else words_of_seed(value)


def entry(word):
    return '"' + "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in word.encode()) + '"\n'


def main():
    source, out = map(pathlib.Path, sys.argv[1:])
    document = yaml.load(source.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    words = words_of_contract(document) if "openapi" in document else words_of_seed(document)
    out.write_text("".join(entry(word) for word in sorted(set(words)) + FORMS), encoding="utf-8")


main()
