/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeps the list of open connections, shuts down the overdue, and waits for running requests.
 * May not read, write or close a socket, only shut it down: closing belongs to libmicrohttpd.
 * A listed socket is open, because it is taken off the list under the same lock before it is closed. */
#include "http/connections.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"

enum { TICK_MS = 1000 };

struct connection {
    LIST_ENTRY(connection) link;
    int socket;
    bool busy;
    int64_t deadline; /* monotonic, ms */
};

struct connections {
    struct connections_limits limits;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t reaper;
    LIST_HEAD(, connection) open;
    size_t n_open;
    size_t n_busy;
    bool draining;
    bool closing;
};

/* On the monotonic clock. false when the time is up. Called with the lock held. */
static bool wait_until(struct connections *connections, int64_t deadline)
{
    struct timespec until = {.tv_sec = deadline / 1000, .tv_nsec = (deadline % 1000) * 1000000};
    return pthread_cond_timedwait(&connections->changed, &connections->lock, &until) == 0;
}

static void shut_down_overdue(struct connections *connections)
{
    struct connection *connection;
    int64_t now = clock_monotonic();
    LIST_FOREACH(connection, &connections->open, link)
    {
        if (connection->deadline <= now)
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

enum status connections_open(const struct connections_limits *limits, struct connections **ret_connections)
{
    struct connections *connections = calloc(1, sizeof(*connections));
    if (connections == NULL)
        return STATUS_NO_MEMORY;
    connections->limits = *limits;
    LIST_INIT(&connections->open);
    enum status status = open_parts(connections);
    if (status != STATUS_OK) {
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
    connections->closing = true;
    pthread_cond_broadcast(&connections->changed);
    pthread_mutex_unlock(&connections->lock);
    pthread_join(connections->reaper, NULL);
    pthread_cond_destroy(&connections->changed);
    pthread_mutex_destroy(&connections->lock);
    free(connections);
    return NULL;
}

struct connection *connections_add(struct connections *connections, int socket)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    if (connection == NULL)
        return NULL;
    connection->socket = socket;
    connection->deadline = clock_monotonic() + connections->limits.idle_ms;
    pthread_mutex_lock(&connections->lock);
    LIST_INSERT_HEAD(&connections->open, connection, link);
    connections->n_open++;
    pthread_mutex_unlock(&connections->lock);
    return connection;
}

/* With the lock held. */
static void set_busy(struct connections *connections, struct connection *connection, bool busy)
{
    if (connection->busy == busy)
        return;
    connection->busy = busy;
    connections->n_busy += busy ? 1 : (size_t)-1;
    if (connections->n_busy == 0)
        pthread_cond_broadcast(&connections->changed);
}

void connections_remove(struct connections *connections, struct connection *connection)
{
    if (connection == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    set_busy(connections, connection, false);
    LIST_REMOVE(connection, link);
    connections->n_open--;
    pthread_mutex_unlock(&connections->lock);
    free(connection);
}

void connections_begin(struct connections *connections, struct connection *connection)
{
    if (connection == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    set_busy(connections, connection, true);
    connection->deadline = clock_monotonic() + connections->limits.request_ms;
    pthread_mutex_unlock(&connections->lock);
}

void connections_end(struct connections *connections, struct connection *connection)
{
    if (connection == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    set_busy(connections, connection, false);
    connection->deadline = clock_monotonic() + connections->limits.idle_ms;
    pthread_mutex_unlock(&connections->lock);
}

bool connections_crowded(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    bool crowded = connections->n_open > connections->limits.crowd;
    pthread_mutex_unlock(&connections->lock);
    return crowded;
}

void connections_drain(struct connections *connections, int64_t grace_ms)
{
    int64_t deadline = clock_monotonic() + grace_ms;
    pthread_mutex_lock(&connections->lock);
    connections->draining = true;
    while (connections->n_busy > 0 && clock_monotonic() < deadline)
        (void)wait_until(connections, deadline);
    pthread_mutex_unlock(&connections->lock);
}

bool connections_draining(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    bool draining = connections->draining;
    pthread_mutex_unlock(&connections->lock);
    return draining;
}
