/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group.h: classes and mentor groups of a school (M1). Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_GROUP_H
#define TRYGG_DOMAIN_GROUP_H

#include "domain/record.h"

struct group {
    struct group_id id;
    int64_t version;
    struct school_id school;
    const char *kind; /* "class" or "mentor" */
    const char *name;
    const char *ground;

    struct sealed sealed_name; /* as fetched, until it is opened */
};

/* Filters of the page: ids[0] the school. */
enum { GROUP_LIST_BY_SCHOOL = 1 << 0 };
extern const struct record_kind group_kind;

/* Makes, changes or puts a group. What is NULL or not given stays as it is; a new one needs all. A group never changes its school. */
struct group_write {
    struct target target;
    struct reference school;
    const char *kind;
    const char *name;
    struct failure *failure; /* takes members that are missing, and references that lead nowhere */

    struct school_id at;             /* by relate: the school of the group that is there, or of the new one */
    bool at_known;                   /* by relate: the new one's school is there */
    struct sql_group_by_id_row *row; /* by relate: what is there */
    const char *new_kind;            /* by prepare, with what follows: what is to be stored */
    struct sealed sealed_name;
    bool unchanged;
};
extern const struct write_case group_write_case;

#endif
