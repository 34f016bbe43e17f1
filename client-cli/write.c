/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Finds the text of a call, and sends it.
 * May not know any verb by name.
 * Always: what somebody typed into an editor or a terminal is lost by no refusal; and nothing of it is left when it was taken.
 */
#include "write.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "draft.h"
#include "file.h"
#include "memory.h"
#include "request.h"

static const char member[] = "text";

struct writing {
    struct http *http;
    const struct options *options;
    json_t *body;
    char etag[HTTP_MAX_ETAG]; /* of what was changed in the editor, or "" */
    struct buffer old;        /* what stood there before */
    struct draft draft;
    bool drafted; /* there is a draft */
};

static bool is_change(const struct writing *writing)
{
    return strcmp(writing->options->verb->method, "PATCH") == 0;
}

static enum outcome put_text(struct writing *writing, const char *text, size_t len)
{
    json_t *value = json_stringn(text, len);
    if (value == NULL)
        return usage("the text is not valid UTF-8", NULL);
    return json_object_set_new(writing->body, member, value) == 0 ? OUTCOME_OK : memory_out();
}

/* ---- Where the text comes from -------------------------------------------------------------------------------------- */

static enum outcome put_input(struct writing *writing)
{
    struct buffer text;
    TRY(file_read("-", REQUEST_MAX_BODY, &text));
    size_t len = file_text_length(&text);
    enum outcome outcome = put_text(writing, text.text, len);
    if (outcome == OUTCOME_OK && isatty(STDIN_FILENO)) {
        outcome = draft_make(text.text, len, &writing->draft);
        writing->drafted = outcome == OUTCOME_OK;
    }
    buffer_wipe(&text);
    return outcome;
}

/* The text that is there before the editor opens: for a change that of now, and its version. */
static enum outcome find_old(struct writing *writing)
{
    auto_json now = NULL;
    if (is_change(writing))
        TRY(call_read_now(writing->http, writing->options, writing->etag, &now));
    const char *text = json_string_value(json_object_get(now, member));
    text = text == NULL ? "" : text;
    return buffer_add(&writing->old, text, strlen(text), HTTP_MAX_ANSWER) ? OUTCOME_OK : memory_out();
}

/* Nothing is in a draft that its editor gave up, left empty or left as it was. */
static enum outcome put_edited(struct writing *writing)
{
    struct buffer text = {0};
    TRY(draft_edit(&writing->draft));
    writing->drafted = true;
    TRY(draft_read(&writing->draft, &text));
    writing->drafted = text.len > 0 && strcmp(text.text, writing->old.text) != 0;
    enum outcome outcome = writing->drafted ? put_text(writing, text.text, text.len)
                           : text.len == 0  ? usage("nothing was written, so nothing was sent", NULL)
                                            : usage("nothing was changed, so nothing was sent", NULL);
    buffer_wipe(&text);
    return outcome;
}

static enum outcome edit(struct writing *writing)
{
    TRY(find_old(writing));
    TRY(draft_make(writing->old.text, writing->old.len, &writing->draft));
    enum outcome outcome = put_edited(writing);
    if (!writing->drafted)
        draft_remove(&writing->draft);
    return outcome;
}

static enum outcome find_text(struct writing *writing)
{
    const struct options *options = writing->options;
    size_t at = table_n_needed(options->verb);
    const char *argument = at < options->n_arguments ? options->arguments[at] : NULL;
    if (argument != NULL && strcmp(argument, "-") == 0)
        return put_input(writing);
    if (argument != NULL)
        return put_text(writing, argument, strlen(argument));
    bool whole = json_object_get(writing->body, member) != NULL;
    if (whole || (is_change(writing) && json_object_size(writing->body) > 0))
        return OUTCOME_OK;
    return edit(writing);
}

/* ---- All of it ------------------------------------------------------------------------------------------------------ */

static enum outcome write_body(struct writing *writing)
{
    bool seen = writing->options->own[OWN_IF_VERSION] == NULL;
    enum outcome outcome = find_text(writing);
    if (outcome == OUTCOME_OK)
        outcome = call_send(writing->http, writing->options, writing->body,
                            seen && *writing->etag != '\0' ? writing->etag : NULL);
    if (writing->drafted && outcome == OUTCOME_OK)
        draft_remove(&writing->draft);
    else if (writing->drafted)
        draft_keep(&writing->draft);
    return outcome;
}

enum outcome write_run(struct http *http, const struct options *options)
{
    struct writing writing = {.http = http, .options = options};
    TRY(request_body(options, &writing.body));
    enum outcome outcome = write_body(&writing);
    buffer_wipe(&writing.old);
    json_decref(writing.body);
    return outcome;
}
