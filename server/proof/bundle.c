/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: proofs as texts that are taken away, and what they prove.
 * May not: trust a part of a bundle before the signature over the root that it leads to.
 * Always:  what is parsed and formatted again is the same text; a row is proven only where the log says that it stands.
 */
#include "proof/bundle.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "base/id.h"
#include "proof/line.h"

#define FIRST_LINE "c2sp.org/tlog-proof@v1"
#define EXTRA      "extra "
#define INDEX      "index "

enum { HASH_TEXT_BYTES = BASE64_TEXT_BYTES(HASH_BYTES), INDEX_BYTES = 32, FRAME_BYTES = 128 };

/* ---- Writing ------------------------------------------------------------------------------------------------------------ */

static char *put_text(char *at, const char *text, size_t len)
{
    memcpy(at, text, len);
    return at + len;
}

/* With a newline behind it, where a NUL stood. */
static char *put_base64(char *at, const uint8_t *bytes, size_t len)
{
    base64_encode(bytes, len, at);
    at += BASE64_TEXT_BYTES(len) - 1;
    *at++ = '\n';
    return at;
}

enum status bundle_format(const struct bundle *bundle, struct arena *arena, char **ret_text, size_t *ret_len)
{
    assert(bundle->proof.n <= TREE_MAX_PROOF);
    if (bundle->leaf_len > LEAF_MAX_BYTES || bundle->note_len > NOTE_MAX_BYTES)
        return STATUS_NO_MEMORY;
    char *text = arena_alloc(arena, FRAME_BYTES + BASE64_TEXT_BYTES(bundle->leaf_len) +
                                        bundle->proof.n * HASH_TEXT_BYTES + bundle->note_len);
    if (text == NULL)
        return STATUS_NO_MEMORY;

    char *at = put_text(text, FIRST_LINE "\n" EXTRA, sizeof(FIRST_LINE "\n" EXTRA) - 1);
    at = put_base64(at, bundle->leaf, bundle->leaf_len);
    at += snprintf(at, INDEX_BYTES, INDEX "%" PRIu64 "\n", bundle->index);
    for (size_t i = 0; i < bundle->proof.n; i++)
        at = put_base64(at, bundle->proof.hashes[i].bytes, HASH_BYTES);
    *at++ = '\n';
    at = put_text(at, bundle->note, bundle->note_len);
    *at = '\0';
    *ret_text = text;
    *ret_len = (size_t)(at - text);
    return STATUS_OK;
}

/* ---- Reading ------------------------------------------------------------------------------------------------------------ */

static enum status leaf_take(struct line *rest, struct arena *arena, struct bundle *bundle)
{
    struct line value;
    TRY(line_take_after(rest, EXTRA, &value));
    const size_t max = value.len / 4 * 3;
    if (max > LEAF_MAX_BYTES + 2)
        return STATUS_INVALID;
    uint8_t *leaf = arena_alloc(arena, max);
    if (leaf == NULL)
        return STATUS_NO_MEMORY;
    TRY(base64_decode(value.at, value.len, leaf, max, &bundle->leaf_len));
    bundle->leaf = leaf;
    return bundle->leaf_len <= LEAF_MAX_BYTES ? STATUS_OK : STATUS_INVALID;
}

static enum status index_take(struct line *rest, uint64_t *ret_index)
{
    struct line value;
    TRY(line_take_after(rest, INDEX, &value));
    return line_number(value, ret_index);
}

/* Hashes up to the empty line, which is taken, too. */
static enum status proof_take(struct line *rest, struct tree_proof *proof)
{
    struct line line;
    for (proof->n = 0;; proof->n++) {
        size_t len = 0;
        TRY(line_take(rest, &line));
        if (line.len == 0)
            return STATUS_OK;
        if (proof->n == TREE_MAX_PROOF)
            return STATUS_INVALID;
        TRY(base64_decode(line.at, line.len, proof->hashes[proof->n].bytes, HASH_BYTES, &len));
        if (len != HASH_BYTES)
            return STATUS_INVALID;
    }
}

enum status bundle_parse(const char *text, size_t len, struct arena *arena, struct bundle *ret_bundle)
{
    struct bundle bundle = {0};
    struct line rest = {text, len}, line;
    struct note note;

    if (len > BUNDLE_MAX_BYTES)
        return STATUS_INVALID;
    TRY(line_take_after(&rest, FIRST_LINE, &line));
    if (line.len > 0)
        return STATUS_INVALID;
    TRY(leaf_take(&rest, arena, &bundle));
    TRY(index_take(&rest, &bundle.index));
    TRY(proof_take(&rest, &bundle.proof));
    TRY(note_parse(rest.at, rest.len, &note));
    bundle.note = rest.at;
    bundle.note_len = rest.len;
    *ret_bundle = bundle;
    return STATUS_OK;
}

/* ---- Verifying ---------------------------------------------------------------------------------------------------------- */

/* What the key has signed, and that it is the log's. */
static enum bundle_fault checkpoint_verify(const struct bundle *bundle, const struct note_key *key,
                                           struct checkpoint *ret_checkpoint)
{
    static const enum bundle_fault faults[] = {
        [NOTE_NOT_SIGNED] = BUNDLE_NOT_SIGNED,
        [NOTE_FORGED] = BUNDLE_FORGED,
        [NOTE_SIGNED] = BUNDLE_FINE,
    };
    struct note note;
    if (note_parse(bundle->note, bundle->note_len, &note) != STATUS_OK ||
        checkpoint_parse(note.text, note.text_len, ret_checkpoint) != STATUS_OK)
        return BUNDLE_NOT_A_CHECKPOINT;
    if (strcmp(ret_checkpoint->origin, key->name) != 0)
        return BUNDLE_OTHER_ORIGIN;
    if (key->kind != NOTE_ED25519)
        return BUNDLE_NOT_SIGNED;
    return faults[note_verify(&note, key, NULL)];
}

/* Whether the row says that it stands in the tree of this origin. */
static bool is_of_tree(const struct leaf *leaf, const char *origin)
{
    struct uuid tree;
    return origin_tree(origin, &tree) == STATUS_OK && memcmp(tree.bytes, leaf->fields[LEAF_TREE].data, UUID_BYTES) == 0;
}

enum bundle_fault bundle_verify(const struct bundle *bundle, const struct note_key *key,
                                struct bundle_proven *ret_proven)
{
    struct bundle_proven proven;
    if (leaf_decode(bundle->leaf, bundle->leaf_len, &proven.leaf) != STATUS_OK)
        return BUNDLE_NOT_A_LEAF;
    enum bundle_fault fault = checkpoint_verify(bundle, key, &proven.checkpoint);
    if (fault != BUNDLE_FINE)
        return fault;
    if (!is_of_tree(&proven.leaf, proven.checkpoint.origin))
        return BUNDLE_OTHER_TREE;
    const int64_t index = leaf_number_read(proven.leaf.fields[LEAF_INDEX].data);
    if (index < 0 || (uint64_t)index != bundle->index)
        return BUNDLE_OTHER_INDEX;
    const struct hash hash = tree_leaf(bundle->leaf, bundle->leaf_len);
    if (!tree_verify_inclusion(&hash, bundle->index, proven.checkpoint.size, &bundle->proof, &proven.checkpoint.root))
        return BUNDLE_NOT_IN_TREE;
    *ret_proven = proven;
    return BUNDLE_FINE;
}
