/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_domain_wakeup.c: how long a webhook that does not take its wake-up is left alone, and which URLs are ones.
 * May not touch a store or the net.
 * Always: what is random is tried often, and its bounds are written out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/wakeup.h"
#include "domain/webhook.h"

static void the_delay_doubles_from_five_seconds_to_an_hour_and_varies_by_a_quarter(void **state)
{
    static const int64_t least[] = {5, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600, 3600};

    (void)state;
    for (int64_t failures = 0; failures < 16; failures++) {
        int64_t lowest = INT64_MAX, highest = 0;
        for (int i = 0; i < 500; i++) {
            const int64_t delay = wakeup_delay(failures);
            lowest = delay < lowest ? delay : lowest;
            highest = delay > highest ? delay : highest;
        }
        assert_in_range(lowest, least[failures] * 1000, least[failures] * 1100);
        assert_in_range(highest, least[failures] * 1150, least[failures] * 1250);
    }
    assert_in_range(wakeup_delay(INT64_MAX), 3600000, 4500000);
}

static void a_url_has_a_scheme_and_a_host_and_no_user_or_fragment(void **state)
{
    static const char *const good[] = {"https://a",
                                       "http://a.example",
                                       "https://a.example/",
                                       "https://a.example:1",
                                       "https://a.example.:65535?x",
                                       "https://[2001:db8::1]/",
                                       "https://[::ffff:1.2.3.4]:65535/x",
                                       "https://1.2.3.4?x=1",
                                       "https://a-b.example/x%20y?z=[1]&w=@"};
    static const char *const bad[] = {"",
                                      "https",
                                      "https:",
                                      "https://",
                                      "https:///x",
                                      "https://.a",
                                      "https://-a",
                                      "https://a@b",
                                      "https://a:b@c/",
                                      "https://a:",
                                      "https://a:x",
                                      "https://a#",
                                      "https://a/#x",
                                      "https://a\\b",
                                      "https://[::1",
                                      "https://[]",
                                      "https://[x]",
                                      "https://[::1]x",
                                      "https://a:123456/",
                                      "https://a:0/",
                                      "https://a:00000",
                                      "https://a:65536/",
                                      "https://a:99999",
                                      "https://a..b/",
                                      "https://a..",
                                      "HTTPS://a",
                                      "ftp://a",
                                      "https://a b"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!webhook_url_is_good(good[i]))
            fail_msg("%s is refused", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (webhook_url_is_good(bad[i]))
            fail_msg("%s is taken", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_delay_doubles_from_five_seconds_to_an_hour_and_varies_by_a_quarter),
        cmocka_unit_test(a_url_has_a_scheme_and_a_host_and_no_user_or_fragment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
