/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * key_file.h: files that hold secret keys, for the files of this room alone: how they are read, made and replaced, whatever is in them.
 * The text of a key lies in locked memory; whoever owns it wipes it.
 */
#ifndef TRYGG_CRYPTO_KEY_FILE_H
#define TRYGG_CRYPTO_KEY_FILE_H

#include <stddef.h>

#include "base/status.h"

/* Why a file was not taken; keyring.h and signing.h say what each means. */
enum key_file_fault {
    KEY_FILE_FINE,
    KEY_FILE_MISSING,
    KEY_FILE_UNREADABLE,
    KEY_FILE_READABLE_BY_OTHERS,
    KEY_FILE_NOT_REGULAR,
};

/* Reads until the end or until max bytes are there. ret_fault is always written; the text and its length only with STATUS_OK and
 * KEY_FILE_FINE. A fault of the file is no failure of the call: STATUS_IO is one of reading. */
must_check enum status key_file_read(const char *path, char *ret_text, size_t max, size_t *ret_len,
                                     enum key_file_fault *ret_fault);

/* A new file, mode 0600, fsynced with its folder, and removed again when that fails. STATUS_EXISTS rather than overwrite; STATUS_IO;
 * STATUS_COMMIT_UNKNOWN as in new_file.h. */
must_check enum status key_file_create(const char *path, const char *text, size_t len);

/* What makes the new text of the old: in `text`, which has room for max bytes; *len is that of the one, then of the other. A failure ends
 * the call with that status, and the file stays as it is. */
struct key_file_editor {
    char *text;
    size_t max;
    enum status (*edit)(void *context, size_t *len);
    void *context;
};

/*
 * Replaces the file's text by what the editor makes of it: written to PATH.new with the file's mode and owner, fsynced, and renamed over it.
 * PATH.new is a lock as well: STATUS_EXISTS when it is there, as another is at it or was cut short. STATUS_COMMIT_UNKNOWN when the file
 * is the new one, but its folder could not be synced: a power cut may bring the old one back. Faults as in key_file_read.
 */
must_check enum status key_file_edit(const char *path, const struct key_file_editor *editor,
                                     enum key_file_fault *ret_fault);

#endif
