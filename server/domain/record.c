/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * record.c: one record of the registry, and those that someone may see (M1).
 * May not touch what a kind's records are: its table does.
 * Always: each record of a list is decided as a single read of it would be, and the list's row names the students shown (V4).
 */
#include "domain/record.h"

#include <assert.h>
#include <stddef.h>

/* The member of a record at this place. */
static void *member_at(void *record, size_t place)
{
    return (char *)record + place;
}

/* One that is shown: on what ground, and what besides. */
static enum status complete(struct scene *scene, const struct record_kind *kind, const struct grant *grant,
                            void *record)
{
    *(const char **)member_at(record, kind->ground) = grant_ground(grant);
    if (kind->shows != 0)
        *(unsigned *)member_at(record, kind->shows) = grant_shows(grant);
    return kind->fetch == NULL ? STATUS_OK : kind->fetch(scene, record);
}

/* ---- One ---------------------------------------------------------------------------------------------------------------- */

int64_t record_version(const struct record_read *read)
{
    return *(const int64_t *)member_at(read->record, read->kind->version);
}

static enum status relate_one(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct record_read *read = input;

    TRY(read->kind->relate(scene, &read->id, ret_relation, read->record));
    read->action = ret_relation->action;
    return STATUS_OK;
}

static enum status fetch_one(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    const struct record_read *read = input;

    (void)relation;
    assert(grant_action(grant) == read->action);
    return complete(scene, read->kind, grant, read->record);
}

static enum status open_one(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                            struct arena *arena, void *input)
{
    const struct record_read *read = input;

    assert(grant_action(grant) == read->action);
    return read->kind->open == NULL ? STATUS_OK : read->kind->open(vault, keys, arena, read->record);
}

const struct read_case record_read_case = {.relate = relate_one, .fetch = fetch_one, .open = open_one};

/* ---- Many --------------------------------------------------------------------------------------------------------------- */

void *record_at(const struct record_list *list, size_t i)
{
    return (char *)list->records + i * list->kind->bytes;
}

static enum status take(struct scene *scene, struct listing *listing, const struct uuid *id, bool *ret_shown)
{
    struct record_list *list = (struct record_list *)((char *)listing - offsetof(struct record_list, page));
    const struct record_kind *kind = list->kind;
    void *record = record_at(list, listing->n);
    struct relation relation;
    struct decision decision;

    TRY(kind->relate(scene, id, &relation, record));
    TRY(policy_decide(relation.action, &scene->actor.policy, &relation.object, scene->today, scene->arena, &decision));
    bool shown = decision.verdict == VERDICT_ALLOWED;
    if (shown && kind->passes != NULL)
        TRY(kind->passes(scene, &listing->position, record, &shown));
    if (shown) {
        TRY(complete(scene, kind, decision.grant, record));
        list->students[listing->n] = relation.subject.student;
    }
    *ret_shown = shown;
    return STATUS_OK;
}

enum status record_grant_anywhere(struct scene *scene, enum action action, const struct policy_object *object,
                                  const struct grant **ret_grant)
{
    const struct policy_actor *actor = &scene->actor.policy;
    struct policy_object anywhere = *object;
    struct policy_place *places = arena_array(scene->arena, actor->n_memberships, sizeof *places);
    struct decision decision;

    if (places == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < actor->n_memberships; i++)
        places[i] = (struct policy_place){actor->memberships[i].school, {DAY_ALWAYS, DAY_FOREVER}};
    anywhere.places = places;
    anywhere.n_places = actor->n_memberships;
    TRY(policy_decide(action, actor, &anywhere, scene->today, scene->arena, &decision));
    *ret_grant = decision.verdict == VERDICT_ALLOWED ? decision.grant : NULL;
    return STATUS_OK;
}

static struct listing_kind listing_of(const struct record_kind *kind)
{
    return (struct listing_kind){kind->list, kind->candidates, take};
}

static enum status ready_list(const struct organisation_keys *keys, const struct caller *caller, struct arena *arena,
                              void *input)
{
    struct record_list *list = input;
    const struct listing_kind kind = listing_of(list->kind);

    return listing_ready(&kind, keys, caller, arena, &list->page);
}

static enum status relate_list(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct record_list *list = input;
    struct relation relation = {.action = ACTION_LIST_REGISTRY,
                                .subject = {.object_kind = registry_kind_name(list->kind->kind)}};

    if (list->kind->relate_list != NULL)
        TRY(list->kind->relate_list(scene, &list->page.position, &relation));
    list->action = relation.action;
    *ret_relation = relation;
    return STATUS_OK;
}

static bool is_among(const struct uuid *ids, size_t n, const struct uuid *id)
{
    for (size_t i = 0; i < n; i++)
        if (uuid_equal(&ids[i], id))
            return true;
    return false;
}

/* Each student once. */
static enum status name_students(struct arena *arena, const struct record_list *list, struct subject *subject)
{
    struct uuid *shown = arena_array(arena, list->page.n, sizeof *shown);
    size_t n = 0;

    if (shown == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < list->page.n; i++) {
        const struct maybe_uuid *student = &list->students[i];
        if (student->known && !is_among(shown, n, &student->uuid))
            shown[n++] = student->uuid;
    }
    subject->shown = shown;
    subject->n_shown = n;
    return STATUS_OK;
}

static enum status fetch_list(struct scene *scene, const struct grant *grant, void *input, struct relation *relation)
{
    struct record_list *list = input;
    const struct listing_kind kind = listing_of(list->kind);

    assert(grant_action(grant) == list->action);
    list->records = arena_array(scene->arena, list->page.limit + 1, list->kind->bytes);
    list->students = arena_array(scene->arena, list->page.limit + 1, sizeof *list->students);
    if (list->records == NULL || list->students == NULL)
        return STATUS_NO_MEMORY;
    TRY(listing_fetch(&kind, scene, &list->page));
    return name_students(scene->arena, list, &relation->subject);
}

static enum status open_list(struct vault *vault, const struct organisation_keys *keys, const struct grant *grant,
                             struct arena *arena, void *input)
{
    struct record_list *list = input;
    const struct listing_kind kind = listing_of(list->kind);

    assert(grant_action(grant) == list->action);
    for (size_t i = 0; i < list->page.n && list->kind->open != NULL; i++)
        TRY(list->kind->open(vault, keys, arena, record_at(list, i)));
    return listing_close(&kind, keys, arena, &list->page);
}

const struct read_case record_list_case = {
    .ready = ready_list, .relate = relate_list, .fetch = fetch_list, .open = open_list};
