/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hendelse.h: what happened, in a personsak: recorded, read, amended, struck (P3, P6, P7, P9, P10). Inputs are filled in by api/, results
 * live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_HENDELSE_H
#define TRYGG_DOMAIN_HENDELSE_H

#include "domain/listing.h"
#include "domain/personsak.h"
#include "domain/strike.h"

/* As it is shown. Content is NULL or not known where the hendelse is struck and the caller is not shown what is. */
struct hendelse {
    struct uuid id;
    int64_t version;
    struct personsak_id personsak;
    const char *kind, *category, *text;
    struct maybe_int happened_at;
    struct person_id author;
    const char *author_name;
    int64_t recorded_at;
    struct maybe_int amended_at; /* not known: as it was recorded */
    struct maybe_int documents;  /* how many it has */
    struct strike struck;
    const char *ground;
};

struct sql_hendelse_by_id_row;
struct sql_personsak_by_id_row;

/* The facts of a right on this hendelse, or on what is attached to it, and the subject of the row. One that is not there is no error: the
 * relation then says so, and the rows are not written. */
must_check enum status hendelse_relate(struct scene *scene, enum action action, const struct uuid *id,
                                       struct relation *ret_relation, struct sql_hendelse_by_id_row *ret_row,
                                       struct sql_personsak_by_id_row *ret_personsak);

/* Where one stands in its personsak. */
struct hendelse_key {
    int64_t at;
    struct uuid id;
};

/* P3. */
struct hendelse_read {
    struct uuid id;
    struct hendelse hendelse; /* out */

    /* By relate and fetch. */
    struct personsak_id personsak;
    struct key_id key;
    struct hendelse_key at;
    struct sql_hendelser_between_row *row;
    struct person_names names;
};
extern const struct read_case hendelse_read_case;

/* Those of a personsak by when they happened; one that is struck stands where it was recorded. A page ends early when its texts are long,
 * or when it has looked at many that its filters leave out. Filters count when there is no token. */
struct hendelse_filter {
    bool oldest_first;
    const char *kind, *category; /* NULL: all */
    bool by_author;
    struct uuid author;
    struct maybe_int from, until; /* inclusive */
};
struct hendelse_candidate;
struct hendelse_list {
    struct personsak_id personsak;
    struct hendelse_filter filter;
    struct listing page;
    struct hendelse *hendelser; /* out, page.n of them */

    /* On the way. */
    struct key_id key;                     /* the personsak's, by relate */
    struct policy_object object;           /* and what the right to read it rests on */
    struct hendelse_candidate *candidates; /* by gather; by sift those that pass the filters */
    size_t n_candidates;
    struct hendelse_key last;               /* the last one looked at */
    struct sql_hendelser_between_row *rows; /* by fetch, page.n of them */
    bool shows_struck;
    struct person_names names;
};

/* The plain one; and the one for a list with a filter of kind or category, or with a token, which may have one: these two are sealed, and so
 * looked at before. */
extern const struct read_case hendelse_list_case;
extern const struct read_case hendelse_filtered_case;

/* P7: every version of its content, oldest first; none of one that is struck for those who are not shown what is. */
struct hendelse_version {
    int64_t version;
    const char *kind, *category, *text;
    int64_t happened_at, written_at;
};
struct hendelse_versions {
    struct uuid id;
    struct listing page;
    struct hendelse_version *versions; /* out, page.n of them */
    const char *ground;

    struct key_id key; /* by relate */
    bool is_struck;
    struct sql_hendelse_versions_row *rows; /* by fetch */
};
extern const struct read_case hendelse_versions_case;

/* P6. STATUS_CLOSED in a closed personsak. */
struct hendelse_add {
    struct personsak_id personsak;
    const char *kind, *category, *text;
    int64_t happened_at;
    struct failure *failure; /* takes codes that cannot be used, and a time to come */

    /* By relate and prepare. */
    struct key_id key;
    bool is_closed;
    struct uuid id;
    struct sealed sealed_kind, sealed_category, sealed_text;
};
extern const struct write_case hendelse_add_case;

/* P7. What is NULL or not known stays. STATUS_CLOSED, STATUS_STRUCK. */
struct hendelse_amend {
    struct uuid id;
    const char *kind, *category, *text;
    struct maybe_int happened_at;
    struct failure *failure;

    /* By relate and prepare. */
    struct personsak_id personsak;
    struct key_id key;
    bool is_closed, is_struck;
    int64_t seen_version;                         /* 0: not prepared */
    const struct sql_hendelse_versions_row *seen; /* the newest one */
    bool new_kind, new_category, new_time, new_text;
    struct sealed sealed_kind, sealed_category, sealed_text;
};
extern const struct write_case hendelse_amend_case;

/* P10, for strike_case. */
extern const struct strike_kind hendelse_strike;

/* P9: there is no hendelse without a personsak. Whoever may see the student is told so: always STATUS_PERSONSAK_REQUIRED. */
struct hendelse_without_personsak {
    struct student_id student;
};
extern const struct write_case hendelse_without_personsak_case;

#endif
