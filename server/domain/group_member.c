/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * group_member.c: what a right on a student's place in a group rests on.
 * May not touch rights themselves, but to ask policy/ what is shown of a protected student.
 * Always: the school is the group's; whoever is family of the student has no right through it (G2).
 */
#include "domain/group_member.h"

#include "domain/stored.h"
#include "domain/student.h"
#include "statements.gen.h"

static bool is_enrolled_at(const struct policy_object *object, const struct school_id *school)
{
    for (size_t i = 0; i < object->n_places; i++)
        if (uuid_equal(&object->places[i].school.uuid, &school->uuid))
            return true;
    return false;
}

static bool is_enrolled_today(const struct policy_object *object, const struct school_id *school, int32_t today)
{
    for (size_t i = 0; i < object->n_places; i++)
        if (uuid_equal(&object->places[i].school.uuid, &school->uuid) && period_holds(&object->places[i].period, today))
            return true;
    return false;
}

/* A tie of staff counts at a school of current enrolment only (G1); that of a guardian takes rights away wherever the student is (G2). */
static enum status family_only(struct arena *arena, struct policy_object *object)
{
    struct policy_tie *ties = arena_array(arena, object->n_ties, sizeof *ties);
    size_t n = 0;

    if (ties == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < object->n_ties; i++)
        if (object->ties[i].kind == TIE_GUARDIAN)
            ties[n++] = object->ties[i];
    object->ties = ties;
    object->n_ties = n;
    return STATUS_OK;
}

enum status group_member_facts(struct scene *scene, const struct student_id *student, const struct school_id *school,
                               struct group_member_facts *ret_facts)
{
    struct group_member_facts facts = {0};
    struct sql_student_by_id_row row;
    struct relation relation;

    TRY(student_relate(scene, student, &relation, &row));
    facts.object = relation.object;
    if (facts.object.exists) {
        facts.student = row.student;
        facts.student_key = row.key;
        facts.protected_person = row.mark_local != 0 || row.mark_registry != 0;
        facts.enrolled = is_enrolled_at(&relation.object, school);
    }
    if (!is_enrolled_today(&relation.object, school, scene->today))
        TRY(family_only(scene->arena, &facts.object));
    TRY(place_always(scene->arena, school, &facts.object));
    *ret_facts = facts;
    return STATUS_OK;
}

enum status group_member_is_shown(struct scene *scene, const struct group_member_facts *facts, bool *ret_shown)
{
    static const enum action actions[] = {ACTION_READ_GROUP_MEMBER, ACTION_CHANGE_GROUP_MEMBER};

    *ret_shown = false;
    for (size_t i = 0; i < sizeof actions / sizeof *actions && !*ret_shown; i++) {
        struct decision decision;
        TRY(policy_decide(actions[i], &scene->actor.policy, &facts->object, scene->today, scene->arena, &decision));
        *ret_shown = decision.verdict == VERDICT_ALLOWED &&
                     (!facts->protected_person || (grant_shows(decision.grant) & SHOW_PROTECTED_GROUP));
    }
    return STATUS_OK;
}

enum status group_member_relate(struct scene *scene, enum action action, const struct uuid *id,
                                struct relation *ret_relation, struct group_member *ret_member,
                                struct group_member_facts *ret_facts)
{
    struct relation relation = {
        .action = action,
        .subject = {.object_kind = registry_kind_name(KIND_GROUP_MEMBER), .object = {true, *id}},
    };
    const struct sql_group_member_by_id_args args = {scene->keys->organisation, *id};
    struct sql_group_member_by_id_row row;
    enum status status = sql_group_member_by_id(scene->session, &args, &row);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    if (status == STATUS_OK) {
        struct group_member member = {
            .id = *id, .version = row.version, .group = row.group, .school = row.school, .student = row.student};
        TRY(stored_period(row.from_day, row.until_day, &member.period));
        TRY(group_member_facts(scene, &row.student, &row.school, ret_facts));
        relation.object = ret_facts->object;
        relation.subject.student = (struct maybe_uuid){true, row.student.uuid};
        relation.subject.school = (struct maybe_uuid){true, row.school.uuid};
        relation.version = row.version;
        *ret_member = member;
    }
    *ret_relation = relation;
    return STATUS_OK;
}
