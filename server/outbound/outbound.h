/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * outbound.h: requests of our own, to where a target may be (target.h). Each address is judged when it is about to be connected to, so that
 * a name which leads elsewhere by then helps nobody. No redirect is followed, no proxy asked, no connection kept, and what is answered is
 * thrown away. One thread uses it; outbound_wake is for others.
 */
#ifndef TRYGG_OUTBOUND_OUTBOUND_H
#define TRYGG_OUTBOUND_OUTBOUND_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "outbound/target.h"

struct outbound;

struct outbound_settings {
    const struct network *allowed; /* besides public addresses, and the only ones for plain http; borrowed */
    size_t n_allowed;
    const char *ca_file; /* of those who vouch for https; NULL: the system's own. borrowed */
    int64_t timeout_ms;  /* of one request, from the look-up of its name to the end of its answer */
};

/* `settings` is copied, what it points to is borrowed. */
must_check enum status outbound_open(const struct outbound_settings *settings, struct outbound **ret_outbound);

/* Ends what is on its way. Accepts NULL, returns NULL. */
struct outbound *outbound_close(struct outbound *outbound);

enum { OUTBOUND_AT_ONCE = 16, OUTBOUND_HEADERS = 4 };

struct outbound_header {
    const char *name;
    const char *value;
};

/* A POST of JSON. Everything is copied, but for the ticket, which its result brings back. */
struct outbound_post {
    const char *url;
    const char *body;
    struct outbound_header headers[OUTBOUND_HEADERS];
    void *ticket;
};

/* Sends it on its way. STATUS_BUSY when as many are on their way as may be, STATUS_INVALID for a URL that is none of http and https. */
must_check enum status outbound_send(struct outbound *outbound, const struct outbound_post *post);

enum outbound_end {
    OUTBOUND_TAKEN,     /* answered 2xx */
    OUTBOUND_ANSWERED,  /* answered otherwise, or with too much */
    OUTBOUND_REFUSED,   /* it leads to where nothing may go */
    OUTBOUND_TIMED_OUT, /* not answered in time */
    OUTBOUND_FAILED,    /* no such name, no connection, no trust */
    OUTBOUND_ENDS
};

struct outbound_result {
    void *ticket;
    enum outbound_end end;
    int http_status; /* 0: none */
};

/* Waits until something has ended, outbound_wake is called, or so many ms have passed. Returns how many have ended. */
size_t outbound_wait(struct outbound *outbound, int64_t ms,
                     struct outbound_result ret_results[static OUTBOUND_AT_ONCE]);
void outbound_wake(struct outbound *outbound);

#endif
