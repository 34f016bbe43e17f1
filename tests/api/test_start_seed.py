# SPDX-License-Identifier: EUPL-1.2
"""`tryggd init`: what a seed makes, what one that is wrong leaves behind, and whose key the store has."""
import json
import re
import resource
import shutil
import signal
import subprocess

import pytest

import world
from daemon import TRYGGD, Files, run_tryggd
from starting import DATA, refused

CIVIC = "201405179829"


def test_an_organisation_is_seeded_once(fresh_files):
    refused(fresh_files, DATA, "organisations[0]", "already", command="init", args=("--seed", fresh_files.folder / "seed.json"))


@pytest.mark.parametrize("change, words", [
    (lambda seed: seed["organisations"][0]["persons"][1].update(role="x"), ("seed.json: organisations[0].persons[1].role does not belong there",)),
    (lambda seed: seed["organisations"][0]["persons"][1].update({CIVIC: "x"}), ("organisations[0].persons[1] has a member that does not belong there",)),
    (lambda seed: seed["organisations"][1]["ties"][0].update(person="nobody"), ("organisations[1].ties[0].person", "names nothing")),
    (lambda seed: seed["organisations"][0].update(timeZone="Europe/Stockholm"), ("organisations[0].timeZone",)),
    (lambda seed: seed["organisations"][1]["persons"][1].update(identities=seed["organisations"][1]["persons"][0]["identities"]),
     ("organisations[1].persons[1].identities[0]", "is a login that stands in this organisation already")),
    (lambda seed: [student.update(civicNumber=CIVIC) for student in seed["organisations"][0]["students"][:2]],
     ("organisations[0].students[1].civicNumber", "stands in this organisation already")),
])
def test_a_bad_seed_makes_nothing(tmp_path, change, words):
    seed = world.seed()
    change(seed)
    files = Files(tmp_path, seed)
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    refused(files, DATA, *words, command="init", args=("--seed", tmp_path / "seed.json"))
    assert not files.data.exists() and not files.master_key.exists()


@pytest.mark.parametrize("text, place", [
    ('{"organisations": [\n  {"key": "xqseed",}\n]}', ":2:20: "),
    ('{"organisations": [],\n "organisations": []}', ":2:16: "),
    ("", ": "),
])
def test_a_seed_that_is_no_JSON_is_told_with_line_and_column(tmp_path, text, place):
    files = Files(tmp_path)
    path = tmp_path / "seed.json"
    path.write_text(text)
    said = refused(files, DATA, command="init", args=("--seed", path))
    assert said.startswith(f"tryggd: {path}{place}the file is not strict JSON"), said
    assert "xqseed" not in said and not files.data.exists()


@pytest.mark.parametrize("megabytes", [1, 2])
def test_a_seeding_that_fails_in_the_middle_says_to_start_over_and_then_it_works(tmp_path, megabytes):
    """A disk that takes no more than so much of one file stands for whatever stops a seeding."""
    seed = world.seed()
    persons = [{"key": f"p{i}", "givenName": "Xq" * 50, "familyName": "Xq" * 50} for i in range(4000)]
    seed["organisations"][1]["persons"] += persons
    files = Files(tmp_path, seed)
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    args = ["init", "--config", files.config, "--seed", tmp_path / "seed.json"]
    limit = lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.setrlimit(resource.RLIMIT_FSIZE, [megabytes << 20] * 2))
    done = subprocess.run([TRYGGD, *args], capture_output=True, text=True, timeout=60, preexec_fn=limit)
    assert done.returncode not in (0, DATA), done
    assert re.fullmatch(rf"tryggd: [^;]*; remove the data directory {files.data} and start over\n", done.stderr)
    again = run_tryggd(*args)
    assert again.returncode == DATA and "is in the store already; nothing was changed" in again.stderr
    shutil.rmtree(files.data)
    assert run_tryggd(*args).returncode == 0


def test_a_seeding_into_a_store_with_people_never_says_to_remove_it(fresh_files):
    """An id that another organisation of the store has is not seen before it is stored."""
    taken = fresh_files.id("school", "aas")
    seed = {"organisations": [{"key": "new", "name": "New", "timeZone": "Europe/Oslo", "schools": [{"key": "s", "id": taken, "name": "S"}]}]}
    path = fresh_files.folder / "more.json"
    path.write_text(json.dumps(seed))
    said = refused(fresh_files, DATA, "organisations[0]", f"put the data directory {fresh_files.data} back as it was", command="init",
                   args=("--seed", path))
    assert "remove" not in said


def warned(tmp_path, seed, issuers=None):
    """What a seeding says that succeeds: lines, none of which holds a word of the seed that is a person's."""
    files = Files(tmp_path, seed, issuers=issuers)
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    done = run_tryggd("init", "--config", files.config, "--seed", tmp_path / "seed.json", "--ids", tmp_path / "ids.json")
    assert (done.returncode, done.stdout) == (0, "") and (files.data / "trygg.db").exists() and (tmp_path / "ids.json").exists()
    assert [secret for secret in files.secrets() | {"xqsubject"} if secret in done.stderr] == []
    lines = done.stderr.splitlines()
    start = f"tryggd: warning: {tmp_path}/seed.json: "
    assert all(line.startswith(start) for line in lines), done.stderr
    return [line.removeprefix(start) for line in lines]


def a_house(issuer="https://login.example", subject="xqsubject", school=None, role="owner", **membership):
    """A seed of one organisation and one person, and the issuers of a configuration that trusts https://login.example for it."""
    login = {"issuer": issuer, "subject": subject}
    seed = {"organisations": [{"key": "hus", "id": "0192f0a0-0000-7000-8000-00000000f001", "name": "Hus", "timeZone": "Europe/Oslo",
                               "schools": [{"key": "s", "name": "S"}],
                               "persons": [{"key": "p", "givenName": "Xqgiven", "familyName": "Xqfamily", "identities": [login] if issuer else [],
                                            "memberships": [{"school": school, "role": role, **membership}]}]}]}
    return seed, {"people": {"issuer": "https://login.example", "audience": "https://trygg.example", "strong_acr": "high",
                             "id": "0192f0a0-0000-7000-8000-00000000f001"}}


def test_a_seeding_of_people_who_can_log_in_says_nothing(tmp_path):
    assert warned(tmp_path, *a_house()) == []


@pytest.mark.parametrize("house", [
    a_house(issuer=None),
    a_house(school="s", role="rektor"),
    a_house(until="today-1"),
])
def test_M1_a_house_whose_owner_cannot_log_in_is_told_of(tmp_path, house):
    line, = warned(tmp_path, *house)
    assert line.startswith('organisation "hus": no owner can log in')
    for word in ("to the letter", "[issuer]", "organisation = 0192f0a0-0000-7000-8000-00000000f001", f"remove the data directory {tmp_path}/data"):
        assert word in line


@pytest.mark.parametrize("issuer", ["https://login.example/", "https://Login.example", "https://login.exampl"])
def test_a_login_by_an_issuer_that_the_configuration_has_not_to_the_letter_is_told_of(tmp_path, issuer):
    seed, issuers = a_house(issuer)
    by_it, nobody = warned(tmp_path, seed, issuers)
    assert by_it.startswith("organisations[0].persons[0].identities[0].issuer ") and f"({issuer})" in by_it and f"{tmp_path}/tryggd.ini" in by_it
    assert nobody.startswith('organisation "hus": no owner can log in')


def test_an_issuer_that_is_no_address_is_not_repeated(tmp_path):
    """It may have changed places with the subject."""
    seed, issuers = a_house("xqissuer", "https://login.example")
    by_it, _ = warned(tmp_path, seed, issuers)
    assert "xqissuer" not in by_it and "organisations[0].persons[0].identities[0].issuer " in by_it


def test_an_issuer_that_speaks_for_another_organisation_lets_nobody_in(tmp_path):
    seed, issuers = a_house()
    issuers["people"]["id"] = "0192f0a0-0000-7000-8000-00000000f002"
    by_it, nobody = warned(tmp_path, seed, issuers)
    assert "https://login.example" in by_it and "no owner can log in" in nobody


def test_an_issuer_is_told_of_once_and_an_organisation_for_itself(tmp_path):
    seed = world.seed()
    fjord, skog = seed["organisations"]
    for person in skog["persons"]:
        for identity in person["identities"]:
            identity["issuer"] += "/"
    by_it, nobody = warned(tmp_path, seed)
    assert by_it.startswith("organisations[1].persons[0].identities[0].issuer ")
    assert nobody.startswith(f'organisation "{skog["key"]}": ')


def test_a_warning_of_a_store_with_people_never_says_to_remove_it(fresh_files):
    seed, _ = a_house(issuer=None)
    seed["organisations"][0]["id"] = "0192f0a0-0000-7000-8000-0000000000aa"
    path = fresh_files.folder / "more.json"
    path.write_text(json.dumps(seed))
    done = run_tryggd("init", "--config", fresh_files.config, "--seed", path)
    assert done.returncode == 0 and "no owner can log in" in done.stderr
    assert f"put the data directory {fresh_files.data} back as it was" in done.stderr and "remove" not in done.stderr


def test_init_beside_a_store_whose_key_is_away_makes_no_other_key(fresh_files):
    away = fresh_files.folder / "away.key"
    fresh_files.master_key.rename(away)
    done = run_tryggd("init", "--config", fresh_files.config, "--seed", fresh_files.folder / "seed.json")
    assert done.returncode != 0
    assert not fresh_files.master_key.exists()


def test_init_with_a_bad_key_file_makes_no_store_and_goes_on_when_it_is_mended(tmp_path, built):
    files = Files(tmp_path)
    files.master_key.write_text("garbage\n")
    files.master_key.chmod(0o600)
    assert run_tryggd("issuer", "--config", files.config).returncode == 0
    (tmp_path / "seed.json").write_text(json.dumps(files.seed))
    init = ("init", "--config", files.config, "--seed", tmp_path / "seed.json")
    done = run_tryggd(*init)
    assert done.returncode == DATA and str(files.master_key) in done.stderr
    assert not (files.data / "trygg.db").exists()
    files.master_key.unlink()
    assert run_tryggd(*init).returncode == 0


def test_many_inits_at_once_leave_one_store_with_its_key(tmp_path, built):
    files = Files(tmp_path)
    assert run_tryggd("issuer", "--config", files.config).returncode == 0
    (tmp_path / "seed.json").write_text(json.dumps(files.seed))
    for _ in range(5):
        shutil.rmtree(files.data, ignore_errors=True)
        files.master_key.unlink(missing_ok=True)
        running = [subprocess.Popen([TRYGGD, "init", "--config", files.config, "--seed", tmp_path / "seed.json"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(4)]
        codes = [process.wait(60) for process in running]
        assert codes.count(0) == 1
        assert files.master_key.exists()
        assert run_tryggd("check-config", "--config", files.config).returncode == 0
