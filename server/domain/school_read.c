/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * school_read.c: one school, and the schools that someone may see (M1).
 * May not touch who belongs to a school.
 * Always: each school of a list is decided as a single read of it would be.
 */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "domain/school.h"
#include "statements.gen.h"

const char *const module_names[MODULES] = {"sikker-sak", "avvikelse", "notes"};

enum status module_parse(const char *name, unsigned *ret_module)
{
    for (unsigned i = 0; i < MODULES; i++) {
        if (strcmp(module_names[i], name) == 0) {
            *ret_module = 1U << i;
            return STATUS_OK;
        }
    }
    return STATUS_NOT_FOUND;
}

static enum status modules_load(struct scene *scene, const struct school_id *id, unsigned *ret_modules)
{
    struct sql_school_modules_row *rows = NULL;
    unsigned modules = 0;
    size_t n = 0;

    TRY(sql_school_modules(scene->session, &(struct sql_school_modules_args){*id}, MODULES, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        unsigned module;
        TRY(module_parse(rows[i].module, &module));
        modules |= module;
    }
    *ret_modules = modules;
    return STATUS_OK;
}

enum status school_relate(struct scene *scene, enum action action, const struct uuid *id, struct relation *ret_relation,
                          struct school *ret_school)
{
    struct relation relation = {
        .action = action,
        .subject = {.object_kind = registry_kind_name(KIND_SCHOOL), .object = {true, *id}},
    };
    const struct sql_school_by_id_args args = {scene->keys->organisation, {*id}};
    struct sql_school_by_id_row row;
    enum status status = sql_school_by_id(scene->session, &args, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        struct school school = {.id = {*id}, .version = row.version, .name = row.name};
        TRY(modules_load(scene, &school.id, &school.modules));
        TRY(place_always(scene->arena, &school.id, &relation.object));
        relation.object.exists = true;
        relation.subject.school = (struct maybe_uuid){true, *id};
        relation.version = row.version;
        *ret_school = school;
    }
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- One ---------------------------------------------------------------------------------------------------------------- */

static enum status relate_one(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct school_read *read = input;

    return school_relate(scene, ACTION_READ_SCHOOL, &read->id.uuid, ret_relation, &read->school);
}

static enum status fetch_one(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct school_read *read = input;

    (void)scene;
    (void)relation;
    read->school.ground = grant_ground(grant);
    return STATUS_OK;
}

static enum status open_one(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                            struct arena *arena, void *input)
{
    (void)vault;
    (void)keys;
    (void)arena;
    (void)input;
    assert(grant_action(grant) == ACTION_READ_SCHOOL);
    return STATUS_OK;
}

const struct read_case school_read_case = {.relate = relate_one, .fetch = fetch_one, .open = open_one};

/* ---- Many --------------------------------------------------------------------------------------------------------------- */

static enum status candidates(struct scene *scene, const struct listing *listing, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_school_candidates_args args = {
        .organisation = scene->keys->organisation,
        .everywhere = policy_everywhere(ACTION_READ_SCHOOL, &scene->actor.policy, scene->today),
        .person = scene->actor.person,
        .roles = policy_roles(ACTION_READ_SCHOOL),
        .after = *after,
        .today = scene->today,
        .limit = (int64_t)limit,
    };
    struct sql_school_candidates_row *rows = NULL;

    (void)listing;
    TRY(sql_school_candidates(scene->session, &args, limit, &rows, ret_n));
    *ret_ids = &rows->school;
    return STATUS_OK;
}
_Static_assert(sizeof(struct sql_school_candidates_row) == sizeof(struct uuid), "a candidate is an id");

static enum status take(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown)
{
    struct school_list *list = (struct school_list *)((char *)listing - offsetof(struct school_list, page));
    struct school *school = &list->schools[listing->n];
    struct relation relation;
    struct decision decision;

    TRY(school_relate(scene, ACTION_READ_SCHOOL, id, &relation, school));
    TRY(policy_decide(relation.action, &scene->actor.policy, &relation.object, scene->today, scene->arena, &decision));
    *ret_shown = decision.verdict == VERDICT_ALLOWED;
    if (*ret_shown)
        school->ground = grant_ground(decision.grant);
    return STATUS_OK;
}

static const struct listing_kind kind = {"listSchools", candidates, take};

static enum status ready_list(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                              void *input)
{
    struct school_list *list = input;

    return listing_ready(&kind, keys, caller, arena, &list->page);
}

static enum status relate_list(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation =
        (struct relation){.action = ACTION_LIST_REGISTRY, .subject = {.object_kind = registry_kind_name(KIND_SCHOOL)}};
    return STATUS_OK;
}

static enum status fetch_list(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct school_list *list = input;

    (void)relation;
    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    list->schools = arena_array(scene->arena, list->page.limit + 1, sizeof *list->schools);
    if (list->schools == NULL)
        return STATUS_NO_MEMORY;
    return listing_fetch(&kind, scene, &list->page);
}

static enum status open_list(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                             struct arena *arena, void *input)
{
    struct school_list *list = input;

    (void)vault;
    assert(grant_action(grant) == ACTION_LIST_REGISTRY);
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case school_list_case = {
    .ready = ready_list, .relate = relate_list, .fetch = fetch_list, .open = open_list};
