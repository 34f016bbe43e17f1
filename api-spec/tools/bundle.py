#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""bundle.py [--check] ROOT: joins the parts of ROOT/api-spec into ROOT/openapi.yaml, always the same bytes for the same parts.

An operation's part says only what is its own. Added here: the request headers that all operations take, the problems that follow
from its shape (narrow_profile.shape_problems) beside its own x-problems, and the headers of every answer. With --check nothing is
written; exit 1 with a diff when openapi.yaml is not current.
"""
import argparse
import difflib
import pathlib
import sys

import narrow_profile as profile

HEAD = """# SPDX-License-Identifier: EUPL-1.2
# The contract, bundled by api-spec/tools/bundle.py from the parts in api-spec/. Change it there.
"""
SHARED_REQUEST_HEADERS = ("AcceptLanguage", "Traceparent")


def merge_parts(folder):
    """All files of a folder in the order of their names, as one mapping without doubles."""
    merged = {}
    for path in sorted(folder.glob("*.yaml")):
        for name, value in profile.load(path).items():
            if name in merged:
                raise profile.ProfileError(f"{path}: {name} stands in another file too")
            merged[name] = value
    return merged


def merge_paths(folder):
    """The same of paths, whose methods may stand in several files."""
    merged = {}
    for path in sorted(folder.glob("*.yaml")):
        for template, methods in profile.load(path).items():
            present = merged.setdefault(template, {})
            for method, operation in methods.items():
                if method in present:
                    raise profile.ProfileError(f"{path}: {method} {template} stands in another file too")
                present[method] = operation
    return merged


def header_references(names):
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def problem_body(slug, problem, failures, language):
    body = {
        "type": profile.PROBLEM_TYPE + slug,
        "title": problem["title"][language],
        "status": problem["http"],
        "detail": problem["detail"][language],
    }
    if slug == "invalid":
        body["errors"] = [{"in": "body", "name": "/givenName", "code": "too-long", "detail": failures["FAILURE_TOO_LONG"][language]}]
    if slug == "departure-due":
        body["due"] = [{"id": "019aa7b2-9a01-7c44-8d21-5f6e7d8c9b01", "reference": "2026-7K3QX-9M2AB"}]
    return body


def problem_examples(problems, failures):
    return {f"{slug}-{language}": {"summary": problem["title"]["en"], "value": problem_body(slug, problem, failures, language)}
            for slug, problem in problems.items() for language in profile.LANGUAGES}


def failure_code_word(name):
    return name.removeprefix("FAILURE_").lower().replace("_", "-")


def fill_problem_words(schemas, problems, failures):
    schemas["Problem"]["properties"]["type"]["enum"] = [profile.PROBLEM_TYPE + slug for slug in problems]
    schemas["FieldError"]["properties"]["code"]["enum"] = [failure_code_word(name) for name in failures]


class Bundle:
    """The document while it is put together."""

    def __init__(self, folder):
        texts = profile.load(folder / "problems" / "problems.yaml")
        self.problems = texts["problems"]
        self.document = profile.load(folder / "root.yaml")
        components = self.document["components"]
        components["schemas"] = merge_parts(folder / "schemas")
        fill_problem_words(components["schemas"], self.problems, texts["failures"])
        self.responses = {}
        self.document["paths"] = merge_paths(folder / "paths")
        for _, method, operation in profile.operations(self.document):
            self.complete(method, operation)
        outside = self.document["x-outside-operations"]
        for case, slugs in outside.items():
            outside[case] = self.problem_responses(slugs)
        components["responses"] = dict(sorted(self.responses.items()))
        answered = {slug: self.problems[slug] for slug in self.problems
                    if any(slug in response["x-problems"] for response in self.responses.values())}
        components["examples"] = problem_examples(answered, texts["failures"])

    def problem_responses(self, slugs):
        """HTTP status → reference to the response that lists these problems of that status."""
        unknown = [slug for slug in slugs if slug not in self.problems]
        if unknown:
            raise profile.ProfileError(f"no such problem: {', '.join(unknown)}")
        wanted = [slug for slug in self.problems if slug in slugs]
        by_status = {}
        for slug in wanted:
            by_status.setdefault(self.problems[slug]["http"], []).append(slug)
        return {str(status): self.problem_response(status, members) for status, members in sorted(by_status.items())}

    def problem_response(self, status, slugs):
        name = f"{status}." + ".".join(slugs)
        lines = [f"`{slug}`: {self.problems[slug]['when']}" for slug in slugs]
        self.responses[name] = {
            "description": "\n\n".join(lines),
            "headers": header_references([*profile.ANSWER_HEADERS, "Content-Language", *profile.STATUS_HEADERS.get(str(status), []),
                                          *(name for slug in slugs for name in profile.PROBLEM_HEADERS.get(slug, []))]),
            "content": {profile.PROBLEM_MEDIA: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {f"{slug}-{language}": {"$ref": f"#/components/examples/{slug}-{language}"}
                             for slug in slugs for language in profile.LANGUAGES},
            }},
            "x-problems": slugs,
        }
        return {"$ref": f"#/components/responses/{name}"}

    def complete(self, method, operation):
        operation.setdefault("parameters", []).extend({"$ref": f"#/components/parameters/{name}"} for name in SHARED_REQUEST_HEADERS)
        operation["security"] = [] if operation["x-login"] == "none" else [{"bearer": []}]
        for response in operation["responses"].values():
            response["headers"] = header_references(profile.ANSWER_HEADERS) | response.get("headers", {})
        slugs = operation.get("x-problems", []) + profile.shape_problems(self.document, operation)
        operation["x-problems"] = [slug for slug in self.problems if slug in slugs]
        operation["responses"] |= self.problem_responses(slugs)


def bundle(root):
    return HEAD + profile.dump(Bundle(root / "api-spec").document)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("root", type=pathlib.Path, nargs="?", default=pathlib.Path(__file__).resolve().parents[2])
    chosen = arguments.parse_args()
    target = chosen.root / "openapi.yaml"
    try:
        text = bundle(chosen.root)
    except profile.ProfileError as error:
        sys.exit(f"bundle: {error}")
    present = target.read_text(encoding="utf-8") if target.exists() else ""
    if present == text:
        return
    if not chosen.check:
        target.write_text(text, encoding="utf-8")
        return
    sys.stdout.writelines(difflib.unified_diff(present.splitlines(True), text.splitlines(True), "openapi.yaml", "from api-spec/"))
    sys.exit("bundle: openapi.yaml is not current; run api-spec/tools/bundle.py")


if __name__ == "__main__":
    main()
