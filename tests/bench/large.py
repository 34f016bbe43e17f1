# SPDX-License-Identifier: EUPL-1.2
"""A small store and a large one, by turns: does a read get slower when a million students and ten million rows of the log are there? `same` asks
as many callers for as many students in both, and so tells what the size does. `read` draws students and callers from the whole store, so
that in the large one no reader's cache holds what is asked for next: it tells what size and breadth do together."""
import concurrent.futures
import contextlib
import dataclasses
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import tempfile
import time
import typing

import load
import servers

SMALL_STUDENTS, SMALL_ROWS, STUDENTS, ROWS = 1_000, 10_000, 1_000_000, 10_000_000
CALLERS, SAMPLE, CONNECTIONS, ROUNDS, SECONDS = 500, 100_000, 32, 7, 3
ORGANISATION, ZONE = "0192f000-0000-7000-8000-000000000001", "Europe/Oslo"


def filled(folder, build, students, rows, one_personsak_in=0):
    """The house in that folder, filled unless it is there as it should be."""
    wanted, mark = {"students": students, "rows": rows}, folder / "filled.json"
    wanted |= {"one_personsak_in": one_personsak_in} if one_personsak_in else {}
    if mark.exists() and json.loads(mark.read_text()) == wanted:
        return servers.House(folder, build)
    shutil.rmtree(folder, ignore_errors=True)
    house = servers.House.make(folder, build)
    command = [build / "tests/bench_fill", folder / "data", folder / "master.key", ZONE, ORGANISATION, str(students), str(rows),
               str(one_personsak_in)]
    began = time.monotonic()
    with open(folder / "roll.txt", "wb") as roll:
        subprocess.run(command, stdout=roll, check=True)
    mark.write_text(json.dumps(wanted))
    print(f"{students} students and {rows} rows in {time.monotonic() - began:.0f} s")
    return house


def requests(house, scratch):
    """Files for load.lua: the leaders' tokens; reads, lists and searches by them, but for `same` all over the store. By name: (tokens,
    requests). A line of the roll is a leader and the students of a school."""
    draw = random.Random(1)
    lines = (house.folder / "roll.txt").read_text().splitlines()
    schools = [line.split() for line in draw.sample(lines, min(CALLERS, len(lines)))]
    in_small = min(len(schools), SMALL_STUDENTS // (len(schools[0]) - 1))
    pairs = [(draw.randrange(len(schools)), draw.randrange(1, len(schools[0]))) for _ in range(SAMPLE)]
    kinds = {
        "same": [(school % in_small, f"GET /v1/students/{schools[school % in_small][student]}") for school, student in pairs],
        "read": [(school, f"GET /v1/students/{schools[school][student]}") for school, student in pairs],
        "list": [(school, "GET /v1/students?limit=50") for school, _ in pairs],
        "search": [(school, 'POST /v1/students/search {"name":"berg"}') for school, _ in pairs],
    }
    return written(house, scratch, [school[0] for school in schools], kinds)


def written(house, scratch, callers, kinds):
    """`kinds`: by name the requests, each with the number of its caller."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        tokens = list(pool.map(house.token, callers))
    (scratch / "tokens").write_text("\n".join(tokens) + "\n")
    for name, asked in kinds.items():
        (scratch / name).write_text("".join(f"{caller + 1} {line}\n" for caller, line in asked))
    return {name: (str(scratch / "tokens"), str(scratch / name)) for name in kinds}


@dataclasses.dataclass(frozen=True)
class Plan:
    """Which two stores, and what is asked of them."""
    stores: tuple = ("small", "large")
    small_students: int = SMALL_STUDENTS
    small_rows: int = SMALL_ROWS
    requests: typing.Callable = requests
    one_personsak_in: int = 0


def started(house, scratch, name, plan):
    """A daemon on that house, how long it took to start, and what is asked of it: {kind: Target}."""
    folder = scratch / name
    folder.mkdir()
    files, began = plan.requests(house, folder), time.monotonic()
    server = house.serve(name)
    return server, time.monotonic() - began, {kind: load.Target(f"{kind}, {name}", server, "/", None, "spread", files[kind])
                                              for kind in files}


def by_turns(small, large, connections=CONNECTIONS):
    """Rounds of both in turn, as pairs of bursts."""
    for target in (small, large):
        load.burst(target, connections, SECONDS)  # tokens are verified once; not counted
    return [(load.burst(small, connections, SECONDS), load.burst(large, connections, SECONDS)) for _ in range(ROUNDS)]


def compared(pairs):
    middle = statistics.median
    sides = [{"per_second": round(middle(burst.rate for burst in side)), "p50_us": round(middle(burst.p50_us for burst in side)),
              "p99_us": round(middle(burst.p99_us for burst in side))} for side in zip(*pairs)]
    return {"small": sides[0], "large": sides[1], "p99_ratio": round(middle(large.p99_us / small.p99_us for small, large in pairs), 2),
            "p50_ratio": round(middle(large.p50_us / small.p50_us for small, large in pairs), 2)}


def measure(build, store, students, rows, plan=Plan()):
    with contextlib.ExitStack() as end:
        scratch = pathlib.Path(end.enter_context(tempfile.TemporaryDirectory(prefix="trygg-bench-")))
        kept = store or scratch / "stores"
        kept.mkdir(parents=True, exist_ok=True)
        small = filled(kept / plan.stores[0], build, plan.small_students, plan.small_rows, plan.one_personsak_in)
        large = filled(kept / plan.stores[1], build, students, rows, plan.one_personsak_in)
        sides = {}
        for name, house in (("small", small), ("large", large)):
            sides[name] = started(house, scratch, name, plan)
            end.callback(sides[name][0].stop)
        figures = {kind: compared(by_turns(sides["small"][2][kind], sides["large"][2][kind])) for kind in sides["small"][2]}
        return {"students": students, "rows": rows, "connections": CONNECTIONS, "rounds": ROUNDS, "seconds": SECONDS, "figures": figures,
                "memory_kib": {name: side[0].memory() for name, side in sides.items()},
                "start_seconds": {name: round(side[1], 2) for name, side in sides.items()},
                "store_mib": round(sum(file.stat().st_size for file in (large.folder / "data").iterdir()) / 2 ** 20)}


def show(result):
    print(f"\n{'':8} {'store':>6} {'per second':>11} {'p50 ms':>8} {'p99 ms':>8}   at {result['connections']} connections")
    for kind, figure in result["figures"].items():
        for name in ("small", "large"):
            side = figure[name]
            print(f"{kind:8} {name:>6} {side['per_second']:>11} {side['p50_us'] / 1000:>8.2f} {side['p99_us'] / 1000:>8.2f}")
        print(f"{'':8} ratios of the rounds: p50 {figure['p50_ratio']:.2f}, p99 {figure['p99_ratio']:.2f}")
    print(f"\nlarge: {result['students']} students, {result['rows']} rows, {result['store_mib']} MiB on disk; it started in "
          f"{result['start_seconds']['large']} s (small: {result['start_seconds']['small']} s) and is resident with "
          f"{result['memory_kib']['large'] / 1024:.1f} MiB (small: {result['memory_kib']['small'] / 1024:.1f} MiB)")
