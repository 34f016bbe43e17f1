/* SPDX-License-Identifier: EUPL-1.2 */
/* students.h: students' cards as JSON, for the operations that show them. Private to api/. */
#ifndef TRYGG_API_STUDENTS_H
#define TRYGG_API_STUDENTS_H

#include <jansson.h>
#include <stddef.h>

#include "base/status.h"
#include "domain/student.h"

/* Appends the cards to a list. */
must_check enum status shape_cards(const struct student_card *cards, size_t n, json_t *data);

#endif
