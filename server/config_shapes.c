/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * config_shapes.c: the shapes that values of the configuration have, each read from text and shown as text.
 * It may not open what a value names, and knows no setting by its key.
 * What show writes, take reads as the same value.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/caller.h"
#include "base/text.h"
#include "config.h"
#include "config_setting.h"
#include "domain/log_office.h"
#include "http/address.h"
#include "outbound/target.h"

/* ---- Texts ---------------------------------------------------------------------------------------------------------- */

static enum status take_text(const struct intake *intake, const struct setting *setting, const char *text, void *member)
{
    const char **member_text = member;
    (void)setting;

    const char *copy = arena_copy(intake->arena, text, strlen(text));
    if (copy == NULL)
        return STATUS_NO_MEMORY;
    *member_text = copy;
    return STATUS_OK;
}

/* A relative path starts at the folder of the configuration. */
static enum status take_path(const struct intake *intake, const struct setting *setting, const char *text, void *member)
{
    const char **member_path = member;
    const char *slash = strrchr(intake->path, '/');

    if (text[0] == '/' || slash == NULL)
        return take_text(intake, setting, text, member);
    char *path = arena_printf(intake->arena, "%.*s/%s", (int)(slash - intake->path), intake->path, text);
    if (path == NULL)
        return STATUS_NO_MEMORY;
    *member_path = path;
    return STATUS_OK;
}

static enum status take_token(const struct intake *intake, const struct setting *setting, const char *text,
                              void *member)
{
    if (!text_is_token(text, CALLER_ISSUER_BYTES - 1))
        return STATUS_INVALID;
    return take_text(intake, setting, text, member);
}

static void show_text(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES])
{
    const char *const *text = member;
    (void)setting;

    snprintf(ret_text, CONFIG_SHOWN_BYTES, "%s", *text != NULL ? *text : "");
}

const struct shape config_text_shape = {"the name of a time zone, Europe/Oslo", take_text, show_text};
const struct shape config_path_shape = {"a path", take_path, show_text};
const struct shape config_issuer_shape = {"an iss of at most 255 printable characters without spaces", take_token,
                                          show_text};
const struct shape config_audience_shape = {"an aud of at most 255 printable characters without spaces", take_token,
                                            show_text};

/* ---- Numbers -------------------------------------------------------------------------------------------------------- */

static enum status read_number(const char *text, int64_t min, int64_t max, int64_t *ret_number)
{
    char *end = NULL;

    if (text[0] < '0' || text[0] > '9')
        return STATUS_INVALID;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0' || number < min || number > max)
        return STATUS_INVALID;
    *ret_number = number;
    return STATUS_OK;
}

static enum status take_number(const struct intake *intake, const struct setting *setting, const char *text,
                               void *member)
{
    int64_t *member_number = member;
    int64_t number;
    (void)intake;

    TRY(read_number(text, setting->number.min, setting->number.max, &number));
    *member_number = number * setting->number.scale;
    return STATUS_OK;
}

static void show_number(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES])
{
    const int64_t *number = member;

    snprintf(ret_text, CONFIG_SHOWN_BYTES, "%" PRId64, *number / setting->number.scale);
}

static enum status take_count(const struct intake *intake, const struct setting *setting, const char *text,
                              void *member)
{
    unsigned *count = member;
    int64_t number;

    TRY(take_number(intake, setting, text, &number));
    *count = (unsigned)number;
    return STATUS_OK;
}

static void show_count(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES])
{
    const unsigned *count = member;

    show_number(setting, &(const int64_t){*count}, ret_text);
}

static enum status take_bytes(const struct intake *intake, const struct setting *setting, const char *text,
                              void *member)
{
    size_t *bytes = member;
    int64_t number;

    TRY(take_number(intake, setting, text, &number));
    *bytes = (size_t)number;
    return STATUS_OK;
}

static void show_bytes(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES])
{
    const size_t *bytes = member;

    show_number(setting, &(const int64_t){(int64_t)*bytes}, ret_text);
}

const struct shape config_number_shape = {NULL, take_number, show_number};
const struct shape config_count_shape = {NULL, take_count, show_count};
const struct shape config_bytes_shape = {NULL, take_bytes, show_bytes};

/* ---- Addresses ------------------------------------------------------------------------------------------------------ */

static enum status take_listen(const struct intake *intake, const struct setting *setting, const char *text,
                               void *member)
{
    struct config_listen listen = {.port = 0}, *member_listen = member;
    union address address;
    int64_t port = 0;
    (void)intake, (void)setting;

    const char *colon = strrchr(text, ':');
    if (colon == NULL || read_number(colon + 1, 0, UINT16_MAX, &port) != STATUS_OK)
        return STATUS_INVALID;
    size_t len = (size_t)(colon - text);
    bool bracketed = len > 2 && text[0] == '[' && text[len - 1] == ']';
    if (len >= sizeof listen.address)
        return STATUS_INVALID;
    snprintf(listen.address, sizeof listen.address, "%.*s", (int)(bracketed ? len - 2 : len),
             bracketed ? text + 1 : text);
    TRY(address_read(listen.address, (uint16_t)port, &address));
    if (address.any.sa_family != (bracketed ? AF_INET6 : AF_INET))
        return STATUS_INVALID;
    listen.port = (uint16_t)port;
    *member_listen = listen;
    return STATUS_OK;
}

static enum status take_metrics_listen(const struct intake *intake, const struct setting *setting, const char *text,
                                       void *member)
{
    struct config_listen listen, *member_listen = member;

    TRY(take_listen(intake, setting, text, &listen));
    if (!config_is_loopback(&listen))
        return STATUS_INVALID;
    *member_listen = listen;
    return STATUS_OK;
}

static void show_listen(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES])
{
    const struct config_listen *listen = member;
    (void)setting;

    ret_text[0] = '\0';
    if (listen->address[0] != '\0')
        address_show(listen->address, listen->port, ret_text);
}

bool config_is_loopback(const struct config_listen *listen)
{
    union address address;

    return address_read(listen->address, listen->port, &address) == STATUS_OK && address_is_loopback(&address);
}

const struct shape config_listen_shape = {"an address and a port, 127.0.0.1:8080 or [::1]:8080", take_listen,
                                          show_listen};
const struct shape config_metrics_listen_shape = {"a loopback address and a port, 127.0.0.1:9090 or [::1]:9090",
                                                  take_metrics_listen, show_listen};

/* ---- One of a few words --------------------------------------------------------------------------------------------- */

static const char *const levels[] = {[LOG_LEVEL_DEBUG] = "debug",
                                     [LOG_LEVEL_INFO] = "info",
                                     [LOG_LEVEL_WARNING] = "warning",
                                     [LOG_LEVEL_ERROR] = "error"};
static const char *const formats[] = {[LOG_FORMAT_LOGFMT] = "logfmt", [LOG_FORMAT_JSON] = "json"};

static enum status choose(const char *text, const char *const *words, size_t n, size_t *ret_which)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(text, words[i]) == 0) {
            *ret_which = i;
            return STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

static enum status take_log_level(const struct intake *intake, const struct setting *setting, const char *text,
                                  void *member)
{
    enum log_level *level = member;
    size_t which;
    (void)intake, (void)setting;

    TRY(choose(text, levels, sizeof levels / sizeof levels[0], &which));
    *level = (enum log_level)which;
    return STATUS_OK;
}

static void show_log_level(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES])
{
    const enum log_level *level = member;
    (void)setting;

    snprintf(ret_text, CONFIG_SHOWN_BYTES, "%s", levels[*level]);
}

static enum status take_log_format(const struct intake *intake, const struct setting *setting, const char *text,
                                   void *member)
{
    enum log_format *format = member;
    size_t which;
    (void)intake, (void)setting;

    TRY(choose(text, formats, sizeof formats / sizeof formats[0], &which));
    *format = (enum log_format)which;
    return STATUS_OK;
}

static void show_log_format(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES])
{
    const enum log_format *format = member;
    (void)setting;

    snprintf(ret_text, CONFIG_SHOWN_BYTES, "%s", formats[*format]);
}

const struct shape config_log_level_shape = {"debug, info, warning or error", take_log_level, show_log_level};
const struct shape config_log_format_shape = {"logfmt or json", take_log_format, show_log_format};

/* ---- Words between spaces ----------------------------------------------------------------------------------------- */

static enum status each_word(const struct intake *intake, const char *text,
                             enum status (*take)(const char *word, void *list), void *list)
{
    char *copy = arena_copy(intake->arena, text, strlen(text));
    char *rest = NULL;

    if (copy == NULL)
        return STATUS_NO_MEMORY;
    for (char *word = strtok_r(copy, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest))
        TRY(take(word, list));
    return STATUS_OK;
}

static enum status add_network(const char *word, void *list)
{
    struct config_networks *networks = list;

    return networks->n == NETWORKS_MAX ? STATUS_INVALID : network_parse(word, &networks->list[networks->n++]);
}

static enum status take_networks(const struct intake *intake, const struct setting *setting, const char *text,
                                 void *member)
{
    struct config_networks networks = {.n = 0}, *member_networks = member;
    (void)setting;

    TRY(each_word(intake, text, add_network, &networks));
    *member_networks = networks;
    return STATUS_OK;
}

static void show_networks(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES])
{
    const struct config_networks *networks = member;
    size_t len = 0;
    (void)setting;

    ret_text[0] = '\0';
    for (size_t i = 0; i < networks->n; i++) {
        char network[NETWORK_TEXT_BYTES];
        network_format(&networks->list[i], network);
        len += (size_t)snprintf(ret_text + len, CONFIG_SHOWN_BYTES - len, "%s%s", i > 0 ? " " : "", network);
    }
}

const struct shape config_networks_shape = {"at most 16 networks with spaces between, 192.168.4.0/24 or fd00:1::/64",
                                            take_networks, show_networks};

/* ---- What the log has ----------------------------------------------------------------------------------------------- */

static enum status take_log_name(const struct intake *intake, const struct setting *setting, const char *text,
                                 void *member)
{
    return log_name_is_good(text) ? take_text(intake, setting, text, member) : STATUS_INVALID;
}

static enum status add_witness(const char *word, void *list)
{
    struct config_witnesses *witnesses = list;

    if (witnesses->n == CONFIG_MAX_WITNESSES)
        return STATUS_INVALID;
    struct note_key *key = &witnesses->keys[witnesses->n++];
    TRY(note_key_parse(word, key));
    return key->kind == NOTE_COSIGNATURE ? STATUS_OK : STATUS_INVALID;
}

/* Verifier keys of cosignatures, between spaces. */
static enum status take_witnesses(const struct intake *intake, const struct setting *setting, const char *text,
                                  void *member)
{
    struct config_witnesses witnesses = {.n = 0}, *member_witnesses = member;
    (void)setting;

    TRY(each_word(intake, text, add_witness, &witnesses));
    *member_witnesses = witnesses;
    return STATUS_OK;
}

static void add_word(char text[static CONFIG_SHOWN_BYTES], const char *word)
{
    size_t len = strlen(text);

    snprintf(text + len, CONFIG_SHOWN_BYTES - len, "%s%s", len > 0 ? " " : "", word);
}

static void show_witnesses(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES])
{
    const struct config_witnesses *witnesses = member;
    char key[NOTE_KEY_TEXT_BYTES];
    (void)setting;

    ret_text[0] = '\0';
    for (size_t i = 0; i < witnesses->n; i++) {
        note_key_format(&witnesses->keys[i], key);
        add_word(ret_text, key);
    }
}

const struct shape config_log_name_shape = {
    "a name of at most 154 printable characters without spaces and plus signs, such as trygg.fjordvik.example",
    take_log_name, show_text};
const struct shape config_witnesses_shape = {
    "one to eight verifier keys of witnesses (c2sp.org/tlog-cosignature, type 4) with spaces between", take_witnesses,
    show_witnesses};

/* ---- What an issuer has --------------------------------------------------------------------------------------------- */

static enum status take_organisation(const struct intake *intake, const struct setting *setting, const char *text,
                                     void *member)
{
    struct organisation_id *organisation = member;
    (void)intake, (void)setting;

    return uuid_parse(text, &organisation->uuid);
}

static void show_organisation(const struct setting *setting, const void *member,
                              char ret_text[static CONFIG_SHOWN_BYTES])
{
    const struct organisation_id *organisation = member;
    char text[UUID_TEXT_BYTES];
    (void)setting;

    uuid_format(&organisation->uuid, text);
    snprintf(ret_text, CONFIG_SHOWN_BYTES, "%s", text);
}

/* Words between spaces, at most AUTH_MAX_STRONG; STATUS_INVALID for none or more. */
static enum status take_words(const struct intake *intake, const struct setting *setting, const char *text,
                              void *member)
{
    const char **words = member;
    char *copy = arena_copy(intake->arena, text, strlen(text));
    char *rest = NULL;
    size_t n = 0;
    (void)setting;

    if (copy == NULL)
        return STATUS_NO_MEMORY;
    for (char *word = strtok_r(copy, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest)) {
        if (n == AUTH_MAX_STRONG)
            return STATUS_INVALID;
        words[n++] = word;
    }
    return n > 0 ? STATUS_OK : STATUS_INVALID;
}

/* They go between the quotes of a header (auth/section.c). */
static enum status take_acrs(const struct intake *intake, const struct setting *setting, const char *text, void *member)
{
    const char *const *acrs = member;

    TRY(take_words(intake, setting, text, member));
    for (size_t i = 0; i < AUTH_MAX_STRONG && acrs[i] != NULL; i++) {
        if (!text_is_token(acrs[i], CALLER_ISSUER_BYTES - 1) || strpbrk(acrs[i], "\"\\") != NULL)
            return STATUS_INVALID;
    }
    return STATUS_OK;
}

static void show_words(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES])
{
    const char *const *words = member;
    (void)setting;

    ret_text[0] = '\0';
    for (size_t i = 0; i < AUTH_MAX_STRONG && words[i] != NULL; i++)
        add_word(ret_text, words[i]);
}

static enum status take_scopes(const struct intake *intake, const struct setting *setting, const char *text,
                               void *member)
{
    const char *words[AUTH_MAX_STRONG] = {NULL};
    unsigned scopes = SCOPE_NONE, *member_scopes = member;

    TRY(take_words(intake, setting, text, words));
    for (size_t i = 0; i < AUTH_MAX_STRONG && words[i] != NULL; i++) {
        enum scope scope = scope_parse(words[i], strlen(words[i]));
        if (scope == SCOPE_NONE)
            return STATUS_INVALID;
        scopes |= scope;
    }
    *member_scopes = scopes;
    return STATUS_OK;
}

static void show_scopes(const struct setting *setting, const void *member, char ret_text[static CONFIG_SHOWN_BYTES])
{
    const unsigned *scopes = member;
    (void)setting;

    ret_text[0] = '\0';
    for (unsigned scope = 1; scope_name(scope) != NULL; scope <<= 1) {
        if (*scopes & scope)
            add_word(ret_text, scope_name(scope));
    }
}

const struct shape config_organisation_shape = {"the UUID of an organisation", take_organisation, show_organisation};
const struct shape config_acrs_shape = {"one to eight acr values with spaces between, without quotes", take_acrs,
                                        show_words};
const struct shape config_scopes_shape = {
    "scopes with spaces between: trygg:read trygg:write provision changes witness", take_scopes, show_scopes};
