# SPDX-License-Identifier: EUPL-1.2
"""Documents on hendelser: announced, sent in parts, read, struck (P3, P6, P9, P10). Their bytes are in test_document_content.py, and what
becomes of a store that was tampered with in test_documents_stored.py."""
import re
import threading
import uuid

import pytest

import cases
from files import LEAST, MOST, OFFICE, PDF, PNG, SAMPLES, TEXT, announce, announced, content, fill, pdf, send, slug, stored, zipped

NOBODY = "019aa7b2-0000-7000-8000-00000000dead"


@pytest.fixture(scope="module")
def personsak(daemon):
    return cases.open_case(daemon, medsaksbehandlere=["assistant"], student=cases.new_student(daemon))["id"]


@pytest.fixture
def hendelse(daemon, personsak):
    return cases.hendelse(daemon, personsak, "kari")["id"]


def document(d, id, who="kari"):
    answer = d.get(f"/v1/documents/{id}", who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def listed(d, hendelse, who="kari", **query):
    answer = d.get(f"/v1/hendelser/{hendelse}/documents", who, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def strike(d, id, who="rektor", **options):
    return d.post(f"/v1/documents/{id}/striking", {"reason": cases.words(d, "Feil")}, who, **options)


# ---- Announced ------------------------------------------------------------------------------------------------------------------

def test_P6_a_document_is_announced_and_filled_by_a_handler(daemon, personsak, hendelse):
    data, before = pdf(150_000), cases.version(daemon, personsak)
    answer = announce(daemon, hendelse, len(data), who="assistant")
    assert (answer.status_code, answer.json()["version"], answer.json()["ground"]) == (201, 1, "P6.coHandler")
    id = answer.json()["id"]
    assert answer.headers["Location"] == f"/v1/documents/{id}" and answer.headers["ETag"] == '"1"'
    empty = document(daemon, id)
    assert (empty["received"], empty["complete"], empty["size"], empty["mediaType"]) == (0, False, len(data), PDF)
    fill(daemon, id, data, "assistant", LEAST)
    whole = document(daemon, id)
    assert (whole["received"], whole["complete"], whole["version"], whole["ground"]) == (len(data), True, 4, "P3.handler")
    assert (whole["personsakId"], whole["hendelseId"], whole["author"]["personId"]) == (personsak, hendelse, daemon.id("person", "assistant"))
    assert whole["struck"] is None
    assert cases.version(daemon, personsak) == before + 2   # when it was announced, and when it was whole
    assert content(daemon, id).content == data


def test_P6_whoever_does_not_read_the_case_learns_nothing_and_who_does_not_handle_it_adds_nothing(daemon, hendelse):
    id = stored(daemon, hendelse, pdf())
    for who in ("teacher", "hanne", "opener", "admin", "owner", "rektor-bru", "guardian", "pupil", "no-role", "rektor@skog"):
        assert announce(daemon, hendelse, 10, who=who).status_code == 404
        for answer in (daemon.get(f"/v1/documents/{id}", who), daemon.get(f"/v1/hendelser/{hendelse}/documents", who),
                       content(daemon, id, who), send(daemon, id, 0, pdf(), who), strike(daemon, id, who)):
            nothing = daemon.get(f"/v1/documents/{NOBODY}", who)
            assert (answer.status_code, answer.content) == (404, nothing.content), who
    assert announce(daemon, NOBODY, 10).status_code == 404


def test_P6_only_who_announced_a_document_sends_it(daemon, hendelse):
    id = announced(daemon, hendelse, 10, TEXT)
    for who in ("assistant", "rektor"):
        answer = send(daemon, id, 0, b"Ti tegn...", who)
        assert (answer.status_code, slug(answer)) == (403, "forbidden")
    assert send(daemon, id, 0, b"Ti tegn...").status_code == 204


def test_P4_P6_a_removed_handler_sends_no_further_part(daemon):
    personsak = cases.open_case(daemon, medsaksbehandlere=["assistant"], student=cases.new_student(daemon))["id"]
    data = pdf(LEAST * 2)
    id = announced(daemon, cases.hendelse(daemon, personsak, "assistant")["id"], len(data), who="assistant")
    assert send(daemon, id, 0, data[:LEAST], "assistant").status_code == 204
    cases.remove_handler(daemon, personsak, "assistant")
    assert send(daemon, id, LEAST, data[LEAST:], "assistant").status_code == 404
    assert document(daemon, id)["received"] == LEAST


def test_P8_a_closed_case_takes_neither_documents_nor_parts_and_shows_what_it_has(daemon):
    personsak = cases.open_case(daemon, student=cases.new_student(daemon))["id"]
    hendelse = cases.hendelse(daemon, personsak, "kari")["id"]
    whole, half = stored(daemon, hendelse, pdf()), announced(daemon, hendelse, 10, TEXT)
    cases.close_case(daemon, personsak)
    for answer in (announce(daemon, hendelse, 10), send(daemon, half, 0, b"Ti tegn...")):
        assert (answer.status_code, slug(answer)) == (409, "closed")
    assert content(daemon, whole).content == pdf()
    assert strike(daemon, whole).status_code == 200   # also there (P10)


def test_X1_announcing_again_with_the_same_key_answers_the_same(daemon, hendelse):
    key, name = str(uuid.uuid4()), cases.words(daemon) + ".pdf"
    first, again = (announce(daemon, hendelse, 10, name=name, key=key) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len(listed(daemon, hendelse)["data"]) == 1
    other = announce(daemon, hendelse, 11, name=name, key=key)
    assert (other.status_code, slug(other)) == (422, "key-reused")


@pytest.mark.parametrize("name", ["a\nb.pdf", "../../etc/passwd", "a/b.pdf", "a\\b.pdf", ".", "..", "", " a.pdf", "a\u202efdp.exe", "a\u200fb.pdf", "a\x00b", "x" * 256])
def test_X3_a_name_that_leads_elsewhere_or_shows_another_is_refused(daemon, hendelse, name):
    answer = daemon.post(f"/v1/hendelser/{hendelse}/documents", {"name": name, "mediaType": PDF, "size": 10}, "kari")
    assert answer.status_code == 400
    assert listed(daemon, hendelse)["data"] == []


def test_X3_what_may_not_be_kept_is_named(daemon, hendelse):
    for body, wrong in (({"mediaType": "text/html"}, [("/mediaType", "choice")]), ({"mediaType": "image/svg+xml"}, [("/mediaType", "choice")]),
                        ({"size": 0}, [("/size", "too-short")]), ({"size": (1 << 30) + 1}, [("/size", "too-long")]),
                        ({"hendelseId": NOBODY}, [("/hendelseId", "unknown")])):
        answer = daemon.post(f"/v1/hendelser/{hendelse}/documents", {"name": "a.pdf", "mediaType": PDF, "size": 10, **body}, "kari")
        assert (answer.status_code, [(error["name"], error["code"]) for error in answer.json()["errors"]]) == (400, wrong)


def test_X3_more_than_the_operator_takes_is_413(daemon, fresh_daemon, hendelse):
    assert announce(daemon, hendelse, 25 << 20).status_code == 201
    answer = announce(daemon, hendelse, (25 << 20) + 1)
    assert (answer.status_code, slug(answer)) == (413, "too-large")
    small = fresh_daemon(limits={"document_mib": 1})
    there = cases.hendelse(small, cases.open_case(small)["id"], "kari")["id"]
    assert [announce(small, there, size).status_code for size in (1 << 20, (1 << 20) + 1)] == [201, 413]


def test_a_hendelse_has_a_hundred_documents_at_most_and_lists_them_in_pages(daemon, hendelse):
    ids = [announced(daemon, hendelse, 10) for _ in range(100)]
    answer = announce(daemon, hendelse, 10)
    assert (answer.status_code, slug(answer)) == (409, "limit-reached")
    found, token = [], None
    while True:
        page = listed(daemon, hendelse, limit=40, **({"pageToken": token} if token else {}))
        found += [row["id"] for row in page["data"]]
        token = page["pageToken"]
        if token is None:
            break
    assert found == ids
    elsewhere = daemon.get(f"/v1/hendelser/{NOBODY}/documents", "kari", params={"pageToken": listed(daemon, hendelse, limit=1)["pageToken"]})
    assert elsewhere.status_code == 400   # a token goes on with the list that it is of


def test_X7_a_module_that_is_off_takes_no_new_documents(fresh_daemon):
    daemon = fresh_daemon()
    hendelse = cases.hendelse(daemon, cases.open_case(daemon)["id"], "kari")["id"]
    id = stored(daemon, hendelse, pdf())
    school = daemon.id("school", "aas")
    version = daemon.get(f"/v1/schools/{school}", "owner").json()["version"]
    assert daemon.patch(f"/v1/schools/{school}", {"modules": []}, "owner", version=version).status_code == 200
    assert announce(daemon, hendelse, 10).status_code == 403
    assert content(daemon, id).status_code == 200


# ---- Parts ----------------------------------------------------------------------------------------------------------------------

def test_an_upload_goes_on_where_it_broke_off(daemon, hendelse):
    data = pdf(LEAST * 3)
    id = announced(daemon, hendelse, len(data))
    assert send(daemon, id, 0, data[:LEAST]).headers["Upload-Offset"] == str(LEAST)
    for offset in (0, 1, LEAST - 1, LEAST + 1, 2 * LEAST, len(data), 999_999_999_999_999):   # the answer was lost; or never came
        answer = send(daemon, id, offset, data[:LEAST])
        assert (answer.status_code, slug(answer), answer.headers["Upload-Offset"]) == (409, "offset-mismatch", str(LEAST))
    head = content(daemon, id, method="HEAD")
    assert (head.status_code, head.headers["Upload-Offset"]) == (204, str(LEAST))
    fill(daemon, id, data, part=LEAST, start=LEAST)
    done = send(daemon, id, 2 * LEAST, data[2 * LEAST:])
    assert (done.status_code, done.headers["Upload-Offset"]) == (409, str(len(data)))
    assert content(daemon, id).content == data


def test_X3_parts_are_neither_small_nor_large_nor_more_than_announced(daemon, hendelse):
    data = pdf(MOST * 2)
    id = announced(daemon, hendelse, len(data))
    for part, code in ((data[:LEAST - 1], "too-short"), (b"%PDF", "too-short")):
        answer = send(daemon, id, 0, part)
        assert (answer.status_code, answer.json()["errors"][0]["name"], answer.json()["errors"][0]["code"]) == (400, "Content-Length", code)
    assert send(daemon, id, 0, data[:MOST + 1]).status_code == 413
    assert send(daemon, id, 0, b"").json()["errors"][0]["code"] == "too-short"
    assert send(daemon, id, 0, data[:MOST]).status_code == 204
    small = announced(daemon, hendelse, 10, TEXT)
    assert send(daemon, small, 0, b"elleve tegn").json()["errors"][0]["code"] == "too-long"
    assert send(daemon, small, 0, b"Ti tegn...").status_code == 204
    assert send(daemon, small, 10, b"!").json()["errors"][0]["code"] == "too-long"


@pytest.mark.parametrize("offset,code", [(None, "required"), ("", "format"), ("-1", "format"), ("1.0", "format"), ("0x0", "format"), ("+0", "format"),
                                         ("0, 0", "format"), ("9" * 16, "format")])
def test_X3_an_offset_that_is_none_is_named(daemon, hendelse, offset, code):
    id = announced(daemon, hendelse, 10, TEXT)
    answer = send(daemon, id, 0, b"Ti tegn...", headers={"Upload-Offset": offset})
    assert (answer.status_code, [(error["in"], error["name"], error["code"]) for error in answer.json()["errors"]]) == (400, [("header", "Upload-Offset", code)])


def test_X3_a_part_has_one_media_type(daemon, hendelse):
    id = announced(daemon, hendelse, 10, TEXT)
    for media in ("application/octet-stream", "application/json", "application/partial-upload", TEXT, None):
        answer = send(daemon, id, 0, b"Ti tegn...", headers={"Content-Type": media})
        assert (answer.status_code, slug(answer)) == (415, "unsupported-media")


def test_two_uploads_at_once_do_not_meet(daemon, hendelse):
    datas = [pdf(LEAST * 6 + n, seed=n) for n in (1, 2)]
    ids = [announced(daemon, hendelse, len(data)) for data in datas]
    threads = [threading.Thread(target=fill, args=(daemon, *pair), kwargs={"part": LEAST}) for pair in zip(ids, datas)]
    [each.start() for each in threads], [each.join() for each in threads]
    assert [content(daemon, id).content for id in ids] == datas


def test_the_same_part_sent_by_many_at_once_is_stored_once(daemon, hendelse):
    data, answers = pdf(LEAST * 2), []
    id = announced(daemon, hendelse, len(data))
    threads = [threading.Thread(target=lambda: answers.append(send(daemon, id, 0, data[:LEAST]))) for _ in range(6)]
    [each.start() for each in threads], [each.join() for each in threads]
    assert sorted(answer.status_code for answer in answers) == [204] + 5 * [409]
    assert {answer.headers["Upload-Offset"] for answer in answers} == {str(LEAST)}
    assert send(daemon, id, LEAST, data[LEAST:]).status_code == 204
    assert content(daemon, id).content == data


# ---- What it is -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("media", SAMPLES)
def test_each_type_that_may_be_kept_is_taken_for_what_it_is(daemon, hendelse, media):
    id = stored(daemon, hendelse, SAMPLES[media], media)
    answer = content(daemon, id)
    assert (answer.content, answer.headers["Content-Type"]) == (SAMPLES[media], media)


LIES = [(PDF, SAMPLES[PNG]), (PNG, SAMPLES[PDF]), (TEXT, SAMPLES[PNG]), (TEXT, b"<!DOCTYPE html><html><script>1</script></html>"), (PDF, b"MZ" + bytes(200)),
        (TEXT, bytes(200)), ("image/jpeg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), (OFFICE + "wordprocessingml.document", zipped("virus.exe")),
        (OFFICE + "wordprocessingml.document", zipped("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")), ("video/mp4", b"\x7fELF" + bytes(200)), (PDF, b"a")]


@pytest.mark.parametrize("media,data", LIES)
def test_X3_what_lies_about_its_content_is_refused_and_stores_nothing(daemon, hendelse, media, data):
    id = announced(daemon, hendelse, len(data), media)
    answer = send(daemon, id, 0, data)
    assert (answer.status_code, slug(answer)) == (422, "content-mismatch")
    found = document(daemon, id)
    assert (found["received"], found["version"]) == (0, 1)
    row = [row for row in daemon.activity(operation="sendDocumentPart") if row["object_id"] == id]
    assert [(each["outcome"], each["ground"]) for each in row] == [("refused", "content-mismatch")]


# ---- Struck ---------------------------------------------------------------------------------------------------------------------

def test_P10_of_a_struck_document_name_and_bytes_are_for_rektor(daemon, hendelse):
    data = pdf()
    id = stored(daemon, hendelse, data, who="assistant")
    name, version = document(daemon, id)["name"], document(daemon, id)["version"]
    answer = strike(daemon, id, "kari")
    assert (answer.status_code, slug(answer)) == (403, "forbidden")   # neither author nor rektor
    answer = strike(daemon, id, "assistant")
    assert (answer.status_code, answer.json()["ground"], answer.json()["version"]) == (200, "P10.author.coHandler", version + 1)
    again = strike(daemon, id, "rektor")
    assert (again.status_code, slug(again)) == (409, "struck")
    for who in ("kari", "assistant"):
        seen = document(daemon, id, who)
        assert (seen["name"], seen["mediaType"], seen["struck"]["reason"]) == (None, None, None)
        assert seen["struck"]["by"]["personId"] == daemon.id("person", "assistant")
        assert listed(daemon, hendelse, who)["data"][0]["name"] is None
        for method in ("GET", "HEAD"):
            assert content(daemon, id, who, method).status_code == 403
    shown = document(daemon, id, "rektor")
    assert (shown["name"], shown["mediaType"], shown["version"]) == (name, PDF, version + 1) and shown["struck"]["reason"].startswith("Feil")
    assert content(daemon, id, "rektor").content == data
    refused = [row for row in daemon.activity(operation="getDocumentContent", outcome="refused") if row["object_id"] == id]
    assert len(refused) == 4 and {row["ground"] for row in refused} == {"forbidden"}


def test_P10_with_a_hendelse_its_documents_are_struck(daemon, hendelse):
    whole, half = stored(daemon, hendelse, pdf()), announced(daemon, hendelse, 10, TEXT)
    assert daemon.post(f"/v1/hendelser/{hendelse}/striking", {"reason": cases.words(daemon)}, "kari").status_code == 200
    assert content(daemon, whole).status_code == 403 and content(daemon, whole, "rektor").content == pdf()
    seen = document(daemon, whole)
    assert (seen["name"], seen["struck"]["reason"]) == (None, None)
    assert document(daemon, whole, "rektor")["name"] is not None
    for answer in (send(daemon, half, 0, b"Ti tegn..."), announce(daemon, hendelse, 10)):
        assert (answer.status_code, slug(answer)) == (409, "struck")


def test_P9_a_document_has_no_rights_and_no_place_of_its_own(daemon, hendelse):
    id = stored(daemon, hendelse, pdf())
    contract = daemon.get("/v1/openapi.json").json()["paths"]
    assert {path: sorted(set(methods) & {"get", "post", "put", "patch", "delete"}) for path, methods in contract.items() if "/documents" in path} == {
        "/v1/hendelser/{hendelseId}/documents": ["get", "post"], "/v1/documents/{documentId}": ["get"],
        "/v1/documents/{documentId}/content": ["get", "patch"], "/v1/documents/{documentId}/striking": ["post"]}
    for member in ("personId", "share", "hendelseId", "personsakId"):
        answer = daemon.post(f"/v1/documents/{id}/striking", {"reason": "x", member: NOBODY}, "kari")
        assert answer.status_code == 400


def test_V4_each_step_is_a_row_at_the_school_and_names_the_student(daemon, hendelse):
    id = stored(daemon, hendelse, pdf(LEAST + 10), part=LEAST)
    content(daemon, id), content(daemon, id, Range="bytes=0-9"), content(daemon, id, method="HEAD"), document(daemon, id)
    rows = [row for row in daemon.activity() if row["object_id"] == id]
    assert [row["operation"] for row in rows] == ["createDocument", *2 * ["sendDocumentPart"], *3 * ["getDocumentContent"], "getDocument"]
    assert {(row["object_kind"], row["outcome"], row["school_id"]) for row in rows} == {("document", "allowed", daemon.id("school", "aas"))}
    assert len({row["student_id"] for row in rows}) == 1 and rows[0]["student_id"] is not None
    assert re.fullmatch(r"P[36]\.handler|P6\.author\.handler", rows[1]["ground"])
