/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * draft.h: a text while it is being written: a file that only its owner can reach, in a folder of its own, so that what an editor
 * puts beside it lies there too.
 */
#ifndef TRYGG_CLI_DRAFT_H
#define TRYGG_CLI_DRAFT_H

#include <stddef.h>

#include "buffer.h"
#include "outcome.h"

enum { DRAFT_MAX_PATH = 512 };

struct draft {
    char folder[DRAFT_MAX_PATH];
    char path[DRAFT_MAX_PATH + 16];
};

/* Makes the folder in XDG_RUNTIME_DIR, TMPDIR or /tmp, and the file with this text. Complains itself, as all here. */
must_check enum outcome draft_make(const char *text, size_t len, struct draft *ret_draft);

/* Lets the user's editor change it: VISUAL or EDITOR, which the shell runs. OUTCOME_USAGE when the editor fails or there is none. */
must_check enum outcome draft_edit(const struct draft *draft);

/* What stands in it now, without the line ends behind it; the caller wipes. */
must_check enum outcome draft_read(const struct draft *draft, struct buffer *ret_text);

/* Overwrites and removes everything in the folder, and the folder. */
void draft_remove(const struct draft *draft);

/* Removes what the editor left beside the text, and says where the text is. */
void draft_keep(const struct draft *draft);

#endif
