/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * webhook_write.c: making and removing webhooks (X4).
 * May not touch the network: whether a URL leads to where wake-ups may go is seen when one goes.
 * Always: a webhook is its client's own, and its URL and secret are sealed; a new one is told of what comes after it.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/blind_index.h"
#include "crypto/hmac.h"
#include "domain/registry.h"
#include "domain/webhook_facts.h"
#include "statements.gen.h"

enum { SECRET_MADE_BYTES = MARK_BYTES, PORT_DIGITS = 5 };

/* ---- URL and secret ------------------------------------------------------------------------------------------------------ */

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* A name, whose last label alone may be followed by a dot, an IPv4 address, or an IPv6 address in brackets; NULL when it is none, else
 * where it ends. */
static const char *after_host(const char *host)
{
    const char *end = host;

    if (*host == '[') {
        end = strchr(host, ']');
        return end != NULL && end > host + 1 && strspn(host + 1, "0123456789abcdefABCDEF:.") == (size_t)(end - host - 1)
                   ? end + 1
                   : NULL;
    }
    for (; is_letter_or_digit(*end) || *end == '-' || *end == '.'; end++)
        if (end[0] == '.' && end[1] == '.')
            return NULL;
    return end > host && is_letter_or_digit(*host) ? end : NULL;
}

static const char *after_port(const char *colon)
{
    const size_t digits = strspn(colon + 1, "0123456789");
    const long port = digits >= 1 && digits <= PORT_DIGITS ? strtol(colon + 1, NULL, 10) : 0;

    return port >= 1 && port <= UINT16_MAX ? colon + 1 + digits : NULL;
}

bool webhook_url_is_good(const char *url)
{
    static const char *const schemes[] = {"https://", "http://"};
    const char *rest = NULL;

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes && rest == NULL; i++)
        if (strncmp(url, schemes[i], strlen(schemes[i])) == 0)
            rest = after_host(url + strlen(schemes[i]));
    if (rest != NULL && *rest == ':')
        rest = after_port(rest);
    if (rest == NULL || (*rest != '\0' && *rest != '/' && *rest != '?'))
        return false;
    return strpbrk(rest, "#\\\"<>^`{|}") == NULL;
}

static enum status secret_read(struct webhook_create *create)
{
    const size_t prefix = strlen(WEBHOOK_SECRET_PREFIX);

    if (strncmp(create->secret, WEBHOOK_SECRET_PREFIX, prefix) != 0)
        return STATUS_INVALID;
    TRY(secret_decode(create->secret + prefix, create->bytes, sizeof create->bytes, &create->n_bytes));
    return create->n_bytes >= WEBHOOK_SECRET_MIN ? STATUS_OK : STATUS_INVALID;
}

static enum status secret_make(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                               struct webhook_create *create)
{
    const struct mark_part parts[] = {{caller->issuer, strlen(caller->issuer)},
                                      {caller->subject, strlen(caller->subject)},
                                      {caller->client, strlen(caller->client)},
                                      {create->idempotency_key, strlen(create->idempotency_key)}};
    const size_t prefix = strlen(WEBHOOK_SECRET_PREFIX);
    char *text = arena_alloc(arena, prefix + SECRET_TEXT_BYTES(SECRET_MADE_BYTES));
    struct mark *secret = arena_alloc(arena, sizeof *secret);

    if (text == NULL || secret == NULL)
        return STATUS_NO_MEMORY;
    blind_index_mark(keys->index, "webhook-secret", parts, sizeof parts / sizeof *parts, secret);
    memcpy(create->bytes, secret->bytes, SECRET_MADE_BYTES);
    create->n_bytes = SECRET_MADE_BYTES;
    (void)snprintf(text, prefix + 1, "%s", WEBHOOK_SECRET_PREFIX);
    secret_encode(create->bytes, create->n_bytes, text + prefix);
    create->made_secret = text;
    return STATUS_OK;
}

/* ---- Making -------------------------------------------------------------------------------------------------------------- */

/* What is no secret is told by apply, to those who may make a webhook. */
static enum status create_ready(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                                void *input)
{
    struct webhook_create *create = input;

    if (create->secret == NULL)
        return secret_make(keys, caller, arena, create);
    if (secret_read(create) != STATUS_OK)
        create->n_bytes = 0;
    return STATUS_OK;
}

static enum status create_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct webhook_create *create = input;
    struct relation relation = {.action = ACTION_CREATE_WEBHOOK,
                                .subject = {.object_kind = registry_kind_name(KIND_WEBHOOK)}};

    create->school_exists = false;
    if (create->school.known) {
        enum status status = school_find(scene, &(struct school_id){create->school.uuid});
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        create->school_exists = status == STATUS_OK;
    }
    relation.subject.school = (struct maybe_uuid){create->school_exists, create->school.uuid};
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status create_prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                  void *input)
{
    struct webhook_create *create = input;

    (void)vault;
    create->id = uuid_new();
    const struct sealed_row row = {arena, keys->own, keys->organisation, create->id, keys->own_id, 1};
    const struct seal_place place = {row.organisation, COLUMN_WEBHOOK_SECRET, row.row, row.key_id, row.version};
    TRY(seal_text(&row, COLUMN_WEBHOOK_URL, create->url, &create->sealed_url));
    return envelope_seal(arena, row.key, &place, create->bytes, create->n_bytes, &create->sealed_secret);
}

/* All that is wrong with it (X3). */
static enum status create_check(const struct webhook_create *create)
{
    enum status url = STATUS_OK, secret = STATUS_OK, school = STATUS_OK;

    if (!webhook_url_is_good(create->url))
        url = failure_add(create->failure, FAILURE_IN_BODY, FAILURE_FORMAT, "/url");
    if (create->n_bytes == 0)
        secret = failure_add(create->failure, FAILURE_IN_BODY, FAILURE_FORMAT, "/secret");
    if (create->school.known && !create->school_exists)
        school = failure_add(create->failure, FAILURE_IN_BODY, FAILURE_REFERENCE, "/schoolId");
    TRY(url);
    TRY(secret);
    return school;
}

static enum status create_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                struct relation *relation, struct receipt *ret_receipt)
{
    const struct webhook_create *create = input;
    const struct organisation_id organisation = scene->keys->organisation;
    const struct uuid tree = create->school.known ? create->school.uuid : organisation.uuid;
    struct sql_webhook_count_row count;
    struct sql_activity_tree_size_row size;

    (void)relation;
    assert(grant_action(grant) == ACTION_CREATE_WEBHOOK);
    TRY(create_check(create));
    TRY(sql_webhook_count(scene->session, &(struct sql_webhook_count_args){organisation, *scene->login}, &count));
    if (count.webhooks >= WEBHOOKS_MAX || count.of_client >= WEBHOOKS_OF_CLIENT)
        return STATUS_LIMIT_REACHED;
    TRY(sql_activity_tree_size(scene->session, &(struct sql_activity_tree_size_args){tree}, &size));
    const struct sql_webhook_insert_args args = {
        .webhook = create->id,
        .organisation = organisation,
        .client = scene->caller->client,
        .client_mark = *scene->login,
        .school = create->school,
        .url = create->sealed_url,
        .secret = create->sealed_secret,
        .created_at = tx_now(tx),
        .told = size.size,
    };
    TRY(sql_webhook_insert(tx, &args, NULL));
    *ret_receipt = (struct receipt){create->id, 1, RECEIPT_CREATED};
    return STATUS_OK;
}

const struct write_case webhook_create_case = {.ready = create_ready,
                                               .relate = create_relate,
                                               .prepare = create_prepare,
                                               .apply = create_apply,
                                               .recall = target_recall};

/* ---- Removing ------------------------------------------------------------------------------------------------------------ */

static enum status remove_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    const struct webhook_remove *removal = input;
    struct webhook webhook;

    return webhook_relate(scene, ACTION_REMOVE_WEBHOOK, &removal->id, ret_relation, &webhook);
}

static enum status remove_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                                struct relation *relation, struct receipt *ret_receipt)
{
    const struct webhook_remove *removal = input;

    assert(grant_action(grant) == ACTION_REMOVE_WEBHOOK);
    TRY(sql_webhook_remove(tx, &(struct sql_webhook_remove_args){scene->keys->organisation, removal->id}, NULL));
    *ret_receipt = (struct receipt){removal->id, relation->version, RECEIPT_CHANGED};
    return STATUS_OK;
}

const struct write_case webhook_remove_case = {.relate = remove_relate, .apply = remove_apply};
