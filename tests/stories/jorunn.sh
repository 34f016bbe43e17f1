#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Jorunn comes to the school: a contact teacher registers a pupil and puts right what she wrote, the municipality's register brings in a new
# assistant, who is let in step by step, and the school leader reads in the log who did what. Nobody learns what they should not.
# Rules by number are those of the policy table and of the activity log. See story.sh for what this needs in its environment.
# shellcheck source=tests/stories/story.sh
. "$(dirname "$0")/story.sh"

title "Jorunn comes to the school"

STRONG_ACR=idporten-loa-high
school=$(id_of bjorkely)
class=$(id_of 7b)

scene "Kari, contact teacher at Bjørkely skole, registers a pupil. The line breaks, and her phone sends it once more: there is one pupil (S1, X1)."
as kari
ask 0 students list
n_students=$(wc -l <"$OUT")
key=$(new_id)
ask 0 students create --school "$school" --group "$class" --given Ragnhil --family Kvernberg --idempotency-key "$key"
ragnhild=$(value Student)
ask 0 students create --school "$school" --group "$class" --given Ragnhil --family Kvernberg --idempotency-key "$key"
holds "it is the same student" test "$(value Student)" = "$ragnhild"
ask 0 students list
holds "the list has grown by one" test "$(wc -l <"$OUT")" -eq $((n_students + 1))
ask 3 students create --school "$school" --group "$class" --given Ragnhil --family Annen --idempotency-key "$key"
holds "another request under the same key is refused" said "The key belongs to another call"

scene "In a hurry Kari has left out a letter: it is Ragnhild. She reads the card, and changes the version that she has read (S4, X2)."
ask 0 students show "$ragnhild"
read_version=$(value Version)
ask 0 students change "$ragnhild" --version "$read_version" --given Ragnhild
holds "the card has a new version" test "$(value Version)" -eq $((read_version + 1))
holds "it was allowed because of the tie" said "Ground S4.tie.contactTeacher"

scene "Grete, the school leader, has the card of before that on her screen and sends a change of her own. It is refused: she has not seen Kari's (X2)."
as grete
ask 7 students change "$ragnhild" --version "$read_version" --given Ragna
ask 0 students show "$ragnhild"
holds "what Kari wrote stands" said "Name Ragnhild Kvernberg"

scene "Kari searches by beginnings of names, in any order and any case. What she looks for stands in no address (S3)."
as kari
ask 0 students search --name "kvern ragn"
holds "one is found, and she sees her" said "Found 1"
holds "it is Ragnhild" said "Kvernberg Ragnhild"
as hanne
ask 0 students search --name "kvern ragn"
holds "the same search finds nobody for Hanne, who has another class" said "Found 0"

scene "A guardian and a student have logged in strongly. There is no list for them (S3)."
as per
ask 5 students list
as emma
ask 5 students list

scene "The municipality's register brings in Jorunn, a new assistant: who she is, how she logs in, where she works. It sends twice (M1)."
file persons.json <<END
[{"externalId": {"system": "register", "id": "P-1017"}, "givenName": "Jorunn", "familyName": "Sætre", "securityMarking": "Ingen"}]
END
file identities.json <<END
[{"externalId": {"system": "register", "id": "L-1017"}, "person": {"system": "register", "id": "P-1017"},
  "issuer": "https://local.trygg.example", "subject": "jorunn"}]
END
file memberships.json <<END
[{"externalId": {"system": "register", "id": "M-1017"}, "person": {"system": "register", "id": "P-1017"},
  "schoolId": "$school", "role": "staff"}]
END
as_client register provision
for kind in persons identities memberships; do
    ask 0 provision "$kind" "$story_folder/$kind.json"
    holds "it is new" said "1 of 1 items sent: 1 created"
    ask 0 provision "$kind" "$story_folder/$kind.json"
    holds "the second time nothing changes" said "0 created, 0 changed, 1 unchanged"
done
ask 5 students list
holds "the register brings data in, and sees no student" said "Not allowed"

scene "Jorunn logs in. She belongs to the school, but to no student yet: she sees nobody (S2, S3)."
as jorunn
ask 0 me
holds "she is staff at Bjørkely" said "staff Bjørkely skole"
ask 0 students list
holds "her list is empty" said "No students."
ask 6 students show "$(new_id)" --json
cp "$ERR" "$story_folder/unseen"
ask 6 students show "$ragnhild" --json
holds "Ragnhild's card is not there, in the same bytes as one that never was" cmp -s "$ERR" "$story_folder/unseen"

scene "Grete finds Jorunn among her staff, and ties her to Ragnhild (M1)."
as grete
ask 0 persons list --school "$school" --role staff
jorunn=$(id_in_row "Sætre Jorunn")
ask 0 ties create --student "$ragnhild" --person "$jorunn" --kind observer
holds "it was allowed because she is rektor there" said "Ground M1.role.rektor"

scene "At once Jorunn sees Ragnhild's card, and nobody else's (S2)."
as jorunn
ask 0 students show "$ragnhild"
holds "the name and the class are there" said "Groups 7B"
holds "it was allowed because of the tie" said "Ground S2.tie.observer"
ask 0 students list
holds "Ragnhild is in her list" said "$ragnhild"
holds "her classmate Amina is not" said_not "$(id_of student-amina)"

scene "Oda's family lives at a secret address. Jorunn is to follow her too: she sees the name, but not in which class Oda sits (S7)."
oda=$(id_of student-oda)
as grete
ask 0 students show "$oda"
holds "the school leader sees the class" said "Groups 7A"
ask 0 ties create --student "$oda" --person "$jorunn" --kind observer
as jorunn
ask 0 students show "$oda"
holds "the name is there" said "Name Oda Sandvik"
holds "that she is protected is there" said "Protected yes"
holds "the class is not" said_not "7A"
ask 0 students list --group "$(id_of 7a)"
holds "asking for the class does not tell it either" said "No students."

scene "Noah comes from the neighbouring school. Grete wants to register him with his number, but the municipality knows it (S1)."
as grete
file number <<END
04040004381
END
number=$story_folder/number
ask 7 students create --school "$school" --given Noah --family Solheim --civic-number-file "$number"
holds "she is told what to do" said "enrol"
holds "nobody's id is named" said_not "$(id_of student-noah)"

scene "So she enrols him by his number: the same Noah, now at two schools. The number stands in a file, on no command line."
ask 0 enrolments create --school "$school" --civic-number-file "$number"
holds "it was allowed because she is rektor" said "Ground S1.role.rektor"
ask 0 students search --civic-number-file "$number"
holds "one is found" said "Found 1"
holds "it is the Noah whom the municipality knew" said "$(id_of student-noah)"

scene "Someone steals the files. What do they read (C1)?"
holds "the school's name, which is no secret: so these are the right files" in_store "Bjørkely skole"
for name in Ragnhil Kvernberg Nordvik Haugland Eikeland Solheim Sætre jorunn P-1017 01010001176 04040004381; do
    holds "not $name" not_in_store "$name"
done

scene "Grete reads in the school's log what was done about Ragnhild: who, what, on which ground; no name (V1, V4)."
as grete
ask 0 activity school "$school" --student "$ragnhild"
holds "that Kari registered her" said "person $(id_of kari) createStudent allowed S1.role.contactTeacher"
holds "that Kari read the card" said "person $(id_of kari) getStudent allowed S2.tie.contactTeacher"
holds "that she tied Jorunn to her" said "person $(id_of grete) createTie allowed M1.role.rektor"
holds "that Jorunn tried in vain before that" said "person $jorunn getStudent refused S2.unseen"
holds "that Jorunn reads the card now" said "person $jorunn getStudent allowed S2.tie.observer"
holds "that her name is not there" said_not "Ragnhild"

scene "Whose log it is follows from the rules as well. Jorunn is not among them, and that she asked is a row (V1, V4)."
as jorunn
ask 6 activity school "$school"
as grete
ask 0 activity school "$school" --operation listSchoolActivity
holds "that Jorunn asked for the log in vain" said "person $jorunn listSchoolActivity refused"
holds "that Grete has read it" said "person $(id_of grete) listSchoolActivity allowed V1.role.rektor"

scene "Erik answers for all schools of the municipality. He reads the log of what belongs to no school, and no student's card (V1, S2)."
as erik
ask 0 activity organisation --operation provisionPersons
holds "that the register was there" said "client provisionPersons allowed M1.client.provision"
ask 0 students list
holds "he sees no student" said "No students."

the_end "Jorunn comes to the school"
