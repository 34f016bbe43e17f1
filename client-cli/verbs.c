/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The areas of trygg, in the order in which help shows them.
 * May hold no code: what a verb does follows from its row.
 * Always: every verb of an area begins with the area's word, and one verb is one operation of the contract or none.
 */
#include "verbs.h"

#include <stddef.h>

#include "verbs_areas.h"

const struct area areas[] = {
    {"me", "who you are and where you belong", me_verbs},
    {"students", "the pupils: find, register, read, change", student_verbs},
    {"enrolments", "which pupil goes to which school, and when", enrolment_verbs},
    {"departures", "pupils who leave a school, and what has to be done before", departure_verbs},
    {"personsaker", "the cases: open, read, hand on, close", personsak_verbs},
    {"proposals", "cases that somebody proposes to open", proposal_verbs},
    {"hendelser", "what happened, case by case: write, read, amend", hendelse_verbs},
    {"documents", "files on what happened: up and down", document_verbs},
    {"organisation", "your organisation", organisation_verbs},
    {"schools", "its schools and what is switched on there", school_verbs},
    {"groups", "classes, mentor groups and who is in them", group_verbs},
    {"persons", "the people: staff, guardians and whoever else has a role", person_verbs},
    {"identities", "the logins by which people come in", identity_verbs},
    {"memberships", "who has which role where", membership_verbs},
    {"ties", "who is bound to which pupil, and guardians", tie_verbs},
    {"codes", "the lists of codes that records are filed under", code_verbs},
    {"activity", "the log of who did what", activity_verbs},
    {"logs", "the logs as trees: checkpoints, and proofs to take away", log_verbs},
    {"verify", "whether a proof that was taken away holds", verify_verbs},
    {"witness", "follow logs, so that none is rolled back or forked unseen", witness_verbs},
    {"changes", "what was changed, for systems that keep a copy", change_verbs},
    {"webhooks", "who is woken when something was changed", webhook_verbs},
    {"provision", "send the registry's data in, in bulk and in this order", provision_verbs},
    {"api", "which API the server speaks", api_verbs},
    {"completion", "completion for your shell", completion_verbs},
    {.word = NULL},
};
