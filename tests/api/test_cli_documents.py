# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg`: documents up and down, whole, broken off and gone on with; against a server that keeps one document."""
import http.server
import json
import os
import pathlib
import pty
import re
import select
import socket
import stat
import subprocess
import threading

import pytest

from cli import BAD_INPUT, CONFLICT, FORBIDDEN, LOCAL, NOT_FOUND, OK, SERVER, UNREACHABLE, USAGE, find_client, problem, run, serving
from daemon import sanitized

HENDELSE = "01a20400-3333-7a33-8a33-333333333333"
DOCUMENT = "01a20400-4444-7a44-8a44-444444444444"
PART = 512 << 10
UPLOAD = ["documents", "upload", HENDELSE]
DOWNLOAD = ["documents", "download", DOCUMENT]
CONTENT = f"/v1/documents/{DOCUMENT}/content"


class Keeper(http.server.ThreadingHTTPServer):
    """Keeps one document, sent or to be fetched, and has the troubles that a test wants."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.data, self.size, self.name, self.made = b"", 0, "referat.pdf", None
        self.requests, self.troubles = [], []
        self.ranges = True  # whether ranges are known
        self.struck = False  # for somebody else to read
        self.look = lambda: None  # is done while a request waits for its answer

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def keep(self, data, name="referat.pdf"):
        self.data, self.size, self.name = data, len(data), name

    def card(self):
        if self.struck:
            struck = {"at": "2026-11-01T10:00:00Z", "by": {"name": "Kari"}, "reason": None}
            return {"id": DOCUMENT, "version": 2, "ground": "P3.handler", "hendelseId": HENDELSE, "name": None, "mediaType": None,
                    "size": None, "received": None, "complete": True, "struck": struck}
        return {"id": DOCUMENT, "version": 1, "ground": self.ground, "hendelseId": HENDELSE, "name": self.name, "mediaType": "application/pdf",
                "size": self.size, "received": len(self.data), "complete": len(self.data) == self.size}

    @property
    def ground(self):
        """That of the last answer."""
        return {"POST": "P6.handler", "GET": "P3.handler"}[self.requests[-1][0]]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def say(self, status, body=b"", **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def break_off(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def trouble(self):
        keeper = self.server
        return keeper.troubles.pop(0) if keeper.troubles else None

    def handle_any(self):
        keeper = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        keeper.requests.append((self.command, self.path, dict(self.headers), body))
        keeper.look()
        {"POST": self.create, "PATCH": self.part, "GET": self.get}[self.command](body)

    def create(self, body):
        self.server.made = json.loads(body)
        self.server.size = self.server.made["size"]
        self.say(201, self.server.card())

    def part(self, body):
        keeper, trouble = self.server, self.trouble()
        if trouble == "lost before":
            return self.break_off()
        if isinstance(trouble, int):
            return self.say(trouble, problem(trouble, "No", "No."), Content_Type="application/problem+json")
        assert self.headers["Content-Type"] == "application/offset+octet-stream" and len(body) <= PART
        if int(self.headers["Upload-Offset"]) != len(keeper.data):
            return self.say(409, problem(409, "Elsewhere"), Upload_Offset=str(len(keeper.data)))
        keeper.data += body
        if trouble == "lost after":
            return self.break_off()
        return self.say(204, Upload_Offset="0" if trouble == "stuck" else str(len(keeper.data)))

    def get(self, _):
        keeper = self.server
        if not self.path.endswith("/content"):
            return self.say(200, keeper.card())
        trouble = self.trouble()
        if trouble is not None and 400 <= trouble < 600:
            return self.say(trouble, problem(trouble, "No", "No."), Content_Type="application/problem+json")
        at = int(re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "bytes=0-")).group(1)) if keeper.ranges else 0
        more = {"Content-Range": f"bytes {at}-{keeper.size - 1}/{keeper.size}"} if at > 0 else {}
        rest = keeper.data[at:]
        self.send_response(206 if at > 0 else 200)
        for name, value in {"Content-Length": str(len(rest)), "Content-Type": "application/pdf", **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(rest if trouble is None else rest[:trouble])
        return self.break_off() if trouble is not None else None

    do_GET = do_POST = do_PATCH = handle_any

    def log_message(self, *args):
        pass


@pytest.fixture
def keeper():
    yield from serving(Keeper())


@pytest.fixture
def pdf(tmp_path):
    path = tmp_path / "Møte 3.pdf"
    path.write_bytes(b"%PDF-1.7\n" + os.urandom(3 * PART))
    return path


def offsets(keeper):
    return [int(headers["Upload-Offset"]) for method, _, headers, _ in keeper.requests if method == "PATCH"]


# ---- Up ---------------------------------------------------------------------------------------------------------------------------


def test_a_file_goes_up_in_parts_and_arrives_whole(keeper, pdf):
    done = run(keeper.url, *UPLOAD, str(pdf))
    assert (done.returncode, done.stderr) == (OK, "") and DOCUMENT in done.stdout
    assert keeper.data == pdf.read_bytes()
    assert keeper.made == {"name": "Møte 3.pdf", "mediaType": "application/pdf", "size": len(keeper.data)}
    assert offsets(keeper) == [0, PART, 2 * PART, 3 * PART]
    assert keeper.requests[0][1] == f"/v1/hendelser/{HENDELSE}/documents" and keeper.requests[0][2]["Idempotency-Key"]
    assert [path for _, path, _, _ in keeper.requests[1:]] == [CONTENT] * 4


def test_name_and_type_can_be_said_and_have_to_where_the_file_does_not_tell(keeper, tmp_path):
    path = tmp_path / "notes"
    path.write_bytes(b"hei")
    done = run(keeper.url, *UPLOAD, str(path))
    assert done.returncode == USAGE and "--type" in done.stderr and keeper.requests == []
    assert run(keeper.url, *UPLOAD, str(path), "--type", "text/plain", "--name", "Notat.txt").returncode == OK
    assert keeper.made == {"name": "Notat.txt", "mediaType": "text/plain", "size": 3}


@pytest.mark.parametrize("what", ["/nowhere.pdf", "/", "/dev/null"])
def test_what_is_no_file_is_not_sent(keeper, what):
    done = run(keeper.url, *UPLOAD, what)
    assert done.returncode == USAGE and repr(what) in done.stderr and keeper.requests == []


@pytest.mark.parametrize("trouble", ["lost before", "lost after", 503])
def test_a_part_that_is_lost_is_sent_again_where_it_belongs(keeper, pdf, trouble):
    keeper.troubles = [None, trouble]
    done = run(keeper.url, *UPLOAD, str(pdf))
    assert (done.returncode, done.stderr) == (OK, "")
    assert keeper.data == pdf.read_bytes()


def test_an_upload_that_broke_off_goes_on_where_it_was(keeper, pdf):
    keeper.troubles = [None, None] + ["lost before"] * 6
    done = run(keeper.url, *UPLOAD, str(pdf))
    assert done.returncode == UNREACHABLE and len(keeper.data) == 2 * PART
    assert f"{2 * PART} of {pdf.stat().st_size} bytes" in done.stderr and f"--resume '{DOCUMENT}'" in done.stderr
    keeper.requests.clear()
    keeper.troubles.clear()
    done = run(keeper.url, *UPLOAD, str(pdf), "--resume", DOCUMENT)
    assert done.returncode == OK and keeper.data == pdf.read_bytes()
    assert offsets(keeper) == [2 * PART, 3 * PART] and keeper.requests[0][:2] == ("GET", f"/v1/documents/{DOCUMENT}")
    assert done.stdout == f"Sent.\nDocument  {DOCUMENT}\n"  # that it could be read is no ground to write it


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_what_has_come_already_is_not_said_to_be_sent(keeper, pdf, more):
    keeper.keep(pdf.read_bytes())
    done = run(keeper.url, *UPLOAD, str(pdf), "--resume", DOCUMENT, *more)
    assert (done.returncode, done.stdout) == (USAGE, "") and offsets(keeper) == []
    assert done.stderr == f"trygg: all of it has come already; nothing was sent: the document '{DOCUMENT}'\n"


def test_another_file_or_hendelse_is_not_gone_on_with(keeper, pdf, tmp_path):
    keeper.data, keeper.size = b"x", pdf.stat().st_size + 1
    done = run(keeper.url, *UPLOAD, str(pdf), "--resume", DOCUMENT)
    assert done.returncode == USAGE and "size" in done.stderr
    keeper.size -= 1
    done = run(keeper.url, "documents", "upload", DOCUMENT, str(pdf), "--resume", DOCUMENT)
    assert done.returncode == USAGE and "hendelse" in done.stderr
    assert offsets(keeper) == []


@pytest.mark.parametrize(("trouble", "code"), [(409, CONFLICT), (422, BAD_INPUT), (404, NOT_FOUND), ("stuck", SERVER)])
def test_a_refused_part_ends_it_and_says_how_to_go_on_if_one_can(keeper, pdf, trouble, code):
    keeper.troubles = [None, trouble]
    done = run(keeper.url, *UPLOAD, str(pdf))
    assert done.returncode == code and ("--resume" in done.stderr) == (code in (CONFLICT, SERVER)) and len(offsets(keeper)) == 2 and done.stdout == ""


# ---- Down -------------------------------------------------------------------------------------------------------------------------


def fetch(keeper, *more, cwd, **options):
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TRYGG_SERVER": keeper.url, "TRYGG_TOKEN": "a.b.c"}
    return subprocess.run([find_client(), *DOWNLOAD, *more], env=env, cwd=cwd, capture_output=True, timeout=60, **options)


def test_a_document_becomes_a_private_file_of_its_name(keeper, tmp_path):
    keeper.keep(os.urandom(3 << 20))
    done = fetch(keeper, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (OK, b"") and b"referat.pdf" in done.stdout
    path = tmp_path / "referat.pdf"
    assert path.read_bytes() == keeper.data and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["referat.pdf"]


def test_no_file_is_written_over(keeper, tmp_path):
    keeper.keep(b"new")
    (tmp_path / "referat.pdf").write_bytes(b"old")
    assert fetch(keeper, cwd=tmp_path).returncode == USAGE
    assert (tmp_path / "referat.pdf").read_bytes() == b"old" and len(keeper.requests) == 1


@pytest.mark.parametrize(("name", "file"), [("../../etc/x.pdf", "x.pdf"), ("/etc/passwd", "passwd"), (".bashrc", "_bashrc"), ("a\x1b[2J\n.pdf", "a_[2J_.pdf"), ("..", "_."),
                                            ("a\x9b31mb.pdf", "a_31mb.pdf"), ("a\u202efdp.exe", "a_fdp.exe"), ("a\u2066\u200f\ufeff.pdf", "a___.pdf"), ("a\u200b\u2060b.pdf", "a__b.pdf"),
                                            ("-rf.pdf", "_rf.pdf"), ("../--help", "_-help"), ("Møte a\u030a 漢字 می\u200cخ.pdf", "Møte a\u030a 漢字 می\u200cخ.pdf")])
def test_a_name_leads_nowhere_else(keeper, tmp_path, name, file):
    keeper.keep(b"x", name)
    done = fetch(keeper, cwd=tmp_path)
    assert done.returncode == OK and os.listdir(tmp_path) == [file]
    assert b"\x1b" not in done.stdout + done.stderr


def test_a_struck_document_without_a_name_asks_for_one(keeper, tmp_path):
    keeper.keep(b"x", None)
    assert fetch(keeper, cwd=tmp_path).returncode == USAGE
    assert fetch(keeper, "mine", cwd=tmp_path).returncode == OK and (tmp_path / "mine").read_bytes() == b"x"


@pytest.mark.parametrize("more", [[], ["mine"], ["-"]])
def test_a_struck_document_of_unknown_size_is_asked_for_and_the_refusal_told(keeper, tmp_path, more):
    keeper.keep(b"x" * 100)
    keeper.struck = True
    keeper.troubles = [403]
    done = fetch(keeper, *more, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (FORBIDDEN, b"", b"trygg: No\n  No.\n")
    assert keeper.requests[-1][1] == CONTENT and os.listdir(tmp_path) == []


@pytest.mark.parametrize("more", [[], ["mine"], ["-"]])
def test_bytes_of_unknown_number_are_not_taken(keeper, tmp_path, more):
    keeper.keep(b"x" * 100)
    keeper.struck = True
    done = fetch(keeper, *more, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (SERVER, b"") and b"not the document that it promised" in done.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("where", ["file", "-"])
def test_a_line_that_breaks_is_taken_up_again(keeper, tmp_path, ranges, where):
    keeper.keep(os.urandom(3 << 20))
    keeper.ranges = ranges
    keeper.troubles = [1 << 20, None if not ranges else 1 << 19]
    done = fetch(keeper, *([where] if where == "-" else []), cwd=tmp_path)
    got = done.stdout if where == "-" else (tmp_path / "referat.pdf").read_bytes() if done.returncode == OK else b""
    if where == "-" and not ranges:
        assert done.returncode == LOCAL and b"standard output" in done.stderr
    else:
        assert done.returncode == OK and got == keeper.data
    if ranges:
        assert [headers.get("Range") for _, path, headers, _ in keeper.requests if path == CONTENT] == [None, f"bytes={1 << 20}-", f"bytes={3 << 19}-"]


def test_a_run_that_broke_off_is_gone_on_with_by_the_next(keeper, tmp_path):
    keeper.keep(os.urandom(2 << 20))
    keeper.troubles = [1 << 20, 0, 0, 0, 0]
    done = fetch(keeper, cwd=tmp_path)
    assert done.returncode == UNREACHABLE and os.listdir(tmp_path) == [f"referat.pdf.{DOCUMENT}.part"]
    keeper.troubles.clear()
    keeper.requests.clear()
    assert fetch(keeper, cwd=tmp_path).returncode == OK
    assert keeper.requests[-1][2]["Range"] == f"bytes={1 << 20}-"
    assert os.listdir(tmp_path) == ["referat.pdf"] and (tmp_path / "referat.pdf").read_bytes() == keeper.data


@pytest.mark.parametrize(("status", "code"), [(404, NOT_FOUND), (409, CONFLICT), (503, SERVER)])
def test_a_refusal_is_told_and_no_file_appears(keeper, tmp_path, status, code):
    keeper.keep(b"x" * 100)
    keeper.troubles = [status] * 2
    done = fetch(keeper, cwd=tmp_path)
    assert done.returncode == code and b"No." in done.stderr
    assert os.listdir(tmp_path) == []


def test_what_had_come_before_stays_when_the_next_run_is_refused(keeper, tmp_path):
    keeper.keep(b"x" * 100)
    part = tmp_path / f"referat.pdf.{DOCUMENT}.part"
    part.write_bytes(b"x" * 10)
    keeper.troubles = [409]
    assert fetch(keeper, cwd=tmp_path).returncode == CONFLICT and part.read_bytes() == b"x" * 10


def test_more_than_the_document_has_is_not_written(keeper, tmp_path):
    keeper.keep(b"x" * 1000)
    keeper.size = 10
    done = fetch(keeper, cwd=tmp_path)
    assert done.returncode == LOCAL and "referat.pdf" not in os.listdir(tmp_path)


def test_a_link_in_the_way_is_not_followed(keeper, tmp_path):
    keeper.keep(b"x")
    (tmp_path / "other").write_bytes(b"mine")
    (tmp_path / f"referat.pdf.{DOCUMENT}.part").symlink_to(tmp_path / "other")
    assert fetch(keeper, cwd=tmp_path).returncode == USAGE and (tmp_path / "other").read_bytes() == b"mine"


# ---- Bar and memory ---------------------------------------------------------------------------------------------------------------


def on_terminal(keeper, *words, cwd):
    """Runs the client with standard error on a terminal; what it drew there."""
    ours, theirs = pty.openpty()
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TRYGG_SERVER": keeper.url, "TRYGG_TOKEN": "a.b.c"}
    process = subprocess.Popen([find_client(), *words], env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    drawn = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        drawn += piece
    os.close(ours)
    assert process.wait(30) == OK
    return drawn.decode()


def test_a_terminal_gets_a_bar_which_is_gone_in_the_end(keeper, pdf, tmp_path):
    up = on_terminal(keeper, *UPLOAD, str(pdf), cwd=tmp_path)
    down = on_terminal(keeper, *DOWNLOAD, cwd=tmp_path)
    for drawn in (up, down):
        assert re.search(r"\r\[#* *\] +\d+ % of 1\.5 MiB", drawn) and drawn.endswith("\r\x1b[K")
    assert "100 %" in down


def peak_of(*words, keeper, cwd):
    """The most memory that the client had, in KiB. What the kernel tells of a child that has ended is that of whoever started it as well; so
    it is looked at while it runs, and, however short that is, while it waits for each of its answers."""
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TRYGG_SERVER": keeper.url, "TRYGG_TOKEN": "a.b.c"}
    peaks, started = [], threading.Event()

    def look():
        started.wait()
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        peaks.extend(int(number) for number in re.findall(r"^VmHWM:\s+(\d+) kB", status, re.M))

    keeper.look = look
    process = subprocess.Popen([find_client(), *words], env=env, cwd=cwd, stdout=subprocess.DEVNULL)
    started.set()
    while process.poll() is None:
        look()
    assert process.returncode == OK
    return max(peaks)


@pytest.mark.skipif(sanitized(), reason="a sanitizer keeps what was freed")
def test_memory_is_flat_however_large_the_document(keeper, tmp_path):
    peaks = {}
    for size in (64 << 10, 25 << 20):
        path = tmp_path / f"{size}.pdf"
        path.write_bytes(os.urandom(1 << 16) * (size >> 16))
        keeper.data = b""
        up = peak_of(*UPLOAD, str(path), keeper=keeper, cwd=tmp_path)
        down = peak_of(*DOWNLOAD, f"{size}.back", keeper=keeper, cwd=tmp_path)
        assert pathlib.Path(tmp_path / f"{size}.back").read_bytes() == path.read_bytes()
        peaks[size] = (up, down)
    assert all(small > 1000 and large - small < 4096 for small, large in zip(*peaks.values())), peaks
