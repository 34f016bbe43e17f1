/* SPDX-License-Identifier: EUPL-1.2 */
/* shape.h: the small shapes that answers are made of, and the way from a request to the pipeline. Private to api/. */
#ifndef TRYGG_API_SHAPE_H
#define TRYGG_API_SHAPE_H

#include <jansson.h>

#include "api/api.h"
#include "base/clock.h"
#include "base/json.h"
#include "call/pipeline.h"
#include "domain/record.h"

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

/* Runs a POST and answers 201 with id, version and ground (X1), Location and ETag. */
must_check enum status shape_created(const struct api_request *request, const struct write_case *what, void *input,
                                     struct api_answer *ret_answer);

/* The same for what does not lie under the operation's own path: `parent` is where, "/v1/personsaker". */
must_check enum status shape_created_at(const struct api_request *request, const char *parent,
                                        const struct write_case *what, void *input, struct api_answer *ret_answer);

/* 200 with id, version and ground, and ETag: what a change answers. */
must_check enum status shape_changed(const struct api_request *request, const struct outcome_of_write *outcome,
                                     struct api_answer *ret_answer);

/* 200 with JSON that was written; moves it out of `text`. ETag of the version; NULL for none. */
must_check enum status shape_written(const struct api_request *request, struct buffer *text, const int64_t *version,
                                     struct api_answer *ret_answer);

/* 200 with bytes of another media type, a constant; they are copied. */
must_check enum status shape_bytes(const char *type, const void *bytes, size_t len, struct api_answer *ret_answer);

/* Reads `limit` and `pageToken` of a list, by their places in the route's query. A token is sent alone, or with `limit` (SS 12000): its
 * list goes on with the filters that it began with. */
must_check enum status shape_page(struct api_request *request, size_t limit, size_t page_token,
                                  struct listing *ret_page);

/* Filter number `at` of a list's ids: given if the parameter is; its bit is 1 << at. */
void page_filter_id(struct page_position *position, size_t at, const struct parameter *parameter);

/* Runs a list; a token that is not one of ours is the caller's mistake and named as such. */
must_check enum status shape_list(struct api_request *request, const struct read_case *what, void *input);

/* 200 with {"data": [...], "pageToken": ...}; takes `data` over. */
must_check enum status shape_listed(json_t *data, const struct listing *page, struct api_answer *ret_answer);

/* 200 with a resource and its ETag; takes `body` over. */
must_check enum status shape_resource(const struct api_request *request, json_t *body, int64_t version,
                                      struct api_answer *ret_answer);

/* Reads one record and answers 200 with it and its ETag; `shape` makes it JSON, a new reference, or NULL without memory. */
must_check enum status shape_record(const struct api_request *request, const struct record_kind *kind,
                                    const struct uuid *id, json_t *(*shape)(const void *record),
                                    struct api_answer *ret_answer);

/* Runs a list of records and answers 200 with its page. */
must_check enum status shape_records(struct api_request *request, struct record_list *list,
                                     json_t *(*shape)(const void *record), struct api_answer *ret_answer);

/* A kind of the registry as it is written: how a body becomes the input, be it that of a POST, of a PATCH, or an item of a PUT. Which
 * members each of them may have is the contract's business. */
struct write_kind {
    const struct write_case *what;
    enum registry_kind kind;
    size_t input_bytes; /* of the input, which begins with its struct target */

    /* All but the target, into what is zero; the input takes `failure` along. */
    enum status (*read)(const json_t *body, struct failure *failure, void *input);
};

/* POST: makes the body's record and answers as shape_created does. */
must_check enum status shape_create(struct api_request *request, const struct write_kind *kind,
                                    struct api_answer *ret_answer);

/* PATCH: changes the record with this id and answers as shape_changed does. */
must_check enum status shape_change(struct api_request *request, const struct write_kind *kind, const struct uuid *id,
                                    struct api_answer *ret_answer);

/* PUT: runs the body's items as one batch and answers 200 with what became of each. */
must_check enum status shape_put(const struct api_request *request, const struct write_kind *kind,
                                 struct api_answer *ret_answer);

/* 200 with a body; takes it over. NULL is STATUS_NO_MEMORY. */
must_check enum status shape_ok(json_t *body, struct api_answer *ret_answer);

/* The ETag of a version (X2), in the arena. */
must_check enum status shape_etag(struct arena *arena, int64_t version, const char **ret_etag);

/* A checked body's members; NULL or false when absent or null. */
const char *member_text(const json_t *body, const char *name);
bool member_uuid(const json_t *body, const char *name, struct uuid *ret_uuid);
/* "externalId": {"system", "id"}; system NULL when absent. */
struct external_id member_external(const json_t *body, const char *name);

/* A reference `name`: by "<name>Id", or by "<name>": {"system", "id"}. Both at once add a conflict to `failure`. */
must_check enum status member_reference(const json_t *body, const char *name, struct failure *failure,
                                        struct reference *ret_reference);
bool member_flag(const json_t *body, const char *name, bool *ret_flag);

/* Whether someone is protected, by "protected" or by "securityMarking"; false when neither is there. */
bool member_protected(const json_t *body, bool *ret_protected);
bool member_day(const json_t *body, const char *name, int32_t *ret_day);

/* "from" and "until"; an "until" of null is an open end. */
void member_period(const json_t *body, struct period_change *ret_change);

#endif
