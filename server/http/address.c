/* SPDX-License-Identifier: EUPL-1.2 */
/* Reads and shows the addresses of listeners.
 * May not resolve a name or open a socket.
 * What is loopback is decided here and nowhere else. */
#include "http/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum status address_read(const char *text, uint16_t port, union address *ret_address)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, text, &v4) == 1) {
        ret_address->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = v4};
        return STATUS_OK;
    }
    if (inet_pton(AF_INET6, text, &v6) == 1) {
        ret_address->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = v6};
        return STATUS_OK;
    }
    return STATUS_INVALID;
}

bool address_is_loopback(const union address *address)
{
    if (address->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
    return ntohl(address->v4.sin_addr.s_addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET;
}

void address_show(const char *text, uint16_t port, char ret_text[static ADDRESS_TEXT_BYTES])
{
    const bool v6 = strchr(text, ':') != NULL;
    snprintf(ret_text, ADDRESS_TEXT_BYTES, v6 ? "[%.*s]:%u" : "%.*s:%u", INET6_ADDRSTRLEN - 1, text, port);
}
