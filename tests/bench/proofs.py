# SPDX-License-Identifier: EUPL-1.2
"""Proofs of rows all over a log of some thousand rows and over one of millions, by turns: does a proof get slower as the log grows?"""
import contextlib
import datetime
import json
import pathlib
import random
import sqlite3
import tempfile
import urllib.parse

import large
import load
import servers

STUDENTS, SMALL_ROWS, ROWS = 500, 5_000, 5_000_000
CONNECTIONS, PAGES, LIMIT, OF_A_PAGE = 2, 300, 100, 20


def span(house):
    """When the first and the newest row of the log were written, ms."""
    with sqlite3.connect(f"file:{house.folder}/data/trygg.db?mode=ro", uri=True) as store:
        return store.execute("SELECT min(at), max(at) FROM activity WHERE school_id IS NOT NULL").fetchone()


def moment(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def asked(server, token, path, **query):
    status, _, body = servers.fetch(f"{server.url}{path}?{urllib.parse.urlencode(query)}", token)
    if status != 200:
        raise servers.Void(f"GET {path} was answered {status}: {body[:300]!r}")
    return json.loads(body)["data"]


def rows_all_over(server, token, first, newest):
    """Ids of rows of the school's log, drawn by time: it was filled at an even pace."""
    draw = random.Random(1)
    school = asked(server, token, "/v1/schools", limit=1)[0]["id"]
    ids = []
    for _ in range(PAGES):
        until = moment(draw.uniform(first, newest))
        page = asked(server, token, f"/v1/schools/{school}/activity", limit=LIMIT, until=until)
        ids += [row["id"] for row in draw.sample(page, min(OF_A_PAGE, len(page)))]
    return ids


def started(house, scratch, name):
    """A daemon on that house, and the proofs that are asked of it."""
    folder = scratch / name
    folder.mkdir()
    first, newest = span(house)
    token = house.token("rektor-0-0")
    server = house.serve(name)
    try:
        ids = rows_all_over(server, token, first, newest)
        if len(ids) < PAGES:
            raise servers.Void(f"{len(ids)} rows were found in the {name} store")
        (folder / "tokens").write_text(token + "\n")
        (folder / "requests").write_text("".join(f"1 GET /v1/activity/{row}/proof\n" for row in ids))
    except BaseException:
        server.stop()
        raise
    return server, load.Target(f"proof, {name}", server, "/", None, "spread", (str(folder / "tokens"), str(folder / "requests")))


def measure(build, store):
    with contextlib.ExitStack() as end:
        scratch = pathlib.Path(end.enter_context(tempfile.TemporaryDirectory(prefix="trygg-bench-")))
        kept = store or scratch / "stores"
        kept.mkdir(parents=True, exist_ok=True)
        targets = {}
        for side, rows in (("small", SMALL_ROWS), ("large", ROWS)):
            server, target = started(large.filled(kept / f"log-{side}", build, STUDENTS, rows), scratch, side)
            end.callback(large.ended, server)
            targets[side] = {"proof": target}
        asked = ("proof", CONNECTIONS)
        rounds, _ = large.by_turns(targets, (asked,))
        return {"rows": ROWS, "figures": {f"proof@{CONNECTIONS}": large.compared(rounds[asked])}}


def show(result):
    large.show_head()
    large.show_figures(result["figures"])
    print(f"\nsmall: {SMALL_ROWS} rows, large: {result['rows']}")
