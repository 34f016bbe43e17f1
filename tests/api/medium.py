# SPDX-License-Identifier: EUPL-1.2
"""A medium that fails on demand under a running daemon: the failing calls come from tests/faults/preload.c. Import both fixtures."""
import pytest

from daemon import BUILD, sanitized

SHIM = BUILD / "tests" / "libfault_preload.so"
EXIT_COMMIT_UNKNOWN = 75


@pytest.fixture
def fault(tmp_path):
    """A file: "sync" or "write", and "trygg" or "keys", make the log of that database fail so."""
    if sanitized():
        pytest.skip("a sanitizer's runtime must be loaded first: the same faults are injected below the store in tests/faults")
    assert SHIM.exists(), f"{SHIM} is not built"
    fault = tmp_path / "fault"
    arm(fault, "")
    return fault


def arm(fault, what):
    """In one step: no moment without a fault between two."""
    new = fault.with_suffix(".new")
    new.write_text(what)
    new.replace(fault)


def shimmed(fault):
    return {"LD_PRELOAD": str(SHIM), "TRYGG_FAULT": str(fault)}


@pytest.fixture
def medium(fresh_daemon, fault):
    return fresh_daemon(env=shimmed(fault)), fault


def assert_it_ends(daemon):
    assert daemon.process.wait(timeout=20) == EXIT_COMMIT_UNKNOWN, "the process goes on after an unknown commit"
    daemon.process.stdout.close()
