/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seed_logins.c: who of a seed can log in, as the configuration stands.
 * It may not touch the store, and repeats nothing of the seed but an organisation's key and an issuer that is an address.
 * A login counts by its issuer to the letter, and by the organisation that this issuer speaks for (L4).
 */
#include "seed_logins.h"

#include <stdio.h>
#include <string.h>

#include "base/caller.h"
#include "base/clock.h"
#include "base/text.h"
#include "complain.h"

enum { PLACE_BYTES = 96 };

static bool is_trusted(const struct config *config, const struct seed *seed, const char *issuer)
{
    for (size_t i = 0; i < config->n_issuers; i++) {
        const struct auth_issuer *section = &config->issuers[i].issuer;
        if (strcmp(section->issuer, issuer) == 0 &&
            uuid_equal(&section->organisation.uuid, &seed->organisation.id.uuid))
            return true;
    }
    return false;
}

/* ---- Issuers that nobody trusts -------------------------------------------------------------------------------------- */

static bool is_first_of_its_issuer(const struct seed *seed, size_t identity)
{
    for (size_t i = 0; i < identity; i++) {
        if (strcmp(seed->identities[i].issuer, seed->identities[identity].issuer) == 0)
            return false;
    }
    return true;
}

/* Where the seed has it: logins stand in the order of their persons. */
static void write_place(const struct seed *seed, size_t organisation, size_t identity,
                        char ret_place[static PLACE_BYTES])
{
    const struct uuid *person = &seed->identities[identity].person.uuid;
    size_t which = 0, first = identity;

    while (!uuid_equal(&seed->persons[which].id.uuid, person))
        which++;
    while (first > 0 && uuid_equal(&seed->identities[first - 1].person.uuid, person))
        first--;
    snprintf(ret_place, PLACE_BYTES, "organisations[%zu].persons[%zu].identities[%zu].issuer", organisation, which,
             identity - first);
}

/* One that is no address may be a subject in the wrong place. */
static const char *shown_issuer(const char *issuer)
{
    return text_is_token(issuer, CALLER_ISSUER_BYTES - 1) && strstr(issuer, "://") != NULL ? issuer : "not an address";
}

static void warn_of_issuers(const struct seeding *seeding, size_t organisation)
{
    const struct seed *seed = &seeding->file->organisations[organisation];
    char place[PLACE_BYTES];

    for (size_t i = 0; i < seed->n_identities; i++) {
        const char *issuer = seed->identities[i].issuer;
        if (is_trusted(seeding->config, seed, issuer) || !is_first_of_its_issuer(seed, i))
            continue;
        write_place(seed, organisation, i, place);
        complain_warning(
            "%s: %s (%s) is, to the letter, the issuer of no [issuer] section for this organisation in %s: "
            "nobody can log in by it; mend the section, or give whoever has it another login",
            seeding->path, place, shown_issuer(issuer), seeding->config->path);
    }
}

/* ---- Owners ------------------------------------------------------------------------------------------------------------ */

static bool can_log_in(const struct config *config, const struct seed *seed, const struct person_id *person)
{
    for (size_t i = 0; i < seed->n_identities; i++) {
        if (uuid_equal(&seed->identities[i].person.uuid, &person->uuid) &&
            is_trusted(config, seed, seed->identities[i].issuer))
            return true;
    }
    return false;
}

static bool has_owner_who_can_log_in(const struct config *config, const struct seed *seed)
{
    for (size_t i = 0; i < seed->n_memberships; i++) {
        const struct seed_membership *membership = &seed->memberships[i];
        if (membership->role == ROLE_OWNER && membership->period.until >= clock_today() &&
            can_log_in(config, seed, &membership->person))
            return true;
    }
    return false;
}

static void warn_of_owner(const struct seeding *seeding, const struct seed *seed)
{
    const char *directory = seeding->config->data_directory;
    char id[UUID_TEXT_BYTES];

    if (has_owner_who_can_log_in(seeding->config, seed))
        return;
    uuid_format(&seed->organisation.id.uuid, id);
    complain_warning(
        "%s: organisation \"%s\": no owner can log in, and nobody else can make one: an owner needs a login "
        "whose issuer is, to the letter, that of an [issuer] section of %s with organisation = %s; mend the "
        "section, or %s%s%s, mend the seed and start over",
        seeding->path, seed->organisation.key, seeding->config->path, id,
        seeding->made ? "remove the data directory " : "put the data directory ", directory,
        seeding->made ? "" : " back as it was before");
}

void seed_warn_of_logins(const struct seeding *seeding)
{
    for (size_t i = 0; i < seeding->file->n; i++) {
        warn_of_issuers(seeding, i);
        warn_of_owner(seeding, &seeding->file->organisations[i]);
    }
}
