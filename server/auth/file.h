/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * file.h: small files read and made whole: key sets and the local issuer's key.
 */
#ifndef TRYGG_AUTH_FILE_H
#define TRYGG_AUTH_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/status.h"

/* What tells one state of a file from another without reading it. */
struct file_stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
    struct timespec changed; /* mtime can be set by hand, ctime cannot */
};

/* False when the file is not there. */
bool file_stamp_of(const char *path, struct file_stamp *ret_stamp);
bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b);

/* Permission bits that a file must not have: whoever can write a key set can be anyone, whoever can read a key too. */
enum { FILE_WRITABLE_BY_OTHERS = S_IWGRP | S_IWOTH, FILE_OPEN_TO_OTHERS = S_IRWXG | S_IRWXO };

/* Why a file was not taken. */
enum file_fault {
    FILE_FINE,
    FILE_MISSING,
    FILE_CLOSED,   /* this user may not open it, or its links lead in a circle */
    FILE_TOO_OPEN, /* it has a permission bit that it must not have */
    FILE_NOT_REGULAR,
    FILE_UNREADABLE, /* the disk or the system fails */
};

/* Appends a regular file to `contents`, whose maximum it must not exceed (STATUS_TOO_LARGE), and which has none of the bits of `never`.
 * ret_fault is always written: STATUS_NOT_FOUND, _FORBIDDEN, _FORBIDDEN, _INVALID, _IO in the order of the faults. ret_stamp is the state
 * in which it was opened. */
must_check enum status file_read(const char *path, mode_t never, struct buffer *contents, struct file_stamp *ret_stamp,
                                 enum file_fault *ret_fault);

#endif
