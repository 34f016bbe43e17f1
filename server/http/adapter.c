/* SPDX-License-Identifier: EUPL-1.2 */
/* Runs the server: ulfius and libmicrohttpd on one side, request_serve on the other.
 * May not judge a request: what it hands on is every header line by itself, the target as it came, and the body.
 * Every request, of whatever method and path, ends in the one callback below. */
#include <microhttpd.h>
#include <orcania.h>
#include <ulfius.h>

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "http/connections.h"
#include "http/http.h"
#include "http/request.h"
#include "http/wipe.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

enum {
    CONNECTIONS_MAX = 512, /* above this libmicrohttpd accepts no more */
    INACTIVITY_SECONDS = 30,
#ifdef SANITIZED
    STACK_BYTES = 2 << 20, /* red zones make every frame several times larger */
#else
    STACK_BYTES = 256 << 10,
#endif
    SOME_PORT = 1 /* ulfius_init_instance refuses 0 */
};

/* A request may take as long as 1 MiB takes at 9 KiB/s. */
static const struct connections_limits limits = {.idle_ms = 60000, .request_ms = 120000, .crowd = CONNECTIONS_MAX - 32};

struct http_server {
    struct http_settings settings;
    struct _u_instance instance;
    struct connections *connections;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
};

/* ulfius allocates the request and frees it by this address; it has been made larger to remember the connection. */
struct exchange {
    struct _u_request request;
    struct MHD_Connection *connection;
};

/* ---- Life of a connection and of a request ---------------------------------------------------------------------------- */

static void note_connection(void *context, struct MHD_Connection *connection, void **slot,
                            enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *slot = info != NULL ? connections_add(server->connections, info->connect_fd) : NULL;
    } else {
        connections_remove(server->connections, *slot);
        *slot = NULL;
    }
}

static struct connection *connection_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

/* Called with the request line, before any header. What it returns is ulfius's own; NULL makes ulfius drop the connection. */
static void *begin_request(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct http_server *server = context;
    struct connection_info_struct *info = ulfius_uri_logger(NULL, uri);
    if (info == NULL)
        return NULL;
    connections_begin(server->connections, connection_of(connection));
    struct exchange *exchange = o_realloc(info->request, sizeof(*exchange));
    if (exchange == NULL) {
        mhd_request_completed(NULL, connection, (void **)&info, MHD_REQUEST_TERMINATED_WITH_ERROR);
        return NULL;
    }
    exchange->connection = connection;
    info->request = &exchange->request;
    return info;
}

static void end_request(void *context, struct MHD_Connection *connection, void **info,
                        enum MHD_RequestTerminationCode code)
{
    struct http_server *server = context;
    mhd_request_completed(NULL, connection, info, code);
    connections_end(server->connections, connection_of(connection));
}

/* ---- One request -------------------------------------------------------------------------------------------------------- */

static enum MHD_Result gather_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                     const char *value, size_t value_len)
{
    (void)kind;
    headers_add_in_place(context, name, name_len, value, value_len);
    return MHD_YES;
}

static void gather(const struct _u_request *request, struct incoming *ret_incoming)
{
    const struct exchange *exchange = (const struct exchange *)request;
    *ret_incoming = (struct incoming){
        .method = request->http_verb,
        .target = request->http_url,
        .body = request->binary_body,
        .body_len = request->binary_body_length,
    };
    (void)MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, gather_header, &ret_incoming->headers);
}

static enum status put_answer(const struct outgoing *outgoing, struct _u_response *response)
{
    for (size_t i = 0; i < outgoing->n_headers; i++)
        if (u_map_put(response->map_header, outgoing->headers[i].name, outgoing->headers[i].value) != U_OK)
            return STATUS_NO_MEMORY;
    if (outgoing->close && u_map_put(response->map_header, "Connection", "close") != U_OK)
        return STATUS_NO_MEMORY;
    response->status = outgoing->status;
    return STATUS_OK;
}

/* ulfius copies the body for libmicrohttpd, and frees both. */
static int answer_request(const struct _u_request *request, struct _u_response *response, void *context)
{
    struct http_server *server = context;
    auto_arena arena = arena_new(REQUEST_ARENA_BYTES);
    struct incoming incoming;
    struct outgoing outgoing;
    gather(request, &incoming);
    if (arena == NULL)
        request_refuse(&incoming, STATUS_NO_MEMORY, &outgoing);
    else if (connections_crowded(server->connections))
        request_refuse(&incoming, STATUS_BUSY, &outgoing);
    else
        request_serve(&server->settings, &incoming, arena, &outgoing);
    outgoing.close |= connections_draining(server->connections);
    response->binary_body = outgoing.body;
    response->binary_body_length = outgoing.body_len;
    return put_answer(&outgoing, response) == STATUS_OK ? U_CALLBACK_COMPLETE : U_CALLBACK_ERROR;
}

/* ---- Start and stop --------------------------------------------------------------------------------------------------------- */

/* Plain HTTP is for loopback only. */
static enum status read_address(struct http_server *server, const char *text, uint16_t port)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, text, &v4) == 1 && ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET) {
        server->address.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = v4};
        return STATUS_OK;
    }
    if (inet_pton(AF_INET6, text, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6)) {
        server->address.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = v6};
        return STATUS_OK;
    }
    return STATUS_INVALID;
}

static enum status open_instance(struct http_server *server)
{
    if (ulfius_init_instance(&server->instance, SOME_PORT, NULL, NULL) != U_OK)
        return STATUS_NO_MEMORY;
    server->instance.port = server->settings.port;
    server->instance.max_post_body_size = HTTP_MAX_BODY + 1;
    server->instance.allowed_post_processor = U_POST_PROCESS_NONE;
    server->instance.check_utf8 = 0; /* it would silently drop header lines */
    if (ulfius_set_default_endpoint(&server->instance, answer_request, server) != U_OK)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

/* No MHD_USE_ERROR_LOG, and yder is never opened: neither library may write about a request. */
static enum status listen_on(struct http_server *server)
{
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC;
    if (server->address.any.sa_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_SOCK_ADDR, 0, &server->address},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)note_connection, server},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)begin_request, server},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)end_request, server},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_THREAD_STACK_SIZE, STACK_BYTES, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, INACTIVITY_SECONDS, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    return ulfius_start_framework_with_mhd_options(&server->instance, flags, options) == U_OK ? STATUS_OK : STATUS_IO;
}

static enum status open_server(struct http_server *server)
{
    TRY(read_address(server, server->settings.address, server->settings.port));
    TRY(connections_open(&limits, &server->connections));
    TRY(open_instance(server));
    return listen_on(server);
}

static struct http_server *close_server(struct http_server *server)
{
    ulfius_clean_instance(&server->instance);
    server->connections = connections_close(server->connections);
    free(server);
    return NULL;
}

enum status http_start(const struct http_settings *settings, struct http_server **ret_server)
{
    struct http_server *server = calloc(1, sizeof(*server));
    if (server == NULL)
        return STATUS_NO_MEMORY;
    o_set_alloc_funcs(malloc, wipe_realloc, wipe_free);
    server->settings = *settings;
    enum status status = open_server(server);
    if (status != STATUS_OK) {
        close_server(server);
        return status;
    }
    *ret_server = server;
    return STATUS_OK;
}

uint16_t http_port(const struct http_server *server)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->instance.mhd_daemon, MHD_DAEMON_INFO_BIND_PORT);
    assert(info != NULL);
    return info->port;
}

/* Stopping alone would break off running requests: the listening socket is taken away first, then they are waited for. */
struct http_server *http_stop(struct http_server *server, int64_t grace_ms)
{
    if (server == NULL)
        return NULL;
    MHD_socket listener = MHD_quiesce_daemon(server->instance.mhd_daemon);
    connections_drain(server->connections, grace_ms);
    ulfius_stop_framework(&server->instance);
    if (listener != MHD_INVALID_SOCKET)
        (void)close(listener);
    return close_server(server);
}
