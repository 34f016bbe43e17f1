/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What several areas share: how a stored thing is told, as tables.
 * May hold no code.
 * Always: what every creating and changing call answers is shown alike.
 */
#include <stddef.h>

#include "verbs_areas.h"

static const struct place stored_lines[] = {
    {"Id", "id"},
    {"Version", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
const struct view created_view = {.heading = "Created.", .lines = stored_lines};
const struct view changed_view = {.heading = "As asked for.", .lines = stored_lines};
const struct option period_change_options[] = {
    {"from", "DATE", IN_BODY, "from", 0, "first day", NULL},
    {"until", "DATE", IN_BODY, "until", OR_NONE, "last day; yesterday ends it at once", NULL},
    END_OF_OPTIONS,
};
const struct option strike_options[] = {
    LINES_OPTIONS("reason", "reason", REQUIRED, "why it was wrongly recorded"),
    END_OF_OPTIONS,
};
const struct view struck_view = {.heading = "Struck.", .lines = stored_lines};
const struct view ended_view = {.heading = "Ended."};
