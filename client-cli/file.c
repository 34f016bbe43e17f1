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
#include <string.h>
#include <unistd.h>

#include "memory.h"

enum { READ_BYTES = 1 << 16 };

/* One byte more than `max` shows that there is too much. */
static enum outcome read_whole(int in, const char *path, size_t max, struct buffer *text)
{
    for (;;) {
        size_t room = max + 1 - text->len < READ_BYTES ? max + 1 - text->len : (size_t)READ_BYTES;
        if (!buffer_reserve(text, room, max + 1))
            return memory_out();
        ssize_t n = read(in, text->text + text->len, room);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return usage("cannot read the file", path);
        text->len += (size_t)n;
        text->text[text->len] = '\0';
        if (text->len > max)
            return usage("too large: the file", path);
        if (n == 0)
            return OUTCOME_OK;
    }
}

/* Some programs put a byte order mark before UTF-8; JSON has none (RFC 8259, 8.1). */
static void drop_mark(struct buffer *text)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t len = sizeof mark - 1;
    if (text->len < len || memcmp(text->text, mark, len) != 0)
        return;
    text->len -= len;
    memmove(text->text, text->text + len, text->len + 1);
}

enum outcome file_read_verbatim(const char *path, size_t max, struct buffer *ret_bytes)
{
    bool is_input = strcmp(path, "-") == 0;
    int in = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (in < 0)
        return usage("cannot open the file", path);
    struct buffer text = {0};
    enum outcome outcome = read_whole(in, path, max, &text);
    if (!is_input)
        close(in);
    if (outcome == OUTCOME_OK)
        *ret_bytes = text;
    else
        buffer_wipe(&text);
    return outcome;
}

enum outcome file_read(const char *path, size_t max, struct buffer *ret_text)
{
    TRY(file_read_verbatim(path, max, ret_text));
    drop_mark(ret_text);
    return OUTCOME_OK;
}

size_t file_text_length(const struct buffer *text)
{
    size_t len = text->len;
    while (len > 0 && (text->text[len - 1] == '\n' || text->text[len - 1] == '\r'))
        len--;
    return len;
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
    return usage(sentence, path);
}
