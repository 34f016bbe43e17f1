/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: hex, base64url without padding and base64 with it (RFC 4648), and decimal numbers.
 * May not: be used on secret keys: its table look-ups are not constant in time.
 * Always:  one text per value and one value per text; anything not canonical is refused.
 */
#include "base/codec.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

/* The two alphabets differ in their last two digits. */
struct alphabet {
    const char *digits;
    char digit_62, digit_63;
};
#define DIGITS_UP_TO_61 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
static const struct alphabet base64 = {DIGITS_UP_TO_61 "+/", '+', '/'};
static const struct alphabet base64url = {DIGITS_UP_TO_61 "-_", '-', '_'};

void hex_encode(const uint8_t *bytes, size_t len, char *ret_text)
{
    for (size_t i = 0; i < len; i++) {
        *ret_text++ = hex_digits[bytes[i] >> 4];
        *ret_text++ = hex_digits[bytes[i] & 15];
    }
    *ret_text = '\0';
}

size_t decimal_encode(int64_t number, char ret_text[static DECIMAL_TEXT_BYTES])
{
    char digits[DECIMAL_TEXT_BYTES];
    size_t at = sizeof(digits);
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        digits[--at] = '-';
    memcpy(ret_text, digits + at, sizeof(digits) - at);
    return sizeof(digits) - at - 1;
}

/* One more than the value of a hex digit; 0 for anything else. */
static const uint8_t hex_values[256] = {
    ['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ['A'] = 11, 12, 13, 14, 15, 16, ['a'] = 11, 12, 13, 14, 15, 16,
};

/* -1 for anything that is no hex digit. */
static int hex_value(char c)
{
    return hex_values[(unsigned char)c] - 1;
}

enum status hex_decode(const char *text, size_t text_len, uint8_t *ret_bytes, size_t len)
{
    if (text_len / 2 != len || text_len % 2 != 0)
        return STATUS_INVALID;
    for (size_t i = 0; i < text_len; i++) {
        if (hex_value(text[i]) < 0)
            return STATUS_INVALID;
    }
    for (size_t i = 0; i < len; i++)
        ret_bytes[i] = (uint8_t)((unsigned)hex_value(text[2 * i]) << 4 | (unsigned)hex_value(text[2 * i + 1]));
    return STATUS_OK;
}

/* Returns where the text ends, which is not closed. */
static char *encode(const struct alphabet *alphabet, const uint8_t *bytes, size_t len, char *ret_text)
{
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < len; i++) {
        bits = bits << 8 | bytes[i];
        for (held += 8; held >= 6; held -= 6)
            *ret_text++ = alphabet->digits[bits >> (held - 6) & 63];
    }
    if (held > 0)
        *ret_text++ = alphabet->digits[bits << (6 - held) & 63];
    return ret_text;
}

void base64url_encode(const uint8_t *bytes, size_t len, char *ret_text)
{
    *encode(&base64url, bytes, len, ret_text) = '\0';
}

void base64_encode(const uint8_t *bytes, size_t len, char *ret_text)
{
    char *end = encode(&base64, bytes, len, ret_text);
    while ((end - ret_text) % 4 != 0)
        *end++ = '=';
    *end = '\0';
}

static int value_of(const struct alphabet *alphabet, char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == alphabet->digit_62)
        return 62;
    return c == alphabet->digit_63 ? 63 : -1;
}

/* Without padding. */
static enum status decode(const struct alphabet *alphabet, const char *text, size_t text_len, uint8_t *ret_bytes,
                          size_t max, size_t *ret_len)
{
    size_t len = text_len / 4 * 3 + text_len % 4 * 3 / 4;
    if (text_len % 4 == 1 || len > max)
        return STATUS_INVALID;
    for (size_t i = 0; i < text_len; i++) {
        if (value_of(alphabet, text[i]) < 0)
            return STATUS_INVALID;
    }
    const int stray[] = {0, 0, 15, 3};
    if (text_len > 0 && (value_of(alphabet, text[text_len - 1]) & stray[text_len % 4]) != 0)
        return STATUS_INVALID;

    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < text_len; i++) {
        bits = bits << 6 | (uint32_t)value_of(alphabet, text[i]);
        held += 6;
        if (held >= 8) {
            held -= 8;
            *ret_bytes++ = (uint8_t)(bits >> held);
        }
    }
    *ret_len = len;
    return STATUS_OK;
}

enum status base64url_decode(const char *text, size_t text_len, uint8_t *ret_bytes, size_t max, size_t *ret_len)
{
    return decode(&base64url, text, text_len, ret_bytes, max, ret_len);
}

enum status base64_decode(const char *text, size_t text_len, uint8_t *ret_bytes, size_t max, size_t *ret_len)
{
    size_t padding = 0;
    if (text_len % 4 != 0)
        return STATUS_INVALID;
    while (padding < 2 && padding < text_len && text[text_len - 1 - padding] == '=')
        padding++;
    return decode(&base64, text, text_len - padding, ret_bytes, max, ret_len);
}
