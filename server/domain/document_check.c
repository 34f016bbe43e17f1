/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * document_check.c: documents of which a part is missing, or stands where it does not belong.
 * May not open one.
 * Always: each that is torn is told of once.
 */
#include "domain/document_check.h"

#include "crypto/envelope.h"
#include "statements.gen.h"

static enum status take(void *context, const void *found)
{
    const struct checker *checker = context;
    const struct sql_check_documents_torn_row *row = found;

    check_found(checker, &(struct finding){.table = "document",
                                           .id = row != NULL ? &row->document : NULL,
                                           .what = "has parts that are missing, cut, or not in their place"});
    return STATUS_OK;
}

enum status documents_check(struct session *session, const struct checker *checker)
{
    const struct sql_check_documents_torn_args args = {ENVELOPE_OVERHEAD};
    enum status status = sql_check_documents_torn(session, &args, take, (void *)checker);

    if (status != STATUS_CORRUPT)
        return status;
    check_found(checker, &(struct finding){.table = "document", .what = "cannot be read to its end"});
    return STATUS_OK;
}
