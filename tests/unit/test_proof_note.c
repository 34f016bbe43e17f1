/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: notes and keys, held to the examples of their specifications (c2sp.org) and to what others make of the same keys.
 * May not: accept a second form of anything.
 * Always:  whatever is changed in a signed note, the verdict is no longer that it is signed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/codec.h"
#include "log_key.h"
#include "proof/checkpoint.h"
#include "proof/note.h"

#define DASH "\xe2\x80\x94 "

/* ---- The examples of the specifications -------------------------------------------------------------------------------------- */

#define SPEC_KEY       "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define SPEC_SIGNATURE "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
static const char spec_note[] = "This is an example message.\n"
                                "\n" DASH "example.com/foo " SPEC_SIGNATURE "\n";

#define SOFA_TEXT "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
static const char spec_cosigned[] = SOFA_TEXT
    "\n" DASH "example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n" DASH
    "witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

static struct note_key key_of(const char *text)
{
    struct note_key key;
    assert_int_equal(note_key_parse(text, &key), STATUS_OK);
    return key;
}

static enum note_verdict verdict_of(const char *bytes, size_t len, const struct note_key *key)
{
    struct note note;
    if (note_parse(bytes, len, &note) != STATUS_OK)
        return NOTE_NOT_SIGNED;
    return note_verify(&note, key, NULL);
}

static void the_note_of_the_specification_verifies(void **state)
{
    (void)state;
    const struct note_key key = key_of(SPEC_KEY);
    struct note note;
    assert_string_equal(key.name, "example.com/foo");
    assert_int_equal(key.kind, NOTE_ED25519);
    assert_int_equal(key.id, 0x530d903a);
    assert_int_equal(note_parse(spec_note, sizeof spec_note - 1, &note), STATUS_OK);
    assert_int_equal(note.text_len, strlen("This is an example message.\n"));
    assert_int_equal(note.n_signatures, 1);
    assert_int_equal(note_verify(&note, &key, NULL), NOTE_SIGNED);
}

static void the_cosigned_checkpoint_of_the_specification_is_read(void **state)
{
    (void)state;
    struct checkpoint checkpoint;
    char text[CHECKPOINT_TEXT_BYTES];
    struct note note;
    assert_int_equal(note_parse(spec_cosigned, sizeof spec_cosigned - 1, &note), STATUS_OK);
    assert_int_equal(note.n_signatures, 2);
    assert_string_equal(note.signatures[0].name, "example.com/behind-the-sofa");
    assert_int_equal(note.signatures[0].id, 0x033de0ae);
    assert_false(note.signatures[0].has_time);
    assert_string_equal(note.signatures[1].name, "witness.example.com/w1");
    assert_int_equal(note.signatures[1].id, 0x8d66cf3f);
    assert_true(note.signatures[1].has_time);
    assert_int_equal(note.signatures[1].time, 1679315147);
    assert_int_equal(checkpoint_parse(note.text, note.text_len, &checkpoint), STATUS_OK);
    assert_string_equal(checkpoint.origin, "example.com/behind-the-sofa");
    assert_int_equal(checkpoint.size, 20852163);
    assert_int_equal(checkpoint_format(&checkpoint, text), note.text_len);
    assert_string_equal(text, SOFA_TEXT);
}

/* ---- Keys ------------------------------------------------------------------------------------------------------------------- */

static void a_key_has_one_text(void **state)
{
    (void)state;
    static const char *const texts[] = {SPEC_KEY, LOG_VKEY, WITNESS_VKEY};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char again[NOTE_KEY_TEXT_BYTES];
        const struct note_key key = key_of(texts[i]);
        note_key_format(&key, again);
        assert_string_equal(again, texts[i]);
    }
}

static void what_is_no_key_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "+",
        "++",
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530d903a+",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",     /* another id */
        "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",     /* another name */
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",     /* upper case */
        "example.com/foo+0530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",    /* a digit too many */
        "example.com/foo+30d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",      /* a digit too few */
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",     /* another kind */
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=",     /* a shorter key */
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2kAA==", /* a longer one */
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k+",
        "example.com /foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        " example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct note_key key = {.id = 77};
        assert_int_equal(note_key_parse(wrong[i], &key), STATUS_INVALID);
        assert_int_equal(key.id, 77);
    }
}

/* ML-DSA and ECDSA keys are for others. */
static void a_key_of_a_kind_that_we_do_not_know_is_refused(void **state)
{
    (void)state;
    const struct note_key key = key_of(SPEC_KEY);
    for (unsigned kind = 0; kind < 256; kind++) {
        struct note_key other, back;
        char text[NOTE_KEY_TEXT_BYTES];
        note_key_make(key.name, (enum note_kind)kind, &key.key, &other);
        note_key_format(&other, text);
        const bool known = kind == NOTE_ED25519 || kind == NOTE_COSIGNATURE;
        assert_int_equal(note_key_parse(text, &back), known ? STATUS_OK : STATUS_INVALID);
    }
}

static void names_are_short_printable_and_without_space_or_plus(void **state)
{
    (void)state;
    char longest[NOTE_NAME_BYTES + 1];
    memset(longest, 'x', sizeof longest);
    longest[NOTE_NAME_BYTES] = '\0';
    assert_false(note_name_is_good(longest));
    longest[NOTE_NAME_BYTES - 1] = '\0';
    assert_true(note_name_is_good(longest));
    assert_true(note_name_is_good("a"));
    assert_false(note_name_is_good(""));
    for (unsigned byte = 1; byte < 256; byte++) {
        const char name[] = {'a', (char)byte, 'b', '\0'};
        assert_int_equal(note_name_is_good(name), byte > ' ' && byte < 0x7f && byte != '+');
    }
}

/* ---- What is a note --------------------------------------------------------------------------------------------------------- */

static void what_is_no_note_is_refused(void **state)
{
    (void)state;
#define LINE DASH "example.com/foo " SPEC_SIGNATURE
    static const char *const wrong[] = {
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n" LINE "\n",                               /* no empty line */
        "text\n\n" LINE,                                  /* no newline at the end */
        "text\n\n" LINE "\n\n",                           /* an empty line at the end */
        "text\n\n" LINE "\nmore",                         /* bytes behind it */
        "text\n\n" LINE "\nmore\n",                       /* a line behind it */
        "text\n\n" LINE "\n ",                            /**/
        "text\n\n" LINE " \n",                            /* a space behind the signature */
        "text\n\n " LINE "\n",                            /* before it */
        "text\n\n- example.com/foo " SPEC_SIGNATURE "\n", /* another dash */
        "text\n\n" DASH " example.com/foo " SPEC_SIGNATURE "\n",
        "text\n\n" DASH "example.com/foo  " SPEC_SIGNATURE "\n",
        "text\n\n" DASH SPEC_SIGNATURE "\n",                /* no name */
        "text\n\n" DASH "example+foo " SPEC_SIGNATURE "\n", /* no name of a key */
        "text\n\n" DASH "example.com/foo\n",                /* no signature */
        "text\n\n" DASH "example.com/foo \n",               /**/
        "text\n\n" DASH "example.com/foo Uw2QOg==\n",       /* nothing but the id */
        "text\n\n" DASH "example.com/foo Uw2QOkn8srV1y\n",  /* no base64 */
        "text\n\n" DASH "example.com/foo Uw0=Okn8srV1\n",
        "text\n\n" DASH "example.com/foo Uw2Q=kn8srV1\n", /* padding inside */
        "text\n\n" DASH "example.com/foo Uw2QOkn8s=\n",   /**/
        "te\rxt\n\n" LINE "\n",                           /* control characters */
        "te\txt\n\n" LINE "\n",                           /**/
        "te\xff\n\n" LINE "\n",                           /* no UTF-8 */
        "te\xed\xa0\x80\n\n" LINE "\n",                   /**/
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct note note = {.n_signatures = 77};
        assert_int_equal(note_parse(wrong[i], strlen(wrong[i]), &note), STATUS_INVALID);
        assert_int_equal(note.n_signatures, 77);
    }
    struct note note;
    static const char with_nul[] = "te\0xt\n\n" LINE "\n";
    assert_int_equal(note_parse(with_nul, sizeof with_nul - 1, &note), STATUS_INVALID);
}

static void the_last_empty_line_ends_the_text(void **state)
{
    (void)state;
    static const char text[] = "a\n\n\nb\n\n" LINE "\n";
    struct note note;
    assert_int_equal(note_parse(text, sizeof text - 1, &note), STATUS_OK);
    assert_int_equal(note.text_len, strlen("a\n\n\nb\n"));
    static const char only_newline[] = "\n\n" LINE "\n";
    assert_int_equal(note_parse(only_newline, sizeof only_newline - 1, &note), STATUS_OK);
    assert_int_equal(note.text_len, 1);
}

/* A post-quantum signature has thousands of bytes; a name may be of any letters. */
static void lines_of_kinds_that_we_do_not_know_are_passed_over(void **state)
{
    (void)state;
    const struct note_key key = key_of(SPEC_KEY);
    for (size_t len = 5; len < 5000; len += len < 100 ? 1 : 211) {
        static uint8_t bytes[5000];
        static char encoded[BASE64_TEXT_BYTES(sizeof bytes)], text[8192];
        struct note note;
        base64_encode(bytes, len, encoded);
        const int n = snprintf(text, sizeof text, "%s" DASH "other.example %s\n" DASH "l\xc3\xa4rare %s\n", spec_note,
                               encoded, SPEC_SIGNATURE);
        assert_int_equal(note_parse(text, (size_t)n, &note), STATUS_OK);
        assert_int_equal(note.n_signatures, len == 68 || len == 76 ? 2 : 1);
        assert_int_equal(note_verify(&note, &key, NULL), NOTE_SIGNED);
    }
}

static void a_note_has_so_many_lines_and_bytes_and_no_more(void **state)
{
    (void)state;
    static char text[2 * NOTE_MAX_BYTES];
    const struct note_key key = key_of(SPEC_KEY);
    struct note note;
    size_t len = sizeof spec_note - 1;
    memcpy(text, spec_note, len);
    for (size_t lines = 1; lines < NOTE_MAX_SIGNATURES; lines++) {
        len += (size_t)snprintf(text + len, sizeof text - len, DASH "other%zu " SPEC_SIGNATURE "\n", lines);
        assert_int_equal(verdict_of(text, len, &key), NOTE_SIGNED);
    }
    len += (size_t)snprintf(text + len, sizeof text - len, LINE "\n");
    assert_int_equal(note_parse(text, len, &note), STATUS_INVALID);

    memset(text, 'x', sizeof text);
    memcpy(text + NOTE_MAX_BYTES - strlen("\n\n" LINE "\n"), "\n\n" LINE "\n", strlen("\n\n" LINE "\n"));
    assert_int_equal(note_parse(text, NOTE_MAX_BYTES, &note), STATUS_OK);
    assert_int_equal(note_parse(text, NOTE_MAX_BYTES + 1, &note), STATUS_INVALID);
    assert_int_equal(note_parse(text + 1, NOTE_MAX_BYTES, &note), STATUS_INVALID);
}

/* ---- Signing ------------------------------------------------------------------------------------------------------------------ */

static const char signed_text[] = LOG_NAME "\n7\nhOxan+dSS6ybj7LEfhoj2NSkuLhBgf5bDQut0kouhHM=\n";

/* The text with these lines. */
static size_t put_note(const char *text, const char *first, const char *second, char *ret_note, size_t max)
{
    return (size_t)snprintf(ret_note, max, "%s\n%s%s", text, first, second);
}

static void a_line_is_what_other_implementations_sign(void **state)
{
    (void)state;
    auto_signing_keys log = keys_for_test(LOG_SEED);
    auto_signing_keys witness = keys_for_test(WITNESS_SEED);
    char line[NOTE_LINE_BYTES];
    assert_int_equal(note_sign(log, 0, LOG_NAME, NOTE_ED25519, 0, signed_text, strlen(signed_text), line), STATUS_OK);
    assert_string_equal(
        line, DASH LOG_NAME
        " 4aZ0QtrLk+H8pyGc8qLVeoxSgkbCP9BM1SDbejem8CsMgPlZsYMLN0ErUjB+aX5Wm0u+JLnPou/3tJuYhY9Fktk+ZQc=\n");
    assert_int_equal(note_sign(witness, 0, "witness.example/w1", NOTE_COSIGNATURE, 1790000060, signed_text,
                               strlen(signed_text), line),
                     STATUS_OK);
    assert_string_equal(
        line, DASH
        "witness.example/w1 "
        "IDJKvgAAAABqsTu8XYT0k2/GpkisQPS2TStDTSSawbKfonY0OITIrTy/hU3h1BmCj7qV4EU78NU1h5GaIgwhQ+ww6b/V7+mM9BTzAA==\n");
}

/* Signed by the log's key, and by a witness at `time`. */
static size_t cosigned_note(uint64_t time, char *ret_note, size_t max)
{
    auto_signing_keys log = keys_for_test(LOG_SEED);
    auto_signing_keys witness = keys_for_test(WITNESS_SEED);
    const size_t len = strlen(signed_text);
    char first[NOTE_LINE_BYTES], second[NOTE_LINE_BYTES];
    assert_int_equal(note_sign(log, 0, LOG_NAME, NOTE_ED25519, 0, signed_text, len, first), STATUS_OK);
    assert_int_equal(note_sign(witness, 0, "witness.example/w1", NOTE_COSIGNATURE, time, signed_text, len, second),
                     STATUS_OK);
    return put_note(signed_text, first, second, ret_note, max);
}

static void both_signatures_verify_and_the_witness_tells_when(void **state)
{
    (void)state;
    const struct note_key log = key_of(LOG_VKEY), witness = key_of(WITNESS_VKEY);
    const uint64_t times[] = {0, 1, 1790000060, INT64_MAX};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char text[1024];
        struct note note;
        uint64_t time = 99;
        const size_t len = cosigned_note(times[i], text, sizeof text);
        assert_int_equal(note_parse(text, len, &note), STATUS_OK);
        assert_int_equal(note_verify(&note, &log, NULL), NOTE_SIGNED);
        assert_int_equal(note_verify(&note, &witness, NULL), NOTE_SIGNED);
        assert_int_equal(note_verify(&note, &witness, &time), NOTE_SIGNED);
        assert_int_equal(time, times[i]);
    }
}

/* Each bit of each byte: the text and both lines are bound, by one key or the other. */
static void V3_a_note_with_any_bit_changed_is_not_signed_by_both(void **state)
{
    (void)state;
    const struct note_key log = key_of(LOG_VKEY), witness = key_of(WITNESS_VKEY);
    char text[1024];
    const size_t len = cosigned_note(1790000060, text, sizeof text);
    for (size_t bit = 0; bit < len * 8; bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        assert_false(verdict_of(text, len, &log) == NOTE_SIGNED && verdict_of(text, len, &witness) == NOTE_SIGNED);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t shorter = 0; shorter < len; shorter++)
        assert_int_not_equal(verdict_of(text, shorter, &witness), NOTE_SIGNED);
}

static void another_key_has_not_signed(void **state)
{
    (void)state;
    char text[1024];
    struct note_key key = key_of(LOG_VKEY), other;
    const size_t len = cosigned_note(5, text, sizeof text);
    assert_int_equal(verdict_of(text, len, &key), NOTE_SIGNED);
    note_key_make("another.name", NOTE_ED25519, &key.key, &other);
    assert_int_equal(verdict_of(text, len, &other), NOTE_NOT_SIGNED);
    note_key_make(LOG_NAME, NOTE_COSIGNATURE, &key.key, &other);
    assert_int_equal(verdict_of(text, len, &other), NOTE_NOT_SIGNED);
    other = key;
    other.key.bytes[3] ^= 1; /* and the id stays: one that was made to collide */
    assert_int_equal(verdict_of(text, len, &other), NOTE_FORGED);
    other = key;
    other.kind = NOTE_COSIGNATURE;
    assert_int_equal(verdict_of(text, len, &other), NOTE_FORGED);
}

/* One line that verifies does not make up for one that does not. */
static void a_forged_line_beside_a_good_one_is_a_forgery(void **state)
{
    (void)state;
    auto_signing_keys keys = keys_for_test(LOG_SEED);
    const struct note_key key = key_of(LOG_VKEY);
    char good[NOTE_LINE_BYTES], bad[NOTE_LINE_BYTES], text[2048];
    assert_int_equal(note_sign(keys, 0, LOG_NAME, NOTE_ED25519, 0, signed_text, strlen(signed_text), good), STATUS_OK);
    assert_int_equal(note_sign(keys, 0, LOG_NAME, NOTE_ED25519, 0, "other\n", 6, bad), STATUS_OK);
    assert_int_equal(verdict_of(text, put_note(signed_text, good, good, text, sizeof text), &key), NOTE_SIGNED);
    assert_int_equal(verdict_of(text, put_note(signed_text, good, bad, text, sizeof text), &key), NOTE_FORGED);
    assert_int_equal(verdict_of(text, put_note(signed_text, bad, good, text, sizeof text), &key), NOTE_FORGED);
    assert_int_equal(verdict_of(text, put_note(signed_text, bad, "", text, sizeof text), &key), NOTE_FORGED);
}

/* Of several keys of one signer one is enough, and a forged line in the name of any of them spoils it. */
static void V3_of_several_keys_one_has_signed_and_none_is_forged(void **state)
{
    (void)state;
    auto_signing_keys keys = keys_for_test(LOG_SEED WITNESS_SEED);
    struct note_key known[2];
    char first[NOTE_LINE_BYTES], second[NOTE_LINE_BYTES], bad[NOTE_LINE_BYTES], text[2048];
    struct note note;
    size_t n = 7;
    for (size_t i = 0; i < 2; i++)
        note_key_make(LOG_NAME, NOTE_ED25519, signing_public_key(keys, i), &known[i]);
    assert_int_equal(note_sign(keys, 0, LOG_NAME, NOTE_ED25519, 0, signed_text, strlen(signed_text), first), STATUS_OK);
    assert_int_equal(note_sign(keys, 1, LOG_NAME, NOTE_ED25519, 0, signed_text, strlen(signed_text), second),
                     STATUS_OK);
    assert_int_equal(note_sign(keys, 1, LOG_NAME, NOTE_ED25519, 0, "other\n", 6, bad), STATUS_OK);
    const struct {
        const char *lines[2];
        size_t n_keys;
        enum note_verdict verdict;
        size_t n_signed;
    } cases[] = {
        {{first, second}, 2, NOTE_SIGNED, 2},     {{first, ""}, 2, NOTE_SIGNED, 1},  {{second, ""}, 2, NOTE_SIGNED, 1},
        {{second, ""}, 1, NOTE_NOT_SIGNED, 0},    {{first, bad}, 2, NOTE_FORGED, 7}, {{first, bad}, 1, NOTE_SIGNED, 1},
        {{first, second}, 0, NOTE_NOT_SIGNED, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const size_t len = put_note(signed_text, cases[i].lines[0], cases[i].lines[1], text, sizeof text);
        assert_int_equal(note_parse(text, len, &note), STATUS_OK);
        n = 7;
        assert_int_equal(note_verify_any(&note, known, cases[i].n_keys, &n), cases[i].verdict);
        assert_int_equal(n, cases[i].n_signed);
    }
}

static void a_line_that_was_read_is_written_as_it_was(void **state)
{
    (void)state;
    auto_signing_keys keys = keys_for_test(WITNESS_SEED LOG_SEED);
    const struct note_key witness = key_of(WITNESS_VKEY), stranger = key_of(SPEC_KEY);
    char lines[2][NOTE_LINE_BYTES], text[2048], again[NOTE_LINE_BYTES];
    struct note note;
    assert_int_equal(note_sign(keys, 1, LOG_NAME, NOTE_ED25519, 0, signed_text, strlen(signed_text), lines[0]),
                     STATUS_OK);
    assert_int_equal(
        note_sign(keys, 0, witness.name, NOTE_COSIGNATURE, INT64_MAX, signed_text, strlen(signed_text), lines[1]),
        STATUS_OK);
    assert_int_equal(note_parse(text, put_note(signed_text, lines[0], lines[1], text, sizeof text), &note), STATUS_OK);
    for (size_t i = 0; i < 2; i++) {
        note_line_format(&note.signatures[i], again);
        assert_string_equal(again, lines[i]);
    }
    assert_ptr_equal(note_find(&note, &witness), &note.signatures[1]);
    assert_null(note_find(&note, &stranger));
}

static void of_two_cosignatures_the_newer_one_tells_when(void **state)
{
    (void)state;
    auto_signing_keys keys = keys_for_test(WITNESS_SEED);
    const struct note_key key = key_of(WITNESS_VKEY);
    char first[NOTE_LINE_BYTES], second[NOTE_LINE_BYTES], text[2048];
    const size_t len = strlen(signed_text);
    struct note note;
    uint64_t time;
    assert_int_equal(note_sign(keys, 0, key.name, NOTE_COSIGNATURE, 9, signed_text, len, first), STATUS_OK);
    assert_int_equal(note_sign(keys, 0, key.name, NOTE_COSIGNATURE, 7, signed_text, len, second), STATUS_OK);
    const size_t note_len = put_note(signed_text, first, second, text, sizeof text);
    assert_int_equal(note_parse(text, note_len, &note), STATUS_OK);
    assert_int_equal(note_verify(&note, &key, &time), NOTE_SIGNED);
    assert_int_equal(time, 9);
    note.signatures[1].time = 8;
    time = 1;
    assert_int_equal(note_verify(&note, &key, &time), NOTE_FORGED);
    assert_int_equal(time, 1);
    note.signatures[1].time = UINT64_MAX;
    assert_int_equal(note_verify(&note, &key, &time), NOTE_FORGED);
}

static void what_is_too_long_is_not_signed(void **state)
{
    (void)state;
    auto_signing_keys keys = keys_for_test(LOG_SEED);
    static char text[NOTE_MAX_BYTES + 1];
    char line[NOTE_LINE_BYTES];
    memset(text, 'x', sizeof text);
    assert_int_equal(note_sign(keys, 0, "a", NOTE_ED25519, 0, text, NOTE_MAX_BYTES, line), STATUS_OK);
    assert_int_equal(note_sign(keys, 0, "a", NOTE_ED25519, 0, text, NOTE_MAX_BYTES + 1, line), STATUS_TOO_LARGE);
    assert_int_equal(note_sign(keys, 0, "a", NOTE_COSIGNATURE, 0, text, NOTE_COSIGNED_BYTES, line), STATUS_OK);
    assert_int_equal(note_sign(keys, 0, "a", NOTE_COSIGNATURE, 0, text, NOTE_COSIGNED_BYTES + 1, line),
                     STATUS_TOO_LARGE);
    assert_int_equal(note_sign(keys, 0, "a", NOTE_COSIGNATURE, (uint64_t)INT64_MAX + 1, text, 1, line),
                     STATUS_TOO_LARGE);
}

static void the_longest_name_fits_its_line_and_its_key(void **state)
{
    (void)state;
    auto_signing_keys keys = keys_for_test(LOG_SEED);
    char name[NOTE_NAME_BYTES], line[NOTE_LINE_BYTES], text[NOTE_KEY_TEXT_BYTES], note[2048];
    struct note_key key;
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_int_equal(note_sign(keys, 0, name, NOTE_COSIGNATURE, 1, "x\n", 2, line), STATUS_OK);
    note_key_make(name, NOTE_COSIGNATURE, signing_public_key(keys, 0), &key);
    note_key_format(&key, text);
    key = key_of(text);
    assert_int_equal(verdict_of(note, put_note("x\n", line, "", note, sizeof note), &key), NOTE_SIGNED);
}

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_note_of_the_specification_verifies),
        cmocka_unit_test(the_cosigned_checkpoint_of_the_specification_is_read),
        cmocka_unit_test(a_key_has_one_text),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(a_key_of_a_kind_that_we_do_not_know_is_refused),
        cmocka_unit_test(names_are_short_printable_and_without_space_or_plus),
        cmocka_unit_test(what_is_no_note_is_refused),
        cmocka_unit_test(the_last_empty_line_ends_the_text),
        cmocka_unit_test(lines_of_kinds_that_we_do_not_know_are_passed_over),
        cmocka_unit_test(a_note_has_so_many_lines_and_bytes_and_no_more),
        cmocka_unit_test(a_line_is_what_other_implementations_sign),
        cmocka_unit_test(both_signatures_verify_and_the_witness_tells_when),
        cmocka_unit_test(V3_a_note_with_any_bit_changed_is_not_signed_by_both),
        cmocka_unit_test(another_key_has_not_signed),
        cmocka_unit_test(a_forged_line_beside_a_good_one_is_a_forgery),
        cmocka_unit_test(V3_of_several_keys_one_has_signed_and_none_is_forged),
        cmocka_unit_test(a_line_that_was_read_is_written_as_it_was),
        cmocka_unit_test(of_two_cosignatures_the_newer_one_tells_when),
        cmocka_unit_test(what_is_too_long_is_not_signed),
        cmocka_unit_test(the_longest_name_fits_its_line_and_its_key),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
