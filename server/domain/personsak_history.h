/* SPDX-License-Identifier: EUPL-1.2 */
/* personsak_history.h: what has happened to a personsak (P3, P4): headers, handlers, closings, oldest first. */
#ifndef TRYGG_DOMAIN_PERSONSAK_HISTORY_H
#define TRYGG_DOMAIN_PERSONSAK_HISTORY_H

#include "domain/listing.h"
#include "domain/person_name.h"
#include "domain/personsak.h"

/* As the statement numbers them. */
enum personsak_event_kind {
    PERSONSAK_OPENED,
    PERSONSAK_CHANGED,
    PERSONSAK_CLOSED,
    PERSONSAK_REOPENED,
    PERSONSAK_HANDLER_ADDED,
    PERSONSAK_HANDLER_REMOVED,
    PERSONSAK_HANDED_OVER,
    PERSONSAK_EVENTS
};

struct personsak_event {
    enum personsak_event_kind what;
    int64_t at; /* ms */
    struct person_id by;
    struct maybe_int version; /* of the personsak, where it is known */
    struct maybe_uuid person; /* who led it from the beginning; who came, went or took over */
    const char *sakstype;     /* opened, changed; with what follows */
    const char *category;
    const char *description;
    const char *words; /* the summary of a closing, the reason of a reopening */

    int64_t number; /* as fetched */
    struct sealed sealed_sakstype, sealed_category, sealed_description, sealed_words;
};

/* The page's numbers[0] is how many came before. */
struct personsak_history {
    struct personsak_id id;
    struct listing page;
    struct personsak_event *events; /* out, page.n of them */
    struct person_names names;      /* out */

    struct key_id key; /* by relate */
};
extern const struct read_case personsak_history_case;

#endif
