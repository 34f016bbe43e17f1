/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * seed.c: the reader of the seed file.
 * It may not touch the store, and never repeats a value of the file: a fault says where and what kind, nothing else.
 * A seed that is returned has every reference resolved, every day in order, every text in its shape, and nothing twice that the
 * store takes once: it can be stored whole.
 */
#include "api/seed.h"

#include <string.h>

#include "api/seed_reader.h"
#include "base/civic.h"
#include "base/json.h"

/* ---- Objects -------------------------------------------------------------------------------------------------------- */

/* One element into one or more arrays of the seed; each array has room for all. */
typedef enum status take_element(struct reader *reader, const json_t *object, struct seed *seed);

/* The arrays of a seed are filled through these: const towards everyone else. */
#define SLOT(seed, array) ((void *)&(seed)->array[(seed)->n_##array++])

static enum status take_each(struct reader *reader, const json_t *object, const char *name, take_element *take,
                             struct seed *seed)
{
    const json_t *list = NULL;
    size_t n = 0;

    TRY(reader_list(reader, object, name, &list, &n));
    for (size_t i = 0; i < n; i++) {
        size_t here = reader_enter(reader, ".%s[%zu]", name, i);
        TRY(take(reader, json_array_get(list, i), seed));
        reader_leave(reader, here);
    }
    return STATUS_OK;
}

static json_t *ids_of(struct reader *reader, const char *kind)
{
    return json_object_get(reader->ids, kind);
}

static enum status take_school(struct reader *reader, const json_t *object, struct seed *seed)
{
    static const char *const names[] = {"key", "id", "name", "modules", NULL};
    static const char *const known[] = {"sikker-sak", "avvikelse", "notes"};
    struct seed_school *school = SLOT(seed, schools);
    const json_t *modules = NULL;
    size_t n = 0;

    TRY(reader_object(reader, object, names));
    TRY(reader_key(reader, object, ids_of(reader, "schools"), &school->id.uuid));
    TRY(reader_text(reader, object, "name", MAX_NAME, &school->name));
    TRY(reader_list(reader, object, "modules", &modules, &n));
    size_t taken = 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t times = 0;
        for (size_t m = 0; m < n; m++) {
            const char *module = json_string_value(json_array_get(modules, m));
            times += module != NULL && strcmp(module, known[i]) == 0;
        }
        if (times > 0)
            school->modules[taken++] = known[i];
    }
    return taken == n ? STATUS_OK : reader_member_fault(reader, "modules", "names an unknown module, or one twice");
}

static enum status take_identity(struct reader *reader, const json_t *object, struct seed *seed)
{
    static const char *const names[] = {"issuer", "subject", NULL};
    struct seed_identity *identity = SLOT(seed, identities);

    identity->person = seed->persons[seed->n_persons - 1].id;
    TRY(reader_object(reader, object, names));
    TRY(reader_text(reader, object, "issuer", MAX_ISSUER, &identity->issuer));
    TRY(reader_text(reader, object, "subject", MAX_SUBJECT, &identity->subject));
    return reader_once(reader,
                       arena_printf(reader->arena, "%s login %s\n%s", reader_organisation(reader), identity->issuer,
                                    identity->subject),
                       "is a login that stands in this organisation already");
}

static enum status take_membership(struct reader *reader, const json_t *object, struct seed *seed)
{
    static const char *const names[] = {"school", "role", "from", "until", NULL};
    struct seed_membership *membership = SLOT(seed, memberships);
    const json_t *school = json_object_get(object, "school");

    membership->person = seed->persons[seed->n_persons - 1].id;
    TRY(reader_object(reader, object, names));
    const char *role = json_string_value(json_object_get(object, "role"));
    if (role == NULL || role_parse(role, &membership->role) != STATUS_OK)
        return reader_member_fault(reader, "role", "is missing or not one of the known words");
    membership->at_school = policy_role_is_at_school(membership->role);
    if (!membership->at_school && school != NULL && !json_is_null(school))
        return reader_member_fault(reader, "school", "must be null: owner and auditor belong to the organisation");
    if (membership->at_school)
        TRY(reader_reference(reader, object, "school", "schools", &membership->school.uuid));
    return reader_period(reader, object, &membership->period);
}

static enum status take_person(struct reader *reader, const json_t *object, struct seed *seed)
{
    static const char *const names[] = {"key",       "id",         "givenName",   "familyName",
                                        "protected", "identities", "memberships", NULL};
    struct seed_person *person = SLOT(seed, persons);

    TRY(reader_object(reader, object, names));
    TRY(reader_key(reader, object, ids_of(reader, "persons"), &person->id.uuid));
    TRY(reader_text(reader, object, "givenName", MAX_NAME, &person->given_name));
    TRY(reader_text(reader, object, "familyName", MAX_NAME, &person->family_name));
    TRY(reader_flag(reader, object, "protected", &person->protected_person));
    TRY(take_each(reader, object, "identities", take_identity, seed));
    return take_each(reader, object, "memberships", take_membership, seed);
}

static enum status take_group(struct reader *reader, const json_t *object, struct seed *seed)
{
    static const char *const names[] = {"key", "id", "school", "kind", "name", NULL};
    static const char *const kinds[] = {"class", "mentor", NULL};
    struct seed_group *group = SLOT(seed, groups);

    TRY(reader_object(reader, object, names));
    TRY(reader_key(reader, object, ids_of(reader, "groups"), &group->id.uuid));
    TRY(reader_reference(reader, object, "school", "schools", &group->school.uuid));
    TRY(reader_word(reader, object, "kind", kinds, &group->kind));
    return reader_text(reader, object, "name", MAX_NAME, &group->name);
}

static enum status take_enrolment(struct reader *reader, const json_t *object, struct seed *seed)
{
    static const char *const names[] = {"school", "from", "until", NULL};
    struct seed_enrolment *enrolment = SLOT(seed, enrolments);

    enrolment->student = seed->students[seed->n_students - 1].id;
    TRY(reader_object(reader, object, names));
    TRY(reader_reference(reader, object, "school", "schools", &enrolment->school.uuid));
    return reader_period(reader, object, &enrolment->period);
}

static enum status take_group_member(struct reader *reader, const json_t *key, struct seed *seed)
{
    struct seed_group_member *member = SLOT(seed, group_members);
    char student[UUID_TEXT_BYTES];
    char group[UUID_TEXT_BYTES];

    member->student = seed->students[seed->n_students - 1].id;
    member->period = (struct period){DAY_ALWAYS, DAY_FOREVER};
    TRY(reader_find(reader, "groups", key, &member->group.uuid));
    uuid_format(&member->student.uuid, student);
    uuid_format(&member->group.uuid, group);
    return reader_once(reader, arena_printf(reader->arena, "%s in %s", student, group), "is there twice");
}

static enum status take_civic_number(struct reader *reader, const json_t *object, const char **ret_canonical)
{
    const json_t *value = json_object_get(object, "civicNumber");
    char canonical[CIVIC_TEXT_BYTES];

    if (value == NULL || json_is_null(value))
        return STATUS_OK;
    if (!json_is_string(value) || civic_parse(json_string_value(value), canonical) != STATUS_OK)
        return reader_member_fault(reader, "civicNumber", "is not a Norwegian or Swedish civic number");
    *ret_canonical = arena_copy(reader->arena, canonical, strlen(canonical));
    explicit_bzero(canonical, sizeof canonical);
    if (*ret_canonical == NULL)
        return STATUS_NO_MEMORY;
    return reader_member_once(reader, "civicNumber",
                              arena_printf(reader->arena, "%s civic %s", reader_organisation(reader), *ret_canonical),
                              "stands in this organisation already");
}

static enum status take_own_person(struct reader *reader, const json_t *object, struct seed_student *student)
{
    const json_t *person = json_object_get(object, "person");
    char id[UUID_TEXT_BYTES];

    if (person == NULL || json_is_null(person))
        return STATUS_OK;
    TRY(reader_reference(reader, object, "person", "persons", &student->person.uuid));
    student->has_person = true;
    uuid_format(&student->person.uuid, id);
    return reader_member_once(reader, "person", arena_printf(reader->arena, "student %s", id),
                              "is another student already");
}

static enum status take_student(struct reader *reader, const json_t *object, struct seed *seed)
{
    static const char *const names[] = {"key",       "id",     "givenName",  "familyName", "civicNumber",
                                        "protected", "person", "enrolments", "groups",     NULL};
    struct seed_student *student = SLOT(seed, students);

    TRY(reader_object(reader, object, names));
    TRY(reader_key(reader, object, ids_of(reader, "students"), &student->id.uuid));
    TRY(reader_text(reader, object, "givenName", MAX_NAME, &student->given_name));
    TRY(reader_text(reader, object, "familyName", MAX_NAME, &student->family_name));
    TRY(take_civic_number(reader, object, &student->civic_number));
    TRY(reader_flag(reader, object, "protected", &student->protected_person));
    TRY(take_own_person(reader, object, student));
    TRY(take_each(reader, object, "enrolments", take_enrolment, seed));
    return take_each(reader, object, "groups", take_group_member, seed);
}

static enum status take_tie(struct reader *reader, const json_t *object, struct seed *seed)
{
    static const char *const names[] = {"person", "student", "kind", "from", "until", NULL};
    struct seed_tie *tie = SLOT(seed, ties);

    TRY(reader_object(reader, object, names));
    TRY(reader_reference(reader, object, "person", "persons", &tie->person.uuid));
    TRY(reader_reference(reader, object, "student", "students", &tie->student.uuid));
    const char *kind = json_string_value(json_object_get(object, "kind"));
    if (kind == NULL || tie_kind_parse(kind, &tie->kind) != STATUS_OK)
        return reader_member_fault(reader, "kind", "is missing or not one of the known words");
    return reader_period(reader, object, &tie->period);
}

/* ---- One organisation ----------------------------------------------------------------------------------------------- */

/* How many elements the lists `inner` of all elements of `outer` have together. */
static size_t count_inner(const json_t *object, const char *outer, const char *inner)
{
    const json_t *list = json_object_get(object, outer);
    size_t total = 0;

    for (size_t i = 0; i < json_array_size(list); i++)
        total += json_array_size(json_object_get(json_array_get(list, i), inner));
    return total;
}

static size_t count(const json_t *object, const char *name)
{
    return json_array_size(json_object_get(object, name));
}

/* Room for everything that the lists name, so that each element has its slot. */
static enum status make_room(struct arena *arena, const json_t *object, struct seed *seed)
{
    seed->schools = arena_array(arena, count(object, "schools"), sizeof *seed->schools);
    seed->persons = arena_array(arena, count(object, "persons"), sizeof *seed->persons);
    seed->identities = arena_array(arena, count_inner(object, "persons", "identities"), sizeof *seed->identities);
    seed->memberships = arena_array(arena, count_inner(object, "persons", "memberships"), sizeof *seed->memberships);
    seed->groups = arena_array(arena, count(object, "groups"), sizeof *seed->groups);
    seed->students = arena_array(arena, count(object, "students"), sizeof *seed->students);
    seed->enrolments = arena_array(arena, count_inner(object, "students", "enrolments"), sizeof *seed->enrolments);
    seed->group_members = arena_array(arena, count_inner(object, "students", "groups"), sizeof *seed->group_members);
    seed->ties = arena_array(arena, count(object, "ties"), sizeof *seed->ties);
    if (seed->schools == NULL || seed->persons == NULL || seed->identities == NULL || seed->memberships == NULL ||
        seed->groups == NULL || seed->students == NULL || seed->enrolments == NULL || seed->group_members == NULL ||
        seed->ties == NULL)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

/* The organisation's own id, and an empty map for each kind of thing in it. */
static enum status take_organisation_key(struct reader *reader, const json_t *object, json_t *organisations,
                                         struct uuid *ret_id)
{
    json_t *map = json_object();
    char id[UUID_TEXT_BYTES];

    if (map == NULL)
        return STATUS_NO_MEMORY;
    enum status status = reader_key(reader, object, organisations, ret_id);
    if (status != STATUS_OK) {
        json_decref(map);
        return status;
    }
    uuid_format(ret_id, id);
    reader->ids = map;
    if (json_object_set_new(organisations, json_string_value(json_object_get(object, "key")), map) != 0 ||
        json_object_set_new(map, "id", json_string(id)) != 0 ||
        json_object_set_new(map, "schools", json_object()) != 0 ||
        json_object_set_new(map, "persons", json_object()) != 0 ||
        json_object_set_new(map, "groups", json_object()) != 0 ||
        json_object_set_new(map, "students", json_object()) != 0)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

static enum status take_organisation(struct reader *reader, const json_t *object, json_t *organisations,
                                     struct seed *seed)
{
    static const char *const names[] = {"key",     "id",     "name",     "timeZone", "schools",
                                        "persons", "groups", "students", "ties",     NULL};

    TRY(reader_object(reader, object, names));
    TRY(take_organisation_key(reader, object, organisations, &seed->organisation.id.uuid));
    TRY(reader_text(reader, object, "key", MAX_KEY, &seed->organisation.key));
    TRY(reader_text(reader, object, "name", MAX_NAME, &seed->organisation.name));
    TRY(reader_text(reader, object, "timeZone", MAX_NAME, &seed->organisation.time_zone));
    TRY(make_room(reader->arena, object, seed));
    TRY(take_each(reader, object, "schools", take_school, seed));
    TRY(take_each(reader, object, "persons", take_person, seed));
    TRY(take_each(reader, object, "groups", take_group, seed));
    TRY(take_each(reader, object, "students", take_student, seed));
    return take_each(reader, object, "ties", take_tie, seed);
}

static enum status take_file(struct reader *reader, const json_t *root, struct seed_file *ret_file)
{
    static const char *const names[] = {"organisations", NULL};
    const json_t *list = NULL;
    size_t n = 0;

    TRY(reader_object(reader, root, names));
    TRY(reader_list(reader, root, "organisations", &list, &n));
    if (n == 0)
        return reader_member_fault(reader, "organisations", "is missing or empty");
    json_t *organisations = json_object();
    struct seed *seeds = arena_array(reader->arena, n, sizeof *seeds);
    if (organisations == NULL || json_object_set_new(ret_file->ids, "organisations", organisations) != 0 ||
        seeds == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        size_t here = reader_enter(reader, "organisations[%zu]", i);
        TRY(take_organisation(reader, json_array_get(list, i), organisations, &seeds[i]));
        reader_leave(reader, here);
    }
    ret_file->organisations = seeds;
    ret_file->n = n;
    return STATUS_OK;
}

enum status seed_read(const char *text, size_t len, int32_t today, struct arena *arena, struct seed_file *ret_file,
                      struct seed_fault *fault)
{
    auto_json once = json_object();
    struct reader reader = {.arena = arena, .today = today, .fault = fault, .once = once};
    json_t *root = NULL;

    *fault = (struct seed_fault){.path = ""};
    if (once == NULL)
        return STATUS_NO_MEMORY;
    if (text == NULL || json_parse_file(text, len, &root, &fault->json) != STATUS_OK)
        return reader_fault(&reader,
                            "the file is not strict JSON: a comma or bracket too many or too few, a comment, or a "
                            "member that stands twice");
    enum status status = take_file(&reader, root, ret_file);
    json_decref(root);
    return status;
}
