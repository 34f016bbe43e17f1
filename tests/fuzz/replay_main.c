/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Purpose: run a fuzz target over the files of its corpus where there is no libFuzzer, as a test.
 * May not: change a byte of them.
 * Always:  an empty corpus is a failure, or nothing would have been tested.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_INPUT_BYTES = 1 << 20 };

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *input = malloc(MAX_INPUT_BYTES);
    if (file == NULL || input == NULL) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(EXIT_FAILURE);
    }
    size_t size = fread(input, 1, MAX_INPUT_BYTES, file);
    fclose(file);
    uint8_t *exact = malloc(size > 0 ? size : 1); /* no slack behind it, for the address sanitizer's eyes */
    if (exact == NULL)
        exit(EXIT_FAILURE);
    memcpy(exact, input, size);
    free(input);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 1;
}

static int replay_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        fprintf(stderr, "cannot open %s\n", folder);
        exit(EXIT_FAILURE);
    }
    int files = 0;
    const struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        files += replay_file(path);
    }
    closedir(dir);
    return files;
}

int main(int argc, char **argv)
{
    int files = 0;
    for (int i = 1; i < argc; i++)
        files += replay_folder(argv[i]);
    printf("%d inputs replayed\n", files);
    return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
