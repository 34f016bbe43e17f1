# SPDX-License-Identifier: EUPL-1.2
"""The client `trygg`: the feed of changes, which has no end, and webhooks."""
import json
import re

from cli import OK, SCHOOL, STUDENT, fake, run  # noqa: F401

WEBHOOK = "019aa7b2-8c01-7444-9c5d-3f2a1b0c9d83"


def page(*ids, token, more=False):
    return {"data": [{"at": "2026-11-20T09:13:55.020Z", "kind": "student", "id": one, "studentId": STUDENT, "operation": "changeStudent"} for one in ids],
            "more": more, "pageToken": token}


def test_X4_a_feed_is_read_to_where_it_is_now_and_tells_how_to_go_on(fake):
    fake.answer(200, page("a", token="one", more=True))
    fake.answer(200, page(token="two", more=True))
    fake.answer(200, page("b", token="three"))
    done = run(fake.url, "changes", "list", "--school", SCHOOL)
    assert (done.returncode, done.stderr) == (OK, "")
    assert re.search(r"^Page token +three$", done.stdout, re.M)
    assert [line.split()[2] for line in done.stdout.splitlines() if "student " in line] == ["a", "b"]
    assert [request[1] for request in fake.requests] == [
        f"/v1/changes?schoolId={SCHOOL}&limit=100", "/v1/changes?limit=100&pageToken=one", "/v1/changes?limit=100&pageToken=two"]


def test_X4_a_feed_goes_on_from_a_token_that_was_kept(fake):
    fake.answer(200, page(token="three"))
    done = run(fake.url, "changes", "list", "--page-token", "three")
    assert done.returncode == OK and "Nothing was changed." in done.stdout
    assert [request[1] for request in fake.requests] == ["/v1/changes?limit=100&pageToken=three"]


def test_X4_what_is_not_read_of_a_feed_is_told(fake):
    fake.answer(200, page("a", "b", token="one", more=True))
    done = run(fake.url, "changes", "list", "--limit", "2", "--json", "--since", "2026-11-01T00:00:00Z")
    assert [one["id"] for one in json.loads(done.stdout)["data"]] == ["a", "b"] and json.loads(done.stdout)["pageToken"] == "one"
    assert done.stderr == "trygg: there is more; go on with --page-token\n"
    assert [request[1] for request in fake.requests] == ["/v1/changes?since=2026-11-01T00%3A00%3A00Z&limit=2"]


def test_X4_a_feed_that_never_ends_is_not_read_for_ever(fake):
    fake.answer(200, page(*["x"] * 100, token="one", more=True))
    done = run(fake.url, "changes", "list", "--json")
    assert done.returncode == OK and len(json.loads(done.stdout)["data"]) == 10000
    assert len(fake.requests) == 100


def test_X4_the_secret_of_a_webhook_is_shown_once_and_comes_from_a_file(fake):
    fake.answer(201, {"id": WEBHOOK, "version": 1, "ground": "X4.client.changes", "secret": "whsec_made"})
    done = run(fake.url, "webhooks", "add", "--url", "https://plattform.example/wake", "--school", SCHOOL)
    assert re.search(r"^Secret +whsec_made$", done.stdout, re.M)
    run(fake.url, "webhooks", "add", "--url", "https://plattform.example/wake", "--secret-file", "-", stdin="whsec_mine\n")
    assert [json.loads(request[3]) for request in fake.requests] == [
        {"url": "https://plattform.example/wake", "schoolId": SCHOOL}, {"url": "https://plattform.example/wake", "secret": "whsec_mine"}]
    assert all("Idempotency-Key" in request[2] for request in fake.requests)


def test_X4_a_webhook_is_removed_at_its_version(fake):
    fake.answer(200, {"id": WEBHOOK, "version": 1}, {"ETag": '"1"'})
    fake.answer(204, b"", content_type=None)
    done = run(fake.url, "webhooks", "remove", WEBHOOK)
    assert (done.returncode, done.stdout) == (OK, "Removed.\n")
    assert [(request[0], request[2].get("If-Match")) for request in fake.requests] == [("GET", None), ("DELETE", '"1"')]
