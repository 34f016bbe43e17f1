/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bundle.h: a proof that can be taken away and verified offline (c2sp.org/tlog-proof): the leaf (as `extra`), its index, the inclusion proof
 * and the signed checkpoint, in one text.
 */
#ifndef TRYGG_PROOF_BUNDLE_H
#define TRYGG_PROOF_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "proof/checkpoint.h"
#include "proof/leaf.h"
#include "proof/note.h"
#include "proof/tree.h"

enum { BUNDLE_MAX_BYTES = 512 * 1024 };

struct bundle {
    const uint8_t *leaf; /* the encoding of leaf.h */
    size_t leaf_len;
    uint64_t index;
    struct tree_proof proof;
    const char *note; /* the signed checkpoint, verbatim */
    size_t note_len;
};

/* One text in the arena, with a NUL behind it. STATUS_NO_MEMORY. */
must_check enum status bundle_format(const struct bundle *bundle, struct arena *arena, char **ret_text,
                                     size_t *ret_len);

/* Leaf in the arena, the note borrowed from text. STATUS_INVALID when it is not such a text to the last byte; STATUS_NO_MEMORY. */
must_check enum status bundle_parse(const char *text, size_t len, struct arena *arena, struct bundle *ret_bundle);

/* Why a bundle proves nothing, in the order in which it is looked at. */
enum bundle_fault {
    BUNDLE_FINE,
    BUNDLE_NOT_A_BUNDLE, /* another format, bytes missing or left over */
    BUNDLE_NOT_A_LEAF,   /* what it holds is no row of a log */
    BUNDLE_NOT_A_CHECKPOINT,
    BUNDLE_OTHER_ORIGIN, /* the checkpoint is not of the log that the key belongs to */
    BUNDLE_NOT_SIGNED,   /* not by this key */
    BUNDLE_FORGED,       /* by this key's name, but it does not verify */
    BUNDLE_OTHER_TREE,   /* the row says that it stands in another log */
    BUNDLE_OTHER_INDEX,  /* the row says that it stands at another place */
    BUNDLE_NOT_IN_TREE,  /* the proof does not lead from the row to the checkpoint */
    BUNDLE_FAULTS,       /* how many there are */
};

struct bundle_proven {
    struct checkpoint checkpoint;
    struct leaf leaf; /* borrows from the bundle */
};

/* Whether the row stood in the log that `key` (kind Ed25519; its name is the log's origin) has signed. The log's tree id is the last
 * part of the origin, behind its last '/', as 36 characters of a UUID. */
enum bundle_fault bundle_verify(const struct bundle *bundle, const struct note_key *key,
                                struct bundle_proven *ret_proven);

#endif
