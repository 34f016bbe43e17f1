/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak.c: what a right on a personsak, or on anything in it, rests on.
 * May not touch rights themselves: it gathers facts, policy/ decides.
 * Always: a personsak that does not exist and one of another organisation look the same from here on; nothing in one has rights of its own (P9).
 */
#include "domain/personsak.h"

#include <stdio.h>
#include <time.h>

#include "domain/student.h"
#include "statements.gen.h"

/* ---- Its reference ------------------------------------------------------------------------------------------------------ */

/* Crockford's base 32: no I, L, O, U. */
static char digit(unsigned five_bits)
{
    return "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[five_bits & 31];
}

/* The last 50 bits of a UUIDv7 are random (RFC 9562, 5.7): two of a million in a year are alike once in two thousand years. */
void personsak_reference(const struct personsak_id *id, char ret_text[static REFERENCE_TEXT_BYTES])
{
    uint64_t random = 0, ms = 0;
    char digits[10];
    struct tm tm;

    for (size_t i = 0; i < 6; i++)
        ms = ms << 8 | id->uuid.bytes[i];
    for (size_t i = 8; i < 16; i++)
        random = random << 8 | id->uuid.bytes[i];
    for (size_t i = 0; i < sizeof digits; i++)
        digits[i] = digit((unsigned)(random >> (5 * i)));
    const time_t seconds = (time_t)(ms / 1000);
    const unsigned year = gmtime_r(&seconds, &tm) != NULL ? (unsigned)(tm.tm_year + 1900) % 10000 : 0;
    (void)snprintf(ret_text, REFERENCE_TEXT_BYTES, "%04u-%.5s-%.5s", year, digits, digits + 5);
}

/* ---- Facts -------------------------------------------------------------------------------------------------------------- */

enum status module_load(struct scene *scene, enum action action, const struct school_id *school,
                        struct policy_object *object)
{
    struct sql_school_has_module_row row;

    if (!policy_creates(action))
        return STATUS_OK;
    TRY(sql_school_has_module(scene->session, &(struct sql_school_has_module_args){*school, "sikker-sak"}, &row));
    object->module_is_off = row.has == 0;
    return STATUS_OK;
}

unsigned personsak_bonds(int64_t handling)
{
    return handling == HANDLES_AS_LEADER ? BOND_LEADS : handling == HANDLES_BESIDE ? BOND_HANDLES : 0;
}

enum status personsak_relate(struct scene *scene, enum action action, const struct personsak_id *id,
                             struct relation *ret_relation, struct sql_personsak_by_id_row *ret_row)
{
    const struct sql_personsak_by_id_args args = {scene->keys->organisation, *id, scene->actor.person.uuid};
    struct relation relation = {
        .action = action,
        .subject = {.object_kind = registry_kind_name(KIND_PERSONSAK), .object = {true, id->uuid}},
    };
    struct sql_student_by_id_row student;
    struct sql_personsak_by_id_row row;

    enum status status = sql_personsak_by_id(scene->session, &args, &row);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        relation.object.exists = true;
        relation.object.bonds = scene->actor.policy.known ? personsak_bonds(row.bond) : 0;
        TRY(student_find(scene, &row.student, &student));
        TRY(student_family(scene, &student, &relation.object));
        TRY(place_always(scene->arena, &row.school, &relation.object));
        TRY(module_load(scene, action, &row.school, &relation.object));
        relation.subject.student = (struct maybe_uuid){true, student.student.uuid};
        relation.subject.school = (struct maybe_uuid){true, row.school.uuid};
        relation.version = row.version;
        *ret_row = row;
    }
    *ret_relation = relation;
    return STATUS_OK;
}

enum status personsak_relate_row(struct scene *scene, enum action action, const struct personsak_id *id,
                                 struct relation *ret_relation, const struct sql_personsak_by_id_row **ret_row)
{
    struct sql_personsak_by_id_row *row = arena_alloc(scene->arena, sizeof *row);

    if (row == NULL)
        return STATUS_NO_MEMORY;
    TRY(personsak_relate(scene, action, id, ret_relation, row));
    if (ret_relation->object.exists)
        *ret_row = row;
    return STATUS_OK;
}

void personsak_relate_part(const struct scene *scene, enum registry_kind kind, const struct uuid *part,
                           const struct person_id *author, struct relation *relation)
{
    relation->subject.object_kind = registry_kind_name(kind);
    relation->subject.object = (struct maybe_uuid){true, *part};
    if (scene->actor.policy.known && uuid_equal(&scene->actor.person.uuid, &author->uuid))
        relation->object.bonds |= BOND_AUTHOR;
}

/* ---- Who can handle one ------------------------------------------------------------------------------------------------- */

enum status personsak_can_handle(struct scene *scene, const struct person_id *person, const struct school_id *school,
                                 const struct student_id *student, bool *ret_can)
{
    struct scene as = *scene; /* the same moment, seen from the other person */
    struct sql_student_by_id_row row;
    struct policy_object family = {0};
    bool is_family = false;

    as.actor = (struct actor){.policy = {.known = true}, .person = *person};
    TRY(actor_memberships(scene->session, &scene->keys->organisation, person, scene->today, &as.actor.policy));
    TRY(student_find(scene, student, &row));
    TRY(student_family(&as, &row, &family));
    for (size_t i = 0; i < family.n_ties; i++)
        is_family =
            is_family || (family.ties[i].kind == TIE_GUARDIAN && period_holds(&family.ties[i].period, scene->today));
    *ret_can = policy_is_staff_at(&as.actor.policy, school, scene->today) && !family.actor_is_student && !is_family;
    return STATUS_OK;
}

enum status personsak_check_handler(struct scene *scene, const struct person_id *person, const struct school_id *school,
                                    const struct student_id *student, const char *member, struct failure *failure)
{
    bool can = false;

    TRY(personsak_can_handle(scene, person, school, student, &can));
    return can ? STATUS_OK : failure_add(failure, FAILURE_IN_BODY, FAILURE_REFERENCE, member);
}
