/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the wrong fields of one request, collected for one answer (X3).
 * May not: hold the value that was wrong, or grow.
 * Always:  names are printable ASCII and closed by a NUL; what does not fit is left out; no complaint stands there twice.
 */
#include "base/failure.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static const char *const code_names[] = {
    [FAILURE_REQUIRED] = "required", [FAILURE_UNKNOWN] = "unknown",     [FAILURE_REPEATED] = "repeated",
    [FAILURE_TYPE] = "type",         [FAILURE_TOO_SHORT] = "too-short", [FAILURE_TOO_LONG] = "too-long",
    [FAILURE_FORMAT] = "format",     [FAILURE_CHOICE] = "choice",       [FAILURE_REFERENCE] = "reference",
    [FAILURE_CONFLICT] = "conflict",
};
static_assert(sizeof(code_names) / sizeof(code_names[0]) == FAILURE_CODE_COUNT, "a failure code has no name");

static const char *const place_names[] = {
    [FAILURE_IN_BODY] = "body",
    [FAILURE_IN_QUERY] = "query",
    [FAILURE_IN_PATH] = "path",
    [FAILURE_IN_HEADER] = "header",
};

static bool is_told(const struct failure *failure, const struct failure_field *field)
{
    for (size_t i = 0; i < failure->n; i++)
        if (failure->fields[i].place == field->place && failure->fields[i].code == field->code &&
            strcmp(failure->fields[i].name, field->name) == 0)
            return true;
    return false;
}

enum status failure_add(struct failure *failure, enum failure_place place, enum failure_code code, const char *name)
{
    if (failure->n == FAILURE_MAX_FIELDS)
        return STATUS_INVALID;
    struct failure_field *field = &failure->fields[failure->n];
    *field = (struct failure_field){.place = place, .code = code};
    for (size_t i = 0; i < FAILURE_NAME_BYTES - 1 && name[i] != '\0'; i++)
        field->name[i] = (char)(name[i] >= 0x20 && name[i] <= 0x7e ? name[i] : '?');
    if (!is_told(failure, field))
        failure->n++;
    return STATUS_INVALID;
}

const char *failure_code_name(enum failure_code code)
{
    return (size_t)code < FAILURE_CODE_COUNT ? code_names[code] : "unknown";
}

const char *failure_place_name(enum failure_place place)
{
    return (size_t)place < sizeof(place_names) / sizeof(place_names[0]) ? place_names[place] : "body";
}
