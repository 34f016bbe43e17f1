/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: rows as bytes: one row has one leaf, and one leaf one row.
 * May not: depend on chance that differs between two runs.
 * Always:  the bytes are those that docs/log.md tells, which is why one row of them stands here byte by byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "proof/leaf.h"
#include "proof/tree.h"

enum { ROUNDS = 20000, MAX_LEN = 3000 };

static uint8_t bytes_of[LEAF_FIELDS][MAX_LEN];

static struct leaf_value text(const char *text)
{
    return (struct leaf_value){(const uint8_t *)text, strlen(text)};
}

static struct leaf_value id(const uint8_t *bytes)
{
    return (struct leaf_value){bytes, 16};
}

/* The one that docs/log.md tells. */
static struct leaf example(void)
{
    static const uint8_t school[16] = {0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1};
    static const uint8_t organisation[16] = {0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 2};
    static const uint8_t actor[16] = {0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 3};
    static const uint8_t student[16] = {0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 4};
    static const uint8_t request[16] = {0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 5};
    static uint8_t index[LEAF_NUMBER_BYTES], at[LEAF_NUMBER_BYTES];
    leaf_number_write(5, index);
    leaf_number_write(1790000000000, at);
    return (struct leaf){.fields = {
                             [LEAF_TREE] = id(school),
                             [LEAF_INDEX] = {index, sizeof index},
                             [LEAF_AT] = {at, sizeof at},
                             [LEAF_ORGANISATION] = id(organisation),
                             [LEAF_ACTOR_KIND] = text("person"),
                             [LEAF_ACTOR] = id(actor),
                             [LEAF_CLIENT] = text("trygg-web"),
                             [LEAF_OPERATION] = text("getStudent"),
                             [LEAF_OBJECT_KIND] = text("student"),
                             [LEAF_OBJECT] = id(student),
                             [LEAF_STUDENT] = id(student),
                             [LEAF_SCHOOL] = id(school),
                             [LEAF_OUTCOME] = text("allowed"),
                             [LEAF_GROUND] = text("S2.tie.mentor"),
                             [LEAF_REQUEST] = id(request),
                         }};
}

static const uint8_t example_bytes[] =
    "\x01"
    "\x11\x01\x99\0\0\0\0\x70\0\x80\0\0\0\0\0\0\x01"
    "\x09\0\0\0\0\0\0\0\x05"
    "\x09\0\0\x01\xa0\xc4\x50\x6c\x00"
    "\x11\x01\x99\0\0\0\0\x70\0\x80\0\0\0\0\0\0\x02"
    "\x07person"
    "\x11\x01\x99\0\0\0\0\x70\0\x80\0\0\0\0\0\0\x03"
    "\0"
    "\0"
    "\x0atrygg-web"
    "\x0bgetStudent"
    "\x08student"
    "\x11\x01\x99\0\0\0\0\x70\0\x80\0\0\0\0\0\0\x04"
    "\x11\x01\x99\0\0\0\0\x70\0\x80\0\0\0\0\0\0\x04"
    "\x11\x01\x99\0\0\0\0\x70\0\x80\0\0\0\0\0\0\x01"
    "\x08"
    "allowed"
    "\x0eS2.tie.mentor"
    "\x11\x01\x99\0\0\0\0\x70\0\x80\0\0\0\0\0\0\x05"; /* and the NUL that ends this text: no `shown` */
enum { EXAMPLE_BYTES = sizeof example_bytes };

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

static void V4_a_row_is_these_bytes_and_no_others(void **state)
{
    (void)state;
    const struct leaf leaf = example();
    uint8_t bytes[512];
    assert_int_equal(leaf_size(&leaf), EXAMPLE_BYTES);
    leaf_encode(&leaf, bytes);
    assert_memory_equal(bytes, example_bytes, EXAMPLE_BYTES);
}

static void numbers_are_big_endian_in_twos_complement(void **state)
{
    (void)state;
    const int64_t numbers[] = {0, 1, -1, 255, 256, 1790000000000, INT64_MAX, INT64_MIN};
    uint8_t bytes[LEAF_NUMBER_BYTES];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        leaf_number_write(numbers[i], bytes);
        assert_int_equal(leaf_number_read(bytes), numbers[i]);
    }
    leaf_number_write(-2, bytes);
    assert_memory_equal(bytes, "\xff\xff\xff\xff\xff\xff\xff\xfe", LEAF_NUMBER_BYTES);
    leaf_number_write(0x0102030405060708, bytes);
    assert_memory_equal(bytes, "\1\2\3\4\5\6\7\x08", LEAF_NUMBER_BYTES);
}

/* ---- Round trips ---------------------------------------------------------------------------------------------------------- */

static uint64_t seed = 97;
static size_t below(size_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(seed >> 33) % n;
}

static struct leaf_value random_value(size_t field)
{
    static const char *const words[] = {"", "a", "lärare", "\xf0\x9f\x8c\xb1", "S2.tie.mentor"};
    static const size_t lengths[] = {0, 1, 15, 126, 127, 128, 129, 300, 1024, MAX_LEN};
    const struct leaf_shape *shape = &leaf_shapes[field];
    if (!shape->required && below(3) == 0)
        return (struct leaf_value){0};
    for (size_t i = 0; i < 16; i++)
        bytes_of[field][i] = (uint8_t)below(256);
    if (shape->kind == LEAF_ID)
        return (struct leaf_value){bytes_of[field], 16};
    if (shape->kind == LEAF_NUMBER)
        return (struct leaf_value){bytes_of[field], LEAF_NUMBER_BYTES};
    if (shape->kind == LEAF_TEXT && below(10) > 0)
        return text(words[below(sizeof words / sizeof *words)]);
    memset(bytes_of[field], 'x', MAX_LEN);
    return (struct leaf_value){bytes_of[field], lengths[below(sizeof lengths / sizeof *lengths)]};
}

static void assert_same(const struct leaf *a, const struct leaf *b)
{
    for (size_t i = 0; i < LEAF_FIELDS; i++) {
        assert_int_equal(a->fields[i].data == NULL, b->fields[i].data == NULL);
        assert_int_equal(a->fields[i].len, b->fields[i].len);
        if (a->fields[i].len > 0)
            assert_memory_equal(a->fields[i].data, b->fields[i].data, a->fields[i].len);
    }
}

static void random_rows_come_back_and_hash_as_their_bytes(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(LEAF_MAX_BYTES);
    assert_non_null(bytes);
    for (size_t round = 0; round < ROUNDS; round++) {
        struct leaf leaf, back;
        for (size_t i = 0; i < LEAF_FIELDS; i++)
            leaf.fields[i] = random_value(i);
        const size_t len = leaf_size(&leaf);
        leaf_encode(&leaf, bytes);
        assert_int_equal(leaf_decode(bytes, len, &back), STATUS_OK);
        assert_same(&leaf, &back);
        const struct hash hash = leaf_hash(&leaf), wanted = tree_leaf(bytes, len);
        assert_true(hash_equal(&hash, &wanted));
    }
    free(bytes);
}

/* Around the length at which a row is no longer hashed in one piece. */
static void every_length_of_a_row_hashes_as_its_bytes(void **state)
{
    (void)state;
    static const uint8_t shown[4096] = {1, 2, 3};
    uint8_t bytes[8192];
    struct leaf leaf = example();
    for (size_t len = 0; len <= sizeof shown; len++) {
        leaf.fields[LEAF_SHOWN] = (struct leaf_value){shown, len};
        const size_t size = leaf_size(&leaf);
        leaf_encode(&leaf, bytes);
        const struct hash hash = leaf_hash(&leaf), wanted = tree_leaf(bytes, size);
        assert_true(hash_equal(&hash, &wanted));
    }
}

static void absent_and_empty_are_two_things(void **state)
{
    (void)state;
    struct leaf absent = example(), empty = example();
    empty.fields[LEAF_SHOWN] = (struct leaf_value){(const uint8_t *)"", 0};
    const struct hash a = leaf_hash(&absent), b = leaf_hash(&empty);
    assert_false(hash_equal(&a, &b));
    assert_int_equal(leaf_size(&absent), leaf_size(&empty));
}

/* ---- What is no row --------------------------------------------------------------------------------------------------------- */

static void refused(const uint8_t *bytes, size_t len)
{
    struct leaf leaf = {.fields = {{bytes, 77}}};
    uint8_t *exact = malloc(len > 0 ? len : 1); /* nothing behind it, for the address sanitizer's eyes */
    assert_non_null(exact);
    memcpy(exact, bytes, len);
    assert_int_equal(leaf_decode(exact, len, &leaf), STATUS_INVALID);
    assert_int_equal(leaf.fields[0].len, 77);
    free(exact);
}

static void no_beginning_of_a_row_is_a_row(void **state)
{
    (void)state;
    for (size_t len = 0; len < EXAMPLE_BYTES; len++)
        refused(example_bytes, len);
}

static void nothing_may_follow_a_row(void **state)
{
    (void)state;
    uint8_t bytes[EXAMPLE_BYTES + 1];
    memcpy(bytes, example_bytes, EXAMPLE_BYTES);
    for (unsigned last = 0; last < 256; last++) {
        bytes[EXAMPLE_BYTES] = (uint8_t)last;
        refused(bytes, sizeof bytes);
    }
}

static void another_version_is_another_format(void **state)
{
    (void)state;
    uint8_t bytes[EXAMPLE_BYTES];
    memcpy(bytes, example_bytes, EXAMPLE_BYTES);
    for (unsigned version = 0; version < 256; version++) {
        bytes[0] = (uint8_t)version;
        if (version != 1)
            refused(bytes, sizeof bytes);
    }
}

/* Where the length of each field of the example stands. */
static size_t length_at(size_t field)
{
    size_t at = 1;
    for (size_t i = 0; i < field; i++)
        at += (size_t)example_bytes[at] + (example_bytes[at] == 0);
    return at;
}

/* The example with these bytes in the place of a field. */
static size_t with_field(size_t field, const void *instead, size_t len, uint8_t *ret_bytes)
{
    const size_t at = length_at(field), end = field + 1 == LEAF_FIELDS ? (size_t)EXAMPLE_BYTES : length_at(field + 1);
    memcpy(ret_bytes, example_bytes, at);
    memcpy(ret_bytes + at, instead, len);
    memcpy(ret_bytes + at + len, example_bytes + end, EXAMPLE_BYTES - end);
    return at + len + EXAMPLE_BYTES - end;
}

static void a_length_is_written_in_its_shortest_form(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } longer[] = {
        {"\x8b\x00getStudent", 12},
        {"\x8b\x80\x00getStudent", 13},
        {"\x8b\x80\x80\x80\x80\x80\x80\x80\x00getStudent", 19},
        {"\x8b\x80\x80\x80\x80\x80\x80\x80\x80\x00getStudent", 20},
        {"\x8b\x80\x80\x80\x80\x80\x80\x80\x80\x02getStudent", 20},
        {"\x80\x00", 2},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01getStudent", 20},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\x7fgetStudent", 19},
    };
    uint8_t bytes[EXAMPLE_BYTES + 64];
    struct leaf leaf;
    size_t len = with_field(LEAF_OPERATION, "\x0bgetStudent", 11, bytes);
    assert_int_equal(leaf_decode(bytes, len, &leaf), STATUS_OK);
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) {
        len = with_field(LEAF_OPERATION, longer[i].bytes, longer[i].len, bytes);
        refused(bytes, len);
    }
}

static void what_a_row_must_have_is_there(void **state)
{
    (void)state;
    uint8_t bytes[EXAMPLE_BYTES + 64];
    struct leaf leaf;
    for (size_t i = 0; i < LEAF_FIELDS; i++) {
        const size_t len = with_field(i, "", 1, bytes);
        if (leaf_shapes[i].required)
            refused(bytes, len);
        else
            assert_int_equal(leaf_decode(bytes, len, &leaf), STATUS_OK);
    }
}

static void ids_and_numbers_have_their_length(void **state)
{
    (void)state;
    uint8_t bytes[EXAMPLE_BYTES + 64], instead[34] = {0};
    struct leaf leaf;
    for (size_t i = 0; i < LEAF_FIELDS; i++) {
        const enum leaf_kind kind = leaf_shapes[i].kind;
        for (size_t n = 0; n < 33; n++) {
            instead[0] = (uint8_t)(n + 1);
            const size_t len = with_field(i, instead, n + 1, bytes);
            const bool wrong = (kind == LEAF_ID && n != 16) || (kind == LEAF_NUMBER && n != 8) ||
                               (kind == LEAF_TEXT && n > 0); /* NULs */
            if (wrong)
                refused(bytes, len);
            else
                assert_int_equal(leaf_decode(bytes, len, &leaf), STATUS_OK);
        }
    }
}

static void texts_are_utf_8_without_a_nul(void **state)
{
    (void)state;
    static const char *const wrong[] = {"\x03\xff\xff", "\x03\xc0\x80", "\x03\xc3(", "\x04\xed\xa0\x80", "\x02\xc3"};
    uint8_t bytes[EXAMPLE_BYTES + 64];
    struct leaf leaf;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refused(bytes, with_field(LEAF_CLIENT, wrong[i], strlen(wrong[i]), bytes));
    refused(bytes, with_field(LEAF_CLIENT, "\x04x\0y", 4, bytes));
    assert_int_equal(leaf_decode(bytes, with_field(LEAF_CLIENT, "\x03\xc3\xa4", 3, bytes), &leaf), STATUS_OK);
}

/* Whatever one byte is changed to: it is no row, or one whose bytes are these. */
static void every_byte_counts(void **state)
{
    (void)state;
    uint8_t bytes[EXAMPLE_BYTES], again[EXAMPLE_BYTES];
    for (size_t at = 0; at < EXAMPLE_BYTES; at++) {
        for (unsigned value = 0; value < 256; value++) {
            struct leaf leaf;
            memcpy(bytes, example_bytes, EXAMPLE_BYTES);
            bytes[at] = (uint8_t)value;
            if (leaf_decode(bytes, EXAMPLE_BYTES, &leaf) != STATUS_OK)
                continue;
            assert_int_equal(leaf_size(&leaf), EXAMPLE_BYTES);
            leaf_encode(&leaf, again);
            assert_memory_equal(again, bytes, EXAMPLE_BYTES);
        }
    }
}

static void a_row_has_a_longest_form(void **state)
{
    (void)state;
    static uint8_t shown[LEAF_MAX_BYTES], bytes[2 * LEAF_MAX_BYTES];
    struct leaf leaf = example(), back;
    const size_t rest = leaf_size(&leaf) - 1 + 3; /* the length takes three bytes */
    leaf.fields[LEAF_SHOWN] = (struct leaf_value){shown, LEAF_MAX_BYTES - rest};
    assert_int_equal(leaf_size(&leaf), LEAF_MAX_BYTES);
    leaf_encode(&leaf, bytes);
    assert_int_equal(leaf_decode(bytes, LEAF_MAX_BYTES, &back), STATUS_OK);
    assert_same(&leaf, &back);
    leaf.fields[LEAF_SHOWN].len++;
    leaf_encode(&leaf, bytes);
    assert_int_equal(leaf_decode(bytes, LEAF_MAX_BYTES + 1, &back), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(V4_a_row_is_these_bytes_and_no_others),
        cmocka_unit_test(numbers_are_big_endian_in_twos_complement),
        cmocka_unit_test(random_rows_come_back_and_hash_as_their_bytes),
        cmocka_unit_test(every_length_of_a_row_hashes_as_its_bytes),
        cmocka_unit_test(absent_and_empty_are_two_things),
        cmocka_unit_test(no_beginning_of_a_row_is_a_row),
        cmocka_unit_test(nothing_may_follow_a_row),
        cmocka_unit_test(another_version_is_another_format),
        cmocka_unit_test(a_length_is_written_in_its_shortest_form),
        cmocka_unit_test(what_a_row_must_have_is_there),
        cmocka_unit_test(ids_and_numbers_have_their_length),
        cmocka_unit_test(texts_are_utf_8_without_a_nul),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(a_row_has_a_longest_form),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
