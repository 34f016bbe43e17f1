/* SPDX-License-Identifier: EUPL-1.2 */
/* checkpoint.h: what a log commits itself to (c2sp.org/tlog-checkpoint): its origin, its size and its root, as the text of a signed note. */
#ifndef TRYGG_PROOF_CHECKPOINT_H
#define TRYGG_PROOF_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "crypto/hash.h"
#include "proof/note.h"
#include "proof/tree.h"

struct checkpoint {
    char origin[NOTE_NAME_BYTES];
    uint64_t size;
    struct hash root;
};

enum { CHECKPOINT_TEXT_BYTES = NOTE_NAME_BYTES + 80 };

/* The three lines and a NUL; returns their length. */
size_t checkpoint_format(const struct checkpoint *checkpoint, char ret_text[static CHECKPOINT_TEXT_BYTES]);

/* STATUS_INVALID when it is anything but three lines in their only form; extension lines are refused, as nothing audits them. */
must_check enum status checkpoint_parse(const char *text, size_t len, struct checkpoint *ret_checkpoint);

#endif
