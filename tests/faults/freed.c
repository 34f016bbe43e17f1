/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      seeing what a program gives back unwiped, from outside: LD_PRELOADed by tests/api/test_cli_memory.py.
 * May not:  change what the program does.
 * Always:   memory that holds the text of $TRYGG_MARK when it is freed is told on standard error.
 */
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own, below those that programs call. */
extern void __libc_free(void *memory);
extern void *__libc_realloc(void *memory, size_t size);

static bool is_marked(void *memory)
{
    const char *mark = getenv("TRYGG_MARK");
    return memory != NULL && mark != NULL && *mark != '\0' &&
           memmem(memory, malloc_usable_size(memory), mark, strlen(mark)) != NULL;
}

static void tell(void)
{
    static const char text[] = "freed unwiped\n";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        abort();
}

void free(void *ptr)
{
    if (is_marked(ptr))
        tell();
    __libc_free(ptr);
}

/* A block that moves leaves its bytes behind. */
void *realloc(void *ptr, size_t size)
{
    bool marked = is_marked(ptr);
    void *moved = __libc_realloc(ptr, size);
    if (marked && moved != ptr)
        tell();
    return moved;
}
