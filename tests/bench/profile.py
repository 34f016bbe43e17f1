# SPDX-License-Identifier: EUPL-1.2
"""Called by tests/bench/profile. Each sample counts for the function it was taken in, and for the room that called it there: the first
frame of the daemon's own code above it."""
import argparse
import collections
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import load
import measure
import servers

FREQUENCY, STACK_BYTES, TOP = 499, 8192, 30
PERF_STARTS = 1  # seconds: connections that are opened before it looks are not seen
FRAME = re.compile(r"^\s+([0-9a-f]+) (.*) \((.*)\)$")


def recorded(server, target, connections, seconds, data):
    """A burst under perf."""
    perf = subprocess.Popen(["perf", "record", "-q", "-F", str(FREQUENCY), "--call-graph", f"dwarf,{STACK_BYTES}", "-o", data,
                             "-p", str(server.process.pid)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(PERF_STARTS)
        return load.burst(target, connections, seconds)
    finally:
        perf.send_signal(signal.SIGINT)
        perf.wait()


def samples(data):
    """Stacks, innermost frame first, as lists of (address, function, object)."""
    text = subprocess.run(["perf", "script", "--no-inline", "-i", data, "-F", "ip,sym,dso"], check=True, capture_output=True, text=True).stdout
    for block in text.split("\n\n"):
        frames = [match.groups() for match in map(FRAME.match, block.splitlines()) if match]
        if frames:
            yield [(int(address, 16), function, origin) for address, function, origin in frames]


def rooms(program, addresses):
    """{address in the program: room}, by the source file of each."""
    ordered = sorted(addresses)
    lines = subprocess.run(["addr2line", "-e", program], input="\n".join(hex(address) for address in ordered), check=True,
                           capture_output=True, text=True).stdout.splitlines()
    found = {}
    for address, line in zip(ordered, lines):
        inside = re.search(r"/server/(?:(\w+)/.*)?[^/]+\.[ch]:", line)
        found[address] = (inside.group(1) or "main") if inside else "generated" if ".gen." in line else "?"
    return found


def counted(stacks, program, room_of):
    """Three counts of samples: by own room or library, by the room on whose behalf, by function."""
    own, behalf, functions = collections.Counter(), collections.Counter(), collections.Counter()
    for stack in stacks:
        address, function, origin = stack[0]
        place = room_of[address] if origin == program else pathlib.Path(origin).name
        ours = [room_of[frame[0]] for frame in stack if frame[2] == program]
        own[place] += 1
        behalf[f"{ours[0]}, in the writer" if ours and ours[-1] == "storage" else ours[0] if ours else "outside all rooms"] += 1
        functions[place, function] += 1
    return own, behalf, functions


def show(title, counts, total, each_us, n=None):
    print(f"\n{title:44} {'share':>6} {'us/request':>11}")
    for name, count in counts.most_common(n):
        label = name if isinstance(name, str) else f"{name[1][:30]:30} {name[0]}"
        print(f"{label[:44]:44} {100 * count / total:5.1f}% {count / total * each_us:>11.2f}")


def profile(options):
    with tempfile.TemporaryDirectory(prefix="trygg-profile-") as name:
        scratch = pathlib.Path(name)
        _, _, running, targets = measure.start(scratch, options.build)
        try:
            server, data = running["tryggd"], str(scratch / "perf.data")
            target = next(target for target in targets if target.name == options.what)
            load.burst(target, options.connections, 1)
            program = (options.build / "tryggd").resolve()
            burst = recorded(server, target, options.connections, options.seconds, data)
        finally:
            measure.stop(running)
        stacks = list(samples(data))
    if not stacks:
        raise servers.Void("perf has seen nothing: may this user use it on that process?")
    room_of = rooms(program, {frame[0] for stack in stacks for frame in stack if frame[2] == str(program)})
    own, behalf, functions = counted(stacks, str(program), room_of)
    print(f"{options.what} at {options.connections} connections: {burst.rate:.0f} per second under perf, {burst.cpu_us:.1f} us of processor time each, "
          f"{len(stacks)} samples")
    show("on behalf of which room, its libraries and the kernel included", behalf, len(stacks), burst.cpu_us)
    show("in whose code", own, len(stacks), burst.cpu_us, TOP)
    show("in which function", functions, len(stacks), burst.cpu_us, TOP)


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/profile")
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--what", choices=("read", "create", "live", "page", "hendelse"), default="read")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=int, default=5)
    try:
        profile(parser.parse_args())
    except servers.Void as void:
        sys.exit(f"void: {void}")


if __name__ == "__main__":
    main()
