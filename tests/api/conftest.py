# SPDX-License-Identifier: EUPL-1.2
"""Fixtures of the HTTP tests. `daemon` is one tryggd for the whole session, save for files that make cases: tests share its store and only add to it.
`fresh_daemon` gives a test its own, with its own files, to stop, kill or damage. Both are checked when they end (daemon.py)."""
import contextlib
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import contract_model  # noqa: E402
import world  # noqa: E402
from daemon import TRYGGD, Daemon, Files, copy_files  # noqa: E402


# A run of many (scripts/lib.sh): "2/3" is the second of three, each with whole files, and "alone" the one after them, with the files that
# measure time. SLOW: how long a test of a file takes, in those that an average one takes; files that are not named are average.
SHARE = os.environ.get("TRYGG_SHARE", "1/1")
ALONE = {"test_slow.py"}
SLOW = {"test_slow.py": 85, "test_kill.py": 39, "test_log_or_nothing.py": 20, "test_large_school.py": 17, "test_sweep_memory.py": 15,
        "test_webhooks.py": 10, "test_sweep.py": 14, "test_readme.py": 6.5, "test_medium.py": 5.6,
        "test_log_cosignatures.py": 4.9, "test_start_faults.py": 4.7, "test_personsak_races.py": 4.2, "test_cli_changes.py": 4,
        "test_log_witnessed.py": 3.8, "test_damage.py": 3.5, "test_hendelser.py": 3.5, "test_logs.py": 3.5, "test_cli_completion.py": 3.4,
        "test_cli_log.py": 3.4, "test_document_content.py": 3.2, "test_registry_rules.py": 3.2, "test_fsck.py": 2.56, "test_limits.py": 2.2,
        "test_migrations.py": 2.09, "test_fsck_lookups.py": 1.8, "test_departures.py": 1.76, "test_cli_verbs.py": 1.67, "test_ties.py": 1.57,
        "test_logins.py": 1.5, "test_rights_matrix.py": 1.6, "test_personsak_closing.py": 1.27, "test_documents.py": 1.15, "test_codes.py": 1.1,
        "test_metrics.py": 0.81, "test_groups.py": 0.69, "test_identities.py": 0.69, "test_schools.py": 0.69,
        "test_cli_proof.py": 0.65, "test_cli_write.py": 0.61, "test_start.py": 0.54, "test_activity_list.py": 0.49, "test_changes.py": 0.48,
        "test_cli_provision.py": 0.48, "test_start_keys.py": 0.48, "test_personsak_handlers.py": 0.45, "test_enrolments.py": 0.42,
        "test_group_members.py": 0.42, "test_cli_profiles.py": 0.41, "test_activity_proof.py": 0.39, "test_bad_input.py": 0.37,
        "test_personsak_lists.py": 0.35, "test_students_provision.py": 0.35, "test_students_read.py": 0.35, "test_cli_memory.py": 0.32,
        "test_http_edge.py": 0.32, "test_students_merge.py": 0.32, "test_contract.py": 0.31, "test_personsaker.py": 0.31, "test_activity.py": 0.3,
        "test_start_configuration.py": 0.29, "test_memberships.py": 0.28, "test_cli_close_many.py": 0.27, "test_students_search.py": 0.27,
        "test_cli_contract.py": 0.25, "test_persons.py": 0.24, "test_cli.py": 0.23, "test_organisation.py": 0.2, "test_manual.py": 0.18,
        "test_students_create.py": 0.12, "test_students_change.py": 0.11, "test_log_format.py": 0.07}


def files_of_share(items):
    """The files of this run: the heaviest first, each to the run that has least so far."""
    if SHARE == "alone":
        return {item.path for item in items if item.path.name in ALONE}
    weights = {}
    for item in items:
        if SHARE != "1/1" and item.path.name in ALONE:
            continue
        weights[item.path] = weights.get(item.path, 0) + SLOW.get(item.path.name, 1)
    share, shares = map(int, SHARE.split("/"))
    loads = [[0, number, set()] for number in range(shares)]
    for path in sorted(weights, key=lambda path: (-weights[path], str(path))):
        least = min(loads, key=lambda load: load[:2])
        least[0] += weights[path]
        least[2].add(path)
    return loads[share - 1][2]


def pytest_ignore_collect(collection_path):
    """The run alone need not read the files of others."""
    return True if SHARE == "alone" and collection_path.suffix == ".py" and collection_path.name not in ALONE | {LAST_FILE} else None


def pytest_sessionstart(session):
    """The run that asks whether all of the contract was met knows what the others met."""
    if os.environ.get("TRYGG_MET") and os.environ.get("TRYGG_WHOLE") == "1":
        for path in pathlib.Path(os.environ["TRYGG_MET"]).glob("*.txt"):
            contract_model.model().met.update(path.read_text().splitlines())


def pytest_sessionfinish(session):
    """What this run's answers met of the contract, for that run."""
    folder = os.environ.get("TRYGG_MET")
    if folder:
        pathlib.Path(folder, f"{os.getpid()}.txt").write_text("\n".join(sorted(contract_model.model().met)))


LAST, LAST_FILE = "test_X5_every_documented_answer_has_been_given", "test_contract.py"


def pytest_collection_modifyitems(config, items):
    """The test that asks what all others left unanswered comes last, and only when they all ran: scripts/test sets TRYGG_WHOLE."""
    mine = files_of_share(items)
    last = [item for item in items if item.name == LAST and os.environ.get("TRYGG_WHOLE") == "1"]
    kept = [item for item in items if item.path in mine and item.name != LAST] + last
    left = set(items) - set(kept)
    if left:
        config.hook.pytest_deselected(items=list(left))
    items[:] = kept


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    """A test that lacks something on this machine says NOT CHECKED and is skipped; in .ci/run, which has it installed, that is a failure."""
    report = (yield).get_result()
    if report.skipped and os.environ.get("TRYGG_ALL_CHECKED") and "NOT CHECKED" in str(report.longrepr):
        report.outcome, report.longrepr = "failed", str(report.longrepr[2])


@pytest.fixture(scope="session")
def built():
    assert TRYGGD.exists(), f"{TRYGGD} is not there: build first, or set TRYGG_BUILD"


@pytest.fixture(scope="session")
def made_on(tmp_path_factory, built):
    """made_on(day): files of a seeded store in which some begin or end on that day, or the one before or after."""
    made = {}

    def of_day(day):
        if day not in made:
            made[day] = Files(tmp_path_factory.mktemp("made")).make()
        return made[day]

    return of_day


@pytest.fixture(scope="module")
def made(made_on):
    """Files of a seeded store that nobody has started: copied, never used. A file of tests that begins after midnight has those of its day."""
    return made_on(world.today())


def end(daemon):
    try:
        daemon.stop()
    finally:
        if daemon.process is not None:
            daemon.kill()
        daemon.check_log()


def running(tmp_path_factory, made):
    daemon = Daemon(copy_files(made, tmp_path_factory.mktemp("daemon")))
    try:
        daemon.start()
        yield daemon
    finally:
        end(daemon)


@pytest.fixture(scope="session")
def daemon_over(tmp_path_factory):
    """daemon_over(made): the one that all files of tests share over a copy of these."""
    with contextlib.ExitStack() as stack:
        started = {}

        def over(made):
            if made.folder not in started:
                started[made.folder] = stack.enter_context(contextlib.contextmanager(running)(tmp_path_factory, made))
            return started[made.folder]

        yield over


@pytest.fixture(scope="module")
def daemon_of_all(daemon_over, made):
    return daemon_over(made)


@pytest.fixture(scope="module")
def daemon_of_file(tmp_path_factory, made):
    yield from running(tmp_path_factory, made)


@pytest.fixture(scope="module")
def daemon(request):
    """One for all files, whose store they only add to; a file that makes cases has one of its own, since who handles one has rights on its student."""
    makes_cases = any("cases" in (getattr(thing, "__module__", None), getattr(thing, "__name__", None)) for thing in vars(request.module).values())
    return request.getfixturevalue("daemon_of_file" if makes_cases else "daemon_of_all")


@pytest.fixture
def fresh_files(tmp_path, made):
    """Files of its own for one test, seeded, not started."""
    return copy_files(made, tmp_path / "house")


@pytest.fixture
def fresh_daemon(tmp_path, made):
    """A factory: fresh_daemon() starts one over a fresh copy of the world; fresh_daemon(files) over files of the test's own.
    `env` is added to its environment."""
    started = []

    def start(files=None, env=None, **server):
        if files is None:
            files = copy_files(made, tmp_path / f"house-{len(started)}")
        if server:
            files.write_config(**server)
        daemon = Daemon(files, env)
        started.append(daemon)
        return daemon.start()

    yield start
    for daemon in started:
        end(daemon)
