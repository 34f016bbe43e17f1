/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsaker.c: personsaker as JSON (P2–P4).
 * May not touch rights, nor what is in a personsak.
 * Always: whoever opens one is answered id and reference; what it says is for those who read it.
 */
#include "api/personsaker.h"

#include "api/names.h"
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/personsak_card.h"
#include "domain/personsak_change.h"
#include "domain/personsak_history.h"

static const char path_of_personsaker[] = "/v1/personsaker";

json_t *shape_reference(const struct personsak_id *id)
{
    char reference[REFERENCE_TEXT_BYTES];

    personsak_reference(id, reference);
    return json_string(reference);
}

/* ---- Opening ------------------------------------------------------------------------------------------------------------ */

static enum status read_handlers(struct api_request *request, struct personsak_new *new)
{
    const json_t *ids = json_object_get(request->body, "medsaksbehandlere");
    const size_t n = json_array_size(ids);
    struct person_id *handlers = arena_array(request->arena, n, sizeof *handlers);

    if (handlers == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        TRY(uuid_parse(json_string_value(json_array_get(ids, i)), &handlers[i].uuid));
    new->medsaksbehandlere = handlers;
    new->n_medsaksbehandlere = n;
    return STATUS_OK;
}

enum status read_personsak_new(struct api_request *request, struct personsak_new *ret_new)
{
    struct personsak_new new = {
        .sakstype = member_text(request->body, "sakstype"),
        .category = member_text(request->body, "category"),
        .description = member_text(request->body, "description"),
        .failure = &request->failure,
    };

    new.has_saksbehandler = member_uuid(request->body, "saksbehandlerId", &new.saksbehandler.uuid);
    TRY(read_handlers(request, &new));
    *ret_new = new;
    return STATUS_OK;
}

enum status shape_opened(const struct api_request *request, const struct write_case *what, void *input,
                         struct api_answer *ret_answer)
{
    struct api_answer answer = {0};
    struct personsak_id id;

    TRY(shape_created_at(request, path_of_personsaker, what, input, &answer));
    enum status status = STATUS_INTERNAL;
    if (member_uuid(answer.body, "id", &id.uuid))
        status = shape_set(answer.body, "reference", shape_reference(&id));
    if (status != STATUS_OK) {
        json_decref(answer.body);
        return status;
    }
    *ret_answer = answer;
    return STATUS_OK;
}

enum status op_open_personsak(struct api_request *request, struct api_answer *ret_answer)
{
    struct personsak_open *open = arena_alloc(request->arena, sizeof *open);

    if (open == NULL)
        return STATUS_NO_MEMORY;
    TRY(read_personsak_new(request, &open->new));
    (void)member_uuid(request->body, "studentId", &open->student.uuid);
    (void)member_uuid(request->body, "schoolId", &open->school.uuid);
    return shape_opened(request, &personsak_open_case, open, ret_answer);
}

/* ---- Reading ------------------------------------------------------------------------------------------------------------ */

static json_t *shape_handlers(const struct personsak_card *card)
{
    json_t *handlers = json_array();

    for (size_t i = 0; i < card->n_medsaksbehandlere && handlers != NULL; i++) {
        if (shape_append(handlers, shape_person(&card->names, &card->medsaksbehandlere[i])) != STATUS_OK) {
            json_decref(handlers);
            handlers = NULL;
        }
    }
    return handlers;
}

static json_t *shape_closing(const struct personsak_card *card)
{
    if (!card->closed)
        return json_null();
    return json_pack("{s:o, s:o, s:s}", "at", shape_time(card->closing.at), "by",
                     shape_person(&card->names, &card->closing.by), "summary", card->closing.summary);
}

static json_t *shape_personsak(const void *record)
{
    const struct personsak_card *card = record;

    return json_pack("{s:o, s:o, s:I, s:s, s:o, s:o, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
                     shape_uuid(&card->id.uuid), "reference", shape_reference(&card->id), "version",
                     (json_int_t)card->version, "ground", card->ground, "schoolId", shape_uuid(&card->school.uuid),
                     "student", shape_student_name(&card->student), "state", card->closed ? "closed" : "open",
                     "sakstype", card->sakstype, "category", card->category, "description", card->description,
                     "saksbehandler", shape_person(&card->names, &card->saksbehandler), "medsaksbehandlere",
                     shape_handlers(card), "openedAt", shape_time(card->opened_at), "openedBy",
                     shape_person(&card->names, &card->opened_by), "lastActivityAt", shape_time(card->last_at), "dueOn",
                     card->due_on.known ? shape_day((int32_t)card->due_on.value) : json_null(), "closing",
                     shape_closing(card));
}

enum status op_get_personsak(struct api_request *request, struct api_answer *ret_answer)
{
    return shape_record(request, &personsak_kind, &request->path[GET_PERSONSAK_PATH_PERSONSAK_ID].uuid, shape_personsak,
                        ret_answer);
}

/* ---- Changing, and what became of it -------------------------------------------------------------------------------------- */

enum status op_change_personsak(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct personsak_change *change = arena_alloc(request->arena, sizeof *change);
    struct outcome_of_write outcome;

    if (change == NULL)
        return STATUS_NO_MEMORY;
    *change = (struct personsak_change){
        .id = {request->path[CHANGE_PERSONSAK_PATH_PERSONSAK_ID].uuid},
        .sakstype = member_text(request->body, "sakstype"),
        .category = member_text(request->body, "category"),
        .description = member_text(request->body, "description"),
        .failure = &request->failure,
    };
    TRY(call_write(&call, &personsak_change_case, change, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

/* Sets a member that only some events have. */
static enum status set_text(json_t *object, const char *member, const char *text)
{
    return text == NULL ? STATUS_OK : shape_set(object, member, json_string(text));
}

static enum status shape_event(const struct personsak_history *history, const struct personsak_event *event,
                               json_t *events)
{
    static const char *const words[PERSONSAK_EVENTS] = {
        [PERSONSAK_OPENED] = "opened",
        [PERSONSAK_CHANGED] = "changed",
        [PERSONSAK_CLOSED] = "closed",
        [PERSONSAK_REOPENED] = "reopened",
        [PERSONSAK_HANDLER_ADDED] = "handlerAdded",
        [PERSONSAK_HANDLER_REMOVED] = "handlerRemoved",
        [PERSONSAK_HANDED_OVER] = "handedOver",
    };
    json_t *body = json_pack(
        "{s:o, s:o, s:o, s:s}", "version", event->version.known ? json_integer(event->version.value) : json_null(),
        "at", shape_time(event->at), "by", shape_person(&history->names, &event->by), "what", words[event->what]);

    TRY(shape_append(events, body));
    if (event->person.known)
        TRY(shape_set(body, "person", shape_person_or_null(&history->names, &event->person)));
    TRY(set_text(body, "sakstype", event->sakstype));
    TRY(set_text(body, "category", event->category));
    TRY(set_text(body, "description", event->description));
    return set_text(body, event->what == PERSONSAK_CLOSED ? "summary" : "reason", event->words);
}

enum status op_list_personsak_history(struct api_request *request, struct api_answer *ret_answer)
{
    struct personsak_history history = {.id = {request->path[LIST_PERSONSAK_HISTORY_PATH_PERSONSAK_ID].uuid}};
    auto_json events = json_array();

    TRY(shape_page(request, LIST_PERSONSAK_HISTORY_QUERY_LIMIT, LIST_PERSONSAK_HISTORY_QUERY_PAGE_TOKEN,
                   &history.page));
    TRY(shape_list(request, &personsak_history_case, &history));
    for (size_t i = 0; i < history.page.n; i++)
        TRY(shape_event(&history, &history.events[i], events));
    return shape_listed(events, &history.page, ret_answer);
}
