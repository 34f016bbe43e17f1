# SPDX-License-Identifier: EUPL-1.2
"""A small store and a large one, by turns: does a read get slower when a million students and ten million rows of the log are there? `same` asks
as many callers for as many students in both, and so tells what the size does. `read` draws students and callers from the whole store, so
that in the large one no reader's cache holds what is asked for next: it tells what size and breadth do together; `unlogged` is that without
the log."""
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
ASKED = (("same", 1), ("same", 32), ("same", 128), ("read", 1), ("read", 4), ("read", 32), ("list", 32), ("search", 32))
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
    """Which two stores, and what is asked of them: kinds and connections; and of the daemon without its log, if anything."""
    stores: tuple = ("small", "large")
    small_students: int = SMALL_STUDENTS
    small_rows: int = SMALL_ROWS
    requests: typing.Callable = requests
    one_personsak_in: int = 0
    asked: tuple = ASKED
    unlogged: tuple = (("read", 32),)


@dataclasses.dataclass(frozen=True)
class Daemon:
    """What is measured: a program, and the environment that it asks for."""
    name: str
    program: str
    env: dict


TRYGGD = Daemon("tryggd", "tryggd", {})
UNLOGGED = Daemon("unlogged", "tests/tryggd-unlogged", {"TRYGG_BENCH": "unlogged"})


def started(house, files, daemon):
    """That daemon on that house, how long it took to start, and what can be asked of it: {kind: Target}."""
    began = time.monotonic()
    server = house.serve(daemon.name, daemon.program, daemon.env)
    return server, time.monotonic() - began, {kind: load.Target(f"{kind}, {house.folder.name}", server, "/", None, "spread", files[kind])
                                              for kind in files}


def by_turns(small, large, connections):
    """Rounds of both in turn, as pairs of bursts."""
    for target in (small, large):
        load.burst(target, connections, SECONDS)  # tokens are verified once; not counted
    return [(load.burst(small, connections, SECONDS), load.burst(large, connections, SECONDS)) for _ in range(ROUNDS)]


def compared(pairs):
    middle = statistics.median
    sides = [{"per_second": round(middle(burst.rate for burst in side)), "p50_us": round(middle(burst.p50_us for burst in side)),
              "p99_us": round(middle(burst.p99_us for burst in side)), "cpu_us": round(middle(burst.cpu_us for burst in side), 1)}
             for side in zip(*pairs)]
    return {"small": sides[0], "large": sides[1], "p99_ratio": round(middle(large.p99_us / small.p99_us for small, large in pairs), 2),
            "p50_ratio": round(middle(large.p50_us / small.p50_us for small, large in pairs), 2)}


def compare(houses, files, daemon, asked):
    """Both daemons at once, by turns: figures by kind and connections, and what the daemons themselves took, by store."""
    with contextlib.ExitStack() as end:
        sides = {}
        for name, house in houses.items():
            sides[name] = started(house, files[name], daemon)
            end.callback(sides[name][0].stop)
        figures = {(kind, connections): compared(by_turns(sides["small"][2][kind], sides["large"][2][kind], connections))
                   for kind, connections in asked}
        return figures, {"memory_kib": {name: side[0].memory() for name, side in sides.items()},
                         "start_seconds": {name: round(side[1], 2) for name, side in sides.items()}}


def asked_of(houses, scratch, plan):
    """The files of requests for each house."""
    files = {}
    for name, house in houses.items():
        (scratch / name).mkdir()
        files[name] = plan.requests(house, scratch / name)
    return files


def measure(build, store, students, rows, plan=Plan()):
    with tempfile.TemporaryDirectory(prefix="trygg-bench-") as folder:
        scratch = pathlib.Path(folder)
        kept = store or scratch / "stores"
        kept.mkdir(parents=True, exist_ok=True)
        houses = {"small": filled(kept / plan.stores[0], build, plan.small_students, plan.small_rows, plan.one_personsak_in),
                  "large": filled(kept / plan.stores[1], build, students, rows, plan.one_personsak_in)}
        files = asked_of(houses, scratch, plan)
        figures, took = compare(houses, files, TRYGGD, plan.asked)
        alone, _ = compare(houses, files, UNLOGGED, plan.unlogged) if plan.unlogged else ({}, None)
        return {"students": students, "rows": rows, "rounds": ROUNDS, "seconds": SECONDS, **took,
                "figures": {f"{kind}@{connections}": figure for (kind, connections), figure in figures.items()},
                "unlogged": {f"{kind}@{connections}": figure for (kind, connections), figure in alone.items()},
                "store_mib": round(sum(file.stat().st_size for file in (houses["large"].folder / "data").iterdir()) / 2 ** 20)}


def show_figures(figures, suffix=""):
    for key, figure in figures.items():
        kind, connections = key.split("@")
        for name in ("small", "large"):
            side = figure[name]
            print(f"{kind + suffix:14} {connections:>11} {name:>6} {side['per_second']:>11} {side['p50_us'] / 1000:>8.2f} "
                  f"{side['p99_us'] / 1000:>8.2f} {side['cpu_us']:>8.1f}")
        print(f"{'':14} ratios of the rounds: p50 {figure['p50_ratio']:.2f}, p99 {figure['p99_ratio']:.2f}")


def show_head():
    print(f"\n{'':14} {'connections':>11} {'store':>6} {'per second':>11} {'p50 ms':>8} {'p99 ms':>8} {'cpu us':>8}")


def show(result):
    show_head()
    show_figures(result["figures"])
    show_figures(result["unlogged"], ", unlogged")
    print(f"\nlarge: {result['students']} students, {result['rows']} rows, {result['store_mib']} MiB on disk; it started in "
          f"{result['start_seconds']['large']} s (small: {result['start_seconds']['small']} s) and is resident with "
          f"{result['memory_kib']['large'] / 1024:.1f} MiB (small: {result['memory_kib']['small'] / 1024:.1f} MiB)")
