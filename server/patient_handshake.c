/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * For:      gnutls_handshake of the whole process, in front of GnuTLS's own, for libmicrohttpd and libcurl, which both call it: GMP, below it, aborts
 *           when it gets no memory, and libtasn1 follows a NULL. So what a handshake allocates is waited for (patient_heap.c).
 * May not:  look into the session, or change how a handshake goes. Nothing else of GnuTLS is named outside http/.
 * Always:   this thread is as patient afterwards as it was before.
 */
#include <gnutls/gnutls.h>

#include "base/behind.h"
#include "base/patient.h"

typedef int handshake_function(gnutls_session_t session);

/* Looked up each time: that is nothing beside a handshake. */
int gnutls_handshake(gnutls_session_t session)
{
    handshake_function *shake = (handshake_function *)behind_find("gnutls_handshake");

    patient_begin();
    int result = shake(session);
    patient_end();
    return result;
}
