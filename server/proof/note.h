/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * note.h: signed notes (c2sp.org/signed-note), their Ed25519 signatures (type 1) and the cosignatures of witnesses (type 4,
 * c2sp.org/tlog-cosignature).
 */
#ifndef TRYGG_PROOF_NOTE_H
#define TRYGG_PROOF_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "crypto/signing.h"

enum { NOTE_MAX_BYTES = 64 * 1024, NOTE_MAX_SIGNATURES = 32, NOTE_NAME_BYTES = 192 };

/* Witnesses sign checkpoints and nothing longer. */
enum { NOTE_COSIGNED_BYTES = 4096 };

enum note_kind { NOTE_ED25519 = 1, NOTE_COSIGNATURE = 4 };

/* A verifier's key: "name+hex id+base64(kind, key)". */
struct note_key {
    char name[NOTE_NAME_BYTES];
    enum note_kind kind;
    uint32_t id;
    struct public_key key;
};

/* The text of a key is at most so long, with its NUL. */
enum { NOTE_KEY_TEXT_BYTES = NOTE_NAME_BYTES + 64 };

/* Whether this may be the name of a key: 1 to NOTE_NAME_BYTES - 1 bytes, ASCII, printable, without space and plus. */
bool note_name_is_good(const char *name);

/* Asserts a good name; computes the id. */
void note_key_make(const char *name, enum note_kind kind, const struct public_key *key, struct note_key *ret_key);
void note_key_format(const struct note_key *key, char ret_text[static NOTE_KEY_TEXT_BYTES]);

/* STATUS_INVALID when it is no key of a kind that we know, or its id is not that of its name and key. */
must_check enum status note_key_parse(const char *text, struct note_key *ret_key);

/* One signature line. */
struct note_signature {
    char name[NOTE_NAME_BYTES];
    uint32_t id;
    uint64_t time; /* seconds since 1970; of a cosignature, whose bytes are 8 longer */
    bool has_time;
    struct signature signature;
};

/* The text and its signatures; `text` borrows. Signatures that are neither 64 nor 72 bytes long are of no kind that we know, and left out;
 * so are those under a name that is not good. */
struct note {
    const char *text;
    size_t text_len; /* with its last newline */
    struct note_signature signatures[NOTE_MAX_SIGNATURES];
    size_t n_signatures;
};

/* STATUS_INVALID when it is no signed note, has bytes behind its last line, or more than NOTE_MAX_SIGNATURES lines. */
must_check enum status note_parse(const char *bytes, size_t len, struct note *ret_note);

/* How a note stands to one key. */
enum note_verdict {
    NOTE_NOT_SIGNED, /* no line with this name and id */
    NOTE_FORGED,     /* there are such, and one does not verify */
    NOTE_SIGNED,
};
/* ret_time (may be NULL): of a cosignature, when the newest was made; written only with NOTE_SIGNED. */
enum note_verdict note_verify(const struct note *note, const struct note_key *key, uint64_t *ret_time);

/* How a note stands to the n keys of one signer: NOTE_FORGED in the name of any of them spoils what the others say, and NOTE_SIGNED is by
 * one of them at least. ret_signed (may be NULL): how many of them have signed. */
enum note_verdict note_verify_any(const struct note *note, const struct note_key *keys, size_t n, size_t *ret_signed);

/* The first line of this key, verified or not; NULL without one. Borrows from the note. */
const struct note_signature *note_find(const struct note *note, const struct note_key *key);

/* ---- Signing ------------------------------------------------------------------------------------------------------------ */

enum { NOTE_LINE_BYTES = NOTE_NAME_BYTES + 128 };

/* The line, with its newline and a NUL, that the signature was read from. */
void note_line_format(const struct note_signature *signature, char ret_line[static NOTE_LINE_BYTES]);

/* The line, with its newline and a NUL, that key `at` of keys adds under this name. For a cosignature `time` is seconds since 1970, and
 * not looked at otherwise. STATUS_TOO_LARGE when the text is longer than NOTE_MAX_BYTES; for a cosignature, when it is longer than
 * NOTE_COSIGNED_BYTES or the time is past INT64_MAX. */
must_check enum status note_sign(const struct signing_keys *keys, size_t at, const char *name, enum note_kind kind,
                                 uint64_t time, const char *text, size_t text_len,
                                 char ret_line[static NOTE_LINE_BYTES]);

#endif
