/* SPDX-License-Identifier: EUPL-1.2 */
/* crypto.h: starting the room. */
#ifndef TRYGG_CRYPTO_CRYPTO_H
#define TRYGG_CRYPTO_CRYPTO_H

#include "base/status.h"

/* Once, by main and by each test program, before any other call into crypto/. */
must_check enum status crypto_start(void);

#endif
