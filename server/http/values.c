/* SPDX-License-Identifier: EUPL-1.2 */
/* Reads Authorization, If-Match and Content-Type.
 * May not allocate but in the arena it is handed, and knows nothing of routes or answers.
 * No reader looks past the closing NUL of its value, whatever the value is. */
#include "http/values.h"

#include <string.h>
#include <strings.h>

#include "auth/auth.h"

static const char token_characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

enum status value_trim(const char *value, struct arena *arena, const char **ret_value)
{
    size_t len = value != NULL ? strlen(value) : 0;
    size_t kept = len;
    while (kept > 0 && (value[kept - 1] == ' ' || value[kept - 1] == '\t'))
        kept--;
    const char *trimmed = kept == len ? value : arena_copy(arena, value, kept);
    if (kept < len && trimmed == NULL)
        return STATUS_NO_MEMORY;
    *ret_value = trimmed;
    return STATUS_OK;
}

enum status bearer_read(const char *value, const char **ret_token, size_t *ret_len)
{
    static const char scheme[] = "Bearer";
    size_t scheme_len = sizeof(scheme) - 1;
    if (value == NULL || strncasecmp(value, scheme, scheme_len) != 0)
        return STATUS_TOKEN_MISSING;
    if (value[scheme_len] != ' ' && value[scheme_len] != '\0')
        return STATUS_TOKEN_MISSING;
    const char *token = value + scheme_len + strspn(value + scheme_len, " ");
    size_t len = strspn(token, token_characters);
    size_t padded = len + strspn(token + len, "=");
    if (len == 0 || padded > AUTH_MAX_TOKEN_BYTES || token[padded] != '\0')
        return STATUS_TOKEN_INVALID;
    *ret_token = token;
    *ret_len = padded;
    return STATUS_OK;
}

/* The length of the quoted part of a strong tag, without its quotes, or -1. */
static long quoted_length(const char *text)
{
    if (text[0] != '"')
        return -1;
    long len = 0;
    for (const char *byte = text + 1; *byte != '"'; byte++, len++)
        if (*byte < 0x21 || *byte > 0x7e || len == ETAG_MAX_BYTES)
            return -1;
    return len;
}

enum status etag_read(const char *value, struct arena *arena, const char **ret_etag)
{
    long len = quoted_length(value);
    if (len < 1 || value[len + 2] != '\0')
        return STATUS_MALFORMED;
    const char *etag = arena_copy(arena, value + 1, (size_t)len);
    if (etag == NULL)
        return STATUS_NO_MEMORY;
    *ret_etag = etag;
    return STATUS_OK;
}

enum status offset_read(const char *value, int64_t *ret_offset)
{
    enum { MOST_DIGITS = 15 };
    const size_t n = strspn(value, "0123456789");
    int64_t offset = 0;
    if (n == 0 || n > MOST_DIGITS || value[n] != '\0' || (n > 1 && value[0] == '0'))
        return STATUS_MALFORMED;
    for (size_t i = 0; i < n; i++)
        offset = offset * 10 + (value[i] - '0');
    *ret_offset = offset;
    return STATUS_OK;
}

/* `charset=utf-8` or `charset="utf-8"`, in any case, and nothing after it. */
static bool is_charset_utf8(const char *text)
{
    static const char *const spellings[] = {"charset=utf-8", "charset=\"utf-8\""};
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        size_t len = strlen(spellings[i]);
        if (strncasecmp(text, spellings[i], len) == 0 && *skip_blanks(text + len) == '\0')
            return true;
    }
    return false;
}

bool media_type_is(const char *value, const char *type)
{
    size_t len = strlen(type);
    if (value == NULL || strncasecmp(value, type, len) != 0)
        return false;
    const char *rest = skip_blanks(value + len);
    if (*rest == '\0')
        return true;
    return *rest == ';' && is_charset_utf8(skip_blanks(rest + 1));
}
