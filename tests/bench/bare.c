/* SPDX-License-Identifier: EUPL-1.2 */
/* The yardstick of tests/bench: one endpoint of ulfius as its manual starts it, a thread per connection, keep-alive.
 * May not know trygg: no token, no store, no key; it answers every GET / with the bytes of the file it is given.
 * Always: on loopback, on a port the kernel chooses, until its standard input ends. */
#include <microhttpd.h>
#include <ulfius.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

enum { MAX_BODY = 64 << 10, SOME_PORT = 1 /* ulfius_init_instance refuses 0 */ };

struct body {
    size_t len;
    char bytes[MAX_BODY];
};

static int answer(const struct _u_request *request, struct _u_response *response, void *context)
{
    const struct body *body = context;
    (void)request;

    if (ulfius_set_binary_body_response(response, 200, body->bytes, body->len) != U_OK ||
        u_map_put(response->map_header, "Content-Type", "application/json") != U_OK)
        return U_CALLBACK_ERROR;
    return U_CALLBACK_COMPLETE;
}

static int read_body(const char *path, struct body *ret_body)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return EX_NOINPUT;
    ret_body->len = fread(ret_body->bytes, 1, sizeof(ret_body->bytes), file);
    int code = ferror(file) || ret_body->len == 0 ? EX_NOINPUT : EXIT_SUCCESS;
    (void)fclose(file);
    return code;
}

/* The kernel has chosen it: the address says port 0, and libmicrohttpd repeats what ulfius told it. */
static unsigned bound_port(const struct _u_instance *instance)
{
    struct sockaddr_in address = {0};
    socklen_t len = sizeof(address);
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(instance->mhd_daemon, MHD_DAEMON_INFO_LISTEN_FD);

    if (info == NULL || getsockname(info->listen_fd, (struct sockaddr *)&address, &len) != 0)
        return 0;
    return ntohs(address.sin_port);
}

static int serve(struct _u_instance *instance, struct body *body)
{
    if (ulfius_add_endpoint_by_val(instance, "GET", NULL, "/", 0, answer, body) != U_OK ||
        ulfius_start_framework(instance) != U_OK)
        return EX_UNAVAILABLE;
    printf("listening on http://127.0.0.1:%u\n", bound_port(instance));
    (void)fflush(stdout);
    while (getchar() != EOF)
        ;
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    static struct body body;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct _u_instance instance;

    if (argc != 2 || read_body(argv[1], &body) != EXIT_SUCCESS) {
        (void)fputs("usage: bench_bare FILE, the body of each answer\n", stderr);
        return EX_USAGE;
    }
    if (ulfius_init_instance(&instance, SOME_PORT, &address, NULL) != U_OK)
        return EX_OSERR;
    int code = serve(&instance, &body);
    ulfius_stop_framework(&instance);
    ulfius_clean_instance(&instance);
    return code;
}
