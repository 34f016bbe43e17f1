/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * witness_state.h: what a witness remembers: of each log, by its origin, the newest checkpoint that it has found to go on from the one
 * before. A JSON file, {"logs": {ORIGIN: SIGNED NOTE}}.
 */
#ifndef TRYGG_CLI_WITNESS_STATE_H
#define TRYGG_CLI_WITNESS_STATE_H

#include <stddef.h>

#include "outcome.h"
#include "proof/checkpoint.h"

struct witness_state;

/* Reads the file, or begins with nothing when there is none. Nobody else may open it until it is closed. Complains itself. */
must_check enum outcome witness_state_open(const char *path, struct witness_state **ret_state);
struct witness_state *witness_state_close(struct witness_state *state);

/* The note remembered, and NULL, which only a log has that was never seen. Valid until the next that is remembered. */
const char *witness_state_note(const struct witness_state *state, const char *origin);

/* Remembers the note, and makes it last. */
must_check enum outcome witness_state_remember(struct witness_state *state, const struct checkpoint *checkpoint,
                                               const char *note, size_t len);

/* Keeps a note as evidence, beside the state: STATE.ID.SIZE.ROOT.note. The caller frees the path. */
must_check enum outcome witness_state_keep(const struct witness_state *state, const struct checkpoint *checkpoint,
                                           const char *note, size_t len, char **ret_path);

#endif
