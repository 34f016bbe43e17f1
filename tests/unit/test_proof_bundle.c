/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: proofs that are taken away: the example of docs/log.md, and what becomes of one that is changed anywhere.
 * May not: prove a row of another log, another place or another tree.
 * Always:  each fault is told by its own name, in the order in which a verifier looks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "log_key.h"
#include "proof/bundle.h"
#include "proof_model.h"

enum { ARENA_BYTES = 4 << 20, MAX_TEXT = 4096, SIZE = 7, INDEX = 5 };

/* ---- The example, and logs of our own ----------------------------------------------------------------------------------------- */

struct text {
    char bytes[MAX_TEXT];
    size_t len;
};

static struct text example(void)
{
    struct text text;
    FILE *file = fopen(LOG_EXAMPLE, "rb");
    assert_non_null(file);
    text.len = fread(text.bytes, 1, sizeof text.bytes, file);
    fclose(file);
    assert_true(text.len > 0 && text.len < sizeof text.bytes);
    text.bytes[text.len] = '\0';
    return text;
}

static struct note_key key_of(const char *text)
{
    struct note_key key;
    assert_int_equal(note_key_parse(text, &key), STATUS_OK);
    return key;
}

/* What a verifier with this key says of a text. */
static enum bundle_fault fault_of(const char *text, size_t len, const struct note_key *key)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    struct bundle_proven proven;
    struct bundle bundle;
    assert_non_null(arena);
    if (bundle_parse(text, len, arena, &bundle) != STATUS_OK)
        return BUNDLE_NOT_A_BUNDLE;
    return bundle_verify(&bundle, key, &proven);
}

static void V3_the_example_proves_its_row(void **state)
{
    (void)state;
    auto_arena arena = arena_new(ARENA_BYTES);
    const struct text text = example();
    const struct note_key key = key_of(LOG_VKEY);
    struct bundle_proven proven;
    struct bundle bundle;
    assert_int_equal(bundle_parse(text.bytes, text.len, arena, &bundle), STATUS_OK);
    assert_int_equal(bundle.index, INDEX);
    assert_int_equal(bundle.proof.n, 3);
    assert_int_equal(bundle_verify(&bundle, &key, &proven), BUNDLE_FINE);
    assert_string_equal(proven.checkpoint.origin, LOG_NAME);
    assert_int_equal(proven.checkpoint.size, SIZE);
    assert_int_equal(leaf_number_read(proven.leaf.fields[LEAF_AT].data), 1790000000000);
    assert_memory_equal(proven.leaf.fields[LEAF_GROUND].data, "S2.tie.mentor", 13);
    assert_null(proven.leaf.fields[LEAF_SHOWN].data);
}

static void what_is_parsed_is_formatted_to_the_same_text(void **state)
{
    (void)state;
    auto_arena arena = arena_new(ARENA_BYTES);
    const struct text text = example();
    struct bundle bundle;
    char *again = NULL;
    size_t len = 0;
    assert_int_equal(bundle_parse(text.bytes, text.len, arena, &bundle), STATUS_OK);
    assert_int_equal(bundle_format(&bundle, arena, &again, &len), STATUS_OK);
    assert_int_equal(len, text.len);
    assert_string_equal(again, text.bytes);
}

/* A log of our own: rows that say what they like, signed by whom we like. */
struct forge {
    const char *origin;
    const char *signer; /* name in the signature line */
    uint8_t tree;       /* last byte of the tree's id in the row */
    int64_t index;      /* in the row */
    uint64_t at;        /* in the bundle */
    const char *seed;
    enum note_kind kind;
};

static struct leaf_value text_value(const char *text)
{
    return (struct leaf_value){(const uint8_t *)text, strlen(text)};
}

/* Returns its length. */
static size_t forged_leaf(const struct forge *forge, uint8_t *ret_bytes)
{
    uint8_t tree[16] = {0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, forge->tree};
    uint8_t index[LEAF_NUMBER_BYTES], other[16] = {0};
    leaf_number_write(forge->index, index);
    const struct leaf leaf = {.fields = {
                                  [LEAF_TREE] = {tree, sizeof tree},
                                  [LEAF_INDEX] = {index, sizeof index},
                                  [LEAF_AT] = {index, sizeof index},
                                  [LEAF_ORGANISATION] = {other, sizeof other},
                                  [LEAF_ACTOR_KIND] = text_value("local"),
                                  [LEAF_OPERATION] = text_value("getStudent"),
                                  [LEAF_OUTCOME] = text_value("allowed"),
                                  [LEAF_GROUND] = text_value("S2.tie.mentor"),
                                  [LEAF_REQUEST] = {other, sizeof other},
                              }};
    leaf_encode(&leaf, ret_bytes);
    return leaf_size(&leaf);
}

/* The log has SIZE leaves, and this row is the one at forge->at. */
static struct text forged(const struct forge *forge)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    auto_signing_keys keys = keys_for_test(forge->seed);
    uint8_t leaf[512];
    char text[CHECKPOINT_TEXT_BYTES], line[NOTE_LINE_BYTES], note[1024], *formatted = NULL;
    struct checkpoint checkpoint = {.size = SIZE};
    struct bundle bundle = {.leaf = leaf, .leaf_len = forged_leaf(forge, leaf), .index = forge->at};
    struct model model = model_make(SIZE, 3);
    const struct tree_source source = model_source(&model);
    struct text made;

    model.leaves[forge->at] = tree_leaf(leaf, bundle.leaf_len);
    checkpoint.root = model_root(&model, 0, SIZE);
    (void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", forge->origin);
    const size_t len = checkpoint_format(&checkpoint, text);
    assert_int_equal(note_sign(keys, 0, forge->signer, forge->kind, 0, text, len, line), STATUS_OK);
    bundle.note = note;
    bundle.note_len = (size_t)snprintf(note, sizeof note, "%s\n%s", text, line);
    assert_int_equal(tree_prove_inclusion(&source, forge->at, SIZE, &bundle.proof), STATUS_OK);
    assert_int_equal(bundle_format(&bundle, arena, &formatted, &made.len), STATUS_OK);
    assert_true(made.len < sizeof made.bytes);
    memcpy(made.bytes, formatted, made.len + 1);
    model_free(&model);
    return made;
}

#define OTHER_LOG "trygg/01990000-0000-7000-8000-000000000002"

static void V3_a_proof_of_something_else_is_told_apart(void **state)
{
    (void)state;
    static const struct {
        struct forge forge;
        enum bundle_fault fault;
    } cases[] = {
        {{LOG_NAME, LOG_NAME, 1, 2, 2, LOG_SEED, NOTE_ED25519}, BUNDLE_FINE},
        {{OTHER_LOG, OTHER_LOG, 2, 2, 2, LOG_SEED, NOTE_ED25519}, BUNDLE_OTHER_ORIGIN},
        {{OTHER_LOG, LOG_NAME, 1, 2, 2, LOG_SEED, NOTE_ED25519}, BUNDLE_OTHER_ORIGIN},
        {{"other" LOG_NAME, "other" LOG_NAME, 1, 2, 2, LOG_SEED, NOTE_ED25519}, BUNDLE_OTHER_ORIGIN},
        {{LOG_NAME, OTHER_LOG, 1, 2, 2, LOG_SEED, NOTE_ED25519}, BUNDLE_NOT_SIGNED},
        {{LOG_NAME, LOG_NAME, 1, 2, 2, WITNESS_SEED, NOTE_ED25519}, BUNDLE_NOT_SIGNED},
        {{LOG_NAME, LOG_NAME, 2, 2, 2, LOG_SEED, NOTE_ED25519}, BUNDLE_OTHER_TREE},
        {{LOG_NAME, LOG_NAME, 1, 3, 2, LOG_SEED, NOTE_ED25519}, BUNDLE_OTHER_INDEX},
        {{LOG_NAME, LOG_NAME, 1, -1, 2, LOG_SEED, NOTE_ED25519}, BUNDLE_OTHER_INDEX},
        {{LOG_NAME, LOG_NAME, 1, 0, 2, LOG_SEED, NOTE_ED25519}, BUNDLE_OTHER_INDEX},
    };
    const struct note_key key = key_of(LOG_VKEY);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct text text = forged(&cases[i].forge);
        assert_int_equal(fault_of(text.bytes, text.len, &key), cases[i].fault);
    }
}

/* The key is one that its owner believes in: its name says which log it is of. */
static void a_log_whose_name_is_of_no_tree_proves_no_row(void **state)
{
    (void)state;
    static const char *const origins[] = {"trygg",       "01990000-0000-7000-8000-000000000001",
                                          "trygg/",      "trygg/01990000-0000-7000-8000-00000000000",
                                          LOG_NAME "/1", LOG_NAME "0"};
    const struct note_key log = key_of(LOG_VKEY);
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        const struct text text = forged(&(struct forge){origins[i], origins[i], 1, 2, 2, LOG_SEED, NOTE_ED25519});
        struct note_key key;
        note_key_make(origins[i], NOTE_ED25519, &log.key, &key);
        assert_int_equal(fault_of(text.bytes, text.len, &key), BUNDLE_OTHER_TREE);
    }
}

static void a_witness_does_not_sign_for_a_log(void **state)
{
    (void)state;
    const struct text text = example();
    const struct note_key log = key_of(LOG_VKEY), witness = key_of(WITNESS_VKEY);
    struct note_key key;
    assert_int_equal(fault_of(text.bytes, text.len, &witness), BUNDLE_OTHER_ORIGIN);
    note_key_make(LOG_NAME, NOTE_COSIGNATURE, &log.key, &key);
    assert_int_equal(fault_of(text.bytes, text.len, &key), BUNDLE_NOT_SIGNED);

    const struct text cosigned = forged(&(struct forge){LOG_NAME, LOG_NAME, 1, 2, 2, LOG_SEED, NOTE_COSIGNATURE});
    assert_int_equal(fault_of(cosigned.bytes, cosigned.len, &key), BUNDLE_NOT_SIGNED);
}

/* ---- Changed texts ------------------------------------------------------------------------------------------------------------ */

/* The text with one piece of it written otherwise. */
static struct text with(const struct text *text, const char *was, const char *is)
{
    struct text changed = {.len = 0};
    const char *at = strstr(text->bytes, was);
    assert_non_null(at);
    const size_t before = (size_t)(at - text->bytes);
    changed.len = (size_t)snprintf(changed.bytes, sizeof changed.bytes, "%.*s%s%s", (int)before, text->bytes, is,
                                   at + strlen(was));
    assert_true(changed.len < sizeof changed.bytes);
    return changed;
}

static void each_fault_has_its_name(void **state)
{
    (void)state;
#define FIRST_HASH "0RrLSQUoB7ewNZM+zmjoTWh4U8aTDof6faEfD2PkSM0=\n"
#define LAST_HASH  "4Cqq/CenoRLZwo/NSOoKmQp8KzR//ZB2QwBra80OaQ4=\n"
    static const struct {
        const char *was, *is;
        enum bundle_fault fault;
    } cases[] = {
        {"@v1", "@v2", BUNDLE_NOT_A_BUNDLE},
        {"@v1\n", "@v1 \n", BUNDLE_NOT_A_BUNDLE},
        {"@v1\n", "@v1\r\n", BUNDLE_NOT_A_BUNDLE},
        {"c2sp", "\nc2sp", BUNDLE_NOT_A_BUNDLE},
        {"extra AREB", "extra  AREB", BUNDLE_NOT_A_BUNDLE},
        {"extra AREB", "Extra AREB", BUNDLE_NOT_A_BUNDLE},
        {"extra AREB", "extra !REB", BUNDLE_NOT_A_BUNDLE},
        {"AFAA==\n", "AFAA=\n", BUNDLE_NOT_A_BUNDLE},
        {"AFAA==\n", "AFAB==\n", BUNDLE_NOT_A_BUNDLE}, /* stray bits */
        {"index 5", "index 05", BUNDLE_NOT_A_BUNDLE},
        {"index 5", "index 5 ", BUNDLE_NOT_A_BUNDLE},
        {"index 5", "index -5", BUNDLE_NOT_A_BUNDLE},
        {"index 5", "index ", BUNDLE_NOT_A_BUNDLE},
        {"index 5", "index 18446744073709551621", BUNDLE_NOT_A_BUNDLE},
        {"index 5\n", "", BUNDLE_NOT_A_BUNDLE},
        {"index 5\n", "index 5\nindex 5\n", BUNDLE_NOT_A_BUNDLE},
        {FIRST_HASH, "0RrLSQUoB7ewNZM+zmjoTWh4U8aTDof6faEfD2PkSA==\n", BUNDLE_NOT_A_BUNDLE}, /* 31 bytes */
        {FIRST_HASH, "\n" FIRST_HASH, BUNDLE_NOT_A_CHECKPOINT}, /* the rest is another note's text */
        {LAST_HASH "\n", LAST_HASH, BUNDLE_NOT_A_BUNDLE},
        {"ZQc=\n", "ZQc=\nx", BUNDLE_NOT_A_BUNDLE},
        {"9BTzAA==\n", "9BTzAA==\n\n", BUNDLE_NOT_A_BUNDLE},
        {"9BTzAA==\n", "9BTzAA==", BUNDLE_NOT_A_BUNDLE},
        {"9BTzAA==\n", "9BTzAA==\n ", BUNDLE_NOT_A_BUNDLE},
        {"extra AREB", "extra AhEB", BUNDLE_NOT_A_LEAF},
        {"extra AREB", "extra ARAB", BUNDLE_NOT_A_LEAF},
        {"AFAA==\n", "AFAAAA\n", BUNDLE_NOT_A_LEAF}, /* bytes behind the row */
        {"\n7\n", "\n07\n", BUNDLE_NOT_A_CHECKPOINT},
        {"\n7\n", "\n\n7\n", BUNDLE_NOT_A_CHECKPOINT},
        {"kouhHM=\n", "kouhHM=\nmore\n", BUNDLE_NOT_A_CHECKPOINT},
        {"\n\ntrygg/", "\n\ntryhh/", BUNDLE_OTHER_ORIGIN},
        {"\xe2\x80\x94 trygg/", "\xe2\x80\x94 tryhh/", BUNDLE_NOT_SIGNED},
        {"\n7\n", "\n8\n", BUNDLE_FORGED},
        {"hOxan", "iOxan", BUNDLE_FORGED},
        {"QtrLk", "QtrLj", BUNDLE_FORGED},
        {"AREBmQAAAABwAIAAAAAAAAABCQ", "AREBmQAAAABwAIAAAAAAAAACCQ", BUNDLE_OTHER_TREE},
        {"index 5", "index 4", BUNDLE_OTHER_INDEX},
        {"index 5", "index 9223372036854775807", BUNDLE_OTHER_INDEX},
        {FIRST_HASH, "1RrLSQUoB7ewNZM+zmjoTWh4U8aTDof6faEfD2PkSM0=\n", BUNDLE_NOT_IN_TREE},
        {FIRST_HASH, "", BUNDLE_NOT_IN_TREE},
        {FIRST_HASH, FIRST_HASH FIRST_HASH, BUNDLE_NOT_IN_TREE},
        {LAST_HASH, "", BUNDLE_NOT_IN_TREE},
        {"cGVyc29u", "bG9jYWxz", BUNDLE_NOT_IN_TREE}, /* another row: "locals" for "person" */
    };
    const struct text text = example();
    const struct note_key key = key_of(LOG_VKEY);
    assert_int_equal(fault_of(text.bytes, text.len, &key), BUNDLE_FINE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strstr(text.bytes, cases[i].was) == NULL)
            fail_msg("no %s in the example", cases[i].was);
        const struct text changed = with(&text, cases[i].was, cases[i].is);
        if (fault_of(changed.bytes, changed.len, &key) != cases[i].fault)
            fail_msg("case %zu: fault %d", i, (int)fault_of(changed.bytes, changed.len, &key));
    }
}

/* Every bit of every byte, and what a text is made of: but for the line of a witness, whom this verifier does not know, nothing can be
 * changed. */
static void V3_no_byte_of_a_proof_can_be_changed(void **state)
{
    (void)state;
    static const char others[] = {'\0', '\n', '\r', ' ', '=', '+', '0', 'A', '\xff'};
    struct text text = example();
    const struct note_key key = key_of(LOG_VKEY);
    const size_t witness = (size_t)(strstr(text.bytes, "witness.example") - text.bytes);
    for (size_t at = 0; at < text.len; at++) {
        const char was = text.bytes[at];
        for (size_t i = 0; i < 8 + sizeof others; i++) {
            const int other = i < 8 ? was ^ 1 << i : others[i - 8];
            text.bytes[at] = (char)other;
            const enum bundle_fault fault = fault_of(text.bytes, text.len, &key);
            assert_true(fault != BUNDLE_FINE || text.bytes[at] == was || at >= witness);
        }
        text.bytes[at] = was;
    }
}

/* But for the line of the witness, whole. */
static void no_piece_of_a_proof_can_be_taken_out_or_put_in(void **state)
{
    (void)state;
    const struct text text = example();
    const struct note_key key = key_of(LOG_VKEY);
    const size_t witness = (size_t)(strstr(text.bytes, "\xe2\x80\x94 witness") - text.bytes);
    char bytes[MAX_TEXT + 1];
    for (size_t at = 0; at < text.len; at++) {
        assert_true(fault_of(text.bytes, at, &key) != BUNDLE_FINE || at == witness);
        memcpy(bytes, text.bytes, at);
        memcpy(bytes + at, text.bytes + at + 1, text.len - at - 1);
        assert_true(fault_of(bytes, text.len - 1, &key) != BUNDLE_FINE || at > witness);
        memcpy(bytes + at + 1, text.bytes + at, text.len - at);
        bytes[at] = text.bytes[at];
        assert_true(fault_of(bytes, text.len + 1, &key) != BUNDLE_FINE || at > witness);
        bytes[at] = '\0';
        assert_int_not_equal(fault_of(bytes, text.len + 1, &key), BUNDLE_FINE);
    }
}

/* ---- Limits ------------------------------------------------------------------------------------------------------------------- */

static void a_proof_of_too_many_hashes_is_refused(void **state)
{
    (void)state;
    const struct text text = example();
    struct text grown = text;
    const struct note_key key = key_of(LOG_VKEY);
    for (size_t n = 3; n < TREE_MAX_PROOF; n++) {
        assert_int_equal(fault_of(grown.bytes, grown.len, &key), n == 3 ? BUNDLE_FINE : BUNDLE_NOT_IN_TREE);
        grown = with(&grown, FIRST_HASH, FIRST_HASH FIRST_HASH);
    }
    assert_int_equal(fault_of(grown.bytes, grown.len, &key), BUNDLE_NOT_IN_TREE);
    grown = with(&grown, FIRST_HASH, FIRST_HASH FIRST_HASH);
    assert_int_equal(fault_of(grown.bytes, grown.len, &key), BUNDLE_NOT_A_BUNDLE);
}

static void what_is_too_large_is_neither_written_nor_read(void **state)
{
    (void)state;
    static uint8_t leaf[LEAF_MAX_BYTES + 1];
    auto_arena arena = arena_new(ARENA_BYTES);
    auto_arena small = arena_new(8192);
    const struct text text = example();
    const char *note = strstr(text.bytes, "\n\n") + 2;
    struct bundle bundle = {leaf, LEAF_MAX_BYTES, 1, {.n = TREE_MAX_PROOF}, note, strlen(note)}, back;
    char *formatted = NULL;
    size_t len = 0;
    assert_int_equal(bundle_format(&bundle, arena, &formatted, &len), STATUS_OK);
    assert_true(len < BUNDLE_MAX_BYTES);
    assert_int_equal(bundle_parse(formatted, len, arena, &back), STATUS_OK);
    assert_int_equal(back.leaf_len, LEAF_MAX_BYTES);
    assert_int_equal(bundle_parse(formatted, len, small, &back), STATUS_NO_MEMORY);
    assert_int_equal(bundle_format(&bundle, small, &formatted, &len), STATUS_NO_MEMORY);
    bundle.leaf_len++;
    assert_int_equal(bundle_format(&bundle, arena, &formatted, &len), STATUS_NO_MEMORY);
    bundle.leaf_len = 0;
    bundle.note_len = NOTE_MAX_BYTES + 1;
    assert_int_equal(bundle_format(&bundle, arena, &formatted, &len), STATUS_NO_MEMORY);
    assert_int_equal(bundle_parse(text.bytes, BUNDLE_MAX_BYTES + 1, arena, &back), STATUS_INVALID);
}

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(V3_the_example_proves_its_row),
        cmocka_unit_test(what_is_parsed_is_formatted_to_the_same_text),
        cmocka_unit_test(V3_a_proof_of_something_else_is_told_apart),
        cmocka_unit_test(a_log_whose_name_is_of_no_tree_proves_no_row),
        cmocka_unit_test(a_witness_does_not_sign_for_a_log),
        cmocka_unit_test(each_fault_has_its_name),
        cmocka_unit_test(V3_no_byte_of_a_proof_can_be_changed),
        cmocka_unit_test(no_piece_of_a_proof_can_be_taken_out_or_put_in),
        cmocka_unit_test(a_proof_of_too_many_hashes_is_refused),
        cmocka_unit_test(what_is_too_large_is_neither_written_nor_read),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
