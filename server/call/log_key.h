/* SPDX-License-Identifier: EUPL-1.2 */
/* log_key.h: the file of the keys that sign the logs, for who makes and changes it. */
#ifndef TRYGG_CALL_LOG_KEY_H
#define TRYGG_CALL_LOG_KEY_H

#include "call/call.h"
#include "domain/log_office.h"

/* Makes the file with one new key, unless it is there already, which is STATUS_EXISTS; either way it can be opened, unless STATUS_EXISTS
 * comes with HOUSE_LOG_KEY_NOT_LOCKED. STATUS_COMMIT_UNKNOWN when it was made, but a power cut may take it. */
must_check enum status house_make_log_key(const struct house_settings *settings, enum house_fault *ret_fault);

/* The sentence that goes with it. */
enum house_fault house_fault_of_signing(enum signing_fault fault);

#endif
