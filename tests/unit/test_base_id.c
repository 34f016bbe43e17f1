/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: UUIDv7: layout, order, uniqueness across threads, and a strict text form.
 * May not: depend on a clock that only moves forward by more than it does.
 * Always:  threads are joined before their results are read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/id.h"

enum { THREADS = 4, IDS_PER_THREAD = 5000 };

static int64_t time_in(const struct uuid *uuid)
{
    int64_t time = 0;
    for (int i = 0; i < 6; i++)
        time = time << 8 | uuid->bytes[i];
    return time;
}

static void an_id_has_the_layout_of_rfc_9562_version_7(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        int64_t before = clock_now();
        struct uuid uuid = uuid_new();
        int64_t after = clock_now();
        assert_true(before <= time_in(&uuid) && time_in(&uuid) <= after);
        assert_int_equal(uuid.bytes[6] >> 4, 7);
        assert_int_equal(uuid.bytes[8] >> 6, 2);
    }
}

static void every_random_bit_takes_both_values(void **state)
{
    (void)state;
    uint8_t ones[8] = {0};
    uint8_t zeros[8] = {0};
    for (int i = 0; i < 1000; i++) {
        struct uuid uuid = uuid_new();
        for (int at = 0; at < 8; at++) {
            ones[at] |= uuid.bytes[8 + at];
            zeros[at] |= (uint8_t)~uuid.bytes[8 + at];
        }
    }
    assert_int_equal(ones[0] & zeros[0], 0x3f);
    for (int at = 1; at < 8; at++)
        assert_int_equal(ones[at] & zeros[at], 0xff);
}

static void ids_sort_by_their_time_of_creation(void **state)
{
    (void)state;
    struct uuid last = uuid_new();
    for (int i = 0; i < 20; i++) {
        const struct timespec pause = {.tv_nsec = 100000};
        nanosleep(&pause, NULL);
        struct uuid next = uuid_new();
        assert_true(uuid_compare(&last, &next) < 0);
        last = next;
    }
}

static void *make_ids(void *ids)
{
    for (int i = 0; i < IDS_PER_THREAD; i++)
        ((struct uuid *)ids)[i] = uuid_new();
    return NULL;
}

static int compare(const void *a, const void *b)
{
    return uuid_compare(a, b);
}

static void threads_never_make_the_same_id(void **state)
{
    (void)state;
    struct uuid *ids = calloc(THREADS * IDS_PER_THREAD, sizeof(*ids));
    assert_non_null(ids);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, make_ids, ids + i * IDS_PER_THREAD), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    qsort(ids, THREADS * IDS_PER_THREAD, sizeof(*ids), compare);
    for (int i = 1; i < THREADS * IDS_PER_THREAD; i++)
        assert_false(uuid_equal(&ids[i - 1], &ids[i]));
    free(ids);
}

static void text_goes_both_ways_and_is_written_in_lower_case(void **state)
{
    (void)state;
    /* RFC 9562 appendix A.6 */
    static const uint8_t example[UUID_BYTES] = {0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0, 0x7c, 0xc3,
                                                0x98, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
    struct uuid uuid;
    char text[UUID_TEXT_BYTES];
    assert_int_equal(uuid_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &uuid), STATUS_OK);
    assert_memory_equal(uuid.bytes, example, UUID_BYTES);
    uuid_format(&uuid, text);
    assert_string_equal(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    for (int i = 0; i < 1000; i++) {
        struct uuid back;
        uuid = uuid_new();
        uuid_format(&uuid, text);
        assert_int_equal(uuid_parse(text, &back), STATUS_OK);
        assert_true(uuid_equal(&uuid, &back));
    }
}

static void any_other_text_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "017f22e2",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4dc-0c0c07398f",
        "017f22e2 79b0-7cc3-98c4-dc0c0c07398f",
        "{017f22e2-79b0-7cc3-98c4-dc0c0c07398}",
        " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "0x7f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n",
        "\xc3\xa5gf22e2-79b0-7cc3-98c4-dc0c0c07398f",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct uuid uuid = {.bytes = {42}};
        assert_int_equal(uuid_parse(wrong[i], &uuid), STATUS_INVALID);
        assert_int_equal(uuid.bytes[0], 42);
    }
    struct uuid uuid;
    assert_int_equal(uuid_parse(NULL, &uuid), STATUS_INVALID);
}

static void ids_compare_by_their_bytes(void **state)
{
    (void)state;
    const struct uuid nil = {.bytes = {0}};
    struct uuid low = nil;
    struct uuid high = nil;
    low.bytes[15] = 1;
    high.bytes[0] = 0x80;
    assert_true(uuid_compare(&low, &high) < 0);
    assert_true(uuid_compare(&high, &low) > 0);
    assert_int_equal(uuid_compare(&low, &low), 0);
    assert_true(uuid_is_nil(&nil));
    assert_false(uuid_is_nil(&low));
    assert_false(uuid_is_nil(&high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_has_the_layout_of_rfc_9562_version_7),
        cmocka_unit_test(every_random_bit_takes_both_values),
        cmocka_unit_test(ids_sort_by_their_time_of_creation),
        cmocka_unit_test(threads_never_make_the_same_id),
        cmocka_unit_test(text_goes_both_ways_and_is_written_in_lower_case),
        cmocka_unit_test(any_other_text_is_refused),
        cmocka_unit_test(ids_compare_by_their_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
