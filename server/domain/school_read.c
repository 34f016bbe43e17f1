/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * school_read.c: one school, and the schools that someone may see (M1).
 * May not touch who belongs to a school.
 * Always: each school of a list is decided as a single read of it would be.
 */
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

static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation, void *ret_school)
{
    return school_relate(scene, ACTION_READ_SCHOOL, id, ret_relation, ret_school);
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
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

    (void)position;
    return LISTING_IDS(sql_school_candidates, scene, &args, limit, ret_ids, ret_n);
}

const struct record_kind school_kind = {
    .list = "listSchools",
    .kind = KIND_SCHOOL,
    .bytes = sizeof(struct school),
    .version = offsetof(struct school, version),
    .ground = offsetof(struct school, ground),
    .relate = relate,
    .candidates = candidates,
};
