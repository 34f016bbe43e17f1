/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs that send the registry's data in by the file, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: the first argument is the file.
 */
#include <stddef.h>

#include "verbs_areas.h"

static const char note[] =
    "FILE is a JSON array, an object {\"items\": [...]}, or one object per line; - is standard input. Items refused "
    "for the\n"
    "same reason are told once. --json prints one document, {\"results\": [...]}: each result names its item's number "
    "in\n"
    "the file, from 1, as \"item\". When there is no right to any item of a batch of up to 500, the rest is not sent.";

/* The file and the operation that it goes to. */
#define PROVISION(kind, text)                                                                                          \
    {                                                                                                                  \
        .words = {"provision", kind}, .arguments = {"FILE"}, .act = ACT_PROVISION, .method = "PUT",                    \
        .path = "/v1/provision/" kind, .summary = text ": a JSON array, or one object per line", .note = note,         \
        .example = "provision " kind " " kind ".ndjson"                                                                \
    }

const struct verb provision_verbs[] = {
    PROVISION("organisation", "the organisation itself"),
    PROVISION("schools", "schools"),
    PROVISION("persons", "people"),
    PROVISION("identities", "logins"),
    PROVISION("memberships", "memberships"),
    PROVISION("students", "pupils"),
    PROVISION("enrolments", "enrolments"),
    PROVISION("groups", "groups"),
    PROVISION("group-members", "who is in which group"),
    PROVISION("ties", "ties"),
    END_OF_VERBS,
};
