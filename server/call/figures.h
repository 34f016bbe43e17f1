/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * figures.h: what a house counts: its store and its keys. Counts and sizes only, of all organisations together.
 */
#ifndef TRYGG_CALL_FIGURES_H
#define TRYGG_CALL_FIGURES_H

#include <stdint.h>

#include "storage/storage.h"

struct house;

/* Of the signing of the logs. */
struct house_log_figures {
    uint64_t made;        /* checkpoints */
    uint64_t refused;     /* logs that were not signed because something is wrong with them */
    uint64_t unsigned_ms; /* the age of the oldest row that was left without a checkpoint */
};

struct house_figures {
    struct store_figures store; /* its `appended` are the rows of the activity log */
    uint64_t keys_ready;        /* made ahead of time */
    uint64_t keys_full;         /* as many as are made */
    struct house_log_figures log;
};

void house_figures(struct house *house, struct house_figures *ret_figures);

#endif
