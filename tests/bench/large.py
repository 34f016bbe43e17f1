# SPDX-License-Identifier: EUPL-1.2
"""A small store and a large one, by turns: does a read get slower when a million students and ten million rows of the log are there? `same` asks
as many callers for as many students in both, and so tells what the size does. `read` draws students and callers from the whole store, so
that in the large one no reader's cache holds what is asked for next: it tells what size and breadth do together; `unlogged` is that without
the log."""
import concurrent.futures
import contextlib
import dataclasses
import itertools
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
    logs: bool


TRYGGD = Daemon("tryggd", "tryggd", {}, True)
UNLOGGED = Daemon("unlogged", "tests/tryggd-unlogged", {"TRYGG_BENCH": "unlogged"}, False)


def started(house, files, daemon):
    """That daemon on that house, how long it took to start, and what can be asked of it: {kind: Target}."""
    began = time.monotonic()
    server = house.serve(daemon.name, daemon.program, daemon.env)
    return server, time.monotonic() - began, {kind: load.Target(f"{kind}, {house.folder.name}", server, "/", None, "spread", files[kind])
                                              for kind in files}


def ended(server):
    """A daemon that does not end in order has measured nothing."""
    code = server.stop()
    if code != 0:
        raise servers.Void(f"{server.name} ended with {code}: {server.log.read_text()[-2000:]}")


SIDES = ("small", "large")


def by_turns(targets, asked):
    """Bursts on both sides in turn, each time the other first, of each kind in each round, so that what drifts falls on all of them:
    {(kind, connections): [{side: Burst}]}; and before that one each, which verifies the tokens and is not measured: [{side: Burst}]."""
    warm = [{side: load.burst(targets[side][kind], connections, SECONDS) for side in SIDES} for kind, connections in asked]
    rounds = {key: [] for key in asked}
    for number in range(ROUNDS):
        for kind, connections in asked:
            bursts = {side: load.burst(targets[side][kind], connections, SECONDS) for side in SIDES[::1 if number % 2 == 0 else -1]}
            rounds[kind, connections].append(bursts)
    return rounds, warm


def check_answers(kind, rounds):
    """Both sides gave answers of one size, or it is not the same that was asked."""
    small, large = (sum(bursts[side].bytes for bursts in rounds) / sum(bursts[side].requests for bursts in rounds) for side in SIDES)
    if not 0.9 < large / small < 1.1:
        raise servers.Void(f"{kind}: answers of {large:.0f} bytes in the large store, of {small:.0f} in the small one")


def compared(rounds):
    """Medians of the rounds, and of the ratios of each round, which are given whole, too."""
    def middle(figure, side):
        return statistics.median(getattr(bursts[side], figure) for bursts in rounds)

    def ratios(figure):
        return [getattr(bursts["large"], figure) / getattr(bursts["small"], figure) for bursts in rounds]

    sides = {side: {"per_second": round(middle("rate", side)), "p50_us": round(middle("p50_us", side)), "p99_us": round(middle("p99_us", side)),
                    "cpu_us": round(middle("cpu_us", side), 1), "generator": round(middle("generator", side), 2)} for side in SIDES}
    return {**sides, "p99_ratios": sorted(round(ratio, 2) for ratio in ratios("p99_us")),
            **{f"{figure.split('_')[0]}_ratio": round(statistics.median(ratios(figure)), 2) for figure in ("p50_us", "p99_us", "cpu_us")}}


def check_logged(house, before, bursts, logs):
    """The daemon without its log leaves none; the other a row for each answer, and perhaps for what was under way when a burst ended."""
    least = sum(burst.requests for burst in bursts) if logs else 0
    most = least + (sum(burst.under_way for burst in bursts) if logs else 0)
    grown = house.leaves() - before
    if not least <= grown <= most:
        raise servers.Void(f"{grown} rows were logged in the {house.folder.name} store, but {least} to {most} were answered")


def compare(houses, files, daemon, asked):
    """Both daemons at once, by turns: figures by kind and connections, and what the daemons themselves took, by store."""
    before = {side: houses[side].leaves() for side in SIDES}
    with contextlib.ExitStack() as end:
        running = {}
        for side in SIDES:
            running[side] = started(houses[side], files[side], daemon)
            end.callback(ended, running[side][0])
        rounds, warm = by_turns({side: running[side][2] for side in SIDES}, asked)
        took = {"memory_kib": {side: running[side][0].memory() for side in SIDES},
                "start_seconds": {side: round(running[side][1], 2) for side in SIDES}}
    for side in SIDES:
        check_logged(houses[side], before[side], [bursts[side] for bursts in itertools.chain(warm, *rounds.values())], daemon.logs)
    for (kind, _), some in rounds.items():
        check_answers(kind, some)
    return {f"{kind}@{connections}": compared(some) for (kind, connections), some in rounds.items()}, took


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
        unlogged, _ = compare(houses, files, UNLOGGED, plan.unlogged) if plan.unlogged else ({}, None)
        return {"students": students, "rows": rows, "rounds": ROUNDS, "seconds": SECONDS, **took, "figures": figures, "unlogged": unlogged,
                "store_mib": round(sum(file.stat().st_size for file in (houses["large"].folder / "data").iterdir()) / 2 ** 20)}


def show_figures(figures, suffix=""):
    for key, figure in figures.items():
        kind, connections = key.split("@")
        for side in SIDES:
            told = figure[side]
            print(f"{kind + suffix:14} {connections:>11} {side:>6} {told['per_second']:>11} {told['p50_us'] / 1000:>8.2f} "
                  f"{told['p99_us'] / 1000:>8.2f} {told['cpu_us']:>8.1f}")
        print(f"{'':14} of the large one, of that of the small one: p50 {figure['p50_ratio']:.2f}, processor {figure['cpu_ratio']:.2f}, "
              f"p99 {figure['p99_ratio']:.2f} (rounds: {figure['p99_ratios'][0]:.2f} to {figure['p99_ratios'][-1]:.2f})")


def show_head():
    print(f"\n{'':14} {'connections':>11} {'store':>6} {'per second':>11} {'p50 ms':>8} {'p99 ms':>8} {'cpu us':>8}")


def show(result):
    show_head()
    show_figures(result["figures"])
    show_figures(result["unlogged"], ", unlogged")
    print(f"\nlarge: {result['students']} students, {result['rows']} rows, {result['store_mib']} MiB on disk; it started in "
          f"{result['start_seconds']['large']} s (small: {result['start_seconds']['small']} s) and is resident with "
          f"{result['memory_kib']['large'] / 1024:.1f} MiB (small: {result['memory_kib']['small'] / 1024:.1f} MiB)")
    busiest = max(figure[side]["generator"] for figure in [*result["figures"].values(), *result["unlogged"].values()] for side in SIDES)
    print(f"the load generator shares the cores and took {busiest:.2f} of one at most")
