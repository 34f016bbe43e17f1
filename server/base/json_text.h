/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * json_text.h: a JSON value as compact text (RFC 8259). json_dumps, which does the same, keeps a set of the containers that it is in,
 * against loops, and costs five times as much; a value that we build ourselves has no loop.
 */
#ifndef TRYGG_BASE_JSON_TEXT_H
#define TRYGG_BASE_JSON_TEXT_H

#include <jansson.h>

#include "base/buffer.h"
#include "base/status.h"

/* Appends objects, arrays, strings, integers, true, false and null; members in the order in which they were set.
 * STATUS_INTERNAL for a real, which no answer holds, and beyond JSON_MAX_DEPTH; STATUS_NO_MEMORY and STATUS_TOO_LARGE as the
 * buffer says. */
must_check enum status json_text(const json_t *json, struct buffer *buffer);

#endif
