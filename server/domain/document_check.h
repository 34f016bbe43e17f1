/* SPDX-License-Identifier: EUPL-1.2 */
/* document_check.h: whether all of each document is there, for who looks at a whole store. That its parts open is domain/check.h's. */
#ifndef TRYGG_DOMAIN_DOCUMENT_CHECK_H
#define TRYGG_DOMAIN_DOCUMENT_CHECK_H

#include "base/check.h"
#include "base/status.h"
#include "storage/storage.h"

must_check enum status documents_check(struct session *session, const struct checker *checker);

#endif
