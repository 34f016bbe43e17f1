/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * command_log_key.c: `tryggd log-key`: the keys that sign the logs, from the first to their replacement (docs/log.md).
 * It may not print a secret, nor take out a key that a checkpoint still needs.
 * Always: a verifier who knows one of the keys is never left with checkpoints that only another one has signed, unless the operator retires it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "call/log_key.h"
#include "command.h"
#include "complain.h"
#include "crypto/signing.h"
#include "proof/note.h"

static void end_at_once(void *context)
{
    (void)context;
    _exit(complain(EX_TEMPFAIL,
                   "the disk did not say whether the last checkpoints are stored; the keys are as they were"));
}

static struct house_settings settings_of(const struct config *config)
{
    return (struct house_settings){
        .directory = config->data_directory,
        .master_key_file = config->master_key_file,
        .time_zone = config->time_zone,
        .log = command_log(config),
        .commit_unknown = end_at_once,
    };
}

static int complain_of_keys(const struct config *config, enum signing_fault fault, enum status status)
{
    const struct house_settings settings = settings_of(config);

    if (status == STATUS_EXISTS)
        return complain(
            EX_CANTCREAT,
            "%s.new is there: the keys are being changed, or that was cut short; if nothing runs, remove it",
            config->log_signing_key_file);
    if (status == STATUS_COMMIT_UNKNOWN)
        return complain(
            EX_IOERR,
            "%s was changed, but a power cut may bring the old one back, since its folder could not be synced; "
            "do not do it again: keep a copy of it elsewhere, and look with `tryggd log-key show` after the next boot",
            config->log_signing_key_file);
    if (fault != SIGNING_FINE)
        return complain_of_house(house_fault_of_signing(fault), status, &settings);
    return complain(exit_code_of(status), "%s cannot be written (%s)", config->log_signing_key_file,
                    status_name(status));
}

static int open_house(const struct config *config, struct house **ret_house)
{
    const struct house_settings settings = settings_of(config);
    enum house_fault fault = HOUSE_FINE;

    enum status status = house_open(&settings, ret_house, &fault);
    return status == STATUS_OK ? EXIT_SUCCESS : complain_of_house(fault, status, &settings);
}

int command_log_key_create(const struct invocation *invocation)
{
    const struct config *config = &invocation->config;
    const struct house_settings settings = settings_of(config);
    enum house_fault fault = HOUSE_FINE;

    int code = command_prepare(config);
    if (code != EXIT_SUCCESS)
        return code;
    enum status status = house_make_log_key(&settings, &fault);
    if (status == STATUS_EXISTS)
        return complain(EX_CANTCREAT, "%s is there already and is not replaced", config->log_signing_key_file);
    if (fault != HOUSE_FINE)
        return complain_of_house(fault, status, &settings);
    if (status == STATUS_COMMIT_UNKNOWN)
        return complain(EX_IOERR,
                        "%s was made, but a power cut may take it, since its folder could not be synced; "
                        "remove it before you try again",
                        config->log_signing_key_file);
    if (status != STATUS_OK)
        return complain(exit_code_of(status), "%s cannot be written (%s)", config->log_signing_key_file,
                        status_name(status));
    printf("key of the log: %s\n", config->log_signing_key_file);
    return EXIT_SUCCESS;
}

int command_log_key_rotate(const struct invocation *invocation)
{
    const struct config *config = &invocation->config;
    enum signing_fault fault = SIGNING_FINE;

    int code = command_prepare(config);
    if (code != EXIT_SUCCESS)
        return code;
    enum status status = signing_keys_add(config->log_signing_key_file, &fault);
    if (status == STATUS_TOO_MANY)
        return complain(EX_CANTCREAT, "%s holds %d keys, and no more; retire the oldest first",
                        config->log_signing_key_file, SIGNING_KEYS_MAX);
    if (status != STATUS_OK)
        return complain_of_keys(config, fault, status);
    printf("a new key was added to %s; start tryggd anew, and all of its keys sign\n", config->log_signing_key_file);
    return EXIT_SUCCESS;
}

/* One key stays, whatever is asked. */
static int check_count(const struct config *config)
{
    auto_signing_keys keys = NULL;
    enum signing_fault fault = SIGNING_FINE;

    enum status status = signing_keys_open(config->log_signing_key_file, &keys, &fault);
    if (status != STATUS_OK)
        return complain_of_keys(config, fault, status);
    return signing_keys_count(keys) > 1
               ? EXIT_SUCCESS
               : complain(EX_DATAERR,
                          "%s holds one key, which stays; add a new one first, with `tryggd log-key rotate`",
                          config->log_signing_key_file);
}

/* Every log, and what witnesses have cosigned, is signed with the keys that stay before the other one goes: its next checkpoint goes on
 * from there. */
static int sign_all(const struct config *config)
{
    struct house *house = NULL;

    int code = open_house(config, &house);
    if (code != EXIT_SUCCESS)
        return code;
    enum status status = call_sign_logs(house);
    house_close(house);
    if (status == STATUS_CORRUPT)
        return complain(EX_DATAERR, "a log could not be signed, and no key was taken out; see the lines above, and "
                                    "`tryggd fsck`");
    return status == STATUS_OK
               ? EXIT_SUCCESS
               : complain(exit_code_of(status), "the logs could not be signed, and no key was taken out (%s)",
                          status_name(status));
}

int command_log_key_retire(const struct invocation *invocation)
{
    const struct config *config = &invocation->config;
    enum signing_fault fault = SIGNING_FINE;

    int code = command_prepare(config);
    if (code == EXIT_SUCCESS)
        code = check_count(config);
    if (code == EXIT_SUCCESS)
        code = sign_all(config);
    if (code != EXIT_SUCCESS)
        return code;
    enum status status = signing_keys_drop_oldest(config->log_signing_key_file, &fault);
    if (status != STATUS_OK)
        return complain_of_keys(config, fault, status);
    printf("the oldest key was taken out of %s\n", config->log_signing_key_file);
    return EXIT_SUCCESS;
}

static enum status print_key(void *context, bool is_school, const struct note_key *key)
{
    char text[NOTE_KEY_TEXT_BYTES];

    (void)context;
    note_key_format(key, text);
    return printf("%s %s\n", is_school ? "school" : "organisation", text) > 0 ? STATUS_OK : STATUS_IO;
}

int command_log_key_show(const struct invocation *invocation)
{
    struct house *house = NULL;

    int code = command_prepare(&invocation->config);
    if (code == EXIT_SUCCESS)
        code = open_house(&invocation->config, &house);
    if (code != EXIT_SUCCESS)
        return code;
    enum status status = house_each_log_key(house, print_key, NULL);
    house_close(house);
    if (status == STATUS_OK && fflush(stdout) != 0)
        status = STATUS_IO;
    return status == STATUS_OK
               ? EXIT_SUCCESS
               : complain(exit_code_of(status), "the keys could not be written out (%s)", status_name(status));
}
