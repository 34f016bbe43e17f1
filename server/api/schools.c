/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * schools.c: schools as JSON (M1).
 * May not touch rights.
 * Always: what is not in a change stays as it is; modules that are in it are the whole set.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/school.h"

static enum status shape_modules(unsigned modules, json_t *list)
{
    for (unsigned i = 0; i < MODULES; i++)
        if (modules & (1U << i))
            TRY(shape_append(list, json_string(module_names[i])));
    return STATUS_OK;
}

/* A new reference, or NULL without memory. */
static json_t *shape_school(const void *record)
{
    const struct school *school = record;
    auto_json modules = json_array();

    if (shape_modules(school->modules, modules) != STATUS_OK)
        return NULL;
    return json_pack("{s:o, s:I, s:s, s:O, s:s}", "id", shape_uuid(&school->id.uuid), "version",
                     (json_int_t)school->version, "name", school->name, "modules", modules, "ground", school->ground);
}

enum status op_list_schools(struct api_request *request, struct api_answer *ret_answer)
{
    struct record_list list = {.kind = &school_kind};

    TRY(shape_page(request, LIST_SCHOOLS_QUERY_LIMIT, LIST_SCHOOLS_QUERY_PAGE_TOKEN, &list.page));
    return shape_records(request, &list, shape_school, ret_answer);
}

enum status op_get_school(struct api_request *request, struct api_answer *ret_answer)
{
    const struct uuid *id = &request->path[GET_SCHOOL_PATH_SCHOOL_ID].uuid;

    return shape_record(request, &school_kind, id, shape_school, ret_answer);
}

static enum status read_school(const json_t *body, struct failure *failure, void *input)
{
    struct school_write *write = input;
    const json_t *modules = json_object_get(body, "modules");

    write->name = member_text(body, "name");
    write->sets_modules = modules != NULL;
    for (size_t i = 0; i < json_array_size(modules); i++) {
        unsigned module;
        TRY(module_parse(json_string_value(json_array_get(modules, i)), &module));
        write->modules |= module;
    }
    write->failure = failure;
    return STATUS_OK;
}

static const struct write_kind writes = {&school_write_case, KIND_SCHOOL, sizeof(struct school_write), read_school};

enum status op_create_school(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_create(request, &writes, ret_answer);
}

enum status op_change_school(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_change(request, &writes, &request->path[CHANGE_SCHOOL_PATH_SCHOOL_ID].uuid, ret_answer);
}

enum status op_provision_schools(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_put(request, &writes, ret_answer);
}
