/* SPDX-License-Identifier: EUPL-1.2 */
/* Counts answered requests by operation, kind and status, and adds the counts up when they are read.
 * May not keep anything of a request but that it was, and may not lock or allocate while it counts.
 * Every request is counted once in each table; each core counts in a place of its own, so that cores do not wait for a cache line. */
#include "http/figures.h"

#include <assert.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { SHARDS = 8, CACHE_LINE = 64, FIRST_CODE = 200, LAST_CODE = 599, N_CODES = LAST_CODE - FIRST_CODE + 1 };

struct shard {
    _Alignas(CACHE_LINE) struct histogram durations[HTTP_KIND_COUNT];
    struct tally operations[HTTP_FIGURES_OPERATIONS][HTTP_CLASS_COUNT];
    struct tally codes[N_CODES];
    struct tally begun;
};

struct figures {
    struct shard shards[SHARDS];
};

struct figures *figures_new(void)
{
    assert(contract_n_routes < HTTP_FIGURES_OPERATIONS);
    struct figures *figures = aligned_alloc(CACHE_LINE, sizeof(*figures));
    if (figures != NULL)
        memset(figures, 0, sizeof(*figures));
    return figures;
}

struct figures *figures_free(struct figures *figures)
{
    free(figures);
    return NULL;
}

/* A thread that is moved meanwhile counts in another core's place: slower, and no less right. */
static struct shard *own_shard(struct figures *figures)
{
    return &figures->shards[(unsigned)sched_getcpu() % SHARDS];
}

enum http_kind figures_kind(const struct route *route)
{
    if (route == NULL)
        return HTTP_KIND_NONE;
    if (route->login == LOGIN_NONE)
        return HTTP_KIND_OPEN;
    const bool changes =
        route->takes_idempotency_key || route->takes_if_match || route->takes_upload_offset || route->item_by_item;
    return changes ? HTTP_KIND_CHANGE : HTTP_KIND_READ;
}

void figures_begin(struct figures *figures)
{
    if (figures != NULL)
        tally_add(&own_shard(figures)->begun, 1);
}

void figures_count(struct figures *figures, const struct route *route, int http_status, uint64_t nanoseconds)
{
    if (figures == NULL)
        return;
    struct shard *shard = own_shard(figures);
    int code = http_status >= FIRST_CODE && http_status <= LAST_CODE ? http_status : LAST_CODE;
    size_t operation = route != NULL ? (size_t)(route - contract_routes) : contract_n_routes;
    tally_add(&shard->operations[operation][code / 100 - FIRST_CODE / 100], 1);
    tally_add(&shard->codes[code - FIRST_CODE], 1);
    histogram_add(&shard->durations[figures_kind(route)], &SCALE_DURATION, nanoseconds);
}

/* ---- Reading -------------------------------------------------------------------------------------------------------------- */

/* The place of that name, which stands there already or is the next. */
static struct http_operation_figures *place_of(struct http_figures *figures, const char *name)
{
    for (size_t i = 0; i < figures->n_operations; i++)
        if (strcmp(figures->operations[i].operation, name) == 0)
            return &figures->operations[i];
    struct http_operation_figures *place = &figures->operations[figures->n_operations++];
    place->operation = name;
    return place;
}

static void read_operations(const struct figures *figures, struct http_figures *ret_figures)
{
    for (size_t i = 0; i <= contract_n_routes; i++) {
        const char *name = i < contract_n_routes ? contract_routes[i].counted_as : "none";
        struct http_operation_figures *operation = place_of(ret_figures, name);
        for (size_t s = 0; s < SHARDS; s++)
            for (size_t digit = 0; digit < HTTP_CLASS_COUNT; digit++)
                operation->answers[digit] += tally_read(&figures->shards[s].operations[i][digit]);
    }
}

static bool is_documented(int code)
{
    static const int good[] = {200, 201, 204};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        if (good[i] == code)
            return true;
    for (int status = STATUS_OK + 1; status < STATUS_COUNT; status++)
        if (contract_problem((enum status)status)->http_status == code)
            return true;
    return false;
}

static void read_codes(const struct figures *figures, struct http_figures *ret_figures)
{
    for (int code = FIRST_CODE; code <= LAST_CODE && ret_figures->n_codes < HTTP_FIGURES_CODES; code++) {
        uint64_t answers = 0;
        for (size_t s = 0; s < SHARDS; s++)
            answers += tally_read(&figures->shards[s].codes[code - FIRST_CODE]);
        if (answers > 0 || is_documented(code))
            ret_figures->codes[ret_figures->n_codes++] = (struct http_code_figures){code, answers};
    }
}

/* A request is begun before it is answered: read the other way round, there are never more answered than begun. */
static uint64_t read_running(const struct figures *figures)
{
    uint64_t answered = 0, begun = 0;
    for (size_t s = 0; s < SHARDS; s++)
        for (size_t i = 0; i < N_CODES; i++)
            answered += tally_read(&figures->shards[s].codes[i]);
    for (size_t s = 0; s < SHARDS; s++)
        begun += tally_read(&figures->shards[s].begun);
    return begun > answered ? begun - answered : 0;
}

void figures_read(const struct figures *figures, struct http_figures *ret_figures)
{
    memset(ret_figures, 0, sizeof(*ret_figures));
    read_operations(figures, ret_figures);
    read_codes(figures, ret_figures);
    ret_figures->running = read_running(figures);
    for (size_t kind = 0; kind < HTTP_KIND_COUNT; kind++) {
        ret_figures->durations[kind].scale = &SCALE_DURATION;
        for (size_t s = 0; s < SHARDS; s++)
            distribution_add(&ret_figures->durations[kind], &figures->shards[s].durations[kind]);
    }
}

const char *figures_kind_name(enum http_kind kind)
{
    static const char *const names[HTTP_KIND_COUNT] = {
        [HTTP_KIND_OPEN] = "open", [HTTP_KIND_READ] = "read", [HTTP_KIND_CHANGE] = "change", [HTTP_KIND_NONE] = "none"};
    return names[kind];
}

const char *figures_class_name(enum http_class digit)
{
    static const char *const names[HTTP_CLASS_COUNT] = {
        [HTTP_CLASS_2] = "2xx", [HTTP_CLASS_3] = "3xx", [HTTP_CLASS_4] = "4xx", [HTTP_CLASS_5] = "5xx"};
    return names[digit];
}
