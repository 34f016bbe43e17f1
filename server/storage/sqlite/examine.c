/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      asking SQLite whether a file is whole, and whether its schema is ours.
 * May not:  write, or stop at the first thing that is wrong.
 * Always:   what the engine cannot go on with is a finding too.
 */
#include "storage/sqlite/examine.h"

#include <stdio.h>
#include <string.h>

#include "engine.gen.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/each.h"

static enum status fault_of(enum status status, enum store_fault *fault)
{
    if (*fault == STORE_FINE && status == STATUS_IO)
        *fault = STORE_NOT_READABLE;
    if (*fault == STORE_FINE && status == STATUS_CORRUPT)
        *fault = STORE_DAMAGED;
    return status;
}

static enum status check_version(const char *path, const struct lineage *lineage, enum store_fault *ret_fault)
{
    auto_connection connection = NULL;
    size_t version;

    TRY(connection_open_examiner(path, &connection));
    TRY(migrate_version(connection, lineage, &version, ret_fault));
    if (version == lineage->n_steps)
        return STATUS_OK;
    *ret_fault = version == 0 ? STORE_MISSING : STORE_SCHEMA_OLDER;
    return version == 0 ? STATUS_NOT_FOUND : STATUS_CONFLICT;
}

enum status examine_version(const char *path, const struct lineage *lineage, enum store_fault *ret_fault)
{
    enum store_fault fault = STORE_FINE;
    enum status status = fault_of(check_version(path, lineage, &fault), &fault);

    if (status != STATUS_OK)
        *ret_fault = fault;
    return status;
}

struct examination {
    const struct checker *checker;
    const char *file;
};

static void found(const struct examination *examination, const char *table, const char *what)
{
    check_found(examination->checker, &(struct finding){.table = table, .what = what});
}

/* SQLite names tables, indexes, pages and row numbers; it quotes no values. */
static enum status take_structure(void *context, const void *row)
{
    const struct examination *examination = context;
    const struct engine_structure_findings_row *finding = row;

    if (finding == NULL || finding->what == NULL)
        found(examination, examination->file, "has a finding that cannot be read");
    else if (strcmp(finding->what, "ok") != 0)
        found(examination, examination->file, finding->what);
    return STATUS_OK;
}

static enum status take_reference(void *context, const void *row)
{
    const struct examination *examination = context;
    const struct engine_reference_findings_row *finding = row;

    found(examination, finding != NULL && finding->child != NULL ? finding->child : examination->file,
          "has rows that name a row which is not there");
    return STATUS_OK;
}

/* ---- The schema --------------------------------------------------------------------------------------------------------- */

/* Both ascend. */
struct inventory {
    struct examination examination;
    const struct lineage *lineage;
    size_t at; /* of what should be there, what has not been met yet */
};

/* Kind and name; not the text of a trigger. */
static void found_object(const struct inventory *inventory, const char *how, const char *object)
{
    char what[160];
    const size_t len = strcspn(object, ":");

    (void)snprintf(what, sizeof what, "%s %.*s", how, len < 100 ? (int)len : 100, object);
    found(&inventory->examination, inventory->examination.file, what);
}

static void lacking_below(struct inventory *inventory, const char *object)
{
    for (; inventory->at < inventory->lineage->n_objects; inventory->at++) {
        const char *expected = inventory->lineage->objects[inventory->at];
        if (object != NULL && strcmp(expected, object) >= 0)
            return;
        found_object(inventory, "has not, or has changed, its", expected);
    }
}

static enum status take_object(void *context, const void *row)
{
    struct inventory *inventory = context;
    const struct engine_schema_objects_row *held = row;

    if (held == NULL || held->object == NULL) {
        found(&inventory->examination, inventory->examination.file, "has a schema that cannot be read");
        return STATUS_OK;
    }
    lacking_below(inventory, held->object);
    if (inventory->at < inventory->lineage->n_objects &&
        strcmp(inventory->lineage->objects[inventory->at], held->object) == 0)
        inventory->at++;
    else
        found_object(inventory, "has what is not of its schema:", held->object);
    return STATUS_OK;
}

/* Orders by bytes, as strcmp does. */
static enum status check_schema(struct connection *connection, const struct examination *examination,
                                const struct lineage *lineage)
{
    struct inventory inventory = {*examination, lineage, 0};

    TRY(query_each(connection, &ENGINE_SCHEMA_OBJECTS, NULL, take_object, &inventory));
    lacking_below(&inventory, NULL);
    return STATUS_OK;
}

/* One question; when it cannot be answered to its end, that is the answer. */
static enum status ask(struct connection *connection, const struct statement *question,
                       enum status (*take)(void *context, const void *row), struct examination *examination)
{
    enum status status = query_each(connection, question, NULL, take, examination);

    if (status != STATUS_CORRUPT)
        return status;
    found(examination, examination->file, "cannot be read to its end");
    return STATUS_OK;
}

enum status examine_structure(const char *path, const char *file, const struct lineage *lineage,
                              const struct checker *checker)
{
    auto_connection connection = NULL;
    struct examination examination = {checker, file};

    TRY(connection_open_examiner(path, &connection));
    TRY(check_schema(connection, &examination, lineage));
    TRY(ask(connection, &ENGINE_STRUCTURE_FINDINGS, take_structure, &examination));
    return ask(connection, &ENGINE_REFERENCE_FINDINGS, take_reference, &examination);
}
