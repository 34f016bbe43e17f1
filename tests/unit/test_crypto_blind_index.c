/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: C1: marks by which a value is found again, and by which nothing else is.
 * May not: be the only place that knows the encoding; the last test spells it out.
 * Always:  keys come from a keyring, as in the daemon.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "crypto/blind_index.h"
#include "crypto/key_bytes.h"
#include "test_crypto_support.h"

struct scene {
    struct keyring *keyring;
    struct data_key *key;
    struct data_key *other_key;
};

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    struct key_id id;
    assert_non_null(scene);
    scene->keyring = keyring_for_test();
    scene->key = data_key_for_test(scene->keyring, &id);
    scene->other_key = data_key_for_test(scene->keyring, &id);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    data_key_free(scene->key);
    data_key_free(scene->other_key);
    keyring_close(scene->keyring);
    free(scene);
    return 0;
}

/* The mark of up to three texts; NULL ends them. */
static struct mark mark_of(const struct data_key *key, const char *purpose, const char *const texts[static 4])
{
    struct mark_part parts[4];
    size_t n = 0;
    for (; texts[n] != NULL; n++)
        parts[n] = (struct mark_part){.data = texts[n], .len = strlen(texts[n])};
    struct mark mark;
    blind_index_mark(key, purpose, parts, n, &mark);
    return mark;
}

static bool same(struct mark a, struct mark b)
{
    return memcmp(a.bytes, b.bytes, MARK_BYTES) == 0;
}

static void C1_equal_values_have_equal_marks(void **state)
{
    const struct scene *scene = *state;
    const char *const civic[4] = {"SE:189001019802"};
    assert_true(same(mark_of(scene->key, "civic", civic), mark_of(scene->key, "civic", civic)));
}

static void C1_a_mark_depends_on_key_purpose_and_every_part(void **state)
{
    const struct scene *scene = *state;
    static const char *const values[][4] = {
        {"ab", "c"}, {"a", "bc"}, {"abc"},  {"abc", ""}, {"", "abc"}, {"a", "b", "c"},
        {"c", "ab"}, {""},        {"", ""}, {NULL},      {"abd"},
    };
    enum { VALUES = sizeof(values) / sizeof(values[0]) };
    struct mark marks[VALUES];
    for (int i = 0; i < VALUES; i++) {
        marks[i] = mark_of(scene->key, "identity", values[i]);
        assert_false(same(marks[i], mark_of(scene->other_key, "identity", values[i])));
        assert_false(same(marks[i], mark_of(scene->key, "civic", values[i])));
        for (int other = 0; other < i; other++)
            assert_false(same(marks[i], marks[other]));
    }
}

static void a_purpose_cannot_be_mistaken_for_a_part(void **state)
{
    const struct scene *scene = *state;
    const char *const nothing[4] = {NULL};
    const char *const b[4] = {"b"};
    assert_false(same(mark_of(scene->key, "ab", nothing), mark_of(scene->key, "a", b)));
}

static void parts_may_hold_any_bytes(void **state)
{
    const struct scene *scene = *state;
    const struct mark_part with_nul = {.data = "a\0b", .len = 3};
    const struct mark_part without = {.data = "a", .len = 1};
    const struct mark_part empty = {.data = NULL, .len = 0};
    struct mark first;
    struct mark second;
    blind_index_mark(scene->key, "civic", &with_nul, 1, &first);
    blind_index_mark(scene->key, "civic", &without, 1, &second);
    assert_false(same(first, second));
    blind_index_mark(scene->key, "civic", &empty, 1, &first);
    const char *const empty_text[4] = {""};
    assert_true(same(first, mark_of(scene->key, "civic", empty_text)));
}

static void the_encoding_never_changes(void **state)
{
    const struct scene *scene = *state;
    static const uint8_t personal[16] = "trygg 1 mark";
    static const uint8_t encoded[] = "\5\0\0\0\0\0\0\0civic\2\0\0\0\0\0\0\0ab\1\0\0\0\0\0\0\0c";
    struct mark expected;
    assert_int_equal(crypto_generichash_blake2b_salt_personal(expected.bytes, MARK_BYTES, encoded, sizeof(encoded) - 1,
                                                              data_key_bytes(scene->key), KEY_BYTES, NULL, personal),
                     0);
    const char *const parts[4] = {"ab", "c"};
    assert_true(same(expected, mark_of(scene->key, "civic", parts)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(C1_equal_values_have_equal_marks),
        TEST(C1_a_mark_depends_on_key_purpose_and_every_part),
        TEST(a_purpose_cannot_be_mistaken_for_a_part),
        TEST(parts_may_hold_any_bytes),
        TEST(the_encoding_never_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
