/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verifies proofs of rows of the log.
 * May not ask anybody: what it trusts stands on the command line.
 * Always: a row is printed after everything that was asked for has been found to hold, and not before.
 */
#include "verify.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "crypto/crypto.h"
#include "file.h"
#include "memory.h"
#include "proof/bundle.h"
#include "row.h"

enum { MAX_WITNESSES = 8, MAX_ARENA = 2 * BUNDLE_MAX_BYTES, CLOCK_SECONDS = 300 };

/* What is asked on top of what a bundle proves by itself; the numbers go on from those of enum bundle_fault. */
enum verify_fault {
    VERIFY_KNOWN_ORIGIN = BUNDLE_FAULTS,
    VERIFY_ROLLED_BACK,
    VERIFY_FORKED,
    VERIFY_NOT_WITNESSED,
    VERIFY_WITNESS_FORGED,
    VERIFY_TOO_EARLY,
    VERIFY_STALE,
    VERIFY_FAULTS
};

static const char *const sentences[VERIFY_FAULTS] = {
    [BUNDLE_NOT_A_BUNDLE] = "this is no proof: it has another format, or bytes are missing or left over",
    [BUNDLE_NOT_A_LEAF] = "what it holds is no row of a log",
    [BUNDLE_NOT_A_CHECKPOINT] = "what it holds is no checkpoint of a log",
    [BUNDLE_OTHER_ORIGIN] = "its checkpoint is of another log than the key",
    [BUNDLE_NOT_SIGNED] = "its checkpoint is not signed with this key",
    [BUNDLE_FORGED] = "its checkpoint is forged: a signature in this key's name was not made with it",
    [BUNDLE_OTHER_TREE] = "the row is of another log than the checkpoint",
    [BUNDLE_OTHER_INDEX] = "the row has another place in the log than the proof says",
    [BUNDLE_NOT_IN_TREE] = "the row was not in the log like this: the proof does not lead from it to the checkpoint",
    [VERIFY_KNOWN_ORIGIN] = "its checkpoint is of another log than the checkpoint that is known",
    [VERIFY_ROLLED_BACK] = "its checkpoint is older than the one that is known",
    [VERIFY_FORKED] = "its checkpoint and the one that is known differ at the same size: the log was forked",
    [VERIFY_NOT_WITNESSED] = "its checkpoint is not cosigned by the witness",
    [VERIFY_WITNESS_FORGED] = "its checkpoint is forged: a cosignature was not made with the key of the witness",
    [VERIFY_TOO_EARLY] = "its checkpoint has a cosignature of the future, by the witness",
    [VERIFY_STALE] = "its checkpoint is stale: older than --max-age is the cosignature of the witness",
};

struct trusted {
    struct note_key key;
    struct note_key witnesses[MAX_WITNESSES];
    size_t n_witnesses;
    uint64_t max_age; /* seconds; UINT64_MAX: any */
    struct checkpoint known;
    bool has_known;
};

/* What is told, besides what was proven. */
struct found {
    struct bundle bundle;
    struct bundle_proven proven;
    uint64_t seen[MAX_WITNESSES]; /* when each witness signed */
    const char *witness;          /* the one whom the fault is about, or NULL */
};

/* ---- The command line ----------------------------------------------------------------------------------------------- */

static enum outcome take_key(const char *text, enum note_kind kind, struct note_key *ret_key)
{
    struct note_key key;
    if (note_key_parse(text, &key) != STATUS_OK)
        return usage("not a verifier's key, NAME+HASH+KEY:", text);
    if (key.kind != kind)
        return usage(
            kind == NOTE_ED25519 ? "the key of a witness, not of a log:" : "the key of a log, not of a witness:", text);
    *ret_key = key;
    return OUTCOME_OK;
}

static enum outcome take_witnesses(const struct options *options, struct trusted *trusted)
{
    const char *text;
    for (size_t n = 0; (text = options_value(options, "witness", n)) != NULL; n++) {
        if (n == MAX_WITNESSES)
            return usage("more witnesses than trygg takes, which is 8", NULL);
        TRY(take_key(text, NOTE_COSIGNATURE, &trusted->witnesses[n]));
        trusted->n_witnesses = n + 1;
    }
    return OUTCOME_OK;
}

static enum outcome take_age(const struct options *options, struct trusted *trusted)
{
    static const struct {
        char letter;
        uint64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    const char *text = options_value(options, "max-age", 0);
    trusted->max_age = UINT64_MAX;
    if (text == NULL)
        return OUTCOME_OK;
    if (trusted->n_witnesses == 0)
        return options_usage(options->verb, "only a witness says when: --max-age needs --witness");
    size_t len = strspn(text, "0123456789");
    uint64_t number = 0;
    for (size_t i = 0; i < len && len <= 9; i++)
        number = number * 10 + (uint64_t)(text[i] - '0');
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (len >= 1 && len <= 9 && text[len] == units[i].letter && text[len + 1] == '\0') {
            trusted->max_age = number * units[i].seconds;
            return OUTCOME_OK;
        }
    return usage("not a duration such as 90s, 15m, 24h or 7d:", text);
}

static enum outcome take_known(const struct options *options, struct trusted *trusted)
{
    const char *path = options_value(options, "checkpoint", 0);
    struct buffer text = {0};
    struct note note;
    if (path == NULL)
        return OUTCOME_OK;
    TRY(file_read_verbatim(path, NOTE_MAX_BYTES, &text));
    trusted->has_known = note_parse(text.text, text.len, &note) == STATUS_OK &&
                         checkpoint_parse(note.text, note.text_len, &trusted->known) == STATUS_OK;
    buffer_wipe(&text);
    return trusted->has_known ? OUTCOME_OK : usage("no checkpoint of a log:", path);
}

static enum outcome take_trusted(const struct options *options, struct trusted *trusted)
{
    TRY(take_key(options_value(options, "key", 0), NOTE_ED25519, &trusted->key));
    TRY(take_witnesses(options, trusted));
    TRY(take_age(options, trusted));
    return take_known(options, trusted);
}

/* ---- Verifying ------------------------------------------------------------------------------------------------------ */

static int known_fault(const struct trusted *trusted, const struct checkpoint *checkpoint)
{
    static const int faults[] = {
        [CHECKPOINT_GOES_ON] = BUNDLE_FINE,
        [CHECKPOINT_OTHER_LOG] = VERIFY_KNOWN_ORIGIN,
        [CHECKPOINT_ROLLED_BACK] = VERIFY_ROLLED_BACK,
        [CHECKPOINT_FORKED] = VERIFY_FORKED,
    };
    return trusted->has_known ? faults[checkpoint_compare(&trusted->known, checkpoint)] : BUNDLE_FINE;
}

static int witness_fault(const struct note *note, const struct note_key *witness, uint64_t max_age, uint64_t *ret_time)
{
    static const int faults[] = {[NOTE_NOT_SIGNED] = VERIFY_NOT_WITNESSED, [NOTE_FORGED] = VERIFY_WITNESS_FORGED};
    uint64_t now = (uint64_t)time(NULL);
    uint64_t signed_at;
    enum note_verdict verdict = note_verify(note, witness, &signed_at);
    if (verdict != NOTE_SIGNED)
        return faults[verdict];
    if (signed_at > now && signed_at - now > CLOCK_SECONDS)
        return VERIFY_TOO_EARLY;
    if (signed_at < now && now - signed_at > max_age)
        return VERIFY_STALE;
    *ret_time = signed_at;
    return BUNDLE_FINE;
}

static int witnesses_fault(const struct trusted *trusted, struct found *found)
{
    struct note note;
    int fault = BUNDLE_FINE;
    if (note_parse(found->bundle.note, found->bundle.note_len, &note) != STATUS_OK)
        return BUNDLE_NOT_A_CHECKPOINT;
    for (size_t i = 0; i < trusted->n_witnesses && fault == BUNDLE_FINE; i++) {
        fault = witness_fault(&note, &trusted->witnesses[i], trusted->max_age, &found->seen[i]);
        if (fault != BUNDLE_FINE)
            found->witness = trusted->witnesses[i].name;
    }
    return fault;
}

/* One of enum bundle_fault, or of enum verify_fault. */
static int fault_of(const struct trusted *trusted, struct found *found)
{
    int fault = (int)bundle_verify(&found->bundle, &trusted->key, &found->proven);
    if (fault == BUNDLE_FINE)
        fault = known_fault(trusted, &found->proven.checkpoint);
    return fault == BUNDLE_FINE ? witnesses_fault(trusted, found) : fault;
}

/* ---- Telling -------------------------------------------------------------------------------------------------------- */

static enum outcome tell_fault(int fault, const char *witness)
{
    assert(fault > BUNDLE_FINE && fault < VERIFY_FAULTS);
    char sentence[160];
    snprintf(sentence, sizeof sentence, "not proven: %s", sentences[fault]);
    complain(sentence, witness);
    return OUTCOME_UNPROVEN;
}

static bool put(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

static bool put_witnesses(json_t *told, const struct trusted *trusted, const struct found *found)
{
    json_t *list = json_array();
    bool made = list != NULL;
    for (size_t i = 0; made && i < trusted->n_witnesses; i++) {
        json_t *at = row_time((int64_t)found->seen[i] * 1000);
        made = json_array_append_new(list, json_pack("{s:s, s:o}", "name", trusted->witnesses[i].name, "at", at)) == 0;
    }
    return put(told, "witnesses", list) && made;
}

static void say(const struct trusted *trusted, const struct found *found)
{
    char at[TIME_TEXT_BYTES];
    printf("\nProven: this row stood in the log %s, at place %" PRIu64 ", when it had %" PRIu64 " rows.\n",
           found->proven.checkpoint.origin, found->bundle.index, found->proven.checkpoint.size);
    for (size_t i = 0; i < trusted->n_witnesses; i++) {
        time_format((int64_t)found->seen[i] * 1000, at);
        printf("Cosigned by %s at %s.\n", trusted->witnesses[i].name, at);
    }
}

static enum outcome tell(const struct options *options, const struct trusted *trusted, const struct found *found)
{
    auto_json row = NULL;
    TRY(row_json(&found->proven.leaf, &row));
    if (options->own[OWN_JSON] == NULL) {
        TRY(row_print(stdout, row));
        say(trusted, found);
        return OUTCOME_OK;
    }
    auto_json told = json_object();
    bool made = put(told, "proven", json_true()) && put(told, "origin", json_string(found->proven.checkpoint.origin)) &&
                put(told, "size", json_integer((json_int_t)found->proven.checkpoint.size)) &&
                json_object_set(told, "row", row) == 0 && put_witnesses(told, trusted, found);
    return made ? print_json(stdout, told) : memory_out();
}

static enum outcome verify(const struct options *options, const struct buffer *file, struct arena *arena)
{
    struct trusted trusted = {0};
    struct found found = {0};
    TRY(take_trusted(options, &trusted));
    enum status status = bundle_parse(file->text, file->len, arena, &found.bundle);
    if (status == STATUS_NO_MEMORY)
        return memory_out();
    int fault = status == STATUS_OK ? fault_of(&trusted, &found) : BUNDLE_NOT_A_BUNDLE;
    return fault == BUNDLE_FINE ? tell(options, &trusted, &found) : tell_fault(fault, found.witness);
}

enum outcome verify_run(const struct options *options)
{
    struct buffer file = {0};
    auto_arena arena = arena_new(MAX_ARENA);
    if (arena == NULL || crypto_start() != STATUS_OK)
        return memory_out();
    TRY(file_read_verbatim(options->arguments[0], BUNDLE_MAX_BYTES, &file));
    enum outcome outcome = verify(options, &file, arena);
    buffer_wipe(&file);
    return outcome;
}
