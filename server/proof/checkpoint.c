/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: checkpoints as texts.
 * May not: know who signs them.
 * Always:  a checkpoint has one text, and any other text is none.
 */
#include "proof/checkpoint.h"

#include <assert.h>
#include <inttypes.h>
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
