/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * metrics.c: takes a reading of every room, and writes it down through one table of metrics.
 * It may not count anything itself, run a statement, or write a word that came from outside.
 * Every metric is one row: its name, type, help and how its samples are written.
 */
#include "metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/clock.h"
#include "call/figures.h"
#include "chores/chores.h"
#include "chores/wakeups.h"
#include "config.h"
#include "http/figures.h"
#include "http/http.h"
#include "process.h"

enum { LABEL_BYTES = 256, LINE_BYTES = 512 };

#define NS_PER_SECOND UINT64_C(1000000000)

struct issuer_reading {
    char label[LABEL_BYTES]; /* its name in the configuration, escaped */
    uint64_t keys;
    int64_t since;
    uint64_t faulty;
};

/* A reading of everything. */
struct reading {
    struct http_figures http;
    struct http_edge_figures edge;
    struct house_figures house;
    struct auth_figures auth;
    struct issuer_reading issuers[CONFIG_MAX_ISSUERS];
    size_t n_issuers;
    struct chore_figures chores[CHORES_MAX];
    size_t n_chores;
    struct wakeups_figures wakeups;
    struct process_figures process;
    int64_t started;
};

enum metric_type { COUNTER, GAUGE, HISTOGRAM };

struct metric {
    const char *name;
    enum metric_type type;
    const char *help;
    void (*write)(struct buffer *page, const struct metric *metric, const struct reading *reading);
    size_t at; /* where in the reading the value is, for those with one value */
};

/* ---- Lines ---------------------------------------------------------------------------------------------------------- */

/* A page that has no room stays failed, and is not served. */
__attribute__((format(printf, 2, 3))) static void put(struct buffer *page, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list args;

    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    assert(len >= 0 && len < (int)sizeof line);
    enum status status = buffer_append(page, line, (size_t)len);
    (void)status; /* the buffer keeps it */
}

/* Within the quotes of a label. A name that is too long is cut, never in the middle of an escape. */
static void escape_label(const char *text, char ret_label[static LABEL_BYTES])
{
    size_t n = 0;

    for (; *text != '\0' && n + 2 < LABEL_BYTES; text++) {
        const bool escaped = *text == '"' || *text == '\\' || *text == '\n';
        if (escaped)
            ret_label[n++] = '\\';
        ret_label[n++] = *text;
        if (*text == '\n')
            ret_label[n - 1] = 'n';
    }
    ret_label[n] = '\0';
}

static void put_count(struct buffer *page, const struct metric *metric, const char *label, const char *value,
                      uint64_t count)
{
    put(page, "%s{%s=\"%s\"} %" PRIu64 "\n", metric->name, label, value, count);
}

static void put_time(struct buffer *page, const struct metric *metric, const char *label, const char *value, int64_t ms)
{
    put(page, "%s{%s=\"%s\"} %" PRId64 ".%03" PRId64 "\n", metric->name, label, value, ms / 1000, ms % 1000);
}

/* `labels` may be empty. unit: how many of the values' own units are one of the metric's. */
static void put_distribution(struct buffer *page, const struct metric *metric, const char *labels,
                             const struct distribution *distribution, uint64_t unit)
{
    const struct scale *scale = distribution->scale;
    const char *comma = labels[0] != '\0' ? "," : "";
    uint64_t n = 0;

    for (size_t i = 0; i < scale->n; i++) {
        n += distribution->within[i];
        put(page, "%s_bucket{%s%sle=\"%g\"} %" PRIu64 "\n", metric->name, labels, comma,
            (double)scale->steps[i] / (double)unit, n);
    }
    n += distribution->within[scale->n];
    put(page, "%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", metric->name, labels, comma, n);
    put(page, "%s_sum{%s} %" PRIu64 ".%09" PRIu64 "\n", metric->name, labels, distribution->sum / unit,
        distribution->sum % unit);
    put(page, "%s_count{%s} %" PRIu64 "\n", metric->name, labels, n);
}

/* ---- Metrics of one value ---------------------------------------------------------------------------------------------- */

static uint64_t value_at(const struct metric *metric, const struct reading *reading)
{
    uint64_t value;

    memcpy(&value, (const char *)reading + metric->at, sizeof value);
    return value;
}

static void write_value(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    put(page, "%s %" PRIu64 "\n", metric->name, value_at(metric, reading));
}

static void write_ns(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    const uint64_t ns = value_at(metric, reading);

    put(page, "%s %" PRIu64 ".%09" PRIu64 "\n", metric->name, ns / NS_PER_SECOND, ns % NS_PER_SECOND);
}

static void write_ms(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    const uint64_t ms = value_at(metric, reading);

    put(page, "%s %" PRIu64 ".%03" PRIu64 "\n", metric->name, ms / 1000, ms % 1000);
}

static void write_build(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    (void)reading;
    put_count(page, metric, "version", TRYGG_VERSION, 1);
}

/* ---- HTTP --------------------------------------------------------------------------------------------------------------- */

static void write_operations(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    for (size_t i = 0; i < reading->http.n_operations; i++) {
        const struct http_operation_figures *operation = &reading->http.operations[i];
        for (size_t digit = 0; digit < HTTP_CLASS_COUNT; digit++)
            put(page, "%s{operation=\"%s\",class=\"%s\"} %" PRIu64 "\n", metric->name, operation->operation,
                figures_class_name((enum http_class)digit), operation->answers[digit]);
    }
}

static void write_codes(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    for (size_t i = 0; i < reading->http.n_codes; i++)
        put(page, "%s{code=\"%d\"} %" PRIu64 "\n", metric->name, reading->http.codes[i].code,
            reading->http.codes[i].answers);
}

static void write_durations(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    char labels[LABEL_BYTES];

    for (size_t kind = 0; kind < HTTP_KIND_COUNT; kind++) {
        snprintf(labels, sizeof labels, "kind=\"%s\"", figures_kind_name((enum http_kind)kind));
        put_distribution(page, metric, labels, &reading->http.durations[kind], NS_PER_SECOND);
    }
}

/* ---- The store ---------------------------------------------------------------------------------------------------------- */

static void write_batches(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    static const char *const ends[STORE_END_COUNT] = {[STORE_END_DURABLE] = "durable",
                                                      [STORE_END_BUSY] = "busy",
                                                      [STORE_END_LOST] = "lost",
                                                      [STORE_END_FAILED] = "failed",
                                                      [STORE_END_UNKNOWN] = "unknown"};

    for (size_t end = 0; end < STORE_END_COUNT; end++)
        put_count(page, metric, "end", ends[end], reading->house.store.batches[end]);
}

static void write_commit(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    put_distribution(page, metric, "", &reading->house.store.commit, NS_PER_SECOND);
}

static void write_batch_jobs(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    put_distribution(page, metric, "", &reading->house.store.batch_jobs, 1);
}

static void write_sizes(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    const struct store_figures *store = &reading->house.store;

    put_count(page, metric, "file", "data", store->data_bytes);
    put_count(page, metric, "file", "data-log", store->data_log_bytes);
    put_count(page, metric, "file", "keys", store->keys_bytes);
    put_count(page, metric, "file", "keys-log", store->keys_log_bytes);
}

/* ---- Issuers and chores -------------------------------------------------------------------------------------------------- */

static void write_issuer_keys(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    for (size_t i = 0; i < reading->n_issuers; i++)
        put_count(page, metric, "issuer", reading->issuers[i].label, reading->issuers[i].keys);
}

static void write_issuer_since(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    for (size_t i = 0; i < reading->n_issuers; i++)
        put_time(page, metric, "issuer", reading->issuers[i].label, reading->issuers[i].since);
}

static void write_issuer_faulty(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    for (size_t i = 0; i < reading->n_issuers; i++)
        put_count(page, metric, "issuer", reading->issuers[i].label, reading->issuers[i].faulty);
}

static void write_chore_runs(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    for (size_t i = 0; i < reading->n_chores; i++)
        put_count(page, metric, "chore", reading->chores[i].name, reading->chores[i].runs);
}

static void write_chore_failures(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    for (size_t i = 0; i < reading->n_chores; i++)
        put_count(page, metric, "chore", reading->chores[i].name, reading->chores[i].failures);
}

static void write_chore_last_run(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    for (size_t i = 0; i < reading->n_chores; i++)
        put_time(page, metric, "chore", reading->chores[i].name, reading->chores[i].last_run);
}

static void write_chore_last_success(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    for (size_t i = 0; i < reading->n_chores; i++)
        put_time(page, metric, "chore", reading->chores[i].name, reading->chores[i].last_success);
}

/* ---- Webhooks ------------------------------------------------------------------------------------------------------------ */

static void write_wakeups(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    for (size_t end = 0; end < WAKEUP_ENDS; end++)
        put_count(page, metric, "end", wakeups_end_name((enum wakeup_end)end), reading->wakeups.ends[end]);
}

/* ---- The table ------------------------------------------------------------------------------------------------------------ */

#define ONE(member, write)                                                                                             \
    (write), offsetof(struct reading, member) +                                                                        \
                 0 * sizeof(char[sizeof(((struct reading *)NULL)->member) == sizeof(uint64_t) ? 1 : -1])
#define MANY(write) (write), 0

static const struct metric metrics[] = {
    {"trygg_build_info", GAUGE, "Always 1; the version of tryggd is its label.", MANY(write_build)},

    {"trygg_http_requests_total", COUNTER,
     "Answered requests by operation of the contract (cases: all of Sikker Sak together; none: no such path or method, "
     "or not readable) and first digit "
     "of the status.",
     MANY(write_operations)},
    {"trygg_http_responses_total", COUNTER, "Answered requests by status.", MANY(write_codes)},
    {"trygg_http_request_duration_seconds", HISTOGRAM,
     "From the whole request to its answer, by kind: read, change, open (without login), none (no operation).",
     MANY(write_durations)},

    {"trygg_http_requests_running", GAUGE, "Requests that are there and not answered yet.",
     ONE(http.running, write_value)},
    {"trygg_http_connections", GAUGE, "Open connections.", ONE(edge.connections.open, write_value)},
    {"trygg_http_connections_refused_total", COUNTER, "Connections that were closed at once: too many of one address.",
     ONE(edge.connections.refused, write_value)},
    {"trygg_http_connections_evicted_total", COUNTER, "Connections that were closed to make room for a new one.",
     ONE(edge.connections.evicted, write_value)},
    {"trygg_http_connections_overdue_total", COUNTER, "Connections that were closed because they took too long.",
     ONE(edge.connections.overdue, write_value)},
    {"trygg_http_body_bytes", GAUGE, "Memory that large requests hold.", ONE(edge.body_bytes, write_value)},
    {"trygg_http_answer_bytes", GAUGE, "Memory that large answers hold while they are read.",
     ONE(edge.answer_bytes, write_value)},

    {"trygg_http_tls_certificate_not_after_seconds", GAUGE,
     "When the certificate in use ends, seconds since 1970; 0 without TLS.", ONE(edge.tls_not_after, write_value)},

    {"trygg_store_jobs_total", COUNTER, "Units of work that had their turn at the writer.",
     ONE(house.store.jobs, write_value)},
    {"trygg_store_jobs_refused_total", COUNTER, "Units of work that were turned away: the queue was full or closed.",
     ONE(house.store.jobs_refused, write_value)},
    {"trygg_store_jobs_waiting", GAUGE, "Units of work that wait for the writer.",
     ONE(house.store.queued, write_value)},
    {"trygg_store_batches_total", COUNTER,
     "Commits by end: durable, busy (locked by another), lost (disk full), failed, unknown (the process ends).",
     MANY(write_batches)},
    {"trygg_store_batch_jobs", HISTOGRAM, "Units of work that were committed together.", MANY(write_batch_jobs)},
    {"trygg_store_commit_duration_seconds", HISTOGRAM, "From the start of a batch until it is durable, or has failed.",
     MANY(write_commit)},
    {"trygg_store_readers_open", GAUGE, "Read connections that are open.", ONE(house.store.readers_open, write_value)},
    {"trygg_store_readers_busy", GAUGE, "Read connections in use.", ONE(house.store.readers_busy, write_value)},
    {"trygg_store_readers_waiting", GAUGE, "Callers that wait for a read connection.",
     ONE(house.store.readers_waiting, write_value)},
    {"trygg_store_readers_refused_total", COUNTER, "Callers that waited for a read connection in vain.",
     ONE(house.store.readers_refused, write_value)},
    {"trygg_store_size_bytes", GAUGE, "Length of the files of the store, and of their logs.", MANY(write_sizes)},

    {"trygg_activity_rows_total", COUNTER, "Rows appended to the activity log.",
     ONE(house.store.appended, write_value)},
    {"trygg_log_checkpoints_total", COUNTER, "Checkpoints of logs that were signed and stored.",
     ONE(house.log.made, write_value)},
    {"trygg_log_refusals_total", COUNTER,
     "Logs that were not signed because they do not go on from their newest checkpoint, or are damaged: look at once.",
     ONE(house.log.refused, write_value)},
    {"trygg_log_unsigned_age_seconds", GAUGE,
     "Age of the oldest row that the last round left without a checkpoint; 0: there was none.",
     ONE(house.log.unsigned_ms, write_ms)},
    {"trygg_keys_ready", GAUGE, "Data keys made ahead of time, for records to come.",
     ONE(house.keys_ready, write_value)},
    {"trygg_keys_ready_full", GAUGE, "As many data keys are made ahead of time.", ONE(house.keys_full, write_value)},

    {"trygg_auth_tokens_recalled_total", COUNTER, "Tokens that were known from before, and still held.",
     ONE(auth.recalled, write_value)},
    {"trygg_auth_tokens_examined_total", COUNTER, "Tokens whose signature and claims were looked at, good or not.",
     ONE(auth.examined, write_value)},
    {"trygg_auth_tokens_remembered", GAUGE, "Tokens that are remembered, expired ones among them.",
     ONE(auth.remembered, write_value)},
    {"trygg_auth_tokens_remembered_limit", GAUGE, "The most tokens that are remembered.", ONE(auth.room, write_value)},
    {"trygg_auth_keys", GAUGE, "Keys in use, by issuer of the configuration.", MANY(write_issuer_keys)},
    {"trygg_auth_keys_loaded_timestamp_seconds", GAUGE, "When the keys in use were read, by issuer.",
     MANY(write_issuer_since)},
    {"trygg_auth_keys_faulty", GAUGE,
     "1 when the key set's file is broken or gone and the keys read last are still in use, by issuer.",
     MANY(write_issuer_faulty)},

    {"trygg_chore_runs_total", COUNTER, "Runs of a periodic task.", MANY(write_chore_runs)},
    {"trygg_chore_failures_total", COUNTER, "Runs of a periodic task that failed.", MANY(write_chore_failures)},
    {"trygg_chore_last_run_timestamp_seconds", GAUGE, "When a periodic task last ended; 0: not yet.",
     MANY(write_chore_last_run)},
    {"trygg_chore_last_success_timestamp_seconds", GAUGE, "When a periodic task last ended well; 0: not yet.",
     MANY(write_chore_last_success)},

    {"trygg_webhook_wakeups_total", COUNTER,
     "Wake-ups of webhooks by end: taken (2xx), answered (otherwise), refused (no such target), timed-out, failed.",
     MANY(write_wakeups)},
    {"trygg_webhook_wakeups_running", GAUGE, "Wake-ups that are on their way.", ONE(wakeups.on_their_way, write_value)},

    {"process_cpu_seconds_total", COUNTER, "Processor time, of user and system.", ONE(process.cpu_ns, write_ns)},
    {"process_resident_memory_bytes", GAUGE, "Memory in use.", ONE(process.resident_bytes, write_value)},
    {"process_virtual_memory_bytes", GAUGE, "Address space.", ONE(process.virtual_bytes, write_value)},
    {"process_open_fds", GAUGE, "Open file descriptors.", ONE(process.open_fds, write_value)},
    {"process_max_fds", GAUGE, "The most file descriptors that may be open.", ONE(process.max_fds, write_value)},
    {"process_threads", GAUGE, "Threads.", ONE(process.threads, write_value)},
    {"process_start_time_seconds", GAUGE, "When the process began, since 1970.", ONE(started, write_ms)},
};

static void write_metric(struct buffer *page, const struct metric *metric, const struct reading *reading)
{
    static const char *const types[] = {[COUNTER] = "counter", [GAUGE] = "gauge", [HISTOGRAM] = "histogram"};

    put(page, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name, types[metric->type]);
    metric->write(page, metric, reading);
}

/* ---- Taking a reading ------------------------------------------------------------------------------------------------------ */

static void read_issuers(const struct metrics_sources *sources, struct reading *reading)
{
    reading->n_issuers = sources->config->n_issuers;
    for (size_t i = 0; i < reading->n_issuers; i++) {
        struct issuer_reading *issuer = &reading->issuers[i];
        escape_label(sources->config->issuers[i].name, issuer->label);
        issuer->faulty = auth_fault(sources->auth, i, clock_now()) != NULL;
        auth_key_figures(sources->auth, i, &issuer->keys, &issuer->since);
    }
}

static void read_all(const struct metrics_sources *sources, struct reading *reading)
{
    figures_read(sources->figures, &reading->http);
    http_edge_figures(sources->http, &reading->edge);
    house_figures(sources->house, &reading->house);
    auth_figures(sources->auth, &reading->auth);
    read_issuers(sources, reading);
    reading->n_chores = chores_figures(sources->chores, reading->chores);
    wakeups_figures(sources->wakeups, &reading->wakeups);
    process_figures(&reading->process);
    reading->started = sources->started;
}

enum status metrics_write(struct buffer *page, void *sources)
{
    struct reading *reading = calloc(1, sizeof *reading);

    if (reading == NULL)
        return STATUS_NO_MEMORY;
    read_all(sources, reading);
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++)
        write_metric(page, &metrics[i], reading);
    free(reading);
    return page->failed ? STATUS_NO_MEMORY : STATUS_OK;
}
