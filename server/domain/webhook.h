/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * webhook.h: whom to wake when there are changes (X4), after Standard Webhooks (standardwebhooks.com). A wake-up says that there is something
 * new and nothing more. Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_WEBHOOK_H
#define TRYGG_DOMAIN_WEBHOOK_H

#include "domain/record.h"

enum { WEBHOOKS_MAX = 64, WEBHOOKS_OF_CLIENT = 16 }; /* of one organisation, and of each client in it */

struct webhook {
    struct uuid id;
    int64_t version;
    const char *client;       /* that made it */
    struct maybe_uuid school; /* not known: what belongs to no school */
    const char *url;
    int64_t created_at; /* ms */
    int64_t failures;   /* since the last wake-up that was taken */
    const char *ground;

    struct sealed sealed_url; /* as fetched, until the column is opened */
};

extern const struct record_kind webhook_kind;

/* Standard Webhooks: how long a secret may be, and how it begins as text. */
enum { WEBHOOK_SECRET_MIN = 24, WEBHOOK_SECRET_MAX = 64 };
#define WEBHOOK_SECRET_PREFIX "whsec_"

/* Makes one. A secret that is not given is made from the request, so that the same request has the same (X1). */
struct webhook_create {
    struct maybe_uuid school;
    const char *url;
    const char *secret;          /* as text; NULL: it is to be made */
    const char *idempotency_key; /* of the request */
    struct failure *failure;     /* takes a URL or secret that is none, and a school that is not there */

    const char *made_secret; /* out: the text of the secret that was made; NULL for one that was given */

    uint8_t bytes[WEBHOOK_SECRET_MAX]; /* by ready: the secret, unless it is none */
    size_t n_bytes;
    bool school_exists; /* by relate */
    struct uuid id;     /* by prepare, with what follows */
    struct sealed sealed_url, sealed_secret;
};
extern const struct write_case webhook_create_case;

struct webhook_remove {
    struct uuid id;
};
extern const struct write_case webhook_remove_case;

/* Whether this is an absolute http or https URL, with a host, and with no user, password or fragment. A port is 1 to 65535. */
bool webhook_url_is_good(const char *url);

#endif
