# SPDX-License-Identifier: EUPL-1.2
"""S3 in a school of some size: pages are whole, without repeats and without end, and cost memory for what they show only."""
import threading

import pytest

import world
from daemon import Daemon, Files

STUDENTS, WITH_MANY_GROUPS, FEW = 2600, 1400, 5


def large_seed():
    seed = world.seed()
    fjord = next(row for row in seed["organisations"] if row["key"] == world.FJORD)
    many = [f"many-{i}" for i in range(20)]
    fjord["groups"] += [{"key": key, "school": "aas", "kind": "mentor", "name": "Q" + "\U0001F600" * 99} for key in [*many, "few", "none"]]
    fjord["groups"] += [{"key": f"very-{i}", "school": "bru", "kind": "mentor", "name": "Q" + "\U0001F600" * 99} for i in range(200)]
    fjord["students"] += [world.student(f"v{i}", [("bru", "today-300")], [f"very-{g}" for g in range(200)]) for i in range(60)]
    fjord["students"] += [world.student(f"s{i}", [("aas", "today-300")], many if i < WITH_MANY_GROUPS else
                                        (["few"] if i >= STUDENTS - FEW else [])) for i in range(STUDENTS)]
    return seed


@pytest.fixture(scope="module")
def large(tmp_path_factory, built):
    daemon = Daemon(Files(tmp_path_factory.mktemp("large"), seed=large_seed()).make()).start()
    yield daemon
    daemon.stop()
    daemon.check_log()


def pages(daemon, who, query):
    """Every page of a list, bounded."""
    path, token = "/v1/students" + query, daemon.token(who)
    limit = [part for part in query.lstrip("?").split("&") if part.startswith("limit=")]
    for _ in range(400):
        answer = daemon.get(path, token=token)
        assert answer.status_code == 200, answer.text
        yield [card["id"] for card in answer.json()["data"]]
        after = answer.json()["pageToken"]
        if after is None:
            return
        path = "/v1/students?" + "&".join([f"pageToken={after}", *limit])
    raise AssertionError("a list without end")


def test_S3_every_student_once(large):
    found = [key for page in pages(large, "rektor", "?limit=100") for key in page]
    seeded = [key for name, key in large.files.ids[world.FJORD]["students"].items() if name.startswith("s") and name[1:].isdigit()]
    assert len(found) == len(set(found))
    assert set(seeded) <= set(found)


def test_S3_few_among_many_are_found_though_pages_before_them_are_empty(large):
    wanted = {large.id("student", f"s{i}") for i in range(STUDENTS - FEW, STUDENTS)}
    got = list(pages(large, "rektor", f"?groupId={large.id('group', 'few')}&limit=2"))
    assert [key for page in got for key in page] == sorted(wanted)
    assert all(len(page) <= 2 for page in got)


def test_S3_a_filter_that_nobody_passes_comes_to_an_end_while_rights_move(large):
    """What was looked at and not shown costs no memory, however often the rights epoch moves and the page is read again."""
    done = threading.Event()

    def write():
        for _ in range(2000):
            if done.is_set():
                return
            large.create_student("rektor")

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        assert [key for page in pages(large, "rektor", f"?groupId={large.id('group', 'none')}") for key in page] == []
        nil = "00000000-0000-0000-0000-000000000000"
        for name in ("schoolId", "groupId"):
            assert [key for page in pages(large, "rektor", f"?{name}={nil}&limit=100") for key in page] == []
    finally:
        done.set()
        for writer in writers:
            writer.join()


def test_S3_whoever_may_see_nobody_is_told_so(large):
    assert [key for page in pages(large, "teacher-untied", "?limit=100") for key in page] == []


def test_S3_a_page_of_very_large_cards_is_shorter_and_goes_on(large):
    found = [key for page in pages(large, "rektor-bru", "?limit=100") for key in page]
    wanted = {large.id("student", f"v{i}") for i in range(60)}
    assert len(found) == len(set(found)) and wanted <= set(found)
