/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_outbound_send.c: requests of our own, to a socket of this very test.
 * May not touch the net beyond loopback.
 * Always: every wait is bounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "outbound/outbound.h"

enum { PATIENCE_MS = 20000, TIMEOUT_MS = 1000, URL_BYTES = 64 };

/* Listens and says nothing. */
static int listen_here(char ret_url[static URL_BYTES])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, OUTBOUND_AT_ONCE * 2), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    snprintf(ret_url, URL_BYTES, "http://127.0.0.1:%u/", ntohs(address.sin_port));
    return fd;
}

static struct outbound *open_with(const char *allowed, struct network *network, int64_t timeout_ms)
{
    struct outbound *outbound = NULL;

    if (allowed != NULL)
        assert_int_equal(network_parse(allowed, network), STATUS_OK);
    const struct outbound_settings settings = {network, allowed != NULL, NULL, timeout_ms};
    assert_int_equal(outbound_open(&settings, &outbound), STATUS_OK);
    return outbound;
}

static struct outbound_result wait_for_one(struct outbound *outbound)
{
    struct outbound_result results[OUTBOUND_AT_ONCE];
    const int64_t until = clock_monotonic() + PATIENCE_MS;

    while (clock_monotonic() < until)
        if (outbound_wait(outbound, 100, results) > 0)
            return results[0];
    fail_msg("nothing ended");
    return results[0];
}

static void what_is_not_allowed_is_not_connected_to(void **state)
{
    char url[URL_BYTES];
    struct network network;
    struct outbound *outbound = open_with(NULL, &network, PATIENCE_MS);
    const int fd = listen_here(url);
    const struct outbound_post post = {.url = url, .body = "{}", .ticket = &network};

    (void)state;
    assert_int_equal(outbound_send(outbound, &post), STATUS_OK);
    const struct outbound_result result = wait_for_one(outbound);
    assert_ptr_equal(result.ticket, &network);
    assert_int_equal(result.end, OUTBOUND_REFUSED);
    assert_int_equal(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0), 0);
    outbound_close(outbound);
    close(fd);
}

static void *answer_once(void *argument)
{
    static const char answer[] = "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok";
    char request[4096] = "";
    const int fd = accept(*(int *)argument, NULL, NULL);
    size_t len = 0;
    ssize_t n = 1;

    while (n > 0 && strstr(request, "{\"a\":1}") == NULL && len < sizeof request - 1) {
        n = read(fd, request + len, sizeof request - 1 - len);
        len += n > 0 ? (size_t)n : 0;
    }
    assert_non_null(strstr(request, "\r\nwebhook-id: x\r\n"));
    assert_int_equal(write(fd, answer, sizeof answer - 1), sizeof answer - 1);
    close(fd);
    return NULL;
}

static void what_is_answered_2xx_is_taken(void **state)
{
    char url[URL_BYTES];
    struct network network;
    struct outbound *outbound = open_with("127.0.0.0/8", &network, PATIENCE_MS);
    int fd = listen_here(url);
    const struct outbound_post post = {.url = url, .body = "{\"a\":1}", .headers = {{"webhook-id", "x"}}};
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, answer_once, &fd), 0);
    assert_int_equal(outbound_send(outbound, &post), STATUS_OK);
    const struct outbound_result result = wait_for_one(outbound);
    assert_int_equal(result.end, OUTBOUND_TAKEN);
    assert_int_equal(result.http_status, 202);
    pthread_join(thread, NULL);
    outbound_close(outbound);
    close(fd);
}

static void as_many_as_may_be_are_on_their_way_and_each_ends_in_time(void **state)
{
    char url[URL_BYTES];
    struct network network;
    struct outbound *outbound = open_with("127.0.0.0/8", &network, TIMEOUT_MS);
    const int fd = listen_here(url);
    const struct outbound_post post = {.url = url, .body = "{}"};
    const int64_t begun = clock_monotonic();
    struct outbound_result results[OUTBOUND_AT_ONCE];
    size_t ended = 0;

    (void)state;
    for (size_t i = 0; i < OUTBOUND_AT_ONCE; i++)
        assert_int_equal(outbound_send(outbound, &post), STATUS_OK);
    assert_int_equal(outbound_send(outbound, &post), STATUS_BUSY);
    while (ended < OUTBOUND_AT_ONCE && clock_monotonic() - begun < PATIENCE_MS) {
        const size_t n = outbound_wait(outbound, 100, results);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(results[i].end, OUTBOUND_TIMED_OUT);
        ended += n;
    }
    assert_int_equal(ended, OUTBOUND_AT_ONCE);
    assert_int_equal(outbound_send(outbound, &post), STATUS_OK);
    outbound_close(outbound); /* with one on its way */
    close(fd);
}

static void other_schemes_are_none(void **state)
{
    static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "127.0.0.1", "",
                                       "HTTP://127.0.0.1/",  "unix:/run/x"};
    struct network network;
    struct outbound *outbound = open_with("0.0.0.0/0", &network, PATIENCE_MS);

    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        const struct outbound_post post = {.url = urls[i], .body = "{}"};
        assert_int_equal(outbound_send(outbound, &post), STATUS_INVALID);
    }
    outbound_close(outbound);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_allowed_is_not_connected_to),
        cmocka_unit_test(what_is_answered_2xx_is_taken),
        cmocka_unit_test(as_many_as_may_be_are_on_their_way_and_each_ends_in_time),
        cmocka_unit_test(other_schemes_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
