/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * command_serve.c: `tryggd serve`: opens the rooms from the bottom up, waits for a signal, closes them from the top down.
 * It may not answer a request or touch the store itself.
 * What was opened is closed in reverse, whatever went wrong in between; signals are taken by this thread alone.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/clock.h"
#include "base/log.h"
#include "call/call.h"
#include "chores/chores.h"
#include "command.h"
#include "complain.h"
#include "http/http.h"

enum { DRAIN_MS = 10000, LAST_ANSWERS_MS = 1000, LOOK_EVERY_S = 1, EXIT_COMMIT_UNKNOWN = EX_TEMPFAIL };

struct service {
    const struct config *config;
    sigset_t stops;
    struct auth *auth;
    struct house *house;
    struct chores *chores;
    struct http_server *http;
    const char *key_faults[CONFIG_MAX_ISSUERS]; /* that were told last; NULL: none */
};

/* When nobody can say whether the last batch, or the last keys, are stored; on the thread that wrote them. Those who hold a 503 get a
 * moment to send it, then the process ends without another write. Recovery at the next start and the idempotency keys decide. */
static void end_after_unknown_commit(void *context)
{
    const struct timespec moment = {LAST_ANSWERS_MS / 1000, (LAST_ANSWERS_MS % 1000) * 1000000L};
    (void)context;

    LOG(LOG_LEVEL_ERROR, "commit-unknown", log_number("exit", EXIT_COMMIT_UNKNOWN));
    nanosleep(&moment, NULL);
    _exit(EXIT_COMMIT_UNKNOWN);
}

/* Before the first thread, so that every thread inherits it and only sigwait takes a stop. */
static int block_signals(struct service *service)
{
    sigset_t all;

    sigemptyset(&service->stops);
    sigaddset(&service->stops, SIGTERM);
    sigaddset(&service->stops, SIGINT);
    sigaddset(&service->stops, SIGHUP);
    all = service->stops;
    sigaddset(&all, SIGPIPE);
    sigaddset(&all, SIGXFSZ); /* a limit on file sizes is a full disk, not an end */
    if (pthread_sigmask(SIG_BLOCK, &all, NULL) != 0)
        return complain(EX_OSERR, "signals cannot be blocked");
    return EXIT_SUCCESS;
}

static int open_house(struct service *service)
{
    const struct house_settings settings = {
        .directory = service->config->data_directory,
        .master_key_file = service->config->master_key_file,
        .time_zone = service->config->time_zone,
        .commit_unknown = end_after_unknown_commit,
    };
    enum house_fault fault = HOUSE_FINE;

    enum status status = house_open(&settings, &service->house, &fault);
    return status == STATUS_OK ? EXIT_SUCCESS : complain_of_house(fault, status, &settings);
}

/* L4: an issuer speaks for an organisation of this store, or the configuration is of another one. */
static int check_organisations(const struct service *service)
{
    for (size_t i = 0; i < service->config->n_issuers; i++) {
        const struct config_issuer *issuer = &service->config->issuers[i];
        bool known = false;
        enum status status = house_knows(service->house, &issuer->issuer.organisation, &known);
        if (status != STATUS_OK)
            return complain(exit_code_of(status), "the store cannot be read (%s)", status_name(status));
        if (!known)
            return complain(EX_CONFIG, "the organisation of [issuer \"%s\"] is not in the store", issuer->name);
    }
    return EXIT_SUCCESS;
}

static int start_chores(struct service *service)
{
    enum status status = chores_start(service->house, chores_table, chores_n, &service->chores);
    return status == STATUS_OK ? EXIT_SUCCESS : complain(EX_OSERR, "the chores' thread cannot be started");
}

static int start_http(struct service *service)
{
    const struct config *config = service->config;
    const struct http_settings settings = {
        .address = config->address, .port = config->port, .auth = service->auth, .house = service->house};

    enum status status = http_start(&settings, &service->http);
    if (status != STATUS_OK)
        return complain(EX_UNAVAILABLE, "cannot listen on %s port %u: is it taken? (%s)", config->address, config->port,
                        status_name(status));
    return EXIT_SUCCESS;
}

/* L4: a key set file that is broken or gone leaves the keys as they were, and a line here: when it begins, changes and ends. */
static void tell_of_key_sets(struct service *service)
{
    for (size_t i = 0; i < service->config->n_issuers; i++) {
        const char *fault = auth_fault(service->auth, i, clock_now());
        if (fault == service->key_faults[i]) /* constants */
            continue;
        LOG(fault != NULL ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "key-set", log_number("issuer", (int64_t)i + 1),
            log_constant("fault", fault != NULL ? fault : "none"));
        service->key_faults[i] = fault;
    }
}

static int announce_and_wait(struct service *service)
{
    const struct timespec moment = {.tv_sec = LOOK_EVERY_S};
    const bool v6 = service->config->address[0] == ':';
    int signal_number;

    printf("listening on http://%s%s%s:%u\n", v6 ? "[" : "", service->config->address, v6 ? "]" : "",
           http_port(service->http));
    fflush(stdout);
    LOG(LOG_LEVEL_INFO, "started", log_number("port", http_port(service->http)));
    while ((signal_number = sigtimedwait(&service->stops, NULL, &moment)) < 0)
        tell_of_key_sets(service);
    LOG(LOG_LEVEL_INFO, "stopping", log_number("signal", signal_number));
    return EXIT_SUCCESS;
}

static int start_and_wait(struct service *service)
{
    int code = command_open_auth(service->config, &service->auth);
    if (code == EXIT_SUCCESS)
        code = open_house(service);
    if (code == EXIT_SUCCESS)
        code = check_organisations(service);
    if (code == EXIT_SUCCESS)
        code = start_chores(service);
    if (code == EXIT_SUCCESS)
        code = start_http(service);
    return code == EXIT_SUCCESS ? announce_and_wait(service) : code;
}

int command_serve(const struct invocation *invocation)
{
    struct service service = {.config = &invocation->config};

    int code = command_prepare(service.config);
    if (code == EXIT_SUCCESS)
        code = block_signals(&service);
    if (code != EXIT_SUCCESS)
        return code;
    code = start_and_wait(&service);
    service.http = http_stop(service.http, DRAIN_MS);
    service.chores = chores_stop(service.chores);
    service.house = house_close(service.house);
    service.auth = auth_close(service.auth);
    if (code == EXIT_SUCCESS)
        LOG(LOG_LEVEL_INFO, "stopped", log_number("exit", code));
    return code;
}
