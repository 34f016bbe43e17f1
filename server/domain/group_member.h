/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group_member.h: which students are in a group, and when (M1, S4). Inputs are filled in by api/, results live in the call's arena.
 */
#ifndef TRYGG_DOMAIN_GROUP_MEMBER_H
#define TRYGG_DOMAIN_GROUP_MEMBER_H

#include "domain/record.h"

struct group_member {
    struct uuid id;
    int64_t version;
    struct group_id group;
    struct school_id school; /* of the group */
    struct student_id student;
    struct period period;
    const char *ground;
};

/* Filters of the page: ids[0] the group, ids[1] the student. */
enum { GROUP_MEMBER_LIST_BY_GROUP = 1 << 0, GROUP_MEMBER_LIST_BY_STUDENT = 1 << 1 };
extern const struct record_kind group_member_kind;

/* Makes, changes or puts a membership of a group. Group and student never change; a new one begins today and has no end unless said
 * otherwise. */
struct group_member_write {
    struct target target;
    struct reference group, student;
    struct period_change change;
    struct failure *failure; /* takes members that are missing, and references that lead nowhere */

    struct group_member stored; /* by relate: what is there, or what the new one leads to */
    bool group_known;           /* by relate, with what follows, of a new one: its group is there */
    bool student_known;         /* its student is there */
    bool student_enrolled;      /* at the group's school, now or to come */
    bool shown;                 /* the caller may know which groups of that school the student is in (S7) */
    struct key_id student_key;  /* if the student is known: the external id is about them */
};
extern const struct write_case group_member_write_case;

/* The facts of a right on a student's place in a group: how the caller stands to the student, at the school of the group and nowhere else,
 * whenever it is asked. */
struct group_member_facts {
    struct policy_object object; /* exists: the student is there */
    struct student_id student;   /* whom the id leads to: not a double that was merged (S4) */
    struct key_id student_key;
    bool protected_person; /* S7 */
    bool enrolled;         /* at this school, now or to come */
};
must_check enum status group_member_facts(struct scene *scene, const struct student_id *student,
                                          const struct school_id *school, struct group_member_facts *ret_facts);

/* Whether the caller may read this, and of a protected student know the group (S7). */
must_check enum status group_member_is_shown(struct scene *scene, const struct group_member_facts *facts,
                                             bool *ret_shown);

/* The membership that is there, with the facts and the subject of its row. One that is not there is no error: the relation then says so,
 * and nothing else is written. */
must_check enum status group_member_relate(struct scene *scene, enum action action, const struct uuid *id,
                                           struct relation *ret_relation, struct group_member *ret_member,
                                           struct group_member_facts *ret_facts);

#endif
