#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Kari's observation, as far as it goes now: a contact teacher registers a student, and nobody learns of it who should not.
# Rules by number are those of the policy table and of the activity log. See story.sh for what this needs in its environment.
# shellcheck source=tests/stories/story.sh
. "$(dirname "$0")/story.sh"

title "Kari's observation (as far as it goes now)"

school=$(id_of bjorkely)
class=$(id_of 7b)

scene "Kari, contact teacher at Bjørkely skole, has logged in with one factor. She sees who she is, but no students (L2, L3)."
as kari idporten-loa-substantial
ask 0 me
ask 4 students list
STRONG_ACR=$(sed -n 's/^ *wanted login: acr \([^ ]*\).*/\1/p' "$ERR")
holds "she is told which login is wanted: $STRONG_ACR" test -n "$STRONG_ACR"

scene "She logs in with two factors and registers Synnøve, who is new in class 7B (S1)."
as kari
ask 0 students create --school "$school" --group "$class" --given Synnøve --family Kvernberg
student=$(value Student)
holds "it was allowed because she is a contact teacher there" said "Ground S1.role.contactTeacher"

scene "She opens the card. Having registered Synnøve she is her contact teacher (S2)."
ask 0 students show "$student"
holds "the name is there" said "Name Synnøve Kvernberg"
holds "the class is there" said "Groups 7B"
holds "it was allowed because of the tie" said "Ground S2.tie.contactTeacher"

scene "Grete, the school leader, opens the same card (S2)."
as grete
ask 0 students show "$student"
holds "it was allowed because she is rektor there" said "Ground S2.role.rektor"

scene "Hanne, contact teacher of another class, has no tie to Synnøve. For her there is no such student (S2)."
as hanne
ask 6 students show "$student" --json
cp "$ERR" "$story_folder/unseen"
ask 6 students show "$(new_id)" --json
holds "byte for byte the answer for an id that never was" cmp -s "$ERR" "$story_folder/unseen"
ask 0 students list
holds "Synnøve is not in Hanne's list" said_not "$student"

scene "In Kari's list she is."
as kari
ask 0 students list
holds "Synnøve is in Kari's list" said "$student"
n_students=$(wc -l <"$OUT")

scene "The school leader of the neighbouring school cannot see her either (S2)."
as torbjorn
ask 6 students show "$student" --json
holds "again the same bytes" cmp -s "$ERR" "$story_folder/unseen"

scene "A guardian and a student have logged in strongly. There is no list for them (S3)."
as per
ask 5 students list
as emma
ask 5 students list

scene "The line breaks, and Kari's phone sends the same request once more. There is still one student (X1)."
as kari
key=$(new_id)
ask 0 students create --school "$school" --group "$class" --given Ragnhild --family Kvernberg --idempotency-key "$key"
ragnhild=$(value Student)
ask 0 students create --school "$school" --group "$class" --given Ragnhild --family Kvernberg --idempotency-key "$key"
holds "it is the same student" test "$(value Student)" = "$ragnhild"
ask 0 students list
holds "the list has grown by one" test "$(wc -l <"$OUT")" -eq $((n_students + 1))
ask 3 students create --school "$school" --group "$class" --given Ragnhild --family Annen --idempotency-key "$key"
holds "another request under the same key is refused" said "The key belongs to another call"

scene "Someone steals the files. What do they read (C1)?"
holds "the school's name, which is no secret: so these are the right files" in_store "Bjørkely skole"
for name in Synnøve Ragnhild Kvernberg Nordvik Haugland Eikeland 01010001176; do
    holds "not $name" not_in_store "$name"
done

scene "What the log knows of Synnøve: who, what, on which ground; no name (V4)."
log() {
    hex=$(printf '%s' "$student" | tr -d - | tr a-f A-F)
    sqlite3 -readonly -separator '  ' -cmd '.timeout 5000' "$TRYGG_DATA/trygg.db" \
        "SELECT operation, outcome, ground, count(*) FROM activity WHERE hex(object_id) = '$hex' GROUP BY 1, 2, 3 ORDER BY min(at)"
}
if command -v sqlite3 >/dev/null; then
    log >"$OUT" 2>"$ERR" || fail "the log can be read"
    sed 's/^/     /' "$OUT"
    holds "that Kari registered her" said "createStudent allowed S1.role.contactTeacher 1"
    holds "that Kari read the card" said "getStudent allowed S2.tie.contactTeacher 1"
    holds "that Grete read it" said "getStudent allowed S2.role.rektor 1"
    holds "that two were refused" said "getStudent refused S2.unseen 2"
else
    left_out "sqlite3 is not installed, so the rows of the log are not counted here"
fi

the_end "Kari's observation"
