# SPDX-License-Identifier: EUPL-1.2
"""How fast `tryggd fsck` verifies a log of millions of rows: each row read and hashed anew, each root made of them; by the processor time
that it took, as nothing of it runs at once. What is sealed stays sealed."""
import json
import pathlib
import resource
import subprocess
import tempfile
import time

import large
import servers

STUDENTS, ROWS, ROUNDS = 500, 5_000_000, 3


def once(house):
    """A run of it: its own report, how long it took, and its processor time."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([house.build / "tryggd", "fsck", "--config", house.folder / "tryggd.ini", "--no-content", "--json"],
                          capture_output=True, text=True, check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads(done.stdout) if done.returncode in (0, 1) else {"findings": [{"table": "none"}]}
    # No daemon has signed this log: that is found where filling took more than ten minutes.
    if any(finding["table"] != "checkpoint" for finding in report["findings"]):
        raise servers.Void(f"fsck ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return {**report, "seconds": round(time.monotonic() - began, 2),
            "cpuSeconds": round(used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, 2)}


def measure(build, store, rows):
    with tempfile.TemporaryDirectory(prefix="trygg-bench-") as scratch:
        kept = store or pathlib.Path(scratch) / "stores"
        kept.mkdir(parents=True, exist_ok=True)
        house = large.filled(kept / f"fsck-{rows}", build, STUDENTS, rows)
        return {"rows": rows, "runs": [once(house) for _ in range(ROUNDS)]}


def best(result):
    """Of the run that was disturbed least."""
    return max(run["rowsPerCpuSecond"] for run in result["runs"])


def show(result):
    for run in result["runs"]:
        print(f"{run['rows']} rows, {run['keptRoots']} kept roots: {run['rowsPerCpuSecond']:.0f} rows per second of a processor; the whole, with "
              f"the structure of the files, {run['seconds']} s ({run['cpuSeconds']} s of a processor)")
