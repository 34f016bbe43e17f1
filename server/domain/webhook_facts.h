/* SPDX-License-Identifier: EUPL-1.2 */
/* webhook_facts.h: what a right on a webhook rests on. Private to domain/. */
#ifndef TRYGG_DOMAIN_WEBHOOK_FACTS_H
#define TRYGG_DOMAIN_WEBHOOK_FACTS_H

#include "domain/webhook.h"

/* One that is not there is no error: the relation then says so, and ret_webhook is not written. */
must_check enum status webhook_relate(struct scene *scene, enum action action, const struct uuid *id,
                                      struct relation *ret_relation, struct webhook *ret_webhook);

#endif
