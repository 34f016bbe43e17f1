/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * waiting.h: how long a test waits for another thread. To have waited in vain ends the program: the other one may use what the test has on
 * its stack, or hold what the end of the test needs, so that no other test could follow.
 */
#ifndef TRYGG_TESTS_WAITING_H
#define TRYGG_TESTS_WAITING_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Generous: nothing but a failure takes so long. */
enum { WAITING_S = 30 };

/* By CLOCK_MONOTONIC. */
static inline struct timespec waiting_until(void)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += WAITING_S;
    return until;
}

/* `what` completes the sentence. */
_Noreturn static inline void waited_in_vain(const char *what)
{
    fprintf(stderr, "Waited %d s in vain for %s.\n", WAITING_S, what);
    abort();
}

/* Between two looks at something that tells nobody of its change. */
static inline void waiting_nap(const struct timespec *until, const char *what)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec > until->tv_sec)
        waited_in_vain(what);
    nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

#endif
