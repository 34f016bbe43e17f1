/* SPDX-License-Identifier: EUPL-1.2 */
/* What a file is by its first bytes, and how much of a small stack the telling takes.
 * May not need a file: the bytes are made here.
 * The connections of the daemon have stacks of 256 KiB; a judgement must leave most of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/sanitizer.h"
#include "contract.gen.h"
#include "media/media.h"

#if SANITIZER_HEAP /* frames and threads have more in them, which is not measured */
enum { STACK_BYTES = 4 << 20, STACK_USED = STACK_BYTES, UNTOUCHED = 0xa5 };
#else
enum { STACK_BYTES = 256 << 10, STACK_USED = 64 << 10, UNTOUCHED = 0xa5 };
#endif

static bool fits(struct media *media, const char *type, const void *bytes, size_t len)
{
    bool result = false;
    assert_int_equal(media_judge(media, type, bytes, len, &result), STATUS_OK);
    return result;
}

#define FITS(media, type, literal) fits((media), (type), (literal), sizeof(literal) - 1)

static void a_file_is_what_it_begins_like(void **state)
{
    (void)state;
    struct media *media = media_open();
    assert_non_null(media);
    assert_true(FITS(media, "application/pdf", "%PDF-1.7\n"));
    assert_true(FITS(media, "image/jpeg", "\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));
    assert_true(FITS(media, "text/plain", "S\xc3\xa5 ble det br\xc3\xa5k.\n"));
    assert_true(FITS(media, "text/plain", "From: a@b.no\nTo: c@d.no\nSubject: hei\n\nhei\n"));
    assert_true(FITS(media, "audio/mp4",
                     "\0\0\0\x18"
                     "ftypM4A \0\0\0\0mp42isom"));
    assert_false(FITS(media, "application/pdf", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
    assert_false(FITS(media, "text/plain", "<!DOCTYPE html><html></html>"));
    assert_false(FITS(media, "text/plain", "\0\0\0\0\0\0\0\0"));
    assert_false(FITS(media, "image/png", ""));
    assert_null(media_close(media));
    assert_null(media_close(NULL));
}

static void an_office_file_is_a_zip_that_says_which(void **state)
{
    (void)state;
    static const char word[] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    static const char sheet[] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    static const char head[] =
        "PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\x04\0\0\0\x04\0\0\0\x0b\0\0\0a/other.xmlabcd";
    char bytes[512] = {0};
    struct media *media = media_open();
    assert_non_null(media);
    memcpy(bytes, head, sizeof(head));
    assert_false(fits(media, word, bytes, sizeof(bytes)));
    memcpy(bytes + 200, "[Content_Types].xml", 19);
    memcpy(bytes + 300, "word/document.xml", 17);
    assert_true(fits(media, word, bytes, sizeof(bytes)));
    assert_false(fits(media, sheet, bytes, sizeof(bytes)));
    media_close(media);
}

/* The contract says which there are, and so does the room. */
static void the_types_are_those_of_the_contract(void **state)
{
    (void)state;
    const struct field *field = NULL;
    for (size_t i = 0; i < contract_n_routes; i++) {
        const struct route *route = &contract_routes[i];
        if (strcmp(route->operation_id, "createDocument") != 0)
            continue;
        for (size_t j = 0; j < route->body->n_fields; j++)
            if (strcmp(route->body->fields[j].name, "mediaType") == 0)
                field = &route->body->fields[j];
    }
    assert_non_null(field);
    size_t n = 0;
    for (; field->choices[n] != NULL; n++) {
        assert_non_null(media_type(n));
        assert_string_equal(media_type(n), field->choices[n]);
    }
    assert_null(media_type(n));
    assert_null(media_type(SIZE_MAX));
}

/* ---- Hostile bytes, on a stack like a connection's ------------------------------------------------------------------------ */

struct hostile {
    struct media *media;
    unsigned char bytes[MEDIA_JUDGED_BYTES];
};

static void *judge_all(void *context)
{
    struct hostile *hostile = context;
    bool result;
    for (size_t i = 0; media_type(i) != NULL; i++)
        assert_int_equal(media_judge(hostile->media, media_type(i), hostile->bytes, sizeof(hostile->bytes), &result),
                         STATUS_OK);
    return NULL;
}

/* How much of the stack was touched. */
static size_t run_on_small_stack(struct hostile *hostile)
{
    unsigned char *stack = aligned_alloc(4096, STACK_BYTES);
    pthread_attr_t attributes;
    pthread_t thread;
    size_t untouched = 0;
    assert_non_null(stack);
    memset(stack, UNTOUCHED, STACK_BYTES);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK_BYTES), 0);
    assert_int_equal(pthread_create(&thread, &attributes, judge_all, hostile), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    while (untouched < STACK_BYTES && stack[untouched] == UNTOUCHED)
        untouched++;
    free(stack);
    return STACK_BYTES - untouched;
}

static void fill(struct hostile *hostile, const char *pattern, size_t len)
{
    for (size_t i = 0; i < sizeof(hostile->bytes); i++)
        hostile->bytes[i] = (unsigned char)pattern[i % len];
}

static void hostile_bytes_take_little_of_a_small_stack(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } patterns[] = {{"a", 1},
                    {"\0", 1},
                    {"RIFF\xff\xff\xff\xff", 8},
                    {"PK\x03\x04", 4},
                    {"II*\0\x08\0\0\0", 8},
                    {"MM\0*\0\0\0\x08", 8},
                    {"<a", 2},
                    {"%PDF", 4},
                    {"{\"a\":[", 6},
                    {"#!/bin/sh\n", 10},
                    {"\xff\xfb\x90\x64", 4},
                    {"\xca\xfe\xba\xbe", 4},
                    {"MZ\x90\0", 4},
                    {"a\n", 2},
                    {"From: a\n", 8},
                    {"\0\0\0\x18"
                     "ftyp",
                     8}};
    struct hostile *hostile = calloc(1, sizeof(*hostile));
    assert_non_null(hostile);
    hostile->media = media_open();
    assert_non_null(hostile->media);
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        fill(hostile, patterns[i].bytes, patterns[i].len);
        assert_true(run_on_small_stack(hostile) <= STACK_USED);
    }
    media_close(hostile->media);
    free(hostile);
}

static void *judge_often(void *context)
{
    struct media *media = context;
    for (int i = 0; i < 50; i++) {
        assert_true(FITS(media, "application/pdf", "%PDF-1.7\n"));
        assert_false(FITS(media, "image/png", "%PDF-1.7\n"));
    }
    return NULL;
}

static void many_at_once_each_get_their_own_answer(void **state)
{
    (void)state;
    struct media *media = media_open();
    pthread_t threads[4];
    assert_non_null(media);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, judge_often, media), 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    media_close(media);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_what_it_begins_like),
        cmocka_unit_test(an_office_file_is_a_zip_that_says_which),
        cmocka_unit_test(the_types_are_those_of_the_contract),
        cmocka_unit_test(hostile_bytes_take_little_of_a_small_stack),
        cmocka_unit_test(many_at_once_each_get_their_own_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
