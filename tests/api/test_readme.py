# SPDX-License-Identifier: EUPL-1.2
"""The README: what its first screen and its tour show is what the programs say, and what it points at is there."""
import re

import pytest

from daemon import ROOT
from readme import ID, LEFT_OUT, README, House, Ids, disagreement, steps

TEXT = README.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory, built):
    house = House(tmp_path_factory.mktemp("readme"))
    yield house
    house.close()


def test_the_story_is_told_as_the_first_screen_shows_it(house):
    shown = re.search(r"<!-- begin: output of scripts/run -->\n```\n(.*?)\n```\n<!-- end", TEXT, re.S).group(1)
    assert "scenes" in shown.splitlines()[-1]
    shown = "\n".join(line for line in shown.splitlines() if line)
    said = "\n".join(line for line in house.story.splitlines() if line)
    assert disagreement(LEFT_OUT + "\n" + shown, said, Ids()) is None


def test_every_command_of_the_tour_says_what_the_README_shows(house):
    """A page that has fallen behind is written anew by readme.py."""
    ids, wrong = Ids(), []
    assert len(steps(TEXT)) > 15
    for step in steps(TEXT):
        said = house.say(ids.as_today(step.command))
        difference = disagreement(step.shown or "", said, ids)
        if difference:
            wrong.append(f"{step!r}\n{difference}")
    assert not wrong, "\n\n".join(wrong)


def test_the_people_of_the_tour_have_their_profiles(house):
    profiles = set(re.findall(r"^\[([\w-]+)\]$", (house.folder / ".demo" / "trygg.ini").read_text(), re.M))
    table = TEXT.split("| `trygg --profile …` |")[1].split("\n\n")[0]
    assert len(re.findall(r"^\| `(\w+)` \|", table, re.M)) > 8
    assert {*re.findall(r"^\| `(\w+)` \|", table, re.M), *re.findall(r"--profile ([\w-]+)", TEXT)} <= profiles


def test_what_the_README_points_at_is_there():
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", TEXT):
        assert (ROOT / target).exists(), target


def test_every_page_and_every_kind_of_test_stands_in_the_README():
    table = TEXT.split("| folder | |")[1].split("\n\n")[0]
    pages = [f"(docs/{path.name})" for path in (ROOT / "docs").glob("*.md")]
    manuals = ["{}({})".format(*path.name.removesuffix(".in").rsplit(".", 1)) for path in (ROOT / "docs" / "man").iterdir() if path.suffix != ".py"]
    kinds = [f"`{path.name}/`" for path in (ROOT / "tests").iterdir() if path.is_dir()]
    assert len(pages) > 4 and len(manuals) == 3
    assert [word for word in pages + manuals + kinds if word not in table] == []


def test_no_id_of_the_tour_is_a_made_up_one():
    """Each of them was said by a command that is shown, or it is the one that never was."""
    shown = "\n".join(step.shown or "" for step in steps(TEXT))
    asked = "\n".join(step.command for step in steps(TEXT))
    assert set(ID.findall(asked)) - set(ID.findall(shown)) <= {"01234567-0000-7000-8000-000000000000"}


def test_a_difference_is_found():
    ids = Ids()
    one, other = "01a20036-27a7-766d-8e85-8c0dd038b221", "01a20036-27a7-766d-8e85-8c0dd038b222"
    assert disagreement(f"a {one}\n[…]\nz 2026-11-22T01:02:03.456Z", f"a {other}\nb\nc\nz 2026-12-01T00:00:00.000Z", ids) is None
    assert ids.as_today(one) == other
    for shown, said in (("a", "b"), ("a", "a\nb"), ("a\nb", "a"), ("[…]\nb", "a"), (f"x {one}", f"x {one}"), ("trygg_a 1", "trygg_b 1")):
        assert disagreement(shown, said, ids) is not None, (shown, said)
    assert disagreement("trygg_a 1\n[…]", "trygg_a 2.5e3\nmore", ids) is None
