/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * command_serve.c: `tryggd serve`: opens the rooms from the bottom up, waits for a stop, closes them from the top down.
 * It may not answer a request or touch the store itself.
 * What was opened is closed in reverse, whatever went wrong in between; signals are taken by this thread alone.
 */
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "api/changes.h"
#include "auth/auth.h"
#include "base/clock.h"
#include "base/log.h"
#include "call/call.h"
#include "chores/chores.h"
#include "command.h"
#include "complain.h"
#include "http/address.h"
#include "http/figures.h"
#include "http/http.h"
#include "http/metrics.h"
#include "metrics.h"
#include "service_manager.h"
#include "wakeup_sender.h"

enum { WAKEUP_TIMEOUT_MS = 5000 };
enum { LAST_ANSWERS_MS = 1000, LOOK_EVERY_S = 1, GIVE_BACK_EVERY_MS = 60 * 1000, EXIT_COMMIT_UNKNOWN = EX_TEMPFAIL };
enum { SECONDS_PER_DAY = 86400, CERTIFICATE_NEAR_DAYS = 14, DAYS_UNTOLD = -2 }; /* -1: it has ended */

struct service {
    const struct config *config;
    int64_t started; /* ms, wall clock */
    sigset_t awaited;
    struct auth *auth;
    struct house *house;
    struct chores *chores;
    struct outbound *outbound;
    struct wakeups *wakeups;
    struct figures *figures;
    struct http_server *http;
    struct metrics_sources metrics_sources;
    struct metrics_server *metrics;
    const char *key_faults[CONFIG_MAX_ISSUERS]; /* that were told last; NULL: none */
    int64_t certificate_days;                   /* that were told last */
    int64_t gives_back_at;                      /* monotonic, ms */
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

/* Before the first thread, so that every thread inherits it and only await_stop takes a signal. */
static int block_signals(struct service *service)
{
    sigset_t all;

    sigemptyset(&service->awaited);
    sigaddset(&service->awaited, SIGTERM);
    sigaddset(&service->awaited, SIGINT);
    sigaddset(&service->awaited, SIGHUP);
    all = service->awaited;
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
        .log = command_log(service->config),
        .document_bytes = service->config->document_bytes,
        .is_change = api_is_change,
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

/* Another house's keys of the log, or new ones for those that were lost: that is told before the first checkpoint is due, and keeps nobody
 * from the rest of the house. */
static void tell_of_log_keys(const struct service *service)
{
    enum status status = call_check_log_keys(service->house);

    if (status != STATUS_OK && status != STATUS_CORRUPT) /* which call/ has told of, log by log */
        LOG(LOG_LEVEL_WARNING, "log-keys-not-checked", log_constant("status", status_name(status)));
}

static int start_chores(struct service *service)
{
    enum status status = chores_start(service->house, chores_table, chores_n, &service->chores);
    return status == STATUS_OK ? EXIT_SUCCESS : complain(EX_OSERR, "the chores' thread cannot be started");
}

/* What goes out, goes out on a thread of its own. */
static int start_wakeups(struct service *service)
{
    const struct config *config = service->config;
    const struct outbound_settings settings = {
        .allowed = config->webhooks_allow.list,
        .n_allowed = config->webhooks_allow.n,
        .ca_file = config->webhooks_ca_file,
        .timeout_ms = WAKEUP_TIMEOUT_MS,
    };

    enum status status = outbound_open(&settings, &service->outbound);
    if (status == STATUS_OK) {
        const struct wakeup_sender sender = wakeup_sender_by(service->outbound);
        status = wakeups_start(service->house, &sender, &service->wakeups);
    }
    return status == STATUS_OK ? EXIT_SUCCESS : complain(EX_OSERR, "the webhooks' thread cannot be started");
}

/* `what` is listened for. */
static int complain_of_listener(const char *what, const struct config_listen *listen, enum status status)
{
    char shown[ADDRESS_TEXT_BYTES];

    address_show(listen->address, listen->port, shown);
    switch (status) {
    case STATUS_IO:
        return complain(EX_UNAVAILABLE, "cannot listen for %s on %s: is it taken, or an address of another machine?",
                        what, shown);
    case STATUS_INVALID:
        return complain(EX_CONFIG, "cannot listen for %s on %s: it must be a loopback address, 127.0.0.0/8 or [::1]",
                        what, shown);
    case STATUS_NO_MEMORY:
        return complain(EX_OSERR, "cannot listen for %s on %s: there is no memory, or no room for a thread", what,
                        shown);
    default:
        return complain(EX_OSERR, "cannot listen for %s on %s: the system does not help (%s)", what, shown,
                        status_name(status));
    }
}

static int complain_of_http(const struct config *config, enum status status)
{
    switch (status) {
    case STATUS_INVALID:
    case STATUS_NOT_FOUND:
    case STATUS_FORBIDDEN:
        return complain_of_certificate(config, status);
    case STATUS_TOO_MANY:
        return complain(EX_OSERR,
                        "connections = %u needs more open files than this process may have; raise that limit "
                        "(ulimit -n, LimitNOFILE=) or lower connections",
                        config->limits.connections);
    default:
        return complain_of_listener("requests", &config->listen, status);
    }
}

static int start_http(struct service *service)
{
    const struct config *config = service->config;

    service->figures = figures_new();
    if (service->figures == NULL)
        return complain(EX_OSERR, "no memory");
    const struct http_settings settings = {
        .address = config->listen.address,
        .port = config->listen.port,
        .tls_certificate_file = config->tls_certificate_file,
        .tls_key_file = config->tls_key_file,
        .limits = config->limits,
        .auth = service->auth,
        .house = service->house,
        .figures = service->figures,
    };

    enum status status = http_start(&settings, &service->http);
    return status == STATUS_OK ? EXIT_SUCCESS : complain_of_http(config, status);
}

/* On a listener of its own, when the configuration names one. */
static int start_metrics(struct service *service)
{
    const struct config_listen *listen = &service->config->metrics_listen;
    const struct metrics_settings settings = {
        .address = listen->address, .port = listen->port, .write = metrics_write, .context = &service->metrics_sources};

    if (listen->address[0] == '\0')
        return EXIT_SUCCESS;
    service->metrics_sources = (struct metrics_sources){.config = service->config,
                                                        .auth = service->auth,
                                                        .house = service->house,
                                                        .chores = service->chores,
                                                        .wakeups = service->wakeups,
                                                        .figures = service->figures,
                                                        .http = service->http,
                                                        .started = service->started};
    enum status status = metrics_start(&settings, &service->metrics);
    if (status != STATUS_OK)
        return complain_of_listener("metrics", listen, status);
    LOG(LOG_LEVEL_INFO, "metrics", log_number("port", metrics_port(service->metrics)));
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

/* How long the certificate still holds: at start, after a reload, and each day once the end is near. */
static void tell_of_certificate(struct service *service)
{
    struct http_edge_figures edge;

    http_edge_figures(service->http, &edge);
    if (edge.tls_not_after == 0)
        return;
    const int64_t seconds = (int64_t)edge.tls_not_after - clock_now() / 1000;
    const int64_t days = seconds >= 0 ? seconds / SECONDS_PER_DAY : -1;
    const bool near = days < CERTIFICATE_NEAR_DAYS;
    if (days == service->certificate_days || (!near && service->certificate_days != DAYS_UNTOLD))
        return;
    LOG(near ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "tls-certificate", log_number("days", days));
    service->certificate_days = days;
}

/* What cannot be read again stays as it was, and the line says so. */
static void reload(struct service *service)
{
    enum status status = http_reload(service->http);
    const bool tls = service->config->tls_certificate_file != NULL;

    LOG(status == STATUS_OK ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, status == STATUS_OK ? "reloaded" : "reload-failed",
        log_constant("tls", tls ? status_name(status) : "off"));
    service->certificate_days = DAYS_UNTOLD;
}

/* What was freed in between is otherwise kept by the C library: after a start with many keys more than 10 MiB. */
static void give_memory_back(struct service *service)
{
    const int64_t now = clock_monotonic();

    if (now < service->gives_back_at)
        return;
    service->gives_back_at = now + GIVE_BACK_EVERY_MS;
    (void)malloc_trim(0);
}

/* Key sets are followed without a signal; one hurries them. A second stop, or one during a reload, changes nothing. */
static int await_stop(struct service *service)
{
    const struct timespec moment = {.tv_sec = LOOK_EVERY_S};

    for (;;) {
        give_memory_back(service);
        int signal_number = sigtimedwait(&service->awaited, NULL, &moment);
        tell_of_key_sets(service);
        if (signal_number == SIGTERM || signal_number == SIGINT)
            return signal_number;
        if (signal_number == SIGHUP)
            reload(service);
        tell_of_certificate(service);
    }
}

static void announce(struct service *service)
{
    const struct config *config = service->config;
    char shown[ADDRESS_TEXT_BYTES];

    address_show(config->listen.address, http_port(service->http), shown);
    printf("listening on %s://%s\n", config->tls_certificate_file != NULL ? "https" : "http", shown);
    fflush(stdout);
    LOG(LOG_LEVEL_INFO, "started", log_number("port", http_port(service->http)));
    tell_of_certificate(service);
    service_manager_tell("READY=1");
}

static int announce_and_wait(struct service *service)
{
    announce(service);
    int signal_number = await_stop(service);
    service_manager_tell("STOPPING=1");
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
        tell_of_log_keys(service);
    if (code == EXIT_SUCCESS)
        code = start_chores(service);
    if (code == EXIT_SUCCESS)
        code = start_wakeups(service);
    if (code == EXIT_SUCCESS)
        code = start_http(service);
    if (code == EXIT_SUCCESS)
        code = start_metrics(service);
    return code == EXIT_SUCCESS ? announce_and_wait(service) : code;
}

int command_serve(const struct invocation *invocation)
{
    struct service service = {.config = &invocation->config, .started = clock_now(), .certificate_days = DAYS_UNTOLD};

    int code = command_prepare(service.config);
    if (code == EXIT_SUCCESS)
        code = block_signals(&service);
    if (code != EXIT_SUCCESS)
        return code;
    code = start_and_wait(&service);
    service.metrics = metrics_stop(service.metrics);
    service.http = http_stop(service.http, service.config->stop_ms);
    service.wakeups = wakeups_stop(service.wakeups);
    service.outbound = outbound_close(service.outbound);
    service.chores = chores_stop(service.chores);
    service.house = house_close(service.house);
    service.auth = auth_close(service.auth);
    service.figures = figures_free(service.figures);
    if (code == EXIT_SUCCESS)
        LOG(LOG_LEVEL_INFO, "stopped", log_number("exit", code));
    return code;
}
