/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: sealed values, wrapped keys and the master key's file. The first byte says which: 's' a value sealed here and then damaged, or
 *          moved; 'r' any bytes as a sealed value; 'w' a key wrapped here and then damaged; 'm' any bytes as the file of the master key.
 * May not: know how a value is laid out.
 * Always:  what is as it was sealed comes back as it was; what is not is refused, and nothing is written (C2, C3).
 */
#include <stdio.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "crypto/envelope.h"
#include "input.h"

enum { ARENA_BYTES = 1 << 20, SLACK = 300, PLAN_BYTES = 20, MAX_FILE_BYTES = 200 };

struct bench {
    struct keyring *keyring;
    struct key_id ids[2];
    struct data_key *keys[2];
};

/* Names that run into each other. */
static const struct sealed_column columns[] = {
    {"student", "name"}, {"student", "names"}, {"studentn", "ame"}, {"name", "student"}, {"page", "listStudents"},
};

static enum status open_master_key(const void *bytes, size_t len, struct keyring **ret_keyring)
{
    char path[] = "/tmp/trygg-fuzz-XXXXXX";
    enum keyring_fault fault;
    int fd = mkstemp(path);
    must(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
    close(fd);
    enum status status = keyring_open(path, ret_keyring, &fault);
    unlink(path);
    must((status == STATUS_OK) == (fault == KEYRING_FINE));
    must(status == STATUS_OK || fault == KEYRING_FILE_NOT_A_KEY);
    return status;
}

static struct bench make_bench(void)
{
    static const char master_key[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    struct bench bench = {.ids = {{{{1}}}, {{{2}}}}};
    must(crypto_start() == STATUS_OK);
    must(open_master_key(master_key, sizeof master_key - 1, &bench.keyring) == STATUS_OK);
    for (size_t i = 0; i < 2; i++) {
        struct wrapped_key wrapped;
        must(keyring_make(bench.keyring, &bench.ids[i], &wrapped) == STATUS_OK);
        must(keyring_unwrap(bench.keyring, &bench.ids[i], &wrapped, &bench.keys[i]) == STATUS_OK);
    }
    return bench;
}

static struct seal_place take_place(struct input *input)
{
    struct seal_place place = {.column = columns[input_byte(input) % (sizeof columns / sizeof *columns)]};
    input_take(input, &place.organisation, sizeof place.organisation);
    input_take(input, &place.row, sizeof place.row);
    input_take(input, &place.key, sizeof place.key);
    input_take(input, &place.version, sizeof place.version);
    return place;
}

static bool same_place(const struct seal_place *a, const struct seal_place *b)
{
    return uuid_equal(&a->organisation.uuid, &b->organisation.uuid) && uuid_equal(&a->row, &b->row) &&
           uuid_equal(&a->key.uuid, &b->key.uuid) && a->version == b->version && a->column.table == b->column.table &&
           a->column.column == b->column.column;
}

/* The place as it was, with one byte of it another, or another column. */
static struct seal_place move(struct input *input, struct seal_place place)
{
    uint8_t *fields[] = {place.organisation.uuid.bytes, place.row.bytes, place.key.uuid.bytes};
    uint8_t kind = input_byte(input) % 6;
    uint8_t value = input_byte(input);
    if (kind < 3)
        fields[kind][value % UUID_BYTES] ^= input_byte(input);
    if (kind == 3)
        place.version ^= (int64_t)((uint64_t)input_byte(input) << value % 57);
    if (kind == 4)
        place.column = columns[value % (sizeof columns / sizeof *columns)];
    return place;
}

static enum status open_value(const struct data_key *key, const struct seal_place *place, struct sealed sealed,
                              const void *plain, size_t plain_len)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    must(arena != NULL);
    void *opened = &arena;
    size_t len = SIZE_MAX;
    enum status status = envelope_open(arena, key, place, sealed, &opened, &len);
    if (status == STATUS_OK)
        must(len == plain_len && (len == 0 || memcmp(opened, plain, len) == 0) && ((char *)opened)[len] == '\0');
    else
        must(status == STATUS_CORRUPT && opened == &arena && len == SIZE_MAX);
    return status;
}

/* Place, then how often the value is damaged, how, where it is looked for and with which key; the rest is the plain text. */
static void seal_and_open(const struct bench *bench, struct input input)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    const struct seal_place place = take_place(&input);
    size_t n = input_byte(&input) % 4;
    uint8_t plan[PLAN_BYTES];
    input_take(&input, plan, sizeof plan);
    struct input damages = {plan, sizeof plan - 1};
    const struct seal_place found = move(&damages, place);
    size_t key = plan[sizeof plan - 1] & 1;

    struct sealed sealed;
    if (arena == NULL || input.size > ARENA_BYTES / 4)
        return;
    must(envelope_seal(arena, bench->keys[0], &place, input.data, input.size, &sealed) == STATUS_OK);
    must(sealed.len == input.size + ENVELOPE_OVERHEAD);
    uint8_t *bytes = malloc(sealed.len + SLACK);
    must(bytes != NULL);
    memcpy(bytes, sealed.data, sealed.len);
    size_t len = sealed.len;
    for (size_t i = 0; i < n; i++)
        len = input_damage(&damages, bytes, len, sealed.len + SLACK);
    bytes = input_exact(bytes, len);

    bool same = len == sealed.len && memcmp(bytes, sealed.data, len) == 0 && same_place(&place, &found) && key == 0;
    must(open_value(bench->keys[key], &found, (struct sealed){bytes, len}, input.data, input.size) ==
         (same ? STATUS_OK : STATUS_CORRUPT));
    free(bytes);
}

static void open_any(const struct bench *bench, struct input input)
{
    const struct seal_place place = take_place(&input);
    const uint8_t *data = input.size > 0 ? input.data : (const uint8_t *)"";
    must(open_value(bench->keys[0], &place, (struct sealed){data, input.size}, NULL, 0) == STATUS_CORRUPT);
}

static void wrap_and_unwrap(const struct bench *bench, struct input input)
{
    struct key_id id;
    struct wrapped_key made;
    struct data_key *key = NULL;
    input_take(&input, &id, sizeof id);
    must(keyring_make(bench->keyring, &id, &made) == STATUS_OK);
    struct key_id found = id;
    struct wrapped_key wrapped = made;
    while (input.size > 0) {
        size_t at = input_byte(&input) % (sizeof wrapped.bytes + UUID_BYTES);
        uint8_t bits = input_byte(&input);
        if (at < sizeof wrapped.bytes)
            wrapped.bytes[at] ^= bits;
        else
            found.uuid.bytes[at - sizeof wrapped.bytes] ^= bits;
    }
    bool same = memcmp(&made, &wrapped, sizeof made) == 0 && uuid_equal(&id.uuid, &found.uuid);
    must(keyring_unwrap(bench->keyring, &found, &wrapped, &key) == (same ? STATUS_OK : STATUS_CORRUPT));
    must((key != NULL) == same);
    key = data_key_free(key);
}

static void read_master_key(struct input input)
{
    struct keyring *keyring = NULL;
    if (input.size > MAX_FILE_BYTES)
        return;
    bool good = input.size == 64 || (input.size == 65 && input.data[64] == '\n');
    for (size_t i = 0; good && i < 64; i++)
        good = input.data[i] != '\0' && strchr("0123456789abcdefABCDEF", input.data[i]) != NULL;
    must((open_master_key(input.data, input.size, &keyring) == STATUS_OK) == good);
    must((keyring != NULL) == good);
    keyring = keyring_close(keyring);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench bench;
    struct input input = {data, size};
    if (bench.keyring == NULL)
        bench = make_bench();
    switch (input_byte(&input)) {
    case 's':
        seal_and_open(&bench, input);
        break;
    case 'r':
        open_any(&bench, input);
        break;
    case 'w':
        wrap_and_unwrap(&bench, input);
        break;
    case 'm':
        read_master_key(input);
        break;
    default:
        break;
    }
    return 0;
}
