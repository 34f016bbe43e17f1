/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * stage.c: from caller to decision to row.
 * May not touch what a use case does.
 * Always: whoever is decided about is loaded in the same snapshot as the facts.
 */
#include "call/stage.h"

#include "base/clock.h"
#include "statements.gen.h"

/* What a row weighs in a batch, roughly. */
enum { ROW_BYTES = 512 };

enum status stage_open(const struct call *call, struct stage *ret_stage)
{
    struct stage stage = {.call = call};
    enum status status = vault_organisation(call->house->vault, &call->caller->organisation, &stage.keys);

    /* An issuer of the configuration speaks for an organisation that the store knows; main has made sure. */
    if (status == STATUS_NOT_FOUND)
        return STATUS_INTERNAL;
    TRY(status);
    actor_mark(stage.keys, call->caller->issuer, call->caller->subject, &stage.login);
    *ret_stage = stage;
    return STATUS_OK;
}

/* From where a scene looks: a snapshot, or the writer, on which it is the day of the rows that it writes, whatever the clock was set to. */
struct standpoint {
    struct session *session;
    int32_t today;
    bool committed; /* an epoch of the writer's own may be taken back: of that nothing is remembered */
};

static struct standpoint on_snapshot(struct session *session)
{
    return (struct standpoint){session, clock_today(), true};
}

static struct standpoint on_writer(struct tx *tx)
{
    return (struct standpoint){tx_session(tx), clock_day_of(tx_now(tx)), tx_reads_committed(tx)};
}

static struct scene scene_without_actor(const struct stage *stage, const struct standpoint *from)
{
    return (struct scene){
        .session = from->session,
        .arena = stage->call->arena,
        .keys = stage->keys,
        .caller = stage->call->caller,
        .login = &stage->login,
        .today = from->today,
    };
}

static enum status scene_at(const struct stage *stage, const struct standpoint *from, int64_t epoch,
                            struct scene *ret_scene)
{
    struct actor_memory *actors = stage->call->house->actors;
    const struct caller *caller = stage->call->caller;
    struct scene scene = scene_without_actor(stage, from);
    const struct actor_moment moment = {stage->login, epoch, scene.today};

    scene.actor = actor_of_token(caller);
    if (caller->service || !actor_recall(actors, &moment, scene.arena, &scene.actor)) {
        TRY(actor_load(scene.session, stage->keys, caller, &stage->login, scene.today, &scene.actor));
        if (from->committed)
            actor_keep(actors, &moment, &scene.actor);
    }
    *ret_scene = scene;
    return STATUS_OK;
}

/* A service is never looked up: for it no epoch counts. */
static enum status scene_now(const struct stage *stage, const struct standpoint *from, struct scene *ret_scene)
{
    struct sql_rights_epoch_row now = {0};

    if (!stage->call->caller->service)
        TRY(stage_sound(sql_rights_epoch(from->session, &now)));
    return scene_at(stage, from, now.epoch, ret_scene);
}

enum status stage_scene_at(const struct stage *stage, struct session *session, int64_t epoch, struct scene *ret_scene)
{
    const struct standpoint from = on_snapshot(session);

    return scene_at(stage, &from, epoch, ret_scene);
}

enum status stage_scene_in_snapshot(const struct stage *stage, struct session *session, struct scene *ret_scene)
{
    const struct standpoint from = on_snapshot(session);

    return scene_now(stage, &from, ret_scene);
}

enum status stage_scene_in_tx(const struct stage *stage, struct tx *tx, struct scene *ret_scene)
{
    const struct standpoint from = on_writer(tx);

    return scene_now(stage, &from, ret_scene);
}

enum status stage_decide(const struct scene *scene, const struct relation *relation, struct decision *ret_decision)
{
    struct decision first, also;

    TRY(policy_decide(relation->action, &scene->actor.policy, &relation->object, scene->today, scene->arena, &first));
    for (size_t i = 0; i < relation->n_also && first.verdict == VERDICT_ALLOWED; i++) {
        TRY(policy_decide(relation->also[i], &scene->actor.policy, &relation->object, scene->today, scene->arena,
                          &also));
        if (also.verdict != VERDICT_ALLOWED) {
            first = also;
            first.verdict = VERDICT_FORBIDDEN; /* whoever may do the rest sees it */
        }
    }
    *ret_decision = first;
    return STATUS_OK;
}

static enum actor_kind kind_of(const struct actor *actor)
{
    if (actor->policy.service)
        return ACTOR_CLIENT;
    return actor->policy.known ? ACTOR_PERSON : ACTOR_STRANGER;
}

struct activity_row stage_row(const struct stage *stage, const struct scene *scene, const struct subject *subject,
                              enum outcome outcome, const char *ground)
{
    const struct call *call = stage->call;

    return (struct activity_row){
        .organisation = stage->keys->organisation,
        .actor_kind = kind_of(&scene->actor),
        .actor = {scene->actor.policy.known, scene->actor.person.uuid},
        .actor_mark = stage->login,
        .client = call->caller->client[0] != '\0' ? call->caller->client : NULL,
        .operation = call->operation,
        .object_kind = subject->object_kind,
        .object = subject->object,
        .student = subject->student,
        .school = subject->school,
        .outcome = outcome,
        .ground = ground,
        .request = call->request_id,
        .shown = subject->shown,
        .n_shown = subject->n_shown,
    };
}

/* An allowed call is logged at the school where its ground holds; a refused one where its object stands. */
struct activity_row stage_decision_row(const struct stage *stage, const struct scene *scene,
                                       const struct relation *relation, const struct decision *decision)
{
    struct subject subject = relation->subject;

    if (subject.at_organisation)
        subject.school = (struct maybe_uuid){0};
    if (decision->verdict != VERDICT_ALLOWED)
        return stage_row(stage, scene, &subject, OUTCOME_REFUSED, decision->refusal);
    const struct school_id school = grant_school(decision->grant);
    if (!subject.at_organisation && !uuid_is_nil(&school.uuid))
        subject.school = (struct maybe_uuid){true, school.uuid};
    return stage_row(stage, scene, &subject, OUTCOME_ALLOWED, grant_ground(decision->grant));
}

enum status stage_verdict(enum verdict verdict)
{
    static const enum status statuses[] = {
        [VERDICT_ALLOWED] = STATUS_OK,
        [VERDICT_FORBIDDEN] = STATUS_FORBIDDEN,
        [VERDICT_UNSEEN] = STATUS_NOT_FOUND,
    };
    return statuses[verdict];
}

enum status stage_sound(enum status status)
{
    return status == STATUS_NOT_FOUND || status == STATUS_FORBIDDEN || status == STATUS_CONFLICT ? STATUS_CORRUPT
                                                                                                 : status;
}

static enum status run_row_only(struct tx *tx, struct job *job)
{
    (void)tx;
    (void)job;
    return STATUS_OK;
}

enum status stage_log(const struct stage *stage, const struct activity_row *row)
{
    struct logged_job job = {
        .job = {.run = run_row_only, .arena = stage->call->arena, .bytes = ROW_BYTES, .keeps_itself = true},
        .rows = row,
        .n_rows = 1,
    };
    return store_write(stage->call->house->store, &job.job);
}
