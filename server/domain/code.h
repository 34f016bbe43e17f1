/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * code.h: the organisation's code lists (M1, L2): which kinds of case, event, report and record there are, with their labels. Codes are
 * nobody's secret and are not sealed. A code is retired, never removed: old records need its labels.
 */
#ifndef TRYGG_DOMAIN_CODE_H
#define TRYGG_DOMAIN_CODE_H

#include "domain/scene.h"

enum { CODES_PER_LIST = 200 }; /* retired ones too: the lists are always answered whole */

enum code_list {
    CODE_LIST_SAKSTYPE,
    CODE_LIST_CASE_CATEGORY,
    CODE_LIST_HENDELSE_KIND,
    CODE_LIST_REPORT_CATEGORY,
    CODE_LIST_RETENTION_KIND,
    CODE_LISTS
};

struct code_labels {
    const char *nb, *sv, *en;
};

struct code {
    struct uuid id;
    int64_t version;
    const char *list;
    const char *code;
    int64_t position; /* where it stands in its list; equal ones stand in the order of their codes */
    struct code_labels labels;
    bool retired;
};

struct code_read {
    struct uuid id;
    struct code code; /* out */
    const char *ground;
};
extern const struct read_case code_read_case;

/* By list, and in each by position. */
struct code_list_read {
    const char *list;         /* NULL: all lists */
    struct maybe_int retired; /* 0 or 1; not known: both */
    struct code *codes;       /* out */
    size_t n;
    const char *ground;
};
extern const struct read_case code_list_read_case;

/* STATUS_TAKEN for a code that its list has already, retired or not. */
struct code_create {
    const char *list;
    const char *code;
    struct maybe_int position; /* not known: after the last */
    struct code_labels labels;
    struct failure *failure; /* takes a code that is not written as one, and a list that is full */
};
extern const struct write_case code_create_case;

/* What is not known or NULL stays. List and code never change: records name them. */
struct code_change {
    struct uuid id;
    struct maybe_int position;
    struct maybe_int retired; /* 0 or 1 */
    struct code_labels labels;

    struct code stored; /* by relate */
};
extern const struct write_case code_change_case;

/* The facts that a right on this code rests on, and the subject of its row. ret_code is written when the code is there. */
must_check enum status code_relate(struct scene *scene, enum action action, const struct uuid *id,
                                   struct relation *ret_relation, struct code *ret_code);

/* Whether a new record may name this code: it is in the list and not retired. */
must_check enum status code_is_usable(struct session *session, const struct organisation_id *organisation,
                                      enum code_list list, const char *code, bool *ret_usable);

/* Gives a new organisation the program's default codes; they are its own from then on. */
must_check enum status code_store_defaults(struct tx *tx, const struct organisation_id *organisation);

#endif
