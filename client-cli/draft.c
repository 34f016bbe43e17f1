/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Texts while they are being written.
 * May not know what the text is for, nor send it.
 * Always: nobody but their owner can reach them, and what is removed is overwritten before.
 */
#include "draft.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "environment.h"
#include "file.h"
#include "memory.h"
#include "print.h"
#include "save.h"

enum { MAX_TEXT = 1 << 20 };
static const char name[] = "text.txt";

enum outcome draft_make(const char *text, size_t len, struct draft *ret_draft)
{
    static const char *const variables[] = {"XDG_RUNTIME_DIR", "TMPDIR"};
    const char *where = NULL;
    for (size_t i = 0; where == NULL && i < sizeof variables / sizeof *variables; i++)
        where = environment(variables[i]);
    struct draft draft;
    where = where == NULL ? "/tmp" : where;
    int length = snprintf(draft.folder, sizeof draft.folder, "%s/trygg-XXXXXX", where);
    if (length >= (int)sizeof draft.folder || mkdtemp(draft.folder) == NULL)
        return usage("no private folder can be made in", where);
    snprintf(draft.path, sizeof draft.path, "%s/%s", draft.folder, name);
    enum outcome outcome = save_new(draft.path, text, len);
    if (outcome == OUTCOME_OK)
        *ret_draft = draft;
    else
        rmdir(draft.folder);
    return outcome;
}

/* ---- The editor ----------------------------------------------------------------------------------------------------- */

/* The editor gets the signals of the terminal as it would without us. */
static bool start(const char *editor, const char *path, pid_t *ret_pid)
{
    auto_text command = NULL;
    if (asprintf(&command, "%s \"$@\"", editor) < 0) {
        command = NULL;
        return false;
    }
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, command, (char[]){"sh"}, (char *)path, NULL};
    posix_spawnattr_t attributes;
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGQUIT);
    if (posix_spawnattr_init(&attributes) != 0)
        return false;
    bool started = posix_spawnattr_setsigdefault(&attributes, &usual) == 0 &&
                   posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF) == 0 &&
                   posix_spawn(ret_pid, "/bin/sh", NULL, &attributes, argv, environ) == 0;
    posix_spawnattr_destroy(&attributes);
    return started;
}

/* Ctrl-C in the editor is the editor's: it does not end trygg, which has a text to remove. */
static bool run(const char *editor, const char *path)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction interrupt;
    struct sigaction quit;
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    pid_t pid;
    int status = -1;
    bool started = start(editor, path, &pid);
    bool ended = started && waitpid(pid, &status, 0) == pid;
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

enum outcome draft_edit(const struct draft *draft)
{
    const char *editor = environment("VISUAL");
    if (editor == NULL)
        editor = environment("EDITOR");
    if (editor == NULL)
        return usage("the text is missing: give it as the last argument, or - for standard input, or set EDITOR to the "
                     "editor that you write with",
                     NULL);
    return run(editor, draft->path) ? OUTCOME_OK : usage("nothing was sent: the editor failed:", editor);
}

enum outcome draft_read(const struct draft *draft, struct buffer *ret_text)
{
    struct buffer text;
    TRY(file_read(draft->path, MAX_TEXT, &text));
    text.len = file_text_length(&text);
    text.text[text.len] = '\0';
    *ret_text = text;
    return OUTCOME_OK;
}

/* ---- The end -------------------------------------------------------------------------------------------------------- */

static void overwrite(int file, off_t size)
{
    static const char nothing[4096];
    while (size > 0) {
        ssize_t n = write(file, nothing, size < (off_t)sizeof nothing ? (size_t)size : sizeof nothing);
        if (n <= 0)
            break;
        size -= n;
    }
    (void)fsync(file); /* what cannot be overwritten is removed all the same */
}

static void remove_file(int folder, const char *entry)
{
    struct stat status;
    int file = openat(folder, entry, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file >= 0) {
        if (fstat(file, &status) == 0 && S_ISREG(status.st_mode))
            overwrite(file, status.st_size);
        close(file);
    }
    unlinkat(folder, entry, 0);
}

/* Removes all but the one named, NULL for none. */
static void remove_but(const struct draft *draft, const char *kept)
{
    DIR *folder = opendir(draft->folder);
    if (folder == NULL)
        return;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        if (kept == NULL || strcmp(entry->d_name, kept) != 0)
            remove_file(dirfd(folder), entry->d_name);
    closedir(folder);
}

void draft_remove(const struct draft *draft)
{
    remove_but(draft, NULL);
    if (rmdir(draft->folder) != 0)
        complain("cannot be removed, and may hold what you wrote: the folder", draft->folder);
}

void draft_keep(const struct draft *draft)
{
    remove_but(draft, name);
    complain("what you wrote is not lost; send it with the same command, - and this file as standard input, and then "
             "delete it:",
             draft->path);
}
