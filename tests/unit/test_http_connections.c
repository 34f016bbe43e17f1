/* SPDX-License-Identifier: EUPL-1.2 */
/* Deadlines of connections, and waiting for running requests.
 * May not open a listening socket: a pair of local sockets stands for a connection.
 * Waits end by what they wait for; no test depends on how fast the machine is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/connections.h"

enum { LONG_MS = 600000, CLIENT = 0, SERVER = 1 };

struct scene {
    struct connections *connections;
    int sockets[2];
    struct connection *connection;
};

static void open_scene(struct scene *scene, const struct connections_limits *limits)
{
    assert_int_equal(connections_open(limits, &scene->connections), STATUS_OK);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, scene->sockets), 0);
    scene->connection = connections_add(scene->connections, scene->sockets[SERVER]);
    assert_non_null(scene->connection);
}

static void close_scene(struct scene *scene)
{
    connections_remove(scene->connections, scene->connection);
    close(scene->sockets[CLIENT]);
    close(scene->sockets[SERVER]);
    assert_null(connections_close(scene->connections));
}

/* Whether the client sees the end of its connection within the time. */
static int ends_within(const struct scene *scene, int ms)
{
    struct pollfd client = {.fd = scene->sockets[CLIENT], .events = POLLIN};
    char byte;
    return poll(&client, 1, ms) == 1 && read(client.fd, &byte, 1) == 0;
}

static void an_idle_connection_is_shut_down_at_its_deadline(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, &(struct connections_limits){.idle_ms = 1, .request_ms = LONG_MS, .crowd = 10});
    assert_true(ends_within(&scene, LONG_MS));
    close_scene(&scene);
}

static void a_request_that_takes_too_long_is_shut_down(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, &(struct connections_limits){.idle_ms = LONG_MS, .request_ms = 1, .crowd = 10});
    connections_begin(scene.connections, scene.connection);
    assert_true(ends_within(&scene, LONG_MS));
    close_scene(&scene);
}

static void a_request_in_time_is_left_alone_and_so_is_the_idle_time_after_it(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, &(struct connections_limits){.idle_ms = LONG_MS, .request_ms = LONG_MS, .crowd = 10});
    connections_begin(scene.connections, scene.connection);
    assert_false(ends_within(&scene, 1500));
    connections_end(scene.connections, scene.connection);
    assert_false(ends_within(&scene, 1500));
    close_scene(&scene);
}

static void *end_soon(void *context)
{
    struct scene *scene = context;
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    connections_end(scene->connections, scene->connection);
    return NULL;
}

static void a_drain_waits_for_the_running_request(void **state)
{
    (void)state;
    struct scene scene;
    pthread_t thread;
    open_scene(&scene, &(struct connections_limits){.idle_ms = LONG_MS, .request_ms = LONG_MS, .crowd = 10});
    connections_begin(scene.connections, scene.connection);
    assert_false(connections_draining(scene.connections));
    int64_t began = clock_monotonic();
    assert_int_equal(pthread_create(&thread, NULL, end_soon, &scene), 0);
    connections_drain(scene.connections, LONG_MS);
    assert_true(clock_monotonic() - began >= 99);
    assert_true(clock_monotonic() - began < LONG_MS);
    assert_true(connections_draining(scene.connections));
    pthread_join(thread, NULL);
    close_scene(&scene);
}

static void a_drain_waits_no_longer_than_its_grace_and_not_for_idle_connections(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, &(struct connections_limits){.idle_ms = LONG_MS, .request_ms = LONG_MS, .crowd = 10});
    connections_drain(scene.connections, LONG_MS);
    connections_begin(scene.connections, scene.connection);
    connections_drain(scene.connections, 50);
    close_scene(&scene);
}

static void a_connection_that_breaks_during_a_request_is_not_waited_for(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, &(struct connections_limits){.idle_ms = LONG_MS, .request_ms = LONG_MS, .crowd = 10});
    connections_begin(scene.connections, scene.connection);
    connections_begin(scene.connections, scene.connection);
    connections_remove(scene.connections, scene.connection);
    scene.connection = NULL;
    connections_drain(scene.connections, LONG_MS);
    close_scene(&scene);
}

static void more_connections_than_the_limit_are_a_crowd(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, &(struct connections_limits){.idle_ms = LONG_MS, .request_ms = LONG_MS, .crowd = 1});
    assert_false(connections_crowded(scene.connections));
    struct connection *second = connections_add(scene.connections, scene.sockets[SERVER]);
    assert_true(connections_crowded(scene.connections));
    connections_remove(scene.connections, second);
    assert_false(connections_crowded(scene.connections));
    close_scene(&scene);
}

static void a_connection_that_could_not_be_listed_is_ignored(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, &(struct connections_limits){.idle_ms = LONG_MS, .request_ms = LONG_MS, .crowd = 10});
    connections_begin(scene.connections, NULL);
    connections_drain(scene.connections, LONG_MS);
    connections_end(scene.connections, NULL);
    connections_remove(scene.connections, NULL);
    close_scene(&scene);
    assert_null(connections_close(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_connection_is_shut_down_at_its_deadline),
        cmocka_unit_test(a_request_that_takes_too_long_is_shut_down),
        cmocka_unit_test(a_request_in_time_is_left_alone_and_so_is_the_idle_time_after_it),
        cmocka_unit_test(a_drain_waits_for_the_running_request),
        cmocka_unit_test(a_drain_waits_no_longer_than_its_grace_and_not_for_idle_connections),
        cmocka_unit_test(a_connection_that_breaks_during_a_request_is_not_waited_for),
        cmocka_unit_test(more_connections_than_the_limit_are_a_crowd),
        cmocka_unit_test(a_connection_that_could_not_be_listed_is_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
