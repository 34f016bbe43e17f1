/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Speaks HTTP with the daemon through libcurl.
 * May not know verbs, nor print answers; it says only why there is none.
 * Always: the token goes over TLS or stays on this machine, no redirect is followed, no answer exceeds its cap.
 */
#include "http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

enum { MAX_AUTHORISE = 16 << 10, HTTP_MAX_ACCEPT = 96 };

struct http {
    CURL *curl;
    char *base;              /* the server's URL without a closing slash */
    struct buffer authorise; /* the Authorization header, empty for none */
    char *language;          /* the Accept-Language header */
    char *ca_file;           /* NULL: the system's */
    bool local;              /* plain http on this machine */
};

/* ---- The server's address ------------------------------------------------------------------------------------------- */

static bool is_loopback(const char *host)
{
    struct in_addr four;
    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    return strcmp(host, "[::1]") == 0 || strcmp(host, "localhost") == 0;
}

/* Whether the URL has this part; parts are freed at once. */
static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return has;
}

static const char *address_fault(CURLU *url, bool *ret_local)
{
    static const CURLUPart unwanted[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT};
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++)
        if (has_part(url, unwanted[i]))
            return "the server's address must have no user name, query or fragment";
    char *scheme = NULL;
    char *host = NULL;
    const char *fault = "the server's address must begin with https://, or with http:// and name this machine";
    if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        *ret_local = strcmp(scheme, "http") == 0 && is_loopback(host);
        if (*ret_local || strcmp(scheme, "https") == 0)
            fault = NULL;
    }
    curl_free(scheme);
    curl_free(host);
    return fault;
}

static enum outcome take_address(struct http *http, const char *server)
{
    CURLU *url = curl_url();
    if (url == NULL)
        return OUTCOME_LOCAL;
    const char *fault = "the server's address is not a URL";
    char *base = NULL;
    if (curl_url_set(url, CURLUPART_URL, server, 0) == CURLUE_OK)
        fault = address_fault(url, &http->local);
    if (fault == NULL && curl_url_get(url, CURLUPART_URL, &base, 0) == CURLUE_OK)
        http->base = strdup(base);
    curl_free(base);
    curl_url_cleanup(url);
    if (fault != NULL) {
        complain(fault, NULL);
        return OUTCOME_USAGE;
    }
    if (http->base == NULL)
        return OUTCOME_LOCAL;
    for (size_t len = strlen(http->base); len > 0 && http->base[len - 1] == '/'; len--)
        http->base[len - 1] = '\0';
    return OUTCOME_OK;
}

/* ---- Open and close ------------------------------------------------------------------------------------------------- */

struct http *http_close(struct http *http)
{
    if (http == NULL)
        return NULL;
    curl_easy_cleanup(http->curl);
    free(http->base);
    buffer_wipe(&http->authorise);
    free(http->language);
    free(http->ca_file);
    free(http);
    return NULL;
}

static enum outcome open_parts(struct http *http, const char *server, const char *language)
{
    TRY(take_address(http, server));
    if (asprintf(&http->language, "Accept-Language: %s", language) < 0)
        http->language = NULL;
    http->curl = curl_easy_init();
    return http->curl != NULL && http->language != NULL ? OUTCOME_OK : OUTCOME_LOCAL;
}

enum outcome http_open(const char *server, const char *language, struct http **ret_http)
{
    struct http *http = calloc(1, sizeof *http);
    enum outcome outcome = http == NULL ? OUTCOME_LOCAL : open_parts(http, server, language);
    if (outcome == OUTCOME_OK) {
        *ret_http = http;
        return OUTCOME_OK;
    }
    if (outcome == OUTCOME_LOCAL)
        (void)memory_out();
    http_close(http);
    return outcome;
}

enum outcome http_trust(struct http *http, const char *ca_file)
{
    if (ca_file == NULL)
        return OUTCOME_OK;
    free(http->ca_file);
    http->ca_file = strdup(ca_file);
    return http->ca_file != NULL ? OUTCOME_OK : memory_out();
}

/* asprintf would leave pieces of the token behind. */
enum outcome http_authorise(struct http *http, const char *token)
{
    static const char name[] = "Authorization: Bearer ";
    buffer_wipe(&http->authorise);
    bool made = buffer_add(&http->authorise, name, sizeof name - 1, MAX_AUTHORISE) &&
                buffer_add(&http->authorise, token, strlen(token), MAX_AUTHORISE);
    return made ? OUTCOME_OK : memory_out();
}

/* ---- One exchange --------------------------------------------------------------------------------------------------- */

/* What libcurl hands back with each piece. */
struct exchange {
    CURL *curl;
    const struct http_request *request;
    struct http_answer *answer;
    long long at; /* where the next taken piece stands in the whole; NOT_YET before the first */
};

enum { NOT_YET = -1 };

/* Where an answer begins: a 200 is the whole, a 206 says it (RFC 9110, 14.4); NOT_YET for what is not taken. */
static long long place_of_answer(CURL *curl)
{
    static const char unit[] = "bytes ";
    long status = 0;
    struct curl_header *header;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200)
        return 0;
    bool has = status == 206 && curl_easy_header(curl, "Content-Range", 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
               strncmp(header->value, unit, sizeof unit - 1) == 0;
    if (!has)
        return NOT_YET;
    char *end;
    long long at = strtoll(header->value + sizeof unit - 1, &end, 10);
    return *end == '-' && at >= 0 ? at : NOT_YET;
}

static size_t take_bytes(char *bytes, size_t one, size_t n, void *context)
{
    (void)one; /* libcurl: always 1 */
    struct exchange *exchange = context;
    http_take *take = exchange->request->take;
    if (take != NULL && exchange->at == NOT_YET)
        exchange->at = place_of_answer(exchange->curl);
    if (take == NULL || exchange->at == NOT_YET)
        return buffer_add(&exchange->answer->body, bytes, n, HTTP_MAX_ANSWER) ? n : 0;
    if (!take(exchange->request->context, exchange->at, bytes, n))
        return 0;
    exchange->at += (long long)n;
    return n;
}

void http_answer_clear(struct http_answer *answer)
{
    buffer_wipe(&answer->body);
    *answer = (struct http_answer){0};
}

static bool add_header(struct curl_slist **headers, const char *header)
{
    struct curl_slist *longer = curl_slist_append(*headers, header);
    if (longer == NULL)
        return false;
    *headers = longer;
    return true;
}

/* curl_slist_append copies; the copy of the token is wiped before it is freed. */
static void free_headers(struct curl_slist *headers)
{
    for (struct curl_slist *header = headers; header != NULL; header = header->next)
        explicit_bzero(header->data, strlen(header->data));
    curl_slist_free_all(headers);
}

/* libcurl would name a form where there is no body. */
static const char *content_type(const struct http_request *request)
{
    if (request->body == NULL)
        return "Content-Type:";
    if (request->part > 0)
        return "Content-Type: application/offset+octet-stream";
    if (strcmp(request->method, "PATCH") == 0)
        return "Content-Type: application/merge-patch+json";
    return "Content-Type: application/json";
}

static struct curl_slist *make_headers(const struct http *http, const struct http_request *request)
{
    char key[160] = "";
    char match[HTTP_MAX_ETAG + 16] = "";
    char accept[HTTP_MAX_ACCEPT];
    char place[48] = "";
    if (request->part > 0)
        snprintf(place, sizeof place, "Upload-Offset: %lld", request->offset);
    else if (request->take != NULL && request->offset > 0)
        snprintf(place, sizeof place, "Range: bytes=%lld-", request->offset);
    if (request->idempotency_key != NULL)
        snprintf(key, sizeof key, "Idempotency-Key: %s", request->idempotency_key);
    if (request->if_match != NULL)
        snprintf(match, sizeof match, "If-Match: %s", request->if_match);
    snprintf(accept, sizeof accept, "Accept: %s, application/problem+json",
             request->accept == NULL ? "application/json" : request->accept);
    const char *wanted[] = {http->language,
                            accept,
                            "Expect:",
                            content_type(request),
                            http->authorise.text,
                            key[0] == '\0' ? NULL : key,
                            match[0] == '\0' ? NULL : match,
                            place[0] == '\0' ? NULL : place};
    struct curl_slist *headers = NULL;
    bool made = true;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (wanted[i] != NULL)
            made = made && add_header(&headers, wanted[i]);
    if (made)
        return headers;
    free_headers(headers);
    return NULL;
}

static void set_method(CURL *curl, const struct http_request *request)
{
    bool takes_body = strcmp(request->method, "GET") != 0 && strcmp(request->method, "DELETE") != 0;
    if (strcmp(request->method, "GET") == 0)
        return;
    if (request->body != NULL || takes_body) {
        const char *body = request->body == NULL ? "" : request->body;
        size_t len = request->part > 0 ? request->part : strlen(body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)len);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
}

/* An answer that is taken may be long and slow, as long as it goes on. */
static void set_bounds(CURL *curl, const struct http_request *request)
{
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)HTTP_CONNECT_SECONDS);
    if (request->take != NULL) {
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)HTTP_QUIET_SECONDS);
        return;
    }
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)(request->bulk ? HTTP_BULK_SECONDS : HTTP_TOTAL_SECONDS));
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, (long)HTTP_MAX_ANSWER);
}

static void set_options(const struct http *http, const struct http_request *request, const char *url,
                        struct curl_slist *headers, struct exchange *exchange)
{
    CURL *curl = http->curl;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, http->local ? "http" : "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (http->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, http->ca_file);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    set_bounds(curl, request);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "trygg/" TRYGG_VERSION);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    if (http->local)
        curl_easy_setopt(curl, CURLOPT_NOPROXY, "*"); /* a token for this machine leaves it by no proxy */
    set_method(curl, request);
}

/* "" if the header is not there, or not whole. */
static void copy_header(CURL *curl, const char *name, char *ret_text, size_t size)
{
    struct curl_header *header;
    *ret_text = '\0';
    if (curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK && strlen(header->value) < size)
        memcpy(ret_text, header->value, strlen(header->value) + 1);
}

static bool is_lost(CURLcode code)
{
    return code == CURLE_COULDNT_CONNECT || code == CURLE_GOT_NOTHING || code == CURLE_SEND_ERROR ||
           code == CURLE_RECV_ERROR || code == CURLE_PARTIAL_FILE;
}

static long long number_of_header(CURL *curl, const char *name)
{
    char text[24];
    char *end;
    copy_header(curl, name, text, sizeof text);
    errno = 0;
    long long number = strtoll(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 ? number : -1;
}

static CURLcode perform(const struct http *http, const struct http_request *request, struct http_answer *answer)
{
    struct exchange exchange = {.curl = http->curl, .request = request, .answer = answer, .at = NOT_YET};
    char *url = NULL;
    if (asprintf(&url, "%s%s", http->base, request->path) < 0)
        return CURLE_OUT_OF_MEMORY;
    struct curl_slist *headers = make_headers(http, request);
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (headers != NULL) {
        set_options(http, request, url, headers, &exchange);
        code = curl_easy_perform(http->curl);
    }
    curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &answer->status);
    answer->broke =
        exchange.at != NOT_YET && (is_lost(code) || code == CURLE_OPERATION_TIMEDOUT || code == CURLE_WRITE_ERROR);
    if (answer->broke)
        code = CURLE_OK;
    if (code == CURLE_OK) {
        copy_header(http->curl, "WWW-Authenticate", answer->challenge, sizeof answer->challenge);
        copy_header(http->curl, "ETag", answer->etag, sizeof answer->etag);
        answer->upload_offset = number_of_header(http->curl, "Upload-Offset");
    }
    free_headers(headers);
    free(url);
    return code;
}

/* ---- Sending, and once more ----------------------------------------------------------------------------------------- */

static void wait_as_told(const struct http *http)
{
    curl_off_t seconds = 0;
    curl_easy_getinfo(http->curl, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds > HTTP_MAX_RETRY_SECONDS)
        seconds = HTTP_MAX_RETRY_SECONDS;
    if (seconds > 0)
        sleep((unsigned)seconds);
    else
        usleep(200 * 1000);
}

static enum outcome explain(const struct http *http, CURLcode code)
{
    switch (code) {
    case CURLE_OUT_OF_MEMORY:
        return memory_out();
    case CURLE_WRITE_ERROR:
    case CURLE_FILESIZE_EXCEEDED:
        complain("the answer is larger than trygg takes", NULL);
        return OUTCOME_SERVER;
    case CURLE_PEER_FAILED_VERIFICATION:
        complain("the server's certificate is not trusted, or is for another name; ca_file of the profile says whom to "
                 "trust",
                 NULL);
        return OUTCOME_UNREACHABLE;
    case CURLE_SSL_CACERT_BADFILE:
        complain("ca_file of the profile cannot be read, or holds no certificate:", http->ca_file);
        return OUTCOME_UNREACHABLE;
    default:
        complain("the server cannot be reached:", curl_easy_strerror(code));
        return OUTCOME_UNREACHABLE;
    }
}

enum outcome http_send(struct http *http, const struct http_request *request, struct http_answer *ret_answer)
{
    struct http_answer answer = {0};
    CURLcode code = perform(http, request, &answer);
    bool again = is_lost(code) || (code == CURLE_OK && answer.status == 503);
    if (again && (request->repeatable || code == CURLE_COULDNT_CONNECT)) {
        wait_as_told(http);
        http_answer_clear(&answer);
        code = perform(http, request, &answer);
    }
    if (code != CURLE_OK) {
        http_answer_clear(&answer);
        return explain(http, code);
    }
    *ret_answer = answer;
    return OUTCOME_OK;
}

char *http_escape(const char *text)
{
    char *escaped = curl_easy_escape(NULL, text, 0);
    char *copy = escaped == NULL ? NULL : strdup(escaped);
    curl_free(escaped);
    return copy;
}
