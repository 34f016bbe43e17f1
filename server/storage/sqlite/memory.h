/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * memory.h: the memory that SQLite works in. What it gives back is not wiped, as everything else is in tryggd: SQLite is handed nothing that
 * would have to be (docs/decisions/0016-free-wipes.md).
 */
#ifndef TRYGG_STORAGE_SQLITE_MEMORY_H
#define TRYGG_STORAGE_SQLITE_MEMORY_H

/* Before SQLite is started; too late is merely slower. */
void memory_register(void);

#endif
