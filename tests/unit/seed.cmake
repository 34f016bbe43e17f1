# SPDX-License-Identifier: EUPL-1.2
trygg_test(test_seed_read unit ROOMS api domain policy base USES PkgConfig::JANSSON)
