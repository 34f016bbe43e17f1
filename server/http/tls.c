/* SPDX-License-Identifier: EUPL-1.2 */
/* Reads a certificate chain and its private key, and hands them to sessions of GnuTLS.
 * May not log, and keeps no copy of the key beside GnuTLS's own, which wipes it when it is freed.
 * A pair is checked whole before it takes the place of the one before, and lives until its last session has ended. */
#include "http/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gnutls/x509.h>

#include "base/buffer.h"
#include "base/patient.h"

enum { MAX_FILE = 256 << 10 };

const char TLS_PRIORITIES[] =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-MAC-ALL:+AEAD:"
    "%SERVER_PRECEDENCE";

struct tls_identity {
    gnutls_certificate_credentials_t credentials;
    int64_t not_after;
    size_t n_holders; /* sessions, and tls while it is the newest; under tls's lock */
};

struct tls {
    const char *certificate_file;
    const char *key_file;
    pthread_mutex_t lock;
    struct tls_identity *newest;
};

static void close_file(const int *file)
{
    if (*file >= 0)
        close(*file);
}
#define auto_file __attribute__((cleanup(close_file))) int

/* ---- Reading ------------------------------------------------------------------------------------------------------------ */

/* As for the master key: a service manager keeps a credential as root's and lets the service read it by an access list, whose mask
 * stands where the group's bits do (systemd.exec(5), LoadCredential=). */
static bool is_private(const struct stat *info)
{
    mode_t others = S_IRWXG | S_IRWXO;
    if (info->st_uid == 0 && geteuid() != 0)
        others &= ~(mode_t)S_IRGRP;
    return (info->st_mode & others) == 0 && (info->st_uid == geteuid() || info->st_uid == 0);
}

static enum status read_rest(int file, struct buffer *contents)
{
    char chunk[4096];
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        ssize_t got = read(file, chunk, sizeof(chunk));
        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        status = got < 0 ? STATUS_NOT_FOUND : buffer_append(contents, chunk, (size_t)got);
    }
    explicit_bzero(chunk, sizeof(chunk));
    return status == STATUS_TOO_LARGE ? STATUS_INVALID : status;
}

/* O_NONBLOCK, so that a pipe in the file's place cannot hold us up. A link is followed: renewed certificates are often behind one. */
static enum status read_file(const char *path, bool secret, struct buffer *contents)
{
    struct stat info;
    auto_file file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0 || fstat(file, &info) != 0 || !S_ISREG(info.st_mode))
        return STATUS_NOT_FOUND;
    if (secret && !is_private(&info))
        return STATUS_FORBIDDEN;
    return read_rest(file, contents);
}

static enum status status_of(int result)
{
    if (result == GNUTLS_E_MEMORY_ERROR)
        return STATUS_NO_MEMORY;
    return result < 0 ? STATUS_INVALID : STATUS_OK;
}

static gnutls_datum_t datum_of(const struct buffer *pem)
{
    return (gnutls_datum_t){pem->data, (unsigned)pem->len};
}

/* Copies both. GnuTLS itself refuses a key that is not the certificate's. */
static enum status join(gnutls_certificate_credentials_t credentials, gnutls_x509_crt_t *chain, unsigned n,
                        const struct buffer *key)
{
    const gnutls_datum_t pem = datum_of(key);
    gnutls_x509_privkey_t private;
    TRY(status_of(gnutls_x509_privkey_init(&private)));
    int result = gnutls_x509_privkey_import(private, &pem, GNUTLS_X509_FMT_PEM);
    if (result >= 0)
        result = gnutls_certificate_set_x509_key(credentials, chain, (int)n, private);
    gnutls_x509_privkey_deinit(private);
    return status_of(result);
}

/* In two steps: gnutls_certificate_set_x509_key_mem (3.7.9) leaks a certificate that it cannot read. */
static enum status import(struct tls_identity *identity, const struct buffer *chain, const struct buffer *key)
{
    const gnutls_datum_t pem = datum_of(chain);
    gnutls_x509_crt_t *certificates = NULL;
    unsigned n = 0;
    if (chain->len == 0 || key->len == 0)
        return STATUS_INVALID;
    TRY(status_of(gnutls_x509_crt_list_import2(&certificates, &n, &pem, GNUTLS_X509_FMT_PEM, 0)));
    enum status status = n > 0 ? join(identity->credentials, certificates, n, key) : STATUS_INVALID;
    identity->not_after = n > 0 ? (int64_t)gnutls_x509_crt_get_expiration_time(certificates[0]) : 0;
    for (unsigned i = 0; i < n; i++)
        gnutls_x509_crt_deinit(certificates[i]);
    gnutls_free(certificates);
    return status;
}

static struct tls_identity *free_identity(struct tls_identity *identity)
{
    if (identity == NULL)
        return NULL;
    if (identity->credentials != NULL)
        gnutls_certificate_free_credentials(identity->credentials);
    free(identity);
    return NULL;
}

static enum status fill_identity(const struct tls *tls, struct tls_identity *identity)
{
    auto_buffer chain = buffer_make(MAX_FILE);
    auto_buffer key = buffer_make(MAX_FILE);
    TRY(read_file(tls->certificate_file, false, &chain));
    TRY(read_file(tls->key_file, true, &key));
    if (gnutls_certificate_allocate_credentials(&identity->credentials) < 0)
        return STATUS_NO_MEMORY;
    patient_begin();
    enum status status = import(identity, &chain, &key);
    patient_end();
    return status;
}

static enum status read_identity(const struct tls *tls, struct tls_identity **ret_identity)
{
    struct tls_identity *identity = calloc(1, sizeof(*identity));
    if (identity == NULL)
        return STATUS_NO_MEMORY;
    enum status status = fill_identity(tls, identity);
    if (status != STATUS_OK) {
        free_identity(identity);
        return status;
    }
    identity->n_holders = 1;
    *ret_identity = identity;
    return STATUS_OK;
}

/* ---- Holding ------------------------------------------------------------------------------------------------------------ */

enum status tls_open(const char *certificate_file, const char *key_file, struct tls **ret_tls)
{
    struct tls *tls = calloc(1, sizeof(*tls));
    if (tls == NULL)
        return STATUS_NO_MEMORY;
    tls->certificate_file = certificate_file;
    tls->key_file = key_file;
    enum status status = read_identity(tls, &tls->newest);
    if (status == STATUS_OK && pthread_mutex_init(&tls->lock, NULL) != 0)
        status = STATUS_NO_MEMORY;
    if (status != STATUS_OK) {
        free_identity(tls->newest);
        free(tls);
        return status;
    }
    *ret_tls = tls;
    return STATUS_OK;
}

struct tls *tls_close(struct tls *tls)
{
    if (tls == NULL)
        return NULL;
    (void)tls_detach(tls, tls->newest);
    pthread_mutex_destroy(&tls->lock);
    free(tls);
    return NULL;
}

enum status tls_reload(struct tls *tls)
{
    struct tls_identity *identity;
    TRY(read_identity(tls, &identity));
    pthread_mutex_lock(&tls->lock);
    struct tls_identity *before = tls->newest;
    tls->newest = identity;
    pthread_mutex_unlock(&tls->lock);
    (void)tls_detach(tls, before);
    return STATUS_OK;
}

int64_t tls_not_after(struct tls *tls)
{
    pthread_mutex_lock(&tls->lock);
    int64_t not_after = tls->newest->not_after;
    pthread_mutex_unlock(&tls->lock);
    return not_after;
}

enum status tls_attach(struct tls *tls, gnutls_session_t session, struct tls_identity **ret_identity)
{
    pthread_mutex_lock(&tls->lock);
    struct tls_identity *identity = tls->newest;
    identity->n_holders++;
    pthread_mutex_unlock(&tls->lock);
    if (gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, identity->credentials) < 0) {
        (void)tls_detach(tls, identity);
        return STATUS_NO_MEMORY;
    }
    *ret_identity = identity;
    return STATUS_OK;
}

struct tls_identity *tls_detach(struct tls *tls, struct tls_identity *identity)
{
    if (identity == NULL)
        return NULL;
    pthread_mutex_lock(&tls->lock);
    bool last = --identity->n_holders == 0;
    pthread_mutex_unlock(&tls->lock);
    return last ? free_identity(identity) : NULL;
}

int tls_no_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **certificates,
                       unsigned int *n_certificates, gnutls_ocsp_data_st **ocsp, unsigned int *n_ocsp,
                       gnutls_privkey_t *key, unsigned int *flags)
{
    (void)session, (void)info, (void)certificates, (void)ocsp, (void)key;
    *n_certificates = 0;
    *n_ocsp = 0;
    *flags = 0;
    return -1;
}
