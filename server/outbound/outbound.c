/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * outbound.c: requests of our own, by libcurl; the only place of the server that has it.
 * May not touch what is sent, or keep what is answered.
 * Always: no socket is opened to an address that target.h does not let pass, whatever URL, name server or answer says.
 */
#include "outbound/outbound.h"

#include <curl/curl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/patient.h"

enum { ANSWER_MAX_BYTES = 64 * 1024, HEADER_BYTES = 512 };

/* One on its way, or a place for one. */
struct flight {
    const struct outbound_settings *settings;
    CURL *easy; /* NULL: none */
    struct curl_slist *headers;
    void *ticket;
    size_t answered; /* bytes */
    bool is_plain;   /* http without s */
    bool refused;    /* an address of it was */
};

struct outbound {
    struct outbound_settings settings;
    CURLM *multi;
    struct flight flights[OUTBOUND_AT_ONCE];
};

enum status outbound_open(const struct outbound_settings *settings, struct outbound **ret_outbound)
{
    struct outbound *outbound = calloc(1, sizeof *outbound);

    if (outbound == NULL)
        return STATUS_NO_MEMORY;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(outbound);
        return STATUS_NO_MEMORY;
    }
    outbound->settings = *settings;
    outbound->multi = curl_multi_init();
    if (outbound->multi == NULL) {
        outbound_close(outbound);
        return STATUS_NO_MEMORY;
    }
    *ret_outbound = outbound;
    return STATUS_OK;
}

static void flight_end(struct outbound *outbound, struct flight *flight)
{
    if (flight->easy == NULL)
        return;
    curl_multi_remove_handle(outbound->multi, flight->easy);
    curl_easy_cleanup(flight->easy);
    curl_slist_free_all(flight->headers);
    *flight = (struct flight){0};
}

struct outbound *outbound_close(struct outbound *outbound)
{
    if (outbound == NULL)
        return NULL;
    for (size_t i = 0; i < OUTBOUND_AT_ONCE; i++)
        flight_end(outbound, &outbound->flights[i]);
    if (outbound->multi != NULL)
        curl_multi_cleanup(outbound->multi);
    curl_global_cleanup();
    free(outbound);
    return NULL;
}

/* ---- What libcurl asks --------------------------------------------------------------------------------------------------- */

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct flight *flight = context;
    const enum target_kind kind = target_kind(&address->addr, flight->settings->allowed, flight->settings->n_allowed);

    (void)purpose;
    if (kind == TARGET_REFUSED || (kind == TARGET_PUBLIC && flight->is_plain)) {
        flight->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t throw_away(const char *bytes, size_t size, size_t n, void *context)
{
    struct flight *flight = context;

    (void)bytes;
    flight->answered += size * n;
    return flight->answered <= ANSWER_MAX_BYTES ? size * n : 0;
}

/* ---- Sending ------------------------------------------------------------------------------------------------------------- */

static bool add_header(struct flight *flight, const char *line)
{
    struct curl_slist *longer = curl_slist_append(flight->headers, line);

    if (longer != NULL)
        flight->headers = longer;
    return longer != NULL;
}

static bool add_headers(struct flight *flight, const struct outbound_post *post)
{
    char line[HEADER_BYTES];

    if (!add_header(flight, "Content-Type: application/json") || !add_header(flight, "Expect:"))
        return false;
    for (size_t i = 0; i < OUTBOUND_HEADERS && post->headers[i].name != NULL; i++) {
        const int len = snprintf(line, sizeof line, "%s: %s", post->headers[i].name, post->headers[i].value);
        if (len < 0 || (size_t)len >= sizeof line || !add_header(flight, line))
            return false;
    }
    return true;
}

#define SET(easy, option, value) (curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

/* Where it may go, and that it goes nowhere else. */
static bool bind_target(struct flight *flight)
{
    const char *ca_file = flight->settings->ca_file;
    CURL *easy = flight->easy;

    return SET(easy, CURLOPT_PROTOCOLS_STR, "http,https") && SET(easy, CURLOPT_FOLLOWLOCATION, 0L) &&
           SET(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) && SET(easy, CURLOPT_PROXY, "") &&
           SET(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) && SET(easy, CURLOPT_OPENSOCKETDATA, flight) &&
           SET(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L) && SET(easy, CURLOPT_FRESH_CONNECT, 1L) &&
           SET(easy, CURLOPT_FORBID_REUSE, 1L) && SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           (ca_file == NULL || (SET(easy, CURLOPT_CAINFO, ca_file) && SET(easy, CURLOPT_CAPATH, NULL)));
}

static bool bind_request(struct flight *flight, const struct outbound_post *post)
{
    CURL *easy = flight->easy;

    return SET(easy, CURLOPT_URL, post->url) && SET(easy, CURLOPT_COPYPOSTFIELDS, post->body) &&
           add_headers(flight, post) && SET(easy, CURLOPT_HTTPHEADER, flight->headers) &&
           SET(easy, CURLOPT_USERAGENT, "tryggd") && SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
           SET(easy, CURLOPT_WRITEFUNCTION, throw_away) && SET(easy, CURLOPT_WRITEDATA, flight) &&
           SET(easy, CURLOPT_TIMEOUT_MS, (long)flight->settings->timeout_ms) && SET(easy, CURLOPT_NOSIGNAL, 1L) &&
           SET(easy, CURLOPT_QUICK_EXIT, 1L) && SET(easy, CURLOPT_PRIVATE, flight);
}

static struct flight *free_flight(struct outbound *outbound)
{
    for (size_t i = 0; i < OUTBOUND_AT_ONCE; i++)
        if (outbound->flights[i].easy == NULL)
            return &outbound->flights[i];
    return NULL;
}

enum status outbound_send(struct outbound *outbound, const struct outbound_post *post)
{
    const bool is_plain = strncmp(post->url, "http://", strlen("http://")) == 0;
    struct flight *flight = free_flight(outbound);

    if (!is_plain && strncmp(post->url, "https://", strlen("https://")) != 0)
        return STATUS_INVALID;
    if (flight == NULL)
        return STATUS_BUSY;
    *flight = (struct flight){
        .settings = &outbound->settings, .easy = curl_easy_init(), .ticket = post->ticket, .is_plain = is_plain};
    if (flight->easy == NULL)
        return STATUS_NO_MEMORY;
    if (!bind_target(flight) || !bind_request(flight, post) ||
        curl_multi_add_handle(outbound->multi, flight->easy) != CURLM_OK) {
        flight_end(outbound, flight);
        return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

/* ---- What became of it --------------------------------------------------------------------------------------------------- */

static enum outbound_end end_of(const struct flight *flight, CURLcode code, long http_status)
{
    if (code == CURLE_OK)
        return http_status >= 200 && http_status <= 299 ? OUTBOUND_TAKEN : OUTBOUND_ANSWERED;
    if (code == CURLE_WRITE_ERROR)
        return OUTBOUND_ANSWERED;
    if (code == CURLE_OPERATION_TIMEDOUT)
        return OUTBOUND_TIMED_OUT;
    return code == CURLE_COULDNT_CONNECT && flight->refused ? OUTBOUND_REFUSED : OUTBOUND_FAILED;
}

static struct outbound_result result_of(struct outbound *outbound, const CURLMsg *message)
{
    struct flight *flight = NULL;
    long http_status = 0;

    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&flight);
    curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &http_status);
    const struct outbound_result result = {
        .ticket = flight->ticket,
        .end = end_of(flight, message->data.result, http_status),
        .http_status = (int)http_status,
    };
    flight_end(outbound, flight);
    return result;
}

/* With memory that is there: what libcurl has GnuTLS look at, certificates above all, ends the process for want of it. */
static void advance(struct outbound *outbound)
{
    int running = 0;

    patient_begin();
    (void)curl_multi_perform(outbound->multi, &running);
    patient_end();
}

size_t outbound_wait(struct outbound *outbound, int64_t ms, struct outbound_result ret_results[static OUTBOUND_AT_ONCE])
{
    const CURLMsg *message;
    int left = 0;
    size_t n = 0;

    advance(outbound);
    message = curl_multi_info_read(outbound->multi, &left);
    if (message == NULL) {
        (void)curl_multi_poll(outbound->multi, NULL, 0, (int)(ms < INT_MAX ? ms : INT_MAX), NULL);
        advance(outbound);
        message = curl_multi_info_read(outbound->multi, &left);
    }
    for (; message != NULL; message = curl_multi_info_read(outbound->multi, &left))
        if (message->msg == CURLMSG_DONE)
            ret_results[n++] = result_of(outbound, message);
    return n;
}

void outbound_wake(struct outbound *outbound)
{
    (void)curl_multi_wakeup(outbound->multi);
}
