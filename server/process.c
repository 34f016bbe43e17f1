/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * process.c: memory, descriptors, threads and time of this process, from /proc/self and the clocks.
 * It may not read anything of another process, and opens nothing of its own but these few files, for a moment.
 * A figure that the kernel does not give is 0, never a guess.
 */
#include "process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 1024 };

/* The fields of /proc/self/stat behind the name, which can hold anything but ends with the last ')'; they count from 3 (proc(5)). */
enum { FIELD_STATE = 3, FIELD_THREADS = 20, FIELD_VIRTUAL = 23, FIELD_RESIDENT = 24 };

static uint64_t field_of(const char *fields, int wanted)
{
    for (int field = FIELD_STATE; field < wanted && fields != NULL; field++)
        fields = strchr(fields + 1, ' ');
    return fields != NULL ? strtoull(fields, NULL, 10) : 0;
}

static void read_stat(struct process_figures *figures)
{
    char line[LINE_BYTES];
    FILE *file = fopen("/proc/self/stat", "re");

    if (file == NULL)
        return;
    const char *read = fgets(line, sizeof line, file);
    fclose(file);
    const char *name_end = read != NULL ? strrchr(line, ')') : NULL;
    if (name_end == NULL)
        return;
    const char *fields = name_end + 1;
    figures->threads = field_of(fields, FIELD_THREADS);
    figures->virtual_bytes = field_of(fields, FIELD_VIRTUAL);
    figures->resident_bytes = field_of(fields, FIELD_RESIDENT) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t count_descriptors(void)
{
    uint64_t n = 0;
    DIR *directory = opendir("/proc/self/fd");

    if (directory == NULL)
        return 0;
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory))
        n += entry->d_name[0] != '.';
    closedir(directory);
    return n > 0 ? n - 1 : 0; /* the directory itself was one of them */
}

void process_figures(struct process_figures *ret_figures)
{
    struct rlimit files;
    struct timespec used;

    *ret_figures = (struct process_figures){.resident_bytes = 0};
    read_stat(ret_figures);
    ret_figures->open_fds = count_descriptors();
    if (getrlimit(RLIMIT_NOFILE, &files) == 0)
        ret_figures->max_fds = files.rlim_cur;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0)
        ret_figures->cpu_ns = (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}
