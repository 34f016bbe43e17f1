/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about the organisation and its schools, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: an external id, which may be a civic number, comes from a file or standard input.
 */
#include <stddef.h>

#include "verbs_areas.h"

/* ---- The organisation ----------------------------------------------------------------------------------------------- */

static const struct place organisation_lines[] = {
    {"Name", "name"},       {"Time zone", "timeZone"}, {"Id", "id"},
    {"Version", "version"}, {"Ground", "ground"},      END_OF_PLACES,
};
static const struct view organisation_view = {.lines = organisation_lines};

static const struct option organisation_options[] = {
    {"name", "NAME", IN_BODY, "name", 0, "its name", NULL},
    END_OF_OPTIONS,
};

const struct verb organisation_verbs[] = {
    {.words = {"organisation", "show"},
     .method = "GET",
     .path = "/v1/organisation",
     .view = &organisation_view,
     .summary = "your organisation"},
    {.words = {"organisation", "change"},
     .method = "PATCH",
     .path = "/v1/organisation",
     .version_path = "/v1/organisation",
     .options = organisation_options,
     .view = &changed_view,
     .summary = "change its name",
     .example = "organisation change --name 'Fjordvik kommune'"},
    END_OF_VERBS,
};

/* ---- Schools -------------------------------------------------------------------------------------------------------- */

static const struct place school_columns[] = {
    {"NAME", "name"}, {"MODULES", "modules"}, {"ID", "id"}, {"GROUND", "ground"}, END_OF_PLACES,
};
static const struct view schools_view = {.list = "data", .columns = school_columns, .empty = "No schools."};

static const struct place school_lines[] = {
    {"Name", "name"}, {"Modules", "modules"}, {"Id", "id"}, {"Version", "version"}, {"Ground", "ground"}, END_OF_PLACES,
};
static const struct view school_view = {.lines = school_lines};

static const char *const modules[] = {"sikker-sak", "avvikelse", "notes", NULL};

static const struct option create_options[] = {
    {"name", "NAME", IN_BODY, "name", REQUIRED, "its name", NULL},
    {"module", "MODULE", IN_BODY, "modules", MANY | OR_NONE, "what is switched on", modules},
    EXTERNAL_ID_OPTIONS,
    END_OF_OPTIONS,
};

static const struct option change_options[] = {
    {"name", "NAME", IN_BODY, "name", 0, "its name", NULL},
    {"module", "MODULE", IN_BODY, "modules", MANY | OR_NONE, "all that is to be switched on, the others go off",
     modules},
    END_OF_OPTIONS,
};

const struct verb school_verbs[] = {
    {.words = {"schools", "list"},
     .method = "GET",
     .path = "/v1/schools",
     .traits = PAGED,
     .view = &schools_view,
     .summary = "the schools that you lead or administer"},
    {.words = {"schools", "show"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/schools/{schoolId}",
     .view = &school_view,
     .summary = "one school"},
    {.words = {"schools", "create"},
     .method = "POST",
     .path = "/v1/schools",
     .options = create_options,
     .view = &created_view,
     .summary = "make a school",
     .example = "schools create --name 'Åsen skole' --module sikker-sak --module notes"},
    {.words = {"schools", "change"},
     .arguments = {"ID"},
     .method = "PATCH",
     .path = "/v1/schools/{schoolId}",
     .version_path = "/v1/schools/{schoolId}",
     .options = change_options,
     .view = &changed_view,
     .summary = "change its name; --module replaces the whole set, and a module not given goes off",
     .example = "schools change 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --module sikker-sak --module notes"},
    END_OF_VERBS,
};
