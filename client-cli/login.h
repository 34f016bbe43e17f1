/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * login.h: which server, which token, which language: from --server and --token-file, else what a profile named by --profile says,
 * else the environment, else the profile of the environment or [default].
 */
#ifndef TRYGG_CLI_LOGIN_H
#define TRYGG_CLI_LOGIN_H

#include "http.h"
#include "options.h"
#include "outcome.h"

/* Opens the server with the token that is for it. A profile's token goes to the profile's own server only. Complains itself. */
must_check enum outcome login_open(const struct options *options, struct http **ret_http);

#endif
