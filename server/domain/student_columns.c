/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * student_columns.c: names and civic number in and out of their envelopes (C1).
 * May not touch the store.
 * Always: all or none; what is written to one row carries one version.
 */
#include "domain/student_columns.h"

enum status student_columns_open(const struct sealed_row *row, const struct sql_student_by_id_row *stored,
                                 struct student_plain *ret_plain)
{
    struct student_plain plain = {0};

    TRY(open_text(row, COLUMN_STUDENT_GIVEN_NAME, stored->given_name, &plain.given_name));
    TRY(open_text(row, COLUMN_STUDENT_FAMILY_NAME, stored->family_name, &plain.family_name));
    TRY(open_text(row, COLUMN_STUDENT_CIVIC_NUMBER, stored->civic_number, &plain.civic_number));
    *ret_plain = plain;
    return STATUS_OK;
}

enum status student_columns_seal(const struct sealed_row *row, const struct student_plain *plain,
                                 struct student_columns *ret_columns)
{
    struct student_columns columns;

    TRY(seal_text(row, COLUMN_STUDENT_GIVEN_NAME, plain->given_name, &columns.given_name));
    TRY(seal_text(row, COLUMN_STUDENT_FAMILY_NAME, plain->family_name, &columns.family_name));
    TRY(seal_text(row, COLUMN_STUDENT_CIVIC_NUMBER, plain->civic_number, &columns.civic_number));
    *ret_columns = columns;
    return STATUS_OK;
}
