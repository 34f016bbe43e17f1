/* SPDX-License-Identifier: EUPL-1.2 */
/* What is counted of answered requests: by operation, kind, class and code.
 * May not open a socket.
 * Every count is looked for in each of its tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "http/figures.h"

enum { THREADS = 8, REQUESTS = 5000, MS = 1000000 };

static const struct route *route_named(const char *operation)
{
    for (size_t i = 0; i < contract_n_routes; i++)
        if (strcmp(contract_routes[i].operation_id, operation) == 0)
            return &contract_routes[i];
    fail_msg("there is no operation %s", operation);
    return NULL;
}

static uint64_t answers_of(const struct http_figures *figures, const char *operation, enum http_class digit)
{
    for (size_t i = 0; i < figures->n_operations; i++)
        if (strcmp(figures->operations[i].operation, operation) == 0)
            return figures->operations[i].answers[digit];
    fail_msg("there are no figures of %s", operation);
    return 0;
}

static uint64_t answers_with(const struct http_figures *figures, int code)
{
    for (size_t i = 0; i < figures->n_codes; i++)
        if (figures->codes[i].code == code)
            return figures->codes[i].answers;
    return UINT64_MAX;
}

static uint64_t count_of(const struct distribution *distribution)
{
    uint64_t n = 0;
    for (size_t i = 0; i <= distribution->scale->n; i++)
        n += distribution->within[i];
    return n;
}

static int setup(void **state)
{
    *state = figures_new();
    return *state == NULL;
}

static int teardown(void **state)
{
    *state = figures_free(*state);
    return *state != NULL;
}

static struct http_figures *reading(const struct figures *figures)
{
    static struct http_figures read;
    figures_read(figures, &read);
    return &read;
}

static void every_operation_and_every_documented_status_is_there_before_the_first_request(void **state)
{
    const struct http_figures *read = reading(*state);
    assert_true(read->n_operations > 2 && read->n_operations <= contract_n_routes + 1);
    for (size_t i = 0; i < contract_n_routes; i++)
        assert_int_equal(answers_of(read, contract_routes[i].counted_as, HTTP_CLASS_2), 0);
    static const int codes[] = {200, 201, 204, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 500, 503};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        assert_int_equal(answers_with(read, codes[i]), 0);
    assert_int_equal(answers_with(read, 418), UINT64_MAX);
    for (size_t i = 1; i < read->n_codes; i++)
        assert_true(read->codes[i - 1].code < read->codes[i].code);
}

static void an_answer_counts_once_in_each_table(void **state)
{
    figures_count(*state, route_named("getStudent"), 404, 3 * MS);
    const struct http_figures *read = reading(*state);
    assert_int_equal(answers_of(read, "getStudent", HTTP_CLASS_4), 1);
    assert_int_equal(answers_of(read, "getStudent", HTTP_CLASS_2), 0);
    assert_int_equal(answers_with(read, 404), 1);
    assert_int_equal(answers_with(read, 200), 0);
    assert_int_equal(count_of(&read->durations[HTTP_KIND_READ]), 1);
    assert_int_equal(read->durations[HTTP_KIND_READ].sum, 3 * MS);
    assert_int_equal(count_of(&read->durations[HTTP_KIND_CHANGE]), 0);
}

static void what_was_no_operation_counts_as_none(void **state)
{
    figures_count(*state, NULL, 405, MS);
    const struct http_figures *read = reading(*state);
    assert_int_equal(answers_of(read, "none", HTTP_CLASS_4), 1);
    assert_int_equal(count_of(&read->durations[HTTP_KIND_NONE]), 1);
}

static void a_status_that_is_none_counts_as_a_failure_of_ours(void **state)
{
    static const int strange[] = {-1, 0, 99, 100, 199, 600, 12345};
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++)
        figures_count(*state, NULL, strange[i], MS);
    assert_int_equal(answers_of(reading(*state), "none", HTTP_CLASS_5), sizeof strange / sizeof strange[0]);
}

static void kinds_follow_the_contract(void **state)
{
    static const struct {
        const char *operation;
        enum http_kind kind;
    } rows[] = {
        {"getLive", HTTP_KIND_OPEN},
        {"getMe", HTTP_KIND_READ},
        {"searchStudents", HTTP_KIND_READ},
        {"createStudent", HTTP_KIND_CHANGE},
        {"changeStudent", HTTP_KIND_CHANGE},
        {"endIdentity", HTTP_KIND_CHANGE},
        {"provisionSchools", HTTP_KIND_CHANGE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(figures_kind(route_named(rows[i].operation)), rows[i].kind);
    assert_int_equal(figures_kind(NULL), HTTP_KIND_NONE);
    for (size_t i = 0; i < contract_n_routes; i++) {
        const struct route *route = &contract_routes[i];
        if (route->method == HTTP_GET)
            assert_int_not_equal(figures_kind(route), HTTP_KIND_CHANGE);
        if (route->method == HTTP_PUT || route->method == HTTP_PATCH || route->method == HTTP_DELETE)
            assert_int_equal(figures_kind(route), HTTP_KIND_CHANGE);
    }
}

/* docs/threat-model.md: who sees the figures does not see what was done to a case. */
static void what_is_done_in_cases_is_one_figure(void **state)
{
    static const char *const names[] = {"openPersonsak", "addHendelse", "sendDocumentPart", "declineProposal",
                                        "recordDeparture"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        figures_begin(*state);
        figures_count(*state, route_named(names[i]), 201, 1000);
    }
    const struct http_figures *read = reading(*state);
    assert_int_equal(answers_of(read, "cases", HTTP_CLASS_2), 5);
    for (size_t i = 0; i < read->n_operations; i++)
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
            assert_string_not_equal(read->operations[i].operation, names[n]);
}

static void a_request_runs_from_its_beginning_to_its_answer(void **state)
{
    figures_begin(*state);
    figures_begin(*state);
    assert_int_equal(reading(*state)->running, 2);
    figures_count(*state, NULL, 404, MS);
    assert_int_equal(reading(*state)->running, 1);
    figures_count(*state, NULL, 404, MS);
    assert_int_equal(reading(*state)->running, 0);
}

static void without_figures_nothing_is_counted(void **state)
{
    (void)state;
    figures_begin(NULL);
    figures_count(NULL, NULL, 200, 1);
    assert_null(figures_free(NULL));
}

struct counting {
    struct figures *figures;
    atomic_size_t n_ended;
};

static void *count_often(void *context)
{
    struct counting *counting = context;
    for (uint64_t i = 0; i < REQUESTS; i++)
        figures_count(counting->figures, &contract_routes[i % contract_n_routes], 200, i * 1000);
    atomic_fetch_add(&counting->n_ended, 1);
    return NULL;
}

static void many_threads_lose_no_request_while_someone_reads(void **state)
{
    struct counting counting = {.figures = *state};
    pthread_t threads[THREADS];
    uint64_t before = 0;
    bool back = false;
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_often, &counting), 0);
    while (atomic_load(&counting.n_ended) < THREADS) {
        uint64_t now = answers_with(reading(*state), 200);
        back |= now < before;
        before = now;
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_false(back);
    const struct http_figures *read = reading(*state);
    assert_int_equal(answers_with(read, 200), THREADS * REQUESTS);
    uint64_t n = 0, durations = 0;
    for (size_t i = 0; i < read->n_operations; i++)
        n += read->operations[i].answers[HTTP_CLASS_2];
    for (size_t kind = 0; kind < HTTP_KIND_COUNT; kind++)
        durations += count_of(&read->durations[kind]);
    assert_int_equal(n, THREADS * REQUESTS);
    assert_int_equal(durations, THREADS * REQUESTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_operation_and_every_documented_status_is_there_before_the_first_request,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_counts_once_in_each_table, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_no_operation_counts_as_none, setup, teardown),
        cmocka_unit_test_setup_teardown(a_status_that_is_none_counts_as_a_failure_of_ours, setup, teardown),
        cmocka_unit_test_setup_teardown(kinds_follow_the_contract, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_done_in_cases_is_one_figure, setup, teardown),
        cmocka_unit_test_setup_teardown(a_request_runs_from_its_beginning_to_its_answer, setup, teardown),
        cmocka_unit_test(without_figures_nothing_is_counted),
        cmocka_unit_test_setup_teardown(many_threads_lose_no_request_while_someone_reads, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
