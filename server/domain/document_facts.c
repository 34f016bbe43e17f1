/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * document_facts.c: what a right on a document rests on; that on those of a hendelse is hendelse_relate's.
 * May not touch rights themselves: it gathers facts, policy/ decides.
 * Always: a document has the rights of its personsak, and its author (P9).
 */
#include "domain/document_facts.h"

enum status document_relate(struct scene *scene, enum action action, const struct uuid *id,
                            struct relation *ret_relation, struct sql_document_by_id_row *ret_row,
                            struct sql_personsak_by_id_row *ret_personsak)
{
    const struct sql_document_by_id_args args = {scene->keys->organisation, *id};
    struct sql_document_by_id_row row;
    struct relation relation = {
        .action = action,
        .subject = {.object_kind = registry_kind_name(KIND_DOCUMENT), .object = {true, *id}},
    };
    enum status status = sql_document_by_id(scene->session, &args, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        TRY(personsak_relate(scene, action, &row.personsak, &relation, ret_personsak));
        personsak_relate_part(scene, KIND_DOCUMENT, id, &row.author, &relation);
        relation.version = row.version;
        *ret_row = row;
    }
    *ret_relation = relation;
    return STATUS_OK;
}

struct sealed_row document_sealed_row(struct arena *arena, const struct data_key *key,
                                      const struct organisation_keys *keys, const struct uuid *document,
                                      const struct key_id *key_id)
{
    return (struct sealed_row){arena, key, keys->organisation, *document, *key_id, 1};
}
