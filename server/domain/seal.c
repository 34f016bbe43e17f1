/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seal.c: text columns in and out of their envelopes.
 * May not touch the store: it is handed rows and hands back values.
 * Always: the place of a value is built here, once, from row and column.
 */
#include "domain/seal.h"

#include <string.h>

static struct seal_place place_of(const struct sealed_row *row, struct sealed_column column)
{
    return (struct seal_place){row->organisation, column, row->row, row->key_id, row->version};
}

/* A short text is often a word of a list, and how long it is tells which one (C1): it is filled up with zeros, and ends at the first when it
 * is opened. */
enum { FILL_STEP = 64, FILL_BELOW = 2 * FILL_STEP };

enum status seal_text(const struct sealed_row *row, struct sealed_column column, const char *text,
                      struct sealed *ret_sealed)
{
    const struct seal_place place = place_of(row, column);

    if (text == NULL) {
        *ret_sealed = (struct sealed){0};
        return STATUS_OK;
    }
    const size_t len = strlen(text);
    if (len >= FILL_BELOW)
        return envelope_seal(row->arena, row->key, &place, text, len, ret_sealed);
    char *filled = arena_alloc(row->arena, FILL_BELOW);
    if (filled == NULL)
        return STATUS_NO_MEMORY;
    memset(filled, 0, FILL_BELOW);
    memcpy(filled, text, len + 1);
    return envelope_seal(row->arena, row->key, &place, filled, len <= FILL_STEP ? FILL_STEP : FILL_BELOW, ret_sealed);
}

enum status open_text(const struct sealed_row *row, struct sealed_column column, struct sealed sealed,
                      const char **ret_text)
{
    const struct seal_place place = place_of(row, column);
    void *plain = NULL;
    size_t len = 0;

    TRY(envelope_open(row->arena, row->key, &place, sealed, &plain, &len));
    *ret_text = plain;
    return STATUS_OK;
}
