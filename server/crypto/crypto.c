/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: starting libsodium.
 * May not: hold state of its own.
 * Always:  harmless when called again, from any thread.
 */
#include "crypto/crypto.h"

#include <sodium.h>

enum status crypto_start(void)
{
    return sodium_init() < 0 ? STATUS_INTERNAL : STATUS_OK;
}
