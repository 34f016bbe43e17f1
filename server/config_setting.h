/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config_setting.h: what a setting is: one row of a table (config_settings.c), from which it is read (config.c) and printed
 * (config_print.c), with a shape that it shares with others (config_shapes.c). For these files alone.
 */
#ifndef TRYGG_CONFIG_SETTING_H
#define TRYGG_CONFIG_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "config.h"

enum { CONFIG_SHOWN_BYTES = 4096, CONFIG_VARIABLE_BYTES = 64 };

struct setting;

/* What reading a value needs besides its text. */
struct intake {
    struct arena *arena;
    const char *path; /* of the configuration, whose folder relative paths start at */
};

struct shape {
    const char *expected; /* completes "… must be"; NULL: the bounds of the setting's row */
    /* Reads text into the member that the setting names. STATUS_INVALID when it has another shape, STATUS_NO_MEMORY. */
    enum status (*take)(const struct intake *intake, const struct setting *setting, const char *text, void *member);
    /* The member as text that take would read; "" for one that is not set. */
    void (*show)(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES]);
};

extern const struct shape config_text_shape, config_path_shape, config_listen_shape, config_metrics_listen_shape,
    config_log_level_shape, config_log_format_shape, config_count_shape, config_number_shape, config_bytes_shape,
    config_issuer_shape, config_audience_shape, config_organisation_shape, config_acrs_shape, config_scopes_shape,
    config_log_name_shape, config_witnesses_shape, config_networks_shape;

struct setting {
    const char *key;
    const struct shape *shape;
    size_t offset;        /* of its member, in struct config or struct config_issuer */
    const char *standard; /* read when nothing is given; NULL: it must be given; "": the member stays unset */
    const char *unset;    /* what that means */
    const char *meaning;
    struct {
        const char *unit;
        int64_t min, max;
        int64_t scale; /* of one unit in the member */
    } number;
};

/* What completes "… must be": the shape's own words, or the bounds of a number, "seconds, 1 to 600". */
enum { CONFIG_EXPECTED_BYTES = 256 };
void config_expected(const struct setting *setting, char ret_text[static CONFIG_EXPECTED_BYTES]);

struct section {
    const char *name;
    const char *variables; /* how the variables of its settings begin; NULL: it is read from the file alone */
    const struct setting *settings;
    size_t n_settings; /* at most CONFIG_MAX_SETTINGS */
    bool named;        /* [issuer "name"], as often as there are issuers */
};

enum {
    SECTION_SERVER,
    SECTION_LIMITS,
    SECTION_LOG,
    SECTION_WEBHOOKS,
    SECTION_LOCAL_ISSUER,
    SECTION_ISSUER,
    N_SECTIONS
};
_Static_assert((int)N_SECTIONS == (int)CONFIG_SECTIONS, "each section has its lines");
extern const struct section config_sections[N_SECTIONS];

/* TRYGGD_LISTEN, TRYGGD_LIMITS_CONNECTIONS. Only for a section that has variables. */
void config_variable(const struct section *section, const struct setting *setting,
                     char ret_name[static CONFIG_VARIABLE_BYTES]);

#endif
