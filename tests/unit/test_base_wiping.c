/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: that secrets are wiped before their memory goes back: arena, buffer, jansson.
 * May not: read freed memory; it stands in for explicit_bzero instead, and looks for the secret in what is wiped.
 * Always:  without a wipe the secret is not found and the test fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"

#define SECRET "konfidensielt-om-en-elev"

static size_t secrets_wiped;

/* Linked under the name of the C library's own, whose declaration says that it never reads. */
void stand_in(void *memory, size_t len) __asm__("explicit_bzero");
void stand_in(void *memory, size_t len)
{
    if (memmem(memory, len, SECRET, strlen(SECRET)) != NULL)
        secrets_wiped++;
    for (volatile uint8_t *at = memory; len > 0; len--)
        *at++ = 0;
}

/* What a hardened build calls in its place. */
void stand_in_checked(void *memory, size_t len, size_t object_len) __asm__("__explicit_bzero_chk");
void stand_in_checked(void *memory, size_t len, size_t object_len)
{
    (void)object_len;
    stand_in(memory, len);
}

static int forget(void **state)
{
    (void)state;
    secrets_wiped = 0;
    return 0;
}

static void an_arena_is_wiped_in_all_its_chunks(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    for (int i = 0; i < 5; i++) {
        assert_non_null(arena_copy(arena, SECRET, strlen(SECRET)));
        assert_non_null(arena_alloc(arena, 100000)); /* a chunk of its own, so that the next secret lies in another */
    }
    arena_free(arena);
    assert_int_equal(secrets_wiped, 5);
}

static void a_buffer_is_wiped_when_it_grows_and_when_it_is_cleared(void **state)
{
    (void)state;
    struct buffer buffer = buffer_make(10000);
    assert_int_equal(buffer_text(&buffer, SECRET), STATUS_OK);
    char more[5000] = {0};
    assert_int_equal(buffer_append(&buffer, more, sizeof(more)), STATUS_OK);
    assert_int_equal(secrets_wiped, 1);
    buffer_clear(&buffer);
    assert_int_equal(secrets_wiped, 2);
}

static void what_jansson_frees_is_wiped(void **state)
{
    (void)state;
    const char text[] = "{\"text\":\"" SECRET "\"}";
    json_t *json = NULL;
    assert_int_equal(json_parse_strict(text, strlen(text), &json), STATUS_OK);
    size_t before = secrets_wiped;
    json_decref(json);
    assert_int_equal(secrets_wiped, before + 1);
}

static void what_a_failed_parse_took_in_is_wiped(void **state)
{
    (void)state;
    const char text[] = "[\"" SECRET "\", oops]";
    json_t *json = NULL;
    assert_int_equal(json_parse_strict(text, strlen(text), &json), STATUS_MALFORMED);
    assert_true(secrets_wiped > 0);
}

static void a_text_from_jansson_may_be_given_to_free(void **state)
{
    (void)state;
    json_t *json = json_pack("{ss}", "text", SECRET);
    assert_non_null(json);
    char *text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(text, "{\"text\":\"" SECRET "\"}");
    free(text);
    json_decref(json);
}

int main(void)
{
    json_wipe_on_free();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_arena_is_wiped_in_all_its_chunks, forget),
        cmocka_unit_test_setup(a_buffer_is_wiped_when_it_grows_and_when_it_is_cleared, forget),
        cmocka_unit_test_setup(what_jansson_frees_is_wiped, forget),
        cmocka_unit_test_setup(what_a_failed_parse_took_in_is_wiped, forget),
        cmocka_unit_test_setup(a_text_from_jansson_may_be_given_to_free, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
