/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Shows answers as aligned text or as JSON.
 * May not know verbs, the network or exit early; it writes where it is told to.
 * Always: no byte of an answer reaches a terminal unless print_text or print_json let it through.
 */
#include "print.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "memory.h"

enum { MAX_COLUMNS = 8, MAX_PATH_DEPTH = 8, MAX_CELL = 32 << 20, INDENT = 2 };

/* ---- Text from outside ---------------------------------------------------------------------------------------------- */

/* Decodes one code point of UTF-8 at `text` and returns its length, or 0 for bytes that are none. */
static size_t decode(const char *text, uint32_t *ret_point)
{
    const unsigned char *byte = (const unsigned char *)text;
    size_t len = byte[0] < 0x80 ? 1 : (byte[0] & 0xe0) == 0xc0 ? 2 : (byte[0] & 0xf0) == 0xe0 ? 3 : 4;
    if (byte[0] >= 0x80 && (byte[0] < 0xc2 || byte[0] > 0xf4))
        return 0;
    uint32_t point = len == 1 ? byte[0] : byte[0] & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (byte[i] & 0x3fU);
    }
    *ret_point = point;
    return len;
}

/* Controls, line separators, marks that turn the direction of writing, spaces of no width: what could steer or disguise. */
static bool steers(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0x61c, 0x61c},   {0x200b, 0x200b}, {0x200e, 0x200f},
                  {0x2028, 0x202e}, {0x2060, 0x2064}, {0x2066, 0x2069}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    return false;
}

static bool combines(uint32_t point)
{
    return (point >= 0x300 && point <= 0x36f) || point == 0x200d || (point >= 0xfe00 && point <= 0xfe0f);
}

/* Writes what stands for a character that steers: a JSON escape, since all of them lie in the basic plane. */
static size_t write_escape(FILE *out, uint32_t point)
{
    if (out != NULL)
        fprintf(out, "\\u%04x", (unsigned)point);
    return 6;
}

size_t print_text(FILE *out, const char *text)
{
    size_t columns = 0;
    while (*text != '\0') {
        uint32_t point;
        size_t len = decode(text, &point);
        if (len == 0) {
            columns += print_text(out, "?");
            text++;
            continue;
        }
        if (steers(point))
            columns += write_escape(out, point);
        else if (out != NULL)
            fwrite(text, 1, len, out);
        if (!steers(point) && !combines(point))
            columns++;
        text += len;
    }
    return columns;
}

bool print_is_harmless(const char *text, size_t len)
{
    if (strlen(text) != len)
        return false;
    for (uint32_t point; *text != '\0';) {
        size_t n = decode(text, &point);
        if (n == 0 || (steers(point) && point != '\n'))
            return false;
        text += n;
    }
    return true;
}

void print_disarm(char *text)
{
    char *to = text;
    while (*text != '\0') {
        uint32_t point;
        size_t len = decode(text, &point);
        size_t kept = len == 0 || steers(point) ? 0 : len;
        memmove(to, text, kept);
        if (kept == 0)
            *to = '_';
        to += kept == 0 ? 1 : kept;
        text += len == 0 ? 1 : len;
    }
    *to = '\0';
}

void complain(const char *sentence, const char *culprit)
{
    fprintf(stderr, "trygg: %s", sentence);
    if (culprit != NULL) {
        fputs(" '", stderr);
        print_text(stderr, culprit);
        fputc('\'', stderr);
    }
    fputc('\n', stderr);
}

enum outcome usage(const char *sentence, const char *culprit)
{
    complain(sentence, culprit);
    return OUTCOME_USAGE;
}

enum outcome print_json(FILE *out, const json_t *answer)
{
    auto_text text = json_dumps(answer, JSON_INDENT(2) | JSON_ENCODE_ANY);
    if (text == NULL)
        return memory_out();
    for (const char *at = text; *at != '\0';) {
        uint32_t point;
        size_t len = decode(at, &point);
        if (len != 0 && steers(point) && point != '\n')
            write_escape(out, point);
        else
            fwrite(at, 1, len == 0 ? 1 : len, out);
        at += len == 0 ? 1 : len;
    }
    fputc('\n', out);
    return OUTCOME_OK;
}

/* ---- Values by path ------------------------------------------------------------------------------------------------- */

static bool add_text(struct buffer *out, const char *text)
{
    return buffer_add(out, text, strlen(text), MAX_CELL);
}

static bool add_scalar(struct buffer *out, const json_t *value)
{
    char number[32] = "";
    if (json_is_string(value))
        return add_text(out, json_string_value(value));
    if (json_is_boolean(value))
        return add_text(out, json_is_true(value) ? "yes" : "no");
    if (json_is_integer(value))
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    if (json_is_real(value))
        snprintf(number, sizeof number, "%g", json_real_value(value));
    return add_text(out, number);
}

/* Adds what the path leads to; `path` ends at a NUL, a space or a '!'. */
static bool add_path(struct buffer *out, const json_t *value, const char *path, int depth)
{
    if (depth > MAX_PATH_DEPTH)
        return true;
    if (json_is_array(value)) {
        bool added = true;
        for (size_t i = 0; added && i < json_array_size(value); i++)
            added = (i == 0 || add_text(out, ", ")) && add_path(out, json_array_get(value, i), path, depth + 1);
        return added;
    }
    size_t len = strcspn(path, ". !");
    if (len == 0)
        return add_scalar(out, value);
    const json_t *member = json_object_getn(value, path, len);
    return add_path(out, member, path + len + (path[len] == '.'), depth + 1);
}

static bool has_lines(const char *paths)
{
    return *paths == '|';
}

/* Why there is no text, if that is told: "(struck)". */
static bool add_reason(struct buffer *out, const json_t *answer, const char *member)
{
    const json_t *value = json_object_get(answer, member);
    if (value == NULL || json_is_null(value) || strspn(out->text, " ") != out->len)
        return true;
    return add_text(out, "(") && add_text(out, member) && add_text(out, ")");
}

/* Makes the text of a place in an answer, "" if there is nothing. False when memory is out; the caller clears it in any case. */
static bool make_text(struct buffer *out, const json_t *answer, const char *paths)
{
    bool made = add_text(out, "");
    const char *path = paths + has_lines(paths);
    while (made && *path != '\0' && *path != '!') {
        made = add_path(out, answer, path, 0);
        path += strcspn(path, " !");
        if (made && *path == ' ') {
            made = add_text(out, " ");
            path++;
        }
    }
    return made && (*path != '!' || add_reason(out, answer, path + 1));
}

/* The text of a place. Where it may have many lines, those behind the first begin at `column`: none passes for a line of another kind. */
static void print_value(FILE *out, const char *paths, char *text, size_t column)
{
    for (char *end = strchr(text, '\n'); has_lines(paths) && end != NULL; end = strchr(text, '\n')) {
        *end = '\0';
        print_text(out, text);
        fprintf(out, "\n%*s", (int)column, "");
        text = end + 1;
    }
    print_text(out, text);
}

static void pad(FILE *out, size_t columns, size_t width)
{
    for (; columns < width; columns++)
        fputc(' ', out);
}

/* ---- Views ---------------------------------------------------------------------------------------------------------- */

static enum outcome print_lines(FILE *out, const struct place *lines, const json_t *answer)
{
    size_t width = 0;
    for (const struct place *line = lines; line->label != NULL; line++)
        width = strlen(line->label) > width ? strlen(line->label) : width;
    for (const struct place *line = lines; line->label != NULL; line++) {
        struct buffer text = {0};
        bool made = make_text(&text, answer, line->path);
        if (made && strspn(text.text, " ") != text.len) {
            fprintf(out, "%-*s  ", (int)width, line->label);
            print_value(out, line->path, text.text, width + 2);
            fputc('\n', out);
        }
        buffer_wipe(&text);
        if (!made)
            return OUTCOME_LOCAL;
    }
    return OUTCOME_OK;
}

struct table {
    const struct place *columns;
    size_t n_columns;
    size_t n_rows;
    size_t width[MAX_COLUMNS];
    struct buffer *cells; /* row by row */
};

static void table_free(struct table *table)
{
    for (size_t i = 0; table->cells != NULL && i < table->n_rows * table->n_columns; i++)
        buffer_wipe(&table->cells[i]);
    free(table->cells);
}

static bool table_fill_row(struct table *table, size_t row, const json_t *thing)
{
    for (size_t column = 0; column < table->n_columns; column++) {
        struct buffer *cell = &table->cells[row * table->n_columns + column];
        if (!make_text(cell, thing, table->columns[column].path))
            return false;
        size_t width = print_text(NULL, cell->text);
        table->width[column] = width > table->width[column] ? width : table->width[column];
    }
    return true;
}

/* The caller frees the table, filled or not. */
static bool table_make(struct table *table, const struct place *columns, const json_t *list)
{
    *table = (struct table){.columns = columns, .n_rows = json_array_size(list)};
    for (; columns[table->n_columns].label != NULL && table->n_columns < MAX_COLUMNS; table->n_columns++)
        table->width[table->n_columns] = print_text(NULL, columns[table->n_columns].label);
    assert(table->n_rows > 0 && table->n_columns > 0);
    table->cells = calloc(table->n_rows * table->n_columns, sizeof *table->cells);
    bool made = table->cells != NULL;
    for (size_t row = 0; made && row < table->n_rows; row++)
        made = table_fill_row(table, row, json_array_get(list, row));
    return made;
}

/* Row 0 is that of the labels. The last column may have many lines. */
static void print_row(FILE *out, const struct table *table, size_t row, size_t indent)
{
    pad(out, 0, indent);
    for (size_t column = 0; column < table->n_columns; column++) {
        bool is_last = column + 1 == table->n_columns;
        struct buffer *cell = row == 0 ? NULL : &table->cells[(row - 1) * table->n_columns + column];
        size_t columns = 0;
        if (cell != NULL && is_last)
            print_value(out, table->columns[column].path, cell->text, indent);
        else
            columns = print_text(out, cell == NULL ? table->columns[column].label : cell->text);
        if (!is_last)
            pad(out, columns, table->width[column] + 2);
        indent += table->width[column] + 2;
    }
    fputc('\n', out);
}

static enum outcome print_table(FILE *out, const struct view *view, const json_t *list)
{
    const struct place *lines[] = {view->columns, view->more, view->last};
    enum { LINES = sizeof lines / sizeof *lines };
    struct table tables[LINES] = {0};
    bool made = true;
    for (size_t i = 0; i < LINES; i++)
        made = made && (lines[i] == NULL || table_make(&tables[i], lines[i], list));
    for (size_t row = 0; made && row <= json_array_size(list); row++)
        for (size_t i = 0; i < LINES; i++)
            if (lines[i] != NULL)
                print_row(out, &tables[i], row, i == 0 ? 0 : INDENT);
    for (size_t i = 0; i < LINES; i++)
        table_free(&tables[i]);
    return made ? OUTCOME_OK : OUTCOME_LOCAL;
}

static enum outcome print_parts(FILE *out, const struct view *view, const json_t *answer)
{
    if (view->heading != NULL)
        fprintf(out, "%s\n", view->heading);
    if (view->lines != NULL)
        TRY(print_lines(out, view->lines, answer));
    if (view->list == NULL)
        return OUTCOME_OK;
    const json_t *list = json_object_get(answer, view->list);
    if (view->lines != NULL)
        fputc('\n', out);
    if (json_array_size(list) > 0)
        return print_table(out, view, list);
    fprintf(out, "%s\n", view->empty);
    return OUTCOME_OK;
}

enum outcome print_view(FILE *out, const struct view *view, const json_t *answer)
{
    enum outcome outcome = print_parts(out, view, answer);
    if (outcome == OUTCOME_LOCAL)
        (void)memory_out();
    return outcome;
}
