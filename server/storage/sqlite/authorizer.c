/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      denying at run time what triggers alone cannot: DDL, ATTACH, PRAGMA, and changes of append-only tables (V3).
 * May not:  allow anything that is not named here; keep state.
 * Always:   readers write nothing; nobody changes the schema, the log, or by hand the rights epoch.
 */
#include "storage/sqlite/authorizer.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

static const int readers_may[] = {SQLITE_SELECT, SQLITE_READ, SQLITE_TRANSACTION, SQLITE_FUNCTION, SQLITE_RECURSIVE};
static const int writers_may_too[] = {SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE, SQLITE_SAVEPOINT};

/* Denied although the action is allowed elsewhere. */
static const struct protection {
    int action;
    const char *name; /* of the table, or for SQLITE_FUNCTION of the function */
    bool unless_trigger;
} protections[] = {
    {SQLITE_UPDATE, "activity", false},         {SQLITE_DELETE, "activity", false},
    {SQLITE_UPDATE, "activity_node", false},    {SQLITE_DELETE, "activity_node", false},
    {SQLITE_DELETE, "activity_tree", false},    {SQLITE_DELETE, "checkpoint", false},
    {SQLITE_DELETE, "cosigned", false},         {SQLITE_INSERT, "rights_epoch", false},
    {SQLITE_UPDATE, "rights_epoch", true},      {SQLITE_DELETE, "rights_epoch", false},
    {SQLITE_FUNCTION, "load_extension", false},
};

static bool names(const int *actions, size_t n, int action)
{
    for (size_t i = 0; i < n; i++)
        if (actions[i] == action)
            return true;
    return false;
}

static bool is_protected(int action, const char *name, const char *trigger)
{
    for (size_t i = 0; i < sizeof protections / sizeof protections[0]; i++) {
        const struct protection *protection = &protections[i];
        if (protection->action == action && sqlite3_stricmp(name, protection->name) == 0)
            return !(protection->unless_trigger && trigger != NULL);
    }
    return false;
}

int authorize_reader(void *context, int action, const char *first, const char *second, const char *schema,
                     const char *trigger)
{
    (void)context, (void)schema;
    if (!names(readers_may, sizeof readers_may / sizeof readers_may[0], action))
        return SQLITE_DENY;
    /* A function's name comes second, a table's first. */
    const char *name = action == SQLITE_FUNCTION ? second : first;
    return name != NULL && is_protected(action, name, trigger) ? SQLITE_DENY : SQLITE_OK;
}

int authorize_writer(void *context, int action, const char *first, const char *second, const char *schema,
                     const char *trigger)
{
    if (!names(writers_may_too, sizeof writers_may_too / sizeof writers_may_too[0], action))
        return authorize_reader(context, action, first, second, schema, trigger);
    if (action == SQLITE_SAVEPOINT)
        return SQLITE_OK;
    if (first == NULL || sqlite3_strnicmp(first, "sqlite_", 7) == 0 || is_protected(action, first, trigger))
        return SQLITE_DENY;
    return SQLITE_OK;
}
