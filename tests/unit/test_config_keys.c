/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_config_keys.c: where the configuration has the keys lie: beside the data directory, never inside it.
 * It may not look at any file but its own, in a folder of its own.
 * Every refusal must name the line and the key, or the variable.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/config_scratch.h"

static enum status read_directory(struct scratch *scratch, const char *directory, const char *more)
{
    char text[512];

    snprintf(text, sizeof text, "[server]\ndata_directory = %s\ntime_zone = Europe/Oslo\n%s", directory, more);
    return read_text(scratch, text);
}

static void assert_told(const struct scratch *scratch, const char *sentence)
{
    const char *after = strstr(scratch->fault.text, "tryggd.ini:");

    assert_non_null(after);
    if (strncmp(after, sentence, strlen(sentence)) != 0)
        fail_msg("expected \"%s\", got \"%s\"", sentence, after);
}

static void a_data_directory_without_a_name_of_its_own_is_refused(void **state)
{
    static const char *const nameless[] = {".", "./", "..", "../", "x/.", "x/..", "x//.//", "x/./.", "/", "//", "/."};
    struct scratch scratch;

    (void)state;
    scratch_open(&scratch);
    for (size_t i = 0; i < sizeof nameless / sizeof nameless[0]; i++) {
        assert_int_equal(read_directory(&scratch, nameless[i], ""), STATUS_INVALID);
        assert_told(&scratch, "tryggd.ini:2: data_directory in [server] must end with the name of a folder, "
                              "/var/lib/trygg, not with . or ..");
    }
    setenv("TRYGGD_DATA_DIRECTORY", "data/.", 1);
    assert_int_equal(read_text(&scratch, "[server]\ntime_zone = Europe/Oslo\n"), STATUS_INVALID);
    unsetenv("TRYGGD_DATA_DIRECTORY");
    assert_non_null(
        strstr(scratch.fault.text, "the variable TRYGGD_DATA_DIRECTORY must end with the name of a folder"));
    scratch_close(&scratch);
}

static void keys_that_nobody_names_lie_beside_the_data_directory(void **state)
{
    static const char *const named[][2] = {
        {"data", ""},  {"./data", "./"},       {"data///", ""},    {"..data", ""},   {"...", ""},
        {".data", ""}, {"x/../data", "x/../"}, {"../data", "../"}, {"x/data", "x/"},
    };
    struct scratch scratch;
    char expected[128];

    (void)state;
    scratch_open(&scratch);
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        assert_int_equal(read_directory(&scratch, named[i][0], ""), STATUS_OK);
        snprintf(expected, sizeof expected, "%s/%smaster.key", scratch.folder, named[i][1]);
        assert_string_equal(scratch.config.master_key_file, expected);
        snprintf(expected, sizeof expected, "%s/%slog.key", scratch.folder, named[i][1]);
        assert_string_equal(scratch.config.log_signing_key_file, expected);
    }
    scratch_close(&scratch);
}

static void a_key_that_is_named_inside_the_data_directory_is_refused(void **state)
{
    static const char *const inside[] = {"data/k", "./data//k", "data/./sub/k", "x/../data/k", "data/../data/k"};
    static const char *const outside[] = {"k", "data.key", "data/../k", "sub/data/k", "/data/k"};
    struct scratch scratch;
    char text[256];

    (void)state;
    scratch_open(&scratch);
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        snprintf(text, sizeof text, "master_key_file = %s\n", inside[i]);
        assert_int_equal(read_directory(&scratch, "data/", text), STATUS_INVALID);
        assert_told(&scratch, "tryggd.ini:4: master_key_file in [server] must lie outside data_directory");
        snprintf(text, sizeof text, "[log]\nsigning_key_file = %s\n", inside[i]);
        assert_int_equal(read_directory(&scratch, "./data", text), STATUS_INVALID);
        assert_told(&scratch, "tryggd.ini:5: signing_key_file in [log] must lie outside data_directory");
    }
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        snprintf(text, sizeof text, "master_key_file = %s\n[log]\nsigning_key_file = %s\n", outside[i], outside[i]);
        assert_int_equal(read_directory(&scratch, "data", text), STATUS_OK);
    }
    setenv("CREDENTIALS_DIRECTORY", "/var/lib/trygg/keys", 1);
    assert_int_equal(read_directory(&scratch, "/var/lib/trygg", ""), STATUS_INVALID);
    assert_string_equal(scratch.fault.text,
                        "the variable CREDENTIALS_DIRECTORY must lie outside data_directory: a copy "
                        "of the data would carry its key along");
    assert_int_equal(read_directory(&scratch, "/var/lib/trygg", "master_key_file = /a\n[log]\nsigning_key_file = /b\n"),
                     STATUS_OK);
    unsetenv("CREDENTIALS_DIRECTORY");
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_data_directory_without_a_name_of_its_own_is_refused),
        cmocka_unit_test(keys_that_nobody_names_lie_beside_the_data_directory),
        cmocka_unit_test(a_key_that_is_named_inside_the_data_directory_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
