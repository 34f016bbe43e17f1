/* SPDX-License-Identifier: EUPL-1.2 */
/* changes.h: which operations are changes, for the feed and for those who are woken by it (X4). */
#ifndef TRYGG_API_CHANGES_H
#define TRYGG_API_CHANGES_H

#include <stdbool.h>

/* Whether an operationId is that of an operation of the contract that changes a record. */
bool api_is_change(const char *operation);

#endif
