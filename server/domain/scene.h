/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * scene.h: what a use case is made of. A use case is a const table of steps in domain/; the pipeline in call/ runs the steps in their
 * order, on a read snapshot or inside the writer, and hands out the grant. Steps that take a session run SQL and nothing else (no
 * crypto: they may run on the writer thread); the others run on the request's own thread.
 */
#ifndef TRYGG_DOMAIN_SCENE_H
#define TRYGG_DOMAIN_SCENE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/caller.h"
#include "base/failure.h"
#include "base/id.h"
#include "base/status.h"
#include "domain/actor.h"
#include "domain/vault.h"
#include "policy/policy.h"
#include "storage/statement.h"
#include "storage/storage.h"

/* One moment: who asks, on which day, in which snapshot or transaction. */
struct scene {
    struct session *session;
    struct arena *arena;
    const struct organisation_keys *keys; /* and so the organisation */
    const struct caller *caller;
    const struct mark *login; /* of the caller's issuer and subject (actor_mark) */
    struct actor actor;
    int32_t today;
};

/* What the activity row says the call was about (V4). */
struct subject {
    const char *object_kind; /* "student", or NULL */
    struct maybe_uuid object;
    struct maybe_uuid student;
    struct maybe_uuid school;
    const struct uuid *shown;
    size_t n_shown;
    bool
        at_organisation; /* the row stands in the organisation's tree, wherever the ground holds: a school's people are not to learn of it */
};

/* How the actor stands to what is asked for: the question for policy/, and the row's subject. */
enum { RELATION_MAX_ALSO = 4 };
struct relation {
    enum action action;
    enum action
        also[RELATION_MAX_ALSO]; /* further rights that the call needs, such as that to set a civic number (S1) */
    size_t n_also;
    struct policy_object object;
    struct subject subject;
    int64_t version; /* of what is changed, for If-Match (X2); 0 where nothing is */
};

/* Adds a further right that the call needs. */
static inline void relation_also(struct relation *relation, enum action action)
{
    assert(relation->n_also < RELATION_MAX_ALSO);
    relation->also[relation->n_also++] = action;
}

/* A read: ready (crypto; optional: what the input holds sealed, such as a page token, or is looked up by its mark), relate (SQL), decide,
 * fetch (SQL; may add to the relation's subject what it shows), row, open (crypto). `input` is the use case's own struct; what relate
 * leaves in it is there for fetch, which may still refuse what the grant does not show (STATUS_FORBIDDEN), or what is not as it was asked
 * for; that is logged, too. A read that finds its objects by what is sealed has two steps more, once and before all that: gather
 * (SQL, on a snapshot of its own, when the caller may read) and sift (crypto); what they leave is only a hint to fetch, which decides anew. */
struct read_case {
    enum status (*ready)(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input);
    enum status (*gather)(struct scene *scene, void *input);
    enum status (*sift)(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input);
    enum status (*relate)(struct scene *scene, void *input, struct relation *ret_relation);
    enum status (*fetch)(struct scene *scene, const struct grant *grant, void *input, struct relation *relation);
    enum status (*open)(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input);
    bool of_log; /* gather, relate or fetch reads the log */
};

/* What a change did. */
enum receipt_kind { RECEIPT_CREATED, RECEIPT_CHANGED, RECEIPT_UNCHANGED };

/* What a change answers (X1): id, version; the ground comes from the grant. */
struct receipt {
    struct uuid id;
    int64_t version;
    enum receipt_kind kind;
};

/* A change: ready (crypto; optional: marks of what the input names), relate, decide, then prepare (crypto: keys and sealing; optional),
 * then inside the writer relate, decide and apply (SQL). What apply finds changed since prepare (a version, a thing that is there now) it
 * answers with STATUS_PRECONDITION_FAILED: by If-Match that is the caller's business, otherwise the whole is done again. `finish` (optional)
 * is always called after prepare succeeded, with whether what was prepared has been stored. recall (optional) tells the row what the call
 * made, now or when it came for the first time (X1). */
struct write_case {
    enum status (*ready)(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                         void *input);
    enum status (*relate)(struct scene *scene, void *input, struct relation *ret_relation);
    enum status (*prepare)(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input);
    enum status (*apply)(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt);
    void (*recall)(const struct receipt *receipt, struct subject *subject);
    void (*finish)(struct vault *vault, void *input, bool stored);
    bool
        decided_once; /* prepare needs the input alone: there is no look at a snapshot before, and the writer decides */
    bool plants;      /* what it creates is a school, which gets a tree of its own in the log (V1) */

    /* After prepare: bytes that it writes beside the little that all write, where that depends on the input; optional. */
    size_t (*weight)(const void *input);
};

#endif
