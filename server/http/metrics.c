/* SPDX-License-Identifier: EUPL-1.2 */
/* Serves one page on a small instance of its own: one thread, few connections, one request on each, and a deadline.
 * May not look at a request beyond its method and path, take a body, or know what stands in the page.
 * A connection ends with its answer or its deadline, so that nobody can hold a place. */
#include "http/metrics.h"

#include <microhttpd.h>
#include <ulfius.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "http/address.h"
#include "http/begun.h"
#include "http/connections.h"
#include "http/listener.h"

enum { MAX_BODY = 1, MEMORY_BYTES = 16 << 10, INACTIVITY_SECONDS = METRICS_DEADLINE_MS / 1000, SOME_PORT = 1 };

enum { ACCEPTED = METRICS_CONNECTIONS + CONNECTIONS_ROOM };

/* On loopback all have one address: a new one takes the place of the one that has been there longest. */
static const struct connections_limits limits = {.open = METRICS_CONNECTIONS,
                                                 .per_network = ACCEPTED,
                                                 .idle_ms = METRICS_DEADLINE_MS,
                                                 .request_ms = METRICS_DEADLINE_MS};

struct metrics_server {
    struct metrics_settings settings;
    struct _u_instance instance;
    struct connections *connections;
    union address address;
};

/* ---- One request -------------------------------------------------------------------------------------------------------- */

struct header_row {
    const char *name;
    const char *value;
};

static enum status put_headers(struct _u_response *response, const struct header_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (u_map_put(response->map_header, rows[i].name, rows[i].value) != U_OK)
            return STATUS_NO_MEMORY;
    return STATUS_OK;
}

/* ulfius frees the body. */
static int answer_page(const struct metrics_server *server, struct _u_response *response)
{
    static const struct header_row type = {"Content-Type", "text/plain; version=0.0.4; charset=utf-8"};
    auto_buffer page = buffer_make(METRICS_MAX_BYTES);
    if (server->settings.write(&page, server->settings.context) != STATUS_OK || page.failed)
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    if (put_headers(response, &type, 1) != STATUS_OK)
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    response->binary_body = page.data;
    response->binary_body_length = page.len;
    page = buffer_make(METRICS_MAX_BYTES);
    return MHD_HTTP_OK;
}

static int answer(const struct metrics_server *server, const struct _u_request *request, struct _u_response *response)
{
    static const struct header_row allow = {"Allow", "GET, HEAD"};
    static const char path[] = "/metrics";
    size_t len = strcspn(request->http_url, "?");
    if (len != sizeof(path) - 1 || memcmp(request->http_url, path, len) != 0)
        return MHD_HTTP_NOT_FOUND;
    if (strcmp(request->http_verb, "GET") == 0 || strcmp(request->http_verb, "HEAD") == 0)
        return answer_page(server, response);
    return put_headers(response, &allow, 1) == STATUS_OK ? MHD_HTTP_METHOD_NOT_ALLOWED : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static int answer_request(const struct _u_request *request, struct _u_response *response, void *context)
{
    static const struct header_row always[] = {
        {"Connection", "close"}, {"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
    if (put_headers(response, always, sizeof(always) / sizeof(always[0])) != STATUS_OK)
        return U_CALLBACK_ERROR;
    response->status = answer(context, request, response);
    return U_CALLBACK_COMPLETE;
}

/* ---- Start and stop ------------------------------------------------------------------------------------------------------- */

/* What hangs on a connection of libmicrohttpd while it stands. */
struct line {
    struct connection *connection;
    struct begun begun;
};

static void *open_line(struct metrics_server *server, int socket)
{
    const struct peer nobody = {.bytes = {0}};
    struct line *line = calloc(1, sizeof(*line));
    if (line == NULL)
        (void)shutdown(socket, SHUT_RDWR);
    else
        line->connection = connections_add(server->connections, socket, &nobody);
    return line;
}

static void *close_line(struct metrics_server *server, struct MHD_Connection *connection, struct line *line)
{
    if (line == NULL)
        return NULL;
    begun_abandon(&line->begun, connection);
    connections_remove(server->connections, line->connection);
    free(line);
    return NULL;
}

static void note_connection(void *context, struct MHD_Connection *connection, void **slot,
                            enum MHD_ConnectionNotificationCode code)
{
    struct metrics_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *slot = open_line(server, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
    else
        *slot = close_line(server, connection, *slot);
}

static struct line *line_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

static void *begin_request(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct line *line = line_of(connection);
    (void)context;
    return line != NULL ? begun_start(&line->begun, connection, uri) : NULL;
}

static void end_request(void *context, struct MHD_Connection *connection, void **info,
                        enum MHD_RequestTerminationCode code)
{
    struct line *line = line_of(connection);
    (void)context;
    if (line != NULL)
        begun_over(&line->begun, connection, info, code);
}

static enum status read_address(struct metrics_server *server)
{
    TRY(address_read(server->settings.address, server->settings.port, &server->address));
    return address_is_loopback(&server->address) ? STATUS_OK : STATUS_INVALID;
}

static enum status open_instance(struct metrics_server *server)
{
    if (ulfius_init_instance(&server->instance, SOME_PORT, NULL, NULL) != U_OK)
        return STATUS_NO_MEMORY;
    server->instance.port = server->settings.port;
    server->instance.max_post_body_size = MAX_BODY;
    server->instance.allowed_post_processor = U_POST_PROCESS_NONE;
    if (ulfius_set_default_endpoint(&server->instance, answer_request, server) != U_OK)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

static enum status listen_on(struct metrics_server *server)
{
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC;
    if (server->address.any.sa_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_SOCK_ADDR, 0, &server->address},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)note_connection, server},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)begin_request, NULL},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)end_request, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, ACCEPTED, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, INACTIVITY_SECONDS, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY_BYTES, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    return listener_start(&server->instance, flags, options);
}

static enum status open_server(struct metrics_server *server)
{
    TRY(read_address(server));
    TRY(connections_open(&limits, &server->connections));
    TRY(open_instance(server));
    return listen_on(server);
}

static struct metrics_server *close_server(struct metrics_server *server)
{
    ulfius_clean_instance(&server->instance);
    server->connections = connections_close(server->connections);
    free(server);
    return NULL;
}

enum status metrics_start(const struct metrics_settings *settings, struct metrics_server **ret_server)
{
    struct metrics_server *server = calloc(1, sizeof(*server));
    if (server == NULL)
        return STATUS_NO_MEMORY;
    server->settings = *settings;
    enum status status = open_server(server);
    if (status != STATUS_OK) {
        close_server(server);
        return status;
    }
    *ret_server = server;
    return STATUS_OK;
}

uint16_t metrics_port(const struct metrics_server *server)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->instance.mhd_daemon, MHD_DAEMON_INFO_BIND_PORT);
    assert(info != NULL);
    return info->port;
}

struct metrics_server *metrics_stop(struct metrics_server *server)
{
    if (server == NULL)
        return NULL;
    ulfius_stop_framework(&server->instance);
    return close_server(server);
}
