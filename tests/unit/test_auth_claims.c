/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: what the claims of an honestly signed token must say (L1, RFC 7519, RFC 9068), and what the caller then is.
 * May not: look behind auth.h.
 * Always:  each refusal differs from an accepted token in one claim.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth_forge.h"

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

/* The good claims with one of them set; value NULL takes it away. */
static json_t *with(const char *name, json_t *value)
{
    json_t *claims = forge_claims();
    if (value == NULL)
        json_object_del(claims, name);
    else
        json_object_set_new(claims, name, value);
    return claims;
}

static enum status caller_of(struct forge_house *house, json_t *claims, struct caller *ret_caller)
{
    return forge_verify(house->auth, forge_token(claims, house->pkey, "ES256", "k1"), FORGE_NOW, ret_caller);
}

static enum status verify(struct forge_house *house, json_t *claims)
{
    struct caller caller;
    return caller_of(house, claims, &caller);
}

#define assert_taken(claims)   assert_int_equal(verify(*state, claims), STATUS_OK)
#define assert_refused(claims) assert_int_equal(verify(*state, claims), STATUS_TOKEN_INVALID)

static void L1_caller_is_what_the_token_says_and_no_more(void **state)
{
    struct caller caller;
    json_t *claims = with("roles", json_pack("[s]", "rektor"));
    assert_int_equal(caller_of(*state, claims, &caller), STATUS_OK);
    struct organisation_id organisation = {{{1}}};
    assert_true(uuid_equal(&caller.organisation.uuid, &organisation.uuid));
    assert_string_equal(caller.issuer, FORGE_ISSUER);
    assert_string_equal(caller.subject, "kari");
    assert_string_equal(caller.client, "skoleapp");
    assert_false(caller.service);
    assert_true(caller.strong);
    assert_int_equal(caller.scopes, SCOPE_READ | SCOPE_WRITE);
}

static void refused_token_leaves_the_caller_untouched(void **state)
{
    struct caller caller;
    struct caller before;
    memset(&caller, 0x5a, sizeof caller);
    memset(&before, 0x5a, sizeof before);
    assert_int_equal(caller_of(*state, with("exp", NULL), &caller), STATUS_TOKEN_INVALID);
    assert_memory_equal(&caller, &before, sizeof caller);
}

static void issuer_must_be_exactly_the_configured_one(void **state)
{
    assert_refused(with("iss", NULL));
    assert_refused(with("iss", json_null()));
    assert_refused(with("iss", json_string("")));
    assert_refused(with("iss", json_string("https://login.example/")));
    assert_refused(with("iss", json_string("https://LOGIN.example")));
    assert_refused(with("iss", json_string("https://login.exampl")));
    assert_refused(with("iss", json_pack("[s]", FORGE_ISSUER)));
}

static void audience_must_name_us(void **state)
{
    assert_refused(with("aud", NULL));
    assert_refused(with("aud", json_null()));
    assert_refused(with("aud", json_string("")));
    assert_refused(with("aud", json_string("https://other.example")));
    assert_refused(with("aud", json_string("https://trygg.example/x")));
    assert_refused(with("aud", json_array()));
    assert_refused(with("aud", json_pack("[s,s]", "a", "b")));
    assert_refused(with("aud", json_pack("{s:s}", FORGE_AUDIENCE, FORGE_AUDIENCE)));
    assert_refused(with("aud", json_pack("[[s]]", FORGE_AUDIENCE)));
}

static void audience_may_be_one_of_several_texts(void **state)
{
    assert_taken(with("aud", json_pack("[s]", FORGE_AUDIENCE)));
    assert_taken(with("aud", json_pack("[s,s]", "https://other.example", FORGE_AUDIENCE)));
    assert_refused(with("aud", json_pack("[s,i]", FORGE_AUDIENCE, 1)));
    assert_refused(with("aud", json_pack("[i,s]", 1, FORGE_AUDIENCE)));
}

static void token_that_has_expired_is_refused(void **state)
{
    assert_refused(with("exp", NULL));
    assert_taken(with("exp", json_integer(FORGE_NOW_S + 1)));
    json_t *just = with("iat", NULL);
    json_object_set_new(just, "exp", json_integer(FORGE_NOW_S - AUTH_LEEWAY_SECONDS + 1));
    assert_taken(just);
    json_t *over = with("iat", NULL);
    json_object_set_new(over, "exp", json_integer(FORGE_NOW_S - AUTH_LEEWAY_SECONDS));
    assert_refused(over);
    assert_refused(with("exp", json_integer(0)));
}

static void token_not_yet_valid_is_refused(void **state)
{
    assert_taken(with("nbf", json_integer(FORGE_NOW_S + AUTH_LEEWAY_SECONDS)));
    assert_refused(with("nbf", json_integer(FORGE_NOW_S + AUTH_LEEWAY_SECONDS + 1)));
    assert_refused(with("nbf", json_real((double)FORGE_NOW_S + AUTH_LEEWAY_SECONDS + 0.5)));
}

static void token_issued_in_the_future_is_refused(void **state)
{
    assert_taken(with("iat", json_integer(FORGE_NOW_S + AUTH_LEEWAY_SECONDS)));
    assert_refused(with("iat", json_integer(FORGE_NOW_S + AUTH_LEEWAY_SECONDS + 1)));
    assert_taken(with("iat", NULL));
}

static void times_may_be_whole_or_real_numbers(void **state)
{
    assert_taken(with("exp", json_real((double)FORGE_NOW_S + 60.25)));
    assert_taken(with("iat", json_real((double)FORGE_NOW_S - 0.5)));
    assert_taken(with("auth_time", json_real((double)FORGE_NOW_S)));
}

static void times_out_of_range_or_of_another_type_are_refused(void **state)
{
    static const char *const names[] = {"exp", "nbf", "iat", "auth_time"};
    for (size_t i = 0; i < 4; i++) {
        assert_refused(with(names[i], json_null()));
        assert_refused(with(names[i], json_true()));
        assert_refused(with(names[i], json_string("1790000000")));
        assert_refused(with(names[i], json_array()));
        assert_refused(with(names[i], json_integer(-1)));
        assert_refused(with(names[i], json_integer(INT64_MAX)));
        assert_refused(with(names[i], json_integer(INT64_MIN)));
        assert_refused(with(names[i], json_integer(INT64_C(253402300800))));
        assert_refused(with(names[i], json_real(1e300)));
        assert_refused(with(names[i], json_real(-0.5)));
    }
}

static void token_that_lives_longer_than_a_day_is_refused(void **state)
{
    json_t *day = with("iat", json_integer(FORGE_NOW_S));
    json_object_set_new(day, "exp", json_integer(FORGE_NOW_S + 24 * 3600));
    assert_taken(day);
    json_t *longer = with("iat", json_integer(FORGE_NOW_S));
    json_object_set_new(longer, "exp", json_integer(FORGE_NOW_S + 24 * 3600 + 1));
    assert_refused(longer);
    json_t *backwards = with("iat", json_integer(FORGE_NOW_S + 20));
    json_object_set_new(backwards, "exp", json_integer(FORGE_NOW_S + 10));
    assert_refused(backwards);
}

/* RFC 7519 leaves iat out; the bound on what a stolen token is worth then counts from now. */
static void token_without_iat_lives_no_longer_than_a_day_from_now(void **state)
{
    json_t *day = with("iat", NULL);
    json_object_set_new(day, "exp", json_integer(FORGE_NOW_S + 24 * 3600 + AUTH_LEEWAY_SECONDS));
    assert_taken(day);
    json_t *longer = with("iat", NULL);
    json_object_set_new(longer, "exp", json_integer(FORGE_NOW_S + 24 * 3600 + AUTH_LEEWAY_SECONDS + 1));
    assert_refused(longer);
    json_t *for_ever = with("iat", NULL);
    json_object_set_new(for_ever, "exp", json_integer(INT64_C(253402300799)));
    assert_refused(for_ever);
}

static void subject_must_be_one_line_of_text(void **state)
{
    char text[257];
    memset(text, 'a', sizeof text);
    text[256] = '\0';
    assert_refused(with("sub", json_string(text)));
    text[255] = '\0';
    assert_taken(with("sub", json_string(text)));
    assert_taken(with("sub", json_string("Åse Ødegård")));
    assert_refused(with("sub", NULL));
    assert_refused(with("sub", json_null()));
    assert_refused(with("sub", json_integer(7)));
    assert_refused(with("sub", json_string("")));
    assert_refused(with("sub", json_string(" kari")));
    assert_refused(with("sub", json_string("kari\nrektor")));
    assert_refused(with("sub", json_string("kari\x7f")));
}

static void client_is_client_id_or_azp(void **state)
{
    struct caller caller;
    json_t *claims = with("client_id", NULL);
    json_object_set_new(claims, "azp", json_string("app"));
    assert_int_equal(caller_of(*state, claims, &caller), STATUS_OK);
    assert_string_equal(caller.client, "app");
    assert_int_equal(caller_of(*state, with("client_id", NULL), &caller), STATUS_OK);
    assert_string_equal(caller.client, "");
    assert_taken(with("azp", json_string("skoleapp")));
    assert_refused(with("azp", json_string("another")));
}

static void client_must_be_a_printable_token(void **state)
{
    char text[129];
    memset(text, 'c', sizeof text);
    text[128] = '\0';
    assert_refused(with("client_id", json_string(text)));
    text[127] = '\0';
    assert_taken(with("client_id", json_string(text)));
    assert_refused(with("client_id", json_string("")));
    assert_refused(with("client_id", json_string("two words")));
    assert_refused(with("client_id", json_string("å")));
    assert_refused(with("client_id", json_null()));
    assert_refused(with("azp", json_integer(1)));
}

/* The client stands unsealed in the activity log. */
static void C1_client_that_is_a_civic_number_is_refused(void **state)
{
    (void)state;
    static const char *const civic[] = {"191212121212", "19121212-1212", "31123999935",     "121212-1212",
                                        "1212121212",   "121212+1212",   "nin:31123999935", "app-121212-1212-web"};
    for (size_t i = 0; i < sizeof civic / sizeof civic[0]; i++) {
        assert_refused(with("client_id", json_string(civic[i])));
        json_t *claims = with("client_id", NULL);
        json_object_set_new(claims, "azp", json_string(civic[i]));
        assert_refused(claims);
    }
    assert_taken(with("client_id", json_string("191212121213"))); /* no check digit */
    assert_taken(with("client_id", json_string("app-191212121212x")));
    assert_taken(with("client_id", json_string("66118995-16b5-433f-b7b8-f7ca03352828")));
    assert_taken(with("client_id", json_string("ca620279-1726-48bd-8afa-f800e8ec6983")));
    assert_taken(with("client_id", json_string("1234567890-abc.apps.example")));
    assert_taken(with("client_id", json_string("app-2026-11-21")));
}

static unsigned scopes_of(void **state, json_t *claims)
{
    struct caller caller = {.scopes = ~0u};
    assert_int_equal(caller_of(*state, claims, &caller), STATUS_OK);
    return caller.scopes;
}

static json_t *service(json_t *scope)
{
    json_t *claims = with("sub", json_string("skoleapp"));
    json_object_set_new(claims, "scope", scope);
    return claims;
}

static void scopes_are_a_text_or_an_array_and_unknown_ones_mean_nothing(void **state)
{
    assert_int_equal(scopes_of(state, with("scope", NULL)), SCOPE_NONE);
    assert_int_equal(scopes_of(state, with("scope", json_string(""))), SCOPE_NONE);
    assert_int_equal(scopes_of(state, with("scope", json_string("  trygg:read  "))), SCOPE_READ);
    assert_int_equal(scopes_of(state, with("scope", json_string("trygg:readx trygg:rea TRYGG:READ"))), SCOPE_NONE);
    assert_int_equal(scopes_of(state, with("scope", json_string("trygg:write openid"))), SCOPE_WRITE);
    assert_int_equal(scopes_of(state, with("scope", json_pack("[s,s]", "x", "trygg:write"))), SCOPE_WRITE);
    assert_int_equal(scopes_of(state, with("scope", json_pack("[s]", "trygg:read trygg:write"))), SCOPE_NONE);
    assert_refused(with("scope", json_integer(3)));
    assert_refused(with("scope", json_null()));
    assert_refused(with("scope", json_object()));
    assert_refused(with("scope", json_pack("[s,i]", "trygg:read", 1)));
}

static void scopes_of_services_are_worth_nothing_to_persons_and_the_other_way(void **state)
{
    static const char all[] = "trygg:read trygg:write provision changes";
    assert_int_equal(scopes_of(state, with("scope", json_string(all))), SCOPE_READ | SCOPE_WRITE);
    assert_int_equal(scopes_of(state, service(json_string(all))), SCOPE_PROVISION | SCOPE_CHANGES);
}

static void service_is_a_client_that_is_its_own_subject(void **state)
{
    struct caller caller;
    assert_int_equal(caller_of(*state, service(json_string("changes")), &caller), STATUS_OK);
    assert_true(caller.service);
    assert_int_equal(caller.scopes, SCOPE_CHANGES);
    json_t *by_azp = service(json_string("changes"));
    json_object_del(by_azp, "client_id");
    json_object_set_new(by_azp, "azp", json_string("skoleapp"));
    assert_int_equal(caller_of(*state, by_azp, &caller), STATUS_OK);
    assert_false(caller.service);
    assert_int_equal(caller.scopes, SCOPE_NONE);
}

static void issuer_grants_no_scope_beyond_its_own(void **state)
{
    struct forge_house *house = *state;
    struct auth_issuer issuer = forge_issuer(house->jwks);
    issuer.scopes = SCOPE_READ | SCOPE_CHANGES;
    struct auth *auth = NULL;
    const char *fault;
    assert_int_equal(auth_open(&issuer, 1, &auth, &fault), STATUS_OK);
    struct caller caller;
    char *token = forge_token(forge_claims(), house->pkey, "ES256", "k1");
    assert_int_equal(forge_verify(auth, token, FORGE_NOW, &caller), STATUS_OK);
    assert_int_equal(caller.scopes, SCOPE_READ);
    token = forge_token(service(json_string("provision changes")), house->pkey, "ES256", "k1");
    assert_int_equal(forge_verify(auth, token, FORGE_NOW, &caller), STATUS_OK);
    assert_int_equal(caller.scopes, SCOPE_CHANGES);
    auth_close(auth);
}

static void acr_of_another_type_is_refused(void **state)
{
    assert_refused(with("acr", json_integer(4)));
    assert_refused(with("acr", json_null()));
    assert_refused(with("acr", json_pack("[s]", FORGE_STRONG)));
}

/* ---- What is left behind ------------------------------------------------------------------------------------------- */

enum { STACK_BYTES = 1 << 20 };

struct visit {
    struct auth *auth;
    char *token;
    int64_t now;
    enum status status;
    struct caller caller; /* outside the stack that is searched */
};

static void *pay_visit(void *argument)
{
    struct visit *visit = argument;
    visit->status = auth_verify(visit->auth, visit->token, strlen(visit->token), visit->now, &visit->caller);
    return NULL;
}

/* Verifies on a stack of its own, whose every byte can be looked at afterwards. */
static void verify_on(uint8_t *stack, struct visit *visit)
{
    pthread_attr_t attributes;
    pthread_t thread;
    memset(stack, 0, STACK_BYTES);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK_BYTES), 0);
    assert_int_equal(pthread_create(&thread, &attributes, pay_visit, visit), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(pthread_attr_destroy(&attributes), 0);
}

/* A subject can be a civic number. */
static void L1_subject_of_a_token_stays_on_no_stack_however_it_ends(void **state)
{
    static const char subject[] = "31129999935";
    static const struct {
        const char *claim;
        int64_t value;
        int64_t later; /* ms */
        enum status status;
    } cases[] = {
        {"nbf", FORGE_NOW_S, 0, STATUS_OK},
        {"nbf", FORGE_NOW_S, 1000, STATUS_OK},                /* remembered */
        {"nbf", FORGE_NOW_S, 700000, STATUS_TOKEN_INVALID},   /* remembered, expired since */
        {"nbf", FORGE_NOW_S + 3600, 0, STATUS_TOKEN_INVALID}, /* refused when all is read */
        {"azp", 7, 0, STATUS_TOKEN_INVALID},                  /* refused while it is read */
    };
    struct forge_house *house = *state;
    EVP_PKEY *pkey = forge_key("EdDSA"); /* the same claims give the same token */
    forge_house_rotate(house, 2, (json_t *[]){forge_jwk(house->pkey, "k1", NULL), forge_jwk(pkey, "k2", NULL)});
    struct auth_issuer issuer = forge_issuer(house->jwks);
    struct auth *auth = NULL;
    const char *fault;
    assert_int_equal(auth_open(&issuer, 1, &auth, &fault), STATUS_OK);
    uint8_t *stack = aligned_alloc(4096, STACK_BYTES);
    assert_non_null(stack);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *claims = with("sub", json_string(subject));
        json_object_set_new(claims, cases[i].claim, json_integer(cases[i].value));
        char *token = forge_token(claims, pkey, "EdDSA", "k2");
        struct visit visit = {.auth = auth, .token = token, .now = FORGE_NOW + cases[i].later};
        verify_on(stack, &visit);
        assert_int_equal(visit.status, cases[i].status);
        assert_null(memmem(stack, STACK_BYTES, subject, strlen(subject)));
        free(token);
    }
    free(stack);
    auth_close(auth);
    EVP_PKEY_free(pkey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(L1_caller_is_what_the_token_says_and_no_more),
        cmocka_unit_test(refused_token_leaves_the_caller_untouched),
        cmocka_unit_test(issuer_must_be_exactly_the_configured_one),
        cmocka_unit_test(audience_must_name_us),
        cmocka_unit_test(audience_may_be_one_of_several_texts),
        cmocka_unit_test(token_that_has_expired_is_refused),
        cmocka_unit_test(token_not_yet_valid_is_refused),
        cmocka_unit_test(token_issued_in_the_future_is_refused),
        cmocka_unit_test(times_may_be_whole_or_real_numbers),
        cmocka_unit_test(times_out_of_range_or_of_another_type_are_refused),
        cmocka_unit_test(token_that_lives_longer_than_a_day_is_refused),
        cmocka_unit_test(token_without_iat_lives_no_longer_than_a_day_from_now),
        cmocka_unit_test(subject_must_be_one_line_of_text),
        cmocka_unit_test(client_is_client_id_or_azp),
        cmocka_unit_test(C1_client_that_is_a_civic_number_is_refused),
        cmocka_unit_test(client_must_be_a_printable_token),
        cmocka_unit_test(scopes_are_a_text_or_an_array_and_unknown_ones_mean_nothing),
        cmocka_unit_test(scopes_of_services_are_worth_nothing_to_persons_and_the_other_way),
        cmocka_unit_test(service_is_a_client_that_is_its_own_subject),
        cmocka_unit_test(issuer_grants_no_scope_beyond_its_own),
        cmocka_unit_test(acr_of_another_type_is_refused),
        cmocka_unit_test(L1_subject_of_a_token_stays_on_no_stack_however_it_ends),
    };
    return cmocka_run_group_tests(tests, open_house, close_house);
}
