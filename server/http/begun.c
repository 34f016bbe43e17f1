/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeps ulfius's memory of a request until it is over, or its connection is.
 * May not look into it.
 * Whatever was begun is given back once. */
#include "http/begun.h"

#include <ulfius.h>

#include <stddef.h>

struct connection_info_struct *begun_start(struct begun *begun, struct MHD_Connection *connection, const char *uri)
{
    begun_abandon(begun, connection);
    begun->info = ulfius_uri_logger(NULL, uri);
    return begun->info;
}

void begun_over(struct begun *begun, struct MHD_Connection *connection, void **info,
                enum MHD_RequestTerminationCode code)
{
    begun->info = NULL;
    if (*info != NULL)
        mhd_request_completed(NULL, connection, info, code);
}

void begun_abandon(struct begun *begun, struct MHD_Connection *connection)
{
    void *info = begun->info;
    begun_over(begun, connection, &info, MHD_REQUEST_TERMINATED_WITH_ERROR);
}
