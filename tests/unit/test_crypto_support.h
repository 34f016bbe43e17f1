/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * test_crypto_support.h: a keyring in a temporary folder of its own, for the tests of crypto/. Include after <cmocka.h>.
 */
#ifndef TRYGG_TEST_CRYPTO_SUPPORT_H
#define TRYGG_TEST_CRYPTO_SUPPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/id.h"
#include "crypto/crypto.h"
#include "crypto/keyring.h"

struct key_folder {
    char path[256];
    char file[300];
};

static inline void key_folder_make(struct key_folder *folder)
{
    const char *parent = getenv("TMPDIR");
    (void)snprintf(folder->path, sizeof(folder->path), "%s/trygg-test-XXXXXX", parent != NULL ? parent : "/tmp");
    assert_non_null(mkdtemp(folder->path));
    (void)snprintf(folder->file, sizeof(folder->file), "%s/master.key", folder->path);
}

static inline void key_folder_remove(struct key_folder *folder)
{
    unlink(folder->file);
    rmdir(folder->path);
}

/* A keyring over a new master key, whose file is gone again. */
static inline struct keyring *keyring_for_test(void)
{
    struct key_folder folder;
    struct keyring *keyring = NULL;
    enum keyring_fault fault;
    assert_int_equal(crypto_start(), STATUS_OK);
    key_folder_make(&folder);
    assert_int_equal(keyring_create_file(folder.file), STATUS_OK);
    enum status status = keyring_open(folder.file, &keyring, &fault);
    key_folder_remove(&folder);
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(fault, KEYRING_FINE);
    return keyring;
}

/* A new data key, unwrapped. */
static inline struct data_key *data_key_for_test(struct keyring *keyring, struct key_id *ret_id)
{
    struct wrapped_key wrapped;
    struct data_key *key = NULL;
    ret_id->uuid = uuid_new();
    assert_int_equal(keyring_make(keyring, ret_id, &wrapped), STATUS_OK);
    assert_int_equal(keyring_unwrap(keyring, ret_id, &wrapped, &key), STATUS_OK);
    return key;
}

#endif
