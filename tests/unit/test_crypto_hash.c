/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: SHA-256 against the examples of its standard.
 * May not: know how it is computed.
 * Always:  however bytes are cut into parts, the hash is one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/codec.h"
#include "crypto/crypto.h"
#include "crypto/hash.h"

static void assert_hash(const void *data, size_t len, const char *hex)
{
    const struct hash_part part = {data, len};
    const struct hash hash = sha256(&part, 1);
    char text[HEX_TEXT_BYTES(HASH_BYTES)];
    hex_encode(hash.bytes, HASH_BYTES, text);
    assert_string_equal(text, hex);
}

static void the_examples_of_the_standard(void **state)
{
    (void)state;
    static char million[1000000];
    const char *two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    memset(million, 'a', sizeof million);
    assert_hash("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash(NULL, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash(two_blocks, 56, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_hash(million, sizeof million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void parts_are_one_after_another(void **state)
{
    (void)state;
    uint8_t bytes[200];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37 + 1);
    const struct hash_part whole = {bytes, sizeof bytes};
    const struct hash wanted = sha256(&whole, 1);
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        const struct hash_part parts[] = {
            {bytes, cut / 2}, {bytes + cut / 2, cut - cut / 2}, {NULL, 0}, {bytes + cut, sizeof bytes - cut}};
        const struct hash hash = sha256(parts, 4);
        assert_memory_equal(&hash, &wanted, HASH_BYTES);
    }
    const struct hash none = sha256(NULL, 0), empty = sha256(&(struct hash_part){NULL, 0}, 1);
    assert_memory_equal(&none, &empty, HASH_BYTES);
}

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_standard),
        cmocka_unit_test(parts_are_one_after_another),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
