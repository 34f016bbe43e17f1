/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config_place.c: where in the configuration a value was given, for the sentences of those who use it.
 * It may not read the file again, and repeats no value.
 * Each member of a setting has one place: the line of the file, or the variable that won over it; a default has the file.
 */
#include <assert.h>
#include <stdio.h>

#include "config.h"
#include "config_setting.h"

/* One section of the file, and the struct that its settings were read into. */
struct part {
    const struct section *section;
    const char *name; /* between the brackets */
    const void *owner;
    const struct config_lines *lines;
};

static void write_place(const char *path, const struct part *part, size_t setting, char *ret_place)
{
    const struct setting *row = &part->section->settings[setting];
    const int line = part->lines->of[setting];
    char variable[CONFIG_VARIABLE_BYTES];

    if (line == CONFIG_IN_VARIABLE) {
        config_variable(part->section, row, variable);
        snprintf(ret_place, CONFIG_PLACE_BYTES, "the variable %s", variable);
    } else if (line == CONFIG_NOT_GIVEN) {
        snprintf(ret_place, CONFIG_PLACE_BYTES, "%.200s: %s in [%s]", path, row->key, part->name);
    } else {
        snprintf(ret_place, CONFIG_PLACE_BYTES, "%.200s:%d: %s in [%s]", path, line, row->key, part->name);
    }
}

static bool find_in(const struct config *config, const struct part *part, const void *member, char *ret_place)
{
    for (size_t i = 0; i < part->section->n_settings; i++) {
        if ((const char *)part->owner + part->section->settings[i].offset != member)
            continue;
        write_place(config->path, part, i, ret_place);
        return true;
    }
    return false;
}

void config_place(const struct config *config, const void *member, char ret_place[static CONFIG_PLACE_BYTES])
{
    bool found = false;

    for (size_t i = 0; i < N_SECTIONS && !found; i++) {
        const struct section *section = &config_sections[i];
        if (!section->named)
            found =
                find_in(config, &(struct part){section, section->name, config, &config->lines[i]}, member, ret_place);
    }
    for (size_t i = 0; i < config->n_issuers && !found; i++) {
        const struct config_issuer *issuer = &config->issuers[i];
        const struct part part = {&config_sections[SECTION_ISSUER], issuer->section, issuer, &issuer->lines};
        found = find_in(config, &part, member, ret_place);
    }
    assert(found);
}
