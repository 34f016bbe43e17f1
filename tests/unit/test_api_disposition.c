/* SPDX-License-Identifier: EUPL-1.2 */
/* Content-Disposition of any name there may be.
 * May not need a document.
 * Whatever the name: printable ASCII, one quoted text, nothing that leads anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "api/disposition.h"

static const char *text_of(struct arena *arena, const char *name)
{
    const char *text = NULL;
    assert_int_equal(disposition_text(arena, name, &text), STATUS_OK);
    return text;
}

static void a_plain_name_stands_as_it_is_and_others_twice(void **state)
{
    (void)state;
    auto_arena arena = arena_new(1 << 16);
    assert_non_null(arena);
    assert_string_equal(text_of(arena, "Referat (2)_a-b.pdf"), "attachment; filename=\"Referat (2)_a-b.pdf\"");
    assert_string_equal(text_of(arena, "\xc3\xa5.pdf"), "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C3%A5.pdf");
    assert_string_equal(text_of(arena, ".a"), "attachment; filename=\"_a\"; filename*=UTF-8''.a");
    assert_string_equal(text_of(arena, ""), "attachment; filename=\"\"");
}

static void every_byte_in_a_name_stays_inside(void **state)
{
    (void)state;
    auto_arena arena = arena_new(1 << 20);
    assert_non_null(arena);
    for (int byte = 1; byte < 256; byte++) {
        const char name[] = {'a', (char)byte, 'b', (char)byte, '\0'};
        const char *text = NULL;
        assert_int_equal(disposition_text(arena, name, &text), STATUS_OK);
        const char *quoted = strchr(text, '"') + 1;
        for (const char *c = text; *c != '\0'; c++)
            assert_true(*c >= 0x20 && *c < 0x7f);
        const size_t len = strcspn(quoted, "\"\\/:%*?<>|;=");
        assert_true(quoted[len] == '"' && (quoted[len + 1] == '\0' || quoted[len + 1] == ';'));
        assert_null(strchr(quoted + len + 1, '"'));
    }
}

static void a_name_of_any_length_that_there_may_be_fits(void **state)
{
    (void)state;
    auto_arena arena = arena_new(1 << 16);
    char name[4 * 255 + 1];
    const char *text = "before";
    assert_non_null(arena);
    for (size_t i = 0; i + 4 < sizeof(name); i += 4)
        memcpy(name + i, "\xf0\x9f\x98\x80", 4);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(strlen(text_of(arena, name)),
                     strlen("attachment; filename=\"\"; filename*=UTF-8''") + 255 + 12 * 255);
    char longer[1026];
    memset(longer, 'a', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    assert_int_equal(disposition_text(arena, longer, &text), STATUS_INTERNAL);
    assert_string_equal(text, "before");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_name_stands_as_it_is_and_others_twice),
        cmocka_unit_test(every_byte_in_a_name_stays_inside),
        cmocka_unit_test(a_name_of_any_length_that_there_may_be_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
