/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * document.h: files on hendelser: announced, filled in parts, read piece by piece (P6, P10). Nothing in a case has rights of its own
 * (P9): whoever may read a document may read all of the case.
 */
#ifndef TRYGG_DOMAIN_DOCUMENT_H
#define TRYGG_DOMAIN_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/byte_range.h"
#include "domain/listing.h"
#include "domain/person_name.h"
#include "domain/personsak.h"
#include "domain/strike.h"
#include "media/media.h"

/* A part, unless it is the last, has from the least to the most; the most fits a request's body and one job of the writer. */
enum { DOCUMENT_LEAST_PART = 64 << 10, DOCUMENT_MOST_PART = 960 << 10 };

/* As many there may be on one hendelse; their size is the operator's to say (call/call.h). */
enum { DOCUMENTS_OF_HENDELSE = 100 };

/* ---- What is told of one ------------------------------------------------------------------------------------------------ */

struct document {
    struct uuid id;
    struct personsak_id personsak;
    struct uuid hendelse;
    const char *name; /* as its media type NULL: it is struck, and that is not shown (P10) */
    const char *media_type;
    int64_t size;
    int64_t received; /* all of it when it is the size */
    struct person_id author;
    int64_t recorded_at;
    int64_t version;
    const char *ground;
    struct strike struck; /* itself, or with its hendelse */

    /* As fetched, until the columns are opened. */
    bool shown;
    struct uuid struck_object;
    struct sealed sealed_name, sealed_media_type;
};

struct document_read {
    struct uuid id;
    struct document document; /* out, with the names of those in it */
    struct person_names names;
    struct key_id key;
};
extern const struct read_case document_read_case;

/* Those of one hendelse, in the order in which they were announced. */
struct document_list {
    struct uuid hendelse;
    struct listing page;
    struct document *documents; /* out, page.n of them */
    struct person_names names;
    struct key_id key;
    const struct grant *grant; /* on all of them */
};
extern const struct read_case document_list_case;

/* ---- Announcing one, and sending its bytes ------------------------------------------------------------------------------ */

struct document_create {
    struct uuid hendelse;
    const char *name;
    const char *media_type; /* one that may be kept */
    int64_t size;

    struct personsak_id personsak;
    bool closed, struck;
    struct key_id key;
    struct uuid id;
    struct sealed sealed_name, sealed_media_type;
};
extern const struct write_case document_create_case;

/* One part. STATUS_OFFSET_MISMATCH when it does not begin where what has come ends: `received` says where that is. */
struct document_send {
    struct uuid id;
    int64_t offset;
    const void *bytes;
    size_t len;
    struct media *media;
    struct failure *failure;
    int64_t received; /* out: with this part, or without it when it is refused */

    /* By relate; what is sealed, by prepare: for the part that begins at `sealed_at`. */
    struct personsak_id personsak;
    bool closed, struck;
    struct key_id key;
    int64_t size, parts, version;
    struct sealed sealed_media_type;
    int64_t sealed_at;
    struct sealed sealed;
    bool mismatch; /* it is not what it was announced as */
};
extern const struct write_case document_send_case;

/* P10. */
extern const struct strike_kind document_strike_kind;

/* ---- Its bytes ---------------------------------------------------------------------------------------------------------- */

/* What reading a piece rests on. */
struct document_whole {
    struct organisation_id organisation;
    struct uuid document;
    struct key_id key;
    int64_t size;
};

/* One part as it is stored. */
struct document_piece {
    int64_t part;
    int64_t start, size;
    struct sealed sealed;
    const void *bytes; /* opened */
};

/* Which bytes are wanted, and the first piece of them. All parts are looked over before anything is answered: there are none too few, and
 * each goes on where the one before it ends. STATUS_DOCUMENT_UNFINISHED, with `received`, when not all bytes have come, unless that is
 * what is asked; STATUS_RANGE_BEYOND; STATUS_FORBIDDEN for one that is struck, whose content is for rektor only (P10). */
struct document_content {
    struct uuid id;
    struct byte_range range;
    const char *range_if;   /* the version that the range is of; NULL: of any */
    bool may_be_unfinished; /* then `received` is all that is told */

    struct document_whole whole; /* out, as all that follows */
    int64_t received;
    int64_t version;
    const char *name;
    const char *media_type;
    bool partial; /* less than all of it was asked for */
    uint64_t first, len;
    struct document_piece piece; /* in which `first` lies */

    int64_t parts;
    bool struck;
    struct sealed sealed_name, sealed_media_type;
};
extern const struct read_case document_content_case;

/* SQL: this part. STATUS_CORRUPT when it is not there, or is not the last exactly where the document ends. */
must_check enum status document_piece_fetch(struct session *session, const struct document_whole *whole, int64_t part,
                                            struct document_piece *ret_piece);

/* Crypto: opens it into the arena. */
must_check enum status document_piece_open(struct vault *vault, const struct document_whole *whole, struct arena *arena,
                                           struct document_piece *piece);

/* ---- Those that nobody went on with -------------------------------------------------------------------------------------- */

/* In a job: takes back the last part of the unfinished upload whose newest part is oldest, and older than `before`; the upload itself when it
 * has none left. *ret_done: there was nothing to take back. */
must_check enum status document_expire(struct tx *tx, int64_t before, bool *ret_done);

#endif
