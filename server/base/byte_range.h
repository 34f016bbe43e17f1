/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * byte_range.h: one range of the bytes of something (RFC 9110, section 14), as a client asks for it and as it turns out.
 */
#ifndef TRYGG_BASE_BYTE_RANGE_H
#define TRYGG_BASE_BYTE_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

enum byte_range_kind {
    BYTE_RANGE_ALL,  /* none was asked for, or one that is to be passed over */
    BYTE_RANGE_FROM, /* from `first` to `last`, both included */
    BYTE_RANGE_LAST, /* the last `last` bytes */
};

struct byte_range {
    enum byte_range_kind kind;
    uint64_t first;
    uint64_t last; /* UINT64_MAX: to the end */
};

/* The value of a header `Range`. What is no range of bytes, or more than one, is BYTE_RANGE_ALL: such a header is passed over. */
struct byte_range byte_range_parse(const char *value);

/* Which bytes of `size`, more than none, that is. STATUS_RANGE_BEYOND when there are none. */
must_check enum status byte_range_resolve(const struct byte_range *range, uint64_t size, uint64_t *ret_first,
                                          uint64_t *ret_len);

#endif
