/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * text.h: what a text from outside must be before anything else looks at it: UTF-8 without NUL.
 */
#ifndef TRYGG_BASE_TEXT_H
#define TRYGG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* The number of code points in valid UTF-8 without NUL; STATUS_INVALID otherwise (overlong, surrogates, > U+10FFFF too). */
must_check enum status text_length(const char *text, size_t bytes, size_t *ret_code_points);

/* One line of human text that shows what it is: no control characters, none that turn the direction of writing, no
 * noncharacters, tags, soft hyphens or byte order marks; no leading or trailing space; joiners (U+200C, U+200D) only between two
 * characters that can be seen; and at least one of these unless the text is empty. */
bool text_is_line(const char *text);

/* Whether anything in valid UTF-8 can be seen: not only spaces, controls, marks without a glyph. What else stands in it is let be. */
bool text_shows(const char *text);

/* An opaque token of printable ASCII (0x21 to 0x7e), 1 to max characters: Idempotency-Key, client ids. */
bool text_is_token(const char *text, size_t max);

#endif
