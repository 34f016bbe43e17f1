/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads the token and other secrets from where they may come.
 * May not print any part of them.
 * Always: what it returns is one line; of a token, printable ASCII, which cannot break out of a header.
 */
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "print.h"

enum { STEP_MS = 20, NEVER = -1 };

bool secret_is_printable(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < 0x21 || *text > 0x7e)
            return false;
    return true;
}

static bool is_line(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

/* Cuts the line end off the `len` bytes read and closes the text. They are wiped if they are anything but one line that is `fit`. */
static bool take_line(char *text, size_t len, size_t size, bool (*fit)(const char *text))
{
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    if (len > 0 && len < size) {
        text[len] = '\0';
        if (strlen(text) == len && fit(text))
            return true;
    }
    explicit_bzero(text, size);
    return false;
}

/* ---- Reading -------------------------------------------------------------------------------------------------------- */

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* As poll wants it. */
static int left_ms(long long deadline)
{
    if (deadline == NEVER)
        return -1;
    long long left = deadline - now_ms();
    return left > 0 ? (int)left : 0;
}

/* Reads to the end, to a full buffer or to the deadline; -1 for the last, or if it fails. */
static ssize_t read_until(int file, char *buffer, size_t size, long long deadline)
{
    size_t len = 0;
    while (len < size) {
        struct pollfd ready = {.fd = file, .events = POLLIN};
        int n_ready = poll(&ready, 1, left_ms(deadline));
        ssize_t n = n_ready > 0 ? read(file, buffer + len, size - len) : -1;
        if (n < 0 && n_ready != 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    return (ssize_t)len;
}

/* ---- Files ---------------------------------------------------------------------------------------------------------- */

static bool is_handed_over(const char *path)
{
    static const char *const ways[] = {"/dev/stdin", "/dev/fd/", "/proc/self/fd/"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (strncmp(path, ways[i], strlen(ways[i])) == 0)
            return true;
    return strcmp(path, "-") == 0;
}

static bool is_private(int file)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return false;
    return !S_ISREG(status.st_mode) || (status.st_mode & 077) == 0;
}

static enum outcome read_line(int file, const char *path, bool (*fit)(const char *text), char *ret_text, size_t size)
{
    ssize_t len = read_until(file, ret_text, size, NEVER);
    if (len >= 0 && take_line(ret_text, (size_t)len, size, fit))
        return OUTCOME_OK;
    explicit_bzero(ret_text, size);
    complain(fit == is_line ? "one line of text is expected in" : "one line of printable characters is expected in",
             path);
    return OUTCOME_USAGE;
}

static int open_file(const char *path)
{
    int file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        complain("cannot open the file", path);
    return file;
}

static void close_file(int file)
{
    if (file != STDIN_FILENO)
        close(file);
}

enum outcome secret_read_line(const char *path, char *ret_text, size_t size)
{
    int file = open_file(path);
    if (file < 0)
        return OUTCOME_USAGE;
    enum outcome outcome = read_line(file, path, is_line, ret_text, size);
    close_file(file);
    return outcome;
}

enum outcome secret_read_token(const char *path, char *ret_text, size_t size)
{
    int file = open_file(path);
    if (file < 0)
        return OUTCOME_USAGE;
    enum outcome outcome = OUTCOME_USAGE;
    if (is_handed_over(path) || is_private(file))
        outcome = read_line(file, path, secret_is_printable, ret_text, size);
    else
        complain("others on this machine may read the token; chmod 600 the file", path);
    close_file(file);
    return outcome;
}

/* ---- Commands ------------------------------------------------------------------------------------------------------- */

/* Starts the shell; the other end of its standard output is `ret_pipe`. */
static bool start(char *command, pid_t *ret_pid, int *ret_pipe)
{
    char *argv[] = {"sh", "-c", command, NULL};
    posix_spawn_file_actions_t actions;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    bool started = posix_spawn_file_actions_init(&actions) == 0;
    if (started) {
        started = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
                  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0 &&
                  posix_spawn(ret_pid, "/bin/sh", &actions, NULL, argv, environ) == 0;
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    if (started)
        *ret_pipe = ends[0];
    else
        close(ends[0]);
    return started;
}

/* Waits to the deadline for the command to end, and no longer; whether it ended well. */
static bool ended_well(pid_t pid, long long deadline)
{
    int status = 0;
    pid_t ended;
    while ((ended = waitpid(pid, &status, WNOHANG)) == 0 && now_ms() < deadline)
        poll(NULL, 0, STEP_MS);
    if (ended == pid)
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    return false;
}

enum outcome secret_run(char *command, char *ret_text, size_t size)
{
    long long deadline = now_ms() + SECRET_COMMAND_SECONDS * 1000LL;
    pid_t pid;
    int pipe;
    if (!start(command, &pid, &pipe)) {
        complain("/bin/sh cannot be started", NULL);
        return OUTCOME_LOCAL;
    }
    ssize_t len = read_until(pipe, ret_text, size, deadline);
    close(pipe);
    bool whole = len >= 0 && (size_t)len < size;
    bool well = ended_well(pid, whole ? deadline : 0);
    if (len < 0 && now_ms() >= deadline)
        complain("the token_command takes too long", NULL);
    else if (whole && !well)
        complain("the token_command failed", NULL);
    else if (len >= 0 && take_line(ret_text, (size_t)len, size, secret_is_printable))
        return OUTCOME_OK;
    else
        complain("the token_command must print one line of printable characters: the token", NULL);
    explicit_bzero(ret_text, size);
    return OUTCOME_USAGE;
}
