/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * trace.h: W3C Trace Context, level 1. A valid traceparent is taken over: its trace id and sampled flag stay, the parent id
 * becomes that of this request. Anything else starts a new trace.
 */
#ifndef TRYGG_HTTP_TRACE_H
#define TRYGG_HTTP_TRACE_H

enum { TRACEPARENT_TEXT_BYTES = 56 }; /* 55 characters and a NUL */

/* incoming: the header's value, or NULL without one. */
void trace_continue(const char *incoming, char ret_traceparent[static TRACEPARENT_TEXT_BYTES]);

#endif
