/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * changes.c: the change feed as JSON (X4).
 * May not touch rights, nor what has changed.
 * Always: ids and words only; what is a change follows from the contract.
 */
#include "api/changes.h"

#include <stdlib.h>
#include <string.h>

#include "api/shape.h"
#include "contract.gen.h"
#include "domain/change_feed.h"

static int compare(const void *operation, const void *change)
{
    return strcmp(operation, *(const char *const *)change);
}

bool api_is_change(const char *operation)
{
    return bsearch(operation, contract_changes, contract_n_changes, sizeof *contract_changes, compare) != NULL;
}

static json_t *change_json(const struct change *change)
{
    char at[TIME_TEXT_BYTES];

    time_format(change->at, at);
    return json_pack("{s:s, s:s, s:o, s:o, s:s}", "at", at, "kind", change->kind, "id", shape_uuid(&change->id),
                     "studentId", change->student.known ? shape_uuid(&change->student.uuid) : json_null(), "operation",
                     change->operation);
}

/* What the contract's format has checked cannot fail here. */
static enum status read_filters(const struct parameter *query, struct page_position *position)
{
    const struct parameter *school = &query[LIST_CHANGES_QUERY_SCHOOL_ID], *since = &query[LIST_CHANGES_QUERY_SINCE];

    if (school->present) {
        position->ids[CHANGE_TREE] = school->uuid;
        position->given |= CHANGES_OF_SCHOOL;
    }
    if (!since->present)
        return STATUS_OK;
    position->given |= CHANGES_SINCE;
    return time_parse(since->text, &position->numbers[CHANGE_SINCE]) == STATUS_OK ? STATUS_OK : STATUS_INTERNAL;
}

enum status op_list_changes(struct api_request *request, struct api_answer *ret_answer)
{
    struct change_list list = {.is_change = api_is_change};
    auto_json body = json_object();
    json_t *data = json_array();

    TRY(shape_set(body, "data", data));
    TRY(shape_page(request, LIST_CHANGES_QUERY_LIMIT, LIST_CHANGES_QUERY_PAGE_TOKEN, &list.page));
    TRY(read_filters(request->query, &list.page.position));
    TRY(shape_list(request, &change_list_case, &list));
    for (size_t i = 0; i < list.page.n; i++)
        TRY(shape_append(data, change_json(&list.changes[i])));
    TRY(shape_set(body, "more", json_boolean(list.more)));
    TRY(shape_set(body, "pageToken", json_string(list.page.next_token)));
    return shape_ok(json_incref(body), ret_answer);
}
