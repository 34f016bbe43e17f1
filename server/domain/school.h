/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * school.h: the organisation's schools and the modules that are switched on there (M1). Inputs are filled in by api/, results live in the
 * call's arena.
 */
#ifndef TRYGG_DOMAIN_SCHOOL_H
#define TRYGG_DOMAIN_SCHOOL_H

#include "domain/record.h"

/* Bits. */
enum module {
    MODULE_SIKKER_SAK = 1 << 0,
    MODULE_AVVIKELSE = 1 << 1,
    MODULE_NOTES = 1 << 2,
};
enum { MODULES = 3 };

/* The words of the contract and the store, number i for the bit 1 << i. */
extern const char *const module_names[MODULES];

/* STATUS_NOT_FOUND for a word that is none of them. */
must_check enum status module_parse(const char *name, unsigned *ret_module);

struct school {
    struct school_id id;
    int64_t version;
    const char *name;
    unsigned modules;
    const char *ground;
};

extern const struct record_kind school_kind;

/* Makes, changes or puts a school. What is not given stays; a new one needs a name. */
struct school_write {
    struct target target;
    const char *name;
    bool sets_modules; /* the whole set */
    unsigned modules;
    struct failure *failure; /* takes members that are missing */

    struct school stored; /* by relate: what is there */
};
extern const struct write_case school_write_case;

/* The facts of a right on this school, and the school. One that is not there is no error: the relation then says so, and ret_school is not
 * written. */
must_check enum status school_relate(struct scene *scene, enum action action, const struct uuid *id,
                                     struct relation *ret_relation, struct school *ret_school);

#endif
