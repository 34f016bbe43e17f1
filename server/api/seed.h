/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seed.h: reads the seed file of `tryggd init`, strict JSON, into struct seed (domain/seed.h). Things name each other by keys that
 * are unique per organisation and kind; ids are taken from the file or made here, references are resolved here.
 *
 *   {"organisations": [{"key", "id"?, "name", "timeZone",
 *      "schools":  [{"key", "id"?, "name", "modules": [..]}],
 *      "persons":  [{"key", "id"?, "givenName", "familyName", "protected"?, "identities": [{"issuer", "subject"}],
 *                    "memberships": [{"school": key or null, "role", "from"?, "until"?}]}],
 *      "groups":   [{"key", "id"?, "school": key, "kind", "name"}],
 *      "students": [{"key", "id"?, "givenName", "familyName", "civicNumber"?, "protected"?, "person"?: key,
 *                    "enrolments": [{"school": key, "from"?, "until"?}], "groups": [key ..]}],
 *      "ties":     [{"person": key, "student": key, "kind", "from"?, "until"?}]}]}
 *
 * Days are ISO dates or relative to today: "today", "today-30", "today+1". Absent lists are empty.
 */
#ifndef TRYGG_API_SEED_H
#define TRYGG_API_SEED_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/status.h"
#include "domain/seed.h"

enum { SEED_PATH_BYTES = 160 };

/* The first thing that is wrong: where, as a path of the file ("organisations[0].ties[2].kind"), and what, without the value. */
struct seed_fault {
    char path[SEED_PATH_BYTES];
    const char *what;       /* "is not one of the known words" */
    struct json_place json; /* of a file that is no JSON at all */
};

struct seed_file {
    const struct seed *organisations; /* in the arena */
    size_t n;
    json_t *
        ids; /* an object of the caller's: {"organisations": {KEY: {"id", "schools": {KEY: id}, "persons", "groups", "students"}}} */
};

/* Reads the text. `today` is what relative days count from. ret_file->ids is filled, the rest is written on success only.
 * STATUS_INVALID with a fault, STATUS_NO_MEMORY. */
must_check enum status seed_read(const char *text, size_t len, int32_t today, struct arena *arena,
                                 struct seed_file *ret_file, struct seed_fault *fault);

#endif
