/* SPDX-License-Identifier: EUPL-1.2 */
/* departure_ends.h: what a departure ends of a student's enrolments, ties and places in groups, and gives back (S6). Private to domain/. */
#ifndef TRYGG_DOMAIN_DEPARTURE_ENDS_H
#define TRYGG_DOMAIN_DEPARTURE_ENDS_H

#include "domain/departure_bound.h"

/* Ends what would last longer, and writes down until when it would. */
must_check enum status departure_ends_store(struct scene *scene, struct tx *tx, const struct departure_days *days);

/* When it has been withdrawn: gives it back where nobody has changed it since, and where nothing has taken its place. STATUS_LIMIT_REACHED. */
must_check enum status departure_ends_undo(struct scene *scene, struct tx *tx, const struct departure_days *days);

#endif
