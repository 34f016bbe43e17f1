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
    size_t n = 0;

    return note_parse(row->note, strlen(row->note), &note) == STATUS_OK &&
           checkpoint_parse(note.text, note.text_len, &checkpoint) == STATUS_OK &&
           checkpoint.size == (uint64_t)row->size && log_verify(office, tree, &note, &n) == NOTE_SIGNED &&
           n == log_keys_count(office);
}

static bool has_line(const struct note *note, const struct note_signature *line)
{
    for (size_t i = 0; i < note->n_signatures; i++)
        if (note->signatures[i].id == line->id && strcmp(note->signatures[i].name, line->name) == 0)
            return true;
    return false;
}

/* A note with the lines of another below that it has not, if they are of the same text. */
static enum status add_lines(const char *from, struct arena *arena, const char **note)
{
    char line[NOTE_LINE_BYTES];
    struct note to, other;

    if (note_parse(*note, strlen(*note), &to) != STATUS_OK || note_parse(from, strlen(from), &other) != STATUS_OK ||
        other.text_len != to.text_len || memcmp(other.text, to.text, to.text_len) != 0)
        return STATUS_OK;
    size_t n = to.n_signatures;
    for (size_t i = 0; i < other.n_signatures && n < NOTE_MAX_SIGNATURES; i++) {
        if (has_line(&to, &other.signatures[i]))
            continue;
        note_line_format(&other.signatures[i], line);
        const char *longer = arena_printf(arena, "%s%s", *note, line);
        if (longer == NULL)
            return STATUS_NO_MEMORY;
        *note = longer;
        n++;
    }
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
        TRY(add_lines(cosigned->rows[i].note, arena, &joined.note));
    *ret_signed = joined;
    return STATUS_OK;
}
