#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The log proves itself: a school leader takes a proof of what the log says, somebody who trusts neither the school nor its supplier
# verifies it without asking anyone, a changed byte in the files is found, and a witness notices that a day was taken out of the log.
# Rules by number are those of the policy table and of the activity log; docs/log.md explains checkpoints, proofs and witnesses.
# See story.sh for what this needs in its environment; the house that is damaged here is the story's own.
# shellcheck source=tests/stories/story.sh
. "$(dirname "$0")/story.sh"

STRONG_ACR=idporten-loa-high
archive=archive.example/witness

# row_of TEXT: what names the newest row that has this text, in a list with --ids: it stands two lines further down.
row_of() {
    tr -s ' ' <"$OUT" | grep -F -A2 -- "$1" | sed -n '3s/ *//p'
}

# changed NAME WHAT EXPRESSION: a copy of Hanne's proof under that name, edited.
changed() {
    sed "$3" "$story_folder/hanne.tlog-proof" >"$story_folder/$1"
    ! cmp -s "$story_folder/hanne.tlog-proof" "$story_folder/$1" || fail "$1 is edited"
    printf '   %s%s: the same file, %s%s\n' "$dim" "$1" "$2" "$plain"
}

# hex_edit FILE OLD NEW: the bytes OLD, which stand in the file once, are overwritten with as many.
hex_edit() {
    place=$(LC_ALL=C grep -abo -- "$2" "$1" | cut -d: -f1)
    [ "$(printf '%s\n' "$place" | grep -c .)" -eq 1 ] || fail "$2 stands in the file once"
    printf %s "$3" | dd of="$1" bs=1 seek="$place" conv=notrunc status=none
    printf '   %sat byte %s of %s: %s is now %s%s\n' "$dim" "$place" "$(basename "$1")" "$2" "$3" "$plain"
}

# follow CODE: the archive's witness comes by, as it does every five minutes.
follow() {
    as_client archive witness
    ask "$1" witness --state "$story_folder/state.json" --log-key "$key" --key "$story_folder/archive.key" --name "$archive" "$school"
}

# prove TEXT FILE: Grete takes the proof of the newest row that has this text.
prove() {
    as grete
    ask 0 activity school "$school" --student "$amina" --ids
    ask 0 logs proof "$(row_of "$1")" --output "$story_folder/$2"
}

title "The log proves itself"

scene "A new house is made. A key of their own signs its logs. Vigdis, the data protection officer, writes down what verifies them (V3)."
own_house
school=$(id_of bjorkely)
amina=$(id_of student-amina)
hanne=$(id_of hanne)
operate 0 log-key show --config "$house/tryggd.ini"
holds "each school has a log, and what belongs to no school has one" test "$(wc -l <"$OUT")" -eq 3
key=$(grep -o "trygg/$school+.*" "$OUT")
other_key=$(grep -o "trygg/$(id_of elvebakken)+.*" "$OUT")

scene "The county's archive, which takes no orders from the municipality, is to be its witness. It makes a key; the municipality names it."
as_anyone archive
ask 0 witness key --create "$story_folder/archive.key" --name "$archive"
witness_key=$(cat "$OUT")
file witnesses <<END
[log]
witnesses = $witness_key
END
cat "$story_folder/witnesses" >>"$house/tryggd.ini"
open_house

scene "Kari opens Amina's card. Hanne, who has no tie to Amina, tries to (S2)."
as kari
ask 0 students show "$amina"
as hanne
ask 6 students show "$amina"

scene "Grete, the school leader, sees both in the log, and takes a proof of Hanne's try with her: a file (V1)."
prove "person $hanne getStudent refused" hanne.tlog-proof
as kari
ask 6 logs checkpoint "$school"
holds "for Kari there is no such log" said "Not found"

scene "Amina's parents have a lawyer, who knows nobody here. She has Grete's file and the key that Vigdis wrote down, no login and no server (V3)."
as_anyone lawyer
ask 0 verify "$story_folder/hanne.tlog-proof" --key "$key"
holds "it is proven" said "Proven: this row stood in the log trygg/$school"
holds "that it was Hanne" said "Who person $hanne"
holds "that it was Amina's card" said "Student $amina"
holds "that she was refused" said "Outcome refused"
holds "no name is there, nor what the card says" said_not Amina

scene "Somebody would rather have had it otherwise. No other row, no other place and no other log is proven by this file."
changed another-row "some letters of the row edited" '2s/.\{8\}\(.\{8\}\)$/AAAAAAAA\1/'
ask 1 verify "$story_folder/another-row" --key "$key"
changed another-place "at place 0" '3s/.*/index 0/'
ask 1 verify "$story_folder/another-place" --key "$key"
changed another-signature "some letters of the signature edited" "\$s/.\{8\}\$/AAAAAAA=/"
ask 1 verify "$story_folder/another-signature" --key "$key"
ask 1 verify "$story_folder/hanne.tlog-proof" --key "$other_key"

scene "The archive's witness comes by for the first time. It sees hashes and how many rows there are, and no row (V1)."
follow 0
holds "it remembers the log from now on" said "never seen before"
ask 6 activity school "$school"
follow 0
holds "the next time nothing is wrong, so it says nothing" test ! -s "$OUT" -a ! -s "$ERR"

scene "At night the service is stopped for a moment, and its files are copied, as every night. The copy is checked (V3)."
close_house
cp -a "$house/data" "$house/night"
export TRYGGD_DATA_DIRECTORY=night
operate 0 fsck --config "$house/tryggd.ini"

scene "On another copy somebody changes one byte of Hanne's row with a hex editor."
cp -a "$house/night" "$house/edited"
hex_edit "$house/edited/trygg.db" refusedS2.unseen refusedS3.unseen
export TRYGGD_DATA_DIRECTORY=edited
operate 1 fsck --config "$house/tryggd.ini"
holds "the check says in whose log, and where" said "activity of $school, rows 0 to"
holds "and that the store is damaged" said "THE STORE IS DAMAGED"
unset TRYGGD_DATA_DIRECTORY

scene "The next day Hanne tries again. The witness comes by, and Grete takes a proof of this, too."
open_house
as hanne
ask 6 students show "$amina"
as grete
ask 0 logs sign "$school"
follow 0
prove "person $hanne getStudent refused" second.tlog-proof
as_anyone lawyer
ask 0 verify "$story_folder/second.tlog-proof" --key "$key" --witness "$witness_key" --max-age 1h
holds "the archive has cosigned it, less than an hour ago" said "Cosigned by $archive"

scene "In the evening somebody puts the files of the night back. In the log of now, Hanne's second try has never been."
close_house
mv "$house/data" "$house/day"
cp -a "$house/night" "$house/data"
operate 0 fsck --config "$house/tryggd.ini"
open_house
as grete
ask 0 activity school "$school" --student "$amina" --operation getStudent --outcome refused
holds "one try is left" test "$(grep -c 'S2.unseen' "$OUT")" -eq 1

scene "From the inside nothing shows that. The witness comes by, and refuses to go along (V3)."
follow 10
holds "it keeps the evidence, two checkpoints signed by the log itself" test "$(find "$story_folder" -name 'state.json.*.note' | wc -l)" -eq 2
follow 10

scene "And what Grete took with her still holds: nobody can say that the second try never was."
as_anyone lawyer
ask 0 verify "$story_folder/second.tlog-proof" --key "$key" --witness "$witness_key"

the_end "The log proves itself"
