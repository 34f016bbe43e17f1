# SPDX-License-Identifier: EUPL-1.2
"""L1–L4 over HTTP."""
import json
import re
import time

import pytest

import world
from daemon import replace_text

STRONG = ["/v1/students", "/v1/students/0192f0a0-0000-7000-8000-00000000ffff"]


@pytest.mark.parametrize("path", ["/v1/me", *STRONG])
def test_L1_without_a_token(daemon, path):
    answer = daemon.get(path)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    for header in ("Basic a2FyaTprYXJp", "Bearer", "Bearer ", "Token abc"):
        assert daemon.get(path, headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize("changes", [
    {"iss": "https://login.other.example"}, {"iss": None}, {"aud": "https://trygg.skog.example"}, {"aud": None}, {"exp": 1}, {"exp": None},
    {"nbf": 4102444800}, {"iat": 4102444800}, {"sub": None}, {"sub": ""},
])
def test_L1_wrong_claims_are_all_refused_alike(daemon, changes):
    answer = daemon.get("/v1/me", token=daemon.token("kari", **changes))
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert answer.content == daemon.get("/v1/me", token="a.b.c").content


def test_L1_a_token_without_iat_is_taken_for_a_day_and_no_longer(daemon):
    day = 24 * 3600
    assert daemon.get("/v1/me", token=daemon.token("kari", iat=None, lifetime=day - 60)).status_code == 200
    assert daemon.get("/v1/me", token=daemon.token("kari", iat=None, lifetime=day + 300)).status_code == 401
    assert daemon.get("/v1/me", token=daemon.token("kari", iat=None, lifetime=365 * day)).status_code == 401


def test_L1_roles_in_a_token_are_not_trusted(daemon):
    token = daemon.token("teacher-untied", roles=["rektor"], role="rektor", groups=["rektor"], realm_access={"roles": ["rektor"]})
    assert daemon.get(f"/v1/students/{daemon.id('student', 'alva')}", token=token).status_code == 404


def test_L2_me_takes_any_login(daemon):
    answer = daemon.get("/v1/me", token=daemon.token("kari", strong=False))
    assert answer.status_code == 200
    assert answer.json()["login"]["strong"] is False


@pytest.mark.parametrize("path", STRONG)
def test_L3_a_weak_login_is_challenged_before_anything_is_looked_up(daemon, path):
    answer = daemon.get(path, token=daemon.token("kari", strong=False))
    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    assert 'error="insufficient_user_authentication"' in challenge
    assert 'acr_values="idporten-loa-high"' in challenge
    assert "max_age=3600" in challenge.replace('"', "")


def test_L3_comes_before_the_body(daemon):
    answer = daemon.post("/v1/students", {"nonsense": 1}, token=daemon.token("kari", strong=False))
    assert answer.status_code == 401


def test_L2_a_strong_login_ages(daemon):
    path = f"/v1/students/{daemon.id('student', 'alva')}"
    assert daemon.get(path, token=daemon.token("kari", auth_age=3000, lifetime=3600)).status_code == 200
    assert daemon.get(path, token=daemon.token("kari", auth_age=3700, lifetime=3600)).status_code == 401
    assert daemon.get(path, token=daemon.token("kari", auth_time=None)).status_code == 401


def test_L4_each_issuer_speaks_for_its_organisation_only(daemon):
    assert daemon.get("/v1/me", "kari").json()["organisation"]["id"] == world.ORGANISATIONS[world.FJORD]["id"]
    assert daemon.get("/v1/me", "kari@skog").json()["organisation"]["id"] == world.ORGANISATIONS[world.SKOG]["id"]
    crossed = daemon.token("kari", aud=world.ORGANISATIONS[world.SKOG]["audience"])
    assert daemon.get("/v1/me", token=crossed).status_code == 401


def test_L4_each_issuer_has_its_own_strong_set(daemon):
    fjord_acr_at_skog = daemon.token("kari", org=world.SKOG, acr="idporten-loa-high")
    answer = daemon.get("/v1/students", token=fjord_acr_at_skog)
    assert answer.status_code == 401
    assert 'acr_values="bankid freja-plus"' in answer.headers["WWW-Authenticate"]
    assert daemon.get("/v1/students", token=daemon.token("kari", org=world.SKOG, acr="freja-plus")).status_code == 200


def test_L3_the_challenge_is_that_of_the_audience_the_token_was_made_for(fresh_daemon, fresh_files):
    fjord = world.ORGANISATIONS[world.FJORD]
    app = {**fjord, "audience": "https://app.fjord.example", "strong_acr": "bankid", "strong_max_age": 60}
    fresh_files.issuers = {world.FJORD: fjord, "fjord-app": app}
    fresh_files.write_config()
    daemon = fresh_daemon(fresh_files)
    for row, age in ((fjord, 3600), (app, 60)):
        answer = daemon.get("/v1/students", token=daemon.token("kari", strong=False, aud=row["audience"]))
        assert answer.status_code == 401
        assert f'acr_values="{row["strong_acr"]}", max_age={age}' in answer.headers["WWW-Authenticate"]


def wait_until(holds, seconds=20):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)


def key_set_lines(daemon):
    return [re.sub(r"^time=\S+ ", "", line) for line in daemon.log().splitlines() if "event=key-set" in line]


def test_L4_a_broken_key_set_leaves_a_line_and_the_old_keys(fresh_daemon, fresh_files):
    """Nobody has to call: the one who runs the service is told of it as it happens, once, and when it is mended."""
    skog = {**world.ORGANISATIONS[world.SKOG], "jwks_file": "skog.jwks"}
    fresh_files.issuers = {world.FJORD: world.ORGANISATIONS[world.FJORD], world.SKOG: skog}
    fresh_files.write_config()
    skog_file = fresh_files.folder / "skog.jwks"
    before = fresh_files.jwks_file.read_text()
    skog_file.write_text(before)
    daemon = fresh_daemon(fresh_files)
    token = daemon.token("kari", org=world.SKOG)
    assert daemon.get("/v1/me", token=token).status_code == 200
    assert key_set_lines(daemon) == []
    replace_text(skog_file, '{"keys": [')
    broken = 'level=warning event=key-set issuer=2 fault="jwks: not a JSON text"'
    wait_until(lambda: key_set_lines(daemon) == [broken])
    assert daemon.get("/v1/me", token=token).status_code == 200
    assert daemon.get("/v1/me", "kari@skog").status_code == 200
    skog_file.unlink()
    gone = 'level=warning event=key-set issuer=2 fault="jwks: cannot read the file"'
    wait_until(lambda: key_set_lines(daemon) == [broken, gone])
    time.sleep(2.5)
    replace_text(skog_file, before)
    wait_until(lambda: key_set_lines(daemon) == [broken, gone, "level=info event=key-set issuer=2 fault=none"])
    assert daemon.get("/v1/me", token=token).status_code == 200


def test_L4_a_key_that_leaves_the_set_is_dead_without_a_restart(fresh_daemon):
    daemon = fresh_daemon()
    token = daemon.token("kari")
    assert daemon.get("/v1/me", token=token).status_code == 200
    before = daemon.files.jwks_file.read_text()
    key = json.loads(before)["keys"][0]
    daemon.files.jwks_file.write_text(json.dumps({"keys": [{**key, "kid": "another"}]}))
    wait_until(lambda: daemon.get("/v1/me", token=token).status_code == 401)
    assert daemon.get("/v1/me", token=daemon.files.sign(daemon.files.claims("kari"))).status_code == 200
