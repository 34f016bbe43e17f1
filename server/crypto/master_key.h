/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * master_key.h: the master key's file, for keyring.c alone: 64 hex digits and an optional newline, readable by its owner only.
 */
#ifndef TRYGG_CRYPTO_MASTER_KEY_H
#define TRYGG_CRYPTO_MASTER_KEY_H

#include <stdint.h>

#include "base/status.h"
#include "crypto/key_bytes.h"
#include "crypto/keyring.h"

/* One byte more than the longest file that is taken, so that a longer one is noticed. */
enum { MASTER_KEY_DIGITS = 2 * KEY_BYTES, MASTER_KEY_TEXT_BYTES = MASTER_KEY_DIGITS + 2 };

/* Lies in locked memory; whoever owns it wipes it. */
struct master_key_room {
    uint8_t key[KEY_BYTES];
    char text[MASTER_KEY_TEXT_BYTES];
};

/* Fills room->key. On a fault of the file ret_fault is written and the status is not to be looked at; STATUS_IO otherwise. */
must_check enum status master_key_read(const char *path, struct master_key_room *room, enum keyring_fault *ret_fault);

#endif
