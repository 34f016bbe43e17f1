/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: UUIDv7 (RFC 9562): made, read, written and compared.
 * May not: hold state; ids of one thread are told apart by finer time and by chance.
 * Always:  an id sorts by its time of creation, to a quarter of a microsecond (RFC 9562 section 6.2, method 3).
 */
#include "base/id.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <threads.h>
#include <time.h>

#include "base/codec.h"

/* The hyphens of the text form stand after bytes 4, 6, 8 and 10. */
static const uint8_t group_bytes[] = {4, 2, 2, 2, 6};
enum { GROUP_COUNT = sizeof(group_bytes) };

static void ask_kernel(uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t got = getrandom(bytes, len, 0);
        if (got < 0 && errno != EINTR)
            abort();
        if (got > 0) {
            bytes += got;
            len -= (size_t)got;
        }
    }
}

/* A thread asks for many ids' worth at once: asking costs ten times what the rest of an id does. What was handed out is wiped here. */
static void fill_random(uint8_t *bytes, size_t len)
{
    static thread_local struct {
        uint8_t bytes[512];
        size_t left;
    } stock;

    if (stock.left < len) {
        ask_kernel(stock.bytes, sizeof(stock.bytes));
        stock.left = sizeof(stock.bytes);
    }
    stock.left -= len;
    memcpy(bytes, stock.bytes + stock.left, len);
    explicit_bzero(stock.bytes + stock.left, len);
}

struct uuid uuid_new(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t milliseconds = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    uint64_t fraction = (uint64_t)now.tv_nsec % 1000000 * 4096 / 1000000;

    struct uuid uuid;
    for (int i = 0; i < 6; i++)
        uuid.bytes[i] = (uint8_t)(milliseconds >> (40 - 8 * i));
    uuid.bytes[6] = (uint8_t)(0x70 | fraction >> 8);
    uuid.bytes[7] = (uint8_t)fraction;
    fill_random(uuid.bytes + 8, 8);
    uuid.bytes[8] = (uint8_t)(0x80 | (uuid.bytes[8] & 0x3f));
    return uuid;
}

enum status uuid_parse(const char *text, struct uuid *ret_uuid)
{
    if (text == NULL || strnlen(text, UUID_TEXT_BYTES) != UUID_TEXT_BYTES - 1)
        return STATUS_INVALID;
    struct uuid uuid;
    uint8_t *bytes = uuid.bytes;
    for (int group = 0; group < GROUP_COUNT; group++) {
        if (group > 0 && *text++ != '-')
            return STATUS_INVALID;
        size_t n = group_bytes[group];
        TRY(hex_decode(text, 2 * n, bytes, n));
        text += 2 * n;
        bytes += n;
    }
    *ret_uuid = uuid;
    return STATUS_OK;
}

void uuid_format(const struct uuid *uuid, char ret_text[static UUID_TEXT_BYTES])
{
    const uint8_t *bytes = uuid->bytes;
    char *text = ret_text;
    for (int group = 0; group < GROUP_COUNT; group++) {
        if (group > 0)
            *text++ = '-';
        size_t n = group_bytes[group];
        hex_encode(bytes, n, text);
        text += 2 * n;
        bytes += n;
    }
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, UUID_BYTES) == 0;
}

int uuid_compare(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, UUID_BYTES);
}

bool uuid_is_nil(const struct uuid *uuid)
{
    static const struct uuid nil;
    return uuid_equal(uuid, &nil);
}
