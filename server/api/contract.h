/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * contract.h: the contract as tables. contract.gen.[ch] is made from openapi.yaml at build time and holds the routes, the schemas'
 * fields, the problems and every text in sv, nb and en. An operation without code does not link; code without an operation
 * cannot be reached (X5).
 */
#ifndef TRYGG_API_CONTRACT_H
#define TRYGG_API_CONTRACT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/caller.h"
#include "base/failure.h"
#include "base/id.h"
#include "base/status.h"

struct api_request;
struct api_answer;

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_METHOD_COUNT };
enum login { LOGIN_NONE, LOGIN_ANY, LOGIN_STRONG }; /* x-login: none, any, strong (L2) */
enum language { LANGUAGE_EN, LANGUAGE_NB, LANGUAGE_SV, LANGUAGE_COUNT };

enum field_type { TYPE_STRING, TYPE_INTEGER, TYPE_BOOLEAN, TYPE_OBJECT, TYPE_ARRAY };

/* Named formats with C checkers, instead of patterns. */
enum field_format {
    FORMAT_ANY,
    FORMAT_UUID,
    FORMAT_DATE,
    FORMAT_DATE_TIME,
    FORMAT_LINE,
    FORMAT_CIVIC_NUMBER,
    FORMAT_TOKEN,
    FORMAT_TILE,
    FORMAT_FILE_NAME,
    FORMAT_TEXT,
    FORMAT_COUNT
};

struct schema;

struct field {
    const char *name;
    enum field_type type;
    enum field_format format;
    int64_t min; /* code points, items or value */
    int64_t max;
    bool required;
    bool nullable;
    const char *const *choices;  /* NULL-ended, or NULL */
    const struct schema *schema; /* of an object, or of an array's items when they are objects */
    const struct field *items;   /* of an array of scalars */
};

struct schema {
    const char *name;
    const struct field *fields;
    size_t n_fields;
};

enum { ROUTE_MAX_SEGMENTS = 10, ROUTE_MAX_PATH = 4, ROUTE_MAX_QUERY = 16 };

/* A checked parameter; `present` false when it was not given. text lives in the request's arena. */
struct parameter {
    bool present;
    const char *text;
    int64_t number;
    struct uuid uuid;
};

struct route {
    const char *operation_id; /* "createStudent" */
    const char
        *counted_as; /* in figures: the same, or one word for all whose being called tells something of somebody */
    enum http_method method;
    const char *template;                     /* "/v1/students/{studentId}" */
    const char *segments[ROUTE_MAX_SEGMENTS]; /* "v1", "students", NULL for a parameter */
    size_t n_segments;
    bool takes_rest; /* the last segment is a parameter that takes what follows too, with the slashes in it */
    enum login login;
    const struct schema *body; /* NULL: no body is taken */
    const char *body_type;     /* "application/json", "application/merge-patch+json" or NULL */
    const char *bytes_type;    /* instead of body: bytes of this type are taken as they are; or NULL */
    size_t bytes_max;          /* as many of them at most, and at least one */
    const struct field *path;  /* in order of appearance */
    size_t n_path;
    const struct field *query;
    size_t n_query;
    bool takes_idempotency_key; /* required header on every POST that creates (X1) */
    bool takes_if_match;        /* required header on every change (X2) */
    bool takes_upload_offset;   /* required header where bytes go on */
    bool takes_range;           /* Range and If-Range: a part of the answer may be asked for */
    bool item_by_item;          /* the body's items are checked, and refused, one by one */
    enum status (*run)(struct api_request *request, struct api_answer *ret_answer);
};

extern const struct route contract_routes[];
extern const size_t contract_n_routes;
/* The operationIds of those that change a record (X4), in the order of strcmp. */
extern const char *const contract_changes[];
extern const size_t contract_n_changes;
extern const char contract_json[]; /* the whole contract as JSON, for /v1/openapi.json */
extern const size_t contract_json_len;

struct problem {
    const char *type; /* "urn:problem-type:trygg:not-found" */
    int http_status;
    const char *title[LANGUAGE_COUNT];
    const char *detail[LANGUAGE_COUNT];
};

/* The one table from status to problem. Statuses that are never answered map to the problem of STATUS_INTERNAL. */
const struct problem *contract_problem(enum status status);

/* The problem of a status as JSON (RFC 9457), with the fields that are wrong for STATUS_INVALID; NULL without memory. */
json_t *contract_problem_json(enum status status, const struct failure *failure, enum language language);

/* One sentence for a field error. */
const char *contract_failure_text(enum failure_code code, enum language language);

/* ---- The checker ---------------------------------------------------------------------------------------------------- */

/* Checks a body against its schema: types, lengths in code points, formats, choices, required and unknown members. Adds every
 * wrong field to failure; STATUS_INVALID if there is any. */
must_check enum status contract_check_body(const struct schema *schema, const json_t *body, struct failure *failure);

/* The same for a body of items, without looking into the items; and for one of these, with names that begin at it. */
must_check enum status contract_check_frame(const struct schema *schema, const json_t *body, struct failure *failure);
must_check enum status contract_check_item(const struct schema *schema, const json_t *item, struct failure *failure);

/* Checks one parameter's text against its field and fills `ret_parameter`. */
must_check enum status contract_check_parameter(const struct field *field, enum failure_place place, const char *text,
                                                struct arena *arena, struct parameter *ret_parameter,
                                                struct failure *failure);

#endif
