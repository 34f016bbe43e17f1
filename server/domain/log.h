/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * log.h: following the logs (V1): which there are, their checkpoints, proofs that they only grew, and their hashes. Inputs are filled in by
 * api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_LOG_H
#define TRYGG_DOMAIN_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "base/tile_path.h"
#include "crypto/hash.h"
#include "domain/listing.h"
#include "domain/log_office.h"
#include "domain/scene.h"
#include "proof/tree.h"

/* A log by its id: the school's, or the organisation's. */
struct log_target {
    struct log_office *office;
    struct uuid id;
};

/* The right on a log is one action for a school's and another for the organisation's own. */
enum log_right { LOG_FOLLOW, LOG_SIGN };

/* The facts of a right on one log, and what its row is about. */
must_check enum status log_relate(struct scene *scene, const struct uuid *id, enum log_right right,
                                  struct relation *ret_relation);

/* What is asked for of the log is not there: so it looks to those who may follow it; to all others it looks as it did before. */
must_check enum status log_lacks(struct scene *scene, struct relation *relation);

/* ---- Which there are ---------------------------------------------------------------------------------------------------- */

struct log_line {
    struct uuid id;
    bool is_school;
    const char *origin;
    const char *keys[SIGNING_KEYS_MAX]; /* vkeys, n_keys of the list */
    bool is_signed;
    uint64_t size; /* of its newest checkpoint, if it has one */
    int64_t at;    /* ms */
    const char *ground;
};
struct log_list {
    struct listing page;
    struct log_office *office;
    struct log_line *lines; /* out, page.n of them */
    size_t n_keys;          /* out */
};
extern const struct read_case log_list_case;

/* ---- Checkpoints -------------------------------------------------------------------------------------------------------- */

struct log_checkpoint {
    struct log_target log;
    const char *witness; /* the newest that this one has signed; NULL: the newest */
    const char *note;    /* out */
};
extern const struct read_case log_checkpoint_case;

struct log_making {
    struct log_target log;
    struct log_draft draft; /* by prepare */
};
extern const struct write_case log_making_case;

struct log_cosigning {
    struct log_target log;
    bool has_size; /* of the checkpoint that was signed; false: the newest */
    uint64_t size;
    const char *line;
    struct failure *failure;

    /* By prepare: what is wrong with it (NULL: nothing), or what is to be stored. */
    const char *wrong;
    enum failure_code code;
    const struct note_key *witness; /* of the office's */
    uint64_t time;                  /* of the cosignature, in seconds since 1970 */
    uint64_t signed_size;
    const char *note;
};
extern const struct write_case log_cosigning_case;

/* ---- Hashes ------------------------------------------------------------------------------------------------------------- */

struct log_consistency {
    struct log_target log;
    uint64_t from;
    uint64_t to;
    struct failure *failure;
    struct tree_proof proof; /* out */
};
extern const struct read_case log_consistency_case;

struct log_tile {
    struct log_target log;
    unsigned level;
    struct tile_path tile;
    struct hash hashes[TILE_WIDTH]; /* out, tile.width of them */
};
extern const struct read_case log_tile_case;

#endif
