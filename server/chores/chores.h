/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chores.h: what the house does on its own from time to time: one thread and a table. A chore is bounded and can be called again;
 * one that fails is logged and tried again when it is next due.
 */
#ifndef TRYGG_CHORES_CHORES_H
#define TRYGG_CHORES_CHORES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct house;
struct chores;

struct chore {
    const char *name; /* for the log */
    int64_t every_ms;
    enum status (*run)(struct house *house);
};

extern const struct chore chores_table[];
extern const size_t chores_n;

enum { CHORES_MAX = 16 };

/* Starts the thread. Each chore runs for the first time one period after the start. The table must outlive the chores. */
must_check enum status chores_start(struct house *house, const struct chore *table, size_t n,
                                    struct chores **ret_chores);

/* Ends the thread; waits for the one chore that may be running. Accepts NULL, returns NULL. */
struct chores *chores_stop(struct chores *chores);

/* How a chore has gone since the start. */
struct chore_figures {
    const char *name;
    uint64_t runs;
    uint64_t failures;
    int64_t last_run; /* when it last ended; ms, wall clock; 0: never */
    int64_t last_success;
};

/* One per row of the table; returns how many. */
size_t chores_figures(const struct chores *chores, struct chore_figures ret_figures[static CHORES_MAX]);

#endif
