/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the one path from a token to a caller: section, key, signature, claims, time; and what is remembered of it.
 * May not: touch the store, the log, roles.
 * Always:  no caller without a signature checked against the keys of exactly one section, as they are now.
 */
#include "auth/auth.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "auth/claims.h"
#include "auth/jws.h"
#include "auth/remembered.h"
#include "auth/section.h"
#include "base/tally.h"

enum { CACHE_LINE = 64 };

/* One per shard of what is remembered, on a cache line of its own: callers with different tokens do not wait for each other. */
struct tallies {
    struct tally recalled;
    struct tally examined;
    char apart[CACHE_LINE - 2 * sizeof(struct tally)];
};

struct auth {
    struct tallies tallies[REMEMBERED_SHARDS];
    EVP_MD *sha256;
    struct remembered *remembered;
    size_t n;
    struct section sections[];
};

static enum status open_sections(struct auth *auth, const struct auth_issuer *issuers, size_t n, const char **ret_fault)
{
    for (; auth->n < n; auth->n++) {
        struct section *section = &auth->sections[auth->n];
        TRY(section_open(&issuers[auth->n], section, ret_fault));
        for (size_t i = 0; i < auth->n; i++) {
            const struct section *other = &auth->sections[i];
            if (strcmp(other->issuer, section->issuer) != 0 || strcmp(other->audience, section->audience) != 0)
                continue;
            section_close(section);
            *ret_fault = "issuer: the same issuer and audience twice";
            return STATUS_INVALID;
        }
    }
    return STATUS_OK;
}

enum status auth_open(const struct auth_issuer *issuers, size_t n, struct auth **ret_auth, const char **ret_fault)
{
    *ret_fault = "";
    if (n == 0) {
        *ret_fault = "issuer: none";
        return STATUS_INVALID;
    }
    struct auth *auth = calloc(1, sizeof *auth + n * sizeof auth->sections[0]);
    if (auth == NULL)
        return STATUS_NO_MEMORY;
    auth->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    auth->remembered = remembered_new();
    enum status status = auth->sha256 != NULL && auth->remembered != NULL ? open_sections(auth, issuers, n, ret_fault)
                                                                          : STATUS_NO_MEMORY;
    if (status != STATUS_OK) {
        auth_close(auth);
        return status;
    }
    *ret_auth = auth;
    return STATUS_OK;
}

struct auth *auth_close(struct auth *auth)
{
    if (auth == NULL)
        return NULL;
    for (size_t i = 0; i < auth->n; i++)
        section_close(&auth->sections[i]);
    remembered_free(auth->remembered);
    EVP_MD_free(auth->sha256);
    free(auth);
    return NULL;
}

/* The one section of this issuer whose audience the token names. A token that fits two speaks for neither. */
static enum status choose_section(const struct auth *auth, const json_t *claims, size_t *ret_section)
{
    const char *issuer = claims_issuer(claims);
    if (issuer == NULL)
        return STATUS_TOKEN_INVALID;
    size_t matches = 0;
    size_t chosen = 0;
    for (size_t i = 0; i < auth->n; i++) {
        const struct section *section = &auth->sections[i];
        if (strcmp(section->issuer, issuer) != 0 || !claims_name_audience(claims, section->audience))
            continue;
        chosen = i;
        matches++;
    }
    if (matches != 1)
        return STATUS_TOKEN_INVALID;
    *ret_section = chosen;
    return STATUS_OK;
}

static enum status check_signature(const struct jws *jws, const struct section *section, int64_t now,
                                   uint64_t *ret_generation, const char **ret_step)
{
    uint64_t generation;
    auto_keyset keys = keyfile_keys(section->keys, now, &generation);
    const struct key *key = keyset_pick(keys, jws->kid, jws->algorithm);
    *ret_step = "key";
    if (key == NULL)
        return STATUS_TOKEN_INVALID;
    *ret_step = "signature";
    if (!key_verify(key, jws->algorithm, jws->signed_text, jws->signed_len, jws->signature, jws->signature_len))
        return STATUS_TOKEN_INVALID;
    *ret_generation = generation;
    return STATUS_OK;
}

/* ret_step is the step that the token has come to: when it is refused, the one that it failed at. */
static enum status verify(const struct auth *auth, const char *token, size_t len, int64_t now,
                          struct remembered_token *ret_token, const char **ret_step)
{
    auto_jws jws = {0};
    *ret_step = "form";
    TRY(jws_parse(token, len, &jws));
    auto_remembered_token found = {0};
    *ret_step = "issuer-or-audience";
    TRY(choose_section(auth, jws.claims, &found.section));
    const struct section *section = &auth->sections[found.section];
    TRY(check_signature(&jws, section, now, &found.generation, ret_step));
    *ret_step = "claims";
    TRY(claims_read(jws.claims, section, &found.verified));
    *ret_step = now >= found.verified.expires ? "expired" : "time";
    if (!verified_in_time(&found.verified, now))
        return STATUS_TOKEN_INVALID;
    *ret_token = found;
    return STATUS_OK;
}

/* A remembered token holds while its keys are the very ones it was verified with, and its times are good. */
static bool recall(struct auth *auth, const struct token_digest *digest, int64_t now,
                   struct remembered_token *ret_token)
{
    if (!remembered_find(auth->remembered, digest, ret_token))
        return false;
    uint64_t generation;
    keyset_unref(keyfile_keys(auth->sections[ret_token->section].keys, now, &generation));
    if (generation == ret_token->generation && verified_in_time(&ret_token->verified, now))
        return true;
    remembered_forget(auth->remembered, digest);
    return false;
}

static enum status recall_or_verify(struct auth *auth, const char *token, size_t len, int64_t now,
                                    struct remembered_token *ret_token, const char **ret_step)
{
    struct token_digest digest;
    if (EVP_Digest(token, len, digest.bytes, NULL, auth->sha256, NULL) != 1)
        return STATUS_NO_MEMORY;
    struct tallies *tallies = &auth->tallies[digest.bytes[0] % REMEMBERED_SHARDS];
    if (recall(auth, &digest, now, ret_token)) {
        tally_add(&tallies->recalled, 1);
        return STATUS_OK;
    }
    tally_add(&tallies->examined, 1);
    enum status status = verify(auth, token, len, now, ret_token, ret_step);
    ERR_clear_error(); /* what OpenSSL thought of it is nobody's business */
    if (status == STATUS_OK)
        remembered_keep(auth->remembered, &digest, ret_token, now);
    return status;
}

enum status auth_verify_telling(struct auth *auth, const char *token, size_t len, int64_t now,
                                struct caller *ret_caller, const char **ret_refused)
{
    const char *step = "form";
    auto_remembered_token found = {0};
    enum status status = STATUS_TOKEN_INVALID;
    if (len > 0 && len <= AUTH_MAX_TOKEN_BYTES)
        status = recall_or_verify(auth, token, len, now, &found, &step);
    if (status == STATUS_TOKEN_INVALID)
        *ret_refused = step;
    TRY(status);
    *ret_caller = found.verified.caller;
    ret_caller->strong = verified_is_strong(&found.verified, &auth->sections[found.section], now);
    ret_caller->section = (unsigned)found.section;
    return STATUS_OK;
}

enum status auth_verify(struct auth *auth, const char *token, size_t len, int64_t now, struct caller *ret_caller)
{
    const char *refused;
    return auth_verify_telling(auth, token, len, now, ret_caller, &refused);
}

void auth_step_up(const struct auth *auth, const struct caller *caller, const char **ret_acr_values,
                  int64_t *ret_max_age)
{
    assert(caller->section < auth->n);
    *ret_acr_values = auth->sections[caller->section].acr_values;
    *ret_max_age = auth->sections[caller->section].strong_max_age;
}

const char *auth_fault(struct auth *auth, size_t issuer, int64_t now)
{
    assert(issuer < auth->n);
    return keyfile_fault(auth->sections[issuer].keys, now);
}

void auth_figures(struct auth *auth, struct auth_figures *ret_figures)
{
    *ret_figures = (struct auth_figures){
        .remembered = remembered_count(auth->remembered),
        .room = (size_t)REMEMBERED_SHARDS * REMEMBERED_SETS * REMEMBERED_WAYS,
    };
    for (size_t i = 0; i < REMEMBERED_SHARDS; i++) {
        ret_figures->recalled += tally_read(&auth->tallies[i].recalled);
        ret_figures->examined += tally_read(&auth->tallies[i].examined);
    }
}

void auth_key_figures(struct auth *auth, size_t issuer, uint64_t *ret_keys, int64_t *ret_since)
{
    assert(issuer < auth->n);
    keyfile_figures(auth->sections[issuer].keys, ret_keys, ret_since);
}
