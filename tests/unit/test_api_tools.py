# SPDX-License-Identifier: EUPL-1.2
"""The contract's tools and the model that HTTP answers are held against: each must be able to say no."""
import copy
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "api-spec" / "tools"), str(ROOT / "tests" / "api")]

import bundle  # noqa: E402
import contract  # noqa: E402
import lint  # noqa: E402
import narrow_profile as profile  # noqa: E402
from contract_model import ContractModel  # noqa: E402

ID = "019aa7b2-77aa-7c31-b0f4-1f7f6f0f3b11"
HEADERS = {"X-Request-Id": ID, "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "Cache-Control": "no-store",
           "X-Content-Type-Options": "nosniff", "Content-Type": "application/json", "Date": "today"}


def load_text(text):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        return profile.load(file.name)


class Yaml(unittest.TestCase):
    def test_scalars_are_those_of_yaml_1_2(self):
        read = load_text("a: NO\nb: yes\nc: 12:30\nd: 010\ne: 1_000\nf: 2026-11-21\ng: on\nh: 0o17\ni: 0x1f\nj: ~\nk:\nl: true\nm: 1.5\nn: '1'\n")
        self.assertEqual(list(read.values()), ["NO", "yes", "12:30", 10, "1_000", "2026-11-21", "on", 15, 31, None, None, True, 1.5, "1"])

    def test_doubles_anchors_tags_and_other_keys_are_refused(self):
        for text in ("a: 1\na: 2\n", "a: &x 1\nb: *x\n", "a: !!str 1\n", "1: a\n", "true: a\n", "a: *x\n", "a: [1\n"):
            with self.subTest(text), self.assertRaises(profile.ProfileError):
                load_text(text)

    def test_what_is_written_is_read_back_the_same(self):
        document = {"a": ["NO", "yes", "12:30", "010", "0o17", "1.0", "~", "null", "", "a: b", "# x", "two\nlines\n", "æøå", "1_0"],
                    "b": {"c": 1, "d": None, "e": False, "200": "x"}}
        self.assertEqual(load_text(profile.dump(document)), document)


class Formats(unittest.TestCase):
    def test_each_format_takes_its_own_and_refuses_others(self):
        fine = {"uuid": ID, "date": "2024-02-29", "date-time": "2026-11-21T18:06:38.123Z", "line": "Åse Ødegård", "token": "a-b",
                "civic-number": "201405179829", "traceparent": HEADERS["traceparent"], "etag": '"1"', "uri-reference": "/v1/students", "tile": "x001/067.p/12", "file-name": "Møte (2).pdf", "text": " a\nb ",
                "problem-type": "urn:problem-type:trygg:invalid"}
        bad = {"uuid": ID[:-1], "date": "2026-02-29", "date-time": "2026-11-21T18:06:38", "line": " Åse", "token": "a b",
               "civic-number": "201405179828", "traceparent": HEADERS["traceparent"].upper().replace("01", "0"), "etag": "1",
               "uri-reference": "v1", "tile": "x000/067", "file-name": "a\u202efdp.exe", "text": " \u200b\n", "problem-type": "about:blank"}
        self.assertEqual(set(fine), set(profile.FORMATS) - {"binary"})   # takes all octets
        for name in fine:
            with self.subTest(name):
                fits = profile.FORMATS[name]
                self.assertTrue(fits(fine[name]))
                self.assertFalse(fits(bad[name]))


class Lint(unittest.TestCase):
    def setUp(self):
        self.document = copy.deepcopy(profile.load(ROOT / "openapi.yaml"))

    def assert_found(self, words):
        findings = lint.lint(self.document)
        self.assertTrue(any(words in finding for finding in findings), findings)

    def operation(self, path="/v1/students", method="post"):
        return self.document["paths"][path][method]

    def schema(self, name):
        return self.document["components"]["schemas"][name]

    def test_the_contract_is_clean(self):
        self.assertEqual(lint.lint(self.document), [])

    def test_an_open_object_is_found(self):
        del self.schema("CreateStudent")["additionalProperties"]
        self.assert_found("additionalProperties: false is missing")

    def test_alternatives_and_patterns_are_found(self):
        self.schema("CreateStudent")["properties"]["givenName"]["pattern"] = "^a"
        self.schema("Me")["oneOf"] = []
        self.assert_found("not in the profile: pattern")
        self.assert_found("not in the profile: oneOf")

    def test_unbounded_input_is_found(self):
        del self.schema("CreateStudent")["properties"]["givenName"]["maxLength"]
        self.assert_found("needs maxLength")

    def test_an_unknown_format_is_found(self):
        self.schema("CreateStudent")["properties"]["givenName"]["format"] = "email"
        self.assert_found("the format email has no checker in the server")

    def test_null_by_itself_is_found(self):
        self.schema("CreateStudent")["properties"]["enrolledUntil"]["type"] = ["string", "null", "integer"]
        self.assert_found("a list of types is")

    def test_an_example_that_does_not_fit_is_found(self):
        self.operation()["requestBody"]["content"]["application/json"]["example"]["familyName"] = " "
        self.assert_found("the example does not fit its schema at /familyName")

    def test_a_missing_example_is_found(self):
        del self.operation()["requestBody"]["content"]["application/json"]["example"]
        self.assert_found("an example is missing")

    def test_a_missing_problem_is_found(self):
        del self.operation()["responses"]["422"]
        self.assert_found("the problem key-reused follows from its shape")

    def test_X1_a_post_without_a_key_is_found(self):
        self.operation()["parameters"] = []
        self.assert_found("Idempotency-Key belongs on every POST")

    def test_X4_a_word_on_changes_that_says_nothing_is_found(self):
        for method, value in (("get", False), ("post", True)):
            with self.subTest(method):
                self.operation(method=method)["x-change"] = value
                self.assert_found(f"{method.upper()} /v1/students: x-change is false, and belongs to what stores")
                del self.operation(method=method)["x-change"]

    def test_X2_a_resource_without_an_etag_is_found(self):
        del self.operation("/v1/students/{studentId}", "get")["responses"]["200"]["headers"]["ETag"]
        self.assert_found("a resource has an ETag")

    def test_X2_bytes_go_on_from_an_offset_and_are_bounded(self):
        content = "/v1/documents/{documentId}/content"
        part = self.schema("DocumentPart")
        for member in ("maxLength", "minLength", "format"):
            with self.subTest(member):
                kept = part.pop(member)
                self.assert_found("bytes are a text of format binary, with minLength 1 and maxLength")
                part[member] = kept
        parameters = self.operation(content, "patch")["parameters"]
        offset = next(each for each in parameters if each.get("$ref", "").endswith("/UploadOffset"))
        parameters.remove(offset)
        self.assert_found("is sent by PATCH, with Upload-Offset, and nothing else is")
        parameters.append(offset)
        self.operation("/v1/students/{studentId}", "patch")["parameters"].append(offset)
        self.assert_found("PATCH /v1/students/{studentId}: application/offset+octet-stream is sent by PATCH, with Upload-Offset")

    def test_a_missing_login_is_found(self):
        del self.operation()["x-login"]
        self.assert_found("x-login is missing")

    def test_a_doubled_operation_id_is_found(self):
        self.operation()["operationId"] = "listStudents"
        self.assert_found("an operationId is camelCase and stands once")

    def test_what_nothing_uses_is_found(self):
        self.document["components"]["schemas"]["Spare"] = {"type": "string", "description": "Nothing."}
        self.assert_found("schemas/Spare: is used by nothing")


class Grounds(unittest.TestCase):
    def test_every_ground_of_an_example_is_one_of_the_policy(self):
        table = "".join((ROOT / "server/policy" / name).read_text(encoding="utf-8") for name in ("table.c", "policy.c"))
        rows = re.findall(r'\{ACTION_\w+,\s*"([^"]+)"', table) + list(self.grounds_of_macros(table))
        refusals = re.findall(r'"([A-Z][0-9]+\.[A-Za-z.]+)"', table) + rows
        found = set(self.grounds(profile.load(ROOT / "openapi.yaml")))
        self.assertGreater(len(rows), 10)
        self.assertGreater(len(found), 2)
        self.assertEqual(found - set(refusals), set())   # an activity row may be a refusal's

    def grounds_of_macros(self, table):
        """Rows that several rules have alike, such as READERS_OF_PERSONSAK(ACTION_ADD_HENDELSE, "P6", …)."""
        ends = {name: re.findall(r'rule "(\.[A-Za-z.]+)"', body)
                for name, body in re.findall(r"#define (\w+)\(action, rule(.*?)\n\n", table, re.DOTALL)}
        for name, rule in re.findall(r'(\w+)\(ACTION_\w+,\s*"([A-Z][0-9]+)"', table):
            yield from (rule + end for end in ends[name])

    def grounds(self, node):
        """The values of all members called ground, and the paths that texts give as an example of one."""
        if isinstance(node, dict):
            for name, value in node.items():
                if name == "ground" and isinstance(value, str):
                    yield value
                yield from self.grounds(value)
        elif isinstance(node, list):
            for value in node:
                yield from self.grounds(value)
        elif isinstance(node, str):
            yield from re.findall(r"\b[A-Z][0-9]+\.[a-z][A-Za-z.]*[A-Za-z]", node)


class Generator(unittest.TestCase):
    def generate(self, change):
        """The generator's message for a copy of the contract that has been changed, or its exit status 0."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name in ("openapi.yaml", "api-spec/problems/problems.yaml", "server/base/status.h", "server/base/failure.h"):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
            change(root)
            run = subprocess.run([sys.executable, ROOT / "api-spec/tools/contract.py", root, root / "gen"], capture_output=True, text=True)
            return run.stderr if run.returncode else "made"

    @staticmethod
    def replace(name, old, new):
        def change(root):
            text = (root / name).read_text(encoding="utf-8")
            assert old in text
            (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return change

    def test_the_contract_is_made(self):
        self.assertEqual(self.generate(lambda root: None), "made")

    def test_a_status_without_a_problem_is_refused(self):
        message = self.generate(self.replace("server/base/status.h", "STATUS_MALFORMED,", "STATUS_MALFORMED, STATUS_NEW,"))
        self.assertIn("STATUS_NEW", message)

    def test_a_status_with_two_problems_is_refused(self):
        message = self.generate(self.replace("api-spec/problems/problems.yaml", "[STATUS_INVALID]", "[STATUS_INVALID, STATUS_MALFORMED]"))
        self.assertIn("STATUS_MALFORMED has two problems", message)

    def test_a_failure_code_without_a_sentence_is_refused(self):
        message = self.generate(self.replace("server/base/failure.h", "FAILURE_REQUIRED,", "FAILURE_REQUIRED, FAILURE_NEW,"))
        self.assertIn("FAILURE_NEW", message)

    def test_X6_a_missing_language_is_refused(self):
        message = self.generate(self.replace("api-spec/problems/problems.yaml", "      nb: Ikke funnet\n", ""))
        self.assertIn("not-found", message)

    def test_a_format_without_a_checker_is_refused(self):
        message = self.generate(self.replace("openapi.yaml", "          format: civic-number", "          format: email"))
        self.assertIn("email has no checker", message)

    def test_names_are_turned_into_c(self):
        self.assertEqual([contract.words(name) for name in ("createStudent", "pageToken", "getApiInfo", "civic-number")],
                         ["create_student", "page_token", "get_api_info", "civic_number"])
        self.assertEqual(contract.c_string('å"\\?\n'), '"\\303\\245\\"\\\\\\?\\n"')


class Model(unittest.TestCase):
    def setUp(self):
        self.model = ContractModel()

    def refused(self, method, path, status, headers, body):
        with self.assertRaises(AssertionError) as caught:
            self.model.check_answer(method, path, status, headers, body)
        return str(caught.exception)

    def test_a_documented_answer_is_taken(self):
        self.model.check_answer("GET", "/health/live", 200, HEADERS, b'{"status":"live"}')
        self.assertNotIn("getLive 200", self.model.unanswered())
        self.assertIn("getReady 200", self.model.unanswered())

    def test_a_status_that_is_not_documented_is_refused(self):
        self.assertIn("the contract has", self.refused("GET", "/health/live", 204, HEADERS, b""))

    def test_another_member_type_or_media_is_refused(self):
        self.assertIn("unexpected", self.refused("GET", "/health/live", 200, HEADERS, b'{"status":"live","x":1}'))
        self.assertIn("at /status", self.refused("GET", "/health/live", 200, HEADERS, b'{"status":1}'))
        self.assertIn("is not application/json", self.refused("GET", "/health/live", 200, HEADERS, b'{"status":"live","status":"live"}'))
        self.assertIn("media type", self.refused("GET", "/health/live", 200, HEADERS | {"Content-Type": "text/html"}, b"{}"))

    def test_headers_that_are_missing_wrong_or_undocumented_are_refused(self):
        body = b'{"status":"live"}'
        without = {name: value for name, value in HEADERS.items() if name != "X-Request-Id"}
        self.assertIn("x-request-id is missing", self.refused("GET", "/health/live", 200, without, body))
        self.assertIn("header cache-control", self.refused("GET", "/health/live", 200, HEADERS | {"Cache-Control": "public"}, body))
        self.assertIn("server", self.refused("GET", "/health/live", 200, HEADERS | {"Server": "x"}, body))

    def test_a_problem_is_one_of_those_listed_there(self):
        headers = HEADERS | {"Content-Type": profile.PROBLEM_MEDIA}
        fine = b'{"type":"urn:problem-type:trygg:not-found","title":"a","status":404,"detail":"b"}'
        self.model.check_answer("GET", f"/v1/students/{ID}", 404, headers, fine)
        self.model.check_answer("GET", "/nowhere", 404, headers, fine)
        self.assertIn("404", self.refused("GET", "/v1/me", 404, headers, fine))
        self.assertIn("not among", self.refused("GET", f"/v1/students/{ID}", 404, headers, fine.replace(b"not-found", b"invalid")))
        self.assertIn("says 403", self.refused("GET", f"/v1/students/{ID}", 404, headers, fine.replace(b"404", b"403")))
        self.assertIn("unexpected", self.refused("GET", f"/v1/students/{ID}", 404, headers, fine.replace(b"{", b'{"instance":"/x",')))

    def test_head_is_answered_as_get_without_a_body(self):
        self.model.check_answer("HEAD", "/health/live", 200, HEADERS, b"")
        self.assertIn("a body where", self.refused("HEAD", "/health/live", 200, HEADERS, b"x"))

    def test_another_method_is_405_with_allow(self):
        headers = HEADERS | {"Content-Type": profile.PROBLEM_MEDIA}
        body = b'{"type":"urn:problem-type:trygg:method-not-allowed","title":"a","status":405,"detail":"b"}'
        self.assertIn("allow is missing", self.refused("DELETE", "/v1/me", 405, headers, body))
        self.model.check_answer("DELETE", "/v1/me", 405, headers | {"Allow": "GET"}, body)


class Bundle(unittest.TestCase):
    def test_openapi_yaml_is_current(self):
        run = subprocess.run([sys.executable, ROOT / "api-spec/tools/bundle.py", "--check", ROOT], capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))

    def test_a_stale_bundle_is_shown_as_a_difference(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "api-spec").symlink_to(ROOT / "api-spec")
            (root / "openapi.yaml").write_text("openapi: 3.0.0\n", encoding="utf-8")
            run = subprocess.run([sys.executable, ROOT / "api-spec/tools/bundle.py", "--check", root], capture_output=True, text=True)
        self.assertEqual(run.returncode, 1)
        self.assertIn("-openapi: 3.0.0", run.stdout)
        self.assertIn("not current", run.stderr)

    def test_methods_of_a_path_may_stand_in_several_files_but_none_twice(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in (("1.yaml", "/v1/a:\n  get: {summary: x}\n"), ("2.yaml", "/v1/a:\n  post: {summary: y}\n/v1/b:\n  get: {summary: z}\n")):
                (root / name).write_text(text, encoding="utf-8")
            self.assertEqual(bundle.merge_paths(root), {"/v1/a": {"get": {"summary": "x"}, "post": {"summary": "y"}}, "/v1/b": {"get": {"summary": "z"}}})
            (root / "3.yaml").write_text("/v1/a:\n  get: {summary: x}\n", encoding="utf-8")
            with self.assertRaisesRegex(profile.ProfileError, "get /v1/a stands in another file too"):
                bundle.merge_paths(root)


if __name__ == "__main__":
    unittest.main()
