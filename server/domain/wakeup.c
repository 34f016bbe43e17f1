/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wakeup.c: which webhooks are to be woken, and what a wake-up says (X4).
 * May not touch the network, nor what has changed.
 * Always: a wake-up names nothing: not whom, not what, not how much, not where in a log.
 */
#include "domain/wakeup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "crypto/envelope.h"
#include "crypto/hmac.h"
#include "domain/seal.h"
#include "domain/webhook.h"
#include "statements.gen.h"

enum { WAKEUPS_WAITING = 4096, DELAY_FIRST_MS = 5000, DELAY_LAST_MS = 3600000, DOUBLINGS = 11 };
enum { WAKEUP_ID_BYTES = 16, SECOND_MS = 1000 };

enum status wakeup_candidates(struct session *session, int64_t now, struct sql_webhooks_waiting_row **ret_rows,
                              size_t *ret_n)
{
    const struct sql_webhooks_waiting_args args = {now, WAKEUPS_WAITING};

    return sql_webhooks_waiting(session, &args, WAKEUPS_WAITING, ret_rows, ret_n);
}

enum status wakeup_read(struct session *session, const struct uuid *webhook, struct sql_webhook_to_send_row **ret_row)
{
    struct sql_webhook_to_send_row *row = arena_alloc(session_arena(session), sizeof *row);

    if (row == NULL)
        return STATUS_NO_MEMORY;
    TRY(sql_webhook_to_send(session, &(struct sql_webhook_to_send_args){*webhook}, row));
    *ret_row = row;
    return STATUS_OK;
}

/* ---- The letter ------------------------------------------------------------------------------------------------------- */

/* One for as long as nothing is taken: who gets it twice can tell. */
static enum status letter_id(const uint8_t *secret, size_t secret_len, const struct uuid *webhook, int64_t told,
                             struct arena *arena, const char **ret_id)
{
    const struct hash_part parts[] = {{"id", 2}, {webhook, sizeof *webhook}, {&told, sizeof told}};
    const struct hash mark = hmac_sha256(secret, secret_len, parts, sizeof parts / sizeof *parts);
    char text[HEX_TEXT_BYTES(WAKEUP_ID_BYTES)];

    hex_encode(mark.bytes, WAKEUP_ID_BYTES, text);
    *ret_id = arena_printf(arena, "wake_%s", text);
    return *ret_id != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status letter_sign(const uint8_t *secret, size_t secret_len, struct arena *arena,
                               struct wakeup_letter *letter)
{
    const struct hash_part parts[] = {{letter->id, strlen(letter->id)},
                                      {".", 1},
                                      {letter->timestamp, strlen(letter->timestamp)},
                                      {".", 1},
                                      {letter->body, strlen(letter->body)}};
    const struct hash mac = hmac_sha256(secret, secret_len, parts, sizeof parts / sizeof *parts);
    char text[SECRET_TEXT_BYTES(HASH_BYTES)];

    secret_encode(mac.bytes, HASH_BYTES, text);
    letter->signature = arena_printf(arena, "v1,%s", text);
    return letter->signature != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status wakeup_write(struct vault *vault, struct arena *arena, const struct uuid *webhook,
                         const struct sql_webhook_to_send_row *row, int64_t now, struct wakeup_letter *ret_letter)
{
    struct wakeup_letter letter = {.failures = row->failures};
    const struct organisation_keys *keys = NULL;
    char at[TIME_TEXT_BYTES];
    void *secret = NULL;
    size_t secret_len = 0;

    TRY(vault_organisation(vault, &row->organisation, &keys));
    const struct sealed_row place = {arena, keys->own, keys->organisation, *webhook, keys->own_id, row->version};
    const struct seal_place of_secret = {place.organisation, COLUMN_WEBHOOK_SECRET, place.row, place.key_id,
                                         place.version};
    TRY(open_text(&place, COLUMN_WEBHOOK_URL, row->url, &letter.url));
    TRY(envelope_open(arena, keys->own, &of_secret, row->secret, &secret, &secret_len));

    time_format(now, at);
    letter.timestamp = arena_printf(arena, "%" PRId64, now / SECOND_MS);
    letter.body = arena_printf(arena, "{\"type\":\"changes\",\"timestamp\":\"%s\"}", at);
    if (letter.timestamp == NULL || letter.body == NULL)
        return STATUS_NO_MEMORY;
    TRY(letter_id(secret, secret_len, webhook, row->told, arena, &letter.id));
    TRY(letter_sign(secret, secret_len, arena, &letter));
    *ret_letter = letter;
    return STATUS_OK;
}

/* ---- What became of it -------------------------------------------------------------------------------------------------- */

int64_t wakeup_delay(int64_t failures)
{
    const int64_t doublings = failures < DOUBLINGS ? failures : DOUBLINGS;
    const int64_t doubled = (int64_t)DELAY_FIRST_MS << (doublings > 0 ? doublings - 1 : 0);
    const int64_t delay = doubled < DELAY_LAST_MS ? doubled : DELAY_LAST_MS;
    const struct uuid dice = uuid_new();

    return delay + delay / 4 * dice.bytes[UUID_BYTES - 1] / UINT8_MAX;
}

enum status wakeup_taken(struct tx *tx, const struct uuid *webhook, int64_t told)
{
    return sql_webhook_taken(tx, &(struct sql_webhook_taken_args){*webhook, told, tx_now(tx)}, NULL);
}

enum status wakeup_passed(struct tx *tx, const struct uuid *webhook, int64_t told)
{
    return sql_webhook_passed(tx, &(struct sql_webhook_passed_args){*webhook, told}, NULL);
}

enum status wakeup_failed(struct tx *tx, const struct uuid *webhook, int64_t failures)
{
    const int64_t next_at = tx_now(tx) + wakeup_delay(failures);

    return sql_webhook_failed(tx, &(struct sql_webhook_failed_args){*webhook, next_at}, NULL);
}
