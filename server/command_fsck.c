/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * command_fsck.c: `tryggd fsck`: says whether a store is whole, while no daemon uses it (C3, V3).
 * It may not change or repair anything, and prints no content.
 * What is wrong is a line each, the first FINDINGS of them; the exit code says whether there was any.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "call/check.h"
#include "command.h"
#include "complain.h"

enum { FINDINGS = 100, EXIT_DAMAGED = 1, TOLD_EVERY_MS = 200, PLACE_BYTES = 64, BAR = 32 };

struct report {
    bool as_json;
    json_t *findings; /* of --json */
    bool failed;      /* no memory for one of them */
    uint64_t found;
    bool progress; /* stderr is a terminal */
    int64_t told_at;
};

/* ---- How far it is ------------------------------------------------------------------------------------------------------ */

/* Over the line of before. */
static void clear_bar(const struct report *report)
{
    if (report->progress)
        (void)fputs("\r\033[K", stderr);
}

static void went(void *context, const char *what, uint64_t done, uint64_t of)
{
    struct report *report = context;
    const int64_t now = clock_monotonic();
    char bar[BAR + 1];

    if (!report->progress || (done > 0 && done < of && now - report->told_at < TOLD_EVERY_MS))
        return;
    report->told_at = now;
    clear_bar(report);
    if (of == 0) {
        (void)fprintf(stderr, "%s …", what);
        return;
    }
    const uint64_t share = done < of ? done : of;
    const size_t full = (size_t)((double)share / (double)of * BAR);
    memset(bar, '.', BAR);
    memset(bar, '#', full);
    bar[BAR] = '\0';
    (void)fprintf(stderr, "%s [%s] %" PRIu64 " of %" PRIu64, what, bar, done, of);
}

/* ---- What is wrong ------------------------------------------------------------------------------------------------------ */

/* A word of the engine or of a file: printable, and no more than fits. */
static void print_word(const char *word)
{
    for (; *word != '\0'; word++)
        putchar((unsigned char)*word >= ' ' && *word != 0x7f ? *word : '?');
}

static void print_finding(const struct finding *finding)
{
    char id[UUID_TEXT_BYTES];

    print_word(finding->table);
    if (finding->column != NULL)
        printf(".%s", finding->column);
    if (finding->id != NULL) {
        uuid_format(finding->id, id);
        printf(" of %s", id);
    }
    if (finding->has_places && finding->first == finding->last)
        printf(", row %" PRIu64, finding->first);
    else if (finding->has_places)
        printf(", rows %" PRIu64 " to %" PRIu64, finding->first, finding->last);
    printf(": ");
    print_word(finding->what);
    putchar('\n');
}

/* What the engine says may hold bytes of a damaged file. */
static json_t *text_of(const char *text)
{
    json_t *found = json_string(text);

    return found != NULL ? found : json_string("?");
}

static void keep_finding(struct report *report, const struct finding *finding)
{
    json_t *kept = json_pack("{so so}", "table", text_of(finding->table), "what", text_of(finding->what));
    char id[UUID_TEXT_BYTES];
    int failed = kept == NULL ? -1 : 0;

    if (failed == 0 && finding->column != NULL)
        failed = json_object_set_new(kept, "column", json_string(finding->column));
    if (failed == 0 && finding->id != NULL) {
        uuid_format(finding->id, id);
        failed = json_object_set_new(kept, "id", json_string(id));
    }
    if (failed == 0 && finding->has_places) {
        failed = json_object_set_new(kept, "firstRow", json_integer((json_int_t)finding->first));
        failed |= json_object_set_new(kept, "lastRow", json_integer((json_int_t)finding->last));
    }
    if (failed != 0) {
        json_decref(kept);
        report->failed = true;
        return;
    }
    if (json_array_append_new(report->findings, kept) != 0)
        report->failed = true;
}

static void found(void *context, const struct finding *finding)
{
    struct report *report = context;

    if (report->found++ >= FINDINGS)
        return;
    if (report->as_json) {
        keep_finding(report, finding);
        return;
    }
    clear_bar(report);
    print_finding(finding);
}

/* ---- The report --------------------------------------------------------------------------------------------------------- */

/* What was looked at: its name in the report as text, and as JSON. */
struct count {
    const char *name;
    const char *member;
    uint64_t n;
};

static double per_second(uint64_t rows, int64_t us)
{
    return us > 0 ? (double)rows * 1e6 / (double)us : 0;
}

static void print_text(const struct report *report, const struct count *counts, size_t n, double rate)
{
    if (report->found > FINDINGS)
        printf("and %" PRIu64 " more\n", report->found - FINDINGS);
    for (size_t i = 0; i < n; i++)
        printf("%-44s %" PRIu64 "\n", counts[i].name, counts[i].n);
    printf("%-44s %.0f\n", "rows of the log per second of a processor", rate);
    puts(report->found == 0 ? "the store is whole" : "THE STORE IS DAMAGED");
}

static int print_json(struct report *report, const struct count *counts, size_t n, double rate)
{
    auto_json all = json_pack("{sb sI sO sf}", "whole", report->found == 0, "found", (json_int_t)report->found,
                              "findings", report->findings, "rowsPerCpuSecond", rate);
    bool failed = all == NULL || report->failed;

    for (size_t i = 0; i < n && !failed; i++)
        failed = json_object_set_new(all, counts[i].member, json_integer((json_int_t)counts[i].n)) != 0;
    if (failed || json_dumpf(all, stdout, JSON_INDENT(2) | JSON_SORT_KEYS) != 0)
        return complain(EX_OSERR, "no memory for the report");
    putchar('\n');
    return EXIT_SUCCESS;
}

static int conclude(struct report *report, const struct house_checked *checked, bool content)
{
    const struct count counts[] = {
        {"trees of the log", "trees", checked->log.trees},
        {"rows of the log, each hashed anew", "rows", checked->log.rows},
        {"kept roots", "keptRoots", checked->log.kept_roots},
        {"entries of look-ups", "lookUps", checked->log.lookups},
        {"checkpoints", "checkpoints", checked->log.checkpoints},
        {"checkpoints with a witness's signature", "cosigned", checked->log.cosigned},
        {"rows newer than their tree's checkpoint", "rowsNotSignedFor", checked->log.not_signed_for},
        {"keys in keys.db", "keysStored", checked->keys.stored},
        {"keys that rows name", "keysNamed", checked->keys.named},
        {"rows with sealed columns, opened", "sealedRows", checked->seals.rows},
        {"sealed columns, opened", "sealedColumns", checked->seals.values},
    };
    const size_t n = sizeof counts / sizeof *counts - (content ? 0 : 2);
    const double rate = per_second(checked->log.rows, checked->log.rows_us);

    clear_bar(report);
    if (report->as_json) {
        int code = print_json(report, counts, n, rate);
        if (code != EXIT_SUCCESS)
            return code;
    } else {
        print_text(report, counts, n, rate);
    }
    if (fflush(stdout) != 0)
        return complain(EX_IOERR, "the report could not be written out");
    return report->found == 0 ? EXIT_SUCCESS : EXIT_DAMAGED;
}

/* ---- The command -------------------------------------------------------------------------------------------------------- */

static int check(const struct invocation *invocation)
{
    const struct config *config = &invocation->config;
    const bool content = invocation->options[OPTION_NO_CONTENT] == NULL;
    const struct house_settings settings = {
        .directory = config->data_directory,
        .master_key_file = config->master_key_file,
        .log = command_log(config),
    };
    auto_json findings = json_array();
    struct report report = {
        .as_json = invocation->options[OPTION_JSON] != NULL,
        .findings = findings,
        .progress = isatty(STDERR_FILENO) == 1,
    };
    const struct checker checker = {found, went, &report};
    struct house_checked checked = {.log = {.rows = 0}};
    enum house_fault fault = HOUSE_FINE;

    if (findings == NULL)
        return complain(EX_OSERR, "no memory");
    enum status status = house_check(&settings, content, &checker, &checked, &fault);
    if (status == STATUS_OK)
        return conclude(&report, &checked, content);
    clear_bar(&report);
    if (fault != HOUSE_FINE || report.found == 0)
        return complain_of_house(fault, status, &settings);
    /* A schema that is not ours, as a rule: what is asked next cannot be asked. */
    (void)complain(EXIT_DAMAGED, "the rest could not be looked at (%s)", status_name(status));
    return conclude(&report, &checked, content);
}

int command_fsck(const struct invocation *invocation)
{
    int code = command_prepare(&invocation->config);

    return code == EXIT_SUCCESS ? check(invocation) : code;
}
