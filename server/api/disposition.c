/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * disposition.c: Content-Disposition.
 * May not trust the name: whoever announced the document chose it.
 * Always: the value is printable ASCII, and no name in it leads anywhere or ends the header.
 */
#include "api/disposition.h"

#include <stdbool.h>
#include <string.h>

#include "base/buffer.h"

enum { NAME_BYTES = 1024, TEXT_BYTES = 64 + 4 * NAME_BYTES };

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* One underscore for a character, however many bytes it has; a point at the beginning would hide the file. */
static enum status put_plain(struct buffer *text, const char *name)
{
    for (const char *c = name; *c != '\0'; c++) {
        const bool stays = is_letter_or_digit(*c) || strchr(" -_()", *c) != NULL || (*c == '.' && c > name);
        if (!is_continuation(*c))
            TRY(buffer_append(text, stays ? c : "_", 1));
    }
    return STATUS_OK;
}

/* attr-char of RFC 8187, or a percent sign and two digits for each byte. */
static enum status put_encoded(struct buffer *text, const char *name)
{
    for (const char *c = name; *c != '\0'; c++) {
        if (is_letter_or_digit(*c) || strchr("-._~", *c) != NULL)
            TRY(buffer_append(text, c, 1));
        else
            TRY(buffer_printf(text, "%%%02X", (unsigned)(unsigned char)*c));
    }
    return STATUS_OK;
}

enum status disposition_text(struct arena *arena, const char *name, const char **ret_text)
{
    static const char begin[] = "attachment; filename=\"";
    auto_buffer text = buffer_make(TEXT_BYTES);

    if (strlen(name) > NAME_BYTES)
        return STATUS_INTERNAL;
    TRY(buffer_text(&text, begin));
    TRY(put_plain(&text, name));
    const bool same =
        text.len - (sizeof begin - 1) == strlen(name) && memcmp(text.data + sizeof begin - 1, name, strlen(name)) == 0;
    TRY(buffer_text(&text, "\""));
    if (!same) {
        TRY(buffer_text(&text, "; filename*=UTF-8''"));
        TRY(put_encoded(&text, name));
    }
    const char *copy = arena_copy(arena, text.data, text.len);
    if (copy == NULL)
        return STATUS_NO_MEMORY;
    *ret_text = copy;
    return STATUS_OK;
}
