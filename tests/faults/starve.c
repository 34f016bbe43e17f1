/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      letting a chosen allocation of a running tryggd fail, from outside: LD_PRELOADed by tests/api/test_sweep_memory.py.
 * May not:  change an allocation that does not fail, or allocate.
 * Always:   the test shares the words of struct order with it, as the file $TRYGG_STARVE; without the file nothing fails.
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* glibc's own, below those that programs call. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

/* tests/api/sweeping.py has the same words in the same order. */
struct order {
    _Atomic int64_t seen;     /* allocations so far, by all threads */
    _Atomic int64_t from, to; /* the first and the last of them that fail, counted from 1; from 0: none */
    _Atomic int64_t hits;     /* how many have failed */
    _Atomic int64_t tells;    /* 1: each that fails tells on standard error where it was asked for */
};

enum { FRAMES = 24 };

static struct order *order;

__attribute__((constructor)) static void take_orders(void)
{
    void *frame;
    const char *name = getenv("TRYGG_STARVE");
    int file = name != NULL ? open(name, O_RDWR | O_CLOEXEC) : -1;

    if (file < 0)
        return;
    (void)backtrace(&frame, 1); /* loads what it needs */
    void *shared = mmap(NULL, sizeof *order, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared != MAP_FAILED)
        order = shared;
}

static void tell(void)
{
    void *frames[FRAMES];
    int n = backtrace(frames, FRAMES);

    backtrace_symbols_fd(frames, n, STDERR_FILENO);
}

static bool is_refused(void)
{
    if (order == NULL)
        return false;
    int64_t turn = atomic_fetch_add(&order->seen, 1) + 1, from = atomic_load(&order->from);
    if (from == 0 || turn < from || turn > atomic_load(&order->to))
        return false;
    atomic_fetch_add(&order->hits, 1);
    if (atomic_load(&order->tells) != 0)
        tell();
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return is_refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t nmemb, size_t size)
{
    return is_refused() ? NULL : __libc_calloc(nmemb, size);
}

void *realloc(void *ptr, size_t size)
{
    return is_refused() ? NULL : __libc_realloc(ptr, size);
}

/* glibc's calls its own realloc. */
void *reallocarray(void *ptr, size_t nmemb, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(nmemb, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(ptr, bytes);
}
