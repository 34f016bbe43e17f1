/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: paths of tiles, the one way to write each, and what is none.
 * May not: know a log.
 * Always:  an index that is written is read as itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/tile_path.h"

static void a_tile_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t index;
        unsigned width;
    } cases[] = {
        {"000", 0, 256},
        {"067", 67, 256},
        {"x001/x234/067", 1234067, 256},
        {"x001/000", 1000, 256},
        {"x001/x234/067.p/12", 1234067, 12},
        {"000.p/1", 0, 1},
        {"999.p/255", 999, 255},
        {"x999/x999/x999/x999/999", 999999999999999, 256},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tile_path path;
        assert_int_equal(tile_path_parse(cases[i].text, &path), STATUS_OK);
        assert_true(path.index == cases[i].index);
        assert_int_equal(path.width, cases[i].width);
    }
}

static void every_small_index_has_its_path(void **state)
{
    (void)state;
    for (unsigned index = 0; index < 20000; index++) {
        struct tile_path path;
        char text[32];
        (void)snprintf(text, sizeof text, index < 1000 ? "%03u" : "x%03u/%03u", index < 1000 ? index : index / 1000,
                       index % 1000);
        assert_int_equal(tile_path_parse(text, &path), STATUS_OK);
        assert_true(path.index == index && path.width == TILE_PATH_FULL);
    }
}

static void what_is_no_path_of_a_tile_is_refused(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "0",
        "00",
        "0000",
        "x000",
        "x000/000",
        "x000/x001/000",
        "x001",
        "x001/",
        "x001/x002",
        "001/002",
        "x001/00",
        "x001//002",
        "X001/002",
        "000.p",
        "000.p/",
        "000.p/0",
        "000.p/256",
        "000.p/01",
        "000.p/1x",
        "000.p/-1",
        "000.p/99999",
        "000.p/1/000",
        "000.q/1",
        "000p/1",
        "000/",
        "/000",
        " 000",
        "000 ",
        "00a",
        "-01",
        "+01",
        "x01/000",
        "xx01/000",
        "x001/x/000",
        "0\n0",
        "x999/x999/x999/x999/x999/999",
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct tile_path path = {.index = 7};
        assert_int_equal(tile_path_parse(others[i], &path), STATUS_INVALID);
        assert_true(path.index == 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tile_is_read),
        cmocka_unit_test(every_small_index_has_its_path),
        cmocka_unit_test(what_is_no_path_of_a_tile_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
