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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_any_size_make_the_whole),
        cmocka_unit_test(answers_beyond_the_budget_stay_whose_they_are),
        cmocka_unit_test(a_lasting_answer_holds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
