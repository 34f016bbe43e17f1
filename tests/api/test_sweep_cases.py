# SPDX-License-Identifier: EUPL-1.2
"""Operations on the medium fail, or are the last before a kill, over a day with a case: opened, written in, with a document in parts, a
departure and a closure; and over the migration of a store with one (tests/faults/sweep.c; test_sweep.py has the day with students).
TRYGG_SWEEP=all takes more of them."""
import signal

import pytest

import cases
import files
import older
import world
from daemon import Daemon, copy_files
from sweeping import MANNERS, Day, check_store, logged, sweep_days, sweep_places

STEPS = 9
HALF = 100_000
OCTETS = "application/offset+octet-stream"
TABLES = ("personsak", "hendelse", "document", "departure")
WHO = "rektor"


class House:
    """A store with a case that rektor handles, and what a day needs to know of it."""

    def __init__(self, made, folder):
        self.files = copy_files(made, folder)
        daemon = Daemon(self.files).start()
        self.student = cases.new_student(daemon)
        self.personsak = cases.open_case(daemon, student=self.student, saksbehandler=WHO)["id"]
        self.hendelse = cases.hendelse(daemon, self.personsak)["id"]
        self.opened = cases.case_body(daemon, self.student, saksbehandler=WHO)
        self.written = {"kind": "journalnotat", "category": "mobbing", "happenedAt": "2026-11-01T10:15:00Z", "text": cases.words(daemon)}
        self.document = files.pdf(2 * HALF)
        self.announced = {"name": cases.words(daemon) + ".pdf", "mediaType": files.PDF, "size": len(self.document)}
        self.leaves = {"schoolId": daemon.id("school", "aas"), "kind": "moves", "date": world.day(30)}
        self.closed = {"items": [{"personsakId": self.personsak, "summary": cases.words(daemon)}]}
        daemon.stop()
        self.tokens = {WHO: self.files.token(WHO)}
        self.before = {table: len(self.files.rows(f"SELECT 1 FROM {table}")) for table in TABLES}


class CaseDay(Day):
    def __init__(self, house, copy, surroundings):
        super().__init__(copy, surroundings, house.tokens)
        self.house = house

    def post(self, step, path, body):
        return self.call(step, "POST", path, WHO, body, Idempotency_Key=self.key + step)

    def announce(self):
        return self.post("announce", f"/v1/hendelser/{self.house.hendelse}/documents", self.house.announced)

    def fill(self, document, start=0):
        """From there on, as long as parts are taken."""
        for at in range(start, len(self.house.document), HALF):
            sent = self.call(f"part at {at}", "PATCH", f"/v1/documents/{document}/content", WHO, data=self.house.document[at:at + HALF],
                             Content_Type=OCTETS, Upload_Offset=str(at))
            if sent is None or not sent.ok:
                return

    def content(self, document, method="GET"):
        return self.call(method, method, f"/v1/documents/{document}/content", WHO)

    def write(self):
        """Everything but the closure, after which nothing can be written."""
        self.post("open", "/v1/personsaker", self.house.opened)
        self.post("write", f"/v1/personsaker/{self.house.personsak}/hendelser", self.house.written)
        self.post("depart", f"/v1/students/{self.house.student}/departures", self.house.leaves)
        return self.announce()

    def close(self):
        self.post("close", "/v1/personsaker/closures", self.house.closed)

    def day(self):
        announced = self.write()
        if announced is not None:
            self.fill(announced.json()["id"])
            content = self.content(announced.json()["id"])
            assert content is None or not content.ok or content.content == self.house.document
        self.call("case", "GET", f"/v1/personsaker/{self.house.personsak}", WHO)
        if len(self.answers) == STEPS - 1:
            self.close()

    def check_again(self, answers, before):
        announced = self.write()
        document = announced.json()["id"]
        kept = self.content(document, "HEAD")
        if "Upload-Offset" in kept.headers:
            at = int(kept.headers["Upload-Offset"])
            assert at % HALF == 0 and (at > 0 or "part at 0" not in answers), f"{at} of an answered part"
            self.fill(document, at)
        self.close()
        for step in ("open", "write", "depart", "announce", "close"):
            assert self.answers[step].ok and (step not in answers or self.answers[step].json() == answers[step].json()), step
        assert self.content(document).content == self.house.document
        assert cases.case(self.daemon, self.house.personsak)["state"] == "closed"
        after = {table: len(self.daemon.rows(f"SELECT 1 FROM {table}")) for table in TABLES}
        assert after == {table: n + 1 for table, n in before.items()}


@pytest.fixture(scope="module")
def house(made, tmp_path_factory):
    return House(made, tmp_path_factory.mktemp("house") / "house")


@pytest.mark.parametrize("manner", MANNERS)
def test_V2_no_case_or_document_is_lost_unlogged_or_done_twice_when_the_medium_fails(house, tmp_path, manner):
    sweep_days(house.files, tmp_path, manner, lambda copy, surroundings: CaseDay(house, copy, surroundings), house.before, STEPS, 8, 40)


# ---- A migration -----------------------------------------------------------------------------------------------------------------

BEFORE_LOOK_UPS = 6   # the first version with cases: two steps are ahead of it


@pytest.fixture(scope="module")
def older_house(house, tmp_path_factory):
    files = copy_files(house.files, tmp_path_factory.mktemp("older") / "house")
    older.make_older(files, BEFORE_LOOK_UPS)
    return files


def start_and_stop(copy, environment):
    """Exit code and what was said."""
    daemon = Daemon(copy, environment)
    try:
        daemon.start()
        daemon.process.send_signal(signal.SIGTERM)
    except AssertionError:
        pass   # it ended, and says so below
    code = daemon.process.wait(60)
    daemon.process.stdout.close()
    return code, daemon.log()


@pytest.mark.parametrize("manner", MANNERS)
def test_a_migration_has_happened_or_has_not_wherever_the_medium_fails(house, older_house, tmp_path, manner):
    log, whole = logged(older_house), {table: older.rows(older_house.store(), table) for table in ("student", "hendelse", "document_part")}

    def hold_to_it(copy):
        left = older.version_of(copy.store())
        assert BEFORE_LOOK_UPS <= left <= older.NEWEST
        daemon = Daemon(copy).start()
        try:
            case = cases.case(daemon, house.personsak, WHO)
            assert case["id"] == house.personsak and case["state"] == "open"
        finally:
            daemon.stop()
        check_store(copy)
        assert older.version_of(copy.store()) == older.NEWEST and logged(copy) > log
        for table, rows in whole.items():
            assert len(older.rows(copy.store(), table)) == len(rows), table

    sweep_places(older_house, tmp_path, manner, start_and_stop, hold_to_it, 4, 24)
