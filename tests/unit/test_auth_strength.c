/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: how strong a login is (L2), how it ages, and what a client is told to do about it (L3, RFC 9470).
 * May not: look behind auth.h.
 * Always:  the same token is asked about at different times.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "auth_forge.h"

enum { STRONG_AGE = 3600 }; /* as forge_issuer has it */

static int open_house(void **state)
{
    struct forge_house *house = calloc(1, sizeof *house);
    forge_house_open(house);
    *state = house;
    return 0;
}

static int close_house(void **state)
{
    forge_house_close(*state);
    free(*state);
    return 0;
}

static char *token_with(struct forge_house *house, const char *name, json_t *value)
{
    json_t *claims = forge_claims();
    json_object_set_new(claims, "exp", json_integer(FORGE_NOW_S + 20 * 3600));
    if (value == NULL)
        json_object_del(claims, name);
    else
        json_object_set_new(claims, name, value);
    return forge_token(claims, house->pkey, "ES256", "k1");
}

static bool strong_at(struct forge_house *house, const char *token, int64_t seconds)
{
    struct caller caller;
    assert_int_equal(auth_verify(house->auth, token, strlen(token), seconds * 1000, &caller), STATUS_OK);
    return caller.strong;
}

static bool is_strong(struct forge_house *house, char *token)
{
    bool strong = strong_at(house, token, FORGE_NOW_S);
    free(token);
    return strong;
}

static void L2_login_is_strong_by_an_acr_of_the_set_only(void **state)
{
    assert_true(is_strong(*state, token_with(*state, "acr", json_string(FORGE_STRONG))));
    assert_true(is_strong(*state, token_with(*state, "acr", json_string("freja-loa3"))));
    assert_false(is_strong(*state, token_with(*state, "acr", json_string("idporten-loa-substantial"))));
    assert_false(is_strong(*state, token_with(*state, "acr", json_string("IDPORTEN-LOA-HIGH"))));
    assert_false(is_strong(*state, token_with(*state, "acr", json_string(FORGE_STRONG " freja-loa3"))));
    assert_false(is_strong(*state, token_with(*state, "acr", json_string(""))));
    assert_false(is_strong(*state, token_with(*state, "acr", NULL)));
}

static void L2_login_without_a_time_is_not_strong(void **state)
{
    assert_false(is_strong(*state, token_with(*state, "auth_time", NULL)));
}

static void L2_login_in_the_future_is_not_strong(void **state)
{
    json_t *at_edge = json_integer(FORGE_NOW_S + AUTH_LEEWAY_SECONDS);
    json_t *beyond = json_integer(FORGE_NOW_S + AUTH_LEEWAY_SECONDS + 1);
    assert_true(is_strong(*state, token_with(*state, "auth_time", at_edge)));
    assert_false(is_strong(*state, token_with(*state, "auth_time", beyond)));
}

static void L2_login_of_long_ago_is_not_strong(void **state)
{
    assert_true(is_strong(*state, token_with(*state, "auth_time", json_integer(FORGE_NOW_S - STRONG_AGE))));
    assert_false(is_strong(*state, token_with(*state, "auth_time", json_integer(FORGE_NOW_S - STRONG_AGE - 1))));
    assert_false(is_strong(*state, token_with(*state, "auth_time", json_integer(0))));
}

static void L2_remembered_login_ages_between_two_calls(void **state)
{
    struct forge_house *house = *state;
    char *token = token_with(house, "auth_time", json_integer(FORGE_NOW_S));
    assert_true(strong_at(house, token, FORGE_NOW_S));
    assert_true(strong_at(house, token, FORGE_NOW_S + STRONG_AGE));
    assert_false(strong_at(house, token, FORGE_NOW_S + STRONG_AGE + 1));
    assert_true(strong_at(house, token, FORGE_NOW_S + 1));
    free(token);
}

static void L2_client_of_its_own_is_strong_by_its_key(void **state)
{
    struct forge_house *house = *state;
    char *token = token_with(house, "acr", NULL);
    assert_false(is_strong(house, token));
    json_t *claims = forge_claims();
    json_object_del(claims, "acr");
    json_object_del(claims, "auth_time");
    json_object_set_new(claims, "sub", json_string("skoleapp"));
    assert_true(is_strong(house, forge_token(claims, house->pkey, "ES256", "k1")));
}

static void L3_step_up_names_the_strong_set_and_its_age(void **state)
{
    struct forge_house *house = *state;
    struct caller caller;
    char *token = token_with(house, "acr", NULL);
    assert_int_equal(forge_verify(house->auth, token, FORGE_NOW, &caller), STATUS_OK);
    const char *acr_values = NULL;
    int64_t max_age = -1;
    auth_step_up(house->auth, &caller, &acr_values, &max_age);
    assert_string_equal(acr_values, FORGE_STRONG " freja-loa3");
    assert_int_equal(max_age, STRONG_AGE);
}

/* One issuer, one organisation, two audiences: each has its own idea of strong. */
static void L3_step_up_names_the_strong_set_of_the_audience_that_verified(void **state)
{
    struct forge_house *house = *state;
    struct auth_issuer issuers[2] = {forge_issuer(house->jwks), forge_issuer(house->jwks)};
    issuers[1].audience = "https://app.trygg.example";
    issuers[1].strong[0] = "bankid";
    issuers[1].strong[1] = NULL;
    issuers[1].strong_max_age = 60;
    struct auth *auth = NULL;
    const char *fault;
    assert_int_equal(auth_open(issuers, 2, &auth, &fault), STATUS_OK);
    for (int remembered = 0; remembered < 2; remembered++)
        for (size_t i = 0; i < 2; i++) {
            struct caller caller;
            char *token = token_with(house, "aud", json_string(issuers[i].audience));
            assert_int_equal(forge_verify(auth, token, FORGE_NOW, &caller), STATUS_OK);
            const char *acr_values = NULL;
            int64_t max_age = -1;
            auth_step_up(auth, &caller, &acr_values, &max_age);
            assert_string_equal(acr_values, i == 0 ? FORGE_STRONG " freja-loa3" : "bankid");
            assert_int_equal(max_age, issuers[i].strong_max_age);
        }
    auth_close(auth);
}

static void issuer_without_a_strong_set_makes_nobody_strong(void **state)
{
    struct forge_house *house = *state;
    struct auth_issuer issuer = forge_issuer(house->jwks);
    issuer.strong[0] = NULL;
    struct auth *auth = NULL;
    const char *fault;
    assert_int_equal(auth_open(&issuer, 1, &auth, &fault), STATUS_OK);
    struct caller caller;
    char *token = token_with(house, "acr", json_string(""));
    assert_int_equal(forge_verify(auth, token, FORGE_NOW, &caller), STATUS_OK);
    assert_false(caller.strong);
    const char *acr_values = NULL;
    int64_t max_age;
    auth_step_up(auth, &caller, &acr_values, &max_age);
    assert_string_equal(acr_values, "");
    auth_close(auth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(L2_login_is_strong_by_an_acr_of_the_set_only),
        cmocka_unit_test(L2_login_without_a_time_is_not_strong),
        cmocka_unit_test(L2_login_in_the_future_is_not_strong),
        cmocka_unit_test(L2_login_of_long_ago_is_not_strong),
        cmocka_unit_test(L2_remembered_login_ages_between_two_calls),
        cmocka_unit_test(L2_client_of_its_own_is_strong_by_its_key),
        cmocka_unit_test(L3_step_up_names_the_strong_set_and_its_age),
        cmocka_unit_test(L3_step_up_names_the_strong_set_of_the_audience_that_verified),
        cmocka_unit_test(issuer_without_a_strong_set_makes_nobody_strong),
    };
    return cmocka_run_group_tests(tests, open_house, close_house);
}
