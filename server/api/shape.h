/* SPDX-License-Identifier: EUPL-1.2 */
/* shape.h: the small shapes that answers are made of, and the way from a request to the pipeline. Private to api/. */
#ifndef TRYGG_API_SHAPE_H
#define TRYGG_API_SHAPE_H

#include <jansson.h>

#include "api/api.h"
#include "base/clock.h"
#include "base/json.h"
#include "call/pipeline.h"

/* Each returns a new reference, or NULL without memory. */
json_t *shape_uuid(const struct uuid *uuid);
json_t *shape_day(int32_t day);       /* null for an open beginning or end */
json_t *shape_text(const char *text); /* null for NULL */

/* Takes over `value` and sets it; STATUS_NO_MEMORY when either is missing. */
must_check enum status shape_set(json_t *object, const char *member, json_t *value);
must_check enum status shape_append(json_t *array, json_t *value);

/* The pipeline's view of a request; everything is borrowed. */
struct call shape_call(const struct api_request *request);

/* The same for a POST, with the canonical text of what is asked for: operation, path parameters and body (X1). */
must_check enum status shape_post(const struct api_request *request, struct call *ret_call);

/* 201 with id, version and ground (X1), Location and ETag. */
must_check enum status shape_created(const struct api_request *request, const struct outcome_of_write *outcome,
                                     struct api_answer *ret_answer);

/* 200 with a body; takes it over. NULL is STATUS_NO_MEMORY. */
must_check enum status shape_ok(json_t *body, struct api_answer *ret_answer);

/* The ETag of a version (X2), in the arena. */
must_check enum status shape_etag(struct arena *arena, int64_t version, const char **ret_etag);

/* A checked body's members; NULL or false when absent or null. */
const char *member_text(const json_t *body, const char *name);
bool member_uuid(const json_t *body, const char *name, struct uuid *ret_uuid);
bool member_day(const json_t *body, const char *name, int32_t *ret_day);

#endif
