/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * codec.h: hex, base64url (RFC 4648 section 5, no padding) and base64 (section 4, padded). Strict: no white space, no padding but where
 * it is due, no stray bits at the end. And integers as text, which are too many to ask printf for.
 */
#ifndef TRYGG_BASE_CODEC_H
#define TRYGG_BASE_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define HEX_TEXT_BYTES(n)       ((n)*2 + 1)
#define BASE64URL_TEXT_BYTES(n) (((n)*4 + 2) / 3 + 1)
#define BASE64_TEXT_BYTES(n)    (((n) + 2) / 3 * 4 + 1)

enum { DECIMAL_TEXT_BYTES = sizeof("-9223372036854775808") };

/* Each writes a closing NUL; ret_text must hold the number of bytes the macro above says. */
void hex_encode(const uint8_t *bytes, size_t len, char *ret_text);
void base64url_encode(const uint8_t *bytes, size_t len, char *ret_text);
void base64_encode(const uint8_t *bytes, size_t len, char *ret_text);

/* The same for a number; returns the length of the text. */
size_t decimal_encode(int64_t number, char ret_text[static DECIMAL_TEXT_BYTES]);

/* Exactly `len` bytes from 2 * len hex digits, either case; STATUS_INVALID otherwise. */
must_check enum status hex_decode(const char *text, size_t text_len, uint8_t *ret_bytes, size_t len);

/* At most `max` bytes; ret_len is written only on success. STATUS_INVALID for anything not canonical or too long. */
must_check enum status base64url_decode(const char *text, size_t text_len, uint8_t *ret_bytes, size_t max,
                                        size_t *ret_len);
must_check enum status base64_decode(const char *text, size_t text_len, uint8_t *ret_bytes, size_t max,
                                     size_t *ret_len);

#endif
