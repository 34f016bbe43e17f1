# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=sh
# What the stories are told with. Every step is shown and checked; the first that is not as it must be ends the story with exit code 1.
#
# A story needs in its environment:
#   TRYGG_SERVER         the daemon's address
#   TRYGG_TOKEN_COMMAND  a command line that prints a token, to which "--subject NAME --acr ACR" is added:
#                        tryggd token --config FILE
#   TRYGG_IDS            the file of ids that `tryggd init --ids FILE` wrote
#   TRYGG_DATA           the data directory, to look at the store from outside
#   TRYGG, TRYGGD        the client and the daemon; those on the PATH when they are not set
# A story whose house is stopped, copied and damaged makes one of its own: own_house.

set -eu
: "${TRYGG_SERVER:?}" "${TRYGG_TOKEN_COMMAND:?}" "${TRYGG_IDS:?}" "${TRYGG_DATA:?}"
export TRYGG_SERVER
server=$TRYGG_SERVER
TRYGG=${TRYGG:-trygg}
TRYGGD=${TRYGGD:-$(command -v tryggd || :)}

# The story reads the client's output, so it fixes its language; and no token or profile of the caller's own may speak for anyone in it.
export LC_ALL=C.UTF-8
unset TRYGG_TOKEN TRYGG_TOKEN_FILE TRYGG_PROFILE
export TRYGG_CONFIG=/dev/null

house=
story_folder=$(mktemp -d)
trap 'leave' EXIT
OUT=$story_folder/out
ERR=$story_folder/err
: >"$OUT"
: >"$ERR"

if [ -t 1 ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m') green=$(printf '\033[32m') red=$(printf '\033[31m') plain=$(printf '\033[0m')
else
    bold='' dim='' green='' red='' plain=''
fi
scenes=0
checks=0

leave() {
    [ -z "$house" ] || (close_house) || :
    rm -rf "$story_folder"
}

# house_does VERB [ARGUMENT...]: what scripts/lib.sh does with a demo house, with the story's own.
house_does() {
    verb=$1
    shift
    bash -euc '. "$1"; shift; "$@"' bash "$(dirname "$0")/../../scripts/lib.sh" "demo_$verb" "$house" "$(dirname "$TRYGGD")" "$@" || fail "demo_$verb"
}

# own_house: a house like the demo's, in the folder "house" of the story's own, closed as yet. All that follows happens there.
own_house() {
    house=$story_folder/house
    house_does make 127.0.0.1:0
    TRYGG_TOKEN_COMMAND="'$TRYGGD' token --config '$house/tryggd.ini'"
    TRYGG_IDS=$house/ids.json
    TRYGG_DATA=$house/data
}

open_house() {
    house_does start
    server=$(cat "$house/url")
}

close_house() {
    house_does stop
}

title() {
    printf '\n%s%s%s\n' "$bold" "$1" "$plain"
}

# scene SENTENCE: what happens next, as people would say it.
scene() {
    scenes=$((scenes + 1))
    printf '\n%s%d. %s%s\n' "$bold" "$scenes" "$1" "$plain"
}

fail() {
    {
        printf '   %sNOT AS IT MUST BE: %s%s\n' "$red" "$1" "$plain"
        printf 'the story ends here; the last command said:\n'
        cat "$OUT" "$ERR"
    } >&2
    exit 1
}

# holds SENTENCE COMMAND...: the sentence is true if the command succeeds.
holds() {
    sentence=$1
    shift
    "$@" || fail "$sentence"
    checks=$((checks + 1))
    printf '   %s✓ %s%s\n' "$green" "$sentence" "$plain"
}

# id_of KEY: the id that the seed's key got.
id_of() {
    id=$(sed -n "s/.*\"$1\": *\"\([0-9a-f-]\{36\}\)\".*/\1/p" "$TRYGG_IDS")
    [ "${#id}" -eq 36 ] || fail "$1 has one id in TRYGG_IDS"
    printf '%s\n' "$id"
}

# new_id: an id that never was anyone's.
new_id() {
    cat /proc/sys/kernel/random/uuid
}

# as NAME [ACR]: from now on this person calls, with that kind of login; the strong one that the daemon asked for when none is named.
as() {
    TRYGG_TOKEN=$(sh -c "$TRYGG_TOKEN_COMMAND \"\$@\"" token --subject "$1" --acr "${2:-$STRONG_ACR}") || fail "$1 gets a token"
    TRYGG_SERVER=$server
    export TRYGG_TOKEN TRYGG_SERVER
    who=$1
}

# as_client NAME SCOPE: from now on a program calls, on nobody's behalf.
as_client() {
    TRYGG_TOKEN=$(sh -c "$TRYGG_TOKEN_COMMAND \"\$@\"" token --subject "$1" --client "$1" --scope "$2") || fail "$1 gets a token"
    TRYGG_SERVER=$server
    export TRYGG_TOKEN TRYGG_SERVER
    who=$1
}

# as_anyone NAME: from now on somebody acts who has no login, and whose client knows no server.
as_anyone() {
    unset TRYGG_TOKEN TRYGG_SERVER
    who=$1
}

# Ids, keys and what else is long end in what tells them apart; the story's own files need no folder.
shorten() {
    sed -e 's/[0-9a-f]\{8\}-[0-9a-f-]\{23\}\([0-9a-f]\{4\}\)/…\1/g' -e "s|$story_folder/||g" | shorten_codes
}

shorten_codes() {
    sed -e 's|\(+[0-9a-f]\{8\}+\)[A-Za-z0-9+/]\{40\}\([A-Za-z0-9+/]\{4\}\)|\1…\2|g' -e 's|[A-Za-z0-9_+/-]\{56,\}\([A-Za-z0-9_+/=-]\{4\}\)|…\1|g'
}

# The same for an answer: an id, and the room that its column has for it, are cut to the width of the longest header of such a column.
shorten_columns() {
    sed -e 's/[0-9a-f]\{8\}-[0-9a-f-]\{23\}\([0-9a-f]\{4\}[+:.,]\)/…\1/g' -e 's/[0-9a-f]\{8\}-[0-9a-f-]\{23\}\([0-9a-f]\{4\}\)/…\1      /g' -e 's/ \{25\}\( \{2,\}\)/\1/g' -e 's/ *$//' -e "s|$story_folder/||g" | shorten_codes
}

# file NAME: makes a file of what stands on standard input, and shows it.
file() {
    cat >"$story_folder/$1"
    printf '   %sthe file %s:%s\n' "$dim" "$1" "$plain"
    shorten <"$story_folder/$1" | sed 's/^/     /'
}

# as_typed ARGUMENT...: what a person would type.
as_typed() {
    for argument in "$@"; do
        case $argument in
        *' '*) printf " '%s'" "$argument" ;;
        *) printf ' %s' "$argument" ;;
        esac
    done | shorten
}

# ask CODE ARGUMENT...: the client is called and ends with that exit code; $OUT and $ERR hold what it said.
ask() {
    run trygg "$TRYGG" "$@"
}

# operate CODE ARGUMENT...: the same for the daemon's commands, which whoever runs it gives on its machine.
operate() {
    who=operator
    run tryggd "$TRYGGD" "$@"
}

# run NAME PROGRAM CODE ARGUMENT...
run() {
    name=$1
    program=$2
    wanted=$3
    shift 3
    printf '   %s%s$ %s%s%s\n' "$dim" "$who" "$name" "$(as_typed "$@")" "$plain"
    code=0
    "$program" "$@" >"$OUT" 2>"$ERR" || code=$?
    cat "$OUT" "$ERR" | shorten_columns | sed 's/./     &/'
    [ "$code" -eq "$wanted" ] || fail "exit code $wanted was expected, not $code"
    checks=$((checks + 1))
}

# said TEXT: the last command said it. A line's columns may stand any number of spaces apart.
said() {
    cat "$OUT" "$ERR" | tr -s ' ' | grep -qF -- "$1"
}

said_not() {
    ! said "$1"
}

# value LABEL: what stands after the label in the last answer.
value() {
    sed -n "s/^$1  *//p" "$OUT"
}

# id_in_row TEXT: the first id in the row of the last answer in which the text stands.
id_in_row() {
    id=$(tr -s ' ' <"$OUT" | grep -F -- "$1" | grep -o '[0-9a-f]\{8\}-[0-9a-f-]\{27\}' | head -n 1)
    [ -n "$id" ] || fail "a row with $1 has an id"
    printf '%s\n' "$id"
}

# in_store TEXT: the text stands in any file of the data directory as it is.
in_store() {
    grep -raqF -- "$1" "$TRYGG_DATA"
}

not_in_store() {
    ! in_store "$1"
}

the_end() {
    printf '\n%s%s: %d scenes, %d checks, all as they must be.%s\n' "$bold" "$1" "$scenes" "$checks" "$plain"
}
