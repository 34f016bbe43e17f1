# SPDX-License-Identifier: EUPL-1.2
trygg_test(test_crypto_envelope unit ROOMS base crypto)
trygg_test(test_crypto_keyring unit ROOMS base crypto USES Threads::Threads)
trygg_test(test_crypto_master_key unit ROOMS base crypto)
trygg_test(test_crypto_blind_index unit ROOMS base crypto USES PkgConfig::SODIUM)
trygg_test(test_crypto_hash unit ROOMS base crypto)
trygg_test(test_crypto_signing unit ROOMS base crypto USES Threads::Threads)
trygg_test(test_crypto_hmac unit ROOMS base crypto)
trygg_test(test_crypto_set_sum unit ROOMS base crypto)
