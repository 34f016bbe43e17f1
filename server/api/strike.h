/* SPDX-License-Identifier: EUPL-1.2 */
/* strike.h: marking something in a personsak as wrongly recorded, the same for each kind of it (P10). Private to api/. */
#ifndef TRYGG_API_STRIKE_H
#define TRYGG_API_STRIKE_H

#include "api/api.h"
#include "domain/strike.h"

/* Answers with the new version. */
must_check enum status api_strike(struct api_request *request, const struct strike_kind *kind, const struct uuid *id,
                                  struct api_answer *ret_answer);

#endif
