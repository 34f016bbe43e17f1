/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * begun.h: what ulfius holds for a request that has begun, kept with its connection. libmicrohttpd does not tell of every request that it
 * is over: of one whose head fills the connection's memory, so that not even its own 431 finds room, nobody hears again. What is
 * left is given back when the connection ends or its next request begins.
 */
#ifndef TRYGG_HTTP_BEGUN_H
#define TRYGG_HTTP_BEGUN_H

#include <microhttpd.h>

struct connection_info_struct;

struct begun {
    struct connection_info_struct *info; /* ulfius's own; NULL between requests */
};

/* With the request line. NULL without memory: ulfius then drops the connection. */
struct connection_info_struct *begun_start(struct begun *begun, struct MHD_Connection *connection, const char *uri);

/* When libmicrohttpd says that the request is over. */
void begun_over(struct begun *begun, struct MHD_Connection *connection, void **info,
                enum MHD_RequestTerminationCode code);

/* Gives back what no one has said to be over. */
void begun_abandon(struct begun *begun, struct MHD_Connection *connection);

#endif
