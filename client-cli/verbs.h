/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verbs.h: the tables of what trygg can do. Parsing, help, completion, requests and output are all driven by them: a new verb is
 * a row, a new area is a file verbs_AREA.c with a line in verbs.c.
 */
#ifndef TRYGG_CLI_VERBS_H
#define TRYGG_CLI_VERBS_H

#include "print.h"

enum { VERB_MAX_WORDS = 3, VERB_MAX_ARGUMENTS = 3 };

/* Where an option's value goes; HERE: nowhere, what the verb does asks for it by its name. */
enum option_place { IN_QUERY, IN_BODY, HERE };

/* What else is true of an option. Without any, its value is text, given at most once. */
enum option_trait {
    REQUIRED = 1 << 0, /* unless the whole body is given by --body */
    NUMBER = 1 << 1,   /* a JSON integer in the body */
    YES_NO = 1 << 2,   /* "yes" or "no": a JSON boolean in the body, true or false in the query */
    SECRET = 1 << 3,   /* the value names a file that holds the member, - is standard input; the name ends in -file */
    MANY = 1 << 4,     /* may be given again and again: an array in the body */
    OR_NONE = 1 << 5,  /* --no-NAME, without -file, makes the member null, or the empty list where there can be many */
    NAMES_FILE = 1 << 6, /* the value is a file's name, for completion */
    LINES = 1 << 7,      /* with SECRET: the member is the whole text of the file, not its one line */
    NOW = 1 << 8,        /* a time; when the option is left out, the time of the call */
};

struct option {
    const char *name;  /* without dashes */
    const char *value; /* what stands for it in help */
    enum option_place place;
    const char *member; /* of the query or body; a dot leads into an object of the body: "externalId.system" */
    unsigned traits;    /* enum option_trait */
    const char *help;
    const char *const *choices; /* the only values there are, ends with NULL; NULL: any */
};

/* What a verb does. */
enum verb_act {
    ACT_CALL,  /* one operation of the contract */
    ACT_TEXT,  /* the same, a GET that answers plain text, which is printed as it is */
    ACT_BYTES, /* the same for bytes, which no terminal gets */
    ACT_WRITE, /* an operation whose body has a text, which is the last argument, standard input, or what an editor was left with */
    ACT_UPLOAD,     /* makes a document of the file that is the second argument, and sends it part by part */
    ACT_DOWNLOAD,   /* fetches a document's bytes into a file */
    ACT_PROVISION,  /* an operation once per batch of a file's items; the first argument is the file */
    ACT_CLOSE_MANY, /* the same for personsaker to close */
    ACT_COMPLETION, /* prints the table itself, for shells */
    ACT_VERIFY,     /* holds the file that is its first argument against keys, offline */
    ACT_WITNESS,    /* follows the logs that are its arguments */
    ACT_KEY,        /* makes or shows a witness's key */
};

enum verb_trait {
    OPEN = 1 << 0,    /* needs no token */
    PAGED = 1 << 1,   /* answers {data, pageToken} and is read to its end */
    READS = 1 << 2,   /* a POST that changes nothing: no Idempotency-Key, and the page token goes into the body */
    NO_BODY = 1 << 3, /* a POST, PUT or PATCH without one */
    ENDLESS = 1 << 4, /* PAGED, and grows for ever: only the beginning is read unless more is asked for */
    FEED = 1 << 5,    /* PAGED, oldest first, and goes on for ever: its last page has a page token too */
    MANY_ARGUMENTS = 1 << 6, /* the last argument may be there again and again */
};

struct verb {
    const char *words[VERB_MAX_WORDS + 1]; /* ends with NULL */
    const char *arguments[VERB_MAX_ARGUMENTS +
                          1]; /* what stands for them in help; ends with NULL; the last, in [], may be left out */
    enum verb_act act;
    const char *method;
    const char *path;         /* as in the contract; the arguments take the places in braces, in order */
    const char *also;         /* another operation that it needs, "PATCH /v1/…"; NULL for none */
    const char *version_path; /* where GET tells the version that If-Match asks for; NULL: it asks for none */
    const char *const
        *fills; /* members of the body that it finds itself when no option gives them; ends with NULL; NULL for none */
    unsigned traits;              /* enum verb_trait */
    const struct option *options; /* ends with a NULL name; NULL for none */
    const struct view *view;
    const char *summary;
    const char *note;    /* what else help says, in lines of its own; NULL for none */
    const char *example; /* what follows "trygg "; NULL for none */
};

/* Verbs that begin with the same word. */
struct area {
    const char *word;
    const char *summary;
    const struct verb *verbs; /* ends with a NULL word */
};

extern const struct area areas[]; /* ends with a NULL word */

#define END_OF_PLACES                                                                                                  \
    {                                                                                                                  \
        NULL, NULL                                                                                                     \
    }
#define END_OF_OPTIONS                                                                                                 \
    {                                                                                                                  \
        .name = NULL                                                                                                   \
    }
#define END_OF_VERBS                                                                                                   \
    {                                                                                                                  \
        .words = { NULL }                                                                                              \
    }

#endif
