/* SPDX-License-Identifier: EUPL-1.2 */
/* What tests/bench links into a copy of the daemon to learn what the log of a read costs: what goes to the writer is dropped.
 * May not be installed, packaged or run on anyone's records: it breaks V2 and V4 on purpose.
 * Always: it says so before anything else, runs only for whoever asks for exactly this, and changes nothing: no write is answered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "call/pipeline.h"
#include "storage/storage.h"

enum status __wrap_store_write(struct store *store, struct job *job);
enum status __wrap_call_write(const struct call *call, const struct write_case *what, void *input,
                              struct outcome_of_write *ret_outcome);
enum status __wrap_call_batch(const struct call *call, const struct write_case *what, struct batch_item *items,
                              size_t n);
enum status __wrap_call_look_up(struct house *house);

__attribute__((constructor)) static void say_what_this_is(void)
{
    const char *asked = getenv("TRYGG_BENCH");

    puts("tryggd-unlogged: tests/bench only; it logs no read and stores no change");
    (void)fflush(stdout);
    if (asked != NULL && strcmp(asked, "unlogged") == 0)
        return;
    (void)fputs("tryggd-unlogged: this is not tryggd and will not run as one\n", stderr);
    _Exit(EX_CONFIG);
}

enum status __wrap_store_write(struct store *store, struct job *job)
{
    (void)store;
    (void)job;
    return STATUS_OK;
}

enum status __wrap_call_write(const struct call *call, const struct write_case *what, void *input,
                              struct outcome_of_write *ret_outcome)
{
    (void)call;
    (void)what;
    (void)input;
    (void)ret_outcome;
    return STATUS_BUSY;
}

enum status __wrap_call_batch(const struct call *call, const struct write_case *what, struct batch_item *items,
                              size_t n)
{
    (void)call;
    (void)what;
    (void)items;
    (void)n;
    return STATUS_BUSY;
}

/* What would follow a log that stands still would find the same rows again and again. */
enum status __wrap_call_look_up(struct house *house)
{
    (void)house;
    return STATUS_OK;
}
