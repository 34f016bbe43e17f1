/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: checking and copying one issuer's configuration.
 * May not: touch tokens, other sections.
 * Always:  texts of an open section fit the caller's fields and the challenge header they will be written to.
 */
#include "auth/section.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static bool is_bounded_line(const char *text)
{
    return text != NULL && text[0] != '\0' && strlen(text) < CALLER_ISSUER_BYTES && text_is_line(text);
}

/* An acr value goes between the quotes of a header, separated by spaces. */
static bool is_acr(const char *acr)
{
    return text_is_token(acr, CALLER_ISSUER_BYTES - 1) && strpbrk(acr, "\"\\") == NULL;
}

static const char *fault_of(const struct auth_issuer *issuer)
{
    if (!is_bounded_line(issuer->issuer))
        return "issuer: not a text of 1 to 255 bytes";
    if (!is_bounded_line(issuer->audience))
        return "audience: not a text of 1 to 255 bytes";
    if (issuer->jwks_file == NULL || issuer->jwks_file[0] == '\0')
        return "jwks: no file named";
    if (issuer->strong_max_age < 0 || issuer->strong_max_age > SECTION_MAX_STRONG_AGE)
        return "strong: an age out of range";
    for (size_t i = 0; i < AUTH_MAX_STRONG && issuer->strong[i] != NULL; i++)
        if (!is_acr(issuer->strong[i]))
            return "strong: an acr value that cannot stand in a header";
    return NULL;
}

static enum status copy_strong(const struct auth_issuer *issuer, struct section *section)
{
    size_t joined = 1;
    for (size_t i = 0; i < AUTH_MAX_STRONG && issuer->strong[i] != NULL; i++) {
        section->strong[i] = strdup(issuer->strong[i]);
        if (section->strong[i] == NULL)
            return STATUS_NO_MEMORY;
        section->n_strong++;
        joined += strlen(issuer->strong[i]) + 1;
    }
    section->acr_values = calloc(1, joined);
    if (section->acr_values == NULL)
        return STATUS_NO_MEMORY;
    char *end = section->acr_values;
    for (size_t i = 0; i < section->n_strong; i++) {
        if (i > 0)
            *end++ = ' ';
        end = stpcpy(end, section->strong[i]);
    }
    return STATUS_OK;
}

static enum status copy(const struct auth_issuer *issuer, struct section *section)
{
    section->organisation = issuer->organisation;
    section->strong_max_age = issuer->strong_max_age;
    section->scopes = issuer->scopes;
    section->issuer = strdup(issuer->issuer);
    section->audience = strdup(issuer->audience);
    if (section->issuer == NULL || section->audience == NULL)
        return STATUS_NO_MEMORY;
    return copy_strong(issuer, section);
}

enum status section_open(const struct auth_issuer *issuer, struct section *ret_section, const char **ret_fault)
{
    const char *fault = fault_of(issuer);
    if (fault != NULL) {
        *ret_fault = fault;
        return STATUS_INVALID;
    }
    struct section section = {0};
    enum status status = copy(issuer, &section);
    if (status == STATUS_OK)
        status = keyfile_open(issuer->jwks_file, &section.keys, ret_fault);
    if (status != STATUS_OK) {
        section_close(&section);
        return status;
    }
    *ret_section = section;
    return STATUS_OK;
}

void section_close(struct section *section)
{
    keyfile_close(section->keys);
    for (size_t i = 0; i < section->n_strong; i++)
        free(section->strong[i]);
    free(section->acr_values);
    free(section->audience);
    free(section->issuer);
    *section = (struct section){0};
}

bool section_is_strong(const struct section *section, const char *acr)
{
    for (size_t i = 0; i < section->n_strong; i++)
        if (strcmp(section->strong[i], acr) == 0)
            return true;
    return false;
}
