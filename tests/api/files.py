# SPDX-License-Identifier: EUPL-1.2
"""Documents for tests: bytes that look like something, and the way of them up and down over HTTP."""
import hashlib
import io
import random
import zipfile

import cases

PDF, PNG, TEXT = "application/pdf", "image/png", "text/plain"
LEAST, MOST = 64 << 10, 960 << 10


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)


def pdf(size=1000, seed=1):
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    return head + noise(size - len(head), seed)


def zipped(*names, mimetype=None):
    """An office file as far as anybody can tell from outside."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name in names:
            archive.writestr(name, "<x/>" * 50)
    return data.getvalue()


OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
SAMPLES = {
    PDF: pdf(),
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + noise(200),
    PNG: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00" + noise(200),
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + noise(200),
    "image/heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + noise(200),
    TEXT: "Så ble det bråk i friminuttet.\n".encode() * 5,
    OPEN + "text": zipped("content.xml", mimetype=OPEN + "text"),
    OPEN + "spreadsheet": zipped("content.xml", mimetype=OPEN + "spreadsheet"),
    OFFICE + "wordprocessingml.document": zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
    OFFICE + "spreadsheetml.sheet": zipped("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"),
    "audio/mpeg": b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(10) + b"\xff\xfb\x90\x64" + noise(200),
    "audio/mp4": b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42" + noise(200),
    "video/mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + noise(200),
}


def announce(d, hendelse, size, media=PDF, name=None, who="kari", **options):
    body = {"name": name or cases.words(d, "Vedlegg") + ".pdf", "mediaType": media, "size": size}
    return d.post(f"/v1/hendelser/{hendelse}/documents", body, who, **options)


def announced(d, hendelse, size, media=PDF, name=None, who="kari"):
    """The id of a document of which nothing has come."""
    answer = announce(d, hendelse, size, media, name, who)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def send(d, document, offset, data, who="kari", **options):
    headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset), **options.pop("headers", {})}
    return d.request("PATCH", f"/v1/documents/{document}/content", who, headers=headers, data=data, **options)


def fill(d, document, data, who="kari", part=MOST, start=0):
    for at in range(start, len(data), part):
        answer = send(d, document, at, data[at:at + part], who)
        assert answer.status_code == 204, answer.text
        assert answer.headers["Upload-Offset"] == str(min(at + part, len(data)))


def stored(d, hendelse, data, media=PDF, name=None, who="kari", part=MOST):
    """The id of one that is whole."""
    document = announced(d, hendelse, len(data), media, name, who)
    fill(d, document, data, who, part)
    return document


def content(d, document, who="kari", method="GET", **headers):
    return d.request(method, f"/v1/documents/{document}/content", who, headers={name.replace("_", "-"): value for name, value in headers.items()})


def digest(data):
    return hashlib.sha256(data).hexdigest()


def slug(answer):
    return answer.json()["type"].rpartition(":")[2]
