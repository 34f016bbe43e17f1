# SPDX-License-Identifier: EUPL-1.2
"""scripts/check-rooms must fail on each thing it is there for: every case plants one violation in a small clean tree."""
import pathlib
import subprocess

import pytest

CHECK = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check-rooms"
LICENCE = "/* SPDX-License-Identifier: EUPL-1.2 */\n"
OPENING = LICENCE + "/*\n * x.c: what it is for.\n * It may not do what it may not.\n * It always holds what always holds.\n */\n"


@pytest.fixture
def tree(tmp_path):
    """A house that is clean. write("server/base/x.c", body) adds or replaces a file."""
    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    write("server/storage/engine.c", OPENING + '#include <sqlite3.h>\n#include "base/id.h"\n#include "statements.gen.h"\n')
    write("server/main.c", OPENING + '#include "http/http.h"\n')
    write("scripts/x", "#!/bin/sh\n# SPDX-License-Identifier: EUPL-1.2\n")
    write.root = tmp_path
    return write


def check(tree):
    done = subprocess.run([CHECK, tree.root], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


def test_a_clean_tree_passes(tree):
    assert check(tree) == (0, "")


@pytest.mark.parametrize("name, text, finding", [
    ("server/base/x.c", OPENING + '#include "storage/storage.h"\n', "7: base/ may not include storage/storage.h"),
    ("server/policy/x.h", LICENCE + '#include "storage/storage.h"\n', "2: policy/ may not include storage/storage.h"),
    ("server/http/x.c", OPENING + '#include "domain/student.h"\n', "7: http/ may not include domain/student.h"),
    ("server/domain/x.c", OPENING + '#include "activity/append.h"\n', "7: domain/ may not include activity/append.h"),
    ("server/chores/x.c", OPENING + '#include "outbound/outbound.h"\n', "7: chores/ may not include outbound/outbound.h"),
    ("server/storage/x.c", OPENING + '  #  include "crypto/keyring.h"\n', "7: storage/ may not include crypto/keyring.h"),
    ("server/http/x.c", OPENING + '#include "statements.gen.h"\n', "7: http/ may not include statements.gen.h"),
    ("server/base/x.c", OPENING + '#include "id.h"\n', '7: "id.h" must be named with its room'),
    ("server/cellar/x.c", OPENING, "1: there is no room cellar"),
    ("server/base/x.c", OPENING + '#include <storage/storage.h>\n', "7: base/ may not include storage/storage.h"),
    ("server/http/x.c", OPENING + '#include <statements.gen.h>\n', "7: http/ may not include statements.gen.h"),
    ("server/domain/x.c", OPENING + '#include "storage/sqlite/writer.h"\n', "7: storage/sqlite/writer.h is private to storage/"),
    ("server/domain/x.c", OPENING + '#include <storage/sqlite/writer.h>\n', "7: storage/sqlite/writer.h is private to storage/"),
    ("server/main.c", OPENING + '#include "storage/sqlite/writer.h"\n', "7: storage/sqlite/writer.h is private to storage/"),
    ("server/domain/x.c", OPENING + '#include "base/../http/http.h"\n', '7: "base/../http/http.h" goes by a detour'),
    ("server/main.c", OPENING + '#include "./storage/sqlite/writer.h"\n', '7: "./storage/sqlite/writer.h" goes by a detour'),
    ("server/domain/x.c", OPENING + '#include "sqlite3.h"\n', '7: "sqlite3.h" belongs to server/storage/'),
    ("server/main.c", OPENING + '#include "sqlite3.h"\n', '7: "sqlite3.h" belongs to server/storage/'),
    ("server/domain/x.c", OPENING + '#include"/usr/include/sqlite3.h"\n', '7: "/usr/include/sqlite3.h" belongs to server/storage/'),
    ("server/api/x.c", OPENING + '#include "openssl/evp.h"\n', '7: "openssl/evp.h" belongs to server/auth/'),
    ("server/domain/x.c", OPENING + '#include/* */"sodium/utils.h"\n', '7: "sodium/utils.h" belongs to server/crypto/'),
    ("client-cli/x.c", OPENING + '#include <base/id.h>\n', "7: the client knows the daemon through HTTP"),
    ("client-cli/x.c", OPENING + '#include "base/buffer.h"\n', "7: the client knows the daemon through HTTP"),
    ("client-cli/x.c", OPENING + '#include "domain/log.h"\n', "7: the client knows the daemon through HTTP"),
    ("client-cli/x.c", OPENING + '#include "proof/line.h"\n', "7: the client knows the daemon through HTTP"),
    ("server/domain/x.c", OPENING + "#include <sqlite3.h>\n", "7: <sqlite3.h> belongs to server/storage/"),
    ("server/domain/x.c", OPENING + "#include <sodium.h>\n", "7: <sodium.h> belongs to server/crypto/"),
    ("server/crypto/x.c", OPENING + "#include <openssl/evp.h>\n", "7: <openssl/evp.h> belongs to server/auth/"),
    ("server/api/x.c", OPENING + "#include <microhttpd.h>\n", "7: <microhttpd.h> belongs to server/http/"),
    ("server/api/x.c", OPENING + "#include <gnutls/gnutls.h>\n", "7: <gnutls/gnutls.h> belongs to server/http/"),
    ("server/x.c", OPENING + "#include <gnutls/gnutls.h>\n", "7: <gnutls/gnutls.h> belongs to server/http/"),
    ("server/api/x.c", OPENING + "#include <curl/curl.h>\n", "7: <curl/curl.h> belongs to server/outbound/"),
    ("server/domain/x.c", OPENING + "#include <jansson.h>\n", "7: <jansson.h> belongs to"),
    ("server/storage/x.c", OPENING + 'const char *s = "select a from b";\n', "7: SQL stands in schema/"),
    ("server/domain/x.c", OPENING + 'const char *s = "DELETE "\n    "FROM b";\n', "7: SQL stands in schema/"),
    ("server/base/x.c", "/* no licence */\n" + OPENING[len(LICENCE):], "1: the licence line is missing"),
    ("scripts/y", "#!/bin/sh\n", "1: the licence line is missing"),
    ("server/base/x.c", LICENCE + "/* x.c: one line only */\n", "1: a .c opens with its licence"),
    ("server/base/x.c", OPENING + "int f(void)\n{\n" + "    ;\n" * 69 + "}\n", "8: a function of 71 lines; at most 70"),
    ("tests/unit/x.c", OPENING + "int f;\n" * 600, "600: 606 lines; a file has at most 600"),
    ("server/base/x.c", OPENING + "/* TO" + "DO: later */\n", "7: a word that promises later work"),
    ("scripts/y", "# SPDX-License-Identifier: EUPL-1.2\n# FIX" + "ME\n", "2: a word that promises later work"),
])
def test_a_planted_violation_is_found(tree, name, text, finding):
    tree(name, text)
    code, out = check(tree)
    assert code == 1
    assert f"{name}:{finding}" in out, out


@pytest.mark.parametrize("name, text", [
    ("server/call/x.c", OPENING + '#include "activity/append.h"\n#include "domain/student.h"\n'),
    ("server/domain/x.c", OPENING + '#include "activity/read.h"\n/* #include "http/http.h" */\n'),
    ("server/base/x.c", OPENING + '/* SELECT a FROM b */\nconst char *s = "the table is updated from here";\n'),
    ("tests/unit/x.c", OPENING + "#include <sqlite3.h>\n"),
    ("server/patient_handshake.c", OPENING + "#include <gnutls/gnutls.h>\n"),
    ("server/storage/x.c", OPENING + '#include <sqlite3.h>\n#include "storage/sqlite/writer.h"\n#include <sys/stat.h>\n'),
    ("client-cli/x.c", OPENING + '#include <curl/curl.h>\n#include <sys/stat.h>\n#include "verbs.h"\n#include "proof/bundle.h"\n'),
    ("server/base/x.c", OPENING + "int f(void)\n{\n" + "    ;\n" * 68 + "}\n"),
])
def test_what_is_allowed_is_not_found(tree, name, text):
    tree(name, text)
    assert check(tree) == (0, "")


def test_this_project_is_clean():
    done = subprocess.run([CHECK], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
