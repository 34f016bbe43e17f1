/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: that what any library frees in tryggd is wiped first, and that free and realloc keep their promises.
 * May not: read freed memory; it stands in for explicit_bzero instead, and looks for the secret in what is wiped.
 * Always:  without a wipe the secret is not found and the test fails. A sanitizer's build has no such free, and skips.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "konfidensielt-om-en-elev"

static size_t secrets_wiped;

/* Through a pointer that the compiler does not see through: what is written right before a free is for nobody, and left out. */
static void (*volatile give_back)(void *block) = free;

/* Linked under the name of the C library's own, whose declaration says that it never reads. */
void stand_in(void *memory, size_t len) __asm__("explicit_bzero");
void stand_in(void *memory, size_t len)
{
    if (memmem(memory, len, SECRET, strlen(SECRET)) != NULL)
        secrets_wiped++;
    for (volatile uint8_t *at = memory; len > 0; len--)
        *at++ = 0;
}

/* What a hardened build calls in its place. */
void stand_in_checked(void *memory, size_t len, size_t object_len) __asm__("__explicit_bzero_chk");
void stand_in_checked(void *memory, size_t len, size_t object_len)
{
    (void)object_len;
    stand_in(memory, len);
}

/* Whether this program's own free is the one that libraries call. */
static int set_up(void **state)
{
    Dl_info where_free, where_own;
    *state = NULL;
    if (dladdr(dlsym(RTLD_DEFAULT, "free"), &where_free) == 0 || dladdr((const void *)&secrets_wiped, &where_own) == 0)
        return -1;
    *state = where_free.dli_fbase == where_own.dli_fbase ? &secrets_wiped : NULL;
    secrets_wiped = 0;
    return 0;
}

#define SKIP_WITHOUT_IT(state)                                                                                         \
    if (*(state) == NULL)                                                                                              \
    skip()

static void what_is_freed_is_wiped(void **state)
{
    SKIP_WITHOUT_IT(state);
    for (size_t size = sizeof SECRET; size < 1 << 20; size *= 3) {
        char *block = malloc(size);
        assert_non_null(block);
        memcpy(block + size - sizeof SECRET, SECRET, sizeof SECRET);
        size_t before = secrets_wiped;
        give_back(block);
        assert_int_equal(secrets_wiped, before + 1);
    }
    give_back(NULL);
}

/* stdio's memory stream grows by realloc and copies: none of it leaves the secret behind. */
static void what_a_library_frees_is_wiped(void **state)
{
    SKIP_WITHOUT_IT(state);
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    assert_non_null(file);
    fputs(SECRET, file);
    for (int i = 0; i < 20000; i++)
        fputc('x', file);
    assert_int_equal(fclose(file), 0);
    assert_true(secrets_wiped > 0);
    size_t before = secrets_wiped;
    give_back(text);
    assert_int_equal(secrets_wiped, before + 1);
}

static void a_block_that_grows_keeps_its_bytes_and_leaves_none_behind(void **state)
{
    SKIP_WITHOUT_IT(state);
    char *block = realloc(NULL, sizeof SECRET);
    assert_non_null(block);
    memcpy(block, SECRET, sizeof SECRET);
    size_t moves = 0;
    for (size_t size = sizeof SECRET; size < 1 << 20; size *= 2) {
        uintptr_t was = (uintptr_t)block;
        char *grown = realloc(block, size);
        assert_non_null(grown);
        block = grown;
        moves += (uintptr_t)block != was;
        assert_string_equal(block, SECRET);
    }
    assert_true(moves > 5);
    assert_int_equal(secrets_wiped, moves);
    give_back(block);
}

static void a_block_that_shrinks_is_wiped_beyond_its_end(void **state)
{
    SKIP_WITHOUT_IT(state);
    for (size_t left = 40; left < 1000; left += 60) {
        char *block = malloc(1000);
        assert_non_null(block);
        memset(block, 'x', 1000);
        memcpy(block + 1000 - sizeof SECRET, SECRET, sizeof SECRET);
        size_t before = secrets_wiped;
        char *less = realloc(block, left);
        assert_non_null(less);
        assert_memory_equal(less, "xxxxxxxxxxxxxxxxxxxx", 20);
        assert_int_equal(secrets_wiped, before + (left < 1000 - sizeof SECRET));
        give_back(less);
    }
}

static void a_size_of_nothing_frees(void **state)
{
    SKIP_WITHOUT_IT(state);
    char *block = malloc(100);
    assert_non_null(block);
    memcpy(block, SECRET, sizeof SECRET);
    void *volatile nothing = realloc(block, 0);
    assert_null(nothing);
    assert_int_equal(secrets_wiped, 1);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_freed_is_wiped),
        TEST(what_a_library_frees_is_wiped),
        TEST(a_block_that_grows_keeps_its_bytes_and_leaves_none_behind),
        TEST(a_block_that_shrinks_is_wiped_beyond_its_end),
        TEST(a_size_of_nothing_frees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
