/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * call.h: carries out what was asked: makes the request from the verb's row, follows pages, prints the answer.
 */
#ifndef TRYGG_CLI_CALL_H
#define TRYGG_CLI_CALL_H

#include "http.h"
#include "options.h"
#include "outcome.h"

must_check enum outcome call_run(struct http *http, const struct options *options);

#endif
