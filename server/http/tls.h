/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tls.h: the certificate and key that TLS connections are opened with, and a new pair while they stand. GnuTLS, since
 * Debian's libmicrohttpd is built on it. Thread-safe.
 */
#ifndef TRYGG_HTTP_TLS_H
#define TRYGG_HTTP_TLS_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdint.h>

#include "base/status.h"

struct tls;
struct tls_identity; /* one certificate chain with its key */

/* TLS 1.2 and 1.3 (RFC 9325), keys exchanged ephemerally, authenticated ciphers. */
extern const char TLS_PRIORITIES[];

/* Reads both files, PEM, the chain with its leaf first. STATUS_NOT_FOUND when one cannot be read, STATUS_FORBIDDEN for a key that others may
 * read, STATUS_INVALID when they are not PEM or do not fit each other. The paths must live as long as the result. */
must_check enum status tls_open(const char *certificate_file, const char *key_file, struct tls **ret_tls);

/* After the last tls_detach. Accepts NULL, returns NULL. */
struct tls *tls_close(struct tls *tls);

/* Reads both again for what is attached from now on; on failure, as of tls_open, everything stays as it is. */
must_check enum status tls_reload(struct tls *tls);

/* When the newest certificate ends, seconds since 1970. */
int64_t tls_not_after(struct tls *tls);

/* Lets a new session use the newest pair, which stays there until it is detached, after the session's end. */
must_check enum status tls_attach(struct tls *tls, gnutls_session_t session, struct tls_identity **ret_identity);
struct tls_identity *tls_detach(struct tls *tls, struct tls_identity *identity); /* accepts NULL, returns NULL */

/* For a session that nothing was attached to: has no certificate, so that its handshake fails. */
int tls_no_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **certificates,
                       unsigned int *n_certificates, gnutls_ocsp_data_st **ocsp, unsigned int *n_ocsp,
                       gnutls_privkey_t *key, unsigned int *flags);

#endif
