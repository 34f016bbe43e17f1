/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads the token and other secrets from where they may come.
 * May not print any part of them.
 * Always: what it returns is one line of printable ASCII, which cannot break out of a header.
 */
#include "secret.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "print.h"

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < 0x21 || *text > 0x7e)
            return false;
    return true;
}

/* Reads at most size bytes; -1 if that fails. */
static ssize_t read_all(int file, char *buffer, size_t size)
{
    size_t len = 0;
    while (len < size) {
        ssize_t n = read(file, buffer + len, size - len);
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    return (ssize_t)len;
}

enum outcome secret_read(const char *path, char *ret_text, size_t size)
{
    bool is_input = strcmp(path, "-") == 0;
    int file = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0) {
        complain("cannot open the file", path);
        return OUTCOME_USAGE;
    }
    ssize_t len = read_all(file, ret_text, size);
    if (!is_input)
        close(file);
    while (len > 0 && (ret_text[len - 1] == '\n' || ret_text[len - 1] == '\r'))
        len--;
    if (len > 0 && (size_t)len < size) {
        ret_text[len] = '\0';
        if (strlen(ret_text) == (size_t)len && is_printable(ret_text))
            return OUTCOME_OK;
    }
    explicit_bzero(ret_text, size);
    complain("one line of printable characters is expected in", path);
    return OUTCOME_USAGE;
}

enum outcome secret_token(const char *file, char ret_token[static SECRET_TOKEN_BYTES])
{
    if (file == NULL)
        file = getenv("TRYGG_TOKEN_FILE");
    if (file != NULL && *file != '\0')
        return secret_read(file, ret_token, SECRET_TOKEN_BYTES);
    const char *token = getenv("TRYGG_TOKEN");
    if (token == NULL)
        token = "";
    if (strlen(token) >= SECRET_TOKEN_BYTES || !is_printable(token)) {
        complain("TRYGG_TOKEN is not a token", NULL);
        return OUTCOME_USAGE;
    }
    memcpy(ret_token, token, strlen(token) + 1);
    return OUTCOME_OK;
}
