/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: checkpoints as texts, their order, and the names of logs.
 * May not: know who signs them.
 * Always:  a checkpoint has one text, and any other text is none.
 */
#include "proof/checkpoint.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "proof/line.h"

size_t checkpoint_format(const struct checkpoint *checkpoint, char ret_text[static CHECKPOINT_TEXT_BYTES])
{
    char root[BASE64_TEXT_BYTES(HASH_BYTES)];
    assert(note_name_is_good(checkpoint->origin) && checkpoint->size <= TREE_MAX_SIZE);
    base64_encode(checkpoint->root.bytes, HASH_BYTES, root);
    const int len =
        snprintf(ret_text, CHECKPOINT_TEXT_BYTES, "%s\n%" PRIu64 "\n%s\n", checkpoint->origin, checkpoint->size, root);
    assert(len > 0 && len < CHECKPOINT_TEXT_BYTES);
    return (size_t)len;
}

enum status checkpoint_parse(const char *text, size_t len, struct checkpoint *ret_checkpoint)
{
    struct line rest = {text, len}, origin, size, root;
    struct checkpoint checkpoint = {0};
    size_t root_len = 0;

    TRY(line_take(&rest, &origin));
    TRY(line_take(&rest, &size));
    TRY(line_take(&rest, &root));
    if (rest.len > 0 || origin.len >= sizeof checkpoint.origin || memchr(origin.at, 0, origin.len) != NULL)
        return STATUS_INVALID;
    memcpy(checkpoint.origin, origin.at, origin.len);
    TRY(line_number(size, &checkpoint.size));
    TRY(base64_decode(root.at, root.len, checkpoint.root.bytes, HASH_BYTES, &root_len));
    if (root_len != HASH_BYTES || !note_name_is_good(checkpoint.origin))
        return STATUS_INVALID;
    *ret_checkpoint = checkpoint;
    return STATUS_OK;
}

enum checkpoint_order checkpoint_compare(const struct checkpoint *known, const struct checkpoint *now)
{
    if (strcmp(known->origin, now->origin) != 0)
        return CHECKPOINT_OTHER_LOG;
    if (now->size < known->size)
        return CHECKPOINT_ROLLED_BACK;
    return now->size == known->size && !hash_equal(&now->root, &known->root) ? CHECKPOINT_FORKED : CHECKPOINT_GOES_ON;
}

/* ---- Origins ------------------------------------------------------------------------------------------------------------ */

/* False when it would be too long. */
static bool join(const char *house, size_t house_len, const struct uuid *tree, char ret_origin[static NOTE_NAME_BYTES])
{
    char id[UUID_TEXT_BYTES];

    if (house_len > NOTE_NAME_BYTES - UUID_TEXT_BYTES - 1)
        return false;
    uuid_format(tree, id);
    (void)snprintf(ret_origin, NOTE_NAME_BYTES, "%.*s/%s", (int)house_len, house, id);
    return true;
}

void origin_make(const char *house, const struct uuid *tree, char ret_origin[static NOTE_NAME_BYTES])
{
    const bool fits = join(house, strlen(house), tree, ret_origin);
    assert(fits && note_name_is_good(ret_origin));
    (void)fits;
}

enum status origin_tree(const char *origin, struct uuid *ret_tree)
{
    const char *slash = strrchr(origin, '/');

    return slash != NULL ? uuid_parse(slash + 1, ret_tree) : STATUS_INVALID;
}

enum status origin_key(const struct note_key *key, const struct uuid *tree, struct note_key *ret_key)
{
    const char *slash = strrchr(key->name, '/');
    char origin[NOTE_NAME_BYTES];

    if (slash == NULL || !join(key->name, (size_t)(slash - key->name), tree, origin))
        return STATUS_INVALID;
    note_key_make(origin, NOTE_ED25519, &key->key, ret_key);
    return STATUS_OK;
}
