/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * row.h: a row of the log, as its leaf holds it, for people and for programs.
 */
#ifndef TRYGG_CLI_ROW_H
#define TRYGG_CLI_ROW_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"
#include "outcome.h"
#include "proof/leaf.h"

/* A time of so many ms as JSON text; NULL when memory is out. */
json_t *row_time(int64_t time);

/* Each field under its documented name, null where it is absent. */
must_check enum outcome row_json(const struct leaf *leaf, json_t **ret_json);

must_check enum outcome row_print(FILE *out, const json_t *row);

#endif
