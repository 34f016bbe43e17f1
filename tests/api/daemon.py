# SPDX-License-Identifier: EUPL-1.2
"""A real tryggd for a test: real files, an ephemeral port, real tokens of its own local issuer. Every answer is checked against the
contract; when it stops, its exit code, its log and its sanitizers are checked too."""
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import uuid

import jwt
import requests

import contract_model
import world

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TRYGG_BUILD", ROOT / "build" / "dev")).resolve()
TRYGGD = BUILD / "tryggd"
SANITIZED = re.compile(r"ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:|SUMMARY: \w+Sanitizer")
START_SECONDS, STOP_SECONDS = 60, 60


def sanitized():
    """Whether this build has a sanitizer, whose runtime has memory and time of its own."""
    cache = (BUILD / "CMakeCache.txt").read_text()
    return any(line.startswith("TRYGG_SANITIZE:") and line.split("=", 1)[1] for line in cache.splitlines())


def run_tryggd(*args, env=None, timeout=START_SECONDS):
    return subprocess.run([TRYGGD, *map(str, args)], capture_output=True, text=True, timeout=timeout, env=env)


class Files:
    """A folder with a configuration, keys and (after init) a store. Options: lines of [server], [limits], [log] and [webhooks], and per issuer."""

    def __init__(self, folder, seed=None, server=None, issuers=None, limits=None):
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "tryggd.ini"
        self.data = self.folder / "data"
        self.master_key = self.folder / "master.key"
        self.log_key = self.folder / "log.key"
        self.key_file = self.folder / "issuer.pem"
        self.jwks_file = self.folder / "issuer.jwks"
        self.seed = seed if seed is not None else world.seed()
        self.ids = {}
        self.tokens = []
        self.written = set()   # names and numbers that tests sent in
        self.server = {"listen": "127.0.0.1:0", "data_directory": "data", "time_zone": "Europe/Oslo", "log_level": "debug",
                       **(server or {})}
        self.issuers = world.ORGANISATIONS if issuers is None else issuers
        self.limits = {"refused_per_minute": 0, **(limits or {})}   # all tests are one address
        self.log, self.webhooks = {}, {}
        self.write_config()

    def write_config(self, limits=None, log=None, webhooks=None, **server):
        self.server.update(server)
        self.limits.update(limits or {})
        self.log.update(log or {})
        self.webhooks.update(webhooks or {})
        lines = ["[server]"] + [f"{key} = {value}" for key, value in self.server.items() if value is not None]
        lines += ["", "[limits]"] + [f"{key} = {value}" for key, value in self.limits.items()]
        lines += ["", "[log]"] + [f"{key} = {value}" for key, value in self.log.items()] if self.log else []
        lines += ["", "[webhooks]"] + [f"{key} = {value}" for key, value in self.webhooks.items()] if self.webhooks else []
        lines += ["", "[local-issuer]", "key_file = issuer.pem", "jwks_file = issuer.jwks"]
        for name, row in self.issuers.items():
            lines += ["", f'[issuer "{name}"]', f'issuer = {row["issuer"]}', f'audience = {row["audience"]}',
                      f'jwks_file = {row.get("jwks_file", "issuer.jwks")}', f'organisation = {row["id"]}',
                      f'strong_acr = {row["strong_acr"]}', f'strong_max_age = {row.get("strong_max_age", 3600)}',
                      f'scopes = {row.get("scopes", "trygg:read trygg:write provision changes witness")}']
        self.config.write_text("\n".join(lines) + "\n")

    def make(self):
        """The issuer's key and a seeded store."""
        if not self.key_file.exists():
            done = run_tryggd("issuer", "--config", self.config)
            assert done.returncode == 0, done.stderr
        seed_file = self.folder / "seed.json"
        seed_file.write_text(json.dumps(self.seed))
        done = run_tryggd("init", "--config", self.config, "--seed", seed_file, "--ids", self.folder / "ids.json")
        assert done.returncode == 0, done.stderr
        self.ids = json.loads((self.folder / "ids.json").read_text())["organisations"]
        return self

    def id(self, kind, key, org=world.FJORD):
        """id("student", "alva"), id("school", "aas"), id("person", "kari"), id("group", "5a")."""
        return self.ids[org][kind + "s"][key]

    # ---- Tokens -----------------------------------------------------------------------------------------------------------

    def claims(self, subject, strong=True, scope="trygg:read trygg:write", client="test-client", org=world.FJORD, service=False,
               auth_age=0, lifetime=3600, **changes):
        """The claims of a good token; `changes` replaces or, with None, removes a claim."""
        row, now = world.ORGANISATIONS[org], int(time.time())
        claims = {"iss": row["issuer"], "aud": row["audience"], "sub": subject, "client_id": subject if service else client,
                  "scope": scope, "iat": now, "exp": now + lifetime, "jti": str(uuid.uuid4())}
        if not service or strong:
            claims.update({"auth_time": now - auth_age, "acr": world.STRONG_ACR[org] if strong else "password"})
        claims.update(changes)
        return {name: value for name, value in claims.items() if value is not None}

    def sign(self, claims, key=None, algorithm="ES256", headers=None):
        jwks = json.loads(self.jwks_file.read_text())["keys"]
        header = {"kid": jwks[0]["kid"], "typ": "at+jwt", **(headers or {})}
        token = jwt.encode(claims, key or self.key_file.read_bytes(), algorithm=algorithm, headers=header)
        self.tokens.append(token)
        return token

    def token(self, subject, **options):
        return self.sign(self.claims(subject, **options))

    # ---- The store, from outside ------------------------------------------------------------------------------------------

    def store(self, name="trygg.db"):
        """A private copy of the database through the backup API: the file itself is never touched."""
        source = sqlite3.connect(f"file:{self.data / name}?mode=ro", uri=True, timeout=10)
        copy = sqlite3.connect(":memory:")
        try:
            source.backup(copy)
        finally:
            source.close()
        copy.row_factory = sqlite3.Row
        return copy

    def rows(self, sql, *args):
        with self.store() as store:
            return [dict(row) for row in store.execute(sql, args)]

    def activity(self, **where):
        """Activity rows, oldest first per tree, ids as text; filtered by equality: activity(operation="getStudent")."""
        rows = self.rows("SELECT * FROM activity ORDER BY at, tree_id, leaf_index")
        for row in rows:
            for name, value in row.items():
                if isinstance(value, bytes) and len(value) == 16 and (name.endswith("_id")):
                    row[name] = str(uuid.UUID(bytes=value))
            shown = row["shown"]
            row["shown"] = None if shown is None else [str(uuid.UUID(bytes=shown[i:i + 16])) for i in range(0, len(shown), 16)]
        return [row for row in rows if all(row[name] == value for name, value in where.items())]

    def secrets(self):
        """What must not be found in any log."""
        found = {word for word in world.words(self.seed) | self.written if len(word) >= 4}
        for token in self.tokens:
            found.update(part for part in token.split(".") if len(part) >= 16)
        if self.master_key.exists():
            found.update(self.master_key.read_text().split())
        if self.log_key.exists():
            found.update(self.log_key.read_text().split())
        if self.key_file.is_file():
            found.update(line for line in self.key_file.read_text().splitlines() if len(line) > 40)
        return found


class Daemon:
    """One running tryggd over Files."""

    def __init__(self, files, env=None):
        self.files = files
        self.env = {**os.environ, **(env or {})}
        self.process = None
        self.url = None
        self.logs = []   # one path per start
        self.lock = threading.Lock()

    # What a test asks for most.
    id = property(lambda self: self.files.id)
    token = property(lambda self: self.files.token)
    activity = property(lambda self: self.files.activity)
    rows = property(lambda self: self.files.rows)

    def start(self):
        log = self.files.folder / f"log-{len(self.logs)}.txt"
        self.logs.append(log)
        with open(log, "wb") as stderr:
            self.process = subprocess.Popen([TRYGGD, "serve", "--config", self.files.config], stdout=subprocess.PIPE,
                                            stderr=stderr, env=self.env)
        line = self.process.stdout.readline().decode()
        found = re.fullmatch(r"listening on (https?://\S+)\n", line)
        if not found:
            code = self.process.wait(STOP_SECONDS)
            raise AssertionError(f"tryggd did not start: exit {code}, said {line!r}\n{log.read_text()}")
        self.url = found.group(1)
        return self

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def metrics_port(self):
        return int(re.findall(r"event=metrics port=(\d+)", self.logs[-1].read_text())[-1])

    def resident(self):
        """Bytes of memory that it has now; 0 with a sanitizer."""
        if sanitized():
            return 0
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) << 10

    def kill(self):
        """As a power cut would: no chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS)
        self.process.stdout.close()
        self.process = None

    def stop(self, expect=0):
        if self.process is None:
            return
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS)
        self.process.stdout.close()
        self.process = None
        assert code == expect, f"exit code {code}\n{self.log()[-4000:]}"

    def log(self):
        return "".join(log.read_text(errors="replace") for log in self.logs)

    def check_log(self):
        """L1, V4: nothing of the world, no token and no key in any line; and no sanitizer report."""
        text = self.log()
        report = SANITIZED.search(text)
        assert report is None, text[max(0, report.start() - 200):report.start() + 6000]
        leaked = sorted(word for word in self.files.secrets() if word in text)
        assert not leaked, f"{len(leaked)} secrets stand in the log: {leaked[:5]}"

    # ---- Requests ---------------------------------------------------------------------------------------------------------

    def request(self, method, path, who=None, *, token=None, headers=None, key=None, session=None, check=True, **options):
        """`who`: a subject, for whom a strong token of FJORD is made, or "subject@org"; or give a token; or neither.
        A POST gets an Idempotency-Key of its own unless `key` names one or is False. Every answer is held against the contract;
        `check=False` says only that the daemon may be dead when it has answered."""
        send = {"Accept": "application/json", **(headers or {})}
        if who is not None:
            subject, _, org = who.partition("@")
            token = self.token(subject, org=org or world.FJORD)
        if token is not None:
            send["Authorization"] = "Bearer " + token
        if method == "POST" and key is not False:
            send.setdefault("Idempotency-Key", key or str(uuid.uuid4()))
        self.remember(options.get("json"))
        send = {name: value for name, value in send.items() if value is not None}
        answer = (session or requests).request(method, self.url + path, headers=send, timeout=30, **options)
        contract_model.check_answer(method, path, answer.status_code, dict(answer.headers), answer.content)
        if check:
            assert self.alive(), f"tryggd died of {method} {path}\n{self.log()[-4000:]}"
        return answer

    def get(self, path, who=None, **options):
        return self.request("GET", path, who, **options)

    def post(self, path, json=None, who=None, **options):
        return self.request("POST", path, who, **({"json": json} if json is not None else {}), **options)

    def patch(self, path, json, who=None, version=None, **options):
        """A merge patch; `version` goes into If-Match."""
        headers = {"Content-Type": "application/merge-patch+json", **options.pop("headers", {})}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self.request("PATCH", path, who, json=json, headers=headers, **options)

    def delete(self, path, who=None, version=None, **options):
        headers = {**({"If-Match": f'"{version}"'} if version is not None else {}), **options.pop("headers", {})}
        return self.request("DELETE", path, who, headers=headers, **options)

    def put(self, kind, items, who=None, **options):
        """PUT /v1/provision/<kind>; the results, or the answer when it is no 200. Without `who` by a client with the scope provision."""
        if who is None and "token" not in options:
            options["token"] = self.token("registry", service=True, scope="provision")
        answer = self.request("PUT", f"/v1/provision/{kind}", who, json={"items": items}, **options)
        return answer.json()["results"] if answer.status_code == 200 else answer

    def create_student(self, who="rektor", school="aas", org=None, **body):
        """POST /v1/students; names are made up unless given."""
        org = org or (who.partition("@")[2] or world.FJORD)
        mark = uuid.uuid4().hex[:10]
        options = {name: body.pop(name) for name in ("token", "headers", "key", "session", "check") if name in body}
        body = {"schoolId": self.id("school", school, org), "givenName": "Ny" + mark, "familyName": "Xq" + mark, **body}
        return self.post("/v1/students", body, None if "token" in options else who, **options)

    def remember(self, body):
        found = world.words(body)
        with self.lock:
            self.files.written.update(found)


def unsigned(token):
    """The parts of a token, decoded: for tests that tamper."""
    header, payload, _ = token.split(".")
    pad = lambda part: json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return pad(header), pad(payload)


def replace_text(path, text, mode=0o644):
    """A file that the daemon follows, exchanged in one step: it sees no half of it, and no mode beside another text."""
    new = path.with_name(path.name + ".new")
    new.write_text(text)
    new.chmod(mode)
    new.replace(path)


def copy_files(files, folder):
    """A second house with the same files (made once, used often)."""
    folder = pathlib.Path(folder)
    shutil.copytree(files.folder, folder, dirs_exist_ok=True)
    copy = Files.__new__(Files)
    copy.__dict__.update(files.__dict__)
    copy.folder = folder
    for name in ("config", "data", "master_key", "log_key", "key_file", "jwks_file"):
        setattr(copy, name, folder / getattr(files, name).name)
    copy.tokens, copy.written, copy.server, copy.limits = [], set(), dict(files.server), dict(files.limits)
    copy.log, copy.webhooks = dict(files.log), dict(files.webhooks)
    return copy
