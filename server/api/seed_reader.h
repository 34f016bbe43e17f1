/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seed_reader.h: the values of a seed file, each read strictly, with a place in the file for whatever is wrong. Private to api/: seed.c
 * builds the seed out of them.
 */
#ifndef TRYGG_API_SEED_READER_H
#define TRYGG_API_SEED_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/seed.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/status.h"

enum { MAX_NAME = 100, MAX_KEY = 64, MAX_ISSUER = 255, MAX_SUBJECT = 255, MAX_OFFSET_DAYS = 36500, MAX_STRANGER = 32 };

struct reader {
    struct arena *arena;
    int32_t today;
    struct seed_fault *fault;
    size_t path_len; /* of fault->path, which is where the reader stands */
    json_t *ids;     /* of the organisation being read */
    json_t *once;    /* what the store takes only once, as the names of members */
};

/* STATUS_INVALID, with what is wrong here, or at a member of what is here. `what` is a constant. */
enum status reader_member_fault(struct reader *reader, const char *name, const char *what);
enum status reader_fault(struct reader *reader, const char *what);

/* Goes to a member or element; the returned length brings the reader back. */
__attribute__((format(printf, 2, 3))) size_t reader_enter(struct reader *reader, const char *format, ...);

void reader_leave(struct reader *reader, size_t before);

/* `names` lists every member an object may have. Others are refused, by name where it can be one of a format: letters, '_' and '-'. */
must_check enum status reader_object(struct reader *reader, const json_t *object, const char *const *names);

/* A list, or NULL with length 0 where it is absent. */
must_check enum status reader_list(struct reader *reader, const json_t *object, const char *name,
                                   const json_t **ret_list, size_t *ret_n);

/* A line of 1 to max code points. */
must_check enum status reader_text(struct reader *reader, const json_t *object, const char *name, size_t max,
                                   const char **ret_text);

/* One of the words; ret_word is the constant of the list, which ends with NULL. */
must_check enum status reader_word(struct reader *reader, const json_t *object, const char *name,
                                   const char *const *words, const char **ret_word);

/* true or false; absent is false. */
must_check enum status reader_flag(struct reader *reader, const json_t *object, const char *name, bool *ret_flag);

/* "from" and "until", ISO days or days relative to today; absent ends are open. */
must_check enum status reader_period(struct reader *reader, const json_t *object, struct period *ret_period);

/* `name` stands for the value; it is found here that it comes twice, before anything is made of the seed. */
must_check enum status reader_once(struct reader *reader, const char *name, const char *what);

must_check enum status reader_member_once(struct reader *reader, const char *member, const char *name,
                                          const char *what);

/* The organisation that is being read, as the first word of what it takes only once. */
const char *reader_organisation(const struct reader *reader);

/* Reads "key" and "id" and enters them into `map`, which is both what the caller gets and how references are found. */
must_check enum status reader_key(struct reader *reader, const json_t *object, json_t *map, struct uuid *ret_id);

/* What a key names among the things of a kind that have been read, of this organisation. */
must_check enum status reader_find(struct reader *reader, const char *kind, const json_t *key, struct uuid *ret_id);
must_check enum status reader_reference(struct reader *reader, const json_t *object, const char *name, const char *kind,
                                        struct uuid *ret_id);

#endif
