/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * activity_proof.c: from a row's name to its proof.
 * May not touch keys: what is signed is signed by the log's own office.
 * Always: whoever would not find the row in a listing is answered as if it were not there.
 */
#include "domain/activity_proof.h"

#include <assert.h>
#include <string.h>

#include "activity/read.h"
#include "activity/tree.h"
#include "domain/activity_rows.h"
#include "domain/personsak.h"
#include "statements.gen.h"

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct activity_proof *proof = input;

    (void)caller;
    enum status status = activity_id_open(keys, proof->id, arena, &proof->place);
    proof->is_ours = status == STATUS_OK;
    return status == STATUS_MALFORMED ? STATUS_OK : status;
}

/* NULL when the tree does not reach so far, as after an older backup was restored. */
static enum status find_row(const struct scene *scene, const struct activity_place *place,
                            const struct sql_activity_older_row **ret_row)
{
    struct sql_activity_tree_size_row tree;
    struct sql_activity_older_row *row = NULL;
    size_t n = 0;

    enum status status =
        sql_activity_tree_size(scene->session, &(struct sql_activity_tree_size_args){place->tree}, &tree);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK && place->leaf_index < tree.size)
        TRY(activity_older(scene->session, &place->tree, place->leaf_index + 1, 1, &row, &n));
    *ret_row = row;
    return STATUS_OK;
}

/* G2: a proof tells the place of its row, and two of them how many rows stand between: of those that their reader's family keeps from
 * them, too. Whoever has family among the students takes no proof. */
static enum status is_provable(const struct scene *scene, const struct uuid *tree,
                               const struct sql_activity_older_row *row, bool *ret_provable)
{
    struct id_set family;

    TRY(activity_family(scene, &family));
    *ret_provable = activity_is_shown(tree, &family, row) && family.n == 0;
    return STATUS_OK;
}

static enum status may(const struct scene *scene, const struct relation *relation, bool *ret_may)
{
    struct decision decision;

    TRY(policy_decide(relation->action, &scene->actor.policy, &relation->object, scene->today, scene->arena,
                      &decision));
    *ret_may = decision.verdict == VERDICT_ALLOWED;
    return STATUS_OK;
}

/* Whoever may not read the school's log may read that of a personsak, and so take a proof of the rows in it (V1). */
static enum status relate_personsak(struct scene *scene, const struct sql_activity_older_row *row,
                                    struct relation *relation)
{
    struct sql_personsak_of_object_row found;
    struct sql_personsak_by_id_row personsak;
    struct relation closer;
    bool reads = false;

    TRY(may(scene, relation, &reads));
    if (reads || !row->object.known)
        return STATUS_OK;
    enum status status =
        sql_personsak_of_object(scene->session, &(struct sql_personsak_of_object_args){row->object.uuid}, &found);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    TRY(personsak_relate(scene, ACTION_READ_PERSONSAK_ACTIVITY, &found.personsak, &closer, &personsak));
    TRY(may(scene, &closer, &reads));
    if (reads)
        *relation = closer;
    return STATUS_OK;
}

/* The log as an object, or the personsak that the row is about, and not there when the row is not to be seen in it. */
static enum status relate_row(struct scene *scene, const struct uuid *tree, const struct sql_activity_older_row *row,
                              struct relation *ret_relation)
{
    struct relation relation;
    bool provable = false;

    if (uuid_equal(tree, &scene->keys->organisation.uuid))
        activity_relate_organisation(scene, &relation);
    else
        TRY(activity_relate_school(scene, &(struct school_id){*tree}, &relation));
    if (relation.action == ACTION_READ_SCHOOL_ACTIVITY)
        TRY(relate_personsak(scene, row, &relation));
    if (relation.action == ACTION_READ_ORGANISATION_ACTIVITY)
        relation_also(&relation, ACTION_FOLLOW_ORGANISATION_LOG);
    TRY(is_provable(scene, tree, row, &provable));
    relation.object.exists = relation.object.exists && provable;
    relation.subject.student = row->student;
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct activity_proof *proof = input;
    const struct sql_activity_older_row *row = NULL;

    if (proof->is_ours)
        TRY(find_row(scene, &proof->place, &row));
    if (row != NULL)
        return relate_row(scene, &proof->place.tree, row, ret_relation);
    *ret_relation =
        (struct relation){.action = ACTION_READ_ORGANISATION_ACTIVITY, .subject = {.object_kind = "activity"}};
    return STATUS_OK;
}

/* The newest checkpoint, if the row is in it. STATUS_NOT_FOUND otherwise. */
static enum status covering(struct session *session, const struct activity_place *place, struct log_signed *ret_signed)
{
    struct log_signed newest;

    TRY(log_newest(session, &place->tree, &newest));
    if (newest.size <= (uint64_t)place->leaf_index)
        return STATUS_NOT_FOUND;
    *ret_signed = newest;
    return STATUS_OK;
}

static enum status gather(struct scene *scene, void *input)
{
    struct activity_proof *proof = input;
    struct log_signed newest;

    TRY(log_cosigned_over(scene->session, &proof->place.tree, proof->place.leaf_index, &proof->cosigned));
    enum status status = covering(scene->session, &proof->place, &newest);
    proof->is_covered = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* One that witnesses have signed says more, and says when; without any there must be the log's own. */
static enum status sift(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct activity_proof *proof = input;

    (void)vault, (void)keys;
    enum status status = log_witnessed(proof->office, &proof->place.tree, &proof->cosigned, arena, &proof->witnessed);
    if (status != STATUS_NOT_FOUND)
        return status;
    return proof->is_covered ? STATUS_OK : log_make(proof->office, &proof->place.tree, arena);
}

/* The students whom the row shows are shown by its proof, and so named in the row that says so (V4). */
static enum status name_shown(const struct scene *scene, const struct activity_place *place, struct subject *subject)
{
    const struct sql_activity_older_row *row = NULL;

    TRY(find_row(scene, place, &row));
    return row == NULL ? STATUS_CORRUPT : activity_shown(row, &subject->shown, &subject->n_shown);
}

static enum status fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct activity_proof *proof = input;
    struct activity_tree tree = {scene->session, proof->place.tree};
    const struct tree_source source = activity_source(&tree);
    const uint64_t index = (uint64_t)proof->place.leaf_index;
    struct log_signed by = proof->witnessed;
    struct bundle *bundle = &proof->bundle;

    assert(grant_action(grant) == ACTION_READ_SCHOOL_ACTIVITY ||
           grant_action(grant) == ACTION_READ_ORGANISATION_ACTIVITY ||
           grant_action(grant) == ACTION_READ_PERSONSAK_ACTIVITY);
    if (by.note == NULL)
        TRY(covering(scene->session, &proof->place, &by));
    *bundle = (struct bundle){.index = index, .note = by.note, .note_len = strlen(by.note)};
    TRY(activity_leaf(&tree, index, &bundle->leaf, &bundle->leaf_len));
    TRY(tree_prove_inclusion(&source, index, by.size, &bundle->proof));
    return name_shown(scene, &proof->place, &relation->subject);
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    struct activity_proof *proof = input;
    char *text = NULL;

    (void)vault, (void)keys, (void)grant;
    TRY(bundle_format(&proof->bundle, arena, &text, &proof->len));
    proof->text = text;
    return STATUS_OK;
}

const struct read_case activity_proof_case = {
    .ready = ready, .gather = gather, .sift = sift, .relate = relate, .fetch = fetch, .open = open, .of_log = true};
