/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_read.c: checkpoints of a log, proofs that it only grew, and its hashes.
 * May not touch a row: what is shown is hashes and sizes.
 * Always: nothing is shown of what is behind the newest checkpoint, so that all that is shown is signed.
 */
#include <assert.h>
#include <string.h>

#include "activity/tree.h"
#include "domain/log.h"
#include "statements.gen.h"

/* STATUS_OK with size 0 and no note when there is none yet. */
static enum status newest_or_none(struct session *session, const struct uuid *tree, struct log_signed *ret_newest)
{
    enum status status = log_newest(session, tree, ret_newest);

    if (status == STATUS_NOT_FOUND)
        *ret_newest = (struct log_signed){0};
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status opened(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                          struct arena *arena, void *input)
{
    (void)vault;
    (void)keys;
    (void)grant;
    (void)arena;
    (void)input;
    return STATUS_OK;
}

/* ---- Checkpoints -------------------------------------------------------------------------------------------------------- */

/* STATUS_NOT_FOUND when there is none. */
static enum status find_note(struct session *session, const struct log_checkpoint *read, const char **ret_note)
{
    const struct sql_log_cosigned_args args = {read->log.id, read->witness};
    struct sql_log_cosigned_row row;
    struct log_signed newest;

    if (read->witness == NULL) {
        TRY(log_newest(session, &read->log.id, &newest));
        *ret_note = newest.note;
        return STATUS_OK;
    }
    TRY(sql_log_cosigned(session, &args, &row));
    *ret_note = row.note;
    return STATUS_OK;
}

static enum status relate_checkpoint(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct log_checkpoint *read = input;

    TRY(log_relate(scene, &read->log.id, LOG_FOLLOW, ret_relation));
    if (!ret_relation->object.exists)
        return STATUS_OK;
    read->note = NULL;
    enum status status = find_note(scene->session, read, &read->note);
    if (status == STATUS_NOT_FOUND)
        return read->witness != NULL ? log_lacks(scene, ret_relation) : STATUS_OK;
    return status;
}

static enum status gather_checkpoint(struct scene *scene, void *input)
{
    (void)scene;
    (void)input;
    return STATUS_OK;
}

/* A log that has no checkpoint yet gets its first. */
static enum status sift_checkpoint(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                   void *input)
{
    struct log_checkpoint *read = input;

    (void)vault;
    (void)keys;
    return read->note != NULL ? STATUS_OK : log_make(read->log.office, &read->log.id, arena);
}

static enum status fetch_checkpoint(struct scene *scene, const struct grant *grant, void *input,
                                    struct relation *relation)
{
    const struct log_checkpoint *read = input;

    (void)scene;
    assert(grant_action(grant) == relation->action);
    return read->note != NULL ? STATUS_OK : STATUS_CORRUPT;
}

const struct read_case log_checkpoint_case = {.gather = gather_checkpoint,
                                              .sift = sift_checkpoint,
                                              .relate = relate_checkpoint,
                                              .fetch = fetch_checkpoint,
                                              .open = opened,
                                              .of_log = true};

/* ---- Consistency -------------------------------------------------------------------------------------------------------- */

static enum status relate_consistency(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct log_consistency *read = input;

    return log_relate(scene, &read->log.id, LOG_FOLLOW, ret_relation);
}

/* Sizes that are none are the caller's mistake. A log only grows: what is right now stays so. */
static enum status gather_consistency(struct scene *scene, void *input)
{
    const struct log_consistency *read = input;
    struct log_signed newest;

    TRY(newest_or_none(scene->session, &read->log.id, &newest));
    if (read->to > newest.size)
        return failure_add(read->failure, FAILURE_IN_QUERY, FAILURE_REFERENCE, "to");
    if (read->from > read->to)
        return failure_add(read->failure, FAILURE_IN_QUERY, FAILURE_CONFLICT, "from");
    return STATUS_OK;
}

static enum status sift_nothing(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                void *input)
{
    (void)vault;
    (void)keys;
    (void)arena;
    (void)input;
    return STATUS_OK;
}

static enum status fetch_consistency(struct scene *scene, const struct grant *grant, void *input,
                                     struct relation *relation)
{
    struct log_consistency *read = input;
    struct activity_tree of = {scene->session, read->log.id};
    const struct tree_source source = activity_source(&of);

    assert(grant_action(grant) == relation->action);
    return tree_prove_consistency(&source, read->from, read->to, &read->proof);
}

const struct read_case log_consistency_case = {.gather = gather_consistency,
                                               .sift = sift_nothing,
                                               .relate = relate_consistency,
                                               .fetch = fetch_consistency,
                                               .open = opened,
                                               .of_log = true};

/* ---- Tiles -------------------------------------------------------------------------------------------------------------- */

/* How many hashes of the tile there are in a log of this size. */
static uint64_t width_of(const struct log_tile *read, uint64_t size)
{
    if (read->level > TILE_MAX_LEVEL)
        return 0;
    const uint64_t there = size >> (TILE_HEIGHT * read->level);
    const uint64_t first = read->tile.index * TILE_WIDTH;
    if (there <= first)
        return 0;
    return there - first < TILE_WIDTH ? there - first : TILE_WIDTH;
}

static enum status relate_tile(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct log_tile *read = input;
    struct log_signed newest;

    TRY(log_relate(scene, &read->log.id, LOG_FOLLOW, ret_relation));
    if (!ret_relation->object.exists)
        return STATUS_OK;
    TRY(newest_or_none(scene->session, &read->log.id, &newest));
    return read->tile.width > width_of(read, newest.size) ? log_lacks(scene, ret_relation) : STATUS_OK;
}

static enum status fetch_tile(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct log_tile *read = input;
    const struct activity_tree of = {scene->session, read->log.id};

    assert(grant_action(grant) == relation->action);
    return activity_hashes(&of, read->level, read->tile.index * TILE_WIDTH, read->tile.width, read->hashes);
}

const struct read_case log_tile_case = {.relate = relate_tile, .fetch = fetch_tile, .open = opened, .of_log = true};
