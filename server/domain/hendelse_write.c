/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * hendelse_write.c: recording what happened, and amending it (P6, P7).
 * May not touch whose personsak it is in: a hendelse is never moved (P9).
 * Always: what was written stays; an amendment is a version of its own; nothing changes in a closed personsak.
 */
#include <assert.h>
#include <string.h>

#include "domain/hendelse.h"
#include "domain/personsak_open.h"
#include "statements.gen.h"

/* What happened may have happened where the clock is ahead of ours, and no later. */
enum { FUTURE_MS = 24 * 60 * 60 * 1000 };

/* ---- What both have ----------------------------------------------------------------------------------------------------- */

/* NULL: not looked at. */
static enum status check_code(struct scene *scene, enum code_list list, const char *code, const char *member,
                              struct failure *failure)
{
    return code == NULL ? STATUS_OK : personsak_check_code(scene, list, code, member, failure);
}

static enum status check_time(int64_t now, int64_t happened_at, struct failure *failure)
{
    return happened_at <= now + FUTURE_MS ? STATUS_OK
                                          : failure_add(failure, FAILURE_IN_BODY, FAILURE_TOO_LONG, "/happenedAt");
}

/* What is new, all of it (X3). */
struct written {
    const char *kind, *category; /* NULL: not new */
    struct maybe_int happened_at;
};

static enum status check_written(struct scene *scene, int64_t now, const struct written *written,
                                 struct failure *failure)
{
    enum status time = STATUS_OK;
    enum status kind = check_code(scene, CODE_LIST_HENDELSE_KIND, written->kind, "/kind", failure);
    enum status category = check_code(scene, CODE_LIST_CASE_CATEGORY, written->category, "/category", failure);

    if (written->happened_at.known)
        time = check_time(now, written->happened_at.value, failure);
    TRY(kind);
    TRY(category);
    return time;
}

static enum status touch(struct tx *tx, const struct personsak_id *personsak)
{
    return sql_personsak_touch(tx, &(struct sql_personsak_touch_args){*personsak, tx_now(tx)}, NULL);
}

/* ---- A new one ---------------------------------------------------------------------------------------------------------- */

static enum status add_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct hendelse_add *add = input;
    struct sql_personsak_by_id_row row;

    TRY(personsak_relate(scene, ACTION_ADD_HENDELSE, &add->personsak, ret_relation, &row));
    if (ret_relation->object.exists) {
        add->key = row.key;
        add->is_closed = row.closed == 1;
    }
    return STATUS_OK;
}

static enum status add_prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                               void *input)
{
    struct hendelse_add *add = input;
    auto_data_key key = NULL;

    if (add->is_closed)
        return STATUS_OK;
    add->id = uuid_new();
    TRY(vault_key(vault, &add->key, &key));
    const struct sealed_row row = {arena, key, keys->organisation, add->id, add->key, 1};
    TRY(seal_text(&row, COLUMN_HENDELSE_VERSION_KIND, add->kind, &add->sealed_kind));
    TRY(seal_text(&row, COLUMN_HENDELSE_VERSION_CATEGORY, add->category, &add->sealed_category));
    return seal_text(&row, COLUMN_HENDELSE_VERSION_TEXT, add->text, &add->sealed_text);
}

static size_t add_weight(const void *input)
{
    return ((const struct hendelse_add *)input)->sealed_text.len;
}

static enum status add_store(struct scene *scene, struct tx *tx, const struct hendelse_add *add)
{
    const int64_t now = tx_now(tx);
    const struct sql_hendelse_version_insert_args content = {
        add->id, 1, add->sealed_kind, add->sealed_category, add->sealed_text, add->happened_at, now};

    TRY(sql_hendelse_insert(
        tx, &(struct sql_hendelse_insert_args){add->id, add->personsak, scene->actor.person, now, add->happened_at},
        NULL));
    TRY(sql_hendelse_version_insert(tx, &content, NULL));
    return touch(tx, &add->personsak);
}

static enum status add_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                             struct relation *relation, struct receipt *ret_receipt)
{
    const struct hendelse_add *add = input;
    const struct written written = {add->kind, add->category, {true, add->happened_at}};

    (void)relation;
    assert(grant_action(grant) == ACTION_ADD_HENDELSE);
    if (add->is_closed)
        return STATUS_CLOSED;
    if (add->sealed_text.data == NULL) /* reopened since it was prepared */
        return STATUS_PRECONDITION_FAILED;
    TRY(check_written(scene, tx_now(tx), &written, add->failure));
    TRY(add_store(scene, tx, add));
    *ret_receipt = (struct receipt){add->id, 1, RECEIPT_CREATED};
    return STATUS_OK;
}

/* Before it is made, the row is about its personsak; then about itself. */
static void add_recall(const struct receipt *receipt, struct subject *subject)
{
    subject->object_kind = registry_kind_name(KIND_HENDELSE);
    subject->object = (struct maybe_uuid){true, receipt->id};
}

const struct write_case hendelse_add_case = {
    .relate = add_relate, .prepare = add_prepare, .apply = add_apply, .recall = add_recall, .weight = add_weight};

/* ---- Another version (P7) ----------------------------------------------------------------------------------------------- */

/* The newest content, to be compared with; not again in the writer, which goes by its version. */
static enum status amend_see(struct scene *scene, struct hendelse_amend *amend, int64_t version)
{
    const struct sql_hendelse_versions_args args = {amend->id, version, version};
    struct sql_hendelse_versions_row *seen = NULL;
    size_t n = 0;

    if (amend->seen_version != 0 || amend->is_closed || amend->is_struck)
        return STATUS_OK;
    TRY(sql_hendelse_versions(scene->session, &args, 1, &seen, &n));
    amend->seen = seen;
    return n == 1 ? STATUS_OK : STATUS_CORRUPT;
}

static enum status amend_relate(struct scene *scene, void *input, struct relation *ret_relation)
{
    struct hendelse_amend *amend = input;
    struct sql_hendelse_by_id_row row;
    struct sql_personsak_by_id_row personsak;

    TRY(hendelse_relate(scene, ACTION_AMEND_HENDELSE, &amend->id, ret_relation, &row, &personsak));
    if (!ret_relation->object.exists)
        return STATUS_OK;
    amend->personsak = row.personsak;
    amend->key = personsak.key;
    amend->is_closed = personsak.closed == 1;
    amend->is_struck = row.struck == 1;
    return amend_see(scene, amend, row.version);
}

/* What stays is `*text`; what is given and differs takes its place. */
static bool differs(const char *given, const char **text)
{
    if (given == NULL || (*text != NULL && strcmp(given, *text) == 0))
        return false;
    *text = given;
    return true;
}

static enum status amend_prepare(struct vault *vault, const struct organisation_keys *keys, struct arena *arena,
                                 void *input)
{
    struct hendelse_amend *amend = input;
    const char *kind = NULL, *category = NULL, *text = NULL;
    auto_data_key key = NULL;

    if (amend->seen == NULL)
        return STATUS_OK;
    TRY(vault_key(vault, &amend->key, &key));
    struct sealed_row row = {arena, key, keys->organisation, amend->id, amend->key, amend->seen->version};
    TRY(open_text(&row, COLUMN_HENDELSE_VERSION_KIND, amend->seen->kind, &kind));
    TRY(open_text(&row, COLUMN_HENDELSE_VERSION_CATEGORY, amend->seen->category, &category));
    TRY(open_text(&row, COLUMN_HENDELSE_VERSION_TEXT, amend->seen->text, &text));
    amend->new_kind = differs(amend->kind, &kind);
    amend->new_category = differs(amend->category, &category);
    amend->new_text = differs(amend->text, &text);
    amend->new_time = amend->happened_at.known && amend->happened_at.value != amend->seen->happened_at;
    row.version = amend->seen->version + 1;
    TRY(seal_text(&row, COLUMN_HENDELSE_VERSION_KIND, kind, &amend->sealed_kind));
    TRY(seal_text(&row, COLUMN_HENDELSE_VERSION_CATEGORY, category, &amend->sealed_category));
    TRY(seal_text(&row, COLUMN_HENDELSE_VERSION_TEXT, text, &amend->sealed_text));
    amend->seen_version = amend->seen->version;
    return STATUS_OK;
}

static size_t amend_weight(const void *input)
{
    return ((const struct hendelse_amend *)input)->sealed_text.len;
}

static enum status amend_store(struct tx *tx, const struct hendelse_amend *amend)
{
    const struct sql_hendelse_version_insert_args content = {
        .hendelse = amend->id,
        .version = amend->seen_version + 1,
        .kind = amend->sealed_kind,
        .category = amend->sealed_category,
        .text = amend->sealed_text,
        .happened_at = amend->new_time ? amend->happened_at.value : amend->seen->happened_at,
        .written_at = tx_now(tx),
    };
    const struct sql_hendelse_amend_args args = {amend->id, content.happened_at, content.version};

    TRY(sql_hendelse_version_insert(tx, &content, NULL));
    TRY(sql_hendelse_amend(tx, &args, NULL));
    return touch(tx, &amend->personsak);
}

/* A code that was retired since stays where it is: only what differs is looked at. */
static enum status amend_apply(struct scene *scene, struct tx *tx, const struct grant *grant, void *input,
                               struct relation *relation, struct receipt *ret_receipt)
{
    const struct hendelse_amend *amend = input;
    const struct written written = {amend->new_kind ? amend->kind : NULL,
                                    amend->new_category ? amend->category : NULL,
                                    {amend->new_time, amend->happened_at.value}};
    const bool changes = amend->new_kind || amend->new_category || amend->new_time || amend->new_text;

    assert(grant_action(grant) == ACTION_AMEND_HENDELSE);
    if (amend->is_closed)
        return STATUS_CLOSED;
    if (amend->is_struck)
        return STATUS_STRUCK;
    if (amend->seen_version != relation->version)
        return STATUS_PRECONDITION_FAILED;
    TRY(check_written(scene, tx_now(tx), &written, amend->failure));
    if (changes)
        TRY(amend_store(tx, amend));
    *ret_receipt = (struct receipt){amend->id, relation->version + (changes ? 1 : 0),
                                    changes ? RECEIPT_CHANGED : RECEIPT_UNCHANGED};
    return STATUS_OK;
}

const struct write_case hendelse_amend_case = {
    .relate = amend_relate, .prepare = amend_prepare, .apply = amend_apply, .weight = amend_weight};
