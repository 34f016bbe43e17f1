/* SPDX-License-Identifier: EUPL-1.2 */
/* wakeup_sender.h: what chores/ wakes webhooks by: outbound/. */
#ifndef TRYGG_WAKEUP_SENDER_H
#define TRYGG_WAKEUP_SENDER_H

#include "chores/wakeups.h"
#include "outbound/outbound.h"

/* Borrows `outbound`. */
struct wakeup_sender wakeup_sender_by(struct outbound *outbound);

#endif
