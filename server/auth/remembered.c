/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: a bounded, sharded table of tokens that were verified, so that a client's next call costs one hash.
 * May not: touch keys, the question whether an entry still holds.
 * Always:  never more than shards × sets × ways entries; an entry is found by its whole digest only.
 */
#include "auth/remembered.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    uint64_t touched; /* the shard's tick when it was last asked for; 0: unused */
    struct token_digest digest;
    struct remembered_token token;
};

struct shard {
    pthread_mutex_t mutex;
    uint64_t tick;
    struct entry sets[REMEMBERED_SETS][REMEMBERED_WAYS];
};

struct remembered {
    struct shard shards[REMEMBERED_SHARDS];
};

struct remembered *remembered_new(void)
{
    struct remembered *table = calloc(1, sizeof *table);
    if (table == NULL)
        return NULL;
    for (size_t i = 0; i < REMEMBERED_SHARDS; i++) {
        if (pthread_mutex_init(&table->shards[i].mutex, NULL) == 0)
            continue;
        while (i > 0)
            pthread_mutex_destroy(&table->shards[--i].mutex);
        free(table);
        return NULL;
    }
    return table;
}

struct remembered *remembered_free(struct remembered *table)
{
    if (table == NULL)
        return NULL;
    for (size_t i = 0; i < REMEMBERED_SHARDS; i++)
        pthread_mutex_destroy(&table->shards[i].mutex);
    OPENSSL_cleanse(table, sizeof *table);
    free(table);
    return NULL;
}

void remembered_token_wipe(struct remembered_token *token)
{
    OPENSSL_cleanse(token, sizeof *token);
}

static struct shard *lock_shard(struct remembered *table, const struct token_digest *digest)
{
    struct shard *shard = &table->shards[digest->bytes[0] % REMEMBERED_SHARDS];
    pthread_mutex_lock(&shard->mutex);
    shard->tick++;
    return shard;
}

static struct entry *set_of(struct shard *shard, const struct token_digest *digest)
{
    return shard->sets[digest->bytes[1] % REMEMBERED_SETS];
}

static struct entry *find(struct entry *set, const struct token_digest *digest)
{
    for (size_t i = 0; i < REMEMBERED_WAYS; i++)
        if (set[i].touched != 0 && memcmp(&set[i].digest, digest, sizeof *digest) == 0)
            return &set[i];
    return NULL;
}

/* The entry that matters least: unused, then expired, then longest untouched. */
static struct entry *least(struct entry *set, int64_t now)
{
    struct entry *oldest = &set[0];
    for (size_t i = 0; i < REMEMBERED_WAYS; i++) {
        if (set[i].touched == 0 || !verified_in_time(&set[i].token.verified, now))
            return &set[i];
        if (set[i].touched < oldest->touched)
            oldest = &set[i];
    }
    return oldest;
}

bool remembered_find(struct remembered *table, const struct token_digest *digest, struct remembered_token *ret_token)
{
    struct shard *shard = lock_shard(table, digest);
    struct entry *entry = find(set_of(shard, digest), digest);
    if (entry != NULL) {
        entry->touched = shard->tick;
        *ret_token = entry->token;
    }
    pthread_mutex_unlock(&shard->mutex);
    return entry != NULL;
}

void remembered_keep(struct remembered *table, const struct token_digest *digest, const struct remembered_token *token,
                     int64_t now)
{
    struct shard *shard = lock_shard(table, digest);
    struct entry *set = set_of(shard, digest);
    struct entry *entry = find(set, digest);
    if (entry == NULL)
        entry = least(set, now);
    entry->touched = shard->tick;
    entry->digest = *digest;
    entry->token = *token;
    pthread_mutex_unlock(&shard->mutex);
}

void remembered_forget(struct remembered *table, const struct token_digest *digest)
{
    struct shard *shard = lock_shard(table, digest);
    struct entry *entry = find(set_of(shard, digest), digest);
    if (entry != NULL)
        OPENSSL_cleanse(entry, sizeof *entry); /* touched is 0: unused */
    pthread_mutex_unlock(&shard->mutex);
}

static size_t count_shard(const struct shard *shard)
{
    size_t n = 0;
    for (size_t set = 0; set < REMEMBERED_SETS; set++)
        for (size_t i = 0; i < REMEMBERED_WAYS; i++)
            n += shard->sets[set][i].touched != 0;
    return n;
}

size_t remembered_count(struct remembered *table)
{
    size_t n = 0;
    for (size_t i = 0; i < REMEMBERED_SHARDS; i++) {
        pthread_mutex_lock(&table->shards[i].mutex);
        n += count_shard(&table->shards[i]);
        pthread_mutex_unlock(&table->shards[i].mutex);
    }
    return n;
}
