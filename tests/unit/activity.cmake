# SPDX-License-Identifier: EUPL-1.2
foreach(name test_activity_lookup test_activity_read test_domain_activity_list test_domain_activity_lookup)
  trygg_test(${name} unit ROOMS call domain activity storage crypto policy base USES PkgConfig::SQLITE Threads::Threads)
  target_sources(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/unit/small_house.c)
endforeach()
