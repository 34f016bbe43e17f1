/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * listener.h: how an instance of ulfius begins to listen, and what it is when it cannot.
 */
#ifndef TRYGG_HTTP_LISTENER_H
#define TRYGG_HTTP_LISTENER_H

#include <ulfius.h>

#include "base/status.h"

/* `flags` and `options` (the last one MHD_OPTION_END) are libmicrohttpd's. STATUS_NO_MEMORY without memory, or room for a thread; STATUS_IO
 * when nobody can listen there, or nothing says why. */
must_check enum status listener_start(struct _u_instance *instance, unsigned flags, struct MHD_OptionItem *options);

#endif
