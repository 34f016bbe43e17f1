# SPDX-License-Identifier: EUPL-1.2
"""L1–L4 over HTTP."""
import json

import pytest

import world

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


def test_L4_a_key_that_leaves_the_set_is_dead_without_a_restart(fresh_daemon):
    daemon = fresh_daemon()
    token = daemon.token("kari")
    assert daemon.get("/v1/me", token=token).status_code == 200
    before = daemon.files.jwks_file.read_text()
    key = json.loads(before)["keys"][0]
    daemon.files.jwks_file.write_text(json.dumps({"keys": [{**key, "kid": "another"}]}))
    deadline = 40
    while daemon.get("/v1/me", token=token).status_code != 401:
        deadline -= 1
        assert deadline, "the old key is still taken"
        __import__("time").sleep(0.1)
    assert daemon.get("/v1/me", token=daemon.files.sign(daemon.files.claims("kari"))).status_code == 200
