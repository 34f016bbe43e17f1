/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: several issuers with their own keys (L4), rotation without a restart, and that what is remembered never outlives its
 *          ground; from many threads at once.
 * May not: sleep; time is an argument.
 * Always:  a token that was taken once must be able to be refused the next time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/remembered.h"
#include "auth_forge.h"
#include "base/clock.h"

enum { LOOK = KEYFILE_LOOK_EVERY_MS };

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

static enum status verify_at(struct auth *auth, const char *token, int64_t now)
{
    struct caller caller;
    return auth_verify(auth, token, strlen(token), now, &caller);
}

#define assert_taken(token, now)   assert_int_equal(verify_at(house->auth, token, now), STATUS_OK)
#define assert_refused(token, now) assert_int_equal(verify_at(house->auth, token, now), STATUS_TOKEN_INVALID)

static char *good_token(const struct forge_house *house)
{
    return forge_token(forge_claims(), house->pkey, "ES256", "k1");
}

static void L4_new_key_is_taken_within_a_second_without_restart(void **state)
{
    struct forge_house *house = *state;
    EVP_PKEY *fresh = forge_key("EdDSA");
    char *old_token = good_token(house);
    char *new_token = forge_token(forge_claims(), fresh, "EdDSA", "k2");
    assert_taken(old_token, FORGE_NOW);
    assert_refused(new_token, FORGE_NOW);
    forge_house_rotate(house, 2, (json_t *[]){forge_jwk(house->pkey, "k1", NULL), forge_jwk(fresh, "k2", NULL)});
    assert_refused(new_token, FORGE_NOW + LOOK - 1);
    assert_taken(new_token, FORGE_NOW + LOOK);
    assert_taken(old_token, FORGE_NOW + LOOK);
    free(new_token);
    free(old_token);
    EVP_PKEY_free(fresh);
}

static void L4_key_that_is_gone_takes_its_remembered_tokens_with_it(void **state)
{
    struct forge_house *house = *state;
    EVP_PKEY *fresh = forge_key("EdDSA");
    char *token = good_token(house);
    assert_taken(token, FORGE_NOW);
    forge_house_rotate(house, 1, (json_t *[]){forge_jwk(fresh, "k2", NULL)});
    assert_refused(token, FORGE_NOW + LOOK);
    assert_refused(token, FORGE_NOW + LOOK);
    free(token);
    EVP_PKEY_free(fresh);
}

static void L4_key_replaced_under_its_kid_takes_its_remembered_tokens_with_it(void **state)
{
    struct forge_house *house = *state;
    EVP_PKEY *other = forge_key("ES256");
    char *token = good_token(house);
    assert_taken(token, FORGE_NOW);
    forge_house_rotate(house, 1, (json_t *[]){forge_jwk(other, "k1", NULL)});
    assert_refused(token, FORGE_NOW + LOOK);
    forge_house_rotate(house, 1, (json_t *[]){forge_jwk(house->pkey, "k1", NULL)});
    assert_taken(token, FORGE_NOW + 2 * LOOK);
    free(token);
    EVP_PKEY_free(other);
}

static void L4_file_rewritten_in_place_at_the_same_size_is_seen(void **state)
{
    struct forge_house *house = *state;
    char *token = good_token(house);
    assert_taken(token, FORGE_NOW);
    for (int i = 1; i < 6; i++) {
        EVP_PKEY *other = forge_key("ES256");
        json_t *jwk = forge_jwk(i % 2 != 0 ? other : house->pkey, "k1", NULL);
        char *text = forge_jwks(1, &jwk);
        forge_write(house->jwks, text);
        free(text);
        EVP_PKEY_free(other);
        enum status expected = i % 2 != 0 ? STATUS_TOKEN_INVALID : STATUS_OK;
        assert_int_equal(verify_at(house->auth, token, FORGE_NOW + i * LOOK), expected);
    }
    free(token);
}

static void L4_file_that_is_broken_or_gone_leaves_the_old_keys(void **state)
{
    struct forge_house *house = *state;
    char *token = good_token(house);
    static const char *const broken[] = {"", "{", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AQ\"}]}"};
    int64_t now = FORGE_NOW;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        forge_write(house->jwks, broken[i]);
        assert_taken(token, now += LOOK);
        assert_taken(token, now += LOOK);
    }
    assert_int_equal(unlink(house->jwks), 0);
    assert_taken(token, now += LOOK);
    assert_int_equal(mkfifo(house->jwks, 0600), 0); /* must not be waited for */
    assert_taken(token, now += LOOK);
    assert_int_equal(unlink(house->jwks), 0);
    EVP_PKEY *fresh = forge_key("EdDSA");
    forge_house_rotate(house, 1, (json_t *[]){forge_jwk(fresh, "k2", NULL)});
    assert_refused(token, now += LOOK);
    free(token);
    EVP_PKEY_free(fresh);
}

/* What the one who runs the service is told, and for how long. */
static void L4_file_that_is_broken_or_gone_is_told_until_it_is_mended(void **state)
{
    struct forge_house *house = *state;
    int64_t now = FORGE_NOW;
    assert_null(auth_fault(house->auth, 0, now));
    forge_write(house->jwks, "{\"keys\":[]}");
    assert_null(auth_fault(house->auth, 0, now + LOOK - 1));
    assert_string_equal(auth_fault(house->auth, 0, now += LOOK), "jwks: no usable key");
    assert_string_equal(auth_fault(house->auth, 0, now + 1), "jwks: no usable key");
    forge_write(house->jwks, "{");
    assert_string_equal(auth_fault(house->auth, 0, now += LOOK), "jwks: not a JSON text");
    assert_int_equal(unlink(house->jwks), 0);
    assert_string_equal(auth_fault(house->auth, 0, now += LOOK), "jwks: cannot read the file");
    char *token = good_token(house);
    assert_taken(token, now);
    free(token);
    forge_house_rotate(house, 1, (json_t *[]){forge_jwk(house->pkey, "k1", NULL)});
    assert_null(auth_fault(house->auth, 0, now += LOOK));
}

static void L4_file_moved_away_and_back_is_fine_again(void **state)
{
    struct forge_house *house = *state;
    char aside[128];
    snprintf(aside, sizeof aside, "%s.aside", house->jwks);
    int64_t now = FORGE_NOW;
    assert_null(auth_fault(house->auth, 0, now));
    assert_null(auth_fault(house->auth, 0, now += LOOK));
    assert_int_equal(rename(house->jwks, aside), 0);
    assert_string_equal(auth_fault(house->auth, 0, now += LOOK), "jwks: cannot read the file");
    assert_int_equal(rename(aside, house->jwks), 0);
    assert_null(auth_fault(house->auth, 0, now += LOOK));
}

static void L4_fault_of_one_issuer_is_not_another(void **state)
{
    struct forge_house *first = *state;
    struct forge_house second;
    forge_house_open(&second);
    struct auth_issuer issuers[2] = {forge_issuer(first->jwks), forge_issuer(second.jwks)};
    issuers[1].issuer = "https://freja.example";
    struct auth *auth = NULL;
    const char *fault;
    assert_int_equal(auth_open(issuers, 2, &auth, &fault), STATUS_OK);
    forge_write(second.jwks, "[]");
    assert_null(auth_fault(auth, 0, FORGE_NOW));
    assert_string_equal(auth_fault(auth, 1, FORGE_NOW), "jwks: no array named keys");
    auth_close(auth);
    forge_house_close(&second);
}

static void L4_clock_set_back_does_not_stop_rotation(void **state)
{
    struct forge_house *house = *state;
    EVP_PKEY *fresh = forge_key("EdDSA");
    char *token = good_token(house);
    assert_taken(token, FORGE_NOW + 5000);
    forge_house_rotate(house, 1, (json_t *[]){forge_jwk(fresh, "k2", NULL)});
    assert_refused(token, FORGE_NOW);
    free(token);
    EVP_PKEY_free(fresh);
}

static void remembered_token_dies_at_its_expiry(void **state)
{
    struct forge_house *house = *state;
    char *token = good_token(house);
    const int64_t last = FORGE_NOW + (600 + AUTH_LEEWAY_SECONDS) * 1000 - 1;
    assert_taken(token, FORGE_NOW);
    assert_taken(token, last);
    assert_refused(token, last + 1);
    assert_refused(token, last + 1000000);
    free(token);
}

static void remembered_token_is_not_valid_before_its_time_either(void **state)
{
    struct forge_house *house = *state;
    char *token = good_token(house);
    assert_taken(token, FORGE_NOW);
    assert_refused(token, FORGE_NOW - 10000 - AUTH_LEEWAY_SECONDS * 1000 - 1);
    free(token);
}

static void remembered_token_is_told_from_one_that_differs_in_a_byte(void **state)
{
    struct forge_house *house = *state;
    char *token = good_token(house);
    assert_taken(token, FORGE_NOW);
    token[strlen(token) - 5] = token[strlen(token) - 5] == 'A' ? 'B' : 'A';
    assert_refused(token, FORGE_NOW);
    free(token);
}

static struct auth_figures figures_of(const struct forge_house *house)
{
    struct auth_figures figures;
    auth_figures(house->auth, &figures);
    return figures;
}

static void recalled_and_examined_tokens_are_counted(void **state)
{
    struct forge_house *house = *state;
    char *token = good_token(house);
    assert_int_equal(figures_of(house).remembered, 0);
    for (int i = 0; i < 3; i++)
        assert_taken(token, FORGE_NOW);
    assert_refused("a.b.c", FORGE_NOW);
    struct auth_figures figures = figures_of(house);
    assert_int_equal(figures.recalled, 2);
    assert_int_equal(figures.examined, 2);
    assert_int_equal(figures.remembered, 1);
    assert_true(figures.room >= 1000);
    free(token);
}

static void keys_in_use_are_counted_since_they_were_read(void **state)
{
    struct forge_house *house = *state;
    EVP_PKEY *fresh = forge_key("EdDSA");
    uint64_t keys;
    int64_t first, second;
    auth_key_figures(house->auth, 0, &keys, &first);
    assert_int_equal(keys, 1);
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL); /* the times of both are told apart */
    const int64_t between = clock_now();
    json_t *jwks[] = {forge_jwk(house->pkey, "k1", NULL), forge_jwk(fresh, "k2", NULL)};
    forge_house_rotate(house, 2, jwks);
    assert_null(auth_fault(house->auth, 0, FORGE_NOW + 2 * LOOK));
    auth_key_figures(house->auth, 0, &keys, &second);
    assert_int_equal(keys, 2);
    assert_true(first > 0 && first < between);
    assert_in_range(second, between, clock_now());
    EVP_PKEY_free(fresh);
}

/* More tokens than there is room for: none is another's. */
static void memory_is_bounded_and_forgets_without_harm(void **state)
{
    (void)state;
    struct remembered *table = remembered_new();
    assert_non_null(table);
    enum { ROOM = REMEMBERED_SHARDS * REMEMBERED_SETS * REMEMBERED_WAYS, MANY = 3 * ROOM };
    uint8_t seed[sizeof(uint32_t)];
    size_t kept = 0;
    for (uint32_t pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < MANY; i++) {
            struct token_digest digest;
            memcpy(seed, &i, sizeof seed);
            assert_int_equal(EVP_Digest(seed, sizeof seed, digest.bytes, NULL, EVP_sha256(), NULL), 1);
            struct remembered_token token = {.section = i, .verified.expires = FORGE_NOW};
            if (pass == 0) {
                remembered_keep(table, &digest, &token, FORGE_NOW);
                continue;
            }
            struct remembered_token found;
            if (!remembered_find(table, &digest, &found))
                continue;
            assert_int_equal(found.section, i);
            kept++;
            remembered_forget(table, &digest);
            assert_false(remembered_find(table, &digest, &found));
        }
    assert_true(kept <= ROOM);
    assert_true(kept > ROOM / 2);
    remembered_free(table);
}

static void full_set_forgets_the_expired_first_then_the_longest_untouched(void **state)
{
    (void)state;
    struct remembered *table = remembered_new();
    struct token_digest digests[REMEMBERED_WAYS + 2];
    memset(digests, 0, sizeof digests);
    struct remembered_token found;
    for (size_t i = 0; i < REMEMBERED_WAYS; i++) {
        digests[i].bytes[31] = (uint8_t)i;
        struct remembered_token token = {.verified.expires = FORGE_NOW + (i == 3 ? 1 : 100000)};
        remembered_keep(table, &digests[i], &token, FORGE_NOW);
    }
    struct remembered_token late = {.verified.expires = FORGE_NOW + 100000};
    digests[REMEMBERED_WAYS].bytes[31] = REMEMBERED_WAYS;
    digests[REMEMBERED_WAYS + 1].bytes[31] = REMEMBERED_WAYS + 1;
    remembered_keep(table, &digests[REMEMBERED_WAYS], &late, FORGE_NOW + 50000);
    assert_false(remembered_find(table, &digests[3], &found));
    assert_true(remembered_find(table, &digests[0], &found));
    remembered_keep(table, &digests[REMEMBERED_WAYS + 1], &late, FORGE_NOW + 50000);
    assert_false(remembered_find(table, &digests[1], &found));
    assert_true(remembered_find(table, &digests[0], &found));
    assert_true(remembered_find(table, &digests[REMEMBERED_WAYS], &found));
    remembered_free(table);
}

/* Two issuers, each with its own key of the same kid; the second has two audiences, for two organisations. */
struct two_issuers {
    struct forge_house *first;
    struct forge_house second;
    struct auth *auth;
};

#define SECOND_ISSUER "https://freja.example"

static void open_two(struct two_issuers *two, struct forge_house *first)
{
    two->first = first;
    forge_house_open(&two->second);
    struct auth_issuer issuers[3] = {forge_issuer(first->jwks), forge_issuer(two->second.jwks),
                                     forge_issuer(two->second.jwks)};
    issuers[1].issuer = SECOND_ISSUER;
    issuers[1].organisation.uuid.bytes[0] = 2;
    issuers[1].strong[0] = NULL;
    issuers[2].issuer = SECOND_ISSUER;
    issuers[2].audience = "https://other-town.example";
    issuers[2].organisation.uuid.bytes[0] = 3;
    const char *fault;
    assert_int_equal(auth_open(issuers, 3, &two->auth, &fault), STATUS_OK);
}

static void close_two(struct two_issuers *two)
{
    auth_close(two->auth);
    forge_house_close(&two->second);
}

static json_t *claims_for(const char *issuer, json_t *audience)
{
    json_t *claims = forge_claims();
    json_object_set_new(claims, "iss", json_string(issuer));
    json_object_set_new(claims, "aud", audience);
    return claims;
}

static void L4_each_issuer_is_checked_with_its_own_keys_and_set(void **state)
{
    struct two_issuers two;
    open_two(&two, *state);
    struct caller caller;
    char *token = forge_token(forge_claims(), two.first->pkey, "ES256", "k1");
    assert_int_equal(forge_verify(two.auth, token, FORGE_NOW, &caller), STATUS_OK);
    assert_int_equal(caller.organisation.uuid.bytes[0], 1);
    assert_true(caller.strong);
    token = forge_token(claims_for(SECOND_ISSUER, json_string(FORGE_AUDIENCE)), two.second.pkey, "ES256", "k1");
    assert_int_equal(forge_verify(two.auth, token, FORGE_NOW, &caller), STATUS_OK);
    assert_int_equal(caller.organisation.uuid.bytes[0], 2);
    assert_string_equal(caller.issuer, SECOND_ISSUER);
    assert_false(caller.strong);
    close_two(&two);
}

static void L4_key_of_one_issuer_does_not_sign_for_another(void **state)
{
    struct two_issuers two;
    open_two(&two, *state);
    struct caller caller;
    char *token = forge_token(claims_for(SECOND_ISSUER, json_string(FORGE_AUDIENCE)), two.first->pkey, "ES256", "k1");
    assert_int_equal(forge_verify(two.auth, token, FORGE_NOW, &caller), STATUS_TOKEN_INVALID);
    token = forge_token(forge_claims(), two.second.pkey, "ES256", "k1");
    assert_int_equal(forge_verify(two.auth, token, FORGE_NOW, &caller), STATUS_TOKEN_INVALID);
    close_two(&two);
}

static void L4_audience_chooses_the_organisation_of_a_shared_issuer(void **state)
{
    struct two_issuers two;
    open_two(&two, *state);
    struct caller caller;
    json_t *claims = claims_for(SECOND_ISSUER, json_string("https://other-town.example"));
    char *token = forge_token(claims, two.second.pkey, "ES256", "k1");
    assert_int_equal(forge_verify(two.auth, token, FORGE_NOW, &caller), STATUS_OK);
    assert_int_equal(caller.organisation.uuid.bytes[0], 3);
    const char *acr_values;
    int64_t max_age;
    auth_step_up(two.auth, &caller, &acr_values, &max_age);
    assert_string_equal(acr_values, FORGE_STRONG " freja-loa3");
    /* The first issuer knows nothing of that audience. */
    token = forge_token(claims_for(FORGE_ISSUER, json_string("https://other-town.example")), two.first->pkey, "ES256",
                        "k1");
    assert_int_equal(forge_verify(two.auth, token, FORGE_NOW, &caller), STATUS_TOKEN_INVALID);
    close_two(&two);
}

static void L4_token_for_two_organisations_at_once_is_refused(void **state)
{
    struct two_issuers two;
    open_two(&two, *state);
    struct caller caller;
    json_t *both = json_pack("[s,s]", FORGE_AUDIENCE, "https://other-town.example");
    char *token = forge_token(claims_for(SECOND_ISSUER, both), two.second.pkey, "ES256", "k1");
    assert_int_equal(forge_verify(two.auth, token, FORGE_NOW, &caller), STATUS_TOKEN_INVALID);
    close_two(&two);
}

static void configuration_that_cannot_work_is_refused_at_start(void **state)
{
    struct forge_house *house = *state;
    static const struct {
        size_t offset;
        const char *value;
        enum status status;
    } cases[] = {
        {offsetof(struct auth_issuer, issuer), NULL, STATUS_INVALID},
        {offsetof(struct auth_issuer, issuer), "", STATUS_INVALID},
        {offsetof(struct auth_issuer, audience), NULL, STATUS_INVALID},
        {offsetof(struct auth_issuer, audience), "a\nb", STATUS_INVALID},
        {offsetof(struct auth_issuer, jwks_file), NULL, STATUS_INVALID},
        {offsetof(struct auth_issuer, jwks_file), "/nowhere/jwks.json", STATUS_IO},
        {offsetof(struct auth_issuer, jwks_file), "/dev/null", STATUS_IO},
        {offsetof(struct auth_issuer, strong), "with \"quotes\"", STATUS_INVALID},
        {offsetof(struct auth_issuer, strong), "back\\slash", STATUS_INVALID},
        {offsetof(struct auth_issuer, strong), "", STATUS_INVALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct auth_issuer issuer = forge_issuer(house->jwks);
        memcpy((char *)&issuer + cases[i].offset, &cases[i].value, sizeof(const char *));
        struct auth *auth = NULL;
        const char *fault = NULL;
        assert_int_equal(auth_open(&issuer, 1, &auth, &fault), cases[i].status);
        assert_non_null(fault);
        assert_true(fault[0] != '\0');
        assert_null(auth);
    }
}

static void configuration_that_contradicts_itself_is_refused_at_start(void **state)
{
    struct forge_house *house = *state;
    struct auth_issuer issuers[2] = {forge_issuer(house->jwks), forge_issuer(house->jwks)};
    struct auth *auth = NULL;
    const char *fault = NULL;
    assert_int_equal(auth_open(issuers, 2, &auth, &fault), STATUS_INVALID);
    assert_string_equal(fault, "issuer: the same issuer and audience twice");
    assert_int_equal(auth_open(issuers, 0, &auth, &fault), STATUS_INVALID);
    issuers[0].strong_max_age = -1;
    assert_int_equal(auth_open(issuers, 1, &auth, &fault), STATUS_INVALID);
    issuers[0].strong_max_age = INT64_MAX;
    assert_int_equal(auth_open(issuers, 1, &auth, &fault), STATUS_INVALID);
    assert_null(auth);
}

enum { THREADS = 4, ROUNDS = 150, TOKENS = 8 };

struct crowd {
    struct forge_house *house;
    char *tokens[TOKENS]; /* the first half signed with the key that stays, the others with one that comes and goes */
    atomic_int wrong;
};

static void *call_and_call(void *argument)
{
    struct crowd *crowd = argument;
    for (int64_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < TOKENS; i++) {
            enum status status = verify_at(crowd->house->auth, crowd->tokens[i], FORGE_NOW + round * LOOK);
            bool stays = i < TOKENS / 2;
            if (status != STATUS_OK && (stays || status != STATUS_TOKEN_INVALID))
                atomic_fetch_add(&crowd->wrong, 1);
        }
    return NULL;
}

static void L4_many_threads_verify_while_keys_rotate(void **state)
{
    struct crowd crowd = {.house = *state};
    EVP_PKEY *passing = forge_key("EdDSA");
    for (size_t i = 0; i < TOKENS; i++) {
        json_t *claims = forge_claims();
        json_object_set_new(claims, "jti", json_integer((json_int_t)i));
        bool stays = i < TOKENS / 2;
        crowd.tokens[i] =
            stays ? forge_token(claims, crowd.house->pkey, "ES256", "k1") : forge_token(claims, passing, "EdDSA", "k2");
    }
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, call_and_call, &crowd), 0);
    for (size_t i = 0; i < 60; i++) {
        json_t *jwks[] = {forge_jwk(crowd.house->pkey, "k1", NULL), forge_jwk(passing, "k2", NULL)};
        forge_house_rotate(crowd.house, 1 + i % 2, jwks);
        if (i % 2 == 0)
            json_decref(jwks[1]);
    }
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(atomic_load(&crowd.wrong), 0);
    for (size_t i = 0; i < TOKENS; i++)
        free(crowd.tokens[i]);
    EVP_PKEY_free(passing);
}

#define in_a_house(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(L4_new_key_is_taken_within_a_second_without_restart),
        in_a_house(L4_key_that_is_gone_takes_its_remembered_tokens_with_it),
        in_a_house(L4_key_replaced_under_its_kid_takes_its_remembered_tokens_with_it),
        in_a_house(L4_file_rewritten_in_place_at_the_same_size_is_seen),
        in_a_house(L4_file_that_is_broken_or_gone_leaves_the_old_keys),
        in_a_house(L4_file_that_is_broken_or_gone_is_told_until_it_is_mended),
        in_a_house(L4_file_moved_away_and_back_is_fine_again),
        in_a_house(L4_fault_of_one_issuer_is_not_another),
        in_a_house(L4_clock_set_back_does_not_stop_rotation),
        in_a_house(remembered_token_dies_at_its_expiry),
        in_a_house(remembered_token_is_not_valid_before_its_time_either),
        in_a_house(remembered_token_is_told_from_one_that_differs_in_a_byte),
        in_a_house(recalled_and_examined_tokens_are_counted),
        in_a_house(keys_in_use_are_counted_since_they_were_read),
        cmocka_unit_test(memory_is_bounded_and_forgets_without_harm),
        cmocka_unit_test(full_set_forgets_the_expired_first_then_the_longest_untouched),
        in_a_house(L4_each_issuer_is_checked_with_its_own_keys_and_set),
        in_a_house(L4_key_of_one_issuer_does_not_sign_for_another),
        in_a_house(L4_audience_chooses_the_organisation_of_a_shared_issuer),
        in_a_house(L4_token_for_two_organisations_at_once_is_refused),
        in_a_house(configuration_that_cannot_work_is_refused_at_start),
        in_a_house(configuration_that_contradicts_itself_is_refused_at_start),
        in_a_house(L4_many_threads_verify_while_keys_rotate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
