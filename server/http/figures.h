/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * figures.h: what this room counts, and how it is read. Counts have operations of the contract, kinds, classes and codes as
 * labels: nothing that comes from a request. Thread-safe; counting takes no lock and no memory.
 */
#ifndef TRYGG_HTTP_FIGURES_H
#define TRYGG_HTTP_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include "api/contract.h"
#include "base/tally.h"

struct figures;

/* What a request was, as the contract tells: without login (health, the contract), reading, changing, or no operation at all. */
enum http_kind { HTTP_KIND_OPEN, HTTP_KIND_READ, HTTP_KIND_CHANGE, HTTP_KIND_NONE, HTTP_KIND_COUNT };

/* The first digit of the status: 2 to 5. */
enum http_class { HTTP_CLASS_2, HTTP_CLASS_3, HTTP_CLASS_4, HTTP_CLASS_5, HTTP_CLASS_COUNT };

enum { HTTP_FIGURES_OPERATIONS = 256, HTTP_FIGURES_CODES = 64 };

struct http_operation_figures {
    const char *operation; /* the contract's counted_as; "none" for what was no operation */
    uint64_t answers[HTTP_CLASS_COUNT];
};

struct http_code_figures {
    int code;
    uint64_t answers;
};

/* A reading, counted since the server started. */
struct http_figures {
    struct http_operation_figures operations[HTTP_FIGURES_OPERATIONS];
    size_t n_operations;
    struct http_code_figures
        codes[HTTP_FIGURES_CODES]; /* ascending: those of the contract, and any other that was answered */
    size_t n_codes;
    struct distribution durations[HTTP_KIND_COUNT]; /* nanoseconds, from the whole request to its answer */
    uint64_t running;                               /* requests between these two now */
};

/* NULL without memory. */
struct figures *figures_new(void);
struct figures *figures_free(struct figures *figures); /* accepts NULL, returns NULL */

/* A request is there; figures_count must follow. Does nothing for NULL figures. */
void figures_begin(struct figures *figures);

/* It is answered; route is NULL where none was found. Does nothing for NULL figures. */
void figures_count(struct figures *figures, const struct route *route, int http_status, uint64_t nanoseconds);

void figures_read(const struct figures *figures, struct http_figures *ret_figures);

enum http_kind figures_kind(const struct route *route);

/* The words for kinds and classes: "read", "2xx". */
const char *figures_kind_name(enum http_kind kind);
const char *figures_class_name(enum http_class digit);

#endif
