/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * target.c: judges the addresses that requests of our own may go to.
 * May not touch names: what is judged is the address that is about to be connected to.
 * Always: what no row calls public is refused; the tables are IANA's registries of special-purpose addresses.
 */
#include "outbound/target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESS_BYTES = 16, ADDRESS_BITS = 128, MAPPED_BITS = 96, BYTE_BITS = 8 };

static const uint8_t mapped_prefix[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

#define IPV4(a, b, c, d, prefix)                                                                                       \
    {                                                                                                                  \
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, (a), (b), (c), (d)}, MAPPED_BITS + (prefix)                         \
    }

/* IPv4 that does not lead into the open net. */
static const struct network closed[] = {
    IPV4(0, 0, 0, 0, 8),       /* this network */
    IPV4(10, 0, 0, 0, 8),      /* private */
    IPV4(100, 64, 0, 0, 10),   /* shared by carriers */
    IPV4(127, 0, 0, 0, 8),     /* loopback */
    IPV4(169, 254, 0, 0, 16),  /* of a link, and of clouds' metadata */
    IPV4(172, 16, 0, 0, 12),   /* private */
    IPV4(192, 0, 0, 0, 24),    /* protocol assignments */
    IPV4(192, 0, 2, 0, 24),    /* documentation */
    IPV4(192, 31, 196, 0, 24), /* AS112 */
    IPV4(192, 52, 193, 0, 24), /* AMT */
    IPV4(192, 88, 99, 0, 24),  /* 6to4 relays */
    IPV4(192, 168, 0, 0, 16),  /* private */
    IPV4(192, 175, 48, 0, 24), /* AS112 */
    IPV4(198, 18, 0, 0, 15),   /* benchmarks */
    IPV4(198, 51, 100, 0, 24), /* documentation */
    IPV4(203, 0, 113, 0, 24),  /* documentation */
    IPV4(224, 0, 0, 0, 4),     /* multicast */
    IPV4(240, 0, 0, 0, 4),     /* reserved, broadcast */
};

/* IPv6 is open only in 2000::/3, and there but for these. */
static const struct network global = {{0x20}, 3};
static const struct network closed_global[] = {
    {{0x20, 0x01}, 23},                /* protocol assignments, Teredo, ORCHID, benchmarks */
    {{0x20, 0x01, 0x0d, 0xb8}, 32},    /* documentation */
    {{0x26, 0x20, 0, 0x4f, 0x80}, 48}, /* AS112 */
    {{0x3f, 0xff}, 20},                /* documentation */
};

/* Where IPv4 stands in IPv6: the bits before it. */
static const struct network carriers[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, MAPPED_BITS}, /* mapped */
    {{0, 0x64, 0xff, 0x9b}, MAPPED_BITS},                      /* NAT64 */
    {{0x20, 0x02}, 16},                                        /* 6to4 */
};

static bool is_within(const uint8_t address[static ADDRESS_BYTES], const struct network *network)
{
    const unsigned whole = network->bits / BYTE_BITS, rest = network->bits % BYTE_BITS;

    if (memcmp(address, network->bytes, whole) != 0)
        return false;
    return rest == 0 || (address[whole] ^ network->bytes[whole]) >> (BYTE_BITS - rest) == 0;
}

static bool is_within_any(const uint8_t address[static ADDRESS_BYTES], const struct network *networks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_within(address, &networks[i]))
            return true;
    return false;
}

static void map_ipv4(const void *ipv4, uint8_t ret_address[static ADDRESS_BYTES])
{
    memcpy(ret_address, mapped_prefix, sizeof mapped_prefix);
    memcpy(ret_address + sizeof mapped_prefix, ipv4, ADDRESS_BYTES - sizeof mapped_prefix);
}

/* ---- Networks as text -------------------------------------------------------------------------------------------------- */

/* The bits of a prefix as the text says, or all of them; STATUS_INVALID when it is no such number. */
static enum status prefix_read(const char *slash, unsigned max, unsigned *ret_bits)
{
    const char *digits = slash == NULL ? "" : slash + 1;
    const size_t n = strspn(digits, "0123456789");

    if (slash == NULL) {
        *ret_bits = max;
        return STATUS_OK;
    }
    if (n < 1 || n > 3 || digits[n] != '\0' || strtoul(digits, NULL, 10) > max)
        return STATUS_INVALID;
    *ret_bits = (unsigned)strtoul(digits, NULL, 10);
    return STATUS_OK;
}

static bool has_stray_bits(const struct network *network)
{
    for (unsigned bit = network->bits; bit < ADDRESS_BITS; bit++)
        if (network->bytes[bit / BYTE_BITS] & (0x80U >> bit % BYTE_BITS))
            return true;
    return false;
}

enum status network_parse(const char *text, struct network *ret_network)
{
    const char *slash = strchr(text, '/');
    const size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
    struct network network = {.bits = 0};
    char address[INET6_ADDRSTRLEN];
    uint8_t ipv4[4];

    if (len >= sizeof address)
        return STATUS_INVALID;
    memcpy(address, text, len);
    address[len] = '\0';
    if (inet_pton(AF_INET, address, ipv4) == 1) {
        map_ipv4(ipv4, network.bytes);
        TRY(prefix_read(slash, ADDRESS_BITS - MAPPED_BITS, &network.bits));
        network.bits += MAPPED_BITS;
    } else {
        if (inet_pton(AF_INET6, address, network.bytes) != 1)
            return STATUS_INVALID;
        TRY(prefix_read(slash, ADDRESS_BITS, &network.bits));
    }
    if (has_stray_bits(&network))
        return STATUS_INVALID;
    *ret_network = network;
    return STATUS_OK;
}

void network_format(const struct network *network, char ret_text[static NETWORK_TEXT_BYTES])
{
    const bool is_ipv4 = network->bits >= MAPPED_BITS && is_within(network->bytes, &carriers[0]);
    char address[INET6_ADDRSTRLEN] = "";

    if (is_ipv4)
        inet_ntop(AF_INET, network->bytes + sizeof mapped_prefix, address, sizeof address);
    else
        inet_ntop(AF_INET6, network->bytes, address, sizeof address);
    snprintf(ret_text, NETWORK_TEXT_BYTES, "%s/%u", address, is_ipv4 ? network->bits - MAPPED_BITS : network->bits);
}

/* ---- Addresses --------------------------------------------------------------------------------------------------------- */

static bool address_read(const struct sockaddr *address, uint8_t ret_bytes[static ADDRESS_BYTES])
{
    if (address->sa_family == AF_INET) {
        map_ipv4(&((const struct sockaddr_in *)(const void *)address)->sin_addr, ret_bytes);
        return true;
    }
    if (address->sa_family == AF_INET6)
        memcpy(ret_bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, ADDRESS_BYTES);
    return address->sa_family == AF_INET6;
}

/* The IPv4 address that it leads to, if it does. */
static void unwrap(uint8_t address[static ADDRESS_BYTES])
{
    for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++) {
        if (is_within(address, &carriers[i])) {
            uint8_t ipv4[4];
            memcpy(ipv4, address + carriers[i].bits / BYTE_BITS, sizeof ipv4);
            map_ipv4(ipv4, address);
            return;
        }
    }
}

enum target_kind target_kind(const struct sockaddr *address, const struct network *allowed, size_t n_allowed)
{
    uint8_t bytes[ADDRESS_BYTES];

    if (!address_read(address, bytes))
        return TARGET_REFUSED;
    unwrap(bytes);
    if (is_within_any(bytes, allowed, n_allowed))
        return TARGET_ALLOWED;
    if (is_within(bytes, &carriers[0]))
        return is_within_any(bytes, closed, sizeof closed / sizeof *closed) ? TARGET_REFUSED : TARGET_PUBLIC;
    if (!is_within(bytes, &global) || is_within_any(bytes, closed_global, sizeof closed_global / sizeof *closed_global))
        return TARGET_REFUSED;
    return TARGET_PUBLIC;
}
