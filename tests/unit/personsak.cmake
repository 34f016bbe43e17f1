# SPDX-License-Identifier: EUPL-1.2
trygg_test(test_domain_personsak unit ROOMS domain activity proof storage crypto policy base USES PkgConfig::SQLITE Threads::Threads)
