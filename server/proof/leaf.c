/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: rows of the log as bytes, and their hashes.
 * May not: allocate, or take what a field may not hold.
 * Always:  one row has one encoding, and what decodes encodes to the same bytes.
 */
#include "proof/leaf.h"

#include <string.h>

#include "base/id.h"
#include "base/text.h"
#include "proof/tree.h"

/* A row that lists nobody takes about 210 bytes. */
enum { VERSION = 1, LENGTH_BYTES = 10, USUAL_BYTES = 1024 };

const struct leaf_shape leaf_shapes[LEAF_FIELDS] = {
    [LEAF_TREE] = {"tree", LEAF_ID, true},
    [LEAF_INDEX] = {"index", LEAF_NUMBER, true},
    [LEAF_AT] = {"at", LEAF_NUMBER, true},
    [LEAF_ORGANISATION] = {"organisation", LEAF_ID, true},
    [LEAF_ACTOR_KIND] = {"actorKind", LEAF_TEXT, true},
    [LEAF_ACTOR] = {"actor", LEAF_ID, false},
    [LEAF_ACTOR_MARK] = {"actorMark", LEAF_BYTES, false},
    [LEAF_BEHALF] = {"behalf", LEAF_ID, false},
    [LEAF_CLIENT] = {"client", LEAF_TEXT, false},
    [LEAF_OPERATION] = {"operation", LEAF_TEXT, true},
    [LEAF_OBJECT_KIND] = {"objectKind", LEAF_TEXT, false},
    [LEAF_OBJECT] = {"object", LEAF_ID, false},
    [LEAF_STUDENT] = {"student", LEAF_ID, false},
    [LEAF_SCHOOL] = {"school", LEAF_ID, false},
    [LEAF_OUTCOME] = {"outcome", LEAF_TEXT, true},
    [LEAF_GROUND] = {"ground", LEAF_TEXT, true},
    [LEAF_REQUEST] = {"request", LEAF_ID, true},
    [LEAF_SHOWN] = {"shown", LEAF_BYTES, false},
};

void leaf_number_write(int64_t number, uint8_t ret_bytes[static LEAF_NUMBER_BYTES])
{
    for (size_t i = 0; i < LEAF_NUMBER_BYTES; i++)
        ret_bytes[i] = (uint8_t)((uint64_t)number >> (8 * (LEAF_NUMBER_BYTES - 1 - i)));
}

int64_t leaf_number_read(const uint8_t bytes[static LEAF_NUMBER_BYTES])
{
    uint64_t number = 0;
    for (size_t i = 0; i < LEAF_NUMBER_BYTES; i++)
        number = number << 8 | bytes[i];
    return (int64_t)number;
}

/* ---- Encoding ----------------------------------------------------------------------------------------------------------- */

/* What stands before a field's bytes. */
static uint64_t announced(const struct leaf_value *value)
{
    return value->data == NULL ? 0 : (uint64_t)value->len + 1;
}

static size_t length_write(uint64_t number, uint8_t ret_bytes[static LENGTH_BYTES])
{
    size_t n = 0;
    for (; number >= 0x80; number >>= 7)
        ret_bytes[n++] = (uint8_t)(number | 0x80);
    ret_bytes[n++] = (uint8_t)number;
    return n;
}

static size_t length_size(uint64_t number)
{
    size_t n = 1;
    while (number >>= 7)
        n++;
    return n;
}

size_t leaf_size(const struct leaf *leaf)
{
    size_t size = 1;
    for (size_t i = 0; i < LEAF_FIELDS; i++) {
        const uint64_t length = announced(&leaf->fields[i]);
        size += length_size(length) + (length > 0 ? leaf->fields[i].len : 0);
    }
    return size;
}

void leaf_encode(const struct leaf *leaf, uint8_t *ret_bytes)
{
    uint8_t *at = ret_bytes, length_bytes[LENGTH_BYTES];
    *at++ = VERSION;
    for (size_t i = 0; i < LEAF_FIELDS; i++) {
        const struct leaf_value *value = &leaf->fields[i];
        const size_t n = length_write(announced(value), length_bytes);
        memcpy(at, length_bytes, n);
        at += n;
        if (value->data == NULL)
            continue;
        memcpy(at, value->data, value->len);
        at += value->len;
    }
}

/* A long row, as it lies. */
static struct hash hash_in_parts(const struct leaf *leaf)
{
    static const uint8_t head[] = {0, VERSION};
    uint8_t lengths[LEAF_FIELDS][LENGTH_BYTES];
    struct hash_part parts[1 + 2 * LEAF_FIELDS] = {{head, sizeof head}};
    size_t n = 1;

    for (size_t i = 0; i < LEAF_FIELDS; i++) {
        const struct leaf_value *value = &leaf->fields[i];
        parts[n++] = (struct hash_part){lengths[i], length_write(announced(value), lengths[i])};
        if (value->data != NULL)
            parts[n++] = (struct hash_part){value->data, value->len};
    }
    return sha256(parts, n);
}

/* A row of usual length is faster hashed in one piece. */
struct hash leaf_hash(const struct leaf *leaf)
{
    uint8_t bytes[USUAL_BYTES];
    const size_t size = leaf_size(leaf);
    if (size > sizeof bytes)
        return hash_in_parts(leaf);
    leaf_encode(leaf, bytes);
    return tree_leaf(bytes, size);
}

/* ---- Decoding ----------------------------------------------------------------------------------------------------------- */

struct rest {
    const uint8_t *at;
    size_t len;
};

/* In as few bytes as it can be written in. */
static enum status length_read(struct rest *rest, uint64_t *ret_number)
{
    uint64_t number = 0;
    for (size_t n = 0; n < rest->len && n < LENGTH_BYTES - 1; n++) {
        number |= (uint64_t)(rest->at[n] & 0x7f) << (7 * n);
        if ((rest->at[n] & 0x80) != 0)
            continue;
        if (n > 0 && rest->at[n] == 0)
            return STATUS_INVALID;
        rest->at += n + 1;
        rest->len -= n + 1;
        *ret_number = number;
        return STATUS_OK;
    }
    return STATUS_INVALID;
}

static bool is_text(const struct leaf_value *value)
{
    size_t code_points;
    return text_length((const char *)value->data, value->len, &code_points) == STATUS_OK;
}

static bool fits(const struct leaf_shape *shape, const struct leaf_value *value)
{
    if (value->data == NULL)
        return !shape->required;
    switch (shape->kind) {
    case LEAF_ID:
        return value->len == UUID_BYTES;
    case LEAF_NUMBER:
        return value->len == LEAF_NUMBER_BYTES;
    case LEAF_TEXT:
        return is_text(value);
    case LEAF_BYTES:
        return true;
    }
    return false;
}

static enum status field_read(struct rest *rest, const struct leaf_shape *shape, struct leaf_value *ret_value)
{
    struct leaf_value value = {0};
    uint64_t length = 0;

    TRY(length_read(rest, &length));
    if (length > 0) {
        if (length - 1 > rest->len)
            return STATUS_INVALID;
        value = (struct leaf_value){rest->at, (size_t)(length - 1)};
        rest->at += value.len;
        rest->len -= value.len;
    }
    if (!fits(shape, &value))
        return STATUS_INVALID;
    *ret_value = value;
    return STATUS_OK;
}

enum status leaf_decode(const uint8_t *bytes, size_t len, struct leaf *ret_leaf)
{
    struct leaf leaf;
    if (len == 0 || len > LEAF_MAX_BYTES || bytes[0] != VERSION)
        return STATUS_INVALID;
    struct rest rest = {bytes + 1, len - 1};
    for (size_t i = 0; i < LEAF_FIELDS; i++)
        TRY(field_read(&rest, &leaf_shapes[i], &leaf.fields[i]));
    if (rest.len > 0)
        return STATUS_INVALID;
    *ret_leaf = leaf;
    return STATUS_OK;
}
