/* SPDX-License-Identifier: EUPL-1.2 */
/* Large answers in pieces, and what all of them may hold.
 * May not open a socket.
 * Every stream is freed by its test, as libmicrohttpd would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "http/stream.h"

enum { LEN = 100000 };

static struct outgoing answer(void)
{
    struct outgoing outgoing = {.body = malloc(LEN), .body_len = LEN};
    assert_non_null(outgoing.body);
    for (size_t i = 0; i < LEN; i++)
        outgoing.body[i] = (char)(i % 251);
    return outgoing;
}

static void pieces_of_any_size_make_the_whole(void **state)
{
    (void)state;
    struct budget budget = {.limit = LEN};
    char piece[4096];
    for (size_t max = 1; max <= sizeof(piece); max += 819) {
        struct outgoing outgoing = answer();
        struct stream *stream = stream_new(&outgoing, &budget);
        assert_non_null(stream);
        assert_null(outgoing.body);
        uint64_t position = 0;
        ssize_t got;
        while ((got = stream_read(stream, position, piece, max)) > 0) {
            for (ssize_t i = 0; i < got; i++)
                assert_int_equal(piece[i], (char)((position + (uint64_t)i) % 251));
            position += (uint64_t)got;
        }
        assert_int_equal(position, LEN);
        assert_int_equal(stream_read(stream, UINT64_MAX, piece, max), 0);
        stream_free(stream);
    }
    assert_int_equal(budget.held, 0);
}

static void answers_beyond_the_budget_stay_whose_they_are(void **state)
{
    (void)state;
    struct budget budget = {.limit = 2 * LEN + 1};
    struct outgoing outgoing[3] = {answer(), answer(), answer()};
    struct stream *first = stream_new(&outgoing[0], &budget);
    struct stream *second = stream_new(&outgoing[1], &budget);
    assert_non_null(first);
    assert_non_null(second);
    assert_null(stream_new(&outgoing[2], &budget));
    assert_non_null(outgoing[2].body);
    stream_free(first);
    struct stream *third = stream_new(&outgoing[2], &budget);
    assert_non_null(third);
    stream_free(second);
    stream_free(third);
    assert_int_equal(budget.held, 0);
}

static void a_lasting_answer_holds_nothing(void **state)
{
    (void)state;
    static const char lasting[] = "all of the contract";
    struct budget budget = {.limit = 0};
    struct outgoing outgoing = {.lasting_body = lasting, .body_len = sizeof(lasting)};
    char piece[sizeof(lasting)];
    struct stream *stream = stream_new(&outgoing, &budget);
    assert_non_null(stream);
    assert_int_equal(stream_read(stream, 0, piece, sizeof(piece)), sizeof(lasting));
    assert_string_equal(piece, lasting);
    stream_free(stream);
}

/* ---- Read as it goes ------------------------------------------------------------------------------------------------------ */

struct source {
    uint64_t good; /* so many bytes can be read */
    size_t step;   /* so many at once, at most */
    int closed;
};

static enum status read_some(void *context, uint64_t position, void *piece, size_t max, size_t *ret_len)
{
    const struct source *source = context;
    if (position >= source->good)
        return STATUS_CORRUPT;
    size_t len = source->step < max ? source->step : max;
    len = len < source->good - position ? len : (size_t)(source->good - position);
    for (size_t i = 0; i < len; i++)
        ((char *)piece)[i] = (char)((position + i) % 251);
    *ret_len = len;
    return STATUS_OK;
}

static void close_source(void *context)
{
    ((struct source *)context)->closed++;
}

static struct outgoing pulled(struct source *source)
{
    return (struct outgoing){.stream = {source, LEN, 1000, read_some, close_source}, .body_len = LEN};
}

static void what_is_read_as_it_goes_comes_whole_and_is_closed_once(void **state)
{
    (void)state;
    struct budget budget = {.limit = 1000};
    struct source source = {.good = LEN, .step = 1234};
    struct outgoing outgoing = pulled(&source), second = pulled(&source);
    char piece[4096];
    struct stream *stream = stream_new(&outgoing, &budget);
    assert_non_null(stream);
    assert_null(outgoing.stream.context);
    assert_null(stream_new(&second, &budget)); /* the budget is what it holds, not what it hands out */
    assert_non_null(second.stream.context);
    uint64_t position = 0;
    ssize_t got;
    while ((got = stream_read(stream, position, piece, sizeof(piece))) > 0) {
        for (ssize_t i = 0; i < got; i++)
            assert_int_equal(piece[i], (char)((position + (uint64_t)i) % 251));
        position += (uint64_t)got;
    }
    assert_int_equal(got, 0);
    assert_int_equal(position, LEN);
    assert_int_equal(source.closed, 0);
    stream_free(stream);
    assert_int_equal(source.closed, 1);
    assert_int_equal(budget.held, 0);
}

static void what_cannot_be_read_on_ends_with_an_error_and_not_as_if_it_were_all(void **state)
{
    (void)state;
    struct budget budget = {.limit = 1000};
    struct source source = {.good = 5000, .step = 5000};
    struct outgoing outgoing = pulled(&source);
    char piece[4096];
    struct stream *stream = stream_new(&outgoing, &budget);
    assert_non_null(stream);
    assert_int_equal(stream_read(stream, 0, piece, sizeof(piece)), 4096);
    assert_int_equal(stream_read(stream, 4096, piece, sizeof(piece)), 904);
    assert_int_equal(stream_read(stream, 5000, piece, sizeof(piece)), -2); /* MHD_CONTENT_READER_END_WITH_ERROR */
    source.step = 0;                                                       /* nothing, and no reason */
    source.good = LEN;
    assert_int_equal(stream_read(stream, 5000, piece, sizeof(piece)), -2);
    stream_free(stream);
    assert_int_equal(source.closed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_any_size_make_the_whole),
        cmocka_unit_test(answers_beyond_the_budget_stay_whose_they_are),
        cmocka_unit_test(a_lasting_answer_holds_nothing),
        cmocka_unit_test(what_is_read_as_it_goes_comes_whole_and_is_closed_once),
        cmocka_unit_test(what_cannot_be_read_on_ends_with_an_error_and_not_as_if_it_were_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
