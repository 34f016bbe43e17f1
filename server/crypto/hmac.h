/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hmac.h: HMAC-SHA256 (RFC 2104), and secrets as text (RFC 4648 section 4, with padding). For what others check with a secret that they
 * share with us; marks of our own are of blind_index.h. Nothing here depends on the value of a secret in its time.
 */
#ifndef TRYGG_CRYPTO_HMAC_H
#define TRYGG_CRYPTO_HMAC_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "crypto/hash.h"

/* The parts are hashed one after another, with nothing in between. */
struct hash hmac_sha256(const uint8_t *key, size_t key_len, const struct hash_part *parts, size_t n);

#define SECRET_TEXT_BYTES(n) (((n) + 2) / 3 * 4 + 1)

/* Writes a closing NUL; ret_text holds SECRET_TEXT_BYTES(len). */
void secret_encode(const uint8_t *bytes, size_t len, char *ret_text);

/* STATUS_INVALID for anything that secret_encode does not write, or more than max bytes. */
must_check enum status secret_decode(const char *text, uint8_t *ret_bytes, size_t max, size_t *ret_len);

#endif
