/* SPDX-License-Identifier: EUPL-1.2 */
/* Addresses of peers, and how many calls without a valid token each may make.
 * May not read a clock: the time is the test's own.
 * Every address is one of those reserved for documentation, or made up in a private range. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>

#include "http/peers.h"

enum { MINUTE_MS = 60000, START_MS = 123456 };

static struct peer peer(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return peer_of((const struct sockaddr *)&v4);
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return peer_of((const struct sockaddr *)&v6);
}

static bool same_network(const char *a, const char *b)
{
    struct peer one = peer(a), other = peer(b);
    struct peer one_network = peer_network(&one), other_network = peer_network(&other);
    return peer_equal(&one_network, &other_network);
}

static struct peers *buckets(unsigned per_minute)
{
    struct peers *peers = NULL;
    assert_int_equal(peers_open(per_minute, &peers), STATUS_OK);
    return peers;
}

static bool charge(struct peers *peers, const char *text, int64_t now)
{
    int64_t wait = 0;
    struct peer caller = peer(text);
    return peers_charge(peers, &caller, now, &wait);
}

/* How many of `tries` calls at one time are let through. */
static int let_through(struct peers *peers, const char *text, int64_t now, int tries)
{
    int n = 0;
    for (int i = 0; i < tries; i++)
        n += charge(peers, text, now);
    return n;
}

static void an_ipv6_address_is_kept_whole_and_ipv4_has_one_form(void **state)
{
    (void)state;
    struct peer v6 = peer("2001:db8:1:2:3:4:5:6");
    const uint8_t whole[16] = {0x20, 1, 0x0d, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6};
    assert_memory_equal(v6.bytes, whole, sizeof(whole));
    struct peer v4 = peer("192.0.2.7"), mapped = peer("::ffff:192.0.2.7");
    assert_true(peer_equal(&v4, &mapped));
    struct peer local = peer_of(&(struct sockaddr){.sa_family = AF_UNIX});
    assert_memory_equal(local.bytes, (uint8_t[16]){0}, 16);
}

static void an_ipv6_caller_is_a_64_and_an_ipv4_caller_an_address(void **state)
{
    (void)state;
    assert_true(same_network("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"));
    assert_false(same_network("2001:db8:1:2::1", "2001:db8:1:3::1"));
    assert_false(same_network("192.0.2.7", "192.0.2.8"));
    assert_true(same_network("192.0.2.7", "::ffff:192.0.2.7"));
}

static void V4_a_bucket_holds_a_minute_and_fills_evenly(void **state)
{
    (void)state;
    struct peers *peers = buckets(30);
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS, 100), 30);
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS + 1999, 10), 0);
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS + 2000, 10), 1);
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS + 2000 + MINUTE_MS / 2, 100), 15);
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS + 3 * MINUTE_MS, 100), 30);
    assert_null(peers_close(peers));
}

static void V4_whoever_is_refused_is_told_when_to_come_back(void **state)
{
    (void)state;
    struct peers *peers = buckets(1);
    struct peer caller = peer("2001:db8::1");
    int64_t wait = -1;
    assert_true(peers_charge(peers, &caller, START_MS, &wait));
    assert_int_equal(wait, -1);
    assert_false(peers_charge(peers, &caller, START_MS + 15000, &wait));
    assert_int_equal(wait, 45000);
    assert_true(peers_charge(peers, &caller, START_MS + 15000 + wait, &wait));
    peers_close(peers);
}

static void V4_a_refusal_costs_nothing(void **state)
{
    (void)state;
    struct peers *peers = buckets(60);
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS, 100000), 60);
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS + 1000, 10), 1);
    peers_close(peers);
}

static void V4_one_peer_does_not_use_up_what_is_anothers(void **state)
{
    (void)state;
    struct peers *peers = buckets(5);
    assert_int_equal(let_through(peers, "2001:db8:0:1::1", START_MS, 10), 5);
    assert_int_equal(let_through(peers, "2001:db8:0:1::2", START_MS, 10), 0); /* the same /64 */
    assert_int_equal(let_through(peers, "2001:db8:0:2::1", START_MS, 10), 5);
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS, 10), 5);
    assert_int_equal(let_through(peers, "::ffff:192.0.2.1", START_MS, 10), 0); /* the same address */
    peers_close(peers);
}

/* Ten times as many as are kept: the table gives way, never grows, and the newest of each set are known. */
static void V4_more_peers_than_are_kept_push_out_the_fullest_buckets(void **state)
{
    (void)state;
    struct peers *peers = buckets(2);
    int64_t wait;
    for (uint32_t i = 0; i < 10 * PEERS_KEPT; i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000000 + i)};
        struct peer caller = peer_of((const struct sockaddr *)&v4);
        assert_true(peers_charge(peers, &caller, START_MS + i, &wait));
        assert_true(peers_charge(peers, &caller, START_MS + i, &wait));
        assert_false(peers_charge(peers, &caller, START_MS + i, &wait));
    }
    peers_close(peers);
}

static void V4_an_empty_bucket_outlives_many_fuller_ones(void **state)
{
    (void)state;
    struct peers *peers = buckets(100);
    int64_t wait;
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS, 1000), 100);
    for (uint32_t i = 0; i < 10 * PEERS_KEPT; i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000000 + i)};
        struct peer caller = peer_of((const struct sockaddr *)&v4);
        assert_true(peers_charge(peers, &caller, START_MS, &wait));
    }
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS, 1000), 0);
    peers_close(peers);
}

static void V4_a_clock_that_jumps_neither_opens_nor_closes_a_bucket_for_long(void **state)
{
    (void)state;
    const int64_t years = INT64_C(40) * 365 * 86400 * 1000;
    struct peers *peers = buckets(10);
    assert_int_equal(let_through(peers, "192.0.2.1", years, 100), 10);
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS, 100), 0); /* set back: empty, but not for years */
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS + MINUTE_MS, 100), 10);
    assert_int_equal(let_through(peers, "192.0.2.1", 2 * years, 100), 10);
    assert_int_equal(let_through(peers, "192.0.2.2", 0, 100), 10);
    peers_close(peers);
}

static void V4_the_largest_rate_is_still_a_rate(void **state)
{
    (void)state;
    struct peers *peers = buckets(1000000);
    assert_int_equal(let_through(peers, "192.0.2.1", START_MS, 1100000), 1000000);
    assert_null(peers_close(NULL));
    peers_close(peers);
}

struct caller {
    struct peers *peers;
    int let_through;
};

static void *call_often(void *context)
{
    struct caller *caller = context;
    caller->let_through = let_through(caller->peers, "192.0.2.1", START_MS, 5000);
    return NULL;
}

static void V4_many_threads_share_a_bucket(void **state)
{
    (void)state;
    struct caller callers[4];
    pthread_t threads[4];
    struct peers *peers = buckets(7000);
    int n = 0;
    for (size_t i = 0; i < 4; i++) {
        callers[i] = (struct caller){.peers = peers};
        assert_int_equal(pthread_create(&threads[i], NULL, call_often, &callers[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        n += callers[i].let_through;
    }
    assert_in_range(n, 7000, 7001); /* a minute is no whole number of their parts */
    peers_close(peers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ipv6_address_is_kept_whole_and_ipv4_has_one_form),
        cmocka_unit_test(an_ipv6_caller_is_a_64_and_an_ipv4_caller_an_address),
        cmocka_unit_test(V4_a_bucket_holds_a_minute_and_fills_evenly),
        cmocka_unit_test(V4_whoever_is_refused_is_told_when_to_come_back),
        cmocka_unit_test(V4_a_refusal_costs_nothing),
        cmocka_unit_test(V4_one_peer_does_not_use_up_what_is_anothers),
        cmocka_unit_test(V4_more_peers_than_are_kept_push_out_the_fullest_buckets),
        cmocka_unit_test(V4_an_empty_bucket_outlives_many_fuller_ones),
        cmocka_unit_test(V4_a_clock_that_jumps_neither_opens_nor_closes_a_bucket_for_long),
        cmocka_unit_test(V4_the_largest_rate_is_still_a_rate),
        cmocka_unit_test(V4_many_threads_share_a_bucket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
