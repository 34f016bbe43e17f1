/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * command_init.c: `tryggd init`: a store with its first organisations and people (M1), before any daemon runs.
 * It may not repair or replace a store that is there, and prints no name.
 * The seed is read and checked whole before anything is made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "api/seed.h"
#include "base/clock.h"
#include "base/json.h"
#include "call/call.h"
#include "command.h"
#include "complain.h"
#include "seed_logins.h"
#include "whole_file.h"

enum { MAX_SEED_BYTES = 16 << 20, MAX_SEED_MEMORY = 64 << 20 };

/* An organisation is stored in several commits: one that stopped in the middle cannot be gone on with. */
struct making {
    const char *directory;
    bool made; /* by this command: nobody else's records are in it */
};

static int stopped(const struct making *making, int code, const char *why)
{
    if (making->made)
        return complain(code, "%s; remove the data directory %s and start over", why, making->directory);
    return complain(code, "%s; put the data directory %s back as it was before", why, making->directory);
}

/* Offline, nobody waits for an answer. */
static void end_at_once(void *context)
{
    _exit(stopped(context, EX_TEMPFAIL, "the disk did not say whether the last rows are stored"));
}

static int complain_of_seed(const char *path, const struct seed_fault *fault)
{
    if (fault->json.line > 0)
        return complain(EX_DATAERR, "%s:%d:%d: %s", path, fault->json.line, fault->json.column, fault->what);
    return complain(EX_DATAERR, "%s: %s%s%s", path, fault->path, fault->path[0] != '\0' ? " " : "", fault->what);
}

static int read_seed(const struct invocation *invocation, struct arena *arena, struct seed_file *ret_file)
{
    const char *path = invocation->options[OPTION_SEED];
    auto_buffer text = buffer_make(MAX_SEED_BYTES);
    struct seed_fault fault = {.what = ""};

    enum status status = whole_file_read(path, &text);
    if (status != STATUS_OK)
        return complain(EX_NOINPUT, "%s cannot be read (%s)", path, status_name(status));
    status = seed_read((const char *)text.data, text.len, clock_today(), arena, ret_file, &fault);
    if (status == STATUS_INVALID)
        return complain_of_seed(path, &fault);
    if (status != STATUS_OK)
        return complain(exit_code_of(status), "%s cannot be taken (%s)", path, status_name(status));
    for (size_t i = 0; i < ret_file->n; i++) {
        if (strcmp(ret_file->organisations[i].organisation.time_zone, invocation->config.time_zone) != 0)
            return complain(EX_DATAERR, "%s: organisations[%zu].timeZone is not the time_zone of the configuration, %s",
                            path, i, invocation->config.time_zone);
    }
    return EXIT_SUCCESS;
}

/* Refused before anything is changed. */
static int check_new(struct house *house, const struct house_settings *settings, const struct seed_file *file)
{
    for (size_t i = 0; i < file->n; i++) {
        bool known = false;
        enum status status = house_knows(house, &file->organisations[i].organisation.id, &known);
        if (status != STATUS_OK)
            return complain_of_house(HOUSE_FINE, status, settings);
        if (known)
            return complain(EX_DATAERR, "organisations[%zu] is in the store already; nothing was changed", i);
    }
    return EXIT_SUCCESS;
}

static int fill(struct house *house, const struct making *making, const struct seed_file *file)
{
    char why[96];

    for (size_t i = 0; i < file->n; i++) {
        enum status status = house_seed(house, &file->organisations[i]);
        if (status == STATUS_OK)
            continue;
        if (status == STATUS_COMMIT_UNKNOWN)
            return EX_TEMPFAIL; /* end_at_once says so, in the writer's thread */
        snprintf(why, sizeof why, "organisations[%zu] could not be stored whole (%s)", i, status_name(status));
        return stopped(making, status == STATUS_EXISTS ? EX_DATAERR : exit_code_of(status), why);
    }
    return EXIT_SUCCESS;
}

static int make(const struct house_settings *settings, struct making *making, const struct seed_file *file)
{
    struct house *house = NULL;
    enum house_fault fault = HOUSE_FINE;

    const enum status created = house_create(settings, &fault);
    if (fault != HOUSE_FINE)
        return complain_of_house(fault, created, settings);
    if (created == STATUS_COMMIT_UNKNOWN)
        return complain(
            EX_IOERR,
            "%s or %s was made, but a power cut may take it, since its folder could not be synced; keep copies "
            "of them elsewhere before you try again",
            settings->master_key_file, settings->log.signing_key_file);
    if (created != STATUS_OK && created != STATUS_EXISTS)
        return complain(EX_CANTCREAT, "the keys %s and %s or the data directory %s cannot be made (%s)",
                        settings->master_key_file, settings->log.signing_key_file, settings->directory,
                        status_name(created));
    making->made = created == STATUS_OK;
    enum status status = house_open(settings, &house, &fault);
    if (status != STATUS_OK)
        return complain_of_house(fault, status, settings);
    int code = check_new(house, settings, file);
    if (code == EXIT_SUCCESS)
        code = fill(house, making, file);
    house_close(house);
    return code;
}

static int write_ids(const char *path, const json_t *ids)
{
    char *text = json_dumps(ids, JSON_INDENT(2) | JSON_SORT_KEYS);
    int code = EXIT_SUCCESS;

    if (text == NULL)
        return complain(EX_OSERR, "no memory for the ids");
    if (path == NULL)
        puts(text);
    else if (whole_file_write(path, text, strlen(text)) != STATUS_OK)
        code = complain(EX_CANTCREAT, "%s cannot be written", path);
    free(text);
    return code;
}

int command_init(const struct invocation *invocation)
{
    struct making making = {.directory = invocation->config.data_directory};
    const struct house_settings settings = {
        .directory = invocation->config.data_directory,
        .master_key_file = invocation->config.master_key_file,
        .time_zone = invocation->config.time_zone,
        .log = command_log(&invocation->config),
        .commit_unknown = end_at_once,
        .context = &making,
    };
    auto_arena arena = arena_new(MAX_SEED_MEMORY);
    auto_json ids = json_object();
    struct seed_file file = {.ids = ids};

    if (arena == NULL || ids == NULL)
        return complain(EX_OSERR, "no memory");
    int code = command_prepare(&invocation->config);
    if (code == EXIT_SUCCESS)
        code = read_seed(invocation, arena, &file);
    if (code == EXIT_SUCCESS)
        code = make(&settings, &making, &file);
    if (code != EXIT_SUCCESS)
        return code;
    code = write_ids(invocation->options[OPTION_IDS], ids);
    seed_warn_of_logins(&(struct seeding){
        .config = &invocation->config, .file = &file, .path = invocation->options[OPTION_SEED], .made = making.made});
    return code;
}
