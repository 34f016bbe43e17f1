/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeps a bucket of tokens per peer in a table of sets: a peer's hash names its set, and within it all places are looked at.
 * May not allocate, log, or look at a request while it charges.
 * A bucket is one number, the time at which it will be full: what is behind us is full, a minute ahead of us is empty. */
#include "http/peers.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { WAYS = 8, SETS = PEERS_KEPT / WAYS };

static const int64_t MINUTE_US = (int64_t)60 * 1000 * 1000;

struct bucket {
    struct peer network;
    int64_t full_at; /* monotonic, µs; 0 where nobody is */
};

struct peers {
    pthread_mutex_t lock;
    int64_t cost; /* µs in which one call flows in */
    uint64_t seed[2];
    struct bucket sets[SETS][WAYS];
};

enum status peers_open(unsigned per_minute, struct peers **ret_peers)
{
    assert(per_minute > 0);
    struct peers *peers = calloc(1, sizeof(*peers));
    if (peers == NULL)
        return STATUS_NO_MEMORY;
    peers->cost = MINUTE_US / per_minute > 0 ? MINUTE_US / per_minute : 1;
    if (getrandom(peers->seed, sizeof(peers->seed), 0) != (ssize_t)sizeof(peers->seed) ||
        pthread_mutex_init(&peers->lock, NULL) != 0) {
        free(peers);
        return STATUS_NO_MEMORY;
    }
    *ret_peers = peers;
    return STATUS_OK;
}

struct peers *peers_close(struct peers *peers)
{
    if (peers == NULL)
        return NULL;
    pthread_mutex_destroy(&peers->lock);
    free(peers);
    return NULL;
}

/* The finisher of MurmurHash3. Seeded, so that nobody chooses whose set they fall into. */
static uint64_t mix(uint64_t value)
{
    value ^= value >> 33;
    value *= UINT64_C(0xff51afd7ed558ccd);
    value ^= value >> 33;
    value *= UINT64_C(0xc4ceb9fe1a85ec53);
    return value ^ value >> 33;
}

static struct bucket *set_of(struct peers *peers, const struct peer *network)
{
    uint64_t halves[2];
    memcpy(halves, network->bytes, sizeof(halves));
    return peers->sets[mix(mix(halves[0] ^ peers->seed[0]) ^ halves[1] ^ peers->seed[1]) % SETS];
}

static struct bucket *find_bucket(struct peers *peers, const struct peer *network)
{
    struct bucket *set = set_of(peers, network);
    struct bucket *fullest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].full_at != 0 && peer_equal(&set[i].network, network))
            return &set[i];
        if (set[i].full_at < fullest->full_at)
            fullest = &set[i];
    }
    *fullest = (struct bucket){.network = *network};
    return fullest;
}

static bool take(const struct peers *peers, struct bucket *bucket, int64_t now, int64_t *ret_wait)
{
    if (bucket->full_at < now)
        bucket->full_at = now;
    if (bucket->full_at > now + MINUTE_US)
        bucket->full_at = now + MINUTE_US;
    int64_t over = bucket->full_at + peers->cost - (now + MINUTE_US);
    if (over > 0) {
        *ret_wait = over;
        return false;
    }
    bucket->full_at += peers->cost;
    return true;
}

bool peers_charge(struct peers *peers, const struct peer *peer, int64_t now, int64_t *ret_wait_ms)
{
    struct peer network = peer_network(peer);
    int64_t wait = 0;
    pthread_mutex_lock(&peers->lock);
    bool taken = take(peers, find_bucket(peers, &network), now * 1000, &wait);
    pthread_mutex_unlock(&peers->lock);
    if (!taken)
        *ret_wait_ms = (wait + 999) / 1000;
    return taken;
}
