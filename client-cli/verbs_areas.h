/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verbs_areas.h: the tables that verbs.c puts together, one per area, each ending with a NULL word; and what they share.
 */
#ifndef TRYGG_CLI_VERBS_AREAS_H
#define TRYGG_CLI_VERBS_AREAS_H

#include "verbs.h"

extern const struct verb me_verbs[];
extern const struct verb student_verbs[];
extern const struct verb enrolment_verbs[];
extern const struct verb departure_verbs[];
extern const struct verb personsak_verbs[];
extern const struct verb proposal_verbs[];
extern const struct verb hendelse_verbs[];
extern const struct verb document_verbs[];
extern const struct verb organisation_verbs[];
extern const struct verb school_verbs[];
extern const struct verb group_verbs[];
extern const struct verb person_verbs[];
extern const struct verb identity_verbs[];
extern const struct verb membership_verbs[];
extern const struct verb tie_verbs[];
extern const struct verb code_verbs[];
extern const struct verb activity_verbs[];
extern const struct verb log_verbs[];
extern const struct verb verify_verbs[];
extern const struct verb witness_verbs[];
extern const struct verb change_verbs[];
extern const struct verb webhook_verbs[];
extern const struct verb provision_verbs[];
extern const struct verb api_verbs[];
extern const struct verb completion_verbs[];

/* What every creating and changing call answers. */
extern const struct view created_view;
extern const struct view changed_view;

/* For what answers nothing but that it is done. */
extern const struct view ended_view;

/* Lists of personsaker, whichever they are. */
extern const struct view personsaker_view;
extern const char *const personsak_states[];

/* Every log of what was done, and what that of one personsak can be asked for. */
extern const struct view activity_view;
extern const struct option activity_case_filters[];

/* Where the codes of a record stand. */
#define SAKSTYPE_HELP "its type: one of trygg codes list --list sakstype"
#define CATEGORY_HELP "its category: one of trygg codes list --list case-category"

/* What is written in some lines: as the option's value, or as a file. */
#define LINES_OPTIONS(name, member, traits, help)                                                                      \
    {name, "TEXT", IN_BODY, member, (traits), help, NULL},                                                             \
    {                                                                                                                  \
        name "-file", "FILE", IN_BODY, member, SECRET | LINES, "file with it, which keeps it off the command line",    \
            NULL                                                                                                       \
    }

/* For marking what was wrongly recorded (feilregistrert). */
extern const struct option strike_options[];
extern const struct view struck_view;

/* For what holds from a day until a day: the two options of a verb that makes one, and all of the verb that changes one. */
#define PERIOD_OPTIONS                                                                                                 \
    {"from", "DATE", IN_BODY, "from", 0, "first day, as 2026-08-17; today when left out", NULL},                       \
    {                                                                                                                  \
        "until", "DATE", IN_BODY, "until", OR_NONE, "last day", NULL                                                   \
    }
extern const struct option period_change_options[];

/* What another system calls the thing: the two options of every verb that makes one. */
#define EXTERNAL_ID_OPTIONS                                                                                            \
    {"external-system", "NAME", IN_BODY, "externalId.system", 0, "the system that has an id of its own for it", NULL}, \
    {                                                                                                                  \
        "external-id-file", "FILE", IN_BODY, "externalId.id", SECRET, "file with that id", NULL                        \
    }

#endif
