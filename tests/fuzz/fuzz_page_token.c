/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: page tokens. The first byte says what comes: 'r' any text as a token; 's' a token sealed here, then its text damaged, or
 *          shown by another caller, for another list or another organisation.
 * May not: know how a token is laid out.
 * Always:  a token as it was made says what it was made of; any other is refused alike, and nothing is written (S3).
 */
#include <unistd.h>

#include "crypto/crypto.h"
#include "domain/page_token.h"
#include "input.h"

enum { ARENA_BYTES = 1 << 16, SLACK = 64, UNTOUCHED = 0xa5 };

/* Without what the compiler pads it with. */
enum { POSITION_BYTES = offsetof(struct page_position, given) + sizeof(uint32_t) };

struct bench {
    struct data_key *keys[2];
    struct organisation_keys organisation;
};

/* Whoever asks, for what. */
struct asker {
    struct organisation_keys organisation;
    struct mark caller;
    const char *list;
};

static const char *const lists[] = {"listStudents", "listStudent", "listStudentss", "listPersons", "searchStudents"};

static struct bench make_bench(void)
{
    static const char master_key[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    char path[] = "/tmp/trygg-fuzz-XXXXXX";
    struct keyring *keyring = NULL;
    enum keyring_fault fault;
    struct bench bench = {.organisation = {.organisation = {{{1}}}, .own_id = {{{2}}}}};
    int fd = mkstemp(path);
    must(crypto_start() == STATUS_OK && fd >= 0);
    must(write(fd, master_key, sizeof master_key - 1) == sizeof master_key - 1);
    close(fd);
    must(keyring_open(path, &keyring, &fault) == STATUS_OK);
    unlink(path);
    for (size_t i = 0; i < 2; i++) {
        struct wrapped_key wrapped;
        must(keyring_make(keyring, &bench.organisation.own_id, &wrapped) == STATUS_OK);
        must(keyring_unwrap(keyring, &bench.organisation.own_id, &wrapped, &bench.keys[i]) == STATUS_OK);
    }
    bench.organisation.own = bench.keys[0];
    return bench;
}

static enum status open_token(const struct asker *asker, const char *text, struct page_position *ret_position)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    struct page_position untouched;
    must(arena != NULL);
    memset(&untouched, UNTOUCHED, sizeof untouched);
    *ret_position = untouched;
    enum status status = page_token_open(&asker->organisation, &asker->caller, asker->list, arena, text, ret_position);
    if (status != STATUS_OK)
        must(status == STATUS_MALFORMED && memcmp(ret_position, &untouched, sizeof untouched) == 0);
    return status;
}

/* Another asker, or one who asks for something else; returns whether anything differs. */
static bool disguise(const struct bench *bench, struct input *input, struct asker *asker)
{
    uint8_t kind = input_byte(input) % 6;
    uint8_t at = input_byte(input);
    uint8_t bits = input_byte(input);
    const char *list = lists[at % (sizeof lists / sizeof *lists)];
    switch (kind) {
    case 1:
        asker->caller.bytes[at % MARK_BYTES] ^= bits;
        return bits != 0;
    case 2:
        asker->organisation.organisation.uuid.bytes[at % UUID_BYTES] ^= bits;
        return bits != 0;
    case 3:
        asker->organisation.own_id.uuid.bytes[at % UUID_BYTES] ^= bits;
        return bits != 0;
    case 4:
        asker->organisation.own = bench->keys[1];
        return true;
    case 5:
        bits = asker->list != list;
        asker->list = list;
        return bits != 0;
    default:
        return false;
    }
}

/* Who asks, how the asker and the text change, then the position. */
static void seal_and_open(const struct bench *bench, struct input input)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    struct asker asker = {.organisation = bench->organisation};
    struct page_position made, read;
    const char *text = NULL;
    uint8_t plan[16];
    must(arena != NULL);
    asker.list = lists[input_byte(&input) % (sizeof lists / sizeof *lists)];
    size_t n = input_byte(&input) % 4;
    input_take(&input, plan, sizeof plan);
    input_take(&input, &asker.caller, sizeof asker.caller);
    input_take(&input, &made, sizeof made);
    must(page_token_seal(&asker.organisation, &asker.caller, asker.list, arena, &made, &text) == STATUS_OK);

    struct input changes = {plan, sizeof plan};
    bool changed = disguise(bench, &changes, &asker);
    size_t whole = strlen(text);
    size_t len = whole;
    char *copy = malloc(whole + SLACK);
    must(copy != NULL);
    memcpy(copy, text, whole);
    for (size_t i = 0; i < n; i++)
        len = input_damage(&changes, (uint8_t *)copy, len, whole + SLACK - 1);
    copy[len] = '\0';
    copy = input_exact(copy, len + 1);
    changed = changed || strcmp(copy, text) != 0;
    must(open_token(&asker, copy, &read) == (changed ? STATUS_MALFORMED : STATUS_OK));
    must(changed || memcmp(&made, &read, POSITION_BYTES) == 0);
    free(copy);
}

static void open_any(const struct bench *bench, struct input input)
{
    const struct asker asker = {.organisation = bench->organisation, .list = lists[0]};
    struct page_position read;
    char *text = input_text(&input, '\0');
    must(open_token(&asker, text, &read) == STATUS_MALFORMED);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench bench;
    struct input input = {data, size};
    if (bench.keys[0] == NULL)
        bench = make_bench();
    uint8_t kind = input_byte(&input);
    if (kind == 's')
        seal_and_open(&bench, input);
    if (kind == 'r')
        open_any(&bench, input);
    return 0;
}
