# SPDX-License-Identifier: EUPL-1.2
"""What a personsak costs: its page of 20 hendelser, a hendelse written, a document sent and fetched; and the first two in a small store and
in a large one."""
import http.client
import itertools
import json
import os
import pathlib
import random
import statistics
import time
import urllib.parse

import large
import servers

HENDELSER = 20
PAGE = f"?limit={HENDELSER}"
TEXT = ("Sto alene ved gjerdet i storefri og ville ikke være med på leken da de andre spurte. Sa at det var greit, men så ned hele tiden. "
        "Snakket med henne etterpå: hun forteller at to på trinnet hvisker når hun går forbi, og at hun ikke vil si hvem. Avtalt at hun kommer "
        "til meg i morgen før første time, at inspiserende voksne ser etter henne i begge friminuttene denne uken, og at jeg ringer hjem i kveld. ")
HENDELSE = {"kind": "journalnotat", "category": "mobbing", "happenedAt": "2024-11-20T10:15:00Z", "text": TEXT}

DOCUMENT_BYTES, PART_BYTES, READ_BYTES = 10 << 20, 960 << 10, 64 << 10
DOCUMENTS = 5

SMALL_STUDENTS, STUDENTS, ONE_PERSONSAK_IN = 1_000, 100_000, 10
SMALL_ROWS, ROWS = 10_000, 1_000_000
_number = itertools.count(1)


def made(url, token, body):
    """The id of what this POST makes."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"made-{next(_number)}"}
    status, _, answer = servers.fetch(url, token, json.dumps(body).encode(), headers)
    if status != 201:
        raise servers.Void(f"POST {url} was answered {status}: {answer[:300]!r}")
    return json.loads(answer)["id"]


def opened(server, rektor, student, school, hendelser=0):
    """A personsak that the student's contact teacher leads, with so many hendelser; its path."""
    body = {"studentId": student, "schoolId": school, "sakstype": "skolemiljo", "category": "mobbing", "description": "Holdes utenfor."}
    path = f"/v1/personsaker/{made(server.url + '/v1/personsaker', rektor, body)}/hendelser"
    for _ in range(hendelser):
        made(server.url + path, rektor, HENDELSE)
    return path


# ---- Documents ------------------------------------------------------------------------------------------------------------------

def _answered(connection, token, method, path, wanted, body=None, headers=None):
    connection.request(method, path, body, {"Authorization": f"Bearer {token}", **(headers or {})})
    answer = connection.getresponse()
    if answer.status != wanted:
        raise servers.Void(f"{method} {path} was answered {answer.status}: {answer.read()[:300]!r}")
    return answer


def send(connection, token, path, data):
    """Part after part; how long that took."""
    began = time.monotonic()
    for offset in range(0, len(data), PART_BYTES):
        headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        _answered(connection, token, "PATCH", path, 204, data[offset:offset + PART_BYTES], headers).read()
    return time.monotonic() - began


def fetch(connection, token, path, data):
    """All of it, as it comes; how long that took."""
    began, got = time.monotonic(), bytearray()
    answer = _answered(connection, token, "GET", path, 200)
    while piece := answer.read(READ_BYTES):
        got += piece
    took = time.monotonic() - began
    if got != data:
        raise servers.Void(f"GET {path} was answered with {len(got)} other bytes than the {len(data)} that were sent")
    return took


def documents(server, token, path, n=DOCUMENTS):
    """So many of 10 MiB there and back, one after the other, on a hendelse of that personsak; one more before them is not measured."""
    hendelse = made(server.url + path, token, HENDELSE)
    data = b"%PDF-1.7\n" + os.urandom(DOCUMENT_BYTES - 9)
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.url).netloc, timeout=60)
    times, before = [], 0
    for number in range(n + 1):
        if number == 1:
            before = server.memory()
            server.forget_peak()
        body = {"name": f"Referat {number}.pdf", "mediaType": "application/pdf", "size": len(data)}
        document = made(f"{server.url}/v1/hendelser/{hendelse}/documents", token, body)
        content = f"/v1/documents/{document}/content"
        times.append((send(connection, token, content, data), fetch(connection, token, content, data)))
    connection.close()
    up, down = (statistics.median(side) for side in zip(*times[1:]))
    mib = DOCUMENT_BYTES / 2 ** 20
    return {"n": n, "mib": mib, "up_mib_per_second": round(mib / up, 1), "down_mib_per_second": round(mib / down, 1),
            "before_kib": before, "after_kib": server.memory(), "peak_kib": server.peak()}


# ---- A small store and a large one ----------------------------------------------------------------------------------------------

def requests(house, scratch):
    """Files for load.lua: the teachers' tokens; pages of their personsaker and hendelser in them. By name: (tokens, requests)."""
    draw = random.Random(1)
    teachers = [line.split() for line in (house.folder / "roll.txt").read_text().splitlines() if line.startswith("teacher-")]
    teachers = draw.sample(teachers, min(large.CALLERS, len(teachers)))
    paths = [(number, f"/v1/personsaker/{draw.choice(teachers[number][1:])}/hendelser")
             for number in (draw.randrange(len(teachers)) for _ in range(large.SAMPLE))]
    kinds = {
        "page": lambda path: f"GET {path}{PAGE}",
        "hendelse": lambda path: f"POST {path} {json.dumps(HENDELSE)}",
    }
    return large.written(house, scratch, [teacher[0] for teacher in teachers],
                         {name: [(number, line(path)) for number, path in paths] for name, line in kinds.items()})


def measure(build, store, students, rows):
    plan = large.Plan(("small-cases", "large-cases"), SMALL_STUDENTS, SMALL_ROWS, requests, ONE_PERSONSAK_IN,
                      asked=(("page", large.CONNECTIONS), ("hendelse", large.CONNECTIONS)), unlogged=())
    return large.measure(build, store and pathlib.Path(store), students, rows, plan)
