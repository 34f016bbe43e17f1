/* SPDX-License-Identifier: EUPL-1.2 */
/* Pages of the log when rights move while one is made: the page that is answered is the one that was asked for (V1, V2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "domain/activity_list.h"
#include "domain/student.h"
#include "unit/small_house.h"

enum { CALLS = 9, LIMIT = 2 };

/* A list whose fetch lets someone else change rights `moves` times. */
struct moving_list {
    struct activity_list list; /* first: the use case reads it as its own */
    struct small_house *small;
    int moves;
};

static enum status moving_ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                                void *input)
{
    return school_activity_case.ready(keys, caller, arena, input);
}

static enum status moving_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    return school_activity_case.relate(scene, input, ret_relation);
}

static enum status moving_fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct moving_list *moving = input;

    if (moving->moves > 0) {
        moving->moves--;
        small_sql(moving->small, "UPDATE tie SET version = version + 1");
    }
    return school_activity_case.fetch(scene, grant, input, relation);
}

static enum status moving_open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                               struct arena *arena, void *input)
{
    return school_activity_case.open(vault, keys, grant, arena, input);
}

static const struct read_case moving_case = {
    .ready = moving_ready, .relate = moving_relate, .fetch = moving_fetch, .open = moving_open, .of_log = true};

static void someone_reads(struct small_house *small, struct uuid *ret_request)
{
    const struct caller kari = small_caller("kari");
    const struct call call = small_call(small, &kari, "getStudent");
    struct student_read read = {.id = SMALL_STUDENT};

    assert_int_equal(call_read(&call, &student_read_case, &read), STATUS_OK);
    *ret_request = call.request_id;
}

/* Reads the log to its end, rights moving `moves` times under every page; the newest rows are those of `requests`. */
static void read_with_moves(struct small_house *small, int moves)
{
    const struct caller rektor = small_caller("rektor");
    struct uuid requests[CALLS];
    const char *token = NULL;
    size_t seen = 0;

    for (size_t i = 0; i < CALLS; i++)
        someone_reads(small, &requests[i]);
    do {
        const struct call call = small_call(small, &rektor, "listSchoolActivity");
        struct moving_list moving = {
            .list = {.page = {.token = token, .limit = LIMIT}, .school = SMALL_SCHOOL}, .small = small, .moves = moves};
        assert_int_equal(call_read(&call, &moving_case, &moving), STATUS_OK);
        assert_int_equal(moving.moves, 0);
        for (size_t i = 0; i < moving.list.page.n && seen < CALLS; i++, seen++)
            assert_true(uuid_equal(&moving.list.lines[i].request, &requests[CALLS - 1 - seen]));
        token = moving.list.page.next_token;
    } while (token != NULL);
    assert_int_equal(seen, CALLS);
}

static void V1_pages_of_a_quiet_house(void **state)
{
    read_with_moves(*state, 0);
}

static void V2_a_page_that_is_made_twice_begins_where_the_first_began(void **state)
{
    read_with_moves(*state, 1);
}

static void V2_a_page_that_is_made_inside_the_writer_begins_there_too(void **state)
{
    read_with_moves(*state, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(V1_pages_of_a_quiet_house),
        cmocka_unit_test(V2_a_page_that_is_made_twice_begins_where_the_first_began),
        cmocka_unit_test(V2_a_page_that_is_made_inside_the_writer_begins_there_too),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
