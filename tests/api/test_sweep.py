# SPDX-License-Identifier: EUPL-1.2
"""Each operation on the medium fails in turn, or is the last before a kill (tests/faults/sweep.c): writes, syncs, renames, truncations,
and the making and removing of files. Whatever happens: no crash, a start that works when the fault is gone, everything that was answered
is there and has its row (V2), and asking again does nothing twice (X1, X2). TRYGG_SWEEP=all takes every operation of the
story in every manner, and more of those that make a store."""
import json
import os
import shutil
import uuid

import pytest

from daemon import Daemon, Files, copy_files, run_tryggd
from sweeping import (CANT_CREATE, DATA, MANNERS, REFUSED, WORKERS, Day, Orders, check_ending, check_store, environment, side_by_side, spread,
                      sweep_days)


def run(orders, files, *args):
    return run_tryggd(*args, env={**os.environ, **environment(orders, files.folder)})


# ---- What is made before a daemon runs -------------------------------------------------------------------------------------------

MADE = {"tryggd.ini", "seed.json", "ids.json", "issuer.pem", "issuer.jwks", "master.key", "log.key", "data"}


class Making:
    """The issuer's key and a seeded store, made anew each time in one folder."""

    def __init__(self, folder):
        folder.mkdir()
        self.files = Files(folder)
        (folder / "seed.json").write_text(json.dumps(self.files.seed))
        self.issuer = ("issuer", "--config", self.files.config)
        self.init = ("init", "--config", self.files.config, "--seed", folder / "seed.json", "--ids", folder / "ids.json")

    def clear(self):
        shutil.rmtree(self.files.data, ignore_errors=True)
        for path in self.files.folder.iterdir():
            if path != self.files.config and path.name != "seed.json":
                path.unlink()

    def once_more(self, place, said):
        """As the sentence said, or the manual: a seeding that was cut off is started over."""
        if "remove the data directory" in said:
            shutil.rmtree(self.files.data)
        done = run_tryggd(*self.issuer)
        assert done.returncode == 0 or (done.returncode == CANT_CREATE and "not replaced" in done.stderr), f"{place}: {done.stderr}"
        assert self.files.key_file.exists() and self.files.jwks_file.exists(), f"{place}: half an issuer"
        done = run_tryggd(*self.init)
        if done.returncode == DATA and "is in the store already" in done.stderr:
            shutil.rmtree(self.files.data)
            done = run_tryggd(*self.init)
        assert done.returncode == 0, f"{place}: {done.stderr}"
        left = {path.name for path in self.files.folder.iterdir()} - MADE
        assert not left or "once" not in place, f"{place}: {left}"   # nobody tidies up after a kill


@pytest.mark.parametrize("manner", MANNERS)
def test_an_issuer_is_made_whole_wherever_its_making_ends(tmp_path, built, manner):
    orders, making = Orders(tmp_path / "orders"), Making(tmp_path / "house")
    assert run(orders, making.files, *making.issuer).returncode == 0
    code, n = MANNERS[manner]
    for k in range(1, orders.seen + 1):
        making.clear()
        orders.strike(k, n, code)
        run(orders, making.files, *making.issuer)
        orders.disarm()
        making.once_more(f"{manner} at {k}", "remove the data directory" if making.files.data.exists() else "")


@pytest.mark.parametrize("manner", MANNERS)
def test_what_a_failing_disk_leaves_unmade_can_be_made_again(tmp_path, built, manner):
    benches = [(Orders(tmp_path / f"orders-{i}"), Making(tmp_path / f"house-{i}")) for i in range(WORKERS)]
    for orders, making in benches:
        for command in (making.issuer, making.init):
            assert run(orders, making.files, *command).returncode == 0
    total = benches[0][0].seen
    code, n = MANNERS[manner]

    def try_one(k, worker):
        orders, making = benches[worker]
        place, said = f"{manner} at {k} of {total}", ""
        making.clear()
        orders.strike(k, n, code)
        for command in (making.issuer, making.init):
            done = run(orders, making.files, *command)
            said += done.stderr
            check_ending(done.returncode, done.stderr, f"{command[0]} {place}")
        orders.disarm()
        making.once_more(place, said)

    side_by_side(spread(total, 8, 30), try_one)
    for _, making in benches:
        check_store(making.files)
        making.files.ids = json.loads((making.files.folder / "ids.json").read_text())["organisations"]
        daemon = Daemon(making.files).start()
        try:
            assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", "kari").status_code == 200
        finally:
            daemon.stop()


# ---- The keys of the log ---------------------------------------------------------------------------------------------------------

class LogKeys:
    """A store whose keys of the log are changed by one command while the medium fails."""

    def __init__(self, base, folder, verb, orders):
        self.base, self.folder, self.orders = base, folder, orders
        self.command = ("log-key", verb, "--config", folder / base.config.name)

    def begin(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.files = copy_files(self.base, self.folder)
        self.before = self.keys()

    def keys(self):
        return self.files.log_key.read_text().splitlines() if self.files.log_key.exists() else []

    def beside(self):
        return [path for path in self.folder.iterdir() if path.name.startswith("log.key.")]

    def check_what_was_said(self, code, said, place):
        changed = self.keys() != self.before
        assert code != 0 or changed, place
        if code in REFUSED and changed:
            assert "was changed" in said or "remove it before you try again" in said, f"{place}: {said}"
        elif code in REFUSED:
            assert "was changed" not in said, f"{place}: {said}"

    def go_on(self, code, said):
        """As the sentence said. After a kill one looks."""
        for path in self.beside():
            path.unlink()
        if code in REFUSED and "remove it before" in said:
            self.files.log_key.unlink(missing_ok=True)
        if self.keys() == self.before or not self.keys():
            done = run_tryggd(*self.command)
            assert done.returncode == 0, done.stderr


def changed_once(verb, before, after):
    expected = {"create": after[:1], "rotate": after[:1] + before, "retire": before[:-1]}[verb]
    return after == expected and after != before


@pytest.fixture(scope="module")
def with_log(made, tmp_path_factory):
    """Files whose logs have a checkpoint."""
    files = copy_files(made, tmp_path_factory.mktemp("with-log") / "house")
    daemon = Daemon(files).start()
    daemon.create_student("rektor")
    daemon.stop()
    return files


@pytest.mark.parametrize("verb", ["create", "rotate", "retire"])
@pytest.mark.parametrize("manner", MANNERS)
def test_the_keys_of_the_log_are_changed_once_whatever_the_medium_does(with_log, tmp_path, verb, manner):
    base = copy_files(with_log, tmp_path / "base")
    if verb == "create":
        base.log_key.unlink()
    if verb == "retire":
        assert run_tryggd("log-key", "rotate", "--config", base.config).returncode == 0
    benches = [LogKeys(base, tmp_path / f"house-{i}", verb, Orders(tmp_path / f"orders-{i}")) for i in range(WORKERS)]
    benches[0].begin()
    done = run(benches[0].orders, benches[0].files, *benches[0].command)
    assert done.returncode == 0 and changed_once(verb, benches[0].before, benches[0].keys()), done.stderr
    total = benches[0].orders.seen
    code, n = MANNERS[manner]

    def try_one(k, worker):
        bench, place = benches[worker], f"{verb} {manner} at {k} of {total}"
        bench.begin()
        bench.orders.strike(k, n, code)
        done = run(bench.orders, bench.files, *bench.command)
        bench.orders.disarm()
        check_ending(done.returncode, done.stderr, place)
        bench.check_what_was_said(done.returncode, done.stderr, place)
        assert "once" not in manner or not bench.beside(), place   # nobody tidies up after a kill
        bench.go_on(done.returncode, done.stderr)
        assert changed_once(verb, bench.before, bench.keys()), place
        Daemon(bench.files).start().stop()

    side_by_side(sorted({*spread(total, 5), *range(max(1, total - 5), total + 1)}), try_one)


# ---- What a daemon does ----------------------------------------------------------------------------------------------------------

class Story(Day):
    """A day with students."""

    def __init__(self, files, surroundings, tokens):
        super().__init__(files, surroundings, tokens)
        mark = uuid.uuid4().hex[:8]
        school = files.id("school", "aas")
        self.student = {"schoolId": school, "givenName": "Ny" + mark, "familyName": "Xq" + mark}
        self.items = {"items": [{"externalId": {"system": "visma", "id": f"Xqid{mark}{i}"}, "givenName": "Ny", "familyName": "Xq" + mark,
                                 "schoolId": school} for i in range(2)]}
        self.log = f"/v1/schools/{school}/activity"
        self.school = {"name": "Xqskole" + mark}

    def create(self, step="create"):
        return self.call(step, "POST", "/v1/students", "kari", self.student, Idempotency_Key=self.key)

    def found(self, school, key="school"):
        return self.call(school, "POST", "/v1/schools", "owner", self.school, Idempotency_Key=self.key + key)

    def change(self, student, step="change", version=1):
        return self.call(step, "PATCH", "/v1/students/" + student, "rektor", {"givenName": "Nyendret"}, If_Match=f'"{version}"',
                         Content_Type="application/merge-patch+json")

    def provision(self, step="provision"):
        return self.call(step, "PUT", "/v1/provision/students", "registry", self.items)

    def day(self):
        created = self.create()
        student = created.json()["id"] if created is not None else self.files.id("student", "alva")
        self.found("found")
        self.call("search", "POST", "/v1/students/search", "rektor", {"name": self.student["familyName"]})
        self.call("read", "GET", "/v1/students/" + student, "kari")
        if created is not None:
            self.change(student)
        self.provision()
        self.call("list", "GET", "/v1/students", "rektor")
        self.call("log", "GET", self.log, "rektor")
        self.call("unseen", "GET", "/v1/students/" + self.files.id("student", "alva"), "teacher-untied")

    def check_again(self, answers, before):
        created, found = self.create("again"), self.found("found-again")
        assert created.status_code == found.status_code == 201
        for first, second in ((answers.get("create"), created), (answers.get("found"), found)):
            assert first is None or first.json()["id"] == second.json()["id"]
        student = created.json()["id"]
        card = self.call("card", "GET", "/v1/students/" + student, "rektor").json()
        if "change" in answers:
            assert card["givenName"] == "Nyendret"
        elif card["version"] == 1:
            assert self.change(student).status_code == 200
        outcomes = [row["outcome"] for row in self.provision("provision-again").json()["results"]]
        if "provision" in answers:
            kept = [row["outcome"] == "created" for row in answers["provision"].json()["results"]]
            assert all(outcome == "unchanged" for outcome, was in zip(outcomes, kept) if was), (outcomes, kept)
        assert set(outcomes) <= {"created", "unchanged"}
        names = self.call("names", "POST", "/v1/students/search", "rektor", {"name": self.student["familyName"]}).json()
        assert names["total"] == 1 + len(self.items["items"])
        assert len(self.daemon.rows("SELECT 1 FROM student")) == before["student"] + 1 + len(self.items["items"])
        assert len(self.daemon.rows("SELECT 1 FROM school")) == before["school"] + 1


@pytest.mark.parametrize("manner", MANNERS)
def test_V2_nothing_answered_is_lost_unlogged_or_done_twice_when_the_medium_fails(made, tmp_path, manner):
    tokens = {who: made.token(who) for who in ("kari", "rektor", "owner", "teacher-untied")}
    tokens["registry"] = made.token("registry", service=True, scope="provision")
    before = {table: len(made.rows(f"SELECT 1 FROM {table}")) for table in ("student", "school")}
    sweep_days(made, tmp_path, manner, lambda files, surroundings: Story(files, surroundings, tokens), before, 8, 10)
