/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Makes and opens the key files of witnesses.
 * May not show a key but its public half.
 * Always: a key file is never overwritten, and one that others may read is refused.
 */
#include "witness_key.h"

#include <stdio.h>

#include "crypto/crypto.h"
#include "memory.h"
#include "proof/note.h"

static const struct {
    const char *sentence;
    enum outcome outcome;
} faults[] = {
    [SIGNING_FINE] = {"cannot read the key file", OUTCOME_USAGE},
    [SIGNING_FILE_MISSING] = {"there is no key file", OUTCOME_USAGE},
    [SIGNING_FILE_UNREADABLE] = {"cannot open the key file", OUTCOME_USAGE},
    [SIGNING_FILE_READABLE_BY_OTHERS] = {"others on this machine may read the key; chmod 600 the file", OUTCOME_USAGE},
    [SIGNING_FILE_NOT_KEYS] = {"this is no key file:", OUTCOME_USAGE},
    [SIGNING_NO_LOCKED_MEMORY] = {"there is no memory that can be locked (ulimit -l) for the key of", OUTCOME_LOCAL},
};

enum outcome witness_key_open(const char *path, struct signing_keys **ret_keys)
{
    enum signing_fault fault;
    if (signing_keys_open(path, ret_keys, &fault) == STATUS_OK)
        return OUTCOME_OK;
    complain(faults[fault].sentence, path);
    return faults[fault].outcome;
}

enum outcome witness_key_name(const struct options *options, const char **ret_name)
{
    const char *name = options_value(options, "name", 0);
    if (name == NULL)
        return options_usage(options->verb, "under which name does the witness sign? Use --name");
    if (!note_name_is_good(name))
        return usage("a key's name is printable ASCII without spaces and '+', not", name);
    *ret_name = name;
    return OUTCOME_OK;
}

static enum outcome create(const char *path)
{
    enum signing_fault fault = SIGNING_FINE;
    enum status status = signing_keys_create_file(path, &fault);
    if (status == STATUS_EXISTS)
        return usage("there is such a file already:", path);
    if (fault != SIGNING_FINE) {
        complain(faults[fault].sentence, path);
        return faults[fault].outcome;
    }
    return status == STATUS_OK ? OUTCOME_OK : usage("cannot write the file", path);
}

static void print_keys(const struct signing_keys *keys, const char *name)
{
    for (size_t i = 0; i < signing_keys_count(keys); i++) {
        struct note_key key;
        char text[NOTE_KEY_TEXT_BYTES];
        note_key_make(name, NOTE_COSIGNATURE, signing_public_key(keys, i), &key);
        note_key_format(&key, text);
        puts(text);
    }
}

enum outcome witness_key_run(const struct options *options)
{
    const char *made = options_value(options, "create", 0);
    const char *there = options_value(options, "key", 0);
    const char *name = NULL;
    auto_signing_keys keys = NULL;
    if ((made == NULL) == (there == NULL))
        return options_usage(options->verb, "either --create or --key names the file");
    TRY(witness_key_name(options, &name));
    if (crypto_start() != STATUS_OK)
        return memory_out();
    if (made != NULL)
        TRY(create(made));
    TRY(witness_key_open(made != NULL ? made : there, &keys));
    print_keys(keys, name);
    return OUTCOME_OK;
}
