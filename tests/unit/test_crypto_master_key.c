/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the master key's file: which files are taken, which are not, and with what fault.
 * May not: run anything as another user in this process; a child does that.
 * Always:  works in a temporary folder and removes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "test_crypto_support.h"

#define DIGITS "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

enum { CHILD_SKIPPED = 77, NOBODY = 65534 };

static int set_up(void **state)
{
    struct key_folder *folder = calloc(1, sizeof(*folder));
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

static void write_file(const char *path, const void *bytes, size_t len, mode_t mode)
{
    unlink(path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, len), (ssize_t)len);
    assert_int_equal(fchmod(file, mode), 0);
    close(file);
}

static void assert_fault(const char *path, enum keyring_fault expected, enum status expected_status)
{
    struct keyring *const untouched = (struct keyring *)&assert_fault;
    struct keyring *keyring = untouched;
    enum keyring_fault fault = KEYRING_FINE;
    assert_int_equal(keyring_open(path, &keyring, &fault), expected_status);
    assert_int_equal(fault, expected);
    assert_ptr_equal(keyring, untouched);
}

static void assert_taken(const char *path)
{
    struct keyring *keyring = NULL;
    enum keyring_fault fault = KEYRING_NO_LOCKED_MEMORY;
    assert_int_equal(keyring_open(path, &keyring, &fault), STATUS_OK);
    assert_int_equal(fault, KEYRING_FINE);
    assert_null(keyring_close(keyring));
}

static void a_created_file_is_private_and_opens(void **state)
{
    const struct key_folder *folder = *state;
    struct stat info;
    mode_t old_mask = umask(0);
    assert_int_equal(keyring_create_file(folder->file), STATUS_OK);
    umask(old_mask);
    assert_int_equal(stat(folder->file, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(info.st_size, 65);
    assert_taken(folder->file);
}

static void an_existing_file_is_never_overwritten(void **state)
{
    const struct key_folder *folder = *state;
    write_file(folder->file, "precious", 8, 0600);
    assert_int_equal(keyring_create_file(folder->file), STATUS_EXISTS);
    char content[16] = {0};
    int file = open(folder->file, O_RDONLY | O_CLOEXEC);
    assert_int_equal(read(file, content, sizeof(content)), 8);
    close(file);
    assert_string_equal(content, "precious");

    unlink(folder->file);
    assert_int_equal(symlink("nowhere", folder->file), 0);
    assert_int_equal(keyring_create_file(folder->file), STATUS_EXISTS);
}

static void a_file_that_cannot_be_made_is_said(void **state)
{
    const struct key_folder *folder = *state;
    char path[400];
    (void)snprintf(path, sizeof(path), "%s/none/master.key", folder->path);
    assert_int_equal(keyring_create_file(path), STATUS_IO);
    assert_int_equal(keyring_create_file(""), STATUS_IO);
}

static void two_created_keys_differ_and_one_key_has_one_check(void **state)
{
    const struct key_folder *folder = *state;
    uint8_t checks[3][KEYRING_CHECK_BYTES];
    for (int i = 0; i < 3; i++) {
        struct keyring *keyring = NULL;
        enum keyring_fault fault;
        if (i != 1)
            unlink(folder->file);
        if (i != 1)
            assert_int_equal(keyring_create_file(folder->file), STATUS_OK);
        assert_int_equal(keyring_open(folder->file, &keyring, &fault), STATUS_OK);
        keyring_check(keyring, checks[i]);
        keyring_close(keyring);
    }
    assert_memory_equal(checks[0], checks[1], KEYRING_CHECK_BYTES);
    assert_memory_not_equal(checks[0], checks[2], KEYRING_CHECK_BYTES);
}

static void the_derivation_never_changes(void **state)
{
    const struct key_folder *folder = *state;
    /* BLAKE2b-128 of "trygg 1 master key check" under the bytes 00 to 1f, computed with another implementation */
    static const uint8_t expected[KEYRING_CHECK_BYTES] = {0x6c, 0x00, 0x98, 0x45, 0x38, 0xbe, 0xbf, 0x04,
                                                          0xb2, 0xa1, 0xe3, 0x35, 0x56, 0x39, 0x0e, 0x4f};
    uint8_t check[KEYRING_CHECK_BYTES];
    struct keyring *keyring = NULL;
    enum keyring_fault fault;
    write_file(folder->file, DIGITS, 64, 0600);
    assert_int_equal(keyring_open(folder->file, &keyring, &fault), STATUS_OK);
    keyring_check(keyring, check);
    keyring_close(keyring);
    assert_memory_equal(check, expected, KEYRING_CHECK_BYTES);
}

static void only_sixty_four_hex_digits_are_a_key(void **state)
{
    const struct key_folder *folder = *state;
    static const struct {
        const char *text;
        size_t len;
        bool key;
    } files[] = {
        {DIGITS, 64, true},
        {DIGITS "\n", 65, true},
        {"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 64, true},
        {DIGITS, 63, false},
        {DIGITS "0", 65, false},
        {DIGITS "00", 66, false},
        {DIGITS "\n\n", 66, false},
        {DIGITS "\r\n", 66, false},
        {DIGITS "\n" DIGITS "\n", 130, false},
        {DIGITS "\0", 65, false},
        {" " DIGITS, 65, false},
        {"", 0, false},
        {"\n", 1, false},
        {"g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 64, false},
        {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g", 64, false},
        {"00010203:405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 64, false},
        {"0001020304050607\000090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 64, false},
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        write_file(folder->file, files[i].text, files[i].len, 0600);
        if (files[i].key)
            assert_taken(folder->file);
        else
            assert_fault(folder->file, KEYRING_FILE_NOT_A_KEY, STATUS_INVALID);
    }
}

static void a_file_with_any_bit_for_others_is_refused(void **state)
{
    const struct key_folder *folder = *state;
    for (mode_t others = 0; others < 0100; others++) {
        write_file(folder->file, DIGITS, 64, 0600 | others);
        if (others == 0)
            assert_taken(folder->file);
        else
            assert_fault(folder->file, KEYRING_FILE_READABLE_BY_OTHERS, STATUS_FORBIDDEN);
    }
    write_file(folder->file, DIGITS, 64, 0400);
    assert_taken(folder->file);
}

static void a_file_of_a_stranger_is_refused(void **state)
{
    const struct key_folder *folder = *state;
    if (geteuid() != 0)
        skip();
    write_file(folder->file, DIGITS, 64, 0600);
    assert_int_equal(chown(folder->file, NOBODY, NOBODY), 0);
    assert_fault(folder->file, KEYRING_FILE_READABLE_BY_OTHERS, STATUS_FORBIDDEN);
}

/* In the child, as nobody: what a file of root with this mode and our group is taken for. */
static int fault_as_nobody(const char *path)
{
    struct keyring *keyring = NULL;
    enum keyring_fault fault = KEYRING_FINE;
    if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
        return CHILD_SKIPPED;
    enum status status = keyring_open(path, &keyring, &fault);
    keyring_close(keyring);
    return status == STATUS_OK ? KEYRING_FINE : (int)fault;
}

static int fault_in_child(const char *path)
{
    int result = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(fault_as_nobody(path));
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    return WEXITSTATUS(result);
}

/* systemd.exec(5), LoadCredential=: root's file, which the service's user may read through the mask where the group's bits are. */
static void a_credential_of_the_service_manager_is_taken(void **state)
{
    const struct key_folder *folder = *state;
    static const struct {
        mode_t mode;
        enum keyring_fault fault;
    } cases[] = {{0440, KEYRING_FINE},
                 {0640, KEYRING_FINE},
                 {0460, KEYRING_FILE_READABLE_BY_OTHERS},
                 {0444, KEYRING_FILE_READABLE_BY_OTHERS},
                 {0450, KEYRING_FILE_READABLE_BY_OTHERS}};
    if (geteuid() != 0)
        skip();
    assert_int_equal(chmod(folder->path, 0755), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_file(folder->file, DIGITS, 64, cases[i].mode);
        assert_int_equal(chown(folder->file, 0, NOBODY), 0);
        int fault = fault_in_child(folder->file);
        if (fault == CHILD_SKIPPED || fault == KEYRING_NO_LOCKED_MEMORY)
            skip();
        assert_int_equal(fault, cases[i].fault);
    }
}

/* Not the same as one that is missing: who looks for it must not make another. */
static void a_file_that_the_system_does_not_open_is_unreadable_and_not_missing(void **state)
{
    const struct key_folder *folder = *state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(chmod(folder->path, 0755), 0);
    write_file(folder->file, DIGITS, 64, 0600);
    int fault = fault_in_child(folder->file);
    if (fault == CHILD_SKIPPED)
        skip();
    assert_int_equal(fault, KEYRING_FILE_UNREADABLE);
    assert_int_equal(chmod(folder->path, 0700), 0);
    assert_int_equal(fault_in_child(folder->file), KEYRING_FILE_UNREADABLE);
}

static void what_is_no_regular_file_is_refused_without_waiting(void **state)
{
    const struct key_folder *folder = *state;
    char real[400];
    assert_fault(folder->file, KEYRING_FILE_MISSING, STATUS_NOT_FOUND);
    assert_fault("", KEYRING_FILE_MISSING, STATUS_NOT_FOUND);
    assert_fault(folder->path, KEYRING_FILE_NOT_A_KEY, STATUS_INVALID);

    assert_int_equal(mkfifo(folder->file, 0600), 0);
    assert_fault(folder->file, KEYRING_FILE_NOT_A_KEY, STATUS_INVALID);
    unlink(folder->file);

    (void)snprintf(real, sizeof(real), "%s/real.key", folder->path);
    write_file(real, DIGITS, 64, 0600);
    assert_int_equal(symlink("real.key", folder->file), 0);
    assert_fault(folder->file, KEYRING_FILE_NOT_A_KEY, STATUS_INVALID);
    assert_taken(real);
    unlink(real);
}

/* In the child: an ordinary user who may lock nothing. 0 if the fault is named; CHILD_SKIPPED if locking works regardless. */
static int open_without_locked_memory(void)
{
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    struct key_folder folder = {.path = "/tmp/trygg-test-XXXXXX"};
    struct keyring *keyring = NULL;
    enum keyring_fault fault = KEYRING_FINE;
    if ((geteuid() == 0 && setuid(NOBODY) != 0) || mkdtemp(folder.path) == NULL)
        return CHILD_SKIPPED;
    (void)snprintf(folder.file, sizeof(folder.file), "%s/master.key", folder.path);
    bool created = keyring_create_file(folder.file) == STATUS_OK;
    if (setrlimit(RLIMIT_MEMLOCK, &none) != 0)
        return CHILD_SKIPPED;
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED || mlock(page, 4096) == 0)
        return CHILD_SKIPPED;
    enum status status = keyring_open(folder.file, &keyring, &fault);
    unlink(folder.file);
    bool refused = keyring_create_file(folder.file) == STATUS_NO_MEMORY && access(folder.file, F_OK) != 0;
    key_folder_remove(&folder);
    return created && refused && status == STATUS_NO_MEMORY && fault == KEYRING_NO_LOCKED_MEMORY && keyring == NULL ? 0
                                                                                                                    : 1;
}

static void without_locked_memory_no_key_is_read(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(open_without_locked_memory());
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    if (WEXITSTATUS(result) == CHILD_SKIPPED)
        skip();
    assert_int_equal(WEXITSTATUS(result), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_created_file_is_private_and_opens),
        TEST(an_existing_file_is_never_overwritten),
        TEST(a_file_that_cannot_be_made_is_said),
        TEST(two_created_keys_differ_and_one_key_has_one_check),
        TEST(the_derivation_never_changes),
        TEST(only_sixty_four_hex_digits_are_a_key),
        TEST(a_file_with_any_bit_for_others_is_refused),
        TEST(a_file_of_a_stranger_is_refused),
        TEST(a_credential_of_the_service_manager_is_taken),
        TEST(a_file_that_the_system_does_not_open_is_unreadable_and_not_missing),
        TEST(what_is_no_regular_file_is_refused_without_waiting),
        TEST(without_locked_memory_no_key_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
