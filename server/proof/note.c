/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: signed notes: their form, and how they are signed and verified.
 * May not: allocate, or believe a text before its signature is verified.
 * Always:  of a key's text there is one form; a line of an unknown kind is passed over, as long as it is a line.
 */
#include "proof/note.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "base/text.h"
#include "crypto/hash.h"

#define EM_DASH "\xe2\x80\x94 "

enum {
    ID_BYTES = 4,
    TIME_BYTES = 8,
    KIND_BYTES = 1,
    EM_DASH_BYTES = sizeof(EM_DASH) - 1,
    PLAIN_BYTES = ID_BYTES + SIGNATURE_BYTES,
    TIMED_BYTES = ID_BYTES + TIME_BYTES + SIGNATURE_BYTES,
};

/* Big-endian. */
static void number_write(uint64_t number, uint8_t *ret_bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ret_bytes[i] = (uint8_t)(number >> (8 * (len - 1 - i)));
}

static uint64_t number_read(const uint8_t *bytes, size_t len)
{
    uint64_t number = 0;
    for (size_t i = 0; i < len; i++)
        number = number << 8 | bytes[i];
    return number;
}

/* ---- Keys --------------------------------------------------------------------------------------------------------------- */

static bool is_name(const char *name, size_t len)
{
    if (len == 0 || len >= NOTE_NAME_BYTES)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (name[i] <= ' ' || name[i] > '~' || name[i] == '+')
            return false;
    }
    return true;
}

bool note_name_is_good(const char *name)
{
    return is_name(name, strlen(name));
}

static uint32_t id_of(const char *name, enum note_kind kind, const struct public_key *key)
{
    const uint8_t between[] = {'\n', (uint8_t)kind};
    const struct hash_part parts[] = {{name, strlen(name)}, {between, sizeof between}, {key->bytes, PUBLIC_KEY_BYTES}};
    const struct hash hash = sha256(parts, 3);
    return (uint32_t)number_read(hash.bytes, ID_BYTES);
}

void note_key_make(const char *name, enum note_kind kind, const struct public_key *key, struct note_key *ret_key)
{
    assert(note_name_is_good(name));
    struct note_key made = {.kind = kind, .id = id_of(name, kind, key), .key = *key};
    (void)snprintf(made.name, sizeof made.name, "%s", name);
    *ret_key = made;
}

void note_key_format(const struct note_key *key, char ret_text[static NOTE_KEY_TEXT_BYTES])
{
    uint8_t bytes[KIND_BYTES + PUBLIC_KEY_BYTES] = {(uint8_t)key->kind};
    char text[BASE64_TEXT_BYTES(sizeof bytes)];
    memcpy(bytes + KIND_BYTES, key->key.bytes, PUBLIC_KEY_BYTES);
    base64_encode(bytes, sizeof bytes, text);
    (void)snprintf(ret_text, NOTE_KEY_TEXT_BYTES, "%s+%08x+%s", key->name, key->id, text);
}

/* What is formatted again to the same text was right in every part. */
enum status note_key_parse(const char *text, struct note_key *ret_key)
{
    uint8_t bytes[KIND_BYTES + PUBLIC_KEY_BYTES];
    char name[NOTE_NAME_BYTES], again[NOTE_KEY_TEXT_BYTES];
    struct public_key public_key;
    struct note_key key;
    size_t len = 0;

    const size_t name_len = strcspn(text, "+");
    const char *second = text[name_len] == '+' ? strchr(text + name_len + 1, '+') : NULL;
    if (second == NULL || !is_name(text, name_len))
        return STATUS_INVALID;
    TRY(base64_decode(second + 1, strlen(second + 1), bytes, sizeof bytes, &len));
    if (len != sizeof bytes || (bytes[0] != NOTE_ED25519 && bytes[0] != NOTE_COSIGNATURE))
        return STATUS_INVALID;
    memcpy(name, text, name_len);
    name[name_len] = '\0';
    memcpy(public_key.bytes, bytes + KIND_BYTES, PUBLIC_KEY_BYTES);
    note_key_make(name, (enum note_kind)bytes[0], &public_key, &key);
    note_key_format(&key, again);
    if (strcmp(text, again) != 0)
        return STATUS_INVALID;
    *ret_key = key;
    return STATUS_OK;
}

/* ---- Reading ------------------------------------------------------------------------------------------------------------ */

/* Valid UTF-8 whose only control characters are newlines. */
static bool is_note_text(const char *bytes, size_t len)
{
    size_t code_points;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n')
            return false;
    }
    return text_length(bytes, len, &code_points) == STATUS_OK;
}

/* The base64 of a signature of whatever kind; what is longer than TIMED_BYTES is read to its end and not kept. */
static enum status signature_decode(const char *text, size_t text_len, uint8_t ret_bytes[static TIMED_BYTES],
                                    size_t *ret_len)
{
    size_t len = 0;
    for (size_t at = 0; at < text_len; at += 4) {
        const size_t left = text_len - at;
        uint8_t group[3];
        size_t got = 0;
        if (len % 3 != 0)
            return STATUS_INVALID;
        TRY(base64_decode(text + at, left < 4 ? left : 4, group, sizeof group, &got));
        if (len + got <= TIMED_BYTES)
            memcpy(ret_bytes + len, group, got);
        len += got;
    }
    *ret_len = len;
    return STATUS_OK;
}

/* Adds the line, without its newline, to the note if it may be of a key that we know. */
static enum status line_read(const char *line, size_t len, struct note *note)
{
    uint8_t bytes[TIMED_BYTES];
    size_t bytes_len = 0;

    if (len <= EM_DASH_BYTES || memcmp(line, EM_DASH, EM_DASH_BYTES) != 0)
        return STATUS_INVALID;
    const char *name = line + EM_DASH_BYTES;
    const char *space = memchr(name, ' ', len - EM_DASH_BYTES);
    if (space == NULL || space == name || memchr(name, '+', (size_t)(space - name)) != NULL)
        return STATUS_INVALID;
    const size_t name_len = (size_t)(space - name);
    TRY(signature_decode(space + 1, len - EM_DASH_BYTES - name_len - 1, bytes, &bytes_len));
    if (bytes_len <= ID_BYTES)
        return STATUS_INVALID;
    if ((bytes_len != PLAIN_BYTES && bytes_len != TIMED_BYTES) || !is_name(name, name_len))
        return STATUS_OK;

    struct note_signature *signature = &note->signatures[note->n_signatures++];
    const bool timed = bytes_len == TIMED_BYTES;
    *signature = (struct note_signature){.id = (uint32_t)number_read(bytes, ID_BYTES), .has_time = timed};
    memcpy(signature->name, name, name_len);
    signature->time = timed ? number_read(bytes + ID_BYTES, TIME_BYTES) : 0;
    memcpy(signature->signature.bytes, bytes + bytes_len - SIGNATURE_BYTES, SIGNATURE_BYTES);
    return STATUS_OK;
}

/* Lines until the end, at least one. */
static enum status lines_read(const char *at, const char *end, struct note *note)
{
    size_t lines = 0;
    for (; at < end; lines++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (newline == NULL || lines == NOTE_MAX_SIGNATURES)
            return STATUS_INVALID;
        TRY(line_read(at, (size_t)(newline - at), note));
        at = newline + 1;
    }
    return lines > 0 ? STATUS_OK : STATUS_INVALID;
}

/* The newline that ends the text: the last one that has another behind it. */
static const char *text_end(const char *bytes, size_t len)
{
    for (size_t i = len; i >= 2; i--) {
        if (bytes[i - 1] == '\n' && bytes[i - 2] == '\n')
            return bytes + i - 2;
    }
    return NULL;
}

enum status note_parse(const char *bytes, size_t len, struct note *ret_note)
{
    if (len > NOTE_MAX_BYTES || !is_note_text(bytes, len))
        return STATUS_INVALID;
    const char *end = text_end(bytes, len);
    if (end == NULL)
        return STATUS_INVALID;
    struct note note = {.text = bytes, .text_len = (size_t)(end - bytes) + 1};
    TRY(lines_read(end + 2, bytes + len, &note));
    *ret_note = note;
    return STATUS_OK;
}

/* ---- Signatures --------------------------------------------------------------------------------------------------------- */

enum { HEADER_BYTES = sizeof("cosignature/v1\ntime 18446744073709551615\n") };

/* What a witness signs: the text and when. */
struct timed_text {
    char bytes[HEADER_BYTES + NOTE_COSIGNED_BYTES];
    size_t len;
};

/* False when no witness signs that: a time that is none, or a text that is too long for a checkpoint. */
static bool timed_text_make(uint64_t time, const char *text, size_t text_len, struct timed_text *ret_timed)
{
    if (time > INT64_MAX || text_len > NOTE_COSIGNED_BYTES)
        return false;
    int header =
        snprintf(ret_timed->bytes, sizeof ret_timed->bytes, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
    memcpy(ret_timed->bytes + header, text, text_len);
    ret_timed->len = (size_t)header + text_len;
    return true;
}

static bool verifies(const struct note *note, const struct note_key *key, const struct note_signature *signature)
{
    struct timed_text timed;
    if (signature->has_time != (key->kind == NOTE_COSIGNATURE))
        return false;
    if (!signature->has_time)
        return signature_verify(&key->key, note->text, note->text_len, &signature->signature);
    return timed_text_make(signature->time, note->text, note->text_len, &timed) &&
           signature_verify(&key->key, timed.bytes, timed.len, &signature->signature);
}

static bool is_by(const struct note_signature *signature, const struct note_key *key)
{
    return signature->id == key->id && strcmp(signature->name, key->name) == 0;
}

/* A key may have signed more than once; one that does not verify spoils them all. */
enum note_verdict note_verify(const struct note *note, const struct note_key *key, uint64_t *ret_time)
{
    enum note_verdict verdict = NOTE_NOT_SIGNED;
    uint64_t newest = 0;
    for (size_t i = 0; i < note->n_signatures; i++) {
        const struct note_signature *signature = &note->signatures[i];
        if (!is_by(signature, key))
            continue;
        if (!verifies(note, key, signature))
            return NOTE_FORGED;
        verdict = NOTE_SIGNED;
        newest = signature->time > newest ? signature->time : newest;
    }
    if (verdict == NOTE_SIGNED && ret_time != NULL)
        *ret_time = newest;
    return verdict;
}

enum note_verdict note_verify_any(const struct note *note, const struct note_key *keys, size_t n, size_t *ret_signed)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        const enum note_verdict verdict = note_verify(note, &keys[i], NULL);
        if (verdict == NOTE_FORGED)
            return NOTE_FORGED;
        found += verdict == NOTE_SIGNED;
    }
    if (ret_signed != NULL)
        *ret_signed = found;
    return found > 0 ? NOTE_SIGNED : NOTE_NOT_SIGNED;
}

const struct note_signature *note_find(const struct note *note, const struct note_key *key)
{
    for (size_t i = 0; i < note->n_signatures; i++) {
        if (is_by(&note->signatures[i], key))
            return &note->signatures[i];
    }
    return NULL;
}

void note_line_format(const struct note_signature *signature, char ret_line[static NOTE_LINE_BYTES])
{
    uint8_t bytes[TIMED_BYTES];
    char encoded[BASE64_TEXT_BYTES(TIMED_BYTES)];
    const size_t len = signature->has_time ? TIMED_BYTES : PLAIN_BYTES;

    number_write(signature->id, bytes, ID_BYTES);
    number_write(signature->time, bytes + ID_BYTES, TIME_BYTES);
    memcpy(bytes + len - SIGNATURE_BYTES, signature->signature.bytes, SIGNATURE_BYTES);
    base64_encode(bytes, len, encoded);
    (void)snprintf(ret_line, NOTE_LINE_BYTES, EM_DASH "%s %s\n", signature->name, encoded);
}

/* False when the text cannot be signed so. */
static bool sign(const struct signing_keys *keys, size_t at, const char *text, size_t text_len,
                 struct note_signature *signature)
{
    struct timed_text timed;

    if (!signature->has_time) {
        signing_sign(keys, at, text, text_len, &signature->signature);
        return true;
    }
    if (!timed_text_make(signature->time, text, text_len, &timed))
        return false;
    signing_sign(keys, at, timed.bytes, timed.len, &signature->signature);
    return true;
}

enum status note_sign(const struct signing_keys *keys, size_t at, const char *name, enum note_kind kind, uint64_t time,
                      const char *text, size_t text_len, char ret_line[static NOTE_LINE_BYTES])
{
    assert(note_name_is_good(name));
    struct note_signature signature = {
        .id = id_of(name, kind, signing_public_key(keys, at)), .time = time, .has_time = kind == NOTE_COSIGNATURE};
    if (text_len > NOTE_MAX_BYTES || !sign(keys, at, text, text_len, &signature))
        return STATUS_TOO_LARGE;
    (void)snprintf(signature.name, sizeof signature.name, "%s", name);
    note_line_format(&signature, ret_line);
    return STATUS_OK;
}
