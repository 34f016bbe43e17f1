/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * peer.h: the address at the other end of a connection, as the system tells it: behind a proxy it is the proxy's. Never logged.
 */
#ifndef TRYGG_HTTP_PEER_H
#define TRYGG_HTTP_PEER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* IPv6; IPv4 stands as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2), however it came in. */
struct peer {
    uint8_t bytes[16];
};

/* All zero for an address of another family. */
struct peer peer_of(const struct sockaddr *address);

/* What counts as one caller: an IPv4 address, or the /64 that an IPv6 address lies in, which is one subscriber's (RFC 6177). */
struct peer peer_network(const struct peer *peer);

bool peer_equal(const struct peer *a, const struct peer *b);

#endif
