/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_turn.h: closing a personsak with a summary, and reopening it with a reason (P8, S6). Inputs are filled in by api/.
 */
#ifndef TRYGG_DOMAIN_PERSONSAK_TURN_H
#define TRYGG_DOMAIN_PERSONSAK_TURN_H

#include "domain/personsak.h"

enum personsak_turn_way {
    TURN_CLOSE,          /* STATUS_CLOSED when it is closed already */
    TURN_CLOSE_ONE_MORE, /* one of many in one call: nothing to do when it is closed already */
    TURN_REOPEN,         /* STATUS_NOT_CLOSED when it is open */
    TURN_WAYS
};

struct personsak_turn {
    enum personsak_turn_way way;
    struct personsak_id personsak;
    const char *words;         /* the summary, or the reason */
    struct maybe_int expected; /* the version that it must have; not known: any */

    const struct sql_personsak_by_id_row *row; /* by relate */
    int64_t turns;                             /* by relate: how often it has been closed or reopened */
    int64_t number;                            /* by prepare: the turn that its words were sealed for, and */
    struct sealed sealed_words;
};
extern const struct write_case personsak_turn_case;

#endif
