/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the outer form of a token and its header (RFC 7515, RFC 8725 sections 3.1 to 3.12).
 * May not: touch keys, claims' meaning, the clock.
 * Always:  each part is decoded and parsed exactly once; a header that asks for a key of its own choosing is refused.
 */
#include "auth/jws.h"

#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth/key.h"
#include "base/codec.h"
#include "base/json.h"

struct part {
    const char *text;
    size_t len;
};

enum { PART_HEADER, PART_CLAIMS, PART_SIGNATURE, PART_COUNT };

static enum status split(const char *token, size_t len, struct part parts[static PART_COUNT])
{
    for (size_t i = 0; i < PART_COUNT; i++) {
        const char *dot = memchr(token, '.', len);
        bool last = i == PART_COUNT - 1;
        if ((dot == NULL) != last)
            return STATUS_TOKEN_INVALID;
        size_t part_len = last ? len : (size_t)(dot - token);
        if (part_len == 0)
            return STATUS_TOKEN_INVALID;
        parts[i] = (struct part){token, part_len};
        if (last)
            break;
        token += part_len + 1;
        len -= part_len + 1;
    }
    return STATUS_OK;
}

static enum status parse_object(const struct part *part, json_t **ret_json)
{
    uint8_t *bytes = malloc(part->len);
    if (bytes == NULL)
        return STATUS_NO_MEMORY;
    size_t len = 0;
    json_t *json = NULL;
    enum status status = base64url_decode(part->text, part->len, bytes, part->len, &len);
    if (status == STATUS_OK)
        status = json_parse_strict((const char *)bytes, len, &json);
    OPENSSL_cleanse(bytes, part->len);
    free(bytes);
    if (status != STATUS_OK || !json_is_object(json)) {
        json_decref(json);
        return STATUS_TOKEN_INVALID;
    }
    *ret_json = json;
    return STATUS_OK;
}

/* Members that bring or point at a key, change how the token is read, or say that there is another token inside. */
static bool asks_too_much(const json_t *header)
{
    static const char *const refused[] = {"crit", "jku", "jwk", "x5u", "x5c", "b64", "cty", "enc", "zip"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (json_object_get(header, refused[i]) != NULL)
            return true;
    return false;
}

/* RFC 7515 section 4.1.9 and RFC 9068 section 4: media type names, so their case does not matter. */
static bool type_is_allowed(const json_t *header)
{
    static const char *const allowed[] = {"JWT", "at+jwt", "application/at+jwt"};
    const json_t *type = json_object_get(header, "typ");
    if (type == NULL)
        return true;
    if (!json_is_string(type))
        return false;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        if (strcasecmp(json_string_value(type), allowed[i]) == 0)
            return true;
    return false;
}

static enum status read_header(struct jws *jws)
{
    if (asks_too_much(jws->header) || !type_is_allowed(jws->header))
        return STATUS_TOKEN_INVALID;
    const char *alg = json_string_value(json_object_get(jws->header, "alg"));
    jws->algorithm = alg != NULL ? algorithm_named(alg) : NULL;
    if (jws->algorithm == NULL)
        return STATUS_TOKEN_INVALID;
    const json_t *kid = json_object_get(jws->header, "kid");
    if (kid != NULL && (!json_is_string(kid) || json_string_length(kid) >= KEY_ID_BYTES))
        return STATUS_TOKEN_INVALID;
    jws->kid = json_string_value(kid);
    return STATUS_OK;
}

enum status jws_parse(const char *token, size_t len, struct jws *ret_jws)
{
    struct part parts[PART_COUNT];
    TRY(split(token, len, parts));
    TRY(parse_object(&parts[PART_HEADER], &ret_jws->header));
    TRY(read_header(ret_jws));
    TRY(parse_object(&parts[PART_CLAIMS], &ret_jws->claims));
    const struct part *signature = &parts[PART_SIGNATURE];
    if (base64url_decode(signature->text, signature->len, ret_jws->signature, sizeof ret_jws->signature,
                         &ret_jws->signature_len) != STATUS_OK)
        return STATUS_TOKEN_INVALID;
    ret_jws->signed_text = token;
    ret_jws->signed_len = (size_t)(signature->text - 1 - token);
    return STATUS_OK;
}

void jws_clear(struct jws *jws)
{
    json_decref(jws->header);
    json_decref(jws->claims);
    *jws = (struct jws){0};
}
