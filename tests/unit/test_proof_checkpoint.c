/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: checkpoints: their text, how two of one log stand to each other, and the names of the logs of a house.
 * May not: accept a second form of anything.
 * Always:  what is refused leaves what was there before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "log_key.h"
#include "proof/checkpoint.h"
#include "proof/note.h"

static void a_checkpoint_has_one_text(void **state)
{
    (void)state;
    const uint64_t sizes[] = {0, 1, 9, 10, 20852163, TREE_MAX_SIZE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct checkpoint checkpoint = {.size = sizes[i], .root = {{1, 2, 3}}}, back;
        char text[CHECKPOINT_TEXT_BYTES];
        memset(checkpoint.origin, 'o', NOTE_NAME_BYTES - 1);
        const size_t len = checkpoint_format(&checkpoint, text);
        assert_int_equal(strlen(text), len);
        assert_int_equal(checkpoint_parse(text, len, &back), STATUS_OK);
        assert_string_equal(back.origin, checkpoint.origin);
        assert_int_equal(back.size, sizes[i]);
        assert_true(hash_equal(&back.root, &checkpoint.root));
        for (size_t shorter = 0; shorter < len; shorter++)
            assert_int_equal(checkpoint_parse(text, shorter, &back), STATUS_INVALID);
    }
}

static void what_is_no_checkpoint_is_refused(void **state)
{
    (void)state;
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    static const char *const wrong[] = {
        "",
        "\n\n\n",
        "a\n5\n\n",
        "\n5\n" ROOT "\n",
        "a\n\n" ROOT "\n",
        "a\n05\n" ROOT "\n",
        "a\n00\n" ROOT "\n",
        "a\n+5\n" ROOT "\n",
        "a\n-5\n" ROOT "\n",
        "a\n 5\n" ROOT "\n",
        "a\n5 \n" ROOT "\n",
        "a\n0x5\n" ROOT "\n",
        "a\n5.0\n" ROOT "\n",
        "a\n9223372036854775808\n" ROOT "\n",
        "a\n9999999999999999999\n" ROOT "\n",
        "a\n99999999999999999999\n" ROOT "\n",
        "a\n5\n" ROOT,
        "a\n5\n" ROOT "\n\n",
        "a\n5\n" ROOT "\nextension\n",
        "a\n5\n" ROOT "\nx",
        "a\r\n5\r\n" ROOT "\r\n",
        "a b\n5\n" ROOT "\n",
        "a+b\n5\n" ROOT "\n",
        "\xc3\xa4\n5\n" ROOT "\n",
        "a\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", /* stray bits */
        "a\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",  /* no padding */
        "a\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", /* 31 bytes */
        "a\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA\n", /* 33 bytes */
        "a\n5\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n", /* another alphabet */
    };
    struct checkpoint checkpoint = {.size = 77};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(checkpoint_parse(wrong[i], strlen(wrong[i]), &checkpoint), STATUS_INVALID);
    assert_int_equal(checkpoint_parse("a\0b\n5\n" ROOT "\n", strlen("a b\n5\n" ROOT "\n"), &checkpoint),
                     STATUS_INVALID);
    assert_int_equal(checkpoint.size, 77);
    assert_int_equal(checkpoint_parse("a\n5\n" ROOT "\n", strlen("a\n5\n" ROOT "\n"), &checkpoint), STATUS_OK);

    char text[NOTE_NAME_BYTES + 100];
    memset(text, 'o', NOTE_NAME_BYTES);
    (void)snprintf(text + NOTE_NAME_BYTES, sizeof text - NOTE_NAME_BYTES, "\n5\n" ROOT "\n");
    assert_int_equal(checkpoint_parse(text, strlen(text), &checkpoint), STATUS_INVALID);
    assert_int_equal(checkpoint_parse(text + 1, strlen(text) - 1, &checkpoint), STATUS_OK);
}

static void V3_of_two_checkpoints_the_later_one_goes_on(void **state)
{
    (void)state;
    const struct checkpoint known = {"a/b", 5, {{1}}};
    const struct {
        struct checkpoint now;
        enum checkpoint_order order;
    } cases[] = {
        {{"a/b", 5, {{1}}}, CHECKPOINT_GOES_ON},   {{"a/b", 6, {{2}}}, CHECKPOINT_GOES_ON},
        {{"a/b", 5, {{2}}}, CHECKPOINT_FORKED},    {{"a/b", 4, {{1}}}, CHECKPOINT_ROLLED_BACK},
        {{"a/c", 5, {{1}}}, CHECKPOINT_OTHER_LOG}, {{"a/c", 4, {{2}}}, CHECKPOINT_OTHER_LOG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(checkpoint_compare(&known, &cases[i].now), cases[i].order);
}

static struct note_key key_of(const char *text)
{
    struct note_key key;
    assert_int_equal(note_key_parse(text, &key), STATUS_OK);
    return key;
}

static void the_logs_of_a_house_differ_in_the_end_of_their_names(void **state)
{
    (void)state;
    const struct note_key key = key_of(LOG_VKEY), witness = key_of(WITNESS_VKEY);
    char origin[NOTE_NAME_BYTES], house[NOTE_NAME_BYTES] = "";
    struct note_key other, none;
    struct uuid tree, back;
    assert_int_equal(origin_tree(LOG_NAME, &tree), STATUS_OK);
    origin_make("trygg", &tree, origin);
    assert_string_equal(origin, LOG_NAME);
    assert_int_equal(origin_key(&key, &tree, &other), STATUS_OK);
    assert_memory_equal(&other, &key, sizeof key);
    tree.bytes[0] ^= 0xff;
    assert_int_equal(origin_key(&key, &tree, &other), STATUS_OK);
    assert_int_equal(origin_tree(other.name, &back), STATUS_OK);
    assert_memory_equal(&back, &tree, sizeof tree);
    assert_int_not_equal(other.id, key.id);

    assert_int_equal(origin_tree("trygg", &back), STATUS_INVALID);
    assert_int_equal(origin_tree(witness.name, &back), STATUS_INVALID);
    memset(house, 'o', NOTE_NAME_BYTES - UUID_TEXT_BYTES - 1);
    origin_make(house, &tree, origin);
    assert_int_equal(strlen(origin), NOTE_NAME_BYTES - 1);
    memset(house, 'o', NOTE_NAME_BYTES - UUID_TEXT_BYTES);
    strcat(house, "/x");
    note_key_make(house, NOTE_ED25519, &key.key, &none);
    assert_int_equal(origin_key(&none, &tree, &other), STATUS_INVALID);
    note_key_make("house", NOTE_ED25519, &key.key, &none);
    assert_int_equal(origin_key(&none, &tree, &other), STATUS_INVALID);
}

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_checkpoint_has_one_text),
        cmocka_unit_test(what_is_no_checkpoint_is_refused),
        cmocka_unit_test(V3_of_two_checkpoints_the_later_one_goes_on),
        cmocka_unit_test(the_logs_of_a_house_differ_in_the_end_of_their_names),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
