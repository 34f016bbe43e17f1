/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * complain.h: how a command of tryggd ends when it cannot do its work: one sentence on stderr and an exit code of sysexits(3).
 * The sentences name files, settings and keys of the configuration, never a value that could be a secret or a person.
 */
#ifndef TRYGG_COMPLAIN_H
#define TRYGG_COMPLAIN_H

#include "base/status.h"
#include "call/call.h"
#include "config.h"

/* Prints "tryggd: " and the sentence; returns `code`, so that a command can `return complain(EX_CONFIG, …)`. */
int complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints "tryggd: warning: " and the sentence: the work is done, but perhaps not as it was meant. */
void complain_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The sentence and exit code of a house that was not made or opened. A fault without a sentence does not build. */
int complain_of_house(enum house_fault fault, enum status status, const struct house_settings *settings);

/* Those of a certificate and key that http/ does not take: STATUS_INVALID, STATUS_NOT_FOUND, STATUS_FORBIDDEN. */
int complain_of_certificate(const struct config *config, enum status status);

/* The exit code that goes with a status that has no sentence of its own. */
int exit_code_of(enum status status);

#endif
