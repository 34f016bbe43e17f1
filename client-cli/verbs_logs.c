/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verbs about the logs as trees, as tables.
 * May hold no code: what a verb does follows from its row.
 * Always: what is signed is given as it was signed.
 */
#include <stddef.h>

#include "verbs_areas.h"

static const struct place log_columns[] = {
    {"ID", "id"},         {"KIND", "kind"}, {"ROWS SIGNED", "checkpointSize"}, {"LAST SIGNED", "checkpointAt"},
    {"GROUND", "ground"}, END_OF_PLACES,
};
static const struct place log_more[] = {
    {"KEYS", "keys"},
    END_OF_PLACES,
};
static const struct view logs_view = {
    .list = "data", .columns = log_columns, .more = log_more, .empty = "No logs that you may follow."};

static const struct place signed_lines[] = {
    {"Log", "id"},
    {"Rows signed", "version"},
    {"Ground", "ground"},
    END_OF_PLACES,
};
static const struct view signed_view = {.heading = "Signed.", .lines = signed_lines};

static const struct place consistency_lines[] = {
    {"From", "from"},
    {"To", "to"},
    {"Hashes", "hashes"},
    END_OF_PLACES,
};
static const struct view consistency_view = {.lines = consistency_lines};

static const struct option checkpoint_options[] = {
    {"witness", "NAME", IN_QUERY, "witness", 0, "the newest that this witness has cosigned", NULL},
    END_OF_OPTIONS,
};

static const struct option consistency_options[] = {
    {"from", "N", IN_QUERY, "from", REQUIRED, "the smaller size", NULL},
    {"to", "N", IN_QUERY, "to", REQUIRED, "the larger size", NULL},
    END_OF_OPTIONS,
};

static const struct option cosign_options[] = {
    {"signature", "LINE", IN_BODY, "signature", REQUIRED, "the line with its newline, as it stands in a signed note",
     NULL},
    {"size", "N", IN_BODY, "size", NUMBER, "of the checkpoint that was signed; the newest one's when left out", NULL},
    END_OF_OPTIONS,
};

const struct verb log_verbs[] = {
    {.words = {"logs", "list"},
     .method = "GET",
     .path = "/v1/logs",
     .traits = PAGED,
     .view = &logs_view,
     .summary = "the logs that you may follow, and the keys that they sign with"},
    {.words = {"logs", "checkpoint"},
     .arguments = {"ID"},
     .act = ACT_TEXT,
     .method = "GET",
     .path = "/v1/logs/{logId}/checkpoint",
     .options = checkpoint_options,
     .summary = "what a log has signed of itself, as a signed note",
     .example = "logs checkpoint 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 --output known.note"},
    {.words = {"logs", "sign"},
     .arguments = {"ID"},
     .method = "POST",
     .path = "/v1/logs/{logId}/checkpoint",
     .traits = NO_BODY,
     .view = &signed_view,
     .summary = "have a log signed as it is now, without waiting for the next minute"},
    {.words = {"logs", "proof"},
     .arguments = {"ROW"},
     .act = ACT_TEXT,
     .method = "GET",
     .path = "/v1/activity/{activityId}/proof",
     .summary = "that a row of the log is in it: a file for trygg verify, which needs neither server nor login",
     .note = "ROW is the id that trygg activity shows with --ids.",
     .example = "logs proof MZXW6YTBOI5GC43E --output row.tlog-proof"},
    {.words = {"logs", "consistency"},
     .arguments = {"ID"},
     .method = "GET",
     .path = "/v1/logs/{logId}/consistency",
     .options = consistency_options,
     .view = &consistency_view,
     .summary = "the hashes that prove that a log only grew; trygg witness asks for them and does the sums"},
    {.words = {"logs", "tile"},
     .arguments = {"ID", "LEVEL", "TILE"},
     .act = ACT_BYTES,
     .method = "GET",
     .path = "/v1/logs/{logId}/tile/{level}/{tile}",
     .summary = "hashes of a log, for mirrors",
     .example = "logs tile 019aa7b2-5b01-7222-9b3c-1d0e9f8a7b61 0 x001/067.p/12 --output tile"},
    {.words = {"logs", "cosign"},
     .arguments = {"ID"},
     .method = "POST",
     .path = "/v1/logs/{logId}/cosignatures",
     .options = cosign_options,
     .view = &signed_view,
     .summary = "add a cosignature that a witness has made; trygg witness --key does it by itself"},
    END_OF_VERBS,
};

static const struct option verify_options[] = {
    {"key", "VKEY", HERE, "key", REQUIRED, "the log's key, as tryggd log-key show or trygg logs list tells it", NULL},
    {"witness", "VKEY", HERE, "witness", MANY, "this witness must have cosigned", NULL},
    {"max-age", "DURATION", HERE, "max-age", 0,
     "the cosignatures must be no older, as 90s, 15m, 24h or 7d; needs --witness", NULL},
    {"checkpoint", "FILE", HERE, "checkpoint", NAMES_FILE,
     "a checkpoint that you have already: the proof's must be of the same log and not older", NULL},
    END_OF_OPTIONS,
};

const struct verb verify_verbs[] = {
    {.words = {"verify"},
     .arguments = {"FILE"},
     .act = ACT_VERIFY,
     .options = verify_options,
     .summary = "whether a row was in the log that this key signs; asks no server",
     .note = "FILE is what trygg logs proof wrote; - is standard input. The row is shown when all holds (exit code 0). "
             "When\n"
             "something does not, one sentence says what, and nothing is shown (exit code 1). No profile, login or "
             "network is\n"
             "needed: whom to trust is what --key and --witness say, so take the keys from the school, not from where "
             "the\n"
             "proof came from.",
     .example = "verify row.tlog-proof --key $VKEY --witness $WITNESS --max-age 24h"},
    END_OF_VERBS,
};

static const struct option witness_options[] = {
    {"state", "FILE", HERE, "state", REQUIRED | NAMES_FILE, "what the witness remembers; made by the first run", NULL},
    {"log-key", "VKEY", HERE, "log-key", REQUIRED | MANY,
     "the key of one of the logs; the others of the same house have the same one", NULL},
    {"key", "FILE", HERE, "key", NAMES_FILE, "cosign with the keys of this file, and hand it in", NULL},
    {"name", "NAME", HERE, "name", 0, "the name under which it cosigns; needed with --key", NULL},
    END_OF_OPTIONS,
};

static const struct option key_options[] = {
    {"create", "FILE", HERE, "create", NAMES_FILE, "make a new key in this new file", NULL},
    {"key", "FILE", HERE, "key", NAMES_FILE, "show that of this file", NULL},
    {"name", "NAME", HERE, "name", REQUIRED, "the name under which it cosigns, such as witness.example/kommune", NULL},
    END_OF_OPTIONS,
};

const struct verb witness_verbs[] = {
    {.words = {"witness"},
     .arguments = {"LOG..."},
     .act = ACT_WITNESS,
     .traits = MANY_ARGUMENTS,
     .options = witness_options,
     .summary = "hold each log's newest checkpoint against the one remembered; for cron",
     .note =
         "Says nothing when every log goes on from what it was. A log that was rolled back or forked is told in one "
         "line,\n"
         "with exit code 10: nothing new is remembered, nothing is cosigned, and both signed checkpoints are "
         "kept in\n"
         "files beside the state, as evidence that the log cannot deny.",
     .example = "witness --profile witness --state state.json --log-key $VKEY $SCHOOL $SCHOOL2"},
    {.words = {"witness", "key"},
     .act = ACT_KEY,
     .options = key_options,
     .summary = "make the key of a witness, or show it, as those write it who trust the witness",
     .example = "witness key --create witness.key --name witness.example/kommune"},
    END_OF_VERBS,
};
