#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Kari's observation: a contact teacher registers a pupil and proposes a case; the school leader opens it; an assistant, who saw nothing of it,
# is let in and writes down what she saw in the break; nobody else reads a word; the pupil moves, and the case is closed before she leaves.
# Rules by number are those of the policy table and of the activity log. See story.sh for what this needs in its environment.
# shellcheck source=tests/stories/story.sh
. "$(dirname "$0")/story.sh"

title "Kari's observation"

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
ask 0 students show "$student"
holds "having registered Synnøve she is her contact teacher, and reads the card" said "Ground S2.tie.contactTeacher"

scene "Hanne, contact teacher of another class, has no tie to Synnøve. For her there is no such student (S2)."
as hanne
ask 6 students show "$student" --json
cp "$ERR" "$story_folder/unseen"
ask 6 students show "$(new_id)" --json
holds "byte for byte the answer for an id that never was" cmp -s "$ERR" "$story_folder/unseen"
ask 6 proposals create --student "$student" --school "$school" --sakstype skolemiljo --why "Nysgjerrig."

scene "Something worries Kari, and she wants to write it on Synnøve's card. A note without a case cannot be: she is told what to do first (P9)."
as kari
ask 7 hendelser add-to-student "$student" --kind journalnotat --category observasjon "Sto alene ved gjerdet."
holds "a case comes first" said "Open a personsak first"
holds "she is told that she may propose one" said "POST /v1/proposals"

scene "To open a case is not hers to do; to propose one is, since she is tied to Synnøve (P1, P2)."
ask 5 personsaker open --student "$student" --school "$school" --sakstype skolemiljo --category sosialt --description "Står alene."
ask 0 proposals create --student "$student" --school "$school" --sakstype skolemiljo --why "Synnøve står alene i friminuttene og gruer seg til skolen."
proposal=$(value Proposal)
holds "it was allowed because of the tie" said "Ground P1.tie.contactTeacher"

scene "Grete, the school leader, finds the proposal and reads why. Astrid, who administers the school, has no part in it (P1)."
as grete
ask 0 proposals list --school "$school" --state waiting
holds "it waits for her" said "$proposal"
ask 0 proposals show "$proposal"
holds "she reads why" said "gruer seg til skolen"
as astrid
ask 6 proposals show "$proposal"

scene "Grete accepts: the case is open, on school environment, and Kari leads it, being Synnøve's contact teacher (P1, P2)."
as grete
ask 0 proposals accept "$proposal" --category sosialt --description "Synnøve er ny i klassen og ofte alene. Vi følger med i friminuttene."
personsak=$(value Personsak)
reference=$(value Reference)
ask 7 proposals accept "$proposal" --category sosialt --description "En gang til."
holds "nobody opens it twice" said "decided already"
as kari
ask 0 me cases
holds "the case is in Kari's work" said "$reference Kvernberg Synnøve skolemiljo open"
ask 0 personsaker show "$personsak"
holds "she leads it" said "Handler Kari Nordvik"
holds "she reads it as the one who leads it" said "Ground P3.handler"

scene "Sigrid, assistant, is with the class in every break. She knows of no case, and there is none for her (P3)."
as sigrid
ask 6 personsaker show "$personsak" --json
holds "again the same bytes as for an id that never was" cmp -s "$ERR" "$story_folder/unseen"
ask 6 hendelser list "$personsak"
ask 6 hendelser add "$personsak" --kind journalnotat --category observasjon "Sto alene ved gjerdet."
ask 0 personsaker list
holds "her list is empty, and counts none" said "Found 0"

scene "Ola teaches Synnøve, and Grete has tied him to her: he reads the card. The case is not his, and a tie gives nothing there (P3)."
as grete
ask 0 ties create --student "$student" --person "$(id_of ola)" --kind teacher
as ola
ask 0 students show "$student"
holds "the card is his to read" said "Ground S2.tie.teacher"
ask 6 personsaker show "$personsak" --json
holds "the case is not there, in the same bytes" cmp -s "$ERR" "$story_folder/unseen"
ask 6 hendelser list "$personsak"
ask 6 personsaker history "$personsak"
ask 6 personsaker activity "$personsak"
ask 6 personsaker add-handler "$personsak" --person "$(id_of ola)"
ask 0 personsaker list --student "$student"
holds "no list tells him of it" said "Found 0"

scene "Ola proposes a case of his own. It is opened, and Kari leads it: he learns that it was accepted, and no more (P1, P3)."
ask 0 proposals create --student "$student" --school "$school" --sakstype fravaer --why "Borte tre mandager på rad."
second=$(value Proposal)
ask 5 proposals accept "$second" --category sosialt --description "Jeg åpner den selv."
as grete
ask 0 proposals accept "$second" --category faglig --description "Fravær på mandager." --handler "$(id_of kari)"
absence=$(value Personsak)
as ola
ask 0 proposals show "$second"
holds "it was accepted" said "State accepted"
holds "which case it became is not told" said_not "$absence"
ask 6 personsaker show "$absence"

scene "Astrid administers the school and sees every card. She sees no case (P3)."
as astrid
ask 0 students show "$student"
ask 6 personsaker show "$personsak" --json
holds "the same bytes" cmp -s "$ERR" "$story_folder/unseen"
ask 0 personsaker list
holds "her list counts none" said "Found 0"
ask 5 personsaker counts --school "$school"
as torbjorn
ask 6 personsaker show "$personsak" --json
holds "the leader of the neighbouring school sees none either" cmp -s "$ERR" "$story_folder/unseen"

scene "Kari lets Sigrid in: from now on she sees the whole case, and nothing of the other one (P4)."
as kari
ask 0 personsaker add-handler "$personsak" --person "$(id_of sigrid)"
holds "it was allowed because Kari leads it" said "Ground P4.handler"
as sigrid
ask 0 me cases
holds "the case is in her work" said "$reference"
holds "it is the only one" said_not "$absence"
ask 0 personsaker show "$personsak"
holds "she reads it because she handles it" said "Ground P3.coHandler"
ask 0 students show "$student"
holds "and now the card too" said "Ground S2.handler"

scene "In the break Sigrid writes down what she has just seen: one line, and it is in the case (P6)."
ask 0 hendelser add "$personsak" --kind journalnotat --category observasjon "Sto alene ved gjerdet i hele storefri. To fra 7B gikk bort til henne."
note=$(value Hendelse)
holds "it was allowed because she handles the case" said "Ground P6.coHandler"

scene "After the break she remembers more, and writes her note anew. What it said before stays to be read (P7)."
ask 0 hendelser amend "$note" "Sto alene ved gjerdet til midt i storefri. To fra 7B gikk bort til henne, og hun ble med dem inn."
ask 0 hendelser versions "$note"
holds "the first version is there" said "gjerdet i hele storefri"
holds "the second is there" said "ble med dem inn"

scene "Kari reads what happened. It is not hers to write otherwise; she adds a talk with the home, and its minutes (P6, P7)."
as kari
ask 0 hendelser list "$personsak"
holds "Sigrid's note is there" said "journalnotat observasjon Sigrid Moen"
holds "she reads every word" said "ble med dem inn"
ask 5 hendelser amend "$note" "Alt er i orden."
ask 0 hendelser add "$personsak" --kind samtale --category sosialt "Ringte hjem. Foreldrene ønsker en fast venn i friminuttene."
talk=$(value Hendelse)
file referat.txt <<END
Referat fra samtalen: Synnøve får en fast venn i friminuttene. Vi snakkes igjen om to uker.
END
ask 0 documents upload "$talk" "$story_folder/referat.txt"
document=$(value Document)
as sigrid
ask 0 documents download "$document" "$story_folder/lest.txt"
holds "Sigrid reads the minutes as they were written" cmp -s "$story_folder/referat.txt" "$story_folder/lest.txt"
as ola
ask 6 documents download "$document" "$story_folder/olas.txt"
ask 6 hendelser show "$note"

scene "Synnøve's family moves away. Astrid records it, with the day; that is not for a teacher to do (S5)."
last_day=$(date -d '+12 days' +%F)
as kari
ask 5 departures record "$student" --school "$school" --kind moves --date "$last_day"
as astrid
ask 0 departures record "$student" --school "$school" --kind moves --date "$last_day"
departure=$(value Departure)
ask 0 departures show "$departure"
holds "which cases that makes due is not told to her" said_not "$reference"
ask 5 departures complete "$departure"

scene "At once both cases are listed as due: before that day they are to be closed (S6)."
as grete
ask 0 personsaker list --due yes
holds "the one" said "$personsak"
holds "and the other" said "$absence"
ask 0 personsaker counts --school "$school"
holds "two are due at the school" said "Due 2"
as kari
ask 0 personsaker show "$personsak"
holds "Kari sees the day" said "Due on $last_day"

scene "As long as a case is open, the departure is not completed, and Grete is told which (S6)."
as grete
ask 7 departures complete "$departure"
holds "the one" said "due: $reference"
holds "and the other" said "$absence"

scene "Nobody else closes them. To Ola and the neighbouring school's leader they are not there; Sigrid may read hers, and not close it (P8)."
file summaries.tsv <<END
$personsak	Synnøve har fått venner i 7B. Ny skole er orientert med hjemmets samtykke.
$absence	Fraværet har opphørt. Avsluttes ved flytting.
END
as ola
ask 6 personsaker close-many "$story_folder/summaries.tsv"
as torbjorn
ask 6 personsaker close-many "$story_folder/summaries.tsv"
as sigrid
ask 5 personsaker close "$personsak" --summary "Ferdig."

scene "Grete closes both in one call, each with its summary, well before the day (S6, P8)."
as grete
ask 0 personsaker close-many "$story_folder/summaries.tsv"
holds "the one is closed" said "$personsak closed"
holds "and the other" said "$absence closed"
ask 0 personsaker close-many "$story_folder/summaries.tsv"
holds "sent once more, nothing is closed twice" said "$personsak alreadyClosed"
ask 0 personsaker list --due yes
holds "nothing is due any more" said "Found 0"

scene "A closed case is read and not written. Not by Sigrid, not by Kari, and to open it again is the school leader's (P8)."
as sigrid
ask 7 hendelser add "$personsak" --kind journalnotat --category observasjon "Vinket farvel."
holds "she is told why" said "The case is closed"
ask 7 hendelser amend "$note" "Noe annet."
ask 0 hendelser list "$personsak"
holds "what was written stands" said "ble med dem inn"
as kari
ask 7 documents upload "$talk" "$story_folder/referat.txt"
ask 7 personsaker close "$personsak" --summary "En gang til."
ask 7 personsaker change "$personsak" --category faglig
ask 5 personsaker reopen "$personsak" --reason "Ombestemte meg."

scene "Now the departure completes (S6)."
as grete
ask 0 departures complete "$departure"
holds "it was allowed because she is rektor" said "Ground S6.role.rektor"
ask 0 departures show "$departure"
holds "it is completed" said "State completed"
ask 7 departures complete "$departure"

scene "Someone steals the files. What do they read (C1)?"
holds "the school's name, which is no secret: so these are the right files" in_store "Bjørkely skole"
for word in Synnøve Kvernberg Nordvik gjerdet storefri "fast venn" referat.txt "gruer seg" Fravær "fått venner"; do
    holds "not $word" not_in_store "$word"
done

scene "Grete reads in the case's own log who did, read and was refused what: persons, operations and grounds, and no word of what was written (V1, V4)."
ask 0 personsaker activity "$personsak" --all
holds "that she opened it" said "person $(id_of grete) acceptProposal allowed P1.role.rektor"
holds "that Sigrid tried in vain" said "person $(id_of sigrid) getPersonsak refused P3.unseen"
holds "that Kari let her in" said "person $(id_of kari) addMedsaksbehandler allowed P4.handler"
holds "that Sigrid wrote" said "person $(id_of sigrid) addHendelse allowed P6.coHandler"
holds "that Ola asked for it" said "person $(id_of ola) getPersonsak refused P3.unseen"
holds "that Astrid asked for it" said "person $(id_of astrid) getPersonsak refused P3.unseen"
holds "that Kari would have changed Sigrid's note" said "person $(id_of kari) amendHendelse refused P7.forbidden"
holds "that Sigrid read the minutes" said "person $(id_of sigrid) getDocumentContent allowed P3.coHandler"
holds "that she closed it herself" said "person $(id_of grete) closePersonsaker allowed S6.role.rektor"
holds "that nothing of what was written is there" said_not "gjerdet"
as sigrid
ask 0 personsaker activity "$personsak"
holds "who handles the case may read its log too" said "getPersonsak allowed P3.coHandler"

the_end "Kari's observation"
