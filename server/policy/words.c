/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * words.c: the contract's words for roles and ties.
 * May not touch anything but base/.
 * Always: a word per value; an unknown word is no value.
 */
#include <string.h>

#include "policy/policy.h"

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_REKTOR] = "rektor",
    [ROLE_CASE_OPENER] = "caseOpener",
    [ROLE_CONTACT_TEACHER] = "contactTeacher",
    [ROLE_TEACHER] = "teacher",
    [ROLE_STAFF] = "staff",
    [ROLE_HEALTH] = "health",
    [ROLE_ADMIN] = "admin",
    [ROLE_STUDENT] = "student",
    [ROLE_GUARDIAN] = "guardian",
    [ROLE_OWNER] = "owner",
    [ROLE_AUDITOR] = "auditor",
};

static const char *const tie_names[TIE_KIND_COUNT] = {
    [TIE_CONTACT_TEACHER] = "contactTeacher",
    [TIE_MENTOR] = "mentor",
    [TIE_TEACHER] = "teacher",
    [TIE_OBSERVER] = "observer",
    [TIE_HEALTH] = "health",
    [TIE_GUARDIAN] = "guardian",
};

const char *role_name(enum role role)
{
    return role_names[role];
}

const char *tie_kind_name(enum tie_kind kind)
{
    return tie_names[kind];
}

static enum status word_index(const char *const *words, size_t n, const char *word, size_t *ret_index)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i], word) == 0) {
            *ret_index = i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

enum status role_parse(const char *name, enum role *ret_role)
{
    size_t index = 0;

    TRY(word_index(role_names, ROLE_COUNT, name, &index));
    *ret_role = (enum role)index;
    return STATUS_OK;
}

enum status tie_kind_parse(const char *name, enum tie_kind *ret_kind)
{
    size_t index = 0;

    TRY(word_index(tie_names, TIE_KIND_COUNT, name, &index));
    *ret_kind = (enum tie_kind)index;
    return STATUS_OK;
}
