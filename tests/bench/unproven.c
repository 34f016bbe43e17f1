/* SPDX-License-Identifier: EUPL-1.2 */
/* What tests/bench links into a copy of the daemon to learn what the trees of the log cost: rows are appended, and hashed by nobody.
 * May not be installed, packaged or run on anyone's records: its log proves nothing (V3).
 * Always: it says so before anything else, and runs only for whoever asks for exactly this. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "proof/leaf.h"
#include "proof/tree.h"

struct hash __wrap_leaf_hash(const struct leaf *leaf);
size_t __wrap_frontier_bytes(uint64_t size);
enum status __wrap_frontier_load(uint64_t size, const void *roots, size_t len, struct frontier *ret_frontier);
void __wrap_frontier_append(struct frontier *frontier, const struct hash *leaf, struct tree_grown *ret_grown);

__attribute__((constructor)) static void say_what_this_is(void)
{
    const char *asked = getenv("TRYGG_BENCH");

    puts("tryggd-unproven: tests/bench only; its log is no tree");
    (void)fflush(stdout);
    if (asked != NULL && strcmp(asked, "unproven") == 0)
        return;
    (void)fputs("tryggd-unproven: this is not tryggd and will not run as one\n", stderr);
    _Exit(EX_CONFIG);
}

struct hash __wrap_leaf_hash(const struct leaf *leaf)
{
    (void)leaf;
    return (struct hash){{0}};
}

size_t __wrap_frontier_bytes(uint64_t size)
{
    (void)size;
    return 0;
}

enum status __wrap_frontier_load(uint64_t size, const void *roots, size_t len, struct frontier *ret_frontier)
{
    (void)roots;
    (void)len;
    ret_frontier->size = size;
    return STATUS_OK;
}

void __wrap_frontier_append(struct frontier *frontier, const struct hash *leaf, struct tree_grown *ret_grown)
{
    (void)leaf;
    frontier->size++;
    ret_grown->n = 0;
}
