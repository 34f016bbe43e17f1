/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * scene.h: what a use case is made of. A use case is a const table of steps in domain/; the pipeline in call/ runs the steps in their
 * order, on a read snapshot or inside the writer, and hands out the grant. Steps that take a session run SQL and nothing else (no
 * crypto: they may run on the writer thread); the others run on the request's own thread.
 */
#ifndef TRYGG_DOMAIN_SCENE_H
#define TRYGG_DOMAIN_SCENE_H

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
};

/* How the actor stands to what is asked for: the question for policy/, and the row's subject. */
struct relation {
    enum action action;
    bool has_also; /* a second right that the call needs, such as that to set a civic number (S1) */
    enum action also;
    struct policy_object object;
    struct subject subject;
};

/* A read: prepare (crypto; optional: what the input holds sealed, such as a page token), relate (SQL), decide, fetch (SQL; may add to the relation's subject what it shows), row, open (crypto). `input` is the
 * use case's own struct; what relate leaves in it is there for fetch. */
struct read_case {
    enum status (*prepare)(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                           void *input);
    enum status (*relate)(struct scene *scene, void *input, struct relation *ret_relation);
    enum status (*fetch)(struct scene *scene, const struct grant *grant, void *input, struct relation *relation);
    enum status (*open)(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                        struct arena *arena, void *input);
};

/* What a POST answers (X1): id, version; the ground comes from the grant. */
struct receipt {
    struct uuid id;
    int64_t version;
};

/* A change: relate, decide, then prepare (crypto: keys and sealing), then inside the writer relate, decide and apply (SQL). `finish`
 * is always called after prepare succeeded, with whether what was prepared has been stored. recall tells the row what the call made, now
 * or when it came for the first time (X1). */
struct write_case {
    enum status (*relate)(struct scene *scene, void *input, struct relation *ret_relation);
    enum status (*prepare)(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input);
    enum status (*apply)(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt);
    void (*recall)(const struct receipt *receipt, struct subject *subject);
    void (*finish)(struct vault *vault, void *input, bool stored);
};

#endif
