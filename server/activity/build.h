/* SPDX-License-Identifier: EUPL-1.2 */
/* build.h: hashing what stood in the log before it was made of trees that prove it (schema/migrations/0005). For call/, at start. */
#ifndef TRYGG_ACTIVITY_BUILD_H
#define TRYGG_ACTIVITY_BUILD_H

#include <stdint.h>

#include "base/status.h"
#include "storage/storage.h"

/* Goes on with the first tree that is not hashed yet, for some thousand rows, in this transaction. ret_hashed: how many rows; 0 when there
 * is nothing left to do. What an earlier step has done stays done when the process ends. */
must_check enum status activity_build_step(struct tx *tx, int64_t *ret_hashed);

#endif
