/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config_path.h: what a path says by its letters alone. Where links lead, and what is there, is not looked at.
 */
#ifndef TRYGG_CONFIG_PATH_H
#define TRYGG_CONFIG_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

/* How much of the path leads to the folder that what it names lies in, with its slash; 0: there is none. The path ends with a name. */
size_t config_path_parent(const char *path);

/* Whether the path ends with a name: slashes behind it do not matter, `.` and `..` are none. */
bool config_path_is_named(const char *path);

/* Whether `path` leads into `directory`, which is not inside itself. Both are whole, from the root. STATUS_NO_MEMORY. */
must_check enum status config_path_inside(struct arena *arena, const char *path, const char *directory,
                                          bool *ret_inside);

#endif
