/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * code_read.c: reading the code lists (L2: every member may, since everyone hands in reports).
 * May not touch writing, nor crypto: labels are not sealed.
 * Always: retired codes are there, and said to be retired.
 */
#include <assert.h>

#include "domain/code.h"
#include "statements.gen.h"

/* Two statements have the same columns. */
#define CODE_OF(row)                                                                                                   \
    ((struct code){                                                                                                    \
        .id = (row).id,                                                                                                \
        .version = (row).version,                                                                                      \
        .list = (row).list,                                                                                            \
        .code = (row).code,                                                                                            \
        .position = (row).position,                                                                                    \
        .labels = {(row).label_nb, (row).label_sv, (row).label_en},                                                    \
        .retired = (row).retired != 0,                                                                                 \
    })

/* A code that is not there is no error: the relation then says so. */
enum status code_relate(struct scene *scene, enum action action, const struct uuid *id, struct relation *ret_relation,
                        struct code *ret_code)
{
    struct relation relation = {
        .action = action,
        .subject = {.object_kind = "code", .object = {true, *id}},
    };
    struct sql_code_by_id_row row;
    enum status status =
        sql_code_by_id(scene->session, &(struct sql_code_by_id_args){scene->keys->organisation, *id}, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    relation.object.exists = status == STATUS_OK;
    if (relation.object.exists) {
        relation.version = row.version;
        *ret_code = CODE_OF(row);
    }
    *ret_relation = relation;
    return STATUS_OK;
}

/* ---- One code ----------------------------------------------------------------------------------------------------------- */

static enum status one_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct code_read *read = input;

    return code_relate(scene, ACTION_READ_CODE, &read->id, ret_relation, &read->code);
}

static enum status one_fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct code_read *read = input;

    (void)scene;
    (void)relation;
    read->ground = grant_ground(grant);
    return STATUS_OK;
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input)
{
    (void)vault;
    (void)keys;
    (void)arena;
    (void)input;
    assert(grant_action(grant) == ACTION_READ_CODE || grant_action(grant) == ACTION_LIST_CODES);
    return STATUS_OK;
}

const struct read_case code_read_case = {.relate = one_relate, .fetch = one_fetch, .open = open};

/* ---- The lists ---------------------------------------------------------------------------------------------------------- */

static enum status all_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation = (struct relation){
        .action = ACTION_LIST_CODES,
        .object = {.exists = true},
        .subject = {.object_kind = "code"},
    };
    return STATUS_OK;
}

static enum status all_fetch(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct code_list_read *read = input;
    const struct sql_codes_args args = {scene->keys->organisation, read->list, read->retired};
    struct sql_codes_row *rows = NULL;
    size_t n = 0;

    (void)relation;
    TRY(sql_codes(scene->session, &args, (size_t)CODE_LISTS * CODES_PER_LIST, &rows, &n));
    struct code *codes = arena_array(scene->arena, n, sizeof *codes);
    if (codes == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        codes[i] = CODE_OF(rows[i]);
    read->codes = codes;
    read->n = n;
    read->ground = grant_ground(grant);
    return STATUS_OK;
}

const struct read_case code_list_read_case = {.relate = all_relate, .fetch = all_fetch, .open = open};

/* ---- For records that name a code --------------------------------------------------------------------------------------- */

enum status code_is_usable(struct session *session, const struct organisation_id *organisation, enum code_list list,
                           const char *code, bool *ret_usable)
{
    static const char *const names[CODE_LISTS] = {
        [CODE_LIST_SAKSTYPE] = "sakstype",
        [CODE_LIST_CASE_CATEGORY] = "case-category",
        [CODE_LIST_HENDELSE_KIND] = "hendelse-kind",
        [CODE_LIST_REPORT_CATEGORY] = "report-category",
        [CODE_LIST_RETENTION_KIND] = "retention-kind",
    };
    const struct sql_code_by_name_args args = {*organisation, names[list], code};
    struct sql_code_by_name_row row;
    enum status status = sql_code_by_name(session, &args, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *ret_usable = status == STATUS_OK && row.retired == 0;
    return STATUS_OK;
}
