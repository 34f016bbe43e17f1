/* SPDX-License-Identifier: EUPL-1.2 */
/* disposition.h: the name under which a document is to be saved, as a header value. Private to api/. */
#ifndef TRYGG_API_DISPOSITION_H
#define TRYGG_API_DISPOSITION_H

#include "base/arena.h"
#include "base/status.h"

/* "attachment", never "inline": what somebody else sent is not shown as a page of ours. The name in ASCII, where everything that any system
 * may take otherwise is an underscore, and, when that is not the name, whole (RFC 6266, RFC 8187). In the arena. */
must_check enum status disposition_text(struct arena *arena, const char *name, const char **ret_text);

#endif
