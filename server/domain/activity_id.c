/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * activity_id.c: sealing and opening the names of rows.
 * May not touch the store.
 * Always: one fixed layout, one way to read it; that the row is there, and who may see it, is asked each time.
 */
#include "domain/activity_id.h"

#include <string.h>

#include "base/codec.h"
#include "crypto/envelope.h"

_Static_assert(sizeof(struct activity_place) == sizeof(struct uuid) + sizeof(int64_t), "every byte is sealed");

enum { ID_SEALED = sizeof(struct activity_place) + ENVELOPE_OVERHEAD };

static struct seal_place id_place(const struct organisation_keys *keys)
{
    return (struct seal_place){.organisation = keys->organisation, .column = {"activity", "id"}, .key = keys->own_id};
}

enum status activity_id_seal(const struct organisation_keys *keys, const struct activity_place *place,
                             struct arena *arena, const char **ret_text)
{
    const struct seal_place seal = id_place(keys);
    struct sealed sealed;

    TRY(envelope_seal(arena, keys->own, &seal, place, sizeof *place, &sealed));
    char *text = arena_alloc(arena, BASE64URL_TEXT_BYTES(sealed.len));
    if (text == NULL)
        return STATUS_NO_MEMORY;
    base64url_encode(sealed.data, sealed.len, text);
    *ret_text = text;
    return STATUS_OK;
}

enum status activity_id_open(const struct organisation_keys *keys, const char *text, struct arena *arena,
                             struct activity_place *ret_place)
{
    const struct seal_place seal = id_place(keys);
    uint8_t bytes[ID_SEALED];
    void *plain = NULL;
    size_t len = 0;

    if (base64url_decode(text, strlen(text), bytes, sizeof bytes, &len) != STATUS_OK || len != sizeof bytes)
        return STATUS_MALFORMED;
    enum status status = envelope_open(arena, keys->own, &seal, (struct sealed){bytes, len}, &plain, &len);
    if (status != STATUS_OK)
        return status == STATUS_CORRUPT ? STATUS_MALFORMED : status;
    memcpy(ret_place, plain, sizeof *ret_place);
    return STATUS_OK;
}
