/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the small readers that every text from outside goes through: civic numbers, days and times, ids, hex and base64url, lines,
 *          names. The first byte only says how the rest is cut in two, for what takes two texts.
 * May not: depend on the clock, the zone or the locale.
 * Always:  what is read can be written and read again to the same; what is made comparable stays as it is when it is made so again.
 */
#include "base/civic.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/id.h"
#include "base/name.h"
#include "base/text.h"
#include "input.h"

enum { ARENA_BYTES = 1 << 20, MAX_BYTES = 4096, MAX_NAME_POINTS = 201 };

/* A number that is read is found in a text, as it stands and between words. */
static void check_civic(struct arena *arena, const char *text)
{
    char canonical[CIVIC_TEXT_BYTES], again[CIVIC_TEXT_BYTES];
    bool mentioned = civic_is_mentioned(text);
    if (civic_parse(text, canonical) != STATUS_OK)
        return;
    must(mentioned && strlen(canonical) < sizeof canonical && canonical[2] == ':');
    must(civic_parse(canonical + 3, again) == STATUS_OK && strcmp(canonical, again) == 0);
    must(civic_is_mentioned(arena_printf(arena, "a %s, b", text)));
    must(civic_is_mentioned(arena_printf(arena, "123456-%s-1", text)));
    must(civic_is_mentioned(arena_printf(arena, "12345678+%s", text)));
    must(!civic_is_mentioned(arena_printf(arena, "a%s", text)));
}

static void check_time(const char *text)
{
    char written[TIME_TEXT_BYTES];
    int64_t time = 0, time_again = 0;
    int32_t day = 0, day_again = 0;
    if (day_parse(text, &day) == STATUS_OK) {
        day_format(day, written);
        must(strcmp(written, text) == 0 && day_parse(written, &day_again) == STATUS_OK && day == day_again);
    }
    if (time_parse(text, &time) == STATUS_OK) {
        time_format(time, written);
        must(strlen(written) == TIME_TEXT_BYTES - 1);
        must(time_parse(written, &time_again) != STATUS_OK || time == time_again);
    }
}

/* Any number of days or milliseconds can be written. */
static void check_numbers(struct input input)
{
    char text[TIME_TEXT_BYTES];
    int64_t time;
    int32_t day;
    input_take(&input, &time, sizeof time);
    input_take(&input, &day, sizeof day);
    time_format(time, text);
    must(strlen(text) == TIME_TEXT_BYTES - 1);
    day_format(day, text);
    must(strlen(text) == DAY_TEXT_BYTES - 1);
    (void)clock_day_of(time);
}

static void check_codecs(const char *text, const uint8_t *bytes, size_t len)
{
    static uint8_t decoded[MAX_BYTES];
    static char encoded[HEX_TEXT_BYTES(MAX_BYTES)];
    size_t n = 0;
    struct uuid uuid;
    if (base64url_decode(text, strlen(text), decoded, sizeof decoded, &n) == STATUS_OK) {
        base64url_encode(decoded, n, encoded);
        must(strcmp(encoded, text) == 0);
    }
    base64url_encode(bytes, len, encoded);
    must(base64url_decode(encoded, strlen(encoded), decoded, len, &n) == STATUS_OK && n == len);
    must(len == 0 || memcmp(decoded, bytes, len) == 0);
    must(len == 0 || base64url_decode(encoded, strlen(encoded), decoded, len - 1, &n) == STATUS_INVALID);
    hex_encode(bytes, len, encoded);
    must(hex_decode(encoded, strlen(encoded), decoded, len) == STATUS_OK);
    must(len == 0 || memcmp(decoded, bytes, len) == 0);
    if (uuid_parse(text, &uuid) == STATUS_OK) {
        uuid_format(&uuid, encoded);
        must(strcasecmp(encoded, text) == 0);
    }
}

/* Names are checked lines of at most so many code points before they come here. */
static bool is_name(const char *text)
{
    size_t n = 0;
    if (text_length(text, strlen(text), &n) != STATUS_OK) {
        must(!text_is_line(text));
        return false;
    }
    must(!text_is_token(text, SIZE_MAX) || n == strlen(text));
    must(!text_is_line(text) || n == 0 || text_shows(text));
    return text_is_line(text) && n > 0 && n <= MAX_NAME_POINTS;
}

static void check_names(struct arena *arena, const char *name, const char *query)
{
    const char *folded = NULL, *again = NULL, *sought = NULL;
    if (!is_name(name))
        return;
    must(name_fold(arena, name, &folded) == STATUS_OK && name_fold(arena, folded, &again) == STATUS_OK);
    must(strcmp(folded, again) == 0 && name_matches(folded, folded));
    for (enum name_order order = 0; order < NAME_ORDERS; order++)
        must(name_sort_key(arena, order, name, &again) == STATUS_OK);
    if (is_name(query) && name_fold(arena, query, &sought) == STATUS_OK)
        (void)name_matches(folded, sought);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size < MAX_BYTES ? size : MAX_BYTES};
    auto_arena arena = arena_new(ARENA_BYTES);
    must(arena != NULL);
    char cut = (char)input_byte(&input);
    const struct input whole = input;
    char *first = input_text(&input, cut);
    char *second = input_text(&input, '\0');
    check_civic(arena, first);
    check_time(first);
    check_numbers(whole);
    check_codecs(first, whole.data, whole.size);
    check_names(arena, first, second);
    free(first);
    free(second);
    return 0;
}
