/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * code_write.c: making, changing and retiring codes (M1: owner), and what a new organisation begins with.
 * May not touch records that name a code: a code is retired, never removed or renamed.
 * Always: a code stands once in its list; a list stays small enough to be answered whole.
 */
#include <assert.h>
#include <string.h>

#include "domain/code.h"
#include "statements.gen.h"

enum { POSITION_STEP = 10, POSITION_MAX = 9999, DEFAULTS_MAX = CODE_LISTS * CODES_PER_LIST };

/* ---- A new one ---------------------------------------------------------------------------------------------------------- */

static enum status create_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    (void)scene;
    (void)input;
    *ret_relation = (struct relation){
        .action = ACTION_CREATE_CODE,
        .object = {.exists = true},
        .subject = {.object_kind = "code"},
    };
    return STATUS_OK;
}

/* Words of lower-case ASCII letters and digits, joined by single dashes. */
static bool is_code(const char *text)
{
    static const char word[] = "abcdefghijklmnopqrstuvwxyz0123456789";

    for (;;) {
        const size_t len = strspn(text, word);
        if (len == 0)
            return false;
        text += len;
        if (*text != '-')
            return *text == '\0';
        text++;
    }
}

/* Every mistake is looked for before the first is answered (X3); a code that is there already is another answer. */
static enum status create_check(const struct code_create *create, int64_t n)
{
    enum status code = STATUS_OK, list = STATUS_OK;

    if (!is_code(create->code))
        code = failure_add(create->failure, FAILURE_IN_BODY, FAILURE_FORMAT, "/code");
    if (n >= CODES_PER_LIST)
        list = failure_add(create->failure, FAILURE_IN_BODY, FAILURE_TOO_LONG, "/list");
    TRY(code);
    return list;
}

static int64_t position_after(int64_t last)
{
    const int64_t next = last < 0 ? POSITION_STEP : last + POSITION_STEP;

    return next < POSITION_MAX ? next : POSITION_MAX;
}

static enum status create_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                struct relation *relation, struct receipt *ret_receipt)
{
    const struct code_create *create = input;
    const struct organisation_id organisation = scene->keys->organisation;
    struct sql_code_list_extent_row extent;
    struct sql_code_by_name_row known;

    (void)relation;
    assert(grant_action(grant) == ACTION_CREATE_CODE);
    enum status status = sql_code_by_name(
        scene->session, &(struct sql_code_by_name_args){organisation, create->list, create->code}, &known);
    if (status != STATUS_NOT_FOUND)
        return status == STATUS_OK ? STATUS_TAKEN : status;
    TRY(sql_code_list_extent(scene->session, &(struct sql_code_list_extent_args){organisation, create->list}, &extent));
    TRY(create_check(create, extent.n));

    const struct sql_code_insert_args args = {
        .id = uuid_new(),
        .organisation = organisation,
        .list = create->list,
        .code = create->code,
        .position = create->position.known ? create->position.value : position_after(extent.last_position),
        .label_nb = create->labels.nb,
        .label_sv = create->labels.sv,
        .label_en = create->labels.en,
    };
    TRY(sql_code_insert(tx, &args, NULL));
    *ret_receipt = (struct receipt){args.id, 1, RECEIPT_CREATED};
    return STATUS_OK;
}

static void create_recall(const struct receipt *receipt, struct subject *subject)
{
    subject->object = (struct maybe_uuid){true, receipt->id};
}

const struct write_case code_create_case = {.relate = create_relate, .apply = create_apply, .recall = create_recall};

/* ---- Another shape for one that is there ---------------------------------------------------------------------------------- */

static enum status change_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct code_change *change = input;

    return code_relate(scene, ACTION_CHANGE_CODE, &change->id, ret_relation, &change->stored);
}

static const char *text_or(const char *wanted, const char *stored)
{
    return wanted != NULL ? wanted : stored;
}

static int64_t number_or(struct maybe_int wanted, int64_t stored)
{
    return wanted.known ? wanted.value : stored;
}

static bool is_as_stored(const struct sql_code_update_args *args, const struct code *stored)
{
    return args->position == stored->position && (args->retired != 0) == stored->retired &&
           strcmp(args->label_nb, stored->labels.nb) == 0 && strcmp(args->label_sv, stored->labels.sv) == 0 &&
           strcmp(args->label_en, stored->labels.en) == 0;
}

static enum status change_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                struct relation *relation, struct receipt *ret_receipt)
{
    const struct code_change *change = input;
    const struct code *stored = &change->stored;
    const struct sql_code_update_args args = {
        .organisation = scene->keys->organisation,
        .id = change->id,
        .position = number_or(change->position, stored->position),
        .label_nb = text_or(change->labels.nb, stored->labels.nb),
        .label_sv = text_or(change->labels.sv, stored->labels.sv),
        .label_en = text_or(change->labels.en, stored->labels.en),
        .retired = number_or(change->retired, stored->retired),
    };
    struct sql_code_update_row row;

    assert(grant_action(grant) == ACTION_CHANGE_CODE);
    if (is_as_stored(&args, stored)) {
        *ret_receipt = (struct receipt){change->id, relation->version, RECEIPT_UNCHANGED};
        return STATUS_OK;
    }
    TRY(sql_code_update(tx, &args, &row));
    *ret_receipt = (struct receipt){change->id, row.version, RECEIPT_CHANGED};
    return STATUS_OK;
}

const struct write_case code_change_case = {.relate = change_relate, .apply = change_apply};

/* ---- Those of a new organisation ------------------------------------------------------------------------------------------ */

enum status code_store_defaults(struct tx *tx, const struct organisation_id *organisation)
{
    struct sql_code_defaults_row *rows = NULL;
    size_t n = 0;

    TRY(sql_code_defaults(tx_session(tx), DEFAULTS_MAX, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        const struct sql_code_insert_args args = {
            .id = uuid_new(),
            .organisation = *organisation,
            .list = rows[i].list,
            .code = rows[i].code,
            .position = rows[i].position,
            .label_nb = rows[i].label_nb,
            .label_sv = rows[i].label_sv,
            .label_en = rows[i].label_en,
        };
        TRY(sql_code_insert(tx, &args, NULL));
    }
    return STATUS_OK;
}
