/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: C1 and C3: what is sealed opens where it was sealed and nowhere else.
 * May not: look inside the format beyond what envelope.h documents.
 * Always:  each refusal is tried beside an opening that works, so that a refusal of everything would be seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "crypto/envelope.h"
#include "test_crypto_support.h"

#define SECRET "Kari saw what happened in the schoolyard"

struct scene {
    struct keyring *keyring;
    struct arena *arena;
    struct data_key *key;
    struct data_key *other_key;
    struct key_id other_id;
    struct seal_place place;
    struct sealed sealed;
};

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    assert_non_null(scene);
    scene->keyring = keyring_for_test();
    scene->arena = arena_new(64 << 20);
    scene->key = data_key_for_test(scene->keyring, &scene->place.key);
    scene->other_key = data_key_for_test(scene->keyring, &scene->other_id);
    scene->place.organisation.uuid = uuid_new();
    scene->place.row = uuid_new();
    scene->place.column = (struct sealed_column){.table = "student", .column = "name"};
    scene->place.version = 7;
    assert_int_equal(envelope_seal(scene->arena, scene->key, &scene->place, SECRET, strlen(SECRET), &scene->sealed),
                     STATUS_OK);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    data_key_free(scene->key);
    data_key_free(scene->other_key);
    arena_free(scene->arena);
    keyring_close(scene->keyring);
    free(scene);
    return 0;
}

static void assert_opens(struct scene *scene)
{
    void *plain = NULL;
    size_t len = 0;
    assert_int_equal(envelope_open(scene->arena, scene->key, &scene->place, scene->sealed, &plain, &len), STATUS_OK);
    assert_int_equal(len, strlen(SECRET));
    assert_string_equal(plain, SECRET);
}

static void assert_refused(struct scene *scene, const struct data_key *key, const struct seal_place *place,
                           struct sealed sealed)
{
    void *plain = scene;
    size_t len = 99;
    assert_int_equal(envelope_open(scene->arena, key, place, sealed, &plain, &len), STATUS_CORRUPT);
    assert_ptr_equal(plain, scene);
    assert_int_equal(len, 99);
}

static void C1_what_was_sealed_opens_where_it_was_sealed(void **state)
{
    assert_opens(*state);
}

static void C1_no_plain_text_is_in_a_sealed_value(void **state)
{
    const struct scene *scene = *state;
    assert_int_equal(scene->sealed.len, strlen(SECRET) + ENVELOPE_OVERHEAD);
    assert_int_equal(scene->sealed.data[0], 1);
    for (size_t at = 0; at + 4 <= strlen(SECRET); at++)
        assert_null(memmem(scene->sealed.data, scene->sealed.len, &SECRET[at], 4));
}

static void C1_sealing_twice_gives_unrelated_values(void **state)
{
    struct scene *scene = *state;
    struct sealed again;
    assert_int_equal(envelope_seal(scene->arena, scene->key, &scene->place, SECRET, strlen(SECRET), &again), STATUS_OK);
    assert_int_equal(again.len, scene->sealed.len);
    size_t same = 0;
    for (size_t i = 1; i < again.len; i++)
        same += again.data[i] == scene->sealed.data[i];
    assert_in_range(same, 0, 8);
}

static void C3_ciphertext_moved_to_another_row_is_refused(void **state)
{
    struct scene *scene = *state;
    for (size_t bit = 0; bit < 8 * UUID_BYTES; bit++) {
        struct seal_place place = scene->place;
        place.row.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_refused(scene, scene->key, &place, scene->sealed);
    }
    assert_opens(scene);
}

static void C3_ciphertext_moved_to_another_column_or_table_is_refused(void **state)
{
    struct scene *scene = *state;
    static const struct sealed_column columns[] = {
        {"student", "civic_number"}, {"student", "nam"},  {"student", "names"},
        {"student", "Name"},         {"note", "name"},    {"person", "name"},
        {"studentname", "name"},     {"name", "student"}, {"studen", "tname"},
        {"studentn", "ame"},
    };
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        struct seal_place place = scene->place;
        place.column = columns[i];
        assert_refused(scene, scene->key, &place, scene->sealed);
    }
    assert_opens(scene);
}

static void C3_ciphertext_moved_to_another_organisation_is_refused(void **state)
{
    struct scene *scene = *state;
    for (size_t bit = 0; bit < 8 * UUID_BYTES; bit++) {
        struct seal_place place = scene->place;
        place.organisation.uuid.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_refused(scene, scene->key, &place, scene->sealed);
    }
    assert_opens(scene);
}

static void C3_ciphertext_moved_to_another_student_is_refused(void **state)
{
    struct scene *scene = *state;
    struct seal_place place = scene->place;
    place.key = scene->other_id;
    assert_refused(scene, scene->other_key, &place, scene->sealed);        /* the other student's key and id */
    assert_refused(scene, scene->other_key, &scene->place, scene->sealed); /* their key under this id */
    assert_refused(scene, scene->key, &place, scene->sealed);              /* this key under their id */
    assert_opens(scene);
}

static void C3_ciphertext_of_another_version_is_refused(void **state)
{
    struct scene *scene = *state;
    static const int64_t versions[] = {6,         8,        0, -7, 7 + (1LL << 8), 7 + (1LL << 32), 7 - (1LL << 56),
                                       INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        struct seal_place place = scene->place;
        place.version = versions[i];
        assert_refused(scene, scene->key, &place, scene->sealed);
    }
    assert_opens(scene);
}

static void C3_ids_exchanged_between_the_fields_of_a_place_are_refused(void **state)
{
    struct scene *scene = *state;
    struct seal_place place = scene->place;
    place.row = scene->place.organisation.uuid;
    place.organisation.uuid = scene->place.row;
    assert_refused(scene, scene->key, &place, scene->sealed);
    place = scene->place;
    place.row = scene->place.key.uuid;
    place.key.uuid = scene->place.row;
    assert_refused(scene, scene->key, &place, scene->sealed);
    assert_opens(scene);
}

static void C3_any_flipped_bit_is_refused(void **state)
{
    struct scene *scene = *state;
    uint8_t *bytes = arena_copy(scene->arena, scene->sealed.data, scene->sealed.len);
    const struct sealed copy = {.data = bytes, .len = scene->sealed.len};
    for (size_t bit = 0; bit < 8 * copy.len; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_refused(scene, scene->key, &scene->place, copy);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    scene->sealed = copy;
    assert_opens(scene);
}

static void C3_a_value_cut_or_lengthened_is_refused(void **state)
{
    struct scene *scene = *state;
    uint8_t *bytes = arena_alloc(scene->arena, scene->sealed.len + 64);
    memcpy(bytes, scene->sealed.data, scene->sealed.len);
    for (size_t len = 0; len < scene->sealed.len + 64; len++) {
        if (len != scene->sealed.len)
            assert_refused(scene, scene->key, &scene->place, (struct sealed){.data = bytes, .len = len});
    }
    assert_refused(scene, scene->key, &scene->place, (struct sealed){.data = NULL, .len = scene->sealed.len});
    assert_refused(scene, scene->key, &scene->place, (struct sealed){.data = bytes, .len = SIZE_MAX});
    assert_opens(scene);
}

static void a_refused_value_leaves_no_plain_text_in_the_arena(void **state)
{
    struct scene *scene = *state;
    enum { ROOM = 4096 };
    auto_arena arena = arena_new(ROOM);
    uint8_t *first = arena_alloc(arena, 16);
    struct seal_place place = scene->place;
    place.version++;
    void *plain;
    size_t len;
    assert_int_equal(envelope_open(arena, scene->key, &place, scene->sealed, &plain, &len), STATUS_CORRUPT);
    while (arena_alloc(arena, 1) != NULL) {
    }
    for (size_t i = 0; i < ROOM; i++)
        assert_int_equal(first[i], 0);
}

static void sql_null_opens_as_null_and_empty_as_empty(void **state)
{
    struct scene *scene = *state;
    void *plain = scene;
    size_t len = 99;
    assert_int_equal(
        envelope_open(scene->arena, scene->key, &scene->place, (struct sealed){.data = NULL}, &plain, &len), STATUS_OK);
    assert_null(plain);
    assert_int_equal(len, 0);

    struct sealed empty;
    assert_int_equal(envelope_seal(scene->arena, scene->key, &scene->place, NULL, 0, &empty), STATUS_OK);
    assert_int_equal(empty.len, ENVELOPE_OVERHEAD);
    len = 99;
    assert_int_equal(envelope_open(scene->arena, scene->key, &scene->place, empty, &plain, &len), STATUS_OK);
    assert_int_equal(len, 0);
    assert_string_equal(plain, "");
}

static void plain_text_up_to_the_maximum_is_sealed(void **state)
{
    struct scene *scene = *state;
    uint8_t *large = arena_alloc(scene->arena, ENVELOPE_MAX_PLAIN + 1);
    for (size_t i = 0; i <= ENVELOPE_MAX_PLAIN; i++)
        large[i] = (uint8_t)(i * 31);
    static const size_t lengths[] = {1, 15, 16, 17, 63, 64, 65, 4096, ENVELOPE_MAX_PLAIN};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct sealed sealed;
        void *plain;
        size_t len;
        assert_int_equal(envelope_seal(scene->arena, scene->key, &scene->place, large, lengths[i], &sealed), STATUS_OK);
        assert_int_equal(envelope_open(scene->arena, scene->key, &scene->place, sealed, &plain, &len), STATUS_OK);
        assert_int_equal(len, lengths[i]);
        assert_memory_equal(plain, large, len);
        assert_int_equal(((char *)plain)[len], '\0');
    }
    struct sealed sealed;
    assert_int_equal(envelope_seal(scene->arena, scene->key, &scene->place, large, ENVELOPE_MAX_PLAIN + 1, &sealed),
                     STATUS_TOO_LARGE);
}

static void a_full_arena_is_said_and_not_written(void **state)
{
    struct scene *scene = *state;
    auto_arena small = arena_new(16);
    struct sealed sealed;
    void *plain;
    size_t len;
    assert_int_equal(envelope_seal(small, scene->key, &scene->place, SECRET, strlen(SECRET), &sealed),
                     STATUS_NO_MEMORY);
    assert_int_equal(envelope_open(small, scene->key, &scene->place, scene->sealed, &plain, &len), STATUS_NO_MEMORY);
    assert_non_null(arena_alloc(small, 16));
}

static void a_place_without_a_proper_name_seals_nothing(void **state)
{
    struct scene *scene = *state;
    char long_name[300];
    memset(long_name, 'n', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    const char *const names[] = {NULL, "", long_name};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct seal_place place = scene->place;
        struct sealed sealed;
        place.column.table = names[i];
        assert_int_equal(envelope_seal(scene->arena, scene->key, &place, "x", 1, &sealed), STATUS_INTERNAL);
        place = scene->place;
        place.column.column = names[i];
        assert_int_equal(envelope_seal(scene->arena, scene->key, &place, "x", 1, &sealed), STATUS_INTERNAL);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(C1_what_was_sealed_opens_where_it_was_sealed),
        TEST(C1_no_plain_text_is_in_a_sealed_value),
        TEST(C1_sealing_twice_gives_unrelated_values),
        TEST(C3_ciphertext_moved_to_another_row_is_refused),
        TEST(C3_ciphertext_moved_to_another_column_or_table_is_refused),
        TEST(C3_ciphertext_moved_to_another_organisation_is_refused),
        TEST(C3_ciphertext_moved_to_another_student_is_refused),
        TEST(C3_ciphertext_of_another_version_is_refused),
        TEST(C3_ids_exchanged_between_the_fields_of_a_place_are_refused),
        TEST(C3_any_flipped_bit_is_refused),
        TEST(C3_a_value_cut_or_lengthened_is_refused),
        TEST(a_refused_value_leaves_no_plain_text_in_the_arena),
        TEST(sql_null_opens_as_null_and_empty_as_empty),
        TEST(plain_text_up_to_the_maximum_is_sealed),
        TEST(a_full_arena_is_said_and_not_written),
        TEST(a_place_without_a_proper_name_seals_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
