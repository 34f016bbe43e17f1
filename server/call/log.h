/* SPDX-License-Identifier: EUPL-1.2 */
/* log.h: what a house needs to sign its logs. Private to call/. */
#ifndef TRYGG_CALL_LOG_H
#define TRYGG_CALL_LOG_H

#include "call/figures.h"
#include "call/house.h"
#include "call/log_key.h"

/* Borrows the store of the house. */
must_check enum status house_open_log(const struct house_settings *settings, struct house *house,
                                      enum house_fault *ret_fault);

void house_log_figures(struct house *house, struct house_log_figures *ret_figures);

#endif
