/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * webhook_read.c: one webhook, and those that someone may see (X4).
 * May not touch the secret: it is shown once, when the webhook is made.
 * Always: a client sees its own, an owner all.
 */
#include <stddef.h>
#include <string.h>

#include "domain/webhook.h"
#include "domain/webhook_facts.h"
#include "statements.gen.h"

enum status webhook_relate(struct scene *scene, enum action action, const struct uuid *id,
                           struct relation *ret_relation, struct webhook *ret_webhook)
{
    struct relation relation = {
        .action = action,
        .subject = {.object_kind = registry_kind_name(KIND_WEBHOOK), .object = {true, *id}},
    };
    const struct sql_webhook_by_id_args args = {scene->keys->organisation, *id};
    struct sql_webhook_by_id_row row;
    enum status status = sql_webhook_by_id(scene->session, &args, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        relation.object.exists = true;
        relation.object.is_clients_own = memcmp(&row.client_mark, scene->login, sizeof row.client_mark) == 0;
        relation.subject.school = row.school;
        relation.version = row.version;
        *ret_webhook = (struct webhook){.id = *id,
                                        .version = row.version,
                                        .client = row.client,
                                        .school = row.school,
                                        .created_at = row.created_at,
                                        .failures = row.failures,
                                        .sealed_url = row.url};
    }
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status relate(struct scene *scene, const struct uuid *id, struct relation *ret_relation, void *ret_webhook)
{
    return webhook_relate(scene, ACTION_READ_WEBHOOK, id, ret_relation, ret_webhook);
}

static enum status relate_list(struct scene *scene, const struct page_position *position, struct relation *relation)
{
    (void)scene;
    (void)position;
    relation->action = ACTION_LIST_WEBHOOKS;
    return STATUS_OK;
}

static enum status open(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *record)
{
    struct webhook *webhook = record;
    const struct sealed_row row = {arena, keys->own, keys->organisation, webhook->id, keys->own_id, webhook->version};

    (void)vault;
    return open_text(&row, COLUMN_WEBHOOK_URL, webhook->sealed_url, &webhook->url);
}

static enum status candidates(struct scene *scene, const struct page_position *position, const struct uuid *after,
                              size_t limit, const struct uuid **ret_ids, size_t *ret_n)
{
    const struct sql_webhooks_args args = {scene->keys->organisation, *after, (int64_t)limit};

    (void)position;
    return LISTING_IDS(sql_webhooks, scene, &args, limit, ret_ids, ret_n);
}

const struct record_kind webhook_kind = {
    .list = "listWebhooks",
    .kind = KIND_WEBHOOK,
    .bytes = sizeof(struct webhook),
    .version = offsetof(struct webhook, version),
    .ground = offsetof(struct webhook, ground),
    .relate = relate,
    .candidates = candidates,
    .relate_list = relate_list,
    .open = open,
};
