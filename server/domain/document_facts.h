/* SPDX-License-Identifier: EUPL-1.2 */
/* document_facts.h: what a right on a document rests on. For the files document_*.c alone. */
#ifndef TRYGG_DOMAIN_DOCUMENT_FACTS_H
#define TRYGG_DOMAIN_DOCUMENT_FACTS_H

#include "domain/document.h"
#include "statements.gen.h"

/* The facts of a right on this document, and the rows. One that is not there is no error: the relation then says so, and neither row is
 * written. */
must_check enum status document_relate(struct scene *scene, enum action action, const struct uuid *id,
                                       struct relation *ret_relation, struct sql_document_by_id_row *ret_row,
                                       struct sql_personsak_by_id_row *ret_personsak);

/* The row of a document as something sealed: name and media type are of version 1 for ever. */
struct sealed_row document_sealed_row(struct arena *arena, const struct data_key *key,
                                      const struct organisation_keys *keys, const struct uuid *document,
                                      const struct key_id *key_id);

/* What a part is sealed under: parts cannot change places, nor a cut file pass for a whole one. */
static inline int64_t document_part_version(int64_t part, bool final)
{
    return 2 * part + (final ? 1 : 0);
}

#endif
