/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * target.h: where a request of our own may go. Public addresses only, and networks that the configuration allows besides: nobody who may
 * name a URL can make the service knock on doors that only it can reach.
 */
#ifndef TRYGG_OUTBOUND_TARGET_H
#define TRYGG_OUTBOUND_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/status.h"

/* Addresses that begin with the same bits; an IPv4 one is held as its mapped IPv6 address. */
struct network {
    uint8_t bytes[16];
    unsigned bits; /* of the 128 */
};

enum { NETWORKS_MAX = 16, NETWORK_TEXT_BYTES = 50 };

/* "192.0.2.0/24", "2001:db8::/32", or an address alone. STATUS_INVALID for anything else, and when bits behind the prefix are set. */
must_check enum status network_parse(const char *text, struct network *ret_network);
void network_format(const struct network *network, char ret_text[static NETWORK_TEXT_BYTES]);

enum target_kind {
    TARGET_REFUSED, /* private, of this machine, of a link, not routed, of another family … */
    TARGET_PUBLIC,
    TARGET_ALLOWED, /* in one of the networks */
};

/* IPv4 within IPv6 (mapped, 6to4, NAT64) is judged as the IPv4 address that it leads to. */
enum target_kind target_kind(const struct sockaddr *address, const struct network *allowed, size_t n_allowed);

#endif
