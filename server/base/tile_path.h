/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tile_path.h: which tile of a level is meant (c2sp.org/tlog-tiles): "067", "x001/x234/067", or one that is not full, "x001/x234/067.p/12".
 */
#ifndef TRYGG_BASE_TILE_PATH_H
#define TRYGG_BASE_TILE_PATH_H

#include <stdint.h>

#include "base/status.h"

enum { TILE_PATH_FULL = 256, TILE_PATH_GROUPS = 5 };

struct tile_path {
    uint64_t index; /* below 1000^TILE_PATH_GROUPS */
    unsigned width; /* 1 to TILE_PATH_FULL */
};

/* STATUS_INVALID for anything but the one way to write it. */
must_check enum status tile_path_parse(const char *text, struct tile_path *ret_path);

#endif
