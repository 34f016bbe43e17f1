/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * document_expire.c: uploads that nobody went on with.
 * May not touch a document that is whole, or struck.
 * Always: one part goes at a time, the last, and what is left is an upload that could be gone on with.
 */
#include "domain/document_facts.h"

enum status document_expire(struct tx *tx, int64_t before, bool *ret_done)
{
    struct sql_document_abandoned_row row;
    enum status status = sql_document_abandoned(tx_session(tx), &(struct sql_document_abandoned_args){before}, &row);

    *ret_done = status == STATUS_NOT_FOUND;
    if (status != STATUS_OK)
        return *ret_done ? STATUS_OK : status;
    if (row.parts == 0)
        return sql_document_remove(tx, &(struct sql_document_remove_args){row.document}, NULL);
    TRY(sql_document_part_remove(tx, &(struct sql_document_part_remove_args){row.document, row.parts - 1}, NULL));
    return sql_document_shrink(tx, &(struct sql_document_shrink_args){row.document, row.parts - 1}, NULL);
}
