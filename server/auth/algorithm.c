/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: the table of accepted signature algorithms and curves.
 * May not: touch tokens, keys, memory, the clock.
 * Always:  a name that is not a row is not an algorithm; comparison is exact, as RFC 7515 says.
 */
#include "auth/algorithm.h"

#include <string.h>

enum { CURVE_P256, CURVE_P384, CURVE_P521, CURVE_ED25519, CURVE_COUNT };

static const struct curve curves[CURVE_COUNT] = {
    [CURVE_P256] = {"P-256", KEY_EC, 32},
    [CURVE_P384] = {"P-384", KEY_EC, 48},
    [CURVE_P521] = {"P-521", KEY_EC, 66},
    [CURVE_ED25519] = {"Ed25519", KEY_OKP, 32},
};

static const struct algorithm algorithms[] = {
    {"RS256", KEY_RSA, "SHA256", NULL, PADDING_PKCS1},
    {"RS384", KEY_RSA, "SHA384", NULL, PADDING_PKCS1},
    {"RS512", KEY_RSA, "SHA512", NULL, PADDING_PKCS1},
    {"PS256", KEY_RSA, "SHA256", NULL, PADDING_PSS},
    {"PS384", KEY_RSA, "SHA384", NULL, PADDING_PSS},
    {"PS512", KEY_RSA, "SHA512", NULL, PADDING_PSS},
    {"ES256", KEY_EC, "SHA256", &curves[CURVE_P256], PADDING_NONE},
    {"ES384", KEY_EC, "SHA384", &curves[CURVE_P384], PADDING_NONE},
    {"ES512", KEY_EC, "SHA512", &curves[CURVE_P521], PADDING_NONE},
    {"EdDSA", KEY_OKP, NULL, &curves[CURVE_ED25519], PADDING_NONE},
};

const struct algorithm *algorithm_named(const char *name)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
        if (strcmp(algorithms[i].name, name) == 0)
            return &algorithms[i];
    return NULL;
}

const struct curve *curve_named(const char *name)
{
    for (size_t i = 0; i < CURVE_COUNT; i++)
        if (strcmp(curves[i].name, name) == 0)
            return &curves[i];
    return NULL;
}
