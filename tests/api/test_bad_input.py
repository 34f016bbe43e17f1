# SPDX-License-Identifier: EUPL-1.2
"""X3, for every operation that the contract has: whatever is wrong with a request, the answer is the right problem and names exactly the wrong
fields, nothing of what was sent is repeated, nothing is stored, and the daemon lives on. Requests and expectations are both made from
openapi.yaml (bad_requests.py, contract_reader.py): a new operation is covered as it is."""
import contextlib
import json
import os
import random
import re
import socket
import uuid

import pytest

import contract_model
import world
from bad_requests import Requests, disturbed, spliced
from bad_values import MARK, NAME_MARK, NOBODY, write_json
from cases import hendelse, open_case, propose, words
from conftest import end
from contract_reader import MAX_ERRORS, ContractReader, Reading
from daemon import Daemon, copy_files
from stored import digests
from wire import Wire

MODEL = contract_model.model()
READER = ContractReader(MODEL)
OPERATIONS = [(method, template) for method, template, _ in MODEL.operations()]
SEED = int(os.environ.get("TRYGG_SEED", "20261122"))
RANDOM_BODIES = 60
TROUBLE_SHOWN = 12
BY_RULE = {"reference", "conflict", "required"}   # codes of what only a rule can find wrong
PAGE_READERS = ["rektor", "owner", "registry"]
CHANGING_HEADERS = {"Date", "X-Request-Id", "traceparent"}

each_operation = pytest.mark.parametrize("method, template", OPERATIONS, ids=lambda value: value)


def camel(column):
    first, *rest = column.split("_")
    return first + "".join(map(str.capitalize, rest))


class Line(Wire):
    """A connection whose answers are checked by whoever asks."""

    def _checked(self, answer):
        return answer


def fill_cases(daemon):
    """A second page of what there is of cases: two that rektor leads, and two of each thing in the first, each with two versions."""
    student = {"schoolId": daemon.id("school", "aas"), "kind": "moves", "date": world.day(30)}
    first, _ = (open_case(daemon, saksbehandler="rektor")["id"] for _ in range(2))
    change = daemon.patch(f"/v1/personsaker/{first}", {"description": words(daemon)}, "rektor", version=1)
    assert change.status_code == 200, change.text
    for key in ("birk", "dino"):
        made = hendelse(daemon, first)
        answers = [daemon.patch(f"/v1/hendelser/{made['id']}", {"text": words(daemon)}, "rektor", version=1),
                   daemon.post(f"/v1/students/{daemon.id('student', key)}/departures", student, "rektor")]
        assert [answer.status_code for answer in answers] == [200, 201], [answer.text for answer in answers]
        propose(daemon)
    of_first = daemon.get(f"/v1/personsaker/{first}/hendelser?limit=1&order=oldest", "rektor").json()["data"][0]["id"]
    for name in ("en.pdf", "to.pdf"):
        made = daemon.post(f"/v1/hendelser/{of_first}/documents", {"name": name, "mediaType": "application/pdf", "size": 9}, "rektor")
        assert made.status_code == 201, made.text


class House:
    """A daemon that is asked badly."""

    def __init__(self, daemon):
        self.daemon, self.line, self.checked = daemon, None, set()
        daemon.files.written |= {MARK, NAME_MARK}
        self.tokens = {who: daemon.token(who) for who in ("rektor", "owner")}
        self.tokens["registry"] = daemon.token("registry", service=True, scope="provision changes")
        for n in range(2):
            assert daemon.post("/v1/webhooks", {"url": f"https://192.0.2.1/{n}"}, token=self.tokens["registry"]).status_code == 201
        fill_cases(daemon)
        self.living = self._living()

    def _living(self):
        """An id of each kind there is, by the name it has in the contract."""
        found = {}
        with self.daemon.files.store() as store:
            for table in tables(store):
                keys = [row["name"] for row in store.execute(f"PRAGMA table_info({table})") if row["pk"]]
                row = store.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
                if len(keys) == 1 and row and keys[0].endswith("_id") and len(row[keys[0]]) == 16:
                    found[camel(keys[0])] = str(uuid.UUID(bytes=row[keys[0]]))
        best = {"student": "alva", "school": "aas", "person": "kari", "group": "5a"}
        return {**found, **{kind + "Id": self.daemon.id(kind, key) for kind, key in best.items()}}

    def requests(self, method, template):
        return Requests(READER, method, template, self.living)

    def send(self, request, who=None):
        """The answer on the line that is kept, or on a new one if the daemon closes it."""
        by = who or ("registry" if request.template.startswith("/v1/provision/") else "rektor")
        line = self.line or Line(self.daemon)
        self.line = None   # one that broke is not asked again
        try:
            line.socket.sendall(request.wire(b"Authorization: Bearer " + self.tokens[by].encode()))
            line.asked.append((request.method, request.target))
            answer = line.answer()
        except (AssertionError, OSError) as error:
            raise AssertionError(f"{error!r}; the log ends:\n{self.daemon.log()[-2000:]}") from error
        if answer.headers.get("Connection", "").lower() == "close":
            line.socket.close()
        else:
            self.line = line
        return answer

    def check(self, request, answer):
        """Against the contract, once for each different answer of an operation."""
        kept = tuple(sorted((name, value) for name, value in answer.headers.items() if name not in CHANGING_HEADERS))
        case = (request.method, request.template, answer.status, kept, answer.body)
        if case not in self.checked:
            contract_model.check_answer(request.method, request.target.decode("latin-1"), answer.status, answer.headers, answer.body)
            self.checked.add(case)

    def state(self):
        """What is stored, as a digest of each table; and how many rows of the log are of no refusal."""
        with self.daemon.files.store() as store:
            return digests(store), store.execute("SELECT COUNT(*) FROM activity WHERE outcome <> 'refused'").fetchone()[0]

    @contextlib.contextmanager
    def nothing_stored(self, reads=False, but=()):
        """`reads`: a read may be allowed. `but`: tables that may change."""
        stored, allowed = self.state()
        yield
        assert self.daemon.alive(), self.daemon.log()[-4000:]
        stored_now, allowed_now = self.state()
        assert [table for table in stored if stored[table] != stored_now[table] and table not in but] == []
        assert reads or allowed_now == allowed


def tables(store):
    return [row["name"] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")]


def open_house(folder, made):
    daemon = Daemon(copy_files(made, folder))
    try:
        house = House(daemon.start())
        second = {"personId": house.living["personId"], "issuer": "https://other.example", "subject": "Xqto"}   # a second page of logins
        assert daemon.post("/v1/identities", second, "owner").status_code == 201
        yield house
        said = [line for line in daemon.log().splitlines() if " event=webhook " not in line]   # a sound one may be made, and leads nowhere
        assert set(re.findall(r"\blevel=(\w+)", "\n".join(said))) <= {"debug", "info"}
    finally:
        end(daemon)


@pytest.fixture(scope="module")
def house(tmp_path_factory, made):
    """To which nothing happens."""
    yield from open_house(tmp_path_factory.mktemp("bad-input"), made)


@pytest.fixture(scope="module")
def obliging(tmp_path_factory, made):
    """Which may be told something that it takes."""
    yield from open_house(tmp_path_factory.mktemp("bad-input-obliging"), made)


# ---- What is wrong with an answer -------------------------------------------------------------------------------------------

def differs(expected, answer):
    """In words, or None. Nothing expected: anything that the contract has, but no failure of the daemon's own."""
    if expected is None:
        return f"{answer.status}" if answer.status >= 500 else None
    problem = json.loads(answer.body)
    slug = problem["type"].rpartition(":")[2] if answer.status >= 400 else None
    if slug != expected.slug:
        return f"{answer.status} {slug} instead of {expected.slug or 'success'}"
    if expected.slug == "invalid":
        return differing_errors(expected.errors, problem)
    if expected.items is not None and answer.status == 200:
        return differing_items(expected.items, problem["results"])
    return None


def differing_errors(wanted, problem):
    found = sorted((error["in"], error["name"], error["code"]) for error in problem["errors"])
    if len(wanted) > MAX_ERRORS:
        return None if len(found) == MAX_ERRORS and not set(found) - set(wanted) else f"{found} instead of {MAX_ERRORS} of {wanted}"
    return None if found == list(wanted) else f"{found} instead of {list(wanted)}"


def differing_items(wanted, results):
    if [result["index"] for result in results] != list(range(len(wanted))):
        return "the items are not answered one by one"
    for errors, result in zip(wanted, results):
        if errors and result["outcome"] != "refused":
            return f"an item was {result['outcome']} in spite of {list(errors)}"
        words = errors and differing_errors(errors, result["problem"])
        if words:
            return words
    return None


def repeats(request, answer):
    """Whether something of the request stands in the answer: a value anywhere, a name elsewhere than where the wrong fields are named."""
    text = re.sub(rb'"name": ?"[^"]*"', b"", answer.body) + repr(answer.headers).encode()
    sent = {word.encode() for word in world.words(request.body) if len(word) > 4}
    sent |= {mark for mark in (MARK.encode(), NAME_MARK.encode()) if mark in request.wire()}   # a sound one may have stored them before
    return (MARK.encode() in sent and MARK.encode() in answer.body) or any(word in text for word in sent)


def ask(house, cases, who=None):
    """Asks every (word, request, expected); fails with a list of what was wrong with the answers."""
    trouble, n = [], 0
    for n, (word, request, expected) in enumerate(cases, 1):
        answer = house.send(request, who)
        try:
            house.check(request, answer)
            words = differs(expected, answer) or ("something of the request is repeated" if repeats(request, answer) else None)
        except AssertionError as error:
            words = str(error)
        if words:
            trouble.append(f"{word}: {words[:600]}")
    assert not trouble, "\n".join([f"{len(trouble)} of {n}", *trouble[:TROUBLE_SHOWN]])


def bad(cases):
    """With what is expected, and without those that the contract takes after all."""
    for word, request in cases:
        reading = READER.reading(request)
        if reading.items is not None and not all(reading.items):
            request = request.but(body={"items": [item for item, errors in zip(request.body["items"], reading.items) if errors]})
            reading = Reading(items=tuple(errors for errors in reading.items if errors))
        if not reading.well_formed:
            yield word, request, reading


# ---- Every operation ----------------------------------------------------------------------------------------------------------

@each_operation
def test_X3_every_wrong_field_of_a_body_is_named(house, method, template):
    with house.nothing_stored():
        ask(house, bad(house.requests(method, template).fields()))


@each_operation
def test_X3_a_body_that_cannot_be_read_one_way_is_malformed(house, method, template):
    with house.nothing_stored():
        ask(house, bad(house.requests(method, template).unreadable()))


@each_operation
def test_X3_a_body_of_another_kind_is_unsupported_and_one_that_is_not_taken_malformed(house, method, template):
    with house.nothing_stored():
        ask(house, bad(house.requests(method, template).media_types()))


@each_operation
def test_X3_every_wrong_parameter_is_named(house, method, template):
    requests = house.requests(method, template)
    with house.nothing_stored():
        ask(house, bad(case for cases in (requests.queries(), requests.paths(), requests.header_lines()) for case in cases))


@each_operation
def test_X3_everything_wrong_is_named_at_once(house, method, template):
    with house.nothing_stored():
        ask(house, bad(house.requests(method, template).several()))


@each_operation
def test_X3_what_the_contract_takes_is_not_refused_for_its_form(obliging, method, template):
    """The other side of the same checks: what is refused then is refused by a rule."""
    requests = obliging.requests(method, template)
    trouble = []
    for word, request in requests.everything():
        if not READER.reading(request).well_formed:
            continue
        answer = obliging.send(request)
        obliging.check(request, answer)
        problem = json.loads(answer.body or "{}")
        forms = [(error["in"], error["name"], error["code"]) for error in problem.get("errors", ()) if error["code"] not in BY_RULE]
        if answer.status == 415 or problem.get("type", "").endswith(":malformed") or [error for error in forms if "pageToken" not in error[1]]:
            trouble.append(f"{word}: {answer.status} {problem}")
    assert not trouble, "\n".join([str(len(trouble)), *trouble[:TROUBLE_SHOWN]])


@each_operation
def test_X3_lines_that_could_be_read_in_two_ways_end_the_connection(house, method, template):
    """Or the HTTP library does so, with a page of its own."""
    login = b"Authorization: Bearer " + house.tokens["rektor"].encode()
    wrong = []
    with house.nothing_stored():
        for word, data in house.requests(method, template).broken(login):
            with Line(house.daemon) as line:
                line.socket.sendall(data)
                line.socket.shutdown(socket.SHUT_WR)
                everything = line.rest()
            if everything and not (re.match(rb"HTTP/1\.1 (400|505) ", everything) and b"\r\nConnection: close\r\n" in everything):
                wrong.append(f"{word}: {everything[:60]}")
    assert not wrong, "\n".join([str(len(wrong)), *wrong])


@each_operation
def test_X3_a_body_that_ends_before_its_length_or_goes_on_after_it_stores_nothing(house, method, template):
    request = house.requests(method, template).base
    head, _, body = request.but(body=request.data or b"{}").wire(b"Authorization: Bearer " + house.tokens["rektor"].encode()).partition(b"\r\n\r\n")
    with house.nothing_stored():
        for more in (1, 1000, -1, -len(body)) if request.body else (1, 1000, -1):
            said = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % (len(body) + more), head)
            with Line(house.daemon) as line:
                line.socket.sendall(said + b"\r\n\r\n" + body)
                line.socket.shutdown(socket.SHUT_WR)
                everything = line.rest()
            assert b"HTTP/1.1 2" not in everything, more


REFUSALS = {"refused", "notFound", "forbidden"}         # of one thing in a batch
KEYED_BATCHES = [("POST", "/v1/personsaker/closures")]   # X1: their key is taken for the whole body before anything is looked at


@each_operation
def test_X3_an_id_of_nothing_or_of_another_kind_changes_nothing(house, method, template):
    reads = method == "GET" or READER.operation(method, template).get("x-reads", False)
    trouble = []
    with house.nothing_stored(reads, but=["replay"] if (method, template) in KEYED_BATCHES else []):
        for word, request in house.requests(method, template).strangers(house.living):
            answer = house.send(request)
            house.check(request, answer)
            refused = 400 <= answer.status < 500 or answer.status == 200 and all(
                result["outcome"] in REFUSALS for result in json.loads(answer.body).get("results", [{"outcome": None}]))
            if answer.status >= 500 or not refused and not reads:
                trouble.append(f"{word}: {answer.status} {answer.body[:300]}")
    assert not trouble, "\n".join([str(len(trouble)), *trouble[:TROUBLE_SHOWN]])


# ---- Page tokens --------------------------------------------------------------------------------------------------------------

PAGED = [(method, template) for method, template in OPERATIONS if Requests(READER, method, template).pages]


def page(house, method, template, who, members):
    """The answer to a list asked for with these, wherever the list takes them."""
    requests = house.requests(method, template)
    return house.send(requests.page(members), who)


def a_token(house, method, template, who=None):
    """(who, token of a first page of one), of someone who has more than one to see; of `who` if given."""
    filters = [{}] + [{each: house.living[each]} for each in house.requests(method, template).filters if each in house.living]
    for each in [who] if who else PAGE_READERS:
        for members in filters * 2:   # the log grows by being read
            answer = page(house, method, template, each, {"limit": 1, **members})
            token = json.loads(answer.body).get("pageToken") if answer.status == 200 else None
            if token:
                return each, token
    return None


def bad_tokens(token):
    """(word, text) that is no token of this list."""
    rng = random.Random(SEED)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for at in sorted({*range(0, len(token), 5), len(token) - 1}):
        for bit in (1, 2, 4, 8, 16, 32):
            yield f"letter {at}, bit {bit}", token[:at] + letters[letters.index(token[at]) ^ bit] + token[at + 1:]
        yield f"the first {at}", token[:at]
        yield f"without {at}", token[:at] + token[at + 1:]
    for n in range(10):
        yield "at random", "".join(rng.choices(letters, k=len(token)))
        yield "at random", "".join(rng.choices(letters, k=rng.randrange(1, 512)))
    yield from (("other", text) for text in (token + "A", token + "=", token + "==", token * 2, token[::-1], token.swapcase(), token + "%00", "A" * 512, "A" * 513,
                                            "A" * 3000, "0", "null", MARK, token.replace(token[0], "+", 1)))


@pytest.mark.parametrize("method, template", PAGED, ids=lambda value: value)
def test_X3_a_page_token_of_another_making_is_named(house, method, template):
    found = a_token(house, method, template)
    assert found, f"{template}: nobody has a second page of one"
    who, token = found
    assert page(house, method, template, who, {"limit": 1, "pageToken": token}).status == 200
    requests = house.requests(method, template)
    texts = [*bad_tokens(token), ("of nobody", "A" * len(token))]
    for other in PAGED:
        theirs = a_token(house, *other, who) if other != (method, template) else None
        texts += [(f"of {other[1]}", theirs[1])] if theirs else []
    for other in PAGE_READERS:
        theirs = a_token(house, method, template, other) if other != who else None
        texts += [(f"of {other}", theirs[1])] if theirs else []
    place, name = ("query", "pageToken") if requests.pages == "query" else ("body", "/pageToken")

    def expected(request):
        reading = READER.reading(request)
        return Reading("invalid", ((place, name, "format"),)) if reading.well_formed else reading

    good = {"limit": 1, "pageToken": token}
    conflict = Reading("invalid", (("query", "pageToken", "conflict"),))
    cases = [(word, requests.page({**good, "pageToken": text})) for word, text in texts if text]
    cases += [(f"other {each}", requests.page(good).but(path={**requests.base.path, each: NOBODY.encode()})) for each in requests.base.path]
    cases = [(word, request, expected(request)) for word, request in cases]
    for each, value in requests.filters.items():
        request = requests.page({**good, each: value})
        cases.append((f"with {each}", request, conflict if place == "query" else expected(request)))
    with house.nothing_stored():
        ask(house, cases, who)


# ---- At random ------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("method, template", [case for case in OPERATIONS if Requests(READER, *case).schema], ids=lambda value: value)
def test_X3_whatever_comes_is_answered_as_the_contract_says(obliging, method, template):
    """Bodies disturbed at random, as values and as bytes. TRYGG_SEED repeats a run, or makes another."""
    rng = random.Random(f"{SEED} {method} {template}")
    requests = obliging.requests(method, template)
    cases = []
    for n in range(RANDOM_BODIES):
        tree = requests.base.body
        for _ in range(rng.randrange(1, 4)):
            tree = disturbed(tree, rng)
        data = write_json(tree)
        for _ in range(rng.randrange(3)):
            data = spliced(data, rng) if data else data
        request = requests.base.but(body=data)
        reading = READER.reading(request)
        cases.append((f"seed {SEED}, body {n}: {data!r}", request, None if reading.well_formed else reading))
    ask(obliging, cases)
    assert obliging.daemon.alive()


# ---- What is not in the contract ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("template", sorted({template for _, template in OPERATIONS}))
def test_X5_no_method_and_no_path_beyond_the_contract(house, template):
    methods = {method for method, each in OPERATIONS if each == template}
    request = house.requests(next(iter(methods)), template).base.but(body=None)
    with house.nothing_stored():
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "post", "GETS", "QUERY", "M" * 300):
            if method not in methods:
                answer = house.send(request.but(method=method))
                house.check(request.but(method=method), answer)
                assert (answer.status, set(answer.headers["Allow"].split(", ")) - {"HEAD"}) == (405, methods), method
        for method in sorted(methods):
            for changed in (template + "/", "/" + template, template + "/x", template + "/" + template, "/" + template + "/", template + ";x=1",
                            template + "%20", template + ".json", "/v2" + template, template + "/%C3%A5" * 40):
                asked = request.but(method=method, template=changed)
                if MODEL.template_of(asked.target.decode()) is None:
                    answer = house.send(asked)
                    house.check(asked, answer)
                    assert (answer.status, json.loads(answer.body)["type"]) == (404, "urn:problem-type:trygg:not-found"), changed
