/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Follows logs as a witness.
 * May not see a row: it asks for checkpoints and hashes only.
 * Always: nothing is remembered of a log that does not go on from what was, and nothing is cosigned before it is remembered.
 */
#include "witness.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/codec.h"
#include "base/id.h"
#include "call.h"
#include "crypto/crypto.h"
#include "memory.h"
#include "problem.h"
#include "proof/checkpoint.h"
#include "proof/note.h"
#include "proof/tree.h"
#include "request.h"
#include "verbatim.h"
#include "witness_key.h"
#include "witness_state.h"

enum { MAX_KEYS = 16, MAX_PATH = 160 };

struct witness {
    struct http *http;
    const struct options *options;
    struct note_key keys[MAX_KEYS];
    size_t n_keys;
    struct witness_state *state;
    struct signing_keys *signing; /* NULL: nothing is cosigned */
    const char *name;
};

/* A checkpoint with the note that holds it. */
struct seen {
    struct checkpoint checkpoint;
    struct note note;
    const char *text;
    size_t len;
};

/* One log of a run. */
struct followed {
    struct uuid tree;
    char id[UUID_TEXT_BYTES]; /* the tree's */
    bool is_known;
    struct seen known; /* the empty log when nothing is remembered */
    struct seen now;
};

/* How a log stands to what is remembered of it. */
enum finding {
    GOES_ON,
    NOT_A_CHECKPOINT,
    OTHER_LOG,
    NOT_SIGNED,
    FORGED,
    ROLLED_BACK,
    FORKED,
    NOT_CONSISTENT,
    FINDINGS
};

static const struct {
    const char *sentence;
    enum outcome outcome;
} findings[FINDINGS] = {
    [NOT_A_CHECKPOINT] = {"the server's answer is no checkpoint", OUTCOME_SERVER},
    [OTHER_LOG] = {"the server's answer is the checkpoint of another log", OUTCOME_SERVER},
    [NOT_SIGNED] = {"the checkpoint is not signed with the log's key", OUTCOME_SERVER},
    [FORGED] = {"the checkpoint is forged: a signature in the name of the log's key was not made with it",
                OUTCOME_SERVER},
    [ROLLED_BACK] = {"ROLLED BACK: rows that it had are gone", OUTCOME_FORKED},
    [FORKED] = {"FORKED: it shows other rows than before", OUTCOME_FORKED},
    [NOT_CONSISTENT] = {"FORKED: what it has now does not begin with what it had", OUTCOME_FORKED},
};

/* ---- The command line ----------------------------------------------------------------------------------------------- */

static enum outcome take_keys(struct witness *witness)
{
    const char *text;
    for (size_t n = 0; (text = options_value(witness->options, "log-key", n)) != NULL; n++) {
        if (n == MAX_KEYS)
            return usage("more keys than trygg takes, which is 16", NULL);
        if (note_key_parse(text, &witness->keys[n]) != STATUS_OK || witness->keys[n].kind != NOTE_ED25519 ||
            strchr(witness->keys[n].name, '/') == NULL)
            return usage("not the key of a log, NAME/ID+HASH+KEY:", text);
        witness->n_keys = n + 1;
    }
    return OUTCOME_OK;
}

static enum outcome take_signing(struct witness *witness)
{
    const char *path = options_value(witness->options, "key", 0);
    if (path == NULL)
        return OUTCOME_OK;
    TRY(witness_key_name(witness->options, &witness->name));
    return witness_key_open(path, &witness->signing);
}

static enum outcome check_logs(const struct options *options)
{
    struct uuid id;
    for (size_t i = 0; i < options->n_arguments; i++)
        if (uuid_parse(options->arguments[i], &id) != STATUS_OK)
            return usage("not the id of a log:", options->arguments[i]);
    return OUTCOME_OK;
}

/* ---- Judging -------------------------------------------------------------------------------------------------------- */

static bool read_seen(struct seen *seen, const char *text, size_t len)
{
    seen->text = text;
    seen->len = len;
    return note_parse(text, len, &seen->note) == STATUS_OK &&
           checkpoint_parse(seen->note.text, seen->note.text_len, &seen->checkpoint) == STATUS_OK;
}

/* A key of one log of a house is known of all of them. */
static enum finding find_signature(const struct witness *witness, const struct followed *log)
{
    static const enum finding verdicts[] = {
        [NOTE_NOT_SIGNED] = NOT_SIGNED, [NOTE_FORGED] = FORGED, [NOTE_SIGNED] = GOES_ON};
    struct note_key keys[MAX_KEYS];
    size_t n = 0;
    for (size_t i = 0; i < witness->n_keys; i++)
        if (origin_key(&witness->keys[i], &log->tree, &keys[n]) == STATUS_OK &&
            strcmp(keys[n].name, log->now.checkpoint.origin) == 0)
            n++;
    return n > 0 ? verdicts[note_verify_any(&log->now.note, keys, n, NULL)] : OTHER_LOG;
}

static enum finding compare(const struct checkpoint *known, const struct checkpoint *now)
{
    static const enum finding orders[] = {[CHECKPOINT_GOES_ON] = GOES_ON,
                                          [CHECKPOINT_OTHER_LOG] = OTHER_LOG,
                                          [CHECKPOINT_ROLLED_BACK] = ROLLED_BACK,
                                          [CHECKPOINT_FORKED] = FORKED};
    return orders[checkpoint_compare(known, now)];
}

/* ---- Asking --------------------------------------------------------------------------------------------------------- */

static bool take_hash(const char *text, struct hash *ret_hash)
{
    size_t len = 0;
    return text != NULL && base64_decode(text, strlen(text), ret_hash->bytes, HASH_BYTES, &len) == STATUS_OK &&
           len == HASH_BYTES;
}

static bool take_proof(const json_t *body, struct tree_proof *ret_proof)
{
    const json_t *hashes = json_object_get(body, "hashes");
    size_t n = json_array_size(hashes);
    if (!json_is_array(hashes) || n > TREE_MAX_PROOF)
        return false;
    ret_proof->n = n;
    for (size_t i = 0; i < n; i++)
        if (!take_hash(json_string_value(json_array_get(hashes, i)), &ret_proof->hashes[i]))
            return false;
    return true;
}

static enum outcome send(struct witness *witness, const struct http_request *request, json_t **ret_body)
{
    struct http_answer answer = {0};
    TRY(http_send(witness->http, request, &answer));
    enum outcome outcome = call_read(&answer, witness->options, ret_body);
    http_answer_clear(&answer);
    return outcome;
}

static enum outcome ask_consistency(struct witness *witness, const struct followed *log, enum finding *ret_finding)
{
    const struct checkpoint *known = &log->known.checkpoint;
    const struct checkpoint *now = &log->now.checkpoint;
    struct tree_proof proof = {0};
    char path[MAX_PATH];
    auto_json body = NULL;
    snprintf(path, sizeof path, "/v1/logs/%s/consistency?from=%" PRIu64 "&to=%" PRIu64, log->id, known->size,
             now->size);
    struct http_request request = {.method = "GET", .path = path, .repeatable = true};
    if (known->size > 0 && known->size < now->size) {
        TRY(send(witness, &request, &body));
        if (!take_proof(body, &proof)) {
            complain("the server's answer is not the proof that it promised", NULL);
            return OUTCOME_SERVER;
        }
    }
    bool goes_on = tree_verify_consistency(known->size, &known->root, now->size, &now->root, &proof);
    *ret_finding = goes_on ? GOES_ON : NOT_CONSISTENT;
    return OUTCOME_OK;
}

static enum outcome cosign_with(struct witness *witness, const struct followed *log, size_t at)
{
    char path[MAX_PATH];
    char line[NOTE_LINE_BYTES];
    char key[REQUEST_KEY_BYTES];
    auto_json answer = NULL;
    if (note_sign(witness->signing, at, witness->name, NOTE_COSIGNATURE, (uint64_t)time(NULL), log->now.note.text,
                  log->now.note.text_len, line) != STATUS_OK)
        return memory_out();
    TRY(request_new_key(key));
    auto_json body = json_pack("{s:I, s:s}", "size", (json_int_t)log->now.checkpoint.size, "signature", line);
    auto_text text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
    if (text == NULL)
        return memory_out();
    snprintf(path, sizeof path, "/v1/logs/%s/cosignatures", log->id);
    struct http_request request = {
        .method = "POST", .path = path, .body = text, .idempotency_key = key, .repeatable = true};
    return send(witness, &request, &answer);
}

static enum outcome cosign(struct witness *witness, const struct followed *log)
{
    for (size_t i = 0; witness->signing != NULL && i < signing_keys_count(witness->signing); i++)
        TRY(cosign_with(witness, log, i));
    return OUTCOME_OK;
}

/* ---- One log -------------------------------------------------------------------------------------------------------- */

static enum outcome tell(const struct witness *witness, const struct followed *log, enum finding finding)
{
    auto_text known = NULL;
    auto_text now = NULL;
    bool has_evidence = findings[finding].outcome == OUTCOME_FORKED;
    if (has_evidence) {
        if (log->is_known)
            TRY(witness_state_keep(witness->state, &log->known.checkpoint, log->known.text, log->known.len, &known));
        TRY(witness_state_keep(witness->state, &log->now.checkpoint, log->now.text, log->now.len, &now));
    }
    fprintf(stderr, "trygg: log %s: %s", log->id, findings[finding].sentence);
    if (has_evidence)
        fprintf(stderr, " (%" PRIu64 " rows before, %" PRIu64 " now); both signed checkpoints are kept: %s %s",
                log->known.checkpoint.size, log->now.checkpoint.size, known == NULL ? "(none before)" : known, now);
    fputc('\n', stderr);
    return findings[finding].outcome;
}

static enum outcome recall(const struct witness *witness, struct followed *log)
{
    const char *text = witness_state_note(witness->state, log->now.checkpoint.origin);
    log->is_known = text != NULL;
    log->known.checkpoint = (struct checkpoint){.root = tree_empty()};
    memcpy(log->known.checkpoint.origin, log->now.checkpoint.origin, NOTE_NAME_BYTES);
    if (text == NULL || (read_seen(&log->known, text, strlen(text)) &&
                         strcmp(log->known.checkpoint.origin, log->now.checkpoint.origin) == 0))
        return OUTCOME_OK;
    return usage("what the state remembers is no checkpoint of the log", log->id);
}

static enum outcome judge(struct witness *witness, struct followed *log)
{
    enum finding finding = find_signature(witness, log);
    if (finding != GOES_ON)
        return tell(witness, log, finding);
    TRY(recall(witness, log));
    finding = compare(&log->known.checkpoint, &log->now.checkpoint);
    if (finding == GOES_ON)
        TRY(ask_consistency(witness, log, &finding));
    if (finding != GOES_ON)
        return tell(witness, log, finding);
    if (!log->is_known)
        fprintf(stderr, "trygg: log %s: never seen before; remembered from now on, at %" PRIu64 " rows\n", log->id,
                log->now.checkpoint.size);
    TRY(witness_state_remember(witness->state, &log->now.checkpoint, log->now.text, log->now.len));
    return cosign(witness, log);
}

static enum outcome follow(struct witness *witness, const char *argument)
{
    struct followed log = {0};
    char path[MAX_PATH];
    struct buffer note = {0};
    if (uuid_parse(argument, &log.tree) != STATUS_OK)
        return OUTCOME_USAGE;
    uuid_format(&log.tree, log.id);
    snprintf(path, sizeof path, "/v1/logs/%s/checkpoint", log.id);
    TRY(verbatim_fetch(witness->http, witness->options, path, "text/plain", &note));
    enum outcome outcome =
        read_seen(&log.now, note.text, note.len) ? judge(witness, &log) : tell(witness, &log, NOT_A_CHECKPOINT);
    buffer_wipe(&note);
    return outcome;
}

static enum outcome follow_all(struct witness *witness)
{
    enum outcome outcome = OUTCOME_OK;
    for (size_t i = 0; i < witness->options->n_arguments; i++) {
        enum outcome one = follow(witness, witness->options->arguments[i]);
        if (one != OUTCOME_OK && one != OUTCOME_FORKED)
            complain("not followed this time: the log", witness->options->arguments[i]);
        if (one == OUTCOME_FORKED || outcome == OUTCOME_OK)
            outcome = one;
    }
    return outcome;
}

static enum outcome run(struct witness *witness)
{
    TRY(check_logs(witness->options));
    TRY(take_keys(witness));
    TRY(take_signing(witness));
    TRY(witness_state_open(options_value(witness->options, "state", 0), &witness->state));
    return follow_all(witness);
}

enum outcome witness_run(struct http *http, const struct options *options)
{
    struct witness witness = {.http = http, .options = options};
    if (crypto_start() != STATUS_OK)
        return memory_out();
    enum outcome outcome = run(&witness);
    witness_state_close(witness.state);
    signing_keys_close(witness.signing);
    return outcome;
}
