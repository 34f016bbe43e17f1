/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * authorizer.h: what a statement may do at run time, whatever its text says (V3). Callbacks of sqlite3_set_authorizer.
 */
#ifndef TRYGG_STORAGE_SQLITE_AUTHORIZER_H
#define TRYGG_STORAGE_SQLITE_AUTHORIZER_H

int authorize_reader(void *context, int action, const char *first, const char *second, const char *schema,
                     const char *trigger);
int authorize_writer(void *context, int action, const char *first, const char *second, const char *schema,
                     const char *trigger);

#endif
