/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * main.c: wires a command line to a command, and nothing else.
 * It may not know what any command does; it locks the process down before the first secret is read.
 * No core dump, no other user's debugger and no file readable by others can come out of any command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/arena.h"
#include "command.h"
#include "complain.h"

enum { MAX_CONFIG_MEMORY = 1 << 18 };

/* Both pools of keys are locked or there is no start (crypto/locked.h); as much as may be locked at all, this process asks for. */
static void ask_for_locked_memory(void)
{
    struct rlimit locked;

    if (getrlimit(RLIMIT_MEMLOCK, &locked) != 0 || locked.rlim_cur == locked.rlim_max)
        return;
    locked.rlim_cur = locked.rlim_max;
    (void)setrlimit(RLIMIT_MEMLOCK, &locked);
}

static int lock_down(void)
{
    const struct rlimit none = {0, 0};

    ask_for_locked_memory();
    umask(077);
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) != 0)
        return complain(EX_OSERR, "the kernel does not let this process forbid core dumps");
    return EXIT_SUCCESS;
}

static int run(const struct command *command, int argc, char **argv)
{
    auto_arena arena = arena_new(MAX_CONFIG_MEMORY);
    struct invocation invocation = {.arena = arena};
    struct config_fault fault = {""};

    if (arena == NULL)
        return complain(EX_OSERR, "no memory");
    int code = command_options(command, argc, argv, &invocation);
    if (code != EXIT_SUCCESS)
        return code;
    enum status status = config_read(invocation.options[OPTION_CONFIG], arena, &invocation.config, &fault);
    if (status != STATUS_OK)
        return complain(status == STATUS_INVALID ? EX_CONFIG : exit_code_of(status), "%s",
                        fault.text[0] != '\0' ? fault.text : status_name(status));
    return command->run(&invocation);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return complain(EX_USAGE, "a command is missing; see `tryggd --help`");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        command_help();
        return EXIT_SUCCESS;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("tryggd " TRYGG_VERSION);
        return EXIT_SUCCESS;
    }
    int code = lock_down();
    if (code == EXIT_SUCCESS)
        code = command_memory();
    if (code != EXIT_SUCCESS)
        return code;
    for (size_t i = 0; i < n_commands; i++) {
        const int words = command_named(&commands[i], argc - 1, argv + 1);
        if (words > 0)
            return run(&commands[i], argc - 1 - words, argv + 1 + words);
    }
    return complain(EX_USAGE, "there is no command %s; see `tryggd --help`", argv[1]);
}
