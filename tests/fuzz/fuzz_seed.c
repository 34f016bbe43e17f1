/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: any bytes as the seed file of `tryggd init`.
 * May not: open a store.
 * Always:  a seed that is read points at nothing but itself, has its days in order and no id twice; one that is not has a place in the
 *          file and a sentence, and neither repeats a value of it.
 */
#include "api/seed.h"
#include "base/text.h"
#include "domain/seed.h"
#include "input.h"

enum { ARENA_BYTES = 16 << 20, TODAY = 20414 };

static void check_text(const char *text, size_t max)
{
    size_t n = 0;
    must(text != NULL && text_length(text, strlen(text), &n) == STATUS_OK && n > 0 && n <= max && text_is_line(text));
}

static void check_period(const struct period *period)
{
    must(period->from <= period->until);
}

/* Whether one of n records, which begin with their id, has this one; how often, that is. */
static size_t times(const void *records, size_t n, size_t size, const struct uuid *id)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        found += memcmp((const char *)records + i * size, id, sizeof *id) == 0;
    return found;
}
#define CHECK_NAMED(seed, array, id) must(times((seed)->array, (seed)->n_##array, sizeof *(seed)->array, &(id)) == 1)

static void check_people(const struct seed *seed)
{
    for (size_t i = 0; i < seed->n_persons; i++) {
        CHECK_NAMED(seed, persons, seed->persons[i].id.uuid);
        check_text(seed->persons[i].given_name, 100);
        check_text(seed->persons[i].family_name, 100);
    }
    for (size_t i = 0; i < seed->n_identities; i++) {
        CHECK_NAMED(seed, persons, seed->identities[i].person.uuid);
        check_text(seed->identities[i].issuer, 255);
        check_text(seed->identities[i].subject, 255);
    }
    for (size_t i = 0; i < seed->n_memberships; i++) {
        CHECK_NAMED(seed, persons, seed->memberships[i].person.uuid);
        check_period(&seed->memberships[i].period);
        if (seed->memberships[i].at_school)
            CHECK_NAMED(seed, schools, seed->memberships[i].school.uuid);
        else
            must(uuid_is_nil(&seed->memberships[i].school.uuid));
    }
}

static void check_places(const struct seed *seed)
{
    check_text(seed->organisation.name, 100);
    check_text(seed->organisation.time_zone, 100);
    for (size_t i = 0; i < seed->n_schools; i++) {
        CHECK_NAMED(seed, schools, seed->schools[i].id.uuid);
        check_text(seed->schools[i].name, 100);
    }
    for (size_t i = 0; i < seed->n_groups; i++) {
        CHECK_NAMED(seed, groups, seed->groups[i].id.uuid);
        CHECK_NAMED(seed, schools, seed->groups[i].school.uuid);
        check_text(seed->groups[i].name, 100);
        must(strcmp(seed->groups[i].kind, "class") == 0 || strcmp(seed->groups[i].kind, "mentor") == 0);
    }
}

static void check_students(const struct seed *seed)
{
    for (size_t i = 0; i < seed->n_students; i++) {
        const struct seed_student *student = &seed->students[i];
        CHECK_NAMED(seed, students, student->id.uuid);
        check_text(student->given_name, 100);
        check_text(student->family_name, 100);
        must(student->civic_number == NULL || student->civic_number[2] == ':');
        if (student->has_person)
            CHECK_NAMED(seed, persons, student->person.uuid);
    }
    for (size_t i = 0; i < seed->n_enrolments; i++) {
        CHECK_NAMED(seed, students, seed->enrolments[i].student.uuid);
        CHECK_NAMED(seed, schools, seed->enrolments[i].school.uuid);
        check_period(&seed->enrolments[i].period);
    }
    for (size_t i = 0; i < seed->n_group_members; i++) {
        CHECK_NAMED(seed, students, seed->group_members[i].student.uuid);
        CHECK_NAMED(seed, groups, seed->group_members[i].group.uuid);
    }
    for (size_t i = 0; i < seed->n_ties; i++) {
        CHECK_NAMED(seed, students, seed->ties[i].student.uuid);
        CHECK_NAMED(seed, persons, seed->ties[i].person.uuid);
        check_period(&seed->ties[i].period);
    }
}

/* A member that does not belong there is the file's own word: short, and no number. */
static size_t own_word(const struct seed_fault *fault)
{
    const char *member = strrchr(fault->path, '.');
    if (strcmp(fault->what, "does not belong there") != 0 || member == NULL)
        return 0;
    const size_t len = strlen(member + 1);
    must(len > 0 && len <= 32);
    must(strspn(member + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-") == len);
    return len;
}

/* Otherwise a path is made of the format's own names and of numbers. */
static void check_fault(const struct seed_fault *fault)
{
    must(fault->what != NULL && memchr(fault->path, '\0', sizeof fault->path) != NULL);
    const size_t known = strspn(fault->path, "abcdefghijklmnopqrstuvwxyzCINTZ.[]0123456789");
    must(known >= strlen(fault->path) - own_word(fault));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    auto_arena arena = arena_new(ARENA_BYTES);
    json_t *ids = json_object();
    struct seed_file file = {.ids = ids};
    struct seed_fault fault = {.what = NULL};
    must(arena != NULL && ids != NULL);
    const char *text = size > 0 ? (const char *)data : "";
    enum status status = seed_read(text, size, TODAY, arena, &file, &fault);
    json_decref(ids);
    must(status == STATUS_OK || status == STATUS_INVALID || status == STATUS_NO_MEMORY);
    must(status == STATUS_OK ? file.n > 0 : file.organisations == NULL && file.n == 0);
    if (status == STATUS_INVALID)
        check_fault(&fault);
    for (size_t i = 0; i < file.n; i++) {
        check_places(&file.organisations[i]);
        check_people(&file.organisations[i]);
        check_students(&file.organisations[i]);
    }
    return 0;
}
