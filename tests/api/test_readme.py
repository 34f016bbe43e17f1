# SPDX-License-Identifier: EUPL-1.2
"""The README: what its first screen and its tour show is what the programs say, and what it points at is there."""
import importlib.machinery
import importlib.util
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


def rooms_as_checked():
    """What scripts/check-rooms holds the rooms to: (room → which it may include, room → what it alone touches, as patterns of headers)"""
    loader = importlib.machinery.SourceFileLoader("check_rooms", str(ROOT / "scripts" / "check-rooms"))
    rooms = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_rooms", loader))
    loader.exec_module(rooms)
    there = {path.name for path in (ROOT / "server").iterdir() if any(path.glob("**/*.c"))}
    alone = {}
    for pattern, folders in rooms.LIBRARIES:
        inside = [folder.split("/")[1] for folder in folders if re.fullmatch(r"server/\w+/", folder)]
        if len(inside) == 1:
            alone[inside[0]] = "|".join(filter(None, [alone.get(inside[0]), pattern]))
    return {room: rooms.ARROWS[room] for room in there}, alone


# How the library is called whose header that is.
CALLED = {"sqlite3.h": "SQLite", "sodium.h": "libsodium", "nettle/sha2.h": "Nettle", "jwt.h": "libjwt", "openssl/evp.h": "OpenSSL", "curl/curl.h": "libcurl",
          "magic.h": "libmagic", "utf8proc.h": "utf8proc", "ulfius.h": "ulfius", "microhttpd.h": "libmicrohttpd", "gnutls/gnutls.h": "GnuTLS"}


def test_every_room_stands_in_the_picture_and_with_what_it_alone_touches():
    arrows, alone = rooms_as_checked()
    built = TEXT.split("## How it is built")[1]
    picture, after = built.split("```")[1:3]
    assert [room for room in arrows if not re.search(rf"(?<![\w-]){room}\b", picture)] == []
    sentence = " ".join(re.search(r"so no handler can forget it; (only.*?)\.\n\n", after, re.S).group(1).split())
    told = dict(re.fullmatch(r"(?:only )?`(\w+)` (?:touches )?(.*)", part).groups() for part in sentence.split(", only "))
    assert set(told) == set(alone)
    for room, pattern in alone.items():
        assert {name for header, name in CALLED.items() if re.fullmatch(pattern, header)} == set(re.split(r", | and ", told[room])), room


def test_the_table_of_the_architecture_is_that_of_check_rooms():
    arrows, _ = rooms_as_checked()
    table = (ROOT / "docs" / "architecture.md").read_text().split("| room | what it is for |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]*?) \|", table, re.M)
    assert {room: set(re.findall(r"[\w/.]*\w", included)) - {"nothing"} for room, included in rows} == {room: set(may) for room, may in arrows.items()}


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
