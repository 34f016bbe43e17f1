/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * progress.h: how far a long call has come, for people who wait: a bar on standard error where that is a terminal, else nothing.
 */
#ifndef TRYGG_CLI_PROGRESS_H
#define TRYGG_CLI_PROGRESS_H

/* {0} is one that has shown nothing yet. */
struct progress {
    int shown; /* the per cent shown last, and 1 */
};

/* Shows that `done` of `total` bytes are there. */
void progress_show(struct progress *progress, long long done, long long total);

/* Clears the bar away; whatever is said next begins a line. */
void progress_end(struct progress *progress);

#endif
