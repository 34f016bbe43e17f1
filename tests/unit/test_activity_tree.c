/* SPDX-License-Identifier: EUPL-1.2 */
/* Trees as they are stored: what is proven is what the rows say (V1, V3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "activity/append.h"
#include "activity/grow.h"
#include "statements.gen.h"
#include "unit/small_house.h"

enum { BATCH = 101 };

/* Appends n rows to a school's tree, and then does what `after` says. */
struct growth {
    struct logged_job job;
    size_t n;
    struct uuid tree;
    enum status (*after)(struct tx *tx, const struct uuid *tree);
};

static struct activity_row row_at_school(size_t i)
{
    static const char *const clients[] = {NULL, "", "skoleplattform"};

    return (struct activity_row){
        .organisation = SMALL_ORGANISATION,
        .actor_kind = ACTOR_PERSON,
        .actor = {true, SMALL_KARI.uuid},
        .client = clients[i % 3],
        .operation = "test",
        .object_kind = "student",
        .object = {true, SMALL_STUDENT.uuid},
        .student = {i % 2 == 0, SMALL_STUDENT.uuid},
        .school = {true, SMALL_SCHOOL.uuid},
        .outcome = OUTCOME_ALLOWED,
        .ground = "test",
        .request = uuid_new(),
        .shown = &SMALL_STUDENT.uuid,
        .n_shown = i % 5 == 0 ? 1 : 0,
    };
}

static enum status run_growth(struct tx *tx, struct job *job)
{
    struct growth *growth = (struct growth *)job;
    struct activity_row rows[BATCH];
    const struct activity_row *borrowed[BATCH];

    for (size_t i = 0; i < growth->n; i++) {
        rows[i] = row_at_school(i);
        borrowed[i] = &rows[i];
    }
    TRY(activity_append(tx, borrowed, growth->n));
    return growth->after == NULL ? STATUS_OK : growth->after(tx, &growth->tree);
}

static enum status grow(struct small_house *small, size_t n, enum status (*after)(struct tx *, const struct uuid *))
{
    struct growth growth = {.n = n, .tree = SMALL_SCHOOL.uuid, .after = after};

    growth.job.job = (struct job){.run = run_growth, .arena = small->arena};
    return store_write(small->house->store, &growth.job.job);
}

static struct activity_head head_now(struct session *session)
{
    struct activity_head head;

    assert_int_equal(activity_head(session, &SMALL_SCHOOL.uuid, &head), STATUS_OK);
    return head;
}

static struct session *look(struct small_house *small)
{
    struct session *session = NULL;

    assert_int_equal(session_begin(small->house->store, small->arena, &session), STATUS_OK);
    return session;
}

static void V3_the_head_is_the_root_of_the_rows_and_every_row_is_proven(void **state)
{
    struct small_house *small = *state;
    struct hash leaf_hashed;

    for (size_t n = 0; n < 700; n += BATCH)
        assert_int_equal(grow(small, BATCH, NULL), STATUS_OK);
    auto_session session = look(small);
    const struct activity_head head = head_now(session);
    const struct hash root = frontier_root(&head.frontier);
    struct activity_tree of = {session, SMALL_SCHOOL.uuid};
    const struct tree_source source = activity_source(&of);
    struct hash made;
    assert_true(head.frontier.size >= 700);
    assert_int_equal(tree_root(&source, head.frontier.size, &made), STATUS_OK);
    assert_true(hash_equal(&made, &root));

    for (uint64_t i = 0; i < head.frontier.size; i += 7) {
        const struct arena_mark before = arena_mark(small->arena);
        struct tree_proof proof;
        const uint8_t *bytes = NULL;
        size_t len = 0;
        assert_int_equal(tree_prove_inclusion(&source, i, head.frontier.size, &proof), STATUS_OK);
        assert_int_equal(activity_leaf(&of, i, &bytes, &len), STATUS_OK);
        leaf_hashed = tree_leaf(bytes, len);
        assert_true(tree_verify_inclusion(&leaf_hashed, i, head.frontier.size, &proof, &root));
        arena_rewind(small->arena, before);
    }
}

static void V3_a_row_that_was_changed_behind_our_back_proves_nothing(void **state)
{
    struct small_house *small = *state;

    small_sql(small, "DROP TRIGGER activity_no_update; UPDATE activity SET ground = 'tesT' WHERE leaf_index = 300");
    auto_session session = look(small);
    const struct activity_head head = head_now(session);
    const struct hash root = frontier_root(&head.frontier);
    struct activity_tree of = {session, SMALL_SCHOOL.uuid};
    const struct tree_source source = activity_source(&of);
    const uint8_t *bytes = NULL;
    size_t len = 0;
    struct tree_proof proof;
    assert_int_equal(activity_leaf(&of, 300, &bytes, &len), STATUS_OK);
    assert_int_equal(tree_prove_inclusion(&source, 300, head.frontier.size, &proof), STATUS_OK);
    const struct hash changed = tree_leaf(bytes, len);
    assert_false(tree_verify_inclusion(&changed, 300, head.frontier.size, &proof, &root));
    session = session_end(session);
    small_sql(small, "UPDATE activity SET ground = 'test' WHERE leaf_index = 300");
}

static enum status then_fail(struct tx *tx, const struct uuid *tree)
{
    (void)tx;
    (void)tree;
    return STATUS_CONFLICT;
}

static void V3_what_is_rolled_back_leaves_the_tree_as_it_was(void **state)
{
    struct small_house *small = *state;
    auto_session before = look(small);
    const struct activity_head first = head_now(before);

    before = session_end(before);
    assert_int_equal(grow(small, BATCH, then_fail), STATUS_CONFLICT);
    auto_session after = look(small);
    const struct activity_head second = head_now(after);
    assert_int_equal(second.frontier.size, first.frontier.size);
    assert_memory_equal(second.frontier.roots, first.frontier.roots, frontier_bytes(first.frontier.size));
}

/* As another daemon on the same store would leave it between our look at the head and our change of it. */
static enum status move_from_elsewhere(struct tx *tx, const struct uuid *tree)
{
    struct activity_head head;

    TRY(activity_head(tx_session(tx), tree, &head));
    return activity_move_head(tx, tree, head.frontier.size - 1, &head);
}

static void V3_a_head_moves_only_from_where_it_was_read(void **state)
{
    assert_int_equal(grow(*state, 1, move_from_elsewhere), STATUS_BUSY);
}

static void V3_a_row_or_root_that_is_missing_is_damage(void **state)
{
    struct small_house *small = *state;
    struct hash hashes[TILE_WIDTH];

    small_sql(small,
              "DROP TRIGGER activity_node_no_delete; DELETE FROM activity_node WHERE level = 1 AND node_index = 1");
    auto_session session = look(small);
    struct activity_tree of = {session, SMALL_SCHOOL.uuid};
    const uint64_t size = head_now(session).frontier.size;
    assert_int_equal(activity_hashes(&of, 1, 0, 2, hashes), STATUS_CORRUPT);
    assert_int_equal(activity_hashes(&of, 1, 0, 1, hashes), STATUS_OK);
    assert_int_equal(activity_hashes(&of, 0, size - 1, 2, hashes), STATUS_CORRUPT);
    assert_int_equal(activity_hashes(&of, 0, size - 1, 1, hashes), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(V3_the_head_is_the_root_of_the_rows_and_every_row_is_proven),
        cmocka_unit_test(V3_a_row_that_was_changed_behind_our_back_proves_nothing),
        cmocka_unit_test(V3_what_is_rolled_back_leaves_the_tree_as_it_was),
        cmocka_unit_test(V3_a_head_moves_only_from_where_it_was_read),
        cmocka_unit_test(V3_a_row_or_root_that_is_missing_is_damage),
    };
    return cmocka_run_group_tests(tests, small_house_setup, small_house_teardown);
}
