/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * values.h: the grammar of the header values that the daemon reads, each strictly and on its own.
 */
#ifndef TRYGG_HTTP_VALUES_H
#define TRYGG_HTTP_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

enum { ETAG_MAX_BYTES = 64 };

/* The value without the blanks after it, which are none of it (RFC 9110 section 5.5) and which libmicrohttpd leaves there: itself, or a
 * copy. NULL stays NULL. */
must_check enum status value_trim(const char *value, struct arena *arena, const char **ret_value);

/* `Bearer` in any case, spaces, one b64token (RFC 6750 section 2.1). STATUS_TOKEN_MISSING for another scheme or NULL,
 * STATUS_TOKEN_INVALID for a Bearer whose token is empty, too long or of other characters. ret_token points into value. */
must_check enum status bearer_read(const char *value, const char **ret_token, size_t *ret_len);

/* One strong entity tag (RFC 9110 section 8.8.3), copied without its quotes. STATUS_MALFORMED for a weak one, a list or `*`. */
must_check enum status etag_read(const char *value, struct arena *arena, const char **ret_etag);

/* Upload-Offset: an integer that is not negative (RFC 8941 section 3.3.1), of at most 15 digits, without a zero in front. STATUS_MALFORMED
 * for anything else. */
must_check enum status offset_read(const char *value, int64_t *ret_offset);

/* Whether a Content-Type is exactly this type, at most with charset=utf-8 (RFC 9110 section 8.3). */
bool media_type_is(const char *value, const char *type);

#endif
