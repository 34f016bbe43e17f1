/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak.h: what every use case of Sikker Sak rests on: a personsak, its school, its student, and how the caller stands to it (P3, G1, G2).
 */
#ifndef TRYGG_DOMAIN_PERSONSAK_H
#define TRYGG_DOMAIN_PERSONSAK_H

#include "domain/registry.h"
#include "domain/scene.h"

/* So many handle one at most, besides whoever leads it. */
enum { PERSONSAK_MAX_HANDLERS = 50 };

/* How someone handles one today, as statements number it. */
enum handling { HANDLES_NOT, HANDLES_AS_LEADER, HANDLES_BESIDE };

/* The same as bonds (enum bond). */
unsigned personsak_bonds(int64_t handling);

/* What a case worker reads aloud on the telephone: the year of the id and ten letters and digits made from it, "2026-7K3QX-9M2AB". It is
 * the same for ever and nobody has to keep it. */
enum { REFERENCE_TEXT_BYTES = sizeof "2026-7K3QX-9M2AB" };
void personsak_reference(const struct personsak_id *id, char ret_text[static REFERENCE_TEXT_BYTES]);

struct sql_personsak_by_id_row;

/* The facts of a right on this personsak, or on something in it, and the subject of the row. Its only place is its school, whatever became of
 * the student's enrolments; ties and family are the student's. One that is not there is no error: the relation then says so, and ret_row is
 * not written. */
must_check enum status personsak_relate(struct scene *scene, enum action action, const struct personsak_id *id,
                                        struct relation *ret_relation, struct sql_personsak_by_id_row *ret_row);

/* The same with the row in the arena, for a use case that keeps it; *ret_row is not written when there is none. */
must_check enum status personsak_relate_row(struct scene *scene, enum action action, const struct personsak_id *id,
                                            struct relation *ret_relation,
                                            const struct sql_personsak_by_id_row **ret_row);

/* Turns the relation into one on something in the personsak (a hendelse, a document): its subject's object, and whether the caller is its
 * author. */
void personsak_relate_part(const struct scene *scene, enum registry_kind kind, const struct uuid *part,
                           const struct person_id *author, struct relation *relation);

/* Whether this person can lead or handle a personsak on this student at this school: current staff there (G1), and neither the student nor
 * a guardian of theirs (G2). */
must_check enum status personsak_can_handle(struct scene *scene, const struct person_id *person,
                                            const struct school_id *school, const struct student_id *student,
                                            bool *ret_can);

/* For apply: FAILURE_REFERENCE at `member` of the body for someone who cannot. */
must_check enum status personsak_check_handler(struct scene *scene, const struct person_id *person,
                                               const struct school_id *school, const struct student_id *student,
                                               const char *member, struct failure *failure);

/* For relate: where the action makes something, whether the school has the module for it (X7). */
must_check enum status module_load(struct scene *scene, enum action action, const struct school_id *school,
                                   struct policy_object *object);

#endif
