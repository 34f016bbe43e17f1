/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * check.c: one look at everything there is.
 * May not touch requests, and writes nothing.
 * Always: the data directory is locked while it is looked at; the parts are looked at whatever an earlier one found.
 */
#include "call/check.h"

#include "call/house.h"
#include "call/log.h"
#include "domain/check.h"
#include "domain/document_check.h"
#include "storage/check.h"

enum { CHECK_BYTES = 8 << 20 };

/* A house of which only this much is there. */
static void close_parts(struct house *house)
{
    house->vault = vault_close(house->vault);
    log_close_keys(&house->log.office);
    house->store = store_close(house->store);
}
#define auto_parts __attribute__((cleanup(close_parts))) struct house

static enum status open_vault(const struct house_settings *settings, struct house *house, const struct checker *checker,
                              enum house_fault *ret_fault)
{
    enum keyring_fault fault = KEYRING_FINE;
    enum status status = vault_open_to_check(house->store, settings->master_key_file, &house->vault, &fault);

    *ret_fault = house_fault_of_keyring(fault);
    if (fault != KEYRING_FINE || (status != STATUS_NOT_FOUND && status != STATUS_CORRUPT))
        return status;
    check_found(checker,
                &(struct finding){.table = "master_check", .what = "does not say which master key keys.db is of"});
    return STATUS_OK;
}

static enum status look(struct house *house, const struct checker *checker, struct house_checked *checked)
{
    const struct log_office *office = &house->log.office;
    const struct log_signers signers = {office->name, office->keys, office->witnesses, office->n_witnesses};
    struct keystore *keystore = store_keys(house->store);
    auto_arena arena = arena_new(CHECK_BYTES);
    auto_session session = NULL;

    if (arena == NULL)
        return STATUS_NO_MEMORY;
    TRY(store_check_files(house->store, checker));
    TRY(session_begin(house->store, arena, &session));
    TRY(activity_check(session, &signers, checker, &checked->log));
    TRY(keys_check(keystore, session, checker, &checked->keys));
    TRY(documents_check(session, checker));
    return house->vault == NULL ? STATUS_OK : seals_check(keystore, house->vault, session, checker, &checked->seals);
}

enum status house_check(const struct house_settings *settings, bool content, const struct checker *checker,
                        struct house_checked *ret_checked, enum house_fault *ret_fault)
{
    auto_parts house = {.store = NULL};
    struct house_checked checked = {.log = {.rows = 0}};
    enum store_fault fault = STORE_FINE;

    enum status status = store_open_to_check(settings->directory, &house.store, &fault);
    *ret_fault = house_fault_of_store(fault);
    TRY(status);
    TRY(house_open_log(settings, &house, ret_fault));
    if (content)
        TRY(open_vault(settings, &house, checker, ret_fault));
    TRY(look(&house, checker, &checked));
    *ret_checked = checked;
    return STATUS_OK;
}
