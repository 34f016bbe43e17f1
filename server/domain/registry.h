/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * registry.h: what every record of the registry has in common (M1): it is made, changed, or put by the id that another system gave it.
 * A use case embeds a struct target for the record itself and a struct reference for each thing that the record names.
 */
#ifndef TRYGG_DOMAIN_REGISTRY_H
#define TRYGG_DOMAIN_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "domain/scene.h"
#include "domain/seal.h"

enum registry_kind {
    KIND_ORGANISATION,
    KIND_SCHOOL,
    KIND_PERSON,
    KIND_IDENTITY,
    KIND_MEMBERSHIP,
    KIND_STUDENT,
    KIND_ENROLMENT,
    KIND_TIE,
    KIND_GROUP,
    KIND_GROUP_MEMBER,
    KIND_WEBHOOK,
    KIND_PROPOSAL,
    KIND_PERSONSAK,
    KIND_HENDELSE,
    KIND_DOCUMENT,
    KIND_DEPARTURE,
    REGISTRY_KINDS
};

/* The word for it in activity rows and in external_id. */
const char *registry_kind_name(enum registry_kind kind);

/* What another system calls a thing; system NULL: nothing. Ids given by service clients and those given by people are apart: nobody can lay
 * claim to the id under which a registry will send a child (docs/decisions/0012). */
struct external_id {
    const char *system;
    const char *value;
};

/* ---- The record itself -------------------------------------------------------------------------------------------------- */

enum target_way {
    TARGET_CREATE, /* POST: a new one; with an external id that is known already it is taken */
    TARGET_CHANGE, /* PATCH, DELETE: the one with this id */
    TARGET_PUT,    /* the one with this external id, or a new one */
};

struct target {
    enum target_way way;
    enum registry_kind kind;
    struct uuid id;              /* TARGET_CHANGE: in; otherwise found, or made by target_new */
    struct external_id external; /* in; TARGET_PUT needs it */

    struct mark mark; /* of the external id, by target_ready */
    bool exists;      /* by target_find: there is something to change */
    bool taken;       /* by target_find: to be created, but the external id is something's already */
    bool adopted;     /* by target_adopt: what is there gets the external id */

    /* What prepare has seen and made; not touched when relate runs again. */
    bool prepared;
    bool seen_exists;
    bool seen_adopted;
    int64_t seen_version;
    struct uuid seen_id;
    struct uuid external_row;
    struct key_id external_key; /* what the external id is sealed with, or would be */
    struct sealed sealed_system, sealed_value;
};

/* For write_case.ready: the mark of the external id. */
void target_ready(const struct organisation_keys *keys, const struct caller *caller, struct target *target);

/* First in relate: sets exists, taken, and the id of what exists. With TARGET_CHANGE `exists` only says that the row is to be looked for: a
 * use case that does not find it says so in its relation. */
must_check enum status target_find(struct scene *scene, struct target *target);

/* In relate, once the facts of what exists are gathered: what a put found but the caller may neither read nor change is to them as if it were
 * not there, and something new cannot take its external id. `read` is the action of reading it; the relation's is that of changing it. */
must_check enum status target_conceal(struct scene *scene, struct target *target, enum action read,
                                      const struct relation *relation);

/* In relate, when a put by an external id that nobody knows turns out to be about something that is there: that is changed, and the
 * external id leads to it from then on. The caller must have a right to change it. */
void target_adopt(struct target *target, const struct uuid *id);

/* In prepare, for what exists: `version` is that of the row that the new values were sealed over. */
void target_seen(struct target *target, int64_t version);

/* In prepare, for what does not exist: makes its id, and seals the external id, if there is one, with the key that what it names is
 * sealed with. */
must_check enum status target_new(struct target *target, const struct organisation_keys *keys,
                                  const struct key_id *key_id, const struct data_key *key, struct arena *arena);

/* In prepare, after target_seen, for what was adopted: seals the external id as target_new does. */
must_check enum status target_attach(struct target *target, const struct organisation_keys *keys,
                                     const struct key_id *key_id, const struct data_key *key, struct arena *arena);

/* First in apply: STATUS_TAKEN, or STATUS_PRECONDITION_FAILED when the row (version 0: none) is not the one that prepare saw. */
must_check enum status target_check(const struct target *target, int64_t version);

/* In apply, for what is new or adopted, once all that it names is known: STATUS_PRECONDITION_FAILED when prepare did not seal with the key of
 * what it is about, which was not known then, or another. */
must_check enum status target_sealed_for(const struct target *target, const struct key_id *key_id);

/* In apply, after the insert of what is new or the update of what was adopted: keeps its external id. */
must_check enum status target_keep(struct scene *scene, struct tx *tx, const struct target *target);

/* What the change answers. */
struct receipt target_receipt(const struct target *target, bool unchanged);

/* For write_case.recall: the record is the row's object. */
void target_recall(const struct receipt *receipt, struct subject *subject);

/* ---- What a record names ------------------------------------------------------------------------------------------------ */

/* By its id, or by what another system calls it; neither: not given. */
struct reference {
    bool by_id;
    struct uuid id;
    struct external_id external;
    struct mark mark; /* by reference_ready: the caller's own id, and then a registry's */
    struct mark registry_mark;
};

static inline bool reference_given(const struct reference *reference)
{
    return reference->by_id || reference->external.system != NULL;
}

void reference_ready(const struct organisation_keys *keys, const struct caller *caller, enum registry_kind kind,
                     struct reference *reference);

/* Its id; STATUS_NOT_FOUND for an external id that nobody knows. That an id given as such leads somewhere is seen when its row is
 * looked for. */
must_check enum status reference_find(struct scene *scene, const struct reference *reference, struct uuid *ret_id);

/* The name of the member that gave it: "/school" or "/schoolId"; `name` is "school". In the arena. */
must_check enum status reference_failure(struct arena *arena, const struct reference *reference, const char *name,
                                         struct failure *failure);

/* For apply: what a put names of a record that is there must be what the record has, `id`; else FAILURE_CONFLICT under that name. */
must_check enum status reference_fixed(struct scene *scene, const struct reference *reference, const char *name,
                                       const struct uuid *id, struct failure *failure);

/* ---- Facts that several kinds rest on ----------------------------------------------------------------------------------- */

/* One place that holds whenever it is asked for: a record at a school is the school's business for as long as there is a record. */
must_check enum status place_always(struct arena *arena, const struct school_id *school, struct policy_object *object);

/* Whether this school is there; STATUS_NOT_FOUND if not. */
must_check enum status school_find(struct scene *scene, const struct school_id *school);

/* This school, or what its own rights cover, as an object: its place is the school, for ever. `kind` is the word for it in activity rows. A
 * school that is not there is no error: the relation then says so. */
must_check enum status school_object(struct scene *scene, enum action action, const char *kind,
                                     const struct school_id *school, struct relation *ret_relation);

/* The school that a record names, and whether one is named that is there. */
must_check enum status school_named(struct scene *scene, const struct reference *reference,
                                    struct school_id *ret_school, bool *ret_known);

/* Whether the caller may read this person (M1): a person that someone may not read cannot be named by them either. */
must_check enum status person_is_readable(struct scene *scene, const struct person_id *person, bool *ret_readable);

/* The facts of a right on this person: the family ties of the student that the person is, if any (G2); its places
 * are the schools of its memberships, from the day that they are made until they end.
 * A person that is not there is no error: the object then says so. */
must_check enum status person_family(struct scene *scene, const struct person_id *person, struct policy_object *object);
must_check enum status person_object(struct scene *scene, const struct person_id *person,
                                     struct policy_object *ret_object);

/* The student that this person is, if any. */
must_check enum status person_student(struct scene *scene, const struct person_id *person,
                                      struct maybe_uuid *ret_student);

/* The object of a relation on this person, and whom its row names: the student that the person is (V4), and the school, if all their
 * memberships are at one (V1). */
must_check enum status person_relate(struct scene *scene, const struct person_id *person, struct relation *relation);

/* So many records of a kind that hold or are to come may a person or student have: whatever rests on them reads them all at each call. */
enum { REGISTRY_MAX_HELD = 500 };

/* In apply, after the write, which a refusal undoes: STATUS_INVALID at `member` when there are too many now. */
must_check enum status records_bounded(struct scene *scene, enum registry_kind kind, const struct uuid *of,
                                       const char *member, struct failure *failure);

/* The period when members that are absent stay as they are. One that is new holds for a day at least; an older one may be ended before it
 * began, which is to end it at once, or never to have let it begin. */
struct period_change {
    bool has_from, has_until;
    struct period period;
};
must_check enum status period_apply(const struct period_change *change, const struct period *stored, bool is_new,
                                    struct failure *failure, struct period *ret_period);

#endif
