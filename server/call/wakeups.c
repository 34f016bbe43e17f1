/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wakeups.c: finding the webhooks that are to be woken, and keeping what became of it.
 * May not touch the network: chores/ sends.
 * Always: what is read in one round is bounded, no client takes the places of all, and no snapshot is held while something is sent.
 */
#include "call/wakeups.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "call/house.h"
#include "domain/change_feed.h"
#include "statements.gen.h"

/* Rows of the log that one webhook, and all of them together, are looked at for in a round; and after how many of them without a change
 * that is kept, so that they are not looked at again. */
enum { ROWS_OF_ONE = 4096, ROWS_OF_ROUND = 16 * ROWS_OF_ONE, ROWS_TO_PASS = 256 };
enum { SETTLE_BYTES = 4096 };

/* ---- What became of one -------------------------------------------------------------------------------------------------- */

struct settling {
    struct logged_job job;
    enum status (*settle)(struct tx *tx, const struct uuid *webhook, int64_t number);
    struct uuid webhook;
    int64_t number;
};

static enum status run_settling(struct tx *tx, struct job *job)
{
    const struct settling *settling = JOB_OF(settling, job);

    return settling->settle(tx, &settling->webhook, settling->number);
}

static enum status settle(struct house *house, const struct uuid *webhook, int64_t number,
                          enum status (*how)(struct tx *tx, const struct uuid *webhook, int64_t number))
{
    auto_arena arena = arena_new(SETTLE_BYTES);
    struct settling settling = {.settle = how, .webhook = *webhook, .number = number};

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    return house_run(house, arena, SETTLE_BYTES, run_settling, &settling.job);
}

enum status call_wakeup_taken(struct house *house, const struct uuid *webhook, int64_t told)
{
    return settle(house, webhook, told, wakeup_taken);
}

enum status call_wakeup_failed(struct house *house, const struct uuid *webhook, int64_t failures)
{
    return settle(house, webhook, failures + 1, wakeup_failed);
}

/* ---- A round ------------------------------------------------------------------------------------------------------------- */

/* One that was looked at. */
struct look {
    const struct sql_webhooks_waiting_row *candidate;
    struct sql_webhook_to_send_row *row; /* of one that is to be woken; NULL: no change was found */
    int64_t next;                        /* up to here nothing is a change */
};

struct round {
    struct house *house;
    struct arena *arena;
    const struct wakeup_way *on_their_way;
    size_t n_on_their_way;
    struct mark *clients; /* of each that is on its way, and of each that is to be woken */
    size_t n_clients;
    size_t max_clients;
    struct look *looks;
    size_t n_looks;
    int64_t rows_left;
};

static bool is_on_its_way(const struct round *round, const struct uuid *webhook)
{
    for (size_t i = 0; i < round->n_on_their_way; i++)
        if (uuid_equal(&round->on_their_way[i].webhook, webhook))
            return true;
    return false;
}

static bool has_its_share(const struct round *round, const struct mark *client)
{
    size_t n = 0;

    for (size_t i = 0; i < round->n_clients; i++)
        n += memcmp(&round->clients[i], client, sizeof *client) == 0;
    return n >= WAKEUPS_OF_CLIENT;
}

static enum status look_at(struct round *round, struct session *session,
                           const struct sql_webhooks_waiting_row *candidate)
{
    struct look look = {.candidate = candidate};
    bool found = false;

    TRY(change_find(session, &candidate->tree, candidate->told, ROWS_OF_ONE, round->house->is_change, &look.next,
                    &found));
    round->rows_left -= look.next - candidate->told;
    if (found) {
        TRY(wakeup_read(session, &candidate->webhook, &look.row));
        round->clients[round->n_clients++] = candidate->client_mark;
    }
    round->looks[round->n_looks++] = look;
    return STATUS_OK;
}

static enum status look_around(struct round *round)
{
    struct sql_webhooks_waiting_row *candidates = NULL;
    auto_session session = NULL;
    size_t n = 0;

    TRY(session_begin(round->house->store, round->arena, &session));
    TRY(wakeup_candidates(session, clock_now(), &candidates, &n));
    round->looks = arena_array(round->arena, n, sizeof *round->looks);
    if (round->looks == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n && round->n_clients < round->max_clients && round->rows_left > 0; i++)
        if (!is_on_its_way(round, &candidates[i].webhook) && !has_its_share(round, &candidates[i].client_mark))
            TRY(look_at(round, session, &candidates[i]));
    return STATUS_OK;
}

static enum status write_one(const struct round *round, const struct look *look, struct wakeup *ret_wakeup)
{
    struct wakeup wakeup = {
        .webhook = look->candidate->webhook, .client = look->candidate->client_mark, .told = look->candidate->size};

    TRY(wakeup_write(round->house->vault, round->arena, &wakeup.webhook, look->row, clock_now(), &wakeup.letter));
    *ret_wakeup = wakeup;
    return STATUS_OK;
}

enum status call_wakeups(struct house *house, struct arena *arena, const struct wakeup_way *on_their_way,
                         size_t n_on_their_way, size_t max, struct wakeup *ret_wakeups, size_t *ret_n)
{
    struct round round = {.house = house,
                          .arena = arena,
                          .on_their_way = on_their_way,
                          .n_on_their_way = n_on_their_way,
                          .clients = arena_array(arena, n_on_their_way + max, sizeof *round.clients),
                          .max_clients = n_on_their_way + max,
                          .rows_left = ROWS_OF_ROUND};
    size_t n = 0;

    assert(house->is_change != NULL);
    if (round.clients == NULL)
        return STATUS_NO_MEMORY;
    for (; round.n_clients < n_on_their_way; round.n_clients++)
        round.clients[round.n_clients] = on_their_way[round.n_clients].client;
    TRY(look_around(&round));
    for (size_t i = 0; i < round.n_looks; i++) {
        const struct look *look = &round.looks[i];
        if (look->row != NULL)
            TRY(write_one(&round, look, &ret_wakeups[n++]));
        else if (look->next - look->candidate->told >= ROWS_TO_PASS)
            TRY(settle(house, &look->candidate->webhook, look->next, wakeup_passed));
    }
    *ret_n = n;
    return STATUS_OK;
}
