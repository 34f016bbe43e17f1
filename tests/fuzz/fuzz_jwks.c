/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: any bytes as a key set.
 * May not: read files.
 * Always:  what is taken can be asked for a key and released; what is refused has a fault in words and leaves nothing behind.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/keyset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const algs[] = {"RS256", "PS512", "ES256", "ES384", "ES512", "EdDSA"};
    struct keyset *set = NULL;
    const char *fault = NULL;
    if (keyset_parse((const char *)data, size, &set, &fault) != STATUS_OK) {
        require(set == NULL && fault != NULL);
        return 0;
    }
    for (size_t i = 0; i < sizeof algs / sizeof algs[0]; i++) {
        const struct algorithm *algorithm = algorithm_named(algs[i]);
        const struct key *key = keyset_pick(set, NULL, algorithm);
        const uint8_t signature[SIGNATURE_MAX_BYTES] = {0};
        if (key == NULL)
            continue;
        require(key_fits(key, algorithm));
        (void)key_verify(key, algorithm, "x", 1, signature, 64);
        (void)key_verify(key, algorithm, "x", 1, signature, 256);
    }
    set = keyset_unref(set);
    return 0;
}
