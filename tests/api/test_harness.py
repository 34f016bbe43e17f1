# SPDX-License-Identifier: EUPL-1.2
"""The harness must be able to fail: what it looks for at the end of every test is planted here."""
import os
import pathlib
import subprocess
import sys

import pytest

import contract_model
from daemon import BUILD


@pytest.fixture
def stopped(fresh_daemon):
    daemon = fresh_daemon()
    assert daemon.create_student("kari").status_code == 201
    daemon.stop()
    before = daemon.logs[0].read_text()
    yield daemon
    daemon.logs[0].write_text(before)


@pytest.mark.parametrize("plant", [
    lambda files: next(iter(files.written)),
    lambda files: files.seed["organisations"][0]["persons"][3]["familyName"],
    lambda files: files.seed["organisations"][0]["students"][0]["civicNumber"],
    lambda files: files.tokens[0],
    lambda files: files.tokens[0].split(".")[1],
    lambda files: files.master_key.read_text().strip(),
    lambda files: files.key_file.read_text().splitlines()[1],
    lambda files: "==1==ERROR: AddressSanitizer: heap-use-after-free",
    lambda files: "x.c:1:2: runtime error: signed integer overflow",
    lambda files: "WARNING: ThreadSanitizer: data race",
])
def test_what_must_not_stand_in_a_log_is_found(stopped, plant):
    stopped.check_log()
    with stopped.logs[0].open("a") as log:
        log.write(f"time=x event=y value={plant(stopped.files)}\n")
    with pytest.raises(AssertionError):
        stopped.check_log()


def test_an_exit_code_that_is_not_0_is_found(fresh_daemon):
    daemon = fresh_daemon()
    daemon.process.kill()
    daemon.process.wait(30)
    with pytest.raises(AssertionError):
        daemon.stop()


def test_an_answer_that_is_not_in_the_contract_is_found(daemon):
    answer = daemon.get("/v1/me", "kari")
    for status, body in ((201, answer.content), (200, b"{}"), (200, answer.content[:-1] + b',"more":1}')):
        with pytest.raises(AssertionError):
            contract_model.check_answer("GET", "/v1/me", status, dict(answer.headers), body)


@pytest.mark.parametrize("variables, code, told", [({}, 0, "skipped"), ({"TRYGG_ALL_CHECKED": "1"}, 1, "failed")])
def test_what_a_machine_lacks_is_skipped_and_in_ci_a_failure(variables, code, told):
    env = {name: value for name, value in os.environ.items() if not name.startswith("TRYGG_")} | {"TRYGG_BUILD": str(BUILD), "PATH": "", **variables}
    done = subprocess.run([sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "mandoc", "test_manual.py"],
                          cwd=pathlib.Path(__file__).parent, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == code and f" {told}" in done.stdout, done.stdout
