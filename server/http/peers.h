/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * peers.h: how many calls without a valid token each peer has made of late: a bucket of tokens per network (peer_network), filled up
 * again at an even pace. Fixed memory; charging neither allocates nor waits for anything but a short lock. Thread-safe.
 */
#ifndef TRYGG_HTTP_PEERS_H
#define TRYGG_HTTP_PEERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "http/peer.h"

struct peers;

enum { PEERS_KEPT = 8192 };

/* A bucket holds per_minute calls, and as many flow into it in a minute. per_minute > 0. */
must_check enum status peers_open(unsigned per_minute, struct peers **ret_peers);
struct peers *peers_close(struct peers *peers); /* accepts NULL, returns NULL */

/* Takes one call out of the peer's bucket; false when it is empty, with the time until there is one again. `now` is monotonic, ms; a
 * clock that is set back makes nobody wait longer than a minute. A peer that is not known has a full bucket; when there is no place
 * for it, the bucket that is nearest to being full gives way. */
bool peers_charge(struct peers *peers, const struct peer *peer, int64_t now, int64_t *ret_wait_ms);

#endif
