# SPDX-License-Identifier: EUPL-1.2
"""What happens in a personsak when several people do it at once: one outcome, which the log tells in the order in which it came about.
Each test is many rounds of calls that a barrier lets go together; afterwards the rows are held against the answers by their place in the
school's tree: what a row says was decided and done there and then, and nothing in between."""
import concurrent.futures
import json
import random
import threading
import time
import uuid

import pytest
import requests

import cases
import world

CREATED, OK, GONE, FORBIDDEN, NOT_FOUND, CONFLICT, STALE, LATER = 201, 200, 204, 403, 404, 409, 412, 503
AT_ONCE, SECONDS, ROUNDS = 8, 0.6, 3
PATIENCE = 60
PEOPLE = ("rektor", "two-schools", "opener", "kari", "assistant", "teacher-untied")
PART = 64 << 10


class Crowd:
    """People who call at once, each on a connection of their own that stays open."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.pool = concurrent.futures.ThreadPoolExecutor(AT_ONCE)
        self.sessions = [requests.Session() for _ in range(AT_ONCE)]
        self.tokens = {who: daemon.token(who) for who in PEOPLE}
        self.answers = []   # all of them

    def call(self, number, method, path, who, **options):
        """Person `who` on connection `number`."""
        answer = self.daemon.request(method, path, token=self.tokens[who], session=self.sessions[number], **options)
        self.answers.append(answer)
        return answer

    def patient(self, number, *call, **options):
        """The same call until it is not answered that it came too late too often, and is to be sent again (X1)."""
        options["key"] = str(uuid.uuid4())
        answer = self.call(number, *call, **options)
        while answer.status_code == LATER:
            self.answers.remove(answer)
            answer = self.call(number, *call, **options)
        return answer

    def together(self, *acts):
        """Each act is told its connection and when to begin; what they return, in the order of the acts."""
        barrier = threading.Barrier(len(acts))

        def run(number, act):
            barrier.wait(PATIENCE)
            return act(number)
        return [future.result(PATIENCE) for future in [self.pool.submit(run, *each) for each in enumerate(acts)]]

    def act(self, method, path, who, **options):
        """One call, for `together`."""
        return lambda number: self.call(number, method, path, who, **options)

    def rows(self):
        """The rows of all answers in the school's tree, in its order: [(answer, row)]. Each answer has one."""
        by_request = {}
        for row in self.daemon.activity(tree_id=self.daemon.id("school", "aas")):
            by_request.setdefault(row["request_id"], []).append(row)
        found = [(answer, by_request.get(answer.headers["X-Request-Id"], [])) for answer in self.answers]
        assert [answer.url for answer, rows in found if len(rows) != 1] == []
        return sorted(((answer, rows[0]) for answer, rows in found), key=lambda pair: pair[1]["leaf_index"])

    def row_of(self):
        return {answer.headers["X-Request-Id"]: row for answer, row in self.rows()}

    def close(self):
        self.pool.shutdown()
        for session in self.sessions:
            session.close()


@pytest.fixture
def crowd(daemon):
    crowd = Crowd(daemon)
    yield crowd
    crowd.close()


def rounds(seconds=SECONDS):
    """Round after round, as many as there is time for."""
    end, number = time.monotonic() + seconds, 0
    while number < ROUNDS or time.monotonic() < end:
        yield number
        number += 1


def statuses(answers):
    return [answer.status_code for answer in answers]


def problem(answer):
    return answer.json()["type"].rpartition(":")[2]


def request_id(answer):
    return answer.headers["X-Request-Id"]


def seen(row):
    return row["outcome"], row["ground"]


def if_match(version, **more):
    return {"headers": {"Content-Type": "application/merge-patch+json", "If-Match": f'"{version}"'}, **more}


def hendelse_body(daemon):
    return {"kind": "journalnotat", "category": "mobbing", "happenedAt": "2024-11-20T10:15:00Z", "text": cases.words(daemon)}


def texts_in(daemon, personsak, who="rektor"):
    """The texts of all its hendelser."""
    found, token = [], None
    while True:
        page = daemon.get(f"/v1/personsaker/{personsak}/hendelser", who, params={"limit": 100, **({"pageToken": token} if token else {})}).json()
        found += [hendelse["text"] for hendelse in page["data"]]
        token = page["pageToken"]
        if token is None:
            return found


def new_case(daemon, **changes):
    return cases.open_case(daemon, saksbehandler="kari", **changes)["id"]


def sent_text(answer):
    return json.loads(answer.request.body)["text"]


# ---- Two change the same thing --------------------------------------------------------------------------------------------------

def test_P7_X2_of_two_amendments_at_once_one_is_made_and_the_other_is_told(daemon, crowd):
    """By its author from two devices; a co-handler who tries as well is not its author."""
    personsak, played = new_case(daemon, medsaksbehandlere=["assistant"]), []
    for _ in rounds():
        hendelse = cases.hendelse(daemon, personsak, "kari")["id"]
        path = f"/v1/hendelser/{hendelse}"
        answers = crowd.together(*(crowd.act("PATCH", path, who, **if_match(1, json={"text": cases.words(daemon)}))
                                   for who in ("kari", "kari", "assistant")))
        assert sorted(statuses(answers[:2])) == [OK, STALE] and answers[2].status_code == FORBIDDEN
        played.append((hendelse, answers))
    row_of = crowd.row_of()
    for hendelse, answers in random.sample(played, min(len(played), 10)):
        won, lost = sorted(answers[:2], key=lambda answer: answer.status_code)
        versions = daemon.get(f"/v1/hendelser/{hendelse}/versions", "kari").json()["data"]
        assert [version["version"] for version in versions] == [1, 2] and versions[1]["text"] == sent_text(won)
        assert daemon.get(f"/v1/hendelser/{hendelse}", "assistant").json()["text"] == sent_text(won)
        first, second = row_of[request_id(won)], row_of[request_id(lost)]
        assert seen(first) == ("allowed", "P7.author.handler") and seen(second) == ("refused", "precondition-failed")
        assert first["leaf_index"] < second["leaf_index"]
        assert seen(row_of[request_id(answers[2])]) == ("refused", "P7.forbidden")


def test_P4_X2_of_two_who_change_the_header_at_once_one_does(daemon, crowd):
    personsak, texts = new_case(daemon), []
    for _ in rounds():
        version = cases.version(daemon, personsak)
        answers = crowd.together(*(crowd.act("PATCH", f"/v1/personsaker/{personsak}", who,
                                             **if_match(version, json={"description": cases.words(daemon)})) for who in ("kari", "rektor")))
        assert sorted(statuses(answers)) == [OK, STALE]
        won = min(answers, key=lambda answer: answer.status_code)
        texts.append(json.loads(won.request.body)["description"])
        assert cases.case(daemon, personsak)["description"] == texts[-1]
    assert {seen(row) for answer, row in crowd.rows() if answer.status_code == STALE} == {("refused", "precondition-failed")}
    assert [daemon.rows("SELECT COUNT(*) AS n FROM personsak_header WHERE personsak_id = ?", uuid.UUID(personsak).bytes)[0]["n"]] == [len(texts) + 1]


def test_P6_those_who_write_at_once_do_not_disturb_each_other(daemon, crowd):
    personsak, sent = new_case(daemon, medsaksbehandlere=["assistant"]), []
    for _ in rounds():
        answers = crowd.together(*(crowd.act("POST", f"/v1/personsaker/{personsak}/hendelser", who, json=hendelse_body(daemon))
                                   for who in ("kari", "assistant", "rektor", "kari")))
        assert statuses(answers) == [CREATED] * 4
        sent += answers
    assert sorted(texts_in(daemon, personsak)) == sorted(map(sent_text, sent))
    assert cases.version(daemon, personsak) == 1 + len(sent)
    assert len(crowd.rows()) == len(sent)


# ---- Who handles it -------------------------------------------------------------------------------------------------------------

def write_until_refused(crowd, personsak, who, most=12):
    """Hendelser one after the other, until one is not taken; and two more after that."""
    def act(number):
        answers, refused = [], 0
        while len(answers) < most and refused < 3:
            time.sleep(random.uniform(0, 0.01))
            answers.append(crowd.call(number, "POST", f"/v1/personsaker/{personsak}/hendelser", who, json=hendelse_body(crowd.daemon)))
            refused += answers[-1].status_code != CREATED
        return answers
    return act


def read_until_refused(crowd, path, who, most=40):
    def act(number):
        answers = []
        while len(answers) < most and (not answers or answers[-1].status_code == OK):
            answers.append(crowd.call(number, "GET", path, who))
        return answers
    return act


def remove_at_last(crowd, personsak, who):
    """Takes them off, however often the personsak changes between the look and the removal. The answer."""
    def act(number):
        for _ in range(200):
            version = crowd.call(number, "GET", f"/v1/personsaker/{personsak}", "rektor").json()["version"]
            path = f"/v1/personsaker/{personsak}/medsaksbehandlere/{crowd.daemon.id('person', who)}"
            answer = crowd.call(number, "DELETE", path, "rektor", headers={"If-Match": f'"{version + random.randrange(2)}"'})
            if answer.status_code == GONE:
                return answer
            assert answer.status_code == STALE
        raise AssertionError("never removed")
    return act


def test_P4_a_removal_ends_it_between_two_hendelser_and_for_good(daemon, crowd):
    played = []
    for _ in rounds():
        personsak = new_case(daemon, medsaksbehandlere=["assistant"])
        path = f"/v1/personsaker/{personsak}/hendelser"
        *wrote, reads, gone = crowd.together(write_until_refused(crowd, personsak, "assistant"), write_until_refused(crowd, personsak, "assistant"),
                                             read_until_refused(crowd, path, "assistant"), remove_at_last(crowd, personsak, "assistant"))
        writes = wrote[0] + wrote[1]
        for answers in (*wrote, reads):
            ends = [status == NOT_FOUND for status in statuses(answers)]
            assert ends == sorted(ends), "never again after the first time"
        assert set(statuses(writes)) <= {CREATED, NOT_FOUND} and set(statuses(reads)) <= {OK, NOT_FOUND}
        taken = [answer for answer in writes if answer.status_code == CREATED]
        assert sorted(texts_in(daemon, personsak)) == sorted(map(sent_text, taken))
        played.append((writes + reads, gone))
    row_of = crowd.row_of()
    for answers, gone in played:
        end = row_of[request_id(gone)]["leaf_index"]
        for answer in answers:
            row = row_of[request_id(answer)]
            before = answer.status_code != NOT_FOUND
            assert (row["leaf_index"] < end) == before, (answer.request.method, answer.status_code)
            assert row["outcome"] == ("allowed" if before else "refused")
    assert any(NOT_FOUND in statuses(answers) for answers, _ in played), "no removal came in between"


def test_P4_two_who_add_the_same_person_at_once_add_them_once(daemon, crowd):
    for _ in rounds():
        personsak = new_case(daemon)
        body = {"personId": daemon.id("person", "assistant")}
        answers = crowd.together(*(crowd.act("POST", f"/v1/personsaker/{personsak}/medsaksbehandlere", who, json=body) for who in ("kari", "rektor")))
        assert sorted(statuses(answers)) == [CREATED, CONFLICT]
        assert len(cases.case(daemon, personsak)["medsaksbehandlere"]) == 1
    crowd.rows()


def test_P5_P8_a_hand_over_against_the_closing_of_the_one_who_leads(daemon, crowd):
    """Who leads closes it and then cannot hand it over any more; or has handed it over and does not see it any more."""
    played, ends = [], set()
    for number in rounds():
        personsak = new_case(daemon)
        acts = [crowd.act("POST", f"/v1/personsaker/{personsak}/handover", "rektor", json={"saksbehandlerId": daemon.id("person", "assistant")}),
                crowd.act("POST", f"/v1/personsaker/{personsak}/closure", "kari", json={"summary": cases.words(daemon)})]
        over, closed = crowd.together(*acts) if number % 2 else reversed(crowd.together(*reversed(acts)))
        ended = (over.status_code, closed.status_code)
        assert ended in ((OK, NOT_FOUND), (CONFLICT, OK))
        case = cases.case(daemon, personsak)
        leads = case["saksbehandler"]["personId"]
        assert (leads, case["state"]) == ((daemon.id("person", "assistant"), "open") if ended[0] == OK else (daemon.id("person", "kari"), "closed"))
        ends.add(ended)
        played.append(sorted((over, closed), key=lambda answer: answer.status_code))
    row_of = crowd.row_of()
    for won, lost in played:
        assert row_of[request_id(won)]["leaf_index"] < row_of[request_id(lost)]["leaf_index"]
        assert [row_of[request_id(answer)]["outcome"] for answer in (won, lost)] == ["allowed", "refused"]


# ---- Closing --------------------------------------------------------------------------------------------------------------------

def test_P8_what_is_taken_while_it_is_closed_was_there_before(daemon, crowd):
    played = []
    for _ in rounds():
        personsak = new_case(daemon, medsaksbehandlere=["assistant"])

        def close(number, personsak=personsak):
            time.sleep(random.uniform(0, 0.05))
            return crowd.patient(number, "POST", f"/v1/personsaker/{personsak}/closure", "rektor", json={"summary": cases.words(daemon)})
        *wrote, closed = crowd.together(*(write_until_refused(crowd, personsak, who) for who in ("kari", "assistant", "rektor", "kari")), close)
        writes = sum(wrote, [])
        assert closed.status_code == OK, closed.text
        assert set(statuses(writes)) <= {CREATED, CONFLICT}
        taken = [answer for answer in writes if answer.status_code == CREATED]
        assert {problem(answer) for answer in writes if answer not in taken} <= {"closed"}
        assert sorted(texts_in(daemon, personsak)) == sorted(map(sent_text, taken))
        case = cases.case(daemon, personsak)
        assert (case["state"], case["version"], case["version"]) == ("closed", closed.json()["version"], 2 + len(taken))
        played.append((writes, closed))
    row_of = crowd.row_of()
    for writes, closed in played:
        end = row_of[request_id(closed)]["leaf_index"]
        for answer in writes:
            row = row_of[request_id(answer)]
            taken = answer.status_code == CREATED
            assert (row["leaf_index"] < end) == taken
            assert seen(row) == (("allowed", row["ground"]) if taken else ("refused", "closed"))
    assert any(CONFLICT in statuses(writes) for writes, _ in played), "no closing came in between"


def test_P8_two_who_close_at_once_close_it_once(daemon, crowd):
    for _ in rounds():
        personsak = new_case(daemon)
        answers = crowd.together(*(crowd.act("POST", f"/v1/personsaker/{personsak}/closure", who, json={"summary": cases.words(daemon)})
                                   for who in ("kari", "rektor")))
        assert sorted(statuses(answers)) == [OK, CONFLICT]
        turns = daemon.get(f"/v1/personsaker/{personsak}/history", "rektor").json()["data"]
        assert [turn["what"] for turn in turns].count("closed") == 1
    crowd.rows()


def test_S6_a_departure_completes_before_the_personsak_is_opened_or_not_at_all(daemon, crowd):
    played = []
    for number in rounds():
        student = daemon.create_student("rektor").json()["id"]
        body = {"schoolId": daemon.id("school", "aas"), "kind": "moves", "date": world.day(20)}
        departure = daemon.post(f"/v1/students/{student}/departures", body, "rektor").json()["id"]
        acts = [crowd.act("POST", f"/v1/departures/{departure}/completion", "two-schools"),
                crowd.act("POST", "/v1/personsaker", "rektor", json=cases.case_body(daemon, student, saksbehandler="kari"))]
        done, opened = crowd.together(*acts) if number % 2 else reversed(crowd.together(*reversed(acts)))
        assert opened.status_code == CREATED and done.status_code in (OK, CONFLICT)
        if done.status_code == CONFLICT:
            assert [due["id"] for due in done.json()["due"]] == [opened.json()["id"]]
        played.append((done, opened))
    row_of = crowd.row_of()
    for done, opened in played:
        first = row_of[request_id(done)]["leaf_index"] < row_of[request_id(opened)]["leaf_index"]
        assert first == (done.status_code == OK)


# ---- Proposals ------------------------------------------------------------------------------------------------------------------

def accepted_as(daemon, proposal):
    return [str(uuid.UUID(bytes=row["personsak_id"])) for row in
            daemon.rows("SELECT personsak_id FROM proposal WHERE proposal_id = ? AND personsak_id IS NOT NULL", uuid.UUID(proposal).bytes)]


def test_P1_of_three_who_decide_a_proposal_at_once_one_does(daemon, crowd):
    played = []
    student = daemon.create_student("kari").json()["id"]
    for number in rounds():
        proposal = cases.propose(daemon, "kari", student)["id"]
        path, body = f"/v1/proposals/{proposal}", {"category": "mobbing", "description": cases.words(daemon)}
        acts = [crowd.act("POST", f"{path}/acceptance", who, json=body) for who in ("rektor", "two-schools")]
        acts.append(crowd.act("POST", f"{path}/refusal", "opener", json={"reason": cases.words(daemon)}) if number % 2 else
                    crowd.act("POST", f"{path}/acceptance", "opener", json=body))
        answers = crowd.together(*acts)
        won = [answer for answer in answers if answer.status_code in (OK, CREATED)]
        assert len(won) == 1, statuses(answers)
        assert [problem(answer) for answer in answers if answer not in won] == ["proposal-decided"] * 2
        assert accepted_as(daemon, proposal) == ([won[0].json()["id"]] if won[0].status_code == CREATED else [])
        played.append((won[0], [answer for answer in answers if answer not in won]))
    opened = [won for won, _ in played if won.status_code == CREATED]
    stored = daemon.rows("SELECT personsak_id FROM personsak WHERE student_id = ?", uuid.UUID(student).bytes)
    assert sorted(str(uuid.UUID(bytes=row["personsak_id"])) for row in stored) == sorted(won.json()["id"] for won in opened)
    row_of = crowd.row_of()
    for won, lost in played:
        for answer in lost:
            assert seen(row_of[request_id(answer)]) == ("refused", "proposal-decided")
            assert row_of[request_id(won)]["leaf_index"] < row_of[request_id(answer)]["leaf_index"]


def test_X1_an_acceptance_sent_twice_at_once_opens_one_personsak(daemon, crowd):
    student = daemon.create_student("kari").json()["id"]
    for number in rounds():
        proposal, key = cases.propose(daemon, "kari", student)["id"], str(uuid.uuid4())
        body = {"category": "mobbing", "description": cases.words(daemon)}
        answers = crowd.together(*[crowd.act("POST", f"/v1/proposals/{proposal}/acceptance", "rektor", json=body, key=key)] * 2)
        assert statuses(answers) == [CREATED] * 2
        assert answers[0].json() == answers[1].json() and accepted_as(daemon, proposal) == [answers[0].json()["id"]]
    assert [row["outcome"] for _, row in crowd.rows()].count("replayed") == number + 1


# ---- Documents and strikes ------------------------------------------------------------------------------------------------------

def test_of_two_parts_sent_to_one_place_at_once_one_is_taken(daemon, crowd):
    hendelse = cases.hendelse(daemon, new_case(daemon), "kari")["id"]
    played = []
    for _ in rounds():
        body = {"name": "Referat.txt", "mediaType": "text/plain", "size": 2 * PART + 7}
        document = daemon.post(f"/v1/hendelser/{hendelse}/documents", body, "kari").json()["id"]
        path, whole = f"/v1/documents/{document}/content", b""
        for size in (PART, PART, 7):
            headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(len(whole))}
            answers = crowd.together(*(crowd.act("PATCH", path, who, headers=headers, data=letter * size)
                                       for who, letter in (("kari", b"a"), ("kari", b"b"))))
            assert sorted(statuses(answers)) == [GONE, CONFLICT]
            won, lost = sorted(answers, key=lambda answer: answer.status_code)
            whole += won.request.body
            assert problem(lost) == "offset-mismatch" and lost.headers["Upload-Offset"] == won.headers["Upload-Offset"] == str(len(whole))
            played.append((won, lost))
        assert daemon.get(path, "kari").content == whole
    row_of = crowd.row_of()
    for won, lost in played:
        assert row_of[request_id(won)]["leaf_index"] < row_of[request_id(lost)]["leaf_index"]
        assert row_of[request_id(won)]["outcome"] == "allowed" and seen(row_of[request_id(lost)]) == ("refused", "offset-mismatch")


def test_P10_a_read_that_is_logged_after_the_strike_shows_what_is_struck_to_rektor_only(daemon, crowd):
    played = []
    for _ in rounds(3 * SECONDS):
        personsak = new_case(daemon, medsaksbehandlere=["assistant"])
        path = f"/v1/hendelser/{cases.hendelse(daemon, personsak, 'kari')['id']}"

        def strike(number, path=path):
            time.sleep(random.uniform(0, 0.03))
            return crowd.call(number, "POST", f"{path}/striking", "rektor", json={"reason": cases.words(daemon)})

        def read(number, path=path):
            return [crowd.call(number, "GET", target, "assistant") for _ in range(6) for target in (path, f"/v1/personsaker/{personsak}/hendelser")]
        *reads, struck = crowd.together(read, read, read, read, read, strike)
        assert struck.status_code == OK
        played.append((sum(reads, []), struck))
    row_of = crowd.row_of()
    late = []
    for reads, struck in played:
        end = row_of[request_id(struck)]["leaf_index"]
        for answer in reads:
            body = answer.json()
            shown = (body["data"][0] if "data" in body else body)["text"] is not None
            if shown != (row_of[request_id(answer)]["leaf_index"] < end):
                late.append((answer.url, shown))
    assert late == []
