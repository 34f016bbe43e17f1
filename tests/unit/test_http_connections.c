/* SPDX-License-Identifier: EUPL-1.2 */
/* Deadlines of connections, who makes room for whom, and waiting for running requests.
 * May not open a listening socket: a pair of local sockets stands for a connection.
 * Waits end by what they wait for; a test that needs the machine not to stand still for a second tries again when it did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/connections.h"

enum { LONG_MS = 600000, CLIENT = 0, SERVER = 1, MANY = 20 };

static const struct connections_limits roomy = {
    .open = 10, .per_network = 10, .idle_ms = LONG_MS, .request_ms = LONG_MS};
static const struct peer somebody = {{[10] = 0xff, [11] = 0xff, [12] = 192, [13] = 0, [14] = 2, [15] = 1}};

struct scene {
    struct connections *connections;
    int sockets[2];
    struct connection *connection;
};

static void open_scene(struct scene *scene, const struct connections_limits *limits)
{
    assert_int_equal(connections_open(limits, &scene->connections), STATUS_OK);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, scene->sockets), 0);
    scene->connection = connections_add(scene->connections, scene->sockets[SERVER], &somebody);
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
    open_scene(&scene,
               &(struct connections_limits){.open = 10, .per_network = 10, .idle_ms = 1, .request_ms = LONG_MS});
    assert_true(ends_within(&scene, LONG_MS));
    close_scene(&scene);
}

static void a_request_that_takes_too_long_is_shut_down(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene,
               &(struct connections_limits){.open = 10, .per_network = 10, .idle_ms = LONG_MS, .request_ms = 1});
    connections_begin(scene.connections, scene.connection);
    assert_true(ends_within(&scene, LONG_MS));
    assert_false(connections_serve(scene.connections, scene.connection)); /* its last byte came too late */
    close_scene(&scene);
}

static void a_request_in_time_is_left_alone_and_so_is_the_idle_time_after_it(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, &roomy);
    connections_begin(scene.connections, scene.connection);
    assert_false(ends_within(&scene, 1500));
    connections_end(scene.connections, scene.connection);
    assert_false(ends_within(&scene, 1500));
    close_scene(&scene);
}

/* False when a request that was to come at once came a second after the one before: then nothing was shown. */
static bool ask_seldom_and_often(struct scene *scene)
{
    static const struct {
        int pause_ms;
        bool seldom;
    } requests[] = {{0, true}, {0, false}, {1010, true}, {0, false}};
    int64_t before = 0;
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        poll(NULL, 0, requests[i].pause_ms);
        const int64_t now = clock_monotonic();
        connections_begin(scene->connections, scene->connection);
        if (!requests[i].seldom && clock_monotonic() - before >= 1000)
            return false;
        assert_int_equal(connections_asks_seldom(scene->connection), requests[i].seldom);
        connections_end(scene->connections, scene->connection);
        before = now;
    }
    return true;
}

static void a_connection_asks_seldom_until_two_of_its_requests_come_within_a_second(void **state)
{
    (void)state;
    enum { TRIES = 20 };
    bool shown = false;
    for (int tries = 0; !shown && tries < TRIES; tries++) {
        struct scene scene;
        open_scene(&scene, &roomy);
        shown = ask_seldom_and_often(&scene);
        close_scene(&scene);
    }
    assert_true(shown);
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
    open_scene(&scene, &roomy);
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
    open_scene(&scene, &roomy);
    int64_t began = clock_monotonic();
    connections_drain(scene.connections, LONG_MS);
    connections_begin(scene.connections, scene.connection);
    int64_t idle = clock_monotonic();
    connections_drain(scene.connections, 50);
    int64_t ended = clock_monotonic();
    assert_true(idle - began < LONG_MS);
    assert_true(ended - idle >= 50 && ended - idle < LONG_MS);
    close_scene(&scene);
}

static void a_connection_that_breaks_during_a_request_is_not_waited_for(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, &roomy);
    connections_begin(scene.connections, scene.connection);
    connections_begin(scene.connections, scene.connection);
    connections_remove(scene.connections, scene.connection);
    scene.connection = NULL;
    int64_t began = clock_monotonic();
    connections_drain(scene.connections, LONG_MS);
    assert_true(clock_monotonic() - began < LONG_MS);
    close_scene(&scene);
}

static void after_a_drain_nothing_is_served_and_nobody_is_let_in(void **state)
{
    (void)state;
    struct scene scene;
    int late[2];
    open_scene(&scene, &roomy);
    connections_begin(scene.connections, scene.connection);
    assert_true(connections_serve(scene.connections, scene.connection));
    connections_served(scene.connection);
    connections_end(scene.connections, scene.connection);
    connections_drain(scene.connections, LONG_MS);
    connections_begin(scene.connections, scene.connection);
    assert_false(connections_serve(scene.connections, scene.connection));
    connections_end(scene.connections, scene.connection);
    assert_false(connections_serve(scene.connections, scene.connection));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, late), 0);
    assert_null(connections_add(scene.connections, late[SERVER], &somebody));
    close(late[CLIENT]);
    close(late[SERVER]);
    close_scene(&scene);
}

/* ---- More connections than the limit ------------------------------------------------------------------------------------- */

/* Connections of one registry, each with a socket of its own. */
struct crowd {
    struct connections *connections;
    struct connection *each[MANY];
    int sockets[MANY][2];
    size_t n;
};

static void open_crowd(struct crowd *crowd, unsigned open, unsigned per_network)
{
    *crowd = (struct crowd){.n = 0};
    assert_int_equal(
        connections_open(&(struct connections_limits){open, per_network, LONG_MS, LONG_MS}, &crowd->connections),
        STATUS_OK);
}

static size_t come(struct crowd *crowd, const struct peer *peer)
{
    size_t i = crowd->n++;
    assert_true(i < MANY);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, crowd->sockets[i]), 0);
    crowd->each[i] = connections_add(crowd->connections, crowd->sockets[i][SERVER], peer);
    return i;
}

static void go(struct crowd *crowd, size_t i)
{
    connections_remove(crowd->connections, crowd->each[i]);
    crowd->each[i] = NULL;
}

static bool is_open(const struct crowd *crowd, size_t i)
{
    struct pollfd client = {.fd = crowd->sockets[i][CLIENT], .events = POLLIN};
    return poll(&client, 1, 0) == 0;
}

/* So that two of them do not begin to wait in the same millisecond. */
static void a_moment(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
}

static struct connections_figures close_crowd(struct crowd *crowd)
{
    struct connections_figures figures;
    connections_read(crowd->connections, &figures);
    for (size_t i = 0; i < crowd->n; i++) {
        go(crowd, i);
        close(crowd->sockets[i][CLIENT]);
        close(crowd->sockets[i][SERVER]);
    }
    crowd->connections = connections_close(crowd->connections);
    return figures;
}

static void a_new_connection_takes_the_place_of_the_one_that_has_kept_us_waiting_longest(void **state)
{
    (void)state;
    struct crowd crowd;
    open_crowd(&crowd, 3, 10);
    size_t first = come(&crowd, &somebody);
    a_moment();
    size_t second = come(&crowd, &somebody);
    a_moment();
    size_t third = come(&crowd, &somebody);
    a_moment();
    connections_begin(crowd.connections, crowd.each[first]); /* its request line has come just now */
    a_moment();
    size_t fourth = come(&crowd, &somebody);
    assert_true(is_open(&crowd, first) && is_open(&crowd, third) && is_open(&crowd, fourth));
    assert_false(is_open(&crowd, second));
    assert_true(connections_serve(crowd.connections, crowd.each[fourth]));
    assert_int_equal(close_crowd(&crowd).evicted, 1);
}

static void one_that_is_being_served_makes_no_room(void **state)
{
    (void)state;
    struct crowd crowd;
    open_crowd(&crowd, 2, 10);
    size_t served = come(&crowd, &somebody);
    connections_begin(crowd.connections, crowd.each[served]);
    assert_true(connections_serve(crowd.connections, crowd.each[served]));
    a_moment();
    size_t waiting = come(&crowd, &somebody);
    a_moment();
    size_t fresh = come(&crowd, &somebody);
    assert_true(is_open(&crowd, served) && is_open(&crowd, fresh));
    assert_false(is_open(&crowd, waiting));
    (void)close_crowd(&crowd);
}

static void whose_answer_is_not_read_makes_room(void **state)
{
    (void)state;
    struct crowd crowd;
    open_crowd(&crowd, 2, 10);
    size_t reader = come(&crowd, &somebody);
    connections_begin(crowd.connections, crowd.each[reader]);
    assert_true(connections_serve(crowd.connections, crowd.each[reader]));
    connections_served(crowd.each[reader]);
    a_moment();
    size_t second = come(&crowd, &somebody);
    a_moment();
    size_t third = come(&crowd, &somebody);
    assert_false(is_open(&crowd, reader));
    assert_true(is_open(&crowd, second) && is_open(&crowd, third));
    (void)close_crowd(&crowd);
}

static void when_all_are_being_served_the_next_is_told_to_come_back(void **state)
{
    (void)state;
    struct crowd crowd;
    open_crowd(&crowd, 2, 10);
    for (size_t i = 0; i < 2; i++) {
        size_t served = come(&crowd, &somebody);
        connections_begin(crowd.connections, crowd.each[served]);
        assert_true(connections_serve(crowd.connections, crowd.each[served]));
    }
    size_t surplus = come(&crowd, &somebody);
    connections_begin(crowd.connections, crowd.each[surplus]);
    assert_true(is_open(&crowd, surplus));
    assert_false(connections_serve(crowd.connections, crowd.each[surplus]));
    go(&crowd, 0);
    assert_true(connections_serve(crowd.connections, crowd.each[surplus]));
    (void)close_crowd(&crowd);
}

static void one_that_made_room_is_not_served_any_more(void **state)
{
    (void)state;
    struct crowd crowd;
    open_crowd(&crowd, 1, 10);
    size_t gone = come(&crowd, &somebody);
    (void)come(&crowd, &somebody);
    connections_begin(crowd.connections, crowd.each[gone]);
    assert_false(connections_serve(crowd.connections, crowd.each[gone]));
    connections_end(crowd.connections, crowd.each[gone]);
    assert_false(connections_serve(crowd.connections, crowd.each[gone]));
    (void)close_crowd(&crowd);
}

static void more_of_one_network_than_allowed_are_not_let_in(void **state)
{
    (void)state;
    const struct peer here = {{0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, [15] = 1}};
    const struct peer beside = {{0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, [8] = 7, [15] = 2}};
    const struct peer elsewhere = {{0x20, 1, 0x0d, 0xb8, 0, 0, 0, 2, [15] = 1}};
    struct crowd crowd;
    open_crowd(&crowd, 10, 2);
    size_t first = come(&crowd, &here);
    size_t second = come(&crowd, &beside);
    size_t third = come(&crowd, &here);
    size_t other = come(&crowd, &elsewhere);
    assert_non_null(crowd.each[second]);
    assert_null(crowd.each[third]);
    assert_false(is_open(&crowd, third));
    assert_true(is_open(&crowd, other));
    assert_false(connections_serve(crowd.connections, crowd.each[third]));
    assert_null(connections_peer(crowd.each[third]));
    assert_memory_equal(connections_peer(crowd.each[second]), &beside, sizeof(beside));
    go(&crowd, first);
    assert_non_null(crowd.each[come(&crowd, &here)]);
    struct connections_figures figures = close_crowd(&crowd);
    assert_int_equal(figures.refused, 1);
    assert_int_equal(figures.open, 3);
}

static void those_that_are_being_closed_do_not_count(void **state)
{
    (void)state;
    struct crowd crowd;
    struct connections_figures figures;
    open_crowd(&crowd, 2, 2);
    for (size_t i = 0; i < MANY; i++) {
        const struct peer peer = {{[10] = 0xff, [11] = 0xff, [15] = (uint8_t)(i / 2)}};
        assert_non_null(crowd.each[come(&crowd, &peer)]);
        connections_read(crowd.connections, &figures);
        assert_int_equal(figures.open, i < 2 ? i + 1 : 2);
    }
    assert_int_equal(close_crowd(&crowd).evicted, MANY - 2);
}

/* ---- Many threads ---------------------------------------------------------------------------------------------------------- */

struct caller {
    struct connections *connections;
    struct connection *connection;
    pthread_barrier_t *begun; /* where all callers meet after their first call */
    const _Atomic bool *all_came;
    size_t n_calls, n_served;
    bool came_back; /* was served after it had not been */
};

static bool call_once(struct caller *caller)
{
    connections_begin(caller->connections, caller->connection);
    const bool served = connections_serve(caller->connections, caller->connection);
    if (served)
        connections_served(caller->connection);
    connections_end(caller->connections, caller->connection);
    caller->came_back |= served && caller->n_served < caller->n_calls;
    caller->n_served += served;
    caller->n_calls++;
    return served;
}

static void *call_often(void *context)
{
    struct caller *caller = context;
    (void)call_once(caller);
    (void)pthread_barrier_wait(caller->begun);
    while (!atomic_load(caller->all_came))
        (void)call_once(caller);
    return NULL;
}

enum { CALLERS = 4 };

/* What holds once nobody comes any more, and nobody calls beside us. */
static void check_callers(struct crowd *crowd, struct caller *callers)
{
    for (size_t i = 0; i < CALLERS; i++) {
        assert_true(callers[i].n_served > 0);
        assert_false(callers[i].came_back);
        if (is_open(crowd, i))
            assert_int_equal(callers[i].n_served, callers[i].n_calls);
        assert_int_equal(call_once(&callers[i]), is_open(crowd, i));
    }
}

/* Only the first newcomer may find all the others being served: from then on it waits itself, and each of the next takes somebody's place. */
static void check_sums(struct crowd *crowd)
{
    size_t n_open = 0;
    for (size_t i = 0; i < crowd->n; i++)
        n_open += is_open(crowd, i);
    struct connections_figures figures = close_crowd(crowd);
    assert_in_range(n_open, CALLERS, CALLERS + 1);
    assert_int_equal(figures.open, n_open);
    assert_int_equal(figures.evicted, MANY - n_open);
    assert_int_equal(figures.refused + figures.overdue, 0);
}

static void callers_and_newcomers_do_not_disturb_each_other(void **state)
{
    (void)state;
    enum { ROUNDS = 50 };
    for (int round = 0; round < ROUNDS; round++) {
        struct crowd crowd;
        pthread_t threads[CALLERS];
        struct caller callers[CALLERS];
        pthread_barrier_t begun;
        _Atomic bool all_came = false;
        open_crowd(&crowd, CALLERS, 100);
        assert_int_equal(pthread_barrier_init(&begun, NULL, CALLERS + 1), 0);
        for (size_t i = 0; i < CALLERS; i++) {
            callers[i] = (struct caller){.connections = crowd.connections, .begun = &begun, .all_came = &all_came};
            callers[i].connection = crowd.each[come(&crowd, &somebody)];
            assert_int_equal(pthread_create(&threads[i], NULL, call_often, &callers[i]), 0);
        }
        (void)pthread_barrier_wait(&begun);
        while (crowd.n < MANY)
            (void)come(&crowd, &somebody);
        atomic_store(&all_came, true);
        for (size_t i = 0; i < CALLERS; i++)
            pthread_join(threads[i], NULL);
        pthread_barrier_destroy(&begun);
        check_callers(&crowd, callers);
        check_sums(&crowd);
    }
}

/* A thread of a connection that serves until it is not served any more. */
struct server_of_one {
    struct connections *connections;
    struct connection *connection;
    const _Atomic bool *drained;
    bool late;
};

static void *serve_until_refused(void *context)
{
    struct server_of_one *server = context;
    bool served = true;
    while (served) {
        connections_begin(server->connections, server->connection);
        served = connections_serve(server->connections, server->connection);
        if (served) {
            server->late |= atomic_load(server->drained);
            connections_served(server->connection);
        }
        connections_end(server->connections, server->connection);
    }
    return NULL;
}

static void a_drain_ends_whatever_goes_on_around_it_and_nobody_is_served_behind_its_back(void **state)
{
    (void)state;
    enum { THREADS = 4, ROUNDS = 200 };
    for (int round = 0; round < ROUNDS; round++) {
        struct crowd crowd;
        pthread_t threads[THREADS];
        struct server_of_one servers[THREADS];
        _Atomic bool drained = false;
        open_crowd(&crowd, THREADS, THREADS);
        for (size_t i = 0; i < THREADS; i++) {
            servers[i] =
                (struct server_of_one){crowd.connections, crowd.each[come(&crowd, &somebody)], &drained, false};
            assert_int_equal(pthread_create(&threads[i], NULL, serve_until_refused, &servers[i]), 0);
        }
        connections_drain(crowd.connections, 2);
        connections_drain(crowd.connections, LONG_MS);
        atomic_store(&drained, true);
        for (size_t i = 0; i < THREADS; i++) {
            pthread_join(threads[i], NULL);
            assert_false(servers[i].late);
        }
        (void)close_crowd(&crowd);
    }
}

static void a_connection_that_could_not_be_listed_is_ignored(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, &roomy);
    connections_begin(scene.connections, NULL);
    connections_drain(scene.connections, LONG_MS);
    assert_false(connections_serve(scene.connections, NULL));
    connections_served(NULL);
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
        cmocka_unit_test(a_connection_asks_seldom_until_two_of_its_requests_come_within_a_second),
        cmocka_unit_test(a_drain_waits_for_the_running_request),
        cmocka_unit_test(a_drain_waits_no_longer_than_its_grace_and_not_for_idle_connections),
        cmocka_unit_test(a_connection_that_breaks_during_a_request_is_not_waited_for),
        cmocka_unit_test(after_a_drain_nothing_is_served_and_nobody_is_let_in),
        cmocka_unit_test(a_new_connection_takes_the_place_of_the_one_that_has_kept_us_waiting_longest),
        cmocka_unit_test(one_that_is_being_served_makes_no_room),
        cmocka_unit_test(whose_answer_is_not_read_makes_room),
        cmocka_unit_test(when_all_are_being_served_the_next_is_told_to_come_back),
        cmocka_unit_test(one_that_made_room_is_not_served_any_more),
        cmocka_unit_test(more_of_one_network_than_allowed_are_not_let_in),
        cmocka_unit_test(those_that_are_being_closed_do_not_count),
        cmocka_unit_test(callers_and_newcomers_do_not_disturb_each_other),
        cmocka_unit_test(a_drain_ends_whatever_goes_on_around_it_and_nobody_is_served_behind_its_back),
        cmocka_unit_test(a_connection_that_could_not_be_listed_is_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
