# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash disable=SC2034
# What scripts/run, scripts/test and .ci/run share: packages, building, and a demo house with its daemon. Sourced, never run.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cores=$(nproc)
runs_of_http=$((cores + 1))

# What a build needs, what a run needs besides, what the tests and the bench need besides, and what the slower checks of CI need besides.
# libcurl comes in the flavour that libulfius-dev depends on.
build_packages=(cmake gcc libc6-dev ninja-build pkg-config python3 python3-yaml libcmocka-dev libcurl4-gnutls-dev
    libgnutls28-dev libinih-dev libjansson-dev libjwt-dev libmagic-dev libmicrohttpd-dev libsodium-dev libsqlite3-dev libssl-dev libulfius-dev libutf8proc-dev nettle-dev tzdata)
run_packages=(ca-certificates curl)
test_packages=(curl python3-cryptography python3-jsonschema python3-jwt python3-pytest python3-requests zsh)
bench_packages=(wrk)
ci_packages=(clang clang-format clang-tidy git groff-base libclang-rt-14-dev llvm man-db mandoc shellcheck strace systemd systemd-container)

say() {
    printf '\n== %s\n' "$*"
}

give_up() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        give_up "packages are missing and this user is neither root nor has sudo: apt-get install $*"
    fi
}

# need PACKAGE...: installs exactly those that are not there. When none is missing it asks dpkg once and does nothing.
need() {
    local missing=() package have
    have=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | awk '$2 == "installed" {print $1}')
    for package in "$@"; do
        grep -qxF "$package" <<<"$have" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${#missing[@]} Debian packages: ${missing[*]}"
    as_root apt-get -q -o DPkg::Lock::Timeout=300 update >/dev/null || give_up "apt-get update failed"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
        install --no-install-recommends "${missing[@]}" >/dev/null || give_up "apt-get install failed"
}

# build PRESET [TARGET]: configures once, then builds what changed. Its output is shown only when it fails.
build() {
    local preset=$1 target=${2:-all} folder=$top/build/$1
    local log=$folder/build.log
    mkdir -p "$folder"
    say "building ($preset)"
    if ! { { [ -e "$folder/build.ninja" ] || (cd "$top" && cmake --preset "$preset"); } && cmake --build "$folder" -j "$cores" --target "$target"; } \
        >"$log" 2>&1; then
        grep -E -A12 'FAILED|error|Error|undefined' "$log" | head -n 80
        give_up "the build failed; all of it stands in $log"
    fi
}

# ---- A demo house: configuration, local issuer, keys, seeded store, daemon ------------------------------------------------------

# demo_make FOLDER BUILD LISTEN: a fresh one. The organisation and issuer are those of scripts/demo/school.json.
demo_make() {
    local folder=$1 tryggd=$2/tryggd
    rm -rf "$folder"
    mkdir -p "$folder"
    cat >"$folder/tryggd.ini" <<END
# The demo: made anew by scripts/run. docs/operations.md explains each setting.
[server]
listen = $3
metrics_listen = 127.0.0.1:0
data_directory = data
time_zone = Europe/Oslo
log_level = info

[local-issuer]
key_file = issuer.pem
jwks_file = issuer.jwks

[issuer "local"]
issuer = https://local.trygg.example
audience = https://trygg.example
jwks_file = issuer.jwks
organisation = 0192f000-0000-7000-8000-000000000001
strong_acr = idporten-loa-high
scopes = trygg:read trygg:write provision changes witness
END
    "$tryggd" issuer --config "$folder/tryggd.ini" >/dev/null &&
        "$tryggd" init --config "$folder/tryggd.ini" --seed "$top/scripts/demo/school.json" --ids "$folder/ids.json"
}

# demo_start FOLDER BUILD: leaves its process id in FOLDER/tryggd.pid, its address in FOLDER/url and that of its figures in FOLDER/metrics.
demo_start() {
    local folder=$1 tryggd=$2/tryggd tries
    : >"$folder/tryggd.out"
    setsid "$tryggd" serve --config "$folder/tryggd.ini" >"$folder/tryggd.out" 2>"$folder/tryggd.log" </dev/null &
    echo $! >"$folder/tryggd.pid"
    for tries in $(seq 300); do
        sed -n 's/^listening on //p' "$folder/tryggd.out" >"$folder/url"
        if [ -s "$folder/url" ] && ready "$(cat "$folder/url")"; then
            sed -n 's|.* event=metrics port=|http://127.0.0.1:|p' "$folder/tryggd.log" >"$folder/metrics"
            return 0
        fi
        kill -0 "$(cat "$folder/tryggd.pid")" 2>/dev/null || break
        sleep 0.1
    done
    printf 'tryggd did not become ready (try %s):\n' "$tries" >&2
    tail -n 20 "$folder/tryggd.log" >&2
    return 1
}

# demo_profiles FOLDER BUILD: FOLDER/trygg.ini, a profile of the client for each login of scripts/demo/school.json, for jorunn, whom
# the story brings in, for the registry's program, and for one that follows the logs.
demo_profiles() {
    local folder=$1 token subject
    token="'$2/tryggd' token --config '$1/tryggd.ini'"
    {
        echo "# The demo's people as profiles of the client: trygg --profile kari students list. Made anew by scripts/run."
        for subject in $(sed -n 's/.*"subject": "\([a-z]*\)".*/\1/p' "$top/scripts/demo/school.json") jorunn; do
            printf '\n[%s]\nserver = %s\ntoken_command = %s --subject %s --acr idporten-loa-high\n' \
                "$subject" "$(cat "$folder/url")" "$token" "$subject"
        done
        printf '\n# Kari, logged in with one factor.\n[kari-one-factor]\nserver = %s\ntoken_command = %s --subject kari --acr idporten-loa-substantial\n' \
            "$(cat "$folder/url")" "$token"
        printf '\n# A program that brings the registry in, on behalf of nobody.\n[register]\nserver = %s\ntoken_command = %s %s\n' \
            "$(cat "$folder/url")" "$token" "--subject register --client register --scope provision"
        printf '\n# A program of somebody else, who sees to it that the logs only grow, and reads no row of them.\n[witness]\nserver = %s\ntoken_command = %s %s\n' \
            "$(cat "$folder/url")" "$token" "--subject witness --client witness --scope witness"
    } >"$folder/trygg.ini"
    chmod 600 "$folder/trygg.ini"
}

# ready URL: /health/ready answers 200. Debian's python is there for the build anyway.
ready() {
    /usr/bin/python3 -c 'import sys, urllib.request as u
u.build_opener(u.ProxyHandler({})).open(sys.argv[1] + "/health/ready", timeout=10)' "$1" 2>/dev/null
}

# demo_pid FOLDER: the process id, if that process is still the tryggd of this folder.
demo_pid() {
    local pid
    pid=$(cat "$1/tryggd.pid" 2>/dev/null) || return 1
    case $({ tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null) in
    *"/tryggd serve --config $1/tryggd.ini "*) printf '%s\n' "$pid" ;;
    *) return 1 ;;
    esac
}

demo_stop() {
    local pid tries
    pid=$(demo_pid "$1") || return 0
    kill -TERM "$pid"
    for tries in $(seq 150); do
        demo_pid "$1" >/dev/null || return 0
        sleep 0.1
    done
    printf 'tryggd (process %s) did not stop within 15 seconds (%s tries)\n' "$pid" "$tries" >&2
    return 1
}

# story FILE FOLDER BUILD: plays it against the daemon of that folder.
story() {
    TRYGG_SERVER=$(cat "$2/url") TRYGG_TOKEN_COMMAND="'$3/tryggd' token --config '$2/tryggd.ini'" \
        TRYGG_IDS=$2/ids.json TRYGG_DATA=$2/data TRYGG=$3/client-cli/trygg TRYGGD=$3/tryggd NO_PROXY=127.0.0.1 sh "$1"
}

# ---- Suites ---------------------------------------------------------------------------------------------------------------------

# unit_tests BUILD REPORT [CTEST ARGUMENT…]
unit_tests() {
    local folder=$1 report=$2
    shift 2
    ctest --test-dir "$folder" -j "$cores" --timeout 600 --output-on-failure --output-junit "$report" "$@" 2>&1 | tail -n 60
    return "${PIPESTATUS[0]}"
}

# pytest_run REPORT ARGUMENT…: the arguments name the files, too. What pytest compiles, every run after the first takes from there. A share of
# nothing is no failure.
pytest_run() {
    local report=$1 code=0
    shift
    (cd "$top" && PYTHONPYCACHEPREFIX="$top/build/python" NO_PROXY=127.0.0.1 /usr/bin/python3 -m pytest -q -rs -p no:cacheprovider --tb=short \
        --junitxml="$report" "$@") || code=$?
    [ "$code" = 0 ] || [ "$code" = 5 ]
}

# http_tests REPORT [PYTEST ARGUMENT…]: with TRYGG_BUILD in the environment. The files are shared out among one run more than there are
# cores: some wait for the disk, or for a daemon that ends. REPORT.xml has REPORT-1.xml … beside it. A last run has what measures
# time, alone; without arguments, and unless TRYGG_WHOLE=0 (a build that leaves some tests out), it also asks whether every answer of the
# contract was met by one of them.
http_tests() {
    local report=${1%.xml} whole=0 failed=0 share met
    local runs=()
    shift
    [ $# -gt 0 ] || whole=${TRYGG_WHOLE:-1}
    met=$(mktemp -d)
    for share in $(seq 2 "$runs_of_http"); do
        TRYGG_WHOLE=0 TRYGG_MET=$met TRYGG_SHARE=$share/$runs_of_http pytest_run "$report-$share.xml" "$@" tests/api >"$report-$share.log" 2>&1 &
        runs+=($!)
    done
    TRYGG_WHOLE=0 TRYGG_MET=$met TRYGG_SHARE=1/$runs_of_http pytest_run "$report-1.xml" "$@" tests/api || failed=1
    for share in "${!runs[@]}"; do
        wait "${runs[$share]}" || failed=1
        cat "$report-$((share + 2)).log"
    done
    TRYGG_WHOLE=$whole TRYGG_MET=$met TRYGG_SHARE=alone pytest_run "$report-last.xml" "$@" tests/api || failed=1
    rm -rf "$met"
    return "$failed"
}
