/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * replay.c: the answers that a retry gets again.
 * May not touch content: of a body only a keyed hash is kept.
 * Always: the same key with another body is refused, never run.
 */
#include "domain/replay.h"

#include <string.h>

#include "crypto/blind_index.h"
#include "statements.gen.h"

static const int64_t replay_lifetime = INT64_C(7) * 24 * 60 * 60 * 1000; /* ms */

void replay_mark(const struct organisation_keys *keys, const struct caller *caller, const char *operation,
                 const char *key, const char *body, struct replay_mark *ret_mark)
{
    const struct mark_part request[] = {
        {caller->issuer, strlen(caller->issuer)},
        {caller->subject, strlen(caller->subject)},
        {caller->client, strlen(caller->client)},
        {operation, strlen(operation)},
        {key, strlen(key)},
    };
    const struct mark_part content = {body, strlen(body)};

    blind_index_mark(keys->index, "replay-request", request, sizeof request / sizeof *request, &ret_mark->request);
    blind_index_mark(keys->index, "replay-body", &content, 1, &ret_mark->body);
}

enum status replay_find(struct scene *scene, int64_t now, const struct replay_mark *mark, struct receipt *ret_receipt)
{
    struct sql_replay_by_mark_row row;

    TRY(sql_replay_by_mark(scene->session,
                           &(struct sql_replay_by_mark_args){scene->keys->organisation, mark->request, now}, &row));
    if (memcmp(row.body.bytes, mark->body.bytes, sizeof row.body.bytes) != 0)
        return STATUS_KEY_REUSED;
    *ret_receipt = (struct receipt){row.object, row.version, row.unchanged ? RECEIPT_UNCHANGED : RECEIPT_CREATED};
    return STATUS_OK;
}

enum status replay_keep(struct scene *scene, struct tx *tx, const struct replay_mark *mark,
                        const struct receipt *receipt)
{
    const struct sql_replay_insert_args args = {
        .organisation = scene->keys->organisation,
        .mark = mark->request,
        .body = mark->body,
        .object = receipt->id,
        .version = receipt->version,
        .unchanged = receipt->kind == RECEIPT_UNCHANGED,
        .expires_at = tx_now(tx) + replay_lifetime,
        .now = tx_now(tx),
    };
    return sql_replay_insert(tx, &args, NULL);
}

/* Behind all there are: no id and no mark is greater. */
static struct replay_place last_place(void)
{
    struct replay_place last;

    memset(&last, 0xff, sizeof last);
    return last;
}

enum status replay_expire(struct tx *tx, int64_t n, struct replay_place *place)
{
    const struct sql_replay_stretch_args stretch = {place->organisation, place->mark, n - 1};
    struct sql_replay_stretch_row end;
    struct replay_place until = last_place();

    enum status status = sql_replay_stretch(tx_session(tx), &stretch, &end);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    const bool is_last = status == STATUS_NOT_FOUND;
    if (!is_last)
        until = (struct replay_place){end.organisation, end.mark};
    const struct sql_replay_expire_args args = {place->organisation, place->mark, until.organisation, until.mark,
                                                tx_now(tx)};
    TRY(sql_replay_expire(tx, &args, NULL));
    *place = is_last ? (struct replay_place){0} : until;
    return STATUS_OK;
}
