/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_crypto_hmac.c: HMAC-SHA256 against RFC 4231 and the example of Standard Webhooks, and secrets as text.
 * May not touch a store.
 * Always: expected values are written out here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/codec.h"
#include "crypto/crypto.h"
#include "crypto/hmac.h"

static void expect(const char *key_hex, const char *text, const char *mac_hex)
{
    uint8_t key[160], expected[HASH_BYTES];
    const size_t key_len = strlen(key_hex) / 2;
    const struct hash_part whole = {text, strlen(text)};
    const struct hash_part parts[] = {{text, 1}, {NULL, 0}, {text + 1, strlen(text) - 1}};

    assert_int_equal(hex_decode(key_hex, strlen(key_hex), key, key_len), STATUS_OK);
    assert_int_equal(hex_decode(mac_hex, strlen(mac_hex), expected, sizeof expected), STATUS_OK);
    const struct hash once = hmac_sha256(key, key_len, &whole, 1), in_parts = hmac_sha256(key, key_len, parts, 3);
    assert_memory_equal(once.bytes, expected, HASH_BYTES);
    assert_memory_equal(in_parts.bytes, expected, HASH_BYTES);
}

static void the_examples_of_RFC_4231_hold(void **state)
{
    char long_key[131 * 2 + 1];

    (void)state;
    expect("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "Hi There",
           "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    expect("4a656665", "what do ya want for nothing?",
           "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(long_key, 'a', sizeof long_key - 1);
    long_key[sizeof long_key - 1] = '\0';
    expect(long_key, "Test Using Larger Than Block-Size Key - Hash Key First",
           "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* The example of the specification (standardwebhooks.com, also in its libraries). */
static void the_example_of_Standard_Webhooks_holds(void **state)
{
    static const char content[] = "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
    const struct hash_part part = {content, sizeof content - 1};
    uint8_t secret[64];
    size_t len = 0;
    char text[SECRET_TEXT_BYTES(HASH_BYTES)];

    (void)state;
    assert_int_equal(secret_decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", secret, sizeof secret, &len), STATUS_OK);
    assert_int_equal(len, 24);
    const struct hash mac = hmac_sha256(secret, len, &part, 1);
    secret_encode(mac.bytes, HASH_BYTES, text);
    assert_string_equal(text, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void a_secret_has_one_text(void **state)
{
    static const char *const bad[] = {"A",    "AA",   "AAA",  "AAAAA", "AA==AA==", "AAAA\n", " AAAA",
                                      "A-AA", "A_AA", "AB==", "AAB=",  "AA=",      "AAAA="};
    uint8_t bytes[48], back[48];
    char text[SECRET_TEXT_BYTES(sizeof bytes)];
    size_t len = 0;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 5 + 250);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        secret_encode(bytes, n, text);
        assert_int_equal(secret_decode(text, back, sizeof back, &len), STATUS_OK);
        assert_int_equal(len, n);
        assert_memory_equal(back, bytes, n);
    }
    assert_int_equal(secret_decode(text, back, sizeof back - 1, &len), STATUS_INVALID);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (secret_decode(bad[i], back, sizeof back, &len) != STATUS_INVALID)
            fail_msg("%s is taken", bad[i]);
}

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_RFC_4231_hold),
        cmocka_unit_test(the_example_of_Standard_Webhooks_holds),
        cmocka_unit_test(a_secret_has_one_text),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
