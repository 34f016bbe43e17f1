# SPDX-License-Identifier: EUPL-1.2
trygg_test(test_domain_personsak_list unit ROOMS call domain activity proof storage crypto policy base USES PkgConfig::SQLITE Threads::Threads)
target_sources(test_domain_personsak_list PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/unit/small_house.c)
