/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * strike.h: marking as wrongly recorded (P10). What is struck stays, its content for rektor only; nobody takes the mark back. The same for
 * every kind of thing in a personsak; what the kinds differ in is a table.
 */
#ifndef TRYGG_DOMAIN_STRIKE_H
#define TRYGG_DOMAIN_STRIKE_H

#include "domain/person_name.h"
#include "domain/seal.h"

/* What is told of a mark: that it is there, by whom and when; and why, to those who see the content. */
struct strike {
    bool is_struck;
    struct person_id by;
    int64_t at;
    const char *by_name; /* in open */
    const char *reason;  /* NULL: not shown */
    struct sealed sealed_reason;
};

/* In fetch: how this thing is struck, if it is; adds by whom. */
must_check enum status strike_fetch(struct scene *scene, const struct uuid *object, struct person_names *names,
                                    struct strike *ret_strike);

/* In open, once the names are: `shown` says whether the reason is (SHOW_STRUCK). `row` is the struck thing's, of any version. */
must_check enum status strike_open(const struct sealed_row *row, bool shown, const struct person_names *names,
                                   struct strike *strike);

/* Where the thing stands. */
struct strike_place {
    struct personsak_id personsak;
    struct key_id key; /* the personsak's */
    bool is_struck;    /* already */
};

struct strike_kind {
    enum action action;

    /* The facts of the right, and the subject of the row. Of what is not there the relation says so, and ret_place is not written. */
    enum status (*relate)(struct scene *scene, enum action action, const struct uuid *id, struct relation *ret_relation,
                          struct strike_place *ret_place);

    /* In apply: a new version of the thing itself. */
    enum status (*mark)(struct tx *tx, const struct uuid *id);
};

/* Also in a closed personsak; STATUS_STRUCK the second time. */
struct strike_write {
    const struct strike_kind *kind;
    struct uuid id;
    const char *reason;

    struct strike_place place;   /* by relate */
    struct sealed sealed_reason; /* by prepare */
};
extern const struct write_case strike_case;

#endif
