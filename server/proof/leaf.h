/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * leaf.h: a row of the activity log as bytes, so that one row has one leaf and one leaf one row. This is the format that docs/log.md
 * documents for verifiers; it never changes, another one gets another version byte.
 *
 *   byte 1 (the version), then each field in the order below: its length + 1 as unsigned LEB128 in as few bytes as possible, and its bytes;
 *   a field that is absent (NULL) is the byte 0. Ids are 16 bytes, numbers 8 bytes (big-endian, two's complement), texts UTF-8 without a NUL.
 *
 * There is no content in it, no name and no number of a person (V4).
 */
#ifndef TRYGG_PROOF_LEAF_H
#define TRYGG_PROOF_LEAF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "crypto/hash.h"

enum leaf_field {
    LEAF_TREE,         /* id: of the school, or of the organisation for what belongs to none */
    LEAF_INDEX,        /* number: the leaf's place */
    LEAF_AT,           /* number: ms since 1970 */
    LEAF_ORGANISATION, /* id */
    LEAF_ACTOR_KIND,   /* text: person, client, stranger, local */
    LEAF_ACTOR,        /* id, may be absent; so may be all that follow but operation, outcome, ground and request */
    LEAF_ACTOR_MARK,   /* bytes */
    LEAF_BEHALF,       /* id */
    LEAF_CLIENT,       /* text */
    LEAF_OPERATION,    /* text */
    LEAF_OBJECT_KIND,  /* text */
    LEAF_OBJECT,       /* id */
    LEAF_STUDENT,      /* id */
    LEAF_SCHOOL,       /* id */
    LEAF_OUTCOME,      /* text: allowed, refused, replayed */
    LEAF_GROUND,       /* text */
    LEAF_REQUEST,      /* id */
    LEAF_SHOWN,        /* bytes: ids one after another */
    LEAF_FIELDS
};

enum leaf_kind { LEAF_ID, LEAF_NUMBER, LEAF_TEXT, LEAF_BYTES };

/* Of each field: its name in documents and in output ("actorKind"), what it is, and whether it must be there. */
struct leaf_shape {
    const char *name;
    enum leaf_kind kind;
    bool required;
};
extern const struct leaf_shape leaf_shapes[LEAF_FIELDS];

/* data NULL: absent. Numbers are 8 bytes here too: leaf_number makes and reads them. */
struct leaf_value {
    const uint8_t *data;
    size_t len;
};
struct leaf {
    struct leaf_value fields[LEAF_FIELDS];
};

enum { LEAF_NUMBER_BYTES = 8, LEAF_MAX_BYTES = 1 << 17 };
void leaf_number_write(int64_t number, uint8_t ret_bytes[static LEAF_NUMBER_BYTES]);
int64_t leaf_number_read(const uint8_t bytes[static LEAF_NUMBER_BYTES]);

/* Bytes that the encoding takes. */
size_t leaf_size(const struct leaf *leaf);

/* Writes leaf_size(leaf) bytes. */
void leaf_encode(const struct leaf *leaf, uint8_t *ret_bytes);

/* Borrows from bytes. STATUS_INVALID unless these bytes are what leaf_encode writes for some leaf whose fields are as leaf_shapes says. */
must_check enum status leaf_decode(const uint8_t *bytes, size_t len, struct leaf *ret_leaf);

/* tree_leaf() of the encoding, without writing it anywhere. */
struct hash leaf_hash(const struct leaf *leaf);

#endif
