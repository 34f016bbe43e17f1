/* SPDX-License-Identifier: EUPL-1.2 */
/* One request, one record: whatever becomes of its answer on the way out.
 * May not need a login or a store: the requests here are not looked at, or belong to no operation.
 * What is counted is the status that is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "http/figures.h"
#include "http/request.h"

static const char *header(const struct outgoing *outgoing, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < outgoing->n_headers; i++) {
        if (strcmp(outgoing->headers[i].name, name) != 0)
            continue;
        assert_null(value); /* twice */
        value = outgoing->headers[i].value;
    }
    return value;
}

static uint64_t answers(const struct http_figures *figures, int code)
{
    uint64_t n = 0;
    for (size_t i = 0; i < figures->n_codes; i++)
        if (code == 0 || figures->codes[i].code == code)
            n += figures->codes[i].answers;
    return n;
}

/* The first route of a kind. */
static const struct route *route_of(enum http_kind kind)
{
    size_t i = 0;
    while (i < contract_n_routes && figures_kind(&contract_routes[i]) != kind)
        i++;
    assert_true(i < contract_n_routes);
    return &contract_routes[i];
}

static void an_answer_without_memory_is_replaced_under_the_same_request_id_and_recorded_once(void **state)
{
    (void)state;
    struct http_settings settings = {.figures = figures_new()};
    const struct incoming incoming = {.method = "GET", .target = "/nowhere"};
    struct outgoing outgoing;
    struct request_note note;
    struct http_figures *figures = malloc(sizeof(*figures));
    char id[UUID_TEXT_BYTES];
    assert_non_null(settings.figures);
    assert_non_null(figures);
    auto_arena arena = arena_new(REQUEST_ARENA_BYTES);
    request_serve(&settings, &incoming, arena, &outgoing, &note);
    assert_int_equal(outgoing.status, 404);
    memcpy(id, header(&outgoing, "X-Request-Id"), sizeof(id));
    request_replace(&note, &outgoing);
    request_record(&settings, &note, outgoing.status);
    assert_int_equal(outgoing.status, 503);
    assert_string_equal(header(&outgoing, "X-Request-Id"), id);
    assert_non_null(header(&outgoing, "traceparent"));
    assert_string_equal(header(&outgoing, "Content-Type"), "application/problem+json");
    assert_string_equal(header(&outgoing, "Retry-After"), "1");
    figures_read(settings.figures, figures);
    assert_int_equal(answers(figures, 503), 1);
    assert_int_equal(answers(figures, 0), 1);
    assert_int_equal(figures->running, 0);
    free(outgoing.body);
    free(figures);
    settings.figures = figures_free(settings.figures);
}

static void X1_a_change_whose_answer_found_no_memory_is_not_told_that_nothing_was_stored(void **state)
{
    (void)state;
    static const struct {
        enum http_kind kind;
        const char *problem;
    } examples[] = {{HTTP_KIND_READ, ":unavailable\""}, {HTTP_KIND_CHANGE, ":outcome-unknown\""}};
    const struct http_settings settings = {.figures = NULL};
    const struct incoming incoming = {.method = "GET", .target = "/nowhere"};
    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        struct outgoing outgoing;
        struct request_note note;
        request_refuse(&settings, &incoming, STATUS_BUSY, &outgoing, &note);
        note.route = route_of(examples[i].kind);
        request_replace(&note, &outgoing);
        char *text = strndup(outgoing.body, outgoing.body_len);
        assert_non_null(text);
        if (strstr(text, examples[i].problem) == NULL)
            fail_msg("%s", text);
        free(text);
        free(outgoing.body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_without_memory_is_replaced_under_the_same_request_id_and_recorded_once),
        cmocka_unit_test(X1_a_change_whose_answer_found_no_memory_is_not_told_that_nothing_was_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
