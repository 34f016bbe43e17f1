/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeps the list of open connections, shuts down the overdue and those that must make room, and waits for running requests.
 * May not read, write or close a socket, only shut it down: closing belongs to libmicrohttpd.
 * A listed socket is open, because it is taken off the list under the same lock before it is closed. */
#include "http/connections.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"

enum { TICK_MS = 1000, SELDOM_MS = 1000, CACHE_LINE = 64 };

/* Instead of the time since when a connection waits for its client. */
enum { BEING_SERVED = 0, SHUT_DOWN = -1 };

/* The atomics belong to the thread of the connection; others read them, and may only write SHUT_DOWN. The rest stands under the lock,
 * or does not change while the connection is open. */
struct connection {
    _Alignas(CACHE_LINE) LIST_ENTRY(connection) link;
    struct peer peer;
    struct peer network;
    int socket;
    bool surplus;                                       /* came when there were too many, and nobody could make room */
    bool leaving;                                       /* was shut down and does not count any more */
    _Alignas(CACHE_LINE) _Atomic int64_t waiting_since; /* monotonic, ms */
    _Atomic int64_t deadline;                           /* monotonic, ms */
    _Atomic bool busy;
    bool seldom;   /* its thread's own, as the next */
    int64_t begun; /* the newest request; monotonic, ms; 0: none yet */
};

LIST_HEAD(connection_list, connection);

struct connections {
    struct connections_limits limits;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t reaper;
    struct connection_list open;
    struct connection_list unused;
    struct connection *places;
    _Atomic size_t n_open; /* written under the lock */
    struct connections_figures figures;
    _Atomic bool draining;
    bool shut; /* nobody is let in or served any more */
    bool closing;
};

/* On the monotonic clock. false when the time is up. Called with the lock held. */
static bool wait_until(struct connections *connections, int64_t deadline)
{
    struct timespec until = {.tv_sec = deadline / 1000, .tv_nsec = (deadline % 1000) * 1000000};
    return pthread_cond_timedwait(&connections->changed, &connections->lock, &until) == 0;
}

/* With the lock held, as all that takes someone off the count. */
static void leave(struct connections *connections, struct connection *connection)
{
    if (connection->leaving)
        return;
    connection->leaving = true;
    connections->n_open--;
}

/* SHUT_DOWN stays: what anybody else wrote meanwhile is that, or, for the reaper, of a connection that moves on. */
static bool change_waiting(struct connection *connection, int64_t to)
{
    int64_t since = atomic_load(&connection->waiting_since);
    return since != SHUT_DOWN && atomic_compare_exchange_strong(&connection->waiting_since, &since, to);
}

/* Its deadline alone breaks off a request that is being served. */
static void shut_down_overdue(struct connections *connections)
{
    struct connection *connection;
    int64_t now = clock_monotonic();
    LIST_FOREACH(connection, &connections->open, link)
    {
        if (connection->leaving || atomic_load(&connection->deadline) > now)
            continue;
        connections->figures.overdue++;
        (void)change_waiting(connection, SHUT_DOWN);
        leave(connections, connection);
        (void)shutdown(connection->socket, SHUT_RDWR);
    }
}

static void *reap(void *context)
{
    struct connections *connections = context;
    pthread_mutex_lock(&connections->lock);
    while (!connections->closing) {
        int64_t tick = clock_monotonic() + TICK_MS;
        while (!connections->closing && wait_until(connections, tick))
            continue;
        shut_down_overdue(connections);
    }
    pthread_mutex_unlock(&connections->lock);
    return NULL;
}

/* ---- Opening and closing ------------------------------------------------------------------------------------------------ */

static enum status open_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return STATUS_NO_MEMORY;
    int error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (error == 0)
        error = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return error == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status open_parts(struct connections *connections)
{
    if (pthread_mutex_init(&connections->lock, NULL) != 0)
        return STATUS_NO_MEMORY;
    if (open_condition(&connections->changed) != STATUS_OK) {
        pthread_mutex_destroy(&connections->lock);
        return STATUS_NO_MEMORY;
    }
    if (pthread_create(&connections->reaper, NULL, reap, connections) != 0) {
        pthread_cond_destroy(&connections->changed);
        pthread_mutex_destroy(&connections->lock);
        return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

static enum status open_places(struct connections *connections, size_t n)
{
    connections->places = aligned_alloc(CACHE_LINE, n * sizeof(*connections->places));
    if (connections->places == NULL)
        return STATUS_NO_MEMORY;
    memset(connections->places, 0, n * sizeof(*connections->places));
    for (size_t i = n; i > 0; i--)
        LIST_INSERT_HEAD(&connections->unused, &connections->places[i - 1], link);
    return STATUS_OK;
}

enum status connections_open(const struct connections_limits *limits, struct connections **ret_connections)
{
    struct connections *connections = calloc(1, sizeof(*connections));
    if (connections == NULL)
        return STATUS_NO_MEMORY;
    connections->limits = *limits;
    enum status status = open_places(connections, (size_t)limits->open + CONNECTIONS_ROOM);
    if (status == STATUS_OK)
        status = open_parts(connections);
    if (status != STATUS_OK) {
        free(connections->places);
        free(connections);
        return status;
    }
    *ret_connections = connections;
    return STATUS_OK;
}

struct connections *connections_close(struct connections *connections)
{
    if (connections == NULL)
        return NULL;
    pthread_mutex_lock(&connections->lock);
    assert(LIST_EMPTY(&connections->open));
    connections->closing = true;
    pthread_cond_broadcast(&connections->changed);
    pthread_mutex_unlock(&connections->lock);
    pthread_join(connections->reaper, NULL);
    pthread_cond_destroy(&connections->changed);
    pthread_mutex_destroy(&connections->lock);
    free(connections->places);
    free(connections);
    return NULL;
}

/* ---- Coming and going --------------------------------------------------------------------------------------------------- */

static size_t count_network(const struct connections *connections, const struct peer *network)
{
    const struct connection *connection;
    size_t n = 0;
    LIST_FOREACH(connection, &connections->open, link)
    {
        n += !connection->leaving && peer_equal(&connection->network, network);
    }
    return n;
}

/* The one that waits longest for its client, and since when; NULL when all are being served. */
static struct connection *longest_waiting(const struct connections *connections, int64_t *ret_since)
{
    struct connection *connection, *longest = NULL;
    LIST_FOREACH(connection, &connections->open, link)
    {
        int64_t since = atomic_load(&connection->waiting_since);
        if (since <= BEING_SERVED || connection->leaving || (longest != NULL && since >= *ret_since))
            continue;
        longest = connection;
        *ret_since = since;
    }
    return longest;
}

/* Looks again when the one that was found has moved on meanwhile. */
static bool make_room(struct connections *connections)
{
    int64_t since = 0;
    struct connection *longest;
    while ((longest = longest_waiting(connections, &since)) != NULL) {
        if (!atomic_compare_exchange_strong(&longest->waiting_since, &since, SHUT_DOWN))
            continue;
        connections->figures.evicted++;
        leave(connections, longest);
        (void)shutdown(longest->socket, SHUT_RDWR);
        return true;
    }
    return false;
}

/* With the lock held. NULL for one too many of its network, and for all at the end. */
static struct connection *take_place(struct connections *connections, int socket, const struct peer *peer)
{
    const struct connections_limits *limits = &connections->limits;
    struct peer network = peer_network(peer);
    struct connection *connection = LIST_FIRST(&connections->unused);
    if (connections->shut)
        return NULL;
    if (connection == NULL || count_network(connections, &network) >= limits->per_network) {
        connections->figures.refused++;
        return NULL;
    }
    LIST_REMOVE(connection, link);
    *connection = (struct connection){.peer = *peer, .network = network, .socket = socket};
    connection->surplus = connections->n_open >= limits->open && !make_room(connections);
    atomic_store(&connection->waiting_since, clock_monotonic());
    atomic_store(&connection->deadline, clock_monotonic() + limits->idle_ms);
    LIST_INSERT_HEAD(&connections->open, connection, link);
    connections->n_open++;
    return connection;
}

struct connection *connections_add(struct connections *connections, int socket, const struct peer *peer)
{
    pthread_mutex_lock(&connections->lock);
    struct connection *connection = take_place(connections, socket, peer);
    pthread_mutex_unlock(&connections->lock);
    if (connection == NULL)
        (void)shutdown(socket, SHUT_RDWR);
    return connection;
}

void connections_remove(struct connections *connections, struct connection *connection)
{
    if (connection == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    leave(connections, connection);
    LIST_REMOVE(connection, link);
    LIST_INSERT_HEAD(&connections->unused, connection, link);
    if (atomic_load(&connections->draining))
        pthread_cond_broadcast(&connections->changed);
    pthread_mutex_unlock(&connections->lock);
}

/* ---- The way of a request ----------------------------------------------------------------------------------------------- */

void connections_begin(struct connections *connections, struct connection *connection)
{
    if (connection == NULL)
        return;
    int64_t now = clock_monotonic();
    connection->seldom = connection->begun == 0 || now - connection->begun >= SELDOM_MS;
    connection->begun = now;
    atomic_store(&connection->busy, true);
    atomic_store(&connection->deadline, now + connections->limits.request_ms);
    (void)change_waiting(connection, now);
}

bool connections_serve(struct connections *connections, struct connection *connection)
{
    if (connection == NULL)
        return false;
    if (connection->surplus && connections->n_open > connections->limits.open)
        return false;
    return change_waiting(connection, BEING_SERVED);
}

void connections_served(struct connection *connection)
{
    if (connection != NULL)
        (void)change_waiting(connection, clock_monotonic());
}

void connections_end(struct connections *connections, struct connection *connection)
{
    if (connection == NULL)
        return;
    int64_t now = clock_monotonic();
    atomic_store(&connection->deadline, now + connections->limits.idle_ms);
    (void)change_waiting(connection, now);
    atomic_store(&connection->busy, false);
    if (!atomic_load(&connections->draining))
        return;
    pthread_mutex_lock(&connections->lock);
    pthread_cond_broadcast(&connections->changed);
    pthread_mutex_unlock(&connections->lock);
}

bool connections_asks_seldom(const struct connection *connection)
{
    return connection == NULL || connection->seldom;
}

const struct peer *connections_peer(const struct connection *connection)
{
    return connection != NULL ? &connection->peer : NULL;
}

/* ---- Looking at all of them --------------------------------------------------------------------------------------------- */

static bool any_busy(const struct connections *connections)
{
    const struct connection *connection;
    LIST_FOREACH(connection, &connections->open, link)
    {
        if (atomic_load(&connection->busy))
            return true;
    }
    return false;
}

static void wait_for_busy(struct connections *connections, int64_t deadline)
{
    while (any_busy(connections) && clock_monotonic() < deadline)
        (void)wait_until(connections, deadline);
}

/* Sockets stay as they are: what is being answered goes on, and is waited for. */
static void shut_all(struct connections *connections)
{
    struct connection *connection;
    connections->shut = true;
    LIST_FOREACH(connection, &connections->open, link)
    {
        atomic_store(&connection->waiting_since, SHUT_DOWN);
    }
}

/* Those that were being served before shut_all are busy, and waited for; those that begin later are not served. */
void connections_drain(struct connections *connections, int64_t grace_ms)
{
    int64_t deadline = clock_monotonic() + grace_ms;
    atomic_store(&connections->draining, true);
    pthread_mutex_lock(&connections->lock);
    wait_for_busy(connections, deadline);
    shut_all(connections);
    wait_for_busy(connections, deadline);
    pthread_mutex_unlock(&connections->lock);
}

bool connections_draining(const struct connections *connections)
{
    return atomic_load(&connections->draining);
}

size_t connections_count(const struct connections *connections)
{
    return atomic_load_explicit(&connections->n_open, memory_order_relaxed);
}

void connections_read(struct connections *connections, struct connections_figures *ret_figures)
{
    pthread_mutex_lock(&connections->lock);
    *ret_figures = connections->figures;
    ret_figures->open = connections->n_open;
    pthread_mutex_unlock(&connections->lock);
}
