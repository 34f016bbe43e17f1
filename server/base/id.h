/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * id.h: identifiers. UUIDv7 (RFC 9562): made here, never by the database; sorted by time of creation.
 * Each kind of thing has a type of its own, so that the compiler refuses a mix-up.
 */
#ifndef TRYGG_BASE_ID_H
#define TRYGG_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

enum { UUID_BYTES = 16, UUID_TEXT_BYTES = 37 }; /* text: 36 characters and a NUL */

struct uuid {
    uint8_t bytes[UUID_BYTES];
};

/* Same layout, different meaning. */
struct organisation_id {
    struct uuid uuid;
};
struct school_id {
    struct uuid uuid;
};
struct person_id {
    struct uuid uuid;
};
struct student_id {
    struct uuid uuid;
};
struct group_id {
    struct uuid uuid;
};
struct personsak_id {
    struct uuid uuid;
};
struct key_id {
    struct uuid uuid;
};

/* A new UUIDv7. Thread-safe. Aborts only if the kernel has no randomness to give. */
struct uuid uuid_new(void);

/* Parses exactly 36 characters, either case, any version; STATUS_INVALID otherwise. */
must_check enum status uuid_parse(const char *text, struct uuid *ret_uuid);

/* Writes lower-case text with a closing NUL. */
void uuid_format(const struct uuid *uuid, char ret_text[static UUID_TEXT_BYTES]);

bool uuid_equal(const struct uuid *a, const struct uuid *b);
int uuid_compare(const struct uuid *a, const struct uuid *b);
bool uuid_is_nil(const struct uuid *uuid);

#endif
