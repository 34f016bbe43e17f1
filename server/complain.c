/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * complain.c: the sentences with which tryggd gives up.
 * It may not end the process and may not print a value from a secret, a token or the store.
 * Every fault of a house has exactly one sentence and one exit code.
 */
#include "complain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "whole_file.h"

/* Which path of the settings a sentence is about. */
enum about { ABOUT_DIRECTORY, ABOUT_MASTER_KEY, ABOUT_LOG_KEY };

struct sentence {
    int code;
    enum about about;
    const char *text; /* follows the path */
};

#define NOT_LOCKED "cannot be kept in locked memory; raise the limit (ulimit -l, LimitMEMLOCK=)"

static const struct sentence sentences[] = {
    [HOUSE_FINE] = {EX_SOFTWARE, ABOUT_DIRECTORY, "could not be opened"},
    [HOUSE_MISSING] = {EX_NOINPUT, ABOUT_DIRECTORY, "holds no store; make one with `tryggd init`"},
    [HOUSE_LOCKED] = {EX_UNAVAILABLE, ABOUT_DIRECTORY, "is in use by another tryggd"},
    [HOUSE_SCHEMA_NEWER] = {EX_DATAERR, ABOUT_DIRECTORY, "was written by a newer version of trygg than this one"},
    [HOUSE_SCHEMA_OLDER] =
        {EX_DATAERR, ABOUT_DIRECTORY,
         "was written by an older version of trygg than this one; start the daemon once, which brings it up to date"},
    [HOUSE_NOT_READABLE] =
        {EX_IOERR, ABOUT_DIRECTORY,
         "cannot be read and written as a store: look at the owner and mode of its files, and at the disk"},
    [HOUSE_DAMAGED] =
        {EX_IOERR, ABOUT_DIRECTORY,
         "cannot be read as a store: a database in it is damaged, cut off, another program's, or beside a -wal "
         "file of another one; put a backup back, without -wal and -shm files that are not of it"},
    [HOUSE_WITHOUT_KEYS] = {EX_NOINPUT, ABOUT_DIRECTORY,
                            "holds trygg.db without its keys.db, and without its keys nothing in it can be read; put "
                            "keys.db back, from a backup that is not older than trygg.db"},
    [HOUSE_WITHOUT_DATA] =
        {EX_NOINPUT, ABOUT_DIRECTORY,
         "holds keys.db without its trygg.db; put trygg.db back from a backup. If there never was one, "
         "remove keys.db and begin with `tryggd init`"},
    [HOUSE_KEYS_LACKING] =
        {EX_DATAERR, ABOUT_DIRECTORY,
         "is not opened: keys.db lacks keys that trygg.db names, so it is another store's or older; put "
         "back the keys.db that belongs to it, or a trygg.db as old as keys.db"},
    [HOUSE_DISK_FULL] = {EX_IOERR, ABOUT_DIRECTORY, "cannot be written: the disk is full; make room and start again"},
    [HOUSE_OPEN_TO_OTHERS] = {EX_NOPERM, ABOUT_DIRECTORY, "must be open to its owner alone (chmod 700)"},
    [HOUSE_CLOCK_BEHIND] = {EX_OSERR, ABOUT_DIRECTORY,
                            "is not opened: the clock is more than a day behind the newest row of the log"},
    [HOUSE_MASTER_KEY_MISSING] = {EX_NOINPUT, ABOUT_MASTER_KEY,
                                  "does not exist, and without the master key nothing can be read"},
    [HOUSE_MASTER_KEY_UNREADABLE] = {EX_NOPERM, ABOUT_MASTER_KEY,
                                     "cannot be read: this user may not open it, or the disk fails"},
    [HOUSE_MASTER_KEY_MODE] = {EX_NOPERM, ABOUT_MASTER_KEY,
                               "must belong to this user or root and be readable by its owner alone (chmod 600)"},
    [HOUSE_MASTER_KEY_SHAPE] = {EX_DATAERR, ABOUT_MASTER_KEY, "is not a master key: 64 hexadecimal digits on one line"},
    [HOUSE_MASTER_KEY_WRONG] =
        {EX_DATAERR, ABOUT_MASTER_KEY,
         "is not the master key that this store was made with; or its keys.db is another store's, and the right one "
         "must be put back"},
    [HOUSE_MASTER_KEY_NOT_LOCKED] = {EX_OSERR, ABOUT_MASTER_KEY, NOT_LOCKED},
    [HOUSE_LOG_KEY_MISSING] =
        {EX_NOINPUT, ABOUT_LOG_KEY,
         "does not exist, and without it the logs cannot be signed; put it back from a backup, or "
         "make the first one of a store from before with `tryggd log-key create`"},
    [HOUSE_LOG_KEY_UNREADABLE] = {EX_NOPERM, ABOUT_LOG_KEY,
                                  "cannot be read: this user may not open it, or the disk fails"},
    [HOUSE_LOG_KEY_MODE] = {EX_NOPERM, ABOUT_LOG_KEY,
                            "must belong to this user or root and be readable by its owner alone (chmod 600)"},
    [HOUSE_LOG_KEY_SHAPE] = {EX_DATAERR, ABOUT_LOG_KEY,
                             "holds no keys of the log: one to four different lines of 64 hexadecimal digits"},
    [HOUSE_LOG_KEY_NOT_LOCKED] = {EX_OSERR, ABOUT_LOG_KEY, NOT_LOCKED},
    [HOUSE_TIME_ZONE] = {EX_DATAERR, ABOUT_DIRECTORY,
                         "holds organisations of another time zone than time_zone in the configuration"},
};
_Static_assert(sizeof sentences / sizeof sentences[0] == HOUSE_TIME_ZONE + 1, "every fault has a sentence");

__attribute__((format(printf, 2, 0))) static void print_sentence(const char *kind, const char *format, va_list args)
{
    char line[1024];

    vsnprintf(line, sizeof line, format, args);
    fprintf(stderr, "tryggd: %s%s\n", kind, line);
}

int complain(int code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_sentence("", format, args);
    va_end(args);
    return code;
}

void complain_warning(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_sentence("warning: ", format, args);
    va_end(args);
}

int exit_code_of(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return EXIT_SUCCESS;
    case STATUS_NO_MEMORY:
        return EX_OSERR;
    case STATUS_IO:
    case STATUS_STORE_LOST:
        return EX_IOERR;
    case STATUS_BUSY:
    case STATUS_COMMIT_UNKNOWN:
        return EX_TEMPFAIL;
    case STATUS_INVALID:
    case STATUS_MALFORMED:
    case STATUS_CONFLICT:
    case STATUS_CORRUPT:
        return EX_DATAERR;
    case STATUS_EXISTS:
        return EX_CANTCREAT;
    default:
        return EX_SOFTWARE;
    }
}

int complain_of_house(enum house_fault fault, enum status status, const struct house_settings *settings)
{
    const struct sentence *sentence = &sentences[fault];
    const char *const paths[] = {[ABOUT_DIRECTORY] = settings->directory,
                                 [ABOUT_MASTER_KEY] = settings->master_key_file,
                                 [ABOUT_LOG_KEY] = settings->log.signing_key_file};
    const char *path = paths[sentence->about];

    if (fault == HOUSE_FINE)
        return complain(exit_code_of(status), "%s %s (%s)", path, sentence->text, status_name(status));
    return complain(sentence->code, "%s %s", path, sentence->text);
}

/* Of the two, the one that cannot be read now. */
static int complain_of_unreadable_pair(const struct config *config)
{
    const char *const *const members[] = {&config->tls_certificate_file, &config->tls_key_file};
    char place[CONFIG_PLACE_BYTES];

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const char *obstacle = whole_file_obstacle(*members[i]);
        if (obstacle == NULL)
            continue;
        config_place(config, members[i], place);
        return complain(EX_NOINPUT, "%s: %s cannot be read: %s", place, *members[i], obstacle);
    }
    return complain(EX_NOINPUT, "%s or %s cannot be read", config->tls_certificate_file, config->tls_key_file);
}

int complain_of_certificate(const struct config *config, enum status status)
{
    char place[CONFIG_PLACE_BYTES];

    config_place(config, &config->tls_key_file, place);
    switch (status) {
    case STATUS_NOT_FOUND:
        return complain_of_unreadable_pair(config);
    case STATUS_FORBIDDEN:
        return complain(EX_NOPERM,
                        "%s: %s must belong to this user or root and be readable by its owner alone (chmod 600)", place,
                        config->tls_key_file);
    case STATUS_INVALID:
        return complain(EX_DATAERR, "%s: %s and %s must be a certificate chain and its own key, both PEM", place,
                        config->tls_certificate_file, config->tls_key_file);
    default:
        return complain(exit_code_of(status), "%s: %s and %s cannot be looked at (%s)", place,
                        config->tls_certificate_file, config->tls_key_file, status_name(status));
    }
}
