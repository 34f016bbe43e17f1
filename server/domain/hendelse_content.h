/* SPDX-License-Identifier: EUPL-1.2 */
/* hendelse_content.h: how hendelser are fetched and opened, for those who read one or a page of them. Private to domain/. */
#ifndef TRYGG_DOMAIN_HENDELSE_CONTENT_H
#define TRYGG_DOMAIN_HENDELSE_CONTENT_H

#include "domain/hendelse.h"
#include "statements.gen.h"

/* One that may come on a page. */
struct hendelse_candidate {
    struct hendelse_key key;
    int64_t version; /* of its content */
    struct sealed kind, category;
    int64_t size; /* of its sealed text; 0 when it is hidden: its length is content, too */
    bool is_struck;
    bool is_hidden; /* struck, from someone who is not shown what is (P10) */
};

/* So much sealed text may a page fetch, and one hendelse more: it stands in the call's memory twice, and in the answer up to six times as
 * long (a control character is six in JSON). */
enum { HENDELSE_PAGE_BYTES = 2 << 20 };

/* What is to be fetched: the hendelser of a personsak between two places, both included. */
struct hendelse_range {
    struct personsak_id personsak;
    struct hendelse_key first, last;
    struct maybe_uuid author; /* not known: anyone's */
    size_t max;
};

/* Oldest first; with the names of who wrote and struck them. */
must_check enum status hendelse_fetch(struct scene *scene, const struct hendelse_range *range,
                                      struct person_names *names, struct sql_hendelser_between_row **ret_rows,
                                      size_t *ret_n);

/* What opening takes. */
struct hendelse_opening {
    struct arena *arena;
    const struct organisation_keys *keys;
    const struct data_key *key; /* the personsak's */
    struct key_id key_id;
    bool shows_struck;
    const struct person_names *names; /* open */
};

must_check enum status hendelse_open(const struct hendelse_opening *opening,
                                     const struct sql_hendelser_between_row *row, struct hendelse *ret_hendelse);

#endif
