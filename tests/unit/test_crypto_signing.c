/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: Ed25519 against RFC 8032, and the file of signing keys: which files are taken, and how one key comes and another goes.
 * May not: leave a file behind. What is asked of the file's mode and owner is the master key's (test_crypto_master_key.c) and only touched here.
 * Always:  works in a temporary folder and removes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/codec.h"
#include "crypto/signing.h"
#include "test_crypto_support.h"

enum { CHILD_SKIPPED = 77, NOBODY = 65534, LINE = 65, MAX_TEXT = 1024 };

/* RFC 8032 section 7.1: secrets, public keys, messages, signatures. */
static const struct {
    const char *seed, *key, *message, *signature;
} vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "5"
     "5141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "0"
     "0d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "0"
     "27beceea1ec40a"},
};
enum { VECTORS = sizeof vectors / sizeof *vectors };

static int set_up(void **state)
{
    struct key_folder *folder = calloc(1, sizeof *folder);
    assert_non_null(folder);
    assert_int_equal(crypto_start(), STATUS_OK);
    key_folder_make(folder);
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    key_folder_remove(*state);
    free(*state);
    return 0;
}

static void write_file(const char *path, const char *text, size_t len, mode_t mode)
{
    unlink(path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, len), len);
    assert_int_equal(fchmod(file, mode), 0);
    close(file);
}

static size_t read_file(const char *path, char ret_text[static MAX_TEXT])
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    ssize_t len = read(file, ret_text, MAX_TEXT - 1);
    close(file);
    assert_true(len >= 0);
    ret_text[len] = '\0';
    return (size_t)len;
}

static struct signing_keys *open_keys(const char *path)
{
    struct signing_keys *keys = NULL;
    enum signing_fault fault = SIGNING_NO_LOCKED_MEMORY;
    assert_int_equal(signing_keys_open(path, &keys, &fault), STATUS_OK);
    assert_int_equal(fault, SIGNING_FINE);
    return keys;
}

/* For reading, for adding and for dropping alike, and the file stays as it is. */
static void assert_fault(const char *path, enum signing_fault wanted, enum status status)
{
    struct signing_keys *keys = NULL;
    enum signing_fault fault = SIGNING_NO_LOCKED_MEMORY;
    assert_int_equal(signing_keys_open(path, &keys, &fault), status);
    assert_int_equal(fault, wanted);
    assert_null(keys);
    fault = SIGNING_NO_LOCKED_MEMORY;
    assert_int_equal(signing_keys_add(path, &fault), status);
    assert_int_equal(fault, wanted);
    fault = SIGNING_NO_LOCKED_MEMORY;
    assert_int_equal(signing_keys_drop_oldest(path, &fault), status);
    assert_int_equal(fault, wanted);
}

static void assert_hex(const uint8_t *bytes, size_t len, const char *hex)
{
    char text[HEX_TEXT_BYTES(SIGNATURE_BYTES)];
    hex_encode(bytes, len, text);
    assert_string_equal(text, hex);
}

/* ---- Signing ------------------------------------------------------------------------------------------------------------------ */

/* Three keys in one file, one to a line. */
static void write_vectors(const char *path)
{
    char text[MAX_TEXT];
    const int len = snprintf(text, sizeof text, "%s\n%s\n%s\n", vectors[0].seed, vectors[1].seed, vectors[2].seed);
    write_file(path, text, (size_t)len, 0600);
}

static void the_examples_of_the_standard_sign_and_verify(void **state)
{
    const struct key_folder *folder = *state;
    write_vectors(folder->file);
    auto_signing_keys keys = open_keys(folder->file);
    assert_int_equal(signing_keys_count(keys), VECTORS);
    for (size_t i = 0; i < VECTORS; i++) {
        uint8_t message[2];
        struct signature signature;
        const size_t len = strlen(vectors[i].message) / 2;
        assert_int_equal(hex_decode(vectors[i].message, 2 * len, message, len), STATUS_OK);
        assert_hex(signing_public_key(keys, i)->bytes, PUBLIC_KEY_BYTES, vectors[i].key);
        signing_sign(keys, i, message, len, &signature);
        assert_hex(signature.bytes, SIGNATURE_BYTES, vectors[i].signature);
        for (size_t k = 0; k < VECTORS; k++)
            assert_int_equal(signature_verify(signing_public_key(keys, k), message, len, &signature), k == i);
    }
}

static void any_bit_changed_verifies_nothing(void **state)
{
    const struct key_folder *folder = *state;
    write_vectors(folder->file);
    auto_signing_keys keys = open_keys(folder->file);
    uint8_t message[40] = "forty bytes or less";
    struct public_key key = *signing_public_key(keys, 0);
    struct signature signature;
    const struct {
        uint8_t *bytes;
        size_t len;
    } parts[] = {{message, sizeof message}, {key.bytes, PUBLIC_KEY_BYTES}, {signature.bytes, SIGNATURE_BYTES}};
    signing_sign(keys, 0, message, sizeof message, &signature);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        for (size_t bit = 0; bit < parts[i].len * 8; bit++) {
            parts[i].bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(signature_verify(&key, message, sizeof message, &signature));
            parts[i].bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
    assert_true(signature_verify(&key, message, sizeof message, &signature));
    assert_false(signature_verify(&key, message, sizeof message - 1, &signature));
    assert_false(signature_verify(&key, NULL, 0, &signature));
}

/* Points of small order and bytes that are no point: with some of them one signature fits every message. */
static void what_is_no_key_verifies_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0200000000000000000000000000000000000000000000000000000000000000",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct signature signature = {{1}};
        struct public_key key;
        assert_int_equal(hex_decode(wrong[i], 64, key.bytes, PUBLIC_KEY_BYTES), STATUS_OK);
        assert_false(signature_verify(&key, "x", 1, &signature));
        memset(&signature, 0, sizeof signature);
        assert_false(signature_verify(&key, "x", 1, &signature));
        memcpy(signature.bytes, key.bytes, PUBLIC_KEY_BYTES);
        assert_false(signature_verify(&key, "x", 1, &signature));
    }
}

/* ---- The file ----------------------------------------------------------------------------------------------------------------- */

static void a_created_file_is_private_and_has_one_key(void **state)
{
    const struct key_folder *folder = *state;
    char text[MAX_TEXT], other[MAX_TEXT];
    enum signing_fault fault;
    struct stat info;
    mode_t old_mask = umask(0);
    assert_int_equal(signing_keys_create_file(folder->file, &fault), STATUS_OK);
    umask(old_mask);
    assert_int_equal(stat(folder->file, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(read_file(folder->file, text), LINE);
    auto_signing_keys keys = open_keys(folder->file);
    assert_int_equal(signing_keys_count(keys), 1);

    assert_int_equal(signing_keys_create_file(folder->file, &fault), STATUS_EXISTS);
    assert_int_equal(read_file(folder->file, other), LINE);
    assert_string_equal(other, text);
    unlink(folder->file);
    assert_int_equal(signing_keys_create_file(folder->file, &fault), STATUS_OK);
    (void)read_file(folder->file, other);
    assert_string_not_equal(other, text);
    assert_int_equal(signing_keys_create_file("", &fault), STATUS_IO);
}

static void only_different_lines_of_sixty_four_hex_digits_are_keys(void **state)
{
    const struct key_folder *folder = *state;
#define A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define B "100102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define C "200102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define D "300102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define E "400102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    static const struct {
        const char *text;
        size_t n; /* keys; none: refused */
    } files[] = {
        {A, 1},
        {A "\n", 1},
        {"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n", 1},
        {A "\n" B, 2},
        {A "\n" B "\n", 2},
        {A "\n" B "\n" C "\n" D, 4},
        {A "\n" B "\n" C "\n" D "\n", 4},
        {A "\n" B "\n" C "\n" D "\n" E, 0},
        {A "\n" B "\n" C "\n" D "\n" E "\n", 0},
        {A "\n" B "\n" C "\n" D "\n\n", 0},
        {A "\n" A "\n", 0},
        {A "\n" B "\n" A "\n", 0},
        {A "\n000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n", 0},
        {A "\n\n", 0},
        {A "\n\n" B "\n", 0},
        {"\n" A "\n", 0},
        {A " \n", 0},
        {A " " B "\n", 0},
        {A "\r\n", 0},
        {A "0\n", 0},
        {A "\n0\n", 0},
        {"0" A "\n", 0},
        {" " A "\n", 0},
        {"# new\n" A "\n", 0},
        {"g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0},
        {"00010203:405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0},
        {"", 0},
        {"\n", 0},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char after[MAX_TEXT];
        write_file(folder->file, files[i].text, strlen(files[i].text), 0600);
        if (files[i].n > 0) {
            auto_signing_keys keys = open_keys(folder->file);
            assert_int_equal(signing_keys_count(keys), files[i].n);
            continue;
        }
        assert_fault(folder->file, SIGNING_FILE_NOT_KEYS, STATUS_INVALID);
        (void)read_file(folder->file, after);
        assert_string_equal(after, files[i].text);
    }
}

static void files_that_are_not_private_or_not_there_are_refused(void **state)
{
    const struct key_folder *folder = *state;
    assert_fault(folder->file, SIGNING_FILE_MISSING, STATUS_NOT_FOUND);
    assert_fault(folder->path, SIGNING_FILE_NOT_KEYS, STATUS_INVALID);
    write_file(folder->file, A "\n", LINE, 0640);
    assert_fault(folder->file, SIGNING_FILE_READABLE_BY_OTHERS, STATUS_FORBIDDEN);
    assert_int_equal(chmod(folder->file, 0400), 0);
    auto_signing_keys keys = open_keys(folder->file);
    assert_int_equal(signing_keys_count(keys), 1);
    unlink(folder->file);
    assert_int_equal(symlink("nowhere", folder->file), 0);
    assert_fault(folder->file, SIGNING_FILE_NOT_KEYS, STATUS_INVALID);
    assert_fault("/none/at/all/log.key", SIGNING_FILE_MISSING, STATUS_NOT_FOUND);
}

/* ---- Rotation ----------------------------------------------------------------------------------------------------------------- */

static void a_new_key_comes_first_and_the_oldest_goes(void **state)
{
    const struct key_folder *folder = *state;
    char texts[SIGNING_KEYS_MAX + 1][MAX_TEXT];
    enum signing_fault fault;
    struct stat info;
    write_file(folder->file, A, strlen(A), 0400); /* without its newline */
    assert_int_equal(signing_keys_drop_oldest(folder->file, &fault), STATUS_CONFLICT);
    for (size_t n = 1; n <= SIGNING_KEYS_MAX; n++) {
        auto_signing_keys keys = open_keys(folder->file);
        assert_int_equal(signing_keys_count(keys), n);
        (void)read_file(folder->file, texts[n]);
        assert_memory_equal(texts[n] + LINE * (n - 1), A, 64);
        if (n > 1)
            assert_memory_equal(texts[n] + LINE, texts[n - 1], 64);
        assert_int_equal(signing_keys_add(folder->file, &fault), n < SIGNING_KEYS_MAX ? STATUS_OK : STATUS_TOO_MANY);
        assert_int_equal(fault, SIGNING_FINE);
        assert_int_equal(stat(folder->file, &info), 0);
        assert_int_equal(info.st_mode & 07777, 0400);
    }
    for (size_t n = SIGNING_KEYS_MAX - 1; n > 0; n--) {
        char text[MAX_TEXT];
        assert_int_equal(signing_keys_drop_oldest(folder->file, &fault), STATUS_OK);
        assert_int_equal(read_file(folder->file, text), LINE * n);
        assert_memory_equal(text, texts[SIGNING_KEYS_MAX], LINE * n);
    }
    assert_int_equal(signing_keys_drop_oldest(folder->file, &fault), STATUS_CONFLICT);
    assert_int_equal(fault, SIGNING_FINE);
}

/* Two at once, or one that was cut short: nobody's key is lost. */
static void a_rotation_that_is_under_way_is_not_disturbed(void **state)
{
    const struct key_folder *folder = *state;
    char beside[400], text[MAX_TEXT];
    enum signing_fault fault;
    (void)snprintf(beside, sizeof beside, "%s.new", folder->file);
    write_file(folder->file, A "\n", LINE, 0600);
    write_file(beside, B "\n", LINE, 0600);
    assert_int_equal(signing_keys_add(folder->file, &fault), STATUS_EXISTS);
    assert_int_equal(signing_keys_drop_oldest(folder->file, &fault), STATUS_EXISTS);
    assert_int_equal(read_file(folder->file, text), LINE);
    assert_int_equal(read_file(beside, text), LINE);
    assert_memory_equal(text, B, 64);
    unlink(beside);
    assert_int_equal(signing_keys_add(folder->file, &fault), STATUS_OK);
    assert_int_not_equal(access(beside, F_OK), 0);
    assert_int_equal(read_file(folder->file, text), 2 * LINE);
}

/* ---- Memory and threads --------------------------------------------------------------------------------------------------------- */

static void *sign_many(void *context)
{
    const struct signing_keys *keys = context;
    for (size_t i = 0; i < 300; i++) {
        struct signature signature;
        signing_sign(keys, i % VECTORS, &i, sizeof i, &signature);
        if (!signature_verify(signing_public_key(keys, i % VECTORS), &i, sizeof i, &signature))
            return context;
    }
    return NULL;
}

static void threads_sign_with_the_same_keys(void **state)
{
    const struct key_folder *folder = *state;
    pthread_t threads[4];
    write_vectors(folder->file);
    auto_signing_keys keys = open_keys(folder->file);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, sign_many, keys), 0);
    for (size_t i = 0; i < 4; i++) {
        void *failed = keys;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
}

/* In the child: an ordinary user who may lock nothing. */
static int open_without_locked_memory(void)
{
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    struct key_folder folder = {.path = "/tmp/trygg-test-XXXXXX"};
    struct signing_keys *keys = NULL;
    enum signing_fault fault = SIGNING_FINE;
    if ((geteuid() == 0 && setuid(NOBODY) != 0) || mkdtemp(folder.path) == NULL)
        return CHILD_SKIPPED;
    (void)snprintf(folder.file, sizeof folder.file, "%s/log.key", folder.path);
    bool created = signing_keys_create_file(folder.file, &fault) == STATUS_OK;
    if (setrlimit(RLIMIT_MEMLOCK, &none) != 0)
        return CHILD_SKIPPED;
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED || mlock(page, 4096) == 0)
        return CHILD_SKIPPED;
    bool read = signing_keys_open(folder.file, &keys, &fault) != STATUS_NO_MEMORY || fault != SIGNING_NO_LOCKED_MEMORY;
    bool added = signing_keys_add(folder.file, &fault) != STATUS_NO_MEMORY || fault != SIGNING_NO_LOCKED_MEMORY;
    bool replaced = signing_keys_create_file(folder.file, &fault) != STATUS_EXISTS || fault != SIGNING_FINE;
    unlink(folder.file);
    bool made = signing_keys_create_file(folder.file, &fault) != STATUS_NO_MEMORY ||
                fault != SIGNING_NO_LOCKED_MEMORY || access(folder.file, F_OK) == 0;
    key_folder_remove(&folder);
    return created && !read && !added && !replaced && !made ? 0 : 1;
}

static void without_locked_memory_no_key_is_read_or_made(void **state)
{
    (void)state;
    int result = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(open_without_locked_memory());
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    if (WEXITSTATUS(result) == CHILD_SKIPPED)
        skip();
    assert_int_equal(WEXITSTATUS(result), 0);
}

static void nothing_is_closed_like_something(void **state)
{
    (void)state;
    assert_null(signing_keys_close(NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_examples_of_the_standard_sign_and_verify),
        TEST(any_bit_changed_verifies_nothing),
        TEST(what_is_no_key_verifies_nothing),
        TEST(a_created_file_is_private_and_has_one_key),
        TEST(only_different_lines_of_sixty_four_hex_digits_are_keys),
        TEST(files_that_are_not_private_or_not_there_are_refused),
        TEST(a_new_key_comes_first_and_the_oldest_goes),
        TEST(a_rotation_that_is_under_way_is_not_disturbed),
        TEST(threads_sign_with_the_same_keys),
        TEST(without_locked_memory_no_key_is_read_or_made),
        TEST(nothing_is_closed_like_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
