/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_turns.c: closing and reopening personsaker, from JSON (P8, S6).
 * May not touch rights, nor repeat what was written.
 * Always: of many in one call each has an outcome of its own, in the order in which they were named.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/personsak_turn.h"

/* ---- One ---------------------------------------------------------------------------------------------------------------- */

static enum status turn_one(const struct api_request *request, struct personsak_turn *turn,
                            struct api_answer *ret_answer)
{
    struct outcome_of_write outcome;
    struct call call;

    TRY(shape_post(request, &call));
    TRY(call_write(&call, &personsak_turn_case, turn, &outcome));
    return shape_changed(request, &outcome, ret_answer);
}

enum status op_close_personsak(struct api_request *request, struct api_answer *ret_answer)
{
    struct personsak_turn turn = {
        .way = TURN_CLOSE,
        .personsak = {request->path[CLOSE_PERSONSAK_PATH_PERSONSAK_ID].uuid},
        .words = member_text(request->body, "summary"),
    };

    return turn_one(request, &turn, ret_answer);
}

enum status op_reopen_personsak(struct api_request *request, struct api_answer *ret_answer)
{
    struct personsak_turn turn = {
        .way = TURN_REOPEN,
        .personsak = {request->path[REOPEN_PERSONSAK_PATH_PERSONSAK_ID].uuid},
        .words = member_text(request->body, "reason"),
    };

    return turn_one(request, &turn, ret_answer);
}

/* ---- Many --------------------------------------------------------------------------------------------------------------- */

static struct personsak_turn read_item(const json_t *body)
{
    const json_t *version = json_object_get(body, "version");
    struct personsak_turn turn = {.way = TURN_CLOSE_ONE_MORE, .words = member_text(body, "summary")};

    (void)member_uuid(body, "personsakId", &turn.personsak.uuid);
    turn.expected = (struct maybe_int){json_is_integer(version), json_integer_value(version)};
    return turn;
}

/* NULL where the house failed: the call then does, and goes on from there when it comes again. */
static const char *outcome_word(const struct batch_item *item)
{
    static const char *const refusals[STATUS_COUNT] = {
        [STATUS_NOT_FOUND] = "notFound",
        [STATUS_FORBIDDEN] = "forbidden",
        [STATUS_PRECONDITION_FAILED] = "changed",
    };

    if (item->status != STATUS_OK)
        return refusals[item->status];
    return item->outcome.receipt.kind == RECEIPT_UNCHANGED ? "alreadyClosed" : "closed";
}

static enum status shape_item(const struct batch_item *item, const struct personsak_turn *turn, json_t *results)
{
    const bool done = item->status == STATUS_OK;
    const char *word = outcome_word(item);

    if (word == NULL)
        return item->status;
    return shape_append(results, json_pack("{s:o, s:s, s:o, s:o}", "personsakId", shape_uuid(&turn->personsak.uuid),
                                           "outcome", word, "version",
                                           done ? json_integer((json_int_t)item->outcome.receipt.version) : json_null(),
                                           "ground", shape_text(done ? item->outcome.ground : NULL)));
}

enum status op_close_personsaker(struct api_request *request, struct api_answer *ret_answer)
{
    const json_t *bodies = json_object_get(request->body, "items");
    const size_t n = json_array_size(bodies);
    struct personsak_turn *turns = arena_array(request->arena, n, sizeof *turns);
    struct batch_item *items = arena_array(request->arena, n, sizeof *items);
    auto_json results = json_array();
    struct call call;

    if (turns == NULL || items == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        turns[i] = read_item(json_array_get(bodies, i));
        items[i] = (struct batch_item){.input = &turns[i]};
    }
    TRY(shape_post(request, &call));
    TRY(call_batch(&call, &personsak_turn_case, items, n));
    for (size_t i = 0; i < n; i++)
        TRY(shape_item(&items[i], &turns[i], results));
    return shape_ok(json_pack("{s:O}", "results", results), ret_answer);
}
