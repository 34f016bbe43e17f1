/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * school_write.c: making, changing and putting schools, and switching modules on and off (M1).
 * May not touch what a module keeps: what was stored while it was on stays.
 * Always: `avvikelse` is switched on only where an owner from outside can receive what concerns the leadership (R5).
 */
#include <assert.h>
#include <string.h>

#include "domain/school.h"
#include "statements.gen.h"

static enum status ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input)
{
    struct school_write *write = input;

    (void)arena;
    target_ready(keys, caller, &write->target);
    return STATUS_OK;
}

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct school_write *write = input;
    struct target *target = &write->target;
    struct relation relation = {0};

    TRY(target_find(scene, target));
    if (target->exists)
        TRY(school_relate(scene, ACTION_CHANGE_SCHOOL, &target->id, &relation, &write->stored));
    TRY(target_conceal(scene, target, ACTION_READ_SCHOOL, &relation));
    if (!target->exists) {
        write->stored = (struct school){0};
        relation = (struct relation){
            .action = ACTION_CREATE_SCHOOL,
            .object = {.exists = true},
            .subject = {.object_kind = registry_kind_name(KIND_SCHOOL)},
        };
    }
    if (write->sets_modules)
        relation_also(&relation, ACTION_SET_MODULES);
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct school_write *write = input;

    (void)vault;
    if (!write->target.exists)
        return target_new(&write->target, keys, &keys->own_id, keys->own, arena);
    target_seen(&write->target, write->stored.version);
    return STATUS_OK;
}

/* R5. */
static enum status check_owner(struct scene *scene, const struct school_write *write, unsigned modules)
{
    const struct sql_owner_outside_school_args args = {
        scene->keys->organisation, {write->target.id}, scene->today, ROLE_OWNER, ROLE_REKTOR};
    struct sql_owner_outside_school_row owner;

    if (!(modules & ~write->stored.modules & MODULE_AVVIKELSE))
        return STATUS_OK;
    TRY(sql_owner_outside_school(scene->session, &args, &owner));
    return owner.there ? STATUS_OK : STATUS_OWNER_NEEDED;
}

static enum status store_modules(struct tx *tx, const struct school_id *school, unsigned before, unsigned after)
{
    for (unsigned i = 0; i < MODULES; i++) {
        const unsigned module = 1U << i;
        if (after & ~before & module)
            TRY(sql_school_module_insert(tx, &(struct sql_school_module_insert_args){*school, module_names[i]}, NULL));
        if (before & ~after & module)
            TRY(sql_school_module_remove(tx, &(struct sql_school_module_remove_args){*school, module_names[i]}, NULL));
    }
    return STATUS_OK;
}

static enum status apply_new(struct scene *scene, struct tx *tx, const struct school_write *write, unsigned modules)
{
    const struct sql_school_insert_args args = {{write->target.id}, scene->keys->organisation, write->name};

    if (write->name == NULL)
        return failure_add(write->failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/name");
    TRY(check_owner(scene, write, modules));
    TRY(sql_school_insert(tx, &args, NULL));
    TRY(store_modules(tx, &args.school, 0, modules));
    return target_keep(scene, tx, &write->target);
}

static enum status apply_change(struct scene *scene, struct tx *tx, const struct school_write *write, unsigned modules,
                                bool *ret_unchanged)
{
    const struct school *stored = &write->stored;
    const char *name = write->name != NULL ? write->name : stored->name;
    const struct sql_school_update_args args = {stored->id, name, stored->version + 1};

    TRY(check_owner(scene, write, modules));
    *ret_unchanged = modules == stored->modules && strcmp(name, stored->name) == 0;
    if (*ret_unchanged)
        return STATUS_OK;
    TRY(sql_school_update(tx, &args, NULL));
    return store_modules(tx, &stored->id, stored->modules, modules);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct school_write *write = input;
    const struct target *target = &write->target;
    const unsigned modules = write->sets_modules ? write->modules : write->stored.modules;
    bool unchanged = false;

    assert(grant_action(grant) == ACTION_CREATE_SCHOOL || grant_action(grant) == ACTION_CHANGE_SCHOOL);
    TRY(target_check(target, relation->version));
    TRY(target->exists ? apply_change(scene, tx, write, modules, &unchanged) : apply_new(scene, tx, write, modules));
    *ret_receipt = target_receipt(target, unchanged);
    return STATUS_OK;
}

/* The row stands in the school's own tree, also that of its making (V1). */
static void recall(const struct receipt *receipt, struct subject *subject)
{
    subject->object = subject->school = (struct maybe_uuid){true, receipt->id};
}

const struct write_case school_write_case = {
    .ready = ready, .relate = relate, .prepare = prepare, .apply = apply, .recall = recall, .plants = true};
