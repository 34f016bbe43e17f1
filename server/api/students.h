/* SPDX-License-Identifier: EUPL-1.2 */
/* students.h: students' cards as JSON, for the operations that show them. Private to api/. */
#ifndef TRYGG_API_STUDENTS_H
#define TRYGG_API_STUDENTS_H

#include <stddef.h>

#include "base/json_text.h"
#include "domain/student.h"

/* Writes the cards as a list, a member of that name. */
void students_write(struct json_writer *writer, const char *name, const struct student_card *cards, size_t n);

#endif
