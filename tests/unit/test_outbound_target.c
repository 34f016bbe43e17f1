/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_outbound_target.c: where requests of our own may go.
 * May not touch the net.
 * Always: each kind of address that leads to no open net stands here, with its first and last, and its neighbours that do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "outbound/target.h"

static enum target_kind judge(const char *text, const struct network *allowed, size_t n)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return target_kind((const struct sockaddr *)&v4, allowed, n);
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return target_kind((const struct sockaddr *)&v6, allowed, n);
}

static void addresses_that_lead_to_no_open_net_are_refused(void **state)
{
    static const char *const refused[] = {
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.1",
        "169.254.169.254",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.31.196.1",
        "192.52.193.1",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "192.175.48.1",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        /* IPv6 */
        "::",
        "::1",
        "::127.0.0.1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "fc00::1",
        "fdff::1",
        "ff02::1",
        "100::1",
        "64:ff9b:1::1",
        "2001::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2001:db8:ffff::1",
        "2620:4f:8000::1",
        "3fff::1",
        "3fff:fff::1",
        "4000::1",
        "8000::1",
        "1fff::1",
        "5f00::1",
        /* IPv4 within IPv6 */
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:169.254.169.254",
        "64:ff9b::127.0.0.1",
        "64:ff9b::192.168.1.1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "2002:c0a8:101::1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (judge(refused[i], NULL, 0) != TARGET_REFUSED)
            fail_msg("%s is let pass", refused[i]);
}

static void public_addresses_are_let_pass(void **state)
{
    static const char *const open[] = {
        "1.0.0.0",          "9.255.255.255",    "11.0.0.0",        "100.63.255.255",  "100.128.0.0",  "126.255.255.255",
        "128.0.0.0",        "169.253.255.255",  "169.255.0.0",     "172.15.255.255",  "172.32.0.0",   "192.0.1.0",
        "192.0.3.0",        "192.167.255.255",  "192.169.0.0",     "198.17.255.255",  "198.20.0.0",   "198.51.99.255",
        "198.51.101.0",     "203.0.112.255",    "203.0.114.0",     "223.255.255.255", "2001:200::1",  "2001:4860::8888",
        "2001:db7:ffff::1", "2001:db9::1",      "2003::1",         "2620:4f:7fff::1", "2a00:1450::1", "3ffe::1",
        "::ffff:8.8.8.8",   "64:ff9b::8.8.8.8", "2002:808:808::1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (judge(open[i], NULL, 0) != TARGET_PUBLIC)
            fail_msg("%s is refused", open[i]);
}

static void other_families_are_refused(void **state)
{
    const struct sockaddr_un path = {.sun_family = AF_UNIX};

    (void)state;
    assert_int_equal(target_kind((const struct sockaddr *)&path, NULL, 0), TARGET_REFUSED);
}

static void what_is_allowed_is_let_pass_and_its_neighbours_are_not(void **state)
{
    struct network allowed[3];

    (void)state;
    assert_int_equal(network_parse("192.168.4.0/23", &allowed[0]), STATUS_OK);
    assert_int_equal(network_parse("fd00:1::/64", &allowed[1]), STATUS_OK);
    assert_int_equal(network_parse("127.0.0.1", &allowed[2]), STATUS_OK);
    assert_int_equal(judge("192.168.4.0", allowed, 3), TARGET_ALLOWED);
    assert_int_equal(judge("192.168.5.255", allowed, 3), TARGET_ALLOWED);
    assert_int_equal(judge("::ffff:192.168.5.1", allowed, 3), TARGET_ALLOWED);
    assert_int_equal(judge("192.168.3.255", allowed, 3), TARGET_REFUSED);
    assert_int_equal(judge("192.168.6.0", allowed, 3), TARGET_REFUSED);
    assert_int_equal(judge("fd00:1::ffff", allowed, 3), TARGET_ALLOWED);
    assert_int_equal(judge("fd00:1:0:1::1", allowed, 3), TARGET_REFUSED);
    assert_int_equal(judge("127.0.0.1", allowed, 3), TARGET_ALLOWED);
    assert_int_equal(judge("127.0.0.2", allowed, 3), TARGET_REFUSED);
    assert_int_equal(judge("8.8.8.8", allowed, 3), TARGET_PUBLIC);
}

static void networks_are_read_and_written(void **state)
{
    static const char *const good[][2] = {
        {"10.0.0.0/8", "10.0.0.0/8"},       {"0.0.0.0/0", "0.0.0.0/0"}, {"192.0.2.7", "192.0.2.7/32"},
        {"fd00:1::/64", "fd00:1::/64"},     {"::/0", "::/0"},           {"::1", "::1/128"},
        {"2001:DB8::/32", "2001:db8::/32"},
    };
    static const char *const bad[] = {
        "",           "10.0.0.0/33", "10.0.0.1/8",  "10.0.0.0/",  "10.0.0.0/8 ", "10.0.0.0/-1",
        "10.0.0/8",   "fd00::/129",  "fd00::1/64",  "[::1]",      "localhost",   "10.0.0.0/8/8",
        "10.0.0.0/a", "/8",          "fd00::/0064", "1.2.3.4.5/8"};
    struct network network;
    char text[NETWORK_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(network_parse(good[i][0], &network), STATUS_OK);
        network_format(&network, text);
        assert_string_equal(text, good[i][1]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (network_parse(bad[i], &network) != STATUS_INVALID)
            fail_msg("%s is taken for a network", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_lead_to_no_open_net_are_refused),
        cmocka_unit_test(public_addresses_are_let_pass),
        cmocka_unit_test(other_families_are_refused),
        cmocka_unit_test(what_is_allowed_is_let_pass_and_its_neighbours_are_not),
        cmocka_unit_test(networks_are_read_and_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
