/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * media.c: tells by the first bytes of a file whether it is what it is said to be.
 * May not keep, change or run anything of it: nothing is unpacked, no helper is started.
 * Always: what is not in the table is not kept; what looks like something else is not taken for what it says.
 */
#include "media/media.h"

#include <assert.h>
#include <magic.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/patient.h"

enum { KIND_MAX_LOOKS = 4, MAX_REGEX_BYTES = 4096, MAX_NESTING = 16, MAX_PARTS = 64 };

/* No packed file is opened, nothing is told apart that is all text here, and the sizes of things inside are not believed. */
static const int MAGIC_FLAGS = MAGIC_MIME_TYPE | MAGIC_ERROR | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR |
                               MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_CSV |
                               MAGIC_NO_CHECK_APPTYPE | MAGIC_NO_CHECK_TOKENS;

/* What a file of a type looks like to libmagic: any of `looks`, but not `never`; a look that ends in a slash stands for all that begin so.
 * An office file is a zip in which these two names stand, which is asked for when libmagic sees no further than the zip. */
struct kind {
    const char *type;
    const char *looks[KIND_MAX_LOOKS];
    const char *never;
    const char *names[2];
};

#define OFFICE_XML(kind, folder)                                                                                       \
    {                                                                                                                  \
        .type = (kind), .looks = {(kind)}, .names = { "[Content_Types].xml", (folder) }                                \
    }

static const struct kind kinds[] = {
    {.type = "application/pdf", .looks = {"application/pdf"}},
    {.type = "image/jpeg", .looks = {"image/jpeg"}},
    {.type = "image/png", .looks = {"image/png"}},
    {.type = "image/webp", .looks = {"image/webp"}},
    {.type = "image/heic", .looks = {"image/heic", "image/heif"}},
    {.type = "text/plain", .looks = {"text/", "message/rfc822"}, .never = "text/html"},
    {.type = "application/vnd.oasis.opendocument.text", .looks = {"application/vnd.oasis.opendocument.text"}},
    {.type = "application/vnd.oasis.opendocument.spreadsheet",
     .looks = {"application/vnd.oasis.opendocument.spreadsheet"}},
    OFFICE_XML("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word/"),
    OFFICE_XML("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xl/"),
    {.type = "audio/mpeg", .looks = {"audio/mpeg"}},
    {.type = "audio/mp4", .looks = {"audio/x-m4a", "audio/mp4", "video/mp4"}},
    {.type = "video/mp4", .looks = {"video/mp4", "video/x-m4v", "audio/mp4"}},
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

struct media {
    pthread_mutex_t lock;
    magic_t cookie; /* NULL until the first judgement */
};

struct media *media_open(void)
{
    struct media *media = calloc(1, sizeof *media);

    if (media != NULL)
        pthread_mutex_init(&media->lock, NULL);
    return media;
}

struct media *media_close(struct media *media)
{
    if (media == NULL)
        return NULL;
    if (media->cookie != NULL)
        magic_close(media->cookie);
    pthread_mutex_destroy(&media->lock);
    free(media);
    return NULL;
}

const char *media_type(size_t number)
{
    return number < N_KINDS ? kinds[number].type : NULL;
}

static const struct kind *kind_of(const char *type)
{
    for (size_t i = 0; i < N_KINDS; i++)
        if (strcmp(kinds[i].type, type) == 0)
            return &kinds[i];
    return NULL;
}

static bool set_limit(magic_t cookie, int limit, size_t value)
{
    return magic_setparam(cookie, limit, &value) == 0;
}

static enum status load(magic_t *ret_cookie)
{
    magic_t cookie = magic_open(MAGIC_FLAGS);

    if (cookie == NULL)
        return STATUS_NO_MEMORY;
    if (!set_limit(cookie, MAGIC_PARAM_BYTES_MAX, MEDIA_JUDGED_BYTES) ||
        !set_limit(cookie, MAGIC_PARAM_ENCODING_MAX, MEDIA_JUDGED_BYTES) ||
        !set_limit(cookie, MAGIC_PARAM_REGEX_MAX, MAX_REGEX_BYTES) ||
        !set_limit(cookie, MAGIC_PARAM_INDIR_MAX, MAX_NESTING) || !set_limit(cookie, MAGIC_PARAM_NAME_MAX, MAX_PARTS) ||
        magic_load(cookie, NULL) != 0) {
        magic_close(cookie);
        return STATUS_IO;
    }
    *ret_cookie = cookie;
    return STATUS_OK;
}

static bool looks_like(const struct kind *kind, const char *found)
{
    if (kind->never != NULL && strcmp(found, kind->never) == 0)
        return false;
    for (size_t i = 0; i < KIND_MAX_LOOKS && kind->looks[i] != NULL; i++) {
        const size_t len = strlen(kind->looks[i]);
        if (kind->looks[i][len - 1] == '/' ? strncmp(found, kind->looks[i], len) == 0
                                           : strcmp(found, kind->looks[i]) == 0)
            return true;
    }
    return false;
}

static bool holds_names(const struct kind *kind, const void *first, size_t len)
{
    return kind->names[0] != NULL && memmem(first, len, kind->names[0], strlen(kind->names[0])) != NULL &&
           memmem(first, len, kind->names[1], strlen(kind->names[1])) != NULL;
}

/* With the lock held. What libmagic finds lives until it is asked again. libmagic 5.44 frees what a failed vasprintf left unset, and forgets
 * why it failed: its memory is waited for. */
static enum status judge(struct media *media, const struct kind *kind, const void *first, size_t len, bool *ret_fits)
{
    if (media->cookie == NULL)
        TRY(load(&media->cookie));
    const char *found = magic_buffer(media->cookie, first, len);
    if (found == NULL)
        return magic_errno(media->cookie) == 0 ? STATUS_INTERNAL : STATUS_NO_MEMORY;
    *ret_fits = looks_like(kind, found) || (strcmp(found, "application/zip") == 0 && holds_names(kind, first, len));
    return STATUS_OK;
}

enum status media_judge(struct media *media, const char *type, const void *first, size_t len, bool *ret_fits)
{
    const struct kind *kind = kind_of(type);

    assert(kind != NULL);
    pthread_mutex_lock(&media->lock);
    patient_begin();
    enum status status = judge(media, kind, first, len < MEDIA_JUDGED_BYTES ? len : MEDIA_JUDGED_BYTES, ret_fits);
    patient_end();
    pthread_mutex_unlock(&media->lock);
    return status;
}
