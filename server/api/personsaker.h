/* SPDX-License-Identifier: EUPL-1.2 */
/* personsaker.h: what the operations on personsaker and proposals share. Private to api/. */
#ifndef TRYGG_API_PERSONSAKER_H
#define TRYGG_API_PERSONSAKER_H

#include "api/api.h"
#include "domain/personsak_open.h"

/* All that a body says of a personsak to be opened; in the request's arena. */
must_check enum status read_personsak_new(struct api_request *request, struct personsak_new *ret_new);

/* Runs what opens a personsak and answers 201 with id, reference, version and ground (X1). */
must_check enum status shape_opened(const struct api_request *request, const struct write_case *what, void *input,
                                    struct api_answer *ret_answer);

/* The reference of a personsak; a new reference, or NULL without memory. */
json_t *shape_reference(const struct personsak_id *id);

#endif
