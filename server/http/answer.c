/* SPDX-License-Identifier: EUPL-1.2 */
/* Writes answers: an operation's JSON, or the problem of a status.
 * May not see the request beyond its language: nothing that a client sent is echoed in a problem.
 * A problem depends on status, language, field errors and what the operation adds alone. */
#include "http/answer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json.h"
#include "base/json_text.h"
#include "http/language.h"
#include "http/values.h"

enum { HTTP_UNAVAILABLE = 503 };

void answer_headers(const struct api_answer *answer, struct outgoing *outgoing)
{
    for (size_t i = 0; i < answer->n_headers; i++)
        answer_header(outgoing, answer->headers[i].name, answer->headers[i].value);
}

void answer_header(struct outgoing *outgoing, const char *name, const char *value)
{
    if (value == NULL)
        return;
    assert(outgoing->n_headers < OUTGOING_MAX_HEADERS);
    outgoing->headers[outgoing->n_headers++] = (struct header){.name = name, .value = value};
}

/* The bytes are the buffer's own, which free() takes. */
static void move_text(struct buffer *text, struct outgoing *outgoing)
{
    outgoing->body = (char *)text->data;
    outgoing->body_len = text->len;
    *text = buffer_make(0);
}

static enum status put_json(const json_t *json, struct outgoing *outgoing)
{
    auto_buffer text = buffer_make(ANSWER_MAX_BYTES);
    enum status status = json_text(json, &text);
    if (status != STATUS_OK)
        return status == STATUS_TOO_LARGE ? STATUS_INTERNAL : status;
    move_text(&text, outgoing);
    return STATUS_OK;
}

static enum status put_body(struct api_answer *answer, struct outgoing *outgoing)
{
    if (answer->stream.context != NULL) {
        outgoing->stream = answer->stream;
        outgoing->body_len = (size_t)answer->stream.size;
        answer->stream = (struct api_stream){0};
        answer_header(outgoing, "Content-Type", answer->stream_type);
        return STATUS_OK;
    }
    if (answer->raw != NULL) {
        outgoing->lasting_body = answer->raw;
        outgoing->body_len = answer->raw_len;
        answer_header(outgoing, "Content-Type", answer->raw_type);
        return STATUS_OK;
    }
    if (answer->body != NULL)
        TRY(put_json(answer->body, outgoing));
    else
        move_text(&answer->text, outgoing);
    if (outgoing->body != NULL)
        answer_header(outgoing, "Content-Type", answer->text_type != NULL ? answer->text_type : "application/json");
    return STATUS_OK;
}

enum status answer_success(struct api_answer *answer, struct outgoing *outgoing)
{
    TRY(put_body(answer, outgoing));
    answer_header(outgoing, "ETag", answer->etag);
    answer_header(outgoing, "Location", answer->location);
    outgoing->status = answer->http_status;
    return STATUS_OK;
}

/* In jansson's memory, which is there (base/patient.h): want of it can be told. */
static enum status put_problem(const json_t *problem, struct outgoing *outgoing)
{
    char *text = json_dumps(problem, JSON_COMPACT);
    if (text == NULL)
        return STATUS_NO_MEMORY;
    outgoing->body = text;
    outgoing->body_len = strlen(text);
    return STATUS_OK;
}

void answer_problem(enum status status, const struct failure *failure, json_t *members, enum language language,
                    struct outgoing *outgoing)
{
    const struct problem *problem = contract_problem(status);
    auto_json body = contract_problem_json(status, failure, language);

    outgoing->status = problem->http_status;
    const bool whole = body != NULL && (members == NULL || json_object_update(body, members) == 0);
    if (whole && put_problem(body, outgoing) == STATUS_OK) {
        answer_header(outgoing, "Content-Type", "application/problem+json");
        answer_header(outgoing, "Content-Language", language_tag(language));
    }
    if (problem->http_status == HTTP_UNAVAILABLE)
        answer_header(outgoing, "Retry-After", "1");
}
