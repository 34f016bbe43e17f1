/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * personsak_open.c: a new personsak with its key, its first header and its handlers (P2).
 * May not touch the student's card.
 * Always: all of it is stored, or nothing; whoever handles it can handle it today, and there is one who leads.
 */
#include "domain/personsak_open.h"

#include <stdio.h>

#include "domain/seal.h"
#include "domain/stored.h"
#include "domain/student.h"
#include "statements.gen.h"

/* ---- What is new -------------------------------------------------------------------------------------------------------- */

static enum status seal_header(const struct sealed_row *row, struct personsak_new *new)
{
    TRY(seal_text(row, COLUMN_PERSONSAK_HEADER_SAKSTYPE, new->sakstype, &new->sealed_sakstype));
    TRY(seal_text(row, COLUMN_PERSONSAK_HEADER_CATEGORY, new->category, &new->sealed_category));
    return seal_text(row, COLUMN_PERSONSAK_HEADER_DESCRIPTION, new->description, &new->sealed_description);
}

enum status personsak_new_seal(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                               struct personsak_new *new)
{
    auto_data_key key = NULL;

    TRY(vault_take(vault, &new->key, &key));
    new->id = (struct personsak_id){uuid_new()};
    const struct sealed_row row = {arena, key, keys->organisation, new->id.uuid, new->key, 1};
    enum status status = seal_header(&row, new);
    if (status != STATUS_OK)
        vault_give_back(vault, &new->key);
    return status;
}

size_t personsak_new_weight(const struct personsak_new *new)
{
    return new->sealed_description.len;
}

void personsak_new_finish(struct vault *vault, const struct personsak_new *new, bool stored)
{
    if (!stored)
        vault_give_back(vault, &new->key);
}

/* ---- Whom and what it names ---------------------------------------------------------------------------------------------- */

enum status personsak_check_code(struct scene *scene, enum code_list list, const char *code, const char *member,
                                 struct failure *failure)
{
    bool usable = false;

    TRY(code_is_usable(scene->session, &scene->keys->organisation, list, code, &usable));
    return usable ? STATUS_OK : failure_add(failure, FAILURE_IN_BODY, FAILURE_REFERENCE, member);
}

/* P2: the contact teacher who can, and of several the one who has been it for the longest. */
static enum status find_contact_teacher(struct scene *scene, const struct student_id *student,
                                        const struct school_id *school, struct failure *failure,
                                        struct person_id *ret_person)
{
    const struct sql_contact_teachers_of_student_args args = {*student, TIE_CONTACT_TEACHER, scene->today};
    struct sql_contact_teachers_of_student_row *rows = NULL;
    bool can = false;
    size_t n = 0;

    TRY(sql_contact_teachers_of_student(scene->session, &args, STORED_MAX_RECORDS, &rows, &n));
    for (size_t i = 0; i < n && !can; i++) {
        TRY(personsak_can_handle(scene, &rows[i].person, school, student, &can));
        if (can)
            *ret_person = rows[i].person;
    }
    return can ? STATUS_OK : failure_add(failure, FAILURE_IN_BODY, FAILURE_REQUIRED, "/saksbehandlerId");
}

static enum status find_leader(struct scene *scene, const struct personsak_new *new, const struct student_id *student,
                               const struct school_id *school, struct person_id *ret_leader)
{
    if (!new->has_saksbehandler)
        return find_contact_teacher(scene, student, school, new->failure, ret_leader);
    *ret_leader = new->saksbehandler;
    return personsak_check_handler(scene, &new->saksbehandler, school, student, "/saksbehandlerId", new->failure);
}

/* Nobody handles it twice. */
static bool stands_before(const struct personsak_new *new, const struct person_id *leader, size_t at)
{
    const struct uuid *person = &new->medsaksbehandlere[at].uuid;
    bool found = uuid_equal(person, &leader->uuid);

    for (size_t i = 0; i < at; i++)
        found = found || uuid_equal(person, &new->medsaksbehandlere[i].uuid);
    return found;
}

static enum status check_others(struct scene *scene, const struct personsak_new *new, const struct student_id *student,
                                const struct school_id *school, const struct person_id *leader)
{
    enum status all = STATUS_OK;

    for (size_t i = 0; i < new->n_medsaksbehandlere; i++) {
        char member[sizeof "/medsaksbehandlere/" + 20];
        (void)snprintf(member, sizeof member, "/medsaksbehandlere/%zu", i);
        enum status status =
            stands_before(new, leader, i)
                ? failure_add(new->failure, FAILURE_IN_BODY, FAILURE_CONFLICT, member)
                : personsak_check_handler(scene, &new->medsaksbehandlere[i], school, student, member, new->failure);
        if (status != STATUS_OK && status != STATUS_INVALID)
            return status;
        all = status == STATUS_OK ? all : status;
    }
    return all;
}

/* Everything is looked at before the first complaint is answered (X3). */
static enum status check(struct scene *scene, const struct personsak_new *new, const struct student_id *student,
                         const struct school_id *school, struct person_id *ret_leader)
{
    struct failure *failure = new->failure;
    enum status sakstype = personsak_check_code(scene, CODE_LIST_SAKSTYPE, new->sakstype, "/sakstype", failure);
    enum status category = personsak_check_code(scene, CODE_LIST_CASE_CATEGORY, new->category, "/category", failure);
    struct person_id leader = {0};
    enum status leads = find_leader(scene, new, student, school, &leader);
    enum status others = check_others(scene, new, student, school, &leader);

    TRY(sakstype);
    TRY(category);
    TRY(leads);
    TRY(others);
    *ret_leader = leader;
    return STATUS_OK;
}

/* ---- Storing it --------------------------------------------------------------------------------------------------------- */

static enum status insert_handlers(struct scene *scene, struct tx *tx, const struct personsak_new *new,
                                   const struct person_id *leader)
{
    struct sql_personsak_handler_insert_args args = {
        .personsak = new->id,
        .person = *leader,
        .version = 1,
        .leads = 1,
        .at = tx_now(tx),
        .by = scene->actor.person,
    };

    TRY(sql_personsak_handler_insert(tx, &args, NULL));
    args.leads = 0;
    for (size_t i = 0; i < new->n_medsaksbehandlere; i++) {
        args.person = new->medsaksbehandlere[i];
        TRY(sql_personsak_handler_insert(tx, &args, NULL));
    }
    return STATUS_OK;
}

enum status personsak_new_store(struct scene *scene, struct tx *tx, const struct personsak_new *new,
                                const struct student_id *student, const struct school_id *school)
{
    struct person_id leader;

    TRY(check(scene, new, student, school, &leader));
    const struct sql_personsak_insert_args personsak = {
        .personsak = new->id,
        .organisation = scene->keys->organisation,
        .school = *school,
        .student = *student,
        .key = new->key,
        .at = tx_now(tx),
        .by = scene->actor.person,
    };
    const struct sql_personsak_header_insert_args header = {
        .personsak = new->id,
        .number = 1,
        .version = 1,
        .sakstype = new->sealed_sakstype,
        .category = new->sealed_category,
        .description = new->sealed_description,
        .by = scene->actor.person,
        .at = tx_now(tx),
    };
    TRY(sql_personsak_insert(tx, &personsak, NULL));
    TRY(sql_personsak_header_insert(tx, &header, NULL));
    return insert_handlers(scene, tx, new, &leader);
}

void personsak_recall(const struct receipt *receipt, struct subject *subject)
{
    subject->object_kind = registry_kind_name(KIND_PERSONSAK);
    subject->object = (struct maybe_uuid){true, receipt->id};
}

/* ---- On its own --------------------------------------------------------------------------------------------------------- */

static enum status relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct personsak_open *open = input;
    struct sql_student_by_id_row student;
    struct relation relation;

    TRY(student_relate_at(scene, ACTION_OPEN_PERSONSAK, &open->student, &open->school, &relation, &student));
    if (relation.object.exists)
        open->of = student.student;
    relation.subject.object_kind = registry_kind_name(KIND_PERSONSAK);
    relation.subject.object = (struct maybe_uuid){0};
    *ret_relation = relation;
    return STATUS_OK;
}

static enum status prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena, void *input)
{
    struct personsak_open *open = input;

    return personsak_new_seal(vault, keys, arena, &open->new);
}

static enum status apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                         struct relation *relation, struct receipt *ret_receipt)
{
    const struct personsak_open *open = input;

    (void)relation;
    assert(grant_action(grant) == ACTION_OPEN_PERSONSAK);
    TRY(personsak_new_store(scene, tx, &open->new, &open->of, &open->school));
    *ret_receipt = (struct receipt){open->new.id.uuid, 1, RECEIPT_CREATED};
    return STATUS_OK;
}

static size_t weight(const void *input)
{
    return personsak_new_weight(&((const struct personsak_open *)input)->new);
}

static void finish(struct vault *vault, void *input, bool stored)
{
    const struct personsak_open *open = input;

    personsak_new_finish(vault, &open->new, stored);
}

const struct write_case personsak_open_case = {.relate = relate,
                                               .prepare = prepare,
                                               .apply = apply,
                                               .recall = personsak_recall,
                                               .finish = finish,
                                               .weight = weight,
                                               .decided_once = true};
