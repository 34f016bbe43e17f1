/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config_print.c: `tryggd config`: the table of settings with the values that are in force.
 * It may not open what a value names: paths are printed, and never what lies there.
 * What it prints is a configuration that reads as the one it was given.
 */
#include "config.h"
#include "config_setting.h"

/* With the range of a number. */
static void print_meaning(const struct setting *setting, FILE *file)
{
    char range[CONFIG_EXPECTED_BYTES];

    if (setting->shape->expected != NULL) {
        fprintf(file, "# %s\n", setting->meaning);
        return;
    }
    config_expected(setting, range);
    fprintf(file, "# %s (%s)\n", setting->meaning, range);
}

static void print_setting(const struct section *section, const struct setting *setting, const char *owner, FILE *file)
{
    char text[CONFIG_SHOWN_BYTES], variable[CONFIG_VARIABLE_BYTES];

    setting->shape->show(setting, owner + setting->offset, text);
    print_meaning(setting, file);
    if (setting->standard == NULL)
        fputs("# required", file);
    else
        fprintf(file, "# default: %s", setting->standard[0] != '\0' ? setting->standard : setting->unset);
    if (section->variables != NULL) {
        config_variable(section, setting, variable);
        fprintf(file, "; variable: %s", variable);
    }
    fprintf(file, "\n%s%s = %s\n", text[0] == '\0' ? "# " : "", setting->key, text);
}

static void print_section(const struct section *section, const char *name, const void *owner, FILE *file)
{
    if (name != NULL)
        fprintf(file, "\n[%s \"%s\"]\n", section->name, name);
    else
        fprintf(file, "%s[%s]\n", section == config_sections ? "" : "\n", section->name);
    for (size_t i = 0; i < section->n_settings; i++)
        print_setting(section, &section->settings[i], owner, file);
}

void config_print(const struct config *config, FILE *file)
{
    for (size_t i = 0; i < N_SECTIONS; i++) {
        const struct section *section = &config_sections[i];
        const bool absent = i == SECTION_LOCAL_ISSUER && config->local_key_file == NULL;
        if (!section->named && !absent)
            print_section(section, NULL, config, file);
        for (size_t n = 0; section->named && n < config->n_issuers; n++)
            print_section(section, config->issuers[n].name, &config->issuers[n], file);
    }
}
