# SPDX-License-Identifier: EUPL-1.2
"""The programs that are measured: started in a folder of their own, watched, and ended by their process ids."""
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS, STOP_SECONDS = 1800, 120  # a kept store of an older version is migrated first
STRONG = "idporten-loa-high"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Void(Exception):
    """A figure that means nothing, and why."""


def fetch(url, token=None, body=None, headers=None):
    """One answer: status, headers, body. With a body it is a POST."""
    request = urllib.request.Request(url, body, {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})})
    try:
        with OPENER.open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


class Server:
    """A process that says `listening on URL` on its standard output, in any line."""

    def __init__(self, name, command, folder, env=None):
        self.name, self.log = name, pathlib.Path(folder) / f"{name}.log"
        out = pathlib.Path(folder) / f"{name}.out"
        with open(out, "wb") as stdout, open(self.log, "wb") as stderr:
            self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=stdout, stderr=stderr,
                                            env={**os.environ, **(env or {})})
        self.url = self._address(out)

    def _address(self, out):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            for line in out.read_text().splitlines():
                if line.startswith("listening on "):
                    return line.removeprefix("listening on ").strip()
            time.sleep(0.05)
        self.stop()
        raise Void(f"{self.name} did not start: {self.log.read_text()[-2000:]}")

    def _memory(self, name):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(name))

    def memory(self):
        """Resident memory, in KiB."""
        return self._memory("VmRSS:")

    def peak(self):
        """The most there was since `forget_peak`, in KiB."""
        return self._memory("VmHWM:")

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def cpu_seconds(self):
        """What it has used so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        """Ends it; the exit code."""
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


class House:
    """A folder with configuration, keys and store of the demo school, as scripts/run makes it."""

    def __init__(self, folder, build):
        self.folder, self.build = pathlib.Path(folder), pathlib.Path(build)

    @classmethod
    def make(cls, folder, build):
        script = '. "$1" && demo_make "$2" "$3" 127.0.0.1:0'
        subprocess.run(["bash", "-euc", script, "bash", ROOT / "scripts/lib.sh", folder, build], check=True)
        return cls(folder, build)

    def copy(self, folder):
        shutil.copytree(self.folder, folder)
        return House(folder, self.build)

    def ids(self):
        return json.loads((self.folder / "ids.json").read_text())["organisations"]["fjellbygda"]

    def token(self, subject):
        command = [self.build / "tryggd", "token", "--config", self.folder / "tryggd.ini", "--subject", subject, "--acr", STRONG]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def serve(self, name="tryggd", program="tryggd", env=None):
        return Server(name, [self.build / program, "serve", "--config", self.folder / "tryggd.ini"], self.folder, env)

    def count(self, table):
        """Rows of a table of the data, once the daemon has ended."""
        with sqlite3.connect(f"file:{self.folder}/data/trygg.db?mode=ro", uri=True) as store:
            return store.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # a name of ours

    def logged(self):
        """Rows of the log by operation, once the daemon has ended."""
        with sqlite3.connect(f"file:{self.folder}/data/trygg.db?mode=ro", uri=True) as store:
            return dict(store.execute("SELECT operation, count(*) FROM activity GROUP BY operation"))

    def leaves(self):
        """How many rows of the log its trees say there are, while no daemon runs."""
        with sqlite3.connect(f"file:{self.folder}/data/trygg.db?mode=ro", uri=True) as store:
            return store.execute("SELECT SUM(size) FROM activity_tree").fetchone()[0]
