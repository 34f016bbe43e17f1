/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_witnessed.c: the notes of several witnesses as one.
 * May not sign: what it hands out was signed before.
 * Always: a note that an older key alone has signed is passed over, as who knows the newer one could not use it.
 */
#include "domain/log_witnessed.h"

#include <string.h>

#include "proof/checkpoint.h"
#include "statements.gen.h"

/* More than there may be witnesses: those of before have their rows, too. */
enum { COSIGNED_MAX = 16 };

enum status log_cosigned_over(struct session *session, const struct uuid *tree, int64_t over,
                              struct log_cosigned *ret_cosigned)
{
    const struct sql_log_cosigned_over_args args = {*tree, over, COSIGNED_MAX};

    return sql_log_cosigned_over(session, &args, COSIGNED_MAX, &ret_cosigned->rows, &ret_cosigned->n);
}

static bool is_signed_by_all(const struct log_office *office, const struct uuid *tree,
                             const struct sql_log_cosigned_over_row *row)
{
    struct checkpoint checkpoint;
    struct note note;
    struct note_key key;
    size_t n = 0;

    if (note_parse(row->note, strlen(row->note), &note) != STATUS_OK ||
        checkpoint_parse(note.text, note.text_len, &checkpoint) != STATUS_OK || checkpoint.size != (uint64_t)row->size)
        return false;
    for (size_t i = 0; i < log_keys_count(office); i++) {
        log_key(office, tree, i, &key);
        n += note_verify(&note, &key, NULL) == NOTE_SIGNED;
    }
    return n > 0 && n == log_keys_count(office);
}

/* A witness's line is the last of its note. */
static const char *last_line(const char *note)
{
    const char *at = note + strlen(note) - 1;

    while (at > note && at[-1] != '\n')
        at--;
    return at;
}

/* A note with the line of another witness below, if it signs the same text. */
static enum status add_witness(const char *of, struct arena *arena, const char **note)
{
    struct note before, other, joined;

    if (note_parse(*note, strlen(*note), &before) != STATUS_OK || note_parse(of, strlen(of), &other) != STATUS_OK ||
        other.text_len != before.text_len || memcmp(other.text, before.text, before.text_len) != 0)
        return STATUS_OK;
    const char *whole = arena_printf(arena, "%s%s", *note, last_line(of));
    if (whole == NULL)
        return STATUS_NO_MEMORY;
    if (note_parse(whole, strlen(whole), &joined) == STATUS_OK)
        *note = whole;
    return STATUS_OK;
}

enum status log_witnessed(const struct log_office *office, const struct uuid *tree, const struct log_cosigned *cosigned,
                          struct arena *arena, struct log_signed *ret_signed)
{
    size_t at = 0;

    while (at < cosigned->n && !is_signed_by_all(office, tree, &cosigned->rows[at]))
        at++;
    if (at == cosigned->n)
        return STATUS_NOT_FOUND;
    struct log_signed joined = {.size = (uint64_t)cosigned->rows[at].size, .note = cosigned->rows[at].note};
    for (size_t i = at + 1; i < cosigned->n && cosigned->rows[i].size == cosigned->rows[at].size; i++)
        TRY(add_witness(cosigned->rows[i].note, arena, &joined.note));
    *ret_signed = joined;
    return STATUS_OK;
}
