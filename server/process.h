/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * process.h: what the process uses of the machine, as the kernel tells.
 */
#ifndef TRYGG_PROCESS_H
#define TRYGG_PROCESS_H

#include <stdint.h>

/* What could not be found out is 0. */
struct process_figures {
    uint64_t resident_bytes;
    uint64_t virtual_bytes;
    uint64_t open_fds;
    uint64_t max_fds;
    uint64_t threads;
    uint64_t cpu_ns;
};

void process_figures(struct process_figures *ret_figures);

#endif
