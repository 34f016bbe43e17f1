/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * shifted_clock.h: a wall clock that a test sets forward and back. For programs that link shifted_clock.c.
 */
#ifndef TRYGG_TESTS_SHIFTED_CLOCK_H
#define TRYGG_TESTS_SHIFTED_CLOCK_H

/* From now on the wall clock is so many days ahead of the machine's; 0: as it is. */
void shift_clock(int days);

#endif
