/* SPDX-License-Identifier: EUPL-1.2 */
/* student_columns.h: the sealed columns of one student, opened and sealed together. Private to domain/. */
#ifndef TRYGG_DOMAIN_STUDENT_COLUMNS_H
#define TRYGG_DOMAIN_STUDENT_COLUMNS_H

#include "domain/seal.h"
#include "statements.gen.h"

struct student_plain {
    const char *given_name;
    const char *family_name;
    const char *civic_number; /* canonical, or NULL */
};

struct student_columns {
    struct sealed given_name, family_name, civic_number;
};

/* `row` names the key, and the version that the columns were sealed under. */
must_check enum status student_columns_open(const struct sealed_row *row, const struct sql_student_by_id_row *stored,
                                            struct student_plain *ret_plain);

/* Every version seals all of them anew: each is bound to the version of its row (C3). */
must_check enum status student_columns_seal(const struct sealed_row *row, const struct student_plain *plain,
                                            struct student_columns *ret_columns);

#endif
