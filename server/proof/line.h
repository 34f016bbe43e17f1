/* SPDX-License-Identifier: EUPL-1.2 */
/* line.h: the lines that checkpoints and bundles are made of. Private to proof/. */
#ifndef TRYGG_PROOF_LINE_H
#define TRYGG_PROOF_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct line {
    const char *at;
    size_t len;
};

/* Takes the next line from the rest, without its newline. STATUS_INVALID when nothing there ends in one. */
must_check enum status line_take(struct line *rest, struct line *ret_line);

/* The next line, which begins with this word; what is behind it. */
must_check enum status line_take_after(struct line *rest, const char *word, struct line *ret_value);

/* A decimal number without leading zeros, up to INT64_MAX. */
must_check enum status line_number(struct line line, uint64_t *ret_number);

#endif
