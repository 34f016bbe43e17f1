/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config_scratch.c: a configuration file in a folder of its own, for tests of what is read of one.
 * It may not look at any other file.
 * What was made is removed again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/config_scratch.h"

void scratch_open(struct scratch *scratch)
{
    memset(scratch, 0, sizeof *scratch);
    snprintf(scratch->folder, sizeof scratch->folder, "/tmp/trygg-config-XXXXXX");
    assert_non_null(mkdtemp(scratch->folder));
    snprintf(scratch->path, sizeof scratch->path, "%s/tryggd.ini", scratch->folder);
    scratch->arena = arena_new(1 << 16);
    assert_non_null(scratch->arena);
}

void scratch_close(struct scratch *scratch)
{
    unlink(scratch->path);
    rmdir(scratch->folder);
    arena_free(scratch->arena);
}

enum status read_text(struct scratch *scratch, const char *text)
{
    FILE *file = fopen(scratch->path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return config_read(scratch->path, scratch->arena, &scratch->config, &scratch->fault);
}
