/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * small_house.h: a real house for the tests of activity/, domain/ and call/: a store in a folder of its own, one organisation, two
 * schools, a rektor, a contact teacher, a colleague, and one student with a tie to the contact teacher.
 */
#ifndef TRYGG_TESTS_SMALL_HOUSE_H
#define TRYGG_TESTS_SMALL_HOUSE_H

#include "base/caller.h"
#include "call/house.h"
#include "call/pipeline.h"

struct small_house {
    char folder[64];
    char data[96];
    char master_key[96];
    char log_key[96];
    struct house *house;
    struct arena *arena;
};

extern const struct organisation_id SMALL_ORGANISATION;
extern const struct school_id SMALL_SCHOOL, SMALL_OTHER_SCHOOL;
extern const struct person_id SMALL_REKTOR, SMALL_KARI, SMALL_COLLEAGUE;
extern const struct student_id SMALL_STUDENT;

/* cmocka fixtures: *state is a struct small_house. */
int small_house_setup(void **state);
int small_house_teardown(void **state);

/* Closes and opens again, as a restart would. */
void small_house_reopen(struct small_house *small);

/* Someone with both scopes and a strong login. */
struct caller small_caller(const char *subject);

/* A call by `caller` for `operation`, in the house's arena. */
struct call small_call(struct small_house *small, const struct caller *caller, const char *operation);

/* How many activity rows have this request id, and what the newest says. */
size_t small_rows(struct small_house *small, const struct uuid *request, char ret_outcome[16], char ret_ground[64]);

/* Changes the store from outside, through a connection of its own, and lets its readers know. */
void small_sql(struct small_house *small, const char *sql);

/* The first column of the first row of a query, from outside: of the data, and how many keys there are. */
int64_t small_count(struct small_house *small, const char *sql);
int64_t small_count_keys(struct small_house *small);

#endif
