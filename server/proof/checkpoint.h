/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * checkpoint.h: what a log commits itself to (c2sp.org/tlog-checkpoint): its origin, its size and its root, as the text of a signed note.
 * An origin is "<name of the house>/<tree id>", and the name of the log's keys.
 */
#ifndef TRYGG_PROOF_CHECKPOINT_H
#define TRYGG_PROOF_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
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

/* How a checkpoint stands to one that is known of the same log. */
enum checkpoint_order {
    CHECKPOINT_GOES_ON, /* as far as the sizes tell: a consistency proof says whether a larger one does */
    CHECKPOINT_OTHER_LOG,
    CHECKPOINT_ROLLED_BACK,
    CHECKPOINT_FORKED, /* two roots of one size */
};
enum checkpoint_order checkpoint_compare(const struct checkpoint *known, const struct checkpoint *now);

/* Asserts that what it makes is the good name of a key. */
void origin_make(const char *house, const struct uuid *tree, char ret_origin[static NOTE_NAME_BYTES]);

/* STATUS_INVALID when no id stands behind its last slash. */
must_check enum status origin_tree(const char *origin, struct uuid *ret_tree);

/* The key that another log of a house has whose one log has this one. STATUS_INVALID when this is no log's, or the name grows too long. */
must_check enum status origin_key(const struct note_key *key, const struct uuid *tree, struct note_key *ret_key);

#endif
