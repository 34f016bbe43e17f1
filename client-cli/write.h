/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write.h: calls whose body has a text that a person writes.
 */
#ifndef TRYGG_CLI_WRITE_H
#define TRYGG_CLI_WRITE_H

#include "http.h"
#include "options.h"
#include "outcome.h"

/* The text is the last argument, standard input for "-", or what the user's editor is left with; a text that was not taken is kept. A
 * change without an argument for it changes what the options say, or, without any, the text that is there, in the editor. */
must_check enum outcome write_run(struct http *http, const struct options *options);

#endif
