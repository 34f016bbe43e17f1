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

const char *contract_failure_text(enum failure_code code, enum language language)
{
    enum failure_code known = (size_t)code < FAILURE_CODE_COUNT ? code : FAILURE_FORMAT;
    return contract_failure_texts[known][(size_t)language < LANGUAGE_COUNT ? language : LANGUAGE_EN];
}
