/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * identity_write.c: giving people logins, and following logins that change (M1).
 * May not touch the person, nor ending: identity_end.c does that.
 * Always: a login leads to one person, or to nobody.
 */
#include <assert.h>
#include <string.h>

#include "domain/actor.h"
#include "domain/identity.h"
#include "statements.gen.h"

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct identity_write *write = input;

    (void)arena;
    target_ready(keys, caller, &write->target);
    reference_ready(keys, caller, KIND_PERSON, &write->person);
    return STATUS_OK;
}

/* ---- Facts -------------------------------------------------------------------------------------------------------------- */

static enum status find_person(struct scene *scene, struct identity_write *write)
{
    struct sql_person_key_row row;

    if (!reference_given(&write->person))
        return STATUS_OK;
    enum status status = reference_find(scene, &write->person, &write->of.uuid);
    if (status == STATUS_OK)
        status =
            sql_person_key(scene->session, &(struct sql_person_key_args){scene->keys->organisation, write->of}, &row);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    write->person_known = true;
    write->person_key = row.key;
    return STATUS_OK;
}

/* Whose it is to be. That nobody is there is told by apply, to those who may give anyone a login; to others it is not there. */
static enum status relate_new(struct scene *scene, struct identity_write *write, struct relation *relation)
{
    write->row = NULL;
    *relation = (struct relation){.action = ACTION_CHANGE_IDENTITY,
                                  .subject = {.object_kind = registry_kind_name(KIND_IDENTITY)}};
    TRY(find_person(scene, write));
    if (write->person_known)
        return person_relate(scene, &write->of, relation);
    relation->object.exists = policy_everywhere(ACTION_CHANGE_IDENTITY, &scene->actor.policy, scene->today);
    return STATUS_OK;
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct identity_write *write = input;
    struct relation relation = {.action = ACTION_CHANGE_IDENTITY};

    write->person_known = false;
    write->row = NULL;
    TRY(target_find(scene, &write->target));
    if (write->target.exists)
        TRY(identity_relate(scene, &write->target.id, ACTION_CHANGE_IDENTITY, &relation, &write->row));
    TRY(target_conceal(scene, &write->target, ACTION_READ_IDENTITY, &relation));
    if (!write->target.exists)
        TRY(relate_new(scene, write, &relation));
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- What is to be stored ----------------------------------------------------------------------------------------------- */

static enum status login_seal(const struct sealed_row *row, const struct organisation_keys *keys, const char *issuer,
                              const char *subject, struct identity_write *write)
{
    actor_mark(keys, issuer, subject, &write->login);
    TRY(seal_text(row, COLUMN_IDENTITY_ISSUER, issuer, &write->sealed_issuer));
    return seal_text(row, COLUMN_IDENTITY_SUBJECT, subject, &write->sealed_subject);
}

/* Seals the login anew under the version to come, unless nothing would change. */
static enum status prepare_change(struct vault *vault, struct identity_write *write,
                                  const struct organisation_keys *keys, struct arena *arena)
{
    const struct sql_identity_by_id_row *stored = write->row;
    const char *issuer = NULL, *subject = NULL;
    auto_data_key key = NULL;

    target_seen(&write->target, stored->version);
    TRY(vault_key(vault, &stored->key, &key));
    struct sealed_row row = {arena, key, keys->organisation, write->target.id, stored->key, stored->version};
    TRY(open_text(&row, COLUMN_IDENTITY_ISSUER, stored->issuer, &issuer));
    TRY(open_text(&row, COLUMN_IDENTITY_SUBJECT, stored->subject, &subject));
    const char *new_issuer = write->issuer != NULL ? write->issuer : issuer;
    const char *new_subject = write->subject != NULL ? write->subject : subject;
    write->unchanged = strcmp(new_issuer, issuer) == 0 && strcmp(new_subject, subject) == 0;
    row.version++;
    return login_seal(&row, keys, new_issuer, new_subject, write);
}

/* What lacks a part or a person is sealed for nobody: apply refuses it. */
static enum status prepare_new(struct vault *vault, struct identity_write *write, const struct organisation_keys *keys,
                               struct arena *arena)
{
    auto_data_key key = NULL;

    write->unchanged = false;
    if (!write->person_known || write->issuer == NULL || write->subject == NULL)
        return target_new(&write->target, keys, &keys->own_id, keys->own, arena);
    TRY(vault_key(vault, &write->person_key, &key));
    TRY(target_new(&write->target, keys, &write->person_key, key, arena));
    const struct sealed_row row = {arena, key, keys->organisation, write->target.id, write->person_key, 1};
    return login_seal(&row, keys, write->issuer, write->subject, write);
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct identity_write *write = input;

    return write->target.exists ? prepare_change(vault, write, keys, arena) : prepare_new(vault, write, keys, arena);
}

/* ---- Storing ------------------------------------------------------------------------------------------------------------ */

/* A login that leads to someone cannot be given to anyone. */
static enum status check_login(struct scene *scene, const struct identity_write *write)
{
    const struct sql_blind_index_find_args args = {scene->keys->organisation, "identity", write->login};
    struct sql_blind_index_find_row known;
    enum status status = sql_blind_index_find(scene->session, &args, &known);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(status);
    return uuid_equal(&known.object, &write->target.id) ? STATUS_OK : STATUS_TAKEN;
}

static enum status insert_mark(struct scene *scene, struct tx *tx, const struct identity_write *write)
{
    const struct sql_blind_index_insert_args args = {scene->keys->organisation, "identity", write->login,
                                                     write->target.id};

    return sql_blind_index_insert(tx, &args, NULL);
}

/* What a new login lacks, all of it (X3). */
static enum status check_new(struct scene *scene, const struct identity_write *write)
{
    enum status person = STATUS_OK, issuer = STATUS_OK, subject = STATUS_OK;

    if (!reference_given(&write->person))
        person = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/person");
    else if (!write->person_known)
        person = reference_failure(scene->arena, &write->person, "person", write->failure);
    if (write->issuer == NULL)
        issuer = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/issuer");
    if (write->subject == NULL)
        subject = failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/subject");
    TRY(person);
    TRY(issuer);
    return subject;
}

static enum status apply_new(struct scene *scene, struct tx *tx, const struct identity_write *write)
{
    const struct sql_identity_insert_args args = {
        .identity = write->target.id,
        .organisation = scene->keys->organisation,
        .person = write->of,
        .issuer = write->sealed_issuer,
        .subject = write->sealed_subject,
    };

    TRY(check_new(scene, write));
    TRY(target_sealed_for(&write->target, &write->person_key));
    TRY(check_login(scene, write));
    TRY(sql_identity_insert(tx, &args, NULL));
    TRY(insert_mark(scene, tx, write));
    return target_keep(scene, tx, &write->target);
}

/* The old login leads to nobody from now on. */
static enum status apply_change(struct scene *scene, struct tx *tx, const struct identity_write *write)
{
    const struct sql_identity_update_args args = {
        .identity = write->target.id,
        .issuer = write->sealed_issuer,
        .subject = write->sealed_subject,
        .version = write->row->version + 1,
    };

    TRY(reference_fixed(scene, &write->person, "person", &write->row->person.uuid, write->failure));
    if (write->row->ended_at.known)
        return STATUS_TAKEN;
    TRY(check_login(scene, write));
    if (write->unchanged)
        return STATUS_OK;
    TRY(sql_identity_update(tx, &args, NULL));
    TRY(sql_identity_marks_remove(tx, &(struct sql_identity_marks_remove_args){write->target.id}, NULL));
    return insert_mark(scene, tx, write);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    struct identity_write *write = input;
    struct target *target = &write->target;

    assert(grant_action(grant) == ACTION_CHANGE_IDENTITY);
    TRY(target_check(target, relation->version));
    TRY(target->exists ? apply_change(scene, tx, write) : apply_new(scene, tx, write));
    *ret_receipt = target_receipt(target, write->unchanged);
    return STATUS_OK;
}

const struct write_case identity_write_case = {
    .ready = ready, .relate = relate, .prepare = prepare, .apply = apply, .recall = target_recall};
