/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: what a verifier is handed, as any bytes. The first byte says as what: 'b' a bundle, 'd' a good bundle and damage to it, 'n' a
 *          note, 'k' the text of a key, 'l' a row, 'c' a checkpoint.
 * May not: know how any of them is laid out.
 * Always:  what is taken is written again as the same bytes, and what is proven is a row of the one log that was signed here, in its place.
 */
#include <stdio.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "input.h"
#include "proof/bundle.h"

#define ORIGIN  "trygg/01990000-0000-7000-8000-000000000001"
#define WITNESS "witness.example/w1"

enum { ARENA_BYTES = 2 << 20, ROWS = 11, ROW_BYTES = 256, NOTE_BYTES = 1024, MAX_DAMAGE = 4, SLACK = 1024 };

struct bench {
    struct note_key keys[2]; /* the log's and a witness's */
    uint8_t rows[ROWS][ROW_BYTES];
    size_t lengths[ROWS];
    struct hash hashes[ROWS];
    char note[NOTE_BYTES];
    size_t note_len;
};

/* ---- A log -------------------------------------------------------------------------------------------------------------------- */

static struct signing_keys *keys_of(const char *seed)
{
    char path[] = "/tmp/trygg-fuzz-XXXXXX";
    struct signing_keys *keys = NULL;
    enum signing_fault fault;
    int file = mkstemp(path);
    must(file >= 0 && write(file, seed, strlen(seed)) == (ssize_t)strlen(seed));
    close(file);
    must(signing_keys_open(path, &keys, &fault) == STATUS_OK);
    unlink(path);
    return keys;
}

static struct leaf_value text_value(const char *text)
{
    return (struct leaf_value){(const uint8_t *)text, strlen(text)};
}

static void make_row(struct bench *bench, size_t i)
{
    static const uint8_t id[16] = {0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1};
    uint8_t number[LEAF_NUMBER_BYTES];
    leaf_number_write((int64_t)i, number);
    struct leaf leaf = {.fields = {
                            [LEAF_TREE] = {id, sizeof id},
                            [LEAF_INDEX] = {number, sizeof number},
                            [LEAF_AT] = {number, sizeof number},
                            [LEAF_ORGANISATION] = {id, sizeof id},
                            [LEAF_ACTOR_KIND] = text_value("person"),
                            [LEAF_OPERATION] = text_value(i % 2 == 0 ? "getStudent" : "changeStudent"),
                            [LEAF_OUTCOME] = text_value("allowed"),
                            [LEAF_GROUND] = text_value("S2.tie.mentor"),
                            [LEAF_REQUEST] = {id, sizeof id},
                        }};
    if (i % 3 == 0)
        leaf.fields[LEAF_SHOWN] = (struct leaf_value){id, i};
    bench->lengths[i] = leaf_size(&leaf);
    must(bench->lengths[i] <= ROW_BYTES);
    leaf_encode(&leaf, bench->rows[i]);
    bench->hashes[i] = leaf_hash(&leaf);
}

static enum status root(void *context, const struct tree_place *place, struct hash *ret_hash)
{
    const struct bench *bench = context;
    struct hash hashes[ROWS];
    must(place->level < 4 && (place->index + 1) << place->level <= ROWS);
    memcpy(hashes, bench->hashes + (place->index << place->level), sizeof *hashes << place->level);
    *ret_hash = tree_fold(hashes, place->level);
    return STATUS_OK;
}

static void sign(struct bench *bench)
{
    auto_signing_keys log = keys_of("404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f\n");
    auto_signing_keys witness = keys_of("606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f\n");
    const struct tree_source source = {root, bench};
    struct checkpoint checkpoint = {.origin = ORIGIN, .size = ROWS};
    char text[CHECKPOINT_TEXT_BYTES], lines[2][NOTE_LINE_BYTES];
    must(tree_root(&source, ROWS, &checkpoint.root) == STATUS_OK);
    const size_t len = checkpoint_format(&checkpoint, text);
    must(note_sign(log, 0, ORIGIN, NOTE_ED25519, 0, text, len, lines[0]) == STATUS_OK);
    must(note_sign(witness, 0, WITNESS, NOTE_COSIGNATURE, 1790000060, text, len, lines[1]) == STATUS_OK);
    note_key_make(ORIGIN, NOTE_ED25519, signing_public_key(log, 0), &bench->keys[0]);
    note_key_make(WITNESS, NOTE_COSIGNATURE, signing_public_key(witness, 0), &bench->keys[1]);
    bench->note_len = (size_t)snprintf(bench->note, sizeof bench->note, "%s\n%s%s", text, lines[0], lines[1]);
}

static struct bench make_bench(void)
{
    struct bench bench;
    must(crypto_start() == STATUS_OK);
    for (size_t i = 0; i < ROWS; i++)
        make_row(&bench, i);
    sign(&bench);
    return bench;
}

/* ---- As what ------------------------------------------------------------------------------------------------------------------ */

static void must_be_proven(const struct bench *bench, const struct bundle *bundle, const struct bundle_proven *proven)
{
    must(bundle->index < ROWS && bundle->leaf_len == bench->lengths[bundle->index]);
    must(memcmp(bundle->leaf, bench->rows[bundle->index], bundle->leaf_len) == 0);
    must(proven->checkpoint.size == ROWS && strcmp(proven->checkpoint.origin, ORIGIN) == 0);
    must(leaf_number_read(proven->leaf.fields[LEAF_INDEX].data) == (int64_t)bundle->index);
}

static void as_bundle(const struct bench *bench, const char *text, size_t len)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    struct bundle_proven proven;
    struct bundle bundle;
    char *again = NULL;
    size_t again_len = 0;
    must(arena != NULL);
    const enum status status = bundle_parse(text, len, arena, &bundle);
    must(status == STATUS_OK || status == STATUS_INVALID);
    if (status != STATUS_OK)
        return;
    must(bundle_format(&bundle, arena, &again, &again_len) == STATUS_OK);
    must(again_len == len && memcmp(again, text, len) == 0);
    if (bundle_verify(&bundle, &bench->keys[0], &proven) == BUNDLE_FINE)
        must_be_proven(bench, &bundle, &proven);
    must(bundle_verify(&bundle, &bench->keys[1], &proven) != BUNDLE_FINE);
}

static void as_damaged_bundle(const struct bench *bench, struct input *input)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    const struct tree_source source = {root, (void *)(uintptr_t)bench};
    const size_t i = input_byte(input) % ROWS;
    struct bundle bundle = {bench->rows[i], bench->lengths[i], i, {0}, bench->note, bench->note_len};
    char *text = NULL;
    size_t len = 0;
    must(arena != NULL && tree_prove_inclusion(&source, i, ROWS, &bundle.proof) == STATUS_OK);
    must(bundle_format(&bundle, arena, &text, &len) == STATUS_OK);
    const size_t max = len + SLACK;
    uint8_t *bytes = malloc(max);
    must(bytes != NULL);
    memcpy(bytes, text, len);
    for (size_t n = 0; n < MAX_DAMAGE && input->size > 0; n++)
        len = input_damage(input, bytes, len, max);
    bytes = input_exact(bytes, len);
    as_bundle(bench, (const char *)bytes, len);
    free(bytes);
}

static void as_note(const struct bench *bench, const char *text, size_t len)
{
    struct note note;
    if (note_parse(text, len, &note) != STATUS_OK)
        return;
    must(note.text_len < len && note.n_signatures <= NOTE_MAX_SIGNATURES && note.text[note.text_len - 1] == '\n');
    for (size_t i = 0; i < 2; i++) {
        if (note_verify(&note, &bench->keys[i], NULL) != NOTE_SIGNED)
            continue;
        must(note.text_len <= bench->note_len && memcmp(note.text, bench->note, note.text_len) == 0);
    }
}

static void as_checkpoint(const char *text, size_t len)
{
    struct checkpoint checkpoint;
    char again[CHECKPOINT_TEXT_BYTES];
    if (checkpoint_parse(text, len, &checkpoint) != STATUS_OK)
        return;
    must(checkpoint_format(&checkpoint, again) == len && memcmp(again, text, len) == 0);
}

static void as_key(struct input *input)
{
    char *text = input_text(input, '\0'), again[NOTE_KEY_TEXT_BYTES];
    struct note_key key;
    if (note_key_parse(text, &key) == STATUS_OK) {
        note_key_format(&key, again);
        must(strcmp(text, again) == 0);
    }
    free(text);
}

static void as_row(const uint8_t *bytes, size_t len)
{
    struct leaf leaf;
    if (leaf_decode(bytes, len, &leaf) != STATUS_OK)
        return;
    must(leaf_size(&leaf) == len);
    uint8_t *again = malloc(len);
    must(again != NULL);
    leaf_encode(&leaf, again);
    must(memcmp(again, bytes, len) == 0);
    const struct hash hash = leaf_hash(&leaf), wanted = tree_leaf(bytes, len);
    must(hash_equal(&hash, &wanted));
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench bench;
    static bool made;
    struct input input = {data, size};
    if (!made)
        bench = make_bench();
    made = true;
    const uint8_t kind = input_byte(&input);
    const char *text = (const char *)input.data;
    if (kind == 'b')
        as_bundle(&bench, text, input.size);
    else if (kind == 'n')
        as_note(&bench, text, input.size);
    else if (kind == 'c')
        as_checkpoint(text, input.size);
    else if (kind == 'k')
        as_key(&input);
    else if (kind == 'l')
        as_row(input.data, input.size);
    else
        as_damaged_bundle(&bench, &input);
    return 0;
}
