/* SPDX-License-Identifier: EUPL-1.2 */
/* Addresses of listeners: what is one, what is this machine alone, how it is shown.
 * May not open a socket.
 * What is shown is what the configuration takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "http/address.h"

static const struct example {
    const char *text;
    bool loopback;
    const char *shown; /* NULL: no address */
} examples[] = {
    {"127.0.0.1", true, "127.0.0.1:8080"},
    {"127.0.0.2", true, "127.0.0.2:8080"},
    {"127.255.255.254", true, "127.255.255.254:8080"},
    {"::1", true, "[::1]:8080"},
    {"0.0.0.0", false, "0.0.0.0:8080"},
    {"126.255.255.255", false, "126.255.255.255:8080"},
    {"128.0.0.1", false, "128.0.0.1:8080"},
    {"1.0.0.127", false, "1.0.0.127:8080"},
    {"::", false, "[::]:8080"},
    {"::2", false, "[::2]:8080"},
    {"::ffff:127.0.0.1", false, "[::ffff:127.0.0.1]:8080"},
    {"2001:db8:1111:2222:3333:4444:255.255.255.255", false, "[2001:db8:1111:2222:3333:4444:255.255.255.255]:8080"},
    {"", false, NULL},
    {"127.1", false, NULL},
    {"127.0.0.1 ", false, NULL},
    {"[::1]", false, NULL},
    {"localhost", false, NULL},
    {"0x7f000001", false, NULL},
};

static void loopback_is_127_and_the_one_of_IPv6(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        union address address;
        char shown[ADDRESS_TEXT_BYTES];
        if (examples[i].shown == NULL) {
            assert_int_equal(address_read(examples[i].text, 8080, &address), STATUS_INVALID);
            continue;
        }
        assert_int_equal(address_read(examples[i].text, 8080, &address), STATUS_OK);
        assert_int_equal(address_is_loopback(&address), examples[i].loopback);
        address_show(examples[i].text, 8080, shown);
        assert_string_equal(shown, examples[i].shown);
    }
}

static void port_and_family_are_kept(void **state)
{
    (void)state;
    union address address;
    assert_int_equal(address_read("192.0.2.1", 8080, &address), STATUS_OK);
    assert_int_equal(address.any.sa_family, AF_INET);
    assert_int_equal(ntohs(address.v4.sin_port), 8080);
    assert_int_equal(address_read("2001:db8::1", 65535, &address), STATUS_OK);
    assert_int_equal(address.any.sa_family, AF_INET6);
    assert_int_equal(ntohs(address.v6.sin6_port), 65535);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loopback_is_127_and_the_one_of_IPv6),
        cmocka_unit_test(port_and_family_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
