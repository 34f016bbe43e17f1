/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * page_token.c: sealing and opening page tokens with the organisation's own key.
 * May not touch the store.
 * Always: one fixed layout, one way to read it; whoever the token was made for is inside it, and the list in what it is bound to.
 */
#include "domain/page_token.h"

#include <string.h>

#include "base/codec.h"
#include "crypto/blind_index.h"
#include "crypto/envelope.h"

struct token {
    struct mark caller;
    struct page_position position;
};

enum { TOKEN_SEALED = sizeof(struct token) + ENVELOPE_OVERHEAD };

static struct seal_place token_place(const struct organisation_keys *keys, const char *list)
{
    return (struct seal_place){.organisation = keys->organisation, .column = {"page", list}, .key = keys->own_id};
}

enum status page_token_seal(const struct organisation_keys *keys, const struct mark *caller, const char *list,
                            struct arena *arena, const struct page_position *position, const char **ret_text)
{
    const struct seal_place place = token_place(keys, list);
    struct token token;
    struct sealed sealed;

    memset(&token, 0, sizeof token); /* padding too: every byte is sealed */
    token.caller = *caller;
    token.position = *position;
    TRY(envelope_seal(arena, keys->own, &place, &token, sizeof token, &sealed));
    char *text = arena_alloc(arena, BASE64URL_TEXT_BYTES(sealed.len));
    if (text == NULL)
        return STATUS_NO_MEMORY;
    base64url_encode(sealed.data, sealed.len, text);
    *ret_text = text;
    return STATUS_OK;
}

enum status page_token_open(const struct organisation_keys *keys, const struct mark *caller, const char *list,
                            struct arena *arena, const char *text, struct page_position *ret_position)
{
    const struct seal_place place = token_place(keys, list);
    uint8_t bytes[TOKEN_SEALED];
    struct token token;
    void *plain = NULL;
    size_t len = 0;

    if (base64url_decode(text, strlen(text), bytes, sizeof bytes, &len) != STATUS_OK || len != sizeof bytes)
        return STATUS_MALFORMED;
    enum status status = envelope_open(arena, keys->own, &place, (struct sealed){bytes, len}, &plain, &len);
    if (status != STATUS_OK)
        return status == STATUS_CORRUPT ? STATUS_MALFORMED : status;

    memcpy(&token, plain, sizeof token);
    if (memcmp(&token.caller, caller, sizeof *caller) != 0)
        return STATUS_MALFORMED;
    *ret_position = token.position;
    return STATUS_OK;
}

struct uuid page_code_mark(const struct organisation_keys *keys, const char *purpose, const char *code)
{
    const struct mark_part part = {code, strlen(code)};
    struct uuid beginning;
    struct mark mark;

    blind_index_mark(keys->index, purpose, &part, 1, &mark);
    _Static_assert(sizeof beginning <= sizeof mark, "a mark is longer than an id");
    memcpy(&beginning, &mark, sizeof beginning);
    return beginning;
}
