/* SPDX-License-Identifier: EUPL-1.2 */
/* personsak_change.h: another header for a personsak (P4). Inputs are filled in by api/. */
#ifndef TRYGG_DOMAIN_PERSONSAK_CHANGE_H
#define TRYGG_DOMAIN_PERSONSAK_CHANGE_H

#include "domain/personsak.h"

/* What is NULL stays as it is. STATUS_CLOSED for one that is closed. */
struct personsak_change {
    struct personsak_id id;
    const char *sakstype;
    const char *category;
    const char *description;
    struct failure *failure; /* takes codes that cannot be used */

    const struct sql_personsak_by_id_row *row; /* by relate, with what follows: what is there */
    const struct sql_personsak_header_row *header;
    int64_t seen_version; /* by prepare, with what follows */
    bool unchanged;
    bool new_sakstype, new_category; /* another code than before: one that is retired may stay */
    struct sealed sealed_sakstype, sealed_category, sealed_description;
};
extern const struct write_case personsak_change_case;

#endif
