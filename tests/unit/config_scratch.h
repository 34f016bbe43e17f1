/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config_scratch.h: a configuration file in a folder of its own, for tests of what is read of one.
 */
#ifndef TRYGG_TESTS_CONFIG_SCRATCH_H
#define TRYGG_TESTS_CONFIG_SCRATCH_H

#include "base/arena.h"
#include "config.h"

#define SERVER "[server]\nlisten = 127.0.0.1:0\ndata_directory = data\ntime_zone = Europe/Oslo\n"
#define ISSUER                                                                                                         \
    "[issuer \"skole\"]\nissuer = https://login.example\naudience = https://trygg.example\njwks_file = /etc/jwks\n"    \
    "organisation = 0192f0a0-0000-7000-8000-00000000f001\nstrong_acr = loa-high bankid\n"

struct scratch {
    char folder[64];
    char path[96];
    struct arena *arena;
    struct config config;
    struct config_fault fault;
};

void scratch_open(struct scratch *scratch);
void scratch_close(struct scratch *scratch);

/* Writes the text and reads it as the configuration. */
must_check enum status read_text(struct scratch *scratch, const char *text);

#endif
