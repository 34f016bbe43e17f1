/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * address.h: where a server listens: reading it, whether it is this machine alone, and how it is shown.
 */
#ifndef TRYGG_HTTP_ADDRESS_H
#define TRYGG_HTTP_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

enum { ADDRESS_TEXT_BYTES = INET6_ADDRSTRLEN + sizeof("[]:65535") };

/* STATUS_INVALID unless it is a numeric IPv4 or IPv6 address, the latter without brackets. */
must_check enum status address_read(const char *text, uint16_t port, union address *ret_address);

/* True for 127.0.0.0/8 and ::1, where plain HTTP may be spoken. */
bool address_is_loopback(const union address *address);

/* 127.0.0.1:8080, [::1]:8080, for a text that address_read takes. */
void address_show(const char *text, uint16_t port, char ret_text[static ADDRESS_TEXT_BYTES]);

#endif
