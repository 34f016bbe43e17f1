/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * input.h: the fuzzer's bytes as a row of choices, read from the front. What has run out reads as zero, so that every input is a whole
 * one and a shorter one differs as little as it can.
 */
#ifndef TRYGG_FUZZ_INPUT_H
#define TRYGG_FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t size;
};

/* Also where NDEBUG takes assert away. */
static inline void must(bool holds)
{
    if (!holds)
        abort();
}

static inline void input_take(struct input *input, void *ret_bytes, size_t len)
{
    size_t taken = len < input->size ? len : input->size;
    memset(ret_bytes, 0, len);
    if (taken == 0)
        return;
    memcpy(ret_bytes, input->data, taken);
    input->data += taken;
    input->size -= taken;
}

static inline uint8_t input_byte(struct input *input)
{
    uint8_t byte;
    input_take(input, &byte, 1);
    return byte;
}

/* Everything up to a byte, which is passed over, or to the end, as a text of its own: it ends at the first NUL. To be freed. */
static inline char *input_text(struct input *input, char until)
{
    const uint8_t *end = input->size > 0 ? memchr(input->data, until, input->size) : NULL;
    size_t len = end != NULL ? (size_t)(end - input->data) : input->size;
    char *text = malloc(len + 1);
    must(text != NULL);
    input_take(input, text, len);
    text[len] = '\0';
    if (end != NULL)
        (void)input_byte(input);
    return text;
}

/* The same bytes with nothing behind them, for the address sanitizer's eyes. */
static inline void *input_exact(void *bytes, size_t len)
{
    void *exact = malloc(len > 0 ? len : 1);
    must(exact != NULL);
    memcpy(exact, bytes, len);
    free(bytes);
    return exact;
}

/* One small damage: a byte exchanged, taken out or put in, a piece cut off the end or written twice. The bytes may grow to max. */
static inline size_t input_damage(struct input *input, uint8_t *bytes, size_t len, size_t max)
{
    uint8_t kind = input_byte(input);
    size_t at = len == 0 ? 0 : (input_byte(input) | (size_t)input_byte(input) << 8) % len;
    uint8_t value = input_byte(input);
    switch (kind % 5) {
    case 0:
        if (len > 0)
            bytes[at] = value;
        return len;
    case 1:
        return at;
    case 2:
        if (len == 0)
            return 0;
        memmove(bytes + at, bytes + at + 1, len - at - 1);
        return len - 1;
    case 3:
        if (len == max)
            return len;
        memmove(bytes + at + 1, bytes + at, len - at);
        bytes[at] = value;
        return len + 1;
    default:
        if (value > max - len || value > len - at)
            return len;
        memmove(bytes + at + value, bytes + at, len - at);
        return len + value;
    }
}

#endif
