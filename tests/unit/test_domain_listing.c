/* SPDX-License-Identifier: EUPL-1.2 */
/* A page is the same page however often rights move while it is looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "domain/student.h"
#include "unit/small_house.h"

/* A list during which rights move so many times. */
struct moving_list {
    struct student_list list; /* first */
    struct small_house *small;
    int moves;
};

static enum status moving_fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct moving_list *moving = input;

    if (moving->moves > 0) {
        moving->moves--;
        small_sql(moving->small, "UPDATE tie SET version = version + 1");
    }
    return student_list_case.fetch(scene, grant, input, relation);
}

static void S3_a_page_loses_nobody_when_rights_move_meanwhile(void **state)
{
    struct small_house *small = *state;
    const struct caller kari = small_caller("kari");
    struct read_case what = student_list_case;

    what.fetch = moving_fetch;
    for (int moves = 0; moves < 3; moves++) {
        const struct call call = small_call(small, &kari, "listStudents");
        struct moving_list moving = {.list = {.page = {.limit = 5}}, .small = small, .moves = moves};
        assert_int_equal(call_read(&call, &what, &moving), STATUS_OK);
        assert_int_equal(moving.list.page.n, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(S3_a_page_loses_nobody_when_rights_move_meanwhile)};

    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
