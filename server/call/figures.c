/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * figures.c: asks the store and the vault for their figures.
 * May not run a statement: whoever watches the house must not take a reader from those who work in it.
 * Always: a reading waits for no job and for no reader.
 */
#include "call/figures.h"

#include "call/house.h"
#include "call/log.h"

void house_figures(struct house *house, struct house_figures *ret_figures)
{
    size_t ready, full;

    store_figures(house->store, &ret_figures->store);
    vault_pool(house->vault, &ready, &full);
    ret_figures->keys_ready = ready;
    ret_figures->keys_full = full;
    house_log_figures(house, &ret_figures->log);
}
