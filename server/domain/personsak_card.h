/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_card.h: what a personsak shows of itself (P3): header, handlers, dates. In steps, so that lists show it too: facts by
 * personsak_relate, then fetch (SQL), then open (crypto).
 */
#ifndef TRYGG_DOMAIN_PERSONSAK_CARD_H
#define TRYGG_DOMAIN_PERSONSAK_CARD_H

#include "domain/person_name.h"
#include "domain/personsak.h"
#include "domain/record.h"
#include "domain/student_name.h"

/* How it was closed. */
struct personsak_closing {
    int64_t at; /* ms */
    struct person_id by;
    const char *summary;

    int64_t number; /* as fetched: what it is sealed under */
    struct sealed sealed_summary;
};

struct personsak_card {
    struct personsak_id id;
    int64_t version;
    const char *ground;
    struct school_id school;
    struct student_name student;
    bool closed;
    const char *sakstype;
    const char *category;
    const char *description;
    struct person_id saksbehandler;
    const struct person_id *medsaksbehandlere;
    size_t n_medsaksbehandlere;
    int64_t opened_at; /* ms */
    struct person_id opened_by;
    int64_t last_at;                  /* ms */
    struct maybe_int due_on;          /* a day, when its student is about to leave the school (S6) */
    struct personsak_closing closing; /* while closed */
    struct person_names names;        /* of all who are named */

    struct key_id key; /* as fetched */
    int64_t header;
    struct sealed sealed_sakstype, sealed_category, sealed_description;
};

extern const struct record_kind personsak_kind;

/* What the row of the personsak says. */
struct personsak_card personsak_card_of(const struct sql_personsak_by_id_row *row);

/* SQL: the rest of it. */
must_check enum status personsak_card_fetch(struct scene *scene, struct personsak_card *card);

/* Crypto. */
must_check enum status personsak_card_open(struct vault *vault, const struct organisation_keys *keys,
                                           struct arena *arena, struct personsak_card *card);

#endif
