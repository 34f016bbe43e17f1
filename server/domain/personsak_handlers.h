/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_handlers.h: who handles a personsak (P4, P5). Each change is a new version of it, and takes effect at the next call. Inputs are
 * filled in by api/.
 */
#ifndef TRYGG_DOMAIN_PERSONSAK_HANDLERS_H
#define TRYGG_DOMAIN_PERSONSAK_HANDLERS_H

#include "domain/personsak.h"

/* Adds a medsaksbehandler. STATUS_TAKEN: they handle it already, or lead it; STATUS_LIMIT_REACHED: PERSONSAK_MAX_HANDLERS do. */
struct handler_add {
    struct personsak_id personsak;
    struct person_id person;
    struct failure *failure;                   /* takes a person who cannot handle it (G1, G2) */
    const struct sql_personsak_by_id_row *row; /* by relate */
};
extern const struct write_case handler_add_case;

/* Ends what a medsaksbehandler may do. One who is none is not there. */
struct handler_remove {
    struct personsak_id personsak;
    struct person_id person;
    const struct sql_personsak_by_id_row *row; /* by relate */
};
extern const struct write_case handler_remove_case;

/* Hands the personsak over; the one who led it stays as medsaksbehandler, or not. STATUS_LIMIT_REACHED: there is no room to stay. */
struct personsak_hand_over {
    struct personsak_id personsak;
    struct person_id to;
    bool stay;
    struct failure *failure; /* takes a person who cannot handle it, or leads it already; also one who is to stay */
    const struct sql_personsak_by_id_row *row; /* by relate */
};
extern const struct write_case personsak_hand_over_case;

#endif
