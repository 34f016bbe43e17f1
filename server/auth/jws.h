/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * jws.h: a compact JWS (RFC 7515 section 7.1) taken apart, once. Nothing in it is trusted yet.
 */
#ifndef TRYGG_AUTH_JWS_H
#define TRYGG_AUTH_JWS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/algorithm.h"
#include "base/status.h"

struct jws {
    json_t *header; /* owned; an object */
    json_t *claims; /* owned; an object */
    const struct algorithm *algorithm;
    const char *kid;         /* of header; NULL when absent */
    const char *signed_text; /* points into the token */
    size_t signed_len;
    uint8_t signature[SIGNATURE_MAX_BYTES];
    size_t signature_len;
};

/* STATUS_TOKEN_INVALID for anything but three canonical base64url parts, two of them JSON objects, under a header that is allowed;
 * STATUS_NO_MEMORY. `*ret_jws` must be empty (all zero) before, and is cleared with jws_clear after, whatever the outcome. */
must_check enum status jws_parse(const char *token, size_t len, struct jws *ret_jws);
void jws_clear(struct jws *jws);

#define auto_jws __attribute__((cleanup(jws_clear))) struct jws

#endif
