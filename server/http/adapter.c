/* SPDX-License-Identifier: EUPL-1.2 */
/* Runs the server: ulfius, libmicrohttpd and TLS on one side, request_serve on the other.
 * May not judge a request: what it hands on is every header line by itself, the target as it came, and the body.
 * Every request, of whatever method and path, ends in the one callback below. */
#include <microhttpd.h>
#include <orcania.h>
#include <ulfius.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/patient.h"
#include "base/sanitizer.h"
#include "http/address.h"
#include "http/begun.h"
#include "http/bodies.h"
#include "http/connections.h"
#include "http/http.h"
#include "http/listener.h"
#include "http/peers.h"
#include "http/request.h"
#include "http/stack.h"
#include "http/stream.h"
#include "http/tls.h"

enum {
    OWN_FILES = 256, /* the store, the key sets, the metrics, the log */
#if SANITIZER_HEAP
    STACK_BYTES = 2 << 20, /* red zones make every frame several times larger */
#else
    STACK_BYTES = 256 << 10,
#endif
    STACKS_KEPT = 128, /* beyond it most connections wait, each with 36 KiB of its newest request */
    SOME_PORT = 1      /* ulfius_init_instance refuses 0 */
};

static const char STRICT_TRANSPORT[] = "max-age=31536000"; /* a year (RFC 6797) */

struct http_server {
    struct http_settings settings;
    struct _u_instance instance;
    struct connections *connections;
    struct peers *peers;   /* NULL without a limit */
    struct tls *tls;       /* NULL for plain HTTP */
    struct budget answers; /* the large ones that are being read, as much as bodies */
    union address address;
};

/* ulfius allocates the request and frees it by this address; it has been made larger to remember the connection. */
struct exchange {
    struct _u_request request;
    struct MHD_Connection *connection;
};

/* ---- Life of a connection and of a request ---------------------------------------------------------------------------- */

/* What hangs on a connection of libmicrohttpd while it stands. */
struct line {
    struct connection *connection;
    struct tls_identity *identity;
    struct begun begun;
    struct stack stack; /* of the one thread that serves it */
};

static struct line *line_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

/* NULL for one that was not let in. */
static struct connection *connection_of(struct MHD_Connection *connection)
{
    const struct line *line = line_of(connection);
    return line != NULL ? line->connection : NULL;
}

static enum status open_line(struct http_server *server, struct MHD_Connection *connection, struct line *line)
{
    int socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    struct peer peer = peer_of(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
    line->connection = connections_add(server->connections, socket, &peer);
    if (line->connection == NULL || server->tls == NULL)
        return STATUS_OK;
    return tls_attach(server->tls, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session,
                      &line->identity);
}

static void *close_line(struct http_server *server, struct MHD_Connection *connection, struct line *line)
{
    if (line == NULL)
        return NULL;
    begun_abandon(&line->begun, connection);
    connections_remove(server->connections, line->connection);
    line->identity = tls_detach(server->tls, line->identity);
    free(line);
    return NULL;
}

/* A connection that could not be listed has no deadline, and must not stand. */
static void note_connection(void *context, struct MHD_Connection *connection, void **slot,
                            enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    if (code != MHD_CONNECTION_NOTIFY_STARTED) {
        *slot = close_line(server, connection, *slot);
        return;
    }
    struct line *line = calloc(1, sizeof(*line));
    if (line == NULL || open_line(server, connection, line) != STATUS_OK)
        (void)shutdown(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd, SHUT_RDWR);
    *slot = line;
}

/* Called with the request line, before any header. What it returns is ulfius's own; NULL makes ulfius drop the connection. */
static void *begin_request(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct http_server *server = context;
    struct line *line = line_of(connection);
    struct connection_info_struct *info = line != NULL ? begun_start(&line->begun, connection, uri) : NULL;
    if (info == NULL)
        return NULL;
    connections_begin(server->connections, line->connection);
    struct exchange *exchange = o_realloc(info->request, sizeof(*exchange));
    assert(exchange != NULL); /* small blocks are never refused (bodies.h) */
    exchange->connection = connection;
    info->request = &exchange->request;
    return info;
}

static void end_request(void *context, struct MHD_Connection *connection, void **info,
                        enum MHD_RequestTerminationCode code)
{
    struct http_server *server = context;
    struct line *line = line_of(connection);
    if (line == NULL)
        return;
    begun_over(&line->begun, connection, info, code);
    connections_end(server->connections, line->connection);
    if (connections_asks_seldom(line->connection) || connections_count(server->connections) > STACKS_KEPT)
        stack_give_back(&line->stack);
}

/* ---- One request -------------------------------------------------------------------------------------------------------- */

static enum MHD_Result gather_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                     const char *value, size_t value_len)
{
    (void)kind;
    headers_add_in_place(context, name, name_len, value, value_len);
    return MHD_YES;
}

static void gather(const struct http_server *server, const struct _u_request *request, struct incoming *ret_incoming)
{
    const struct exchange *exchange = (const struct exchange *)request;
    *ret_incoming = (struct incoming){
        .method = request->http_verb,
        .target = request->http_url,
        .body = request->binary_body,
        .body_len = request->binary_body_length,
        .peer = connections_peer(connection_of(exchange->connection)),
        .peers = server->peers,
    };
    (void)MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, gather_header, &ret_incoming->headers);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    headers_add_up(&ret_incoming->headers, ret_incoming->method, ret_incoming->target,
                   info != NULL ? info->header_size : 0);
}

/* ulfius copies the body for libmicrohttpd, and frees both; a large one is read from where it is. */
static enum status put_body(struct http_server *server, struct outgoing *outgoing, struct _u_response *response)
{
    response->status = outgoing->status;
    if (outgoing->body_len <= STREAM_ABOVE && outgoing->lasting_body == NULL && outgoing->stream.context == NULL) {
        response->binary_body = outgoing->body;
        response->binary_body_length = outgoing->body_len;
        return STATUS_OK;
    }
    size_t len = outgoing->body_len;
    struct stream *stream = stream_new(outgoing, &server->answers);
    if (stream == NULL)
        return STATUS_NO_MEMORY;
    if (ulfius_set_stream_response(response, (unsigned)outgoing->status, stream_read, stream_free, len, STREAM_ABOVE,
                                   stream) == U_OK)
        return STATUS_OK;
    stream_free(stream);
    return STATUS_NO_MEMORY;
}

static enum status put_headers(const struct http_server *server, const struct outgoing *outgoing,
                               struct _u_response *response)
{
    for (size_t i = 0; i < outgoing->n_headers; i++)
        if (u_map_put(response->map_header, outgoing->headers[i].name, outgoing->headers[i].value) != U_OK)
            return STATUS_NO_MEMORY;
    if (server->tls != NULL && u_map_put(response->map_header, "Strict-Transport-Security", STRICT_TRANSPORT) != U_OK)
        return STATUS_NO_MEMORY;
    if (outgoing->close && u_map_put(response->map_header, "Connection", "close") != U_OK)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

/* Without memory for the answer's own body the answer is that. */
static enum status put_answer(struct http_server *server, const struct request_note *note, struct outgoing *outgoing,
                              struct _u_response *response)
{
    outgoing->close |= connections_draining(server->connections);
    if (put_body(server, outgoing, response) != STATUS_OK) {
        request_replace(note, outgoing);
        TRY(put_body(server, outgoing, response));
    }
    return put_headers(server, outgoing, response);
}

static int answer_request(const struct _u_request *request, struct _u_response *response, void *context)
{
    struct http_server *server = context;
    struct connection *connection = connection_of(((const struct exchange *)request)->connection);
    struct arena_room room;
    auto_arena arena = arena_in(&room, REQUEST_ARENA_BYTES);
    struct incoming incoming;
    struct outgoing outgoing;
    struct request_note note;
    gather(server, request, &incoming);
    if (!connections_serve(server->connections, connection))
        request_refuse(&server->settings, &incoming, STATUS_BUSY, &outgoing, &note);
    else
        request_serve(&server->settings, &incoming, arena, &outgoing, &note);
    enum status status = put_answer(server, &note, &outgoing, response);
    request_record(&server->settings, &note, status == STATUS_OK ? outgoing.status : MHD_HTTP_INTERNAL_SERVER_ERROR);
    connections_served(connection);
    return status == STATUS_OK ? U_CALLBACK_COMPLETE : U_CALLBACK_ERROR;
}

/* ---- Start and stop --------------------------------------------------------------------------------------------------------- */

/* Plain HTTP is for loopback only. */
static enum status read_address(struct http_server *server)
{
    const struct http_settings *settings = &server->settings;
    TRY(address_read(settings->address, settings->port, &server->address));
    return settings->tls_certificate_file != NULL || address_is_loopback(&server->address) ? STATUS_OK : STATUS_INVALID;
}

/* A connection is a file; at the limit of files nobody would be told anything. */
static enum status raise_file_limit(unsigned connections)
{
    struct rlimit files;
    rlim_t needed = (rlim_t)connections + CONNECTIONS_ROOM + OWN_FILES;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return STATUS_INTERNAL;
    if (files.rlim_cur >= needed)
        return STATUS_OK;
    files.rlim_cur = needed;
    return needed <= files.rlim_max && setrlimit(RLIMIT_NOFILE, &files) == 0 ? STATUS_OK : STATUS_TOO_MANY;
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
static unsigned flags_of(const struct http_server *server)
{
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC;
    bool v6 = server->address.any.sa_family == AF_INET6;
    if (v6)
        flags |= IN6_IS_ADDR_UNSPECIFIED(&server->address.v6.sin6_addr) ? MHD_USE_DUAL_STACK : MHD_USE_IPv6;
    return server->tls != NULL ? flags | MHD_USE_TLS : flags;
}

/* No MHD_OPTION_CONNECTION_TIMEOUT: the deadlines of connections.h are shorter and hold whatever the client does. */
static enum status listen_on(struct http_server *server)
{
    const struct MHD_OptionItem ending = {MHD_OPTION_END, 0, NULL};
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_SOCK_ADDR, 0, &server->address},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)note_connection, server},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)begin_request, server},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)end_request, server},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_THREAD_STACK_SIZE, STACK_BYTES, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, HTTP_MAX_HEAD, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)server->settings.limits.connections + CONNECTIONS_ROOM, NULL},
        server->tls != NULL ? (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)TLS_PRIORITIES} : ending,
        {MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, (void *)tls_no_certificate},
        ending,
    };
    return listener_start(&server->instance, flags_of(server), options);
}

static enum status open_limits(struct http_server *server)
{
    const struct http_limits *limits = &server->settings.limits;
    const struct connections_limits connections = {.open = limits->connections,
                                                   .per_network = limits->per_address,
                                                   .idle_ms = limits->idle_ms,
                                                   .request_ms = limits->request_ms};
    TRY(bodies_start(limits->body_bytes));
    server->answers.limit = limits->body_bytes;
    TRY(raise_file_limit(limits->connections));
    if (limits->refused_per_minute > 0)
        TRY(peers_open(limits->refused_per_minute, &server->peers));
    return connections_open(&connections, &server->connections);
}

static enum status open_server(struct http_server *server)
{
    const struct http_settings *settings = &server->settings;
    TRY(read_address(server));
    if (settings->tls_certificate_file != NULL)
        TRY(tls_open(settings->tls_certificate_file, settings->tls_key_file, &server->tls));
    TRY(open_limits(server));
    TRY(open_instance(server));
    return listen_on(server);
}

static struct http_server *close_server(struct http_server *server)
{
    ulfius_clean_instance(&server->instance);
    server->connections = connections_close(server->connections);
    server->peers = peers_close(server->peers);
    server->tls = tls_close(server->tls);
    free(server);
    return NULL;
}

enum status http_start(const struct http_settings *settings, struct http_server **ret_server)
{
    struct http_server *server = calloc(1, sizeof(*server));
    if (server == NULL)
        return STATUS_NO_MEMORY;
    o_set_alloc_funcs(patient_malloc, bodies_realloc, bodies_free);
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

enum status http_check_tls(const char *certificate_file, const char *key_file)
{
    struct tls *tls = NULL;
    enum status status = tls_open(certificate_file, key_file, &tls);
    tls = tls_close(tls);
    return status;
}

enum status http_reload(struct http_server *server)
{
    return server->tls != NULL ? tls_reload(server->tls) : STATUS_OK;
}

void http_edge_figures(struct http_server *server, struct http_edge_figures *ret_figures)
{
    connections_read(server->connections, &ret_figures->connections);
    ret_figures->body_bytes = bodies_held();
    ret_figures->tls_not_after = server->tls != NULL ? (uint64_t)tls_not_after(server->tls) : 0;
    ret_figures->answer_bytes = atomic_load_explicit(&server->answers.held, memory_order_relaxed);
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
