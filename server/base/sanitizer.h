/* SPDX-License-Identifier: EUPL-1.2 */
/* sanitizer.h: whether this is built with a sanitizer that brings a heap of its own, which must get back all of what it gave. */
#ifndef TRYGG_BASE_SANITIZER_H
#define TRYGG_BASE_SANITIZER_H

#if defined(__has_feature)
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || HAS_FEATURE(address_sanitizer) ||                 \
    HAS_FEATURE(thread_sanitizer)
#define SANITIZER_HEAP 1
#else
#define SANITIZER_HEAP 0
#endif

#endif
