/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * me.c: the person who calls, as JSON.
 * May not touch anyone else.
 * Always: scopes and strength are what the token says at this moment, the rest is what the store knows.
 */
#include "api/shape.h"
#include "contract.gen.h"
#include "domain/person.h"

static enum status shape_scopes(unsigned scopes, json_t *array)
{
    for (unsigned scope = 1; scope_name(scope) != NULL; scope <<= 1)
        if (scopes & scope)
            TRY(shape_append(array, json_string(scope_name(scope))));
    return STATUS_OK;
}

static enum status shape_login(const struct caller *caller, json_t *me)
{
    json_t *scopes = json_array();

    TRY(shape_set(me, "login", json_pack("{s:b, s:o}", "strong", caller->strong, "scopes", scopes)));
    return shape_scopes(caller->scopes, scopes);
}

static enum status shape_membership(const struct person_membership *membership, json_t *array)
{
    json_t *object = json_object();

    TRY(shape_append(array, object));
    TRY(shape_set(object, "schoolId", membership->at_school ? shape_uuid(&membership->school.uuid) : json_null()));
    TRY(shape_set(object, "schoolName", shape_text(membership->school_name)));
    TRY(shape_set(object, "role", json_string(role_name(membership->role))));
    TRY(shape_set(object, "from", shape_day(membership->period.from)));
    return shape_set(object, "until", shape_day(membership->period.until));
}

static enum status shape_memberships(const struct person_self *self, json_t *me)
{
    json_t *array = json_array();

    TRY(shape_set(me, "memberships", array));
    for (size_t i = 0; i < self->n_memberships; i++)
        TRY(shape_membership(&self->memberships[i], array));
    return STATUS_OK;
}

static enum status shape_me(const struct person_self *self, const struct caller *caller, json_t *me)
{
    TRY(shape_set(me, "id", shape_uuid(&self->id.uuid)));
    TRY(shape_set(me, "givenName", shape_text(self->given_name)));
    TRY(shape_set(me, "familyName", shape_text(self->family_name)));
    TRY(shape_set(
        me, "organisation",
        json_pack("{s:o, s:s}", "id", shape_uuid(&caller->organisation.uuid), "name", self->organisation_name)));
    TRY(shape_memberships(self, me));
    TRY(shape_login(caller, me));
    return shape_set(me, "ground", json_string(self->ground));
}

enum status op_get_me(struct api_request *request, struct api_answer *ret_answer)
{
    const struct call call = shape_call(request);
    struct person_self self = {0};
    auto_json me = NULL;
    const char *etag = NULL;

    TRY(call_read(&call, &person_self_case, &self));
    me = json_object();
    TRY(shape_me(&self, request->caller, me));
    TRY(shape_etag(request->arena, self.version, &etag));
    *ret_answer = (struct api_answer){.http_status = 200, .body = json_incref(me), .etag = etag};
    return STATUS_OK;
}
