/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log_office.h: who signs the logs, and making a checkpoint (V3). Each school's log and the organisation's own is a tree of its own; its id is
 * the school's or organisation's, its origin "<name>/<id>", which is also the name of its keys.
 */
#ifndef TRYGG_DOMAIN_LOG_OFFICE_H
#define TRYGG_DOMAIN_LOG_OFFICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/status.h"
#include "base/tally.h"
#include "crypto/signing.h"
#include "proof/note.h"
#include "storage/storage.h"

struct log_draft;

/* One for the whole house; made by call/, which hands it to use cases through their inputs. */
struct log_office {
    const char *name;          /* the first part of every origin */
    struct signing_keys *keys; /* all of them sign; NULL: this process signs nothing */
    const struct note_key *witnesses;
    size_t n_witnesses; /* whose cosignatures are taken */
    struct store *store;

    enum status (*keep)(void *context, const struct log_draft *draft); /* stores it in a transaction of its own */
    void *context;
    void (*refused)(const struct uuid *tree, const char *why); /* tells the operator; `why` is a constant */

    struct tally made; /* checkpoints that were stored */
    struct tally refusals;
};

/* Makes a new key file unless there is one, which is STATUS_EXISTS; either way it can be opened, unless STATUS_EXISTS comes with
 * SIGNING_NO_LOCKED_MEMORY. STATUS_COMMIT_UNKNOWN when it was made, but a power cut may take it. */
must_check enum status log_make_keys(const char *path, enum signing_fault *ret_fault);

/* The office's keys. Closing accepts an office without. */
must_check enum status log_open_keys(struct log_office *office, const char *path, enum signing_fault *ret_fault);
void log_close_keys(struct log_office *office);

/* Whether it may be the first part of an origin: "/" and a tree's id stand behind it. */
enum { LOG_NAME_MAX = NOTE_NAME_BYTES - UUID_TEXT_BYTES - 1 };
static inline bool log_name_is_good(const char *name)
{
    return strlen(name) <= LOG_NAME_MAX && note_name_is_good(name);
}

/* "<name>/<tree id>"; asserts a good name. */
void log_origin(const struct log_office *office, const struct uuid *tree, char ret_origin[static NOTE_NAME_BYTES]);

/* 0 when this process signs nothing. */
size_t log_keys_count(const struct log_office *office);

/* Number `at` of office->keys as the key of this log. */
void log_key(const struct log_office *office, const struct uuid *tree, size_t at, struct note_key *ret_key);

/* The newest checkpoint of a tree. STATUS_NOT_FOUND when there is none yet. */
struct log_signed {
    uint64_t size;
    int64_t made_at; /* ms */
    const char *note;
};
must_check enum status log_newest(struct session *session, const struct uuid *tree, struct log_signed *ret_signed);

/* A tree as it is now, signed, and not stored yet. */
struct log_draft {
    struct uuid tree;
    uint64_t size;
    const char *note; /* in the arena */
    bool is_new;      /* false: it is the newest checkpoint that is stored already */

    /* Of log_sign_cosigned alone: whose note it is, and which one it takes the place of. NULL: it is the log's newest. */
    const char *witness;
    const char *instead_of;
};

/* Whether the newest checkpoint of the tree is by one of the keys, or there is none yet. STATUS_CORRUPT, counted and told, when not, or when
 * it cannot be read: the tree will not be signed. The tree itself is not looked at. */
must_check enum status log_check_keys(struct log_office *office, const struct uuid *tree, struct arena *arena);

/* Signs the tree as it is in a snapshot of its own, on the caller's thread, with all keys, unless its newest checkpoint says that already.
 * STATUS_NOT_FOUND without such a tree. STATUS_CORRUPT, counted and told, when the newest checkpoint is not by one of the keys or one of
 * its signatures is forged, the tree does not go on from it, or rows, kept roots and head differ: then nothing is signed. */
must_check enum status log_draft(struct log_office *office, const struct uuid *tree, struct arena *arena,
                                 struct log_draft *ret_draft);

/* Inside a transaction. ret_size: of the newest checkpoint afterwards, which may be a larger one that came in between. */
must_check enum status log_draft_store(struct tx *tx, const struct log_draft *draft, uint64_t *ret_size);

/* Both, for a checkpoint that is needed now: on the caller's thread, never within a session or transaction. Statuses of log_draft and of
 * store_write. */
must_check enum status log_make(struct log_office *office, const struct uuid *tree, struct arena *arena);

/* What the log says of any size up to that of its newest checkpoint (NULL: of this one), signed with all keys, whether it was asked for
 * before or not. In the arena. STATUS_NOT_FOUND when the log has signed nothing so large; STATUS_CORRUPT as log_draft, and before anything
 * is signed. */
must_check enum status log_note_of_size(struct log_office *office, const struct uuid *tree, const uint64_t *size,
                                        struct arena *arena, struct log_signed *ret_signed);

/* Signs what witnesses have cosigned again where not all keys have signed it, and stores it: who knows one key alone can go on with it. As
 * log_make: statuses, and what it may not be within. */
must_check enum status log_sign_cosigned(struct log_office *office, const struct uuid *tree, struct arena *arena);

/* How a note stands to the keys of this log (note_verify_any). */
enum note_verdict log_verify(const struct log_office *office, const struct uuid *tree, const struct note *note,
                             size_t *ret_signed);

#endif
