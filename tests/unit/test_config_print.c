/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_config_print.c: a configuration that was read, told again: whole, and the place of one value.
 * It may not look at any file but its own, in a folder of its own.
 * What is printed reads as the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/config_scratch.h"

static char *print_text(const struct config *config)
{
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    assert_non_null(file);
    config_print(config, file);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void what_is_printed_reads_as_the_same(void **state)
{
    static const char *const texts[] = {
        SERVER,
        SERVER "tls_certificate_file = c.pem\ntls_key_file = k.pem\nmetrics_listen = [::1]:9\nlog_format = json\n"
               "log_level = error\nmaster_key_file = m\nstop_seconds = 44\n[limits]\nconnections = 7\n"
               "body_memory_mib = 65536\nidle_seconds = 3\n[local-issuer]\nkey_file = a\njwks_file = b\n" ISSUER
               "scopes = provision changes\n[issuer:two]\nissuer = a\naudience = b\njwks_file = c\nstrong_acr = x\n"
               "organisation = 0192f0a0-0000-7000-8000-00000000f002\n",
    };
    struct scratch scratch;
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        scratch_open(&scratch);
        assert_int_equal(read_text(&scratch, texts[i]), STATUS_OK);
        char *printed = print_text(&scratch.config);
        if (read_text(&scratch, printed) != STATUS_OK)
            fail_msg("%s", scratch.fault.text);
        char *again = print_text(&scratch.config);
        assert_string_equal(printed, again);
        assert_int_equal(scratch.config.n_issuers, i == 0 ? 0 : 2);
        free(printed);
        free(again);
        scratch_close(&scratch);
    }
}

static void every_setting_is_printed_with_its_default_and_its_variable(void **state)
{
    struct scratch scratch;
    (void)state;

    scratch_open(&scratch);
    assert_int_equal(read_text(&scratch, SERVER "[limits]\nidle_seconds = 3\n"), STATUS_OK);
    char *printed = print_text(&scratch.config);
    assert_non_null(strstr(printed, "\n# default: 60; variable: TRYGGD_LIMITS_IDLE_SECONDS\nidle_seconds = 3\n"));
    assert_non_null(strstr(printed, "\n# required; variable: TRYGGD_TIME_ZONE\ntime_zone = Europe/Oslo\n"));
    assert_non_null(strstr(printed, "\n# default: off; variable: TRYGGD_METRICS_LISTEN\n# metrics_listen = \n"));
    free(printed);
    scratch_close(&scratch);
}

/* What was typed wrong is refused with the same words. */
static void every_number_is_printed_with_its_range(void **state)
{
    struct scratch scratch;
    (void)state;

    scratch_open(&scratch);
    assert_int_equal(read_text(&scratch, SERVER ISSUER), STATUS_OK);
    char *printed = print_text(&scratch.config);
    assert_non_null(strstr(printed, "\n# how long a connection may wait for its next request (seconds, 1 to 3600)\n"));
    assert_non_null(strstr(printed, "\n# open connections of one peer address (a number, 1 to 20000)\n"));
    assert_non_null(strstr(printed, "\n# memory for the bodies of requests, all together (MiB, 4 to 65536)\n"));
    assert_non_null(strstr(printed, "\n# seconds since the login for which it stays strong (seconds, 1 to 86400)\n"));
    free(printed);
    scratch_close(&scratch);
}

/* "See below" is for a page. */
static void where_a_key_lies_by_default_is_printed(void **state)
{
    struct scratch scratch;
    (void)state;

    scratch_open(&scratch);
    assert_int_equal(read_text(&scratch, SERVER), STATUS_OK);
    char *printed = print_text(&scratch.config);
    assert_null(strstr(printed, "below"));
    assert_non_null(strstr(printed, "\n# default: trygg.master of the service manager's credentials, else master.key "
                                    "beside the data directory; variable: TRYGGD_MASTER_KEY_FILE\n"));
    assert_non_null(strstr(printed, "\n# default: trygg.log-key of the service manager's credentials, else log.key "
                                    "beside the data directory; variable: TRYGGD_LOG_SIGNING_KEY_FILE\n"));
    free(printed);
    scratch_close(&scratch);
}

/* What is found wrong later, when the system or a file is asked, is told like what is wrong in the file. */
static void every_value_knows_where_it_was_given(void **state)
{
    struct scratch scratch;
    const struct config *config = &scratch.config;
    char place[CONFIG_PLACE_BYTES];
    (void)state;

    scratch_open(&scratch);
    setenv("TRYGGD_LIMITS_IDLE_SECONDS", "9", 1);
    assert_int_equal(read_text(&scratch, SERVER ISSUER "[issuer:two]\nissuer = a\njwks_file = c\naudience = b\n"
                                                       "organisation = 0192f0a0-0000-7000-8000-00000000f002\n"
                                                       "strong_acr = x\n[limits]\nidle_seconds = 3\n"),
                     STATUS_OK);
    unsetenv("TRYGGD_LIMITS_IDLE_SECONDS");
    config_place(config, &config->time_zone, place);
    assert_non_null(strstr(place, "/tryggd.ini:4: time_zone in [server]"));
    config_place(config, &config->issuers[0].issuer.jwks_file, place);
    assert_non_null(strstr(place, "/tryggd.ini:8: jwks_file in [issuer \"skole\"]"));
    config_place(config, &config->issuers[1].issuer.jwks_file, place);
    assert_non_null(strstr(place, "/tryggd.ini:13: jwks_file in [issuer:two]"));
    config_place(config, &config->limits.idle_ms, place);
    assert_string_equal(place, "the variable TRYGGD_LIMITS_IDLE_SECONDS");
    scratch_close(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_reads_as_the_same),
        cmocka_unit_test(every_setting_is_printed_with_its_default_and_its_variable),
        cmocka_unit_test(every_number_is_printed_with_its_range),
        cmocka_unit_test(where_a_key_lies_by_default_is_printed),
        cmocka_unit_test(every_value_knows_where_it_was_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
