/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Keeps a witness's memory.
 * May not judge what it is given.
 * Always: a file that cannot be read is not begun anew, one program at a time works with it, and it is replaced whole.
 */
#include "witness_state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/codec.h"
#include "file.h"
#include "memory.h"
#include "save.h"

enum { MAX_STATE = 16 << 20, ROOT_BYTES = 4 };

struct witness_state {
    char *path;
    json_t *whole;
    int lock;
};

struct witness_state *witness_state_close(struct witness_state *state)
{
    if (state == NULL)
        return NULL;
    json_decref(state->whole);
    if (state->lock >= 0)
        close(state->lock);
    free(state->path);
    free(state);
    return NULL;
}

/* The file itself is replaced, so it is not the one that is locked. */
static enum outcome lock(struct witness_state *state)
{
    char *path = NULL;
    if (asprintf(&path, "%s.lock", state->path) < 0)
        return memory_out();
    state->lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    enum outcome outcome = state->lock >= 0 ? OUTCOME_OK : usage("cannot write the file", path);
    if (outcome == OUTCOME_OK && flock(state->lock, LOCK_EX | LOCK_NB) != 0) {
        complain("another trygg works with the state", state->path);
        outcome = OUTCOME_LOCAL;
    }
    free(path);
    return outcome;
}

static bool is_whole(const json_t *whole)
{
    const char *origin;
    json_t *note;
    json_t *logs = json_object_get(whole, "logs");
    json_object_foreach(logs, origin, note) if (!json_is_string(note)) return false;
    return json_is_object(logs);
}

static enum outcome read_file(struct witness_state *state)
{
    struct buffer text = {0};
    if (access(state->path, F_OK) != 0 && errno == ENOENT) {
        state->whole = json_pack("{s:{}}", "logs");
        return state->whole != NULL ? OUTCOME_OK : memory_out();
    }
    TRY(file_read(state->path, MAX_STATE, &text));
    enum outcome outcome = file_parse(state->path, text.text, text.len, 1, &state->whole);
    buffer_wipe(&text);
    TRY(outcome);
    return is_whole(state->whole) ? OUTCOME_OK : usage("this is no state of a witness:", state->path);
}

static enum outcome open_parts(struct witness_state *state, const char *path)
{
    state->path = strdup(path);
    if (state->path == NULL)
        return memory_out();
    TRY(lock(state));
    return read_file(state);
}

enum outcome witness_state_open(const char *path, struct witness_state **ret_state)
{
    struct witness_state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return memory_out();
    state->lock = -1;
    enum outcome outcome = open_parts(state, path);
    if (outcome == OUTCOME_OK)
        *ret_state = state;
    else
        witness_state_close(state);
    return outcome;
}

const char *witness_state_note(const struct witness_state *state, const char *origin)
{
    return json_string_value(json_object_get(json_object_get(state->whole, "logs"), origin));
}

enum outcome witness_state_remember(struct witness_state *state, const struct checkpoint *checkpoint, const char *note,
                                    size_t len)
{
    json_t *logs = json_object_get(state->whole, "logs");
    if (json_object_set_new(logs, checkpoint->origin, json_stringn(note, len)) != 0)
        return memory_out();
    auto_text text = json_dumps(state->whole, JSON_INDENT(1) | JSON_SORT_KEYS);
    return text == NULL ? memory_out() : save_over(state->path, text, strlen(text));
}

/* The name follows from what is kept, so that the same evidence is kept once. */
enum outcome witness_state_keep(const struct witness_state *state, const struct checkpoint *checkpoint,
                                const char *note, size_t len, char **ret_path)
{
    char root[HEX_TEXT_BYTES(ROOT_BYTES)];
    char id[UUID_TEXT_BYTES] = "log";
    struct uuid tree;
    char *path = NULL;
    hex_encode(checkpoint->root.bytes, ROOT_BYTES, root);
    if (origin_tree(checkpoint->origin, &tree) == STATUS_OK)
        uuid_format(&tree, id);
    if (asprintf(&path, "%s.%s.%" PRIu64 ".%s.note", state->path, id, checkpoint->size, root) < 0)
        return memory_out();
    enum outcome outcome = save_over(path, note, len);
    if (outcome == OUTCOME_OK)
        *ret_path = path;
    else
        free(path);
    return outcome;
}
