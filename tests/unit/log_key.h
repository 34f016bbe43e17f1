/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_key.h: signing keys whose seeds are known, for tests of notes and bundles: 00 01 02 …, and 20 21 22 … for a witness, as in the
 * example of docs/log.md. Include after <cmocka.h>.
 */
#ifndef TRYGG_TEST_LOG_KEY_H
#define TRYGG_TEST_LOG_KEY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "crypto/signing.h"

#define LOG_SEED     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define WITNESS_SEED "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\n"
#define LOG_NAME     "trygg/01990000-0000-7000-8000-000000000001"
#define LOG_VKEY     LOG_NAME "+e1a67442+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
#define WITNESS_VKEY "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"

/* The keys of a file with this text, which is gone again. */
static inline struct signing_keys *keys_for_test(const char *text)
{
    const char *parent = getenv("TMPDIR");
    struct signing_keys *keys = NULL;
    enum signing_fault fault;
    char path[256];
    (void)snprintf(path, sizeof path, "%s/trygg-test-XXXXXX", parent != NULL ? parent : "/tmp");
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    const enum status status = signing_keys_open(path, &keys, &fault);
    unlink(path);
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(fault, SIGNING_FINE);
    return keys;
}

#endif
