/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Draws a bar on the terminal.
 * May not know what is waited for.
 * Always: what is no terminal gets nothing of it, and a bar that does not change is not drawn again.
 */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

enum { WIDTH = 40, PERCENT = 100 };

void progress_show(struct progress *progress, long long done, long long total)
{
    static const char full[] = "########################################";
    if (total <= 0 || !isatty(STDERR_FILENO))
        return;
    int percent = (int)(done >= total ? PERCENT : done * PERCENT / total);
    if (percent + 1 == progress->shown)
        return;
    progress->shown = percent + 1;
    int filled = percent * WIDTH / PERCENT;
    fprintf(stderr, "\r[%.*s%*s] %3d %% of %.1f MiB", filled, full, WIDTH - filled, "", percent,
            (double)total / (1 << 20));
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->shown > 0)
        fputs("\r\033[K", stderr);
    progress->shown = 0;
}
