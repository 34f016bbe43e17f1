/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads files of JSON that the caller sends.
 * May not know what they mean.
 * Always: no more than the given size is taken, and no memory that held it is given back unwiped.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "print.h"

enum { FIRST_BYTES = 1 << 16 };

static enum outcome refuse(const char *sentence, const char *path, enum outcome outcome)
{
    complain(sentence, path);
    return outcome;
}

/* Doubles the memory; the old is wiped. */
static bool grow(struct file_text *text, size_t max)
{
    size_t size = text->size == 0 ? FIRST_BYTES : text->size * 2;
    if (size > max + 2)
        size = max + 2; /* one byte more shows that there is too much, one closes the text */
    char *grown = malloc(size);
    if (grown == NULL)
        return false;
    if (text->text != NULL) {
        memcpy(grown, text->text, text->len);
        explicit_bzero(text->text, text->size);
        free(text->text);
    }
    text->text = grown;
    text->size = size;
    return true;
}

static enum outcome read_whole(int in, const char *path, size_t max, struct file_text *text)
{
    for (;;) {
        if (text->len + 1 >= text->size && !grow(text, max))
            return refuse("out of memory", NULL, OUTCOME_LOCAL);
        ssize_t n = read(in, text->text + text->len, text->size - 1 - text->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return refuse("cannot read the file", path, OUTCOME_USAGE);
        text->len += (size_t)n;
        text->text[text->len] = '\0';
        if (text->len > max)
            return refuse("too large: the file", path, OUTCOME_USAGE);
        if (n == 0)
            return OUTCOME_OK;
    }
}

enum outcome file_read(const char *path, size_t max, struct file_text *ret_text)
{
    bool is_input = strcmp(path, "-") == 0;
    int in = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (in < 0)
        return refuse("cannot open the file", path, OUTCOME_USAGE);
    struct file_text text = {0};
    enum outcome outcome = read_whole(in, path, max, &text);
    if (!is_input)
        close(in);
    if (outcome == OUTCOME_OK)
        *ret_text = text;
    else
        file_clear(&text);
    return outcome;
}

void file_clear(struct file_text *text)
{
    if (text->text != NULL)
        explicit_bzero(text->text, text->size);
    free(text->text);
    *text = (struct file_text){0};
}

enum outcome file_parse(const char *path, const char *text, size_t len, int first_line, json_t **ret_value)
{
    json_error_t error;
    json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (value != NULL) {
        *ret_value = value;
        return OUTCOME_OK;
    }
    /* jansson's own words repeat a part of the text; the place is enough. */
    char sentence[64];
    snprintf(sentence, sizeof sentence, "not valid JSON in line %d of", first_line - 1 + error.line);
    return refuse(sentence, path, OUTCOME_USAGE);
}
