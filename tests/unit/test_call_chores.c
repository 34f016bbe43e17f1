/* SPDX-License-Identifier: EUPL-1.2 */
/* The chores on a house: forgetting old answers (X1), keys made ahead of time, checkpoints, being ready. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/small_house.h"

static void X1_answers_older_than_seven_days_are_forgotten_however_many(void **state)
{
    struct small_house *small = *state;

    small_sql(small,
              "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234) "
              "INSERT INTO replay SELECT o.organisation_id, randomblob(32), randomblob(32), randomblob(16), 1, i, 0 "
              "FROM n, organisation o");
    small_sql(small, "INSERT INTO replay SELECT organisation_id, randomblob(32), randomblob(32), randomblob(16), 1, "
                     "9000000000000, 0 FROM organisation");
    assert_int_equal(small_count(small, "SELECT count(*) FROM replay"), 1235);
    assert_int_equal(call_expire_replays(small->house), STATUS_OK);
    assert_int_equal(small_count(small, "SELECT count(*) FROM replay"), 1);

    /* Once at the end it begins anew. */
    small_sql(small, "INSERT INTO replay SELECT organisation_id, zeroblob(32), randomblob(32), randomblob(16), 1, 1, 0 "
                     "FROM organisation");
    assert_int_equal(call_expire_replays(small->house), STATUS_OK);
    assert_int_equal(small_count(small, "SELECT count(*) FROM replay"), 1);
}

static void keys_are_made_ahead_of_time(void **state)
{
    struct small_house *small = *state;

    assert_int_equal(call_refill_keys(small->house), STATUS_OK);
    for (int i = 0; i < 3; i++) {
        struct key_id id;
        struct data_key *key = NULL;
        assert_int_equal(vault_take(small->house->vault, &id, &key), STATUS_OK);
        data_key_free(key);
    }
    int64_t before = small_count_keys(small);
    assert_int_equal(call_refill_keys(small->house), STATUS_OK);
    assert_int_equal(small_count_keys(small), before + 3);
    assert_int_equal(call_refill_keys(small->house), STATUS_OK);
    assert_int_equal(small_count_keys(small), before + 3);
}

static void a_good_house_is_ready_and_has_really_written(void **state)
{
    struct small_house *small = *state;

    assert_int_equal(house_ready(small->house), STATUS_OK);
    assert_true(small_count(small, "SELECT at FROM heartbeat") > 0);
    assert_int_equal(call_checkpoint(small->house), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(X1_answers_older_than_seven_days_are_forgotten_however_many),
        cmocka_unit_test(keys_are_made_ahead_of_time),
        cmocka_unit_test(a_good_house_is_ready_and_has_really_written),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
