/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config_path.c: paths of the configuration, by their letters.
 * It may not ask the system about any of them.
 * Two ways to write the same path are the same path, unless a link is in it.
 */
#include "config_path.h"

#include <string.h>

static bool is_dots(const char *part, size_t len)
{
    return (len == 1 || len == 2) && strncmp(part, "..", len) == 0;
}

static size_t without_slashes(const char *path)
{
    size_t len = strlen(path);

    while (len > 0 && path[len - 1] == '/')
        len--;
    return len;
}

size_t config_path_parent(const char *path)
{
    size_t len = without_slashes(path);

    while (len > 0 && path[len - 1] != '/')
        len--;
    return len;
}

bool config_path_is_named(const char *path)
{
    const size_t parent = config_path_parent(path), end = without_slashes(path);

    return end > parent && !is_dots(path + parent, end - parent);
}

/* From the root, without `.`, `..` and needless slashes; the root itself is "". NULL: no memory. */
static const char *plain_path(struct arena *arena, const char *path)
{
    char *plain = arena_printf(arena, "/%s", path); /* room for the slash that path may lack */
    size_t len = 0, part_len = 0;

    if (plain == NULL)
        return NULL;
    for (const char *part = path; *part != '\0'; part += part_len) {
        part += strspn(part, "/");
        part_len = strcspn(part, "/");
        if (part_len == 2 && is_dots(part, part_len)) {
            while (len > 0 && plain[--len] != '/')
                continue;
        } else if (part_len > 0 && !is_dots(part, part_len)) {
            plain[len++] = '/';
            memcpy(plain + len, part, part_len);
            len += part_len;
        }
    }
    plain[len] = '\0';
    return plain;
}

enum status config_path_inside(struct arena *arena, const char *path, const char *directory, bool *ret_inside)
{
    const char *plain = plain_path(arena, path);
    const char *outer = plain_path(arena, directory);

    if (plain == NULL || outer == NULL)
        return STATUS_NO_MEMORY;
    const size_t len = strlen(outer);
    *ret_inside = strncmp(plain, outer, len) == 0 && plain[len] == '/';
    return STATUS_OK;
}
