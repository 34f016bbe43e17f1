/* SPDX-License-Identifier: EUPL-1.2 */
/* Reads the address of a peer.
 * May not resolve, log or format one.
 * Two forms of one address become the same bytes. */
#include "http/peer.h"

#include <netinet/in.h>
#include <string.h>

enum { NETWORK_BYTES = 8 };

static const uint8_t v4_prefix[12] = {[10] = 0xff, [11] = 0xff};

struct peer peer_of(const struct sockaddr *address)
{
    struct peer peer = {{0}};
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof(v4));
        memcpy(peer.bytes, v4_prefix, sizeof(v4_prefix));
        memcpy(peer.bytes + sizeof(v4_prefix), &v4.sin_addr, sizeof(v4.sin_addr));
    } else if (address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof(v6));
        memcpy(peer.bytes, &v6.sin6_addr, sizeof(peer.bytes));
    }
    return peer;
}

struct peer peer_network(const struct peer *peer)
{
    struct peer network = *peer;
    if (memcmp(peer->bytes, v4_prefix, sizeof(v4_prefix)) != 0)
        memset(network.bytes + NETWORK_BYTES, 0, sizeof(network.bytes) - NETWORK_BYTES);
    return network;
}

bool peer_equal(const struct peer *a, const struct peer *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}
