/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seed_logins.h: who of a seed can log in, as the configuration stands: a house that nobody can enter is told of when it is made.
 */
#ifndef TRYGG_SEED_LOGINS_H
#define TRYGG_SEED_LOGINS_H

#include "api/seed.h"
#include "config.h"

/* A seed that was stored. */
struct seeding {
    const struct config *config;
    const struct seed_file *file;
    const char *path; /* of the file */
    bool made;        /* the store was made for it: nobody else's records are in it */
};

/* Warns, a line each, of issuers of logins that no section for their organisation has, and of organisations without an owner who can log
 * in. Repeats no name and no subject. */
void seed_warn_of_logins(const struct seeding *seeding);

#endif
