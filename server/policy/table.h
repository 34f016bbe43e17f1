/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * table.h: the decision table, which policy.c reads: what no row allows is refused. Private to policy/.
 */
#ifndef TRYGG_POLICY_TABLE_H
#define TRYGG_POLICY_TABLE_H

#include "policy/policy.h"

/* Through what a row allows. */
enum via {
    VIA_SELF,         /* the actor's own person */
    VIA_BOND,         /* all of these bonds, with a current staff membership at the object's school (G1) */
    VIA_TIE,          /* a current tie to the student, with a current staff membership at the student's school (G1) */
    VIA_ROLE,         /* a current membership at the object's school */
    VIA_OWN_ROLE,     /* the same, of whoever is the object's author */
    VIA_ORGANISATION, /* a current membership on the organisation */
    VIA_OUTSIDE,      /* the same, of someone who is staff at no school today */
    VIA_STAFF,        /* any current staff membership */
    VIA_MEMBER,       /* any current membership */
    VIA_CLIENT,       /* a service client's scope */
    VIA_OWN_CLIENT,   /* the service client that has made it, with the scope still */
};

struct rule {
    enum action action;
    const char *ground;
    enum via via;
    unsigned which; /* VIA_BOND: enum bond; VIA_TIE: enum tie_kind; VIA_ROLE, VIA_OWN_ROLE: enum role */
    unsigned scope; /* the scope that caps it */
    unsigned shows;
};

/* Rows of one action stand in the order own relation, role, client: the first that matches is the ground. */
extern const struct rule policy_rules[];
extern const size_t policy_n_rules;

/* How an action is refused. One that has an object is refused as unseen unless its sight action is allowed. */
struct refusal {
    bool has_object;
    enum action sight;
    const char *unseen;
    const char *forbidden;
};

extern const struct refusal policy_refusals[ACTION_COUNT];

/* What makes something that only a school whose module is on can have (X7). */
extern const bool policy_creating[ACTION_COUNT];

#endif
