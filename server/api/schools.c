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
static json_t *shape_school(const struct school *school)
{
    auto_json modules = json_array();

    if (shape_modules(school->modules, modules) != STATUS_OK)
        return NULL;
    return json_pack("{s:o, s:I, s:s, s:O, s:s}", "id", shape_uuid(&school->id.uuid), "version",
                     (json_int_t)school->version, "name", school->name, "modules", modules, "ground", school->ground);
}

enum status op_list_schools(struct api_request *request, struct api_answer *ret_answer)
{
    struct school_list list = {0};
    auto_json data = json_array();

    TRY(shape_page(request, LIST_SCHOOLS_QUERY_LIMIT, LIST_SCHOOLS_QUERY_PAGE_TOKEN, &list.page));
    TRY(shape_list(request, &school_list_case, &list));
    for (size_t i = 0; i < list.page.n; i++)
        TRY(shape_append(data, shape_school(&list.schools[i])));
    return shape_listed(data, &list.page, ret_answer);
}

enum status op_get_school(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct school_read read = {.id = {request->path[GET_SCHOOL_PATH_SCHOOL_ID].uuid}};
    auto_json body = NULL;

    TRY(call_read(&call, &school_read_case, &read));
    body = shape_school(&read.school);
    if (body == NULL)
        return STATUS_NO_MEMORY;
    return shape_resource(request, body, read.school.version, ret_answer);
}

/* What creating, changing and putting have in common. */
static enum status school_read_members(const json_t *body, struct failure *failure, struct school_write *write)
{
    const json_t *modules = json_object_get(body, "modules");

    write->name = member_text(body, "name");
    write->sets_modules = modules != NULL;
    for (size_t i = 0; i < json_array_size(modules); i++) {
        unsigned module;
        TRY(module_parse(json_string_value(json_array_get(modules, i)), &module));
        write->modules |= module;
    }
    write->failure = failure;
    write->target.kind = KIND_SCHOOL;
    write->target.external = member_external(body, "externalId");
    return STATUS_OK;
}

enum status op_create_school(struct api_request *request, struct api_answer *ret_answer)
{
    struct school_write write = {.target.way = TARGET_CREATE};
    struct outcome_of_write outcome;
    struct call call;

    TRY(school_read_members(request->body, &request->failure, &write));
    TRY(shape_post(request, &call));
    TRY(call_write(&call, &school_write_case, &write, &outcome));
    return shape_created(request, &outcome, ret_answer);
}

enum status op_change_school(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct school_write write = {
        .target = {.way = TARGET_CHANGE, .id = request->path[CHANGE_SCHOOL_PATH_SCHOOL_ID].uuid}};
    struct outcome_of_write outcome;

    TRY(school_read_members(request->body, &request->failure, &write));
    TRY(call_write(&call, &school_write_case, &write, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

static enum status school_read_item(const json_t *item, struct failure *failure, void *input)
{
    struct school_write *write = input;

    *write = (struct school_write){.target.way = TARGET_PUT};
    return school_read_members(item, failure, write);
}

enum status op_provision_schools(struct api_request *request, struct api_answer *ret_answer)
{
    static const struct put_kind kind = {&school_write_case, sizeof(struct school_write), school_read_item};

    return shape_put(request, &kind, ret_answer);
}
