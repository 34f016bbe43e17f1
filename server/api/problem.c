/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: from a status or failure code to what a client reads of it, in its language (X6).
 * May not: hold a text: they are all in api-spec/problems/.
 * Always:  every status has a problem and every code a sentence; the generator refuses a table with a hole.
 */
#include "contract.gen.h"

const struct problem *contract_problem(enum status status)
{
    return &contract_problems[(size_t)status < STATUS_COUNT ? status : STATUS_INTERNAL];
}

static json_t *field_errors(const struct failure *failure, enum language language)
{
    json_t *errors = json_array();
    for (size_t i = 0; errors != NULL && i < failure->n; i++) {
        const struct failure_field *field = &failure->fields[i];
        json_t *error =
            json_pack("{s:s, s:s, s:s, s:s}", "in", failure_place_name(field->place), "name", field->name, "code",
                      failure_code_name(field->code), "detail", contract_failure_text(field->code, language));
        if (json_array_append_new(errors, error) != 0) {
            json_decref(errors);
            return NULL;
        }
    }
    return errors;
}

json_t *contract_problem_json(enum status status, const struct failure *failure, enum language language)
{
    const struct problem *problem = contract_problem(status);
    json_t *body = json_pack("{s:s, s:s, s:i, s:s}", "type", problem->type, "title", problem->title[language], "status",
                             problem->http_status, "detail", problem->detail[language]);
    if (body == NULL || status != STATUS_INVALID || failure == NULL || failure->n == 0)
        return body;
    if (json_object_set_new(body, "errors", field_errors(failure, language)) == 0)
        return body;
    json_decref(body);
    return NULL;
}

const char *contract_failure_text(enum failure_code code, enum language language)
{
    enum failure_code known = (size_t)code < FAILURE_CODE_COUNT ? code : FAILURE_FORMAT;
    return contract_failure_texts[known][(size_t)language < LANGUAGE_COUNT ? language : LANGUAGE_EN];
}
