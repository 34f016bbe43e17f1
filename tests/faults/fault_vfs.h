/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * fault_vfs.h: a shim between SQLite and the file system that fails on demand. One fault is armed at a time. Thread-safe.
 */
#ifndef TRYGG_TESTS_FAULT_VFS_H
#define TRYGG_TESTS_FAULT_VFS_H

enum fault_operation { FAULT_WRITE, FAULT_SYNC };

/* Makes the shim the default, once, before any database is opened. */
void fault_install(void);

/* From now on, after `spared` more of them have passed, every such operation on a file whose name ends so answers `code`, until
 * disarmed. */
void fault_arm(enum fault_operation operation, const char *name_end, unsigned spared, int code);
void fault_disarm(void);

/* How many operations have failed since the fault was armed. */
unsigned fault_hits(void);

/* Every such operation on a file whose name ends so waits, from now until it is let go; the second waits until one does (in
 * vain: waiting.h), and the third until all go on. */
void fault_hold(enum fault_operation operation, const char *name_end);
void fault_wait_until_held(void);
void fault_let_go(void);

#endif
