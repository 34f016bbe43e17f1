#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""verbs.py TRYGG TEMPLATE PAGE: writes the manual trygg(1). The comments of the template that are named in `main` are replaced by what
the client says of itself (`trygg completion list`); the rest is copied. Run by the build, so that page and program cannot differ."""
import json
import pathlib
import re
import subprocess
import sys


def text(words):
    """A line of text in mdoc(7)."""
    words = words.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + words if words[:1] in (".", "'") else words


def option_item(name, value):
    return f".It Fl \\-{text(name)}" + (f" Ar {text(value)}" if value else "")


def option_text(option):
    """As `trygg VERB --help` has it."""
    said = [option["help"]]
    if "choices" in option:
        said.append("one of " + ", ".join(option["choices"]))
    said += ["- is standard input"] * option["file"] + ["yes or no"] * option["yesNo"] + ["may be given again"] * option["many"]
    if option["orNone"]:
        said.append(f'--no-{option["name"].removesuffix("-file")} for none')
    return text("; ".join(said)) + (" (required)" if option["required"] else "")


def argument_text(argument):
    """One in brackets may be left out."""
    return " Op Ar " + argument.strip("[]") if argument.startswith("[") else " Ar " + argument


def sentences(note):
    """Each on a line of its own, as mdoc wants them."""
    return [text(sentence) for sentence in re.sub(r"\s+", " ", note).replace(". ", ".\n").split("\n")]


def listed(items):
    return [".Bl -tag -width Ds -compact", *items, ".El"] if items else []


def verb_lines(verb, own, noted):
    lines = [".It Ic " + text(" ".join(verb["words"])) + "".join(map(argument_text, verb["arguments"])), text(verb["summary"])]
    items = []
    for option in verb["options"]:
        items += [option_item(option["name"], option["value"]), option_text(option)]
    lines += listed(items)
    if verb["own"]:
        names = [f".Fl \\-{text(name)}" + (f" Ar {own[name]['value']}" if own[name]["value"] else "") for name in verb["own"]]
        lines += [".Pp", "Also", *(name + " ," for name in names[:-1]), names[-1] + " ."]
    if verb["note"] and not noted:
        lines += [".Pp", *sentences(verb["note"])]
    if verb["example"]:
        lines += [".Pp", ".Dl trygg " + text(verb["example"])]
    return lines


def verbs(table):
    own = {option["name"]: option for option in table["own"] if not option["always"]}
    lines = []
    for area in table["areas"]:
        mine = [verb for verb in table["verbs"] if verb["words"][0] == area["word"]]
        notes = {verb["note"] for verb in mine}
        shared = notes.pop() if len(notes) == 1 and len(mine) > 1 else None
        lines += [".Ss " + text(area["word"]), text(area["summary"][:1].upper() + area["summary"][1:]) + "."]
        lines += sentences(shared) if shared else []
        lines += [".Bl -tag -width Ds", *(line for verb in mine for line in verb_lines(verb, own, shared)), ".El"]
    return lines


def own_options(table, always):
    items = []
    for option in table["own"]:
        if option["always"] == always:
            items += [option_item(option["name"], option["value"]), text(option["help"])]
    return [".Bl -tag -width Ds", *items, ".El"]


def main(trygg, template, page):
    table = json.loads(subprocess.run([trygg, "completion", "list"], stdout=subprocess.PIPE, check=True).stdout)
    parts = {'.\\" VERBS': verbs(table), '.\\" OPTIONS OF ALL VERBS': own_options(table, True), '.\\" OPTIONS OF SOME VERBS': own_options(table, False)}
    lines = [text for line in pathlib.Path(template).read_text(encoding="utf-8").splitlines() for text in parts.get(line, [line])]
    pathlib.Path(page).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
