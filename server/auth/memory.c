/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      memory for OpenSSL.
 * May not:  be called when OpenSSL has memory already.
 * Always:   OpenSSL, which does not bear a NULL everywhere, gets none.
 */
#include <stdlib.h>

#include <openssl/crypto.h>

#include "auth/auth.h"
#include "base/patient.h"

static void *allocate(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return size == 0 ? NULL : patient_malloc(size);
}

static void release(void *block, const char *file, int line)
{
    (void)file, (void)line;
    free(block);
}

static void *move(void *block, size_t size, const char *file, int line)
{
    if (size > 0)
        return patient_realloc(block, size);
    release(block, file, line);
    return NULL;
}

enum status auth_prepare(void)
{
    return CRYPTO_set_mem_functions(allocate, move, release) == 1 ? STATUS_OK : STATUS_INTERNAL;
}
