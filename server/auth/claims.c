/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: reading the claims of a token into what the house needs, strictly (L1, L2).
 * May not: touch keys, signatures, any clock; roles and other claims that nobody here believes.
 * Always:  a claim that is there has its right type and range, or the whole token is refused.
 */
#include "auth/claims.h"

#include <math.h>
#include <openssl/crypto.h>
#include <string.h>

#include "base/civic.h"
#include "base/text.h"

#define MS_PER_SECOND    INT64_C(1000)
#define LEEWAY_MS        (AUTH_LEEWAY_SECONDS * MS_PER_SECOND)
#define MAX_LIFETIME_MS  (CLAIMS_MAX_LIFETIME_SECONDS * MS_PER_SECOND)
#define MAX_NUMERIC_DATE INT64_C(253402300799) /* the end of year 9999 */

/* A scope is worth something only in the kind of token it is for: a person's or a client's own. */
enum { PERSON_SCOPES = SCOPE_READ | SCOPE_WRITE, SERVICE_SCOPES = SCOPE_PROVISION | SCOPE_CHANGES | SCOPE_WITNESS };

const char *claims_issuer(const json_t *claims)
{
    return json_string_value(json_object_get(claims, "iss"));
}

bool claims_name_audience(const json_t *claims, const char *audience)
{
    const json_t *aud = json_object_get(claims, "aud");
    if (json_is_string(aud))
        return strcmp(json_string_value(aud), audience) == 0;
    bool named = false;
    size_t i;
    const json_t *value;
    json_array_foreach(aud, i, value)
    {
        if (!json_is_string(value))
            return false;
        named = named || strcmp(json_string_value(value), audience) == 0;
    }
    return named;
}

/* A NumericDate (RFC 7519 section 2) is a JSON number, whole or not; ret_ms is TIME_ABSENT when the claim is absent. */
static enum status read_date(const json_t *claims, const char *name, int64_t *ret_ms)
{
    const json_t *value = json_object_get(claims, name);
    if (value == NULL) {
        *ret_ms = TIME_ABSENT;
        return STATUS_OK;
    }
    if (!json_is_number(value))
        return STATUS_TOKEN_INVALID;
    double seconds = json_number_value(value);
    if (!isfinite(seconds) || seconds < 0 || seconds > (double)MAX_NUMERIC_DATE)
        return STATUS_TOKEN_INVALID;
    *ret_ms =
        json_is_integer(value) ? json_integer_value(value) * MS_PER_SECOND : (int64_t)(seconds * (double)MS_PER_SECOND);
    return STATUS_OK;
}

static enum status read_times(const json_t *claims, struct verified *verified)
{
    TRY(read_date(claims, "exp", &verified->expires));
    TRY(read_date(claims, "nbf", &verified->not_before));
    TRY(read_date(claims, "iat", &verified->issued));
    TRY(read_date(claims, "auth_time", &verified->auth_time));
    if (verified->expires == TIME_ABSENT)
        return STATUS_TOKEN_INVALID;
    if (verified->issued == TIME_ABSENT)
        return STATUS_OK;
    int64_t lifetime = verified->expires - verified->issued;
    return lifetime >= 0 && lifetime <= MAX_LIFETIME_MS ? STATUS_OK : STATUS_TOKEN_INVALID;
}

static enum status read_subject(const json_t *claims, struct caller *caller)
{
    const json_t *sub = json_object_get(claims, "sub");
    size_t len = json_string_length(sub);
    if (!json_is_string(sub) || len == 0 || len >= CALLER_SUBJECT_BYTES || !text_is_line(json_string_value(sub)))
        return STATUS_TOKEN_INVALID;
    memcpy(caller->subject, json_string_value(sub), len + 1);
    return STATUS_OK;
}

/* C1: the client's name stands unsealed in the log, so a provider that puts a person's number there is not believed. A UUID is a usual
 * name of a client, and its digits are chance. */
static bool names_a_person(const char *client)
{
    struct uuid uuid;
    return uuid_parse(client, &uuid) != STATUS_OK && civic_is_mentioned(client);
}

/* A client's name, or NULL in ret_client when the claim is absent. */
static enum status read_client_claim(const json_t *claims, const char *name, const char **ret_client)
{
    const json_t *value = json_object_get(claims, name);
    if (value != NULL && (!json_is_string(value) || !text_is_token(json_string_value(value), CALLER_CLIENT_BYTES - 1)))
        return STATUS_TOKEN_INVALID;
    if (value != NULL && names_a_person(json_string_value(value)))
        return STATUS_TOKEN_INVALID;
    *ret_client = json_string_value(value);
    return STATUS_OK;
}

/* client_id is RFC 9068's, azp is OpenID Connect's; a token that names two different clients is nobody's. */
static enum status read_client(const json_t *claims, struct caller *caller)
{
    const char *client_id;
    const char *azp;
    TRY(read_client_claim(claims, "client_id", &client_id));
    TRY(read_client_claim(claims, "azp", &azp));
    if (client_id != NULL && azp != NULL && strcmp(client_id, azp) != 0)
        return STATUS_TOKEN_INVALID;
    const char *client = client_id != NULL ? client_id : azp;
    if (client != NULL)
        memcpy(caller->client, client, strlen(client) + 1); /* text_is_token has measured it */
    caller->service = client_id != NULL && strcmp(client_id, caller->subject) == 0;
    return STATUS_OK;
}

static unsigned scopes_in_text(const char *text)
{
    unsigned scopes = SCOPE_NONE;
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        scopes |= scope_parse(text, len);
        text += len;
        text += strspn(text, " ");
    }
    return scopes;
}

/* RFC 8693 section 4.2 has one text with spaces; some providers send an array of texts. Unknown scopes mean nothing here. */
static enum status read_scopes(const json_t *claims, const struct section *section, struct caller *caller)
{
    const json_t *scope = json_object_get(claims, "scope");
    unsigned scopes = SCOPE_NONE;
    if (json_is_string(scope))
        scopes = scopes_in_text(json_string_value(scope));
    else if (scope != NULL && !json_is_array(scope))
        return STATUS_TOKEN_INVALID;
    size_t i;
    const json_t *value;
    json_array_foreach(scope, i, value)
    {
        if (!json_is_string(value))
            return STATUS_TOKEN_INVALID;
        scopes |= scope_parse(json_string_value(value), json_string_length(value));
    }
    caller->scopes = scopes & section->scopes & (caller->service ? SERVICE_SCOPES : PERSON_SCOPES);
    return STATUS_OK;
}

static enum status read_strength(const json_t *claims, const struct section *section, struct verified *verified)
{
    const json_t *acr = json_object_get(claims, "acr");
    if (acr != NULL && !json_is_string(acr))
        return STATUS_TOKEN_INVALID;
    verified->acr_is_strong = acr != NULL && section_is_strong(section, json_string_value(acr));
    return STATUS_OK;
}

enum status claims_read(const json_t *claims, const struct section *section, struct verified *ret_verified)
{
    auto_verified verified = {0};
    TRY(read_times(claims, &verified));
    TRY(read_subject(claims, &verified.caller));
    TRY(read_client(claims, &verified.caller));
    TRY(read_scopes(claims, section, &verified.caller));
    TRY(read_strength(claims, section, &verified));
    verified.caller.organisation = section->organisation;
    memcpy(verified.caller.issuer, section->issuer, strlen(section->issuer) + 1); /* section_open has measured it */
    *ret_verified = verified;
    return STATUS_OK;
}

void verified_wipe(struct verified *verified)
{
    OPENSSL_cleanse(verified, sizeof *verified);
}

bool verified_in_time(const struct verified *verified, int64_t now)
{
    if (now >= verified->expires + LEEWAY_MS)
        return false;
    if (verified->not_before != TIME_ABSENT && now < verified->not_before - LEEWAY_MS)
        return false;
    if (verified->issued == TIME_ABSENT)
        return verified->expires - now <= MAX_LIFETIME_MS + LEEWAY_MS;
    return now >= verified->issued - LEEWAY_MS;
}

bool verified_is_strong(const struct verified *verified, const struct section *section, int64_t now)
{
    if (verified->caller.service)
        return true;
    if (!verified->acr_is_strong || verified->auth_time == TIME_ABSENT)
        return false;
    if (now < verified->auth_time - LEEWAY_MS)
        return false;
    return now <= verified->auth_time + section->strong_max_age * MS_PER_SECOND;
}
