/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_open.h: opening a personsak (P2), on its own or by accepting a proposal (P1). Inputs are filled in by api/.
 */
#ifndef TRYGG_DOMAIN_PERSONSAK_OPEN_H
#define TRYGG_DOMAIN_PERSONSAK_OPEN_H

#include "domain/code.h"
#include "domain/personsak.h"

/* What is to be opened. */
struct personsak_new {
    const char *sakstype;
    const char *category;
    const char *description;
    bool has_saksbehandler; /* else it is the student's contact teacher */
    struct person_id saksbehandler;
    const struct person_id *medsaksbehandlere; /* PERSONSAK_MAX_HANDLERS at most */
    size_t n_medsaksbehandlere;
    struct failure *failure; /* takes codes and people that it cannot be opened with */

    /* By personsak_new_seal. */
    struct personsak_id id;
    struct key_id key;
    struct sealed sealed_sakstype, sealed_category, sealed_description;
};

/* For prepare: makes its id and key, and seals what it says. */
must_check enum status personsak_new_seal(struct vault *vault, const struct organisation_keys *keys,
                                          struct arena *arena, struct personsak_new *new);

/* For weight: how long what it says is, sealed; bytes. */
size_t personsak_new_weight(const struct personsak_new *new);

/* For finish. */
void personsak_new_finish(struct vault *vault, const struct personsak_new *new, bool stored);

/* For apply: looks at codes and people, and stores it. */
must_check enum status personsak_new_store(struct scene *scene, struct tx *tx, const struct personsak_new *new,
                                           const struct student_id *student, const struct school_id *school);

/* For recall: the personsak is the row's object. */
void personsak_recall(const struct receipt *receipt, struct subject *subject);

struct personsak_open {
    struct student_id student;
    struct school_id school;
    struct personsak_new new;

    struct student_id of; /* by relate: the student, or the one that a double turned out to be */
};
extern const struct write_case personsak_open_case;

/* Whether a new record may name this code; FAILURE_REFERENCE at `member` if not. */
must_check enum status personsak_check_code(struct scene *scene, enum code_list list, const char *code,
                                            const char *member, struct failure *failure);

#endif
