# SPDX-License-Identifier: EUPL-1.2
"""One burst of requests with wrk, and what it measured. Each begins with a look at one answer, but for requests that are drawn from a file. A burst
in which one answer was not 2xx, or came from elsewhere, is void."""
import dataclasses
import itertools
import json
import pathlib
import resource
import subprocess

from servers import Void, fetch

SCRIPT = pathlib.Path(__file__).with_name("load.lua")
ONE_THREAD = 1  # enough for far more than these servers answer, and it leaves them the cores
POSTS_PER_BURST = 1_000_000
_burst = itertools.count()


@dataclasses.dataclass(frozen=True)
class Target:
    """What is asked for: a kind of load.lua, and its arguments."""
    name: str
    server: object
    path: str
    token: str = None
    kind: str = "get"
    arguments: tuple = ()

    def url(self):
        return self.server.url + self.path


@dataclasses.dataclass(frozen=True)
class Burst:
    """What one burst measured."""
    looks: int       # requests before it, to look at the answer
    requests: int    # that wrk counted as answered
    under_way: int   # that wrk may have left unanswered when it stopped: one on each connection
    rate: float      # answers per second
    p50_us: int
    p99_us: int
    bytes: int        # of all answers, heads and all
    cpu_us: float     # of the server's processor time for each: other programs on the machine hardly move it
    generator: float  # the share of a core that wrk itself took


def _get(target):
    """The length of the answer that will be measured, after a look at it."""
    status, headers, body = fetch(target.url(), target.token)
    if status != 200:
        raise Void(f"{target.name}: GET {target.path} was answered {status}: {body[:300]!r}")
    return len(body) + sum(len(name) + len(value) + 4 for name, value in headers.items())


def _post(target, body):
    """wrk tells 2xx from the rest, and no more: one is made here."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"look-{next(_burst)}"}
    status, _, answer = fetch(target.url(), target.token, body.encode(), headers)
    if status != 201:
        raise Void(f"{target.name}: POST {target.path} was answered {status}: {answer[:300]!r}")


def _create(target):
    _post(target, json.dumps({"schoolId": target.arguments[0], "givenName": "Ny", "familyName": "Elev"}))


def _hendelse(target):
    _post(target, target.arguments[0])


LOOKS = {"get": _get, "create": _create, "hendelse": _hendelse}


def _arguments(target):
    if target.kind == "get":
        return target.arguments
    return (str(next(_burst) * POSTS_PER_BURST), *target.arguments)


def _cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def burst(target, connections, seconds):
    command = ["wrk", f"-t{ONE_THREAD}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency", "-s", str(SCRIPT)]
    if target.token:
        command += ["-H", f"Authorization: Bearer {target.token}"]
    look = LOOKS.get(target.kind)
    size = look(target) if look else None
    before, served = _cpu(), target.server.cpu_seconds()
    run = subprocess.run([*command, target.url(), "--", target.kind, *_arguments(target)], capture_output=True, text=True)
    lines = [line for line in run.stdout.splitlines() if line.startswith("{")]
    if run.returncode != 0 or not lines:
        raise Void(f"{target.name}: wrk ended with {run.returncode}: {run.stderr[-500:]}")
    told = json.loads(lines[-1])
    if told["refused"] or told["broken"] or not told["requests"]:
        raise Void(f"{target.name} at {connections}: of {told['requests']} answers {told['refused']} were refusals, "
                   f"and {told['broken']} requests broke off")
    if size and told["bytes"] / told["requests"] < 0.9 * size:
        raise Void(f"{target.name} at {connections}: answers of {told['bytes'] / told['requests']:.0f} bytes, not of {size}")
    return Burst(1 if look else 0, told["requests"], connections, told["requests"] / told["seconds"], told["p50_us"], told["p99_us"], told["bytes"],
                 (target.server.cpu_seconds() - served) / told["requests"] * 1e6, (_cpu() - before) / told["seconds"])
