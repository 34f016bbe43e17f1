/* SPDX-License-Identifier: EUPL-1.2 */
/* Continues or begins a trace.
 * May not log or keep what came from outside: of the incoming text only hex digits are carried on.
 * What it writes is always a valid traceparent of version 00. */
#include "http/trace.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/codec.h"
#include "base/id.h"

/* 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 */
enum {
    TRACE_ID_AT = 3,
    TRACE_ID_HEX = 32,
    PARENT_AT = 36,
    PARENT_HEX = 16,
    FLAGS_AT = 53,
    FLAGS_HEX = 2,
    TEXT_LEN = 55
};
enum { RANDOM_HALF = 8, SECOND_HALF_AT = TRACE_ID_AT + 2 * RANDOM_HALF };

static bool is_lower_hex(const char *text, size_t len)
{
    return strspn(text, "0123456789abcdef") >= len;
}

static bool is_all_zero(const char *text, size_t len)
{
    return strspn(text, "0") >= len;
}

static bool is_valid(const char *text)
{
    size_t len = strlen(text);
    if (len < TEXT_LEN || !is_lower_hex(text, 2) || strncmp(text, "ff", 2) == 0)
        return false;
    bool first_version = strncmp(text, "00", 2) == 0;
    if (len > TEXT_LEN && (first_version || text[TEXT_LEN] != '-'))
        return false;
    if (text[TRACE_ID_AT - 1] != '-' || text[PARENT_AT - 1] != '-' || text[FLAGS_AT - 1] != '-')
        return false;
    if (!is_lower_hex(text + TRACE_ID_AT, TRACE_ID_HEX) || !is_lower_hex(text + PARENT_AT, PARENT_HEX) ||
        !is_lower_hex(text + FLAGS_AT, FLAGS_HEX))
        return false;
    return !is_all_zero(text + TRACE_ID_AT, TRACE_ID_HEX) && !is_all_zero(text + PARENT_AT, PARENT_HEX);
}

/* The second half of a UUIDv7 is random, and never zero because of its variant bits. */
static void write_random_half(char ret_hex[static HEX_TEXT_BYTES(RANDOM_HALF)])
{
    struct uuid uuid = uuid_new();
    hex_encode(uuid.bytes + UUID_BYTES - RANDOM_HALF, RANDOM_HALF, ret_hex);
}

void trace_continue(const char *incoming, char ret_traceparent[static TRACEPARENT_TEXT_BYTES])
{
    char text[TRACEPARENT_TEXT_BYTES];
    if (incoming != NULL && is_valid(incoming)) {
        memcpy(text, incoming, TEXT_LEN);
        memcpy(text + FLAGS_AT, strchr("13579bdf", incoming[FLAGS_AT + 1]) != NULL ? "01" : "00", 2);
    } else {
        write_random_half(text + TRACE_ID_AT);
        write_random_half(text + SECOND_HALF_AT);
        memcpy(text + FLAGS_AT, "00", 2);
    }
    memcpy(text, "00-", 3);
    text[PARENT_AT - 1] = '-';
    write_random_half(text + PARENT_AT);
    text[FLAGS_AT - 1] = '-';
    text[TEXT_LEN] = '\0';
    memcpy(ret_traceparent, text, TRACEPARENT_TEXT_BYTES);
}
