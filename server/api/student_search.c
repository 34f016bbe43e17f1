/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_search.c: the search for students as JSON (S3).
 * May not touch rights: what is found and shown is settled by the use case.
 * Always: names and numbers to search for come in the body, never in a URL.
 */
#include "domain/student_search.h"
#include <string.h>

#include "api/shape.h"
#include "api/students.h"
#include "base/civic.h"
#include "contract.gen.h"

/* The words of the contract. */
static const struct sort_word {
    const char *word;
    enum student_sort sort;
    bool descending;
} sort_words[] = {
    {"name", STUDENT_SORT_NAME, false},
    {"-name", STUDENT_SORT_NAME, true},
    {"group", STUDENT_SORT_GROUP, false},
    {"-group", STUDENT_SORT_GROUP, true},
};

static void read_sort(const char *word, struct student_search *search)
{
    for (size_t i = 0; word != NULL && i < sizeof sort_words / sizeof *sort_words; i++) {
        if (strcmp(sort_words[i].word, word) != 0)
            continue;
        search->sort = sort_words[i].sort;
        search->descending = sort_words[i].descending;
    }
}

static const enum name_order orders[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = NAME_ORDER_SWEDISH, [LANGUAGE_NB] = NAME_ORDER_NORWEGIAN, [LANGUAGE_SV] = NAME_ORDER_SWEDISH};

static enum status read_search(struct api_request *request, struct student_search *search)
{
    const json_t *body = request->body;
    const char *civic_number = member_text(body, "civicNumber");
    const json_t *limit = json_object_get(body, "limit");

    search->name = member_text(body, "name");
    search->token = member_text(body, "pageToken");
    search->limit = limit == NULL ? LISTING_DEFAULT : (size_t)json_integer_value(limit);
    search->order = orders[request->language];
    search->failure = &request->failure;
    search->filter.by_school = member_uuid(body, "schoolId", &search->filter.school.uuid);
    search->filter.by_group = member_uuid(body, "groupId", &search->filter.group.uuid);
    read_sort(member_text(body, "sort"), search);
    if (civic_number == NULL)
        return STATUS_OK;
    char *canonical = arena_alloc(request->arena, CIVIC_TEXT_BYTES);
    if (canonical == NULL)
        return STATUS_NO_MEMORY;
    search->civic_number = canonical;
    return civic_parse(civic_number, canonical);
}

static void write_found(struct json_writer *writer, const struct student_search *search)
{
    json_open(writer, NULL, '{');
    students_write(writer, "data", search->cards, search->n);
    json_put_text(writer, "pageToken", search->next_token);
    if (search->total.known)
        json_put_integer(writer, "total", search->total.value);
    else
        json_put_text(writer, "total", NULL);
    json_close(writer, '}');
}

enum status op_search_students(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct student_search search = {0};
    auto_buffer text = buffer_make(ANSWER_MAX_BYTES);

    TRY(read_search(request, &search));
    enum status status = call_read(&call, &student_search_case, &search);
    if (status == STATUS_MALFORMED)
        return failure_add(&request->failure, FAILURE_IN_BODY, FAILURE_FORMAT, "/pageToken");
    TRY(status);
    write_found(&(struct json_writer){.buffer = &text}, &search);
    return shape_written(request, &text, NULL, ret_answer);
}
